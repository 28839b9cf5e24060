"""Events one by one: twenty rules with a ladder of letters, ten thousand subjects, the journal on disk in batches.

Beside it durable-rules by hand (`events_by_hand`), once with all of this and once with the signals of statuses alone.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from events_by_hand import BATCH, STATUSES, Letters, Standing, by_hand, signals_by_hand
from lines import Line

import perfrules

SUBJECTS, EVENTS, DAYS = 10_000, 20_000, 330
ROUNDS = 5
RATE, TIMES = 5_000, 1.5  # bounds: events a second on two cores, times the time by hand
FACTS = """
facts: events
extends: budget
kinds:
  project:
    facts:
      spent:    {is: money, between: [0元, 1000000元]}
      budget:   {is: money, between: [1元, 1000000元]}
      failures: {is: count, between: [0, 9]}
"""
LADDER = """
notices:
  - ladder: follow-up
    steps:
      - {send: remind, within: 10 days, if_lapsed: next}
      - {send: order_rectification, within: 10 days, if_lapsed: next}
      - {send: summon, within: 10 days}
"""
ACTIONS = ("exclude", "cancel", "merge", "suspend", "return")


def policy() -> str:
    lines = ["policy: events", "facts: events", "subject: project", "names: {progress: spent / budget}", "rules:"]
    for n in range(STATUSES):
        condition = f"progress < {n + 1}% and failures >= {n % 4}" if n else "failures >= 2"
        action = ACTIONS[n % len(ACTIONS)]
        lines.append(f"  - {{rule: status{n}, when: {condition}, then: {action}, because: measured}}")
    for n, action in enumerate(("remind", "remind", "order_rectification", "summon")):
        lines.append(f"  - {{rule: notice{n}, when: progress < {40 - 10 * n}%, then: {action}, because: measured}}")
    return "\n".join(lines) + LADDER


def beginning() -> list[dict[str, Any]]:
    return [{"id": f"P{n:05}", "spent": 500_000, "budget": 1_000_000, "failures": 0} for n in range(SUBJECTS)]


def messages(count: int) -> list[dict[str, Any]]:
    """Spending and failed reviews, day by day through the year."""
    chance = random.Random(1)
    found = []
    for n in range(count):
        day = date(2023, 1, 1) + timedelta(days=n * DAYS // count)
        facts = {"spent": chance.randrange(1_000_000)} if chance.random() < 0.7 else {"failures": chance.randrange(4)}
        subject = f"P{chance.randrange(SUBJECTS):05}"
        found.append({"id": f"e{n}", "at": day.isoformat(), "kind": "project", "subject": subject, "facts": facts})
    return found


def by_perfrules(told: list[dict[str, Any]]) -> tuple[float, Standing, Letters]:
    """Seconds of the processor, the statuses that stand at the end, and all letters."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
        (folder / "policy.yaml").write_text(policy(), encoding="utf-8")
        made = perfrules.load(folder / "policy.yaml", as_of="2023-12-31")
        known = made.facts({"project": beginning()}, period=2023)
        watch = perfrules.watch(made, known, period=2023, journal=folder / "journal")
        start = time.process_time()
        for first in range(0, len(told), BATCH):
            with watch.batch():
                for message in told[first : first + BATCH]:
                    watch.take(message)
        taken = time.process_time() - start
        standing = {(s.subject.partition("/")[2], int(s.rule.partition("status")[2])) for s in watch.statuses}
        letters = Counter((one.subject.partition("/")[2], one.step, one.sent) for one in watch.letters())
        watch.end()
    return taken, standing, letters


def events() -> list[Line]:
    """All on the same events, in turn, and the median of the rounds."""
    told, known = messages(EVENTS), beginning()
    rounds: list[tuple[float, float, float]] = []
    for number in range(ROUNDS):
        ours, *found = by_perfrules(told)
        hand, *expected = by_hand(told, known, f"all {number}")
        signals, *stand = signals_by_hand(told, known, f"signals {number}")
        if found != expected or found[:1] != stand:
            raise SystemExit("events: not the same statuses and letters")
        rounds.append((ours, hand, signals))
    ours, hand, signals = (median(times) for times in zip(*rounds, strict=True))
    return [
        Line(
            f"a second of events at {RATE:,}, 20 rules, ladder, journal", RATE * ours / EVENTS, "s", 1.0,
            f"{EVENTS / ours:,.0f} a second on one core",
        ),
        Line(
            "the same beside durable-rules by hand", median(a / b for a, b, _ in rounds), "×", TIMES,
            f"by hand {EVENTS / hand:,.0f}, with statuses, letters and a journal",
        ),
        Line(
            "the same beside signals of statuses alone by hand", median(a / b for a, _, b in rounds), "×", None,
            f"by hand {EVENTS / signals:,.0f}, without letters, days, journal",
        ),
    ]  # fmt: skip
