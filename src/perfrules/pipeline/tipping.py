"""Tipping points: how far a subject is from the other verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from perfrules.core.vocabulary import Fact
from perfrules.language.comparisons import difference, moved, movers
from perfrules.language.nodes import Compare, Symbol, own
from perfrules.language.subject import Subject
from perfrules.pipeline.program import Judged
from perfrules.pipeline.ruling import DOES_NOT_HOLD, HOLDS, verdict_of

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
    linear in it; None where there is none. Both sides of the turning point are evaluated."""
    found = [
        d for fact, comparison in _comparisons(judged, seen) for d in _turn(judged, seen, verdict, fact, comparison)
    ]

    def effort(change: Distance) -> tuple[Fraction, str]:
        return abs(change.then - change.now) / max(abs(change.now), Fraction(1)), change.fact.name

    return min(found, key=effort, default=None)


def _comparisons(judged: Judged, seen: Subject) -> Iterator[tuple[Fact, Compare]]:
    for node in own(judged.rule.when):
        if isinstance(node, Compare) and node.operator not in ("=", "!="):
            for name in sorted(name for path, name in movers(node, seen.scope) if not path):
                fact = seen.scope.kind.columns[name]
                if fact.kind in _FLIPPING:
                    yield fact, node


def _turn(judged: Judged, seen: Subject, verdict: str, fact: Fact, comparison: Compare) -> Iterator[Distance]:
    """Where the difference of both sides is linear in the fact, the whole units around its zero."""
    now = seen.read(Symbol("fact", fact.name))
    if not isinstance(now, Fraction):
        return
    unit = Fraction(1, 10**fact.places)
    values = [difference(comparison.left, comparison.right, moved(seen, seen, fact, now + k * unit)) for k in range(3)]
    first, second, third = values
    if first is None or second is None or third is None or second - first != third - second or second == first:
        return
    zero = now - first * unit / (second - first)
    least, most = fact.bounds
    for place in {floor(zero / unit) + k for k in (-1, 0, 1)} | {ceil(zero / unit) + 1}:
        then = place * unit
        if least <= place <= most and then != now:
            turned = verdict_of(judged, moved(seen, seen, fact, then))[0]
            before = then - unit if then > now else then + unit
            stays = verdict_of(judged, moved(seen, seen, fact, before))[0]
            if turned in (HOLDS, DOES_NOT_HOLD) and turned != verdict and stays == verdict:
                yield Distance(fact, now, then, turned)
