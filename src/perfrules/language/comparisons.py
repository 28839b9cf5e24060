"""Comparisons: which facts move the sides of one, and how far apart these are for a subject."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from perfrules.core.vocabulary import Fact
from perfrules.language.meaning import evaluate
from perfrules.language.nodes import Aggregate, Name, Node, children, own
from perfrules.language.scope import Scope
from perfrules.language.subject import Subject, point

Mover = tuple[tuple[str, ...], str]  # the kinds up to whose fact it is, none where it is the subject's own; the fact


def movers(node: Node, scope: Scope) -> frozenset[Mover]:
    """The facts of the judged period, the subject's own and those of what it belongs to, that a value is made of."""
    found: set[Mover] = set()
    for part in own(node):
        symbol = part.symbol if isinstance(part, Name) else None
        if symbol is None:
            continue
        if symbol.role == "definition":
            above = scope.at(symbol.path)
            inside = movers(above.definitions[symbol.name][0], above)
            found |= {((*symbol.path, *path), name) for path, name in inside}
        elif symbol.role in ("fact", "opening") and not symbol.offset:
            found.add((symbol.path, symbol.name))
    return frozenset(found)


def owner(seen: Subject, mover: Mover) -> Subject | None:
    """Whose fact it is: the subject, or what it belongs to; None where that is not known."""
    return seen.above(mover[0])


def moved(seen: Subject, of: Subject, fact: Fact, value: Fraction) -> Subject:
    """The subject, were a fact of its own or of what it belongs to another."""
    cell = (of.scope.kind.name, of.id, of.period, fact.name)
    return seen.having({**seen.replaced, cell: value})


def difference(left: Node, right: Node, seen: Subject) -> Fraction | None:
    """By how much one number is greater than another; None where that is not known, or they are no numbers."""
    one, other = point(evaluate(left, seen)), point(evaluate(right, seen))
    return one - other if isinstance(one, Fraction) and isinstance(other, Fraction) else None


def standing(node: Node, scope: Scope) -> Iterator[tuple[Scope, Node]]:
    """A node and all below it, also of the names that it uses, each with the scope in which it stands."""
    yield from _standing(node, scope, set())


def _standing(node: Node, scope: Scope, done: set[tuple[str, str]]) -> Iterator[tuple[Scope, Node]]:
    yield scope, node
    symbol = node.symbol if isinstance(node, Name) else None
    if symbol is not None and symbol.role == "definition":
        above = scope.at(symbol.path)
        if (above.kind.name, symbol.name) not in done:
            done.add((above.kind.name, symbol.name))
            yield from _standing(above.definitions[symbol.name][0], above, done)
    if isinstance(node, Aggregate):
        found = scope.members(node.over)
        assert found is not None
        scope = scope.of(found[1])
    for child in children(node):
        yield from _standing(child, scope, done)
