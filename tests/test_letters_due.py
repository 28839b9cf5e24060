"""Ladders of notices: which letters are due to whom, until when, and what follows; whatever the order in which it is told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import perfrules
from perfrules.letter import Letter

FACTS = """
facts: town
calendar:
  - {from: 2023-01-01, to: 2024-12-31, holidays: [2023-10-02 to 2023-10-06], workdays: [2023-10-07, 2023-10-08]}
kinds:
  bureau: {facts: {}}
  department:
    belongs_to: bureau
    facts:
      late:      {is: flag}
      deaf:      {is: flag}
      corrected: {is: flag}
      rank:      {is: count}
"""
POLICY = """
policy: letters
facts: town
subject: department
rules:
  - {rule: late-report, when: late, then: remind, because: the report was late}
  - {rule: no-feedback, when: deaf, then: order_rectification, because: nothing was fed back}
notices:
  - ladder: follow-up
    title: 两书一函
    steps:
      - {send: remind, within: 10 working days, if_lapsed: next, if_met: close}
      - {send: order_rectification, within: 15 days, met: corrected}
      - {send: summon, within: 1 month}
"""


def program(folder, policy: str = POLICY, facts: str = FACTS, as_of: str = "2023-12-31") -> perfrules.Program:
    (folder / "facts.yaml").write_text(facts, encoding="utf-8")
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    return perfrules.load(folder / "policy.yaml", as_of=as_of)


def begun(made: perfrules.Program, *ids: str, journal=None, again_from=None, **facts):
    rows = {"bureau": [{"id": "B"}], "department": [{"id": one, "bureau": "B", **facts} for one in ids or ("A",)]}
    return perfrules.watch(made, made.facts(rows, period=2023), period=2023, since="2023-01-01", journal=journal, again_from=again_from)


def tell(watch, facts: dict, at: str, id_: str, subject: str = "A"):
    return watch.event(subject, None, "department", facts, at, id_)


def short(letters) -> list[tuple]:
    return [(one.action, one.sent.isoformat(), one.due.isoformat() if one.due else "", one.state) for one in letters]


def refusal(act) -> list[str]:
    with pytest.raises(perfrules.Refused) as refused:
        act()
    return [problem.code for problem in refused.value.problems]


def test_a_letter_is_due_with_recipient_ground_and_deadline(tmp_path):
    watch = begun(program(tmp_path, POLICY.replace("title: 两书一函", "to: bureau")), late=False, deaf=False, corrected=False)
    (letter,) = tell(watch, {"late": True}, "2023-09-25", "e1")
    assert letter == Letter("department/A", "bureau/B", 2023, "letters/follow-up", "remind", 1, ("letters/late-report",),
                            date(2023, 9, 25), date(2023, 10, 12), "out", None, 1, within="10 working days")  # fmt: skip
    assert tell(watch, {"late": True}, "2023-09-26", "e2") == ()  # once


def test_a_letter_goes_to_what_the_subject_belonged_to_on_its_day(tmp_path):
    made = program(tmp_path, POLICY.replace("title: 两书一函", "to: bureau"))
    rows = {"bureau": [{"id": "B"}, {"id": "C"}, {"id": "D"}], "department": [{"id": "A", "bureau": "B", "late": True, "deaf": False, "corrected": False}]}

    def told(*events: tuple) -> list[tuple]:
        watch = perfrules.watch(made, made.facts(rows, period=2023), period=2023)
        for subject, facts, at, id_ in events:
            tell(watch, facts, at, id_, subject)
        watch.advance("2023-02-10")
        return [(one.sent.isoformat(), one.recipient) for one in watch.letters()]

    first, later, late = ("A", {"bureau": "C"}, "2023-01-20", "e1"), ("A", {"bureau": "D"}, "2023-02-10", "e2"), ("A", {"bureau": "D"}, "2023-01-13", "e3")
    days = ["2023-01-01", "2023-01-14", "2023-01-30"]
    assert told() == list(zip(days, ["bureau/B"] * 3, strict=True))
    assert told(first) == list(zip(days, ["bureau/B", "bureau/B", "bureau/C"], strict=True))
    assert told(first, later) == told(first)
    assert told(first, later, late) == told(late, first, later) == list(zip(days, ["bureau/B", "bureau/D", "bureau/C"], strict=True))
    on_the_day = ("A", {"bureau": "D"}, "2023-01-14", "e4")
    assert told(first, on_the_day) == told(late, first)


def test_what_is_withdrawn_with_its_subject_says_whom_it_went_to(tmp_path):
    made = program(tmp_path, POLICY.replace("title: 两书一函", "to: bureau"))
    watch = begun(made, late=False, deaf=False, corrected=False)
    new = {"bureau": "B", "late": True, "deaf": False, "corrected": False}
    assert [one.recipient for one in tell(watch, new, "2023-02-01", "e1", "N")] == ["bureau/B"]
    (letter,) = watch.withdraw("e1", "2023-02-02", "e2")
    assert (letter.state, letter.recipient) == ("withdrawn", "bureau/B")
    tell(watch, new, "2023-02-02", "e3", "N")
    rows = made.facts({"bureau": [{"id": "B"}, {"id": "C"}], "department": []}, period=2023)
    other = perfrules.watch(made, rows, period=2023)
    tell(other, new, "2023-02-01", "e1", "N")
    other.event("N", None, "department", {"bureau": "C"}, "2023-02-03", "e2")
    told = other.correct("e1", {**new, "bureau": "C"}, "2023-02-03", "e3")
    assert [(one.sent.day, one.recipient, one.state) for one in told] == [(1, "bureau/B", "withdrawn"), (1, "bureau/C", "out")]


def test_a_letter_on_other_grounds_takes_the_place_of_one_that_is_withdrawn(tmp_path):
    watch = begun(program(tmp_path), late=False, deaf=False, corrected=False)
    (order,) = tell(watch, {"deaf": True}, "2023-02-01", "e1")
    gone, new = tell(watch, {"late": True}, "2023-02-01", "e2")
    assert gone == replace(order, state="withdrawn", ended=date(2023, 2, 1))
    assert new == replace(order, grounds=("letters/late-report", "letters/no-feedback"))


def test_what_follows_from_another_letter_than_was_said_is_another_letter(tmp_path):
    """Over a holiday both reminders have one deadline, so the order is of the same day and on the same grounds."""
    made = program(tmp_path)
    watch = begun(made, late=False, deaf=False, corrected=False)
    for at, id_ in (("2023-09-30", "e1"), ("2023-10-01", "e2")):
        tell(watch, {"late": True}, at, id_)
    watch.advance("2023-10-24")

    def written() -> list[str]:
        paths = perfrules.letters.write(made, watch.letters(), watch.facts, tmp_path / "letters", issuer="B", lang="en", only_new=True)
        return [path.name.partition("~")[0] for path in paths]

    assert written() == ["2023-09-30_A_Letter of reminder_1", "2023-10-19_A_Order of rectification_1"]
    told = [(one.step, one.sent, one.unanswered, one.state) for one in tell(watch, {"late": False}, "2023-09-30", "e3")]
    first, second, order = date(2023, 9, 30), date(2023, 10, 1), date(2023, 10, 19)
    assert told == [(1, first, None, "withdrawn"), (1, second, None, "climbed"), (2, order, first, "withdrawn"), (2, order, second, "out")]
    assert written() == ["2023-10-01_A_Letter of reminder_1", "2023-10-19_A_Order of rectification_1"]


PROJECTS = """
facts: town
kinds:
  bureau: {facts: {}}
  department: {belongs_to: bureau, facts: {rank: {is: count}}}
  project: {belongs_to: department, facts: {late: {is: flag}}}
