"""The ledger: every claim on money as a row, and how those of one side meet on an account; labels, too.

The year of a claim is its distance from the judged period. An account is that of its owner: the subject that
is judged, or one to which it belongs.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd, lcm

from perfrules.language import plan, rails, scalars
from perfrules.language.builder import Builder
from perfrules.language.rails import Condition, Word
from perfrules.language.scalars import ONE, TRUE, ZERO, Column, Known, Literal, Scalar
from perfrules.pipeline.consents import Consent
from perfrules.pipeline.parts import part_of
from perfrules.pipeline.program import Claim, Draft, minor_units, step_of
from perfrules.pipeline.states import (
    AWAITING,
    CLAIM_ORDER,
    CLAIMS,
    GIVE,
    IN_CONFLICT,
    NOT_MADE,
    POSTED,
    SET_ASIDE,
    SIDE,
    TAKE,
    TOGETHER,
    WAITING,
    counter,
    is_one_of,
    is_open,
    same,
)

COLUMNS = (
    "kind", "id", "number", "owner kind", "owner", "account", "year", "side", "state", "amount", "pool", "weight",
    "step", "together", "limit step", "jurisdiction", "part", "part number", "part known",
)  # fmt: skip


def claim_column(claim: Claim, what: str) -> str:
    """The column of the kind's own table with the `state` of a claim before it meets others; where gates or
    rules that go over it make them differ from the rule's, also its rails."""
    return f"{claim.name} #{claim.number} {what}"


def add_state(draft: Draft, claim: Claim, made: Condition, consent: Consent) -> None:
    """A column with the claim's state before it meets others; amounts and weights below zero are refused."""
    builder, verdict = draft.builder, claim.judged.verdict
    table = builder.rows(claim.judged.rule.kind)
    when_made = _consented(draft, claim, consent)
    for value, code in ((claim.amount, "PR701"), (claim.weight, "PR703")):
        if value is not None:
            below = scalars.both(made.holds, value.defined, scalars.compare("<", value.low, ZERO))
            if builder.bounds[table].interval(value.low)[0] < 0:
                builder.require(table, scalars.negate(below), code, claim.name)
            sized = scalars.choose(scalars.compare("=", value.low, ZERO), Literal(NOT_MADE), when_made)
            when_made = scalars.choose(value.defined, sized, Literal(WAITING))
    if claim.figure is not None:
        when_made = scalars.choose(rails.defined(claim.figure), when_made, Literal(WAITING))
    prevented = scalars.choose(verdict.holds, Literal(SET_ASIDE), Literal(NOT_MADE))
    state = scalars.choose(made.holds, when_made, scalars.choose(made.fails, prevented, Literal(WAITING)))
    if consent.amount is not None:
        refused = scalars.choose(scalars.both(made.holds, consent.refused), Literal(SET_ASIDE), state)
        state = scalars.choose(consent.decided, refused, Literal(NOT_MADE))
        listed = scalars.both(made.holds, scalars.negate(consent.decided))
        builder.derive(table, claim_column(claim, "recommended"), scalars.choose(listed, ONE, ZERO))
    builder.derive(table, claim_column(claim, "state"), state)


def _consented(draft: Draft, claim: Claim, consent: Consent) -> Scalar:
    """The state of a claim that is made, as far as its owner and what people decided go."""
    within = scalars.both(*(b.defined for b in (claim.least, claim.most) if b is not None))
    known = scalars.both(owner(draft, claim)[0], within)
    posted = scalars.choose(known, Literal(POSTED), Literal(WAITING))
    asked = scalars.choose(consent.refused, Literal(SET_ASIDE), Literal(AWAITING))
    waits = scalars.choose(consent.needed.holds, asked, Literal(WAITING))
    return scalars.choose(scalars.either(consent.approved, consent.needed.fails), posted, waits)


def owner(draft: Draft, claim: Claim) -> tuple[Scalar, Scalar]:
    """Whether it is known whose account a claim is on, and the owner's id."""
    path, kind = claim.clause.path, claim.judged.rule.kind
    if not path:
        return TRUE, Column("id")
    builder, vocabulary = draft.builder, draft.vocabulary
    if len(path) == 1:
        return scalars.compare("!=", Column("parent"), Literal("")), Column("parent")
    holder = builder.rows(path[-2])
    named = builder.bind(holder, "has parent", scalars.compare("!=", Column("parent"), Literal("")))
    assert isinstance(named, Column)
    has, parent = (builder.inherit(vocabulary.kinds[kind], path[:-1], name) for name in (named.name, "parent"))
    known = scalars.both(Known(has.name), scalars.compare("=", has, ONE))
    return known, scalars.choose(known, parent, Literal(""))


# claims that meet on an account


