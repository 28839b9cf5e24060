"""Settlement: what becomes of claims, as steps of the plan.

Set aside, gates, claims that meet on an account, pools: written once, executed by any engine. All amounts
are whole minor units; the year of a claim is its distance from the judged period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from perfrules.core.problem import Findings
from perfrules.core.vocabulary import MONEY_EFFECTS, Fact
from perfrules.language import plan, rails, scalars
from perfrules.language.bounds import TooWide
from perfrules.language.rails import Condition
from perfrules.language.scalars import Column, Scalar
from perfrules.pipeline.consents import Consent, consent, require_sense
from perfrules.pipeline.decisions import Decision, resolve
from perfrules.pipeline.ledger import add_labels, add_ledger, add_state, claim_column
from perfrules.pipeline.limits import add_limits, add_room, limit_steps
from perfrules.pipeline.model import Policy
from perfrules.pipeline.musts import add_musts
from perfrules.pipeline.parts import add_parts
from perfrules.pipeline.pools import add_pools
from perfrules.pipeline.precedence import check_overs
from perfrules.pipeline.program import Claim, Compiled, Draft, draft, in_force
from perfrules.pipeline.states import CLAIMS


def settle(draft: Draft, findings: Findings) -> plan.Plan | None:
    """The draft's plan with the steps of its claims; None with a problem noted where gates run in a circle."""
    ordered = _in_order_of_gates(draft, findings)
    if ordered is None:
        return None
    effective: dict[int, Condition] = {}
    for claim in ordered:
        made = _effective(draft, claim, effective)
        asked = consent(draft, claim, findings)
        if asked.amount is not None:
            claim = draft.claims[claim.number] = replace(claim, amount=asked.amount)
        draft.made[claim.number] = made.holds
        effective[claim.number] = _gate(draft, claim, made, asked)
        require_sense(draft, claim, asked)
        add_state(draft, claim, made, asked)
    money = [c for c in draft.claims if c.clause.action.effect in MONEY_EFFECTS]
    if money:
        _add_money(draft, money, findings)
    labels = [c for c in draft.claims if c.clause.action.effect == "label"]
    if labels:
        add_labels(draft.builder, labels)
    return draft.builder.plan()


# who bars whom


def barring(draft: Draft | Compiled, claim: Claim) -> list[Claim]:
    """The claims whose action bars this one's, on the subject itself or on an ancestor, in the same year."""
    kind = claim.judged.rule.kind
    places = {kind, *draft.vocabulary.ancestors(kind)}
    return [
        other
        for other in draft.claims
        if claim.clause.action.name in other.clause.action.bar
        and other.judged.rule.kind in places
        and other.clause.offset == claim.clause.offset
    ]


def _in_order_of_gates(draft: Draft, findings: Findings) -> list[Claim] | None:
    """Every claim after those that may bar it."""
    gates = {c.number: {g.number for g in barring(draft, c)} for c in draft.claims}
    ordered: list[Claim] = []
    pending = {c.number: c for c in draft.claims}
    while pending:
        ready = [c for c in pending.values() if not gates[c.number] & pending.keys()]
        if not ready:
            ring = _ring(pending, gates)
            findings.add("PR241", ring[0].clause.span, ring=" → ".join(c.name for c in (*ring, ring[0])),
                         related=[("reads", c.clause.span) for c in ring[1:]])  # fmt: skip
            return None
        ordered += ready
        for claim in ready:
            del pending[claim.number]
    return ordered


def _ring(pending: Mapping[int, Claim], gates: Mapping[int, set[int]]) -> list[Claim]:
    """Claims of which each may bar the next one, and the last one the first."""
    path = [min(pending)]
    while (gate := min(gates[path[-1]] & pending.keys())) not in path:
        path.append(gate)
    return [pending[number] for number in reversed(path[path.index(gate) :])]


