"""Lowering: from the nodes of an expression to scalars and steps of the plan, on two rails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import assert_never

from perfrules.core.problem import Words
from perfrules.core.vocabulary import Fact, SubjectKind
from perfrules.language import dates, nodes, rails, scalars, workdays
from perfrules.language.aggregation import Aggregation, Unfit
from perfrules.language.builder import Builder
from perfrules.language.combine import constant
from perfrules.language.elsewhere import brought, prior_or_next
from perfrules.language.functions import DATES
from perfrules.language.leaves import fact_value, literal_value
from perfrules.language.nodes import Node, Symbol, alternatives, height, is_elsewhere
from perfrules.language.ordering import FUNCTIONS as ORDERED
from perfrules.language.ordering import Ordering
from perfrules.language.rails import Condition, Rational, Value, Word
from perfrules.language.scalars import ONE, Scalar
from perfrules.language.scope import Scope

Known = dict[tuple[str, str], Value]  # what a name stands for in a table
DATE_FUNCTIONS = (*DATES, "add_days", "add_months")
LEVELS_MAX = (
    150  # of operations one inside the other, through names; each takes three calls, of which Python allows 1,000
)
CHAIN_MAX = 8  # of a long `if … else if …`, every so many become columns, so that scalars stay shallow


@dataclass
class Clock:
    """The day that a program is compiled for, and whether anything asks for it. With `day` it is compiled for all days
    within its bounds, and each row has the day as a fact."""

    as_of: int  # ordinal day
    day: Fact | None = None
    asked: bool = False


class Lowering:
    """Lowers the expressions of one scope over the table of its kind."""

    def __init__(self, builder: Builder, scope: Scope, clock: Clock, prefix: str = "", known: Known | None = None,
                 offset: int = 0, *, years: bool = False) -> None:  # fmt: skip
        self.builder = builder
        self.scope = scope
        self.clock = clock
        self.prefix = prefix
        self.offset = offset
        self.years = years
        self.table = builder.rows(scope.kind.name, offset, years=years)
        self.bounds = builder.bounds[self.table]
        self.known: Known = {} if known is None else known

    def of(self, kind: SubjectKind, offset: int, *, years: bool = False) -> Lowering:
        """Lowers expressions over the rows of another kind, of so many years from the judged period."""
        return Lowering(self.builder, self.scope.of(kind), self.clock, self.prefix, self.known, offset, years=years)

    def bind(self, value: Value, hint: str) -> Value:
        """The value with its parts as columns."""

        def column(suffix: str, scalar: Scalar) -> Scalar:
            return self.builder.bind(self.table, f"{self.prefix}{hint}{suffix}", scalar)

        def known(scalar: Scalar) -> Scalar:
            return scalar if isinstance(scalar, scalars.Known) else column(" known", scalar)

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
                other = self.value(node.other)
                if alternatives(node.other) % CHAIN_MAX == CHAIN_MAX - 1:
                    other = self.bind(other, "else")
                return rails.chosen(condition.holds, condition.fails, self.value(node.then), other)
            case nodes.Otherwise():
                value = self.value(node.value)
                known = rails.defined(value)
                return rails.chosen(known, scalars.negate(known), value, self.value(node.default))
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
                return self.definition(symbol)
            case "parameter":
                return literal_value(self.scope.parameters[symbol.name].literal)
            case "clock":
                if symbol.name == "as_of":
                    self.clock.asked = True
                    if self.clock.day is not None:
                        return Rational(Fraction(1), scalars.Column(self.builder.fact(self.table, self.clock.day)))
                    return rails.number(Fraction(self.clock.as_of))
                return Rational(Fraction(1), scalars.Column("period"))
        return self.fact(symbol)

    def definition(self, symbol: Symbol) -> Value:
        """What a name stands for, computed once for each table; that of an ancestor is brought from there."""
        if symbol.path:
            above = self.of(self.scope.vocabulary.kinds[symbol.path[0]], self.offset, years=self.years)
            on = (("parent", "id"), ("period", "period")) if self.years else (("parent", "id"),)
            value = above.definition(replace(symbol, path=symbol.path[1:]))
            return brought(self.builder, self.table, above.table, on, value)
        key = (self.table, symbol.name)
        if key not in self.known:
            self.known[key] = self.bind(self.formula(self.scope.definitions[symbol.name][0]), symbol.name)
        return self.known[key]

    def formula(self, node: Node) -> Value:
        """Lower what a name stands for. Raises `Unfit` where names stand on names too often."""
        levels = height(node)
        self.builder.levels += levels
        try:
            if self.builder.levels > LEVELS_MAX:
                limit = Words(f"{LEVELS_MAX} operations with those of all names", f"{LEVELS_MAX} 次运算（连同各指标）")
                raise Unfit("PR312", node.span, limit=limit)
            return self.value(node)
        finally:
            self.builder.levels -= levels

    def fact(self, symbol: Symbol) -> Value:
        own = self.scope.kind
        kind = self.scope.vocabulary.kinds[symbol.path[-1]] if symbol.path else own
        if symbol.role == "ancestor":
            column = "parent" if symbol.path else "id"
            found = self.builder.inherit(own, symbol.path[:-1], column, self.offset, years=self.years)
            return Word(
                found, scalars.both(scalars.Known(found.name), scalars.compare("!=", found, scalars.Literal("")))
            )
        fact = kind.columns[symbol.name]
        if symbol.offset:
            return self.other_year(symbol)
        self.builder.fact(self.builder.rows(kind.name, self.offset, years=self.years), fact)
        inherited = self.builder.inherit(own, symbol.path, fact.name, self.offset, years=self.years)
        return fact_value(fact, inherited.name)

    def other_year(self, symbol: Symbol) -> Value:
        """A fact of the subject, or of one to which it belongs in the judged year, as it is in another year."""
        kinds = self.scope.vocabulary.kinds
        owner = kinds[symbol.path[-1]] if symbol.path else self.scope.kind
        other, fact = self.builder.rows(owner.name, self.offset + symbol.offset), owner.columns[symbol.name]
        holder = symbol.path[-2] if len(symbol.path) > 1 else self.scope.kind.name
        key = "parent" if symbol.path else "id"
        name = self.builder.fact(other, fact)
        column = self.builder.join(self.builder.rows(holder, self.offset), other, ((key, "id"),), name)
        inherited = self.builder.inherit(self.scope.kind, symbol.path[:-1], column.name, self.offset)
        return fact_value(fact, inherited.name)

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
        a, b = self.value(left), self.value(right)
        if isinstance(a, Rational) and isinstance(b, Rational):
            return rails.compared("=", a, b)
        if isinstance(a, Condition) and isinstance(b, Condition):
            return rails.same_truth(a, b)
        assert isinstance(a, Word), rails.MEET
        assert isinstance(b, Word), rails.MEET
        return rails.same_word(a, b)

    # functions

    def call(self, node: nodes.Call) -> Value:
        if is_elsewhere(node):
            return prior_or_next(self, node, self.steps(node))
        if node.function == "count":
            return rails.tally(*(self.condition(a) for a in node.arguments))
        if node.function in ("min", "max"):
            return self.extreme("<=" if node.function == "min" else ">=", node.arguments)
        if node.function == "add_working_days":
            calendar = self.scope.vocabulary.working_days
            assert calendar is not None  # without one, `kinds` refuses
            day, count = (self.whole(a) for a in node.arguments)
            return workdays.moved(day, count, calendar, self.bound)
        if node.function in DATE_FUNCTIONS:
            return dates.compute(node.function, [self.whole(a) for a in node.arguments], self.bound)
        value = self.number(node.arguments[0]).point()
        if node.function == "abs":
            negative = rails.compared("<", value, rails.number(Fraction(0)))
            return rails.chosen(negative.holds, negative.fails, rails.negated(value), value)
        step = constant(node.arguments[1], self.scope)
        assert step is not None
        assert isinstance(step.value, Fraction)
        mode = "half-up" if node.function == "round" else node.function
        if len(node.arguments) == 3 and isinstance(node.arguments[2], nodes.Literal):
            mode = str(node.arguments[2].value)
        return self.bind(rails.rounded(value, step.value, mode, self.bounds), f"{node.function}")

    def steps(self, node: nodes.Call) -> int:
        """How far `prior` goes back, or `next` forward."""
        said = constant(node.arguments[1], self.scope) if len(node.arguments) == 2 else None
        steps = int(said.value) if said is not None and isinstance(said.value, Fraction) else 1
        return -steps if node.function == "prior" else steps

    def whole(self, node: Node) -> Rational:
        """A number that is surely whole: a date, a count, a number of months."""
        value = self.number(node).point()
        assert (value.den, value.scale.denominator) == (ONE, 1), "wholeness.py lets only whole numbers here"
        return value

    def bound(self, hint: str, scalar: Scalar) -> Scalar:
        """A scalar with a column of its own."""
        return self.builder.bind(self.table, hint, scalar)

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
        return (Ordering if node.function in ORDERED else Aggregation)(self, node).value()
