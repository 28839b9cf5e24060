"""Moves: subjects put exactly at a line of a policy, one unit below it, or one above."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import event
from hypothesis import strategies as st

from perfrules.analysis.lines import Line
from perfrules.core.facts import Facts
from perfrules.core.vocabulary import Fact
from perfrules.language.comparisons import Mover, moved, owner
from perfrules.language.subject import Subject
from perfrules.testing.reach import Reach

MOVES_MAX = 8
MANY = 1000
EXACTLY = 0
STEPS = (0, -1, 1)  # exactly at it first
SIDES = {-1: "below", 0: "at", 1: "above", None: "not known at"}


@dataclass(frozen=True)
class _Place:
    """Where a line is crossed when a fact moves: exactly at `value`, or (not `exact`) between it and the next."""

    of: Subject
    fact: Fact
    value: int
    exact: bool

    def put(self, facts: Facts, step: int) -> None:
        """Move the fact there, if it can be."""
        value = self.value + (STEPS[step] if self.exact else step % 2)
        least, most = self.fact.bounds
        if least <= value <= most:
            table = facts.table(self.of.scope.kind.name, self.of.period)
            table.columns[self.fact.name][table.ids.index(self.of.id)] = value


@st.composite
def moved_to_lines(draw: st.DrawFn, reach: Reach, facts: Facts, period: int) -> None:
    """Move facts of some subjects, each to a line."""
    lines = [line for line in reach.lines if facts.table(line.kind, period).ids]
    if not lines:
        return
    any_of = st.integers(0, MANY)
    moves = st.tuples(st.sampled_from(lines), any_of, any_of, st.integers(0, 1), st.integers(0, 2))
    for line, subject, mover, turn, step in draw(st.lists(moves, max_size=MOVES_MAX)):
        ids = facts.table(line.kind, period).ids
        seen = reach.seen(facts, line, ids[subject % len(ids)], period)
        movers = reach.movers(line)
        first = mover % len(movers)
        places = _places(reach, line, seen, [*movers[first:], *movers[:first]], turn)
        place = next(places, None)
        if place is not None and step == EXACTLY and not place.exact:
            place = next((other for other in places if other.exact), place)
        if place is not None:
            place.put(facts, step)
            event(f"{SIDES[line.side(seen)]} the line {line.written}")


def _places(reach: Reach, line: Line, seen: Subject, movers: list[Mover], turn: int) -> Iterator[_Place]:
    """For each fact that moves, where the line is crossed."""
    for mover in movers:
        of, found = owner(seen, mover), reach.turns(line, mover, seen)
        if of is not None and found:
            fact = reach.facts[of.scope.kind.name, mover[1]]
            value = found[turn % len(found)]
            exact = [v for v in (value, value + 1) if _side(line, seen, of, fact, v) == 0]
            yield _Place(of, fact, *((exact[0], True) if exact else (value, False)))


def _side(line: Line, seen: Subject, of: Subject, fact: Fact, value: int) -> int | None:
    return line.side(moved(seen, of, fact, Fraction(value, 10**fact.places)))
