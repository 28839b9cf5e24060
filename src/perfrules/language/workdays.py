"""Working days as scalars of the plan: the calendar's exceptions become steps that a number of days climbs.

Up to any day there are so many week days, and what the exceptions before it add or take away. The way back, from
a number of working days to the day, is the same stair seen from the side.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from perfrules.core.workdays import WEEK, WORKED, WorkingDays, on_week_day, week_days_until
from perfrules.language import scalars
from perfrules.language.dates import Bind, between
from perfrules.language.rails import Rational
from perfrules.language.scalars import ONE, ZERO, Scalar, add, both, choose, compare, div_floor, multiply, subtract

Step = tuple[int, int]  # from this number on, this value


def moved(day: Rational, count: Rational, calendar: WorkingDays, bind: Bind) -> Rational:
    """The day so many working days later, or earlier; unknown where one of the days is not in the calendar."""
    start = bind("start", multiply(scalars.Literal(int(day.scale)), day.low))
    by = bind("working days", multiply(scalars.Literal(int(count.scale)), count.low))
    inside = both(day.defined, count.defined, between(start, calendar.first, calendar.last))
    known = bind("known", inside)
    safe = bind("date", choose(known, start, scalars.Literal(calendar.first)))
    later = compare(">", by, ZERO)
    before = _worked_until(choose(later, safe, subtract(safe, ONE)), calendar, bind)
    number = bind("number", add(add(before, by), choose(later, ZERO, ONE)))
    least, most = _count_until(calendar.first - 1, calendar), _count_until(calendar.last, calendar)
    still = compare("=", by, ZERO)
    reached = bind("reached", both(known, scalars.either(still, between(number, least + 1, most))))
    found = _day_of(bind("number", choose(reached, number, scalars.Literal(least + 1))), calendar, bind)
    return Rational(Fraction(1), choose(still, safe, found), ONE, reached)


def _count_until(day: int, calendar: WorkingDays) -> int:
    """How many working days there are up to a day, were there no exceptions before the calendar."""
    moved_by = [by for at, by in _exceptions(calendar) if at <= day]
    return week_days_until(day) + (moved_by[-1] if moved_by else 0)


def _exceptions(calendar: WorkingDays) -> list[Step]:
    """Each exception, with by how much it and those before it move the number of working days up to it."""
    moved_by = accumulate(-1 if on_week_day(day) else 1 for day in calendar.exceptions)
    return list(zip(calendar.exceptions, moved_by, strict=True))


def _worked_until(day: Scalar, calendar: WorkingDays, bind: Bind) -> Scalar:
    """How many working days there are up to a day of the calendar."""
    weeks = bind("weeks", div_floor(day, scalars.Literal(WEEK)))
    rest = bind("rest", subtract(day, multiply(scalars.Literal(WEEK), weeks)))
    week_days = choose(compare("<", rest, scalars.Literal(WORKED)), rest, scalars.Literal(WORKED))
    height = _climb(day, _exceptions(calendar))
    return bind("worked", add(add(multiply(scalars.Literal(WORKED), weeks), week_days), height))


def _day_of(number: Scalar, calendar: WorkingDays, bind: Bind) -> Scalar:
    """The first day up to which there are so many working days."""
    shifts: list[Step] = []  # by how much the exceptions before move the number
    extras: list[Step] = []  # how long after the last week day a worked day of a weekend is
    for day, by in _exceptions(calendar):
        until = week_days_until(day) + by
        shifts.append((until + on_week_day(day), by))
        if not on_week_day(day):
            extras += [(until, day - _week_day(until - by)), (until + 1, 0)]
    week_day = bind("week day", subtract(subtract(number, _climb(number, shifts)), ONE))
    weeks = bind("weeks", div_floor(week_day, scalars.Literal(WORKED)))
    rest = add(subtract(week_day, multiply(scalars.Literal(WORKED), weeks)), ONE)
    return bind("day", add(add(multiply(scalars.Literal(WEEK), weeks), rest), _climb(number, extras)))


def _week_day(number: int) -> int:
    """The day up to which there are so many week days."""
    return WEEK * ((number - 1) // WORKED) + (number - 1) % WORKED + 1


def _climb(value: Scalar, steps: Sequence[Step], below: int = 0) -> Scalar:
    """The value of the last step that a number reaches; `below` before the first."""
    if not steps:
        return scalars.Literal(below)
    middle = len(steps) // 2
    at, height = steps[middle]
    lower, upper = _climb(value, steps[:middle], below), _climb(value, steps[middle + 1 :], height)
    return choose(compare("<", value, scalars.Literal(at)), lower, upper)
