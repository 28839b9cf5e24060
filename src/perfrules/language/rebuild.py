"""Scalars read and rebuilt: which columns they read, and what they are once some of those are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from perfrules.language.scalars import (
    FALSE,
    TRUE,
    Add,
    And,
    Choose,
    Column,
    Compare,
    DivFloor,
    Known,
    Literal,
    Multiply,
    Not,
    Or,
    Scalar,
    Subtract,
    add,
    both,
    choose,
    compare,
    div_floor,
    either,
    multiply,
    negate,
    subtract,
)

NAMES_MAX = 4  # names within names that are looked into for opposites


def inputs(scalar: Scalar) -> list[str]:
    """The names of the columns that a scalar reads, each once, in the order in which they are met."""
    found: dict[str, None] = {}
    left = [scalar]
    while left:  # a calendar is a choice between some hundred days: calls within calls would take most of compiling
        match left.pop():
            case Literal():
                pass
            case Column(name=name) | Known(name=name):
                found[name] = None
            case And(parts=parts) | Or(parts=parts):
                left += reversed(parts)
            case Not(operand=operand):
                left.append(operand)
            case Choose(condition=condition, then=then, other=other):
                left += (other, then, condition)
            case pair:
                left += (pair.right, pair.left)
    return list(found)


def rebuilt(scalar: Scalar, known: frozenset[str], values: dict[str, Scalar]) -> Scalar:
    """The scalar where `known` columns can't be unknown and others are replaced, simplified once more."""

    def again(part: Scalar) -> Scalar:
        return rebuilt(part, known, values)

    match scalar:
        case Literal():
            return scalar
        case Column(name=name):
            return values.get(name, scalar)
        case Known(name=name):
            return TRUE if name in known else scalar
        case Add(left=left, right=right):
            return add(again(left), again(right))
        case Subtract(left=left, right=right):
            return subtract(again(left), again(right))
        case Multiply(left=left, right=right):
            return multiply(again(left), again(right))
        case DivFloor(left=left, right=right):
            return div_floor(again(left), again(right))
        case Compare(operator=operator, left=left, right=right):
            return compare(operator, again(left), again(right))
        case And(parts=parts):
            return both(*map(again, parts))
        case Or(parts=parts):
            return either(*map(again, parts))
        case Not(operand=operand):
            return negate(again(operand))
        case Choose(condition=condition, then=then, other=other):
            return choose(again(condition), again(then), again(other))
    assert_never(scalar)


def are_opposite(yes: Scalar, no: Scalar, meant: Mapping[str, Scalar], depth: int = 0) -> bool:
    """Whether one of two scalars is true exactly where the other is not, as far as De Morgan's laws tell; `meant` are
    columns that stand for a scalar."""
    if negate(yes) == no or negate(no) == yes:
        return True
    spelt = [meant.get(s.name, s) if isinstance(s, Column) else s for s in (yes, no)]
    if depth < NAMES_MAX and spelt != [yes, no]:
        return are_opposite(spelt[0], spelt[1], meant, depth + 1)
    if (isinstance(yes, And) and isinstance(no, Or)) or (isinstance(yes, Or) and isinstance(no, And)):
        pairs = zip(yes.parts, no.parts, strict=False)
        return len(yes.parts) == len(no.parts) and all(are_opposite(one, two, meant, depth) for one, two in pairs)
    return yes == TRUE and no == FALSE
