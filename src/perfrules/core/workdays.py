"""Working days: Monday to Friday, but for what is arranged each year. Days are ordinals, 1 for 0001-01-01."""

from __future__ import annotations

from dataclasses import dataclass

WEEK, WORKED = 7, 5  # the ordinal day 1 is a Monday


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days are worked, from the first to the last, both included; nothing is known of others.

    `exceptions`, in order, are weekdays that are holidays and days of a weekend that are worked.
    """

    first: int
    last: int
    exceptions: tuple[int, ...]

    def worked(self, day: int) -> bool:
        """Whether a day is worked."""
        return on_week_day(day) != (day in self.exceptions)

    def moved(self, day: int, count: int) -> int | None:
        """The day so many working days later, or earlier where there are less than none.

        The day itself is not counted. None where one of the days is not in the calendar.
        """
        step = 1 if count > 0 else -1
        if not self.first <= day <= self.last:
            return None
        while count:
            day += step
            if not self.first <= day <= self.last:
                return None
            count -= step * self.worked(day)
        return day


def on_week_day(day: int) -> bool:
    """Whether a day is one from Monday to Friday."""
    return (day - 1) % WEEK < WORKED


def week_days_until(day: int) -> int:
    """How many days from Monday to Friday there are up to a day, since the first of all."""
    return WORKED * (day // WEEK) + min(day % WEEK, WORKED)
