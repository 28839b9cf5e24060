"""Other rows as a finance officer would check them by hand: years, histories, cohorts, orders, dates."""

from __future__ import annotations

import pytest

import perfrules

FACTS = """
facts: town
extends: budget
jurisdiction: district
kinds:
  department:
    many: departments
    facts:
      district: {is: text}
      size:   {is: choice, of: [small, large]}
      budget: {is: money}
      paid:   {is: money}
      score:  {is: number, places: 1}
      ok:     {is: flag}
      grade:  {is: choice, of: [poor, fair, good], order: worst-first}
  project:
    belongs_to: department
    many: projects
    facts: {priority: {is: count}, asked: {is: money}}
  review:
    belongs_to: project
    many: reviews
    in_order_of: round
    facts: {round: {is: count}, passed: {is: flag}, held_on: {is: date}}
"""
POLICY = """
policy: made
facts: town
subject: {subject}
names:
  department.rate: paid / budget
  review.again: not passed and not (prior(passed) otherwise yes)
rules:
  - rule: value
    when: '({expression}) = ({expected})'
    then: remind
    because: made
"""
OURS, THEIRS = "Luojiang", "Jingyang"


def verdict(expression: str, expected: str, rows: dict, subject: str = "department", who: str = "A", year: int = 2022, tmp=None) -> str:
    text = POLICY.format(subject=subject, expression=expression, expected=expected)
    facts = tmp / "facts.yaml"
    facts.write_text(FACTS, encoding="utf-8")
    program = perfrules.loads(text, as_of="2023-01-31", beside=[facts])
    outcome = program.run(program.facts(rows), period=year)
    return next(r.verdict for r in outcome.rulings if r.subject == f"{subject}/{who}")


@pytest.fixture
def gives(tmp_path):
    """Whether an expression has a value for a subject: holds, does-not-hold or undecided."""

    def check(expression, expected, rows, **more):
        return verdict(expression, expected, rows, tmp=tmp_path, **more)

    return check


def departments(*scores, **more):
    """Departments A, B, C, … of one district and year with these scores."""
    return {"department": [{"id": i, "period": 2022, "district": OURS, "score": s, **more} for i, s in zip("ABCDEFGH", scores, strict=False)]}


@pytest.mark.parametrize(("who", "rank"), [("A", 2), ("B", 1), ("C", 2), ("D", 4)])
def test_equal_ones_share_the_better_place(gives, who, rank):
    rows = departments(80, 90, 80, 70)  # 90, 80, 80, 70: second, first, second, fourth
    assert gives("rank(score over departments)", f"{rank}", rows, who=who) == "holds"


def test_a_score_that_is_not_known_leaves_every_place_open(gives):
    assert gives("rank(score over departments)", "1", departments(90, None)) == "undecided"
    assert gives("rank(score over departments where score is known)", "1", departments(90, None)) == "holds"


def test_who_does_not_count_has_no_place(gives):
    rows = departments(90, 80)
    assert gives("rank(score over departments where score < 85)", "1", rows, who="A") == "undecided"
    assert gives("rank(score over departments where score < 85)", "1", rows, who="B") == "holds"


def test_a_cohort_stays_within_its_jurisdiction_and_its_part(gives):
    rows = {"department": [
        {"id": "A", "period": 2022, "district": OURS, "size": "small", "score": 60},
        {"id": "B", "period": 2022, "district": OURS, "size": "large", "score": 70},
        {"id": "C", "period": 2022, "district": OURS, "size": "small", "score": 80},
        {"id": "D", "period": 2022, "district": THEIRS, "size": "small", "score": 99},
        {"id": "A", "period": 2021, "district": OURS, "size": "small", "score": 99},
    ]}  # fmt: skip
    assert gives("rank(score over departments)", "3", rows) == "holds"
    assert gives("rank(score over departments per size)", "2", rows) == "holds"
    assert gives("average(score over departments)", "70", rows) == "holds"
    assert gives("rank(score over departments across all)", "4", rows) == "holds"
    assert gives("rank(score 遍历 departments 跨辖区 全部 分组按 size)", "3", rows) == "holds"
    assert gives("count(over departments across all where score > 60)", "3", rows) == "holds"


def test_of_an_unknown_jurisdiction_is_no_doubt_where_another_part_differs(gives):
    rows = {"department": [
        {"id": "A", "period": 2022, "district": OURS, "size": "small", "score": 60},
        {"id": "B", "period": 2022, "district": "", "size": "large", "score": 70},
    ]}  # fmt: skip
    assert gives("rank(score over departments)", "1", rows) == "undecided"
    assert gives("rank(score over departments per size)", "1", rows) == "holds"
    assert gives("count(over departments per size)", "1", rows) == "holds"


