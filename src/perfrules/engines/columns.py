"""Scalars as expressions over columns of Polars: whole numbers that never wrap, truth values, texts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import NamedTuple, assert_never

import polars as pl

from perfrules.language import scalars
from perfrules.language.bounds import Bounds, is_narrow
from perfrules.language.scalars import Scalar

Types = Mapping[str, pl.DataType]
WHOLE, WIDE, TRUTH, TEXT = pl.Int64(), pl.Int128(), pl.Boolean(), pl.String()
NOTHING = {WHOLE: pl.lit(0, WHOLE), WIDE: pl.lit(0, WIDE), TRUTH: pl.lit(False), TEXT: pl.lit("")}


class Typed(NamedTuple):
    """An expression, and the type of what it gives."""

    expression: pl.Expr
    type: pl.DataType


def cast(typed: Typed, wanted: pl.DataType) -> pl.Expr:
    """An expression as another type. What does not fit becomes null; a requirement has then failed."""
    if typed.type == wanted:
        return typed.expression
    if wanted == TEXT:  # what is not known reads as 0 everywhere, and as a text that is empty
        return NOTHING[TEXT]
    return typed.expression.cast(wanted, strict=False)


def widest(*types: pl.DataType) -> pl.DataType:
    """The type that holds values of all of them; where there are none, that of whole numbers."""
    return max(types, key=(TRUTH, WHOLE, WIDE, TEXT).index, default=WHOLE)


class Translation:
    """Scalars over the columns of a table; `bounds` are given where some terms need more than 64 bits."""

    def __init__(self, types: Types, unknown: frozenset[str], bounds: Bounds | None) -> None:
        self.types = types
        self.unknown = unknown
        self.bounds = bounds

    def column(self, scalar: Scalar) -> Typed:
        """A scalar as it is kept in a column: no wider than it has to be."""
        found = self.typed(scalar)
        if found.type == WIDE and (self.bounds is None or is_narrow(self.bounds.interval(scalar))):
            return Typed(found.expression.cast(WHOLE, strict=False), WHOLE)
        return found

    def truth(self, scalar: Scalar) -> pl.Expr:
        """A condition."""
        return cast(self.typed(scalar), TRUTH)

    def typed(self, scalar: Scalar) -> Typed:
        """A scalar with its type."""
        match scalar:
            case scalars.Literal(value=value):
                return _literal(value)
            case scalars.Column(name=name):
                kind = self.types[name]
                column = pl.col(name)
                return Typed(column.fill_null(NOTHING[kind]) if name in self.unknown else column, kind)
            case scalars.Known(name=name):
                return Typed(pl.col(name).is_not_null() if name in self.unknown else pl.lit(True), TRUTH)
            case scalars.And(parts=parts):
                return Typed(reduce(and_, map(self.truth, parts)), TRUTH)
            case scalars.Or(parts=parts):
                return Typed(reduce(or_, map(self.truth, parts)), TRUTH)
            case scalars.Not(operand=operand):
                return Typed(~self.truth(operand), TRUTH)
            case scalars.Compare():
                return Typed(self.compared(scalar), TRUTH)
            case scalars.Choose():
                return self.chosen(scalar)
            case scalars.Add() | scalars.Subtract() | scalars.Multiply() | scalars.DivFloor():
                return self.computed(scalar)
        assert_never(scalar)

    def compared(self, scalar: scalars.Compare) -> pl.Expr:
        left, right = self.typed(scalar.left), self.typed(scalar.right)
        if left.type == TRUTH and scalar.right in (scalars.ZERO, scalars.ONE) and scalar.operator in ("=", "!="):
            return left.expression if (scalar.right == scalars.ONE) == (scalar.operator == "=") else ~left.expression
        kind = widest(left.type, right.type)
        a, b = cast(left, kind), cast(right, kind)
        match scalar.operator:
            case "=":
                return a == b
            case "!=":
                return a != b
            case "<":
                return a < b
            case "<=":
                return a <= b
            case ">":
                return a > b
        return a >= b

    def chosen(self, scalar: scalars.Choose) -> Typed:
        then, other = self.typed(scalar.then), self.typed(scalar.other)
        kind = widest(then.type, other.type)
        made = pl.when(self.truth(scalar.condition)).then(cast(then, kind)).otherwise(cast(other, kind))
        return Typed(made, kind)

    def computed(self, scalar: scalars.Add | scalars.Subtract | scalars.Multiply | scalars.DivFloor) -> Typed:
        left, right = self.typed(scalar.left), self.typed(scalar.right)
        wide = self.bounds is not None and not is_narrow(self.bounds.interval(scalar))
        kind = WIDE if wide else widest(WHOLE, left.type, right.type)
        a, b = cast(left, kind), cast(right, kind)
        match scalar:
            case scalars.Add():
                return Typed(a + b, kind)
            case scalars.Subtract():
                return Typed(a - b, kind)
            case scalars.Multiply():
                return Typed(a * b, kind)
        return Typed(a // b, kind)


def _literal(value: scalars.Constant) -> Typed:
    if isinstance(value, bool):
        return Typed(pl.lit(value), TRUTH)
    if isinstance(value, str):
        return Typed(pl.lit(value), TEXT)
    kind = WHOLE if is_narrow((value, value)) else WIDE
    return Typed(pl.lit(value, kind), kind)
