"""What people decide: approvals, amounts within bounds, and what is refused."""

from __future__ import annotations

import pytest

import perfrules
from made import load, moved, policy, rule, run, states
from perfrules.language.plan import Derive

CUT = rule("cut", "c > 0", "{cut_current: {from: budget, amount: c}}")
APPROVALS = "approvals:\n  - {of: [cut_current], when: key, by: 人大常委会, because: 预算法第67条}\n"
SUGGEST = rule("suggest", "c > 0", "{recommend: {action: cut_next, from: plan, at_least: 30% * c, at_most: d}}")
PROJECTS = [
    {"id": "P", "department": "D", "c": 100, "d": 80, "key": True},
    {"id": "Q", "department": "D", "c": 50, "d": 40, "key": False},
]


def decided(*lines: str, on: str = "2022-12-01") -> str:
    rows = "".join(f"  - {{{line}, because: because so}}\n" for line in lines)
    return f"decisions: session\nby: the bureau\non: {on}\ndecided:\n{rows}"


def approve(subject: str, yes: str = "yes", more: str = "") -> str:
    return f"subject: project/{subject}, period: 2023, rule: made/cut, approve: {yes}{more}"


def amount(subject: str, money: str) -> str:
    return f"subject: project/{subject}, period: 2023, rule: made/suggest, amount: {money}"


# approvals


def test_a_claim_that_needs_approval_waits_for_it(tmp_path):
    outcome = run(load(tmp_path, policy(CUT, "project", tail=APPROVALS)), project=PROJECTS)
    assert states(outcome) == {"project/P cut cut_current": "awaiting-approval", "project/Q cut cut_current": "posted"}
    assert moved(outcome) == [("project/Q", "treasury", "budget", "50.00")]
    assert "awaits approval by 人大常委会: 预算法第67条" in outcome.explain("project/P").text()
    assert "awaiting approval" in outcome.text()
    assert "待批准" in outcome.text("zh")


def test_an_approved_claim_is_posted_and_a_refused_one_set_aside_with_the_words_of_the_decision(tmp_path):
    program = load(tmp_path, policy(CUT, "project", tail=APPROVALS), decisions=decided(approve("P")))
    outcome = run(program, project=PROJECTS)
    assert set(states(outcome).values()) == {"posted"}
    claim = outcome.data()["rulings"][0]["claims"][0]
    assert claim["decision"] == {"by": "the bureau", "on": "2022-12-01", "because": "because so"}
    refused = load(tmp_path, policy(CUT, "project", tail=APPROVALS), decisions=decided(approve("P", "no")))
    outcome = run(refused, project=PROJECTS)
    assert states(outcome)["project/P cut cut_current"] == "set-aside"
    assert "refused by the bureau on 2022-12-01: because so" in outcome.explain("project/P").text()


def test_where_it_is_not_known_whether_approval_is_needed_the_claim_waits_and_says_for_what(tmp_path):
    program = load(tmp_path, policy(CUT, "project", tail=APPROVALS))
    outcome = run(program, project=[{"id": "P", "department": "D", "c": 1}])
    assert set(states(outcome).values()) == {"waiting"}
    assert {n.about for n in outcome.missing} == {"key"}


def test_a_pool_waits_for_a_member_that_is_not_approved(tmp_path):
    rules = rule("cut", "c > 0", "{cut_current: {from: budget, amount: c, into: pot}}")
    rules += rule("get", "w > 0", "{award: {to: plan, out_of: pot, by: w}}")
    program = load(tmp_path, policy(rules, "project", tail=APPROVALS + "pools: {pot: {leftover: carried-over}}\n"))
    outcome = run(program, project=[dict(p, w=1) for p in PROJECTS])
    assert not outcome.entries
    assert outcome.pools[0].waiting_for == ("project/P made/cut",)


def test_an_exclusion_that_is_not_made_bars_nothing_whether_or_not_it_would_be_approved(tmp_path):
    rules = rule("out", "failed > 1", "exclude") + CUT
    tail = "approvals:\n  - {of: [exclude], when: key, by: the mayor, because: so}\n"
    rows = [{"id": i, "department": "D", "c": 1, "failed": 0, "key": key} for i, key in (("P", True), ("Q", False), ("R", None))]
    outcome = run(load(tmp_path, policy(rules, "project", tail=tail)), project=rows)
    assert states(outcome) == {f"project/{i} cut cut_current": "posted" for i in "PQR"}


