"""Wording: names, words of closed lists, whole numbers, days and values, as authors write them in documents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction

from perfrules.core.days import day_meant, read_day
from perfrules.core.money import UNITS, Currency, fraction_text
from perfrules.core.problem import Findings, Problem, Refused, did_you_mean
from perfrules.core.span import Text
from perfrules.core.values import KIND_WORDS, UNKNOWN_TEXTS, Stored, Unfit, read_value
from perfrules.core.vocabulary import (
    Fact,
)
from perfrules.language.nodes import Literal
from perfrules.language.parse import parse_literal
from perfrules.language.scope import CLOCK_WORDS
from perfrules.language.tokens import KEYWORDS, strange_characters
from perfrules.language.words import english

FORMATS = ("1",)  # of documents, as `perfrules: 1` says
PERIOD_MIN, PERIOD_MAX = 1000, 9999
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_LABEL = re.compile(r"\w[\w-]*")


def check_name(name: Text, findings: Findings, *, label: bool = False) -> None:
    """A name must be readable in an expression; a label (of a rule, a pool) may also contain `-`."""
    strange = strange_characters("".join(c for c in name if not c.isascii()))
    if strange:
        findings.add("PR308", name.span, name=str(name), characters=strange)
    elif not (_LABEL if label else _IDENTIFIER).fullmatch(name) or (not label and name in {**KEYWORDS, **CLOCK_WORDS}):
        findings.add("PR205", name.span, name=str(name))


def check_distinct(names: Iterable[Text], findings: Findings) -> None:
    """Names must differ in more than case and width."""
    seen: dict[str, Text] = {}
    for name in names:
        folded = unicodedata.normalize("NFKC", name).casefold()
        first = seen.setdefault(folded, name)
        if first is not name and first == name:
            findings.add("PR210", name.span, name=str(name), related=[("first", first.span)])
        elif first is not name:
            findings.add("PR206", name.span, name=str(name), other=str(first), related=[("first", first.span)])


def one_of(text: Text, known: Iterable[str], findings: Findings, code: str = "PR208") -> str:
    """A word of a closed list; noted where it is none."""
    if text not in known:
        findings.add(code, text.span, word=str(text), hint=did_you_mean(text, known))
    return str(text)


def word_of(text: Text, table: dict[str, str], findings: Findings) -> str:
    """The English word of a table for one in either language; noted where it is none."""
    words = english(table)
    return words.get(one_of(text, words, findings), next(iter(table)))


def whole_number(text: Text, findings: Findings, least: int, most: int) -> int:
    """A whole number between two others, perhaps with a sign; noted where it is none."""
    plain = text.removeprefix("+")
    if re.fullmatch(r"-?[0-9]{1,9}", plain) and least <= int(plain) <= most:
        return int(plain)
    findings.add("PR211", text.span, value=str(text), least=str(least), most=str(most))
    return least


def fiscal_year(text: Text, findings: Findings) -> int:
    """The number of a fiscal year; noted where it is none."""
    return whole_number(text, findings, PERIOD_MIN, PERIOD_MAX)


def calendar_day(text: Text, findings: Findings) -> date:
    """A date; noted where it is none."""
    found = read_day(text)
    if found is None:
        findings.add("PR209", text.span, value=str(text), day=day_meant(text))
    return found or date.min


def as_day(value: date | str, about: str) -> date:
    """A date as a program gives it, or its text `2024-01-31`. Raises `Refused` where it is none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    found = read_day(str(value))
    if found is None:
        raise Refused([Problem("PR209", where=about, values={"value": str(value), "day": day_meant(str(value))})])
    return found


def days_between(start: Text | None, end: Text | None, findings: Findings) -> tuple[date, date]:
    """The first and last day of what may be open on either side; noted where they are no dates, or exchanged."""
    first = calendar_day(start, findings) if start else date.min
    last = calendar_day(end, findings) if end else date.max
    if start and end and first > last:
        findings.add("PR230", start.span, start=str(start), end=str(end))
    return first, last


def stored_value(fact: Fact, text: Text, findings: Findings) -> Stored | None:
    """What a value that an author wrote for a fact (in an example, a bound) is stored as.

    Unlike in a file of facts, digits may be grouped by `_` and amounts may carry their unit.
    """
    try:
        if text.quoted or fact.is_text or fact.kind == "date":
            return read_value(fact, str(text))
        if text in UNKNOWN_TEXTS:
            return None
        literal = parse_literal(text, findings)
        return None if literal is None else read_value(fact, _python_value(fact, literal))
    except Unfit as unfit:
        findings.put(Problem(unfit.code, text.span, unfit.values))
        return None


def _python_value(fact: Fact, literal: Literal) -> object:
    value = literal.value
    fits = {"money": ("money", "number"), "ratio": ("ratio", "points", "number")}
    if literal.kind not in fits.get(fact.kind, ("number", "flag", "word")):
        raise Unfit("PR602", fact=fact.name, value=literal.written, expected=KIND_WORDS[fact.kind])
    if literal.currency and literal.currency != fact.currency and isinstance(value, Fraction):
        meant = Currency(fact.currency).written(fraction_text(value))
        raise Unfit("PR441", written=literal.written, own=fact.currency, meant=meant)
    if literal.kind == "money" and isinstance(value, Fraction):
        return value / UNITS[fact.unit]
    return value
