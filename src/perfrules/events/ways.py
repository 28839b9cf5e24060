"""Ways: the ladders of policies as they are climbed, each step of which durable-rules finds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from perfrules.engines.durable import NO, OPEN, YES, Chart
from perfrules.events.signals import Signals, Verdicts
from perfrules.language.calendar import add_months
from perfrules.language.nodes import Literal, Name
from perfrules.pipeline.model import Ladder, Policy

CAUSES = 1024  # of that many different things said it is kept which grounds give cause
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
    def identity(self) -> tuple[object, ...]:
        """What makes it this letter of its day and step and no other."""
        return self.grounds, self.recipient, self.unanswered

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
        self.causes = lru_cache(CAUSES)(self._causes)
        """Which of some grounds give cause for a letter, by what is said."""

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

    def _causes(self, by: tuple[Ground, ...], said: Verdicts) -> tuple[int, ...]:
        return tuple(self.begins(ground, said) for ground in by)

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

    def follows(self, letter: Sent, said: Verdicts) -> list[int]:
        """The days on which something follows from a letter that is out, though nothing new is said: what was met when
        it was sent is met on the day after, what has a deadline lapses."""
        found = [letter.sent + 1] if self.met(letter.step, said) == YES else []
        return found if letter.due is None or letter.lapsed is not None else [*found, letter.due + 1]


def ways_of(signals: Signals) -> Mapping[str, tuple[Way, ...]]:
    """The ladders of policies, by the kind of subject that climbs them."""
    found: dict[str, list[Way]] = {}
    for policy in signals.policies:
        for ladder in policy.ladders:
            found.setdefault(ladder.kind, []).append(Way(ladder, policy, signals))
    return {kind: tuple(ways) for kind, ways in found.items()}
