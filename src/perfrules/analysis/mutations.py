"""Mutations: what one node of a formula can be changed to, one thing at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from fractions import Fraction

from perfrules.analysis import axes
from perfrules.analysis.formulas import Column, formulas, inside
from perfrules.analysis.units import neighbours
from perfrules.core.problem import Findings
from perfrules.language.kinds import check
from perfrules.language.nodes import (
    Aggregate,
    Arithmetic,
    Call,
    Choose,
    Compare,
    Known,
    Literal,
    Logic,
    Member,
    Name,
    Node,
    Otherwise,
    Unary,
)
from perfrules.language.scope import Scope
from perfrules.pipeline.model import Policy

OPERATORS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "=", "+": "-", "-": "+", "*": "/", "/": "*"}
FUNCTIONS = {"min": "max", "max": "min", "any": "all", "all": "any"}
FUNCTIONS |= {"floor": "ceil", "ceil": "floor", "round": "floor"}
ROUNDING = ("round", "floor", "ceil", "truncate")
Change = tuple[Node, Node]  # from what, to what


def changes_of(root: Node, scope: Scope, read: Collection[Column], *, amount: bool = False) -> Iterator[Change]:
    """Each thing that can be changed in a formula; of an amount, also the facts that it is computed from."""
    steps = steps_met(root, scope)
    for node, there in inside(root, scope):
        if isinstance(node, Literal) and node.span is not None:
            yield from ((node, new) for new in neighbours(node, steps.get(id(node))))
        yield from ((node, new) for new in _others(node) if _is_alike(node, new, there))
        if amount and isinstance(node, Name):
            yield from ((node, new) for new in _bases(node, there, read))


def _is_alike(node: Node, new: Node, scope: Scope) -> bool:
    """Whether what a node is changed to makes sense, and gives the same kind of value."""
    kinds: list[str] = []
    for one in (node, new):
        noted = Findings()
        found = check(one, scope, noted)[1]
        kinds.append("" if found is None or noted.errors else found.kind)
    return not kinds[0] or kinds[0] == kinds[1]


def steps_met(root: Node, scope: Scope) -> dict[int | str, Fraction]:
    """The step of what each constant (by its identity) or parameter (by its name) is compared with in a formula."""
    found: dict[int | str, Fraction] = {}
    for node, there in inside(root, scope):
        for one, other in ((node.left, node.right), (node.right, node.left)) if isinstance(node, Compare) else ():
            step = axes.step(other, there)
            named = isinstance(one, Name) and one.symbol is not None and one.symbol.role == "parameter"
            if step is not None and (named or isinstance(one, Literal)):
                key = one.symbol.name if isinstance(one, Name) and one.symbol is not None else id(one)
                found[key] = min(step, found.get(key, step))
    return found


def roundings(policy: Policy) -> set[int | str]:
    """The constants (by identity) and parameters (by name) to whose multiples something is rounded."""
    orders = [c.rounding for rule in policy.rules for c in rule.clauses]
    orders += [pool.rounding for pool in policy.pools.values()] + [limit.rounding for limit in policy.limits]
    steps = [order.step for order in orders if order.step is not None]
    for root, scope in formulas(policy):
        calls = (node for node, _ in inside(root, scope) if isinstance(node, Call) and node.function in ROUNDING)
        steps += [call.arguments[1] for call in calls]
    named = {step.symbol.name for step in steps if isinstance(step, Name) and step.symbol is not None}
    return named | {id(step) for step in steps}


def _others(node: Node) -> Iterator[Node]:
    match node:
        case Compare():
            yield replace(node, operator=OPERATORS[node.operator])
        case Arithmetic():
            yield replace(node, operator=OPERATORS[node.operator])
        case Logic():
            for left_out in range(len(node.parts)):
                rest = node.parts[:left_out] + node.parts[left_out + 1 :]
                yield replace(node, parts=rest) if len(rest) > 1 else rest[0]
        case Unary(operator="not"):
            yield node.operand
        case Known():
            yield replace(node, negated=not node.negated)
        case Choose():
            yield from _exchanged(node)
        case Otherwise():
            yield node.value
        case Member() if len(node.members) > 1:
            for left_out in range(len(node.members)):
                yield replace(node, members=node.members[:left_out] + node.members[left_out + 1 :])
        case Call() if node.function in FUNCTIONS:
            yield replace(node, function=FUNCTIONS[node.function])
        case Aggregate():
            if node.function in FUNCTIONS:
                yield replace(node, function=FUNCTIONS[node.function])
            if node.where is not None:
                yield replace(node, where=None)


def _exchanged(node: Choose) -> Iterator[Node]:
    """The branches the other way round; of a row of a table, its output and that of the next row."""
    if not (isinstance(node.other, Choose) and isinstance(node.then, Literal)):
        if not (isinstance(node.other, Literal) and node.other.value is None):
            yield replace(node, then=node.other, other=node.then)
    elif node.other.then != node.then:
        following = replace(node.other, then=node.then)
        yield replace(node, then=node.other.then, other=following)


def _bases(node: Name, scope: Scope, read: Collection[Column]) -> Iterator[Node]:
    """Another fact or account of the same kind, that the policy reads as well."""
    fact = axes.fact_of(node, scope)
    if fact is None or node.symbol is None:
        return
    owner = scope.vocabulary.kinds[node.symbol.path[-1]] if node.symbol.path else scope.kind
    for other in owner.columns.values():
        if other.kind == fact.kind and other.name != fact.name and (owner.name, other.name) in read:
            role = "opening" if other.name in owner.accounts else "fact"
            symbol = replace(node.symbol, role=role, name=other.name)
            yield replace(node, parts=(*node.parts[:-1], other.name), symbol=symbol)
