"""Working days: the calendar of China as published, calendars of a vocabulary's own, and days beyond them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import perfrules
from made import policy, rule, run
from perfrules.core.workdays import WorkingDays
from perfrules.language import relations, workdays
from perfrules.language.rails import number

FACTS = """
facts: made
extends: budget
kinds:
  department:
    facts: {sent: {is: date}, replied: {is: date}}
"""


def late(folder, when: str = "replied > sent + 10 working days", facts: str = FACTS):
    (folder / "facts.yaml").write_text(facts, encoding="utf-8")
    (folder / "policy.yaml").write_text(policy(rule("late", when, "remind")), encoding="utf-8")
    return perfrules.load([folder / "facts.yaml", folder / "policy.yaml"], as_of="2023-12-31")


def verdicts(program, **rows) -> dict[str, str]:
    return {r.subject.split("/")[1]: r.verdict for r in run(program, **rows).rulings}


@pytest.mark.parametrize(("sent", "last"), [
    ("2023-09-28", "2023-10-18"),  # eight days off, then the Saturday and Sunday of 7 and 8 October are worked
    ("2023-01-20", "2023-02-08"),  # Spring Festival, with 28 and 29 January worked
    ("2023-06-21", "2023-07-06"),  # a day off, and the Sunday of 25 June worked
    ("2023-12-29", "2024-01-15"),  # into the next year's calendar
])  # fmt: skip
def test_ten_working_days_are_those_of_the_published_calendar(tmp_path, sent, last):
    after = date.fromordinal(date.fromisoformat(last).toordinal() + 1).isoformat()
    found = verdicts(late(tmp_path), department=[{"id": "A", "sent": sent, "replied": last}, {"id": "B", "sent": sent, "replied": after}])
    assert found == {"A": "does-not-hold", "B": "holds"}


def test_the_calendar_of_2026_is_the_published_one(tmp_path):
    """国办发明电〔2025〕7号: of the ten days after 13 February, the 14th, the 24th to 28th and 2 to 5 March are worked."""
    row = {"id": "A", "sent": "2026-02-13", "replied": "2026-03-05"}
    assert verdicts(late(tmp_path), department=[row]) == {"A": "does-not-hold"}
    row["replied"] = "2026-03-06"
    assert verdicts(late(tmp_path), department=[row]) == {"A": "holds"}


def test_working_days_count_back(tmp_path):
    program = late(tmp_path, "sent < replied - 3 working days")
    assert verdicts(program, department=[{"id": "A", "sent": "2023-10-08", "replied": "2023-10-11"},
                                         {"id": "B", "sent": "2023-10-07", "replied": "2023-10-11"}]) == {"A": "does-not-hold", "B": "holds"}  # fmt: skip


def test_beyond_the_calendar_nothing_is_guessed(tmp_path):
    outcome = run(late(tmp_path), department=[{"id": "A", "sent": "2026-12-30", "replied": "2027-01-30"}])
    assert outcome.rulings[0].verdict == "undecided"
    said = outcome.explain("department/A").text("en")
    assert "`sent + 10 working days`" in said
    assert "a calendar of working days that reaches `sent + 10 working days` of department/A" in said


def test_a_vocabulary_may_declare_its_own_and_continue_another(tmp_path):
    own = FACTS + "calendar: {from: 2027-01-01, to: 2027-12-31, holidays: [2027-01-01 to 2027-01-02], workdays: 2027-01-03}\n"
    row = {"id": "A", "sent": "2026-12-30", "replied": "2027-01-14"}
    assert verdicts(late(tmp_path, facts=own), department=[row]) == {"A": "holds"}
    row["replied"] = "2027-01-13"  # 31 December; 3 to 8 January with the Sunday; 11, 12 and 13 January
    assert verdicts(late(tmp_path, facts=own), department=[row]) == {"A": "does-not-hold"}


def test_chinese_words_mean_the_same(tmp_path):
    own = """
事实: made
类别:
  department:
    事实: {sent: {类型: 日期}, replied: {类型: 日期}}
工作日历:
  - {自: 2026-01-01, 至: 2026-12-31, 放假: [2026-01-01至2026-01-03], 调休上班: [2026-01-04], 来源: 放假安排}
"""
    program = late(tmp_path, "replied > sent + 2个工作日", own)
    rows = [{"id": "A", "sent": "2026-01-02", "replied": "2026-01-05"}, {"id": "B", "sent": "2026-01-02", "replied": "2026-01-06"}]
    assert verdicts(program, department=rows) == {"A": "does-not-hold", "B": "holds"}


@given(st.data())
def test_the_stair_of_the_plan_leads_where_counting_leads(data):
    first = data.draw(st.integers(700_000, 740_000))
    last = first + data.draw(st.sampled_from([0, 5, 40, 400]))
    days = st.integers(first, last)
    calendar = WorkingDays(first, last, tuple(sorted(data.draw(st.sets(days, max_size=12)))))
    day, count = data.draw(st.integers(first - 2, last + 2)), data.draw(st.integers(-30, 30))
    found = workdays.moved(number(Fraction(day)), number(Fraction(count)), calendar, lambda _, scalar: scalar)
    value = relations.value(found.low, {}) if relations.value(found.defined, {}) else None
    assert value == calendar.moved(day, count)


def test_a_duration_is_explained_with_its_unit(tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    text = policy(rule("late", "replied > sent + allowed", "remind"), tail="parameters: {allowed: 10 working days}\n")
    (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2023-12-31")
    outcome = run(program, department=[{"id": "A", "sent": "2023-09-28", "replied": "2023-10-19"}])
    assert "allowed = 10 working days (parameter)" in outcome.explain("department/A").text("en")
    assert "allowed = 10个工作日（参数）" in outcome.explain("department/A").text("zh")
