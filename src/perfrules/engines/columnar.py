"""The columnar engine: a plan as lazy frames of Polars, one expression for each derived column.

Nothing is computed before it is asked for, and then only what the columns that are asked for depend on; rows stream
through, on all cores. Numbers are whole: 64 bits where the plan's bounds prove that they suffice, else 128.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

import polars as pl

from perfrules.core.facts import Facts
from perfrules.engines.columns import NOTHING, TEXT, TRUTH, WHOLE, WIDE, Translation, Typed, cast, widest
from perfrules.engines.frames import Frames, Held, stored
from perfrules.engines.record import Columns, Tables, naming, unmet
from perfrules.language import plan
from perfrules.language.bounds import Bounds, is_narrow
from perfrules.language.rebuild import inputs, rebuilt
from perfrules.language.scalars import Scalar
from perfrules.language.strata import Column, read_by

BROKEN_MAX = 1000  # rows that are named where a requirement is not met


def run(steps: plan.Plan, facts: Facts, period: int) -> Tables:
    """Every column of a plan over the facts of a period. Raises `Refused` where a requirement is not met."""
    execution = Execution(steps, Held(facts), period)
    execution.take()
    names = list(execution.tables)
    frames = execution.collected([execution.table(name).drop(execution.required, strict=False) for name in names])
    return {name: _lists(frame) for name, frame in zip(names, frames, strict=True)}


def _lists(frame: pl.DataFrame) -> Columns:
    columns: Columns = frame.to_dict(as_series=False)
    return columns


class Execution:
    """The tables of a plan while its steps are taken one after the other.

    A table is lazy until rows of others are brought into it: what is brought is held in memory then, with the columns
    that are still needed. Else the plan would grow with every path that leads back to a table.
    """

    def __init__(self, steps: plan.Plan, frames: Frames, period: int, wanted: Iterable[Column] | None = None) -> None:
        self.plan = steps
        self.frames = frames
        self.period = period
        self.tables: dict[str, pl.LazyFrame] = {}
        self.types: dict[str, dict[str, pl.DataType]] = {}
        self.unknown: dict[str, set[str]] = {}
        self.known: dict[str, frozenset[str]] = {}  # columns with which a table begins and that are never unknown
        self.waiting: dict[str, dict[str, Scalar]] = {}  # columns that are derived together, once they are asked for
        self.meant: dict[str, dict[str, Scalar]] = {}  # of each table, what its columns are derived from
        self.required: dict[str, plan.Require] = {}  # by the column that says where it is met
        self.watched = {step.table for step in steps.steps if isinstance(step, plan.Require)}
        self.naming: set[Column] = set()  # of tables that are watched, the columns that say whose a row is
        self.held: set[str] = set()
        self.wanted = None if wanted is None else set(wanted)  # None: every column
        self.last = {column: n for n, step in enumerate(steps.steps) for column in read_by(step)}
        self.taken = 0

    def take(self) -> None:
        """Take every step."""
        for number, step in enumerate(self.plan.steps):
            self.taken = number
            self.execute(step)

    def is_needed(self, table: str, column: str) -> bool:
        """Whether a column is asked for, or read by a step that is still to be taken."""
        asked = self.wanted is None or (table, column) in self.wanted or column in self.required
        return asked or (table, column) in self.naming or self.last.get((table, column), -1) >= self.taken

    def hold(self, table: str) -> None:
        """Have the rows of a table in memory from here on."""
        frame = self.table(table)
        if table not in self.held:
            names = [name for name in self.types[table] if self.is_needed(table, name)]
            self.tables[table] = frame.select(names).collect(engine="streaming").lazy()
            self.held.add(table)

    def execute(self, step: plan.Step) -> None:
        """Take one step."""
        match step:
            case plan.Read():
                self.read(step)
            case plan.Derive():
                scalar = rebuilt(step.scalar, self.known[step.table], {})
                self.meant[step.table][step.column] = self.waiting[step.table][step.column] = scalar
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

    def collected(self, frames: Sequence[pl.LazyFrame]) -> list[pl.DataFrame]:
        """Frames with their rows. Raises `Refused` where a requirement is not met."""
        self.check()
        return pl.collect_all(list(frames), engine="streaming")

    def check(self) -> None:
        """Raise `Refused` where a requirement is not met, for the first of them."""
        asked: dict[str, list[str]] = {}
        for column, step in self.required.items():
            asked.setdefault(step.table, []).append(column)
        checks = [self.table(table).select((~pl.col(c)).any() for c in columns) for table, columns in asked.items()]
        found = {c: row[c][0] for row in pl.collect_all(checks, engine="streaming") for c in row.columns}
        for column, step in self.required.items():
            if found[column]:
                named = naming(self.types[step.table])
                rows = self.table(step.table).filter(~pl.col(column)).select(named).head(BROKEN_MAX)
                raise unmet(step, _lists(rows.collect(engine="streaming").sort(named)))

    def table(self, name: str) -> pl.LazyFrame:
        """A table with all columns that were derived so far."""
        waiting = self.waiting[name]
        while waiting:
            ready = {c: s for c, s in waiting.items() if not any(i in waiting for i in inputs(s))}
            said = self._translation(name)
            made = {column: said.column(scalar) for column, scalar in ready.items()}
            self.tables[name] = self.tables[name].with_columns(t.expression.alias(c) for c, t in made.items())
            self.types[name] |= {column: typed.type for column, typed in made.items()}
            self.held.discard(name)
            for column in ready:
                del waiting[column]
        return self.tables[name]

    def translation(self, table: str) -> Translation:
        """How scalars over a table are said, with all columns that were derived so far."""
        self.table(table)
        return self._translation(table)

    def _translation(self, table: str) -> Translation:
        wide = self.plan.bits > 64
        bounds = Bounds(dict(self.plan.bounds[table])) if wide else None
        return Translation(self.types[table], frozenset(self.unknown[table]), bounds)

    def put(self, name: str, frame: pl.LazyFrame, types: dict[str, pl.DataType], unknown: Iterable[str] = ()) -> None:
        """A new table."""
        self.tables[name], self.types[name], self.unknown[name] = frame, types, set(unknown)
        self.known[name], self.waiting[name], self.meant[name] = frozenset(types) - self.unknown[name], {}, {}
        self.held.discard(name)
        if name in self.watched:
            self.naming.update((name, column) for column in naming(types))

    def read(self, step: plan.Read) -> None:
        last = self.period + step.offset
        periods = [p for p in self.frames.periods if p <= last] if step.years else [last]
        kind = self.frames.vocabulary.kinds.get(step.kind)  # what people decided is none
        facts = kind.columns if kind else {}
        frames = [self.said(step, period) for period in periods] or [self.said(step, last).clear()]
        frame = pl.concat(frames)
        schema = {} if facts else frame.collect_schema()
        types = {name: stored(facts[name]) if name in facts else schema[name] for name in step.facts}
        types |= {"id": TEXT, "parent": TEXT, "period": WHOLE} | {plan.loaded(asked): TRUTH for asked in step.asked}
        self.put(step.table, frame, types, set(step.facts) - self.frames.complete(step.kind))

    def said(self, step: plan.Read, period: int) -> pl.LazyFrame:
        marks = [pl.lit(self.frames.is_loaded(asked, period)).alias(plan.loaded(asked)) for asked in step.asked]
        frame = self.frames.frame(step.kind, period)
        return frame.select("id", "parent", "period", *step.facts).with_columns(marks)

    def stack(self, step: plan.Stack) -> None:
        parts: list[tuple[pl.LazyFrame, list[Typed]]] = []
        for part in step.parts:
            frame, said = self.table(part.source), self.translation(part.source)
            parts.append((frame.filter(said.truth(part.where)), [said.column(value) for value in part.values]))
        types = {name: widest(*(typed[i].type for _, typed in parts)) for i, name in enumerate(step.columns)}
        frames = [
            frame.with_columns(cast(t, types[n]).alias(n) for n, t in zip(step.columns, typed, strict=True))
            for frame, typed in parts
        ]
        rows = [frame.select(step.columns) for frame in frames] or [pl.LazyFrame(schema=types)]
        self.put(step.table, pl.concat(rows), types)
        self.hold(step.table)

    def join(self, step: plan.Join) -> None:
        self.hold(step.source)
        own, other = self.table(step.table), self.table(step.source)
        kinds, theirs = self.types[step.table], self.types[step.source]
        left = [cast(Typed(pl.col(k), kinds[k]), widest(kinds[k], theirs[o])) for k, o in step.on]
        right = [cast(Typed(pl.col(o), theirs[o]), widest(kinds[k], theirs[o])) for k, o in step.on]
        keys = [f"on {number}" for number in range(len(step.on))]
        brought = other.select(
            *(e.alias(k) for e, k in zip(right, keys, strict=True)), *(pl.col(o).alias(n) for n, o in step.columns)
        )
        marked = own.with_columns(e.alias(k) for e, k in zip(left, keys, strict=True))
        self.tables[step.table] = marked.join(brought, on=keys, how="left", nulls_equal=True).drop(keys)
        self.held.discard(step.table)
        kinds |= {new: theirs[old] for new, old in step.columns}
        self.unknown[step.table].update(new for new, _ in step.columns)

    def group(self, step: plan.Group) -> None:
        frame, kinds = self.table(step.source), self.types[step.source]
        types = {key: kinds[key] for key in step.keys}
        measures = []
        for new, function, old in step.measures:
            column = self.filled(step.source, old)
            types[new] = self.summed(step.table, new) if function == "sum" else widest(WHOLE, kinds[old])
            of = cast(column, types[new])
            made = of.sum() if function == "sum" else of.min() if function == "min" else of.max()
            measures.append(made.alias(new))
        if step.keys:
            grouped = frame.group_by(list(dict.fromkeys(step.keys))).agg(measures)
        else:
            grouped = frame.select(*measures, pl.len().alias("rows")).filter(pl.col("rows") > 0).drop("rows")
        self.put(step.table, grouped, types, {key for key in step.keys if key in self.unknown[step.source]})
        self.hold(step.table)

    def summed(self, table: str, column: str) -> pl.DataType:
        """The type of a sum: where it may be beyond 64 bits, a requirement says that it is not, and must see it."""
        interval = self.plan.bounds[table][column]
        return WHOLE if is_narrow((interval[0] - 1, interval[1] + 1)) else WIDE

    def filled(self, table: str, column: str) -> Typed:
        """A column in which what is unknown is nothing."""
        kind = self.types[table][column]
        return Typed(pl.col(column).fill_null(NOTHING[kind]), kind)

    def rank(self, step: plan.Rank) -> None:
        place = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
        self.ordered(step, place, WHOLE)

    def running_sum(self, step: plan.RunningSum) -> None:
        self.table(step.table)
        kind = self.summed(step.table, step.column)
        self.ordered(step, cast(self.filled(step.table, step.of), kind).cum_sum(), kind)

    def ordered(self, step: plan.Rank | plan.RunningSum, made: pl.Expr, kind: pl.DataType) -> None:
        """A column that is computed over the rows of each partition in their order."""
        frame = self.table(step.table)
        by = [self.filled(step.table, name).expression for name, _ in step.order]
        frame = frame.sort(by, descending=[descending for _, descending in step.order]) if by else frame
        over = made.over(step.partition) if step.partition else made
        self.tables[step.table] = frame.with_columns(over.alias(step.column))
        self.types[step.table][step.column] = kind
        self.held.discard(step.table)
        self.hold(step.table)

    def require(self, step: plan.Require) -> None:
        column = f"requirement {len(self.required)}"
        self.waiting[step.table][column] = step.scalar
        self.required[column] = step
