"""Dates as scalars of the plan: years, months and days by whole-number arithmetic.

The calendar is the Gregorian one, counted from 1 March of the year 0, so that a leap day is the last of its
year. Lengths: 400 years have 146 097 days, 100 have 36 524, 4 have 1 461, one has 365.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from perfrules.language import scalars
from perfrules.language.calendar import LAST, YEAR_MAX
from perfrules.language.rails import Rational
from perfrules.language.scalars import ONE, Scalar, add, both, choose, compare, div_floor, multiply, subtract

Bind = Callable[[str, Scalar], Scalar]  # gives a scalar a column of its own
FIRST_OF_MARCH = 305  # days from 0000-03-01 to the ordinal day 0


def _times(count: int, scalar: Scalar) -> Scalar:
    return multiply(scalars.Literal(count), scalar)


def _plus(scalar: Scalar, count: int) -> Scalar:
    return add(scalar, scalars.Literal(count)) if count >= 0 else subtract(scalar, scalars.Literal(-count))


def _over(scalar: Scalar, count: int) -> Scalar:
    return div_floor(scalar, scalars.Literal(count))


@dataclass(frozen=True, slots=True)
class Day:
    """A date taken apart."""

    year: Scalar
    month: Scalar
    day: Scalar


def taken_apart(ordinal: Scalar, bind: Bind) -> Day:
    """The year, month and day of an ordinal day."""
    days = bind("days", _plus(ordinal, FIRST_OF_MARCH))
    era = bind("era", _over(days, 146_097))
    of_era = bind("day of era", subtract(days, _times(146_097, era)))
    leaps = add(subtract(of_era, _over(of_era, 1_460)), subtract(_over(of_era, 36_524), _over(of_era, 146_096)))
    year = bind("year of era", _over(leaps, 365))
    before = add(_times(365, year), subtract(_over(year, 4), _over(year, 100)))
    of_year = bind("day of year", subtract(of_era, before))
    march = bind("month from March", _over(_plus(_times(5, of_year), 2), 153))
    day = bind("day", _plus(subtract(of_year, _over(_plus(_times(153, march), 2), 5)), 1))
    late = compare("<", march, scalars.Literal(10))
    month = bind("month", choose(late, _plus(march, 3), _plus(march, -9)))
    return Day(bind("year", add(add(year, _times(400, era)), choose(late, scalars.ZERO, ONE))), month, day)


def ordinal(year: Scalar, month: Scalar, day: Scalar, bind: Bind) -> Scalar:
    """The ordinal day of a date."""
    early = compare("<=", month, scalars.Literal(2))
    from_march = bind("year from March", subtract(year, choose(early, ONE, scalars.ZERO)))
    era = bind("era", _over(from_march, 400))
    of_era = bind("year of era", subtract(from_march, _times(400, era)))
    march = choose(early, _plus(month, 9), _plus(month, -3))
    of_year = _plus(add(_over(_plus(_times(153, march), 2), 5), day), -1)
    days = add(add(_times(365, of_era), subtract(_over(of_era, 4), _over(of_era, 100))), of_year)
    return bind("ordinal", _plus(add(_times(146_097, era), days), -FIRST_OF_MARCH))


def length_of_month(year: Scalar, month: Scalar) -> Scalar:
    """How many days a month has."""
    fourth, century = (compare("=", _times(n, _over(year, n)), year) for n in (4, 100))
    leap = both(fourth, scalars.either(scalars.negate(century), compare("=", _times(400, _over(year, 400)), year)))
    short = scalars.either(*(compare("=", month, scalars.Literal(m)) for m in (4, 6, 9, 11)))
    february = choose(leap, scalars.Literal(29), scalars.Literal(28))
    is_february = compare("=", month, scalars.Literal(2))
    return choose(is_february, february, choose(short, scalars.Literal(30), scalars.Literal(31)))


def _is_day(value: Scalar) -> Scalar:
    return both(compare(">=", value, ONE), compare("<=", value, scalars.Literal(LAST)))


def compute(function: str, given: list[Rational], bind: Bind) -> Rational:
    """A function of dates over whole numbers, unknown where there is no such day."""
    numbers = [bind("given", multiply(scalars.Literal(int(g.scale)), g.low)) for g in given]
    known = both(*(g.defined for g in given))
    if function == "date":
        year, month, day = numbers
        known = both(known, _in_calendar(year, month, day, bind))
        return _result(_safe_ordinal(known, year, month, day, bind), known)
    dates = numbers if function in ("days", "months") else numbers[:1]
    known = bind("known", both(known, *(_is_day(d) for d in dates)))
    safe = [bind("date", choose(known, d, ONE)) for d in dates]
    if function == "days":
        return _result(subtract(safe[1], safe[0]), known)
    if function == "months":
        return _result(_months(safe[0], safe[1], bind), known)
    if function == "add_days":
        later = bind("date", add(safe[0], numbers[1]))
        return _result(later, bind("known", both(known, _is_day(later))))
    if function == "add_months":
        return _add_months(safe[0], numbers[1], known, bind)
    apart = taken_apart(safe[0], bind)
    if function == "end_of_year":
        return _result(ordinal(apart.year, scalars.Literal(12), scalars.Literal(31), bind), known)
    return _result(apart.year if function == "year" else apart.month, known)


def _result(value: Scalar, known: Scalar) -> Rational:
    return Rational(Fraction(1), value, ONE, known)


def _in_calendar(year: Scalar, month: Scalar, day: Scalar, bind: Bind) -> Scalar:
    right = both(between(year, 1, YEAR_MAX), between(month, 1, 12), compare(">=", day, ONE))
    return bind("in calendar", both(right, compare("<=", day, length_of_month(year, month))))


def between(value: Scalar, least: int, most: int) -> Scalar:
    """Whether a whole number lies between two others, both included."""
    return both(compare(">=", value, scalars.Literal(least)), compare("<=", value, scalars.Literal(most)))


def _safe_ordinal(known: Scalar, year: Scalar, month: Scalar, day: Scalar, bind: Bind) -> Scalar:
    year, month, day = (bind("part", choose(known, part, ONE)) for part in (year, month, day))
    return ordinal(year, month, day, bind)


def _add_months(start: Scalar, months: Scalar, known: Scalar, bind: Bind) -> Rational:
    apart = taken_apart(start, bind)
    year, month = _shifted(apart, months, bind)
    known = bind("known", both(known, between(year, 1, YEAR_MAX)))
    safe = bind("year", choose(known, year, ONE))
    length = bind("length", length_of_month(safe, month))
    day = bind("day", choose(compare("<", apart.day, length), apart.day, length))
    return _result(ordinal(safe, month, day, bind), known)


def _shifted(apart: Day, months: Scalar, bind: Bind) -> tuple[Scalar, Scalar]:
    """The year and month so many months later."""
    count = bind("months", add(add(_times(12, apart.year), _plus(apart.month, -1)), months))
    year = bind("year", _over(count, 12))
    return year, bind("month", _plus(subtract(count, _times(12, year)), 1))


def _months(start: Scalar, end: Scalar, bind: Bind) -> Scalar:
    """The greatest number of whole months that can be added to `start` without passing `end`."""
    first, last = taken_apart(start, bind), taken_apart(end, bind)
    months = add(_times(12, subtract(last.year, first.year)), subtract(last.month, first.month))
    length = length_of_month(last.year, last.month)
    reached = bind("reached", choose(compare("<", first.day, length), first.day, length))
    return subtract(months, choose(compare(">", reached, last.day), ONE, scalars.ZERO))