"""
TO_BUREAUS = """
policy: letters
facts: town
subject: project
rules: [{rule: late-report, when: late, then: remind, because: the report was late}]
notices: [{ladder: follow-up, to: bureau, steps: [{send: remind, within: 10 days}]}]
"""


def test_whom_a_letter_goes_to_may_be_told_later_and_until_then_it_is_not_written(tmp_path):
    """The order does not count: what a new subject belongs to, it belonged to from the beginning."""
    made, folder = program(tmp_path, TO_BUREAUS, PROJECTS), tmp_path / "letters"

    def told(*events: tuple[str, str, dict, str]):
        watch = perfrules.watch(made, made.facts({"bureau": [{"id": "B"}, {"id": "C"}]}, period=2023), period=2023)
        for number, (kind, id_, facts, at) in enumerate(events):
            watch.event(id_, None, kind, facts, at, f"e{number}-{kind}-{id_}")
        return watch

    project = "project", "P", {"department": "D", "late": True}, "2023-02-01"
    department = "department", "D", {"bureau": "B", "rank": 1}, "2023-02-10"
    waiting = told(project)
    (letter,) = waiting.letters()
    assert (letter.recipient, letter.is_ready) == ("", False)
    assert refusal(lambda: perfrules.letters.write(made, [letter], waiting.facts, folder, issuer="B")) == ["PR767"]
    gone, known = waiting.event("D", None, "department", {"bureau": "B", "rank": 1}, "2023-02-10", "e9")
    assert gone == replace(letter, state="withdrawn", ended=date(2023, 2, 10))
    assert known == replace(letter, recipient="bureau/B")
    assert known.is_ready
    assert told(project, department).letters() == told(department, project).letters() == (known,)
    back = waiting.correct("e9", {"bureau": "C", "rank": 1}, "2023-02-11", "c1")
    assert [(one.recipient, one.state) for one in back] == [("bureau/B", "withdrawn"), ("bureau/C", "out")]


def test_a_letter_goes_to_whom_its_department_belonged_to_also_if_the_project_has_moved_since(tmp_path):
    made = program(tmp_path, TO_BUREAUS, PROJECTS)
    rows = {"bureau": [{"id": "B"}, {"id": "C"}], "department": [{"id": "D", "bureau": "B"}, {"id": "E", "bureau": "B"}],
            "project": [{"id": "P", "department": "D", "late": False}]}  # fmt: skip
    watch = perfrules.watch(made, made.facts(rows, period=2023), period=2023)
    watch.event("P", None, "project", {"late": True}, "2023-02-01", "e1")
    watch.event("P", None, "project", {"department": "E"}, "2023-02-10", "e2")
    told = watch.event("D", None, "department", {"bureau": "C"}, "2023-01-20", "late")
    assert [(one.recipient, one.state) for one in told] == [("bureau/B", "withdrawn"), ("bureau/C", "out")]


def test_what_begins_on_the_day_of_a_letter_that_is_answered_at_once_has_none_of_its_own(tmp_path):
    steps = "[{send: remind, within: 5 days}, {send: order_rectification, within: 7 days}, {send: summon, within: 1 month}]"
    made = program(tmp_path, f"{POLICY.partition('notices:')[0]}notices: [{{ladder: follow-up, if_relapsed: next, steps: {steps}}}]")
    for replied_first in (True, False):
        watch = begun(made, late=False, deaf=False, corrected=False)
        (reminder,) = tell(watch, {"late": True}, "2023-03-02", "e1")
        answers = [
            partial(watch.reply, "department/A", "letters/follow-up", "2023-03-08", "r1"),
            partial(tell, watch, {"deaf": True}, "2023-03-08", "e2"),
        ]
        watch.advance("2023-03-08")  # on which the reminder has lapsed
        said = [letter for answer in answers[:: 1 if replied_first else -1] for letter in answer()]
        order = watch.letters()[-1]
        assert (order.action, order.grounds, order.state) == ("order_rectification", ("letters/late-report", "letters/no-feedback"), "met")
        assert [(one.sent, one.action) for one in watch.letters()] == [(reminder.sent, "remind"), (order.sent, order.action)]
        assert said[-1] == order


def test_what_is_not_answered_climbs_and_the_last_step_stays(tmp_path):
    watch = begun(program(tmp_path), late=True, deaf=False, corrected=False)
    assert short(watch.letters()) == [("remind", "2023-01-01", "2023-01-13", "out")]
    assert short(watch.advance("2023-01-13")) == []
    assert short(watch.advance("2023-01-14")) == [("remind", "2023-01-01", "2023-01-13", "climbed"), ("order_rectification", "2023-01-14", "2023-01-29", "out")]
    assert short(watch.advance("2023-12-31")) == [
        ("order_rectification", "2023-01-14", "2023-01-29", "climbed"),
        ("summon", "2023-01-30", "2023-02-28", "lapsed"),
    ]
    assert short(watch.letters("2023-01-20")) == [("remind", "2023-01-01", "2023-01-13", "climbed"), ("order_rectification", "2023-01-14", "2023-01-29", "out")]
    assert short(watch.letters("2023-02-28"))[-1] == ("summon", "2023-01-30", "2023-02-28", "out")


def test_a_reply_on_the_last_day_is_in_time_and_a_day_later_it_is_not(tmp_path):
    made = program(tmp_path)
    for day, states in (("2023-01-13", ["met"]), ("2023-01-14", ["climbed", "out"])):
        watch = begun(made, late=True, deaf=False, corrected=False)
        tell_ = partial(watch.reply, "department/A", "letters/follow-up", day, "r")
        if states == ["met"]:
            assert short(tell_())[0][3] == "met"
        else:
            assert refusal(tell_) == ["PR751"]  # what is out then is met by its rule
        assert [one.state for one in watch.letters()] == (states if day == "2023-01-13" else ["out"])


def test_a_reply_on_the_day_of_the_letter_meets_it_and_only_one(tmp_path):
    made = program(tmp_path)
    watch = begun(made, late=False, deaf=False, corrected=False)
    tell(watch, {"late": True}, "2023-02-01", "e1")
    (letter,) = watch.reply("department/A", "letters/follow-up", "2023-02-01", "r1")
    assert (letter.state, letter.sent, letter.ended) == ("met", date(2023, 2, 1), date(2023, 2, 1))
    assert watch.advance("2023-03-01") == ()
    tell(watch, {"late": False}, "2023-03-01", "e2")
    tell(watch, {"late": True}, "2023-03-02", "e3")
    tell(watch, {"late": False}, "2023-03-03", "e4")
    tell(watch, {"late": True}, "2023-03-06", "e5")  # which sends another in the place of the one that is out
    watch.reply("department/A", "letters/follow-up", "2023-03-06", "r2")
    assert [(one.sent.day, one.state) for one in watch.letters()] == [(1, "met"), (2, "met"), (6, "out")]


def test_a_rule_says_whether_a_letter_is_met_and_what_is_not_known_waits(tmp_path):
    watch = begun(program(tmp_path), late=False, deaf=True, corrected=None)
    assert [(s.action, s.rule, s.state) for s in watch.open] == [("order_rectification", "letters/no-feedback", "open")]
    assert watch.letters() == ()  # whether it is corrected already is not known
    (letter,) = tell(watch, {"corrected": False}, "2023-03-01", "e1")
    assert letter.due == date(2023, 3, 16)
    tell(watch, {"corrected": None}, "2023-03-10", "e2")
    assert watch.advance("2023-04-20") == ()  # neither met nor lapsed
    (met,) = tell(watch, {"corrected": True}, "2023-04-21", "e3")
    assert (met.state, met.ended) == ("met", date(2023, 4, 21))


def test_a_notice_of_which_it_is_not_known_whether_it_is_due_is_open_since_that_day(tmp_path):
    watch = begun(program(tmp_path), late=None, deaf=False, corrected=False)
    assert [(s.action, s.since) for s in watch.open] == [("remind", None)]  # since before the first day
    tell(watch, {"late": False}, "2023-01-10", "e1")
    tell(watch, {"late": None}, "2023-02-01", "e2")
    tell(watch, {"deaf": None}, "2023-02-02", "e3")
    assert [(s.action, s.since) for s in watch.open] == [("remind", date(2023, 2, 1)), ("order_rectification", date(2023, 2, 2))]


def test_a_reply_to_one_ladder_meets_no_letter_of_another(tmp_path):
    other = "  - ladder: other\n    steps: [{send: order_rectification, within: 10 days}]\n"
    watch = begun(program(tmp_path, POLICY + other), late=True, deaf=False, corrected=True)
    assert refusal(lambda: watch.reply("department/A", "letters/other", "2023-01-05", "r1")) == ["PR751"]
    tell(watch, {"deaf": True}, "2023-01-05", "e1")
    watch.reply("department/A", "letters/other", "2023-01-06", "r1")
    assert [(one.notice, one.state) for one in watch.letters()] == [("letters/follow-up", "out"), ("letters/other", "met")]


def test_what_is_known_not_to_be_met_lapses_when_that_is_known(tmp_path):
    watch = begun(program(tmp_path), late=False, deaf=True, corrected=False)
    tell(watch, {"corrected": None}, "2023-01-10", "e1")
    watch.advance("2023-03-01")
    assert short(tell(watch, {"corrected": False}, "2023-03-02", "e2")) == [
        ("order_rectification", "2023-01-01", "2023-01-16", "climbed"),
        ("summon", "2023-03-02", "2023-04-02", "out"),
    ]


def test_what_meets_a_step_on_the_day_after_its_deadline_is_too_late(tmp_path):
    """Also where it was not known until the day of the deadline whether it was met by then."""
    for before in (False, None):
        watch = begun(program(tmp_path), late=False, deaf=True, corrected=False)
        tell(watch, {"corrected": before}, "2023-01-10", "e1")
        tell(watch, {"corrected": False}, "2023-01-16", "e2")
        assert short(tell(watch, {"corrected": True}, "2023-01-17", "e3")) == [
            ("order_rectification", "2023-01-01", "2023-01-16", "climbed"),
            ("summon", "2023-01-17", "2023-02-17", "out"),
        ]


def test_a_graver_ground_climbs_and_the_same_again_replaces_with_a_new_deadline(tmp_path):
    watch = begun(program(tmp_path), late=True, deaf=False, corrected=False)
    assert short(tell(watch, {"deaf": True}, "2023-01-05", "e1")) == [
        ("remind", "2023-01-01", "2023-01-13", "climbed"),
        ("order_rectification", "2023-01-05", "2023-01-20", "out"),
    ]
    tell(watch, {"late": False}, "2023-01-06", "e2")
    (old, new) = tell(watch, {"late": True}, "2023-01-07", "e3")
    assert (old.state, new.sent, new.action) == ("replaced", date(2023, 1, 7), "order_rectification")
    assert new.grounds == ("letters/late-report", "letters/no-feedback")


def test_with_again_add_each_ground_has_letters_of_its_own(tmp_path):
    watch = begun(program(tmp_path, POLICY.replace("title: 两书一函", "again: add")), late=True, deaf=False, corrected=False)
    (own,) = tell(watch, {"deaf": True}, "2023-01-05", "e1")
    assert (own.action, own.grounds) == ("order_rectification", ("letters/no-feedback",))
    assert [(one.action, one.state) for one in watch.letters()] == [("remind", "out"), ("order_rectification", "out")]
    assert [one.state for one in watch.reply("department/A", "letters/follow-up", "2023-01-06", "r")] == ["met"]


def test_a_reply_may_name_the_ground_whose_letter_it_answers(tmp_path):
    policy = POLICY.replace("title: 两书一函", "again: add").replace(", met: corrected", "")
    made, journal = program(tmp_path, policy), tmp_path / "journal"
    watch = begun(made, late=True, deaf=True, corrected=False, journal=journal)
    to_one = {"replies": "department/A", "ladder": "letters/follow-up", "at": "2023-01-03", "ground": "letters/no-feedback"}
    assert [(one.grounds, one.state) for one in watch.take({**to_one, "id": "r1"})] == [(("letters/no-feedback",), "met")]
    assert watch.take({**to_one, "id": "r1"}) == ()
    for other, code in (({**to_one, "at": "2023-01-04"}, "PR751"), ({**to_one, "ground": "letters/nothing"}, "PR208")):
        assert refusal(lambda said=other: watch.take({**said, "id": "r2"})) == [code]
    assert [(one.action, one.state) for one in watch.letters()] == [("remind", "out"), ("order_rectification", "met")]
    known = watch.letters()
    watch.end()
    assert begun(made, late=True, deaf=True, corrected=False, journal=journal).letters() == known
    for none in ({}, {"ground": None}):  # which says none, as in a line of JSON
        other = begun(made, late=True, deaf=True, corrected=False)
        assert [one.state for one in other.reply("department/A", "letters/follow-up", "2023-01-03", "r", **none)] == ["met"] * 2
        assert other.take({**to_one, "ground": None, "id": "r"}) == ()  # it is the same


def test_a_relapse_begins_again_or_one_step_higher(tmp_path):
    for word, action in (("first", "remind"), ("next", "order_rectification")):
        watch = begun(program(tmp_path, POLICY.replace("title: 两书一函", f"if_relapsed: {word}")), late=True, deaf=False, corrected=False)
        watch.reply("department/A", "letters/follow-up", "2023-01-05", "r")
        assert tell(watch, {"late": True}, "2023-01-06", "e0") == ()
        assert tell(watch, {"late": None}, "2023-01-07", "e1") == ()
        assert tell(watch, {"late": True}, "2023-01-08", "e2") == ()  # it was never known not to be late
        tell(watch, {"late": False}, "2023-02-01", "e3")
        (letter,) = tell(watch, {"late": True}, "2023-02-02", "e4")
        assert (letter.action, letter.number) == (action, 2 if word == "first" else 1)


def test_each_relapse_is_one_step_above_the_last_letter_up_to_the_last_step(tmp_path):
    policy = POLICY.replace("title: 两书一函", "if_relapsed: next").replace(", met: corrected", "")
    watch = begun(program(tmp_path, policy), late=False, deaf=False, corrected=False)
    for month, action in enumerate(("remind", "order_rectification", "summon", "summon"), 1):
        (letter,) = tell(watch, {"late": True}, f"2023-{month:02}-01", f"late{month}")
        assert letter.action == action
        watch.reply("department/A", "letters/follow-up", f"2023-{month:02}-02", f"r{month}")
        tell(watch, {"late": False}, f"2023-{month:02}-03", f"good{month}")


def test_a_ground_that_comes_for_the_first_time_is_no_relapse(tmp_path):
    """The one that was answered is over, and never came again."""
    twice = POLICY.replace("title: 两书一函", "if_relapsed: next").replace("then: order_rectification", "then: remind")
    watch = begun(program(tmp_path, twice), late=True, deaf=False, corrected=False)
    watch.reply("department/A", "letters/follow-up", "2023-01-05", "r")
    (letter,) = tell(watch, {"deaf": True}, "2023-02-02", "e1")
    assert (letter.action, letter.number) == ("remind", 2)
    watch.reply("department/A", "letters/follow-up", "2023-02-05", "r2")
    tell(watch, {"deaf": False}, "2023-03-01", "e2")
    (letter,) = tell(watch, {"deaf": True}, "2023-03-02", "e3")
    assert (letter.action, letter.number) == ("order_rectification", 1)


def test_letters_of_a_day_are_those_of_its_end(tmp_path):
    watch = begun(program(tmp_path), late=False, deaf=False, corrected=False)
    (out,) = tell(watch, {"late": True}, "2023-02-01", "e1")
    (gone,) = tell(watch, {"late": False}, "2023-02-01", "e2")
    assert gone == replace(out, state="withdrawn", ended=date(2023, 2, 1))
    assert watch.letters() == ()


def test_a_late_event_changes_the_letters_since(tmp_path):
    watch = begun(program(tmp_path), late=False, deaf=False, corrected=False)
    tell(watch, {"late": True}, "2023-02-10", "e1")
    watch.advance("2023-02-27")
    changed = tell(watch, {"late": True}, "2023-02-01", "e0")
    assert [(one.sent.isoformat(), one.state) for one in changed] == [
        ("2023-02-01", "climbed"), ("2023-02-10", "withdrawn"), ("2023-02-16", "out"), ("2023-02-25", "withdrawn")]  # fmt: skip
    watch.withdraw("e0", "2023-02-27", "w0")
    assert [(one.action, one.sent.isoformat()) for one in watch.letters()] == [("remind", "2023-02-10"), ("order_rectification", "2023-02-25")]


def test_a_rule_that_looks_at_the_day_begins_a_ladder_when_the_day_comes(tmp_path):
    facts = FACTS.replace("rank:      {is: count}", "due: {is: date}")
    policy = POLICY.replace("when: late,", "when: as_of > due,")
    watch = begun(program(tmp_path, policy, facts), due=None, deaf=False, corrected=False)
    tell(watch, {"due": "2023-03-31"}, "2023-02-01", "e1")
    assert watch.advance("2023-03-31") == ()
    assert short(watch.advance("2023-05-01"))[0][:2] == ("remind", "2023-04-01")


def test_parameters_are_those_of_the_day(tmp_path):
    policy = POLICY.replace("rules:", "parameters:\n  time: [{from: 2023-01-01, value: 5 days}, {from: 2023-06-01, value: 3 days}]\nrules:").replace("10 working days", "time")
    watch = begun(program(tmp_path, policy), "A", "B", late=False, deaf=False, corrected=False)
    assert tell(watch, {"late": True}, "2023-05-31", "e1")[0].due == date(2023, 6, 5)
    assert tell(watch, {"late": True}, "2023-06-01", "e2", "B")[0].due == date(2023, 6, 4)


def test_a_letter_that_follows_from_one_that_lapsed_says_when_that_was_sent(tmp_path):
    """What climbs by another ground follows from none."""
    watch = begun(program(tmp_path), "A", "B", late=True, deaf=False, corrected=False)
    tell(watch, {"deaf": True}, "2023-01-10", "e1", "B")
    watch.advance("2023-01-17")
    assert [(one.subject[-1:], one.step, one.unanswered) for one in watch.letters()] == [
        ("A", 1, None), ("A", 2, date(2023, 1, 1)), ("B", 1, None), ("B", 2, None),
    ]  # fmt: skip


def test_what_follows_from_a_letter_that_was_met_follows_from_none_that_lapsed(tmp_path):
    watch = begun(program(tmp_path, POLICY.replace("if_met: close", "met: corrected, if_met: next")), late=True, deaf=False, corrected=False)
    (_, second) = tell(watch, {"corrected": True}, "2023-01-10", "e1")
    assert (second.step, second.unanswered) == (2, None)


LINE = POLICY.replace("rules:", "parameters:\n  line: [{from: 2023-01-01, value: 3}, {from: 2023-06-01, value: 2}]\nrules:").replace("when: late,", "when: rank >= line,")


def test_what_is_told_late_is_judged_by_the_line_of_each_day_since(tmp_path):
    """Also where a subject's own row is all that counts: on 1 June its rank is enough, though nothing is told then."""
    watch = begun(program(tmp_path, LINE), rank=0, deaf=False, corrected=False)
    watch.advance("2023-06-05")
    (letter,) = tell(watch, {"rank": 2}, "2023-05-20", "e1")
    assert short([letter]) == [("remind", "2023-06-01", "2023-06-15", "out")]


