"""R20 in columns: `decide_all` beside expressions of Polars that an expert writes for these rules alone.

Both read the same frame and give the same columns, which are compared before anything is timed: whether each rule
fires, and the exact amount of each claim in whole minor units. By hand nothing is checked, and nothing may be unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl
from records import in_major_units, records
from timing import Race

import perfrules

MADE = 50_000  # records; the rest are these again
PLACES = {"approved_budget": 2, "paid": 2, "balance": 2, "public_funds": 2}
TYPES = {name: pl.Decimal(18, places) for name, places in PLACES.items()} | {
    "score": pl.Decimal(5, 1),
    "deviation": pl.Decimal(6, 4),
}


@dataclass(frozen=True)
class Columns:
    """The race of `decide_all`, from decimals and from whole minor units, with the columns by hand; how many differ."""

    race: Race
    wrong: int


def made(count: int) -> pl.DataFrame:
    """The records as a table of decimals."""
    rows = [{"id": f"P{n}", **in_major_units(record)} for n, record in enumerate(records(MADE))]
    return pl.concat([pl.DataFrame(rows, schema_overrides=TYPES)] * (count // MADE))


def columns(program: perfrules.Program, count: int, rounds: int) -> Columns:
    """Both take turns over the same rows, with all cores."""
    facts = program.scan_facts({"project": made(count)}, period=2023, ids_once=False)
    ours = program.decide_all("project", facts)
    stored = facts.frame("project", 2023).collect()
    hand = by_hand(stored.lazy())
    found, expected = ours.collect(engine="streaming"), hand.collect(engine="streaming")
    wrong = sum(not found[name].equals(expected[name]) for name in found.columns) + (found.width != expected.width)
    del found, expected
    kept = program.decide_all("project", replace(facts, frames={"project": stored.lazy()}))
    contenders = {"hand": (collected, [hand]), "given": (collected, [ours]), "stored": (collected, [kept])}
    return Columns(Race(contenders, rounds), wrong)


def collected(frame: pl.LazyFrame) -> pl.DataFrame:
    """What streams through."""
    return frame.collect(engine="streaming")


def by_hand(frame: pl.LazyFrame) -> pl.LazyFrame:
    """The rules, over whole minor units, cross-multiplied."""
    budget, paid, balance, funds = (pl.col(name) for name in ("approved_budget", "paid", "balance", "public_funds"))
    score, deviation, failures, completed = (
        pl.col(name) for name in ("score", "deviation", "review_failures", "is_completed")
    )
    grade, department, year = pl.col("grade"), pl.col("department"), pl.col("fiscal_year")

    def share(of: pl.Expr, percent: int, under: int = 100) -> pl.Expr:
        return (of * percent + under // 2) // under

    rules: dict[str, tuple[pl.Expr, str, pl.Expr | None]] = {
        "slow": (paid * 100 < budget * 85, "deduct public_funds", share(funds, 5)),
        "on-track": ((paid * 100 >= budget * 85) & (paid * 100 <= budget * 96), "", None),
        "fast": (paid * 100 > budget * 96, "reward public_funds", share(funds, 2)),
        "failed-twice": (failures >= 2, "", None),
        "completed-balance": (completed & (balance > 0), "recover_balance unspent", balance),
        "poor-score": (score < 600, "cut_next next_budget", budget),
        "fair-score": ((score >= 600) & (score < 800), "cut_next next_budget", share(budget, 10)),
        "good-score": ((score >= 800) & (score < 900), "", None),
        "excellent-score": (score >= 900, "reward public_funds", share(funds, 3)),
        "far-off": (deviation > 2000, "", None),
        "off": ((deviation > 1000) & (deviation <= 2000), "", None),
        "hardly-started": (~completed & (paid * 100 < budget * 50), "recover_balance unspent", share(balance, 20)),
        "overspent": (paid > budget, "cut_next next_budget", paid - budget),
        "grade-d": (grade == "D", "deduct public_funds", share(funds, 15)),
        "grade-a": (
            (grade == "A") & (paid * 100 >= budget * 90) & (deviation <= 500),
            "award next_budget",
            share(budget, 1),
        ),
        "large-and-slow": (
            (budget >= 500_000_000) & (paid * 100 < budget * 70),
            "recover_balance unspent",
            share(balance, 30),
        ),
        "health": ((department == "health") & (score < 700), "deduct public_funds", share(funds, 25, 1000)),
        "old-balance": ((year <= 2022) & (balance > 0), "recover_balance unspent", balance),
        "failed-once": ((failures == 1) & (score < 750), "recover_balance unspent", share(balance, 50)),
        "large-balance": (
            (paid * 100 < budget * 85) & (balance >= 10_000_000),
            "recover_balance unspent",
            share(balance, 75, 1000),
        ),
    }
    fired = [holds.alias(f"r20/{name}") for name, (holds, _, _) in rules.items()]
    amounts = [
        pl.when(holds & (amount != 0)).then(amount).alias(f"r20/{name} {claim}")
        for name, (holds, claim, amount) in rules.items()
        if amount is not None
    ]
    return frame.select("id", *fired, *amounts)
