"""Columns of a dataframe as the whole numbers that facts are stored as: exactly, or marked as what can't be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import polars as pl

from perfrules.core.values import UNKNOWN_TEXTS, Unfit, read_value
from perfrules.core.vocabulary import Fact
from perfrules.engines.columns import TEXT, TRUTH, WHOLE, WIDE
from perfrules.engines.frames import stored
from perfrules.language.bounds import NARROW_MAX

FIRST_DAY = date(1970, 1, 1).toordinal()  # from which Polars counts
UNFIT: dict[pl.DataType, int | str] = {
    WHOLE: -(2**63),
    TEXT: "\x00",
}  # stands for what can't be read
UNSEEN = r"[\p{C}\p{Z}&&[^ \t\u{a0}\u{3000}]]"
PLAIN = r"^[!-*,-~\u{3400}-\u{9fff}]+$"  # ids without a plus, which stands in those that a spreadsheet spoilt
SPOILT = r"^[0-9](?:\.[0-9]+)?E\+[0-9]{2,}$"


class Exact(NamedTuple):
    """A column as it is stored, null where it is unknown; and the rows that can't be read."""

    value: pl.Expr
    bad: pl.Expr


def exact(fact: Fact, column: pl.Expr, kind: pl.DataType) -> Exact | None:
    """A fact's column of a type. None where binary floating-point numbers are no measure of it."""
    if kind.is_float():
        return None
    if kind == pl.Null():
        return Exact(pl.lit(None, stored(fact)), pl.lit(False))
    if isinstance(kind, (pl.Categorical, pl.Enum)):
        column, kind = column.cast(TEXT), TEXT
    if kind == TEXT:
        return _texts(fact, column)
    if fact.kind == "flag" and kind == TRUTH:
        return Exact(column, pl.lit(False))
    if fact.kind == "date" and isinstance(kind, (pl.Date, pl.Datetime)):
        return _days(fact, column, kind)
    measured = fact.kind not in ("flag", "date", "text", "choice")
    if measured and kind.is_integer():
        return _scaled(fact, column, kind, Fraction(1))
    if measured and isinstance(kind, pl.Decimal):
        return _scaled(fact, column.to_physical(), WIDE, Fraction(1, 10**kind.scale))
    return Exact(pl.lit(None, WHOLE), column.is_not_null())


def _scaled(fact: Fact, column: pl.Expr, kind: pl.DataType, one: Fraction) -> Exact:
    """A column of whole numbers, each of which stands for so many of `one`, in the units of the fact."""
    factor = one * fact.measure * 10**fact.places
    times, parts = factor.numerator, factor.denominator
    least, most = fact.bounds
    half = parts if fact.rounded else 0
    low, high = -((-2 * least * parts + half) // (2 * times)), (2 * most * parts + half) // (2 * times)
    narrow = kind.is_integer() and kind not in (WIDE, pl.UInt64(), pl.UInt128()) and most * parts * 2 <= NARROW_MAX
    width = WHOLE if narrow else WIDE
    if narrow:
        low, high = max(low, -NARROW_MAX), min(high, NARROW_MAX)
    given = column.cast(width, strict=False)
    fits = given.is_between(pl.lit(low, width), pl.lit(high, width))
    made = given * pl.lit(times, width)
    if parts > 1 and fact.rounded:
        away = (made.abs() * 2 + parts) // (2 * parts)
        made = pl.when(given < 0).then(pl.lit(0, width) - away).otherwise(away)
    elif parts > 1:
        fits = fits & (made % parts == 0)
        made = made // parts
    fits = fits.fill_null(False)
    return Exact(pl.when(fits).then(made).cast(WHOLE), column.is_not_null() & ~fits)


def _days(fact: Fact, column: pl.Expr, kind: pl.DataType) -> Exact:
    days = column.cast(pl.Date()).cast(pl.Int32()).cast(WHOLE) + FIRST_DAY
    least, most = fact.bounds
    fits = days.is_between(least, most)
    if isinstance(kind, pl.Datetime):  # a point of time is a day only where it is the midnight that begins it
        fits = pl.lit(False) if kind.time_zone else fits & (column.cast(pl.Date()).cast(kind) == column)
    fits = fits.fill_null(False)
    return Exact(pl.when(fits).then(days), column.is_not_null() & ~fits)


def _texts(fact: Fact, column: pl.Expr) -> Exact:
    found = _marked(column, partial(_read, fact), TEXT if fact.is_text else WHOLE)
    return Exact(found.value.cast(stored(fact)), found.bad)


def _marked(column: pl.Expr, read: Callable[[pl.Series], pl.Series], kind: pl.DataType) -> Exact:
    """A column that a function reads, which marks what can't be read.

    It is called anew wherever it stands here; `replace` would be one call less, but holds all rows in memory.
    """
    found = column.map_batches(read, return_dtype=kind, is_elementwise=True)
    bad = (found == UNFIT[kind]).fill_null(False)
    return Exact(pl.when(~bad).then(found), bad)


def _read(fact: Fact, texts: pl.Series) -> pl.Series:
    """Texts as every other table of facts is read, each different one once."""
    if fact.choices and texts.is_in(fact.choices).all():
        return texts
    kind = TEXT if fact.is_text else WHOLE
    different = texts.unique()
    stored = [_one(fact, text, UNFIT[kind]) for text in different]
    return texts.replace_strict(different, pl.Series(stored, dtype=kind), return_dtype=kind)


def _one(fact: Fact, text: str, unfit: int | str) -> int | str | None:
    try:
        return read_value(fact, text)
    except Unfit:
        return unfit


def names(column: pl.Expr) -> Exact:
    """A column of ids; null where there is none."""
    return _marked(column.cast(TEXT), _named, TEXT)


def _named(texts: pl.Series) -> pl.Series:
    """Ids in one form of Unicode; most are in it, and to bring them into it takes its time."""
    if texts.str.contains(PLAIN).all() and not texts.is_in(sorted(UNKNOWN_TEXTS)).any():
        return texts
    given = pl.select(texts.str.strip_chars().str.normalize("NFC").alias("id"))
    name = pl.col("id")
    unseen = name.str.contains(UNSEEN) | name.str.contains(SPOILT)
    known = pl.when(~name.is_in(sorted(UNKNOWN_TEXTS))).then(name)
    return given.select(pl.when(unseen).then(pl.lit(UNFIT[TEXT])).otherwise(known)).to_series()