def test_what_one_message_brings_about_and_takes_back_is_not_told(tmp_path):
    """Time passes to 5 June, and a letter is due since 1 June; the message says that it never was."""
    watch = begun(program(tmp_path, LINE), rank=0, deaf=False, corrected=False)
    tell(watch, {"rank": 2}, "2023-05-20", "e1")
    assert watch.correct("e1", {"rank": 1}, "2023-06-05", "c1") == ()
    assert watch.letters() == ()


def test_what_others_belong_to_cannot_be_withdrawn(tmp_path):
    watch = begun(program(tmp_path), late=False, deaf=False, corrected=False)
    watch.event("C", None, "bureau", {}, "2023-02-01", "e1", new=True)
    tell(watch, {"bureau": "C", "late": True}, "2023-02-02", "e2", "N")
    assert refusal(lambda: watch.withdraw("e1", "2023-02-03", "w1")) == ["PR621"]
    assert short(watch.letters()) == [("remind", "2023-02-02", "2023-02-16", "out")]


def test_rows_keep_their_order_also_where_a_rule_reads_each_alone(tmp_path):
    facts = FACTS + "  review: {belongs_to: department, in_order_of: round, facts: {round: {is: count}, passed: {is: flag}}}\n"
    policy = "policy: reviews\nfacts: town\nsubject: review\nrules:\n  - {rule: again, when: passed = no, then: suspend, because: it failed}\n"
    watch = begun(program(tmp_path, policy, facts), late=False)

    def review(id_: str, **said):
        return watch.event(id_, None, "review", {"department": "A", "passed": False, **said}, "2023-02-01", f"e{id_}")

    assert [s.subject for s in review("1", round=1)] == ["review/1"]
    assert [s.subject for s in review("2", round=2)] == ["review/2"]
    assert refusal(lambda: review("3")) == ["PR627"]
    assert refusal(lambda: review("4", round=2)) == ["PR619"]


