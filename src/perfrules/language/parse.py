"""Parsing: from the text of an expression to its nodes, by precedence climbing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

from perfrules.core.money import UNITS, exact, is_grouped, too_long
from perfrules.core.problem import Findings, Words
from perfrules.core.span import Span, Text
from perfrules.language.cursor import Cursor
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
from perfrules.language.tokens import VALUE_EXPECTED, Token, Unreadable
from perfrules.language.words import FUNCTIONS, english

COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
FUNCTION_WORDS = english(FUNCTIONS)
_CLOSING = {"(": ")", "{": "}"}


def parse(text: Text, findings: Findings) -> Node | None:
    """The nodes of an expression; None with a problem noted where it can't be read."""
    try:
        return _Parser(text, findings).whole()
    except Unreadable:
        return None


def parse_literal(text: Text, findings: Findings) -> Literal | None:
    """One constant, as a parameter holds: `85%`, `-2_000元`, `yes`, a quoted text, or a bare word."""
    if text.quoted:
        return Literal("text", str(text), str(text), text.span)
    try:
        return _Parser(text, findings).constant()
    except Unreadable:
        return None


class _Parser(Cursor):
    # from loosest to tightest

    def whole(self) -> Node:
        if self.token.kind == "end":
            raise self.fail("PR301", self.text.span, expected=VALUE_EXPECTED)
        node = self.expression()
        if self.token.kind != "end":
            raise self.leftover()
        return node

    def leftover(self) -> Unreadable:
        if self.at("sign", *_CLOSING.values()):
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
        for side, part in ((value, "left"), (default, "right")):
            negative = isinstance(side, Unary) and side.operator == "-" and part == "left"
            if (negative or isinstance(side, (Arithmetic, Compare, Logic, Member))) and not self.bracketed(side):
                raise self.fail("PR315", sign)
        return Otherwise(value, default, self.since(start))

    def bracketed(self, node: Node) -> bool:
        """Whether a node was written in parentheses: the sign before it is one that opens."""
        assert node.span is not None
        source, start = node.span.source.text, node.span.start
        return source[start : start + 1] in "(（" and _encloses(source[start : node.span.end])

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
        if self.skip("keyword", "in"):
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
                return _placed(node, self.since(start))
        raise self.unexpected(VALUE_EXPECTED)

    def unclosed(self, opening: Token) -> Unreadable:
        if self.token.kind == "end":
            return self.fail("PR306", self.span(opening), sign=opening.text)
        return self.unexpected(Words(f"`{_CLOSING[opening.text]}`", f"`{_CLOSING[opening.text]}`"))

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

    def call(self, start: Token) -> Node:
        function = FUNCTION_WORDS.get(start.text, start.text)
        opening = self.take()
        arguments: list[Node] = []
        if not self.at("sign", ")") and not self.at("keyword", "over"):
            arguments.append(self.expression())
            while self.skip("sign", ","):
                arguments.append(self.expression())
        if self.skip("keyword", "over"):
            return self.aggregate(start, opening, function, arguments)
        if not self.skip("sign", ")"):
            raise self.unclosed(opening)
        return Call(function, tuple(arguments), self.since(start))

    def aggregate(self, start: Token, opening: Token, function: str, arguments: list[Node]) -> Node:
        if self.token.kind != "word":
            raise self.unexpected(
                Words("what belongs to the subject, such as `reviews`", "隶属于对象的集合，如 `reviews`")
            )
        over = self.take().text
        where = self.expression() if self.skip("keyword", "where") else None
        if not self.skip("sign", ")"):
            raise self.unclosed(opening)
        span = self.since(start)
        if len(arguments) > 1:
            raise self.fail("PR407", span, function=function, expected="1", found=str(len(arguments)))
        return Aggregate(function, arguments[0] if arguments else None, over, where, span)

    # constants

    def literal(self, token: Token) -> Literal:
        span = self.span(token)
        if token.kind == "text":
            return Literal("text", token.text, f'"{token.text}"', span)
        if token.kind == "date":
            return Literal("date", Fraction(date.fromisoformat(token.text).toordinal()), token.text, span)
        return self.number(token, span)

    def number(self, token: Token, span: Span) -> Literal:
        found = re.fullmatch(r"(CNY\s*)?([0-9_.]+)\s*(\D*)", token.text)
        assert found is not None
        digits = found[2].replace("_", "")
        if too_long(digits):
            raise self.fail("PR311", span, number=token.text[:40])
        value, unit = exact(digits), found[3]
        written = "".join(token.text.split())
        if unit == "%":
            return Literal("ratio", value / 100, written, span)
        if unit == "pp":
            return Literal("points", value / 100, written, span)
        if unit or found[1]:
            return Literal("money", value * UNITS.get(unit, 1), written, span)
        return Literal("number", value, written, span)

    def constant(self) -> Literal:
        start = self.token
        if self.token.kind == "word":
            self.take()
            node: Node = Literal("word", start.text, start.text, self.since(start))
        else:
            node = self.factor()
        if is_grouped(self.text):
            plain = self.text.replace(",", "")
            hint = Words(f"write {plain}", f"请写作 {plain}")
            raise self.fail("PR310", self.text.span, number=str(self.text), plain=hint)
        if self.token.kind != "end" or not isinstance(node, Literal):
            raise self.fail("PR316", self.text.span, value=str(self.text))
        return node


def _placed(node: Node, span: Span) -> Node:
    """The node with the place that includes its parentheses."""
    return replace(node, span=span)


def _encloses(text: str) -> bool:
    """Whether the first parenthesis of `text` closes at its end."""
    depth = 0
    for i, char in enumerate(text):
        depth += (char in "(（") - (char in ")）")
        if depth == 0:
            return i == len(text) - 1
    return False
