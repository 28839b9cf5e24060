"""Decision tables, written out as ordinary nodes: each output is a chain of `if … then … else …` over the rows.

Where no row hits, the chain ends in a literal without a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from perfrules.core.span import Span
from perfrules.language.nodes import Choose, Literal, Logic, Node, branches

ROWS_MAX = 100  # a chain is as deep as its table is long


@dataclass(frozen=True, slots=True)
class Row:
    """A row: a test for each input (a plain `yes` where any value passes), and a constant for each output."""

    tests: tuple[Node, ...]
    outputs: tuple[Literal, ...]
    written: str
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table; under `unique` no two rows hit at once, under `first` the first one that hits counts."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]
    hit: str
    span: Span

    def words(self, column: int) -> tuple[str, ...]:
        """The words of an output that is a choice, in order of first appearance."""
        found = (row.outputs[column] for row in self.rows)
        return tuple(dict.fromkeys(str(o.value) for o in found if o.kind == "choice"))


def chain(table: Table, column: int) -> Node:
    """One output of a table as nodes that are still to be typed."""
    kinds = [row.outputs[column] for row in table.rows]
    usual = next((o.kind for o in kinds if not (o.kind == "number" and o.value == 0)), "number")
    node: Node = Literal(usual, None, table.name, table.span)
    for row in reversed(table.rows):
        tests = [t for t in row.tests if t != ALWAYS]
        condition = tests[0] if len(tests) == 1 else Logic("and", tuple(tests), row.span) if tests else ALWAYS
        node = Choose(condition, row.outputs[column], node, row.span)
    return node


ALWAYS = Literal("flag", True, "yes")


def conditions(node: Node) -> Iterator[Node]:
    """The condition of each row, from one output's chain."""
    return (branch.condition for branch in branches(node))
