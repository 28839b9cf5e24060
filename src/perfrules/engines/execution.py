"""A plan executed in a database: each stratum's tables are made there, what must hold is asked, the rest is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count

from sqlglot import exp

from perfrules.core.facts import Facts
from perfrules.core.vocabulary import SubjectKind
from perfrules.engines.databases import Database
from perfrules.engines.dialects import DIALECTS, TEXT, TRUTH, WHOLE, Dialect, Expression
from perfrules.engines.expressions import ROW, Column, Said
from perfrules.engines.record import Cell, Columns, Progress, Tables, naming, unmet
from perfrules.engines.sql import Source, Translation
from perfrules.language import plan


def run(database: Database, steps: plan.Plan, facts: Facts, period: int, progress: Progress | None = None) -> Tables:
    """Execute a plan over the facts of a period in a database. Raises `Refused` where a requirement is not met.

    `progress` is told how many of how many steps are done.
    """
    dialect = DIALECTS[database.dialect]
    names = (f"perfrules_facts_{n}" for n in count(1))
    source = loaded(database, dialect, steps, facts, period, names)
    translation = Translation(dialect, steps.bits, source, bounds=steps.bounds)
    done = 0
    for stratum in steps.strata:
        for step in stratum:
            translation.add(step)
        tables = list(dict.fromkeys(step.table for step in stratum))
        for table in tables:
            translation.write(table)
        for table in tables:
            _keep(database, translation, table)
        translation.parts.clear()
        for step in stratum:
            if isinstance(step, plan.Require):
                _check(database, translation, step)
        done += len(stratum)
        if progress is not None:
            progress(done, len(steps.steps))
    return {table: _fetched(database, translation, table) for table in translation.relations}


def _keep(database: Database, translation: Translation, table: str) -> None:
    """Make a table in the database as far as it is written."""
    relation = translation.relations[table]
    query = exp.select("*").from_(relation.name)
    if not translation.dialect.keeps:
        for part, made, once in translation.take(query):
            database.keep(part, made.sql(database.dialect), later=once)
    elif relation.name in translation.parts:
        name = translation.fresh()
        database.keep(name, translation.whole(query).sql(database.dialect))
        relation.name = name


def _check(database: Database, translation: Translation, step: plan.Require) -> None:
    named = naming(translation.relations[step.table].columns)
    query = translation.whole(translation.broken(step, named))
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
    query = translation.whole(translation.rows(table))
    for row in database.rows(query.sql(database.dialect)):
        for cell, (append, is_whole) in zip(row, readers, strict=True):
            append(int(cell) if is_whole and cell is not None else cell)
    return found


# facts


def loaded(
    database: Database, dialect: Dialect, steps: plan.Plan, facts: Facts, period: int, names: Iterator[str]
) -> Source:
    """The facts that a plan reads, as temporary tables of a database."""
    tables: dict[str, tuple[str, dict[str, Column]]] = {}
    for kind in dict.fromkeys(step.kind for step in steps.steps if isinstance(step, plan.Read)):
        read = [step for step in steps.steps if isinstance(step, plan.Read) and step.kind == kind]
        wanted = dict.fromkeys(fact for step in read for fact in step.facts)
        columns = _columns(facts.vocabulary.kinds.get(kind), wanted)
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
        tables[kind] = next(names), columns
        database.load(tables[kind][0], types, cells)

    def source(step: plan.Read) -> tuple[Expression, Mapping[str, Said]]:
        name, columns = tables[step.kind]
        own = ("id", "parent", "period", *step.facts)
        cells = {column: Said(columns[column].of(ROW), columns[column].kind) for column in own}
        cells |= {plan.loaded(asked): Said(is_loaded(asked, facts, cells["period"].sql), TRUTH) for asked in step.asked}
        return within(step, period, exp.Select().from_(exp.to_table(name).as_(ROW)), cells["period"].sql), cells

    return source


def _columns(kind: SubjectKind | None, wanted: Mapping[str, None]) -> dict[str, Column]:
    kinds = {"id": TEXT, "parent": TEXT, "period": WHOLE}
    kinds |= {fact: kind_of(kind, fact) for fact in wanted}
    return {name: Column(f"c{n}", held) for n, (name, held) in enumerate(kinds.items(), 1)}


def kind_of(kind: SubjectKind | None, fact: str) -> str:
    """What a column with a fact holds; what people decided is no kind, and whole numbers are all that is kept of it."""
    return TEXT if kind is not None and kind.columns[fact].is_text else WHOLE


def within(step: plan.Read, period: int, query: Expression, year: Expression) -> Expression:
    """The rows of the periods that a step reads."""
    last = exp.Literal.number(period + step.offset)
    compared: Callable[..., Expression] = exp.LTE if step.years else exp.EQ
    return query.where(compared(this=year.copy(), expression=last), copy=False)


def is_loaded(asked: str, facts: Facts, year: Expression) -> Expression:
    """Whether something was given for the period of a row."""
    if asked not in facts.loaded or facts.only is None:
        return exp.true() if asked in facts.loaded else exp.false()
    return exp.EQ(this=year.copy(), expression=exp.Literal.number(facts.only))
