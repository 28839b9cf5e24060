"""Observing: on which side of the atoms of conditions subjects are, and which rows of tables hit.

A subject counts for an atom only where it decides: where the condition would come out otherwise if the atom did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from perfrules.analysis.atoms import LINE, Atom, atom, behind, row_atom
from perfrules.language.combine import ORDERINGS
from perfrules.language.meaning import evaluate, looked_at
from perfrules.language.nodes import (
    Aggregate,
    Choose,
    Compare,
    Logic,
    Name,
    Node,
    Unary,
    children,
    is_elsewhere,
)
from perfrules.language.subject import Subject, Unknown, Value, point
from perfrules.language.tables import Table, conditions
from perfrules.language.truth import conjunction, disjunction, opposite

Seen = Callable[[Atom, str], None]


class Observer:
    """Tells on which side of each atom subjects are, where it decides."""

    def __init__(self, see: Seen) -> None:
        self.see = see
        self.done: set[tuple[str, int, str, int]] = set()

    def is_new(self, sort: str, node: Node, seen: Subject) -> bool:
        """Whether a node was not looked at yet for a subject; once says it all."""
        key = (sort, id(node), seen.name, seen.period)
        known = key in self.done
        self.done.add(key)
        return not known

    def condition(self, node: Node, seen: Subject) -> None:
        """Look at a condition: at each part that decides it, and at what its parts are computed from."""
        if not self.is_new("condition", node, seen):
            return
        leaves = list(_leaves(node, seen))
        values = {id(leaf): _plain(evaluate(leaf, of)) for leaf, of in leaves}
        for leaf, of in leaves:
            if _truth(node, seen, {**values, id(leaf): True}) != _truth(node, seen, {**values, id(leaf): False}):
                self.leaf(leaf, of)
            if isinstance(leaf, Choose):
                self.choice(leaf, of, self.condition)
            else:
                self.expression(leaf, of)

    def leaf(self, node: Node, seen: Subject) -> None:
        found = atom(node, seen.scope)
        side = _side(node, seen) if found is not None else ""
        if found is not None and side in found.sides:
            self.see(found, side)

    def expression(self, node: Node, seen: Subject) -> None:
        """Look at what an expression is computed from: branches that are taken, rows that are looked at."""
        if not self.is_new("expression", node, seen):
            return
        match node:
            case Choose():
                self.choice(node, seen, self.expression)
            case Name():
                self.name(node, seen)
            case Aggregate():
                self.rows(node, seen)
            case Logic() | Unary(operator="not"):
                self.condition(node, seen)
            case _ if is_elsewhere(node):
                return
            case _:
                for part in children(node):
                    self.expression(part, seen)

    def choice(self, node: Choose, seen: Subject, look: Callable[[Node, Subject], None]) -> None:
        """Look at what decides between two branches, and at the one that is taken."""
        self.condition(node.condition, seen)
        chosen = evaluate(node.condition, seen)
        if isinstance(chosen, bool):
            look(node.then if chosen else node.other, seen)

    def name(self, node: Name, seen: Subject) -> None:
        found, above = behind(node, seen.scope), _owner(node, seen)
        if found is None or above is None:
            return
        table = above.scope.tables.get((above.scope.kind.name, found[2]))
        if table is not None:
            self.table(table, found[0], above)
        else:
            self.expression(found[0], above)

    def table(self, table: Table, chain: Node, seen: Subject) -> None:
        """Look at the rows of a table: under `first` up to the one that hits."""
        if not self.is_new("table", chain, seen):
            return
        for number, condition in enumerate(conditions(chain)):
            self.condition(condition, seen)
            hits = evaluate(condition, seen)
            if hits is True:
                self.see(row_atom(table, number), "hit")
            if table.hit == "first" and hits is not False:
                return

    def rows(self, node: Aggregate, seen: Subject) -> None:
        found = looked_at(node, seen)
        for row in found if isinstance(found, list) else ():
            if node.where is not None:
                self.condition(node.where, row.of)
            if node.value is not None and row.counts is True:
                look = self.condition if node.function in ("any", "all") else self.expression
                look(node.value, row.of)


def standing(node: Node, seen: Subject) -> tuple[str, ...]:
    """On which side of each part of a condition a subject is, also where that does not decide."""
    return tuple(_side(leaf, of) for leaf, of in _leaves(node, seen))


def _owner(node: Name, seen: Subject) -> Subject | None:
    return seen.above(node.symbol.path if node.symbol is not None else ())


def _leaves(node: Node, seen: Subject) -> Iterator[tuple[Node, Subject]]:
    """The parts of a condition that are no conditions of conditions."""
    match node:
        case Logic() | Unary(operator="not"):
            for part in children(node):
                yield from _leaves(part, seen)
        case Name():
            found, above = behind(node, seen.scope), _owner(node, seen)
            if found is None or above is None or (above.scope.kind.name, found[2]) in above.scope.tables:
                yield node, seen
            else:
                yield from _leaves(found[0], above)
        case _:
            yield node, seen


def _truth(node: Node, seen: Subject, values: Mapping[int, Value]) -> Value:
    """The value of a condition, from those of its leaves."""
    if id(node) in values:
        return values[id(node)]
    match node:
        case Logic():
            join = conjunction if node.operator == "and" else disjunction
            return _plain(join([_truth(part, seen, values) for part in node.parts]))
        case Unary(operator="not"):
            return opposite(_truth(node.operand, seen, values))
    assert isinstance(node, Name)
    found, above = behind(node, seen.scope), _owner(node, seen)
    assert found is not None
    assert above is not None
    return _truth(found[0], above, values)


def _plain(value: Value) -> Value:
    """A value without the reasons for which it is unknown."""
    return Unknown(frozenset()) if isinstance(point(value), Unknown) else value


def _side(node: Node, seen: Subject) -> str:
    if isinstance(node, Compare) and node.operator in ORDERINGS:
        left, right = point(evaluate(node.left, seen)), point(evaluate(node.right, seen))
        if not (isinstance(left, Fraction) and isinstance(right, Fraction)):
            return ""
        return LINE[(left > right) - (left < right) + 1]
    value = point(evaluate(node, seen))
    return ("yes" if value else "no") if isinstance(value, bool) else ""
