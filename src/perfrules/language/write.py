"""Writing: from nodes back to the text of an expression, with no needless parentheses."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import assert_never

from perfrules.core.money import fraction_text
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
from perfrules.language.words import ACROSS, ACROSS_KEY, CLOCK, EXPRESSION, FUNCTIONS, INTERPOLATED, YEARS

_CHINESE_WORD = re.compile("(?:^|[^0-9_.\u4e00-\u9fff])[\u4e00-\u9fff]")  # what follows a number is its unit
_CHOOSE, _OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _FACTOR, _VALUE = range(9)


_DURATION = {"days": "天", "months": "个月", "working days": "个工作日"}
_PHRASES = {
    "across all": f"{ACROSS_KEY['across']} {ACROSS['all']}",
    "over years": f"{EXPRESSION['over']} {YEARS['years']}",
}
_CHINESE = _PHRASES | CLOCK | EXPRESSION
_ENGLISH = re.compile(
    f"""(?P<text>"[^"]*")|(?P<digits>[0-9]) (?P<duration>{"|".join(_DURATION)})\\b"""
    rf"|(?<=, )(?P<mode>{'|'.join(INTERPOLATED)})(?= over )|(?<![\w.])(?:(?P<function>{'|'.join(FUNCTIONS)})(?=\()"
    rf"|(?P<word>{'|'.join(sorted(_CHINESE, key=len, reverse=True))})(?![\w.]))"
)


def write(node: Node) -> str:
    """The text that parses to `node`, in English words."""
    return _written(node)[0]


def in_chinese(text: str) -> str:
    """What was written, in Chinese words: it parses to the same."""
    return _ENGLISH.sub(_in_chinese, text)


def in_its_script(text: str) -> str:
    """What was written, in Chinese words where it names something in Chinese: as its author would write it."""
    return in_chinese(text) if speaks_chinese(text) else text


def speaks_chinese(text: str) -> bool:
    """Whether an expression has a Chinese word."""
    return _CHINESE_WORD.search(text) is not None


def _in_chinese(found: re.Match[str]) -> str:
    if found["duration"]:
        return found["digits"] + _DURATION[found["duration"]]
    if found["function"]:
        return FUNCTIONS[found["function"]]
    if found["mode"]:
        return INTERPOLATED[found["mode"]]
    return found["text"] or _CHINESE[found["word"]]


def _written(node: Node) -> tuple[str, int]:
    """The text of a node, and how tightly its loosest operator binds."""
    match node:
        case Literal():
            negative = isinstance(node.value, Fraction) and node.value < 0
            return write_literal(node), _FACTOR if negative else _VALUE
        case Name():
            return ".".join(node.parts), _VALUE
        case Unary(operator="not"):
            return f"not {_inside(node.operand, _NOT)}", _NOT
        case Unary():
            loosest = _VALUE if isinstance(node.operand, Literal) else _FACTOR
            return f"-{_inside(node.operand, loosest, always=isinstance(node.operand, Literal))}", _FACTOR
        case Arithmetic():
            level = _SUM if node.operator in "+-" else _PRODUCT
            left, right = _inside(node.left, level), _inside(node.right, level + 1)
            return f"{left} {node.operator} {right}", level
        case Compare():
            left, right = (_inside(_worded(side), _SUM) for side in (node.left, node.right))
            return f"{left} {node.operator} {right}", _COMPARISON
        case Member():
            members = ", ".join(_inside(m, _SUM) for m in node.members)
            return f"{_inside(node.operand, _SUM)} in {{{members}}}", _COMPARISON
        case Known():
            return f"{_inside(node.operand, _SUM)} is {'not ' * node.negated}known", _COMPARISON
        case Logic():
            level = _OR if node.operator == "or" else _AND
            return f" {node.operator} ".join(_inside(p, level + 1) for p in node.parts), level
        case Choose():
            condition = _inside(node.condition, _OR)
            then, other = _inside(node.then, _CHOOSE), _inside(node.other, _CHOOSE)
            return f"if {condition} then {then} else {other}", _CHOOSE
        case Otherwise():
            return f"{_inside(node.value, _VALUE)} otherwise {_inside(node.default, _VALUE)}", _CHOOSE
        case Call(function="add_days" | "add_months" | "add_working_days", arguments=(start, by)):
            return _written(_moved(start, by))
        case Call():
            return f"{node.function}({', '.join(write(a) for a in node.arguments)})", _VALUE
        case Aggregate():
            return f"{node.function}({_aggregate(node)})", _VALUE
    assert_never(node)


def _worded(node: Node) -> Node:
    """What the place of a word in its order was made from, which no author writes."""
    match node:
        case Choose(condition=Compare(left=word), then=Literal(kind="number", written="")):
            return word
        case Literal(kind="number", value=Fraction(), written=word) if word and not word[0].isdecimal():
            return Literal("choice", word, word)
    return node


def _moved(start: Node, by: Node) -> Arithmetic:
    """A date so many days, months or working days later or earlier, as authors write it."""
    earlier = isinstance(by, Unary)
    return Arithmetic("-" if earlier else "+", start, by.operand if isinstance(by, Unary) else by)


def _aggregate(node: Aggregate) -> str:
    values = [write(part) for part in (node.value, node.share) if part is not None]
    values += ["interpolated"] * node.interpolated
    clauses = ((" where", node.where), (" per", node.per), (" in order of", node.order))
    tail = "".join(f"{word} {write(part)}" for word, part in clauses if part is not None)
    over = f"{', '.join(values)}{' ' * bool(values)}over {node.over}{' across all' * node.across}"
    return f"{over}{tail}{' descending' * node.descending}"


def _inside(node: Node, level: int, *, always: bool = False) -> str:
    text, own = _written(node)
    return f"({text})" if own < level or always else text


def write_literal(node: Literal) -> str:
    """A constant as authors write it."""
    if node.value is None:
        return "unknown"
    if node.kind == "flag":
        return "yes" if node.value else "no"
    if isinstance(node.value, Fraction):
        if node.kind == "date":
            return date.fromordinal(int(node.value)).isoformat()
        suffix = {"ratio": "%", "points": "pp", "money": "元"}.get(node.kind, "")
        suffix = suffix or {k: f" {k}" for k in ("days", "months", "working days")}.get(node.kind, "")
        return fraction_text(node.value * 100 if node.kind in ("ratio", "points") else node.value) + suffix
    return str(node.value) if node.kind == "choice" else f'"{node.value}"'
