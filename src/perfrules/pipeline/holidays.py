"""Holidays: from the `calendar:` of a vocabulary to its working days, with every day checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from perfrules.core.problem import Findings
from perfrules.core.span import Text
from perfrules.core.workdays import WorkingDays, on_week_day
from perfrules.language.words import TESTS
from perfrules.pipeline.forms import CalendarForm
from perfrules.pipeline.wording import calendar_day, days_between

_FROM_TO = re.compile(rf"(\S+?)\s*(?:\bto\b|{TESTS['to']})\s*(\S+)")


def working_days(
    forms: Sequence[CalendarForm], above: Iterable[WorkingDays | None], findings: Findings
) -> WorkingDays | None:
    """The days that a vocabulary declares as worked, together with those of the vocabularies that it extends."""
    parts = [part for part in above if part is not None]
    for form in forms:
        part = _part(form, findings)
        if part is None:
            continue
        beside = min(parts, key=lambda p: _apart(p, part), default=None)
        if beside is not None and _apart(beside, part) != 1:
            findings.add("PR243", form.start.span, first=_shown(beside.first), last=_shown(beside.last))
        else:
            parts.append(part)
    if not parts:
        return None
    days = {e for part in parts for e in part.exceptions}
    return WorkingDays(min(p.first for p in parts), max(p.last for p in parts), tuple(sorted(days)))


def _apart(one: WorkingDays, other: WorkingDays) -> int:
    """1 where one follows the other without a gap; 0 or less where they overlap."""
    return max(one.first - other.last, other.first - one.last)


def _shown(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _part(form: CalendarForm, findings: Findings) -> WorkingDays | None:
    before = len(findings.errors)
    first, last = (day.toordinal() for day in days_between(form.start, form.end, findings))
    if len(findings.errors) > before:
        return None
    off = {day: text for text in form.holidays for day in _days(text, first, last, findings)}
    worked = {day: text for text in form.workdays for day in _days(text, first, last, findings)}
    for day, text in worked.items():
        if day in off:
            findings.add("PR245", text.span, day=_shown(day), related=[("first", off[day].span)])
        elif on_week_day(day):
            findings.add("PR246", text.span, day=_shown(day))
    exceptions = {day for day in off if on_week_day(day)} | set(worked)
    return WorkingDays(first, last, tuple(sorted(exceptions)))


def _days(text: Text, first: int, last: int, findings: Findings) -> range:
    """A day, or all from one to another; noted where they are not within the calendar."""
    said = _FROM_TO.fullmatch(text)
    ends = [Text(said[n], text.at(*said.span(n))) for n in (1, 2)] if said else [text]
    before = len(findings.errors)
    days = [calendar_day(end, findings).toordinal() for end in ends]
    if len(findings.errors) > before:
        return range(0)
    start, end = days[0], days[-1]
    if not first <= start <= end <= last:
        findings.add("PR244", text.span, value=str(text), first=_shown(first), last=_shown(last))
        return range(0)
    return range(start, end + 1)
