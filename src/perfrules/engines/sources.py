"""What a plan's tables are read from: tables of a database with facts, a column for each, whose rows a step chooses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from sqlglot import exp

from perfrules.core.facts import Facts
from perfrules.core.vocabulary import SubjectKind
from perfrules.engines.dialects import TEXT, TRUTH, WHOLE, Dialect, Expression
from perfrules.engines.expressions import ROW, Chosen, Column, Said, from_part
from perfrules.engines.sql import Source
from perfrules.language import plan


class Stored(NamedTuple):
    """A table of the database with the rows of a kind: its name, and its columns."""

    name: str
    columns: Mapping[str, Column]


def reading(tables: Mapping[str, Stored], facts: Facts, period: int, dialect: Dialect) -> Source:
    """How a plan reads the tables of kinds; `facts` say what was given."""

    def source(step: plan.Read) -> Chosen:
        name, columns = tables[step.kind]
        own = ("id", "parent", "period", *step.facts)
        cells = {column: Said(columns[column].of(ROW), columns[column].kind) for column in own}
        cells |= {plan.loaded(asked): Said(is_loaded(asked, facts, cells["period"].sql), TRUTH) for asked in step.asked}
        read = dialect.likely(_is_within(step, period, cells["period"].sql))
        query = from_part(exp.Select(), name).where(read, copy=False)
        return Chosen(query, cells, {fact for fact in step.facts if columns[fact].unknown})

    return source


def facts_read(steps: plan.Plan, kind: str) -> list[str]:
    """The facts of a kind that a plan reads."""
    read = [step for step in steps.steps if isinstance(step, plan.Read) and step.kind == kind]
    return list(dict.fromkeys(fact for step in read for fact in step.facts))


def kinds_read(steps: plan.Plan) -> list[str]:
    """The kinds that a plan reads."""
    return list(dict.fromkeys(step.kind for step in steps.steps if isinstance(step, plan.Read)))


def columns_of(kind: SubjectKind | None, wanted: Iterable[str]) -> dict[str, Column]:
    """The columns of a table with facts of a kind, any of which may be null."""
    own = {"id": TEXT, "parent": TEXT, "period": WHOLE}
    kinds = own | {fact: kind_of(kind, fact) for fact in wanted}
    return {name: Column(f"c{n}", held, name not in own) for n, (name, held) in enumerate(kinds.items(), 1)}


def without_nulls(columns: Mapping[str, Column], names: Collection[str]) -> dict[str, Column]:
    """The columns of a table where some are known never to be null."""
    return {name: replace(c, unknown=c.unknown and name not in names) for name, c in columns.items()}


def kind_of(kind: SubjectKind | None, fact: str) -> str:
    """What a column with a fact holds; what people decided is no kind, and whole numbers are all that is kept of it."""
    return TEXT if kind is not None and kind.columns[fact].is_text else WHOLE


def _is_within(step: plan.Read, period: int, year: Expression) -> Expression:
    """Whether a row is of the periods that a step reads."""
    last = exp.Literal.number(period + step.offset)
    compared: Callable[..., Expression] = exp.LTE if step.years else exp.EQ
    return compared(this=year.copy(), expression=last)


def is_loaded(asked: str, facts: Facts, year: Expression) -> Expression:
    """Whether something was given for the period of a row."""
    if asked not in facts.loaded or facts.only is None:
        return exp.true() if asked in facts.loaded else exp.false()
    return exp.EQ(this=year.copy(), expression=exp.Literal.number(facts.only))
