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

_SPARK_WIDE = "DECIMAL(38, 0)"
_SPARK_FAR = 10**20  # times 10^18, it is more than that


@dataclass(frozen=True, slots=True)
class Types:
    """How a database says the type of a value, and what it calls those that matter."""

    said: Callable[[Expression], Expression]
    decimals: str  # how the names of types of exact decimals begin
    floats: tuple[str, ...]  # of binary fractions
    days: tuple[str, ...]  # of days, and of points of time without a zone
    normal: str  # the function that gives a text in one form of Unicode
    rounded: Callable[[Expression, int], Expression]  # a number to so many decimals, perhaps fewer than none


@dataclass(frozen=True, slots=True)
class Dialect:
    """A dialect: its name for sqlglot, its types, and its division."""

    name: str
    narrow: str  # whole numbers of 64 bits
    wide: str  # of 128 bits, and sums
    text: str
    div_floor: Callable[[Expression, Expression, int], Expression]  # with a quotient of so many bits
    types: Types | None = None  # None where tables of others are not read in it
    collation: str = ""  # in which texts are in the order of code points, where that is not the usual one
    repeats: bool = False  # whether what is said once is computed again where a part of a query reads it
    keeps: bool = True  # whether a query can say that a part of it is computed once

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


def _floored(quotient: Expression, rest: Expression) -> Expression:
    """A quotient that goes toward zero: one less where something negative is left."""
    return exp.paren(exp.Sub(this=exp.paren(quotient), expression=exp.paren(negative(rest))))


def _rest(left: Expression, right: Expression) -> Expression:
    return exp.Mod(this=exp.paren(left.copy()), expression=exp.paren(right.copy()))


def _duckdb(left: Expression, right: Expression, bits: int) -> Expression:
    """`//` goes toward zero."""
    return _floored(exp.IntDiv(this=exp.paren(left), expression=exp.paren(right)), _rest(left, right))


def _postgres(left: Expression, right: Expression, bits: int) -> Expression:
    """A quotient with 40 decimals: of whole numbers below 2^127, none is rounded up to a whole one."""
    scaled = cast(left, typed("NUMERIC(90, 40)"))
    return exp.Anonymous(this="FLOOR", expressions=[_plain_quotient(scaled, right)])


def _spark(left: Expression, right: Expression, bits: int) -> Expression:
    """`DIV` wraps beyond 64 bits, and a quotient of `/` has 20 digits before its 18 decimals.

    So what is left over is taken away first, and what would have more digits is divided in two pieces.
    """
    if bits <= 64:
        return _duckdb(left, right, bits)
    whole, far = typed(_SPARK_WIDE), exp.Literal.number(10**18)
    left, divisor = (exp.paren(cast(side, whole)) for side in (left, right))
    rest, times = _rest(left, divisor), exp.paren(exp.Mul(this=divisor.copy(), expression=cast(far, whole)))
    high = _divided(exp.Sub(this=left.copy(), expression=exp.paren(_rest(left, times))), times, whole)
    low = _divided(exp.Sub(this=exp.paren(_rest(left, times)), expression=exp.paren(rest.copy())), divisor, whole)
    pieces = exp.paren(exp.Add(this=exp.Mul(this=high, expression=far.copy()), expression=low))
    if isinstance(right, exp.Literal) and int(right.this) < _SPARK_FAR:
        return _floored(pieces, rest)
    at_once = _divided(exp.Sub(this=left.copy(), expression=exp.paren(rest.copy())), divisor, whole)
    few = exp.LT(this=divisor.copy(), expression=exp.Literal.number(_SPARK_FAR))
    return _floored(exp.Case(ifs=[exp.If(this=few, true=pieces)], default=at_once), rest)


def _divided(left: Expression, right: Expression, whole: Expression) -> Expression:
    """A quotient that is known to be whole."""
    return cast(_plain_quotient(exp.paren(cast(left, whole)), right.copy()), whole)


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
    types=Types(
        said=lambda value: called("TYPEOF", value),
        decimals="DECIMAL",
        floats=("DOUBLE", "FLOAT"),
        days=("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"),
        normal="NFC_NORMALIZE",
        rounded=lambda number, places: called("ROUND", number, exp.Literal.number(places)),
    ),
)
POSTGRES = Dialect(
    "postgres",
    narrow="BIGINT",
    wide="NUMERIC",
    text="TEXT",
    div_floor=_postgres,
    types=Types(
        said=lambda value: cast(called("PG_TYPEOF", value), typed("TEXT")),
        decimals="numeric",
        floats=("double precision", "real"),
        days=("date", "timestamp without time zone"),
        normal="NORMALIZE",
        rounded=lambda number, places: called("ROUND", cast(number, typed("NUMERIC")), exp.Literal.number(places)),
    ),
    collation="C",
    repeats=True,
)
SPARK = Dialect("spark", narrow="BIGINT", wide=_SPARK_WIDE, text="STRING", div_floor=_spark, keeps=False)
DIALECTS = {dialect.name: dialect for dialect in (DUCKDB, POSTGRES, SPARK)}
