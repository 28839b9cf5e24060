"""What an earlier run said, read from its JSON: verdicts, entries, statuses, notices and labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from perfrules.core.exact_json import Unread
from perfrules.core.problem import Words
from perfrules.pipeline.statement import Entry

T = TypeVar("T")
SECTIONS = {"status": "statuses", "notice": "notices", "label": "labels"}
NO_RUN = Words("it is no result of a run", "不是运行结果")


@dataclass(frozen=True, slots=True)
class Marking:
    """A status, notice or label as the record of a run has it; `value` is that of a figure."""

    effect: str
    subject: str
    period: int
    action: str
    rule: str
    word: str = ""
    value: str = ""


@dataclass(frozen=True)
class Said:
    """What the JSON of a run says."""

    period: int
    run: str  # its as-of day and its digest
    verdicts: Mapping[tuple[str, str], str]  # by subject and rule
    entries: Counter[Entry]
    marks: Counter[Marking]


def said(data: Mapping[str, Any]) -> Said:
    """What a run said. Raises `Unread` where its form is another one."""
    try:
        return Said(
            _typed(data["period"], int),
            f"{_typed(data['as_of'], str)} {_typed(data['program'], str)}",
            {(_typed(r["subject"], str), _typed(r["rule"], str)): _typed(r["verdict"], str) for r in data["rulings"]},
            Counter(_entry(entry) for entry in data["entries"]),
            Counter(_marking(effect, mark) for effect, section in SECTIONS.items() for mark in data[section]),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation, AttributeError):
        raise Unread(NO_RUN) from None


def _typed(value: Any, kind: type[T]) -> T:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError
    return value


def _entry(data: Mapping[str, Any]) -> Entry:
    texts = {key: _typed(data.get(key, ""), str) for key in ("debit", "credit", "subject", "pool", "part")}
    rules = tuple(_typed(rule, str) for rule in _typed(data["rules"], list))
    amount = Decimal(_typed(data["amount"], str))
    if not amount.is_finite() or amount <= 0:
        raise ValueError
    return Entry(period=_typed(data["period"], int), amount=amount, rules=rules, **texts)


def _marking(effect: str, data: Mapping[str, Any]) -> Marking:
    subject, action, rule = (_typed(data[key], str) for key in ("subject", effect, "rule"))
    word = _typed(data.get("word", ""), str)
    return Marking(effect, subject, _typed(data["period"], int), action, rule, word, str(data.get("value", "")))
