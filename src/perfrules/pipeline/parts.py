"""Parts: `per` parts a pool by a value of its members; each value is a pool of its own, as columns of the plan."""

from __future__ import annotations

from collections.abc import Sequence

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


def part_of(draft: Draft, claim: Claim) -> tuple[Scalar, Scalar, Scalar]:
    """The part of its pool that a claim belongs to, as a text and a number, and whether it is known (1 or 0)."""
    match draft.parts.get((claim.clause.pool, claim.judged.rule.kind)):
        case Word() as word:
            return scalars.choose(word.defined, word.text, Literal("")), ZERO, _whether(word.defined)
        case Condition() as flag:
            return Literal(""), scalars.choose(flag.holds, ONE, ZERO), _whether(flag.decided)
        case Rational() as number:
            return Literal(""), scalars.choose(number.defined, number.low, ZERO), _whether(number.defined)
    return Literal(""), ZERO, ONE


def _whether(condition: Scalar) -> Scalar:
    return scalars.choose(condition, ONE, ZERO) if condition != TRUE else ONE
