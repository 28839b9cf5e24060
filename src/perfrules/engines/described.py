"""A table of a database as it is now: its columns, which of them are never null, and of what types they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlglot import exp

from perfrules.engines.databases import Database
from perfrules.engines.dialects import Dialect, Expression

NONE = 0  # rows of a table that is only described


class Held(NamedTuple):
    """A column: what it is called, whether it may be read, and whether it is never null, as far as the database sees to
    it."""

    name: str
    is_open: bool = True
    is_required: bool = False


@dataclass(frozen=True)
class Described:
    """A table that a database is asked about, in a query of its own for each question."""

    database: Database
    dialect: Dialect
    table: Expression

    @property
    def columns(self) -> list[str]:
        """What its columns are called; none where there is no such table. Raises `Refused` where the database does."""
        return [held.name for held in self._held.values()]

    @cached_property
    def _held(self) -> Mapping[str, Held]:
        asked = HELD.get(self.dialect.name)
        if asked is not None:
            found = [Held(*row) for row in self.database.rows(asked(self.table))]
        else:
            cursor = self.database.cursor()
            cursor.execute(self._sql(exp.select("*").from_(self.table.copy()).limit(NONE)))
            found = [Held(str(column[0])) for column in cursor.description or ()]
        return {self._as_said(held.name): held for held in found}

    def has(self, heading: str) -> bool:
        """Whether a column is called so."""
        return self._as_said(heading) in self._held

    def opens(self, heading: str) -> bool:
        """Whether a column that is there may be read."""
        return self._held[self._as_said(heading)].is_open

    def requires(self, heading: str) -> bool:
        """Whether a column that is there is never null."""
        return self._held[self._as_said(heading)].is_required

    def named_alike(self, headings: Collection[str], taken: Collection[str]) -> str:
        """The column that is called like one of some headings, whatever its case, and is not taken; else nothing."""
        known = {heading.casefold() for heading in headings}
        left = [c for c in self.columns if self._as_said(c) not in map(self._as_said, taken)]
        return next((column for column in left if column.casefold() in known), "")

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


def _duckdb_held(table: Expression) -> str:
    """A name with a point is that of a file, too, where there is no such table."""
    name, schema, catalog = map(_text, (table.name, table.db, table.catalog))
    given = [f"LOWER({schema}) IN (LOWER(table_schema), LOWER(table_catalog))"] * bool(table.db)
    given += [f"LOWER({catalog}) = LOWER(table_catalog)"] * bool(table.catalog)
    known = " AND ".join([f"LOWER({name}) = LOWER(table_name)", *given])
    return f"""SELECT column_name, TRUE, "null" = 'NO' FROM (DESCRIBE {exp.table_name(table, "duckdb", identify=True)})
        WHERE EXISTS (SELECT 1 FROM information_schema.tables WHERE {known})"""


def _postgres_held(table: Expression) -> str:
    """What the catalog says, which never refuses: after an error nothing more could be asked."""
    within = f"relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = {_text(table.db)})"
    given = [within if table.db else "PG_TABLE_IS_VISIBLE(attrelid)"]
    given += [f"CURRENT_DATABASE() = {_text(table.catalog)}"] * bool(table.catalog)
    heirs = "pg_inherits JOIN pg_class AS heir ON heir.oid = inhrelid AND NOT heir.relispartition"  # which may drop it
    return f"""SELECT attname,
        HAS_SCHEMA_PRIVILEGE(relnamespace, 'USAGE') AND HAS_COLUMN_PRIVILEGE(attrelid, attnum, 'SELECT'),
        attnotnull AND NOT EXISTS (SELECT 1 FROM {heirs} WHERE inhparent = attrelid)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid AND relkind IN ('r', 'p', 'v', 'm', 'f')
        WHERE relname = {_text(table.name)} AND {" AND ".join(given)} AND attnum > 0 AND NOT attisdropped
        ORDER BY attnum"""


def _text(name: str) -> str:
    return str(exp.Literal.string(name).sql("postgres"))


HELD: Mapping[str, Callable[[Expression], str]] = {"duckdb": _duckdb_held, "postgres": _postgres_held}  # of its columns
