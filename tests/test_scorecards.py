"""Scorecards: weighted scores, exactly; unknown items; what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest

import perfrules

FACTS = """
facts: town
extends: budget
kinds:
  department:
    facts:
      budget: {is: money, at_least: 0}
      paid: {is: money, at_least: 0}
      marks: {is: number, places: 1, between: [0, 100]}
      done: {is: count}
      rated: {is: ratio, between: [0%, 100%]}
  project:
    belongs_to: department
    facts: {own: {is: ratio, between: [0%, 100%]}}
"""
RULES = """
rules:
  - rule: shown
    when: quality is known
    then: {figure: {as: quality, of: quality}}
    because: made
"""
CARD = """
policy: quality
facts: town
subject: department
scorecards:
  quality:
    items:
      execution: {weight: 20, score: paid / budget, between: [0%, 100%]}
      marks_given: {weight: 50, score: marks, out_of: 100}
      steps: {weight: 30, score: done, out_of: 8, between: [0, 8]}
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    path = tmp_path_factory.mktemp("town") / "facts.yaml"
    path.write_text(FACTS, encoding="utf-8")
    return path


@pytest.fixture
def program(town):
    return lambda text, as_of="2024-01-31": perfrules.loads(text, as_of=as_of, beside=[town])


def value(made: perfrules.Program, **facts: object) -> Fraction | None:
    """The figure of a department, None where it is not known."""
    outcome = made.run(made.facts({"department": [{"id": "A", **facts}]}, period=2023))
    return next((label.value for label in outcome.labels), None)


FULL = {"budget": 300, "paid": 100, "marks": 90, "done": 5}


def test_the_value_is_the_exact_sum_of_weight_times_score(program):
    assert value(program(CARD + RULES), **FULL) == Fraction(20, 3) + 45 + Fraction(150, 8)


def test_a_score_beyond_its_bounds_counts_as_the_nearer_one(program):
    assert value(program(CARD + RULES), budget=100, paid=250, marks=0, done=11) == 20 + 0 + 30


def test_a_child_reads_the_items_of_its_parent_s_card(program):
    text = CARD + "names:\n  project.weak: department.quality.execution < 10 and own < 50%\n" + RULES.replace("quality is known", "any(weak over projects)")
    made = program(text)
    rows = {"department": [{"id": "A", **FULL}], "project": [{"id": "P", "department": "A", "own": "40%"}, {"id": "Q", "department": "A", "own": "60%"}]}
    outcome = made.run(made.facts(rows, period=2023))
    assert [(r.subject, r.verdict) for r in outcome.rulings] == [("department/A", "holds")]


@pytest.mark.parametrize("missing", ["paid", "marks", "done"])
def test_an_unknown_item_makes_the_card_unknown(program, missing):
    assert value(program(CARD + RULES), **{k: v for k, v in FULL.items() if k != missing}) is None


REWEIGHTED = CARD + "    if_unknown: reweight\n"


def test_the_weight_of_an_unknown_item_is_spread_over_the_others(program):
    made = program(REWEIGHTED + RULES)
    assert value(made, budget=300, paid=100, marks=90) == (Fraction(20, 3) + 45) * Fraction(100, 70)
    assert value(made, marks="70.5") == Fraction("70.5")
    assert value(made, **FULL) == value(program(CARD + RULES), **FULL)


def test_where_every_item_is_unknown_so_is_the_card_and_all_facts_are_needed(program):
    made = program(REWEIGHTED + RULES.replace("quality is known", "quality >= 60"))
    outcome = made.run(made.facts({"department": [{"id": "A"}]}, period=2023))
    assert {n.about for n in outcome.rulings[0].needs} == {"paid", "budget", "marks", "done"}


def test_the_explanation_says_over_which_items_the_weight_is_spread(program):
    made = program(REWEIGHTED + RULES.replace("quality is known", "quality >= 60"))
    outcome = made.run(made.facts({"department": [{"id": "A", "budget": 300, "paid": 150, "marks": 90}]}, period=2023))
    text = outcome.explain("department/A").text()
    assert "quality = (quality.execution + quality.marks_given) * ((20 + 50 + 30) / (20 + 50)) = " in text
    assert "quality.steps = 30 * min(max(done, 0), 8) / 8 = unknown" in text