def test_who_may_be_in_the_part_matters_to_an_order_only_where_it_stands(gives):
    rows = {"department": [
        {"id": "A", "period": 2022, "district": OURS, "score": 1, "ok": True},
        {"id": "B", "period": 2022, "district": OURS, "size": "small", "score": 2, "ok": True},
        {"id": "C", "period": 2022, "district": OURS, "size": "small", "score": 3, "ok": True},
    ]}  # fmt: skip
    assert gives("last(score over departments per size in order of score)", "3", rows, who="B") == "holds"  # A is never last
    assert gives("last(score over departments per size in order of score descending)", "2", rows, who="B") == "undecided"
    assert gives("last(score over departments per size in order of budget)", "3", rows, who="B") == "undecided"
    assert gives("streak(ok over departments per size in order of score descending)", "2", rows, who="B") == "holds"  # C, B
    assert gives("streak(ok over departments per size in order of score)", "1", rows, who="B") == "undecided"
    assert gives("streak(ok over departments per size in order of budget)", "1", rows, who="B") == "undecided"


def test_a_streak_of_another_kind_is_open_where_a_jurisdiction_is_not_known(gives):
    rows = {
        "department": [
            {"id": "A", "period": 2022, "district": OURS, "score": 2, "ok": True},
            {"id": "B", "period": 2022, "district": None, "score": 1, "ok": True},
        ],
        "project": [{"id": "P", "period": 2022, "department": "A"}],
    }
    assert gives("streak(ok over departments in order of score)", "1", rows, subject="project", who="P") == "undecided"
    assert gives("streak(ok over departments across all in order of score)", "2", rows, subject="project", who="P") == "holds"


@pytest.mark.parametrize("where", ["over projects across all", "over years across all"])
def test_what_belongs_to_a_subject_has_no_jurisdictions(gives, where):
    with pytest.raises(perfrules.Refused, match="PR440"):
        gives(f"count({where})", "1", {"department": []})


@pytest.mark.parametrize(("share", "value"), [
    ("50%", "2.5"),  # the usual median of four: between the second and the third
    ("75%", "3.5"), ("60%", "3"), ("0%", "1"), ("100%", "4"), ("1%", "1"),
    ("50%, interpolated", "2.5"), ("75%, interpolated", "3.25"), ("100%, interpolated", "4"), ("10%, interpolated", "1.3"),
])  # fmt: skip
def test_percentiles(gives, share, value):
    assert gives(f"percentile(score, {share} over departments)", value, departments(4, 1, 3, 2)) == "holds"


def test_a_running_sum_goes_by_priority_and_equal_ones_by_id(gives):
    rows = {
        "department": [{"id": "D", "period": 2022, "district": OURS}],
        "project": [
            {"id": i, "period": 2022, "department": "D", "priority": p, "asked": a}
            for i, p, a in (("A", 2, 10), ("B", 1, 20), ("C", 2, 40))
        ],
    }
    for who, total in (("B", 20), ("A", 30), ("C", 70)):
        assert gives("running_sum(asked over projects per department in order of priority)", f"{total}元", rows, subject="project", who=who) == "holds"
    for who, total in (("A", 10), ("C", 50), ("B", 70)):  # from the last priority; equal ones still by id
        assert gives("running_sum(asked over projects in order of priority descending)", f"{total}元", rows, subject="project", who=who) == "holds"


def years(*rates, first: int = 2019):
    """Department A with so much paid of 100 in each year; None where the amount is not known, ... where the year is missing."""
    return {"department": [{"id": "A", "period": first + n, "district": OURS, "budget": 100, "paid": r} for n, r in enumerate(rates) if r is not ...]}


def test_the_year_before(gives):
    assert gives("prior(rate)", "80%", years(70, 75, 80, 90)) == "holds"
    assert gives("prior(rate, 2)", "75%", years(70, 75, 80, 90)) == "holds"
    assert gives("rate - prior(rate)", "10pp", years(70, 75, 80, 90)) == "holds"
    assert gives("prior(rate)", "80%", years(90, first=2022)) == "undecided"
    assert gives("next(rate)", "95%", years(80, 90, 95, first=2021)) == "holds"


def test_a_streak_counts_back_to_the_first_no(gives):
    streak = "streak(rate < 85% over years)"
    assert gives(streak, "2", years(70, 90, 80, 84)) == "holds"
    assert gives(streak, "0", years(70, 80, 80, 85)) == "holds"  # exactly 85% is not below


def test_a_streak_knows_nothing_of_years_without_facts(gives):
    long = "if streak(rate < 85% over years) >= {n} then 1 else 0".format
    assert gives(long(n=2), "1", years(..., ..., 80, 80)) == "holds"
    assert gives(long(n=3), "1", years(..., ..., 80, 80)) == "undecided"
    assert gives(long(n=2), "1", years(90, ..., ..., 80)) == "undecided"  # 2020 and 2021 may have been below
    assert gives(long(n=4), "0", years(90, ..., ..., 80)) == "holds"  # but 2019 was not
    assert gives(long(n=2), "1", years(70, 80, None, 80)) == "undecided"


