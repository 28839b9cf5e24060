"""Records for all engines, the same from the same seed: whole units, and `Decimal`s in major units."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

DEPARTMENTS = ("education", "health", "transport", "agriculture", "culture", "housing", "water", "science")
LINES = (50, 70, 85, 90, 96)  # percent of the budget; one record in fifty lies exactly on one of them
PLACES = {"approved_budget": 2, "paid": 2, "balance": 2, "public_funds": 2, "score": 1, "deviation": 4}

Record = dict[str, int | str | bool]
Exact = dict[str, int | str | bool | Decimal]


def records(count: int, seed: int = 20_231) -> Iterator[Record]:
    """Records in whole units: money in minor units, the score in tenths, the deviation in hundredths of a percent."""
    chance = random.Random(seed)
    for _ in range(count):
        budget = chance.randint(1_000_000, 1_000_000_000)
        if chance.randrange(50):
            paid = budget * chance.randint(30_000, 105_000) // 100_000
        else:
            budget -= budget % 100  # so that the line is a whole number of minor units
            paid = budget * chance.choice(LINES) // 100
        yield {
            "department": chance.choice(DEPARTMENTS),
            "fiscal_year": chance.randint(2019, 2026),
            "approved_budget": budget,
            "paid": paid,
            "balance": max(budget - paid, 0),
            "public_funds": budget * chance.randint(20, 90) // 100,
            "review_failures": chance.choice((0, 0, 0, 1, 2, 3)),
            "score": chance.randint(300, 1000),
            "grade": chance.choice("ABCD"),
            "is_completed": chance.random() < 0.5,
            "deviation": chance.randint(0, 3999),
        }


def in_major_units(record: Record) -> Exact:
    """A record as a program has it that reads a database: amounts, scores and ratios as `Decimal`s."""
    return {name: Decimal(value).scaleb(-PLACES[name]) if name in PLACES else value for name, value in record.items()}


def on_lines(count: int, seed: int = 20_233) -> Iterator[Record]:
    """Records that paid exactly 50, 70, 85, 90 or 96 percent of the budget."""
    chance = random.Random(seed)
    for record in records(count, seed):
        budget = int(record["approved_budget"]) // 100 * 100
        paid = budget * chance.choice(LINES) // 100
        yield {**record, "approved_budget": budget, "paid": paid, "balance": budget - paid}


def beside_lines(count: int, seed: int = 20_234) -> Iterator[Record]:
    """Records that paid a minor unit more or less than 50, 70, 85, 90 or 96 percent of the budget."""
    chance = random.Random(seed)
    for record in on_lines(count, seed):
        paid = int(record["paid"]) + chance.choice((-1, 1))
        yield {**record, "paid": paid, "balance": int(record["approved_budget"]) - paid}
