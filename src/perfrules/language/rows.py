"""What aggregates mean: of rows that count or may count, with their values and their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from perfrules.language.subject import Range, Subject, Unknown, Value, point, unknown
from perfrules.language.truth import conjunction, disjunction, opposite

ALWAYS = 9999  # years: how long something may have been so that no period denies


@dataclass(frozen=True, slots=True)
class Seen:
    """A row that an aggregate looks at: whether it counts, its value, and its place in the order."""

    of: Subject
    counts: Value
    value: Value = True
    order: Value = Fraction(0)

    @property
    def key(self) -> tuple[Fraction, str, int]:
        """Sorts rows whose order is known; equal ones by id."""
        assert isinstance(self.order, Fraction)
        return self.order, self.of.id, self.of.period


def count(rows: Sequence[Seen]) -> Value:
    """How many rows count: a range where some may."""
    sure = sum(1 for row in rows if row.counts is True)
    possible = [row for row in rows if row.counts is not False]
    if sure == len(possible):
        return Fraction(sure)
    return Range(Fraction(sure), Fraction(len(possible)), unknown(*(row.counts for row in possible)).reasons)


def any_of(rows: Sequence[Seen]) -> Value:
    """Whether the condition holds in a row that counts."""
    return disjunction([conjunction([row.counts, row.value]) for row in rows])


def all_of(rows: Sequence[Seen]) -> Value:
    """Whether the condition holds in every row that counts."""
    return conjunction([disjunction([opposite(row.counts), row.value]) for row in rows])


def numbers(rows: Sequence[Seen]) -> list[Fraction] | Unknown:
    """The values of the rows that count, in the order of the rows; unknown where one is."""
    chosen = [row for row in rows if row.counts is not False]
    values = [row.counts if isinstance(row.counts, Unknown) else point(row.value) for row in chosen]
    if any(isinstance(value, Unknown) for value in values):
        return unknown(*values)
    return [value for value in values if isinstance(value, Fraction)]


def total(rows: Sequence[Seen], empty: Unknown, function: Callable[[list[Fraction]], Fraction] | None = None) -> Value:
    """The sum of the rows that count, or another function of their values, which of nothing is unknown."""
    found = numbers(rows)
    if isinstance(found, Unknown):
        return found
    if function is None:
        return sum(found, Fraction(0))
    return function(found) if found else empty


def average(values: list[Fraction]) -> Fraction:
    """The sum, divided by how many there are."""
    return sum(values, Fraction(0)) / len(values)


def percentile(values: list[Fraction], share: Fraction, *, interpolated: bool) -> Fraction:
    """The empirical percentile: where the share falls between two values their average, or a point between
    them that is as far along as the share is."""
    ordered, last = sorted(values), len(values) - 1
    if interpolated:
        place = last * share
        below, above = ordered[floor(place)], ordered[min(floor(place) + 1, last)]
        return below + (above - below) * (place - floor(place))
    place = len(values) * share
    low, high = ceil(place) - 1, floor(place)
    return (ordered[max(low, 0)] + ordered[min(high, last)]) / 2


def in_order(rows: Sequence[Seen], *, descending: bool) -> list[Seen] | Unknown:
    """The rows that count or may count, from first to last; unknown where an order is."""
    chosen = [row for row in rows if row.counts is not False]
    orders = [point(row.order) for row in chosen]
    if any(isinstance(order, Unknown) for order in orders):
        return unknown(*orders)
    return sorted(chosen, key=lambda row: _forward(row, descending=descending))


def _forward(row: Seen, *, descending: bool) -> tuple[Fraction, str, int]:
    order, subject, period = row.key
    return (-order if descending else order), subject, period


def last(rows: Sequence[Seen], empty: Unknown, *, descending: bool) -> Value:
    """The value of the last row that counts; unknown where a later one may."""
    ordered = in_order(rows, descending=descending)
    if isinstance(ordered, Unknown):
        return ordered
    if not ordered:
        return empty
    final = ordered[-1]
    return final.counts if isinstance(final.counts, Unknown) else point(final.value)


def streak(rows: Sequence[Seen], *, descending: bool, yearly: Subject | None = None) -> Value:
    """How often in a row the condition held, from the last row back to the first no.

    Over the years of a subject (`yearly`), a period that is absent may be a yes or a no.
    """
    ordered = in_order(rows, descending=descending)
    if isinstance(ordered, Unknown):
        return ordered
    doubts = unknown(*(row.counts for row in ordered))
    if doubts.reasons:
        return doubts
    backward = ordered[::-1]
    low = _leading(backward, lambda row: row.value is True)
    high = _leading(backward, lambda row: row.value is not False)
    reasons = unknown(*(row.value for row in backward[: high + 1])).reasons
    if yearly is not None:
        present = next((n for n, row in enumerate(backward) if row.of.period != yearly.period - n), len(backward))
        high = ALWAYS if high == len(backward) else yearly.period - backward[high].of.period
        low = min(low, present)
        absent = yearly.missing(str(yearly.period - low), "absent").reasons
        reasons |= absent if low == present and low < high else frozenset()
    return Fraction(low) if low == high else Range(Fraction(low), Fraction(high), reasons)


def _leading(rows: Sequence[Seen], holds: Callable[[Seen], bool]) -> int:
    return next((n for n, row in enumerate(rows) if not holds(row)), len(rows))


def up_to(rows: Sequence[Seen], mine: Seen, outside: Unknown, *, descending: bool) -> list[Seen] | Unknown:
    """The rows that belong to the same as a row does, from the first up to that row."""
    if mine.counts is not True:
        return mine.counts if isinstance(mine.counts, Unknown) else outside
    siblings = [row for row in rows if row.of.parent_id == mine.of.parent_id]
    ordered = in_order(siblings, descending=descending)
    return ordered if isinstance(ordered, Unknown) else ordered[: ordered.index(mine) + 1]


def rank(rows: Sequence[Seen], mine: Seen, outside: Unknown) -> Value:
    """The place of a row among those that count: the greatest is first, equal ones share the better place."""
    if mine.counts is not True:
        return mine.counts if isinstance(mine.counts, Unknown) else outside
    found = numbers(rows)
    if isinstance(found, Unknown):
        return found
    own = point(mine.value)
    assert isinstance(own, Fraction)
    return Fraction(1 + sum(1 for value in found if value > own))


def running_sum(rows: Sequence[Seen], mine: Seen, outside: Unknown, *, descending: bool) -> Value:
    """The sum of the values up to a row, its own included."""
    if mine.counts is not True:
        return mine.counts if isinstance(mine.counts, Unknown) else outside
    ordered = in_order(rows, descending=descending)
    if isinstance(ordered, Unknown):
        return ordered
    doubts = unknown(*(row.counts for row in ordered))
    return doubts if doubts.reasons else total(ordered[: ordered.index(mine) + 1], outside)
