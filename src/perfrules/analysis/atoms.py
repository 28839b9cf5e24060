"""Atoms: the comparisons and yes-or-no parts that conditions are made of, and on which side of them a subject is.

A subject counts for an atom only where it decides: where the condition would come out otherwise if the atom did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from perfrules.analysis.axes import ends
from perfrules.core.span import Span
from perfrules.language.combine import ORDERINGS
from perfrules.language.meaning import evaluate, looked_at
from perfrules.language.nodes import (
    Aggregate,
    Arithmetic,
    Choose,
    Compare,
    Known,
    Literal,
    Logic,
    Name,
    Node,
    Otherwise,
    Unary,
    children,
    is_elsewhere,
)
from perfrules.language.scope import Scope
from perfrules.language.subject import Subject, Unknown, Value, point
from perfrules.language.tables import Table, conditions
from perfrules.language.truth import conjunction, disjunction, opposite
from perfrules.language.write import write

LINE = ("below", "at", "above")
PART = ("yes", "no")
ROW = ("hit",)
Key = tuple[str, int, int, str]  # the file, the place in it, and `row` of a row of a table


@dataclass(frozen=True, slots=True)
class Atom:
    """A comparison, another part of a condition, or a row of a table, with the sides on which a subject may be."""

    key: Key
    span: Span
    text: str
    sides: tuple[str, ...]


def atom(node: Node, scope: Scope) -> Atom | None:
    """A node as an atom; None where it was made without a place, or is a constant."""
    if node.span is None or isinstance(node, Literal):
        return None
    sides: tuple[str, ...] = PART
    if isinstance(node, Compare) and node.operator in ORDERINGS:
        low, high = ends(Arithmetic("-", node.left, node.right), scope)
        never = {"below": low is not None and low >= 0, "above": high is not None and high <= 0,
                 "at": (low is not None and low > 0) or (high is not None and high < 0)}  # fmt: skip
        sides = tuple(side for side in LINE if not never[side])
    key = (node.span.source.name, node.span.start, node.span.end, "")
    return Atom(key, node.span, " ".join(write(node).split()), sides) if sides else None


def is_certain(node: Node) -> bool:
    """Whether a condition can't be unknown, whatever is."""
    match node:
        case Known() | Literal():
            return True
        case Otherwise():
            return is_certain(node.default)
        case Logic() | Unary(operator="not"):
            return all(is_certain(part) for part in children(node))
    return False


def row_atom(table: Table, number: int) -> Atom:
    """A row of a table, which may hit."""
    row = table.rows[number]
    return Atom(
        (row.span.source.name, row.span.start, row.span.end, "row"), row.span, f"{table.name}: {row.written}", ROW
    )


# what there is


def atoms_of(node: Node, scope: Scope, condition: bool = True) -> Iterator[Atom]:
    """Every atom of an expression, also behind its names and within what it looks at."""
    yield from _there(node, scope, condition, set())


def _there(node: Node, scope: Scope, condition: bool, done: set[tuple[str, str]]) -> Iterator[Atom]:
    match node:
        case Logic() | Unary(operator="not"):
            for part in children(node):
                yield from _there(part, scope, True, done)
        case Name():
            found = _behind(node, scope)
            if found is None:
                yield from _leaf(node, scope, condition, done)
            elif (found[1].kind.name, found[2]) not in done:
                inner, owner, name = found
                done.add((owner.kind.name, name))
                yield from _table_there(owner, name, inner, done) or _there(inner, owner, condition, done)
        case Choose():
            yield from _there(node.condition, scope, True, done)
            for branch in (node.then, node.other):
                yield from _there(branch, scope, condition, done)
        case Aggregate():
            reach = scope.members(node.over)
            rows = scope.of(reach[1]) if reach is not None else scope
            if node.where is not None:
                yield from _there(node.where, rows, True, done)
            if node.value is not None:
                yield from _there(node.value, rows, node.function in ("any", "all"), done)
        case _:
            yield from _leaf(node, scope, condition, done)


def _leaf(node: Node, scope: Scope, condition: bool, done: set[tuple[str, str]]) -> Iterator[Atom]:
    found = atom(node, scope) if condition else None
    if found is not None:
        yield found
    for part in children(node) if not isinstance(node, Name) else ():
        yield from _there(part, scope, False, done)


def _table_there(scope: Scope, name: str, chain: Node, done: set[tuple[str, str]]) -> list[Atom]:
    table = scope.tables.get((scope.kind.name, name))
    if table is None:
        return []
    found = [row_atom(table, number) for number in range(len(table.rows))]
    for condition in conditions(chain):
        found += _there(condition, scope, True, done)
    return found


def _behind(node: Name, scope: Scope) -> tuple[Node, Scope, str] | None:
    """What a name of `names:` stands for, the scope in which it does, and what it is called there."""
    symbol = node.symbol
    if symbol is None or symbol.role != "definition":
        return None
    owner = scope.of(scope.vocabulary.kinds[symbol.path[-1]]) if symbol.path else scope
    found = owner.definitions.get(symbol.name)
    return None if found is None else (found[0], owner, symbol.name)


# where a subject is

Seen = Callable[[Atom, str], None]


class Observer:
    """Tells on which side of each atom subjects are, where it decides."""

    def __init__(self, see: Seen) -> None:
        self.see = see
        self.done: set[tuple[int, str, int]] = set()

    def condition(self, node: Node, seen: Subject) -> None:
        """Look at a condition: at each part that decides it, and at what its parts are computed from."""
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
        key = (id(node), seen.name, seen.period)
        if key in self.done:
            return
        self.done.add(key)
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
        found, above = _behind(node, seen.scope), _owner(node, seen)
        if found is None or above is None:
            return
        table = above.scope.tables.get((above.scope.kind.name, found[2]))
        if table is not None:
            self.table(table, found[0], above)
        else:
            self.expression(found[0], above)

    def table(self, table: Table, chain: Node, seen: Subject) -> None:
        """Look at the rows of a table: under `first` up to the one that hits."""
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
    above: Subject | None = seen
    for _ in node.symbol.path if node.symbol is not None else ():
        above = above.parent() if above is not None else None
    return above


def _leaves(node: Node, seen: Subject) -> Iterator[tuple[Node, Subject]]:
    """The parts of a condition that are no conditions of conditions."""
    match node:
        case Logic() | Unary(operator="not"):
            for part in children(node):
                yield from _leaves(part, seen)
        case Name():
            found, above = _behind(node, seen.scope), _owner(node, seen)
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
    found, above = _behind(node, seen.scope), _owner(node, seen)
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
