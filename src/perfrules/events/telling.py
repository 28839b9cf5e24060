"""Telling: what a message means for the history, once it is known to fit what was told before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from perfrules.core.problem import Problem, Refused, Value, Words, did_you_mean
from perfrules.core.register import Part, Whose
from perfrules.events.entries import Entry, Reply
from perfrules.events.history import History
from perfrules.events.journal import Journal
from perfrules.events.letters import Letters
from perfrules.events.messages import Message, message
from perfrules.events.statuses import Status
from perfrules.letter import Letter
from perfrules.pipeline.wording import as_day

Changes = tuple[Status | Letter, ...]
Placed = tuple[Entry | None, Entry | None]  # what goes out of the order, and what comes in


class Told(NamedTuple):
    """A message of the journal that was taken in once more, and what changed with it."""

    entry: int  # its number
    message: Mapping[str, Any]
    changes: Changes


@dataclass(frozen=True, slots=True)
class Telling:
    """Checks messages against what was told before."""

    history: History
    letters: Letters
    journal: Journal
    period: int
    since: date
    last: date
    window: int

    def content(self, said: Message, part: Part | None) -> str:
        """What the journal is to have of a message; nothing where it has it. Raises `Refused` where it has another."""
        content = said.content(part, self.history.register.vocabulary)
        if said.what == "to":
            return "" if said.at.toordinal() <= self.history.now and self.journal.holds(content) else content
        known = self.journal.find(said.id)
        if known is not None and known[1] != content:
            raise _refused("PR748", said.id, id=said.id)
        return "" if known else content

    def placed(self, said: Message, part: Part | None, number: int) -> Placed:
        """Where a message belongs in the order, once time has passed to its day. Raises `Refused` where nowhere."""
        at = said.at.toordinal()
        match said.what:
            case "to":
                return None, None
            case "kind":
                assert part is not None
                self.check_known(said, part)
                return None, Entry(at, number, said.id, part)
            case "replies":
                return None, Entry(at, number, said.id, None, self.reply(said, is_new=number > self.journal.last))
        without = self.entry(said)
        return without, without._replace(part=part) if part else None

    def part(self, said: Message) -> Part | None:
        """What a message says of a subject, as it is read."""
        register = self.history.register
        if said.what not in ("kind", "corrects"):
            return None
        first = said if said.what == "kind" else self.original(said)
        said.check_facts(register.headings(first.kind))
        period = self.period if first.period is None else first.period
        return register.read(first.kind, first.about, period, said.facts)

    def original(self, said: Message) -> Message:
        """The message that another corrects or withdraws. Raises `Refused` where there is none that could be."""
        found = self.journal.find(said.about)
        first = message(json.loads(found[1])) if found else None
        if first is None or first.what not in ("kind", "replies") or (said.what, first.what) == ("corrects", "replies"):
            raise _refused("PR749", said.about, id=said.about)
        return first

    def entry(self, said: Message) -> Entry:
        """The entry of the message that another corrects or withdraws, as it stands now."""
        first, found = self.original(said), self.journal.find(said.about)
        assert found is not None
        whose = self.subject(first.about) if first.what == "replies" else (first.kind, first.about)
        for entry in self.history.entries(whose):
            if entry.number == found[0]:
                self.check_window(date.fromordinal(entry.day), said.id)
                return entry
        self.check_window(first.at, said.id)
        raise _refused("PR749", said.about, id=said.about)

    # days

    def check_day(self, said: Message) -> None:
        """A day is one that is watched, and not too long before the latest."""
        day, now = said.at, date.fromordinal(self.history.now)
        if day > self.last:
            raise _refused("PR722", said.id or "to", day=day.isoformat(), as_of=self.last.isoformat())
        self.check_begun(day, said.id or "to")
        if said.what == "to" and day < now:
            raise _refused("PR750", "to", day=day.isoformat(), now=now.isoformat())
        self.check_window(day, said.id or "to")

    def reached(self, on: date | str | None) -> int:
        """A day of which something is asked, now where None is given. Raises `Refused` for one that has not come, and
        for one before the first."""
        now = date.fromordinal(self.history.now)
        day = now if on is None else as_day(on, "on")
        if day > now:
            raise _refused("PR766", "on", day=day.isoformat(), now=now.isoformat())
        self.check_begun(day, "on")
        return day.toordinal()

    def check_begun(self, day: date, where: str) -> None:
        """What is of a day before the first is not watched."""
        if day < self.since:
            raise _refused("PR746", where, day=day.isoformat(), first=self.since.isoformat())

    def check_window(self, day: date, where: str) -> None:
        """What is of a day too long ago can't be told any more."""
        now = self.history.now
        if now - day.toordinal() > self.window:
            said = date.fromordinal(now).isoformat()
            raise _refused("PR747", where, day=day.isoformat(), now=said, window=str(self.window))

    # subjects

    def check_known(self, said: Message, part: Part) -> None:
        """A subject that belongs to no other is one that was there in the beginning, unless it is said to be new."""
        register, (kind, subject) = self.history.register, part.whose
        named = register.vocabulary.kinds[kind].belongs_to or kind not in self.history.begun_with
        if not (named or said.new or register.is_known(part.whose)):
            about, known = f"{kind}/{subject}", [f"{of}/{other}" for of, other in register.subjects if of == kind]
            raise _refused("PR752", said.id, subject=about, hint=did_you_mean(about, known))

    def subject(self, text: str) -> Whose:
        """A subject by its kind and id. Raises `Refused` where there is none."""
        register = self.history.register
        kind, _, subject = text.partition("/")
        if not register.is_known((kind, subject)):
            hint = did_you_mean(text, [f"{of}/{other}" for of, other in register.subjects])
            raise _refused("PR705", text, subject=text, hint=hint)
        return kind, subject

    def reply(self, said: Message, *, is_new: bool = True) -> Reply:
        """Whose reply to what. Raises `Refused` where no letter waits for one; of a reply that was taken in
        before, that is not asked again: with days that a calendar got since, its letter may have been over."""
        whose, ladders = self.subject(said.about), self.letters.ladders(said.about.partition("/")[0])
        if said.ladder not in ladders:
            raise _refused("PR208", said.id, word=said.ladder, hint=did_you_mean(said.ladder, ladders))
        reply = Reply(whose, said.ladder, said.ground)
        grounds = self.letters.grounds(whose[0], said.ladder)
        if said.ground and said.ground not in grounds:
            raise _refused("PR208", said.id, word=said.ground, hint=did_you_mean(said.ground, grounds))
        waiting = list(self.letters.waiting(reply, said.at.toordinal()))
        if is_new and not any(way.takes_replies(sent.step) for way, sent in waiting):
            rule = Words("a rule says whether it is met", "是否落实由规则判断")
            none = Words("none is out on that day", "当日没有待回复的函件")
            values: dict[str, Value] = {"subject": said.about, "ladder": said.ladder, "day": said.at.isoformat()}
            raise _refused("PR751", said.id, **values, hint=rule if waiting else none)
        return reply


def _refused(code: str, where: str, **values: Value) -> Refused:
    return Refused([Problem(code, where=where, values=values)])
