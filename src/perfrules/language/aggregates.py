"""Aggregates: which rows they are over, what they take, and the kind that they give."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from perfrules.core.problem import did_you_mean
from perfrules.core.vocabulary import SubjectKind
from perfrules.language.advice import SORTED, other_function, usage
from perfrules.language.combine import ANY, FLAG, Typed, comparable, constant, placed, said_kind
from perfrules.language.functions import AMONG, ROWS_FUNCTIONS
from perfrules.language.nodes import Aggregate, Name, Node
from perfrules.language.scope import Type
from perfrules.language.words import FUNCTIONS

if TYPE_CHECKING:
    from perfrules.language.kinds import Checker

AGGREGATES = (*ROWS_FUNCTIONS, "min", "max")
CONDITIONS = ("any", "all", "streak")  # they take a condition
ORDERED = ("last", "streak", "running_sum")
FRACTIONS = ("average", "percentile")  # of counts they give a number


def check_aggregate(checker: Checker, node: Aggregate) -> Typed:
    """An aggregate with its parts elaborated, and the kind that it gives."""
    if node.function not in AGGREGATES:
        known = [word for name in AGGREGATES for word in (name, FUNCTIONS[name])]
        hint = other_function(node.function, known)
        return node, checker.fail("PR408", node.span, function=node.function, hint=hint)
    found = checker.scope.members(node.over)
    if found is None:
        known = [*checker.scope.vocabulary.plurals, "years"]
        return node, checker.fail("PR410", node.span, name=node.over, hint=did_you_mean(node.over, known))
    reach, kind = found
    if not _fits(checker, node, reach, kind):
        return node, ANY
    inside = checker.within(checker.scope.of(kind), in_years=reach == "years")
    where = inside.condition(node.where) if node.where else None
    per, own = _parts(checker, inside, node)
    node = replace(node, where=where, per=per, own=own, order=_order(inside, node))
    return _valued(checker, inside, node)


def _fits(checker: Checker, node: Aggregate, reach: str, kind: SubjectKind) -> bool:
    """Whether the function can be over such rows, in such an order, with so many values."""
    if (node.value is None) != (node.function == "count"):
        expected, given = ("0", "1") if node.function == "count" else ("1", "0")
        checker.fail("PR407", node.span, function=node.function, expected=expected, found=given,
                     hint=usage(node.function))  # fmt: skip
        return False
    if reach == "years" and checker.in_years:
        checker.fail("PR427", node.span)
        return False
    if node.function in AMONG and not (reach == "cohort" and kind.name == checker.scope.kind.name):
        checker.fail("PR428", node.span, function=node.function, many=checker.scope.kind.many)
        return False
    if node.per is not None and reach != "cohort":
        checker.fail("PR429", node.per.span, over=node.over)
        return False
    if node.across and not (reach == "cohort" and checker.scope.vocabulary.jurisdiction):
        checker.fail("PR440", node.span)
        return False
    if node.order is not None and node.function not in ORDERED:
        checker.fail("PR430", node.order.span, function=node.function)
        return False
    known = reach == "years" or bool(kind.in_order_of and node.function != "running_sum")
    if node.order is None and node.function in ORDERED and not known:
        checker.fail("PR431", node.span, function=node.function, over=node.over)
        return False
    return True


def _parts(checker: Checker, inside: Checker, node: Aggregate) -> tuple[Node | None, Node | None]:
    """What parts the cohort, as its members have it and as the subject has it."""
    if node.per is None:
        return None, None
    per, kind = _part(inside, node.per)
    own, own_kind = _part(checker, node.per)
    comparable((per, kind), (own, own_kind), "=", checker.scope, node.per.span, checker.findings)
    return per, own


def _part(checker: Checker, node: Node) -> Typed:
    """A value that parts a cohort; the name of a kind is which one of it the row belongs to."""
    word = node.parts[0] if isinstance(node, Name) and len(node.parts) == 1 else ""
    ancestor = checker.scope.ancestor(word) if word and checker.scope.find((word,)) is None else None
    if isinstance(node, Name) and ancestor is not None:
        return replace(node, symbol=ancestor), Type("text")
    return checker.typed(node)


def _order(inside: Checker, node: Aggregate) -> Node | None:
    if node.order is None:
        return None
    order, kind = inside.typed(node.order)
    return _placed(inside, order, kind)[0]


def _placed(checker: Checker, node: Node, kind: Type) -> Typed:
    """A value that has an order: a measure, a date, or the place of a word in an ordered choice."""
    if kind.order:
        return placed(node, kind), Type("number")
    if kind.kind in ("flag", "text", "choice"):
        return node, checker.fail("PR412", node.span, found=said_kind(kind), hint=SORTED)
    return node, kind


def _valued(checker: Checker, inside: Checker, node: Aggregate) -> Typed:
    if node.value is None:
        return node, Type("count")
    if node.function in CONDITIONS:
        condition = inside.condition(node.value)
        return replace(node, value=condition), Type("count") if node.function == "streak" else FLAG
    value, kind = inside.typed(node.value)
    if node.function == "last":
        return replace(node, value=value), kind
    if node.function == "rank":
        return replace(node, value=_placed(inside, value, kind)[0]), Type("count")
    if kind.kind in ("flag", "text", "choice") or (kind.kind == "date" and node.function not in ("min", "max")):
        checker.fail("PR402", value.span, found=said_kind(kind))
        kind = ANY
    if node.function == "percentile":
        node = replace(node, share=_share(checker, node))
    of_counts = kind.kind == "count" and node.function in FRACTIONS
    return replace(node, value=value), Type("number") if of_counts else kind


def _share(checker: Checker, node: Aggregate) -> Node:
    assert node.share is not None
    share, kind = checker.typed(node.share)
    literal = constant(share, checker.scope)
    value = literal.value if literal is not None else None
    if kind != ANY and not (kind.kind == "ratio" and isinstance(value, Fraction) and 0 <= value <= 1):
        checker.fail("PR432", node.share.span)
    return share
