"""Aggregates lowered: columns over the rows that belong to a subject, grouped, and joined to the subject."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from perfrules.core.problem import Value as Said
from perfrules.core.span import Span
from perfrules.core.vocabulary import SubjectKind
from perfrules.language import nodes, plan, rails
from perfrules.language.plan import ONE, ZERO, Scalar
from perfrules.language.rails import Condition, Rational, Value

if TYPE_CHECKING:
    from perfrules.language.lower import Lowering


class Unfit(Exception):
    """An expression that can't be computed exactly in whole numbers: the problem, and its place."""

    def __init__(self, code: str, span: Span | None, **values: Said) -> None:
        self.code = code
        self.span = span
        self.values = values
        super().__init__(code)


class Aggregation:
    """One aggregate: columns over the children's table, grouped by parent, joined to the parent's."""

    def __init__(self, above: Lowering, child: SubjectKind, node: nodes.Aggregate) -> None:
        self.above = above
        self.node = node
        self.inside = above.of(child)
        self.loaded = above.builder.loaded(above.table, child.name)
        self.child = child
        self.measures: list[tuple[str, str, str]] = []

    def value(self) -> Value:
        node, inside = self.node, self.inside
        where = inside.condition(node.where) if node.where else rails.truth(plan.TRUE)
        if node.function == "count":
            return self.count(where)
        if node.function in ("any", "all"):
            assert node.value is not None
            wanted = inside.condition(node.value)
            return self.quantified(where, wanted)
        assert node.value is not None
        return self.measured(where, inside.number(node.value).point())

    def tally(self, hint: str, condition: Scalar) -> str:
        """The number of children where a condition is true."""
        return self.measure(hint, "sum", plan.choose(condition, ONE, ZERO))

    def measure(self, hint: str, function: str, scalar: Scalar) -> str:
        builder, table = self.above.builder, self.inside.table
        column = builder.bind(table, hint, scalar)
        if not isinstance(column, plan.Column):
            column = builder.derive(table, hint, scalar)
        name = f"{hint} {function}"
        self.measures.append((name, function, column.name))
        return name

    def joined(self, *names: str) -> list[Scalar]:
        builder = self.above.builder
        group = builder.group(self.inside.table, f"{self.child.many} per {self.above.scope.kind.name}",
                              ("parent",), tuple(self.measures))  # fmt: skip
        return [builder.join(self.above.table, group, (("id", "parent"),), n) for n in names]

    def count(self, where: Condition) -> Value:
        sure, possible = self.tally("sure", where.holds), self.tally("possible", where.possible)
        low, high = self.joined(sure, possible)
        certain = where.decided == plan.TRUE
        return Rational(Fraction(1), low, ONE, self.loaded, None if certain else high)

    def quantified(self, where: Condition, wanted: Condition) -> Value:
        if self.node.function == "any":
            hit = rails.conjunction(where, wanted)
            sure, possible = self.tally("sure", hit.holds), self.tally("possible", hit.possible)
            found, left = self.joined(sure, possible)
            holds, fails = plan.compare(">", found, ZERO), plan.compare("=", left, ZERO)
        else:
            missed = rails.conjunction(where, rails.opposite(wanted))
            sure, possible = self.tally("sure", missed.holds), self.tally("possible", missed.possible)
            found, left = self.joined(sure, possible)
            holds, fails = plan.compare("=", left, ZERO), plan.compare(">", found, ZERO)
        return Condition(plan.both(self.loaded, holds), plan.both(self.loaded, fails))

    def measured(self, where: Condition, value: Rational) -> Value:
        """`sum`, `min` or `max`: unknown where a member is."""
        open_members = self.tally("open", plan.both(where.possible, plan.negate(plan.both(where.holds, value.defined))))
        members = self.tally("members", where.holds)
        sure = plan.both(where.holds, value.defined)
        function = self.node.function
        if not isinstance(value.den, plan.Literal):
            raise Unfit("PR416", self.node.span, function=function)
        low, high = self.inside.bounds.interval(value.low)
        neutral = {"sum": 0, "min": high, "max": low}[function]
        total = self.measure(function, function, plan.choose(sure, value.low, plan.Literal(neutral)))
        waiting, count, result = self.joined(open_members, members, total)
        defined = plan.both(self.loaded, plan.compare("=", waiting, ZERO))
        if function != "sum":
            defined = plan.both(defined, plan.compare(">", count, ZERO))
        return Rational(value.scale, result, value.den, defined)
