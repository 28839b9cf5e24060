"""Which kinds meet in arithmetic and comparison, and what the author probably meant where they don't."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import TypeGuard

from perfrules.core.money import fraction_text
from perfrules.core.problem import Findings, Words
from perfrules.core.span import Span
from perfrules.core.values import KIND_WORDS
from perfrules.language.advice import (
    CHOICE_ORDER,
    DURATIONS,
    NO_ORDER,
    NUMBERS,
    WORDS,
    bare,
    brought_together,
    unit_of,
)
from perfrules.language.nodes import Arithmetic, Choose, Compare, Literal, Member, Name, Node
from perfrules.language.scope import Scope, Type

ANY = Type("?")  # what was already refused; it fits everything, so that one mistake is said once
FLAG = Type("flag")
ORDERINGS = ("<", "<=", ">", ">=")

_PRODUCTS = {
    ("money", "ratio"): "money", ("money", "points"): "money", ("money", "number"): "money",
    ("money", "count"): "money", ("ratio", "ratio"): "ratio", ("ratio", "points"): "ratio",
    ("points", "points"): "ratio", ("ratio", "number"): "number", ("points", "number"): "number",
    ("ratio", "count"): "number", ("points", "count"): "number", ("number", "number"): "number",
    ("number", "count"): "number", ("count", "count"): "count",
    ("days", "count"): "days", ("days", "number"): "days", ("days", "ratio"): "days",
    ("months", "count"): "months", ("months", "number"): "months", ("months", "ratio"): "months",
}  # fmt: skip
_QUOTIENTS = {
    ("money", "money"): "ratio", ("count", "count"): "ratio", ("number", "number"): "ratio",
    ("number", "count"): "number", ("count", "number"): "number", ("ratio", "ratio"): "ratio",
    ("points", "ratio"): "ratio", ("points", "points"): "ratio", ("ratio", "points"): "ratio",
    ("money", "ratio"): "money", ("money", "number"): "money", ("money", "count"): "money",
    ("ratio", "number"): "ratio", ("ratio", "count"): "ratio", ("points", "number"): "points",
    ("days", "days"): "ratio", ("months", "months"): "ratio",
    ("points", "count"): "points", ("number", "ratio"): "number", ("count", "ratio"): "number",
}  # fmt: skip

Typed = tuple[Node, Type]


def said_kind(kind: Type) -> Words:
    """A kind as messages name it."""
    return KIND_WORDS[kind.kind]


def constant(node: Node, scope: Scope) -> Literal | None:
    """The literal that a node is, or that the parameter it names holds."""
    if isinstance(node, Literal):
        return node
    if isinstance(node, Name) and node.symbol and node.symbol.role == "parameter":
        return scope.parameters[node.symbol.name].literal
    return None


def is_zero(node: Node) -> bool:
    """Whether a node is the bare `0` that every kind has."""
    return isinstance(node, Literal) and node.kind == "number" and node.value == 0


def is_whole(node: Node) -> bool:
    """Whether a node is a bare whole number."""
    value = node.value if isinstance(node, Literal) and node.kind == "number" else None
    return isinstance(value, Fraction) and value.denominator == 1


def _meets_ratio(node: Node) -> bool:
    """A ratio meets the bare numbers 0 and 1 only."""
    return isinstance(node, Literal) and node.kind == "number" and node.value in (0, 1)


def _counts(left: Typed, right: Typed) -> bool:
    """Whether two numbers are a count and a whole constant: what is made of them is a count, too."""
    sides = ((left, right), (right, left))
    return any(beside.kind == "count" and is_whole(node) for (node, _), (_, beside) in sides)


def comparable(left: Typed, right: Typed, operator: str, scope: Scope, span: Span | None, findings: Findings) -> Type:
    """The kind that two values share; notes a problem and gives `ANY` where they don't."""
    (_, left_kind), (_, right_kind) = left, right
    kinds = {left_kind.kind, right_kind.kind}
    if "?" in kinds:
        return left_kind if right_kind == ANY else right_kind
    if kinds <= set(NUMBERS):
        return Type("count" if kinds == {"count"} or _counts(left, right) else "number")
    if (kinds <= {"text", "choice", "flag"} and len(kinds) == 1) or kinds == {"text", "choice"}:
        return _words(left, right, operator, scope, span, findings)
    if len(kinds) == 1:
        return left_kind
    if kinds <= DURATIONS:
        findings.add("PR433", span, left=said_kind(left_kind), right=said_kind(right_kind))
        return ANY
    if kinds == {"ratio", "points"}:
        return _points(left, right, scope, span, findings)
    for (node, kind), beside in ((left, right), (right, left)):
        other = beside[1]
        if is_zero(node) and other.kind not in ("flag", "date", *WORDS):
            return other
        if _meets_ratio(node) and other.kind == "ratio":
            return other
        if kind.kind in NUMBERS and other.kind in ("ratio", "points", "money", *DURATIONS):
            literal, score = constant(node, scope), constant(beside[0], scope)
            if score and score.written.endswith("分"):
                plain = score.written.removesuffix("分")
                findings.add("PR318", score.span or span, written=score.written, plain=plain)
                return ANY
            if literal and isinstance(literal.value, Fraction):
                return _bare(node, literal, beside, scope, span, findings)
    return _apart(left, right, scope, span, findings)


