"""A plan executed in a database: each stratum's tables are made there, what must hold is asked, the rest is fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from sqlglot import exp

from perfrules.core.facts import Facts
from perfrules.engines.databases import Database
from perfrules.engines.dialects import DIALECTS, WHOLE, Dialect
from perfrules.engines.parts import Parts
from perfrules.engines.record import Cell, Columns, Progress, Tables, naming, unmet
from perfrules.engines.sources import Stored, columns_of, facts_read, kinds_read, reading, without_nulls
from perfrules.engines.sql import Relation, Source, Translation
from perfrules.language import plan


def run(database: Database, steps: plan.Plan, facts: Facts, period: int, progress: Progress | None = None) -> Tables:
    """Execute a plan over the facts of a period in a database. Raises `Refused` where a requirement is not met.

    `progress` is told how many of how many steps are done.
    """
    dialect = DIALECTS[database.dialect]
    names = (f"perfrules_facts_{n}" for n in count(1))
    source = loaded(database, dialect, steps, facts, period, names)
    translation = Translation(Parts(dialect), steps.bits, source, steps.bounds)
    done = 0
    for stratum in steps.strata:
        for step in stratum:
            translation.add(step)
        tables = list(dict.fromkeys(step.table for step in stratum))
        for table in tables:
            translation.write(table)
        _keep(database, translation, [translation.relations[table] for table in tables])
        translation.parts.queries.clear()
        for step in stratum:
            if isinstance(step, plan.Require):
                _check(database, translation, step)
        done += len(stratum)
        if progress is not None:
            progress(done, len(steps.steps))
    return {table: _fetched(database, translation, table) for table in translation.relations}


def _keep(database: Database, translation: Translation, relations: Sequence[Relation]) -> None:
    """Make tables in the database as far as they are written."""
    queries = [exp.select("*").from_(relation.name) for relation in relations]
    if not translation.dialect.keeps:
        for part, made in translation.parts.kept(queries, [relation.name for relation in relations]):
            database.keep(part, made.sql(database.dialect))
        return
    for relation, query in zip(relations, queries, strict=True):
        if relation.name in translation.parts.queries:
            name = translation.parts.fresh()
            database.keep(name, translation.parts.whole(query).sql(database.dialect))
            relation.name = name


def _check(database: Database, translation: Translation, step: plan.Require) -> None:
    named = naming(translation.relations[step.table].columns)
    query = translation.parts.whole(translation.broken(step, named))
    rows = list(database.rows(query.sql(database.dialect)))
    if rows:
        broken = dict(zip(named, map(list, zip(*rows, strict=True)), strict=True))
        raise unmet(step, broken)


def _fetched(database: Database, translation: Translation, table: str) -> Columns:
    columns = translation.relations[table].columns
    found: Columns = {name: [] for name in columns}
    readers = [
        (cells.append, column.kind == WHOLE) for cells, column in zip(found.values(), columns.values(), strict=True)
    ]
    query = translation.parts.whole(translation.rows(table))
    for row in database.rows(query.sql(database.dialect)):
        for cell, (append, is_whole) in zip(row, readers, strict=True):
            append(int(cell) if is_whole and cell is not None else cell)
    return found


# facts


def loaded(
    database: Database, dialect: Dialect, steps: plan.Plan, facts: Facts, period: int, names: Iterator[str]
) -> Source:
    """The facts that a plan reads, as temporary tables of a database."""
    tables: dict[str, Stored] = {}
    for kind in kinds_read(steps):
        columns = columns_of(facts.vocabulary.kinds.get(kind), wanted := facts_read(steps, kind))
        types = {c.name: dialect.type_of(c.kind, steps.bits).sql(dialect.name) for c in columns.values()}
        cells: list[list[Cell]] = [[] for _ in columns]
        for year in [year for name, year in sorted(facts.tables) if name == kind]:
            table = facts.table(kind, year)
            every: tuple[Sequence[Cell], ...] = (
                table.ids,
                table.parents,
                [year] * len(table.ids),
                *(table.columns[fact] for fact in wanted),
            )
            for into, more in zip(cells, every, strict=True):
                into += more
        full = [name for name, column in zip(columns, cells, strict=True) if None not in column]
        tables[kind] = Stored(next(names), without_nulls(columns, full))
        database.load(tables[kind].name, types, cells)
    return reading(tables, facts, period, dialect)
