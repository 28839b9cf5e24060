"""Facts from the tables of a database at an address. Needs the extra `sql`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlglot import exp

from perfrules.core.facts import Facts
from perfrules.core.problem import Findings, Problem
from perfrules.core.values import Unfit
from perfrules.core.vocabulary import Vocabulary
from perfrules.engines.databases import Database, connected
from perfrules.engines.described import Described
from perfrules.engines.dialects import Expression
from perfrules.engines.sources import kinds_read
from perfrules.language import plan
from perfrules.readers.columns import Layout
from perfrules.readers.mapping import layout_of
from perfrules.readers.query import named_alike, queried
from perfrules.readers.stored_origins import GIVEN, check_open, described, table

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
        queries = list(_queries(database, layout, steps, findings))
        findings.refuse()
        facts = queried(database, queries, layout, period, findings)
    return replace(facts, notices=tuple(p for p in facts.notices if p.code != UNREAD))


def _queries(database: Database, layout: Layout, steps: plan.Plan, findings: Findings) -> Iterator[tuple[str, str]]:
    """For each table a query, since each has its own columns."""
    for kind in layout.mapped or kinds_read(steps):
        if kind in layout.vocabulary.kinds:
            for origin in layout.tables_of(kind):
                seen = described(origin, database, findings)
                if seen is not None:
                    columns = _columns(seen, kind, origin, layout, findings)
                    yield origin, exp.select(*columns).from_(table(origin)).sql(database.dialect)


def _columns(seen: Described, kind: str, origin: str, layout: Layout, findings: Findings) -> Iterator[Expression]:
    """The columns of a table, those that are not read as nothing: they may be closed, or hold what no driver gives."""
    header = layout.header(kind, named_alike(seen.columns, kind, layout), origin, Findings())  # which the query has too
    read = {used.position: used.column for used in header.used} if header is not None else {}
    for number, heading in enumerate(seen.columns):
        name = exp.to_identifier(heading, quoted=True)
        yield exp.column(name, GIVEN) if number in read else exp.alias_(exp.null(), name)
        try:
            if number in read:
                check_open(heading, seen)
        except Unfit as unfit:
            mapped = read[number]
            span = mapped.span if mapped is not None else None
            findings.put(Problem(unfit.code, span, unfit.values, where=f"{origin}.{heading}"))
