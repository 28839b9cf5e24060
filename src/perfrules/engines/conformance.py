"""What any engine must pass: its tables are those that the plan means, its answers those that the language means.

An engine is a function of a plan, facts and a period; it gives tables as `record.run` does, and refuses where
a requirement is not met. Rows may come in any order. Nothing here knows how the engine works.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from perfrules.core.facts import Facts
from perfrules.core.problem import Refused
from perfrules.engines.record import Cell, Tables
from perfrules.language import plan, relations
from perfrules.language.builder import table_name
from perfrules.language.meaning import evaluate
from perfrules.language.nodes import Node
from perfrules.language.rails import Condition, Rational, Word
from perfrules.language.rails import Value as Railed
from perfrules.language.scope import Scope
from perfrules.language.subject import Range, Subject, Unknown, Value, point

Engine = Callable[[plan.Plan, Facts, int], Tables]
Row = tuple[tuple[str, Cell], ...]  # the cells of a row by column; truth values are 0 and 1, and so is no text
Answer = Fraction | bool | str | None  # None is unknown, also what is only known to lie in a range


@dataclass(frozen=True)
class Question:
    """An expression over the subjects of a kind, and the columns in which a plan has its value: a verdict, an
    amount, a weight."""

    name: str
    scope: Scope
    node: Node
    railed: Railed


def disagreements(
    engine: Engine, steps: plan.Plan, facts: Facts, period: int, questions: Sequence[Question], as_of: date
) -> list[str]:
    """Where an engine's result over the facts of a period is not the reference's; nothing where it is right.

    Every column of every table is compared with the meaning of the plan's steps and with its bounds, and the answer
    to every question, for each subject, with the meaning of its expression.
    """
    try:
        expected = relations.execute(steps, facts, period)
    except relations.Unmet as unmet:
        return _accepted(engine, steps, facts, period, str(unmet))
    try:
        found = engine(steps, facts, period)
    except Refused as refused:
        return [f"refused: {', '.join(p.code for p in refused.problems)}"]
    own = beyond_bounds(steps, expected)
    return [*own, *other_tables(found, expected), *other_answers(found, facts, period, questions, as_of)]


def beyond_bounds(steps: plan.Plan, tables: relations.Relations) -> list[str]:
    """Values outside of what the plan proves of their column: engines keep a column no wider than that."""
    return [
        f"{table}.{column}: {cell} is not from {low} to {high}"
        for table, bounds in steps.bounds.items()
        for row in tables.get(table, ())
        for column, (low, high) in bounds.items()
        if not (isinstance(cell := row[column], str) or low <= int(cell or 0) <= high)
    ]


def _accepted(engine: Engine, steps: plan.Plan, facts: Facts, period: int, code: str) -> list[str]:
    """What is wrong where a run must be refused."""
    try:
        engine(steps, facts, period)
    except Refused as refused:
        codes = {problem.code for problem in refused.problems}
        return [] if codes == {code} else [f"refused: {', '.join(sorted(codes))} instead of {code}"]
    return [f"not refused: {code}"]


# tables


def other_tables(found: Tables, expected: relations.Relations) -> list[str]:
    """The rows of each table that are missing, or that no one asked for."""
    said = [f"table {name}: {'missing' if name in expected else 'unexpected'}" for name in found.keys() ^ expected]
    for name in sorted(found.keys() & expected):
        ours, theirs = Counter(_rows_of(found[name])), Counter(map(_row, expected[name]))
        said += [f"table {name}: missing {_shown(row, ours - theirs)}" for row in theirs - ours]
        said += [f"table {name}: unexpected {dict(row)}" for row in ours - theirs if not theirs - ours]
    return said


def _rows_of(columns: Mapping[str, Sequence[Cell]]) -> Iterator[Row]:
    for cells in zip(*columns.values(), strict=True):
        yield _row(dict(zip(columns, cells, strict=True)))


def _row(cells: Mapping[str, Cell]) -> Row:
    return tuple(sorted((name, 0 if c == "" else int(c) if isinstance(c, bool) else c) for name, c in cells.items()))


def _shown(row: Row, others: Counter[Row]) -> str:
    """A missing row: how it differs from the most similar one that came instead."""
    if not others:
        return str(dict(row))
    nearest = max(others, key=lambda other: len(set(other) & set(row)))
    wanted, got = dict(row), dict(nearest)
    differing = {name: (got.get(name), cell) for name, cell in row if name not in got or got[name] != cell}
    return f"{_whose(wanted)}: {differing or sorted(got.keys() - wanted)} (found, expected)"


def _whose(row: Mapping[str, Cell]) -> str:
    return "/".join(str(row[key]) for key in ("kind", "id", "number", "period") if key in row)


# answers


def other_answers(
    found: Tables, facts: Facts, period: int, questions: Sequence[Question], as_of: date
) -> Iterator[str]:
    """The answers that are not those of the language, subject by subject."""
    rows = {kind: _by_id(found[table_name(kind)]) for kind in {q.scope.kind.name for q in questions}}
    for question in questions:
        for subject, row in rows[question.scope.kind.name].items():
            seen = Subject(facts, question.scope, subject, period, as_of.toordinal())
            expected = meant(evaluate(question.node, seen))
            try:
                got = answered(question.railed, row)
            except ValueError as senseless:
                yield f"{question.name} of {subject}: {senseless}"
                continue
            if expected != got:
                yield f"{question.name} of {subject}: {got} instead of {expected}"


def _by_id(columns: Mapping[str, Sequence[Cell]]) -> dict[str, dict[str, Cell]]:
    rows = (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True))
    return {str(row["id"]): row for row in rows}


def meant(value: Value) -> Answer:
    """A value of the language as an answer."""
    one = point(value)
    return None if isinstance(one, (Unknown, Range)) else one


def answered(railed: Railed, row: Mapping[str, Cell]) -> Answer:
    """What a row says of a value on its rails. Raises `ValueError` where a condition both holds and fails."""
    match railed:
        case Condition():
            holds, fails = (relations.value(rail, row) for rail in (railed.holds, railed.fails))
            if holds and fails:
                raise ValueError("a condition both holds and fails")
            return True if holds else False if fails else None
        case Word():
            return str(relations.value(railed.text, row)) if relations.value(railed.defined, row) else None
        case Rational():
            if not relations.value(railed.defined, row):
                return None
            over, under = (int(relations.value(s, row)) for s in (railed.low, railed.den))
            return railed.scale * over / under
