"""A table of a database as it is now: its columns, which of them are never null, and of what types they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlglot import exp

from perfrules.engines.databases import Database
from perfrules.engines.dialects import Dialect, Expression

NONE = 0  # rows of a table that is only described


@dataclass(frozen=True)
class Described:
    """A table that a database is asked about, in a query of its own for each question."""

    database: Database
    dialect: Dialect
    table: Expression

    @cached_property
    def columns(self) -> list[str]:
        """What its columns are called. Raises `Refused` where there is no such table."""
        cursor = self.database.cursor()
        cursor.execute(self._sql(exp.select("*").from_(self.table.copy()).limit(NONE)))
        return [str(column[0]) for column in cursor.description or ()]

    def has(self, heading: str) -> bool:
        """Whether a column is called so."""
        return self._as_said(heading) in map(self._as_said, self.columns)

    def named_alike(self, headings: Collection[str], taken: Collection[str]) -> str:
        """The column that is called like one of some headings, whatever its case, and is not taken; else nothing."""
        known = {heading.casefold() for heading in headings}
        left = [c for c in self.columns if self._as_said(c) not in map(self._as_said, taken)]
        return next((column for column in left if column.casefold() in known), "")

    def requires(self, heading: str) -> bool:
        """Whether a column is never null, as far as the database sees to it."""
        return self._as_said(heading) in self._required

    @cached_property
    def _required(self) -> Collection[str]:
        asked = REQUIRED.get(self.dialect.name)
        rows = self.database.rows(asked(self.table)) if asked is not None else ()
        return {self._as_said(str(name)) for name, *_ in rows}

    def _as_said(self, name: str) -> str:
        return self.dialect.as_said(name)

    def answers(self, questions: Sequence[Expression]) -> Sequence[Any]:
        """What expressions give that ask for the types of its columns; there need be no row."""
        one = exp.select(exp.alias_(exp.Literal.number(1), "one")).subquery("one")
        query = exp.select(*(exp.alias_(q.copy(), f"a{n}") for n, q in enumerate(questions))).from_(one, copy=False)
        query = query.join(self.table.copy(), on=exp.false(), join_type="left", copy=False)
        return next(iter(self.database.rows(self._sql(query))))

    def _sql(self, query: Expression) -> str:
        return str(query.sql(self.dialect.name))


def _duckdb_required(table: Expression) -> str:
    return f"SELECT column_name FROM (DESCRIBE {exp.table_name(table, 'duckdb', identify=True)}) WHERE \"null\" = 'NO'"


def _postgres_required(table: Expression) -> str:
    name = exp.Literal.string(exp.table_name(table, dialect="postgres", identify=True)).sql("postgres")
    heirs = "pg_inherits JOIN pg_class ON pg_class.oid = inhrelid AND NOT relispartition"  # which may drop it
    return f"""SELECT attname FROM pg_attribute WHERE attrelid = TO_REGCLASS({name}) AND attnotnull
        AND NOT EXISTS (SELECT 1 FROM {heirs} WHERE inhparent = attrelid)"""


REQUIRED = {"duckdb": _duckdb_required, "postgres": _postgres_required}  # queries of the columns that are never null
