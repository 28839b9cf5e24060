"""Spaces: where a condition holds, as boxes: for each axis that it looks at, a region.

What can't be taken apart, an aggregate or a quotient, is an axis of its own. So a condition holds nowhere
outside its boxes; whether it does everywhere inside depends on what its axes have to do with each other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from perfrules.analysis import axes
from perfrules.analysis.axes import Linear, behind_name, fact_of, is_output, linear
from perfrules.analysis.regions import Axis, Region, compared, meet, unite, without
from perfrules.core.problem import Findings
from perfrules.language.kinds import check
from perfrules.language.nodes import (
    Choose,
    Compare,
    Known,
    Literal,
    Logic,
    Member,
    Name,
    Node,
    Symbol,
    Unary,
    branches,
    walk,
)
from perfrules.language.scalars import INVERSE
from perfrules.language.scope import Parameter, Scope
from perfrules.language.write import write
from perfrules.pipeline.model import Policy

Key = Hashable  # a fact's symbol, a formula; with the policy where names and parameters stand in it
Box = Mapping[Key, Region]
BOXES_MAX = 256  # of one condition
PIECES_MAX = 10_000
EVERYWHERE: list[Box] = [{}]
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_OWN = ("definition", "parameter")
_YES = compared("=", Fraction(1))
_NO = compared("=", Fraction(0))


class TooMany(Exception):
    """A condition that falls into more boxes than are worth looking at."""


def scope_on(policy: Policy, kind: str, day: date) -> Scope:
    """What can be named for a kind, with the parameters as they stand on a day."""
    scope = policy.scopes[kind]
    found = {name: p.on(day) for name, p in policy.parameters.items()}
    values: dict[str, Parameter] = {name: p for name, p in found.items() if p is not None}
    return replace(scope, parameters={**scope.parameters, **values})


def _gathered(boxes: Iterable[Box]) -> list[Box]:
    """Boxes as few as may be: those that look at the same single axis become one."""
    single: dict[Key, list[Region]] = {}
    several: list[Box] = []
    for box in boxes:
        if len(box) == 1:
            ((key, region),) = box.items()
            single.setdefault(key, []).append(region)
        else:
            several.append(box)
    found = [*({key: unite(*regions)} for key, regions in single.items()), *several]
    if len(found) > BOXES_MAX:
        raise TooMany
    return found


class Space:
    """The axes of one kind's subjects; texts have places on them in the order in which they are met."""

    def __init__(self) -> None:
        self.axes: dict[Key, Axis] = {}
        self.texts: dict[str, int] = {}

    def meet(self, one: Box, other: Box) -> Box | None:
        """What lies in both boxes; None where nothing does."""
        found = dict(one)
        for key, region in other.items():
            if key in found:
                found[key] = self.axes[key].fitted(meet(found[key], region))
            else:
                found[key] = region
            if not found[key]:
                return None
        return found

    def both(self, ones: Iterable[Box], others: list[Box]) -> list[Box]:
        """What lies in a box of each list."""
        found = [m for one in ones for other in others if (m := self.meet(one, other)) is not None]
        if len(found) > BOXES_MAX:
            raise TooMany
        return found

    def without(self, one: Box, other: Box) -> Iterator[Box]:
        """The first box less the second, in pieces."""
        rest = dict(one)
        for key, region in other.items():
            axis = self.axes[key]
            mine = rest.get(key, axis.whole)
            outside = axis.fitted(without(mine, region))
            if outside:
                yield {**rest, key: outside}
            inside = axis.fitted(meet(mine, region))
            if not inside:
                return
            rest[key] = inside

    def remaining(self, ones: list[Box], others: Iterable[Box]) -> list[Box]:
        """What lies in the boxes of the first list and in none of the second."""
        for other in others:
            ones = [piece for one in ones for piece in self.without(one, other)]
            if len(ones) > PIECES_MAX:
                raise TooMany
        return ones


