"""An independent reading of the language page: what becomes of claims, with fractions and plain loops.

Nothing of the plan is used here: verdicts and amounts come from the reference meaning, and the steps of
settlement are done by hand, one subject and one pool at a time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from perfrules.language.combine import constant
from perfrules.language.meaning import evaluate
from perfrules.language.nodes import Arithmetic, Literal, Name, Symbol
from perfrules.language.scope import Type
from perfrules.language.subject import Subject, Unknown, point
from perfrules.language.truth import round_to
from perfrules.pipeline.model import closing_name
from perfrules.pipeline.program import Claim, Compiled, Judged, step_of

CENT = Fraction(1, 100)


class Negative(Exception):
    """The run must be refused: a negative amount or weight, a limit without sense, shares that don't settle."""


@dataclass
class Fate:
    """A claim of one subject: its state, and its amount in minor units once it has one."""

    claim: Claim
    subject: str
    state: str
    amount: int = 0
    weight: Fraction = Fraction(0)
    owner: str | None = ""  # the id of whose account it is; None where that is unknown
    late: bool = False  # it stands, but its pool waits


def verdict(judged: Judged, subject: Subject):
    """True, False, or None where undecided; outside the scope it is False."""
    scope = judged.policy.scope.get(judged.rule.kind)
    inside = evaluate(scope, subject) if scope is not None else True
    value = evaluate(judged.rule.when, subject)
    if inside is False or value is False:
        return False
    return None if isinstance(inside, Unknown) or isinstance(value, Unknown) else True


def settle(program: Compiled, facts, period: int) -> tuple[dict[tuple[int, str], Fate], list[Balance]]:
    """The fate of every claim of every subject, by the claim's number and the subject; the settled pools."""
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
    _contradict([f for f in fates.values() if f.claim.clause.action.effect == "label"], seen)
    rooms = _limit(program, money, facts, period)
    return fates, _pools(program, fates, rooms, seen)


def _may_bar(program: Compiled, gate: Claim, claim: Claim) -> bool:
    kind = claim.judged.rule.kind
    above = [kind, *program.vocabulary.ancestors(kind)]
    same_year = gate.clause.offset == claim.clause.offset
    return claim.clause.action.name in gate.clause.action.bar and gate.judged.rule.kind in above and same_year


def _alone(program, claim, s, verdicts, fates, facts, period, seen) -> Fate:
    judged = claim.judged
    made = verdicts[id(judged), s]
    subject = seen[id(judged), s]
    said = next((d for d in program.decided if (d.number, d.id, d.period) == (claim.number, s, period)), None)
    needed = _needs_approval(program, claim, s, facts, period)
    if said and (made is False or (needed is False and not claim.clause.recommended)):
        raise Negative  # a decision about what is not claimed, or needs none
    preventing = [
        verdicts[id(j), s]
        for j in program.judged
        if j.rule.kind == judged.rule.kind and judged.rule.name in j.rule.over
    ]
    for gate in program.claims:
        if _may_bar(program, gate, claim):
            preventing.append(_gate(gate, claim, s, fates, facts, period, program))
    if claim.clause.recommended:
        within = _within(claim, subject)
        if said and said.amount is not None and made and within[0] is not None and said.amount < within[0]:
            raise Negative
        if said and said.amount is not None and made and within[1] is not None and said.amount > within[1]:
            raise Negative
        if said is None:
            return Fate(claim, s, "not-made")
    if made is False:
        return Fate(claim, s, "not-made")
    if True in preventing:
        return Fate(claim, s, "set-aside" if made else "not-made")
    if made is None or None in preventing:
        return Fate(claim, s, "waiting")
    if claim.clause.recommended:
        return _decided(claim, s, subject, said, needed)
    fate = _sized(program, claim, s, subject)
    if fate.state == "posted":
        fate.state = _consent(said, needed)
    return fate


def _decided(claim, s, subject, said, needed) -> Fate:
    """A recommended amount that a person decided, or declined."""
    if said.approve is False:
        return Fate(claim, s, "set-aside")
    state = _consent(said, needed) if said.amount else "not-made"
    known = all(not isinstance(point(evaluate(n, subject)), Unknown) for n in (claim.clause.least, claim.clause.most) if n)
    return Fate(claim, s, "waiting" if state == "posted" and not known else state, said.amount)


