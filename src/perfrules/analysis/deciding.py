"""Deciding: where the parts of a condition decide, and where those of the rows of a table under `hit: first` do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from perfrules.analysis.spaces import EVERYWHERE, Box, Reader, Space, TooMany
from perfrules.language.combine import ORDERINGS
from perfrules.language.nodes import Compare, Logic, Node, Unary
from perfrules.language.scope import Scope

OPERATORS = {"below": "<", "at": "=", "above": ">"}


def never_decides(rows: Sequence[Node], scope: Scope) -> Iterator[tuple[Node, str]]:
    """The sides on which parts of conditions never decide, since wherever they would, what stands beside them hides it,
    or a row before them hits: `below`, `at`, `above` of a comparison, `yes`, `no` of another part. That something is
    unknown leads to no other places, as what fails then fails whatever it is; only beside what never fails or never
    holds (`late or not late`) it would, and there nothing is asked for."""
    reader = Reader(Space(), scope, "")
    left = EVERYWHERE
    try:
        for row in rows:
            for part, here in _deciding(row, left, reader) if left else ():
                for side, condition in _sides(part).items():
                    if not reader.space.both(here, reader.boxes(condition)):
                        yield part, side
            left = reader.space.both(left, reader.boxes(row, False))
    except TooMany:
        return  # then it is asked for


def _sides(part: Node) -> Mapping[str, Node]:
    """What holds on each side of a part."""
    if isinstance(part, Compare) and part.operator in ORDERINGS:
        return {side: replace(part, operator=operator) for side, operator in OPERATORS.items()}
    return {"yes": part, "no": Unary("not", part)}


def _deciding(node: Node, here: list[Box], reader: Reader) -> Iterator[tuple[Node, list[Box]]]:
    """The parts of a condition, not behind names, with where each decides: in an `and` where nothing beside it fails,
    in an `or` where nothing holds."""
    if isinstance(node, Unary) and node.operator == "not":
        yield from _deciding(node.operand, here, reader)
    elif isinstance(node, Logic):
        hides = [reader.boxes(part, node.operator == "or") for part in node.parts]
        open_behind = [EVERYWHERE]  # by how many are behind, so that each is taken away once
        for boxes in reversed(hides[1:]):
            open_behind.append(reader.space.remaining(open_behind[-1], boxes))
        for part, boxes, behind in zip(node.parts, hides, reversed(open_behind), strict=True):
            yield from _deciding(part, reader.space.both(here, behind), reader)
            here = reader.space.remaining(here, boxes)
    else:
        yield node, here
