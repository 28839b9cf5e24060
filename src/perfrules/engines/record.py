"""The record engine: a plan as Python source, generated once, over lists of whole numbers.

Columns that are derived one after the other are one loop over the rows. A table in a run is a dictionary of equally
long lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple, assert_never
from weakref import finalize

from perfrules.core.facts import Facts
from perfrules.core.problem import Problem, Refused
from perfrules.language import plan, scalars
from perfrules.language.rebuild import inputs
from perfrules.language.scalars import Scalar

Cell = int | bool | str | None
Columns = dict[str, list[Cell]]
Progress = Callable[[int, int], None]
Tables = dict[str, Columns]
Row = tuple[Cell, ...]
Named = tuple[tuple[str, Scalar], ...]  # columns and what they are derived from, of which each may use those before it
Function = Callable[[Columns], Iterable[list[Cell]]]

_OPERATORS = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def source(scalar: Scalar, name_of: Callable[[str], str], maybe_unknown: Callable[[str], bool]) -> str:
    """A scalar as a Python expression; `name_of` gives the variable of a column."""

    def inner(part: Scalar) -> str:
        return source(part, name_of, maybe_unknown)

    match scalar:
        case scalars.Literal(value=value):
            return repr(value)
        case scalars.Column(name=name):
            return f"({name_of(name)} or 0)" if maybe_unknown(name) else name_of(name)
        case scalars.Known(name=name):
            return f"({name_of(name)} is not None)"
        case scalars.Add(left=left, right=right):
            return f"({inner(left)} + {inner(right)})"
        case scalars.Subtract(left=left, right=right):
            return f"({inner(left)} - {inner(right)})"
        case scalars.Multiply(left=left, right=right):
            return f"({inner(left)} * {inner(right)})"
        case scalars.DivFloor(left=left, right=right):
            return f"({inner(left)} // {inner(right)})"
        case scalars.Compare(operator=operator, left=left, right=right):
            return f"({inner(left)} {_OPERATORS[operator]} {inner(right)})"
        case scalars.And(parts=parts):
            return f"({' and '.join(map(inner, parts))})"
        case scalars.Or(parts=parts):
            return f"({' or '.join(map(inner, parts))})"
        case scalars.Not(operand=operand):
            return f"(not {inner(operand)})"
        case scalars.Choose(condition=condition, then=then, other=other):
            return f"({inner(then)} if {inner(condition)} else {inner(other)})"
    assert_never(scalar)


def _height(columns: Columns) -> int:
    """How many rows a table has."""
    return len(next(iter(columns.values())))


@lru_cache(maxsize=100_000)
def _function(named: Named, unknown: frozenset[str]) -> Function:
    """A function from the columns of a table to the lists of some scalars' values."""
    variables: dict[str, str] = {}
    given, lines = ["range(n)"], []
    for number, (column, scalar) in enumerate(named):
        for name in inputs(scalar):
            if name not in variables:
                variables[name] = f"c{len(given)}"
                given.append(f"columns[{name!r}]")
        lines.append(f"v{number}[i] = d{number} = {source(scalar, variables.__getitem__, unknown.__contains__)}")
        variables[column] = f"d{number}"
    cells = "".join(f"c{n}, " for n in range(1, len(given)))
    code = ["def function(columns):", "    n = height(columns)"]
    code += [f"    v{n} = [None] * n" for n in range(len(named))]
    code += [f"    for i, {cells}in zip({', '.join(given)}):", *(f"        {line}" for line in lines)]
    code += [f"    return ({''.join(f'v{n}, ' for n in range(len(named)))})"]
    scope: dict[str, object] = {"__builtins__": {"zip": zip, "range": range}, "height": _height}
    exec("\n".join(code), scope)  # our own source, from closed data
    made = scope["function"]
    assert callable(made)
    return made


