"""Tipping points: how far a subject is from the other verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from perfrules.core.vocabulary import Fact
from perfrules.language.comparisons import difference, moved, movers
from perfrules.language.nodes import Compare, Symbol, own
from perfrules.language.subject import Cell, Subject
from perfrules.pipeline.program import Judged
from perfrules.pipeline.ruling import DOES_NOT_HOLD, HOLDS, verdict_of

FARTHEST = 2**60  # units from the value that is
_FLIPPING = ("money", "ratio", "number", "count")


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a fact is from the other verdict, all others held: its value now, and the nearest that flips."""

    fact: Fact
    now: Fraction
    then: Fraction
    verdict: str


def distance(judged: Judged, seen: Subject, verdict: str) -> Distance | None:
    """The least change of one of the subject's own facts that turns the verdict, where one comparison is
    linear in it; None where there is none. Both sides of the turning point are evaluated, from the nearest on."""
    found = {change for fact, comparison in _comparisons(judged, seen) for change in _around(seen, fact, comparison)}

    def effort(change: tuple[str, Fraction, Fraction]) -> tuple[Fraction, str, Fraction]:
        name, now, then = change
        return abs(then - now) / max(abs(now), Fraction(1)), name, then

    for name, now, then in sorted(found, key=effort):
        fact = seen.scope.kind.columns[name]
        turned = verdict_of(judged, moved(seen, seen, fact, then))[0]
        if turned in (HOLDS, DOES_NOT_HOLD) and turned != verdict:
            unit = Fraction(1, 10**fact.places)
            before = then - unit if then > now else then + unit
            if verdict_of(judged, moved(seen, seen, fact, before))[0] == verdict:
                return Distance(fact, now, then, turned)
    return None


def _comparisons(judged: Judged, seen: Subject) -> Iterator[tuple[Fact, Compare]]:
    for node in own(judged.rule.when):
        if isinstance(node, Compare) and node.operator not in ("=", "!="):
            for name in sorted(name for path, name in movers(node, seen.scope) if not path):
                fact = seen.scope.kind.columns[name]
                if fact.kind in _FLIPPING:
                    yield fact, node


def _around(seen: Subject, fact: Fact, comparison: Compare) -> Iterator[tuple[str, Fraction, Fraction]]:
    """Where the difference of both sides is linear in the fact, its name, what it is, and the whole units around its
    zero."""
    now = seen.read(Symbol("fact", fact.name))
    if not isinstance(now, Fraction):
        return
    unit = Fraction(1, 10**fact.places)
    zero = crossing(comparison, seen, _cell(seen, fact), now, unit)
    if zero is None:
        return
    least, most = fact.bounds
    for place in {floor(zero / unit) + k for k in (-1, 0, 1)} | {ceil(zero / unit) + 1}:
        if least <= place <= most:
            yield fact.name, now, place * unit


def crossing(comparison: Compare, seen: Subject, cell: Cell, now: Fraction, unit: Fraction) -> Fraction | None:
    """For which value of a cell both sides are equal, where their difference is linear in it from `now` on."""
    first, second, third = (_apart(comparison, seen, cell, now + k * unit) for k in range(3))
    if first is None or second is None or third is None or second - first != third - second or second == first:
        return None
    return now - first * unit / (second - first)


def turning(comparison: Compare, seen: Subject, cell: Cell, now: Fraction, unit: Fraction) -> Fraction | None:
    """For which value of a cell both sides are equal, or the next whole unit below that; sought from `now` outwards,
    and found also where the difference is not linear, as long as it turns once on the way."""

    def sign(units: int) -> int | None:
        value = _apart(comparison, seen, cell, now + units * unit)
        return None if value is None else (value > 0) - (value < 0)

    start = sign(0)
    for way in (1, -1) if start else ():
        near, far = 0, way
        while abs(far) <= FARTHEST and sign(far) == start:
            near, far = far, far * 2
        if abs(far) > FARTHEST or sign(far) is None:
            continue
        while abs(far - near) > 1:
            middle = (near + far) // 2
            near, far = (middle, far) if sign(middle) == start else (near, middle)
        return now + (far if sign(far) == 0 else min(near, far)) * unit
    return now if start == 0 else None


def _cell(seen: Subject, fact: Fact) -> Cell:
    return (seen.scope.kind.name, seen.id, seen.period, fact.name)


def _apart(comparison: Compare, seen: Subject, cell: Cell, value: Fraction) -> Fraction | None:
    """How far apart both sides are where a cell holds a value."""
    return difference(comparison.left, comparison.right, seen.having({cell: value}))
