"""Musts: what has to hold of the money once everything is settled, as requirements of the plan.

`closing(account)` is the opening amount of a year, plus what is given, less what is taken in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from perfrules.core.problem import Findings
from perfrules.language import plan, rails, scalars
from perfrules.language.kinds import check
from perfrules.language.lower import Lowering
from perfrules.language.nodes import Name, Node
from perfrules.language.rails import Condition, Rational
from perfrules.language.scalars import ZERO, Column, Literal, Scalar
from perfrules.language.scope import EVERY
from perfrules.pipeline.model import Must, closing_name
from perfrules.pipeline.program import Claim, Draft, Invariant, Place, lowered
from perfrules.pipeline.states import CAPPED, CLAIMS, GIVE, OWNER, POSTED, TAKE, is_one_of

MUSTS = ("PR716", "PR717")


def add_musts(draft: Draft, money: Sequence[Claim], findings: Findings) -> None:
    """A requirement for each invariant and each year in which claims fall on its accounts."""
    musts = [must for policy in draft.policies for must in policy.musts]
    if not musts:
        return
    builder, stands = draft.builder, is_one_of("final state", POSTED, CAPPED)
    for name, side in (("moved in", GIVE), ("moved out", TAKE)):
        of_side = scalars.both(stands, is_one_of("side", side))
        builder.derive(CLAIMS, name, scalars.choose(of_side, Column("final amount"), ZERO))
    builder.group(CLAIMS, "movements", OWNER, (("in", "sum", "moved in"), ("out", "sum", "moved out")))
    for must in musts:
        on = {(must.kind, account) for account in must.accounts}
        years = {c.clause.offset for c in money if (c.owner_kind, c.clause.account) in on}
        for offset in sorted(years):
            _add_must(draft, must, offset, findings)


def _add_must(draft: Draft, must: Must, offset: int, findings: Findings) -> None:
    base = draft.lowerings[must.policy, must.kind]
    scope = replace(base.scope.knowing(must.closings), effect_account=EVERY, effect_path=(), effect_offset=offset)
    node, _ = check(must.that, scope, findings)
    known = dict(base.known)
    lowering = Lowering(draft.builder, scope, base.clock, base.prefix, known)
    moved: list[Scalar] = []
    for account in must.accounts:
        given, taken = _movements(draft, must.kind, account, offset)
        moved += [scalars.compare(">", given, ZERO), scalars.compare(">", taken, ZERO)]
        opening = lowering.number(check(Name((account,)), scope, findings)[0])
        unit = Fraction(1, draft.vocabulary.currency.minor_per_major)
        known[lowering.table, closing_name(account)] = rails.added(
            opening, Rational(unit, scalars.subtract(given, taken))
        )

    def required(that: Node) -> None:
        draft.invariants.append(Invariant(must, offset, scope, that))
        _require(draft, must, scalars.either(*moved), lowering.condition(that))

    lowered(required, node, must.written.span, findings)


def _movements(draft: Draft, kind: str, account: str, offset: int) -> list[Column]:
    """What is given to an account and taken from it in a year, as columns of its owners' table."""
    builder = draft.builder
    here = scalars.both(
        scalars.compare("=", Column("owner kind"), Literal(kind)),
        scalars.compare("=", Column("account"), Literal(account)),
        scalars.compare("=", Column("year"), Literal(offset)),
    )
    name = f"movements of {kind}.{account}{offset:+d}"
    if name not in builder.bounds:
        part = plan.Part("movements", here, (Column("owner"), Column("in"), Column("out")))
        builder.stack(name, ("id", "in", "out"), [part])
    return [builder.join(builder.rows(kind), name, (("id", "id"),), side) for side in ("in", "out")]


def _require(draft: Draft, must: Must, moved: Scalar, holds: Condition) -> None:
    """Where money moved, the invariant of those in the policy's scope is neither violated nor unknown."""
    applies = draft.applies[must.policy, must.kind]
    about = f"{must.policy}: {' '.join(must.written.split())} ({must.because})"
    draft.places[about] = Place(must.span, must.kind)
    table = draft.builder.rows(must.kind)
    violated = scalars.both(moved, applies.holds, holds.fails)
    draft.builder.require(table, scalars.negate(violated), "PR716", about)
    sure = scalars.either(applies.fails, scalars.both(applies.holds, holds.decided))
    draft.builder.require(table, scalars.either(scalars.negate(moved), sure), "PR717", about)


def without_musts(whole: plan.Plan) -> plan.Plan:
    """The plan without what must hold of all the money, which can't be asked of one subject alone."""

    def kept(stratum: tuple[plan.Step, ...]) -> tuple[plan.Step, ...]:
        return tuple(s for s in stratum if not (isinstance(s, plan.Require) and s.code in MUSTS))

    return replace(whole, strata=tuple(map(kept, whole.strata)))
