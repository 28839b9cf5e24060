"""Wholeness: whether a number of days is surely a whole one, as far as its formula shows."""

from __future__ import annotations

from fractions import Fraction

from perfrules.language import nodes
from perfrules.language.nodes import Node
from perfrules.language.scope import Scope

_ROUNDED = ("round", "floor", "ceil", "truncate")
_CHOSEN = ("min", "max", "abs", "prior", "next")
_WHOLE = ("year", "month", "days", "months", "count")
_COUNTED = ("count", "streak", "rank")
_KEPT = ("sum", "min", "max", "last", "running_sum")


def surely_whole(node: Node, scope: Scope) -> bool:
    """Whether an elaborated number can only be whole."""
    match node:
        case nodes.Literal(value=value):
            return isinstance(value, Fraction) and value.denominator == 1
        case nodes.Name(symbol=symbol):
            return symbol is not None and _named(symbol, scope)
        case nodes.Unary(operand=operand):
            return surely_whole(operand, scope)
        case nodes.Arithmetic(operator=operator, left=left, right=right):
            return operator != "/" and surely_whole(left, scope) and surely_whole(right, scope)
        case nodes.Choose(then=then, other=other):
            return surely_whole(then, scope) and surely_whole(other, scope)
        case nodes.Otherwise(value=value, default=default):
            return surely_whole(value, scope) and surely_whole(default, scope)
        case nodes.Call(function=function, arguments=arguments):
            if function in _ROUNDED:
                return surely_whole(arguments[1], scope)
            return function in _WHOLE or (function in _CHOSEN and all(surely_whole(a, scope) for a in arguments))
    assert isinstance(node, nodes.Aggregate)  # what else there is, is a yes or no
    found = scope.members(node.over)
    inside = scope.of(found[1]) if found else scope
    kept = node.function in _KEPT and node.value is not None and surely_whole(node.value, inside)
    return node.function in _COUNTED or kept


def _named(symbol: nodes.Symbol, scope: Scope) -> bool:
    kind = scope.vocabulary.kinds[symbol.path[-1]] if symbol.path else scope.kind
    if symbol.role == "parameter":
        return surely_whole(scope.parameters[symbol.name].literal, scope)
    if symbol.role == "definition":
        inside = scope.of(kind)
        return surely_whole(inside.definitions[symbol.name][0], inside)
    fact = kind.columns.get(symbol.name)
    return symbol.role == "clock" or (
        fact is not None and (fact.kind == "count" or (fact.kind == "number" and not fact.places))
    )
