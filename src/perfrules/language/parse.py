"""Parsing: from the text of an expression to its nodes, by precedence climbing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from perfrules.core.money import exact
from perfrules.core.problem import Findings, Words
from perfrules.core.span import Text
from perfrules.language.calls import CLOSING, Calls
from perfrules.language.meant import meant
from perfrules.language.nodes import (
    Arithmetic,
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
    height,
)
from perfrules.language.quantities import with_comma
from perfrules.language.tokens import VALUE_EXPECTED, Token, Unreadable, usual_form

HEIGHT_MAX = 100  # of what is read once more by functions that call themselves, here and in Python's own parser
IN_WORDS = ("PR301", "PR302", "PR304", "PR310")  # what is said where words stand instead of signs
COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,12})?")


def parse(text: Text, findings: Findings) -> Node | None:
    """The nodes of an expression; None with a problem noted where it can't be read."""
    inside = Findings()
    try:
        node = _Parser(text, inside).whole()
    except Unreadable:
        node = None
        words = inside.problems[-1].code in IN_WORDS and meant(usual_form(text)[0], is_readable)
        if words:
            inside.add("PR317", text.span, written=str(text), meant=words)
            del inside.problems[-2]
    findings.problems += inside.problems
    return node


def is_readable(text: str) -> bool:
    """Whether a text is an expression."""
    try:
        _Parser(Text.of(text), Findings()).whole()
    except Unreadable:
        return False
    return True


def parse_literal(text: Text, findings: Findings) -> Literal | None:
    """One constant, as a parameter holds: `85%`, `-2_000元`, `yes`, a quoted text, or a bare word."""
    if text.quoted:
        return Literal("text", str(text), str(text), text.span)
    if _NUMBER.fullmatch(text) is not None:  # most of what is given; to take it apart would give the same
        return Literal("number", exact(text), str(text), text.span)
    comma = with_comma(text, alone=True)
    if comma is not None:
        findings.add("PR310", text.span, number=str(text), plain=comma)
        return None
    try:
        return _Parser(text, findings).constant()
    except Unreadable:
        return None