def test_an_exclusion_that_is_not_approved_lets_what_it_would_bar_wait(tmp_path):
    rules = rule("out", "failed > 1", "exclude") + CUT
    tail = "approvals:\n  - {of: [exclude], by: the mayor, because: so}\n"
    project = [{"id": "P", "department": "D", "c": 1, "failed": 2}]
    waiting = run(load(tmp_path, policy(rules, "project", tail=tail)), project=project)
    assert states(waiting) == {"project/P cut cut_current": "waiting", "project/P out exclude": "awaiting-approval"}
    for answer, state in (("yes", "set-aside"), ("no", "posted")):
        out = f"subject: project/P, period: 2023, rule: made/out, approve: {answer}"
        outcome = run(load(tmp_path, policy(rules, "project", tail=tail), decisions=decided(out)), project=project)
        assert states(outcome)["project/P cut cut_current"] == state


def test_the_rails_of_a_claim_are_columns_with_its_name(tmp_path):
    """The names are part of the program's digest, and what `perfrules compile` shows."""
    rules = CUT + rule("out", "failed > 1", "exclude", "    over: cut\n")
    tail = "approvals:\n  - {of: [exclude], when: key, by: the mayor, because: so}\n"
    out = "subject: project/P, period: 2023, rule: made/out, approve: yes"
    program = load(tmp_path, policy(rules, "project", tail=tail), decisions=decided(out))
    rails = {step.column for step in program.compiled.plan.steps if isinstance(step, Derive) and "#" in step.column}
    assert rails == {
        "made/cut cut_current #0 made", "made/cut cut_current #0 prevented", "made/cut cut_current #0 state",
        "made/out exclude #1 in force", "made/out exclude #1 not in force", "made/out exclude #1 state",
    }  # fmt: skip


def test_an_approval_that_no_engine_computes_exactly_is_refused_at_its_place(tmp_path):
    wide = APPROVALS.replace("when: key", "when: failed * failed * failed * failed * failed > 3")
    with pytest.raises(perfrules.Refused) as refused:
        load(tmp_path, policy(CUT, "project", tail=wide))
    assert [(p.code, p.span.line) for p in refused.value.problems] == [("PR415", 10)]


def test_an_approval_of_another_policy_counts(tmp_path):
    national = policy(rule("x", "no", "suspend"), "project", "national", APPROVALS)
    outcome = run(load(tmp_path, policy(CUT, "project"), national), project=PROJECTS)
    assert states(outcome)["project/P cut cut_current"] == "awaiting-approval"


LIMITED = policy(rule("x", "no", "suspend"), "project", "national", "names: {doubt: failed > 0}\n" + APPROVALS.replace("key", "doubt"))


def test_what_is_not_known_of_an_approval_is_said_in_the_words_of_its_own_policy(tmp_path):
    outcome = run(load(tmp_path, policy(CUT, "project"), LIMITED), project=[{"id": "P", "department": "D", "c": 1}])
    [cut] = [r for r in outcome.rulings if r.rule == "made/cut"]
    assert [need.about for need in cut.needs] == ["failed"]
    named = policy(CUT, "project", tail="names: {doubt: d > 0}\n")  # another thing, by the same name
    outcome = run(load(tmp_path, named, LIMITED), project=[{"id": "P", "department": "D", "c": 1}])
    assert [need.about for r in outcome.rulings for need in r.needs if r.rule == "made/cut"] == ["failed"]


def test_where_it_is_not_known_whether_an_approval_is_for_the_subject_that_is_said(tmp_path):
    scoped = LIMITED.replace("subject: project\n", "subject: project\nscope: w > 1\n")
    rows = [
        {"id": "P", "department": "D", "c": 1, "failed": 1},
        {"id": "Q", "department": "D", "c": 1, "w": 1},
        {"id": "R", "department": "D", "c": 1, "w": 2, "failed": 1},
    ]
    outcome = run(load(tmp_path, policy(CUT, "project"), scoped), project=rows)
    cuts = {r.subject: r for r in outcome.rulings if r.rule == "made/cut"}
    assert [(r.claims[0].state, [need.about for need in r.needs]) for r in cuts.values()] == [
        ("waiting", ["w"]), ("posted", []), ("awaiting-approval", []),
    ]  # fmt: skip


def test_only_those_are_awaited_whose_approval_is_needed(tmp_path):
    tail = APPROVALS + "  - {of: [cut_current], when: failed > 0, by: the mayor, because: so}\n"
    rows = [{"id": "P", "department": "D", "c": 1, "key": True}]
    text = run(load(tmp_path, policy(CUT, "project", tail=tail)), project=rows).explain("project/P").text()
    assert "awaits approval by 人大常委会: 预算法第67条" in text
    assert "the mayor" not in text  # it is not known whether anything failed