def test_nothing_is_of_a_day_before_the_policies_are_in_force(tmp_path):
    policy = POLICY.replace("rules:", "in_force: {from: 2023-03-01, to: 2023-06-30}\nrules:")
    watch = begun(program(tmp_path, policy, as_of="2023-06-01"), late=True, deaf=False, corrected=False)
    assert refusal(lambda: tell(watch, {"late": True}, "2023-02-28", "e1")) == ["PR746"]
    assert short(watch.letters()) == [("remind", "2023-03-01", "2023-03-15", "out")]
    assert refusal(lambda: tell(watch, {"late": True}, "2023-06-02", "e1")) == ["PR722"]


def test_in_a_run_the_grounds_are_notices_and_what_meets_a_step_is_a_ruling(tmp_path):
    made = program(tmp_path)
    rows = {"bureau": [{"id": "B"}], "department": [{"id": "A", "bureau": "B", "late": True, "deaf": False, "corrected": False}]}
    outcome = made.run(made.facts(rows, period=2023), period=2023)
    assert [(m.subject, m.action) for m in outcome.notices] == [("department/A", "remind")]
    assert {r.rule: r.verdict for r in outcome.rulings}["letters/follow-up-order_rectification-met"] == "does-not-hold"


ONE_YEAR = FACTS.replace("2024-12-31", "2023-12-31")


