"""Expressions of SQL that reading tables of a database is made of."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from sqlglot import exp

from perfrules.core.money import decimal_text
from perfrules.core.values import EXPONENT_MAX
from perfrules.engines.dialects import Expression, called, cast, typed


def literal(text: str) -> Expression:
    """A text."""
    return exp.Literal.string(text)


def number(value: Fraction | int) -> Expression:
    """A number that has finitely many decimals."""
    exact = Fraction(value)
    places = next(n for n in range(EXPONENT_MAX) if 10**n % exact.denominator == 0)
    return exp.Literal.number(decimal_text(int(exact * 10**places), places))


def places_of(factor: Fraction) -> int:
    """The decimals of a number whose product with a power of ten is whole."""
    return len(str(factor.numerator)) - len(str(factor.denominator))


def decimal(value: Fraction) -> Expression:
    """A decimal number: what is multiplied by it is exact, however narrow its own type is."""
    text = str(number(value))
    whole, _, places = text.partition(".")
    return cast(number(value), typed(f"DECIMAL({len(whole) + len(places)}, {len(places)})"))


def among(text: Expression, words: Iterable[str]) -> Expression:
    """Whether a text is one of some words."""
    return exp.In(this=text.copy(), expressions=[literal(word) for word in sorted(words)])


def known(value: Expression) -> Expression:
    """Whether a value is not null."""
    return exp.Not(this=unknown(value))


def unknown(value: Expression) -> Expression:
    """Whether a value is null."""
    return exp.Is(this=value.copy(), expression=exp.null())


def chosen(condition: Expression, then: Expression) -> Expression:
    """A value where a condition is true, else null."""
    return exp.Case(ifs=[exp.If(this=condition, true=then)])


def same(one: Expression, other: Expression) -> Expression:
    """Whether two values are the same."""
    return exp.EQ(this=one.copy(), expression=other.copy())


def is_year(text: Expression) -> Expression:
    """Whether a text is four digits: nothing but a digit becomes a zero."""
    zeros = called("TRANSLATE", text.copy(), literal("123456789"), literal("0" * 9))
    return exp.EQ(this=zeros, expression=literal("0" * 4))