# recommendations


def test_a_recommendation_makes_no_claim_and_is_listed_with_its_bounds(tmp_path):
    outcome = run(load(tmp_path, policy(SUGGEST, "project")), project=PROJECTS)
    assert not states(outcome)
    assert not outcome.entries
    assert outcome.data()["recommendations"][0] == {
        "subject": "project/P", "rule": "made/suggest", "action": "cut_next", "account": "plan", "period": 2023,
        "at_least": "30.00", "at_most": "80.00",
    }  # fmt: skip
    line = "project/P, made/suggest: cut next year's budget plan 2023, from 30.00元 up to 80.00元"
    assert line in outcome.text()
    assert line in outcome.explain("project/P").text()
    assert "建议（待决定）" in outcome.text("zh")


@pytest.mark.parametrize("key", ["yes", None])
def test_why_something_is_not_recommended_is_said(tmp_path, key):
    """A rule that bars it holds, or it is not known whether it does: nothing was listed, and nothing said."""
    program = load(tmp_path, policy(SUGGEST + rule("out", "key", "exclude"), "project"))
    outcome = run(program, project=[{"id": "P", "c": 5, "d": 9, "key": key}])
    assert not outcome.recommendations
    text = outcome.explain("project/P").text()
    assert "→ cut next year's budget: not recommended while a rule that bars it or goes over this one holds, or is undecided" in text
    assert "不作建议" in outcome.explain("project/P").text("zh")
    assert "not recommended" not in run(program, project=[{"id": "P", "c": 5, "d": 9, "key": "no"}]).explain("project/P").text()


def test_an_amount_within_the_bounds_makes_it_a_claim(tmp_path):
    program = load(tmp_path, policy(SUGGEST, "project"), decisions=decided(amount("P", "30元"), amount("Q", "40元")))
    outcome = run(program, project=PROJECTS)
    assert moved(outcome) == [
        ("project/P", "treasury", "plan", "30.00"),
        ("project/Q", "treasury", "plan", "40.00"),
    ]
    assert not outcome.recommendations
    assert "decided by the bureau on 2022-12-01: because so" in outcome.explain("project/P").text()


@pytest.mark.parametrize("money", ["29.99元", "80.01元"])
def test_an_amount_outside_the_bounds_is_refused_with_decision_bounds_and_place(tmp_path, money):
    program = load(tmp_path, policy(SUGGEST, "project"), decisions=decided(amount("P", money)))
    with pytest.raises(perfrules.Refused) as refused:
        run(program, project=PROJECTS)
    (problem,) = refused.value.problems
    assert problem.code == "PR718"
    assert problem.place.endswith("decisions.yaml:5:15")
    assert f"cut next year's budget, {money}, at least 30.00元, at most 80.00元" in problem.message


def test_a_recommendation_can_be_declined(tmp_path):
    said = "subject: project/P, period: 2023, rule: made/suggest, approve: no"
    outcome = run(load(tmp_path, policy(SUGGEST, "project"), decisions=decided(said)), project=PROJECTS[:1])
    assert set(states(outcome).values()) == {"set-aside"}
    assert not outcome.recommendations


def test_unknown_bounds_let_a_decided_amount_wait(tmp_path):
    program = load(tmp_path, policy(SUGGEST, "project"), decisions=decided(amount("P", "30元")))
    outcome = run(program, project=[{"id": "P", "department": "D", "c": 100}])
    assert set(states(outcome).values()) == {"waiting"}
    assert {n.about for n in outcome.missing} == {"d"}


def test_a_recommended_and_decided_amount_may_still_need_approval(tmp_path):
    tail = "approvals:\n  - {of: [cut_next], by: congress, because: so}\n"
    said = amount("P", "30元")
    for more, state in (("", "awaiting-approval"), (", approve: yes", "posted")):
        program = load(tmp_path, policy(SUGGEST, "project", tail=tail), decisions=decided(said + more))
        assert states(run(program, project=PROJECTS[:1])) == {"project/P suggest cut_next": state}


