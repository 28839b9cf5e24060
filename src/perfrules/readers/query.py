"""Rows of a database: what a query gives over any connection that keeps to Python's database API (PEP 249).

The query is the host's, and so are its errors. Names of columns are compared without case, as databases do.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from perfrules.core.days import midnight
from perfrules.core.facts import Facts, build
from perfrules.core.given import Place, Row, is_mapping
from perfrules.core.problem import Findings, Words
from perfrules.core.vocabulary import Vocabulary
from perfrules.readers.columns import Layout
from perfrules.readers.mapping import layout_of

BATCH = 1_000
ENDS = {date.min: "-infinity", date.max: "infinity"}  # days that the driver of DuckDB gives for these, too
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
    layout = layout_of(vocabulary, mapping, findings)
    if not is_mapping(queries, "queries", findings):
        findings.refuse()
    return queried(connection, queries.items(), layout, period, findings)


def queried(
    connection: Connection,
    queries: Iterable[tuple[str, str]],
    layout: Layout,
    period: int | None,
    findings: Findings,
) -> Facts:
    """The facts that queries give, each for a kind, whose columns are laid out in some way."""
    rows: dict[str, list[tuple[Place, Row]]] = {}
    for word, query in queries:
        kind = layout.kind_of(word, "queries", findings)
        if kind is not None:
            rows.setdefault(kind, []).extend(_rows(connection, word, kind, query, layout, findings))
    return build(layout.vocabulary, rows, findings, period)


def _rows(
    connection: Connection, word: str, kind: str, query: str, layout: Layout, findings: Findings
) -> Iterator[tuple[Place, Row]]:
    """The rows that a query gives for a kind under a word, each with its number."""
    cursor = connection.cursor()
    try:
        cursor.execute(query)
        if cursor.description is None:
            rows = Words("a query that gives rows", "返回各行的查询")
            findings.add("PR628", where=word, about=word, expected=rows, example="SELECT …")
            return
        headings = named_alike([str(column[0]) for column in cursor.description], kind, layout)
        header = layout.header(kind, headings, f"{word}, query", findings)
        number, floats = 0, set[str]()
        is_endless = cache(lambda position: _is_endless(connection, query, position, len(headings)))
        read = {used.position for used in header.used} if header is not None else set[int]()
        doubtful = read if "duckdb" in type(connection).__module__ else ()
        while header is not None and (batch := cursor.fetchmany(BATCH)):
            for cells in batch:
                number += 1
                values = _exact(cells, headings, read, floats, word, findings)
                for position in doubtful:
                    day = values[position]
                    if isinstance(day, date) and day in ENDS and is_endless(position):
                        values[position] = ENDS[day]
                row = header.row(f"{word}, row {number}", values, findings)
                if row is not None:
                    yield row
    finally:
        cursor.close()


def _is_endless(connection: Connection, query: str, position: int, width: int) -> bool:
    """Whether there is `infinity` in a column of a query of DuckDB. It is asked, by the query once more, where it can
    be: its driver makes the last day of it that Python has, or the first, which may be meant as well."""
    columns = ", ".join(f"c{n}" for n in range(width))
    rows = f"({query.strip().rstrip(';')}\n) AS q ({columns})"
    cursor = connection.cursor()
    try:
        cursor.execute(f"SELECT COUNT(*) FROM {rows} WHERE ISINF(c{position})")
        return bool(cursor.fetchone()[0])
    except Exception:  # several statements, or one that is no part of another; the host's own was answered
        return False
    finally:
        cursor.close()


def named_alike(headings: Sequence[str], kind: str, layout: Layout) -> list[str]:
    """The names of the columns as they are known here, where they differ only in case."""
    known = layout.known(kind)
    folded: dict[str, str] = {}
    for name in known:
        folded[name.casefold()] = "" if name.casefold() in folded else name
    return [h if h in known else folded.get(h.casefold()) or h for h in headings]


def _exact(
    cells: Sequence[object],
    headings: Sequence[str],
    read: Container[int],
    floats: set[str],
    word: str,
    findings: Findings,
) -> list[object]:
    """The values of a row; a column with binary fractions is refused once, where it is read."""
    values: list[object] = []
    for number, (heading, value) in enumerate(zip(headings, cells, strict=True)):
        if isinstance(value, float) and number in read and heading not in floats:
            floats.add(heading)
            findings.add("PR644", where=f"{word}, {heading}", column=heading, hint=CAST)
        known = str(value) if type(value).__name__ == "UUID" else value  # as the database shows it
        values.append(None if isinstance(known, float) else midnight(known))
    return values
