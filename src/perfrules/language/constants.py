"""Constants: numbers with their units, durations, dates and texts, as they stand in an expression."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from perfrules.core.money import UNITS, exact, too_long
from perfrules.core.span import Span
from perfrules.language.cursor import Cursor
from perfrules.language.nodes import Literal
from perfrules.language.tokens import Token
from perfrules.language.words import DURATIONS

CHINESE = "CNY"  # the currency that 元 and its multiples are of
DURATION_MAX = 100_000  # days, or months


class Constants(Cursor):
    """Reads the constants among the tokens."""

    def literal(self, token: Token) -> Literal:
        span = self.span(token)
        if token.kind == "text":
            return Literal("text", token.text, f'"{token.text}"', span)
        if token.kind == "date":
            return Literal("date", Fraction(date.fromisoformat(token.text).toordinal()), token.text, span)
        return self.number(token, span)

    def number(self, token: Token, span: Span) -> Literal:
        found = re.fullmatch(r"(?:([A-Z]{3})\s*)?([0-9_.]+)\s*(\D*)", token.text)
        assert found is not None
        digits = found[2].replace("_", "")
        if too_long(digits):
            raise self.fail("PR311", span, number=token.text[:40])
        value, unit = exact(digits), found[3]
        written = "".join(token.text.split())
        if unit == "%":
            return Literal("ratio", value / 100, written, span)
        if unit == "pp":
            return Literal("points", value / 100, written, span)
        if " ".join(unit.split()) in DURATIONS:
            return self.duration(value, DURATIONS[" ".join(unit.split())], token, span)
        if unit or found[1]:
            code, shown = (CHINESE, written) if unit else (str(found[1]), f"{found[1]} {found[2]}")
            return Literal("money", value * UNITS.get(unit, 1), shown, span, code)
        return Literal("number", value, written, span)

    def duration(self, value: Fraction, unit: str, token: Token, span: Span) -> Literal:
        """A whole number of days, working days or months; a year is twelve months."""
        length, unit = (value * 12, "months") if unit == "years" else (value, unit)
        if value.denominator != 1 or length > DURATION_MAX:
            raise self.fail("PR425", span, number=token.text)
        return Literal(unit, length, " ".join(token.text.split()), span)
