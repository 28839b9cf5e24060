"""A part of a plan that reads nothing but the rows of one table, as a function of one row.

It says the same as the record engine says of that row among others, also where facts are unknown, without a list for
every column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from perfrules.engines.record import Row, source
from perfrules.language import plan
from perfrules.language.rebuild import inputs
from perfrules.language.scalars import Scalar


def own_row(part: plan.Plan, table: str, facts: Sequence[str], wanted: Sequence[Scalar]) -> Callable[[Row], Row] | None:
    """From a row's facts, in this order, to the values of some scalars; None where other rows, or its id, are read."""
    variables = {fact: f"f{n}" for n, fact in enumerate(facts)}
    unknown = frozenset(facts)
    lines = [f"    {''.join(f'{name}, ' for name in variables.values())} = row"] if facts else []

    def written(scalar: Scalar) -> str | None:
        if not all(name in variables for name in inputs(scalar)):
            return None
        return source(scalar, variables.__getitem__, unknown.__contains__)

    for number, step in enumerate(part.steps):
        if isinstance(step, plan.Read) and step.table == table:
            continue
        value = written(step.scalar) if isinstance(step, plan.Derive) and step.table == table else None
        if value is None:
            return None
        assert isinstance(step, plan.Derive)
        variables[step.column] = f"d{number}"
        lines.append(f"    d{number} = {value}")
    values = [written(scalar) for scalar in wanted]
    if None in values:
        return None
    code = ["def function(row):", *lines, f"    return ({''.join(f'{value}, ' for value in values)})"]
    scope: dict[str, Callable[[Row], Row]] = {}
    exec("\n".join(code), {"__builtins__": {}}, scope)  # our own source, from closed data
    return scope["function"]
