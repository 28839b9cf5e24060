"""Settlement: what becomes of claims, as steps of the plan.

Set aside, gates, claims that meet on an account, pools: written once, executed by any engine. All amounts
are whole minor units; the year of a claim is its distance from the judged period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import gcd, lcm

from perfrules.core.problem import Findings
from perfrules.core.vocabulary import MONEY_EFFECTS
from perfrules.language import plan, rails
from perfrules.language.bounds import TooWide
from perfrules.language.builder import Builder
from perfrules.language.plan import ONE, ZERO, Column, Literal, Scalar
from perfrules.language.rails import Condition
from perfrules.pipeline.model import Policy
from perfrules.pipeline.pools import (
    CLAIMS,
    GIVE,
    IN_CONFLICT,
    LABELS,
    NOT_MADE,
    POSTED,
    SET_ASIDE,
    SIDE,
    TAKE,
    TOGETHER,
    WAITING,
    add_pools,
    counter,
    is_one_of,
)
from perfrules.pipeline.program import Claim, Compiled, Draft, draft, in_force, minor_units, step_of


def claim_column(claim: Claim, what: str) -> str:
    """The column of the kind's own table with the `state` of a claim before it meets others; where gates or
    rules that go over it make them differ from the rule's, also its rails."""
    return f"{claim.name} #{claim.number} {what}"


def settle(draft: Draft, findings: Findings) -> plan.Plan | None:
    """The draft's plan with the steps of its claims; None with a problem noted where gates run in a circle."""
    ordered = _in_order_of_gates(draft, findings)
    if ordered is None:
        return None
    effective: dict[int, Condition] = {}
    for claim in ordered:
        effective[claim.number] = _effective(draft, claim, effective)
        draft.made[claim.number] = effective[claim.number].holds
        _add_state(draft.builder, claim, effective[claim.number])
    money = [c for c in draft.claims if c.clause.action.effect in MONEY_EFFECTS]
    if money:
        _add_money(draft, money)
    labels = [c for c in draft.claims if c.clause.action.effect == "label"]
    if labels:
        _add_labels(draft.builder, labels)
    return draft.builder.plan()


# who bars whom