class Reader:
    """Reads the conditions of one policy over one kind, on one day, into a space."""

    def __init__(self, space: Space, scope: Scope, policy: str) -> None:
        self.space = space
        self.scope = scope
        self.policy = policy
        self._rows: dict[str, list[tuple[Literal, list[Box]]]] = {}

    def boxes(self, node: Node, wanted: bool = True) -> list[Box]:
        """Where a condition can hold, or where it can fail. Raises `TooMany`."""
        match node:
            case Literal():
                return EVERYWHERE if node.value is wanted else []
            case Unary(operator="not"):
                return self.boxes(node.operand, not wanted)
            case Logic():
                return self.logic(node, (node.operator == "and") == wanted, wanted)
            case Compare():
                return self.compare(node, node.operator if wanted else INVERSE[node.operator])
            case Member():
                equal = tuple(Compare("=", node.operand, member, node.span) for member in node.members)
                return self.logic(Logic("or", equal, node.span), not wanted, wanted)
            case Known():
                return self.flag(replace(node, negated=False), wanted != node.negated)
            case Choose():
                then = self.space.both(self.boxes(node.condition), self.boxes(node.then, wanted))
                other = self.space.both(self.boxes(node.condition, False), self.boxes(node.other, wanted))
                return [*then, *other]
            case Name(symbol=Symbol(role="definition" | "parameter")):
                formula = behind_name(node, self.scope)
                if is_output(formula, self.scope):
                    return self.rows(formula, lambda output: output.value is wanted)
                return self.flag(node, wanted) if formula is node else self.boxes(formula, wanted)
        return self.flag(node, wanted)

    def logic(self, node: Logic, every: bool, wanted: bool) -> list[Box]:
        if not every:
            return _gathered(box for part in node.parts for box in self.boxes(part, wanted))
        boxes = EVERYWHERE
        for part in node.parts:
            boxes = self.space.both(boxes, self.boxes(part, wanted))
        return boxes

    def flag(self, node: Node, wanted: bool) -> list[Box]:
        """A yes or no that can't be taken apart."""
        key = self.key(node)
        if key not in self.space.axes:
            self.space.axes[key] = Axis(write(node), "flag", Fraction(1), Fraction(0), Fraction(1))
        return [{key: _YES if wanted else _NO}]

    def compare(self, node: Compare, operator: str) -> list[Box]:
        left, right = behind_name(node.left, self.scope), behind_name(node.right, self.scope)
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Literal) and isinstance(one.value, bool):
                return self.boxes(other, one.value == (operator == "="))
            if isinstance(one, Literal) and isinstance(one.value, str):
                return self.word(node.left if one is right else node.right, one.value, operator)
        first, second = linear(node.left, self.scope), linear(node.right, self.scope)
        whole = axes.summed(first, Linear(-second.factor, second.of, -second.offset))
        return self.pair(node, operator) if whole is None else self.number(node, operator, whole)

    def number(self, node: Compare, operator: str, whole: Linear) -> list[Box]:
        """Where `factor × of + offset` compares with zero."""
        if whole.of is None:
            holds = bool(meet(compared(operator, Fraction(0)), compared("=", whole.offset)))
            return EVERYWHERE if holds else []
        if isinstance(whole.of, Choose):
            return self.branches(node, operator, whole, whole.of)
        if isinstance(whole.of, Literal):  # of a table where no row hits
            return []
        sides = (node.left, node.right)
        if is_output(whole.of, self.scope):

            def passes(output: Literal) -> bool:
                value = whole.factor * output.value if isinstance(output.value, Fraction) else None
                return value is not None and bool(
                    meet(compared(operator, Fraction(0)), compared("=", value + whole.offset))
                )

            return self.rows(whole.of, passes)
        key = self.axis(whole.of, next((s for s in sides if behind_name(s, self.scope) == whole.of), whole.of))
        side = operator if whole.factor > 0 else _MIRRORED[operator]
        return self.within(key, compared(side, -whole.offset / whole.factor))

    def branches(self, node: Compare, operator: str, whole: Linear, of: Choose) -> list[Box]:
        """A number that depends on a condition: each branch where it is taken."""
        found: list[Box] = []
        for branch, taken in ((of.then, True), (of.other, False)):
            inner = linear(branch, self.scope)
            offset = whole.factor * inner.offset + whole.offset
            there = self.number(node, operator, Linear(whole.factor * inner.factor, inner.of, offset))
            found += self.space.both(self.boxes(of.condition, taken), there)
        return _gathered(found)

    def word(self, node: Node, word: str, operator: str) -> list[Box]:
        """Where a text or a choice is a word, or is another one."""
        inner = behind_name(node, self.scope)
        if isinstance(inner, Literal):
            return EVERYWHERE if (inner.value == word) == (operator == "=") else []
        if is_output(inner, self.scope):
            return self.rows(inner, lambda output: (output.value == word) == (operator == "="))
        key = self.axis(inner, node)
        words = self.space.axes[key].words
        place = words.index(word) if word in words else self.space.texts.setdefault(word, len(self.space.texts))
        return self.within(key, compared(operator, Fraction(place)))

    def rows(self, name: Node, passes: Callable[[Literal], bool]) -> list[Box]:
        """Where a table gives an output that passes: its rows that do, each less those before it."""
        assert isinstance(name, Name)
        assert name.symbol is not None
        output = name.symbol.name
        if output not in self._rows:
            self._rows[output] = self.looked_up(output)
        return _gathered(box for literal, boxes in self._rows[output] if passes(literal) for box in boxes)

    def looked_up(self, output: str) -> list[tuple[Literal, list[Box]]]:
        """Each row's output, and where it is what counts."""
        found: list[tuple[Literal, list[Box]]] = []
        first = self.scope.tables[self.scope.kind.name, output].hit == "first"
        before: list[Box] = []
        for row in branches(self.scope.definitions[output][0]):
            assert isinstance(row.then, Literal)
            boxes = self.boxes(row.condition)
            found.append((row.then, self.space.remaining(boxes, before) if first else boxes))
            before += boxes
        return found

    def pair(self, node: Compare, operator: str) -> list[Box]:
        """Two things that both vary: less, equal or greater."""
        one, other = write(node.left), write(node.right)
        if one > other:
            one, other, operator = other, one, _MIRRORED[operator]
        key = ("pair", self.policy, one, other)
        if key not in self.space.axes:
            self.space.axes[key] = Axis(f"{one}|{other}", "pair", Fraction(1), Fraction(-1), Fraction(1))
        return self.within(key, compared(operator, Fraction(0)))

    def within(self, key: Key, region: Region) -> list[Box]:
        axis = self.space.axes[key]
        found = axis.fitted(meet(region, axis.whole))
        return [{key: found}] if found else []

    def key(self, node: Node) -> Key:
        if isinstance(node, Name) and node.symbol is not None:
            return (self.policy, node.symbol) if node.symbol.role == "definition" else node.symbol
        named = any(isinstance(n, Name) and n.symbol and n.symbol.role in _OWN for n in walk(node))
        return (self.policy, node) if named else node

    def axis(self, node: Node, written: Node) -> Key:
        """The axis of a number or word; named as it was first written, where that is a name."""
        key = self.key(node)
        if key not in self.space.axes:
            named = isinstance(written, Name) and behind_name(written, self.scope) == node
            self.space.axes[key] = self.made(node, write(written if named else node))
        return key

    def made(self, node: Node, label: str) -> Axis:
        fact = fact_of(node, self.scope)
        kind = check(node, self.scope, Findings())[1] if fact is None else None
        words = fact.choices if fact is not None else kind.choices if kind is not None else ()
        name = fact.kind if fact is not None else kind.kind if kind is not None else ""
        if words:
            return Axis(label, "choice", Fraction(1), Fraction(0), Fraction(len(words) - 1), words)
        if name in ("text", "choice"):
            return Axis(label, "text", Fraction(1), Fraction(0))
        return Axis(label, name, axes.step(node, self.scope), *axes.ends(node, self.scope))
