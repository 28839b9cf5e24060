"""Whole policies: the year of Luojiang, and a policy of cohorts and a pool beside the same written by hand.

By hand it is what a careful programmer writes for this policy alone: whole minor units, no division where a comparison
is, the largest remainder. The entries of both are compared before anything is timed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from timing import Race, fastest

import perfrules

HERE = Path(__file__).resolve().parent
HOME = HERE.parent
LUOJIANG, FACTS = HOME / "policies" / "luojiang", HOME / "examples" / "luojiang-2023" / "facts"
SIZES = ("small", "middle", "large")
FIRST, BEHIND = 100, 1_000  # the first hundred; ten points in hundredths of a percent


class Department(NamedTuple):
    """A department in whole minor units."""

    id: str
    size: str
    budget: int
    paid: int
    funds: int


def departments(count: int, seed: int = 1) -> list[Department]:
    """Departments, many of which have equal rates."""
    random = Random(seed)
    found = []
    for n in range(count):
        budget = random.randrange(1, 10**4) * 10**4
        paid = budget * random.randrange(5_000, 10_001) // 10_000 + random.choice((-1, 0, 0, 1))
        found.append(Department(f"D{n:06d}", random.choice(SIZES), budget, max(paid, 0), random.randrange(10**8)))
    return found


def by_hand(subjects: Sequence[Department]) -> list[tuple[str, int]]:
    """What each gets, negative where it pays, in minor units, by id."""
    rates = {d.id: (2 * d.paid * 10_000 + d.budget) // (2 * d.budget) for d in subjects}
    parts: dict[str, list[Department]] = defaultdict(list)
    for department in subjects:
        parts[department.size].append(department)
    taken: list[tuple[str, int]] = []
    ahead: list[Department] = []
    for members in parts.values():
        total, count = sum(rates[d.id] for d in members), len(members)
        behind = (d for d in members if rates[d.id] * count < total - BEHIND * count)
        taken += [(d.id, (2 * d.funds + 100) // 200) for d in behind]
        ordered = sorted((rates[d.id] for d in members), reverse=True)
        line = ordered[min(FIRST, count) - 1]  # equals share the better place
        ahead += [d for d in members if rates[d.id] >= line]
    pool, weights = sum(amount for _, amount in taken), sum(d.funds for d in ahead)
    shares = {d.id: pool * d.funds // weights for d in ahead}
    spare = pool - sum(shares.values())
    for department in sorted(ahead, key=lambda d: (-(pool * d.funds % weights), d.id))[:spare]:
        shares[department.id] += 1
    moved = [(subject, -amount) for subject, amount in taken] + list(shares.items())
    return sorted((subject, amount) for subject, amount in moved if amount)


def entries(outcome: perfrules.Outcome) -> list[tuple[str, int]]:
    """The same of a run."""
    return sorted(
        (e.subject.partition("/")[2], int(e.amount * 100) * (1 if e.debit == "funds" else -1))
        for e in outcome.entries
        if e.subject
    )


def year() -> perfrules.Outcome:
    """The year of Luojiang: policies loaded, facts read, everything judged, the report in words."""
    policies = sorted(p for p in LUOJIANG.glob("*.yaml") if "funds" not in p.name)
    program = perfrules.load(policies, as_of="2023-12-31")
    outcome = program.run(program.read_facts(FACTS, period=2023), period=2023)
    outcome.report("zh")
    return outcome


def luojiang(times: int) -> tuple[float, float]:
    """Seconds of the whole year, and of checking all policies that come with perfrules."""
    return fastest(year, times), fastest(lambda: perfrules.check(HOME / "policies"), times)


def cohort(count: int, rounds: int) -> tuple[Race, int]:
    """The race of a run over a cohort, and how many entries differ from those by hand."""
    program = perfrules.load(HERE / "cohort", as_of="2024-01-31")
    subjects = departments(count)
    rows = [
        {"id": d.id, "size": d.size, **{name: in_yuan(getattr(d, name)) for name in ("budget", "paid", "funds")}}
        for d in subjects
    ]
    facts = program.facts({"department": rows}, period=2023)
    wrong = set(entries(program.run(facts))) ^ set(by_hand(subjects))
    contenders = {
        "hand": (by_hand, [subjects]),
        "run": (program.run, [facts]),
        "entries": (lambda given: entries(program.run(given)), [facts]),
    }
    race = Race(contenders, rounds)
    return race, len(wrong)


def in_yuan(minor: int) -> str:
    """Minor units as the text of an amount in 元."""
    return f"{minor // 100}.{minor % 100:02d}"
