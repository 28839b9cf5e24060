"""Databases in which plans run: DuckDB in this process or in a file, a PostgreSQL server, Spark.

Everything that is made is temporary: a run that stops leaves nothing behind.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from warnings import catch_warnings

from perfrules.core.facts import Facts
from perfrules.core.problem import Problem, Refused, Words, missing_extra
from perfrules.engines.record import Tables
from perfrules.language import plan

Cells = Sequence[Sequence[object]]  # columns of equal length
SPARK, SPARK_MAX = "spark://", 10**38 - 1  # its addresses, and its greatest whole number
SQLITE = b"SQLite format 3\0"  # how a file begins that DuckDB reads as a database, too
NO_DATABASE = Words(
    "`{path}` is no database; tables in files are given to `--facts`, Parquet to `program.scan_facts`",
    "`{path}` 不是数据库；文件中的表请用 `--facts` 给出，Parquet 文件请用 `program.scan_facts`",
)
UNHEARD = logging.NullHandler()  # what a driver says beside what it raises is for a host that listens
LOADED_MAX = 100_000  # rows that are given to a database at once


class Database(Protocol):
    """Somewhere that a plan can run; `dialect` is the name of its own."""

    dialect: str

    def load(self, table: str, types: Mapping[str, str], cells: Cells) -> None:
        """Make a temporary table of columns with types."""

    def keep(self, table: str, query: str) -> None:
        """Make a temporary table of what a query gives."""

    def rows(self, query: str) -> Iterator[Sequence[Any]]:
        """The rows that a query gives."""

    def cursor(self) -> Cursor:
        """What goes through the rows of a query, and knows what their columns are called."""


class Cursor:
    """A cursor of PEP 249; what it raises is a problem."""

    def __init__(self, dialect: str, cursor: Any) -> None:
        self._dialect, self._cursor = dialect, cursor

    def execute(self, query: str) -> None:
        """Ask for the rows of a query."""
        with stopped(self._dialect):
            self._cursor.execute(query)

    @property
    def description(self) -> Sequence[Sequence[Any]] | None:
        """Of each column its name, and more."""
        found: Sequence[Sequence[Any]] | None = self._cursor.description
        return found

    def fetchmany(self, count: int) -> Sequence[Sequence[Any]]:
        """So many more rows."""
        with stopped(self._dialect):
            found: Sequence[Sequence[Any]] = self._cursor.fetchmany(count)
            return found

    def close(self) -> None:
        """Let go of what was asked for."""
        self._cursor.close()


class DuckDB:
    """A connection of DuckDB."""

    dialect = "duckdb"

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def load(self, table: str, types: Mapping[str, str], cells: Cells) -> None:
        """Make a temporary table of columns with types."""
        self._run(f"CREATE TEMPORARY TABLE {table} ({', '.join(f'{c} {t}' for c, t in types.items())})")
        lists = ", ".join(f"UNNEST(CAST(? AS {type_}[]))" for type_ in types.values())
        for start in range(0, len(cells[0]), LOADED_MAX):
            self._run(f"INSERT INTO {table} SELECT {lists}", [list(c[start : start + LOADED_MAX]) for c in cells])

    def keep(self, table: str, query: str) -> None:
        """Make a temporary table of what a query gives."""
        self._run(f"CREATE TEMPORARY TABLE {table} AS {query}")

    def rows(self, query: str) -> Iterator[Sequence[Any]]:
        """The rows that a query gives."""
        found = self._run(query)
        while batch := found.fetchmany(LOADED_MAX):
            yield from batch

    def cursor(self) -> Cursor:
        """What goes through the rows of a query, and knows what their columns are called."""
        return Cursor(self.dialect, self.connection.cursor())

    def _run(self, statement: str, values: Sequence[object] = ()) -> Any:
        with stopped(self.dialect):
            return self.connection.execute(statement, list(values))


class PostgreSQL:
    """A connection of psycopg."""

    dialect = "postgres"

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def load(self, table: str, types: Mapping[str, str], cells: Cells) -> None:
        """Make a temporary table of columns with types."""
        self._run(f"CREATE TEMPORARY TABLE {table} ({', '.join(f'{c} {t}' for c, t in types.items())})")
        with (
            stopped(self.dialect),
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY {table} FROM STDIN") as copy,
        ):
            for row in zip(*cells, strict=True):
                copy.write_row(row)
        self._run(f"ANALYZE {table}")

    def keep(self, table: str, query: str) -> None:
        """Make a temporary table of what a query gives."""
        self._run(f"CREATE TEMPORARY TABLE {table} AS {query}")
        self._run(f"ANALYZE {table}")

    def rows(self, query: str) -> Iterator[Sequence[Any]]:
        """The rows that a query gives."""
        yield from self._run(query).fetchall()

    def cursor(self) -> Cursor:
        """What goes through the rows of a query, and knows what their columns are called."""
        return Cursor(self.dialect, self.connection.cursor())

    def _run(self, statement: str) -> Any:
        with stopped(self.dialect):
            return self.connection.execute(statement)


def sql_engine(address: str = "") -> Callable[[plan.Plan, Facts, int], Tables]:
    """The engine that runs plans in the database at an address (`connected`), in a connection for each run."""

    def execute(steps: plan.Plan, facts: Facts, period: int) -> Tables:
        if address.startswith(SPARK):
            check_digits(steps, SPARK_MAX, "connect")
        with connected(address) as database:
            return run(database, steps, facts, period)

    return execute


def check_digits(steps: plan.Plan, greatest: int, where: str) -> None:
    """Raise `Refused` where a plan can need greater whole numbers than Spark has."""
    if steps.greatest > greatest:
        raise Refused([Problem("PR744", where=where, values={"digits": str(len(str(steps.greatest)))})])


def run(database: Database, steps: plan.Plan, facts: Facts, period: int) -> Tables:
    """Execute a plan in a database. Raises `Refused` where a requirement is not met, or without the extra `sql`."""
    with _extra("sql", "sqlglot"):
        from perfrules.engines import execution
    return execution.run(database, steps, facts, period)


@contextmanager
def connected(address: str) -> Iterator[Database]:
    """The database at an address: `duckdb:///file.db`, or nothing for DuckDB in this process; `postgresql://…`, `spark://…`.

    Raises `Refused` where there is none, or where the extra that it needs is not installed.
    """
    if address.startswith(("postgresql://", "postgres://")):
        with _extra("postgres", "PostgreSQL"):
            import psycopg
        try:
            psycopg.conninfo.conninfo_to_dict(address)
        except psycopg.ProgrammingError:  # whose words may show a password
            raise _unknown(address) from None
        logging.getLogger("psycopg").addHandler(UNHEARD)
        with stopped("postgres"):
            connection = psycopg.connect(address, client_encoding="UTF8")  # whatever a role or a variable says
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ  # all tables as of one moment
            connection.execute("SET datestyle = ISO")  # as days are written here
        try:
            yield PostgreSQL(connection)
        finally:
            connection.close()  # what was not committed is gone
    elif address.startswith(SPARK):
        with _extra("spark", "Spark"), catch_warnings(action="ignore"):  # it has opinions about pandas
            from perfrules.engines import spark
        with spark.opened(address) as session:
            yield session
    elif not address or address.startswith("duckdb://"):
        with _extra("sql", "DuckDB"):
            import duckdb
        path = address.removeprefix("duckdb://").removeprefix("/")
        _check_file(path)
        with stopped("duckdb"):
            embedded = duckdb.connect(path or ":memory:", read_only=bool(path))
            embedded.execute("SET python_enable_replacements = false")  # a name is a table's, and no variable's here
        try:
            yield DuckDB(embedded)
        finally:
            embedded.close()
    else:
        raise _unknown(address)


def _check_file(path: str) -> None:
    """Raise `Refused` where a file is not there, which DuckDB would make, or is no database."""
    if not path:
        return
    if not Path(path).is_file():
        raise Refused([Problem("PR732", where="connect", values={"path": path})])
    with stopped("duckdb"), Path(path).open("rb") as file:
        begins = file.read(len(SQLITE))
    if not (begins == SQLITE or begins[8:].startswith(b"DUCK")):
        said = Words(NO_DATABASE.en.format(path=path), NO_DATABASE.zh.format(path=path))
        raise Refused([Problem("PR733", where="connect", values={"database": "duckdb", "message": said})])


@contextmanager
def _extra(extra: str, what: str) -> Iterator[None]:
    """Something that is imported where an extra is installed."""
    try:
        yield
    except ModuleNotFoundError:
        raise Refused([missing_extra(extra, Words(what, what))]) from None


# what follows the message of an error is where it came from, in SQL or in Java; of exactness, nothing can be given up
_AFTER = re.compile(r"\s*(LINE \d+:|== SQL|JVM stacktrace|Driver stacktrace|\n\s*at ).*", re.DOTALL)
_ADVICE = re.compile(r" (If necessary set|Use ['`]try_).*?\.(?= |$)")


@contextmanager
def stopped(dialect: str) -> Iterator[None]:
    """What a database raises, as a problem that says it."""
    try:
        yield
    except Exception as error:  # each driver has errors of its own, and is not always there
        message = _ADVICE.sub("", " ".join(_AFTER.sub("", str(error)).split()))[:400]
        raise Refused([Problem("PR733", where=dialect, values={"database": dialect, "message": message})]) from error


def _unknown(address: str) -> Refused:
    """That an address is none, without its password."""
    shown = re.sub(r"(?<=password=)[^&]*", "…", re.sub(r"(?<=://)([^/@:]*):.*@", r"\1:…@", address))
    return Refused([Problem("PR731", where="connect", values={"address": shown})])
