"""Sums: how the figure of every claim came to be, and why it stands as it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from perfrules.core.problem import Findings
from perfrules.language.combine import ANY
from perfrules.language.kinds import check
from perfrules.language.meaning import evaluate
from perfrules.language.nodes import Node
from perfrules.language.scope import Type
from perfrules.language.subject import Reason, Subject, Value, point
from perfrules.pipeline.claims import MadeClaim
from perfrules.pipeline.needs import claim_needs
from perfrules.pipeline.program import Claim, step_of
from perfrules.pipeline.readings import written
from perfrules.pipeline.ruling import HOLDS, UNDECIDED, Result, met, verdicts
from perfrules.pipeline.settlement import barring
from perfrules.pipeline.statement import Statement
from perfrules.pipeline.states import CLAIMS, MEMBERS


@dataclass(frozen=True, slots=True)
class Share:
    """How something was shared out to one claim, in whole steps: `units × weight ÷ weights`."""

    units: int
    step: int  # minor units
    weight: Fraction
    weights: Fraction
    floor: int
    remainder: Fraction  # of a step
    place: int  # among the remainders, the largest first
    spare: int  # steps that go to the largest remainders

    @property
    def received(self) -> int:
        """The share in whole steps."""
        return self.floor + (bool(self.weight) and self.place <= self.spare)


@dataclass(frozen=True, slots=True)
class Round:
    """A round of sharing a pool: the share, and how much of it the account took, in minor units."""

    share: Share
    accepted: int
    room: int | None  # what the limits of the account had left; None where it has none


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit on the account of a claim: which policy says it, as written, and its value, whose whole steps count."""

    policy: str
    word: str  # `at_most` or `at_least`
    formula: str
    value: Value
    step: Fraction  # major units
    because: str

    @property
    def counts(self) -> Fraction | None:
        """The whole steps of its value, down for `at_most` and up for `at_least`; None where that is not known."""
        if not isinstance(self.value, Fraction):
            return None
        steps = self.value / self.step
        return self.step * (floor(steps) if self.word == "at_most" else ceil(steps))


@dataclass(frozen=True, slots=True)
class Limited:
    """What limits made of a claim: the fixed amounts of its side together, what stands of them, and the share."""

    bounds: tuple[Bound, ...]
    total: int
    target: int | None  # None where the limits changed nothing
    share: Share | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A claim with the formula of its amount or weight, its exact value, and the rules that bear upon it."""

    claim: MadeClaim
    formula: str
    kind: Type
    value: Value | None
    step: Fraction
    mode: str
    rounds: tuple[Round, ...]
    limited: Limited | None
    because_of: tuple[str, ...]
    needs: tuple[Reason, ...]


def figure(statement: Statement, made: MadeClaim) -> Figure:
    """How a claim's figure came to be."""
    result = statement.result
    claim = result.program.claims[made.number]
    clause = claim.clause
    node = next(iter(clause.formulas), None)
    value = _value(result, claim, made, node)
    step, mode = step_of(clause.rounding, claim.judged.scope, result.program.vocabulary)
    sharing = clause.weight is not None and made.state in ("posted", "capped")
    return Figure(
        made,
        _written(node),
        ANY if node is None else check(node, claim.judged.scope, Findings())[1],
        value,
        step,
        mode,
        tuple(_rounds(result, made, value)) if sharing and isinstance(value, Fraction) else (),
        limited(result, claim, made),
        _because_of(statement, claim, made),
        claim_needs(result, claim, made.id) if made.state == "waiting" else (),
    )


def _written(node: Node | None) -> str:
    return "" if node is None else written(node)


def _value(result: Result, claim: Claim, made: MadeClaim, node: Node | None) -> Value | None:
    if node is None:
        return None
    as_of = result.program.as_of.toordinal()
    return point(evaluate(node, Subject(result.facts, claim.judged.scope, made.id, result.period, as_of)))


def _because_of(statement: Statement, claim: Claim, made: MadeClaim) -> tuple[str, ...]:
    """The rules for which a claim is set aside, waits or is in conflict."""
    if made.state not in _BESIDE:
        return ()
    ahead = made.state in _OVER
    first = _going_over(statement, claim, made) | _barring(statement, claim, made) if ahead else set()
    beside = set() if made.state == "set-aside" and first else _beside(statement, made)
    return tuple(sorted(first | beside))


def _going_over(statement: Statement, claim: Claim, made: MadeClaim) -> set[str]:
    """The rules that go over the claim's, or may."""
    rule = claim.judged.rule
    return {
        j.rule.name
        for j in statement.program.judged
        if rule.name in j.rule.over
        and j.rule.kind == rule.kind
        and dict(verdicts(statement.result, j)).get(made.id) == _OVER[made.state]
    }


def _barring(statement: Statement, claim: Claim, made: MadeClaim) -> set[str]:
    """The rules whose action bars the claim, or may."""
    gates = {g.number for g in barring(statement.program, claim)}
    above = (c for subject in _lineage(statement, made) for c in statement.claims_of(subject))
    return {c.rule for c in above if c.number in gates and c.state in _BESIDE[made.state]}


