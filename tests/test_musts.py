"""What must hold of the money: a run in which it does not is refused, with the subject and the words."""

from __future__ import annotations

import pytest

import perfrules
from made import load, moved, policy, rule, run

TAKE = rule("take", "a > 0", "{deduct: {from: funds, amount: a}}")
GIVE = rule("give", "b > 0", "{reward: {to: funds, amount: b}}")
MUST = "must:\n  - {that: closing(funds) >= 0, because: no account is overdrawn}\n"


def test_an_account_that_is_not_overdrawn_is_settled(tmp_path):
    program = load(tmp_path, policy(TAKE + GIVE, tail=MUST))
    outcome = run(program, department=[{"id": "D", "a": 105, "b": 5, "funds": 100}])
    assert len(moved(outcome)) == 2  # 100 + 5 - 105 = 0


def test_a_violated_invariant_stops_the_settlement_and_names_the_subject(tmp_path):
    program = load(tmp_path, policy(TAKE + GIVE, tail=MUST))
    rows = [{"id": "C", "a": 1, "b": 0, "funds": 100}, {"id": "D", "a": 106, "b": 5, "funds": 100}]
    with pytest.raises(perfrules.Refused) as refused:
        run(program, department=rows)
    (problem,) = refused.value.problems
    assert problem.code == "PR716"
    assert "violated for `department/D`: made: closing(funds) >= 0 (no account is overdrawn)" in problem.message
    assert problem.place.endswith("policy0.yaml:14:12")
    assert "必须满足的条件" in problem.said("zh")


def test_an_unknown_invariant_stops_the_settlement_too(tmp_path):
    program = load(tmp_path, policy(TAKE + GIVE, tail=MUST))
    with pytest.raises(perfrules.Refused, match="PR717"):
        run(program, department=[{"id": "D", "a": 1, "b": 0}])
    assert not run(program, department=[{"id": "D", "a": 0, "b": 0}]).entries  # no money moves: nothing to ask


def test_the_year_is_that_in_which_the_claims_fall(tmp_path):
    later = rule("take", "a > 0", "{deduct: {from: funds, in_year: +2, amount: a}}")
    program = load(tmp_path, policy(later, tail=MUST))
    for funds, refused in ((10, False), (9, True)):
        facts = {"department": [{"id": "D", "a": 10, "funds": 0}, {"id": "D", "period": 2025, "funds": funds}]}
        given = program.facts(facts, period=2023)
        if refused:
            with pytest.raises(perfrules.Refused, match="PR716"):
                program.run(given, period=2023)
        else:
            assert program.run(given, period=2023).entries


def test_names_of_accounts_mean_the_opening_amounts_of_that_year(tmp_path):
    """At least half of what was there is left."""
    later = rule("take", "a > 0", "{deduct: {from: funds, in_year: +1, amount: a}}")
    tail = "must:\n  - {that: closing(funds) >= 50% * funds, because: half}\n"
    program = load(tmp_path, policy(later, tail=tail))
    facts = {"department": [{"id": "D", "a": 50, "funds": 1}, {"id": "D", "period": 2024, "funds": 100}]}
    assert program.run(program.facts(facts, period=2023), period=2023).entries


def test_claims_of_projects_on_their_department_count(tmp_path):
    cut = rule("cut", "c > 0", "{deduct: {from: department.funds, amount: c}}")
    program = load(tmp_path, policy(cut, "project", "cuts"), policy(rule("x", "no", "suspend"), tail=MUST))
    rows = [{"id": i, "department": "D", "c": 60} for i in ("P", "Q")]
    with pytest.raises(perfrules.Refused, match="department/D"):
        run(program, department=[{"id": "D", "funds": 100}], project=rows)


def test_one_subject_alone_is_decided_without_asking_for_the_whole(tmp_path):
    program = load(tmp_path, policy(TAKE + GIVE, tail=MUST))
    decision = program.decide("department", {"a": 7, "b": 0, "funds": 5})
    assert [str(f.amount) for f in decision.fired] == ["7.00"]


@pytest.mark.parametrize(
    ("that", "code"),
    [
        ("funds >= 0", "PR279"),
        ("closing(a) >= 0", "PR217"),
        ("closing(funds + 1元) >= 0", "PR278"),
        ("closing(funds) + 1", "PR405"),
        ("closing(funds)", "PR406"),
        ("prior(closing(funds)) >= 0", "PR291"),
        ("average(closing(funds) over years) >= 0", "PR291"),
    ],
)
def test_what_an_invariant_cannot_say_is_refused(tmp_path, that, code):
    with pytest.raises(perfrules.Refused, match=code):
        load(tmp_path, policy(TAKE, tail=f"must:\n  - {{that: '{that}', because: x}}\n"))


def test_an_invariant_may_be_over_all_departments(tmp_path):
    rows = [{"id": "A", "a": 5, "b": 0, "funds": 50}, {"id": "B", "a": 0, "b": 0, "funds": 40}]
    for total, refused in ((85, False), (86, True)):
        tail = f"must:\n  - {{that: sum(closing(funds) over departments) = {total}元, because: x}}\n"
        program = load(tmp_path, policy(TAKE + GIVE, tail=tail))
        if refused:
            with pytest.raises(perfrules.Refused, match="PR716"):
                run(program, department=rows)
        else:
            assert run(program, department=rows).entries


def test_closing_is_read_only_there(tmp_path):
    with pytest.raises(perfrules.Refused, match="PR289"):
        load(tmp_path, policy(rule("take", "closing(funds) > 0", "suspend")))


def test_where_no_money_moves_nothing_is_asked(tmp_path):
    """An account that was overdrawn before is not the settlement's doing."""
    program = load(tmp_path, policy(TAKE + GIVE, tail=MUST))
    assert not run(program, department=[{"id": "D", "a": 0, "b": 0, "funds": -5}]).entries


def test_several_invariants_of_one_account_all_hold(tmp_path):
    both = MUST + "  - {that: closing(funds) <= 100元, because: nothing is hoarded}\n"
    program = load(tmp_path, policy(TAKE, tail=both))
    assert [(i.must.because, i.offset) for i in program.compiled.invariants] == [("nothing is hoarded", 0), ("no account is overdrawn", 0)]
    for take, because in ((49, "hoarded"), (50, ""), (150, ""), (151, "overdrawn")):
        rows = [{"id": "D", "a": take, "funds": 150}]
        if because:
            with pytest.raises(perfrules.Refused, match=because):
                run(program, department=rows)
        else:
            assert run(program, department=rows).entries


def test_an_invariant_that_no_engine_computes_exactly_is_refused_at_its_place(tmp_path):
    """What is required is measured like what is computed, also where it is no column."""
    with pytest.raises(perfrules.Refused) as refused:
        load(tmp_path, policy(TAKE, tail="must:\n  - {that: closing(funds) * w * w * w * w >= 1元, because: x}\n"))
    assert [(p.code, p.span.line) for p in refused.value.problems] == [("PR415", 10)]
    wide = load(tmp_path, policy(TAKE, tail="must:\n  - {that: closing(funds) * w * w >= 1元, because: x}\n"))
    assert wide.plan_size()[2] == 128
