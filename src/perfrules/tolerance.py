"""Tolerance: how far from what is expected a value may be; without one that is written, not at all."""

from __future__ import annotations

import re
from fractions import Fraction

from perfrules.core.money import Currency
from perfrules.core.problem import Findings, Words
from perfrules.core.span import Text
from perfrules.core.values import KIND_WORDS
from perfrules.expected_words import is_unknown
from perfrules.language.parse import parse_literal
from perfrules.pipeline.statement import Mark

_WRITTEN = re.compile(r"\s*(?:±|\+-|\+/-)\s*")
_FURTHER = {"ratio": "points", "date": "days"}  # what a tolerance may also be, beside the kind of the value itself


def parted(text: Text) -> list[Text]:
    """What is expected, and how far from it what comes out may be where that is written."""
    found = _WRITTEN.search(text)
    parts = ((0, found.start()), (found.end(), len(text))) if found is not None else ()
    return [Text(text[a:b], text.at(a, b)) for a, b in parts] or [text]


def is_meant(text: Text, figure: Mark, currency: Currency, findings: Findings) -> bool:
    """Whether a figure has the value that is written; noted where none of its kind is written."""
    if figure.kind in ("text", "choice"):
        return figure.value == text
    if is_unknown([text]):
        return False
    numbers: list[Fraction] = []
    fitting = ({figure.kind}, {figure.kind, _FURTHER.get(figure.kind, "")})
    for part, kinds in zip(parted(text), fitting, strict=False):
        literal = parse_literal(part, findings)
        if literal is None:
            return False
        kind = "count" if literal.kind == "number" and figure.kind == "count" else literal.kind
        zero = literal.kind == "number" and literal.value == 0  # of every kind
        if not (kind in kinds or zero) or literal.currency not in ("", currency.code):
            found = KIND_WORDS[figure.kind]
            findings.add("PR521", part.span, key=figure.word, found=found, written=str(part))
            return False
        if not isinstance(literal.value, Fraction):
            return literal.value == figure.value
        if numbers and literal.value < 0:
            below = Words("below 0", "低于 0")
            findings.add("PR603", part.span, fact=figure.word, value=str(part), side=below, hint="")
        numbers.append(literal.value)
    return isinstance(figure.value, Fraction) and abs(figure.value - numbers[0]) <= sum(numbers[1:])