def test_where_the_calendar_ends_a_letter_is_out_and_its_deadline_is_not_known(tmp_path):
    """What is told next is taken in; the letter lapses on no day, and none is written without its deadline."""
    made = program(tmp_path, facts=ONE_YEAR, as_of="2024-12-31")
    watch = begun(made, late=False, deaf=False, corrected=False)
    [letter] = tell(watch, {"late": True}, "2023-12-25", "e1")
    assert (letter.state, letter.due, letter.within, letter.waits_for_calendar) == ("out", None, "10 working days", True)
    assert watch.advance("2024-03-01") == ()
    assert short(tell(watch, {"deaf": True}, "2024-03-02", "e2"))[-1] == ("order_rectification", "2024-03-02", "2024-03-17", "out")
    with pytest.raises(perfrules.Refused) as refused:
        perfrules.letters.write(made, watch.letters(), watch.facts, tmp_path / "letters", issuer="财政局")
    assert [(p.code, p.place) for p in refused.value.problems] == [("PR757", "department/A, letters/follow-up")]
    assert not (tmp_path / "letters").exists()


def test_a_deadline_is_known_once_the_calendar_is(tmp_path):
    """The journal goes on with the calendar of another year; `again_from` says what follows now."""
    nothing = {"late": False, "deaf": False, "corrected": False}
    watch = begun(program(tmp_path, facts=ONE_YEAR, as_of="2024-12-31"), journal=tmp_path / "journal", **nothing)
    tell(watch, {"late": True}, "2023-12-25", "e1")
    assert watch.advance("2024-02-01") == ()
    watch.end()
    watch = begun(program(tmp_path, as_of="2024-12-31"), journal=tmp_path / "journal", again_from=1, **nothing)
    assert short(watch.letters()) == [("remind", "2023-12-25", "2024-01-08", "climbed"), ("order_rectification", "2024-01-09", "2024-01-24", "climbed"), ("summon", "2024-01-25", "2024-02-25", "out")]
    assert next(short(told.changes) for told in watch.again) == [("remind", "2023-12-25", "2024-01-08", "out")]
    watch.end()


