"""What is kept of a subject, once it was worked out, is what would be worked out again; what is replaced has its own."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import event, given
from hypothesis import strategies as st

import perfrules
from corpus import PERIOD, Example
from generated import facts
from generated_money import budgets, settling
from perfrules.language.meaning import evaluate
from perfrules.pipeline.needs import subject_of
from perfrules.pipeline.ruling import Result
from perfrules.testing.policies import texts

POLICIES = st.one_of(texts().map(lambda text: [text]), budgets(), settling())


@given(POLICIES, facts())
def test_what_is_kept_is_what_is_worked_out(texts, rows):
    """All rules of a kind look through the same eyes, in any order."""
    example = Example(tuple(texts), rows)
    program = example.program
    if program is None or PERIOD not in example.facts.periods:
        return
    result = Result(program, example.decided, PERIOD, {})
    seen = {}
    for judged in (*program.judged, *reversed(program.judged)):
        for subject in result.facts.table(judged.rule.kind, PERIOD).ids:
            kept = seen.setdefault((id(judged.scope), subject), subject_of(result, judged, subject))
            nodes = [judged.rule.when, *(n for clause in judged.rule.clauses for n in clause.formulas)]
            assert [evaluate(n, kept) for n in nodes] == [evaluate(n, replace(kept, known=None)) for n in nodes]
            event(f"kept: {bool(kept.known)}")


FACTS = """facts: town
extends: budget
kinds: {department: {facts: {spent: {is: money}, planned: {is: money}}}}
"""
POLICY = """policy: p
facts: town
subject: department
names: {rate: spent / planned}
rules:
  - {rule: slow, when: rate < 85%, then: suspend, because: article 1}
"""


def test_what_is_replaced_is_kept_apart(tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS)
    program = perfrules.loads(POLICY, as_of="2023-12-31", beside=[tmp_path / "facts.yaml"])
    outcome = program.run(program.facts({"department": [{"id": "A", "spent": "80", "planned": "100"}]}, period=2023), period=2023)
    result = outcome.statement.result
    [judged] = result.program.judged
    seen = subject_of(result, judged, "A")
    assert evaluate(judged.rule.when, seen) is True
    assert evaluate(judged.rule.when, seen.having({("department", "A", 2023, "spent"): Fraction(85)})) is False
    assert evaluate(judged.rule.when, seen) is True
    assert "85" in outcome.explain("department/A").text()
