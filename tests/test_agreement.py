"""The record engine agrees with the reference, on generated policies and facts.

Two references: the one of `engines/conformance.py`, and settlement done by hand over the meaning of expressions.
What is generated, and how often, is in `test_generated.py`; that it is enough to find bugs, in `test_planted.py`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from corpus import DAY, PERIOD, WITHIN, Example, examples, straight_disagreements
from generated import FACTS, facts
from generated_money import budgets, known_facts, settling
from oracle import Negative, broken, settle
from perfrules import Refused
from perfrules.engines import record
from perfrules.engines.conformance import disagreements
from perfrules.language import plan
from perfrules.pipeline.questions import questions
from perfrules.pipeline.ruling import evaluate
from perfrules.pipeline.statement import Statement
from perfrules.testing.policies import texts

POLICIES = st.one_of(texts().map(lambda text: [text]), budgets())


@given(POLICIES, facts())
def test_every_column_verdict_and_figure_is_the_one_of_the_reference(texts, rows):
    compare_with_the_reference(Example(tuple(texts), rows))


@given(POLICIES, facts())
def test_jurisdictions_part_what_they_part_in_the_reference(texts, rows):
    compare_with_the_reference(Example(tuple(texts), rows, WITHIN))


ORDERED = """
policy: made
facts: generated
subject: {subject}
rules:
  - {{rule: own, when: "{function} over units{where}{per} in order of {order}) {than}", then: remind, because: made}}
"""
IN_ORDER = st.fixed_dictionaries({
    "function": st.sampled_from(["last(a", "streak(f"]),
    "where": st.sampled_from(["", " where f", " where r < 85%"]),
    "order": st.sampled_from(["c", "a descending", "s1"]),
})  # fmt: skip
PARTED = st.sampled_from([("unit", ""), ("unit", " per t"), ("unit", " per c"), ("unit", " per f"), ("item", "")])


@given(IN_ORDER, PARTED, st.sampled_from([FACTS, WITHIN, WITHIN]), facts())
def test_who_may_be_in_the_part_stands_where_it_does_in_the_reference(said, parted, vocabulary, rows):
    subject, per = parted
    than = "> 0元" if said["function"] == "last(a" else "> 1"
    compare_with_the_reference(Example((ORDERED.format(subject=subject, per=per, than=than, **said),), rows, vocabulary))


def compare_with_the_reference(example: Example):
    program = example.program
    if program is None:
        event("refused: too wide")
        return
    assert not disagreements(record.run, program.plan, example.decided, PERIOD, questions(program), DAY)


def test_a_bound_that_does_not_hold_is_found():
    example = next(one for one in examples(10) if one.program is not None)
    steps = example.program.plan
    [first, *_] = [step for step in steps.steps if isinstance(step, plan.Derive)]
    wrong = replace(steps, bounds={**steps.bounds, first.table: {**steps.bounds[first.table], first.column: (7, 8)}})
    assert not disagreements(record.run, steps, example.decided, PERIOD, (), DAY)
    found = disagreements(record.run, wrong, example.decided, PERIOD, (), DAY)
    assert {one.partition(":")[0] for one in found} == {f"{first.table}.{first.column}"}
    assert all(one.endswith("is not from 7 to 8") for one in found)


@given(POLICIES, facts())
def test_every_claim_is_the_one_of_the_oracle(texts, rows):
    compare_with_the_oracle(Example(tuple(texts), rows))


@given(settling(), known_facts())
def test_money_that_settles_is_the_one_of_the_oracle(texts, rows):
    compare_with_the_oracle(Example(tuple(texts), rows))


def compare_with_the_oracle(example: Example):
    program = example.program
    if program is None:
        event("refused: too wide")
        return
    try:
        fates, balances = settle(program, example.facts, PERIOD)
        if broken(program, fates, example.facts, PERIOD):
            event("refused: a must")
            raise Negative
    except Negative:
        event("refused: negative or without sense")
        with pytest.raises(Refused, match=r"PR7(01|03|04|11|12|13|14|16|17|18|19)"):
            evaluate(program, example.facts, PERIOD)
        return
    try:
        statement = Statement(evaluate(program, example.facts, PERIOD))
    except Refused as refused:  # the oracle's integers have no end: a square divided by little is beyond any money
        if {p.code for p in refused.problems} != {"PR704"}:
            raise
        event("refused: too large a sum")
        return
    found = {(c.number, c.id): (c.state, c.amount) for c in statement.claims}
    for key, fate in fates.items():
        state, amount = found.get(key, ("not-made", 0))
        event(f"claim {fate.state}")
        assert state == fate.state, (fate.claim.name, key)
        if state in ("posted", "capped") and fate.claim.clause.account:
            assert amount == fate.amount, (fate.claim.name, key)
    said = {(p.pool, p.part, p.period): p for p in statement.pools if p.settled}
    assert len(said) == len(balances)
    for balance in balances:
        pool = said[balance.pool, _part(balance.part), PERIOD + balance.offset]
        event(f"pool with base {bool(balance.base)}, shortfall {bool(balance.shortfall)}, part {bool(balance.part)}")
        moved = [int(a * 100) for a in (pool.base, pool.taken, pool.given, pool.shortfall, pool.leftover)]
        expected = [balance.base, balance.taken, balance.given, balance.shortfall, balance.leftover]
        assert [*moved, pool.left_out] == [*expected, balance.left_out], balance


def _part(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)


ALONE = st.one_of(texts(), texts(alone=True), texts(alone=True)).map(lambda text: [text])


@given(st.one_of(ALONE, ALONE, ALONE, budgets(plain=True)), facts())
def test_one_decision_is_what_the_whole_plan_says_of_the_subject_alone(texts, rows):
    """The straight-line function of `decide`, and the whole plan over one subject."""
    program = Example(tuple(texts), rows).program
    if program is not None:
        assert not straight_disagreements(program, rows)
