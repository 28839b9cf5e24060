"""Policies beside tables that somebody has in a database: `views` prints `CREATE VIEW` statements over them,
`read_tables` reads facts from them. Needs the extra `sql`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from perfrules.asked import check_address, judged_period, mapping_path
from perfrules.core.facts import Facts
from perfrules.core.problem import (
    Findings,
    Problem,
    Refused,
    Words,
    did_you_mean,
    missing_extra,
    refusing_in_its_language,
)
from perfrules.engines.databases import check_digits, connected
from perfrules.program import Program, check_program
from perfrules.readers.mapping import layout_of

if TYPE_CHECKING:
    from perfrules.engines.dialects import Dialect

NONE = Words("none", "未指定")


@refusing_in_its_language
def views(
    program: Program,
    dialect: str,
    *,
    period: int | None,
    mapping: str | Path | None = None,
    language: str = "en",
    connect: str | None = None,
) -> str:
    """Statements of SQL that make the views `perfrules_rulings`, `perfrules_claims` and `perfrules_entries`, of what
    policies say of a period about the rows of tables in the database: in `postgres`, `duckdb`, or `spark`, where they
    are tables.

    A table has the name of its kind, a column that of its fact, or `mapping` says what they are called. What is wrong
    in a table stops every query of a view, and is said in `language`. Where the database is given to `connect` by its
    address, its tables are looked at now: what is missing or can't be read is refused before there is a view, and a
    view does not ask of rows what types and `NOT NULL` see to. Raises `Refused` for another dialect, without a period,
    and where the mapping or a table does not fit.
    """
    check_program(program)
    (written, dialects), findings = _written(), Findings()
    found = dialects.get(dialect) if isinstance(dialect, str) else None
    if found is None:
        said = str(dialect)[:40]
        hint = did_you_mean(said, dialects)
        raise Refused([Problem("PR735", where="sql", values={"dialect": said or NONE, "hint": hint})])
    if period is None:
        raise Refused([Problem("PR736", where="period")])
    judged_period([period], period)
    if found.greatest is not None:
        check_digits(program.compiled.plan, found.greatest, "sql")
    layout = layout_of(program.vocabulary, mapping_path(mapping), findings)
    made: Callable[..., str] = written.statements
    if connect is None:
        return made(program.compiled, found, layout, period, language)
    _check_tables(connect)
    with connected(connect) as database:
        if database.dialect != dialect:
            raise Refused([Problem("PR741", where="connect", values={"dialect": dialect, "other": database.dialect})])
        return made(program.compiled, found, layout, period, language, database)


def read_tables(
    program: Program, connect: str, *, period: int | None = None, mapping: str | Path | None = None
) -> Facts:
    """Facts from the tables of the database at an address (`duckdb:///file.db`, `postgresql://…`, `spark://…`): those
    that `mapping` names, else those that are called after the kinds that the policies read.

    `period` is that of rows without one. Raises `Refused` with every problem of every row, and with what the database
    says.
    """
    check_program(program)
    _check_tables(connect)
    try:
        from perfrules.readers.facts_at import read_tables as read
    except ModuleNotFoundError:
        raise Refused([missing_extra("sql", Words("reading the tables of a database", "读取数据库中的表"))]) from None
    return read(connect, program.vocabulary, program.compiled.plan, period, mapping_path(mapping))


def _check_tables(connect: str) -> None:
    """Raise `Refused` where there can be no tables at an address: none is that of a database in this process."""
    check_address(connect)
    if not connect:
        raise Refused([Problem("PR731", where="connect", values={"address": connect})])


def _written() -> tuple[ModuleType, Mapping[str, Dialect]]:
    try:
        from perfrules import views_text as written
        from perfrules.engines.dialects import DIALECTS
    except ModuleNotFoundError:
        raise Refused([missing_extra("sql", Words("a view in SQL", "SQL 视图"))]) from None
    return written, DIALECTS
