"""Arithmetic, comparison and logic on values that may be unknown, or known only to lie in a range."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor, trunc
from operator import add, mul, sub, truediv

from perfrules.core.money import round_half_up
from perfrules.language.subject import Range, Unknown, Value, unknown

_COMBINE: dict[str, Callable[[Fraction, Fraction], Fraction]] = {"+": add, "-": sub, "*": mul, "/": truediv}


def as_range(value: Value) -> Range:
    """A number as a range; of one number both ends are the same."""
    if isinstance(value, Range):
        return value
    assert isinstance(value, Fraction)
    return Range(value, value, frozenset())


def arithmetic(operator: str, left: Value, right: Value) -> Value:
    """A sum, difference, product or quotient; of ranges from the least to the greatest it can be."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return unknown(left, right)
    combine = _COMBINE[operator]
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return combine(left, right)
    a, b = as_range(left), as_range(right)
    if operator == "/" and b.low != b.high:
        return unknown(left, right)
    ends = [combine(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    low, high = min(ends), max(ends)
    return Range(low, high, a.reasons | b.reasons) if low != high else low


def compare(operator: str, left: Value, right: Value) -> Value:
    """A comparison: decided where it comes out the same over the whole range of both sides."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return unknown(left, right)
    if isinstance(left, (str, bool)):
        return (left == right) == (operator == "=")
    a, b = as_range(left), as_range(right)
    match operator:
        case "<":
            holds, fails = a.high < b.low, a.low >= b.high
        case "<=":
            holds, fails = a.high <= b.low, a.low > b.high
        case ">":
            holds, fails = a.low > b.high, a.high <= b.low
        case ">=":
            holds, fails = a.low >= b.high, a.high < b.low
        case _:
            same, other = a.low >= b.high and a.high <= b.low, a.high < b.low or a.low > b.high
            holds, fails = (same, other) if operator == "=" else (other, same)
    return holds if holds or fails else unknown(left, right)


def opposite(value: Value) -> Value:
    """Kleene's `not`."""
    return value if isinstance(value, Unknown) else not value


def conjunction(values: list[Value]) -> Value:
    """Kleene's `and`."""
    if any(v is False for v in values):
        return False
    return unknown(*values) if any(isinstance(v, Unknown) for v in values) else True


def disjunction(values: list[Value]) -> Value:
    """Kleene's `or`."""
    return opposite(conjunction([opposite(v) for v in values]))


def round_to(value: Fraction, step: Fraction, mode: str) -> Fraction:
    """To a whole multiple of `step`; halves go away from zero, or where `mode` says."""
    modes: dict[str, Callable[[Fraction], int]] = {
        "half-up": round_half_up, "half-even": round, "floor": floor, "ceil": ceil, "truncate": trunc,
    }  # fmt: skip
    return modes[mode](value / step) * step
