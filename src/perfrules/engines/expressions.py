"""Scalars of a plan as expressions of SQL. None of them is ever null: what is not known reads as 0, no, or no text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import NamedTuple, assert_never

from sqlglot import exp

from perfrules.engines.dialects import KINDS, TEXT, TRUTH, WHOLE, Dialect, Division, Expression, cast
from perfrules.language import scalars
from perfrules.language.bounds import Bounds, Interval, is_narrow
from perfrules.language.scalars import Scalar

ROW = "r"  # what the table is called whose rows are computed
ZEROS: Mapping[str, Expression] = {
    TRUTH: exp.false(),
    WHOLE: exp.Literal.number(0),
    TEXT: exp.Literal.string(""),
}
ALONE = (exp.Column, exp.Literal, exp.Func, exp.Paren, exp.Boolean)
_COMPARISONS = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table in SQL: what it is called there, what it holds, whether it may be null."""

    name: str
    kind: str
    unknown: bool = False

    def of(self, table: str) -> Expression:
        """The column as it stands, perhaps null."""
        return exp.column(self.name, table)

    def read(self, table: str) -> Expression:
        """The column, with 0, no, or no text where it is null."""
        plain = self.of(table)
        return exp.Coalesce(this=plain, expressions=[ZEROS[self.kind].copy()]) if self.unknown else plain


@dataclass(frozen=True, slots=True)
class Said:
    """An expression, and what kind of value it has; `bare` where it is a number without a type of its own."""

    sql: Expression
    kind: str
    bare: bool = False


