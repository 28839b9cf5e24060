"""Axes: what the values of an expression can be: its step, its bounds, and as what it is linear in something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import wraps
from math import gcd, lcm
from typing import TypeVar

from perfrules.core.vocabulary import Fact
from perfrules.language import nodes
from perfrules.language.nodes import Literal, Name, Node
from perfrules.language.scope import Scope, symbol_fact

Ends = tuple[Fraction | None, Fraction | None]
NOWHERE: Ends = (None, None)
ZERO = Fraction(0)
KEPT_MAX = 10_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Linear:
    """`factor × of + offset`; without `of` a constant."""

    factor: Fraction
    of: Node | None
    offset: Fraction


def behind_name(node: Node, scope: Scope) -> Node:
    """The formula that a name of `names:` stands for, the constant of a parameter; an output of a table is itself."""
    while isinstance(node, Name) and node.symbol is not None:
        if node.symbol.role == "parameter":
            return scope.parameters[node.symbol.name].literal
        if node.symbol.role != "definition" or node.symbol.path or is_output(node, scope):
            break  # the formula of an ancestor's name reads the ancestor's facts
        node = scope.definitions[node.symbol.name][0]
    return node


def is_output(node: Node, scope: Scope) -> bool:
    """Whether a node names an output of a table, of the rows judged here."""
    symbol = node.symbol if isinstance(node, Name) else None
    return (
        symbol is not None
        and symbol.role == "definition"
        and not symbol.path
        and (scope.kind.name, symbol.name) in scope.tables
    )


def _once(function: Callable[[Node, Scope], T]) -> Callable[[Node, Scope], T]:
    """The function behind names, computed once for each node: names within names would double the work."""
    kept: dict[tuple[int, int], tuple[Node, Scope, T]] = {}  # both are kept, so that no id comes back

    @wraps(function)
    def found(node: Node, scope: Scope) -> T:
        node = behind_name(node, scope)
        key = id(node), id(scope)
        known = kept.get(key)
        if known is None:
            value = function(node, scope)
            if len(kept) >= KEPT_MAX:
                kept.clear()
            known = kept[key] = (node, scope, value)
        return known[2]

    return found


@_once
def linear(node: Node, scope: Scope) -> Linear:
    """A number as a multiple of one thing and a constant; what is not linear in anything is itself that thing."""
    itself = Linear(Fraction(1), node, ZERO)
    match node:
        case Literal():
            return Linear(ZERO, None, node.value) if isinstance(node.value, Fraction) else itself
        case nodes.Unary(operator="-"):
            found = linear(node.operand, scope)
            return Linear(-found.factor, found.of, -found.offset)
        case nodes.Arithmetic():
            left, right = linear(node.left, scope), linear(node.right, scope)
            return _combined(node.operator, left, right) or itself
        case nodes.Call(function="add_days", arguments=(start, days)):
            return summed(linear(start, scope), linear(days, scope)) or itself
    return itself


def _combined(operator: str, left: Linear, right: Linear) -> Linear | None:
    if operator in "+-":
        if operator == "-":
            right = Linear(-right.factor, right.of, -right.offset)
        return summed(left, right)
    if operator == "*" and left.of is None:
        left, right = right, left
    if right.of is not None or (operator == "/" and not right.offset):
        return None
    by = right.offset if operator == "*" else 1 / right.offset
    return Linear(left.factor * by, left.of if by else None, left.offset * by)


def summed(left: Linear, right: Linear) -> Linear | None:
    """The sum; None where it is of two different things."""
    if left.of is not None and right.of is not None and left.of != right.of:
        return None
    factor = left.factor + right.factor
    of = left.of if left.of is not None else right.of
    return Linear(factor, of if factor else None, left.offset + right.offset)


def fact_of(node: Node, scope: Scope) -> Fact | None:
    """The fact that a name reads."""
    if isinstance(node, Name) and node.symbol is not None and node.symbol.role in ("fact", "opening"):
        return symbol_fact(scope.vocabulary, scope.kind.name, node.symbol)
    return None


@_once
def step(node: Node, scope: Scope) -> Fraction | None:
    """Of what all values are whole multiples; None where nothing is known."""
    fact = fact_of(node, scope)
    if fact is not None:
        return Fraction(1, 10**fact.places)
    match node:
        case Literal(value=Fraction() as value):
            return abs(value) or Fraction(1)
        case Name():
            return Fraction(1) if node.symbol is not None and node.symbol.role == "clock" else None
        case nodes.Unary(operator="-"):
            return step(node.operand, scope)
        case nodes.Arithmetic(operator="+" | "-"):
            return _shared(step(node.left, scope), step(node.right, scope))
        case nodes.Call(function="min" | "max" | "abs" | "add_days"):
            found = step(node.arguments[0], scope)
            for argument in node.arguments[1:]:
                found = _shared(found, step(argument, scope))
            return found
        case nodes.Call(function="round" | "floor" | "ceil" | "truncate"):
            return step(node.arguments[1], scope)
        case nodes.Call(function="count") | nodes.Aggregate(function="count" | "streak" | "rank"):
            return Fraction(1)
        case nodes.Choose():
            return _shared(step(node.then, scope), step(node.other, scope))
    return None


def _shared(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    if one is None or other is None:
        return None
    under = lcm(one.denominator, other.denominator)
    return Fraction(gcd(int(one * under), int(other * under)), under)


@_once
def ends(node: Node, scope: Scope) -> Ends:
    """Between which numbers all values lie; None where nothing is known."""
    fact = fact_of(node, scope)
    if fact is not None:
        least, most = fact.bounds
        return Fraction(least, 10**fact.places), Fraction(most, 10**fact.places)
    match node:
        case Literal(value=Fraction() as value):
            return value, value
        case Name():
            clock = node.symbol is not None and node.symbol.role == "clock"
            return (Fraction(1), None) if clock else _output(node, scope)
        case nodes.Unary(operator="-"):
            return _mirrored(ends(node.operand, scope))
        case nodes.Arithmetic():
            return _arithmetic(node.operator, ends(node.left, scope), ends(node.right, scope))
        case nodes.Call(function="add_days", arguments=(start, days)):
            return _arithmetic("+", ends(start, scope), ends(days, scope))
        case nodes.Call(function="abs") | nodes.Aggregate(function="count" | "streak"):
            return ZERO, None
        case nodes.Call(function="count"):
            return ZERO, Fraction(len(node.arguments))
        case nodes.Aggregate(function="rank"):
            return Fraction(1), None
        case nodes.Call(function="min" | "max"):
            return _extreme(node.function, [ends(a, scope) for a in node.arguments])
        case nodes.Call(function="round" | "floor" | "ceil" | "truncate"):
            low, high = ends(node.arguments[0], scope)  # rounded, zero stays zero
            return ZERO if low is not None and low >= 0 else None, ZERO if high is not None and high <= 0 else None
        case nodes.Choose():
            both = [ends(node.then, scope), ends(node.other, scope)]
            return _least(both), _most(both)
    return NOWHERE


def _output(node: Name, scope: Scope) -> Ends:
    """Of an output of a table the least and the greatest that a row gives."""
    if not is_output(node, scope) or node.symbol is None:
        return NOWHERE
    rows = nodes.branches(scope.definitions[node.symbol.name][0])
    every = [ends(row.then, scope) for row in rows]
    return (_least(every), _most(every)) if every else NOWHERE


def _extreme(function: str, every: list[Ends]) -> Ends:
    """The least is not above any one, the greatest not below any."""
    if function == "max":
        return _mirrored(_extreme("min", [_mirrored(e) for e in every]))
    return _least(every), min((high for _, high in every if high is not None), default=None)


def _mirrored(of: Ends) -> Ends:
    return None if of[1] is None else -of[1], None if of[0] is None else -of[0]


def _least(every: list[Ends]) -> Fraction | None:
    found = [low for low, _ in every if low is not None]
    return min(found) if len(found) == len(every) else None


def _most(every: list[Ends]) -> Fraction | None:
    found = [high for _, high in every if high is not None]
    return max(found) if len(found) == len(every) else None


def _arithmetic(operator: str, left: Ends, right: Ends) -> Ends:
    if operator == "-":
        operator, right = "+", _mirrored(right)
    if operator == "+":
        low = None if left[0] is None or right[0] is None else left[0] + right[0]
        high = None if left[1] is None or right[1] is None else left[1] + right[1]
        return low, high
    positive = all(side[0] is not None and side[0] >= 0 for side in (left, right))
    return (ZERO, None) if positive else NOWHERE
