"""Kinds: whether the values of an expression fit together; names are looked up, macros written out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from perfrules.core.money import Currency, fraction_text
from perfrules.core.problem import Findings, Problem, Words, did_you_mean
from perfrules.core.span import Span, Text
from perfrules.language.advice import CONSTANTS, DURATIONS, other_name
from perfrules.language.aggregates import check_aggregate
from perfrules.language.combine import ANY, FLAG, Typed, by_place, combined, comparable, said_kind
from perfrules.language.functions import check_call
from perfrules.language.meant import meant
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
    walk,
)
from perfrules.language.parse import parse
from perfrules.language.scope import Scope, Type
from perfrules.language.wholeness import surely_whole
from perfrules.language.words import KEYWORDS_INSIDE

MOVED_BY = {"days": "add_days", "months": "add_months", "working days": "add_working_days"}  # what moves a date

MEASURES = ("money", "ratio", "points", "number", "count", "days", "months")


def check(node: Node, scope: Scope, findings: Findings) -> Typed:
    """The elaborated node and its kind. What does not fit is noted, and has the kind `ANY`."""
    return Checker(scope, findings).typed(node)


def check_condition(node: Node, scope: Scope, findings: Findings) -> Node:
    """The elaborated node of what must be a yes or no."""
    return Checker(scope, findings).condition(node)


def note_currency(literal: Literal, currency: Currency, findings: Findings) -> None:
    """An amount in another currency than the vocabulary's is noted: nothing converts it."""
    if literal.currency and literal.currency != currency.code and isinstance(literal.value, Fraction):
        meant = currency.written(fraction_text(literal.value))
        findings.add("PR441", literal.span, written=literal.written, own=currency.code, meant=meant)


