"""Regions: sets of numbers as intervals, with their ends in or out, and the axes on which they lie.

A cut lies just before or just behind a number, or at either end of all numbers; an interval reaches from one
cut to the next. Words lie on an axis at the place that they have in their list, yes at 1 and no at 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor

Cut = tuple[int, Fraction, int]
Interval = tuple[Cut, Cut]
Region = tuple[Interval, ...]  # in order, apart from each other

FIRST: Cut = (-1, Fraction(0), 0)
LAST: Cut = (1, Fraction(0), 0)
EVERYTHING: Region = ((FIRST, LAST),)
PLACES_MAX = 12


def before(number: Fraction) -> Cut:
    """The cut below a number, which leaves it above."""
    return 0, number, 0


def behind(number: Fraction) -> Cut:
    """The cut above a number, which leaves it below."""
    return 0, number, 1


def compared(operator: str, number: Fraction) -> Region:
    """The numbers that stand in a relation to another."""
    match operator:
        case "<":
            return ((FIRST, before(number)),)
        case "<=":
            return ((FIRST, behind(number)),)
        case ">":
            return ((behind(number), LAST),)
        case ">=":
            return ((before(number), LAST),)
        case "=":
            return ((before(number), behind(number)),)
    return (FIRST, before(number)), (behind(number), LAST)


def meet(one: Region, other: Region) -> Region:
    """What lies in both."""
    found = []
    i = j = 0
    while i < len(one) and j < len(other):
        low, high = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if low < high:
            found.append((low, high))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def unite(*regions: Region) -> Region:
    """What lies in any of them."""
    found: list[Interval] = []
    for low, high in sorted(interval for region in regions for interval in region):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def without(one: Region, other: Region) -> Region:
    """What lies in the first and not in the second."""
    gaps = []
    start = FIRST
    for low, high in other:
        if start < low:
            gaps.append((start, low))
        start = high
    if start < LAST:
        gaps.append((start, LAST))
    return meet(one, tuple(gaps))


@dataclass(frozen=True)
class Axis:
    """What can vary: its label and kind, the step of its values (None: they lie dense), and its bounds."""

    label: str
    kind: str
    step: Fraction | None = None
    least: Fraction | None = None
    most: Fraction | None = None
    words: tuple[str, ...] = ()

    @cached_property
    def whole(self) -> Region:
        """All values that there are."""
        low = FIRST if self.least is None else before(self.least)
        high = LAST if self.most is None else behind(self.most)
        return self.fitted(((low, high),))

    def fitted(self, region: Region) -> Region:
        """The region up to the outermost values that there are in each interval."""
        if self.step is None:
            return region
        return tuple(self._snapped(region, self.step))

    def _snapped(self, region: Region, step: Fraction) -> Iterable[Interval]:
        for low, high in region:
            if low != FIRST:
                place = low[1] / step
                low = before((floor(place) + 1 if low[2] else ceil(place)) * step)
            if high != LAST:
                place = high[1] / step
                high = behind((floor(place) if high[2] else ceil(place) - 1) * step)
            if low < high:
                yield low, high

    def pick(self, region: Region) -> Fraction:
        """A value of the region that reads well: near its border with what lies outside, with few decimals."""
        low, high = region[0]
        least = None if low in (FIRST, self.whole[0][0]) else low[1]
        most = None if high in (LAST, self.whole[-1][1]) else high[1]
        if least is None and most is None:
            target = Fraction(0) if low <= before(Fraction(0)) and behind(Fraction(0)) <= high else _end(low, high)
        elif least is None or most is None:
            target = least if least is not None else most if most is not None else Fraction(0)
        else:
            target = (least + most) / 2
        unit = Fraction(1, 100) if self.kind in ("ratio", "points") else Fraction(1)
        return _simplest((low, high), target, unit, self.step)


def _end(low: Cut, high: Cut) -> Fraction:
    return low[1] if low != FIRST else high[1]


def _simplest(interval: Interval, target: Fraction, unit: Fraction, step: Fraction | None) -> Fraction:
    """The number of the interval with the fewest decimals, of those the one nearest to the target."""
    low, high = interval
    for places in range(PLACES_MAX + 1):
        grain = unit * Fraction(1, 10**places)
        near = floor(target / grain)
        if low != FIRST:
            near = max(near, floor(low[1] / grain) + 1 if low[2] else ceil(low[1] / grain))
        if high != LAST:
            near = min(near, floor(high[1] / grain) if high[2] else ceil(high[1] / grain) - 1)
        value = near * grain
        if low <= before(value) and behind(value) <= high and (step is None or (value / step).denominator == 1):
            return value
    return (low[1] + high[1]) / 2 if step is None and low != FIRST and high != LAST else _end(low, high)
