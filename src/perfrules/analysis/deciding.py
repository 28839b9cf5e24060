"""Deciding: where the parts of a condition decide, and where those of the rows of a table under `hit: first` do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from perfrules.analysis.spaces import EVERYWHERE, Reader, Space, TooMany
from perfrules.language.combine import ORDERINGS
from perfrules.language.nodes import Compare, Logic, Node, Unary
from perfrules.language.scope import Scope

OPERATORS = {"below": "<", "at": "=", "above": ">"}
Mask = tuple[Node, bool]  # a condition, and how it comes out where it hides what is beside it


def never_decides(rows: Sequence[Node], scope: Scope) -> Iterator[tuple[Node, str]]:
    """The sides on which parts of conditions never decide, since wherever they would, what stands beside them hides it,
    or a row before them hits: `below`, `at`, `above` of a comparison, `yes`, `no` of another part. That something is
    unknown leads to no other places, as what fails then fails whatever it is; only beside what never fails or never
    holds (`late or not late`) it would, and there nothing is asked for."""
    reader = Reader(Space(), scope, "")
    space, left = reader.space, EVERYWHERE
    try:
        for row in rows:
            for part, masks in _parts(row) if left else ():
                here = space.remaining(left, [box for beside, held in masks for box in reader.boxes(beside, held)])
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


def _parts(node: Node, masks: tuple[Mask, ...] = ()) -> Iterator[tuple[Node, tuple[Mask, ...]]]:
    """The parts of a condition, not behind names, each with what must not be for it to decide: beside it in an `and`
    something that fails, in an `or` something that holds."""
    if isinstance(node, Logic):
        for part in node.parts:
            beside = tuple((other, node.operator == "or") for other in node.parts if other is not part)
            yield from _parts(part, (*masks, *beside))
    elif isinstance(node, Unary) and node.operator == "not":
        yield from _parts(node.operand, masks)
    else:
        yield node, masks
