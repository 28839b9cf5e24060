"""The calendar: years, months and days of dates, as whole numbers; a date is its ordinal day, 1 for 0001-01-01.

Here is what the functions of dates mean; `dates` has them as scalars of the plan.
"""

from __future__ import annotations

from datetime import date

LAST = date.max.toordinal()
YEAR_MAX = 9999
_DAYS = {"days": 2, "months": 2}  # how many dates a function takes, where not one


def compute(function: str, given: list[int]) -> int | None:
    """The result of a function of dates; None where there is no such day."""
    if function != "date" and not all(1 <= day <= LAST for day in given[: _DAYS.get(function, 1)]):
        return None
    match function, given:
        case "year", [day]:
            return date.fromordinal(day).year
        case "month", [day]:
            return date.fromordinal(day).month
        case "date", [year, month, day]:
            return ordinal(year, month, day)
        case "days", [start, end]:
            return end - start
        case "months", [start, end]:
            return months_between(start, end)
        case "end_of_year", [day]:
            return ordinal(date.fromordinal(day).year, 12, 31)
        case "add_days", [day, days]:
            return day + days if 1 <= day + days <= LAST else None
    day, months = given
    return add_months(day, months)


def ordinal(year: int, month: int, day: int) -> int | None:
    """The ordinal day of a date; None where there is none."""
    try:
        return date(year, month, day).toordinal()
    except (ValueError, OverflowError):
        return None


def add_months(day: int, months: int) -> int | None:
    """So many months later, on the same day of the month, or on its last day where it has not so many."""
    start = date.fromordinal(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= YEAR_MAX:
        return None
    following = date(year, month + 1, 1)
    length = next(n for n in (31, 30, 29, 28) if ordinal(year, month + 1, n) is not None)
    return following.toordinal() + min(start.day, length) - 1


def months_between(start: int, end: int) -> int:
    """The greatest number of whole months that can be added to `start` without passing `end`."""
    first, last = date.fromordinal(start), date.fromordinal(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    reached = add_months(start, months)
    return months if reached is not None and reached <= end else months - 1
