"""Holidays: from the `calendar:` of a vocabulary to its working days, with every day checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from perfrules.core.problem import Findings
from perfrules.core.span import Text
from perfrules.core.vocabulary import Vocabulary
from perfrules.core.workdays import WorkingDays, on_week_day
from perfrules.language.words import TESTS
from perfrules.pipeline.forms import CalendarForm
from perfrules.pipeline.wording import calendar_day, days_between

_FROM_TO = re.compile(rf"(\S+?)\s*(?:\bto\b|{TESTS['to']})\s*(\S+)")


def working_days(
    forms: Iterable[CalendarForm], bases: Iterable[tuple[Text, Vocabulary]], findings: Findings
) -> WorkingDays | None:
    """The days that a vocabulary declares as worked, together with those of the vocabularies that it extends."""
    parts = [(name.span, base.working_days) for name, base in bases]
    parts += [(form.start.span, _part(form, findings)) for form in forms]
    whole: WorkingDays | None = None
    for span, part in sorted(((s, p) for s, p in parts if p is not None), key=lambda one: one[1].first):
        if whole is None or _fits(part, whole):
            whole = part if whole is None else _joined(whole, part)
        else:
            findings.add("PR243", span, first=_shown(whole.first), last=_shown(whole.last))
    return whole


def _fits(part: WorkingDays, before: WorkingDays) -> bool:
    """Whether a part begins where those before it end, or says of each day that they know the same."""
    both = range(part.first, min(part.last, before.last) + 1)
    return part.first <= before.last + 1 and all(part.worked(day) == before.worked(day) for day in both)


def _joined(one: WorkingDays, other: WorkingDays) -> WorkingDays:
    return WorkingDays(one.first, max(one.last, other.last), tuple(sorted({*one.exceptions, *other.exceptions})))


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
