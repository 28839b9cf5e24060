"""R20 in SQL: the compiled views beside views that an expert writes for these rules alone, in DuckDB.

Both are over one table of decimals, and are asked for the same totals, which are compared before anything is timed. By
hand nothing is checked, and nothing may be unknown.
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


@dataclass(frozen=True)
class Views:
    """The race of the compiled views with those by hand; how many totals differ."""

    race: Race
    wrong: int


def views(program: perfrules.Program, count: int, rounds: int) -> Views:
    """Both take turns over the same table."""
    connection = duckdb.connect()
    with TemporaryDirectory() as folder:
        place = Path(folder)
        table = made(MADE)
        again = [table.with_columns(pl.col("id") + f"-{n}") for n in range(count // MADE)]
        pl.concat(again).write_parquet(place / "project.parquet")
        connection.execute(f"CREATE TABLE project AS SELECT * FROM '{place / 'project.parquet'}'")
        (place / "own.yaml").write_text(MAPPING, encoding="utf-8")
        connection.execute(sql.views(program, "duckdb", period=2023, mapping=place / "own.yaml"))
    connection.execute(by_hand())

    def totals(query: str) -> list[tuple[object, ...]]:
        return connection.execute(query).fetchall()

    ours, hand = (TOTALS.format(name) for name in ("perfrules_rulings", "hand_rulings"))
    wrong = len(set(totals(ours)) ^ set(totals(hand)))
    return Views(Race({"hand": (totals, [hand]), "ours": (totals, [ours])}, rounds), wrong)


def by_hand() -> str:
    """The rules over whole minor units, cross-multiplied: a row for each subject and rule."""
    verdicts = (
        f"SELECT 'project' AS kind, id, 2023 AS period, 'r20/{rule.name}' AS rule, "
        f"CASE WHEN {sql_condition(rule)} THEN 'holds' ELSE 'does-not-hold' END AS verdict FROM units"
        for rule in SHAPES
    )
    return f"CREATE VIEW hand_rulings AS WITH units AS MATERIALIZED ({UNITS}) {' UNION ALL '.join(verdicts)}"
