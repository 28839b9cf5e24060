"""Observing: on which side of the atoms of conditions subjects are, and which rows of tables hit.

A subject counts for an atom only where it decides: where the condition would come out otherwise if the atom did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

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
from perfrules.language.subject import Asked, Forced, Subject, Unknown, Value, point
from perfrules.language.tables import Table, conditions
from perfrules.language.truth import conjunction, disjunction, opposite

MANY = 12  # rows; of more, it takes too long to work out which decide the whole
Seen = Callable[[Atom, str], None]


class Observer:
    """Tells on which side of each atom subjects are, where it decides."""

    def __init__(self, see: Seen) -> None:
        self.see = see

    def condition(self, node: Node, seen: Subject) -> None:
        """Look at a condition: at each part that decides it, and at what decides these parts."""
        inside = _Inside(node, seen, self.see)
        for leaf, of in _deciding(node, seen):
            inside.leaf(leaf, of)

    def expression(self, node: Node, seen: Subject) -> None:
        """Look at what decides the value of an expression."""
        _Inside(node, seen, self.see).part(node, seen)


class _Inside:
    """Looks at what a condition or an expression is computed from: branches that are taken, rows that are looked at."""

    def __init__(self, root: Node, seen: Subject, see: Seen) -> None:
        self.root = root
        self.seen = seen
        self.see = see
        self.done: set[Asked] = set()
        self.many = False

    def is_new(self, node: Node, seen: Subject) -> bool:
        """Whether a node was not looked at yet for a subject; once says it all."""
        key = seen.asked(node)
        known = key in self.done
        self.done.add(key)
        return not known

    def decides(self, node: Node, seen: Subject) -> bool:
        """Whether the whole would be another one if a condition within it came out otherwise."""
        return self.value({seen.asked(node): True}) != self.value({seen.asked(node): False})

    def value(self, forced: Forced) -> Value:
        """What the whole would be if some conditions within it came out so."""
        return _plain(evaluate(self.root, self.seen.forcing(forced)))

    @cached_property
    def now(self) -> Value:
        """What the whole is."""
        return _plain(evaluate(self.root, self.seen))

    def leaf(self, node: Node, seen: Subject) -> None:
        """Look at a part of a condition that decides, and at what decides it."""
        found = atom(node, seen.scope)
        side = _side(node, seen) if found is not None else ""
        if found is not None and side in found.sides:
            self.see(found, side)
        self.look(node, seen, self.condition)

    def condition(self, node: Node, seen: Subject) -> None:
        """Look at the parts of a condition that decide the whole."""
        for leaf, of in _deciding(node, seen):
            if self.is_new(leaf, of) and (self.many or self.decides(leaf, of)):
                self.leaf(leaf, of)

    def part(self, node: Node, seen: Subject) -> None:
        """Look at a part of an expression, which may be a condition."""
        if isinstance(node, Logic) or (isinstance(node, Unary) and node.operator == "not"):
            self.condition(node, seen)
        elif self.is_new(node, seen):
            self.look(node, seen, self.part)

    def look(self, node: Node, seen: Subject, branch: Callable[[Node, Subject], None]) -> None:
        """Look at what something is computed from; `branch` looks at the one of two that is taken."""
        match node:
            case Choose():
                self.condition(node.condition, seen)
                chosen = evaluate(node.condition, seen)
                if isinstance(chosen, bool):
                    branch(node.then if chosen else node.other, seen)
            case Name():
                self.name(node, seen)
            case Aggregate():
                self.rows(node, seen)
            case _ if is_elsewhere(node):
                return
            case _:
                for part in children(node):
                    self.part(part, seen)

    def name(self, node: Name, seen: Subject) -> None:
        found, above = behind(node, seen.scope), _owner(node, seen)
        if found is None or above is None:
            return
        table = above.scope.tables.get((above.scope.kind.name, found[2]))
        if table is not None:
            self.table(table, found[0], above)
        else:
            self.part(found[0], above)

    def table(self, table: Table, chain: Node, seen: Subject) -> None:
        """Look at the rows of a table, under `first` up to the one that hits: at those that decide."""
        if not self.is_new(chain, seen):
            return
        rows = list(conditions(chain))
        hits = [evaluate(row, seen) for row in rows]
        told = [number for number, hit in enumerate(hits) if hit is not False]
        last = told[0] if table.hit == "first" and told else len(rows)
        for number, row in enumerate(rows[: last + 1]):
            if self.row_decides(rows, number, hits, seen):
                for leaf, of in _deciding(row, seen):
                    self.leaf(leaf, of)
                if hits[number] is True:
                    self.see(row_atom(table, number), "hit")

    def row_decides(self, rows: Sequence[Node], number: int, hits: Sequence[Value], seen: Subject) -> bool:
        """Whether the whole would be another one if another row hit instead of this one, or this one instead."""
        if self.many:
            return True
        alone = self.with_row(rows, number, seen)
        if hits[number] is False:
            return alone != self.now
        others = [n for n in range(len(rows)) if n != number]
        return not others or any(alone != self.with_row(rows, other, seen) for other in others)

    def with_row(self, rows: Sequence[Node], number: int, seen: Subject) -> Value:
        """What the whole would be if this row of a table alone hit."""
        return self.value({seen.asked(row): n == number for n, row in enumerate(rows)})

    def rows(self, node: Aggregate, seen: Subject) -> None:
        """Look at the rows of an aggregate; where there are many, at what decides each of them alone."""
        found = looked_at(node, seen)
        rows = found if isinstance(found, list) else []
        before, self.many = self.many, self.many or len(rows) > MANY
        for row in rows:
            if node.where is not None:
                self.condition(node.where, row.of)
            if node.value is not None and row.counts is True:
                look = self.condition if node.function in ("any", "all") else self.part
                look(node.value, row.of)
        self.many = before


def standing(node: Node, seen: Subject) -> tuple[object, ...]:
    """On which side of each part of a condition a subject is, and of what is inside of it, also where that does not
    decide."""
    return tuple((_side(leaf, of), *_standing_inside(leaf, of)) for leaf, of in _leaves(node, seen))


def _standing_inside(node: Node, seen: Subject) -> Iterator[tuple[object, ...]]:
    match node:
        case Choose():
            yield standing(node.condition, seen)
        case Name():
            found, above = behind(node, seen.scope), _owner(node, seen)
            if found is not None and above is not None:
                yield from _standing_inside(found[0], above)
        case Aggregate():
            looked = looked_at(node, seen)
            asked = [node.where, node.value if node.function in ("any", "all") else None]
            for condition in (one for one in asked if one is not None):
                rows = (standing(condition, row.of) for row in (looked if isinstance(looked, list) else ()))
                yield tuple(sorted(rows, key=repr))
        case _ if not is_elsewhere(node):
            for part in children(node):
                yield from _standing_inside(part, seen)


def _owner(node: Name, seen: Subject) -> Subject | None:
    return seen.above(node.symbol.path if node.symbol is not None else ())


def _deciding(node: Node, seen: Subject) -> list[tuple[Node, Subject]]:
    """The parts of a condition that decide it: it would come out otherwise if they did."""
    leaves = list(_leaves(node, seen))
    values = {id(leaf): _plain(evaluate(leaf, of)) for leaf, of in leaves}
    return [
        (leaf, of)
        for leaf, of in leaves
        if _truth(node, seen, {**values, id(leaf): True}) != _truth(node, seen, {**values, id(leaf): False})
    ]


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