def _words(left: Typed, right: Typed, operator: str, scope: Scope, span: Span | None, findings: Findings) -> Type:
    """Two texts, choices or yes and no: only the words of one ordered choice have an order."""
    (_, kind), (_, other) = left, right
    for (node, _), (other_node, beside) in ((left, right), (right, left)):
        if operator and not isinstance(other_node, Literal) and _is_called_like_a_word(node, beside):
            findings.add("PR442", node.span or span, name=node.parts[0])
    strange = operator and kind.choices and other.choices and not set(kind.choices) & set(other.choices)
    if strange or (operator in ORDERINGS and kind.order and other.order and kind != other):
        return _apart(left, right, scope, span, findings)
    if operator in ORDERINGS and not (kind.order and kind == other):
        findings.add("PR412", span, found=said_kind(kind), hint=CHOICE_ORDER if kind.choices else NO_ORDER)
        return ANY
    if operator or kind == other:
        return kind
    words = tuple(dict.fromkeys((*kind.choices, *other.choices)))
    return Type("choice", words) if kind.kind == other.kind else Type("text")  # what may be one or the other


def _points(left: Typed, right: Typed, scope: Scope, span: Span | None, findings: Findings) -> Type:
    """A difference of two ratios beside a ratio: a constant must say percentage points."""
    for node, kind in (left, right):
        literal = constant(node, scope)
        if literal is not None and isinstance(literal.value, Fraction):
            number = fraction_text(literal.value * 100)
            meant = f"{number}pp" if kind.kind == "ratio" else f"{number}%"
            findings.add("PR413", node.span or span, written=literal.written, meant=meant)
            return ANY
    return Type("ratio")


def _bare(node: Node, literal: Literal, beside: Typed, scope: Scope, span: Span | None, findings: Findings) -> Type:
    """A bare number where a ratio, an amount or a duration stands; of a parameter, where it is declared, too."""
    (other_node, other), value = beside, literal.value
    assert isinstance(value, Fraction)
    code = "PR405" if other.kind == "money" else "PR434" if other.kind in DURATIONS else "PR404"
    meant = bare(value, other, unit_of(other_node, scope))
    related = _declared(node, literal)
    findings.add(code, node.span or span, written=literal.written, meant=meant, related=related)
    return ANY


def _apart(left: Typed, right: Typed, scope: Scope, span: Span | None, findings: Findings) -> Type:
    """Two values that don't fit together."""
    pairs = ((left, right), (right, left))
    hints = (brought_together(constant(node, scope), kind, other) for (node, kind), (_, other) in pairs)
    words = (_word_of(node, other) for (node, _), (_, other) in pairs)
    hint = next(
        (h for h in chain(words, hints) if h is not None), Words("bring both to the same kind", "请使两边种类相同")
    )
    findings.add("PR403", span, left=said_kind(left[1]), right=said_kind(right[1]), hint=hint)
    return ANY


def _is_called_like_a_word(node: Node, other: Type) -> TypeGuard[Name]:
    """Whether a name is called like a word of the choice beside it."""
    return isinstance(node, Name) and len(node.parts) == 1 and node.parts[0] in other.choices


def _word_of(node: Node, other: Type) -> Words | None:
    """Where a name is called like a word of the choice beside it: that it does not mean the word."""
    if not _is_called_like_a_word(node, other):
        return None
    word = node.parts[0]
    return Words(
        f"`{word}` is a name here, and not the word of the choice; call the name otherwise",
        f"`{word}` 在此是名称，不是选项中的词；请给该名称改名",
    )


