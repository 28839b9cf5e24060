"""Aggregates in which the order of the rows matters: `last`, `streak`, `rank`, `percentile`, `running_sum`."""

from __future__ import annotations

from fractions import Fraction

from perfrules.language import nodes, rails, scalars
from perfrules.language.aggregation import Aggregation
from perfrules.language.builder import MEMBERS_MAX
from perfrules.language.combine import constant
from perfrules.language.elsewhere import brought
from perfrules.language.rails import Condition, Rational, Value
from perfrules.language.rows import ALWAYS
from perfrules.language.scalars import ONE, TRUE, ZERO, Column, Literal, Scalar

FUNCTIONS = ("last", "streak", "rank", "percentile", "running_sum")
NEVER = Literal(MEMBERS_MAX)  # a place that no row has


class Ordering(Aggregation):
    """One aggregate whose rows stand in an order."""

    def value(self) -> Value:
        """The value of the aggregate for each row that asks."""
        match self.node.function:
            case "last":
                return self.last()
            case "rank":
                return self.rank()
            case "percentile":
                return self.percentile()
            case "running_sum":
                return self.running_sum()
        return self.streak_here() if self.among else self.streak()

    # the order

    def order(self) -> Rational:
        """What the rows are ordered by."""
        if self.node.order is not None:
            return self.whole(self.inside.number(self.node.order).point())
        if self.kind.in_order_of and self.reach != "years":
            symbol = nodes.Symbol("fact", self.kind.in_order_of)
            return self.inside.number(nodes.Name((self.kind.in_order_of,), None, symbol))
        return Rational(Fraction(1), Column("period"))

    def by(self, order: Rational, *, backward: bool = False) -> tuple[tuple[str, bool], ...]:
        """The order as columns, every tie broken; `backward` from the last row to the first."""
        column = self.column(self.inside, "order", order.low)
        ties = ("id", "period") if self.inside.years else ("id",)
        return ((column, self.node.descending != backward), *((tie, backward) for tie in ties))

    def partition(self, *flags: str) -> tuple[str, ...]:
        return (*(key for _, key in self.keys), *flags)

    def flag(self, hint: str, condition: Scalar) -> str:
        return self.column(self.inside, hint, scalars.choose(condition, ONE, ZERO))

    def at(self, table_flag: str, place: str, index: Scalar, value: Value) -> Value:
        """The value of the row at a place among those with the flag."""
        one = self.column(self.own, "one", ONE)
        here = self.column(self.own, "index", index)
        on = (*self.keys, (one, table_flag), (here, place))
        return brought(self.builder, self.own.table, self.inside.table, on, self.inside.bind(value, "value"))

    def unordered(self, order: Rational) -> Scalar:
        """Whether a row may count of which it is not known where it stands; such a stray matters to all."""
        nowhere = scalars.negate(order.defined)
        self.strays = self.straying(scalars.both(self.where.possible, nowhere))
        return scalars.both(self.counting, nowhere)

    def strays_so_far(self, by: tuple[tuple[str, bool], ...]) -> Scalar:
        """How many rows that may be in the part of a row, but not surely, stand up to it."""
        total: Scalar = ZERO
        for column, fits in self.lost(self.where.possible):
            partition = tuple(theirs for _, theirs in fits)
            so_far = self.builder.running_sum(self.inside.table, "strays so far", column, partition, by)
            total = scalars.add(total, so_far)
        return total

    # functions

    def last(self) -> Value:
        assert self.node.value is not None
        order, value = self.order(), self.inside.value(self.node.value)
        value = value.point() if isinstance(value, Rational) else value
        counting = self.flag("counting", self.counting)
        by = self.by(order, backward=True)
        place = self.builder.rank(self.inside.table, "place", self.partition(counting), by)
        unordered = self.tally("unordered", self.unordered(order))
        (open_orders,) = self.joined(unordered)
        final = scalars.both(self.where.holds, scalars.compare("=", self.strays_so_far(by), ZERO))
        sure = rails.chosen(final, scalars.negate(final), value, _nothing(value))
        found = self.at(counting, place.name, ONE, sure)
        return _guarded(found, self.settled(open_orders))

    def percentile(self) -> Value:
        assert self.node.value is not None
        assert self.node.share is not None
        value = self.whole(self.inside.number(self.node.value).point())
        member = self.flag("member", scalars.both(self.where.holds, value.defined))
        place = self.builder.rank(self.inside.table, "place", self.partition(member), self.by_value(value))
        opened, members = self.open_rows(value.defined), self.tally("members", self.where.holds)
        waiting, count = self.joined(opened, members)
        share = constant(self.node.share, self.own.scope)
        assert share is not None
        assert isinstance(share.value, Fraction)
        low, high, above, whole = self.places(share.value, count)
        defined = scalars.both(self.settled(waiting), scalars.compare(">", count, ZERO))
        first, second = (self.at(member, place.name, self.bound("place", i), value) for i in (low, high))
        assert isinstance(first, Rational)
        assert isinstance(second, Rational)
        rest = scalars.subtract(Literal(whole), above)
        total = scalars.add(scalars.multiply(first.low, rest), scalars.multiply(second.low, above))
        return Rational(value.scale / whole, total, ONE, scalars.both(defined, first.defined, second.defined))

    def bound(self, hint: str, scalar: Scalar) -> Scalar:
        return self.builder.bind(self.own.table, hint, scalar)

    def places(self, share: Fraction, count: Scalar) -> tuple[Scalar, Scalar, Scalar, int]:
        """The two places between which the share falls, and how far it is from the first, in so many parts."""
        top, parts = share.numerator, share.denominator
        if self.node.interpolated:
            along = self.bound("along", scalars.multiply(Literal(top), scalars.subtract(count, ONE)))
            below = self.bound("below", scalars.div_floor(along, Literal(parts)))
            rest = self.bound("rest", scalars.subtract(along, scalars.multiply(Literal(parts), below)))
            following = scalars.add(below, scalars.choose(scalars.compare(">", rest, ZERO), Literal(2), ONE))
            return scalars.add(below, ONE), following, rest, parts
        along = self.bound("along", scalars.multiply(Literal(top), count))
        below = self.bound("below", scalars.div_floor(along, Literal(parts)))
        exact = scalars.compare("=", scalars.multiply(Literal(parts), below), along)
        at_least_one = scalars.choose(scalars.compare(">", below, ZERO), below, ONE)
        following = scalars.choose(scalars.compare("<", below, count), scalars.add(below, ONE), count)
        return scalars.choose(exact, at_least_one, following), following, ONE, 2

    def by_value(self, value: Rational, *, descending: bool = False) -> tuple[tuple[str, bool], ...]:
        return ((self.column(self.inside, "value", value.low), descending), ("id", False), ("period", False))

    def mine(self, condition: Scalar) -> Scalar:
        """Whether the row that asks is surely one of those that count."""
        return scalars.both(self.where.holds, condition)

    def rank(self) -> Value:
        assert self.node.value is not None
        value = self.whole(self.inside.number(self.node.value).point())
        mine = self.mine(value.defined)
        member = self.flag("member", mine)
        amount = self.column(self.inside, "value", value.low)
        by = self.by_value(value, descending=True)
        place = self.builder.rank(self.inside.table, "place", self.partition(member), by)
        (waiting,) = self.joined(self.open_rows(value.defined))
        keys = self.partition(member, amount)
        best = self.builder.group(self.inside.table, "equal values", keys, (("best", "min", place.name),))
        shared = self.builder.join(self.own.table, best, tuple((k, k) for k in keys), "best")
        return Rational(Fraction(1), shared, ONE, scalars.both(self.settled(waiting), mine))

    def running_sum(self) -> Value:
        assert self.node.value is not None
        order, value = self.order(), self.whole(self.inside.number(self.node.value).point())
        mine = self.mine(TRUE)
        member = self.flag("member", mine)
        known = scalars.both(mine, value.defined)
        amount = self.column(self.inside, "amount", scalars.choose(known, value.low, ZERO))
        missing = self.flag("missing", scalars.both(mine, scalars.negate(value.defined)))
        by, partition = self.by(order), self.partition(member)
        total, lacking = (
            self.builder.running_sum(self.inside.table, hint, of, partition, by)
            for hint, of in (("running sum", amount), ("missing so far", missing))
        )
        certain = scalars.both(self.where.holds, order.defined)
        opened = self.tally("open", scalars.both(self.counting, scalars.negate(certain)))
        (waiting,) = self.joined(opened)
        defined = scalars.both(self.settled(waiting), mine, scalars.compare("=", lacking, ZERO))
        return Rational(value.scale, total, ONE, defined)

    # streaks

    def streak(self) -> Value:
        """From the last row back: the yes's before the first that is not sure, and before the first no."""
        assert self.node.value is not None
        order, wanted = self.order(), self.inside.condition(self.node.value)
        member = self.flag("member", self.where.holds)
        place = self.builder.rank(self.inside.table, "place", self.partition(member), self.by(order, backward=True))
        members = self.tally("members", self.where.holds)
        opened = self.tally(
            "open", scalars.both(self.counting, scalars.negate(scalars.both(self.where.holds, order.defined)))
        )
        first_doubt = self.first("doubt", scalars.negate(wanted.holds), place)
        first_no = self.first("no", wanted.fails, place)
        if self.reach == "years" and self.node.where is None and self.node.order is None:
            return self.yearly(wanted, place, members, first_doubt)
        waiting, count, doubt, no = self.joined(opened, members, first_doubt, first_no)
        low, high = (self.before(place, count) for place in (doubt, no))
        return Rational(Fraction(1), low, ONE, self.settled(waiting), high)

    def first(self, hint: str, condition: Scalar, place: Column) -> str:
        """The first place where a row that counts meets a condition."""
        return self.measure(
            f"first {hint}", "min", scalars.choose(scalars.both(self.where.holds, condition), place, NEVER)
        )

    def before(self, place: Scalar, count: Scalar) -> Scalar:
        """How many rows stand before a place; all where no row has it, none where there are no rows."""
        some = scalars.both(scalars.compare(">", place, ZERO), scalars.compare("<=", place, count))
        return self.bound("before", scalars.choose(some, scalars.subtract(place, ONE), count))

    def yearly(self, wanted: Condition, place: Column, members: str, first_doubt: str) -> Value:
        """Along years: one that is absent may be a yes or a no, and so may all before the first."""
        period, latest = Column("period"), self.measure("latest", "max", Column("period"))
        expected = self.builder.join(self.inside.table, self.grouped()[0], (("id", "id"),), latest)
        since = scalars.subtract(expected, scalars.subtract(place, ONE))
        first_gap = self.first("gap", scalars.compare("!=", period, since), place)
        denied = self.measure("denied", "max", scalars.choose(wanted.fails, period, ZERO))
        count, doubt, gap, last_no = self.joined(members, first_doubt, first_gap, denied)
        broken = scalars.choose(scalars.compare("<", doubt, gap), doubt, gap)
        since_no = scalars.subtract(period, last_no)  # the row that asks is of the latest period
        high = scalars.choose(scalars.compare(">", last_no, ZERO), since_no, Literal(ALWAYS))
        return Rational(Fraction(1), self.before(broken, count), ONE, self.known, self.bound("possible years", high))

    def streak_here(self) -> Value:
        """From a row of a history back along its siblings: how many stand after the latest that broke it."""
        assert self.node.value is not None
        order, wanted = self.order(), self.inside.condition(self.node.value)
        mine = self.mine(TRUE)
        member = self.flag("member", mine)
        partition = ("parent", *self.partition(member))
        low = self.since("doubt", scalars.both(mine, scalars.negate(wanted.holds)), partition, order)
        high = self.since("no", scalars.both(mine, wanted.fails), partition, order)
        unordered = self.flag("unordered", self.unordered(order))
        siblings = ("parent", *self.partition())
        group = self.builder.group(self.inside.table, "siblings", siblings, (("open", "sum", unordered),))
        opened = self.builder.join(self.own.table, group, tuple((k, k) for k in siblings), "open")
        # a row that may count is in doubt for those that stand after it
        doubtful = self.flag("open", scalars.both(self.counting, scalars.negate(self.where.holds)))
        doubts = self.builder.running_sum(self.inside.table, "open so far", doubtful, siblings, self.by(order))
        known = scalars.both(self.settled(opened, doubts, self.strays_so_far(self.by(order))), mine)
        return Rational(Fraction(1), low, ONE, known, high)

    def since(self, hint: str, broken: Scalar, partition: tuple[str, ...], order: Rational) -> Scalar:
        """How many rows stand after the latest that broke the streak, up to each row."""
        table, by = self.inside.table, self.by(order)
        flag = self.flag(f"{hint} here", broken)
        breaks = self.builder.running_sum(table, f"{hint}s so far", flag, partition, by)
        place = self.builder.rank(table, f"place since {hint}", (*partition, breaks.name), by)
        return scalars.subtract(place, scalars.choose(scalars.compare(">", breaks, ZERO), ONE, ZERO))


def _nothing(value: Value) -> Value:
    """The same kind of value, unknown."""
    match value:
        case Rational():
            return Rational(value.scale, ZERO, ONE, scalars.FALSE)
        case Condition():
            return Condition(scalars.FALSE, scalars.FALSE)
    return rails.Word(Literal(""), scalars.FALSE)


def _guarded(value: Value, known: Scalar) -> Value:
    """The value, unknown where `known` is not true."""
    match value:
        case Rational():
            return Rational(value.scale, value.low, value.den, scalars.both(known, value.defined), value.high)
        case Condition():
            return Condition(scalars.both(known, value.holds), scalars.both(known, value.fails))
    return rails.Word(value.text, scalars.both(known, value.defined))
