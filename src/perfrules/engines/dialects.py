"""Dialects of SQL that are tested: what of whole numbers and texts each says in its own way.

What sqlglot makes of `/`, of wide types and of the order of texts is not exact in every dialect, so this is said here,
and other dialects are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

Expression = Any  # of sqlglot, whose classes have types of their own in every version
TRUTH, WHOLE, TEXT = "truth", "whole", "text"
KINDS = (TRUTH, WHOLE, TEXT)  # each can be said as the next


@dataclass(frozen=True, slots=True)
class Dialect:
    """A dialect: its name for sqlglot, its types, and its division."""

    name: str
    narrow: str  # whole numbers of 64 bits
    wide: str  # of 128 bits, and sums
    text: str
    div_floor: Callable[[Expression, Expression], Expression]
    repeats: bool  # whether what is said once is computed again where a query reads it that is part of another
    type_said: Callable[[Expression], Expression]  # the name of a value's type
    decimals: str  # how the names of types of exact decimals begin
    floats: tuple[str, ...]  # types of binary fractions
    days: tuple[str, ...]  # types of days, and of points of time without a zone
    normal: str  # the function that gives a text in one form of Unicode
    collation: str = ""  # in which texts are in the order of code points, where that is not the usual one

    def type_of(self, kind: str, bits: int = 128) -> Expression:
        """The type of a column."""
        whole = self.wide if bits > 64 else self.narrow
        return typed({TRUTH: "BOOLEAN", TEXT: self.text, WHOLE: whole}[kind])

    def ordered(self, expression: Expression) -> Expression:
        """A text by which rows are ordered, by code points."""
        if not self.collation:
            return expression
        return exp.Collate(this=expression, expression=exp.to_identifier(self.collation, quoted=True))


def typed(name: str) -> Expression:
    """A type by the name that the database has for it."""
    return exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=name)


def cast(expression: Expression, to: Expression) -> Expression:
    """An expression as another type."""
    return exp.Cast(this=expression, to=to.copy())


def negative(expression: Expression) -> Expression:
    """1 where a number is below zero, else 0."""
    below = exp.LT(this=exp.paren(expression), expression=exp.Literal.number(0))
    return exp.Case(ifs=[exp.If(this=below, true=exp.Literal.number(1))], default=exp.Literal.number(0))


def _duckdb(left: Expression, right: Expression) -> Expression:
    """`//` goes toward zero: one less where something negative is left."""
    quotient = exp.IntDiv(this=exp.paren(left), expression=exp.paren(right))
    rest = exp.Mod(this=exp.paren(left.copy()), expression=exp.paren(right.copy()))
    return exp.paren(exp.Sub(this=exp.paren(quotient), expression=exp.paren(negative(rest))))


def _postgres(left: Expression, right: Expression) -> Expression:
    """A quotient with 40 decimals: of whole numbers below 2^127, none is rounded up to a whole one."""
    scaled = cast(left, typed("NUMERIC(90, 40)"))
    return exp.Anonymous(this="FLOOR", expressions=[_plain_quotient(scaled, right)])


def _plain_quotient(left: Expression, right: Expression) -> Expression:
    """`left / right`, as it is written: sqlglot changes nothing where the division is that of types."""
    return exp.Div(this=left, expression=exp.paren(right), typed=True, safe=False)


def called(name: str, *arguments: Expression) -> Expression:
    """A function by the name that the database has for it."""
    return exp.Anonymous(this=name, expressions=list(arguments))


DUCKDB = Dialect(
    "duckdb",
    narrow="BIGINT",
    wide="HUGEINT",
    text="VARCHAR",
    div_floor=_duckdb,
    repeats=False,
    type_said=lambda value: called("TYPEOF", value),
    decimals="DECIMAL",
    floats=("DOUBLE", "FLOAT"),
    days=("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"),
    normal="NFC_NORMALIZE",
)
POSTGRES = Dialect(
    "postgres",
    narrow="NUMERIC",
    wide="NUMERIC",
    text="TEXT",
    div_floor=_postgres,
    repeats=True,
    type_said=lambda value: cast(called("PG_TYPEOF", value), typed("TEXT")),
    decimals="numeric",
    floats=("double precision", "real"),
    days=("date", "timestamp without time zone"),
    normal="NORMALIZE",
    collation="C",
)
DIALECTS = {dialect.name: dialect for dialect in (DUCKDB, POSTGRES)}
