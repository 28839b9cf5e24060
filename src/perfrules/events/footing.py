"""Footing: what a journal rests on beside its policies. How facts are read has to stay as it was; the calendar and the
decisions may grow, and be other ones for days that have not come."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from hashlib import sha256

from perfrules.core.vocabulary import Vocabulary
from perfrules.core.workdays import WorkingDays
from perfrules.pipeline.model import Decision


def reading(vocabulary: Vocabulary) -> str:
    """The sha256 of how facts are read: of all kinds, with what they belong to and the form of each fact."""
    kinds = [
        (
            kind.name,
            kind.belongs_to,
            kind.in_order_of,
            [
                (f.name, f.kind, f.places, f.least, f.most, f.choices, f.order, f.unit, str(f.rounded), f.currency)
                for _, f in sorted(kind.columns.items())
            ],
        )
        for _, kind in sorted(vocabulary.kinds.items())
    ]
    said = json.dumps([kinds, vocabulary.currency.code, vocabulary.currency.places], ensure_ascii=False)
    return sha256(said.encode("utf-8")).hexdigest()


def growing(
    days: WorkingDays | None, made: Iterable[Decision]
) -> Iterable[tuple[str, str, Callable[[int, str, str], bool]]]:
    """What may grow: its name, what it is, and whether it agrees up to a day with what it was."""
    yield "calendar", calendar(days), is_same_calendar
    yield "decisions", decisions(made), are_same_decisions


def calendar(days: WorkingDays | None) -> str:
    """A calendar as a journal has it."""
    return json.dumps(None if days is None else [days.first, days.last, *days.exceptions])


def is_same_calendar(until: int, known: str, given: str) -> bool:
    """Whether one calendar says of the days of another what that says, up to a day."""
    if json.loads(known) is None:
        return True
    first, last, *exceptions = json.loads(known)
    own_first, own_last, *own = json.loads(given) or (1, 0)
    until = min(last, until)
    same = [day for day in exceptions if day <= until] == [day for day in own if first <= day <= until]
    return same and (until < first or own_first <= first <= until <= own_last)


def decisions(made: Iterable[Decision]) -> str:
    """What people decided, as a journal has it: by the day on which it was decided."""
    said = [
        (one.on.toordinal(), one.subject, one.period, one.rule, one.action, str(one.amount), one.currency, one.approve)
        for one in made
    ]
    return json.dumps(sorted(said, key=str), ensure_ascii=False)


def are_same_decisions(until: int, known: str, given: str) -> bool:
    """Whether the same was decided up to a day."""
    one, other = ([decision for decision in json.loads(text) if decision[0] <= until] for text in (known, given))
    return bool(one == other)
