"""Dialects of SQL that are tested: what of whole numbers and texts each says in its own way.

What sqlglot makes of `/`, of wide types and of the order of texts is not exact in every dialect, so this is said here,
and other dialects are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from perfrules.engines.databases import SPARK_MAX

Expression = Any  # of sqlglot, whose classes have types of their own in every version
TRUTH, WHOLE, TEXT = "truth", "whole", "text"
KINDS = (TRUTH, WHOLE, TEXT)  # each can be said as the next

_DUCKDB_WHOLES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_SPARK_WIDE, _SPARK_FAR = "DECIMAL(38, 0)", 10**20  # and what times 10^18 is more than it holds


@dataclass(frozen=True, slots=True)
class Types:
    """How tables of others are read: what a database calls the types that matter, and what it does with values."""

    said: Callable[[Expression], Expression]
    base: Callable[[Expression], Expression]  # the same, of a type that somebody made the one beneath it
    decimals: str  # how the names of types of exact decimals begin
    widest: int | None  # how many digits they have at most, where there is an end
    floats: tuple[str, ...]  # of binary fractions
    days: tuple[str, ...]  # of days, and of points of time without a zone
    wholes: tuple[str, ...]  # of whole numbers, which may be ids
    is_text: Callable[[Expression], Expression]  # whether a value is of a type that has one text for each value
    normal: str  # the function that gives a text in one form of Unicode, or nothing where there is none
    rounded: Callable[[Expression, int], Expression]  # a number to so many decimals, perhaps fewer than none
    since: Callable[[Expression, Expression], Expression]  # the days from one day, which comes second, to another
    character: Callable[[str], Expression]  # a text of one character that is hard to see
    binds: bool  # whether the types beneath a view can't change
    raised: Callable[[Expression], Expression]  # what stops a query with a text, and is null where there is none


@dataclass(frozen=True, slots=True)
class Division:
    """A division of whole numbers, which is rounded down, by one that is above zero."""

    left: Expression
    right: Expression
    bits: int  # of the quotient
    is_natural: bool  # whether the dividend is never below zero


@dataclass(frozen=True, slots=True)
class Dialect:
    """A dialect: its name for sqlglot, its types, and its division."""

    name: str
    narrow: str  # whole numbers of 64 bits
    wide: str  # of 128 bits, and sums
    text: str
    div_floor: Callable[[Division], Expression]
    types: Types
    collation: str = ""  # in which texts are compared by code points, where that may not be the usual one
    cased: bool = False  # whether quoted names are told apart by their case
    repeats: bool = False  # whether what is said once is computed again where a part of a query reads it
    keeps: bool = True  # whether a query can say that a part of it is computed once
    guesses: bool = False  # whether it takes `=` for one row in 200 where it knows nothing of a column
    greatest: int | None = None  # whole number, where it has fewer than 128 bits
    settings: Mapping[str, str] = field(default_factory=dict)  # of a session, on which exactness depends

    def type_of(self, kind: str, bits: int = 128) -> Expression:
        """The type of a column."""
        whole = self.wide if bits > 64 else self.narrow
        return typed({TRUTH: "BOOLEAN", TEXT: self.text, WHOLE: whole}[kind])

    def as_said(self, name: str) -> str:
        """A quoted name as it is compared: where case does not count, of letters of ASCII."""
        return name if self.cased else "".join(c.lower() if c.isascii() else c for c in name)

    def likely(self, condition: Expression) -> Expression:
        """A condition that many rows meet, for a planner that else prepares for few, and sorts what it could hash."""
        if not self.guesses:
            return condition
        return exp.Case(ifs=[exp.If(this=condition, true=exp.true())], default=exp.false())

    def compared(self, expression: Expression) -> Expression:
        """A text as it is compared, by code points."""
        collated = exp.Collate(this=expression, expression=exp.to_identifier(self.collation, quoted=True))
        return collated if self.collation else expression


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


def _floored(quotient: Expression, division: Division) -> Expression:
    """A quotient that goes toward zero: one less where something negative is left."""
    if division.is_natural:
        return exp.paren(quotient)
    rest = _rest(division.left, division.right)
    return exp.paren(exp.Sub(this=exp.paren(quotient), expression=exp.paren(negative(rest))))


def _rest(left: Expression, right: Expression) -> Expression:
    return exp.Mod(this=exp.paren(left.copy()), expression=exp.paren(right.copy()))


def _duckdb(division: Division) -> Expression:
    """`//` goes toward zero."""
    whole = exp.IntDiv(this=exp.paren(division.left), expression=exp.paren(division.right))
    return _floored(whole, division)


def _postgres(division: Division) -> Expression:
    """`/` of the wide type has decimals; `DIV` goes toward zero, and is exact."""
    return _floored(called("DIV", division.left, division.right), division)


def _spark(division: Division) -> Expression:
    """`DIV` wraps beyond 64 bits, and a quotient of `/` has 20 digits before its 18 decimals.

    So what is left over is taken away first, and what would have more digits is divided in two pieces.
    """
    if division.bits <= 64:
        return _duckdb(division)
    whole, far = typed(_SPARK_WIDE), exp.Literal.number(10**18)
    left, divisor = (exp.paren(cast(side, whole)) for side in (division.left, division.right))
    rest, times = _rest(left, divisor), exp.paren(exp.Mul(this=divisor.copy(), expression=cast(far, whole)))
    high = _divided(exp.Sub(this=left.copy(), expression=exp.paren(_rest(left, times))), times, whole)
    low = _divided(exp.Sub(this=exp.paren(_rest(left, times)), expression=exp.paren(rest.copy())), divisor, whole)
    pieces = exp.paren(exp.Add(this=exp.Mul(this=high, expression=far.copy()), expression=low))
    terms = replace(division, left=left, right=divisor)
    if isinstance(division.right, exp.Literal) and int(division.right.this) < _SPARK_FAR:
        return _floored(pieces, terms)
    at_once = _divided(exp.Sub(this=left.copy(), expression=exp.paren(rest.copy())), divisor, whole)
    few = exp.LT(this=divisor.copy(), expression=exp.Literal.number(_SPARK_FAR))
    return _floored(exp.Case(ifs=[exp.If(this=few, true=pieces)], default=at_once), terms)


def _divided(left: Expression, right: Expression, whole: Expression) -> Expression:
    """A quotient that is known to be whole, by `/` as it is written: sqlglot leaves that of types alone."""
    dividend, divisor = exp.paren(cast(left, whole)), exp.paren(right.copy())
    return cast(exp.Div(this=dividend, expression=divisor, typed=True, safe=False), whole)


def called(name: str, *arguments: Expression) -> Expression:
    """A function by the name that the database has for it."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def commented(text: str) -> str:
    """A text that can stand in a comment."""
    return " ".join(text.replace("/*", "/ *").replace("*/", "* /").split())