class Chosen(NamedTuple):
    """The rows that a step reads: a query that chooses them, by name in the plan what each column is read as, whole
    numbers as wide as the plan's, and the names of those that may be null."""

    query: Expression
    cells: Mapping[str, Said]
    unknown: Collection[str]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes scalars over the columns of a table, in a dialect, with whole numbers of so many bits."""

    dialect: Dialect
    bits: int
    columns: Mapping[str, Column]
    bounds: Mapping[str, Interval] = field(default_factory=dict)  # of each column, where they are known
    assumed: Mapping[Scalar, Interval] = field(default_factory=dict)  # of numbers whose sign was asked

    def write(self, scalar: Scalar, kind: str = "") -> Said:
        """The expression of a scalar, with a type; as another `kind` where that is wanted."""
        said = self._said(scalar)
        if kind:
            said = self._as(said, kind)
        return replace(said, sql=cast(said.sql, self.dialect.type_of(said.kind, self.bits))) if said.bare else said

    def condition(self, scalar: Scalar) -> Expression:
        """A truth value."""
        return self._as(self._said(scalar), TRUTH).sql

    def _said(self, scalar: Scalar) -> Said:
        match scalar:
            case scalars.Literal(value=value):
                return _constant(value)
            case scalars.Column(name=name):
                column = self.columns[name]
                return Said(column.read(ROW), column.kind)
            case scalars.Known(name=name):
                column = self.columns[name]
                known = exp.Not(this=exp.Is(this=column.of(ROW), expression=exp.null()))
                return Said(known if column.unknown else exp.true(), TRUTH)
            case scalars.Add(left=left, right=right):
                return Said(exp.Add(this=self._whole(left), expression=self._whole(right)), WHOLE)
            case scalars.Subtract(left=left, right=right):
                return Said(exp.Sub(this=self._whole(left), expression=self._whole(right)), WHOLE)
            case scalars.Multiply(left=left, right=right):
                return Said(exp.Mul(this=self._whole(left), expression=self._whole(right)), WHOLE)
            case scalars.DivFloor(left=left, right=right):
                return Said(self._divided(scalar), WHOLE)
            case scalars.Compare(operator=operator, left=left, right=right):
                return self._compared(operator, left, right)
            case scalars.And(parts=parts):
                return Said(exp.and_(*self._together(parts), copy=False, wrap=False), TRUTH)
            case scalars.Or(parts=parts):
                return Said(exp.or_(*(grouped(self.condition(part)) for part in parts), copy=False, wrap=False), TRUTH)
            case scalars.Not(operand=operand):
                return Said(exp.Not(this=grouped(self.condition(operand))), TRUTH)
            case scalars.Choose(condition=condition, then=then, other=other):
                return self._chosen(condition, then, other)
        assert_never(scalar)

    def _known(self) -> Bounds:
        """What is known of numbers where this writes."""
        return Bounds(dict(self.bounds), assumed=self.assumed)

    def _divided(self, scalar: scalars.DivFloor) -> Expression:
        """A quotient, with what is known of it beforehand."""
        left, right = self._whole(scalar.left), self._whole(scalar.right)
        if not self.bounds:
            return self.dialect.div_floor(Division(left, right, self.bits, is_natural=False))
        known = self._known()
        bits = 64 if is_narrow(known.interval(scalar)) else self.bits
        return self.dialect.div_floor(Division(left, right, bits, is_natural=known.interval(scalar.left)[0] >= 0))

    def _together(self, parts: Iterable[Scalar]) -> Iterator[Expression]:
        """Conditions that must all be true. Beside one that says that a column is known it is read as it stands: where
        it is null, the whole is false, whatever the others are."""
        known = {part.name for part in parts if isinstance(part, scalars.Known)}
        sure = {name: replace(self.columns[name], unknown=False) for name in known}
        among = replace(self, columns={**self.columns, **sure}) if sure else self
        for part in parts:
            yield grouped((self if isinstance(part, scalars.Known) else among).condition(part))

    def _whole(self, scalar: Scalar) -> Expression:
        """An operand of arithmetic."""
        return grouped(self._as(self._said(scalar), WHOLE).sql)

    def _compared(self, operator: str, left: Scalar, right: Scalar) -> Said:
        a, b = self._said(left), self._said(right)
        kind = max(a.kind, b.kind, key=KINDS.index)
        if operator not in ("=", "!="):
            kind = max(kind, WHOLE, key=KINDS.index)
        sides = (grouped(self._as(one, kind).sql) for one in (a, b))
        return Said(_COMPARISONS[operator](**dict(zip(("this", "expression"), sides, strict=True))), TRUTH)

    def _chosen(self, condition: Scalar, then: Scalar, other: Scalar) -> Said:
        below, rest = self._sides(condition)
        a, b = below._said(then), rest._said(other)
        kind = max(a.kind, b.kind, key=KINDS.index)
        met = exp.If(this=self.condition(condition), true=self._as(a, kind).sql)
        chosen = exp.Case(ifs=[met], default=self._as(b, kind).sql)
        if kind == WHOLE and a.bare and b.bare:
            return Said(cast(chosen, self.dialect.type_of(WHOLE, self.bits)), WHOLE)
        return Said(chosen, kind)

    def _sides(self, condition: Scalar) -> tuple[Writer, Writer]:
        """What writes what is chosen where a condition is met, and where not: each knows a sign that was asked."""
        match condition:
            case scalars.Compare(operator="<", left=number, right=scalars.Literal(value=0)) if self.bounds:
                least, most = self._known().interval(number)
                halves = (min(least, -1), min(most, -1)), (max(least, 0), max(most, 0))
                below, rest = (replace(self, assumed={**self.assumed, number: half}) for half in halves)
                return below, rest
        return self, self

    def _as(self, said: Said, kind: str) -> Said:
        """A value as one of another kind: yes is 1, and what is not 0 is yes."""
        match said.kind, kind:
            case (a, b) if a == b:
                return said
            case _, "truth":
                return Said(exp.NEQ(this=grouped(said.sql), expression=ZEROS[said.kind].copy()), TRUTH)
            case "truth", "whole":
                one, none = exp.Literal.number(1), exp.Literal.number(0)
                chosen = exp.Case(ifs=[exp.If(this=said.sql, true=one)], default=none)
                return Said(cast(chosen, self.dialect.type_of(WHOLE, self.bits)), WHOLE)
            case _:
                return Said(cast(self._as(said, WHOLE).sql, self.dialect.type_of(TEXT)), TEXT)


def grouped(expression: Expression) -> Expression:
    """An expression that can stand beside any operator."""
    is_alone = isinstance(expression, ALONE) and not isinstance(expression, exp.Connector)  # a function in sqlglot
    return expression if is_alone else exp.paren(expression, copy=False)


def all_columns() -> Expression:
    """All columns of the rows of a query."""
    return exp.Column(this=exp.Star(), table=exp.to_identifier(ROW))


def from_part(query: Expression, name: str) -> Expression:
    """A query of the rows of a part, or of a table."""
    return query.from_(exp.to_table(name).as_(ROW), copy=False)


def below(queries: Sequence[Expression]) -> Expression:
    """The rows of several queries."""
    return reduce(lambda one, other: exp.Union(this=one, expression=other, distinct=False), queries)


def _constant(value: scalars.Constant) -> Said:
    if isinstance(value, bool):
        return Said(exp.true() if value else exp.false(), TRUTH)
    if isinstance(value, str):
        return Said(exp.Literal.string(value), TEXT)
    return Said(exp.Literal.number(str(value)), WHOLE, bare=True)
