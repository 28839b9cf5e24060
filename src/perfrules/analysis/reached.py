"""Reached: what the rows of a table under `hit: first` leave to those behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from perfrules.analysis.spaces import EVERYWHERE, Reader, Space, TooMany
from perfrules.language.combine import ORDERINGS
from perfrules.language.nodes import Compare, Logic, Node, Unary, children
from perfrules.language.scope import Scope

OPERATORS = {"below": "<", "at": "=", "above": ">"}


def never_reached(rows: Sequence[Node], scope: Scope) -> Iterator[tuple[Node, str]]:
    """The sides on which the parts of a row's condition never decide, since wherever they would, a row before it hits:
    `below`, `at`, `above` of a comparison, `yes`, `no` of another part. That something is unknown leads to no other
    places: what fails then fails whatever it is."""
    reader = Reader(Space(), scope, "")
    space, left = reader.space, EVERYWHERE
    try:
        for row in rows:
            cells = row.parts if isinstance(row, Logic) and row.operator == "and" else (row,)
            for cell in cells if left else ():
                fails = [box for beside in cells if beside is not cell for box in reader.boxes(beside, False)]
                here = space.remaining(left, fails)
                for part in _parts(cell):
                    for side, condition in _sides(part).items():
                        if not space.both(here, reader.boxes(condition)):
                            yield part, side
            left = space.both(left, reader.boxes(row, False))
    except TooMany:
        return  # then it is asked for


def _sides(part: Node) -> Mapping[str, Node]:
    """What holds on each side of a part."""
    if isinstance(part, Compare) and part.operator in ORDERINGS:
        return {side: replace(part, operator=operator) for side, operator in OPERATORS.items()}
    return {"yes": part, "no": Unary("not", part)}


def _parts(node: Node) -> Iterator[Node]:
    """The parts of a condition, not behind names."""
    if isinstance(node, Logic) or (isinstance(node, Unary) and node.operator == "not"):
        for part in children(node):
            yield from _parts(part)
    else:
        yield node