def _effective(draft: Draft, claim: Claim, effective: Mapping[int, Condition]) -> Condition:
    """Whether a claim is made, not set aside by a rule that goes over it, and not barred."""
    judged = claim.judged
    overs = [j.verdict for j in draft.judged if judged.rule.name in j.rule.over and j.rule.kind == judged.rule.kind]
    gates = [_seen_from(draft, claim, gate, effective[gate.number]) for gate in barring(draft, claim)]
    prevented = rails.disjunction(*overs, *gates)
    whole = rails.conjunction(judged.verdict, rails.opposite(prevented))
    builder, table = draft.builder, draft.builder.rows(judged.rule.kind)
    return Condition(
        builder.bind(table, claim_column(claim, "made"), whole.holds),
        builder.bind(table, claim_column(claim, "prevented"), whole.fails),
    )


def _gate(draft: Draft, claim: Claim, made: Condition, asked: Consent) -> Condition:
    """Whether a claim bars others: where it is made and has what it needs from people."""
    if asked.given.holds == scalars.TRUE:
        return made
    whole = rails.conjunction(made, asked.given)
    builder, table = draft.builder, draft.builder.rows(claim.judged.rule.kind)
    return Condition(
        builder.bind(table, claim_column(claim, "in force"), whole.holds),
        builder.bind(table, claim_column(claim, "not in force"), whole.fails),
    )


def _seen_from(draft: Draft, claim: Claim, gate: Claim, condition: Condition) -> Condition:
    """A gate's condition as columns of the table of the claim's own kind."""
    kind, above = claim.judged.rule.kind, gate.judged.rule.kind
    if kind == above:
        return condition
    ancestors = draft.vocabulary.ancestors(kind)
    path = tuple(ancestors[: ancestors.index(above) + 1])

    def inherited(scalar: Scalar) -> Scalar:
        if not isinstance(scalar, Column):
            return scalar
        return draft.builder.inherit(draft.vocabulary.kinds[kind], path, scalar.name)

    return Condition(inherited(condition.holds), inherited(condition.fails))


def _add_money(draft: Draft, money: list[Claim], findings: Findings) -> None:
    builder = draft.builder
    add_parts(draft, money, findings)
    add_ledger(draft, money, limit_steps(draft, money))
    add_limits(draft, money, findings)
    if any(c.clause.pool for c in money):
        shares = {(c.owner_kind, c.clause.account) for c in money if c.weight is not None}
        limited = any((limit.kind, limit.account) in shares for limit, _ in draft.limits())
        if limited:
            add_room(builder)
        add_pools(draft, money, limited)
    else:
        builder.derive(CLAIMS, "final state", Column("standing"))
        builder.derive(CLAIMS, "final amount", Column("standing amount"))
    add_musts(draft, money, findings)


def compiled(
    policies: Sequence[Policy],
    as_of: date,
    findings: Findings,
    decisions: Sequence[Decision] = (),
    day: Fact | None = None,
) -> Compiled | None:
    """Policies as they stand on a day, compiled; None with problems noted.

    With `day` formulas that look at `as_of` look at this fact of each row instead: the program judges other days, too.
    """
    active = [p for p in policies if in_force(p, as_of)]
    if not active:
        findings.add("PR708", where=", ".join(p.name for p in policies), day=as_of.isoformat())
        return None
    idle = tuple(p for p in policies if p not in active)
    for policy in idle:
        findings.add("PR709", policy.span, policy=policy.name, day=as_of.isoformat())
    made = draft(active, as_of, findings, day)
    if made is not None:
        check_overs(policies, findings)
        resolve(made, decisions, findings)
    if made is None or findings.errors:
        return None
    try:
        plan_ = settle(made, findings)
    except TooWide as wide:  # only weights of pools are still multiplied here
        weight = next(c.clause.weight for c in made.claims if c.clause.weight is not None)
        findings.add("PR415", weight.span, bits=str(wide.bits))
        return None
    if plan_ is None or findings.errors:
        return None
    return Compiled(
        as_of,
        made.vocabulary,
        plan_,
        tuple(made.judged),
        tuple(made.claims),
        made.pools,
        tuple(active),
        idle,
        {key: lowering.scope for key, lowering in made.lowerings.items()},
        made.caps,
        tuple(made.invariants),
        made.places,
        tuple(made.decided),
        made.made,
        tuple(decisions),
        any(clock.asked for clock in made.clocks),
    )
