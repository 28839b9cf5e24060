"""Lowering: from the nodes of an expression to scalars and steps of the plan, on two rails."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from perfrules.core.vocabulary import Fact, SubjectKind
from perfrules.language import nodes, plan, rails
from perfrules.language.aggregation import Aggregation
from perfrules.language.builder import Builder
from perfrules.language.combine import constant
from perfrules.language.nodes import Node, Symbol
from perfrules.language.plan import ONE, Scalar
from perfrules.language.rails import Condition, Rational, Value, Word
from perfrules.language.scope import Scope


@dataclass(frozen=True)
class Clock:
    """The days that a program is compiled for."""

    as_of: int  # ordinal day


class Lowering:
    """Lowers the expressions of one scope over the table of its kind."""

    def __init__(self, builder: Builder, scope: Scope, clock: Clock, prefix: str = "",
                 definitions: dict[str, Value] | None = None) -> None:  # fmt: skip
        self.builder = builder
        self.scope = scope
        self.clock = clock
        self.prefix = prefix
        self.table = builder.rows(scope.kind.name)
        self.bounds = builder.bounds[self.table]
        self.definitions: dict[str, Value] = {} if definitions is None else definitions

    def of(self, kind: SubjectKind) -> Lowering:
        """Lowers expressions over the rows of another kind."""
        return Lowering(self.builder, self.scope.of(kind), self.clock)

    def bind(self, value: Value, hint: str) -> Value:
        """The value with its parts as columns."""

        def column(suffix: str, scalar: Scalar) -> Scalar:
            return self.builder.bind(self.table, f"{self.prefix}{hint}{suffix}", scalar)

        def known(scalar: Scalar) -> Scalar:
            return scalar if isinstance(scalar, plan.Known) else column(" known", scalar)

        match value:
            case Rational():
                high = None if value.high is None else column(" most", value.high)
                low, den = column("", value.low), column(" under", value.den)
                return Rational(value.scale, low, den, known(value.defined), high)
            case Condition():
                return Condition(column(" holds", value.holds), column(" fails", value.fails))
            case Word():
                return Word(column("", value.text), known(value.defined))
        assert_never(value)

    def number(self, node: Node) -> Rational:
        """Lower what `kinds` found to be a number, an amount, a date."""
        value = self.value(node)
        assert isinstance(value, Rational)
        return value

    def condition(self, node: Node) -> Condition:
        """Lower what `kinds` found to be a yes or no."""
        value = self.value(node)
        assert isinstance(value, Condition)
        return value

    def value(self, node: Node) -> Value:
        """Lower any expression. Raises `TooWide` where a term can exceed 128 bits."""
        match node:
            case nodes.Literal():
                return literal_value(node)
            case nodes.Name():
                return self.name(node)
            case nodes.Unary(operator="not"):
                return rails.opposite(self.condition(node.operand))
            case nodes.Unary():
                return rails.negated(self.number(node.operand))
            case nodes.Arithmetic():
                return self.arithmetic(node)
            case nodes.Compare():
                return self.comparison(node)
            case nodes.Member():
                return rails.disjunction(*(self.equal(node.operand, m) for m in node.members))
            case nodes.Known():
                asked = rails.truth(rails.defined(self.value(node.operand)))
                return rails.opposite(asked) if node.negated else asked
            case nodes.Logic():
                join = rails.conjunction if node.operator == "and" else rails.disjunction
                return join(*(self.condition(p) for p in node.parts))
            case nodes.Choose():
                condition = self.condition(node.condition)
                return rails.chosen(condition.holds, condition.fails, self.value(node.then), self.value(node.other))
            case nodes.Otherwise():
                value = self.value(node.value)
                known = rails.defined(value)
                return rails.chosen(known, plan.negate(known), value, self.value(node.default))
            case nodes.Call():
                return self.call(node)
            case nodes.Aggregate():
                return self.aggregate(node)
        assert_never(node)

    # names

    def name(self, node: nodes.Name) -> Value:
        symbol = node.symbol
        assert symbol is not None
        match symbol.role:
            case "definition":
                return self.definition(symbol.name)
            case "parameter":
                return literal_value(self.scope.parameters[symbol.name].literal)
            case "clock":
                if symbol.name == "as_of":
                    return rails.number(Fraction(self.clock.as_of))
                return Rational(Fraction(1), plan.Column("period"))
        return self.fact(symbol)

    def definition(self, name: str) -> Value:
        if name not in self.definitions:
            self.definitions[name] = self.bind(self.value(self.scope.definitions[name][0]), name)
        return self.definitions[name]

    def fact(self, symbol: Symbol) -> Value:
        kind = self.scope.kind
        if symbol.offset:
            return self.other_year(symbol)
        for step in symbol.path:
            kind = self.scope.vocabulary.kinds[step]
        fact = kind.columns[symbol.name]
        self.builder.fact(self.builder.rows(kind.name), fact)
        return fact_value(fact, self.builder.inherit(self.scope.kind, symbol.path, fact.name).name)

    def other_year(self, symbol: Symbol) -> Value:
        """A fact of the subject, or of one to which it belongs in the judged year, as it is in another year."""
        kinds = self.scope.vocabulary.kinds
        owner = kinds[symbol.path[-1]] if symbol.path else self.scope.kind
        other, fact = self.builder.rows(owner.name, symbol.offset), owner.columns[symbol.name]
        holder = symbol.path[-2] if len(symbol.path) > 1 else self.scope.kind.name
        key = "parent" if symbol.path else "id"
        name = self.builder.fact(other, fact)
        column = self.builder.join(self.builder.rows(holder), other, ((key, "id"),), name)
        return fact_value(fact, self.builder.inherit(self.scope.kind, symbol.path[:-1], column.name).name)

    # operators

    def arithmetic(self, node: nodes.Arithmetic) -> Value:
        left, right = self.number(node.left), self.number(node.right)
        match node.operator:
            case "+":
                return rails.added(left, right)
            case "-":
                return rails.added(left, rails.negated(right))
            case "*":
                return rails.multiplied(left, right)
        return rails.divided(left, right, self.bounds)

    def comparison(self, node: nodes.Compare) -> Condition:
        left = self.value(node.left)
        if isinstance(left, Rational):
            return rails.compared(node.operator, left, self.number(node.right))
        equal = self.equal(node.left, node.right)
        return equal if node.operator == "=" else rails.opposite(equal)

    def equal(self, left: Node, right: Node) -> Condition:
        match self.value(left), self.value(right):
            case Rational() as a, Rational() as b:
                return rails.compared("=", a, b)
            case Condition() as a, Condition() as b:
                return rails.same_truth(a, b)
            case Word() as a, Word() as b:
                return rails.same_word(a, b)
        raise AssertionError("kinds.py lets only values of one kind meet")

    # functions

    def call(self, node: nodes.Call) -> Value:
        values = [self.number(a).point() for a in node.arguments[:2]]
        if node.function in ("min", "max"):
            return self.extreme("<=" if node.function == "min" else ">=", node.arguments)
        if node.function == "abs":
            negative = rails.compared("<", values[0], rails.number(Fraction(0)))
            return rails.chosen(negative.holds, negative.fails, rails.negated(values[0]), values[0])
        step = constant(node.arguments[1], self.scope)
        assert step is not None
        assert isinstance(step.value, Fraction)
        mode = "half-up" if node.function == "round" else node.function
        if len(node.arguments) == 3 and isinstance(node.arguments[2], nodes.Literal):
            mode = str(node.arguments[2].value)
        return self.bind(rails.rounded(values[0], step.value, mode, self.bounds), f"{node.function}")

    def extreme(self, operator: str, arguments: tuple[Node, ...]) -> Value:
        best: Value = self.bind(self.number(arguments[0]).point(), "term")
        for argument in arguments[1:]:
            other = self.bind(self.number(argument).point(), "term")
            assert isinstance(best, Rational)
            assert isinstance(other, Rational)
            first = rails.compared(operator, best, other)
            best = self.bind(rails.chosen(first.holds, first.fails, best, other), "extreme")
        return best

    def aggregate(self, node: nodes.Aggregate) -> Value:
        child = self.scope.vocabulary.children(self.scope.kind.name)[node.over]
        return Aggregation(self, child, node).value()


def fact_value(fact: Fact, column: str) -> Value:
    """A column with a fact, as a value."""
    known = plan.Known(column)
    match fact.kind:
        case "text" | "choice":
            return Word(plan.Column(column), known)
        case "flag":
            yes = plan.Compare("=", plan.Column(column), ONE)
            return Condition(plan.both(known, yes), plan.both(known, plan.negate(yes)))
    return Rational(Fraction(1, 10**fact.places), plan.Column(column), ONE, known)


def literal_value(node: nodes.Literal) -> Value:
    """A constant, as a value."""
    if isinstance(node.value, bool):
        return rails.truth(plan.Literal(node.value))
    if isinstance(node.value, str):
        return Word(plan.Literal(node.value))
    return rails.number(node.value)
