"""Aggregates lowered: columns over the rows that count, grouped, and joined to the row that asks."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, assert_never

from perfrules.core.facts import every
from perfrules.core.problem import Value as Said
from perfrules.core.span import Span
from perfrules.language import nodes, rails, scalars
from perfrules.language.rails import Condition, Rational, Value, Word
from perfrules.language.scalars import ONE, ZERO, Scalar

if TYPE_CHECKING:
    from perfrules.language.lower import Lowering

Keys = tuple[tuple[str, str], ...]  # own column, column of the rows: what own row and counting rows share


class Unfit(Exception):
    """An expression that can't be computed exactly in whole numbers: the problem, and its place."""

    def __init__(self, code: str, span: Span | None, **values: Said) -> None:
        self.code = code
        self.span = span
        self.values = values
        super().__init__(code)


class Aggregation:
    """One aggregate: columns over the table of its rows, grouped by what they share with the row that asks.

    `known` is whether the row that asks can be told anything at all: what the aggregate is over was loaded,
    and its own part of a cohort is known. `strays` counts rows of which it is not known whether they are in
    the same part, and which matter wherever they stand.
    """

    def __init__(self, own: Lowering, node: nodes.Aggregate) -> None:
        self.own = own
        self.node = node
        self.builder = own.builder
        found = own.scope.members(node.over)
        assert found is not None
        self.reach, self.kind = found
        self.among = self.reach == "cohort" and self.kind.name == own.scope.kind.name
        self.inside = own.of(self.kind, own.offset, years=own.years or self.reach == "years")
        self.known: Scalar = scalars.TRUE
        self.measures: list[tuple[str, str, str]] = []
        self.parts: list[tuple[tuple[str, str], Scalar]] = []  # what parts the cohort; where a row's own is known
        self.keys = self._keys()
        where = self.inside.condition(node.where) if node.where else rails.truth(scalars.TRUE)
        self.placed = scalars.both(*(known for _, known in self.parts))  # whether a row's part is known
        self.where = Condition(scalars.both(where.holds, self.placed), where.fails)
        some_matter = node.function in ("any", "all", "last") or (node.function == "streak" and self.among)
        self.strays = ZERO if some_matter else self.straying(self.where.possible)

    # which rows

    def _keys(self) -> Keys:
        if self.reach == "years":
            if self.own.years:  # through a name; where it is written so, `aggregates` refuses it
                raise Unfit("PR427", self.node.span)
            return (("id", "id"),)
        path = self.own.scope.vocabulary.path(self.kind.name, self.own.scope.kind.name) if self.reach == "below" else ()
        asked = (self.kind.name, *path[:-1]) if self.reach == "below" else (every(self.kind.name),)
        for word in asked:
            self.known = scalars.both(self.known, self.builder.loaded(self.own.table, word))
        if self.reach == "below":
            above = self.builder.inherit(self.kind, path[:-1], "parent", self.own.offset, years=self.own.years)
            return (("id", above.name), ("period", "period")) if self.own.years else (("id", above.name),)
        self.parts = [self._part(own, per) for own, per in self._parting()]
        return (("period", "period"), *(pair for pair, _ in self.parts))

    def _parting(self) -> list[tuple[Value, Value]]:
        """What parts the cohort, as the row that asks has it and as its rows have it."""
        own, theirs = self.own.scope.jurisdiction(), self.inside.scope.jurisdiction()
        parts = []
        if not (self.node.across or own is None or theirs is None):
            parts.append((self.own.value(own), self.inside.value(theirs)))
        if self.node.own is not None and self.node.per is not None:
            parts.append((self.own.value(self.node.own), self.inside.value(self.node.per)))
        return parts

    def _part(self, own: Value, theirs: Value) -> tuple[tuple[str, str], Scalar]:
        """The columns of a part, as the row that asks has it and as the rows have it; where theirs is known."""
        if isinstance(own, Rational) and isinstance(theirs, Rational):
            own, theirs = self._common(own, theirs)
        self.known = scalars.both(self.known, rails.defined(own))
        mine = self.column(self.own, "part", _shared(own))
        return (mine, self.column(self.inside, "part", _shared(theirs))), rails.defined(theirs)

    def _common(self, own: Rational, theirs: Rational) -> tuple[Rational, Rational]:
        """Both as whole multiples of one unit, so that equal numbers are equal columns."""
        own, theirs = self.whole(own.point()), self.whole(theirs.point())
        _, a, b = rails.common(own.scale, theirs.scale)
        return (
            Rational(Fraction(1), rails.times(a, own.low), ONE, own.defined),
            Rational(Fraction(1), rails.times(b, theirs.low), ONE, theirs.defined),
        )

    def whole(self, value: Rational) -> Rational:
        """A number whose divisor is a constant, as a multiple of its scale alone."""
        if not isinstance(value.den, scalars.Literal) or not value.den.value:
            raise Unfit("PR416", self.node.span, function=self.node.function)
        return Rational(value.scale / int(value.den.value), value.low, ONE, value.defined)

    def straying(self, possible: Scalar) -> Scalar:
        """How many rows matter of which it is not known whether they are in the same part: all that is known fits."""
        total: Scalar = ZERO
        for column, fits in self.lost(possible):
            theirs = tuple(key for _, key in fits)
            group = self.builder.group(self.inside.table, "strays", theirs, (("strays", "sum", column),))
            total = scalars.add(total, self.builder.join(self.own.table, group, fits, "strays"))
        return total

    def lost(self, possible: Scalar) -> Iterator[tuple[str, Keys]]:
        """For each choice of parts: a column with one for each row that matters and of which just these are known, and
        what such a row shares with those in whose part it may be."""
        always: Keys = (("period", "period"),)
        if self.node.function == "streak" and self.among:  # along a history: those of other parents don't matter
            always += (("parent", "parent"),)
        for known in product((True, False), repeat=len(self.parts)):
            parts = list(zip(self.parts, known, strict=True))
            states = (d if is_known else scalars.negate(d) for (_, d), is_known in parts)
            lost = scalars.choose(scalars.both(possible, *states), ONE, ZERO)
            if not all(known) and lost != ZERO:
                fits = (pair for (pair, _), is_known in parts if is_known)
                yield self.column(self.inside, "stray", lost), (*always, *fits)

    # columns over the rows, and what the row that asks gets of them

    def column(self, of: Lowering, hint: str, scalar: Scalar) -> str:
        """The name of a column with a scalar."""
        bound = self.builder.bind(of.table, hint, scalar)
        return bound.name if isinstance(bound, scalars.Column) else self.builder.derive(of.table, hint, scalar).name

    def tally(self, hint: str, condition: Scalar) -> str:
        """The number of rows where a condition is true."""
        return self.measure(hint, "sum", scalars.choose(condition, ONE, ZERO))

    def measure(self, hint: str, function: str, scalar: Scalar) -> str:
        """A function of a scalar over the rows."""
        name = f"{hint} {function}"
        self.measures.append((name, function, self.column(self.inside, hint, scalar)))
        return name

    def grouped(self) -> tuple[str, Keys]:
        """The table with the measures so far, and how a row of the subjects finds its group."""
        theirs = tuple(key for _, key in self.keys)
        hint = f"{self.kind.many} per {self.own.scope.kind.name}"
        return self.builder.group(self.inside.table, hint, theirs, tuple(self.measures)), self.keys

    def joined(self, *names: str) -> list[Scalar]:
        """Measures, as the row that asks has them."""
        group, on = self.grouped()
        return [self.builder.join(self.own.table, group, on, name) for name in names]

    # functions

    def value(self) -> Value:
        """The value of the aggregate for each row that asks."""
        if self.node.function == "count":
            return self.count()
        assert self.node.value is not None
        if self.node.function in ("any", "all"):
            return self.quantified(self.inside.condition(self.node.value))
        return self.measured(self.inside.number(self.node.value).point())

    def count(self) -> Value:
        sure, possible = self.tally("sure", self.where.holds), self.tally("possible", self.counting)
        low, high = self.joined(sure, possible)
        certain = self.where.decided == scalars.TRUE and self.strays == ZERO
        return Rational(Fraction(1), low, ONE, self.known, None if certain else scalars.add(high, self.strays))

    @property
    def counting(self) -> Scalar:
        """Whether a row counts or may count, in its part."""
        return scalars.both(self.where.possible, self.placed)

    def quantified(self, wanted: Condition) -> Value:
        hit = wanted if self.node.function == "any" else rails.opposite(wanted)
        found = rails.conjunction(Condition(self.where.holds, self.where.fails), hit)
        sure, possible = (
            self.tally("sure", found.holds),
            self.tally("possible", scalars.both(found.possible, self.placed)),
        )
        some, left = self.joined(sure, possible)
        left = scalars.add(left, self.straying(found.possible))  # a stray that can't be a hit changes nothing
        yes, no = scalars.compare(">", some, ZERO), scalars.compare("=", left, ZERO)
        answer = Condition(scalars.both(self.known, yes), scalars.both(self.known, no))
        return answer if self.node.function == "any" else rails.opposite(answer)

    def open_rows(self, defined: Scalar) -> str:
        """The number of rows that may count, but not surely, or whose value is not known."""
        return self.tally("open", scalars.both(self.counting, scalars.negate(scalars.both(self.where.holds, defined))))

    def settled(self, *openings: Scalar) -> Scalar:
        """Whether all is known: nothing is open, and no row strays."""
        return scalars.both(self.known, *(scalars.compare("=", o, ZERO) for o in (*openings, self.strays) if o != ZERO))

    def measured(self, value: Rational) -> Value:
        """`sum`, `average`, `min` or `max`: unknown where a row is."""
        value = self.whole(value)
        sure = scalars.both(self.where.holds, value.defined)
        function = self.node.function if self.node.function in ("min", "max") else "sum"
        low, high = self.inside.bounds.interval(value.low)
        neutral = {"sum": 0, "min": high, "max": low}[function]
        opened, members = self.open_rows(value.defined), self.tally("members", self.where.holds)
        total = self.measure(function, function, scalars.choose(sure, value.low, scalars.Literal(neutral)))
        waiting, count, result = self.joined(opened, members, total)
        defined = self.settled(waiting)
        if self.node.function != "sum":
            defined = scalars.both(defined, scalars.compare(">", count, ZERO))
        return Rational(value.scale, result, count if self.node.function == "average" else ONE, defined)


def _shared(value: Value) -> Scalar:
    """A value as one column; 0 or no where it is not known."""
    match value:
        case Rational():
            return value.low
        case Word():
            return value.text
        case Condition():
            return value.holds
    assert_never(value)
