"""Events one by one: twenty rules with a ladder of letters, ten thousand subjects, the journal on disk in batches.

Beside it durable-rules by hand: the same conditions in Python on whole minor units, and a signal asserted or retracted
where one changes; without letters, days, a journal, or a check of what comes.
"""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lines import Line

import perfrules

SUBJECTS, EVENTS, BATCH, DAYS = 10_000, 20_000, 500, 330
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
STATUSES, NOTICES = 16, 4
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


Standing = set[tuple[str, int]]  # subject, rule


def by_perfrules(told: list[dict[str, Any]]) -> tuple[float, Standing]:
    """Seconds of the processor, and the statuses that stand at the end."""
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
        watch.end()
    return taken, {(s.subject.partition("/")[2], int(s.rule.partition("status")[2])) for s in watch.statuses}


def holds(rule: int, spent: int, budget: int, failures: int) -> bool:
    if rule >= STATUSES:
        return spent * 100 < (40 - 10 * (rule - STATUSES)) * budget
    return spent * 100 < (rule + 1) * budget and failures >= rule % 4 if rule else failures >= 2


def by_hand(told: list[dict[str, Any]]) -> tuple[float, Standing]:
    """Seconds of the processor, and the statuses that stand at the end."""
    import durable.lang as rules

    standing: Standing = set()
    with rules.ruleset("by hand"):
        for rule in range(STATUSES + NOTICES):
            condition = (rules.m.rule == rule) & (rules.m.holds == 1)
            rules.when_all(condition)(lambda c: standing.add((c.m.subject, c.m.rule)))

    facts = {row["id"]: {**row, "spent": row["spent"] * 100, "budget": row["budget"] * 100} for row in beginning()}
    live: dict[tuple[str, int], dict[str, Any]] = {}
    start = time.process_time()
    for number, message in enumerate(told):
        subject, own = message["subject"], facts[message["subject"]]
        own |= {fact: value * 100 if fact == "spent" else value for fact, value in message["facts"].items()}
        for rule in range(STATUSES + NOTICES):
            now, key = holds(rule, own["spent"], own["budget"], own["failures"]), (subject, rule)
            if now and key not in live:
                live[key] = {"id": f"{number}-{rule}", "rule": rule, "subject": subject, "holds": 1}
                rules.assert_fact("by hand", live[key])
            elif not now and key in live:
                rules.retract_fact("by hand", live.pop(key))
                standing.discard(key)
    return time.process_time() - start, {key for key in standing if key[1] < STATUSES}


def events() -> list[Line]:
    """Both on the same events, one after the other."""
    told = messages(EVENTS)
    (ours, stand), (hand, expected) = by_perfrules(told), by_hand(told)
    if stand != expected:
        raise SystemExit(f"events: {len(stand ^ expected)} statuses differ")
    note = f"{EVENTS / ours:,.0f} a second on one core; by hand {EVENTS / hand:,.0f}, without letters, days, journal"
    return [
        Line(f"a second of events at {RATE:,}, 20 rules, ladder, journal", RATE * ours / EVENTS, "s", 1.0, note),
        Line("the same beside durable-rules by hand", ours / hand, "×", TIMES, note),
    ]