def _declared(node: Node, literal: Literal) -> list[tuple[str, Span]]:
    """Where the value of a parameter is written."""
    return [("declared", literal.span)] if isinstance(node, Name) and literal.span else []


def combined(node: Arithmetic, left: Typed, right: Typed, scope: Scope, findings: Findings) -> Type:
    """The kind of a sum, difference, product or quotient; notes a problem where there is none."""
    (_, left_kind), (right_node, right_kind) = left, right
    if ANY in (left_kind, right_kind):
        return ANY
    if node.operator in "+-":
        return _summed(node, left, right, scope, findings)
    if node.operator == "/" and isinstance(right_node, Literal) and right_node.value == 0:
        findings.add("PR439", right_node.span or node.span, written=right_node.written)
        return ANY
    pair = (left_kind.kind, right_kind.kind)
    if node.operator == "*":
        kind = "count" if _counts(left, right) else _PRODUCTS.get(pair) or _PRODUCTS.get((pair[1], pair[0]))
    elif isinstance(right_node, Literal) and right_node.kind == "number":
        kind = left_kind.kind if left_kind.kind != "count" else "number"  # a half of something is its kind
    else:
        kind = _QUOTIENTS.get(pair)
    if kind is None:
        findings.add("PR423", node.span, operator=node.operator, left=said_kind(left_kind), right=said_kind(right_kind))
        return ANY
    return Type(kind)


def _summed(node: Arithmetic, left: Typed, right: Typed, scope: Scope, findings: Findings) -> Type:
    (left_node, left_kind), (_, right_kind) = left, right
    pair = (left_kind.kind, right_kind.kind)
    if pair[0] == "date" and (pair[1] in DURATIONS or pair[1] == "date"):
        return _moved(node, right_kind, scope, findings)
    if pair == ("ratio", "ratio"):
        whole = isinstance(left_node, Literal)
        return Type("ratio") if node.operator == "+" or whole else Type("points")
    if pair in (("ratio", "points"), ("points", "ratio")):
        return Type("ratio")
    if node.operator == "-" and _meets_ratio(left_node) and right_kind.kind == "ratio":
        return Type("ratio")
    return comparable(left, right, "<", scope, node.span, findings)


def _moved(node: Arithmetic, by: Type, scope: Scope, findings: Findings) -> Type:
    """A date so many days or months later or earlier; between two dates there are `days(a, b)`."""
    if by.kind == "working days" and scope.vocabulary.working_days is None:
        findings.add("PR437", node.span)
        return ANY
    if by.kind == "date":
        if node.operator == "+":
            findings.add("PR423", node.span, operator="+", left=said_kind(by), right=said_kind(by))
        else:
            findings.add("PR435", node.span)
        return ANY
    return Type("date")


def by_place(node: Compare, kind: Type) -> Node:
    """A comparison of words by their order: with a constant it asks which of the words it is."""
    if node.operator in ("=", "!="):
        return node
    words = rising(kind)
    if isinstance(node.right, Literal) and not isinstance(node.left, Literal):
        place = words.index(str(node.right.value)) if node.right.value in words else 0
        chosen = {"<": words[:place], "<=": words[: place + 1], ">": words[place + 1 :], ">=": words[place:]}
        found = tuple(Literal("choice", word, word, node.right.span) for word in chosen[node.operator])
        if found:
            return Member(node.left, found, node.span)
    return replace(node, left=placed(node.left, kind), right=placed(node.right, kind))


def rising(kind: Type) -> tuple[str, ...]:
    """The words of an ordered choice, the least first."""
    return kind.choices[::-1] if kind.order == "best-first" else kind.choices


def placed(node: Node, kind: Type) -> Node:
    """The place of a word in an ordered choice, as a number: the better, the greater."""
    words = rising(kind)
    if isinstance(node, Literal) and node.value in words:
        return Literal("number", Fraction(words.index(str(node.value))), node.written, node.span)
    chain: Node = Literal("number", Fraction(len(words) - 1))
    for place, word in list(enumerate(words[:-1]))[::-1]:
        equal = Compare("=", node, Literal("choice", word, word))
        chain = Choose(equal, Literal("number", Fraction(place)), chain, node.span)
    return chain
