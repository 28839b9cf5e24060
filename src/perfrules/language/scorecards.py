"""Scorecards, written out as ordinary nodes: the points of each item are a name, and the card is their sum.

An item's name is that of its card and its own, with a dot: `quality.execution`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from perfrules.core.span import Span
from perfrules.language.nodes import Arithmetic, Call, Choose, Known, Literal, Logic, Name, Node


@dataclass(frozen=True, slots=True)
class Item:
    """What a score is weighted with; what lies outside `least` and `most` counts as the nearer of them."""

    name: str  # card.item
    weight: Node
    score: Node
    least: Node | None
    most: Node | None
    out_of: Node | None  # of a score that is a number: what full marks are
    span: Span


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Weighted scores. With `reweight` the weights of items that are unknown are spread over the others."""

    name: str
    items: tuple[Item, ...]
    step: Node | None  # to which the points of each item are rounded
    mode: str
    reweight: bool
    span: Span

    @property
    def names(self) -> tuple[str, ...]:
        """The name of the card, and those of its items."""
        return self.name, *(item.name for item in self.items)


def points(card: Scorecard, item: Item) -> Node:
    """The points of an item: its weight times its score, rounded where the card says so."""
    score = item.score
    if item.least is not None and item.most is not None:
        score = Call("min", (Call("max", (score, item.least), item.span), item.most), item.span)
    node: Node = Arithmetic("*", item.weight, score, item.span)
    if item.out_of is not None:
        node = Arithmetic("/", node, item.out_of, item.span)
    if card.step is not None:
        mode = (Literal("text", card.mode, f'"{card.mode}"'),) if card.mode != "half-up" else ()
        node = Call("round", (node, card.step, *mode), item.span)
    return node


def total(card: Scorecard) -> Node:
    """The sum of the points; where it is reweighted, that of the items that are known, if any is."""
    if not card.reweight:
        return of_known(card, card.items)
    names = [_points(item) for item in card.items]
    known = [_if_known(name, name, card.span) for name in names]
    present = [_if_known(name, item.weight, card.span) for name, item in zip(names, card.items, strict=True)]
    some = Logic("or", tuple(Known(name, False, name.span) for name in names), card.span)
    return Choose(some, _spread(card, known, present), _sum(names, card.span), card.span)


def of_known(card: Scorecard, items: Sequence[Item]) -> Node:
    """The sum of the points of some items, by all weights over theirs where others are left out."""
    names = [_points(item) for item in items or card.items]
    if len(names) == len(card.items):
        return _sum(names, card.span)
    return _spread(card, names, [item.weight for item in items])


def _spread(card: Scorecard, points: Sequence[Node], weights: Sequence[Node]) -> Node:
    over = Arithmetic("/", _sum([i.weight for i in card.items], card.span), _sum(weights, card.span), card.span)
    return Arithmetic("*", _sum(points, card.span), over, card.span)


def _points(item: Item) -> Name:
    return Name((item.name,), item.span)


def _if_known(name: Node, then: Node, span: Span) -> Node:
    return Choose(Known(name, False, name.span), then, Literal("number", Fraction(0), "0", span), span)


def _sum(nodes: Sequence[Node], span: Span) -> Node:
    return reduce(lambda left, right: Arithmetic("+", left, right, span), nodes)
