"""Labels that say a value: `figure: {as: rate, of: execution_rate}`; labels whose word is one: `grade: {of: level}`."""

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
        ("grade: {of: rate >= 85%}", "PR233"),
        ("grade: {}", "PR233"),
        ("grade: {of: levl}", "PR401"),
        ("grade: {of: level <}", "PR301"),
        ("figure: {as: rate, of: rat}", "PR401"),
        ("suspend: {of: rate}", "PR216"),
        ("figure: {as: rate, of: rate + 1元}", "PR403"),
        ("figure: {as: rate, of: rate, amount: 1元}", "PR216"),
    ],
)
def test_a_figure_that_cannot_be_meant_is_refused(program, clause, code):
    with pytest.raises(perfrules.Refused, match=code):
        program(POLICY.replace("figure: {as: level, of: level}", clause))


GRADED = POLICY[: POLICY.index("rules:")] + """
rules:
  - rule: graded
    when: yes
    then: {grade: {of: level}}
    because: made
  - rule: vetoed
    when: paid > 90元
    then: {grade: {as: 差}}
    because: made
"""


def words(found: perfrules.Outcome) -> dict[str, str]:
    return {mark.subject.partition("/")[2]: mark.word for mark in found.labels if mark.rule == "made/graded"}


def test_the_word_of_a_label_may_be_a_value(program):
    found = outcome(program(GRADED), ("A", "1", "3", "90"), ("B", "1", "3", "89.9"), ("C", "1", "3", ""))
    assert words(found) == {"A": "优", "B": "中"}
    assert {(m.value, m.kind) for m in found.labels} == {(None, "")}
    assert "→ grade 优 2023 [done]" in found.explain("department/A").text("en")
    waiting = found.explain("department/C").text("en")
    assert "→ grade = unknown 2023 [waiting]" in waiting
    assert "needs department/C.score of 2023" in waiting
    read = json.loads(found.json())
    assert [(label["subject"], label["word"], label.get("value")) for label in read["labels"]] == [
        ("department/A", "优", None), ("department/B", "中", None)
    ]  # fmt: skip
    claims = {r["subject"]: c.get("word") for r in read["rulings"] for c in r["claims"]}
    assert claims == {"department/A": "优", "department/B": "中", "department/C": None}


def test_two_different_words_are_a_conflict_and_one_word_twice_is_none(program):
    found = outcome(program(GRADED), ("A", "91", "100", "90"), ("B", "91", "100", "59.9"), ("C", "91", "100", ""))
    assert [(c.subject, c.about, c.rules) for c in found.conflicts] == [
        ("department/A", "grade", ("made/graded", "made/vetoed"))
    ]


def test_values_of_two_tables_are_the_same_word_or_a_conflict(program):
    second = "  second:\n    inputs: [paid]\n    rows: [[over 90元, 优], [at most 90元, 丙]]\n"
    twice = GRADED.replace("rules:\n", f"{second}rules:\n", 1).replace("grade: {as: 差}", "grade: {of: second}")
    found = outcome(program(twice), ("A", "91", "100", "90"), ("B", "91", "100", "60"), ("C", "1", "100", "90"))
    assert [c.subject for c in found.conflicts] == ["department/B"]


@pytest.mark.parametrize(
    ("paid", "score", "said", "conflicts"),
    [("1", "90", ["优"], 0), ("91", "90", [], 1), ("91", "1", ["差", "差"], 0), ("1", "", [], 0)],
)
def test_decide_has_the_word(program, paid, score, said, conflicts):
    decision = program(GRADED).decide("department", {"paid": paid, "budget": "100", "score": score})
    assert [mark.word for mark in decision.labels] == said
    assert len(decision.conflicts) == conflicts
    assert len(decision.open) == (score == "") + 2 * conflicts


def test_an_example_expects_the_word(tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    given = "examples:\n  - name: one\n    as_of: 2024-01-31\n    period: 2023\n    given: {department: [{id: A, paid: 1, score: 90}]}\n"
    for expected, codes in (("优", []), ("中", ["PR501"])):
        text = GRADED + given + f"    expect: {{A: {{grade: {expected}}}}}\n"
        (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
        found = perfrules.check(tmp_path / "policy.yaml")
        assert [p.code for p in found if p.severity == "error"] == codes


def test_a_value_that_is_one_of_two_choices_has_the_words_of_both(program):
    second = "  second:\n    inputs: [paid]\n    rows: [[over 90元, 甲], [at most 90元, 乙]]\n"
    text = GRADED.replace("rules:\n", f"{second}rules:\n", 1)
    text = text.replace("of: level", "of: if budget > 50元 then level else second").replace("when: paid > 90元", "when: paid < 0元")
    found = outcome(program(text), ("A", "91", "100", "90"), ("B", "91", "50", "90"))
    assert words(found) == {"A": "优", "B": "甲"}
    both = outcome(program(text.replace("paid < 0元", "paid > 90元").replace("as: 差", "as: 甲")), ("A", "91", "50", "90"))
    assert both.conflicts == ()
