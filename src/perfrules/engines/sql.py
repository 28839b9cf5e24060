"""A plan in SQL: every step is part of one common table expression, built with sqlglot.

Steps that add columns to one table and do not read each other share one. Tables and columns have short names, as
databases cut long ones off, and most do not tell `A` from `a`; comments say what they are in the plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar, assert_never

from sqlglot import exp

from perfrules.engines.dialects import KINDS, TEXT, WHOLE, Expression, cast, commented, typed
from perfrules.engines.expressions import ROW, Chosen, Column, Writer, all_columns, below, from_part
from perfrules.engines.parts import Parts
from perfrules.language import plan, scalars
from perfrules.language.bounds import Interval
from perfrules.language.rebuild import inputs, rebuilt

OTHER = "o"  # what a joined table is called
TOGETHER = 64  # so many read the same part
T = TypeVar("T")
_FUNCTIONS = {"sum": exp.Sum, "min": exp.Min, "max": exp.Max}


@dataclass
class Relation:
    """A table of the plan as far as it is written: the name of what has its rows, and its columns."""

    name: str
    columns: dict[str, Column]
    keys: tuple[str, ...]  # the columns that its rows began with
    known: frozenset[str]  # the columns among them that are never null
    meant: dict[str, scalars.Scalar] = field(default_factory=dict)  # what columns that were derived are
    pending: dict[str, Expression] = field(default_factory=dict)  # columns that are not yet part of what has the name
    joins: list[Expression] = field(default_factory=list)


Source = Callable[[plan.Read], Chosen]  # what a table is read from


class Translation:
    """Writes the steps of a plan as common table expressions."""

    def __init__(
        self,
        parts: Parts,
        bits: int,
        source: Source,
        bounds: Mapping[str, Mapping[str, Interval]] | None = None,
    ) -> None:
        self.parts, self.dialect, self.bits, self.source, self.bounds = parts, parts.dialect, bits, source, bounds or {}
        self.relations: dict[str, Relation] = {}
        self.guards: list[Expression] = []  # without which no row of a table is given from here on

    def add(self, step: plan.Step) -> None:
        """Write a step; of `Require`, there is nothing to write (see `broken`)."""
        match step:
            case plan.Read():
                self._read(step)
            case plan.Derive(table=table, column=name, scalar=scalar):
                meant = rebuilt(scalar, self.relations[table].known, {})
                self.relations[table].meant[name] = meant
                said = self.writer(table, inputs(meant)).write(meant)
                self.extend(table, name, said.sql, said.kind)
            case plan.Stack():
                self._stack(step)
            case plan.Join():
                self._join(step)
            case plan.Group():
                self._group(step)
            case plan.Rank(table=table, column=name):
                place = self._window(exp.RowNumber(), table, step.partition, step.order)
                self.extend(table, name, cast(place, self.dialect.type_of(WHOLE, self.bits)), WHOLE)
            case plan.RunningSum(table=table, column=name, of=of):
                self._written(table, [of, *step.partition, *(key for key, _ in step.order)])
                total = exp.Sum(this=self._wide(table, of))
                frame = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")
                self.extend(table, name, self._window(total, table, step.partition, step.order, frame), WHOLE)
            case plan.Require():
                pass
            case _:
                assert_never(step)

    # tables

    def _read(self, step: plan.Read) -> None:
        query, cells, unknown = self.source(step)
        columns = {name: Column(f"c{n}", c.kind, name in unknown) for n, (name, c) in enumerate(cells.items(), 1)}
        fields = [self._alias(cell.sql, columns[name].name, name) for name, cell in cells.items()]
        self._begin(step.table, columns, ("period", "id"), query.select(*fields, copy=False))

    def _stack(self, step: plan.Stack) -> None:
        kinds = [self._widest(step, n) for n in range(len(step.columns))]
        columns = {
            name: Column(f"c{n}", kind) for n, (name, kind) in enumerate(zip(step.columns, kinds, strict=True), 1)
        }
        queries: list[Expression] = []
        for part, rows in self.apart((part.source, part) for part in step.parts):
            read = [name for scalar in (part.where, *part.values) for name in inputs(scalar)]
            writer = self.writer(part.source, read)
            cells = [writer.write(value, kind).sql for value, kind in zip(part.values, kinds, strict=True)]
            fields = [self._alias(c, columns[n].name, n) for c, n in zip(cells, step.columns, strict=True)]
            queries.append(rows().select(*fields, copy=False).where(writer.condition(part.where), copy=False))
        if not queries:
            types = {name: self.dialect.type_of(c.kind, self.bits) for name, c in columns.items()}
            empty = [self._alias(cast(exp.null(), types[n]), c.name, n) for n, c in columns.items()]
            queries = [exp.select(*empty).where(exp.false(), copy=False)]
        self._begin(step.table, columns, step.columns, below(queries))

    def _widest(self, step: plan.Stack, place: int) -> str:
        """The kind of a stack's column: one that every part's value can be said as."""
        found = [self.writer(part.source, ()).write(part.values[place]).kind for part in step.parts]
        return max(found, key=KINDS.index, default=WHOLE)

    def _group(self, step: plan.Group) -> None:
        source = self._written(step.source, [*step.keys, *(old for _, _, old in step.measures)])
        names = list(dict.fromkeys(step.keys))  # the jurisdiction may be what rows are grouped by, too
        columns = {
            k: Column(f"c{n}", source.columns[k].kind, source.columns[k].unknown) for n, k in enumerate(names, 1)
        }
        keys = [source.columns[key].of(ROW) for key in names]
        fields = [self._alias(key.copy(), columns[name].name, name) for key, name in zip(keys, names, strict=True)]
        for new, function, old in step.measures:
            columns[new] = Column(f"c{len(columns) + 1}", WHOLE)
            fields.append(self._alias(_FUNCTIONS[function](this=self._wide(step.source, old)), columns[new].name, new))
        query = self.from_rows(step.source).select(*fields, copy=False).group_by(*keys, copy=False)
        self._begin(step.table, columns, step.keys, query)

    def _begin(self, table: str, columns: dict[str, Column], keys: tuple[str, ...], query: Expression) -> None:
        known = frozenset(name for name, column in columns.items() if not column.unknown)
        self.relations[table] = Relation(self.parts.add(query), columns, keys, known)

    # columns

    def _join(self, step: plan.Join) -> None:
        other = self._written(step.source, [name for pair in (step.on, step.columns) for _, name in pair])
        own = self._written(step.table, [name for name, _ in step.on])
        joined = f"{OTHER}{len(own.joins) + 1}"
        pairs = [self._same(own.columns[a], other.columns[b], joined) for a, b in step.on]
        on = exp.and_(*pairs, copy=False) if pairs else exp.true()
        own.joins.append(exp.Join(this=exp.to_table(other.name).as_(joined), side="LEFT", on=on))
        for new, old in step.columns:
            self.extend(step.table, new, other.columns[old].of(joined), other.columns[old].kind, unknown=True)

    def _same(self, own: Column, other: Column, joined: str) -> Expression:
        """Whether two keys are the same; what is unknown is the same as what is unknown."""
        a, b = own.of(ROW), other.of(joined)
        if own.kind != other.kind:
            a, b = (cast(side, self.dialect.type_of(TEXT)) for side in (a, b))  # one of both has no rows
        alike = exp.EQ(this=a, expression=b)
        if own.unknown and other.unknown:
            neither = exp.and_(
                exp.Is(this=a.copy(), expression=exp.null()), exp.Is(this=b.copy(), expression=exp.null())
            )
            return exp.paren(exp.or_(alike, neither))
        return alike

    def _window(
        self,
        function: Expression,
        table: str,
        partition: Iterable[str],
        order: Iterable[tuple[str, bool]],
        frame: Expression | None = None,
    ) -> Expression:
        columns = self._written(table, [*partition, *(name for name, _ in order)]).columns
        ordered = [self._ordered(columns[name], descending) for name, descending in order]
        return exp.Window(
            this=function,
            partition_by=[columns[name].of(ROW) for name in partition],
            order=exp.Order(expressions=ordered) if ordered else None,
            spec=frame,
        )

    def _ordered(self, column: Column, descending: bool) -> Expression:
        key = column.read(ROW)
        return exp.Ordered(this=self.dialect.compared(key) if column.kind == TEXT else key, desc=descending)

    def _wide(self, table: str, name: str) -> Expression:
        """A column as a number that can be added up without end."""
        number = self.writer(table, [name]).write(scalars.Column(name), WHOLE)
        return cast(number.sql, typed(self.dialect.wide))

    # writing

    def writer(self, table: str, read: Iterable[str]) -> Writer:
        """What writes scalars that read some columns of a table."""
        return Writer(self.dialect, self.bits, self._written(table, read).columns, self.bounds.get(table, {}))

    def _written(self, table: str, names: Iterable[str]) -> Relation:
        """A table in which columns are there to be read."""
        relation = self.relations[table]
        if not relation.pending.keys().isdisjoint(names):
            self.write(table)
        return relation

    def write(self, table: str) -> None:
        """Make the columns that a table got part of a common table expression."""
        relation = self.relations[table]
        if relation.pending:
            query = self.from_rows(table).select(all_columns(), *relation.pending.values(), copy=False)
            query.set("joins", relation.joins)
            relation.pending, relation.joins = {}, []
            relation.name = self.parts.add(query)

    def apart(self, readers: Iterable[tuple[str, T]]) -> Iterator[tuple[T, Callable[[], Expression]]]:
        """What reads few columns of a table each, with what gives a query of its rows. Where they are many, it is of a
        part without the columns of most others: a database looks at all that a part has for each that reads it."""
        of: defaultdict[str, list[T]] = defaultdict(list)
        for table, reader in readers:
            of[table].append(reader)
        for table, own in of.items():
            rows = partial(self.from_rows, table)
            for n, reader in enumerate(own):
                if len(own) > TOGETHER and n % TOGETHER == 0:
                    self.write(table)
                    rows = partial(
                        self.from_part, self.parts.add(self.from_rows(table).select(all_columns(), copy=False))
                    )
                yield reader, rows

    def extend(self, table: str, name: str, expression: Expression, kind: str, *, unknown: bool = False) -> None:
        """A column of a table, by its name in the plan."""
        relation = self.relations[table]
        column = Column(f"c{len(relation.columns) + 1}", kind, unknown)
        relation.columns[name] = column
        relation.pending[name] = self._alias(expression, column.name, name)

    def from_rows(self, table: str) -> Expression:
        """A query of the rows of a table, which chooses no columns yet."""
        return self.from_part(self.relations[table].name)

    def from_part(self, name: str) -> Expression:
        """The same of a part that has a table's rows."""
        return from_part(exp.Select().where(*self.guards), name)

    def _alias(self, expression: Expression, name: str, meant: str) -> Expression:
        alias = exp.alias_(expression, name, copy=False)
        if name != meant:
            alias.add_comments([commented(meant)])
        return alias

    def broken(self, step: plan.Require, named: Iterable[str]) -> Expression:
        """The rows that do not meet a requirement, by those columns that say whose they are."""
        writer = self.writer(step.table, [*inputs(step.scalar), *named])
        fields = [writer.columns[name].of(ROW) for name in named]
        unmet = exp.Not(this=exp.paren(writer.condition(step.scalar)))
        return self.from_rows(step.table).select(*fields, copy=False).where(unmet, copy=False)

    def rows(self, table: str) -> Expression:
        """Every column of a table, in the order in which its rows began."""
        self.write(table)
        relation = self.relations[table]
        keys = [self._ordered(relation.columns[key], False) for key in relation.keys]
        query = self.from_rows(table).select(*(column.of(ROW) for column in relation.columns.values()), copy=False)
        return query.order_by(*keys, copy=False) if keys else query
