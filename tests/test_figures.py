"""Labels that say a value: `figure: {as: rate, of: execution_rate}`."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

import perfrules

FACTS = """
facts: town
extends: budget
kinds:
  department:
    facts:
      paid:   {is: money, between: [0, 1亿元]}
      budget: {is: money, between: [0, 1亿元]}
      score:  {is: number, places: 1, between: [0, 100]}
"""
POLICY = """
policy: made
facts: town
subject: department
names:
  rate: paid / budget
tables:
  level:
    inputs: [score]
    rows: [[at least 90, 优], [60 to below 90, 中], [below 60, 差]]
rules:
  - rule: figures
    when: budget >= 0
    then:
      - figure: {as: rate, of: rate}
      - figure: {as: level, of: level}
      - grade: {as: in time, of: rate >= 85%}
      - 指标值: {为: paid, 取值: paid}
    because: made
  - rule: other
    when: paid > 90元
    then: {figure: {as: rate, of: rate + 0%}}
    because: made
"""


@pytest.fixture
def program(tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    return lambda text=POLICY: perfrules.loads(text, as_of="2024-01-31", beside=[tmp_path / "facts.yaml"])


def outcome(program: perfrules.Program, *rows: tuple[str, str, str, str]) -> perfrules.Outcome:
    names = ("id", "paid", "budget", "score")
    given = [{"period": 2023, **dict(zip(names, row, strict=True))} for row in rows]
    return program.run(program.facts({"department": given}), period=2023)


def said(found: perfrules.Outcome) -> dict[str, object]:
    return {mark.word: mark.value for mark in found.labels}


def test_a_figure_has_its_exact_value_of_any_kind(program):
    found = outcome(program(), ("A", "1", "3", "90"))
    assert said(found) == {"rate": Fraction(1, 3), "level": "优", "in time": False, "paid": Fraction(1)}
    written = {label["word"]: label["value"] for label in json.loads(found.json())["labels"]}
    assert written == {"rate": "1/3", "level": "优", "in time": False, "paid": "1"}
    assert "figure rate = ≈33.3333%" in found.explain("department/A").text("en")
    claims = {c["word"]: c["value"] for r in json.loads(found.json())["rulings"] for c in r["claims"]}
    assert claims == written


def test_a_figure_that_is_not_known_waits_and_says_for_what(program):
    found = outcome(program(), ("A", "1", "0", ""))
    assert said(found) == {"paid": Fraction(1)}
    claims = {c.word: c for r in found.rulings for c in r.claims}
    assert [claims[w].state for w in ("rate", "level", "in time", "paid")] == ["waiting", "waiting", "waiting", "posted"]
    assert claims["rate"].value is None
    assert "needs department/A.score of 2023" in found.explain("department/A").text("en")


def test_one_figure_by_two_formulas_is_a_conflict(program):
    found = outcome(program(), ("A", "91", "100", "90"), ("B", "1", "100", "90"))
    assert [(c.subject, c.about, c.rules) for c in found.conflicts] == [
        ("department/A", "figure rate", ("made/figures", "made/other"))
    ]


def test_decide_knows_which_figures_stand(program):
    made = program()
    known = made.decide("department", {"paid": "1", "budget": "3", "score": "90"})
    assert len(known.fired) == 4
    assert len(made.decide("department", {"paid": "1", "budget": "0", "score": "90"}).fired) == 2
    assert len(made.decide("department", {"paid": "1", "budget": "3", "score": ""}).fired) == 3


def test_the_word_of_a_label_is_part_of_the_digest(program):
    assert program().digest != program(POLICY.replace("as: in time", "as: late")).digest


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("figure: {of: rate}", "PR233"),
        ("figure: {as: rate, of: rat}", "PR401"),
        ("suspend: {of: rate}", "PR216"),
        ("figure: {as: rate, of: rate + 1元}", "PR403"),
        ("figure: {as: rate, of: rate, amount: 1元}", "PR216"),
    ],
)
def test_a_figure_that_cannot_be_meant_is_refused(program, clause, code):
    with pytest.raises(perfrules.Refused, match=code):
        program(POLICY.replace("figure: {as: level, of: level}", clause))
