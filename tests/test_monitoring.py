"""Double monitoring and the letters that follow it up, as the national policies have them, while a year goes on."""

from __future__ import annotations

from datetime import date

import pytest

import perfrules
from perfrules.letter import Letter

DEPARTMENTS = [{"id": "A", "feedback_given": True, "cooperates": True, "assessed": 90}]


def corrections() -> perfrules.Program:
    return perfrules.load("core/corrections", as_of="2023-12-31")


def begun(program: perfrules.Program, *ids: str):
    own = [{"id": one, "project": "P", "month": 7, "owner": "张", "notified_on": "2023-08-07", "closed": False} for one in ids]
    known = program.facts({"department": DEPARTMENTS, "project": [{"id": "P", "department": "A"}], "correction": own}, period=2023)
    return perfrules.watch(program, known, period=2023)


def short(letters) -> list[tuple[str, str, str, str]]:
    return [(one.subject, one.action, one.sent.isoformat(), one.state) for one in letters]


def test_what_is_overdue_climbs_from_reminder_to_talk_and_is_known_by_date():
    watch = begun(corrections(), "1")
    assert watch.advance("2023-08-21") == ()  # the tenth working day
    (first,) = watch.advance("2023-08-22")
    assert first == Letter("correction/1", "department/A", 2023, "core/corrections/follow-up", "remind", 1, ("core/corrections/overdue",),
                           date(2023, 8, 22), date(2023, 9, 5), "out", None, 1, within="10 working days")  # fmt: skip
    watch.advance("2023-09-30")
    steps = [("correction/1", "remind", "2023-08-22", "climbed"), ("correction/1", "order_rectification", "2023-09-06", "climbed")]
    assert short(watch.letters()) == [*steps, ("correction/1", "summon", "2023-09-21", "out")]
    assert short(watch.letters("2023-09-05")) == [("correction/1", "remind", "2023-08-22", "out")]


def test_what_is_closed_ends_the_ladder_and_what_is_told_late_takes_the_letter_back():
    watch = begun(corrections(), "1", "2")
    watch.advance("2023-08-25")
    told = watch.event("1", None, "correction", {"closed": True, "closed_on": "2023-08-24"}, "2023-08-25", "e1")
    assert [(one.subject, one.state) for one in told] == [("correction/1", "met")]
    told = watch.event("2", None, "correction", {"closed": True, "closed_on": "2023-08-21"}, "2023-08-21", "e2")
    assert [(one.subject, one.state) for one in told] == [("correction/2", "withdrawn")]
    assert [one.subject for one in watch.letters()] == ["correction/1"]


def test_whether_it_is_closed_being_unknown_is_neither_overdue_nor_in_time():
    watch = begun(corrections(), "1")
    watch.event("1", None, "correction", {"closed": None}, "2023-08-10", "e1")
    watch.advance("2023-09-30")
    assert watch.letters() == ()
    assert [(one.subject, one.action, one.state, one.since) for one in watch.open] == [("correction/1", "remind", "open", date(2023, 8, 22))]
    told = watch.event("1", None, "correction", {"closed": False}, "2023-09-30", "e2")
    assert short(told) == [("correction/1", "remind", "2023-09-30", "out")]


@pytest.mark.parametrize(("ground", "facts"), [
    ("not-applied", {"feedback_given": False}), ("not-cooperating", {"cooperates": False}), ("at-the-end", {"assessed": 70}),
    ("not-in-time", {}),
])  # fmt: skip
def test_each_of_the_four_grounds_sends_a_letter_that_a_reply_meets(ground, facts):
    program = perfrules.load("core/two-letters", as_of="2023-12-31")
    rows = [{**DEPARTMENTS[0], "id": one, "assessed": 90 - n} for n, one in enumerate("ABCDEF")]
    known = program.facts({"department": rows, "task": [{"id": "T", "department": "A", "due": "2023-03-31", "finished": True, "done": "2023-03-31"}]}, period=2023)
    watch = perfrules.watch(program, known, period=2023)
    said = ("task", "T", {"done": "2023-04-03"}) if ground == "not-in-time" else ("department", "A", facts)
    changed = watch.event(said[1], None, said[0], said[2], "2023-04-04", "e1")
    own = [one for one in changed if one.subject == "department/A"]
    assert [(one.action, one.grounds) for one in own] == [("remind", (f"core/two-letters/{ground}",))]
    (met,) = watch.reply("department/A", "core/two-letters/follow-up", own[0].due, "r1")
    assert met.state == "met"


SCHEDULES = {"linear": "holds", "table": "does-not-hold", "plan": "undecided"}


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_schedule_is_linear_or_a_table_or_the_plan_of_each_project(tmp_path, schedule):
    """53.33% is more than five points below seven twelfths, and less below the 58.30% of the table."""
    text = f"policy: monitoring\nextends: core/monitoring\ndistrict: river\nsource: document 7\nparameters: {{schedule: {schedule}, by_july: 58.30%}}\n"
    (tmp_path / "monitoring.yaml").write_text(text, encoding="utf-8")
    program = perfrules.load(tmp_path / "monitoring.yaml", as_of="2023-08-15")
    rows = {
        "project": [{"id": "P", "adjusted_budget": 100, "key_monitoring": False, "serious": False}],
        "observation": [{"id": "1", "project": "P", "month": 7, "paid": "53.33", "reported": "0.9"}],
        "correction": [],
    }
    ruled = {r.rule: r.verdict for r in program.run(program.facts(rows, period=2023), period=2023).rulings}
    assert ruled["river/monitoring/deviates"] == SCHEDULES[schedule]  # no plans were given: whether there are any is not known