# what is refused


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([approve("P"), approve("P", "no")], "PR285"),
        ([approve("P").replace("made/cut", "made/cuts")], "PR282"),
        ([approve("P").replace("project/", "department/")], "PR288"),
        ([approve("P", more=", amount: 5元")], "PR286"),
        ([approve("P").replace(", approve: yes", "")], "PR287"),
        ([amount("P", "5元").replace(", amount: 5元", "")], "PR287"),
        ([amount("P", "5")], "PR280"),
        ([amount("P", "0.001元")], "PR280"),
        ([approve("P", "maybe")], "PR208"),
        ([approve("P", more=", action: cut_next")], "PR283"),
        ([approve("P", more=", actoin: cut_current")], "PR202"),
    ],
)
def test_decisions_that_cannot_be_meant_are_refused_with_their_place(tmp_path, lines, code):
    with pytest.raises(perfrules.Refused, match=code) as refused:
        load(tmp_path, policy(CUT + SUGGEST, "project", tail=APPROVALS), decisions=decided(*lines))
    assert all(p.place for p in refused.value.problems)


def test_of_several_claims_that_wait_the_decision_says_which(tmp_path):
    two = "[{recommend: {action: cut_next, from: plan, at_most: c}}, {recommend: {action: award, to: plan, at_most: c}}]"
    rules = policy(rule("suggest", "c > 0", two), "project")
    with pytest.raises(perfrules.Refused, match="PR284"):
        load(tmp_path, rules, decisions=decided(amount("P", "1元")))
    said = decided(amount("P", "1元, action: cut_next"), amount("P", "2元, action: award"))
    outcome = run(load(tmp_path, rules, decisions=said), project=PROJECTS[:1])
    assert [(e.debit, str(e.amount)) for e in outcome.entries] == [("plan", "2.00"), ("treasury", "1.00")]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("from: plan, at_most: c", "PR233"),
        ("action: cut_next, from: plan", "PR233"),
        ("action: suspend, at_most: c", "PR208"),
        ("action: cut_next, from: plan, at_most: c, amount: c", "PR216"),
        ("action: cut_next, from: plan, at_most: failed", "PR418"),
        ("action: cut_next, at_most: c", "PR233"),
    ],
)
def test_a_recommendation_that_cannot_be_meant_is_refused(tmp_path, said, code):
    with pytest.raises(perfrules.Refused, match=code):
        load(tmp_path, policy(rule("suggest", "c > 0", f"{{recommend: {{{said}}}}}"), "project"))


def test_decisions_about_what_is_not_there_stop_the_run(tmp_path):
    missing = load(tmp_path, policy(CUT, "project", tail=APPROVALS), decisions=decided(approve("X")))
    with pytest.raises(perfrules.Refused, match="PR720"):
        run(missing, project=PROJECTS)
    for subject in ("Q", "R"):  # Q needs no approval, R is not cut at all
        idle = load(tmp_path, policy(CUT, "project", tail=APPROVALS), decisions=decided(approve(subject)))
        with pytest.raises(perfrules.Refused, match="PR719") as refused:
            run(idle, project=[*PROJECTS, {"id": "R", "department": "D", "c": 0, "key": True}])
        assert f"project/{subject}" in str(refused.value)


def test_a_decision_of_a_later_day_is_left_out_and_that_is_said(tmp_path):
    program = load(tmp_path, policy(CUT, "project", tail=APPROVALS), decisions=decided(approve("P"), on="2024-01-01"))
    assert [p.code for p in program.problems] == ["PR281"]
    assert states(run(program, project=PROJECTS))["project/P cut cut_current"] == "awaiting-approval"


def test_decisions_are_part_of_what_identifies_a_program(tmp_path):
    without = load(tmp_path, policy(CUT, "project", tail=APPROVALS))
    digests = {without.digest}
    for answer in ("yes", "no"):
        digests.add(load(tmp_path, policy(CUT, "project", tail=APPROVALS), decisions=decided(approve("P", answer))).digest)
    assert len(digests) == 3


def test_decisions_in_chinese(tmp_path):
    text = (
        "决定: 常委会会议\n决定人: 人大常委会\n日期: 2022-12-01\n决定事项:\n"
        "  - {对象: project/P, 年度: 2023, 规则名: made/cut, 批准: 是, 依据: 同意}\n"
    )
    outcome = run(load(tmp_path, policy(CUT, "project", tail=APPROVALS), decisions=text), project=PROJECTS)
    assert "人大常委会 于 2022-12-01 批准：同意" in outcome.explain("project/P").text("zh")


def test_check_says_what_is_wrong_in_decisions(tmp_path):
    load(tmp_path, policy(CUT, "project", tail=APPROVALS))
    (tmp_path / "decisions.yaml").write_text(decided(approve("P").replace("made/", "mad/")), encoding="utf-8")
    assert [p.code for p in perfrules.check(tmp_path)] == ["PR282"]