# any ladder, told in any order, against a reference that goes from day to day


@dataclass(eq=False)  # two that say the same are two
class Told:
    day: int
    facts: dict


@dataclass
class World:
    """A ladder of steps (days, whether a rule meets it, what follows on a lapse and when met), and what was told."""

    steps: list[tuple[int | None, bool, str, str]]
    add: bool
    climbs: bool
    told: list[Told] = field(default_factory=list)
    replies: list[tuple[int, str]] = field(default_factory=list)  # on which day, to letters of which ground or of all

    def policy(self) -> str:
        lines = ["policy: letters", "facts: town", "subject: department", "rules:"]
        actions = ("remind", "order_rectification", "summon")[: len(self.steps)]
        for number, (fact, action) in enumerate(zip(("late", "deaf", "late and deaf"), actions, strict=False)):
            lines.append(f"  - {{rule: g{number}, when: {fact}, then: {action}, because: made}}")
        lines += ["notices:", "  - ladder: l", f"    again: {'add' if self.add else 'replace'}", f"    if_relapsed: {'next' if self.climbs else 'first'}", "    steps:"]
        for action, (within, ruled, lapsed, met) in zip(actions, self.steps, strict=True):
            more = [f"within: {within} days, if_lapsed: {lapsed}"] if within else []
            more += ["met: corrected"] if ruled else []
            lines.append(f"      - {{{', '.join([f'send: {action}', *more, f'if_met: {met}'])}}}")
        return "\n".join(lines)

    def facts(self, day: int) -> dict:
        found = {"late": False, "deaf": False, "corrected": False}
        for one in sorted(self.told, key=lambda t: t.day):
            if one.day <= day:
                found |= one.facts
        return found


