"""Climbs: which letters are due to a subject, by what was said of it on each day.

A climb is a subject's way up a ladder. What is said at the end of a day counts, so the order within a day does not.
On each day first deadlines lapse, then letters are met, then grounds begin; a reply that met no letter until then
meets the one that has begun. A ground that holds while its step is met already sends nothing; one that is not known,
or a step of which it is not known whether it is met, waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import takewhile
from typing import NamedTuple

from perfrules.engines.durable import NO, OPEN, YES, Chart
from perfrules.events.history import Days
from perfrules.events.signals import NOTHING, Signals, Verdicts
from perfrules.language.calendar import add_months
from perfrules.language.nodes import Literal, Name
from perfrules.pipeline.model import Ladder, Policy

CLOSED = 0  # on no step of the ladder
LAPSED, MET, BEGINS = 0, 1, 1  # what happens on a step; BEGINS + n: a ground of step n begins


class Sent(NamedTuple):
    """A letter, with ordinal days."""

    step: int
    sent: int
    due: int | None
    grounds: tuple[str, ...]
    recipient: str
    lapsed: int | None = None
    ended: int | None = None
    how: str = "out"
    unanswered: int | None = None  # when the letter was sent from which it follows as that lapsed

    def by(self, day: int) -> Sent:
        """As it was at the end of a day."""
        if self.ended is not None and self.ended <= day:
            return self
        lapsed = self.lapsed if self.lapsed is not None and self.lapsed <= day else None
        if self.ended is None and lapsed == self.lapsed:
            return self
        return self._replace(lapsed=lapsed, ended=None, how="out")

    @property
    def state(self) -> str:
        """What is the case with it."""
        return "lapsed" if self.how == "out" and self.lapsed is not None else self.how


class Ground(NamedTuple):
    """A rule that begins a ladder, by the number of its signal, and with which step."""

    rule: str
    signal: int
    step: int


def steps_of(ladder: Ladder) -> dict[tuple[int, int], int]:
    """The chart of a ladder: the step that follows from a step and what happens on it."""
    last = len(ladder.steps)
    found = {(CLOSED, BEGINS + n): n for n in range(1, last + 1)}
    for n, step in enumerate(ladder.steps, 1):
        for what, word in ((LAPSED, step.if_lapsed), (MET, step.if_met)):
            if word != "stay":
                found[n, what] = CLOSED if word == "close" else n + 1
        found |= {(n, BEGINS + above): above for above in range(n + 1, last + 1)}
    return found


class Way:
    """A ladder as it is climbed: by subjects, or with `again: add` by each ground of a subject."""

    def __init__(self, ladder: Ladder, policy: Policy, signals: Signals) -> None:
        self.ladder, self.policy = ladder, policy
        found = [
            Ground(rule.name, signals.number(ladder.kind, rule.name, clause), step)
            for rule, clause, step in ladder.grounds(policy.rules)
        ]
        self.climbed_by = [(ground,) for ground in found] if ladder.adds else [tuple(found)]
        self._met = [signals.number(ladder.kind, s.met, -1) if s.met else None for s in ladder.steps]
        self._chart = Chart(steps_of(ladder))

    def met(self, step: int, said: Verdicts) -> int:
        """Whether a step is met by what is said; by a reply alone, where no rule says so."""
        number = self._met[step - 1]
        return said[number] if number is not None and said else NO

    def takes_replies(self, step: int) -> bool:
        """Whether a reply meets a step."""
        return self._met[step - 1] is None

    def begins(self, ground: Ground, said: Verdicts) -> int:
        """Whether a ground gives cause for a letter."""
        holds = said[ground.signal] if said else NO
        met = self.met(ground.step, said)
        return NO if holds == NO or met == YES else OPEN if OPEN in (holds, met) else YES

    def after(self, step: int, what: int) -> int:
        """The step that follows."""
        return self._chart.after(step, what)

    def due(self, step: int, sent: int) -> int | None:
        """The last day for an answer to a letter; None where none is set, or where the calendar ends before it."""
        length = self.length(step, date.fromordinal(sent))
        if length is None:
            return None
        assert isinstance(length.value, Fraction)
        count, calendar = int(length.value), self.policy.vocabulary.working_days
        match length.kind:
            case "days":
                due: int | None = sent + count
            case "months":
                due = add_months(sent, count)
            case _:
                assert calendar is not None
                due = calendar.moved(sent, count)
        return None if due is None or due > date.max.toordinal() else due

    def length(self, step: int, day: date) -> Literal | None:
        """How long a letter may stay without answer, as it is on a day; None where nothing is said."""
        node = self.ladder.steps[step - 1].within
        if isinstance(node, Name):
            parameter = self.policy.parameters[node.symbol.name if node.symbol else ""].on(day)
            return parameter.literal if parameter else None
        assert node is None or isinstance(node, Literal)
        return node

    def follows(self, letter: Sent, said: Verdicts) -> Iterator[int]:
        """The days on which something follows from a letter that is out, though nothing new is said: what was met when
        it was sent is met on the day after, what has a deadline lapses."""
        if self.met(letter.step, said) == YES:
            yield letter.sent + 1
        if letter.due is not None and letter.lapsed is None:
            yield letter.due + 1

    def letters(self, by: tuple[Ground, ...], before: tuple[Sent, ...], heard: Heard, day: int) -> tuple[Sent, ...]:
        """The letters that are due by some grounds, those until a day being known."""
        return _Walk(self, by, _until(day - 1, before), heard).from_day(day)


class Heard(NamedTuple):
    """What is said of a subject, from which day on; when replies came, and to the letters of which ground or of all;
    until when it is known; whom letters go to."""

    days: Days
    replies: frozenset[tuple[int, str]]
    until: int
    recipient: Callable[[int], str]  # to whom a letter goes that is sent on a day

    def said(self, day: int) -> Verdicts:
        """What was said at the end of a day."""
        for since, verdicts in reversed(self.days):
            if since <= day:
                return verdicts
        return NOTHING


def _until(day: int, letters: tuple[Sent, ...]) -> list[Sent]:
    """The letters of a climb as they were at the end of a day. Only the last one may have been out then."""
    sent = list(letters)
    while sent and sent[-1].sent > day:
        sent.pop()
    return [*sent[:-1], sent[-1].by(day)] if sent else sent


class _Walk:
    """The letters of one climb, day by day."""

    def __init__(self, way: Way, by: tuple[Ground, ...], letters: list[Sent], heard: Heard) -> None:
        self.way, self.by, self.letters, self.heard = way, by, letters, heard
        answered = {"", *(ground.rule for ground in by)}
        self.replies = {day for day, ground in heard.replies if ground in answered}

    def from_day(self, day: int) -> tuple[Sent, ...]:
        """Go through the days on which something may happen."""
        following: int | None = day
        while following is not None and following <= self.heard.until:
            day = following
            self.lapse(day)
            heard = self.meet(day)
            self.begin(day)
            if not heard and self.replied(day):
                self.happens(MET, day)
            following = min(self.coming(day), default=None)
        return tuple(self.letters)

    def coming(self, day: int) -> Iterator[int]:
        yield from takewhile(day.__lt__, (since for since, _ in reversed(self.heard.days)))
        yield from (reply for reply in self.replies if reply > day)
        letter = self.out
        if letter is not None:
            follows = self.way.follows(letter, self.heard.said(letter.sent))
            yield from (following for following in follows if following > day)

    @property
    def out(self) -> Sent | None:
        """The letter that is out."""
        return self.letters[-1] if self.letters and self.letters[-1].ended is None else None

    def lapse(self, day: int) -> None:
        """What was not met by its deadline lapses; while it is not known whether it was, nothing follows."""
        letter = self.out
        if letter is None or letter.due is None or letter.due >= day or letter.lapsed is not None:
            return
        met = self.way.met(letter.step, self.heard.said(day - 1))
        if met == OPEN:
            met = self.way.met(letter.step, self.heard.said(day))
        if met == NO:
            self.letters[-1] = letter._replace(lapsed=day)
            self.happens(LAPSED, day)

    def meet(self, day: int) -> bool:
        """What is met ends, or is followed by the next step; whether by a reply."""
        letter, replied = self.out, self.replied(day)
        if replied or (letter is not None and self.way.met(letter.step, self.heard.said(day)) == YES):
            self.happens(MET, day)
        return replied

    def replied(self, day: int) -> bool:
        """Whether a reply of a day meets the letter that is out."""
        letter = self.out
        return letter is not None and day in self.replies and self.way.takes_replies(letter.step)

    def begin(self, day: int) -> None:
        """What begins on a day sends a letter: of its step, or in the place of one that is out and not below it; not
        where a letter of that day has it among its grounds, also if that was met at once."""
        step = max((ground.step for ground in self.holding(day) if self.is_new(ground, day)), default=CLOSED)
        if step == CLOSED:
            return
        last = self.letters[-1] if self.letters else None
        if last is not None and last.sent == day and last.step >= step:
            return  # that names it already
        if last is None or last.ended is not None:
            above = last.step if last is not None and self.way.ladder.climbs else CLOSED
            step = max(step, min(above + 1, len(self.way.ladder.steps)))
            self.send(self.way.after(CLOSED, BEGINS + step), day)
        else:
            self.end("replaced" if last.step >= step else "climbed", day)
            self.send(self.way.after(last.step, BEGINS + step), day)

    def holding(self, day: int) -> list[Ground]:
        """The grounds that give cause for a letter on a day."""
        said = self.heard.said(day)
        return [ground for ground in self.by if self.way.begins(ground, said) == YES]

    def is_new(self, ground: Ground, day: int) -> bool:
        """Whether a ground that gives cause on a day did not when it was last known before."""
        for since, said in reversed(self.heard.days):
            if since < day and (verdict := self.way.begins(ground, said)) != OPEN:
                return verdict == NO
        return True

    def happens(self, what: int, day: int) -> None:
        letter = self.out
        assert letter is not None
        after = self.way.after(letter.step, what)
        if after == letter.step:
            return
        self.end("climbed" if after else "met" if what == MET else "closed", day)
        if after:
            self.send(after, day, letter.sent if what == LAPSED else None)

    def end(self, how: str, day: int) -> None:
        self.letters[-1] = self.letters[-1]._replace(ended=day, how=how)

    def send(self, step: int, day: int, unanswered: int | None = None) -> None:
        """A letter with what holds of its grounds; one that follows from another has at least the other's."""
        grounds = tuple(ground.rule for ground in self.holding(day))
        if not grounds and self.letters:
            grounds = self.letters[-1].grounds
        due, recipient = self.way.due(step, day), self.heard.recipient(day)
        self.letters.append(Sent(step, day, due, grounds, recipient, unanswered=unanswered))


def ways_of(signals: Signals) -> Mapping[str, tuple[Way, ...]]:
    """The ladders of policies, by the kind of subject that climbs them."""
    found: dict[str, list[Way]] = {}
    for policy in signals.policies:
        for ladder in policy.ladders:
            found.setdefault(ladder.kind, []).append(Way(ladder, policy, signals))
    return {kind: tuple(ways) for kind, ways in found.items()}
