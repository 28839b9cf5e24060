"""R20 in SQL: the compiled views beside views that an expert writes for these rules alone, in DuckDB.

All are over one table of decimals, whose columns are never null, and are asked for the same totals, which are compared
before anything is timed. By hand there are two: one checks nothing, and nothing may be unknown; one looks for what the
compiled view looks for in numbers, words and ids, and says what is undecided.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
from columns import MADE, made
from rules import SHAPES
from timing import Race
from wide_peers import sql_condition

import perfrules
from perfrules import sql

MAPPING = "mapping: own\nfacts: benchmark\ntables: {project: {from: project}}\n"  # without a column of periods
TOTALS = "SELECT rule, verdict, COUNT(*) FROM {} GROUP BY ALL ORDER BY ALL"
UNITS = """SELECT * REPLACE (CAST(approved_budget * 100 AS BIGINT) AS approved_budget,
  CAST(paid * 100 AS BIGINT) AS paid, CAST(balance * 100 AS BIGINT) AS balance, CAST(score * 10 AS BIGINT) AS score,
  CAST(deviation * 10000 AS BIGINT) AS deviation) FROM project"""
GREATEST = "90071992547409.91"
RIGHT = (
    *(f"{money} BETWEEN 0 AND {GREATEST}" for money in ("approved_budget", "paid", "balance")),
    f"public_funds BETWEEN -{GREATEST} AND {GREATEST}",
    "score BETWEEN 0 AND 100",
    "deviation BETWEEN 0 AND 1",
    "fiscal_year BETWEEN 0 AND 2147483647",
    "review_failures BETWEEN 0 AND 2147483647",
    "grade IN ('A', 'B', 'C', 'D')",
    "department IN ('education', 'health', 'transport', 'agriculture', 'culture', 'housing', 'water', 'science')",
    "id NOT IN ('', '-', '合计', '小计', 'total')",
)


@dataclass(frozen=True)
class Views:
    """The race of the compiled views with those by hand; how many totals differ."""

    race: Race
    wrong: int


def views(program: perfrules.Program, count: int, rounds: int) -> Views:
    """All take turns over the same table: `unseen` is compiled without a look at it, `seen` with one."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        address, mapping = place / "own.duckdb", place / "own.yaml"
        mapping.write_text(MAPPING, encoding="utf-8")
        with duckdb.connect(address) as connection:
            _fill(connection, count, place / "project.parquet")
        scripts = {
            "unseen": sql.views(program, "duckdb", period=2023, mapping=mapping),
            "seen": sql.views(program, "duckdb", period=2023, mapping=mapping, connect=f"duckdb:///{address}"),
        }
        with duckdb.connect(address) as connection:
            for name, script in scripts.items():
                connection.execute(f"CREATE SCHEMA {name}; USE {name}; {script}")
            connection.execute(f"USE main; CREATE VIEW hand AS {by_hand()}; CREATE VIEW careful AS {with_care()}")

            def totals(query: str) -> list[tuple[object, ...]]:
                return connection.execute(query).fetchall()

            names = {"unseen": "unseen.perfrules_rulings", "seen": "seen.perfrules_rulings"}
            asked = {name: TOTALS.format(names.get(name, name)) for name in ("hand", "careful", *names)}
            given = {name: set(totals(query)) for name, query in asked.items()}
            wrong = sum(len(found ^ given["hand"]) for found in given.values())
            return Views(Race({name: (totals, [query]) for name, query in asked.items()}, rounds), wrong)


def _fill(connection: duckdb.DuckDBPyConnection, count: int, path: Path) -> None:
    """The table of so many projects."""
    table = made(MADE)
    pl.concat([table.with_columns(pl.col("id") + f"-{n}") for n in range(count // MADE)]).write_parquet(path)
    columns = connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
    connection.execute(f"CREATE TABLE project ({', '.join(f'{name} {type_} NOT NULL' for name, type_, *_ in columns)})")
    connection.execute(f"INSERT INTO project SELECT * FROM '{path}'")


def by_hand() -> str:
    """The rules over whole minor units, cross-multiplied: a row for each subject and rule."""
    verdicts = (
        f"{_row(rule.name)} CASE WHEN {sql_condition(rule)} THEN 'holds' ELSE 'does-not-hold' END AS verdict FROM units"
        for rule in SHAPES
    )
    return f"WITH units AS MATERIALIZED ({UNITS}) {' UNION ALL '.join(verdicts)}"


def with_care() -> str:
    """The same, where no row comes out if one is wrong, and what nobody knows is undecided."""
    wrong = f"""SELECT 1 FROM project WHERE {" OR ".join(f"NOT ({right})" for right in RIGHT)}
      UNION ALL SELECT 1 FROM project GROUP BY id HAVING COUNT(*) > 1"""
    budget = "CAST(approved_budget * 100 AS BIGINT)"
    verdicts = (
        f"{_row(rule.name)} CASE WHEN {sql_condition(rule)} THEN 'holds' WHEN NOT ({sql_condition(rule)}) "
        "THEN 'does-not-hold' ELSE 'undecided' END AS verdict FROM units, wrong WHERE wrong.count = 0"
        for rule in SHAPES
    )
    return f"""WITH wrong AS MATERIALIZED (SELECT COUNT(*) AS count FROM ({wrong})),
      units AS MATERIALIZED ({UNITS.replace(budget, f"NULLIF({budget}, 0)")}) {" UNION ALL ".join(verdicts)}"""


def _row(rule: str) -> str:
    return f"SELECT 'project' AS kind, id, 2023 AS period, 'r20/{rule}' AS rule,"