def _character(character: str) -> Expression:
    return called("CHR", exp.Literal.number(ord(character)))


def _named(type_: Expression, names: tuple[str, ...], begins: tuple[str, ...]) -> Expression:
    """Whether a type is called so, or begins so."""
    words = exp.In(this=type_, expressions=[exp.Literal.string(name) for name in names])
    likes = (exp.Like(this=type_.copy(), expression=exp.Literal.string(f"{word}%")) for word in begins)
    return exp.paren(exp.or_(words, *likes, copy=False))


def _postgres_text(value: Expression) -> Expression:
    """Texts, enumerations, domains of these, and UUIDs: the catalog knows what is one."""
    texts = _named(exp.column("typcategory"), ("S", "E"), ()), _named(exp.column("typname"), ("char", "uuid"), ())
    own = exp.EQ(this=exp.column("oid"), expression=called("PG_TYPEOF", _beneath(value)))
    told = exp.select(exp.or_(*texts, copy=False))
    return told.from_("pg_catalog.pg_type", copy=False).where(own, copy=False).subquery()


def _postgres_said(value: Expression) -> Expression:
    return cast(called("PG_TYPEOF", value), typed("TEXT"))


def _beneath(value: Expression) -> Expression:
    """A value of a domain as one of the type beneath it, and beneath all domains that this is of."""
    return exp.Coalesce(this=value, expressions=[exp.null()])


