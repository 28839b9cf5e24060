"""Days: from when on a policy or one of its parameters is another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from perfrules.pipeline.model import DatedParameter, Policy

Days = tuple[date, date]  # both included


def days_of_change(policy: Policy) -> list[date]:
    """The days from which the policy or one of its parameters is another, within its time in force."""
    first, last = policy.in_force
    starts = {d.start for p in policy.parameters.values() for d in p.values} | {first}
    ends = {d.end for p in policy.parameters.values() for d in p.values if d.end < date.max}
    after = {following(end) for end in ends}
    days = sorted(d for d in starts | after if first <= d <= last)
    return [d for d in days if d > date.min] or [date(2000, 1, 1) if last == date.max else last]


def following(day: date) -> date:
    """The next day; the last of all is followed by itself."""
    return day if day == date.max else date.fromordinal(day.toordinal() + 1)


def without_value(parameter: DatedParameter, within: Days) -> Iterator[Days]:
    """The stretches of days on which a parameter has no value."""
    start, last = within
    for dated in parameter.values:  # in order of their days
        if start > last:
            return
        if start < dated.start:
            yield start, min(last, date.fromordinal(dated.start.toordinal() - 1))
        if dated.end == date.max:
            return
        start = max(start, following(dated.end))
    if start <= last:
        yield start, last
