"""Databases in which somebody has tables of their own, and what views of policies give there: CSV, as text.

PostgreSQL is reached by its own program `psql` and by nothing else, DuckDB and Spark in this process.
"""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal

import duckdb
import psycopg
from pyspark.errors import PySparkException
from pyspark.sql import Row, SparkSession

from perfrules.core.facts import Facts
from perfrules.core.vocabulary import Fact
from perfrules.engines.databases import Database, DuckDB, PostgreSQL
from perfrules.engines.spark import Spark
from perfrules.pipeline.claims import MadeClaim
from perfrules.pipeline.ruling import Result
from perfrules.pipeline.statement import Statement
from perfrules.pipeline.verdicts import Verdicts
from postgres import programs

Rows = list[tuple[str, ...]]
TYPES = {"count": "BIGINT", "flag": "BOOLEAN", "date": "DATE", "text": "TEXT", "choice": "TEXT"}


class Refusal(Exception):
    """What a database says where it refuses."""


class Psql:
    """A schema of a PostgreSQL server, by `psql`."""

    dialect = "postgres"
    count = 0

    def __init__(self, address: str) -> None:
        self.address = address
        Psql.count += 1
        self.schema = f"works{Psql.count}"
        self.say(f"CREATE SCHEMA {self.schema};")

    def say(self, text: str) -> str:
        """What `psql` writes where it is given statements."""
        within = {**os.environ, "PGOPTIONS": f"-c search_path={self.schema} -c client_min_messages=error"}
        command = [programs() / "psql", self.address, "-X", "-q", "--csv", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", env=within)
        if done.returncode:
            raise Refusal(done.stderr)
        return done.stdout

    def rows(self, query: str) -> Rows:
        """The rows of a query, each cell as text."""
        return [tuple(row) for row in csv.reader(io.StringIO(self.say(f"{query};")))][1:]

    def connected(self) -> AbstractContextManager[psycopg.Connection]:
        """A connection to it, as a host has one."""
        return psycopg.connect(self.address, options=f"-c search_path={self.schema}")

    @contextmanager
    def asked(self) -> Iterator[Database]:
        """The same, as what is asked about tables."""
        with self.connected() as connection:
            yield PostgreSQL(connection)


class Embedded:
    """A database of DuckDB in this process."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self.connection = duckdb.connect()

    def say(self, text: str) -> None:
        try:
            self.connection.execute(text)
        except duckdb.Error as error:
            raise Refusal(str(error)) from error

    def rows(self, query: str) -> Rows:
        try:
            found = self.connection.execute(query).fetchall()
        except duckdb.Error as error:
            raise Refusal(str(error)) from error
        return [tuple("" if cell is None else str(cell) for cell in row) for row in found]

    def connected(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A connection to it, as a host has one."""
        return self.connection.cursor()

    @contextmanager
    def asked(self) -> Iterator[Database]:
        """The same, as what is asked about tables."""
        with self.connected() as connection:
            yield DuckDB(connection)


class Notebook:
    """A session of Spark, as in a notebook."""

    dialect = "spark"

    def __init__(self, session: SparkSession) -> None:
        self.session = session

    def say(self, text: str) -> None:
        for statement in text.split(";\n"):
            if statement.strip():
                self._asked(statement)

    def rows(self, query: str) -> Rows:
        return [tuple("" if cell is None else str(cell) for cell in row) for row in self._asked(query)]

    @contextmanager
    def asked(self) -> Iterator[Database]:
        """The session, as what is asked about tables."""
        yield Spark(self.session)

    def _asked(self, statement: str) -> list[Row]:
        try:
            return self.session.sql(statement).collect()
        except PySparkException as error:
            raise Refusal(str(error)) from error


def viewed(facts: Facts) -> str:
    """Statements that make a temporary view of Spark for each kind of facts, under its own names."""
    said = []
    for name, rows in facts.rows().items():
        columns = _columns(facts, name)
        values = ", ".join(f"({', '.join(_literal(row.get(c)) for c in columns)})" for row in rows)
        none = f"({', '.join('NULL' for _ in columns)})"
        cast = ", ".join(f"CAST(c{n} AS {type_.replace('TEXT', 'STRING')}) AS `{c}`" for n, (c, type_) in enumerate(columns.items()))
        held = f"VALUES {values or none} AS t ({', '.join(f'c{n}' for n in range(len(columns)))})"
        said.append(f"CREATE OR REPLACE TEMPORARY VIEW `{name}` AS SELECT {cast} FROM {held} WHERE {str(bool(rows)).upper()};\n")
    return "".join(said)


def made_of(facts: Facts) -> str:
    """Statements that make a table for each kind of facts, under its own names; a column that is full is never null."""
    said = []
    for name, rows in facts.rows().items():
        columns = {c: t + " NOT NULL" * all(row.get(c) is not None for row in rows) for c, t in _columns(facts, name).items()}
        said.append(f"CREATE TABLE {_name(name)} ({', '.join(f'{_name(c)} {t}' for c, t in columns.items())});")
        for row in rows:
            said.append(f"INSERT INTO {_name(name)} VALUES ({', '.join(_literal(row.get(c)) for c in columns)});")
    return "\n".join(said)


def _columns(facts: Facts, name: str) -> dict[str, str]:
    kind = facts.vocabulary.kinds[name]
    columns = {"id": "TEXT", "period": "INTEGER"} | ({kind.belongs_to: "TEXT"} if kind.belongs_to else {})
    return columns | {fact: _type(about) for fact, about in kind.columns.items()}


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _type(fact: Fact) -> str:
    return TYPES.get(fact.kind, f"DECIMAL(36, {max(fact.places, 2) + 8})" if fact.unit != "元" else f"DECIMAL(36, {fact.places})")


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, (int, Decimal)) else "'" + str(value).replace("'", "''") + "'"


def said_by(result: Result) -> dict[str, Rows]:
    """The rows that the views must give for a run, in any order."""
    statement, year = Statement(result), str(result.period)
    rulings = [(*r.subject.split("/", 1), year, r.rule, r.verdict) for r in Verdicts(statement).all]
    entries = [(e.debit, e.credit, e.subject, str(e.period), str(e.amount), e.rules[0], e.pool) for e in statement.entries if e.subject]
    return {"rulings": sorted(rulings), "claims": sorted(_claims(statement)), "entries": sorted(entries)}


def _claims(statement: Statement) -> Iterable[tuple[str, ...]]:
    for claim in statement.claims:
        amount = "" if claim.amount is None else str(statement.money(claim.amount))
        yield (claim.kind, claim.id, claim.rule, claim.action, *_whose(claim), str(claim.period), amount, claim.state)


def _whose(claim: MadeClaim) -> tuple[str, str, str]:
    return (claim.owner, claim.account, claim.pool) if claim.account else ("", "", "")


def seen(database: Psql | Embedded | Notebook, views: str) -> dict[str, Rows]:
    """The rows that the views give, each of which is there."""
    names = [view for view in ("rulings", "claims", "entries") if re.search(rf"^CREATE (VIEW|TABLE) perfrules_{view} ", views, re.MULTILINE)]
    return {name: sorted(database.rows(f"SELECT * FROM perfrules_{name}")) for name in names}
