"""Letters: those that are due to subjects by the ladders that they climb."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from heapq import heappop, heappush
from itertools import chain
from operator import itemgetter

from perfrules.core.register import Whose
from perfrules.engines.durable import OPEN
from perfrules.events.climbs import Heard, climbed
from perfrules.events.entries import Reply
from perfrules.events.history import Days, History, Rewritten, alike
from perfrules.events.signals import Signals
from perfrules.events.statuses import Status
from perfrules.events.ways import Sent, Way, ways_of
from perfrules.letter import Letter
from perfrules.pipeline.model import Ladder

Climbs = tuple[tuple[tuple[Sent, ...], ...], ...]  # by way and climb, what was sent
Key = tuple[int, int, int, int]  # way, climb, day, step
Place = tuple[int, int, int, int, int]  # day, way, climb, step, and the number of the letter in its climb
Placed = tuple[Place, Sent]
Counts = dict[tuple[str, int], int]  # how many letters, by their action and the year in which they were sent


class Letters:
    """The letters of all subjects."""

    def __init__(self, signals: Signals, history: History, period: int) -> None:
        self._history, self._period = history, period
        self._ways: Mapping[str, tuple[Way, ...]] = ways_of(signals)
        self._climbs: dict[Whose, Climbs] = {}  # for each way and each climb on it
        self._following: list[tuple[int, Whose]] = []  # a heap of the days on which something follows from a letter
        self._awaited: set[tuple[int, Whose]] = set()  # what is in the heap
        self._before: dict[Whose, Climbs] = {}  # what was before the last `keep`, where that is another
        self._followed: list[tuple[int, Whose]] = []
        self.follow(Rewritten(history.first, frozenset(history.days)))
        self.keep()

    def follow(self, rewritten: Rewritten) -> None:
        """Find anew what is due to some subjects from a day on, what follows from deadlines that lapsed, and to whom
        letters go."""
        days = {whose: rewritten.day for whose in rewritten.subjects if whose[0] in self._ways}
        while self._following and self._following[0][0] <= self._history.now:
            day, whose = heappop(self._following)
            self._awaited.discard((day, whose))
            self._followed.append((day, whose))
            days[whose] = min(day, days.get(whose, day))
        for whose in sorted(days):
            self._climb(whose, days[whose])
        for whose in rewritten.moved & self._climbs.keys():
            self._address(whose)

    def changes(self) -> tuple[Letter, ...]:
        """What is due, or is in another state, since the last `keep`, by day; what is due no more, or to others or on
        other grounds by now, is withdrawn first."""
        now, found = self._history.now, []
        for whose, before in self._before.items():
            both = [_placed(climbs, now) for climbs in (before, self._climbs.get(whose, ()))]
            same, counts = alike(*both), Counts()
            for place, _ in both[0][:same]:
                self._count(whose, place, counts)
            old, new = (dict(self._sent(whose, placed[same:], now, Counts(counts))) for placed in both)
            gone = (key for key in old if key not in new or old[key][0].identity != new[key][0].identity)
            withdrawn = (self._letter(whose, key, *old[key]) for key in gone)
            found += [replace(one, state="withdrawn", ended=date.fromordinal(now)) for one in withdrawn]
            turned = (key for key in new if key not in old or _said(*old[key]) != _said(*new[key]))
            found += [self._letter(whose, key, *new[key]) for key in turned]
        return tuple(sorted(found, key=lambda one: (one.sent, one.subject, one.notice, one.step)))

    def keep(self) -> None:
        """What was changed stays."""
        self._before.clear()
        self._followed.clear()

    def undo(self) -> None:
        """Everything is as it was at the last `keep`."""
        for followed in self._followed:
            self._await(followed)
        for whose, before in self._before.items():
            self._climbs.pop(whose, None)
            if before:
                self._climbs[whose] = before
        self.keep()

    def open(self) -> Iterator[Status]:
        """The notices that may be due, by what is not known."""
        for whose, days in self._history.days.items():
            for way in self._ways.get(whose[0], ()):
                for ground in {ground for by in way.climbed_by for ground in by}:
                    since = None
                    for day, said in reversed(days):
                        if way.begins(ground, said) != OPEN:
                            break
                        since = day
                    if since is not None:
                        begun = None if since < self._history.first else date.fromordinal(since)
                        action = way.ladder.steps[ground.step - 1].action.name
                        yield Status(f"{whose[0]}/{whose[1]}", self._period, action, ground.rule, "open", begun)

    def on(self, day: int) -> tuple[Letter, ...]:
        """All letters as they were at the end of a day, by subject and day."""
        found = [
            self._letter(whose, key, *sent)
            for whose in sorted(self._climbs)
            for key, sent in sorted(self._sent(whose, _placed(self._climbs[whose], day), day, {}), key=itemgetter(0))
        ]
        return tuple(sorted(found, key=lambda one: (one.subject, one.sent)))

    def waiting(self, to: Reply, day: int) -> Iterator[tuple[Way, Sent]]:
        """The letters to which a reply may be that were out on a day, and had not lapsed before it."""
        for way, climbs in zip(self._ways.get(to.whose[0], ()), self._climbs.get(to.whose, ()), strict=False):
            if way.ladder.name == to.ladder:
                for sent in (one for letters in climbs for one in letters if to.ground in ("", *one.grounds)):
                    if sent.sent <= day and (sent.ended is None or sent.ended > day - (sent.lapsed != day)):
                        yield way, sent

    def ladders(self, kind: str) -> list[str]:
        """The names of the ladders that subjects of a kind climb."""
        return [way.ladder.name for way in self._ways.get(kind, ())]

    def grounds(self, kind: str, ladder: str) -> list[str]:
        """The names of the rules that begin a ladder."""
        ways = (way for way in self._ways.get(kind, ()) if way.ladder.name == ladder)
        return [ground.rule for way in ways for by in way.climbed_by for ground in by]

    def _climb(self, whose: Whose, day: int) -> None:
        """Find anew the letters of a subject by what happened from a day on."""
        ways, heard = self._ways[whose[0]], self._heard(whose)
        before = self._climbs.get(whose) or tuple(tuple(() for _ in way.climbed_by) for way in ways)
        found = [
            [climbed(way, by, sent, heard, day) for by, sent in zip(way.climbed_by, climbs, strict=True)]
            for way, climbs in zip(ways, before, strict=True)
        ]
        after = tuple([tuple([climb.letters for climb in climbs]) for climbs in found])
        if after != before:
            self._set(whose, after)
        for climb in chain.from_iterable(found):
            if climb.following is not None:
                self._await((climb.following, whose))

    def _address(self, whose: Whose) -> None:
        """Find anew whom the letters of a subject go to; also those of days of which nothing can be told any more."""
        after = tuple(
            tuple(
                tuple(one._replace(recipient=self._recipient(whose, way.ladder, one.sent)) for one in letters)
                for letters in climbs
            )
            for way, climbs in zip(self._ways[whose[0]], self._climbs[whose], strict=True)
        )
        self._set(whose, after)

    def _set(self, whose: Whose, climbs: Climbs) -> None:
        self._before.setdefault(whose, self._climbs.get(whose, ()))
        self._climbs[whose] = climbs

    def _await(self, following: tuple[int, Whose]) -> None:
        if following not in self._awaited:
            self._awaited.add(following)
            heappush(self._following, following)

    def _heard(self, whose: Whose) -> Heard:
        history = self._history
        replies = [(entry.day, entry.reply) for entry in history.entries(whose) if entry.reply is not None]
        days = _from_first(history.days.get(whose, ()), history.first)
        return Heard(days, replies, history.now, partial(self._recipient, whose))

    def _sent(
        self, whose: Whose, placed: Sequence[Placed], until: int, counts: Counts
    ) -> Iterator[tuple[Key, tuple[Sent, int]]]:
        """What was sent to a subject, as it was at the end of a day, and the how-manieth of its year it was; `counts`
        has those before."""
        for place, one in placed:
            day, way, climb, step, _ = place
            yield (way, climb, day, step), (one.by(until), self._count(whose, place, counts))

    def _count(self, whose: Whose, place: Place, counts: Counts) -> int:
        """Count a letter: the how-manieth of its year it is."""
        day, way, _, step, _ = place
        counted = self._action(whose, way, step), date.fromordinal(day).year
        counts[counted] = number = counts.get(counted, 0) + 1
        return number

    def _action(self, whose: Whose, way: int, step: int) -> str:
        return self._ways[whose[0]][way].ladder.steps[step - 1].action.name

    def _letter(self, whose: Whose, key: Key, sent: Sent, number: int) -> Letter:
        way, _, _, step = key
        own = self._ways[whose[0]][way]
        ladder, length = own.ladder, own.length(step, date.fromordinal(sent.sent))
        return Letter(
            "/".join(whose),
            sent.recipient,
            self._period,
            ladder.name,
            self._action(whose, way, step),
            step,
            sent.grounds,
            date.fromordinal(sent.sent),
            None if sent.due is None else date.fromordinal(sent.due),
            sent.state,
            None if sent.ended is None else date.fromordinal(sent.ended),
            number,
            None if sent.unanswered is None else date.fromordinal(sent.unanswered),
            length.written if length else "",
        )

    def _recipient(self, whose: Whose, ladder: Ladder, day: int) -> str:
        """Whom a letter of a ladder goes to that is sent on a day; empty where that is not known."""
        for kind in ladder.path:
            whose = kind, self._history.parent(whose, day)
        return "/".join(whose) if whose[1] else ""


def _placed(climbs: Climbs, until: int) -> list[Placed]:
    """What was sent until the end of a day, in order."""
    return sorted(
        ((one.sent, way, climb, one.step, number), one)
        for way, of_way in enumerate(climbs)
        for climb, of_climb in enumerate(of_way)
        for number, one in enumerate(of_climb)
        if one.sent <= until
    )


def _said(sent: Sent, number: int) -> tuple[object, ...]:
    """What a letter says besides its day and step, and what became of it."""
    return (*sent.identity, sent.due, sent.state, sent.ended, number)


def _from_first(days: Days, first: int) -> Days:
    """What was said in the beginning holds on the first day, unless something else is said then."""
    if days and days[0][0] < first:
        rest = days[1:]
        return rest if rest and rest[0][0] == first else ((first, days[0][1]), *rest)
    return days
