"""Parts: the jurisdiction, and what `per` says, part a pool; each part is a pool of its own, as columns of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perfrules.core.problem import Findings
from perfrules.language import scalars
from perfrules.language.nodes import Node
from perfrules.language.rails import Condition, Rational, Value, Word
from perfrules.language.scalars import ONE, TRUE, ZERO, Literal, Scalar
from perfrules.pipeline.model import Pool
from perfrules.pipeline.program import Claim, Draft, lowered


def add_parts(draft: Draft, money: Sequence[Claim], findings: Findings) -> None:
    """The value of `per` for each pool and kind of member, as columns of the members' table."""
    for claim in money:
        pool, kind = draft.pools.get(claim.clause.pool), claim.judged.rule.kind
        node = pool.per.get(kind) if pool else None
        if pool and node is not None and (pool.name, kind) not in draft.parts:
            value = lowered(lambda n: _bound(draft, pool, kind, n), node, node.span, findings)  # noqa: B023
            if value is not None:
                draft.parts[pool.name, kind] = value


def _bound(draft: Draft, pool: Pool, kind: str, node: Node) -> Value:
    """A count that is only known to lie in a range is unknown."""
    lowering = draft.lowerings[pool.policy, kind]
    value = lowering.value(node)
    return lowering.bind(value.point() if isinstance(value, Rational) else value, f"{pool.name} part")


@dataclass(frozen=True, slots=True)
class Part:
    """The part of its pool that a claim belongs to: the jurisdiction, what `per` says as a text or a number, and
    whether both are known (1 or 0)."""

    jurisdiction: Scalar = Literal("")
    text: Scalar = Literal("")
    number: Scalar = ZERO
    known: Scalar = ONE


def part_of(draft: Draft, claim: Claim) -> Part:
    """The part of its pool that a claim belongs to."""
    pool, kind = draft.pools.get(claim.clause.pool), claim.judged.rule.kind
    jurisdiction = _jurisdiction(draft, pool, kind) if pool is not None and pool.within else Word(Literal(""))
    here = scalars.choose(jurisdiction.defined, jurisdiction.text, Literal(""))
    match draft.parts.get((claim.clause.pool, kind)):
        case Word() as word:
            known = scalars.both(jurisdiction.defined, word.defined)
            return Part(here, scalars.choose(word.defined, word.text, Literal("")), ZERO, _whether(known))
        case Condition() as flag:
            known = scalars.both(jurisdiction.defined, flag.decided)
            return Part(here, Literal(""), scalars.choose(flag.holds, ONE, ZERO), _whether(known))
        case Rational() as number:
            known = scalars.both(jurisdiction.defined, number.defined)
            return Part(here, Literal(""), scalars.choose(number.defined, number.low, ZERO), _whether(known))
    return Part(here, known=_whether(jurisdiction.defined))


def _jurisdiction(draft: Draft, pool: Pool, kind: str) -> Word:
    """The jurisdiction of the members of a kind; none where the kind has no such fact."""
    lowering = draft.lowerings[pool.policy, kind]
    name = lowering.scope.jurisdiction()
    value = lowering.value(name) if name is not None else Word(Literal(""))
    assert isinstance(value, Word)
    return value


def _whether(condition: Scalar) -> Scalar:
    return scalars.choose(condition, ONE, ZERO) if condition != TRUE else ONE
