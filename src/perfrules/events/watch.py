"""A watch: what follows from facts as they come, one after the other, and as time passes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

from perfrules.asked import check_own, check_whole, check_year
from perfrules.core.doubts import doubts
from perfrules.core.facts import Facts
from perfrules.core.problem import Problem, Refused, did_you_mean
from perfrules.core.register import Part
from perfrules.events import footing
from perfrules.events.history import History, Rewritten
from perfrules.events.journal import Journal, heading
from perfrules.events.letters import Letters
from perfrules.events.messages import Message, message
from perfrules.events.signals import Judges, Signals
from perfrules.events.statuses import Status, Statuses
from perfrules.events.telling import Changes, Telling, Told
from perfrules.letter import Letter
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.wording import as_day
from perfrules.program import Program, check_program

WINDOW = 31  # days that an event may be late, where nothing else is said
WINDOW_MAX = 3_660
ENTRIES_MAX = 10**12
FORGETTING = 8  # days after which what is too old to be changed is forgotten


def watch(
    program: Program,
    facts: Facts | None = None,
    *,
    period: int,
    since: date | str | None = None,
    window: int = WINDOW,
    journal: str | Path | None = None,
    again_from: int | None = None,
) -> Watch:
    """Watch a period: what follows from facts as they come. `facts` are known beforehand.

    Events are of days from `since` (1 January of the year of the program's day, where not given) to the program's day,
    and not more than `window` days before the latest. With `journal` every event is in that file before it is answered;
    where the file has events, they are taken in first, and what changed with those from the number `again_from` on is
    in `again`: what was answered before, but perhaps not heard. Raises `Refused` where no rule gives a status and no
    ladder sends letters, without the extra `durable`, and where the journal is of another watch or was changed.
    """
    check_program(program)
    check_year(period)
    check_whole("window", window, 0, WINDOW_MAX)
    check_whole("again_from", 1 if again_from is None else again_from, 1, ENTRIES_MAX)
    known = Facts(program.vocabulary, {}, frozenset()) if facts is None else facts
    check_own(program.vocabulary, known)
    day = date(program.as_of.year, 1, 1) if since is None else as_day(since, "since")
    return Watch(program.compiled, known, period, day, window, journal, again_from)


class Watch:
    """Statuses, letters and deadlines while facts come one after the other; begun by `perfrules.watch`.

    At every moment statuses are those that a run as of that day over the same facts gives: in which order these came
    makes no difference. What is refused has changed nothing. May be used by several threads, which wait for each other.
    """

    def __init__(
        self,
        program: Compiled,
        facts: Facts,
        period: int,
        since: date,
        window: int,
        journal: str | Path | None,
        again_from: int | None = None,
    ) -> None:
        self.period = period
        """The judged period."""
        signals = Signals((*program.policies, *program.idle))
        self.since = min(max(since, min(policy.in_force[0] for policy in signals.policies)), program.as_of)
        """The first day that is watched."""
        self.window = window
        """How many days an event may be before the latest."""
        self._lock, self._stopped = RLock(), ""
        self._batch = 0
        judges = Judges(program, signals, self.since)
        self._history = History(facts, judges, period, self.since)
        self._because = {rule.name: rule.because for policy in signals.policies for rule in policy.rules}
        self._statuses = Statuses(signals, self._history, period)
        self._letters = Letters(signals, self._history, period)
        self._forgot = self._history.now
        about = {"program": judges.digest, "period": period, "since": self.since, "window": window}
        self._journal = Journal(journal, heading(facts, about))
        last = program.as_of
        self._telling = Telling(self._history, self._letters, self._journal, period, self.since, last, window)
        self.again: tuple[Told, ...] = ()
        """What changed with each message of the journal from a number on, as it was answered before."""
        try:
            told = (self._recall(*entry) for entry in enumerate(self._journal.entries(), 1))
            self.again = tuple(one for one in told if again_from is not None and one.entry >= again_from)
            for name, value, agrees in footing.growing(program.vocabulary.working_days, program.decisions):
                self._journal.rest_on(name, value, partial(agrees, self._history.now))
        except BaseException:
            self._journal.close()
            raise

    # what is said

    @property
    def now(self) -> date:
        """The day to which time has passed."""
        return date.fromordinal(self._history.now)

    @property
    def told(self) -> int:
        """How many messages were taken in."""
        return self._journal.last

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The statuses that stand, by subject and rule."""
        with self._lock:
            return self._statuses.standing()

    @property
    def open(self) -> tuple[Status, ...]:
        """The statuses and notices that may stand, by what is not known or not approved. Ask it before you act on what
        does not."""
        with self._lock:
            found = (*self._statuses.open(), *self._letters.open())
            return tuple(sorted(found, key=lambda one: (one.subject.partition("/")[::2], one.rule, one.action)))

    def letters(self, on: date | str | None = None) -> tuple[Letter, ...]:
        """All letters, as they are or were at the end of a day; those that are `out` or `lapsed` wait for an answer.
        Raises `Refused` for a day that has not come, or that is not watched."""
        with self._lock:
            return self._letters.on(self._telling.reached(on))

    def on(self, day: date | str) -> Changes:
        """Which statuses stood or were open at the end of a day, and which letters there were, by what is known now.
        Raises `Refused` for a day that has not come, or that is not watched."""
        with self._lock:
            ordinal = self._telling.reached(day)
            return (*self._statuses.on(ordinal), *self._letters.on(ordinal))

    @property
    def facts(self) -> Facts:
        """What is known by now, to be run: `program.run(watch.facts, period=…)`."""
        with self._lock:
            known = self._history.register.facts()
            return replace(known, notices=tuple(doubts(known.vocabulary, known.tables)))

    def because(self, rule: str) -> str:
        """Why a rule is there, in the words of its policy. Raises `Refused` where there is none of that name."""
        if not isinstance(rule, str) or rule not in self._because:
            hint = did_you_mean(str(rule), self._because)
            raise Refused([Problem("PR208", where="because", values={"word": str(rule)[:40], "hint": hint})])
        return self._because[rule]

    def __repr__(self) -> str:
        out = sum(letter.ended is None for letter in self.letters())
        return f"<Watch {self.period}: {len(self.statuses)} stand, {len(self.open)} open, {out} letters out>"

    # what is told

    def event(
        self,
        subject: object,
        period: int | None,
        kind: str,
        facts: Mapping[str, Any],
        at: date | str,
        id: object,
        *,
        new: bool = False,
    ) -> Changes:
        """Facts of a subject are known from a day on; what changed with it.

        Of a subject that is known, the facts that are not named stay; None makes one unknown; `period` None is the
        judged one. The same event with the same id again changes nothing. `new` lets a subject begin that belongs to no
        other. Raises `Refused` with every problem of the facts, where days don't fit, and where the id was another's.
        """
        said = {"subject": subject, "kind": kind, "facts": facts, "at": at, "id": id, "new": new}
        return self.take(said | ({} if period is None else {"period": period}))

    def correct(self, event: object, facts: Mapping[str, Any], at: date | str, id: object) -> Changes:
        """An earlier event had other facts, from its own day on; what changed with that."""
        return self.take({"corrects": event, "facts": facts, "at": at, "id": id})

    def withdraw(self, event: object, at: date | str, id: object) -> Changes:
        """An earlier event never happened; what changed with that."""
        return self.take({"withdraws": event, "at": at, "id": id})

    def reply(self, subject: str, ladder: str, at: date | str, id: object, *, ground: str = "") -> Changes:
        """A subject (`department/D001`) replied to the letter of a ladder that is out; what changed with that.

        With `ground`, the full name of a rule, to those alone that have it among their grounds. Raises `Refused` where
        none is out on that day, or where a rule says whether the letter is met.
        """
        said = {"replies": subject, "ladder": ladder, "at": at, "id": id}
        return self.take(said | ({"ground": ground} if ground != "" else {}))

    def advance(self, to: date | str) -> Changes:
        """Time has passed to a day; what lapsed, or changed by the day itself."""
        return self.take({"to": to})

    def close(self) -> Facts:
        """The period is closed: nothing more is told, and the facts that it ends with are to be run."""
        with self._lock:
            self._may_go_on()
            facts = self.facts
            self._journal.append("", '{"closed":true}')
            self._journal.commit()
            self.end()
            self._stopped = "PR758"
            self._history.forget(self._history.now + 1)
            return facts

    def end(self) -> None:
        """Let go of the journal, with which another watch may go on where this one is."""
        with self._lock:
            self._stopped = self._stopped or "PR765"
            self._journal.close()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Several messages with one writing to the disk at the end: none of their answers counts before that."""
        with self._lock:
            self._batch += 1
            try:
                yield
            finally:
                self._batch -= 1
                self._commit()

    def take(self, given: Mapping[str, Any]) -> Changes:
        """Take a message in, as a line of JSON has it (see `perfrules.events.messages`); what changed with it."""
        with self._lock:
            self._may_go_on()
            said = message(given)
            part = self._telling.part(said)
            content = self._telling.content(said, part)
            if not content:
                return ()
            changes = self._happened(said, part, self._journal.last + 1)
            self._commit((said.id, content))
            return changes

    def _may_go_on(self) -> None:
        if self._stopped:
            raise Refused([Problem(self._stopped, values={"path": self._journal.place})])

    def _commit(self, *entries: tuple[str, str]) -> None:
        try:
            for entry in entries:
                self._journal.append(*entry)
            if not self._batch:
                self._journal.commit()
        except Refused:
            self._stopped = "PR765"
            raise

    def _happened(self, said: Message, part: Part | None, number: int) -> Changes:
        """Let time pass to the day of a message, and let it happen; what changed."""
        self._telling.check_day(said)
        history, day = self._history, said.at.toordinal()
        try:
            if day > history.now:
                self._letters.follow(Rewritten(history.now + 1, history.advance(day)))
            without, having = self._telling.placed(said, part, number)
            if without or having:
                self._letters.follow(history.rewrite(without, having))
            statuses = self._statuses.changes()
        except BaseException:
            self._letters.undo()
            history.undo()
            raise
        letters = self._letters.changes()
        self._letters.keep()
        history.keep()
        if history.now - self._forgot > FORGETTING:
            self._forgot = history.now
            history.forget(history.now - self.window)
        return (*statuses, *letters)

    def _recall(self, number: int, content: str) -> Told:
        """Take a message of the journal in once more."""
        given = json.loads(content)
        if "closed" in given:
            self._stopped = "PR758"
            return Told(number, given, ())
        said = message(given)
        return Told(number, given, self._happened(said, self._telling.part(said), number))
