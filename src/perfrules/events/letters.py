"""Letters: those that are due to subjects by the ladders that they climb."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from heapq import heappop, heappush
from typing import Any

from perfrules.core.register import Whose
from perfrules.events.climbs import Heard, Sent, Way, ways_of
from perfrules.events.history import Days, History, Kept, Rewritten
from perfrules.events.signals import Signals
from perfrules.letter import Letter

Key = tuple[int, int, int, int]  # way, climb, day, step


class Letters:
    """The letters of all subjects."""

    def __init__(self, signals: Signals, history: History, period: int) -> None:
        self._history, self._period = history, period
        self._ways: Mapping[str, tuple[Way, ...]] = ways_of(signals)
        self._climbs: Kept = Kept()  # by subject: for each way and each climb on it, what was sent
        self._deadlines: list[tuple[int, Whose]] = []  # a heap of the days on which letters lapse
        self._undo: list[Any] = []
        self._lapsing: list[tuple[int, Whose]] = []
        self.follow([Rewritten(history.first, frozenset(history.days))])

    def follow(self, rewritten: Iterable[Rewritten]) -> tuple[Letter, ...]:
        """What changed with what is said now of some subjects from some days on, and with the deadlines that lapsed.

        Raises `Refused` where a deadline can't be known.
        """
        days: dict[Whose, int] = {}
        for one in rewritten:
            for whose in one.subjects:
                if whose[0] in self._ways:
                    days[whose] = min(one.day, days.get(whose, one.day))
        self._undo.clear()
        self._lapsing.clear()
        while self._deadlines and self._deadlines[0][0] <= self._history.now:
            day, whose = heappop(self._deadlines)
            self._lapsing.append((day, whose))
            days[whose] = min(day, days.get(whose, day))
        found = [letter for whose in sorted(days) for letter in self._followed(whose, days[whose])]
        return tuple(sorted(found, key=lambda one: (one.sent, one.subject, one.notice, one.step)))

    def undo(self) -> None:
        """Everything is as it was before `follow`."""
        for lapsing in self._lapsing:
            heappush(self._deadlines, lapsing)
        for kept, key, value in reversed(self._undo):
            kept.put(key, value, [])

    def on(self, day: int) -> tuple[Letter, ...]:
        """All letters as they were at the end of a day, by subject and day."""
        found = [
            letter
            for whose in sorted(self._climbs)
            for _, letter in sorted(self._letters(whose, self._climbs[whose], day))
        ]
        return tuple(sorted(found, key=lambda one: (one.subject, one.sent)))

    def waiting(self, whose: Whose, ladder: str, day: int) -> Iterator[tuple[Way, Sent]]:
        """The letters of a ladder to a subject that were out at some time of a day."""
        for way, climbs in zip(self._ways.get(whose[0], ()), self._climbs.get(whose, ()), strict=False):
            if way.ladder.name == ladder:
                for sent in (one for letters in climbs for one in letters):
                    if sent.sent <= day and (sent.ended is None or sent.ended >= day):
                        yield way, sent

    def ladders(self, kind: str) -> list[str]:
        """The names of the ladders that subjects of a kind climb."""
        return [way.ladder.name for way in self._ways.get(kind, ())]

    def _followed(self, whose: Whose, day: int) -> Iterator[Letter]:
        """The letters of a subject that are others now, by what happened from a day on."""
        before = self._climbs.get(whose) or tuple(tuple(() for _ in w.climbed_by) for w in self._ways[whose[0]])
        after = tuple(
            tuple(
                way.letters(by, sent, self._heard(whose, way), day)
                for by, sent in zip(way.climbed_by, climbs, strict=True)
            )
            for way, climbs in zip(self._ways[whose[0]], before, strict=True)
        )
        if after == before:
            return
        self._climbs.put(whose, after if any(any(climbs) for climbs in after) else None, self._undo)
        now = self._history.now
        old, new = dict(self._letters(whose, before, now)), dict(self._letters(whose, after, now))
        for key, letter in new.items():
            if old.get(key) != letter:
                yield letter
            if letter.ended is None and letter.due is not None and letter.state != "lapsed":
                heappush(self._deadlines, (letter.due.toordinal() + 1, whose))
        for key in old.keys() - new.keys():
            yield replace(old[key], state="withdrawn", ended=date.fromordinal(now))

    def _heard(self, whose: Whose, way: Way) -> Heard:
        history, ladder = self._history, way.ladder.name
        replies = {e.day for e in history.entries(whose) if e.reply is not None and e.reply[1] == ladder}
        return Heard(_from_first(history.days.get(whose, ()), history.first), frozenset(replies), history.now)

    def _letters(self, whose: Whose, climbs: Any, day: int) -> Iterator[tuple[Key, Letter]]:
        """The letters to a subject as they were at the end of a day, in the order of their days."""
        sent = sorted(
            (one.sent, w, c, one.step, n)
            for w, of_way in enumerate(climbs)
            for c, of_climb in enumerate(of_way)
            for n, one in enumerate(of_climb)
            if one.sent <= day
        )
        counts: Counter[tuple[str, int]] = Counter()
        for day_sent, w, c, step, n in sent:
            way, one = self._ways[whose[0]][w], climbs[w][c][n].by(day)
            action, sent_on = way.ladder.steps[step - 1].action.name, date.fromordinal(day_sent)
            counts[action, sent_on.year] += 1
            yield (
                (w, c, day_sent, step),
                Letter(
                    f"{whose[0]}/{whose[1]}",
                    self._recipient(whose, way.ladder.path),
                    self._period,
                    way.ladder.name,
                    action,
                    step,
                    one.grounds,
                    sent_on,
                    None if one.due is None else date.fromordinal(one.due),
                    one.state,
                    None if one.ended is None else date.fromordinal(one.ended),
                    counts[action, sent_on.year],
                ),
            )

    def _recipient(self, whose: Whose, path: tuple[str, ...]) -> str:
        """Whom a letter goes to."""
        for kind in path:
            row = self._history.register.row(whose, self._period) or {}
            whose = kind, str(row.get(kind, ""))
        return f"{whose[0]}/{whose[1]}"


def _from_first(days: Days, first: int) -> Days:
    """What was said in the beginning holds on the first day, unless something else is said then."""
    if days and days[0][0] < first:
        rest = days[1:]
        return rest if rest and rest[0][0] == first else ((first, days[0][1]), *rest)
    return days