def test_points_are_rounded_item_by_item(program):
    made = program(CARD + "    rounded: {to: 0.1, mode: floor}\n" + RULES)
    assert value(made, **FULL) == Fraction("6.6") + 45 + Fraction("18.7")


def test_weights_in_per_cent_weigh_numbers(program):
    text = CARD.replace("weight: 20, score: paid / budget, between: [0%, 100%]", "weight: 25%, score: marks").replace("weight: 50, score: marks, out_of: 100", "weight: 75%, score: marks / 2").replace("      steps: {weight: 30, score: done, out_of: 8, between: [0, 8]}\n", "")
    assert value(program(text + RULES), marks=80) == 20 + 30


DATED = CARD.replace("weight: 20", "weight: rate_weight").replace("scorecards:", "parameters:\n  rate_weight: {value: [{from: 2023-01-01, value: 20}, {from: 2025-01-01, value: 25}]}\nscorecards:")


def test_weights_of_parameters_are_those_of_the_day_and_must_add_up_on_each(program):
    assert value(program(DATED + RULES), **FULL) == Fraction(20, 3) + 45 + Fraction(150, 8)
    with pytest.raises(perfrules.Refused) as caught:
        program(DATED + RULES, "2025-01-31")
    assert [(p.code, p.message) for p in caught.value.problems] == [("PR250", "the weights of the scorecard `quality` add up to 105, not to 100")]


def test_check_finds_the_day_on_which_weights_do_not_add_up(tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "quality.yaml").write_text(DATED + RULES, encoding="utf-8")
    assert "PR250" in {p.code for p in perfrules.check(tmp_path / "quality.yaml")}


@pytest.mark.parametrize(("old", "new", "code"), [
    ("weight: 20", "weight: 20%", "PR250"),
    ("weight: 20", "weight: -20", "PR248"),
    ("weight: 20", "weight: 20元", "PR248"),
    ("weight: 20", "weight: done", "PR248"),
    ("weight: 20", "weight: nothing", "PR401"),
    ("weight: 20, ", "", "PR203"),
    ("score: marks, out_of: 100", "score: marks", "PR249"),
    ("score: paid / budget", "score: paid", "PR249"),
    ("out_of: 100", "out_of: 0", "PR204"),
    ("out_of: 100", "out_of: 100%", "PR204"),
    ("between: [0%, 100%]", "between: [0%]", "PR204"),
    ("between: [0%, 100%]", "between: [0, 100]", "PR404"),
    ("between: [0%, 100%]", "beyond: [0%, 100%]", "PR202"),
    ("execution:", "marks_given:", "PR111"),
    ("execution:", "Marks_given:", "PR206"),
    ("execution:", "marks-given:", "PR205"),
    ("score: paid / budget", "score: quality", "PR409"),
    ("  quality:\n", "  paid:\n", "PR232"),
])  # fmt: skip
def test_what_is_wrong_is_refused(program, old, new, code):
    text = CARD.replace(old, new, 1)
    assert text != CARD
    with pytest.raises(perfrules.Refused) as caught:
        program(text + RULES)
    assert code in {p.code for p in caught.value.problems}
    assert all(p.span is not None for p in caught.value.problems)


@pytest.mark.parametrize("line", ["    if_unknown: ignore\n", "    rounded: often\n", "    rounded: {to: 0.1, mode: sideways}\n", "    rounded: 1元\n", "    weights: 3\n"])
def test_a_card_says_only_what_it_can(program, line):
    with pytest.raises(perfrules.Refused) as caught:
        program(CARD + line + RULES)
    assert all(p.span is not None for p in caught.value.problems)


def test_slices_of_an_amount_each_have_their_own_rate(program):
    """10万元 at 1%, the next 40万元 at 2%, the rest at 3%, to the cent at each border."""
    rules = """
policy: fee
facts: town
subject: department
names:
  fee: 1% * slice(paid, 0元, 10万元) + 2% * 分段(paid, 10万元, 50万元) + 3% * max(0, paid - 50万元)
rules:
  - rule: shown
    when: fee is known
    then: {figure: {as: fee, of: fee}}
    because: made
"""
    made = program(rules)
    for paid, fee in (("0", 0), ("100000", 1000), ("100001", Fraction("1000.02")), ("500000", 9000), ("500001", Fraction("9000.03"))):
        assert value(made, paid=int(paid)) == fee