def _cast(text: Expression) -> Expression:
    """The one error that has words of ours: that they are no number."""
    return cast(text, typed("INTEGER"))


def _raised(text: Expression) -> Expression:
    """`RAISE_ERROR` stops at null, too."""
    said = exp.Not(this=exp.Is(this=text, expression=exp.null()))
    return exp.Case(ifs=[exp.If(this=said, true=called("RAISE_ERROR", text.copy()))])


def _rounded(number: Expression, places: int) -> Expression:
    return called("ROUND", number, exp.Literal.number(places))


def _days(day: Expression, first: Expression) -> Expression:
    return exp.Sub(this=day, expression=first)


DUCKDB = Dialect(
    "duckdb",
    narrow="BIGINT",
    wide="HUGEINT",
    text="VARCHAR",
    div_floor=_duckdb,
    types=Types(
        said=lambda value: called("TYPEOF", value),
        base=lambda value: called("TYPEOF", value),
        decimals="DECIMAL",
        widest=38,
        floats=("DOUBLE", "FLOAT"),
        days=("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"),
        wholes=tuple(f"{sign}{size}" for size in _DUCKDB_WHOLES for sign in ("", "U")),
        is_text=lambda value: _named(called("TYPEOF", value), ("VARCHAR", "UUID", "JSON", '"NULL"'), ("ENUM(",)),
        normal="NFC_NORMALIZE",
        rounded=_rounded,
        since=_days,
        character=_character,
        binds=False,
        raised=_cast,
    ),
    collation="C",  # a column may have another
)
POSTGRES = Dialect(
    "postgres",
    narrow="BIGINT",
    wide="NUMERIC",
    text="TEXT",
    div_floor=_postgres,
    types=Types(
        said=_postgres_said,
        base=lambda value: _postgres_said(_beneath(value)),
        decimals="numeric",
        widest=None,
        floats=("double precision", "real"),
        days=("date", "timestamp without time zone"),
        wholes=("smallint", "integer", "bigint"),
        is_text=_postgres_text,
        normal="NORMALIZE",
        rounded=lambda number, places: _rounded(cast(number, typed("NUMERIC")), places),
        since=_days,
        character=_character,
        binds=True,
        raised=_cast,
    ),
    collation="C",
    cased=True,
    repeats=True,
    guesses=True,
)
SPARK = Dialect(
    "spark",
    narrow="BIGINT",
    wide=_SPARK_WIDE,
    text="STRING",
    div_floor=_spark,
    types=Types(
        said=lambda value: called("TYPEOF", value),
        base=lambda value: called("TYPEOF", value),
        decimals="decimal",
        widest=38,
        floats=("double", "float"),
        days=("date", "timestamp_ntz"),
        wholes=("tinyint", "smallint", "int", "bigint"),
        is_text=lambda value: _named(called("TYPEOF", value), ("string", "void"), ("varchar(", "char(")),
        normal="",
        rounded=_rounded,
        since=lambda day, first: called("DATEDIFF", day, first),
        character=exp.Literal.string,  # its `CHR` ends at 255
        binds=False,
        raised=_raised,
    ),
    keeps=False,
    greatest=SPARK_MAX,
    settings={
        "spark.sql.ansi.enabled": "true",  # what gets too large stops it, instead of being unknown or another number
        "spark.sql.decimalOperations.allowPrecisionLoss": "false",
        "spark.sql.caseSensitive": "false",
        "spark.sql.variable.substitute": "false",  # which makes something else of `${` in a text
    },
)
DIALECTS = {dialect.name: dialect for dialect in (DUCKDB, POSTGRES, SPARK)}