def barring(draft: Draft | Compiled, claim: Claim) -> list[Claim]:
    """The claims whose action bars this one's, on the subject itself or on an ancestor."""
    kind = claim.judged.rule.kind
    places = {kind, *draft.vocabulary.ancestors(kind)}
    return [
        other
        for other in draft.claims
        if claim.clause.action.name in other.clause.action.bar and other.judged.rule.kind in places
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


def _add_state(builder: Builder, claim: Claim, made: Condition) -> None:
    """A column with the claim's state before it meets others; amounts and weights below zero are refused."""
    verdict = claim.judged.verdict
    table = builder.rows(claim.judged.rule.kind)
    when_made: Scalar = Literal(POSTED)
    for value, code in ((claim.amount, "PR701"), (claim.weight, "PR703")):
        if value is not None:
            below = plan.both(made.holds, value.defined, plan.compare("<", value.low, ZERO))
            if builder.bounds[table].interval(value.low)[0] < 0:
                builder.require(table, plan.negate(below), code, claim.name)
            sized = plan.choose(plan.compare("=", value.low, ZERO), Literal(NOT_MADE), when_made)
            when_made = plan.choose(value.defined, sized, Literal(WAITING))
    prevented = plan.choose(verdict.holds, Literal(SET_ASIDE), Literal(NOT_MADE))
    state = plan.choose(made.holds, when_made, plan.choose(made.fails, prevented, Literal(WAITING)))
    builder.derive(table, claim_column(claim, "state"), state)


# claims that meet on an account


def _add_money(draft: Draft, money: list[Claim]) -> None:
    builder = draft.builder
    weights = _whole_weights(money)
    columns = (
        "kind",
        "id",
        "number",
        "account",
        "year",
        "side",
        "state",
        "amount",
        "pool",
        "weight",
        "step",
        "together",
    )
    builder.stack(CLAIMS, columns, [_claim_rows(draft, claim, weights) for claim in money])
    first = _meet(builder)
    if any(c.clause.pool for c in money):
        add_pools(builder, first)
    else:
        builder.derive(CLAIMS, "final state", first)
        builder.derive(CLAIMS, "final amount", Column("amount"))


def _claim_rows(draft: Draft, claim: Claim, weights: Mapping[int, Scalar]) -> plan.Part:
    clause, kind = claim.clause, claim.judged.rule.kind
    state = Column(claim_column(claim, "state"))
    account = draft.vocabulary.kinds[kind].accounts[clause.account]
    pool = draft.pools.get(clause.pool)
    step = step_of(pool.rounding, claim.judged.scope, draft.vocabulary)[0] if pool else Fraction(1)
    values: tuple[Scalar, ...] = (
        Literal(kind),
        Column("id"),
        Literal(claim.number),
        Literal(clause.account),
        Literal(clause.offset),
        Literal(TAKE if clause.action.effect == "take" else GIVE),
        state,
        claim.amount.low if claim.amount is not None else ZERO,
        Literal(clause.pool),
        weights.get(claim.number, ZERO),
        Literal(minor_units(step, draft.vocabulary) if pool else 1),
        Literal(TOGETHER[account.together]),
    )
    return plan.Part(draft.builder.rows(kind), plan.compare("!=", state, ZERO), values)


def _whole_weights(money: list[Claim]) -> dict[int, Scalar]:
    """The weights within each pool as whole multiples of one unit."""
    found: dict[int, Scalar] = {}
    for pool in {c.clause.pool for c in money}:
        members = [(c, c.weight, _unit(c)) for c in money if c.clause.pool == pool and c.weight is not None]
        if members:
            under = lcm(*(unit.denominator for _, _, unit in members))
            shared = gcd(*(int(unit * under) for _, _, unit in members))
            for claim, weight, unit in members:
                found[claim.number] = rails.times(int(unit * under) // shared, weight.low)
    return found


def _unit(claim: Claim) -> Fraction:
    weight = claim.weight
    if weight is None or not isinstance(weight.den, Literal) or not weight.den.value:  # never known
        return Fraction(1)
    return weight.scale / int(weight.den.value)


def _meet(builder: Builder) -> Column:
    """The state after claims of one side met on an account: in conflict, the greatest, or all of them."""
    posted = counter(builder, CLAIMS, "is posted", is_one_of("state", POSTED))
    waits = counter(builder, CLAIMS, "waits", is_one_of("state", WAITING))
    size = builder.derive(CLAIMS, "size", plan.choose(is_one_of("state", POSTED), Column("amount"), ZERO)).name
    sides = builder.group(CLAIMS, "sides of accounts", SIDE, (("posted", "sum", posted), ("waiting", "sum", waits)))
    on = tuple((key, key) for key in SIDE)
    posts, waiting = (builder.join(CLAIMS, sides, on, name) for name in ("posted", "waiting"))
    place = builder.rank(CLAIMS, "place", SIDE, ((posted, True), (size, True), ("number", False)))
    several = plan.compare(">", posts, ONE)
    contested = plan.compare(">", plan.add(posts, waiting), ONE)
    alone = plan.choose(several, Literal(IN_CONFLICT), plan.choose(contested, Literal(WAITING), Literal(POSTED)))
    greatest = plan.choose(
        plan.compare(">", waiting, ZERO),
        Literal(WAITING),
        plan.choose(plan.compare("=", place, ONE), Literal(POSTED), Literal(SET_ASIDE)),
    )
    meeting = plan.choose(is_one_of("together", TOGETHER["greatest"]), greatest, alone)
    meeting = plan.choose(is_one_of("together", TOGETHER["sum"]), Literal(POSTED), meeting)
    return builder.derive(CLAIMS, "met", plan.choose(is_one_of("state", POSTED), meeting, Column("state")))


# labels


def _add_labels(builder: Builder, labels: list[Claim]) -> None:
    """A label given with two different words to one subject is a conflict."""
    words = sorted({c.clause.word for c in labels})
    parts = []
    for claim in labels:
        state = Column(claim_column(claim, "state"))
        values = (
            Literal(claim.judged.rule.kind), Column("id"), Literal(claim.clause.action.name),
            Literal(claim.clause.offset), Literal(words.index(claim.clause.word)),
        )  # fmt: skip
        parts.append(plan.Part(builder.rows(claim.judged.rule.kind), plan.compare("=", state, Literal(POSTED)), values))
    keys = ("kind", "id", "action", "year")
    builder.stack("labels given", (*keys, "word"), parts)
    builder.group("labels given", LABELS, keys, (("first", "min", "word"), ("last", "max", "word")))


def compiled(policies: Sequence[Policy], as_of: date, findings: Findings) -> Compiled | None:
    """Policies as they stand on a day, compiled; None with problems noted."""
    active = [p for p in policies if in_force(p, as_of)]
    if not active:
        findings.add("PR708", where=", ".join(p.name for p in policies), day=as_of.isoformat())
        return None
    idle = tuple(p for p in policies if p not in active)
    for policy in idle:
        findings.add("PR709", policy.span, policy=policy.name, day=as_of.isoformat())
    made = draft(active, as_of, findings)
    if made is None or findings.errors:
        return None
    try:
        plan_ = settle(made, findings)
    except TooWide as wide:  # only weights of pools are still multiplied here
        node = next((c.clause.weight for c in made.claims if c.clause.weight is not None), None)
        findings.add("PR415", node.span if node else None, bits=str(wide.bits))
        return None
    if plan_ is None:
        return None
    judged, claims = tuple(made.judged), tuple(made.claims)
    return Compiled(as_of, made.vocabulary, plan_, judged, claims, made.pools, tuple(active), idle, made.made)
