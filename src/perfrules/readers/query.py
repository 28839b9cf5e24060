"""Rows of a database: what a query gives over any connection that keeps to Python's database API (PEP 249).

The query is the host's, and so are its errors. Names of columns are compared without case, as databases do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from perfrules.core.facts import Facts, build
from perfrules.core.given import Place, Row, is_mapping
from perfrules.core.problem import Findings, Words
from perfrules.core.vocabulary import Vocabulary
from perfrules.readers.columns import Layout, midnight
from perfrules.readers.mapping import layout_of

BATCH = 1_000
CAST = Words(
    "cast it in the query (`CAST(… AS NUMERIC(18, 2))`), or have the driver give decimals "
    "(`oracledb.defaults.fetch_decimals = True`)",
    "请在查询中转换（`CAST(… AS NUMERIC(18, 2))`），或让驱动返回十进制数（`oracledb.defaults.fetch_decimals = True`）",
)


class Connection(Protocol):
    """A connection of PEP 249."""

    def cursor(self) -> Any:
        """A cursor with `execute`, `description` and `fetchmany`."""


def read_queries(
    connection: Connection,
    queries: Mapping[str, str],
    vocabulary: Vocabulary,
    period: int | None = None,
    mapping: Path | None = None,
) -> Facts:
    """The facts that queries give, one for each kind. Raises `Refused` with every problem of every row."""
    findings = Findings()
    return queried(connection, queries, layout_of(vocabulary, mapping, findings), period, findings)


def queried(
    connection: Connection, queries: Mapping[str, str], layout: Layout, period: int | None, findings: Findings
) -> Facts:
    """The facts that queries give, whose columns are laid out in some way."""
    rows: dict[str, list[tuple[Place, Row]]] = {}
    if not is_mapping(queries, "queries", findings):
        findings.refuse()
    for word, query in queries.items():
        kind = layout.kind_of(word, "queries", findings)
        if kind is not None:
            rows.setdefault(kind, []).extend(_rows(connection, kind, query, layout, findings))
    return build(layout.vocabulary, rows, findings, period)


def _rows(
    connection: Connection, kind: str, query: str, layout: Layout, findings: Findings
) -> Iterator[tuple[Place, Row]]:
    """The rows that a query gives for a kind, each with its number."""
    cursor = connection.cursor()
    try:
        cursor.execute(query)
        if cursor.description is None:
            rows = Words("a query that gives rows", "返回各行的查询")
            findings.add("PR628", where=kind, about=kind, expected=rows, example="SELECT …")
            return
        headings = _named_alike([str(column[0]) for column in cursor.description], kind, layout)
        header = layout.header(kind, headings, f"{kind}, query", findings)
        number, floats = 0, set[str]()
        while header is not None and (batch := cursor.fetchmany(BATCH)):
            for cells in batch:
                number += 1
                values = _exact(cells, headings, kind, floats, findings)
                row = header.row(f"{kind}, row {number}", values, findings)
                if row is not None:
                    yield row
    finally:
        cursor.close()


def _named_alike(headings: Sequence[str], kind: str, layout: Layout) -> list[str]:
    """The names of the columns as they are known here, where they differ only in case."""
    known = layout.known(kind)
    folded: dict[str, str] = {}
    for name in known:
        folded[name.casefold()] = "" if name.casefold() in folded else name
    return [h if h in known else folded.get(h.casefold()) or h for h in headings]


def _exact(
    cells: Sequence[object], headings: Sequence[str], kind: str, floats: set[str], findings: Findings
) -> list[object]:
    """The values of a row; a column with binary fractions is refused once."""
    values: list[object] = []
    for heading, value in zip(headings, cells, strict=True):
        if isinstance(value, float) and heading not in floats:
            floats.add(heading)
            findings.add("PR644", where=f"{kind}, {heading}", column=heading, hint=CAST)
        values.append(None if isinstance(value, float) else midnight(value))
    return values
