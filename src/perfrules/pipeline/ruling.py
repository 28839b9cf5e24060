"""Rulings: the verdict of each rule on each subject, read off a plan's result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from perfrules.core.facts import Facts
from perfrules.core.problem import Refused
from perfrules.engines import record
from perfrules.engines.conformance import Engine
from perfrules.engines.record import Cell, Progress, Tables
from perfrules.language.builder import table_name
from perfrules.language.meaning import evaluate as meaning_of
from perfrules.language.nodes import Node
from perfrules.language.scalars import Column, Literal, Scalar
from perfrules.language.subject import Subject, Unknown, Value
from perfrules.language.truth import conjunction
from perfrules.pipeline.decisions import with_decisions
from perfrules.pipeline.program import Compiled, Judged
from perfrules.pipeline.recommendations import placed

HOLDS, DOES_NOT_HOLD, UNDECIDED, NOT_APPLICABLE = "holds", "does-not-hold", "undecided", "not-applicable"


@dataclass(frozen=True)
class Result:
    """A program executed over the facts of a period: every column of the plan."""

    program: Compiled
    facts: Facts
    period: int
    tables: Tables


def evaluate(
    program: Compiled, facts: Facts, period: int, progress: Progress | None = None, engine: Engine | None = None
) -> Result:
    """Execute the program's plan. Raises `Refused` where an amount can't be, or what must hold does not.

    `progress` is told how many of how many steps are done; another `engine` than the record engine tells nothing.
    """
    known = with_decisions(program.decided, facts, period) if program.decided else facts
    try:
        if engine is None:
            tables = record.run(program.plan, known, period, progress)
        else:
            tables = engine(program.plan, known, period)
        return Result(program, facts, period, tables)
    except Refused as refused:
        raise Refused(placed(program, p, lambda *_: facts, period) for p in refused.problems) from None


def column(result: Result, table: str, scalar: Scalar) -> list[Cell]:
    """The values of a rail, which is a column or a constant."""
    columns = result.tables[table]
    if isinstance(scalar, Column):
        return columns[scalar.name]
    assert isinstance(scalar, Literal)
    return [scalar.value] * len(columns["id"])


def verdicts(result: Result, judged: Judged) -> Iterator[tuple[str, str]]:
    """Each subject of the rule's kind, by row, with the verdict."""
    table = table_name(judged.rule.kind)
    ids = result.tables[table]["id"]
    for subject, holds, fails, outside in zip(ids, *(column(result, table, r) for r in judged.rails), strict=True):
        yield str(subject), verdict(bool(holds), bool(fails), bool(outside))


def verdict(holds: bool, fails: bool, outside: bool) -> str:
    """The word for a verdict."""
    if outside:
        return NOT_APPLICABLE
    return HOLDS if holds else DOES_NOT_HOLD if fails else UNDECIDED


def verdict_of(judged: Judged, seen: Subject) -> tuple[str, Value]:
    """The verdict of a rule on a subject by the reference meaning, and the value that it follows from."""
    inside = met(judged.policy.scope.get(judged.rule.kind), seen)
    if inside is False:
        return NOT_APPLICABLE, inside
    value = conjunction([inside, meaning_of(judged.rule.when, seen)])
    return (DOES_NOT_HOLD if value is False else UNDECIDED if isinstance(value, Unknown) else HOLDS), value


def met(condition: Node | None, seen: Subject) -> Value:
    """Whether a subject meets a condition, such as the scope of a policy; each does where there is none."""
    return True if condition is None else meaning_of(condition, seen)
