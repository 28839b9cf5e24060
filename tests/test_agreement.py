"""The record engine agrees with the reference, on generated policies and facts.

Two references: the one of `engines/conformance.py`, and settlement done by hand over the meaning of expressions.
What is generated, and how often, is in `test_generated.py`; that it is enough to find bugs, in `test_planted.py`.
"""

from __future__ import annotations

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from corpus import DAY, PERIOD, Example, questions, straight_disagreements
from generated import facts, policies
from oracle import Negative, settle
from perfrules import Refused
from perfrules.engines import record
from perfrules.engines.conformance import disagreements
from perfrules.pipeline.ruling import evaluate
from perfrules.pipeline.statement import Statement


@given(policies(), facts())
def test_every_column_verdict_and_figure_is_the_one_of_the_reference(text, rows):
    example = Example(text, rows)
    program = example.program
    if program is None:
        event("refused: too wide")
        return
    assert not disagreements(record.run, program.plan, example.facts, PERIOD, questions(program), DAY)


@given(policies(), facts())
def test_every_claim_is_the_one_of_the_reference(text, rows):
    example = Example(text, rows)
    program = example.program
    if program is None:
        return
    try:
        fates = settle(program, example.facts, PERIOD)
    except Negative:
        event("negative amount or weight")
        with pytest.raises(Refused, match=r"PR70[13]"):
            evaluate(program, example.facts, PERIOD)
        return
    result = evaluate(program, example.facts, PERIOD)
    found = {(c.number, c.id): (c.state, c.amount) for c in Statement(result).claims}
    for key, fate in fates.items():
        state, amount = found.get(key, ("not-made", 0))
        event(f"claim {fate.state}")
        assert state == fate.state, (fate.claim.name, key)
        if state == "posted" and fate.claim.clause.account:
            assert amount == fate.amount, (fate.claim.name, key)


@given(st.one_of(policies(), policies(alone=True), policies(alone=True)), facts())
def test_one_decision_is_what_the_whole_plan_says_of_the_subject_alone(text, rows):
    """The straight-line function of `decide`, and the whole plan over one subject."""
    program = Example(text, rows).program
    if program is not None:
        assert not straight_disagreements(program, rows)