def _consent(said, needed) -> str:
    if needed is False or (said and said.approve):
        return "posted"
    if needed is None:
        return "waiting"
    return "set-aside" if said and said.approve is False else "awaiting-approval"


def _needs_approval(program, claim, s, facts, period) -> bool | None:
    """Whether any approval that names the action applies to the subject; None where that is undecided."""
    found: list[bool | None] = [False]
    for policy in program.policies:
        for approval in policy.approvals:
            if approval.kind == claim.judged.rule.kind and claim.clause.action.name in approval.of:
                scope = next(j.scope for j in program.judged if j.policy is policy and j.rule.kind == approval.kind)
                subject = Subject(facts, scope, s, period, program.as_of.toordinal())
                parts = [policy.scope.get(approval.kind), approval.when]
                values = [evaluate(n, subject) for n in parts if n is not None]
                found.append(False if False in values else None if any(isinstance(v, Unknown) for v in values) else True)
    return True if True in found else None if None in found else False


def _within(claim, subject) -> list[int | None]:
    values = []
    for node, mode in ((claim.clause.least, "ceil"), (claim.clause.most, "floor")):
        value = point(evaluate(node, subject)) if node is not None else None
        values.append(int(round_to(value, CENT, mode) / CENT) if isinstance(value, Fraction) else None)
    return values


def broken(program: Compiled, fates, facts, period: int) -> bool:
    """Whether any `must` is violated or unknown where money moved: closings added up from the claims that stand."""
    for one in program.invariants:
        must = one.must
        for s in facts.table(must.kind, period).ids:
            changes = dict.fromkeys(must.accounts, 0)
            moved = False
            for fate in fates.values():
                clause = fate.claim.clause
                mine = (fate.claim.owner_kind, fate.owner, clause.offset) == (must.kind, s, one.offset)
                if mine and clause.account in changes and fate.state in STANDS and fate.amount:
                    moved = True
                    changes[clause.account] += fate.amount if clause.action.effect == "give" else -fate.amount
            scope = one.scope
            for account, change in changes.items():
                opening = Name((account,), None, Symbol("opening", account, (), one.offset))
                closing = Arithmetic("+", opening, Literal("money", change * CENT))
                scope = scope.defining(closing_name(account), closing, Type("money"))
            subject = Subject(facts, scope, s, period, program.as_of.toordinal())
            policy = next(p for p in program.policies if p.name == must.policy)
            inside = evaluate(policy.scope[must.kind], subject) if must.kind in policy.scope else True
            if moved and inside is not False and (inside is not True or evaluate(one.that, subject) is not True):
                return True
    return False


def _gate(gate, claim, s, fates, facts, period, program):
    kind, who = claim.judged.rule.kind, s
    while kind != gate.judged.rule.kind:
        table = facts.table(kind, period)
        who = table.parents[table.row_of(who)]
        kind = program.vocabulary.kinds[kind].belongs_to
    fate = fates.get((gate.number, who))
    if fate is None:
        return None
    return {"posted": True, "waiting": None, "awaiting-approval": None}.get(fate.state, False)


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
    if clause.figure is not None and isinstance(point(evaluate(clause.figure, subject)), Unknown):
        return Fate(claim, s, "waiting")
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
    for (kind, _, account, _, _), side in _sides(money).items():
        together = program.vocabulary.kinds[kind].accounts[account].together
        posted = [f for f in side if f.state == "posted"]
        waiting = [f for f in side if f.state in OPEN]
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


def _contradict(labels: list[Fate], seen) -> None:
    """Different words about one matter, or a figure by different formulas, are in conflict."""
    said: dict[tuple, list[tuple[object, Fate]]] = {}
    for fate in (f for f in labels if f.state == "posted"):
        clause, subject = fate.claim.clause, seen[id(fate.claim.judged), fate.subject]
        word = point(evaluate(clause.figure, subject)) if clause.words else clause.label[1]
        matter = (fate.claim.judged.rule.kind, fate.subject, clause.offset, clause.label[0])
        said.setdefault(matter, []).append((word, fate))
    for words in said.values():
        if len({word for word, _ in words}) > 1:
            for _, fate in words:
                fate.state = "in-conflict"


