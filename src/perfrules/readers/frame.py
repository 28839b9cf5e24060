"""Rows of a dataframe of pandas, Polars and others that narwhals reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfrules.core.days import midnight
from perfrules.core.given import Place, Row
from perfrules.core.problem import Findings, Refused, Words, missing_extra
from perfrules.readers.columns import Layout

TEXT = Words(
    "read it as text, which is exact: `dtype=str`, or `schema_overrides`; or give `Decimal`s or whole numbers",
    "请按文字读取以保持精确：`dtype=str` 或 `schema_overrides`；也可给出 `Decimal` 或整数",
)


def is_frame(given: object) -> bool:
    """Whether what is given for a kind is a dataframe rather than rows."""
    return hasattr(given, "columns") and (hasattr(given, "iloc") or hasattr(given, "__arrow_c_stream__"))


def headings_of(frame: object) -> list[str]:
    """What the columns of a dataframe, or of a table of Arrow, are called."""
    return [str(name) for name in getattr(frame, "column_names", getattr(frame, "columns", ()))]


def frame_rows(frame: object, kind: str, layout: Layout, findings: Findings) -> Iterator[tuple[Place, Row]]:
    """The rows of a dataframe with the subjects of a kind, each with its number, counted from 0.

    Raises `Refused` without the extra `columnar`.
    """
    try:
        import narwhals as nw
        from polars.exceptions import PanicException, PolarsError
    except ModuleNotFoundError:
        raise Refused([missing_extra("columnar", Words("a dataframe", "数据框"))]) from None
    name = layout.names.get(kind)
    if name is None:  # said with those of other rows
        return
    headings = headings_of(frame)
    header = layout.header(name, headings, kind, findings)
    if header is None or len(set(headings)) < len(headings):
        return
    try:
        table: Any = nw.from_native(_eager(frame), eager_only=True)
    except (PolarsError, TypeError, ValueError) as error:  # Arrow has types that Polars has not
        _note(kind, error, findings)
        return
    columns = [[None] * len(table)] * len(table.columns)
    for used in header.used:
        column = table.get_column(table.columns[used.position])
        try:
            columns[used.position] = _values(column, kind, findings)
        except (PanicException, OverflowError, ValueError) as error:  # days that Python does not have
            _note(f"{kind}, {column.name}", error, findings)
    for number, cells in enumerate(zip(*columns, strict=True)):
        row = header.row(f"{kind}[{number}]", cells, findings)
        if row is not None:
            yield row


def _note(place: str, error: BaseException, findings: Findings) -> None:
    """Note that something of a dataframe can't be read, with the first line of what is said of it."""
    findings.add("PR120", where=place, path=place, reason=str(error).partition("\n")[0] or type(error).__name__)


def _eager(frame: Any) -> Any:
    """A dataframe with its values, whatever gives its columns as a stream of Arrow."""
    if hasattr(frame, "iloc") or hasattr(frame, "get_column") or not hasattr(frame, "__arrow_c_stream__"):
        return frame
    import polars as pl

    return pl.DataFrame(frame)


def _values(column: Any, kind: str, findings: Findings) -> list[Any]:
    """The values of a column; None where they are missing, however the dataframe says so."""
    present = [not missing for missing in column.is_null().to_list()]
    if column.dtype.is_float():
        if any(present):  # a column that is empty throughout may have any type
            findings.add("PR644", where=f"{kind}, {column.name}", column=str(column.name), hint=TEXT)
        return [None] * len(present)
    values = [midnight(value) if there else None for value, there in zip(column.to_list(), present, strict=True)]
    if getattr(column.dtype, "time_unit", "") == "ns":  # finer than what Python has
        finest = (int(finer or 0) % 1000 if there else 0
                  for finer, there in zip(column.dt.nanosecond().to_list(), present, strict=True))  # fmt: skip
        return [f"{value} + {more} ns" if more else value for value, more in zip(values, finest, strict=True)]
    return values