class _Parser(Calls):
    def __init__(self, text: Text, findings: Findings) -> None:
        super().__init__(text, findings)
        self.bracketed: list[Node] = []  # what was written in parentheses

    # from loosest to tightest

    def whole(self) -> Node:
        if self.token.kind == "end":
            raise self.fail("PR301", self.text.span, expected=VALUE_EXPECTED)
        node = self.expression()
        if self.token.kind != "end":
            raise self.leftover()
        if len(self.tokens) > HEIGHT_MAX and height(node) > HEIGHT_MAX:
            limit = Words(f"{HEIGHT_MAX} operations in a row", f"{HEIGHT_MAX} 次连续运算")
            raise self.fail("PR312", self.text.span, limit=limit)
        return node

    def leftover(self) -> Unreadable:
        if self.at("sign", *CLOSING.values()):
            return self.fail("PR306", self.span(self.token), sign=self.token.text)
        return self.unexpected(Words("an operator such as `and`, `<`, `+`", "运算符，如 `且`、`<`、`+`"))

    def expression(self) -> Node:
        self.deeper()
        start = self.token
        node: Node
        if self.skip("keyword", "if"):
            condition = self.disjunction()
            self.expect("keyword", "then")
            then = self.expression()
            self.expect("keyword", "else")
            node = Choose(condition, then, self.expression(), self.since(start))
        else:
            node = self.disjunction()
            if self.at("keyword", "otherwise"):
                node = self.defaulted(node, start)
        self.depth -= 1
        return node

    def defaulted(self, value: Node, start: Token) -> Node:
        sign = self.span(self.take())
        default = self.disjunction()
        loose: list[Node] = [
            side for side in (value, default) if isinstance(side, (Arithmetic, Compare, Logic, Member))
        ]
        if isinstance(value, Unary) and value.operator == "-":
            loose.append(value)
        if not all(any(side is one for one in self.bracketed) for side in loose):
            raise self.fail("PR315", sign)
        return Otherwise(value, default, self.since(start))

    def disjunction(self) -> Node:
        return self.chain("or", self.conjunction)

    def conjunction(self) -> Node:
        return self.chain("and", self.negation)

    def chain(self, operator: str, part: Callable[[], Node]) -> Node:
        start = self.token
        parts = [part()]
        while self.skip("keyword", operator):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Logic(operator, tuple(parts), self.since(start))

    def negation(self) -> Node:
        start = self.token
        if not self.skip("keyword", "not"):
            return self.comparison()
        self.deeper()
        operand = self.negation()
        self.depth -= 1
        return Unary("not", operand, self.since(start))

    def comparison(self) -> Node:
        start = self.token
        left = self.sum()
        if self.at("sign", *COMPARISONS):
            operator = self.take().text
            right = self.sum()
            if self.at("sign", *COMPARISONS):
                raise self.fail("PR303", self.span(self.token), sign=self.token.text)
            return Compare(operator, left, right, self.since(start))
        if self.at("keyword", "in") and not self.at_order():
            self.take()
            return Member(left, self.members(), self.since(start))
        if self.skip("keyword", "is"):
            negated = self.skip("keyword", "not")
            self.expect("keyword", "known")
            return Known(left, negated, self.since(start))
        return left

    def members(self) -> tuple[Node, ...]:
        self.expect("sign", "{")
        members = [self.sum()]
        while self.skip("sign", ","):
            members.append(self.sum())
        self.expect("sign", "}")
        return tuple(members)

    def sum(self) -> Node:
        start = self.token
        left = self.product()
        while self.at("sign", "+", "-"):
            operator = self.take().text
            left = Arithmetic(operator, left, self.product(), self.since(start))
        return left

    def product(self) -> Node:
        start = self.token
        left = self.factor()
        while self.at("sign", "*", "/"):
            operator = self.take().text
            left = Arithmetic(operator, left, self.factor(), self.since(start))
        return left

    def factor(self) -> Node:
        start = self.token
        if self.at("sign", "+"):
            following = self.tokens[self.position + 1]
            hint = Words(f"write {following.text}", f"请写作 {following.text}")
            span = self.text.at(start.start, following.end)
            raise self.fail("PR310", span, number="+" + following.text, plain=hint)
        if not self.skip("sign", "-"):
            return self.value()
        self.deeper()
        operand = self.factor()
        self.depth -= 1
        if isinstance(operand, Literal) and isinstance(operand.value, Fraction) and operand.kind != "date":
            return Literal(operand.kind, -operand.value, "-" + operand.written, self.since(start))
        return Unary("-", operand, self.since(start))

    def value(self) -> Node:
        start = self.token
        match start.kind:
            case "number" | "date" | "text":
                return self.literal(self.take())
            case "keyword" if start.text in ("yes", "no"):
                self.take()
                return Literal("flag", start.text == "yes", start.text, self.since(start))
            case "word":
                return self.named()
            case "sign" if start.text == "(":
                self.take()
                node = self.expression()
                if not self.skip("sign", ")"):
                    raise self.unclosed(start)
                self.bracketed.append(replace(node, span=self.since(start)))  # the place includes the parentheses
                return self.bracketed[-1]
        raise self.unexpected(VALUE_EXPECTED)

    def named(self) -> Node:
        start = self.take()
        if self.at("sign", "("):
            return self.call(start)
        parts = [start.text]
        while self.skip("sign", "."):
            if self.token.kind != "word":
                raise self.unexpected(Words("a name", "名称"))
            parts.append(self.take().text)
        return Name(tuple(parts), self.since(start))

    # constants

    def constant(self) -> Literal:
        start = self.token
        if self.token.kind == "word":
            self.take()
            node: Node = Literal("word", start.text, start.text, self.since(start))
        else:
            node = self.factor()
        if self.token.kind != "end" or not isinstance(node, Literal):
            raise self.fail("PR316", self.text.span, value=str(self.text))
        return node
