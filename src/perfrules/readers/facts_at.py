"""Facts from the tables of a database at an address. Needs the extra `sql`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sqlglot import exp

from perfrules.core.facts import Facts
from perfrules.core.problem import Findings, Problem, Refused
from perfrules.core.values import KIND_WORDS, Unfit
from perfrules.core.vocabulary import Fact, Vocabulary
from perfrules.engines.databases import Database, connected
from perfrules.engines.described import Described
from perfrules.engines.dialects import TEXT, Expression, cast, typed
from perfrules.engines.sources import kinds_read
from perfrules.language import plan
from perfrules.readers.columns import Layout, Used
from perfrules.readers.mapping import layout_of
from perfrules.readers.query import named_alike, queried
from perfrules.readers.stored_origins import GIVEN, check_open, described, table
from perfrules.readers.stored_values import same

DOCUMENTS = ("json", "jsonb")  # types of values of many sorts, whose numbers a driver makes binary
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
        try:
            facts = queried(database, queries, layout, period, findings)
        except Refused as refused:
            raise Refused(_told(refused.problems)) from None
    return replace(facts, notices=tuple(_told(facts.notices)))


def _told(problems: Iterable[Problem]) -> list[Problem]:
    return [p for p in problems if p.code != UNREAD]


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
    read: dict[int, list[Used]] = {}
    for used in header.used if header is not None else ():
        read.setdefault(used.position, []).append(used)
    known = layout.vocabulary.kinds[kind].columns
    types = _types(seen, [h for number, h in enumerate(seen.columns) if number in read and seen.opens(h)])
    for number, heading in enumerate(seen.columns):
        value = exp.null()
        try:
            if number in read:
                check_open(heading, origin, seen)
                value = _value(heading, origin, seen, types[heading], [known.get(used.name) for used in read[number]])
        except Unfit as unfit:
            mapped = read[number][0].column
            span = mapped.span if mapped is not None else None
            findings.put(Problem(unfit.code, span, unfit.values, where=f"{origin}.{heading}"))
        yield exp.alias_(value, exp.to_identifier(heading, quoted=True))


def _types(seen: Described, headings: Sequence[str]) -> dict[str, str]:
    """The types of some columns of a table, by what they are called."""
    asked = [seen.dialect.types.base(_raw(heading)) for heading in headings]
    return dict(zip(headings, seen.answers(asked) if asked else (), strict=True))


def _raw(heading: str) -> Expression:
    return exp.column(exp.to_identifier(heading, quoted=True), GIVEN)


def _value(heading: str, origin: str, seen: Described, base: str, facts: Sequence[Fact | None]) -> Expression:
    """What is selected of a column of a table that is of a type and read as some facts, or as ids and years. Raises
    `Unfit` where it can't be.

    Days are selected as texts: drivers have other days for `infinity`, and none for parts of a second that are small.
    """
    raw = _raw(heading)
    if base in DOCUMENTS:
        expected = KIND_WORDS["text" if facts[0] is None else facts[0].kind]
        raise Unfit("PR743", column=f"{origin}.{heading}", type=base, expected=expected)
    if not any(fact is not None and fact.kind == "date" for fact in facts):
        return raw
    text, day = seen.dialect.type_of(TEXT), cast(raw.copy(), typed("DATE"))
    if base not in seen.dialect.types.days:
        return cast(raw, text)
    return exp.Case(ifs=[exp.If(this=same(raw, day), true=cast(day, text))], default=cast(raw, text))
