"""Bounds: how large every whole number of a plan can get, so that engines know how wide it must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from perfrules.language import scalars
from perfrules.language.scalars import Scalar

Interval = tuple[int, int]
NARROW_MAX = 2**63 - 1
WIDE_MAX = 2**127 - 1


def is_narrow(interval: Interval) -> bool:
    """Whether 64 bits are enough."""
    return max(-interval[0], interval[1]) <= NARROW_MAX


def with_zero(interval: Interval) -> Interval:
    """An interval of what may not be known, which reads as 0."""
    return min(interval[0], 0), max(interval[1], 0)


class TooWide(Exception):
    """A term that can exceed 128 bits."""

    def __init__(self, interval: Interval) -> None:
        self.interval = interval
        super().__init__(interval)

    @property
    def bits(self) -> int:
        """How many bits the term needs."""
        return max(abs(end) for end in self.interval).bit_length() + 1


@dataclass
class Bounds:
    """The intervals of the columns of one table, and the greatest size that any term reached.

    `assumed`: those of terms, where something was asked beforehand.
    """

    columns: dict[str, Interval] = field(default_factory=dict)
    greatest: int = 0
    assumed: Mapping[Scalar, Interval] = field(default_factory=dict)

    @property
    def bits(self) -> int:
        """How wide whole numbers must be: 64 or 128."""
        return 64 if self.greatest <= NARROW_MAX else 128

    def interval(self, scalar: Scalar) -> Interval:
        """Between which whole numbers a scalar lies; a truth value between 0 and 1.

        Texts have no size: they count as 0. Raises `TooWide` beyond 128 bits.
        """
        found = (self.assumed and self.assumed.get(scalar)) or self._interval(scalar)
        size = max(abs(found[0]), abs(found[1]))
        if size > WIDE_MAX:
            raise TooWide(found)
        self.greatest = max(self.greatest, size)
        return found

    def _interval(self, scalar: Scalar) -> Interval:
        match scalar:
            case scalars.Literal(value=value):
                return (0, 0) if isinstance(value, str) else (int(value), int(value))
            case scalars.Column(name=name):
                return self.columns.get(name, (0, 1))
            case scalars.Add(left=left, right=right):
                a, b = self.interval(left), self.interval(right)
                return a[0] + b[0], a[1] + b[1]
            case scalars.Subtract(left=left, right=right):
                a, b = self.interval(left), self.interval(right)
                return a[0] - b[1], a[1] - b[0]
            case scalars.Multiply(left=left, right=right):
                return _product(self.interval(left), self.interval(right))
            case scalars.DivFloor(left=left, right=right):
                return _quotient(self.interval(left), self.interval(right))
            case scalars.Choose():
                return self._chosen(scalar)
            case scalars.Compare(left=left, right=right):
                self.interval(left), self.interval(right)
            case scalars.And(parts=parts) | scalars.Or(parts=parts):
                for part in parts:
                    self.interval(part)
            case scalars.Not(operand=operand):
                self.interval(operand)
        return 0, 1

    def _chosen(self, scalar: scalars.Choose) -> Interval:
        """Both branches' range; where the condition is a value's own sign, only the half that it leaves."""
        self.interval(scalar.condition)
        a, b = self.interval(scalar.then), self.interval(scalar.other)
        match scalar.condition:
            case scalars.Compare(operator="<", left=x, right=scalars.Literal(value=0)):
                if x == scalar.other:
                    b = (max(b[0], 0), max(b[1], 0))
                if scalar.then == scalars.Subtract(scalars.ZERO, x):
                    a = (max(a[0], 0), max(a[1], 0))
        return min(a[0], b[0]), max(a[1], b[1])


def _product(left: Interval, right: Interval) -> Interval:
    corners = [a * b for a in left for b in right]
    return min(corners), max(corners)


def _quotient(left: Interval, right: Interval) -> Interval:
    """The divisor is proved or chosen to be positive."""
    corners = [a // b for a in left for b in (max(right[0], 1), max(right[1], 1))]
    return min(corners), max(corners)
