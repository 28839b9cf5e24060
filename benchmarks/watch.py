"""Single events against twenty rules with a ladder, ten thousand subjects, the journal on disk in batches; beside it durable-rules
used by hand on the same signals, with the conditions in Python."""

from __future__ import annotations

import random
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import perfrules
import timing

SUBJECTS, EVENTS, BATCH = 10_000, 20_000, 500
FACTS = """
facts: watch
extends: budget
kinds:
  project:
    facts:
      spent:    {is: money, between: [0元, 1000000元]}
      budget:   {is: money, between: [1元, 1000000元]}
      failures: {is: count, between: [0, 9]}
"""
STATUSES = 16
ACTIONS = ("exclude", "cancel", "merge", "suspend", "return")


def policy() -> str:
    lines = ["policy: watch", "facts: watch", "subject: project", "names: {progress: spent / budget}", "rules:"]
    for n in range(STATUSES):
        condition = f"progress < {n + 1}% and failures >= {n % 4}" if n else "failures >= 2"
        lines.append(f"  - {{rule: status{n}, when: {condition}, then: {ACTIONS[n % len(ACTIONS)]}, because: measured}}")
    for n, action in enumerate(("remind", "remind", "order_rectification", "summon")):
        lines.append(f"  - {{rule: notice{n}, when: progress < {40 - 10 * n}%, then: {action}, because: measured}}")
    lines += ["notices:", "  - ladder: follow-up", "    steps:", "      - {send: remind, within: 10 days, if_lapsed: next}",
              "      - {send: order_rectification, within: 10 days, if_lapsed: next}", "      - {send: summon, within: 10 days}"]  # fmt: skip
    return "\n".join(lines)


def program(folder: Path) -> perfrules.Program:
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "policy.yaml").write_text(policy(), encoding="utf-8")
    return perfrules.load(folder / "policy.yaml", as_of="2023-12-31")


def beginning() -> list[dict]:
    return [{"id": f"P{n:05}", "spent": 500_000, "budget": 1_000_000, "failures": 0} for n in range(SUBJECTS)]


def events(count: int) -> list[dict]:
    """Spending and failed reviews, day by day through the year."""
    chance = random.Random(1)
    found = []
    for n in range(count):
        day = 1 + n * 330 // count
        facts = {"spent": chance.randrange(0, 1_000_000)} if chance.random() < 0.7 else {"failures": chance.randrange(4)}
        found.append({"id": f"e{n}", "at": time.strftime("%Y-%m-%d", time.gmtime(1672531200 + 86400 * (day - 1))),
                      "kind": "project", "subject": f"P{chance.randrange(SUBJECTS):05}", "facts": facts})  # fmt: skip
    return found


def by_perfrules(count: int) -> float:
    """Seconds of the processor."""
    told = events(count)
    with TemporaryDirectory() as folder:
        made = program(Path(folder))
        watch = perfrules.watch(made, made.facts({"project": beginning()}, period=2023), period=2023, journal=Path(folder) / "journal")
        start = time.process_time()
        for first in range(0, count, BATCH):
            with watch.batch():
                for message in told[first : first + BATCH]:
                    watch.take(message)
        taken = time.process_time() - start
        watch.end()
    return taken


def by_hand(count: int) -> float:
    """Seconds of the processor for the same statuses and notices: conditions in whole numbers, signals asserted and retracted."""
    import durable.lang as rules

    told = events(count)
    name = "hand"
    with rules.ruleset(name):
        for n in range(STATUSES + 4):

            @rules.when_all((rules.m.rule == n) & (rules.m.holds == 1))
            def begins(c, n=n):
                found.add((c.m.subject, n))

    found: set = set()
    facts = {row["id"]: {"spent": row["spent"] * 100, "budget": row["budget"] * 100, "failures": row["failures"], "number": n} for n, row in enumerate(beginning())}
    live: dict[tuple[int, int], dict] = {}
    serial = 0
    start = time.process_time()
    for message in told:
        own = facts[message["subject"]]
        for fact, value in message["facts"].items():
            own[fact] = value * 100 if fact == "spent" else value
        spent, budget, failures, subject = own["spent"], own["budget"], own["failures"], own["number"]
        for n in range(STATUSES + 4):
            if n >= STATUSES:
                holds = spent * 100 < (40 - 10 * (n - STATUSES)) * budget
            else:
                holds = (spent * 100 < (n + 1) * budget and failures >= n % 4) if n else failures >= 2
            was = live.get((subject, n))
            if holds and was is None:
                serial += 1
                live[subject, n] = {"id": serial, "rule": n, "subject": subject, "holds": 1}
                rules.assert_fact(name, live[subject, n])
            elif not holds and was is not None:
                rules.retract_fact(name, live.pop((subject, n)))
                found.discard((subject, n))
    return time.process_time() - start


def main(count: int = EVENTS) -> None:
    ours, hand = by_perfrules(count), by_hand(count)
    print(f"events: {count / ours:,.0f} a second; by hand in durable-rules {count / hand:,.0f}; {ours / hand:.2f} times its time (bound 1.5)")


if __name__ == "__main__":
    main()
