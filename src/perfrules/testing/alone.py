"""One subject decided alone, with all that its rules read around it: `decide` says of it what a run says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from perfrules.core.vocabulary import MONEY_EFFECTS, SubjectKind
from perfrules.decision import Decision
from perfrules.language.plan import Read
from perfrules.outcome import Outcome
from perfrules.pipeline.claims import MadeClaim
from perfrules.program import Program
from perfrules.testing.evidence import STANDING, Evidence

Rows = Mapping[str, list[dict[str, object]]]


def said_otherwise(evidence: Evidence, outcome: Outcome) -> Iterator[tuple[str, list[str]]]:
    """Each subject of which `decide` says something that the run does not say, or the other way round: what."""
    rows, judged = evidence.facts.rows(), {j.rule.kind for j in evidence.program.compiled.judged}
    for name in sorted(judged & rows.keys()):
        kind = evidence.program.vocabulary.kinds[name]
        for row in rows[name] if _sees_all(kind, evidence.program) else ():
            if row["period"] == outcome.period:
                subject, around = f"{name}/{row['id']}", _around(kind, row, rows, evidence)
                decision = evidence.program.decide(name, row, period=outcome.period, **around)
                found = _apart(evidence, decision, outcome, subject)
                if found:
                    yield subject, found


def _sees_all(kind: SubjectKind, program: Program) -> bool:
    """Whether `decide` can be given all that a program reads: the subject's own years, its parent, its children."""
    kinds = program.vocabulary.kinds
    beside = {kind.belongs_to, *(name for name, below in kinds.items() if below.belongs_to == kind.name)}
    reads = [step for step in program.compiled.plan.steps if isinstance(step, Read)]
    return all(
        (read.kind == kind.name or (read.kind in beside and not read.offset and not read.years))
        and beside.issuperset(read.asked)
        for read in reads
    )


def _around(kind: SubjectKind, own: Mapping[str, object], rows: Rows, evidence: Evidence) -> dict[str, Any]:
    """What is known around a subject: its other years, its parent, what belongs to it."""
    period, vocabulary = own["period"], evidence.program.vocabulary
    assert isinstance(period, int)
    years = {int(str(r["period"])) - period: r for r in rows[kind.name] if r["id"] == own["id"] and r is not own}
    parents = [r for r in rows.get(kind.belongs_to, ()) if (r["id"], r["period"]) == (own.get(kind.belongs_to), period)]
    children = {
        below.many or name: [r for r in rows[name] if (r.get(kind.name), r["period"]) == (own["id"], period)]
        for name, below in vocabulary.kinds.items()
        if below.belongs_to == kind.name and name in rows
    }
    return {"years": years, "parent": parents[0] if parents else None, "children": children}


def _apart(evidence: Evidence, decision: Decision, outcome: Outcome, subject: str) -> list[str]:
    rulings = {r.rule: r for r in outcome.rulings if r.subject == subject}
    verdicts = {rule: r.verdict for rule, r in rulings.items()}
    claims = [c for r in rulings.values() for c in r.claims if c.state in STANDING or _waits_for_its_pool(c)]
    return [
        *evidence.apart(decision.verdicts, verdicts, "decide", evidence.say("run")),
        *_other_claims(evidence, decision, claims),
    ]


def _waits_for_its_pool(claim: MadeClaim) -> bool:
    """Whether a claim that is decided waits for others of its pool."""
    return claim.state == "waiting" and bool(claim.pool) and claim.amount is not None


def _other_claims(evidence: Evidence, decision: Decision, claims: list[MadeClaim]) -> Iterator[str]:
    """What fires and does not stand in the run with that amount, and what stands there unforeseen."""
    minor = evidence.program.vocabulary.currency.minor_per_major
    standing = {(c.rule, c.action, c.amount) for c in claims}
    for fire in decision.fired:
        amount = None if fire.amount is None else int(fire.amount * minor)
        shared = amount is None and evidence.program.vocabulary.actions[fire.action].effect in MONEY_EFFECTS
        if not shared and (fire.rule, fire.action, amount) not in standing:
            yield f"{fire.rule} (decide): {fire.action} {fire.amount or ''}".rstrip()
    foreseen = {(f.rule, f.action) for f in decision.fired} | {(c.rule, c.action) for c in decision.open}
    for claim in claims:
        if (claim.rule, claim.action) not in foreseen:
            yield f"{claim.rule} ({evidence.say('run')}): {evidence.claim(claim)}"
