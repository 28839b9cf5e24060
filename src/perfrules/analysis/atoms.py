"""Atoms: the comparisons and yes-or-no parts that conditions are made of, and the rows of tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from perfrules.analysis.axes import ends
from perfrules.analysis.deciding import never_decides
from perfrules.core.span import Span
from perfrules.language.combine import ORDERINGS
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
)
from perfrules.language.scope import Scope
from perfrules.language.tables import Table, conditions
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
    return Atom(_key(node.span), node.span, " ".join(write(node).split()), sides) if sides else None


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
    return Atom(_key(row.span, "row"), row.span, f"{table.name}: {row.written}", ROW)


def _key(span: Span, what: str = "") -> Key:
    return span.source.name, span.start, span.end, what


def atoms_of(node: Node, scope: Scope, condition: bool = True) -> Iterator[Atom]:
    """Every atom of an expression, also behind its names and within what it looks at."""
    yield from _there(node, scope, condition, set())


def _there(node: Node, scope: Scope, condition: bool, done: set[tuple[str, str]]) -> Iterator[Atom]:
    match node:
        case Logic() | Unary(operator="not"):
            yield from _decided([node], scope, done)
        case Name():
            found = behind(node, scope)
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
    rows = list(conditions(chain))
    found = [row_atom(table, number) for number in range(len(table.rows))]
    if table.hit == "first":
        return [*found, *_decided(rows, scope, done)]
    return [*found, *(one for row in rows for one in _there(row, scope, True, done))]


def _decided(rows: Sequence[Node], scope: Scope, done: set[tuple[str, str]]) -> Iterator[Atom]:
    """The atoms of conditions, each looked at only where those before it fail, without the sides on which they never
    decide."""
    never: dict[Key, set[str]] = {}
    for part, side in never_decides(rows, scope):
        if part.span is not None:
            never.setdefault(_key(part.span), set()).add(side)
    for one in (one for row in rows for part in _parts(row) for one in _there(part, scope, True, done)):
        sides = tuple(side for side in one.sides if side not in never.get(one.key, ()))
        if sides:
            yield replace(one, sides=sides)


def _parts(node: Node) -> Iterator[Node]:
    """The parts of a condition, not behind names."""
    if isinstance(node, Logic) or (isinstance(node, Unary) and node.operator == "not"):
        for part in children(node):
            yield from _parts(part)
    else:
        yield node


def behind(node: Name, scope: Scope) -> tuple[Node, Scope, str] | None:
    """What a name of `names:` stands for, the scope in which it does, and what it is called there."""
    symbol = node.symbol
    if symbol is None or symbol.role != "definition":
        return None
    owner = scope.of(scope.vocabulary.kinds[symbol.path[-1]]) if symbol.path else scope
    found = owner.definitions.get(symbol.name)
    return None if found is None else (found[0], owner, symbol.name)
