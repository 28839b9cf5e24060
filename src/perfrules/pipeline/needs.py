"""Needs: the unknown inputs that could still change a verdict, or without which a claim can't be settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from perfrules.language.meaning import evaluate
from perfrules.language.nodes import Node
from perfrules.language.subject import Reason, Subject, Unknown, Value, point
from perfrules.language.truth import conjunction
from perfrules.pipeline.drafts import Claim, Judged, approvals_of
from perfrules.pipeline.model import Approval
from perfrules.pipeline.ruling import Result, met, verdict_of


def subject_of(result: Result, judged: Judged, subject: str) -> Subject:
    """A subject as the reference meaning sees it."""
    as_of = result.program.as_of.toordinal()
    return Subject(result.facts, judged.scope, subject, result.period, as_of, known={})


def needs(result: Result, judged: Judged, subject: str) -> tuple[Reason, ...]:
    """The unknown inputs for which a rule is undecided; none where it is decided."""
    _, value = verdict_of(judged, subject_of(result, judged, subject))
    return tuple(sorted(value.reasons)) if isinstance(value, Unknown) else ()


def claim_needs(result: Result, claim: Claim, subject: str) -> tuple[Reason, ...]:
    """The unknown inputs without which a claim waits: for its amount or weight, for whose account it is on, for
    the part of its pool and the jurisdiction, for the limits of the account, for what people must decide."""
    seen = subject_of(result, claim.judged, subject)
    pool = result.program.pools.get(claim.clause.pool)
    part = pool.per.get(claim.judged.rule.kind) if pool else None
    where = seen.scope.jurisdiction() if pool and pool.within else None
    clause = claim.clause
    found = {r for node in (*clause.formulas, clause.least, clause.most, part, where) for r in _reasons(node, seen)}
    found |= set(_of_account(result, claim, seen))
    applying = [applies for _, applies in consents(result, claim, subject)]
    if True not in applying:  # else it is known that people must decide
        found |= {r for applies in applying if isinstance(applies, Unknown) for r in applies.reasons}
    return tuple(sorted(found))


def consents(result: Result, claim: Claim, subject: str) -> Iterator[tuple[Approval, Value]]:
    """The approvals that a claim may need, and of each whether it applies to the subject: it is in the scope of the
    approval's policy, and the condition holds, in that policy's words."""
    seen = subject_of(result, claim.judged, subject)
    for policy in result.program.policies:
        for approval in approvals_of([policy], claim):
            own = replace(seen, scope=result.program.scopes[policy.name, approval.kind])
            conditions = (policy.scope.get(approval.kind), approval.when)
            yield approval, conjunction([met(condition, own) for condition in conditions])


def _reasons(node: Node | None, seen: Subject) -> frozenset[Reason]:
    value = None if node is None else point(evaluate(node, seen))
    return value.reasons if isinstance(value, Unknown) else frozenset()


def _of_account(result: Result, claim: Claim, seen: Subject) -> Iterator[Reason]:
    """What is not known on the way to the owner of an account, and of its limits."""
    owner = seen
    for kind in claim.clause.path:
        above = owner.parent()
        if above is None:
            yield Reason("missing", owner.name, owner.period, kind)
            return
        owner = above
    for cap in result.program.caps.get((claim.owner_kind, claim.clause.account, claim.clause.offset), ()):
        limited = Subject(result.facts, cap.scope, owner.id, result.period, seen.as_of)
        binds = met(cap.applies, limited)
        if binds is not False:
            yield from binds.reasons if isinstance(binds, Unknown) else ()
            for node in (cap.most, cap.least):
                yield from _reasons(node, limited)