def both(one: bool | None, other: bool | None) -> bool | None:
    return False if False in (one, other) else None if None in (one, other) else True


CONDITIONS = (lambda f: f["late"], lambda f: f["deaf"], lambda f: both(f["late"], f["deaf"]))


class Reference:
    """The letters of one climb, from day to day, by what is known at the end of each."""

    def __init__(self, world: World, grounds: list[int]) -> None:
        self.world, self.grounds, self.letters = world, grounds, []
        self.last: dict[int, bool] = {}  # what was last known of a ground
        self.ever: set[int] = set()  # the grounds that gave cause once
        self.day, self.facts = -1, world.facts(-1)

    def met(self, step: int, facts: dict) -> bool | None:
        return facts["corrected"] if self.world.steps[step - 1][1] else False

    def cause(self, ground: int) -> bool | None:
        met = self.met(ground + 1, self.facts)
        return both(CONDITIONS[ground](self.facts), None if met is None else not met)

    def send(self, step: int) -> None:
        holding = tuple(f"letters/g{g}" for g in self.grounds if self.cause(g))
        within = self.world.steps[step - 1][0]
        self.letters.append({"step": step, "sent": self.day, "due": self.day + within if within else None, "end": None, "state": "out",
                             "grounds": holding or (self.letters[-1]["grounds"] if self.letters else ())})  # fmt: skip

    def follow(self, word: str, state: str) -> None:
        letter = self.letters[-1]
        if word == "stay":
            letter["state"] = "lapsed"
            return
        letter |= {"end": self.day, "state": "climbed" if word == "next" else state}
        if word == "next":
            self.send(letter["step"] + 1)

    @property
    def out(self) -> dict | None:
        return self.letters[-1] if self.letters and self.letters[-1]["end"] is None else None

    @property
    def replied(self) -> bool:
        heard = any((self.day, to) in self.world.replies for to in ("", *(f"letters/g{g}" for g in self.grounds)))
        return bool(self.out and heard and not self.world.steps[self.out["step"] - 1][1])

    def pass_to(self, day: int) -> None:
        yesterday, self.day, self.facts = self.facts, day, self.world.facts(day)
        letter, steps = self.out, self.world.steps
        if letter and letter["state"] == "out" and letter["due"] is not None and letter["due"] < day:
            met = self.met(letter["step"], yesterday)
            if (self.met(letter["step"], self.facts) if met is None else met) is False:
                self.follow(steps[letter["step"] - 1][2], "closed")
        letter, heard = self.out, self.replied
        if letter and (heard or self.met(letter["step"], self.facts)):
            self.follow(steps[letter["step"] - 1][3], "met")
        causes = {g: self.cause(g) for g in self.grounds}
        begun = [g + 1 for g in self.grounds if causes[g] and not self.last.get(g)]
        relapsed = any(step - 1 in self.ever for step in begun)
        self.last |= {g: answer for g, answer in causes.items() if answer is not None}
        self.ever |= {g for g, answer in causes.items() if answer}
        letter, named = self.out, bool(self.letters and self.letters[-1]["sent"] == day and self.letters[-1]["step"] >= max(begun, default=0))
        if begun and letter is None and not named:
            step = max(begun)
            self.send(max(step, min(self.letters[-1]["step"] + 1, len(steps))) if self.world.climbs and relapsed else step)
        elif begun and not named:
            letter |= {"end": day, "state": "climbed" if max(begun) > letter["step"] else "replaced"}
            self.send(max(max(begun), letter["step"]))
        if self.replied and not heard:
            self.follow(steps[self.out["step"] - 1][3], "met")


def reference(world: World, now: int) -> list[tuple]:
    """Step, sent, due, grounds, state and end of each letter, by what is known at the end of each day."""
    every = list(range(len(world.steps)))
    found = []
    for grounds in [[n] for n in every] if world.add else [every]:
        climb = Reference(world, grounds)
        for day in range(now + 1):
            climb.pass_to(day)
        found += [(x["step"], x["sent"], x["due"], x["grounds"], x["state"], x["end"]) for x in climb.letters]
    return sorted(found, key=lambda x: (x[1], x[0], x[3], str(x)))


FIRST = date(2023, 1, 1)


