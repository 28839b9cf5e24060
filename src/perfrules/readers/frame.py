"""Rows of a dataframe of pandas, Polars and others that narwhals reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan
from typing import Any

from perfrules.core.days import midnight
from perfrules.core.given import Place, Row
from perfrules.core.problem import Findings, Refused, Words, missing_extra
from perfrules.readers.columns import Layout

TEXT = Words(
    "read it as text, which is exact: `dtype=str`, or `schema_overrides`; or give `Decimal`s or whole numbers",
    "请按文字读取以保持精确：`dtype=str` 或 `schema_overrides`；也可给出 `Decimal` 或整数",
)

UNLIKE = (TypeError, ValueError, OverflowError, NotImplementedError)  # of types that Polars does not have


def is_frame(given: object) -> bool:
    """Whether what is given for a kind is a dataframe rather than rows."""
    return hasattr(given, "columns") and (hasattr(given, "iloc") or hasattr(given, "__arrow_c_stream__"))


def headings_of(frame: object) -> list[str]:
    """What the columns of a dataframe, or of a table of Arrow, are called; nothing where one has no name."""
    names = getattr(frame, "column_names", getattr(frame, "columns", ()))
    return ["" if name is None or (isinstance(name, float) and isnan(name)) else str(name) for name in names]


def is_doubled(headings: Sequence[str]) -> bool:
    """Whether two columns have one name: who reads the headings refuses them."""
    named = list(filter(None, headings))
    return len(set(named)) < len(named)


def numbered(frame: Any, width: int) -> Any:
    """A dataframe of pandas, or a table of Arrow, whose columns are called by their positions: several may have no
    name, which other libraries do not have."""
    names = [str(number) for number in range(width)]
    if hasattr(frame, "set_axis"):
        return frame.set_axis(names, axis=1)
    return frame.rename_columns(names) if hasattr(frame, "rename_columns") else frame


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
    if header is None or is_doubled(headings):
        return
    try:
        table: Any = nw.from_native(_eager(numbered(frame, len(headings))), eager_only=True)
    except (PanicException, PolarsError, *UNLIKE) as error:
        note_unread(kind, error, findings)
        return
    columns: list[Sequence[Any]] = [[None] * len(table)] * len(headings)
    for used in header.used:
        try:
            columns[used.position] = _values(table[:, used.position], kind, used.heading, findings)
        except (PanicException, OverflowError, ValueError) as error:  # days that Python does not have
            note_unread(f"{kind}, {used.heading}", error, findings)
    for position in header.nameless:
        columns[position] = _standing(table[:, position])
    for number, cells in enumerate(zip(*columns, strict=True)):
        row = header.row(f"{kind}[{number}]", cells, findings)
        if row is not None:
            yield row


def note_unread(place: str, error: BaseException, findings: Findings) -> None:
    """Note that something of a dataframe can't be read, with the first line of what is said of it."""
    findings.add("PR120", where=place, path=place, reason=str(error).partition("\n")[0] or type(error).__name__)


def _eager(frame: Any) -> Any:
    """A dataframe with its values, whatever gives its columns as a stream of Arrow."""
    if hasattr(frame, "iloc") or hasattr(frame, "get_column") or not hasattr(frame, "__arrow_c_stream__"):
        return frame
    import polars as pl

    return pl.DataFrame(frame)


def _standing(column: Any) -> list[Any]:
    """What stands in a column that is not read: its texts, or of others whether there is something."""
    there = (~column.is_null()).to_list()
    given = column.to_list() if type(column.dtype).__name__ == "String" else there
    return [value if present else None for value, present in zip(given, there, strict=True)]


def _values(column: Any, kind: str, heading: str, findings: Findings) -> list[Any]:
    """The values of a column; None where they are missing, however the dataframe says so."""
    present = [not missing for missing in column.is_null().to_list()]
    if column.dtype.is_float():
        if any(present):  # a column that is empty throughout may have any type
            findings.add("PR644", where=f"{kind}, {heading}", column=heading, hint=TEXT)
        return [None] * len(present)
    values = [midnight(value) if there else None for value, there in zip(column.to_list(), present, strict=True)]
    if hasattr(column.dtype, "time_zone") and column.dtype.time_unit == "ns":  # finer than what Python has
        finest = (int(finer or 0) % 1000 if there else 0
                  for finer, there in zip(column.dt.nanosecond().to_list(), present, strict=True))  # fmt: skip
        return [f"{value} + {more} ns" if more else value for value, more in zip(values, finest, strict=True)]
    return values
