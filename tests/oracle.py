"""An independent reading of the language page: what becomes of claims, with fractions and plain loops.

Nothing of the plan is used here: verdicts and amounts come from the reference meaning, and the steps of
settlement are done by hand, one subject and one pool at a time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from perfrules.language.meaning import Subject, Unknown, evaluate, point, round_to
from perfrules.pipeline.program import Claim, Compiled, Judged, step_of

CENT = Fraction(1, 100)


class Negative(Exception):
    """A claim has a negative amount or weight."""


@dataclass
class Fate:
    """A claim of one subject: its state, and its amount in minor units once it has one."""

    claim: Claim
    subject: str
    state: str
    amount: int = 0
    weight: Fraction = Fraction(0)
    owner: str | None = ""  # the id of whose account it is; None where that is unknown


def verdict(judged: Judged, subject: Subject):
    """True, False, or None where undecided; outside the scope it is False."""
    scope = judged.policy.scope.get(judged.rule.kind)
    inside = evaluate(scope, subject) if scope is not None else True
    value = evaluate(judged.rule.when, subject)
    if inside is False or value is False:
        return False
    return None if isinstance(inside, Unknown) or isinstance(value, Unknown) else True


def settle(program: Compiled, facts, period: int) -> dict[tuple[int, str], Fate]:
    """The fate of every claim of every subject, by the claim's number and the subject."""
    subjects = {
        kind: list(facts.table(kind, period).ids) for kind in {j.rule.kind for j in program.judged}
    }
    seen = {
        (id(j), s): Subject(facts, j.scope, s, period, program.as_of.toordinal())
        for j in program.judged
        for s in subjects[j.rule.kind]
    }
    verdicts = {key: verdict(j, seen[key]) for j in program.judged for s in subjects[j.rule.kind] for key in [(id(j), s)]}
    fates: dict[tuple[int, str], Fate] = {}
    pending = list(program.claims)
    while pending:  # a claim after those that may bar it
        claim = next(c for c in pending if not any(_may_bar(program, g, c) for g in pending if g is not c))
        pending.remove(claim)
        for s in subjects[claim.judged.rule.kind]:
            fate = _alone(program, claim, s, verdicts, fates, facts, period, seen)
            fate.owner = _owner(claim, seen[id(claim.judged), s])
            if fate.owner is None and fate.state == "posted":
                fate.state = "waiting"
            fates[claim.number, s] = fate
    money = [f for f in fates.values() if f.claim.clause.account]
    _meet(program, money)
    _share(program, money)
    return fates


def _may_bar(program: Compiled, gate: Claim, claim: Claim) -> bool:
    kind = claim.judged.rule.kind
    above = [kind, *program.vocabulary.ancestors(kind)]
    return claim.clause.action.name in gate.clause.action.bar and gate.judged.rule.kind in above


def _alone(program, claim, s, verdicts, fates, facts, period, seen) -> Fate:
    judged = claim.judged
    made = verdicts[id(judged), s]
    preventing = [
        verdicts[id(j), s]
        for j in program.judged
        if j.rule.kind == judged.rule.kind and judged.rule.name in j.rule.over
    ]
    for gate in program.claims:
        if _may_bar(program, gate, claim):
            preventing.append(_gate(gate, claim, s, fates, facts, period, program))
    if made is False:
        return Fate(claim, s, "not-made")
    if True in preventing:
        return Fate(claim, s, "set-aside" if made else "not-made")
    if made is None or None in preventing:
        return Fate(claim, s, "waiting")
    return _sized(program, claim, s, seen[id(judged), s])


def _gate(gate, claim, s, fates, facts, period, program):
    kind, who = claim.judged.rule.kind, s
    while kind != gate.judged.rule.kind:
        table = facts.table(kind, period)
        who = table.parents[table.row_of(who)]
        kind = program.vocabulary.kinds[kind].belongs_to
    fate = fates.get((gate.number, who))
    if fate is None:
        return None
    return {"posted": True, "waiting": None}.get(fate.state, False)


def _owner(claim, subject: Subject) -> str | None:
    """Up the parents, one by one."""
    for _ in claim.clause.path:
        above = subject.parent()
        if above is None:
            return None
        subject = above
    return subject.id


def _sized(program, claim, s, subject) -> Fate:
    clause = claim.clause
    for node in (clause.amount, clause.weight):
        if node is None:
            continue
        value = point(evaluate(node, subject))
        if isinstance(value, Unknown):
            return Fate(claim, s, "waiting")
        if clause.weight is not None:
            if value < 0:
                raise Negative
            return Fate(claim, s, "posted" if value else "not-made", weight=value)
        step, mode = step_of(clause.rounding, claim.judged.scope, program.vocabulary)
        amount = round_to(value, step, mode) / CENT
        if amount < 0:
            raise Negative
        return Fate(claim, s, "posted" if amount else "not-made", int(amount))
    return Fate(claim, s, "posted")


def _meet(program: Compiled, money: list[Fate]) -> None:
    sides: dict[tuple, list[Fate]] = defaultdict(list)
    for fate in money:
        clause = fate.claim.clause
        sides[fate.claim.owner_kind, fate.owner, clause.account, clause.offset, clause.action.effect].append(fate)
    for (kind, _, account, _, _), side in sides.items():
        together = program.vocabulary.kinds[kind].accounts[account].together
        posted = [f for f in side if f.state == "posted"]
        waiting = [f for f in side if f.state == "waiting"]
        if together == "greatest" and posted:
            best = min(posted, key=lambda f: (-f.amount, f.claim.number, f.claim.judged.rule.kind, f.subject))
            for fate in posted:
                fate.state = "waiting" if waiting else "posted" if fate is best else "set-aside"
        elif not together:
            for fate in posted:
                if len(posted) > 1:
                    fate.state = "in-conflict"
                elif waiting:
                    fate.state = "waiting"


def _share(program: Compiled, money: list[Fate]) -> None:
    pools: dict[tuple, list[Fate]] = defaultdict(list)
    for fate in money:
        if fate.claim.clause.pool:
            pools[fate.claim.clause.pool, fate.claim.clause.offset].append(fate)
    for (name, _), members in pools.items():
        posted = [f for f in members if f.state == "posted"]
        if any(f.state in ("waiting", "in-conflict") for f in members):
            for fate in posted:
                fate.state = "waiting"
            continue
        pool = program.pools[name]
        scope = posted[0].claim.judged.scope if posted else None
        if scope is None:
            continue
        step = int(step_of(pool.rounding, scope, program.vocabulary)[0] / CENT)
        taken = sum(f.amount for f in posted if f.claim.weight is None)
        sharing = [f for f in posted if f.claim.weight is not None]
        weights = sum((f.weight for f in sharing), Fraction(0))
        units = taken // step
        exact = {id(f): units * f.weight / weights for f in sharing} if weights else {}
        floors = {key: int(e // 1) for key, e in exact.items()}
        spare = units - sum(floors.values())
        order = sorted(sharing, key=lambda f: (-(exact[id(f)] % 1), f.subject, f.claim.judged.rule.kind, f.claim.number))
        for place, fate in enumerate(order, 1):
            fate.amount = (floors[id(fate)] + (place <= spare)) * step
            if not fate.amount:
                fate.state = "not-made"


