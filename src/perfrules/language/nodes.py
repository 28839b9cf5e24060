"""The twelve kinds of node that an expression is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, assert_never

from perfrules.core.span import Span

Constant = Fraction | bool | str | None  # money in major units; a date as its ordinal day; None: no row of a table


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name stands for, once `kinds` has looked it up.

    `role` is `fact`, `opening` (a fact that is the opening amount of an account), `definition` (of `names:`),
    `parameter`, `clock`, or `ancestor` (which one it is); `path` leads up to the ancestor that has it.
    """

    role: str
    name: str
    path: tuple[str, ...] = ()
    offset: int = 0  # years from the judged period


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: its kind, its exact value, and how it was written."""

    kind: str
    value: Constant
    written: str = field(default="", compare=False)
    span: Span | None = field(default=None, compare=False, repr=False)
    currency: str = field(default="", compare=False, repr=False)  # of money, as it was written


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, a parameter or a name; through a dot, one of an ancestor."""

    parts: tuple[str, ...]
    span: Span | None = field(default=None, compare=False, repr=False)
    symbol: Symbol | None = None


@dataclass(frozen=True, slots=True)
class Unary:
    """`-` or `not`."""

    operator: str
    operand: Node
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`+`, `-`, `*` or `/` of two values."""

    operator: str
    left: Node
    right: Node
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """`<`, `<=`, `>`, `>=`, `=` or `!=` of two values."""

    operator: str
    left: Node
    right: Node
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Member:
    """Whether a value is one of a set of literals."""

    operand: Node
    members: tuple[Node, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    """Whether a value is known; `negated` for `is not known`."""

    operand: Node
    negated: bool = False
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` or `or` of two or more conditions."""

    operator: str
    parts: tuple[Node, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Choose:
    """`if … then … else …`."""

    condition: Node
    then: Node
    other: Node
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A value, or a default where it is unknown."""

    value: Node
    default: Node
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of values: `min`, `round`, …; or a macro that a district declared."""

    function: str
    arguments: tuple[Node, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A function over rows: of those that belong to the subject, of a cohort, or over the subject's years.

    Only rows where `where` holds count; `per` parts a cohort by a value that the subject shares with its own
    part (`own` is the same, seen from the subject); `order` says in which order. `share` is that of a percentile.
    `across`: of all jurisdictions.
    """

    function: str
    value: Node | None
    over: str
    where: Node | None = None
    per: Node | None = None
    order: Node | None = None
    descending: bool = False
    share: Node | None = None
    interpolated: bool = False
    across: bool = False
    span: Span | None = field(default=None, compare=False, repr=False)
    own: Node | None = field(default=None, compare=False, repr=False)


Node = Literal | Name | Unary | Arithmetic | Compare | Member | Known | Logic | Choose | Otherwise | Call | Aggregate


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below `node`, as written from left to right."""
    match node:
        case Literal() | Name():
            return ()
        case Unary(operand=operand) | Known(operand=operand):
            return (operand,)
        case Arithmetic(left=left, right=right) | Compare(left=left, right=right):
            return (left, right)
        case Member():
            return (node.operand, *node.members)
        case Logic():
            return node.parts
        case Choose():
            return (node.condition, node.then, node.other)
        case Otherwise():
            return (node.value, node.default)
        case Call():
            return node.arguments
        case Aggregate():
            parts = (node.value, node.share, node.where, node.per, node.order)
            return tuple(part for part in parts if part is not None)
    assert_never(node)


ELSEWHERE = ("prior", "next")  # functions whose value is that of another period or row


def own(node: Node) -> Iterator[Node]:
    """`node` and the nodes below it that are about the row itself, not about other rows."""
    yield node
    if not (isinstance(node, Aggregate) or is_elsewhere(node)):
        for child in children(node):
            yield from own(child)


def is_elsewhere(node: Node) -> bool:
    """Whether a node is a look at another period, or at another row of a history."""
    return isinstance(node, Call) and node.function in ELSEWHERE


def walk(node: Node) -> Iterator[Node]:
    """`node` and every node below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def height(node: Node) -> int:
    """How many nodes stand one below the other at most."""
    levels, below = 0, [node]
    while below:
        levels, below = levels + 1, [child for one in below for child in children(one)]
    return levels


def branches(node: Node) -> Iterator[Choose]:
    """The `if` that follow on another by `else`: of an output of a table, one for each row."""
    while isinstance(node, Choose):
        yield node
        node = node.other


def alternatives(node: Node) -> int:
    """How many `if` follow on another, by `else`."""
    return sum(1 for _ in branches(node))


def rebuilt(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """The node with what `change` gives for some of its nodes; where that is None, it is asked about the parts."""
    found = change(node)
    if found is not None:
        return found
    values = {name: _rebuilt_value(value, change) for name in _PARTS[type(node)] if (value := getattr(node, name))}
    changed: dict[str, Any] = {name: value for name, value in values.items() if value is not getattr(node, name)}
    return replace(node, **changed)


def _rebuilt_value(value: Node | tuple[Node, ...], change: Callable[[Node], Node | None]) -> Node | tuple[Node, ...]:
    if not isinstance(value, tuple):
        return rebuilt(value, change)
    parts = tuple(rebuilt(part, change) for part in value)
    return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts


_PARTS: dict[type[Node], tuple[str, ...]] = {
    Literal: (), Name: (), Unary: ("operand",), Known: ("operand",), Arithmetic: ("left", "right"),
    Compare: ("left", "right"), Member: ("operand", "members"), Logic: ("parts",),
    Choose: ("condition", "then", "other"), Otherwise: ("value", "default"), Call: ("arguments",),
    Aggregate: ("value", "share", "where", "per", "order", "own"),
}  # fmt: skip
