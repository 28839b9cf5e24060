"""Pools: what is taken into them, shared by largest remainder, as steps of the plan."""

from __future__ import annotations

from perfrules.language import plan
from perfrules.language.builder import SUM_MAX, Builder
from perfrules.language.plan import ONE, ZERO, Column, Literal, Scalar
from perfrules.pipeline.states import (
    CLAIM,
    CLAIMS,
    GIVE,
    IN_CONFLICT,
    MEMBERS,
    NOT_MADE,
    POOL,
    POOLS,
    POSTED,
    TAKE,
    WAITING,
    counter,
    is_one_of,
)


def add_pools(builder: Builder, met: Column) -> None:
    """Shares of each pool by largest remainder; a pool with an open member waits, and so do its members."""
    columns = (*CLAIM, *POOL, "side", "state", "amount", "weight", "step")
    in_pool = plan.Part(
        CLAIMS, plan.compare("!=", Column("pool"), Literal("")),
        tuple(met if name == "state" else Column(name) for name in columns),
    )  # fmt: skip
    builder.stack(MEMBERS, columns, [in_pool])
    _add_totals(builder)
    share = _add_shares(builder)
    state, amount = _after_pool(builder, share)
    builder.derive(CLAIMS, "final state", state)
    builder.derive(CLAIMS, "final amount", amount)


def _add_totals(builder: Builder) -> None:
    posted = is_one_of("state", POSTED)
    taken = builder.derive(
        MEMBERS, "taken", plan.choose(plan.both(posted, is_one_of("side", TAKE)), Column("amount"), ZERO)
    )
    builder.derive(
        MEMBERS, "own weight", plan.choose(plan.both(posted, is_one_of("side", GIVE)), Column("weight"), ZERO)
    )
    counter(builder, MEMBERS, "is open", is_one_of("state", WAITING, IN_CONFLICT))
    measures = (
        ("taken", "sum", taken.name), ("weights", "sum", "own weight"), ("open", "sum", "is open"),
        ("step", "max", "step"),
    )  # fmt: skip
    builder.group(MEMBERS, POOLS, POOL, measures)
    builder.derive(POOLS, "units", plan.div_floor(Column("taken"), Column("step")))


def _add_shares(builder: Builder) -> Column:
    """Each member's share in minor units: floors first, then one unit each to the largest remainders."""
    on = tuple((key, key) for key in POOL)
    units, weights = (builder.join(MEMBERS, POOLS, on, name) for name in ("units", "weights"))
    weight = Column("own weight")
    sharing = plan.compare(">", weight, ZERO)
    whole = builder.derive(MEMBERS, "units by weight", plan.multiply(units, weight))
    divisor = plan.choose(plan.compare(">", weights, ZERO), weights, ONE)
    # a weight is at most the sum of weights, so no floor exceeds the units, and what remains is below the sum
    floor = builder.derive(MEMBERS, "floor", plan.div_floor(whole, divisor), most=SUM_MAX)
    rest = plan.subtract(whole, plan.multiply(floor, divisor))
    remainder = builder.derive(MEMBERS, "remainder", rest, most=SUM_MAX)
    floors = builder.group(MEMBERS, "floors of pools", POOL, (("floors", "sum", floor.name),))
    given_first = builder.join(POOLS, floors, on, "floors")
    builder.derive(POOLS, "spare", plan.subtract(Column("units"), given_first))
    spare = builder.join(MEMBERS, POOLS, on, "spare")
    order = ((remainder.name, True), ("id", False), ("kind", False), ("number", False))
    place = builder.rank(MEMBERS, "place", POOL, order)
    extra = plan.choose(plan.both(sharing, plan.compare("<=", place, spare)), ONE, ZERO)
    share = builder.derive(MEMBERS, "share", plan.multiply(plan.add(floor, extra), Column("step")), most=SUM_MAX)
    given = builder.group(MEMBERS, "gifts of pools", POOL, (("given", "sum", share.name),))
    builder.derive(POOLS, "leftover", plan.subtract(Column("taken"), builder.join(POOLS, given, on, "given")))
    return share


def _after_pool(builder: Builder, share: Column) -> tuple[Scalar, Scalar]:
    """The final state and amount of every claim."""
    on_pool = tuple((key, key) for key in POOL)
    on_claim = tuple((key, key) for key in CLAIM)
    opened = builder.join(CLAIMS, POOLS, on_pool, "open")
    own = builder.join(CLAIMS, MEMBERS, on_claim, share.name)
    sharing = plan.both(plan.compare("!=", Column("pool"), Literal("")), is_one_of("side", GIVE))
    amount = builder.derive(CLAIMS, "settled amount", plan.choose(sharing, own, Column("amount")))
    settled = plan.choose(plan.compare("=", amount, ZERO), Literal(NOT_MADE), Literal(POSTED))
    waits = plan.choose(plan.compare(">", opened, ZERO), Literal(WAITING), settled)
    return plan.choose(is_one_of("met", POSTED), waits, Column("met")), amount