def run(steps: plan.Plan, facts: Facts, period: int, progress: Progress | None = None) -> Tables:
    """Execute a plan over the facts of a period. Raises `Refused` where a requirement is not met.

    `progress` is told how many of how many steps are done.
    """
    prepared = _prepared(steps)
    execution = _Execution(facts, period, prepared.functions)
    for step, done in prepared.steps:
        execution.execute(step)
        if progress is not None:
            progress(done, prepared.steps[-1][1])
    return execution.tables


class _Derived(NamedTuple):
    """Columns of one table that are derived one after the other."""

    table: str
    columns: tuple[str, ...]
    named: Named


_Task = _Derived | plan.Read | plan.Stack | plan.Join | plan.Group | plan.Rank | plan.RunningSum | plan.Require


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A plan as it is executed: what is done, each with how many steps are done then; and what it was compiled to."""

    steps: tuple[tuple[_Task, int], ...]
    functions: dict[tuple[str, int], Function]  # by table and identity: to hash a scalar takes as long as to run it


_PREPARED: dict[int, _Prepared] = {}  # by the identity of plans that are alive


def _prepared(steps: plan.Plan) -> _Prepared:
    found = _PREPARED.get(id(steps))
    if found is None:
        found = _PREPARED[id(steps)] = _Prepared(tuple(_together(steps.steps)), {})
        finalize(steps, _PREPARED.pop, id(steps), None)
    return found


def _together(steps: tuple[plan.Step, ...]) -> Iterator[tuple[_Task, int]]:
    done = 0
    for table, some in groupby(steps, lambda step: step.table if isinstance(step, plan.Derive) else None):
        if table is None:
            yield from ((step, done := done + 1) for step in some if not isinstance(step, plan.Derive))
        else:
            named = tuple((step.column, step.scalar) for step in some if isinstance(step, plan.Derive))
            done += len(named)
            yield _Derived(table, tuple(column for column, _ in named), named), done


class _Execution:
    def __init__(self, facts: Facts, period: int, functions: dict[tuple[str, int], Function]) -> None:
        self.facts = facts
        self.period = period
        self.functions = functions
        self.tables: Tables = {}
        self.unknown: dict[str, set[str]] = {}  # by table, the columns that may be unknown

    def execute(self, step: _Task) -> None:
        match step:
            case _Derived():
                self.tables[step.table] |= zip(
                    step.columns, self.lists(step.table, step.named, step.named), strict=True
                )
            case plan.Read():
                self.read(step)
            case plan.Stack():
                self.stack(step)
            case plan.Join():
                self.join(step)
            case plan.Group():
                self.group(step)
            case plan.Rank():
                self.rank(step)
            case plan.RunningSum():
                self.running_sum(step)
            case plan.Require():
                self.require(step)
            case _:
                assert_never(step)

    def lists(self, table: str, named: Named, whose: object) -> Iterable[list[Cell]]:
        """The values of some scalars, compiled once for the part of the plan `whose` they are."""
        found = self.functions.get((table, id(whose)))
        if found is None:
            asked = {name for _, scalar in named for name in inputs(scalar)}
            found = self.functions[table, id(whose)] = _function(named, frozenset(self.unknown[table] & asked))
        return found(self.tables[table])

    def values(self, table: str, scalar: Scalar) -> list[Cell]:
        """The values of one scalar."""
        (found,) = self.lists(table, (("", scalar),), scalar)
        return found

    def read(self, step: plan.Read) -> None:
        last = self.period + step.offset
        periods = [p for p in self.facts.periods if p <= last] if step.years else [last]
        read = [(period, self.facts.table(step.kind, period)) for period in periods]
        columns: Columns = {"id": [i for _, table in read for i in table.ids]}
        columns["parent"] = [i for _, table in read for i in table.parents]
        columns["period"] = [period for period, table in read for _ in table.ids]
        for fact in step.facts:
            columns[fact] = [value for _, table in read for value in table.columns[fact]]
        for asked in step.asked:
            columns[plan.loaded(asked)] = [self.facts.is_loaded(asked, p) for p, table in read for _ in table.ids]
        self.tables[step.table] = columns
        self.unknown[step.table] = set(step.facts)

    def stack(self, step: plan.Stack) -> None:
        columns: Columns = {name: [] for name in step.columns}
        for part in step.parts:
            chosen = self.values(part.source, part.where)
            if not any(chosen):  # of many subjects, few: of one, most parts have nothing to compute
                continue
            for name, scalar in zip(step.columns, part.values, strict=True):
                values = self.values(part.source, scalar)
                columns[name] += [v for v, keep in zip(values, chosen, strict=True) if keep]
        self.tables[step.table] = columns
        self.unknown[step.table] = set()

    def rows(self, table: str, keys: Iterable[str]) -> list[Row]:
        columns = self.tables[table]
        return list(zip(*[columns[key] for key in keys], strict=True))

    def join(self, step: plan.Join) -> None:
        own = self.rows(step.table, [key for key, _ in step.on])
        other = self.rows(step.source, [key for _, key in step.on])
        where = {key: i for i, key in enumerate(other)}
        places = [where.get(key) for key in own]
        for new, old in step.columns:
            values = self.tables[step.source][old]
            self.tables[step.table][new] = [None if p is None else values[p] for p in places]
            self.unknown[step.table].add(new)

    def group(self, step: plan.Group) -> None:
        grouped: dict[Row, list[int]] = {}
        for i, key in enumerate(self.rows(step.source, step.keys)):
            grouped.setdefault(key, []).append(i)
        columns: Columns = {k: [key[n] for key in grouped] for n, k in enumerate(step.keys)}
        functions: Mapping[str, Callable[[Iterable[int]], int]] = {"sum": sum, "min": min, "max": max}
        for new, function, old in step.measures:
            values = self.tables[step.source][old]
            columns[new] = [functions[function](int(values[i] or 0) for i in members) for members in grouped.values()]
        self.tables[step.table] = columns
        self.unknown[step.table] = set()

    def rank(self, step: plan.Rank) -> None:
        partition = self.rows(step.table, step.partition)
        seen: dict[Row, int] = {}
        places: list[Cell] = [0] * len(partition)
        for i in self.sorted(step.table, step.order):
            seen[partition[i]] = places[i] = seen.get(partition[i], 0) + 1
        self.tables[step.table][step.column] = places

    def running_sum(self, step: plan.RunningSum) -> None:
        partition = self.rows(step.table, step.partition)
        values = self.tables[step.table][step.of]
        seen: dict[Row, int] = {}
        sums: list[Cell] = [0] * len(partition)
        for i in self.sorted(step.table, step.order):
            seen[partition[i]] = sums[i] = seen.get(partition[i], 0) + int(values[i] or 0)
        self.tables[step.table][step.column] = sums

    def sorted(self, table: str, order: tuple[tuple[str, bool], ...]) -> list[int]:
        """The rows of a table in an order, by their position."""
        columns = self.tables[table]
        rows = list(range(_height(columns)))
        for name, descending in reversed(order):
            values = [value or 0 for value in columns[name]] if name in self.unknown[table] else columns[name]
            rows.sort(key=values.__getitem__, reverse=descending)  # type: ignore[arg-type]  # stable
        return rows

    def require(self, step: plan.Require) -> None:
        met = self.values(step.table, step.scalar)
        broken = [row for row, good in enumerate(met) if not good]
        if broken:
            columns = self.tables[step.table]
            raise unmet(step, {name: [columns[name][row] for row in broken] for name in naming(columns)})


def naming(columns: Iterable[str]) -> list[str]:
    """The columns of a table that say whose a row is; of a group, what it is grouped by first."""
    first, *_ = names = list(columns)
    return (
        [name for name in ("kind", "id") if name in names]
        if "id" in names
        else (["owner kind", "owner"] if "owner" in names else [first])
    )


def unmet(step: plan.Require, broken: Columns) -> Refused:
    """What is said of rows that do not meet a requirement, by the columns that name them: `department/A`."""
    kind = [step.table] if list(broken) == ["id"] else []
    whose = ("/".join(map(str, (*kind, *row))) for row in zip(*broken.values(), strict=True))
    return Refused(Problem(step.code, where=s, values={"about": step.about, "subject": s}) for s in whose)
