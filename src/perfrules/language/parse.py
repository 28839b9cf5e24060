"""Parsing: from the text of an expression to its nodes, by precedence climbing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from perfrules.core.money import is_grouped
from perfrules.core.problem import Findings, Words
from perfrules.core.span import Span, Text
from perfrules.language.constants import Constants
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
from perfrules.language.words import FUNCTIONS, INTERPOLATED, YEARS, english

COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
FUNCTION_WORDS = english(FUNCTIONS)
YEAR_WORDS = english(YEARS)
INTERPOLATED_WORDS = english(INTERPOLATED)
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


class _Parser(Constants):
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
        if self.at("keyword", "in") and not self.at_order():
            self.take()
            return Member(left, self.members(), self.since(start))
        if self.skip("keyword", "is"):
            negated = self.skip("keyword", "not")
            self.expect("keyword", "known")
            return Known(left, negated, self.since(start))
        return left

    def at_order(self) -> bool:
        """Whether `in order of` begins here, which belongs to the aggregate around it."""
        following = [token.text for token in self.tokens[self.position : self.position + 3]]
        return following == ["in", "order", "of"] or self.at("keyword", "in order of")

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
        per = self.expression() if self.skip("keyword", "per") else None
        order = self.expression() if self.skip_order() else None
        descending = order is not None and self.skip("keyword", "descending")
        if not self.skip("sign", ")"):
            raise self.unclosed(opening)
        span = self.since(start)
        share, interpolated = self.percentile(function, arguments, span)
        value = arguments[0] if arguments else None
        return Aggregate(function, value, YEAR_WORDS.get(over, over), where, per, order, descending, share,
                         interpolated, span)  # fmt: skip

    def skip_order(self) -> bool:
        if not self.at_order():
            return False
        self.position += 1 if self.at("keyword", "in order of") else 3
        return True

    def percentile(self, function: str, arguments: list[Node], span: Span) -> tuple[Node | None, bool]:
        """The second argument of a percentile, and whether the word `interpolated` follows it."""
        most = 3 if function == "percentile" else 1
        least = 2 if function == "percentile" else 0
        if not least <= len(arguments) <= most:
            expected = "1" if most == 1 else "2–3"
            raise self.fail("PR407", span, function=function, expected=expected, found=str(len(arguments)))
        mode = arguments[2] if len(arguments) == 3 else None
        if mode is not None and not (isinstance(mode, Name) and mode.parts[0] in INTERPOLATED_WORDS):
            raise self.fail("PR424", mode.span or span)
        return (arguments[1] if most == 3 else None), mode is not None

    # constants

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
