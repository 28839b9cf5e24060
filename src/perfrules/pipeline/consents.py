"""Consents: what a person must decide before a claim stands. Approvals, and amounts that are only recommended."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from perfrules.core.money import AMOUNT_MAX
from perfrules.core.problem import Findings
from perfrules.language import plan, rails, scalars
from perfrules.language.nodes import Node
from perfrules.language.rails import Condition, Rational
from perfrules.language.scalars import FALSE, ONE, ZERO, Column, Literal, Scalar
from perfrules.pipeline.model import Approval
from perfrules.pipeline.program import Claim, Draft, Place, lowered
from perfrules.pipeline.states import DECIDED

_NO, _YES = Literal(1), Literal(2)  # what a decision says; 0 where it says nothing


@dataclass(frozen=True)
class Consent:
    """Of a claim: whether it needs an approval, and what was decided."""

    needed: Condition
    approved: Scalar = FALSE
    refused: Scalar = FALSE
    decided: Scalar = FALSE  # whether there is a decision at all
    amount: Rational | None = None  # what was decided, where the claim is only recommended

    @property
    def given(self) -> Condition:
        """Whether the claim has what it needs from people."""
        holds = scalars.either(self.needed.fails, self.approved)
        fails = scalars.both(self.needed.holds, self.refused)
        if self.amount is not None:
            holds = scalars.both(holds, self.amount.defined)
            fails = scalars.either(fails, self.refused, scalars.negate(self.decided))
        return Condition(holds, fails)


def consent(draft: Draft, claim: Claim, findings: Findings) -> Consent:
    """What a claim needs from people, and what they decided, as columns of the subjects' table."""
    needed = _needed(draft, claim, findings)
    if all(d.number != claim.number for d in draft.decided):
        nothing = Rational(Fraction(1), ZERO, ONE, FALSE) if claim.clause.recommended else None
        return Consent(needed, amount=nothing)
    builder, table = draft.builder, draft.builder.rows(claim.judged.rule.kind)
    about = Column("claim")
    name = f"decided #{claim.number}"
    said = scalars.choose(
        scalars.Known("approved"), scalars.choose(scalars.compare("=", Column("approved"), ONE), _YES, _NO), ZERO
    )
    has_amount = scalars.choose(scalars.Known("decided amount"), ONE, ZERO)
    values = (Column("id"), said, has_amount, Column("decided amount"), ONE)
    part = plan.Part(_read(draft), scalars.compare("=", about, Literal(claim.number)), values)
    builder.stack(name, ("id", "said", "has amount", "amount", "decided"), [part])
    said, has, amount, decided = (
        builder.join(table, name, (("id", "id"),), column) for column in ("said", "has amount", "amount", "decided")
    )
    given = Rational(Fraction(1), amount, ONE, scalars.compare("=", has, ONE))
    return Consent(
        needed,
        scalars.compare("=", said, _YES),
        scalars.compare("=", said, _NO),
        scalars.compare("=", decided, ONE),
        given if claim.clause.recommended else None,
    )


def require_sense(draft: Draft, claim: Claim, consent: Consent) -> None:
    """Decisions are about claims that are made, and amounts within the bounds of what was recommended."""
    if consent.decided == FALSE:
        return
    about = f"{claim.name} #{claim.number}"
    draft.places[about] = Place(claim.clause.span, claim.judged.rule.kind, claim.number)
    table, verdict = draft.builder.rows(claim.judged.rule.kind), claim.judged.verdict
    idle = verdict.fails if claim.clause.recommended else scalars.either(verdict.fails, consent.needed.fails)
    draft.builder.require(table, scalars.negate(scalars.both(consent.decided, idle)), "PR719", about)
    if consent.amount is None:
        return
    for bound, operator in ((claim.least, "<"), (claim.most, ">")):
        if bound is not None:
            outside = scalars.compare(operator, consent.amount.low, bound.low)
            wrong = scalars.both(verdict.holds, consent.amount.defined, bound.defined, outside)
            draft.builder.require(table, scalars.negate(wrong), "PR718", about)


def _read(draft: Draft) -> str:
    """The table of decisions of the judged period."""
    table = draft.builder.rows(DECIDED)
    draft.builder.reads[table][3].update(("claim", "approved", "decided amount"))
    draft.builder.bounds[table].columns |= {"claim": (0, len(draft.claims)), "decided amount": (0, AMOUNT_MAX)}
    return table


def _needed(draft: Draft, claim: Claim, findings: Findings) -> Condition:
    """Whether any of the approvals that name the claim's action applies."""
    return rails.disjunction(*(_applies(draft, claim, a, findings) for a in draft.approvals_of(claim)))


def _applies(draft: Draft, claim: Claim, approval: Approval, findings: Findings) -> Condition:
    """Whether an approval applies to a subject: it is in the scope of its policy, and the condition holds."""
    lowering = draft.lowerings[approval.policy, approval.kind]
    applies = draft.applies[approval.policy, approval.kind]
    if approval.when is None:
        return applies

    def whole(node: Node) -> Condition:
        found = rails.conjunction(applies, lowering.condition(node))
        bound = lowering.bind(found, f"{claim.clause.action.name} approval")
        assert isinstance(bound, Condition)
        return bound

    return lowered(whole, approval.when, approval.when.span, findings) or applies
