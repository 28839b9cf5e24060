"""Kinds: whether the values of an expression fit together; names are looked up, macros written out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import assert_never

from perfrules.core.problem import Findings, Problem, Words, did_you_mean
from perfrules.core.span import Span, Text
from perfrules.language.combine import ANY, FLAG, combined, comparable, constant, said_kind
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
from perfrules.language.words import KEYWORDS_INSIDE, ROUNDING

MEASURES = ("money", "ratio", "points", "number", "count")
SCALAR_FUNCTIONS = ("min", "max", "abs", "round", "floor", "ceil", "truncate")
AGGREGATES = ("count", "sum", "min", "max", "any", "all")
MACRO_DEPTH_MAX = 8

Typed = tuple[Node, Type]


def check(node: Node, scope: Scope, findings: Findings) -> Typed:
    """The elaborated node and its kind. What does not fit is noted, and has the kind `ANY`."""
    return _Checker(scope, findings).typed(node)


def check_condition(node: Node, scope: Scope, findings: Findings) -> Node:
    """The elaborated node of what must be a yes or no."""
    return _Checker(scope, findings).condition(node)


class _Checker:
    def __init__(self, scope: Scope, findings: Findings, depth: int = 0) -> None:
        self.scope = scope
        self.findings = findings
        self.depth = depth

    def fail(self, code: str, span: Span | None, **values: Words | str) -> Type:
        self.findings.put(Problem(code, span, values))
        return ANY

    def typed(self, node: Node) -> Typed:
        match node:
            case Literal():
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
                left, right, _ = self.pair(node.left, node.right, node.operator, node.span)
                return replace(node, left=left, right=right), FLAG
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
                return self.call(node)
            case Aggregate():
                return self.aggregate(node)
        assert_never(node)

    # one value

    def condition(self, node: Node) -> Node:
        elaborated, kind = self.typed(node)
        if kind.kind not in ("flag", "?"):
            self.fail("PR406", node.span, found=said_kind(kind))
        return elaborated

    def measure(self, node: Node) -> Typed:
        elaborated, kind = self.typed(node)
        if kind.kind not in (*MEASURES, "?"):
            return elaborated, self.fail("PR402", node.span, found=said_kind(kind))
        return elaborated, kind

    def name(self, node: Name) -> Typed:
        if len(node.parts) == 1 and node.parts[0] in self.scope.local:
            return self.scope.local[node.parts[0]]
        found = self.scope.find(node.parts)
        if found is None:
            return node, self.unknown(node)
        symbol, kind = found
        if symbol.role == "definition" and self.scope.effect_offset:
            self.refuse_account_behind(node, symbol.name)
        return replace(node, symbol=symbol), kind

    def unknown(self, node: Name) -> Type:
        word = ".".join(node.parts)
        parts = KEYWORDS_INSIDE.split(word)
        if len(parts) > 1 and all(self.scope.find((p,)) for p in parts if p and not p[0].isdigit()):
            apart = " ".join(p for p in KEYWORDS_INSIDE.sub(lambda found: f" {found[0]} ", word).split())
            return self.fail("PR313", node.span, name=word, apart=apart)
        return self.fail("PR401", node.span, name=word, hint=did_you_mean(word, self.scope.names()))

    def refuse_account_behind(self, node: Name, definition: str) -> None:
        """A name that reads the account means the judged year; in the action another year is meant."""
        inside = self.scope.definitions[definition][0]
        reads = [n for n in walk(inside) if isinstance(n, Name) and n.symbol and n.symbol.role == "opening"]
        for symbol in (n.symbol for n in reads):
            if symbol and self.scope.affects(symbol.path, symbol.name):
                self.fail("PR417", node.span, name=definition, account=symbol.name)
                return

    # two values

    def pair(self, left: Node, right: Node, operator: str, span: Span | None) -> tuple[Node, Node, Type]:
        """Two values that must be of one kind; a bare word beside a choice is one of its members."""
        if self.is_word(left) and not self.is_word(right):
            new_right, right_kind = self.typed(right)
            new_left, left_kind = self.beside(left, right_kind)
        else:
            new_left, left_kind = self.typed(left)
            new_right, right_kind = self.beside(right, left_kind)
        kind = comparable((new_left, left_kind), (new_right, right_kind), operator, self.scope, span, self.findings)
        return new_left, new_right, kind

    def is_word(self, node: Node) -> bool:
        return isinstance(node, Name) and len(node.parts) == 1 and self.scope.find(node.parts) is None

    def beside(self, node: Node, other: Type) -> Typed:
        """A value beside one of another kind: bare or quoted words are members of a choice."""
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
        left, left_kind = self.measure(node.left)
        right, right_kind = self.measure(node.right)
        kind = combined(node, (left, left_kind), (right, right_kind), self.scope, self.findings)
        return replace(node, left=left, right=right), kind

    def member(self, node: Member) -> Node:
        operand, kind = self.typed(node.operand)
        members = []
        for member in node.members:
            elaborated, other = self.beside(member, kind)
            comparable((operand, kind), (elaborated, other), "=", self.scope, member.span, self.findings)
            if not isinstance(elaborated, Literal) and other != ANY:
                self.fail("PR302", member.span, found=Words("this", "此处"), expected=Words("a constant", "常量"))
            members.append(elaborated)
        return replace(node, operand=operand, members=tuple(members))

    # functions

    def call(self, node: Call) -> Typed:
        if node.function in self.scope.macros:
            return self.macro(node)
        if node.function not in SCALAR_FUNCTIONS:
            known = [*SCALAR_FUNCTIONS, *self.scope.macros]
            if node.function == "closing":
                return node, self.fail("PR289", node.span)
            if node.function in AGGREGATES:
                return node, self.fail("PR419", node.span, function=node.function)
            return node, self.fail("PR408", node.span, function=node.function,
                                   hint=did_you_mean(node.function, known))  # fmt: skip
        if node.function in ("min", "max"):
            return self.extreme(node)
        if node.function == "abs":
            if not self.arity(node, 1, 1):
                return node, ANY
            operand, kind = self.measure(node.arguments[0])
            return replace(node, arguments=(operand,)), kind
        return self.rounding(node)

    def arity(self, node: Call, least: int, most: int) -> bool:
        if least <= len(node.arguments) <= most:
            return True
        expected = str(least) if least == most else f"{least}–{most}"
        self.fail("PR407", node.span, function=node.function, expected=expected, found=str(len(node.arguments)))
        return False

    def extreme(self, node: Call) -> Typed:
        if not self.arity(node, 2, 20):
            return node, ANY
        first, kind = self.typed(node.arguments[0])
        arguments = [first]
        for argument in node.arguments[1:]:
            elaborated, other = self.typed(argument)
            kind = comparable((first, kind), (elaborated, other), "<", self.scope, argument.span, self.findings)
            arguments.append(elaborated)
        return replace(node, arguments=tuple(arguments)), kind

    def rounding(self, node: Call) -> Typed:
        if not self.arity(node, 2, 3 if node.function == "round" else 2):
            return node, ANY
        value, kind = self.measure(node.arguments[0])
        step, step_kind = self.measure(node.arguments[1])
        kind = comparable((value, kind), (step, step_kind), "<", self.scope, node.span, self.findings)
        literal = constant(step, self.scope)
        if step_kind != ANY and (literal is None or not isinstance(literal.value, Fraction) or literal.value <= 0):
            self.fail("PR420", node.arguments[1].span)
        mode = node.arguments[2:]
        if mode and not (isinstance(mode[0], Literal) and mode[0].value in ROUNDING):
            self.fail("PR421", mode[0].span, modes=", ".join(f'"{m}"' for m in ROUNDING))
        return replace(node, arguments=(value, step, *mode)), kind

    def macro(self, node: Call) -> Typed:
        macro = self.scope.macros[node.function]
        if not self.arity(node, len(macro.parameters), len(macro.parameters)):
            return node, ANY
        if self.depth >= MACRO_DEPTH_MAX:
            return node, self.fail("PR422", node.span, function=node.function, limit=str(MACRO_DEPTH_MAX))
        body = parse(Text.of(macro.body, f"<{macro.origin}: {macro.name}>"), self.findings)
        if body is None:
            return node, ANY
        arguments = dict(zip(macro.parameters, (self.typed(a) for a in node.arguments), strict=True))
        inside = _Checker(replace(self.scope, local=arguments), Findings(), self.depth + 1)
        elaborated, kind = inside.typed(body)
        for problem in inside.findings.problems:  # said where the author called it
            self.findings.problems.append(replace(problem, span=node.span))
        return replace(elaborated, span=node.span), kind

    def aggregate(self, node: Aggregate) -> Typed:
        if node.function not in AGGREGATES:
            return node, self.fail("PR408", node.span, function=node.function,
                                   hint=did_you_mean(node.function, AGGREGATES))  # fmt: skip
        below = self.scope.vocabulary.children(self.scope.kind.name)
        kind = below.get(node.over)
        if kind is None:
            return node, self.fail("PR410", node.span, name=node.over, hint=did_you_mean(node.over, below))
        inside = _Checker(self.scope.of(kind), self.findings, self.depth)
        where = inside.condition(node.where) if node.where else None
        if (node.value is None) != (node.function == "count"):
            return node, self.fail("PR407", node.span, function=node.function,
                                   expected="0" if node.function == "count" else "1",
                                   found="0" if node.value is None else "1")  # fmt: skip
        if node.value is None:
            return replace(node, where=where), Type("count")
        if node.function in ("any", "all"):
            return replace(node, value=inside.condition(node.value), where=where), FLAG
        value, result = inside.measure(node.value)
        return replace(node, value=value, where=where), result
