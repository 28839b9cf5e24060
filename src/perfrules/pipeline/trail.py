"""The trail: how a verdict and a figure came to be, from one subject's facts, by the reference meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from perfrules.language.meaning import evaluate
from perfrules.language.nodes import Call, Logic, Node, own
from perfrules.language.subject import Reason, Unknown, Value
from perfrules.pipeline.needs import subject_of
from perfrules.pipeline.program import Judged
from perfrules.pipeline.readings import Look, Read, looks, looks_at_others, reads, written
from perfrules.pipeline.ruling import DOES_NOT_HOLD, HOLDS, NOT_APPLICABLE, UNDECIDED, Result, verdict_of
from perfrules.pipeline.tipping import Distance, distance


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the condition, and whether it holds."""

    text: str
    value: Value


@dataclass(frozen=True, slots=True)
class Ruled:
    """A verdict with everything that it follows from."""

    judged: Judged
    verdict: str
    parts: tuple[Part, ...]
    reads: tuple[Read, ...]
    looks: tuple[Look, ...]
    needs: tuple[Reason, ...]
    distance: Distance | None
    depends_on_others: bool  # where there is no distance because the verdict looks at other subjects


def explain_rule(result: Result, judged: Judged, subject: str) -> Ruled:
    """Why a rule holds, does not hold, is undecided or does not apply for a subject."""
    seen = subject_of(result, judged, subject)
    verdict, value = verdict_of(judged, seen)
    scope = judged.policy.scope.get(judged.rule.kind)
    condition = scope if verdict == NOT_APPLICABLE and scope is not None else judged.rule.when
    nodes = [
        condition,
        *(n for c in judged.rule.clauses for n in c.formulas if verdict in (HOLDS, UNDECIDED)),
    ]
    if scope is not None and condition is not scope:
        nodes.insert(0, scope)
    turn = distance(judged, seen, verdict) if verdict in (HOLDS, DOES_NOT_HOLD) else None
    return Ruled(
        judged,
        verdict,
        tuple(Part(written(part), evaluate(part, seen)) for part in _parts(condition)),
        tuple(reads(nodes, seen)),
        tuple(looks(nodes, seen)),
        tuple(sorted(value.reasons)) if isinstance(value, Unknown) else (),
        turn,
        turn is None and verdict in (HOLDS, DOES_NOT_HOLD) and looks_at_others(condition, seen),
    )


def _parts(condition: Node) -> Iterator[Node]:
    """What the condition is made of, and what is counted in it."""
    yield from condition.parts if isinstance(condition, Logic) else (condition,)
    for node in own(condition):
        if isinstance(node, Call) and node.function == "count":
            yield from node.arguments