def test_over_years_is_up_to_the_judged_one(gives):
    rows = years(10, 20, 30, 40, 50)  # 2019 to 2023
    assert gives("average(round(rate, 0.01%) over years)", "25%", rows) == "holds"
    assert gives("count(over years where rate >= 20%)", "3", rows) == "holds"
    assert gives("last(rate over years where rate < 40%)", "30%", rows) == "holds"
    assert gives("prior(average(round(rate, 0.01%) over years))", "20%", rows) == "holds"


def reviews(*passed):
    rows = [{"id": n, "period": 2022, "project": "P", "round": n, "passed": p, "held_on": f"2022-0{n}-01"} for n, p in enumerate(passed, 1)]
    return {
        "department": [{"id": "A", "period": 2022, "district": OURS}],
        "project": [{"id": "P", "period": 2022, "department": "A", "priority": 1}],
        "review": rows[::-1],  # the order of rows in a file means nothing
    }


def test_a_history_is_in_the_order_it_says(gives):
    rows = reviews("no", "no", "yes", "no")
    assert gives("if last(passed over reviews) then 1 else 0", "0", rows, subject="project", who="P") == "holds"
    assert gives("if last(passed over reviews in order of held_on descending) then 1 else 0", "0", rows, subject="project", who="P") == "holds"
    assert gives("streak(not passed over reviews)", "1", rows, subject="project", who="P") == "holds"
    assert gives("count(over reviews where again)", "1", rows, subject="project", who="P") == "holds"
    assert gives("max(streak(not passed over reviews) over reviews)", "2", rows, subject="project", who="P") == "holds"


def test_what_belongs_to_a_subject_at_any_depth(gives):
    assert gives("count(over reviews where not passed)", "3", reviews("no", "no", "yes", "no")) == "holds"
    without = {k: v for k, v in reviews("no").items() if k != "review"}
    assert gives("count(over reviews)", "0", without) == "undecided"  # the file was not loaded
    assert gives("count(over reviews)", "0", {**without, "review": []}) == "holds"  # it was, and is empty


def test_a_review_without_its_round_is_refused(gives):
    rows = reviews("no", "yes")
    rows["review"][0]["round"] = None
    with pytest.raises(perfrules.Refused, match="PR627"):
        gives("count(over reviews)", "2", rows)


@pytest.mark.parametrize(("condition", "said"), [
    ("grade > poor", "1"), ("grade >= fair", "1"), ("grade > fair", "0"), ("grade < good", "1"), ("fair <= grade", "1"),
])  # fmt: skip
def test_words_in_an_order(gives, condition, said):
    assert gives(f"if {condition} then 1 else 0", said, departments(1, grade="fair")) == "holds"


def test_a_name_of_what_a_project_belongs_to(gives):
    rows = {"department": years(80, first=2022)["department"], "project": [{"id": "P", "period": 2022, "department": "A"}]}
    assert gives("department.rate", "80%", rows, subject="project", who="P") == "holds"


@pytest.mark.parametrize("start", range(0, 3_652_000, 36_524))
def test_dates_are_those_of_the_calendar(start):
    """The whole-number arithmetic of the plan against Python's own calendar, through fifteen days in each century's quarter."""
    from datetime import date

    from perfrules.core.money import exact
    from perfrules.language import calendar, dates, relations
    from perfrules.language.rails import number
    from perfrules.language.scalars import Literal

    for ordinal in (1 + start + k * 37 for k in range(15)):
        day = date.fromordinal(ordinal)
        for function, given in (("year", [ordinal]), ("month", [ordinal]), ("end_of_year", [ordinal]),
                                ("date", [day.year, day.month, day.day]), ("date", [day.year, 2, 29]),
                                ("add_months", [ordinal, 1]), ("add_months", [ordinal, -13]), ("add_months", [ordinal, 12 * 9998]),
                                ("add_days", [ordinal, 366]), ("add_days", [ordinal, -ordinal]), ("add_days", [ordinal, 1 - ordinal]),
                                ("add_days", [ordinal, calendar.LAST - ordinal]), ("add_days", [ordinal, calendar.LAST + 1 - ordinal]),
                                ("months", [ordinal, min(ordinal + 400, calendar.LAST)]), ("months", [ordinal, 1])):  # fmt: skip
            found = dates.compute(function, [number(exact(str(n))) for n in given], lambda _, scalar: scalar)
            value = relations.value(found.low, {}) if relations.value(found.defined, {}) else None
            assert value == calendar.compute(function, given), (function, given)
            assert isinstance(found.den, Literal)
