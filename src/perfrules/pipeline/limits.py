"""Limits: how much may be taken from an account, or given to it, in a year, as steps of the plan.

Takes and gives are limited apart. What is too much is taken off the fixed amounts of a side pro rata, by
largest remainder, so that what stands is exactly the cap. Of several limits on one account all hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import gcd

from perfrules.core.problem import Findings
from perfrules.language import plan, scalars
from perfrules.language.builder import SUM_MAX, Builder
from perfrules.language.kinds import check
from perfrules.language.lower import Lowering
from perfrules.language.nodes import Node
from perfrules.language.scalars import ONE, TRUE, ZERO, Column, Known, Literal, Scalar
from perfrules.pipeline.model import Limit
from perfrules.pipeline.program import Cap, Claim, Draft, Place, minor_units, step_of, whole_amount
from perfrules.pipeline.shares import share_out
from perfrules.pipeline.states import (
    CAPPED,
    CLAIMS,
    LIMITS,
    OWNER,
    POSTED,
    SIDE,
    WAITING,
    counter,
    is_one_of,
    is_open,
    same,
)

Account = tuple[str, str]  # the kind of its owner, and its name
COLUMNS = ("kind", "id", "account", "year", "cap", "least", "known")
_ON = (("owner kind", "kind"), ("owner", "id"), ("account", "account"), ("year", "year"))


def limit_steps(draft: Draft, money: Sequence[Claim]) -> dict[Account, int]:
    """For each account with a limit, the step in minor units of which all its amounts and caps are multiples."""
    found: dict[Account, int] = {}
    for limit, scope in draft.limits():
        step = minor_units(step_of(limit.rounding, scope, draft.vocabulary)[0], draft.vocabulary)
        account = (limit.kind, limit.account)
        found[account] = gcd(found.get(account, 0), step)
    for claim in money:
        account = (claim.owner_kind, claim.clause.account)
        if account in found:
            pool = draft.pools.get(claim.clause.pool) if claim.weight is not None else None
            rounding = pool.rounding if pool else claim.clause.rounding
            step = minor_units(step_of(rounding, claim.judged.scope, draft.vocabulary)[0], draft.vocabulary)
            found[account] = gcd(found[account], step)
    return found


def add_limits(draft: Draft, money: Sequence[Claim], findings: Findings) -> None:
    """Columns `standing` and `standing amount`: each claim after the limits of its account."""
    builder = draft.builder
    parts = list(_limit_rows(draft, money, findings))
    if not parts:
        builder.derive(CLAIMS, "standing", Column("met"))
        builder.derive(CLAIMS, "standing amount", Column("amount"))
        return
    builder.stack(LIMITS, COLUMNS, parts)
    cap, least, known = (builder.join(CLAIMS, LIMITS, _ON, name) for name in ("cap", "least", "known"))
    limited = scalars.compare(">", Column("limit step"), ZERO)
    certain = scalars.both(Known(known.name), scalars.compare("=", known, ONE))
    stands = builder.derive(
        CLAIMS, "stands", scalars.choose(scalars.both(limited, is_one_of("met", POSTED)), ONE, ZERO)
    )
    _require_sense(draft, stands.name)
    fixed = scalars.both(scalars.compare("=", stands, ONE), scalars.compare("=", Column("weight"), ZERO))
    size = builder.derive(CLAIMS, "fixed amount", scalars.choose(fixed, Column("amount"), ZERO))
    opened = counter(builder, CLAIMS, "open beside", is_open("met"))
    sides = builder.group(CLAIMS, "limited sides", SIDE, (("total", "sum", size.name), ("open", "sum", opened)))
    total, beside = (builder.join(CLAIMS, sides, same(SIDE), name) for name in ("total", "open"))
    held = scalars.both(
        scalars.compare("=", stands, ONE), scalars.either(scalars.negate(certain), scalars.compare(">", beside, ZERO))
    )
    over, under = scalars.compare(">", total, cap), scalars.compare("<", total, least)
    changed = scalars.both(fixed, certain, scalars.either(over, under))
    target = scalars.choose(changed, scalars.choose(over, cap, least), ZERO)
    _add_standing(builder, changed, target, held)


def _add_standing(builder: Builder, changed: Scalar, target: Scalar, held: Scalar) -> None:
    """The state and amount after what is too much was taken off, or what is too little added, pro rata."""
    step = builder.derive(CLAIMS, "step of limit", scalars.choose(changed, Column("limit step"), ONE))
    # what stands is not negative: the plan requires it of every claim that is made
    weight = builder.derive(CLAIMS, "limit weight", scalars.choose(changed, Column("amount"), ZERO), most=SUM_MAX)
    units = scalars.div_floor(builder.derive(CLAIMS, "limit target", target, most=SUM_MAX), step)
    shared = share_out(builder, CLAIMS, SIDE, units, weight, "limit")
    # within what is shared out; what no limit changes may be an amount of any size
    limited = builder.derive(CLAIMS, "limited amount", scalars.multiply(Column(shared.share), step), most=SUM_MAX)
    amount = builder.derive(CLAIMS, "standing amount", scalars.choose(changed, limited, Column("amount")))
    reduced = scalars.both(changed, scalars.compare("<", amount, Column("amount")))
    state = scalars.choose(held, Literal(WAITING), scalars.choose(reduced, Literal(CAPPED), Column("met")))
    builder.derive(CLAIMS, "standing", state)


def add_room(builder: Builder) -> None:
    """A column `room`: what the limit of the account of a share leaves beside the fixed amounts that stand."""
    limited = scalars.compare(">", Column("limit step"), ZERO)
    fixed = scalars.both(is_one_of("standing", POSTED, CAPPED), scalars.compare("=", Column("weight"), ZERO))
    builder.derive(CLAIMS, "fixed standing", scalars.choose(fixed, Column("standing amount"), ZERO))
    sides = builder.group(CLAIMS, "fixed sides", SIDE, (("fixed", "sum", "fixed standing"),))
    taken_up = builder.join(CLAIMS, sides, same(SIDE), "fixed")
    left = scalars.subtract(builder.join(CLAIMS, LIMITS, _ON, "cap"), taken_up)
    positive = scalars.choose(scalars.compare("<", left, ZERO), ZERO, left)
    builder.derive(CLAIMS, "room", scalars.choose(limited, positive, Literal(SUM_MAX)), most=SUM_MAX)


def _require_sense(draft: Draft, stands: str) -> None:
    """Where claims fall on an account, no cap is below zero or below the least."""
    builder = draft.builder
    claimed = builder.group(CLAIMS, "limited accounts", OWNER, (("claims", "sum", stands),))
    count = builder.join(LIMITS, claimed, tuple((old, new) for new, old in _ON), "claims")
    used = scalars.both(scalars.compare(">", count, ZERO), scalars.compare("=", Column("known"), ONE))
    for kind, account in sorted({(kind, account) for kind, account, _ in draft.caps}):
        about = f"limits of {kind}.{account}"
        limit = next(limit for limit, _ in draft.limits() if (limit.kind, limit.account) == (kind, account))
        draft.places[about] = Place(limit.span, kind)
        own = (scalars.compare("=", Column(n), Literal(of)) for n, of in (("kind", kind), ("account", account)))
        of_account = scalars.both(used, *own)
        for code, low, high in (("PR711", ZERO, Column("cap")), ("PR712", Column("least"), Column("cap"))):
            senseless = scalars.both(of_account, scalars.compare(">", low, high))
            builder.require(LIMITS, scalars.negate(senseless), code, about)


def _limit_rows(draft: Draft, money: Sequence[Claim], findings: Findings) -> Iterator[plan.Part]:
    """For each account with limits and each year in which claims fall on it, a row for every owner."""
    years: dict[Account, set[int]] = {}
    for claim in money:
        years.setdefault((claim.owner_kind, claim.clause.account), set()).add(claim.clause.offset)
    limits: dict[Account, list[Limit]] = {}
    for limit, _ in draft.limits():
        limits.setdefault((limit.kind, limit.account), []).append(limit)
    for (kind, account), listed in sorted(limits.items(), key=lambda item: item[0]):
        shared = any((c.owner_kind, c.clause.account) == (kind, account) for c in money if c.weight is not None)
        for limit in listed:
            if limit.least is not None and shared:
                findings.add("PR277", limit.span, account=account)
        for offset in sorted(years.get((kind, account), ())):
            caps = [_cap(draft, limit, offset, findings) for limit in listed]
            draft.caps[kind, account, offset] = tuple(caps)
            values = _tightest(draft, kind, f"{account}{offset:+d}", caps, findings)
            key = (Literal(kind), Column("id"), Literal(account), Literal(offset))
            yield plan.Part(draft.builder.rows(kind), TRUE, (*key, *values))


def _cap(draft: Draft, limit: Limit, offset: int, findings: Findings) -> Cap:
    """A limit in a year: its formulas read the opening amount of that year."""
    scope = draft.lowerings[limit.policy, limit.kind].scope
    scope = replace(scope, effect_account=limit.account, effect_path=(), effect_offset=offset)

    def seen(node: Node | None) -> Node | None:
        return None if node is None else check(node, scope, findings)[0]

    policy = next(p for p in draft.policies if p.name == limit.policy)
    return Cap(limit, scope, policy.scope.get(limit.kind), seen(limit.most), seen(limit.least))


def _tightest(
    draft: Draft, kind: str, hint: str, caps: Sequence[Cap], findings: Findings
) -> tuple[Scalar, Scalar, Scalar]:
    """The least cap, the greatest least, and whether all are known, as columns of the owners' table."""
    table = draft.builder.rows(kind)
    known: Scalar = TRUE
    cap: Scalar = Literal(SUM_MAX)
    least: Scalar = ZERO
    for one in caps:
        applies = draft.applies[one.limit.policy, kind]
        for node, mode, neutral in ((one.most, "floor", Literal(SUM_MAX)), (one.least, "ceil", ZERO)):
            if node is None:
                continue
            base = draft.lowerings[one.limit.policy, kind]
            lowering = Lowering(draft.builder, one.scope, base.clock, base.prefix, base.known)
            value = whole_amount(lowering, node, one.limit.rounding, mode, f"{hint} {mode}", findings)
            if value is None:
                continue
            known = scalars.both(known, scalars.either(applies.fails, scalars.both(applies.holds, value.defined)))
            size = draft.builder.bind(table, f"{hint} limit", scalars.choose(applies.holds, value.low, neutral))
            if mode == "floor":
                cap = scalars.choose(scalars.compare("<", size, cap), size, cap)
            else:
                least = scalars.choose(scalars.compare(">", size, least), size, least)
    whether = scalars.choose(known, ONE, ZERO)
    return cap, least, whether
