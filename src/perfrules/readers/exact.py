"""Columns of a dataframe as the whole numbers that facts are stored as: exactly, or marked as what can't be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import polars as pl

from perfrules.core.days import midnight
from perfrules.core.facts import read_year
from perfrules.core.values import UNKNOWN_TEXTS, Stored, Unfit, read_value
from perfrules.core.vocabulary import Fact
from perfrules.engines.columns import TEXT, TRUTH, WHOLE, WIDE
from perfrules.engines.frames import stored
from perfrules.language.bounds import NARROW_MAX
from perfrules.readers.columns import Column
from perfrules.readers.totals import is_total

Read = Callable[[object], Stored | None]  # reads one value as of a row; raises `Unfit`
FIRST_DAY = date(1970, 1, 1).toordinal()  # from which Polars counts
WIDE_MAX = 2**127 - 1
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


def exact(fact: Fact, column: pl.Expr, kind: pl.DataType, mapped: Column | None = None) -> Exact:
    """A fact's column of a type, as a mapping says that it is written. Where a type is none of those in which the fact
    may be given, every value is marked."""
    if mapped is not None and not mapped.is_plain:
        return _by_row(lambda value: read_value(fact, mapped.value(value)), column, kind, stored(fact))
    fact = mapped.fact if mapped is not None and mapped.fact is not None else fact
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
    return _none(column, stored(fact))


def _none(column: pl.Expr, kind: pl.DataType) -> Exact:
    """A column of a type in which nothing can be given."""
    return Exact(pl.lit(None, kind), column.is_not_null())


def _by_row(read: Read, column: pl.Expr, given: pl.DataType, kind: pl.DataType) -> Exact:
    """A column of a type whose different values are each read as a value of a row is."""
    if given.is_float() or given.is_nested() or given in (pl.Object(), pl.Null()):
        return _none(column, kind)
    if isinstance(given, (pl.Categorical, pl.Enum)):
        column, given = column.cast(TEXT), TEXT
    kept = WHOLE if kind == TRUTH else kind
    found = _marked(column, partial(_each if given == TEXT else _one_by_one, read, kept), kept)
    return Exact(found.value.cast(kind), found.bad)


def _scaled(fact: Fact, column: pl.Expr, kind: pl.DataType, one: Fraction) -> Exact:
    """A column of whole numbers, each of which stands for so many of `one`, in the units of the fact."""
    factor = one * fact.measure * 10**fact.places
    times, parts = factor.numerator, factor.denominator
    least, most = fact.bounds
    half = parts if fact.rounded else 0
    low, high = -((-2 * least * parts + half) // (2 * times)), (2 * most * parts + half) // (2 * times)
    narrow = kind.is_integer() and kind not in (WIDE, pl.UInt64(), pl.UInt128()) and most * parts * 2 <= NARROW_MAX
    width = WHOLE if narrow else WIDE
    limit = NARROW_MAX if narrow else WIDE_MAX
    low, high = max(low, -limit), min(high, limit)
    given = column.cast(width, strict=False)
    fits = given.is_between(pl.lit(low, width), pl.lit(high, width))
    made = given * pl.lit(times, width)
    if parts > 1 and fact.rounded:
        rest = made.abs() % pl.lit(parts, width)
        away = made.abs() // pl.lit(parts, width) + (rest >= pl.lit(parts, width) - rest).cast(width)
        made = pl.when(given < 0).then(pl.lit(0, width) - away).otherwise(away)
        fits = fits & made.is_between(pl.lit(least, width), pl.lit(most, width))  # exactly a half may round beyond them
    elif parts > 1:
        fits = fits & (made % pl.lit(parts, width) == 0)
        made = made // pl.lit(parts, width)
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
    kept = TEXT if fact.is_text else WHOLE
    each = partial(_each, partial(read_value, fact), kept)
    found = _marked(column, partial(_choices, fact.choices, each) if fact.choices else each, kept)
    return Exact(found.value.cast(stored(fact)), found.bad)


def _marked(column: pl.Expr, read: Callable[[pl.Series], pl.Series], kind: pl.DataType) -> Exact:
    """A column that a function reads, which marks what can't be read.

    It is called anew wherever it stands here; `replace` would be one call less, but holds all rows in memory.
    """
    found = column.map_batches(read, return_dtype=kind, is_elementwise=True)
    bad = (found == UNFIT[kind]).fill_null(False)
    return Exact(pl.when(~bad).then(found), bad)


def _choices(choices: Sequence[str], each: Callable[[pl.Series], pl.Series], texts: pl.Series) -> pl.Series:
    """Texts that mostly are choices as they stand."""
    return texts if texts.is_in(choices).all() else each(texts)


def _each(read: Read, kind: pl.DataType, texts: pl.Series) -> pl.Series:
    """Texts as a row's, each different one once."""
    if texts.is_empty():
        return pl.Series(texts.name, [], kind)
    different = texts.unique()
    return texts.replace_strict(different, _one_by_one(read, kind, different), return_dtype=kind)


def _one_by_one(read: Read, kind: pl.DataType, values: pl.Series) -> pl.Series:
    """Values as a row's, each different one once."""
    given = values.to_list()
    found = {value: _one(read, midnight(value), UNFIT[kind]) for value in set(given)}
    return pl.Series(values.name, [found[value] for value in given], kind)


def _one(read: Read, value: object, unfit: int | str) -> Stored | None:
    try:
        return None if value is None else read(value)
    except Unfit:
        return unfit


def years(column: pl.Expr, kind: pl.DataType, mapped: Column | None = None) -> Exact:
    """A column of years, as a mapping says that it is written; null where there is none."""
    if kind.is_integer() and (mapped is None or mapped.is_plain):
        found = pl.when(column.is_between(1000, 9999)).then(column).cast(WHOLE)
        return Exact(found, column.is_not_null() & found.is_null())
    return _by_row(lambda value: read_year(mapped.value(value) if mapped else value), column, kind, WHOLE)


def names(column: pl.Expr, kind: pl.DataType, mapped: Column | None = None) -> Exact:
    """A column of ids, as a mapping says that it is written; null where there is none. Ids are texts or whole
    numbers."""
    if not (kind.is_integer() or kind in (TEXT, pl.Null()) or isinstance(kind, (pl.Categorical, pl.Enum))):
        return _none(column, TEXT)
    column = column.cast(TEXT)
    if mapped is not None and not mapped.is_plain:
        said = _by_row(mapped.value, column, TEXT, TEXT)  # type: ignore[arg-type]  # texts of the mapping
        column = pl.when(said.bad).then(column).otherwise(said.value)
    return _marked(column, _named, TEXT)


def totals(ids: pl.Series) -> pl.Series:
    """Whether ids are words for the total of others, none of which has a digit."""
    words = [word for word in ids.filter(~ids.str.contains("[0-9]")).unique() if is_total(word)]
    return ids.is_in(words)


def _named(texts: pl.Series) -> pl.Series:
    """Ids in one form of Unicode; most are in it, and to bring them into it takes its time."""
    if texts.str.contains(PLAIN).all() and not texts.is_in(sorted(UNKNOWN_TEXTS)).any():
        return texts
    given = pl.select(texts.str.strip_chars().str.normalize("NFC").alias("id"))
    name = pl.col("id")
    unseen = name.str.contains(UNSEEN) | name.str.contains(SPOILT)
    known = pl.when(~name.is_in(sorted(UNKNOWN_TEXTS))).then(name)
    return given.select(pl.when(unseen).then(pl.lit(UNFIT[TEXT])).otherwise(known)).to_series()
