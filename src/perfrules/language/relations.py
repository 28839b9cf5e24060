"""What the steps of a plan mean: the reference for engines, row by row, with no optimisation.

A row is a dictionary; None is unknown. Whole numbers are Python's own and never too large.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from perfrules.core.facts import Facts
from perfrules.language import plan, scalars
from perfrules.language.scalars import Constant, Scalar

Row = dict[str, Constant | None]
Relations = dict[str, list[Row]]


class Unmet(Exception):
    """A requirement that a row does not meet; as text the problem's code."""

    def __init__(self, step: plan.Require, row: Row) -> None:
        super().__init__(step.code)
        self.step = step
        self.row = row


def execute(steps: plan.Plan, facts: Facts, period: int) -> Relations:
    """Every table of a plan over the facts of a period. Raises `Unmet`."""
    tables: Relations = {}
    for step in steps.steps:
        _execute(step, tables, facts, period)
    return tables


def _execute(step: plan.Step, tables: Relations, facts: Facts, period: int) -> None:
    match step:
        case plan.Read():
            tables[step.table] = _read(step, facts, period)
        case plan.Derive():
            for row in tables[step.table]:
                row[step.column] = value(step.scalar, row)
        case plan.Stack():
            tables[step.table] = [
                {name: value(scalar, row) for name, scalar in zip(step.columns, part.values, strict=True)}
                for part in step.parts
                for row in tables[part.source]
                if value(part.where, row)
            ]
        case plan.Join():
            for row in tables[step.table]:
                found = [o for o in tables[step.source] if all(row[own] == o[other] for own, other in step.on)]
                row |= {new: found[0][old] if found else None for new, old in step.columns}
        case plan.Group():
            tables[step.table] = _group(step, tables[step.source])
        case plan.Rank():
            _rank(step, tables[step.table])
        case plan.RunningSum():
            _running_sum(step, tables[step.table])
        case plan.Require():
            for row in tables[step.table]:
                if not value(step.scalar, row):
                    raise Unmet(step, row)
        case _:
            assert_never(step)


def _read(step: plan.Read, facts: Facts, period: int) -> list[Row]:
    last = period + step.offset
    periods = [p for p in facts.periods if p <= last] if step.years else [last]
    rows: list[Row] = []
    for year in periods:
        table = facts.table(step.kind, year)
        for i, subject in enumerate(table.ids):
            row: Row = {"id": subject, "parent": table.parents[i], "period": year}
            row |= {fact: table.columns[fact][i] for fact in step.facts}
            row |= {plan.loaded(asked): facts.is_loaded(asked, year) for asked in step.asked}
            rows.append(row)
    return rows


def _group(step: plan.Group, rows: list[Row]) -> list[Row]:
    keys = list(dict.fromkeys(tuple(row[key] for key in step.keys) for row in rows))
    grouped: list[Row] = []
    for key in keys:
        members = [row for row in rows if tuple(row[k] for k in step.keys) == key]
        made: Row = dict(zip(step.keys, key, strict=True))
        for new, function, old in step.measures:
            numbers = [int(row[old] or 0) for row in members]
            made[new] = sum(numbers) if function == "sum" else min(numbers) if function == "min" else max(numbers)
        grouped.append(made)
    return grouped


def _rank(step: plan.Rank, rows: list[Row]) -> None:
    for row in rows:
        beside = [r for r in rows if all(r[k] == row[k] for k in step.partition)]
        row[step.column] = 1 + sum(_before(other, row, step.order) for other in beside)


def _running_sum(step: plan.RunningSum, rows: list[Row]) -> None:
    for row in rows:
        beside = [r for r in rows if all(r[k] == row[k] for k in step.partition)]
        row[step.column] = sum(int(r[step.of] or 0) for r in beside if not _before(row, r, step.order))


def _before(one: Row, other: Row, order: tuple[tuple[str, bool], ...]) -> bool:
    for name, descending in order:
        a, b = one[name] or 0, other[name] or 0  # what is not known reads as 0
        if a != b:
            return (a < b if isinstance(a, str) and isinstance(b, str) else int(a) < int(b)) != descending
    return False


def value(scalar: Scalar, row: Mapping[str, Constant | None]) -> Constant:
    """The value of a scalar in a row."""
    match scalar:
        case scalars.Literal(value=constant):
            return constant
        case scalars.Column(name=name):
            found = row[name]
            return 0 if found is None else found
        case scalars.Known(name=name):
            return row[name] is not None
        case scalars.Add(left=left, right=right):
            return _number(left, row) + _number(right, row)
        case scalars.Subtract(left=left, right=right):
            return _number(left, row) - _number(right, row)
        case scalars.Multiply(left=left, right=right):
            return _number(left, row) * _number(right, row)
        case scalars.DivFloor(left=left, right=right):
            assert _number(right, row) > 0, "a divisor is proved or chosen to be positive"
            return _number(left, row) // _number(right, row)
        case scalars.Compare(operator=operator, left=left, right=right):
            return _compared(operator, value(left, row), value(right, row))
        case scalars.And(parts=parts):
            return all(value(part, row) for part in parts)
        case scalars.Or(parts=parts):
            return any(value(part, row) for part in parts)
        case scalars.Not(operand=operand):
            return not value(operand, row)
        case scalars.Choose(condition=condition, then=then, other=other):
            return value(then if value(condition, row) else other, row)
    assert_never(scalar)


def _number(scalar: Scalar, row: Mapping[str, Constant | None]) -> int:
    found = value(scalar, row)
    assert not isinstance(found, str)
    return int(found)


def _compared(operator: str, left: Constant, right: Constant) -> bool:
    if operator in ("=", "!="):
        return (left == right) == (operator == "=")
    assert not isinstance(left, str)
    assert not isinstance(right, str)
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]
