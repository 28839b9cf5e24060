"""The text of a plan: a line for each step, with its scalars as formulas. For people; engines read the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from perfrules.language import plan, scalars
from perfrules.language.scalars import Scalar

_CHOOSE, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _VALUE = range(8)


def plan_text(whole: plan.Plan) -> str:
    """Every stratum with its steps."""
    lines = []
    for number, stratum in enumerate(whole.strata, 1):
        lines += [f"stratum {number}", *(f"  {step_text(step)}" for step in stratum)]
    return "".join(f"{line}\n" for line in lines)


def step_text(step: plan.Step) -> str:
    """A step on one line."""
    match step:
        case plan.Read():
            year = f" of period{step.offset:+d}" if step.offset else ""
            years = " of every period up to then" if step.years else ""
            columns = ("id", "parent", "period", *step.facts, *map(plan.loaded, step.asked))
            return f"read {name(step.table)} = {step.kind}{year}{years}: {names(columns)}"
        case plan.Derive():
            return f"derive {column(step.table, step.column)} = {scalar_text(step.scalar)}"
        case plan.Stack():
            return f"stack {name(step.table)}({names(step.columns)}) = {'; '.join(map(part_text, step.parts))}"
        case plan.Join():
            on = " and ".join(f"{name(own)} = {column(step.source, other)}" for own, other in step.on)
            brought = ", ".join(f"{column(step.table, new)} = {column(step.source, old)}" for new, old in step.columns)
            return f"join {brought} where {on}"
        case plan.Group():
            measures = ", ".join(f"{name(new)} = {function} {name(old)}" for new, function, old in step.measures)
            return f"group {name(step.table)} = {name(step.source)} by {names(step.keys)}: {measures}"
        case plan.Rank():
            within = f"within {names(step.partition)} by {ordered(step.order)}"
            return f"rank {column(step.table, step.column)} {within}"
        case plan.RunningSum():
            within = f"within {names(step.partition)} by {ordered(step.order)}"
            return f"running sum {column(step.table, step.column)} = sum of {name(step.of)} {within}"
        case plan.Require():
            return f"require {name(step.table)}: {scalar_text(step.scalar)}, else {step.code} ({step.about})"
    assert_never(step)


def ordered(order: tuple[tuple[str, bool], ...]) -> str:
    """By which columns rows are put in order."""
    return ", ".join(name(by) + " descending" * down for by, down in order)


def part_text(part: plan.Part) -> str:
    """The rows that a stack takes from one table."""
    where = "" if part.where == scalars.TRUE else f" where {scalar_text(part.where)}"
    return f"{name(part.source)}{where}: {', '.join(scalar_text(v) for v in part.values)}"


def name(text: str) -> str:
    """A name of a column or table, in brackets where it is more than one word."""
    return text if text.isidentifier() else f"[{text}]"


def names(texts: Iterable[str]) -> str:
    """Several names."""
    return ", ".join(name(text) for text in texts)


def column(table: str, text: str) -> str:
    """A column with its table."""
    return f"{name(table)}.{name(text)}"


def scalar_text(scalar: Scalar) -> str:
    """A scalar as a formula, with no needless parentheses."""
    return _written(scalar)[0]


def _written(scalar: Scalar) -> tuple[str, int]:
    """The text of a scalar, and how tightly its loosest operator binds."""
    match scalar:
        case scalars.Literal(value=value):
            return _literal(value), _VALUE
        case scalars.Column():
            return name(scalar.name), _VALUE
        case scalars.Known():
            return f"known({name(scalar.name)})", _VALUE
        case scalars.Add():
            return f"{_inside(scalar.left, _SUM)} + {_inside(scalar.right, _SUM)}", _SUM
        case scalars.Subtract():
            return f"{_inside(scalar.left, _SUM)} - {_inside(scalar.right, _PRODUCT)}", _SUM
        case scalars.Multiply():
            return f"{_inside(scalar.left, _PRODUCT)} * {_inside(scalar.right, _PRODUCT)}", _PRODUCT
        case scalars.DivFloor():
            return f"div_floor({scalar_text(scalar.left)}, {scalar_text(scalar.right)})", _VALUE
        case scalars.Compare():
            return f"{_inside(scalar.left, _SUM)} {scalar.operator} {_inside(scalar.right, _SUM)}", _COMPARE
        case scalars.And():
            return " and ".join(_joined(scalar.parts, _AND)), _AND
        case scalars.Or():
            return " or ".join(_joined(scalar.parts, _OR)), _OR
        case scalars.Not():
            return f"not {_inside(scalar.operand, _NOT)}", _NOT
        case scalars.Choose():
            condition, then = _inside(scalar.condition, _OR), _inside(scalar.then, _OR)
            return f"if {condition} then {then} else {scalar_text(scalar.other)}", _CHOOSE
    assert_never(scalar)


def _literal(value: scalars.Constant) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else f'"{value}"'


def _joined(parts: Iterable[Scalar], level: int) -> Iterator[str]:
    return (_inside(part, level + 1) for part in parts)


def _inside(scalar: Scalar, level: int) -> str:
    text, own = _written(scalar)
    return f"({text})" if own < level else text
