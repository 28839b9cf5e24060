"""The same events by hand: durable-rules, with the conditions in Python on whole minor units.

What an expert writes for these twenty rules and this ladder alone: a signal is asserted or retracted where one changes,
rules of durable-rules say what stands and which step follows on what happens, a heap has the deadlines, and lines of
JSON go into SQLite. It checks nothing of what comes, can't be told late, and keeps neither grounds nor states.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

BATCH = 500  # events for which the journal is written to the disk
STATUSES, NOTICES = 16, 4
FIRST_STEPS = (1, 1, 2, 3)  # of the ladder, with which a notice begins
WITHIN = timedelta(days=10)
LAST_STEP, LAPSED = 3, 0  # what happens on a step: it lapsed, or else the step of a notice that begins
Standing = set[tuple[str, int]]  # subject, rule
Letters = Counter[tuple[str, int, date]]  # subject, step, day


def holds(rule: int, spent: int, budget: int, failures: int) -> bool:
    if rule >= STATUSES:
        return spent * 100 < (40 - 10 * (rule - STATUSES)) * budget
    return spent * 100 < (rule + 1) * budget and failures >= rule % 4 if rule else failures >= 2


class Signals:
    """Which rules hold of whom: a fact for each, for as long as it holds."""

    def __init__(self, name: str, known: list[dict[str, Any]]) -> None:
        import durable.lang as rules

        self.rules, self.name, self.standing = rules, name, set[tuple[str, int]]()
        with rules.ruleset(name):
            for rule in range(STATUSES + NOTICES):
                condition = (rules.m.rule == rule) & (rules.m.holds == 1)
                rules.when_all(condition)(lambda c: self.standing.add((c.m.subject, c.m.rule)))
        self.facts = {row["id"]: {**row, "spent": row["spent"] * 100, "budget": row["budget"] * 100} for row in known}
        self.live: dict[tuple[str, int], dict[str, Any]] = {}

    def take(self, number: int, message: dict[str, Any]) -> None:
        subject, own = message["subject"], self.facts[message["subject"]]
        own |= {fact: value * 100 if fact == "spent" else value for fact, value in message["facts"].items()}
        for rule in range(STATUSES + NOTICES):
            now, key = holds(rule, own["spent"], own["budget"], own["failures"]), (subject, rule)
            if now and key not in self.live:
                self.live[key] = {"id": f"{number}-{rule}", "rule": rule, "subject": subject, "holds": 1}
                self.rules.assert_fact(self.name, self.live[key])
            elif not now and key in self.live:
                self.rules.retract_fact(self.name, self.live.pop(key))
                self.standing.discard(key)

    def notices(self, subject: str) -> set[int]:
        return {n for n in range(NOTICES) if (subject, STATUSES + n) in self.standing}

    @property
    def statuses(self) -> Standing:
        return {key for key in self.standing if key[1] < STATUSES}


class Ladder:
    """On which step subjects are, and what was sent to them."""

    def __init__(self, name: str) -> None:
        import durable.lang as rules

        self.rules, self.name = rules, name
        self.out: dict[str, tuple[int, date]] = {}  # the step of the letter that is out, and its day
        self.letters: Letters = Counter()
        self.deadlines: list[tuple[date, str, date]] = []  # when what was sent to whom and when lapses
        with rules.ruleset(name):
            for now in range(LAST_STEP + 1):
                for what in range(LAST_STEP + 1):
                    after = max(now, what) if what else min(now + 1, LAST_STEP)
                    condition = (rules.m.now == now) & (rules.m.what == what)
                    rules.when_all(condition)(self.sending(after))

    def sending(self, step: int) -> Callable[[Any], None]:
        return lambda c: self.send(c.m.subject, step)

    def send(self, subject: str, step: int) -> None:
        self.out[subject] = step, self.day
        self.letters[subject, step, self.day] += 1
        if step < LAST_STEP:
            heappush(self.deadlines, (self.day + WITHIN + timedelta(days=1), subject, self.day))

    def happens(self, subject: str, what: int) -> None:
        fact = {"id": 1, "subject": subject, "now": self.out[subject][0] if subject in self.out else 0, "what": what}
        self.rules.assert_fact(self.name, fact)
        self.rules.retract_fact(self.name, fact)

    def lapse(self, until: date) -> None:
        """What was not replaced by its deadline is followed by the next step."""
        while self.deadlines and self.deadlines[0][0] <= until:
            self.day, subject, sent = heappop(self.deadlines)
            if self.out[subject][1] == sent:
                self.happens(subject, LAPSED)

    def begin(self, day: date, subject: str, notices: set[int]) -> None:
        """Notices that did not hold before a day, and hold at its end."""
        self.day = day
        step = max((FIRST_STEPS[n] for n in notices), default=0)
        out = self.out.get(subject, (0, date.min))
        if step and not (out[1] == day and out[0] >= step):
            self.happens(subject, step)


def by_hand(told: list[dict[str, Any]], known: list[dict[str, Any]], name: str) -> tuple[float, Standing, Letters]:
    """Seconds of the processor, the statuses that stand at the end, and all letters."""
    signals, ladder = Signals(f"signals of {name}", known), Ladder(f"ladder of {name}")
    with TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "journal")) as journal:
        journal.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE entries (content TEXT)")
        start = time.process_time()
        for day, of_day in groupby(enumerate(told), key=lambda one: one[1]["at"]):
            _day(date.fromisoformat(day), of_day, signals, ladder, journal)
        journal.commit()
        return time.process_time() - start, signals.statuses, ladder.letters


def _day(
    day: date, told: Iterator[tuple[int, dict[str, Any]]], signals: Signals, ladder: Ladder, journal: sqlite3.Connection
) -> None:
    ladder.lapse(day)
    before: dict[str, set[int]] = {}
    for number, message in told:
        before.setdefault(message["subject"], signals.notices(message["subject"]))
        signals.take(number, message)
        journal.execute("INSERT INTO entries VALUES (?)", (json.dumps(message),))
        if number % BATCH == BATCH - 1:
            journal.commit()
    for subject, had in before.items():
        ladder.begin(day, subject, signals.notices(subject) - had)


def signals_by_hand(told: list[dict[str, Any]], known: list[dict[str, Any]], name: str) -> tuple[float, Standing]:
    """The same of the signals alone."""
    signals = Signals(name, known)
    start = time.process_time()
    for number, message in enumerate(told):
        signals.take(number, message)
    return time.process_time() - start, signals.statuses
