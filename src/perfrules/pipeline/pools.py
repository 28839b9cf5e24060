"""Pools: what is taken into them and their base, drawn on, then shared by largest remainder, as steps of the plan.

Always: given + left over = taken + base + what covers a shortfall. A plan requires it of what finally stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from perfrules.language import plan, scalars
from perfrules.language.builder import SUM_MAX, Builder
from perfrules.language.combine import constant
from perfrules.language.scalars import FALSE, ONE, ZERO, Column, Literal, Scalar
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

_OWN = (*CLAIM, *SIDE, "pool", "jurisdiction", "part", "part number", "part known", "weight", "step", "limit step")
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
    given = scalars.multiply(Column("accepted"), Column("step"))
    builder.derive(MEMBERS, "share", given, most=SUM_MAX)
    gifts = builder.group(MEMBERS, "gifts of pools", POOL, (("shared", "sum", "share"),))
    left = scalars.subtract(Column("to share"), builder.join(POOLS, gifts, same(POOL), "shared"))
    builder.derive(POOLS, "leftover", left)
    _add_final(builder)
    _require_balance(builder)


def _by_pool(draft: Draft, value: Callable[[Pool], Literal], neutral: Literal) -> Scalar:
    """What each pool says, by the name in the column `pool`."""
    found: Scalar = neutral
    for name, pool in sorted(draft.pools.items()):
        found = scalars.choose(scalars.compare("=", Column("pool"), Literal(name)), value(pool), found)
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
    in_pool = scalars.compare("!=", Column("pool"), Literal(""))
    made = plan.Part(CLAIMS, in_pool, (*columns, Column("standing"), Column("standing amount"), room))
    idle = [_could_be(draft, c) for c in money if c.clause.pool and base_of(draft, draft.pools[c.clause.pool])]
    draft.builder.stack(MEMBERS, COLUMNS, [made, *idle])


def _could_be(draft: Draft, claim: Claim) -> plan.Part:
    """The subjects of a pool with a base of whom nothing is claimed: their part of the pool is there all the same."""
    table = draft.builder.rows(claim.judged.rule.kind)
    part = part_of(draft, claim)
    state = scalars.compare("=", Column(claim_column(claim, "state")), Literal(NOT_MADE))
    step = step_of(draft.pools[claim.clause.pool].rounding, claim.judged.scope, draft.vocabulary)[0]
    values: dict[str, Scalar] = {
        "kind": Literal(claim.judged.rule.kind), "id": Column("id"), "number": Literal(claim.number),
        "owner kind": Literal(""), "owner": Literal(""), "account": Literal(""), "pool": Literal(claim.clause.pool),
        "jurisdiction": part.jurisdiction, "part": part.text, "part number": part.number, "part known": ONE,
        "year": Literal(claim.clause.offset),
        "step": Literal(minor_units(step, draft.vocabulary)), "room": Literal(NO_LIMIT),
    }  # fmt: skip
    where = scalars.both(state, scalars.compare("=", part.known, ONE), scalars.negate(claim.judged.applies.fails))
    return plan.Part(table, where, tuple(values.get(name, ZERO) for name in COLUMNS))


def _add_totals(draft: Draft) -> None:
    """What each pool has: taken, drawn, its base, what covers a shortfall, and the units that are to be shared."""
    builder = draft.builder
    known = scalars.compare("=", Column("part known"), ONE)
    stands = scalars.both(is_one_of("state", POSTED, CAPPED), known)
    share_of = scalars.compare(">", Column("weight"), ZERO)
    taken = scalars.both(stands, is_one_of("side", TAKE))
    drawn = scalars.both(stands, is_one_of("side", GIVE), scalars.negate(share_of))
    builder.derive(MEMBERS, "taken", scalars.choose(taken, Column("amount"), ZERO))
    builder.derive(MEMBERS, "drawn", scalars.choose(drawn, Column("amount"), ZERO))
    builder.derive(MEMBERS, "own weight", scalars.choose(scalars.both(stands, share_of), Column("weight"), ZERO))
    still = scalars.either(is_open("state"), is_one_of("state", IN_CONFLICT))
    counts = scalars.either(is_one_of("state", POSTED, CAPPED), still)
    nowhere = scalars.both(counts, scalars.negate(known))
    counter(builder, MEMBERS, "of no part", nowhere)
    counter(builder, MEMBERS, "is open", scalars.either(still, nowhere))
    sums = (("taken", "sum", "taken"), ("drawn", "sum", "drawn"), ("open members", "sum", "is open"))
    measures = (*sums, ("step", "max", "step"))
    builder.group(MEMBERS, POOLS, POOL, measures)
    elsewhere = _of_no_part(builder)
    out = _by_pool(draft, lambda pool: Literal(pool.leave_out), FALSE)
    opened = scalars.choose(out, ZERO, scalars.add(Column("open members"), elsewhere))
    builder.derive(POOLS, "open", opened, most=SUM_MAX)
    builder.derive(POOLS, "left out", scalars.choose(out, Column("open members"), ZERO))
    base = _by_pool(draft, lambda pool: Literal(base_of(draft, pool)), ZERO)
    builder.derive(POOLS, "base", scalars.choose(known, base, ZERO))
    have = scalars.subtract(scalars.add(Column("taken"), Column("base")), Column("drawn"))
    builder.derive(
        POOLS, "shortfall", scalars.choose(scalars.compare("<", have, ZERO), scalars.subtract(ZERO, have), ZERO)
    )
    builder.derive(POOLS, "to share", scalars.choose(scalars.compare("<", have, ZERO), ZERO, have))
    if base != ZERO:
        builder.require(POOLS, scalars.compare("<=", Column("to share"), Literal(SUM_MAX)), "PR704", POOLS)
    shared = scalars.choose(scalars.compare("=", Column("open"), ZERO), Column("to share"), ZERO)
    builder.derive(POOLS, "units", scalars.div_floor(shared, Column("step")), most=SUM_MAX)


def _of_no_part(builder: Builder) -> Scalar:
    """How many members could be of any part: of this jurisdiction, or of none that is known."""
    found: Scalar = ZERO
    lost = scalars.choose(scalars.compare("=", Column("jurisdiction"), Literal("")), Column("of no part"), ZERO)
    builder.derive(MEMBERS, "of no jurisdiction", lost)
    for keys, of in ((("pool", "jurisdiction", "year"), "of no part"), (("pool", "year"), "of no jurisdiction")):
        years = builder.group(MEMBERS, f"pools by {keys[1]}", keys, ((of, "sum", of),))
        found = scalars.add(found, builder.join(POOLS, years, same(keys), of))
    return found


def _add_final(builder: Builder) -> None:
    """The final state and amount of every claim."""
    opened = builder.join(CLAIMS, POOLS, same(POOL), "open")
    own, cut = (builder.join(CLAIMS, MEMBERS, same(CLAIM), name) for name in ("share", "cut"))
    sharing = scalars.both(
        scalars.compare("!=", Column("pool"), Literal("")), scalars.compare(">", Column("weight"), ZERO)
    )
    amount = builder.derive(CLAIMS, "final amount", scalars.choose(sharing, own, Column("standing amount")))
    nothing = scalars.choose(scalars.compare("=", amount, ZERO), Literal(NOT_MADE), Literal(POSTED))
    shared = scalars.choose(scalars.compare(">", cut, ZERO), Literal(CAPPED), nothing)
    waits = scalars.either(scalars.compare(">", opened, ZERO), scalars.compare("=", Column("part known"), ZERO))
    settled = scalars.choose(waits, Literal(WAITING), scalars.choose(sharing, shared, Column("standing")))
    state = scalars.choose(is_one_of("standing", POSTED, CAPPED), settled, Column("standing"))
    builder.derive(CLAIMS, "final state", state)


def _require_balance(builder: Builder) -> None:
    """Of every settled pool: what finally stands as given, and what is left over, is what it had."""
    stands = is_one_of("final state", POSTED, CAPPED)
    for name, side in (("finally taken", TAKE), ("finally given", GIVE)):
        of_side = scalars.both(stands, is_one_of("side", side))
        builder.derive(CLAIMS, name, scalars.choose(of_side, Column("final amount"), ZERO))
    measures = (("taken", "sum", "finally taken"), ("given", "sum", "finally given"))
    finals = builder.group(CLAIMS, "settled pools", POOL, measures)
    taken, given = (builder.join(POOLS, finals, same(POOL), name) for name in ("taken", "given"))
    had = scalars.add(scalars.add(taken, Column("base")), Column("shortfall"))
    balanced = scalars.compare("=", scalars.add(given, Column("leftover")), had)
    unsettled = scalars.compare(">", Column("open"), ZERO)
    whole = scalars.both(balanced, scalars.compare(">=", Column("leftover"), ZERO))
    builder.require(POOLS, scalars.either(unsettled, whole), "PR715", POOLS)
