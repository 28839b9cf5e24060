"""Facts from the tables of a database at an address. Needs the extra `sql`."""

from __future__ import annotations

from collections.abc import Iterator
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
from perfrules.readers.stored_tables import GIVEN, below, table


def read_tables(
    address: str, vocabulary: Vocabulary, steps: plan.Plan, period: int | None = None, mapping: Path | None = None
) -> Facts:
    """The facts of the tables that a mapping names; without one, of those that are called after the kinds that a plan
    reads. Raises `Refused` with every problem of every row, and with what the database says."""
    findings = Findings()
    layout = layout_of(vocabulary, mapping, findings)
    findings.refuse()
    with connected(address) as database:
        queries = {kind: query.sql(database.dialect) for kind, query in _queries(layout, steps)}
        return queried(database, queries, layout, period, findings)


def _queries(layout: Layout, steps: plan.Plan) -> Iterator[tuple[str, Expression]]:
    for kind in layout.mapped or kinds_read(steps):
        if kind in layout.vocabulary.kinds:
            headings = layout.mapped.get(kind, ())
            columns = [exp.column(exp.to_identifier(heading, quoted=True), GIVEN) for heading in headings]
            chosen = exp.select(*columns) if columns else exp.select("*")
            yield kind, below([chosen.copy().from_(table(origin)) for origin in layout.tables_of(kind)])
