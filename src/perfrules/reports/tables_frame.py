"""Tables of results as dataframes: amounts as exact decimals, counts as whole numbers, the rest as text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from perfrules.core.problem import Refused, Words, missing_extra
from perfrules.reports.tables import Cell, ResultTable

DIGITS = 38  # of a decimal column, as Arrow and most databases have them


def polars_frame(table: ResultTable, rows: Iterable[tuple[Cell, ...]], places: int) -> Any:
    """A dataframe of Polars. Raises `Refused` without Polars."""
    try:
        import polars
    except ModuleNotFoundError:
        raise Refused([missing_extra("columnar", Words("a dataframe", "数据框"))]) from None
    types: dict[str, Any] = {"money": polars.Decimal(DIGITS, places), "count": polars.Int64, "text": polars.String}
    schema = {column.name: types[column.holds] for column in table.columns}
    return polars.DataFrame(list(rows), schema=schema, orient="row")


def pandas_frame(table: ResultTable, rows: Iterable[tuple[Cell, ...]]) -> Any:
    """A dataframe of pandas, amounts as objects of `Decimal`. Raises `Refused` without pandas."""
    try:
        import pandas
    except ModuleNotFoundError:
        raise Refused([missing_extra("pandas", Words("a dataframe of pandas", "pandas 数据框"))]) from None
    types: dict[str, Any] = {"money": "object", "count": "int64", "text": "string"}
    columns = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    return pandas.DataFrame(
        {
            column.name: pandas.Series(list(cells), dtype=types[column.holds])
            for column, cells in zip(table.columns, columns, strict=True)
        }
    )
