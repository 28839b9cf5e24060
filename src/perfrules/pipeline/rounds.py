"""Rounds: shares of pools under the limits of the accounts that receive them, as steps of the plan.

A round shares what a pool still has among the members whose accounts have room. What an account can't take goes
back to its pool: to what is left over, or with `again: yes` into the next round.
"""

from __future__ import annotations

from dataclasses import dataclass

from perfrules.language import plan, scalars
from perfrules.language.builder import SUM_MAX, Builder
from perfrules.language.scalars import ONE, ZERO, Column, Literal, Scalar
from perfrules.pipeline.shares import share_out
from perfrules.pipeline.states import MEMBERS, POOL, SIDE, same

ROUNDS_MAX = 8
NO_LIMIT = SUM_MAX


@dataclass(frozen=True, slots=True)
class _Open:
    """What a round begins with: the units of each member's pool, and the units that its account has room for."""

    units: Scalar
    room: Column


def share(builder: Builder, units: Column, weight: Column) -> None:
    """Every member's share without limits: columns `accepted` in units, and `cut`."""
    shared = share_out(builder, MEMBERS, POOL, units, weight, "round 1")
    builder.derive(MEMBERS, "accepted", Column(shared.share))
    builder.derive(MEMBERS, "cut", ZERO)


def share_in_rounds(builder: Builder, units: Column, weight: Column, again: Scalar, rounds: int) -> None:
    """Every member's share under limits: columns `accepted` in units, and `cut`, what its account did not take."""
    _require_one_pool(builder, weight)
    room = builder.derive(MEMBERS, "room 1", scalars.div_floor(Column("room"), Column("step")))
    state = _Open(units, room)
    accepted: Scalar = ZERO
    cut: Scalar = ZERO
    for number in range(1, rounds + 1):
        state, taken, refused = _round(builder, state, weight, again, number)
        accepted, cut = scalars.add(accepted, taken), scalars.add(cut, refused)
    builder.derive(MEMBERS, "accepted", accepted, most=SUM_MAX)
    builder.derive(MEMBERS, "cut", cut, most=SUM_MAX)
    if rounds > 1:
        still = (scalars.compare(">", side, ZERO) for side in (state.units, weight, state.room))
        builder.require(MEMBERS, scalars.negate(scalars.both(*still)), "PR713", "pools")


def _round(builder: Builder, state: _Open, weight: Column, again: Scalar, number: int) -> tuple[_Open, Column, Scalar]:
    """One round: what the next begins with, what each member received, and what its account did not take."""
    # without `again`, a full account's share goes to what is left over, as does what another can't take
    takes = scalars.compare(">", state.room, ZERO)
    shares = scalars.either(takes, scalars.negate(again)) if number == 1 else takes
    own = scalars.choose(shares, weight, ZERO)
    active = builder.derive(MEMBERS, f"round {number} weight", own)
    offered = Column(share_out(builder, MEMBERS, POOL, state.units, active, f"round {number}").share)
    sides = builder.group(MEMBERS, f"round {number} sides", SIDE, (("offered", "sum", offered.name),))
    total = builder.join(MEMBERS, sides, same(SIDE), "offered")
    over = scalars.compare(">", total, state.room)
    crowded = builder.derive(MEMBERS, f"room {number} weight", scalars.choose(over, offered, ZERO), most=SUM_MAX)
    fitted = share_out(builder, MEMBERS, SIDE, scalars.choose(over, state.room, ZERO), crowded, f"room {number}")
    scalar = scalars.choose(over, Column(fitted.share), offered)
    accepted = builder.derive(MEMBERS, f"accepted {number}", scalar, most=SUM_MAX)
    room = scalars.choose(over, ZERO, scalars.subtract(state.room, total))
    pools = builder.group(MEMBERS, f"round {number} pools", POOL, (("accepted", "sum", accepted.name),))
    left = scalars.subtract(state.units, builder.join(MEMBERS, pools, same(POOL), "accepted"))
    following = _Open(
        builder.derive(MEMBERS, f"left {number}", scalars.choose(again, left, ZERO), most=SUM_MAX),
        builder.derive(MEMBERS, f"room {number + 1}", room, most=NO_LIMIT),
    )
    return following, accepted, scalars.subtract(offered, accepted)


def _require_one_pool(builder: Builder, weight: Column) -> None:
    """Two pools that share into one limited account would each have to know what the other gives."""
    keys = tuple(dict.fromkeys((*SIDE, *POOL)))
    sharing = scalars.both(scalars.compare(">", weight, ZERO), scalars.compare(">", Column("limit step"), ZERO))
    columns = tuple(Column(key) for key in keys)
    table = builder.stack("limited shares", (*keys, "one"), [plan.Part(MEMBERS, sharing, (*columns, ONE))])
    pairs = builder.group(table, "pools of limited sides", keys, (("share", "max", "one"),))
    sides = builder.group(pairs, "limited sides of pools", SIDE, (("pools", "sum", "share"),))
    single = scalars.compare("<=", Column("pools"), Literal(1))
    builder.require(sides, single, "PR714", "pools")