def _lineage(statement: Statement, made: MadeClaim) -> list[str]:
    """The subject and what it belongs to, as `kind/id`."""
    result = statement.result
    found, kind, subject = [made.subject], made.kind, made.id
    for above in result.program.vocabulary.ancestors(kind):
        table = result.facts.table(kind, result.period)
        row = table.row_of(subject)
        if row is None:
            break
        kind, subject = above, table.parents[row]
        found.append(f"{kind}/{subject}")
    return found


def _beside(statement: Statement, made: MadeClaim) -> set[str]:
    """Claims of the same side on the same account, where they matter to each other, or open ones in the same pool;
    labels that say something else."""
    found = {*_on_account(statement, made), *_of_label(statement, made)}
    if made.state == "waiting":
        pools = [p for p in statement.pools if (p.pool, p.part, p.period) == (made.pool, made.part, made.period)]
        found |= {w for p in pools for w in p.waiting_for} - {f"{made.subject} {made.rule}"}
    return found


_OVER = {"set-aside": HOLDS, "waiting": UNDECIDED}  # what a rule over another's must be to have brought that about
_BESIDE = {  # in which state another claim must be to have brought one into its own
    "set-aside": ("posted", "capped"),
    "in-conflict": ("in-conflict",),
    "waiting": ("waiting", "in-conflict", "awaiting-approval"),
}


def _on_account(statement: Statement, made: MadeClaim) -> Iterator[str]:
    program = statement.program
    claim = program.claims[made.number]
    side, kind, account = claim.clause.action.effect, claim.owner_kind, made.account
    if not account or not made.owner:
        return
    limited = (kind, account, claim.clause.offset) in program.caps
    if program.vocabulary.kinds[kind].accounts[account].together == "sum" and not limited:
        return
    for other in statement.claims_on(made.owner, account, made.period):
        itself = (other.number, other.subject) == (made.number, made.subject)
        same_side = program.claims[other.number].clause.action.effect == side
        if same_side and not itself and other.state in _BESIDE[made.state]:
            yield other.rule


def _of_label(statement: Statement, made: MadeClaim) -> Iterator[str]:
    """The rules that say something else about the same matter."""
    if made.state == "in-conflict" and not made.account:
        for other in statement.conflicts:
            if (other.subject, other.about, other.period) == (made.subject, statement.label(made), made.period):
                yield from (rule for rule in other.rules if rule != made.rule)


def _row(result: Result, table: str, made: MadeClaim) -> dict[str, int]:
    """The whole numbers of a claim's row in a table of settlement."""
    columns = result.tables[table]
    rows = zip(*(columns[name] for name in ("kind", "id", "number")), strict=True)
    row = next(i for i, key in enumerate(rows) if key == (made.kind, made.id, made.number))
    return {name: int(cells[row] or 0) for name, cells in columns.items() if not isinstance(cells[row], str)}


def _rounds(result: Result, made: MadeClaim, weight: Fraction) -> Iterator[Round]:
    """The rounds in which a member received something; weights are in units that all members share."""
    row = _row(result, MEMBERS, made)
    number = 1
    while f"round {number} share" in row:
        own, step = row[_weight_of(row, number)], row["step"]
        if own and row[f"round {number} units"]:
            room = row.get(f"room {number}") if row["limit step"] else None
            share = _share(row, f"round {number}", step, weight, own)
            accepted = row.get(f"accepted {number}", row["accepted"]) * step
            yield Round(share, accepted, None if room is None else room * step)
        number += 1


def _weight_of(row: Mapping[str, int], number: int) -> str:
    return f"round {number} weight" if f"round {number} weight" in row else "own weight"


def _share(row: Mapping[str, int], hint: str, step: int, weight: Fraction, own: int) -> Share:
    whole = row[f"{hint} weights.weights"]
    return Share(
        row[f"{hint} units"], step, weight, weight * whole / own, row[f"{hint} floor"],
        Fraction(row[f"{hint} remainder"], whole), row[f"{hint} place"], row[f"{hint} spare"],
    )  # fmt: skip


def limited(result: Result, claim: Claim, made: MadeClaim) -> Limited | None:
    """The limits on a claim's account, and what they made of it; None where there are none."""
    if not made.owner:
        return None
    caps = result.program.caps.get((claim.owner_kind, claim.clause.account, claim.clause.offset), ())
    owner, as_of = made.owner.partition("/")[2], result.program.as_of.toordinal()
    bounds = []
    for cap in caps:
        seen = Subject(result.facts, cap.scope, owner, result.period, as_of)
        if met(cap.applies, seen) is False:
            continue
        step, _ = step_of(cap.limit.rounding, cap.scope, result.program.vocabulary)
        for word, node in (("at_most", cap.most), ("at_least", cap.least)):
            if node is not None:
                value = point(evaluate(node, seen))
                bounds.append(Bound(cap.limit.policy, word, _written(node), value, step, cap.limit.because))
    if not bounds:
        return None
    row = _row(result, CLAIMS, made)
    weight = row.get("limit weight", 0)
    if not weight:
        return Limited(tuple(bounds), row.get("limited sides.total", 0), None, None)
    currency = result.program.vocabulary.currency.minor_per_major
    share = _share(row, "limit", row["step of limit"], Fraction(weight, currency), weight)
    return Limited(tuple(bounds), row["limited sides.total"], row["limit target"], share)
