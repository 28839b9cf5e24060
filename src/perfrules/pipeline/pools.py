"""Pools: what is taken into them and their base, drawn on, then shared by largest remainder, as steps of the plan.

Always: given + left over = taken + base + what covers a shortfall. A plan requires it of what finally stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from perfrules.language import plan
from perfrules.language.builder import SUM_MAX, Builder
from perfrules.language.combine import constant
from perfrules.language.plan import FALSE, ONE, ZERO, Column, Literal, Scalar
from perfrules.pipeline.ledger import claim_column
from perfrules.pipeline.model import Pool
from perfrules.pipeline.parts import part_of
from perfrules.pipeline.program import Claim, Draft, minor_units, step_of
from perfrules.pipeline.rounds import NO_LIMIT, ROUNDS_MAX, share, share_in_rounds
from perfrules.pipeline.states import (
    CAPPED,
    CLAIM,
    CLAIMS,
    GIVE,
    IN_CONFLICT,
    MEMBERS,
    NOT_MADE,
    POOL,
    POOLS,
    POSTED,
    SIDE,
    TAKE,
    WAITING,
    counter,
    is_one_of,
    is_open,
    same,
)

_OWN = (*CLAIM, *SIDE, "pool", "part", "part number", "part known", "weight", "step", "limit step")
COLUMNS = (*_OWN, "state", "amount", "room")


def add_pools(draft: Draft, money: Sequence[Claim], limited: bool) -> None:
    """Draws on each pool, then shares; a pool with an open member waits, and so do its members.

    `limited` says whether shares fall on accounts with limits.
    """
    builder = draft.builder
    _add_members(draft, money, limited)
    _add_totals(draft)
    units = builder.join(MEMBERS, POOLS, same(POOL), "units")
    weight = Column("own weight")
    if limited:
        again = _by_pool(draft, lambda pool: Literal(pool.again), FALSE)
        share_in_rounds(builder, units, weight, again, ROUNDS_MAX if again != FALSE else 1)
    else:
        share(builder, units, weight)
    given = plan.multiply(Column("accepted"), Column("step"))
    builder.derive(MEMBERS, "share", given, most=SUM_MAX)
    gifts = builder.group(MEMBERS, "gifts of pools", POOL, (("shared", "sum", "share"),))
    left = plan.subtract(Column("to share"), builder.join(POOLS, gifts, same(POOL), "shared"))
    builder.derive(POOLS, "leftover", left)
    _add_final(builder)
    _require_balance(builder)


def _by_pool(draft: Draft, value: Callable[[Pool], Literal], neutral: Literal) -> Scalar:
    """What each pool says, by the name in the column `pool`."""
    found: Scalar = neutral
    for name, pool in sorted(draft.pools.items()):
        found = plan.choose(plan.compare("=", Column("pool"), Literal(name)), value(pool), found)
    return found


def base_of(draft: Draft, pool: Pool) -> int:
    """The base of a pool in minor units, as it stands on the day."""
    if pool.base is None:
        return 0
    scope = next(lowering.scope for (policy, _), lowering in draft.lowerings.items() if policy == pool.policy)
    literal = constant(pool.base, scope)
    assert literal is not None
    assert isinstance(literal.value, Fraction)
    return minor_units(literal.value, draft.vocabulary)


def _add_members(draft: Draft, money: Sequence[Claim], limited: bool) -> None:
    """A row for each claim on a pool that was made, and for each that could have been on a pool with a base."""
    room = Column("room") if limited else Literal(NO_LIMIT)
    columns = tuple(Column(name) for name in _OWN)
    in_pool = plan.compare("!=", Column("pool"), Literal(""))
    made = plan.Part(CLAIMS, in_pool, (*columns, Column("standing"), Column("standing amount"), room))
    idle = [_could_be(draft, c) for c in money if c.clause.pool and base_of(draft, draft.pools[c.clause.pool])]
    draft.builder.stack(MEMBERS, COLUMNS, [made, *idle])


def _could_be(draft: Draft, claim: Claim) -> plan.Part:
    """The subjects of a pool with a base of whom nothing is claimed: their part of the pool is there all the same."""
    table = draft.builder.rows(claim.judged.rule.kind)
    text, number, known = part_of(draft, claim)
    state = plan.compare("=", Column(claim_column(claim, "state")), Literal(NOT_MADE))
    step = step_of(draft.pools[claim.clause.pool].rounding, claim.judged.scope, draft.vocabulary)[0]
    values: dict[str, Scalar] = {
        "kind": Literal(claim.judged.rule.kind), "id": Column("id"), "number": Literal(claim.number),
        "owner kind": Literal(""), "owner": Literal(""), "account": Literal(""), "pool": Literal(claim.clause.pool),
        "part": text, "part number": number, "part known": ONE, "year": Literal(claim.clause.offset),
        "step": Literal(minor_units(step, draft.vocabulary)), "room": Literal(NO_LIMIT),
    }  # fmt: skip
    where = plan.both(state, plan.compare("=", known, ONE), plan.negate(claim.judged.applies.fails))
    return plan.Part(table, where, tuple(values.get(name, ZERO) for name in COLUMNS))


def _add_totals(draft: Draft) -> None:
    """What each pool has: taken, drawn, its base, what covers a shortfall, and the units that are to be shared."""
    builder = draft.builder
    known = plan.compare("=", Column("part known"), ONE)
    stands = plan.both(is_one_of("state", POSTED, CAPPED), known)
    share_of = plan.compare(">", Column("weight"), ZERO)
    taken = plan.both(stands, is_one_of("side", TAKE))
    drawn = plan.both(stands, is_one_of("side", GIVE), plan.negate(share_of))
    builder.derive(MEMBERS, "taken", plan.choose(taken, Column("amount"), ZERO))
    builder.derive(MEMBERS, "drawn", plan.choose(drawn, Column("amount"), ZERO))
    builder.derive(MEMBERS, "own weight", plan.choose(plan.both(stands, share_of), Column("weight"), ZERO))
    still = plan.either(is_open("state"), is_one_of("state", IN_CONFLICT))
    counts = plan.either(is_one_of("state", POSTED, CAPPED), still)
    nowhere = plan.both(counts, plan.negate(known))
    counter(builder, MEMBERS, "of no part", nowhere)
    counter(builder, MEMBERS, "is open", plan.either(still, nowhere))
    sums = (("taken", "sum", "taken"), ("drawn", "sum", "drawn"), ("open members", "sum", "is open"))
    measures = (*sums, ("step", "max", "step"))
    builder.group(MEMBERS, POOLS, POOL, measures)
    years = builder.group(MEMBERS, "years of pools", ("pool", "year"), (("of no part", "sum", "of no part"),))
    elsewhere = builder.join(POOLS, years, same(("pool", "year")), "of no part")
    out = _by_pool(draft, lambda pool: Literal(pool.leave_out), FALSE)
    opened = plan.choose(out, ZERO, plan.add(Column("open members"), elsewhere))
    builder.derive(POOLS, "open", opened, most=SUM_MAX)
    builder.derive(POOLS, "left out", plan.choose(out, Column("open members"), ZERO))
    base = _by_pool(draft, lambda pool: Literal(base_of(draft, pool)), ZERO)
    builder.derive(POOLS, "base", plan.choose(known, base, ZERO))
    have = plan.subtract(plan.add(Column("taken"), Column("base")), Column("drawn"))
    builder.derive(POOLS, "shortfall", plan.choose(plan.compare("<", have, ZERO), plan.subtract(ZERO, have), ZERO))
    builder.derive(POOLS, "to share", plan.choose(plan.compare("<", have, ZERO), ZERO, have))
    if base != ZERO:
        builder.require(POOLS, plan.compare("<=", Column("to share"), Literal(SUM_MAX)), "PR704", POOLS)
    shared = plan.choose(plan.compare("=", Column("open"), ZERO), Column("to share"), ZERO)
    builder.derive(POOLS, "units", plan.div_floor(shared, Column("step")), most=SUM_MAX)


def _add_final(builder: Builder) -> None:
    """The final state and amount of every claim."""
    opened = builder.join(CLAIMS, POOLS, same(POOL), "open")
    own, cut = (builder.join(CLAIMS, MEMBERS, same(CLAIM), name) for name in ("share", "cut"))
    sharing = plan.both(plan.compare("!=", Column("pool"), Literal("")), plan.compare(">", Column("weight"), ZERO))
    amount = builder.derive(CLAIMS, "final amount", plan.choose(sharing, own, Column("standing amount")))
    nothing = plan.choose(plan.compare("=", amount, ZERO), Literal(NOT_MADE), Literal(POSTED))
    shared = plan.choose(plan.compare(">", cut, ZERO), Literal(CAPPED), nothing)
    waits = plan.either(plan.compare(">", opened, ZERO), plan.compare("=", Column("part known"), ZERO))
    settled = plan.choose(waits, Literal(WAITING), plan.choose(sharing, shared, Column("standing")))
    state = plan.choose(is_one_of("standing", POSTED, CAPPED), settled, Column("standing"))
    builder.derive(CLAIMS, "final state", state)


def _require_balance(builder: Builder) -> None:
    """Of every settled pool: what finally stands as given, and what is left over, is what it had."""
    stands = is_one_of("final state", POSTED, CAPPED)
    for name, side in (("finally taken", TAKE), ("finally given", GIVE)):
        of_side = plan.both(stands, is_one_of("side", side))
        builder.derive(CLAIMS, name, plan.choose(of_side, Column("final amount"), ZERO))
    measures = (("taken", "sum", "finally taken"), ("given", "sum", "finally given"))
    finals = builder.group(CLAIMS, "settled pools", POOL, measures)
    taken, given = (builder.join(POOLS, finals, same(POOL), name) for name in ("taken", "given"))
    had = plan.add(plan.add(taken, Column("base")), Column("shortfall"))
    balanced = plan.compare("=", plan.add(given, Column("leftover")), had)
    unsettled = plan.compare(">", Column("open"), ZERO)
    whole = plan.both(balanced, plan.compare(">=", Column("leftover"), ZERO))
    builder.require(POOLS, plan.either(unsettled, whole), "PR715", POOLS)
