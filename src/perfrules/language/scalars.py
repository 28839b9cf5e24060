"""Scalars: what a plan computes row by row. Twelve kinds, closed; made by functions that simplify.

A column holds whole numbers, truth values or texts. A fact's column, and one that a join brought, may be
unknown in a row: `Known` asks whether it is not, and `Column` reads 0 (or no, or an empty text) there.
"""

from __future__ import annotations

from dataclasses import dataclass

Constant = int | bool | str


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: Constant


@dataclass(frozen=True, slots=True)
class Column:
    """The value of a column in this row; 0 where it is unknown."""

    name: str


@dataclass(frozen=True, slots=True)
class Known:
    """Whether the value of a column is known in this row."""

    name: str


@dataclass(frozen=True, slots=True)
class Add:
    """The sum of two whole numbers."""

    left: Scalar
    right: Scalar


@dataclass(frozen=True, slots=True)
class Subtract:
    """The difference of two whole numbers."""

    left: Scalar
    right: Scalar


@dataclass(frozen=True, slots=True)
class Multiply:
    """The product of two whole numbers."""

    left: Scalar
    right: Scalar


@dataclass(frozen=True, slots=True)
class DivFloor:
    """The greatest whole number not above left ÷ right; `right` is proved or chosen to be positive."""

    left: Scalar
    right: Scalar


@dataclass(frozen=True, slots=True)
class Compare:
    """`<`, `<=`, `>`, `>=`, `=` or `!=` of two whole numbers, or `=` or `!=` of two texts."""

    operator: str
    left: Scalar
    right: Scalar


@dataclass(frozen=True, slots=True)
class And:
    """Whether all parts are true."""

    parts: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Whether any part is true."""

    parts: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Whether a truth value is false."""

    operand: Scalar


@dataclass(frozen=True, slots=True)
class Choose:
    """One value where a condition is true, else the other."""

    condition: Scalar
    then: Scalar
    other: Scalar


Scalar = Literal | Column | Known | Add | Subtract | Multiply | DivFloor | Compare | And | Or | Not | Choose


TRUE, FALSE = Literal(True), Literal(False)
ZERO, ONE = Literal(0), Literal(1)
INVERSE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def add(left: Scalar, right: Scalar) -> Scalar:
    """`left + right`, simplified."""
    if isinstance(left, Literal) and isinstance(right, Literal):
        return Literal(_whole(left) + _whole(right))
    return right if left == ZERO else left if right == ZERO else Add(left, right)


def subtract(left: Scalar, right: Scalar) -> Scalar:
    """`left - right`, simplified."""
    if isinstance(left, Literal) and isinstance(right, Literal):
        return Literal(_whole(left) - _whole(right))
    return left if right == ZERO else Subtract(left, right)


def multiply(left: Scalar, right: Scalar) -> Scalar:
    """`left × right`, simplified."""
    if isinstance(left, Literal) and isinstance(right, Literal):
        return Literal(_whole(left) * _whole(right))
    if ZERO in (left, right):
        return ZERO
    return right if left == ONE else left if right == ONE else Multiply(left, right)


def div_floor(left: Scalar, right: Scalar) -> Scalar:
    """`left ÷ right` rounded down, simplified."""
    if isinstance(left, Literal) and isinstance(right, Literal):
        return Literal(_whole(left) // _whole(right))
    return left if right == ONE else DivFloor(left, right)


def compare(operator: str, left: Scalar, right: Scalar) -> Scalar:
    """A comparison, simplified."""
    if isinstance(left, Literal) and isinstance(right, Literal):
        return Literal(_compared(operator, left.value, right.value))
    return Compare(operator, left, right)


def _compared(operator: str, a: Constant, b: Constant) -> bool:
    if operator in ("=", "!="):
        return (a == b) == (operator == "=")
    return {"<": int(a) < int(b), "<=": int(a) <= int(b), ">": int(a) > int(b), ">=": int(a) >= int(b)}[operator]


def both(*parts: Scalar) -> Scalar:
    """Whether all parts are true, simplified."""
    return _joined(And, parts, TRUE, FALSE)


def either(*parts: Scalar) -> Scalar:
    """Whether any part is true, simplified."""
    return _joined(Or, parts, FALSE, TRUE)


def _joined(kind: type[And] | type[Or], parts: tuple[Scalar, ...], neutral: Literal, final: Literal) -> Scalar:
    flat: dict[Scalar, None] = {}
    for part in parts:
        for piece in part.parts if isinstance(part, kind) else (part,):
            if piece == final and isinstance(piece, Literal):
                return final
            if not (isinstance(piece, Literal) and piece == neutral):
                flat[piece] = None
    if not flat:
        return neutral
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


def negate(operand: Scalar) -> Scalar:
    """Whether a truth value is false, simplified."""
    match operand:
        case Literal():
            return Literal(not operand.value)
        case Not():
            return operand.operand
        case Compare():
            return Compare(INVERSE[operand.operator], operand.left, operand.right)
    return Not(operand)


def choose(condition: Scalar, then: Scalar, other: Scalar) -> Scalar:
    """One of two values, simplified."""
    if isinstance(condition, Literal):
        return then if condition.value else other
    return then if then == other else Choose(condition, then, other)


def _whole(literal: Literal) -> int:
    assert not isinstance(literal.value, str)
    return int(literal.value)
