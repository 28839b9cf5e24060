"""Facts from the tables of a database at an address. Needs the extra `sql`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlglot import exp

from perfrules.core.facts import Facts
from perfrules.core.problem import Findings
from perfrules.core.vocabulary import Vocabulary
from perfrules.engines.databases import connected
from perfrules.engines.dialects import Expression
from perfrules.engines.sources import kinds_read
from perfrules.language import plan
from perfrules.readers.columns import Layout
from perfrules.readers.mapping import layout_of
from perfrules.readers.query import queried
from perfrules.readers.stored_tables import table

UNREAD = "PR631"  # that a column is not read: of a table that has others to serve, it is no news


def read_tables(
    address: str, vocabulary: Vocabulary, steps: plan.Plan, period: int | None = None, mapping: Path | None = None
) -> Facts:
    """The facts of the tables that a mapping names; without one, of those that are called after the kinds that a plan
    reads. Raises `Refused` with every problem of every row, and with what the database says."""
    findings = Findings()
    layout = layout_of(vocabulary, mapping, findings)
    findings.refuse()
    with connected(address) as database:
        queries = [(origin, query.sql(database.dialect)) for origin, query in _queries(layout, steps)]
        facts = queried(database, queries, layout, period, findings)
    return replace(facts, notices=tuple(p for p in facts.notices if p.code != UNREAD))


def _queries(layout: Layout, steps: plan.Plan) -> Iterator[tuple[str, Expression]]:
    """For each table a query, since each has its own columns."""
    for kind in layout.mapped or kinds_read(steps):
        if kind in layout.vocabulary.kinds:
            for origin in layout.tables_of(kind):
                yield origin, exp.select("*").from_(table(origin))