class Checker:
    """Checks the expressions of one scope. `depth` counts macros within macros; `in_years` whether the rows
    are already those of a subject's years."""

    def __init__(self, scope: Scope, findings: Findings, depth: int = 0, *, in_years: bool = False) -> None:
        self.scope = scope
        self.findings = findings
        self.depth = depth
        self.in_years = in_years

    def within(self, scope: Scope, *, in_years: bool = False) -> Checker:
        """Checks what stands inside an aggregate, over other rows."""
        return Checker(scope, self.findings, self.depth, in_years=self.in_years or in_years)

    def fail(self, code: str, span: Span | None, **values: Words | str) -> Type:
        self.findings.put(Problem(code, span, values))
        return ANY

    def typed(self, node: Node) -> Typed:
        match node:
            case Literal():
                note_currency(node, self.scope.vocabulary.currency, self.findings)
                return node, Type(node.kind)
            case Name():
                return self.name(node)
            case Unary(operator="not"):
                return replace(node, operand=self.condition(node.operand)), FLAG
            case Unary():
                operand, kind = self.measure(node.operand)
                return replace(node, operand=operand), kind
            case Arithmetic():
                return self.arithmetic(node)
            case Compare():
                left, right, kind = self.pair(node.left, node.right, node.operator, node.span)
                elaborated = replace(node, left=left, right=right)
                return (by_place(elaborated, kind) if kind.order else elaborated), FLAG
            case Member():
                return self.member(node), FLAG
            case Known():
                return replace(node, operand=self.typed(node.operand)[0]), FLAG
            case Logic():
                return replace(node, parts=tuple(self.condition(p) for p in node.parts)), FLAG
            case Choose():
                condition = self.condition(node.condition)
                then, other, kind = self.pair(node.then, node.other, "", node.span)
                return replace(node, condition=condition, then=then, other=other), kind
            case Otherwise():
                value, default, kind = self.pair(node.value, node.default, "", node.span)
                return replace(node, value=value, default=default), kind
            case Call():
                return check_call(self, node)
            case Aggregate():
                return check_aggregate(self, node)
        assert_never(node)

    # one value

    def condition(self, node: Node) -> Node:
        elaborated, kind = self.typed(node)
        if kind.kind not in ("flag", "?"):
            self.fail("PR406", node.span, found=said_kind(kind))
        return elaborated

    def measure(self, node: Node, *others: str) -> Typed:
        elaborated, kind = self.typed(node)
        if kind.kind not in (*MEASURES, *others, "?"):
            return elaborated, self.fail("PR402", node.span, found=said_kind(kind))
        return elaborated, kind

    def name(self, node: Name) -> Typed:
        if len(node.parts) == 1 and node.parts[0] in self.scope.local:
            return self.scope.local[node.parts[0]]
        found = self.scope.find(node.parts)
        if found is None:
            return node, self.unknown(node)
        symbol, kind = found
        if symbol.role == "definition" and not symbol.path and self.scope.effect_offset:
            self.refuse_account_behind(node, symbol.name)
        return replace(node, symbol=symbol), kind

    def unknown(self, node: Name) -> Type:
        word = ".".join(node.parts)
        parts = KEYWORDS_INSIDE.split(word)
        if len(parts) > 1 and all(self.scope.find((p,)) for p in parts if p and not p[0].isdigit()):
            apart = " ".join(p for p in KEYWORDS_INSIDE.sub(lambda found: f" {found[0]} ", word).split())
            return self.fail("PR313", node.span, name=word, apart=apart)
        words = meant(word, self.readable)
        if words:
            return self.fail("PR317", node.span, written=word, meant=words)
        return self.fail("PR401", node.span, name=word, hint=other_name(node.parts, self.scope))

    def readable(self, text: str) -> bool:
        """Whether a text is an expression of names that are there."""
        node = parse(Text.of(text), Findings())
        return node is not None and all(self.scope.find(n.parts) for n in walk(node) if isinstance(n, Name))

    def refuse_account_behind(self, node: Name, definition: str) -> None:
        """A name that reads the account means the judged year; in the action another year is meant."""
        account = self.account_behind(self.scope.definitions[definition][0])
        if account:
            self.fail("PR417", node.span, name=definition, account=account)

    def account_behind(self, node: Node) -> str:
        """The account of the action that an expression reads, itself or through names; empty where it reads none."""
        for part in walk(node):
            symbol = part.symbol if isinstance(part, Name) else None
            if symbol is None:
                continue
            if symbol.role == "opening" and self.scope.affects(symbol.path, symbol.name):
                return symbol.name
            plain = symbol.role == "definition" and not symbol.path
            behind = self.scope.definitions.get(symbol.name) if plain else None
            found = self.account_behind(behind[0]) if behind is not None else ""
            if found:
                return found
        return ""

    def inlined(self, arguments: dict[str, Typed]) -> Checker:
        """Checks the body of a macro that was called with arguments; findings of its own."""
        return Checker(replace(self.scope, local=arguments), Findings(), self.depth + 1, in_years=self.in_years)

    # two values

    def pair(self, left: Node, right: Node, operator: str, span: Span | None) -> tuple[Node, Node, Type]:
        """Two values that must be of one kind; a bare word beside a choice is one of its members."""
        if self.is_word(left) and not self.is_word(right):
            new_right, right_kind = self.typed(right)
            new_left, left_kind = self.beside(left, (new_right, right_kind))
        else:
            new_left, left_kind = self.typed(left)
            new_right, right_kind = self.beside(right, (new_left, left_kind))
        kind = comparable((new_left, left_kind), (new_right, right_kind), operator, self.scope, span, self.findings)
        return new_left, new_right, kind

    def is_word(self, node: Node) -> bool:
        return isinstance(node, Name) and len(node.parts) == 1 and self.scope.find(node.parts) is None

    def beside(self, node: Node, beside: Typed) -> Typed:
        """A value beside another: bare or quoted words are members of a choice."""
        named, other = beside
        if other == ANY and isinstance(named, Name) and named.symbol and self.is_word(node):
            return node, ANY  # perhaps a word of what was refused where it is declared
        if other.kind == "choice":
            word = node.parts[0] if isinstance(node, Name) and self.is_word(node) else None
            if isinstance(node, Literal) and node.kind == "text":
                word = str(node.value)
            if word is not None:
                return self.choice(word, node.span, other)
        return self.typed(node)

    def choice(self, word: str, span: Span | None, kind: Type) -> Typed:
        if word not in kind.choices:
            self.fail("PR411", span, word=word, hint=did_you_mean(word, kind.choices))
        return Literal("choice", word, word, span), kind

    def arithmetic(self, node: Arithmetic) -> Typed:
        left, left_kind = self.measure(node.left, "date", *DURATIONS)
        right, right_kind = self.measure(node.right, "date", *DURATIONS)
        kind = combined(node, (left, left_kind), (right, right_kind), self.scope, self.findings)
        if kind.kind == "date":
            if not surely_whole(right, self.scope):
                self.fail("PR436", node.right.span)
            count = right if node.operator == "+" else Unary("-", right, right.span)
            return Call(MOVED_BY[right_kind.kind], (left, count), node.span), kind
        return replace(node, left=left, right=right), kind

    def member(self, node: Member) -> Node:
        operand, kind = self.typed(node.operand)
        members = []
        for member in node.members:
            elaborated, other = self.beside(member, (operand, kind))
            comparable((operand, kind), (elaborated, other), "=", self.scope, member.span, self.findings)
            if not isinstance(elaborated, Literal) and other != ANY:
                this, constants = Words("this", "此处"), Words("a constant", "常量")
                self.fail("PR302", member.span, found=this, expected=constants, hint=CONSTANTS)
            members.append(elaborated)
        return replace(node, operand=operand, members=tuple(members))
