"""Questions: every verdict, amount, weight and figure of a program, as the language means it and as its plan has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from perfrules.engines.conformance import Question
from perfrules.language.nodes import Call, Literal, Logic, Node
from perfrules.pipeline.program import Claim, Compiled, Judged, step_of


def questions(program: Compiled) -> tuple[Question, ...]:
    """What the plan of a program answers about each subject; what people decide has no formula."""
    return tuple(_asked(program))


def _asked(program: Compiled) -> Iterator[Question]:
    for judged in program.judged:
        yield Question(judged.rule.name, judged.scope, verdict_node(judged), judged.verdict)
    for claim in program.claims:
        clause = claim.clause
        if clause.recommended:
            continue
        scope = replace(claim.judged.scope, effect_account=clause.account, effect_offset=clause.offset)
        if claim.amount is not None:
            minor = replace(claim.amount, scale=claim.amount.scale / program.vocabulary.currency.minor_per_major)
            yield Question(f"{claim.name} amount", scope, amount_node(claim, program), minor)
        if claim.weight is not None and clause.weight is not None:
            yield Question(f"{claim.name} weight", scope, clause.weight, claim.weight)
        if claim.figure is not None and clause.figure is not None:
            yield Question(f"{claim.name} figure", scope, clause.figure, claim.figure)


def verdict_node(judged: Judged) -> Node:
    """The condition of a rule with the scope of its policy."""
    inside = judged.policy.scope.get(judged.rule.kind)
    return judged.rule.when if inside is None else Logic("and", (inside, judged.rule.when))


def amount_node(claim: Claim, program: Compiled) -> Node:
    """The amount of a claim, rounded."""
    assert claim.clause.amount is not None
    step, mode = step_of(claim.clause.rounding, claim.judged.scope, program.vocabulary)
    return Call("round", (claim.clause.amount, Literal("money", Fraction(step)), Literal("text", mode)))