def add_ledger(draft: Draft, money: list[Claim], limits: Mapping[tuple[str, str], int]) -> None:
    """The table of claims on money, with a column `met`: the state after those of one side met."""
    weights = _whole_weights(money)
    parts = []
    for claim in money:
        step = limits.get((claim.owner_kind, claim.clause.account), 0)
        parts.append(_claim_rows(draft, claim, weights.get(claim.number, ZERO), step))
    draft.builder.stack(CLAIMS, COLUMNS, parts)
    _meet(draft.builder)


def _claim_rows(draft: Draft, claim: Claim, weight: Scalar, limit_step: int) -> plan.Part:
    clause, kind = claim.clause, claim.judged.rule.kind
    state = Column(claim_column(claim, "state"))
    account = draft.vocabulary.kinds[claim.owner_kind].accounts[clause.account]
    pool = draft.pools.get(clause.pool)
    step = step_of(pool.rounding, claim.judged.scope, draft.vocabulary)[0] if pool else Fraction(1)
    part = part_of(draft, claim)
    sized = claim.amount  # of one that is not known, a part may be: that is no amount
    values: tuple[Scalar, ...] = (
        Literal(kind),
        Column("id"),
        Literal(claim.number),
        Literal(claim.owner_kind),
        owner(draft, claim)[1],
        Literal(clause.account),
        Literal(clause.offset),
        Literal(TAKE if clause.action.effect == "take" else GIVE),
        state,
        scalars.choose(sized.defined, sized.low, ZERO) if sized is not None else ZERO,
        Literal(clause.pool),
        weight,
        Literal(minor_units(step, draft.vocabulary) if pool else 1),
        Literal(TOGETHER[account.together]),
        Literal(limit_step),
        part.jurisdiction,
        part.text,
        part.number,
        part.known,
    )
    return plan.Part(draft.builder.rows(kind), scalars.compare("!=", state, ZERO), values)


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
    waits = counter(builder, CLAIMS, "waits", is_open("state"))
    size = builder.derive(CLAIMS, "size", scalars.choose(is_one_of("state", POSTED), Column("amount"), ZERO)).name
    sides = builder.group(CLAIMS, "sides of accounts", SIDE, (("posted", "sum", posted), ("waiting", "sum", waits)))
    posts, waiting = (builder.join(CLAIMS, sides, same(SIDE), name) for name in ("posted", "waiting"))
    place = builder.rank(CLAIMS, "place", SIDE, ((posted, True), (size, True), *CLAIM_ORDER))
    several = scalars.compare(">", posts, ONE)
    contested = scalars.compare(">", scalars.add(posts, waiting), ONE)
    alone = scalars.choose(several, Literal(IN_CONFLICT), scalars.choose(contested, Literal(WAITING), Literal(POSTED)))
    greatest = scalars.choose(
        scalars.compare(">", waiting, ZERO),
        Literal(WAITING),
        scalars.choose(scalars.compare("=", place, ONE), Literal(POSTED), Literal(SET_ASIDE)),
    )
    meeting = scalars.choose(is_one_of("together", TOGETHER["greatest"]), greatest, alone)
    meeting = scalars.choose(is_one_of("together", TOGETHER["sum"]), Literal(POSTED), meeting)
    return builder.derive(CLAIMS, "met", scalars.choose(is_one_of("state", POSTED), meeting, Column("state")))


# labels


def add_labels(builder: Builder, labels: list[Claim]) -> None:
    """A label given with two different words to one subject is a conflict; a figure by two formulas, too."""
    places = {word: Literal(n) for n, word in enumerate(sorted({word for c in labels for word in _sayings(c)}))}
    for claim in labels:
        rivals = [other for other in labels if other is not claim and _may_contradict(other, claim)]
        if rivals:
            state = claim_column(claim, "state")
            said = _said(claim, places)
            given = [
                scalars.both(
                    is_one_of(claim_column(other, "state"), POSTED), scalars.compare("!=", _said(other, places), said)
                )
                for other in rivals
            ]
            torn = scalars.both(is_one_of(state, POSTED), scalars.either(*given))
            met = scalars.choose(torn, Literal(IN_CONFLICT), Column(state))
            builder.derive(builder.rows(claim.judged.rule.kind), claim_column(claim, "met"), met)


def _may_contradict(one: Claim, other: Claim) -> bool:
    """Whether two labels may say different things about one matter."""
    places = [(claim.judged.rule.kind, claim.clause.offset, claim.clause.label[0]) for claim in (one, other)]
    return places[0] == places[1] and len({*_sayings(one), *_sayings(other)}) > 1


def _said(claim: Claim, places: Mapping[str, Literal]) -> Scalar:
    """The place of what a label says among all that labels can say."""
    first, *others = _sayings(claim)
    word: Scalar = places[first]
    for other in others:
        assert isinstance(claim.figure, Word)
        word = scalars.choose(scalars.compare("=", claim.figure.text, Literal(other)), places[other], word)
    return word


def _sayings(claim: Claim) -> tuple[str, ...]:
    """What a label can say: its word, those of its figure, or its formula."""
    return claim.clause.words or (claim.clause.label[1],)