def _limit(program: Compiled, money: list[Fate], facts, period: int) -> dict[tuple, int]:
    """Limits, one side of one account at a time; what is left below the cap of each limited side, in minor units."""
    rooms: dict[tuple, int] = {}
    for key, side in _sides(money).items():
        kind, owner, account, offset, _ = key
        caps = program.caps.get((kind, account, offset), ())
        posted = [f for f in side if f.state == "posted"]
        if not caps or not posted:
            continue
        cap, least = _bounds(program, caps, owner, facts, period)
        if cap is None or any(f.state in OPEN for f in side):
            for fate in posted:
                fate.state = "waiting"
            continue
        fixed = [f for f in posted if f.claim.weight is None]
        total = sum(f.amount for f in fixed)
        target = cap if total > cap else max(total, least) if total else 0
        if target != total:
            step = _step_of_limits(program, money, kind, account, caps)
            for fate, units in zip(fixed, _largest_remainder(target // step, [(f, Fraction(f.amount)) for f in fixed]), strict=True):
                fate.state = "capped" if units * step < fate.amount else "posted"
                fate.amount = units * step
        rooms[key] = cap - target
    return rooms


def _sides(money: list[Fate]) -> dict[tuple, list[Fate]]:
    sides: dict[tuple, list[Fate]] = defaultdict(list)
    for fate in money:
        clause = fate.claim.clause
        sides[fate.claim.owner_kind, fate.owner, clause.account, clause.offset, clause.action.effect].append(fate)
    return sides


def _bounds(program, caps, owner, facts, period) -> tuple[int | None, int]:
    """The tightest cap and the greatest least, in minor units; None where one is not known."""
    most, least, known = 2**63, 0, True
    for cap in caps:
        seen = Subject(facts, cap.scope, owner, period, program.as_of.toordinal())
        scope = next(p for p in program.policies if p.name == cap.limit.policy).scope.get(cap.limit.kind)
        inside = evaluate(scope, seen) if scope is not None else True
        if inside is False:
            continue
        step, _ = step_of(cap.limit.rounding, cap.scope, program.vocabulary)
        for node, mode in ((cap.most, "floor"), (cap.least, "ceil")):
            value = point(evaluate(node, seen)) if node is not None else None
            if isinstance(value, Unknown) or (value is not None and isinstance(inside, Unknown)):
                known = False
            elif value is not None:
                minor = int(round_to(value, step, mode) / CENT)
                most, least = (min(most, minor), least) if mode == "floor" else (most, max(least, minor))
    if not known:
        return None, 0
    if most < 0 or least > most:
        raise Negative
    return most, least


def _step_of_limits(program, money, kind, account, caps) -> int:
    """What all amounts on an account, and all its caps, are multiples of."""
    steps = [step_of(c.limit.rounding, c.scope, program.vocabulary)[0] for c in caps]
    for claim in program.claims:
        if (claim.owner_kind, claim.clause.account) == (kind, account):
            rounding = program.pools[claim.clause.pool].rounding if claim.weight is not None else claim.clause.rounding
            steps.append(step_of(rounding, claim.judged.scope, program.vocabulary)[0])
    return gcd(*(int(step / CENT) for step in steps))


def _largest_remainder(units: int, weighted: list[tuple[Fate, Fraction]]) -> list[int]:
    """Whole units by weight: floors, then one to each of the largest remainders; equal ones by id, kind, number."""
    weights = sum((w for _, w in weighted), Fraction(0))
    if not weights:
        return [0] * len(weighted)
    exact = [units * w / weights for _, w in weighted]
    found = [int(e // 1) for e in exact]
    fates = [f for f, _ in weighted]
    order = sorted(
        range(len(weighted)),
        key=lambda i: (-(exact[i] % 1), fates[i].subject, fates[i].claim.judged.rule.kind, fates[i].claim.number),
    )
    for i in order[: units - sum(found)]:
        found[i] += 1
    return found


@dataclass(frozen=True)
class Balance:
    """A settled pool, in minor units."""

    pool: str
    part: object
    offset: int
    base: int
    taken: int
    given: int
    shortfall: int
    leftover: int
    left_out: int


OPEN = ("waiting", "in-conflict", "awaiting-approval")
STANDS = ("posted", "capped")


def _pools(program: Compiled, fates: dict[tuple[int, str], Fate], rooms: dict[tuple, int], seen) -> list[Balance]:
    """Every pool, part and year by itself; those that are settled."""
    members: dict[tuple, list[Fate]] = defaultdict(list)
    for fate in fates.values():
        claim = fate.claim
        pool = program.pools.get(claim.clause.pool)
        if pool is None:
            continue
        node = pool.per.get(claim.judged.rule.kind)
        subject = seen[id(claim.judged), fate.subject]
        part = point(evaluate(node, subject)) if node is not None else ""
        part = None if isinstance(part, Unknown) else part
        idle = fate.state == "not-made"
        scope = claim.judged.policy.scope.get(claim.judged.rule.kind)
        outside = scope is not None and evaluate(scope, subject) is False
        if not idle or (pool.base is not None and part is not None and not outside):
            members[pool.name, part, claim.clause.offset].append(fate)
    _one_pool_for_each_limited_side(program, members)
    balances = []
    for (name, part, offset), listed in members.items():
        pool = program.pools[name]
        nowhere = members.get((name, None, offset), [])
        opened = [f for f in listed if f.state in OPEN or (part is None and f.state in STANDS)]
        stuck = [*opened, *(f for f in nowhere if f.state in (*OPEN, *STANDS))]
        if (stuck and not pool.leave_out) or part is None:
            for fate in listed:
                fate.late = fate.state in STANDS
            if part is None and pool.leave_out and opened:
                balances.append(Balance(name, None, offset, 0, 0, 0, 0, 0, len(opened)))
        else:
            balances.append(_settled(program, pool, part, offset, listed, rooms, len(opened)))
    for fate in fates.values():
        if fate.late:
            fate.state = "waiting"
    return balances


def _one_pool_for_each_limited_side(program, members) -> None:
    pools: dict[tuple, set] = defaultdict(set)
    for key, listed in members.items():
        for fate in listed:
            claim = fate.claim
            limited = any((c[0], c[1]) == (claim.owner_kind, claim.clause.account) for c in program.caps)
            if fate.state in STANDS and claim.weight is not None and limited and key[1] is not None:
                pools[claim.owner_kind, fate.owner, claim.clause.account, claim.clause.offset].add(key)
    if any(len(keys) > 1 for keys in pools.values()):
        raise Negative


def _settled(program, pool, part, offset, listed, rooms, left_out) -> Balance:
    scope = listed[0].claim.judged.scope
    step = int(step_of(pool.rounding, scope, program.vocabulary)[0] / CENT)
    base = int(constant(pool.base, scope).value / CENT) if pool.base is not None else 0
    standing = [f for f in listed if f.state in STANDS]
    taken = sum(f.amount for f in standing if f.claim.clause.action.effect == "take")
    drawn = sum(f.amount for f in standing if f.claim.clause.action.effect == "give" and f.claim.weight is None)
    sharing = [f for f in standing if f.claim.weight is not None]
    have = base + taken - drawn
    units = max(0, have) // step
    got = {id(f): 0 for f in sharing}
    cut: set[int] = set()
    room = {key: left // step for key, left in rooms.items()}

    def side(f):
        c = f.claim.clause
        return f.claim.owner_kind, f.owner, c.account, c.offset, c.action.effect

    for number in range(9):
        # without `again` a full account's share is left over; with it, those that have room share
        active = [f for f in sharing if room.get(side(f), 1) > 0] if pool.again else sharing
        if not units or not active or (number and not pool.again):
            break
        if number == 8:
            raise Negative
        offered = dict(zip(map(id, active), _largest_remainder(units, [(f, f.weight) for f in active]), strict=True))
        for key in {side(f): None for f in active}:
            beside = [f for f in active if side(f) == key]
            total = sum(offered[id(f)] for f in beside)
            accepted = [offered[id(f)] for f in beside]
            if key in room and total > room[key]:
                accepted = _largest_remainder(room[key], [(f, Fraction(offered[id(f)])) for f in beside])
            for f, units_ in zip(beside, accepted, strict=True):
                got[id(f)] += units_
                if units_ < offered[id(f)]:
                    cut.add(id(f))
            if key in room:
                room[key] -= sum(accepted)
            units -= sum(accepted)
    for f in sharing:
        f.amount = got[id(f)] * step
        f.state = "capped" if id(f) in cut else "posted" if f.amount else "not-made"
    given = drawn + sum(f.amount for f in sharing)
    shortfall = max(0, -have)
    return Balance(pool.name, part, offset, base, taken, given, shortfall, base + taken + shortfall - given, left_out)
