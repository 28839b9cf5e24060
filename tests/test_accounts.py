"""Accounts of what a subject belongs to."""

from __future__ import annotations

import pytest

import perfrules
from made import load, moved, policy, rule, run, states

CUT = rule("cut", "failed > 1", "{deduct: {from: department.funds, amount: c}}")
LATER = rule("cut", "failed > 1", "{deduct: {from: department.funds, in_year: +2, amount: 1% * department.funds}}")


def test_a_rule_on_projects_takes_from_the_account_of_their_department(tmp_path):
    program = load(tmp_path, policy(CUT, "project"))
    outcome = run(
        program,
        department=[{"id": "D"}, {"id": "E"}],
        project=[
            {"id": "P", "department": "D", "c": 5, "failed": 2},
            {"id": "Q", "department": "D", "c": 7, "failed": 2},
            {"id": "R", "department": "E", "c": 9, "failed": 0},
        ],
    )
    assert moved(outcome) == [("department/D", "treasury", "funds", "5.00"), ("department/D", "treasury", "funds", "7.00")]
    claim = outcome.data()["rulings"][0]["claims"][0]
    assert (claim["account"], claim["owner"]) == ("funds", "department/D")
    assert "deduct funds of department/D 2023: 5.00元 [posted]" in outcome.explain("project/P").text()
    assert "project/Q, made/cut: → deduct funds of department/D 2023: 7.00元" in outcome.explain("department/D").text()
    assert "department/D 的 funds" in outcome.explain("project/P").text("zh")


def test_the_opening_amount_is_that_of_the_year_in_which_the_action_takes_effect(tmp_path):
    program = load(tmp_path, policy(LATER, "project"))
    facts = {
        "department": [{"id": "D", "period": 2023, "funds": 100}, {"id": "D", "period": 2025, "funds": 300}],
        "project": [{"id": "P", "department": "D", "failed": 2, "period": 2023}],
    }
    outcome = program.run(program.facts(facts), period=2023)
    assert [(str(e.amount), e.period) for e in outcome.entries] == [("3.00", 2025)]  # 1% of 300, not of 100


def test_claims_of_several_projects_meet_on_the_account_of_their_department(tmp_path):
    """On an account that keeps the greatest, the greatest of all projects of the department is kept."""
    rows = {
        "department": [{"id": "D"}],
        "project": [{"id": i, "department": "D", "c": c, "failed": 2} for i, c in (("P", 5), ("Q", 7), ("R", 7))],
    }
    greatest = run(load(tmp_path, policy(CUT.replace("funds", "best"), "project")), **rows)
    assert list(states(greatest).values()) == ["set-aside", "posted", "set-aside"]
    conflict = run(load(tmp_path, policy(CUT.replace("funds", "own"), "project")), **rows)
    assert set(states(conflict).values()) == {"in-conflict"}
    assert conflict.conflicts[0].subject == "department/D"


def test_where_it_is_not_known_to_whom_a_project_belongs_the_claim_waits(tmp_path):
    outcome = run(load(tmp_path, policy(CUT, "project")), project=[{"id": "P", "c": 5, "failed": 2}])
    assert states(outcome) == {"project/P cut deduct": "waiting"}
    assert [(n.subject, n.about) for n in outcome.missing] == [("project/P", "department")]
    assert "department/?" in outcome.explain("project/P").text()


def test_an_account_two_levels_up(tmp_path):
    program = load(tmp_path, policy(CUT.replace("department.funds", "department.bureau.reserve"), "project"))
    rows = [{"id": "P", "department": "D", "c": 5, "failed": 2}]
    known = run(program, bureau=[{"id": "B"}], department=[{"id": "D", "bureau": "B"}], project=rows)
    assert moved(known) == [("bureau/B", "treasury", "reserve", "5.00")]
    assert set(states(run(program, project=rows)).values()) == {"waiting"}


@pytest.mark.parametrize(
    ("account", "code"), [("bureau.reserve", "PR271"), ("department.fund", "PR217"), ("funds", "PR217")]
)
def test_an_account_that_is_not_there_is_refused_with_what_was_meant(tmp_path, account, code):
    with pytest.raises(perfrules.Refused, match=code) as refused:
        load(tmp_path, policy(CUT.replace("department.funds", account), "project"))
    assert "department" in str(refused.value)


def test_a_gate_in_the_middle_of_three_levels(tmp_path):
    barred = policy(rule("out", "f", "exclude"), name="departments")
    cut = policy(rule("cut", "c > 0", "{cut_current: {from: budget, amount: c}}"), "project", "projects")
    outcome = run(
        load(tmp_path, barred, cut),
        bureau=[{"id": "B"}],
        department=[{"id": "A", "bureau": "B", "f": True}, {"id": "D", "bureau": "B", "f": False}],
        project=[{"id": "P", "department": "A", "c": 1}, {"id": "Q", "department": "D", "c": 1}],
    )
    assert states(outcome) == {"department/A out exclude": "posted", "project/P cut cut_current": "set-aside", "project/Q cut cut_current": "posted"}
