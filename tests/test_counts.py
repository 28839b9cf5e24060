"""Counts: how many of several conditions hold, also while some are unknown; what stays a whole count."""

from __future__ import annotations

from decimal import Decimal

import pytest

import perfrules

FACTS = """
facts: town
extends: budget
kinds:
  project:
    facts:
      late:    {is: flag}
      dear:    {is: flag}
      score:   {is: number, places: 1}
      whole:   {is: number, places: 0}
      started: {is: count}
      months:  {is: count}
      rate:    {is: ratio}
    accounts: {funds: {together: sum}}
"""
POLICY = """
policy: made
facts: town
subject: project
parameters:
  kept: 3
  half: 2.5
names:
  signs: count(late, dear, score < 60)
rules:
  - rule: value
    when: '{condition}'
    then: {{deduct: {{from: funds, amount: '{amount}'}}}}
    because: made
"""
KNOWN = {"late": True, "dear": False, "score": 59, "whole": 7, "started": 2020, "months": 25, "rate": "50%", "funds": 100}
DOUBT = {**KNOWN, "score": None}


@pytest.fixture
def program(tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")

    def made(condition: str, amount: str = "1元") -> perfrules.Program:
        text = POLICY.format(condition=condition, amount=amount)
        return perfrules.loads(text, as_of="2024-01-31", beside=[tmp_path / "facts.yaml"])

    return made


def verdict(program: perfrules.Program, row: dict[str, object]) -> str:
    decided = program.decide("project", row).verdicts["made/value"]
    outcome = program.run(program.facts({"project": [{"id": "A", **row}]}, period=2023), period=2023)
    assert outcome.rulings[0].verdict == decided
    return decided


@pytest.mark.parametrize(
    ("condition", "known", "doubt"),
    [
        ("count(late, dear, score < 60) >= 2", "holds", "undecided"),
        ("count(late, dear, score < 60) >= 1", "holds", "holds"),
        ("count(late, dear, score < 60) > 2", "does-not-hold", "does-not-hold"),
        ("count(late, dear, score < 60) <= 1", "does-not-hold", "undecided"),
        ("count(late, dear, score < 60) <= 2", "holds", "holds"),
        ("count(late, dear, score < 60) < 1", "does-not-hold", "does-not-hold"),
        ("count(late, dear, score < 60) = 2", "holds", "undecided"),
        ("count(late, dear, score < 60) = 3", "does-not-hold", "does-not-hold"),
        ("count(late, dear, score < 60) != 3", "holds", "holds"),
        ("count(not late, dear, score < 60) < 2", "holds", "holds"),
        ("signs >= 1 and signs <= 2", "holds", "holds"),
        ("signs is known", "holds", "does-not-hold"),
        ("count(score < 60, score < 60, score < 60) >= 2", "holds", "undecided"),
        ("2 * signs + 1 > 2", "holds", "holds"),
        ("signs - 3 < 0", "holds", "holds"),
        ("signs * (0 - 1) >= -2", "holds", "holds"),
        ("signs / 3 > 0.5", "holds", "undecided"),
        ("count(signs >= 1, late) = 2", "holds", "holds"),
    ],
)
def test_a_count_of_conditions_is_decided_where_its_whole_range_agrees(program, condition, known, doubt):
    made = program(condition)
    for row, expected in ((KNOWN, known), (DOUBT, doubt)):
        assert verdict(made, row) == expected
        mark = {"holds": "✓", "does-not-hold": "✗", "undecided": "?"}[expected]
        assert f"{mark} {condition}" in made.decide("project", row).explain().text("en") or " and " in condition


def test_what_is_counted_is_explained_and_what_it_needs_is_named(program):
    made = program("count(late, dear, score < 60) >= 2")
    said = made.decide("project", DOUBT).explain().text("en")
    lines = [line.strip() for line in said.splitlines()]
    asked = ["? count(late, dear, score < 60) >= 2", "✓ late", "✗ dear", "? score < 60"]
    assert [line for line in lines if line[:2] in ("✓ ", "✗ ", "? ")] == asked
    assert [need.about for need in made.decide("project", DOUBT).needs] == ["score"]


def test_an_amount_for_each_condition_waits_while_one_is_unknown(program):
    made = program("yes", "signs * 10元")
    assert [fire.amount for fire in made.decide("project", KNOWN).fired] == [Decimal("20.00")]
    assert made.decide("project", DOUBT).fired == ()
    assert made.decide("project", {**KNOWN, "late": False, "score": 60}).fired == ()  # of nothing, no claim


def test_the_chinese_words_are_the_same(program):
    assert program("计数(late, dear, score < 60) ≥ 2").digest == program("count(late, dear, score < 60) >= 2").digest


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("count(late, score) = 1", "PR406"),
        ("count(late) = 1", "PR419"),
        ("count() = 1", "PR419"),
        (f"count({', '.join(['late'] * 21)}) = 1", "PR407"),
        ("count(late, dear) = 50%", "PR403"),
        ("count(late, lat) = 1", "PR401"),
    ],
)
def test_a_count_that_cannot_be_meant_is_refused(program, condition, code):
    with pytest.raises(perfrules.Refused, match=code):
        program(condition)


def test_check_knows_how_many_there_can_be(program, tmp_path):
    path = tmp_path / "policy.yaml"
    for condition, codes in (("count(late, dear) > 2", ["PR510"]), ("count(late, dear) >= 0", ["PR511"]), ("count(late, dear) > 1", [])):
        program(condition)
        path.write_text(POLICY.format(condition=condition, amount="1元"), encoding="utf-8")
        assert [p.code for p in perfrules.check(path) if p.code in ("PR510", "PR511")] == codes


@pytest.mark.parametrize(
    "year",
    [
        "started + 1", "1 + started", "started - 1", "2 * months", "months * 2", "-started + 4000", "max(started, 2000)",
        "started otherwise 2020", "if late then started else 2020", "period + 1", "period + kept", "floor(months / 12, 1) + 2000",
        "whole + 2000", "2000 + 20", "(started + 1) * 1", "started + (if late then 1 else 2)",
        "count(late, dear) + (if late then 2001 else 2002)",
    ],
)  # fmt: skip
def test_a_count_beside_a_whole_constant_is_a_year(program, year):
    assert verdict(program(f"date({year}, 1, 1) < date(({year}) + 1, 1, 1)"), KNOWN) == "holds"


@pytest.mark.parametrize(
    "year", ["started + 0.5", "started / 2", "months / 12", "period + half", "score", "rate", "0.5 * started", "started * 0.5 + 1", "2.5"]
)
def test_what_may_not_be_whole_is_no_year(program, year):
    with pytest.raises(perfrules.Refused, match="PR418"):
        program(f"date({year}, 1, 1) is known")


@pytest.mark.parametrize("quotient", ["months / (started - 1970)", "2 * months / (started - 1920)"])
def test_a_quotient_of_such_counts_is_a_ratio(program, quotient):
    assert verdict(program(f"{quotient} = 50%"), KNOWN) == "holds"
    with pytest.raises(perfrules.Refused, match="PR404"):
        program(f"{quotient} > 0.5")