def seen(letters) -> list[tuple]:
    def day(one: date | None) -> int | None:
        return None if one is None else (one - FIRST).days

    found = [(x.step, day(x.sent), day(x.due), x.grounds, x.state, day(x.ended)) for x in letters]
    return sorted(found, key=lambda x: (x[1], x[0], x[3], str(x)))


@pytest.mark.parametrize("told", [False, True])
def test_a_letter_that_is_met_when_it_is_sent_ends_on_the_day_after_whatever_is_told_then(folders, told):
    """Both steps ask for the same correction: the second is sent as the first is met, and is met then."""
    world = World([(1, True, "stay", "next"), (None, True, "stay", "close")], add=False, climbs=False)
    watch = begun(program(folders(), world.policy()), late=False, deaf=False, corrected=False)
    for number, (day, facts) in enumerate([(0, {"late": True}), (2, {"corrected": True}), *([(3, {"late": True})] * told)]):
        world.told.append(Told(day, facts))
        tell(watch, facts, FIRST + timedelta(days=day), f"e{number}")
    changed = watch.advance(FIRST + timedelta(days=5))
    assert seen(watch.letters()) == reference(world, 5) == [(1, 0, 1, ("letters/g0",), "climbed", 2), (2, 2, None, ("letters/g0",), "met", 3)]
    assert [c.state for c in changed] == ["met"] * (not told)


def test_a_letter_of_which_is_told_late_that_it_was_met_when_it_was_sent_ends_on_the_day_after(folders):
    """The letter is the same before and after; what follows from it is another."""
    world = World([(None, False, "stay", "close"), (7, True, "close", "close")], add=True, climbs=True)
    watch = begun(program(folders(), world.policy()), late=False, deaf=False, corrected=False)
    for number, (day, facts) in enumerate([(2, {"late": True}), (14, {"late": False}), (24, {"late": True})]):
        world.told.append(Told(day, facts))
        tell(watch, facts, FIRST + timedelta(days=day), f"e{number}")
        if day == 14:
            watch.reply("department/A", "letters/l", FIRST + timedelta(days=20), "r")
            world.replies.append((20, ""))
    world.told.append(Told(3, {"corrected": True}))
    tell(watch, {"corrected": True}, FIRST + timedelta(days=3), "late")
    watch.advance(FIRST + timedelta(days=40))
    assert seen(watch.letters()) == reference(world, 40)
    assert [letter[-2:] for letter in reference(world, 40)] == [("met", 20), ("met", 25)]


@st.composite
def worlds(draw) -> World:
    count = draw(st.integers(1, 3))
    steps = []
    for number in range(count):
        following = ["close", "next"] if number < count - 1 else ["close"]
        within = draw(st.sampled_from([None, 1, 3, 7]))
        steps.append((within, draw(st.booleans()), draw(st.sampled_from(["stay", *following])) if within else "stay", draw(st.sampled_from(following))))
    return World(steps, draw(st.booleans()), draw(st.booleans()))


FLAG = st.sampled_from([True, True, False, False, None])
CHANGES = st.lists(st.tuples(st.integers(0, 25), st.sampled_from(["late", "late", "deaf", "corrected", "reply", "reply", "withdraw"]), FLAG), min_size=4, max_size=14)


@given(worlds(), CHANGES)
def test_letters_are_those_of_the_days_in_whatever_order_they_are_told(folders, world, changes):
    made = program(folders(), world.policy())
    watch = begun(made, late=False, deaf=False, corrected=False)
    ids: dict[str, Told] = {}
    heard: dict[tuple, Letter] = {}

    def hear(changes) -> None:
        for one in changes:
            key = (one.step, one.sent, one.grounds if world.add else ())
            heard.pop(key, None) if one.state == "withdrawn" else heard.update({key: one})

    for number, (day, what, value) in enumerate(changes):
        now, at = (watch.now - FIRST).days, FIRST + timedelta(days=day)
        if what == "withdraw" and f"e{day}" in ids:
            world.told.remove(ids.pop(f"e{day}"))
            hear(watch.withdraw(f"e{day}", watch.now, f"w{number}"))
        elif what == "reply":
            ground = {True: "letters/g0", None: "letters/g1"}.get(value, "")
            try:
                hear(watch.reply("department/A", "letters/l", at, f"r{number}", ground=ground))
            except perfrules.Refused:
                event("no letter waits for a reply")
                continue
            world.replies.append((day, ground))
            event(f"a reply to {'one ground' if ground else 'all'}")
            now = max(now, day)
        elif what != "withdraw":
            ids[f"e{number}"] = Told(day, {what: value})
            world.told.append(ids[f"e{number}"])
            hear(tell(watch, {what: value}, at, f"e{number}"))
            event("late" if day < now else "in order")
            now = max(now, day)
        assert seen(watch.letters()) == reference(world, now)
    hear(watch.advance(FIRST + timedelta(days=60)))
    assert sorted(heard.values(), key=str) == sorted(watch.letters(), key=str)  # the answers say all that there is
    found = reference(world, 60)
    assert seen(watch.letters()) == found
    for one in found:
        event(f"{'first' if one[0] == 1 else 'higher'} step, {one[4]}")
    again = begun(made, late=False, deaf=False, corrected=False)
    for id_, one in sorted(ids.items(), key=lambda pair: pair[1].day):
        tell(again, one.facts, FIRST + timedelta(days=one.day), id_)
    if not world.replies:
        again.advance(watch.now)
        assert again.letters() == watch.letters()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return lambda: tmp_path_factory.mktemp("ladder")
