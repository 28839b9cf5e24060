"""Values of other rows: brought by joins to the row that asks, unknown where there is no such row."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from perfrules.language import nodes, scalars
from perfrules.language.builder import Builder
from perfrules.language.rails import Condition, Rational, Value, Word
from perfrules.language.scalars import Scalar

if TYPE_CHECKING:
    from perfrules.language.lower import Lowering

On = tuple[tuple[str, str], ...]  # own column, column of the other table


def brought(builder: Builder, table: str, source: str, on: On, value: Value) -> Value:
    """A value of another table's row, where all of `on` are equal."""
    there = scalars.Known(builder.join(table, source, on, "id").name)

    def column(scalar: Scalar) -> Scalar:
        if isinstance(scalar, scalars.Literal):
            return scalar
        if isinstance(scalar, scalars.Known):
            return scalars.Known(builder.join(table, source, on, scalar.name).name)
        bound = builder.bind(source, "brought", scalar)
        return builder.join(table, source, on, bound.name) if isinstance(bound, scalars.Column) else bound

    match value:
        case Rational():
            high = None if value.high is None else column(value.high)
            known = scalars.both(there, column(value.defined))
            return Rational(value.scale, column(value.low), column(value.den), known, high)
        case Condition():
            return Condition(scalars.both(there, column(value.holds)), scalars.both(there, column(value.fails)))
        case Word():
            return Word(column(value.text), scalars.both(there, column(value.defined)))
    assert_never(value)


def prior_or_next(own: Lowering, node: nodes.Call, steps: int) -> Value:
    """What an expression is for the same subject in another period, or for another row of its history."""
    kind, builder, table = own.scope.kind, own.builder, own.table
    if kind.in_order_of:
        place = place_in_history(own)
        there = builder.bind(table, "place there", scalars.add(place, scalars.Literal(steps)))
        value = own.bind(own.value(node.arguments[0]), "there")
        assert isinstance(there, scalars.Column)
        on = (("parent", "parent"), ("period", "period"), (there.name, place.name))
        return brought(builder, table, table, on, value)
    if own.years:
        there = builder.bind(table, "period there", scalars.add(scalars.Column("period"), scalars.Literal(steps)))
        # `next` may leave the years up to here
        later = own if steps < 0 else own.of(kind, own.offset + steps, years=True)
        value = later.bind(later.value(node.arguments[0]), "there")
        assert isinstance(there, scalars.Column)
        return brought(builder, table, later.table, (("id", "id"), (there.name, "period")), value)
    other = own.of(kind, own.offset + steps)
    value = other.bind(other.value(node.arguments[0]), "there")
    return brought(builder, table, other.table, (("id", "id"),), value)


def place_in_history(own: Lowering) -> scalars.Column:
    """The place of each row of an ordered kind among those that belong to the same."""
    kind = own.scope.kind
    own.builder.fact(own.table, kind.columns[kind.in_order_of])
    return own.builder.rank(
        own.table, "place in history", ("parent", "period"), ((kind.in_order_of, False), ("id", False))
    )
