"""Sums: how the figure of every claim came to be, and why it stands as it does."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from perfrules.core.problem import Findings
from perfrules.language.combine import ANY
from perfrules.language.kinds import check
from perfrules.language.meaning import Reason, Subject, Unknown, Value, evaluate, point
from perfrules.language.nodes import Node
from perfrules.language.scope import Type
from perfrules.language.write import write
from perfrules.pipeline.program import Claim, step_of
from perfrules.pipeline.ruling import Result, verdicts
from perfrules.pipeline.settlement import barring
from perfrules.pipeline.statement import MadeClaim, Statement
from perfrules.pipeline.states import MEMBERS


@dataclass(frozen=True, slots=True)
class Share:
    """How a pool was shared for one member, in whole steps: `units × weight ÷ weights`."""

    units: int
    step: int  # minor units
    weight: Fraction
    weights: Fraction
    floor: int
    remainder: Fraction  # of a step
    place: int  # among the remainders, the largest first
    spare: int  # steps that go to the largest remainders


@dataclass(frozen=True, slots=True)
class Figure:
    """A claim with the formula of its amount or weight, its exact value, and the rules that bear upon it."""

    claim: MadeClaim
    formula: str
    kind: Type
    value: Value | None
    step: Fraction
    mode: str
    share: Share | None
    because_of: tuple[str, ...]
    needs: tuple[Reason, ...]


def figure(statement: Statement, made: MadeClaim) -> Figure:
    """How a claim's figure came to be."""
    result = statement.result
    claim = result.program.claims[made.number]
    clause = claim.clause
    node = clause.amount if clause.amount is not None else clause.weight
    value = _value(result, claim, made, node)
    step, mode = step_of(clause.rounding, claim.judged.scope, result.program.vocabulary)
    sharing = clause.weight is not None and made.state == "posted"
    return Figure(
        made,
        _written(node),
        ANY if node is None else check(node, claim.judged.scope, Findings())[1],
        value,
        step,
        mode,
        _share(result, made, value) if sharing and isinstance(value, Fraction) else None,
        _because_of(statement, claim, made),
        tuple(sorted(value.reasons)) if isinstance(value, Unknown) else (),
    )


def _written(node: Node | None) -> str:
    if node is None:
        return ""
    if node.span is None:
        return write(node)
    return " ".join(node.span.source.text[node.span.start : node.span.end].split())


def _value(result: Result, claim: Claim, made: MadeClaim, node: Node | None) -> Value | None:
    if node is None:
        return None
    as_of = result.program.as_of.toordinal()
    return point(evaluate(node, Subject(result.facts, claim.judged.scope, made.id, result.period, as_of)))


def _because_of(statement: Statement, claim: Claim, made: MadeClaim) -> tuple[str, ...]:
    """The rules for which a claim is set aside, waits or is in conflict."""
    if made.state == "set-aside":
        return tuple(sorted({*_going_over(statement, claim, made), *_barring(statement, claim, made)})) or _beside(
            statement, made
        )
    if made.state in ("in-conflict", "waiting"):
        return _beside(statement, made)
    return ()


def _going_over(statement: Statement, claim: Claim, made: MadeClaim) -> list[str]:
    rule = claim.judged.rule
    return [
        j.rule.name
        for j in statement.program.judged
        if rule.name in j.rule.over
        and j.rule.kind == rule.kind
        and dict(verdicts(statement.result, j)).get(made.id) == "holds"
    ]


def _barring(statement: Statement, claim: Claim, made: MadeClaim) -> list[str]:
    gates = barring(statement.program, claim)
    lineage = _lineage(statement, made)
    return [
        g.judged.rule.name
        for g in gates
        for subject in lineage
        if any(c.number == g.number and c.state == "posted" for c in statement.claims_of[g.judged.rule.name, subject])
    ]


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


def _beside(statement: Statement, made: MadeClaim) -> tuple[str, ...]:
    """Other claims on the same account, or open ones in the same pool."""
    beside = [
        c.rule for c in statement.claims
        if (c.number, c.subject) != (made.number, made.subject) and c.owner == made.owner != ""
        and (c.account, c.period) == (made.account, made.period) and c.state in ("posted", "waiting", "in-conflict")
    ]  # fmt: skip
    waiting = [w for p in statement.pools if p.pool == made.pool and p.period == made.period for w in p.waiting_for]
    return tuple(sorted({*beside, *waiting}))


def _share(result: Result, made: MadeClaim, weight: Fraction) -> Share | None:
    """The member's row in the pool; its weight there is in units that all members share."""
    members = result.tables[MEMBERS]
    rows = zip(members["kind"], members["id"], members["number"], strict=True)
    row = next((i for i, key in enumerate(rows) if key == (made.kind, made.id, made.number)), None)
    if row is None:
        return None

    def cell(name: str) -> int:
        return int(members[name][row] or 0)

    own, whole = cell("own weight"), cell("pools.weights")
    return Share(
        cell("pools.units"), cell("step"), weight, weight * whole / own, cell("floor"),
        Fraction(cell("remainder"), whole), cell("place"), cell("pools.spare"),
    )  # fmt: skip
