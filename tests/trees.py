"""Generated trees of expressions: every node that the parser makes, with every clause, in every place where it may stand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from perfrules.language.nodes import (
    Aggregate,
    Arithmetic,
    Call,
    Choose,
    Compare,
    Known,
    Literal,
    Logic,
    Member,
    Name,
    Node,
    Otherwise,
    Unary,
)

WORDS = st.sampled_from(["a", "rate", "paid_2", "department", "执行率", "部门", "in_order", "order", "of", "across", "years", "interpolated", "descending_1", "是非", "金额2"])
FUNCTIONS = st.sampled_from(["min", "max", "round", "prior", "date", "district_macro", "所在地标准"])
DECIMALS = st.tuples(st.integers(-(10**15), 10**15), st.integers(0, 6)).map(lambda pair: Fraction(pair[0], 10 ** pair[1]))
TEXTS = st.text(st.sampled_from("ab 0%’'是，（8５·/\\"), max_size=6)


def _literal(kinds: list[str], values) -> st.SearchStrategy[Node]:
    return st.builds(Literal, st.sampled_from(kinds), values)


LITERALS = st.one_of(
    _literal(["number", "ratio", "points", "money"], DECIMALS),
    _literal(["days", "months", "working days"], st.integers(-100_000, 100_000).map(Fraction)),
    _literal(["date"], st.dates(date(1000, 1, 1)).map(lambda day: Fraction(day.toordinal()))),
    _literal(["flag"], st.booleans()),
    _literal(["text"], TEXTS),
)
NAMES = st.builds(Name, st.lists(WORDS, min_size=1, max_size=3).map(tuple))


def _negated(node: Node) -> Node:
    """A minus; before a number it is the number's own sign."""
    if isinstance(node, Literal) and isinstance(node.value, Fraction) and node.kind != "date":
        return Literal(node.kind, -node.value)
    return Unary("-", node)


def _above(node) -> st.SearchStrategy[Node]:
    some = st.lists(node, min_size=1, max_size=3).map(tuple)
    maybe = st.one_of(st.none(), node)
    common = {"over": WORDS, "where": maybe, "per": maybe, "across": st.booleans()}
    orders = [{"order": st.none()}, {"order": node, "descending": st.booleans()}]
    functions = st.sampled_from(["count", "sum", "rank", "last", "streak"])
    percentile = {"share": node, "interpolated": st.booleans()}
    return st.one_of(
        node.map(_negated),
        st.builds(Unary, st.just("not"), node),
        st.builds(Arithmetic, st.sampled_from("+-*/"), node, node),
        st.builds(Compare, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), node, node),
        st.builds(Member, node, some),
        st.builds(Known, node, st.booleans()),
        st.builds(Logic, st.sampled_from(["and", "or"]), st.lists(node, min_size=2, max_size=4).map(tuple)),
        st.builds(Choose, node, node, node),
        st.builds(Otherwise, node, node),
        st.builds(Call, FUNCTIONS, st.lists(node, max_size=3).map(tuple)),
        *(st.builds(Aggregate, functions, maybe, **common, **order) for order in orders),
        *(st.builds(Aggregate, st.just("percentile"), node, **common, **order, **percentile) for order in orders),
    )


TREES = st.recursive(st.one_of(NAMES, LITERALS), _above, max_leaves=12)
