"""Limits on accounts: what is too much is taken off pro rata, to the cent; shares of pools keep below them, too."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import perfrules
from corpus import library_of
from made import FACTS, load, moved, policy, rule, run, states
from perfrules.core.problem import Findings
from perfrules.language.subject import Unknown
from perfrules.pipeline.settlement import compiled
from perfrules.pipeline.sums import Bound

TAKE = rule("a", "a > 0", "{deduct: {from: funds, amount: a}}") + rule("b", "b > 0", "{deduct: {from: funds, amount: b}}")
LIMIT = "limits:\n  - {on: funds, at_most: 30% * funds, because: no more than three tenths}\n"


def test_what_exceeds_a_limit_is_taken_off_pro_rata(tmp_path):
    """200 and 100 were to be deducted, but 30% of 500 is 150: two thirds and one third of it."""
    outcome = run(load(tmp_path, policy(TAKE, tail=LIMIT)), department=[{"id": "D", "a": 200, "b": 100, "funds": 500}])
    assert [e.amount for e in outcome.entries] == [Decimal("100.00"), Decimal("50.00")]
    assert set(states(outcome).values()) == {"capped"}
    text = outcome.explain("department/D").text()
    assert "limit (made): at most 30% * funds = 150.00元 (no more than three tenths)" in text
    assert "all fixed amounts of this side together: 300.00元; by the limits 150.00元, pro rata:" in text
    assert "funds: 15000 steps of 0.01元 × 200.00元 ÷ 300.00元 = 10000 steps\n" in text
    assert "按限额核减" in outcome.explain("department/D").text("zh")


def test_below_the_limit_nothing_happens_and_exactly_at_it_neither(tmp_path):
    outcome = run(load(tmp_path, policy(TAKE, tail=LIMIT)), department=[{"id": "D", "a": 100, "b": 50, "funds": 500}])
    assert [str(e.amount) for e in outcome.entries] == ["100.00", "50.00"]
    assert set(states(outcome).values()) == {"posted"}


def test_takes_and_gives_are_limited_apart(tmp_path):
    give = rule("c", "w > 0", "{reward: {to: funds, amount: 1000元}}")
    outcome = run(
        load(tmp_path, policy(TAKE + give, tail=LIMIT)), department=[{"id": "D", "a": 200, "b": 0, "w": 1, "funds": 500}]
    )
    assert moved(outcome) == [
        ("department/D", "treasury", "funds", "150.00"),
        ("department/D", "funds", "treasury", "150.00"),
    ]


def test_the_tightest_of_several_limits_binds_also_from_another_policy(tmp_path):
    other = "limits:\n  - {on: funds, at_most: b}\n"
    made = [policy(TAKE, tail=LIMIT), policy(rule("x", "no", "suspend"), name="other", tail=other)]
    outcome = run(load(tmp_path, *made), department=[{"id": "D", "a": 200, "b": 120, "funds": 500}])
    assert sum(e.amount for e in outcome.entries) == 120  # b = 120 is less than 30% of 500


def test_the_opening_amount_in_a_limit_is_that_of_the_year_of_the_claims(tmp_path):
    later = rule("a", "a > 0", "{deduct: {from: funds, in_year: +1, amount: a}}")
    program = load(tmp_path, policy(later, tail=LIMIT))
    facts = {"department": [{"id": "D", "a": 200, "funds": 500}, {"id": "D", "period": 2024, "funds": 100}]}
    outcome = program.run(program.facts(facts, period=2023), period=2023)
    assert [(str(e.amount), e.period) for e in outcome.entries] == [("30.00", 2024)]


def test_an_unknown_limit_lets_the_claims_of_that_side_wait_and_says_what_is_missing(tmp_path):
    outcome = run(load(tmp_path, policy(TAKE, tail=LIMIT)), department=[{"id": "D", "a": 1, "b": 1}])
    assert set(states(outcome).values()) == {"waiting"}
    assert {n.about for n in outcome.missing} == {"funds"}


def test_a_claim_that_waits_keeps_others_on_a_limited_account_waiting(tmp_path):
    """Once b is known, a may have to give way: what is posted never changes later."""
    outcome = run(load(tmp_path, policy(TAKE, tail=LIMIT)), department=[{"id": "D", "a": 1, "funds": 500}])
    assert set(states(outcome).values()) == {"waiting"}


def test_a_limit_holds_for_all_projects_of_a_department_together(tmp_path):
    cut = rule("cut", "c > 0", "{deduct: {from: department.funds, amount: c}}")
    head = policy(rule("x", "no", "suspend"), tail=LIMIT)
    projects = [{"id": i, "department": "D", "c": c} for i, c in (("P", 100), ("Q", 100), ("R", 100))]
    program = load(tmp_path, head, policy(cut, "project", "cuts"))
    outcome = run(program, department=[{"id": "D", "funds": 500}], project=projects)
    assert [str(e.amount) for e in outcome.entries] == ["50.00", "50.00", "50.00"]
    odd = run(program, department=[{"id": "D", "funds": Decimal("0.14")}], project=projects)
    assert [str(e.amount) for e in odd.entries] == ["0.02", "0.01", "0.01"]  # 4 cents; equal remainders go by id


def test_the_least_is_what_is_taken_once_anything_is(tmp_path):
    tail = "limits:\n  - {on: funds, at_least: 1% * funds}\n"
    program = load(tmp_path, policy(TAKE, tail=tail))
    outcome = run(program, department=[{"id": "D", "a": 1, "b": 3, "funds": 1000}])
    assert [str(e.amount) for e in outcome.entries] == ["2.50", "7.50"]
    assert "at least 1% * funds = 10.00元" in outcome.explain("department/D").text()
    assert not run(program, department=[{"id": "D", "a": 0, "b": 0, "funds": 1000}]).entries


@pytest.mark.parametrize(
    ("limits", "row", "code"),
    [
        ("at_most: b, at_least: 20元", {"a": 5, "b": 10}, "PR712"),
        ("at_most: b - a", {"a": 5, "b": 2}, "PR711"),
    ],
)
def test_limits_without_sense_stop_the_run_and_name_the_subject(tmp_path, limits, row, code):
    program = load(tmp_path, policy(TAKE, tail=f"limits:\n  - {{on: funds, {limits}}}\n"))
    with pytest.raises(perfrules.Refused, match=code) as refused:
        run(program, department=[{"id": "D", "b": 0, **row}])
    assert "department/D" in str(refused.value)
    assert not run(program, department=[{"id": "D", "a": 0, "b": 0}]).entries  # nothing falls on the account


def test_constant_limits_without_sense_are_refused_beforehand(tmp_path):
    with pytest.raises(perfrules.Refused, match="PR290"):
        load(tmp_path, policy(TAKE, tail="limits:\n  - {on: funds, at_most: 10元, at_least: 20元}\n"))


def test_a_limit_in_whole_yuan_leaves_whole_yuan(tmp_path):
    """Caps are rounded down to the policy's step, and shared in it: 30% of 5.00 is 1.50, of which 1 is taken."""
    outcome = run(
        load(tmp_path, policy(TAKE, tail="rounded: 1元\n" + LIMIT)), department=[{"id": "D", "a": 2, "b": 1, "funds": 5}]
    )
    assert [(c.rule, str(e.amount)) for e, c in zip(outcome.entries, outcome.rulings, strict=False)] == [("made/a", "1.00")]
    assert set(states(outcome).values()) == {"capped"}
    explained = outcome.explain("department/D")
    assert "at most 30% * funds = 1.50元, in whole steps of 1.00元: 1.00元 (no more" in explained.text()
    assert "不超过 30% * funds = 1.50元，按 1.00元 取整为 1.00元（no more" in explained.text("zh")


def test_a_least_in_whole_yuan_is_rounded_up(tmp_path):
    tail = "rounded: 1元\nlimits:\n  - {on: funds, at_least: 30% * funds}\n"
    outcome = run(load(tmp_path, policy(TAKE, tail=tail)), department=[{"id": "D", "a": 1, "b": 0, "funds": 5}])
    assert [str(e.amount) for e in outcome.entries] == ["2.00"]
    assert "at least 30% * funds = 1.50元, in whole steps of 1.00元: 2.00元" in outcome.explain("department/D").text()


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=6), st.integers(0, 10**7))
def test_what_stands_is_exactly_the_cap_and_nobody_loses_more_than_a_cent_of_his_share(tmp_path_factory, amounts, cap):
    folder = tmp_path_factory.mktemp("limit")
    cut = rule("cut", "c > 0", "{deduct: {from: department.funds, amount: c}}")
    head = policy(rule("x", "no", "suspend"), tail="limits:\n  - {on: funds, at_most: a}\n")
    program = load(folder, head, policy(cut, "project", "cuts"))
    cents = [Decimal(a).scaleb(-2) for a in amounts]
    projects = [{"id": f"P{n}", "department": "D", "c": c} for n, c in enumerate(cents)]
    outcome = run(program, department=[{"id": "D", "a": Decimal(cap).scaleb(-2)}], project=projects)
    claims = {c.id: c.amount for r in outcome.rulings for c in r.claims}
    total = sum(amounts)
    event(f"capped: {total > cap}")
    assert sum(claims.values()) == min(total, cap)
    for n, amount in enumerate(amounts):
        got = claims.get(f"P{n}", 0)
        assert got <= amount
        if total > cap:
            assert abs(got * total - cap * amount) < total


# shares of pools

POOL = (
    rule("pay", "a > 0", "{deduct: {from: own, amount: a, into: pot}}")
    + rule("get", "w > 0", "{reward: {to: funds, out_of: pot, by: w}}")
    + "limits:\n  - {on: funds, at_most: b}\n"
)
ROWS = [
    {"id": "P", "a": 100, "w": 0, "b": 0},
    {"id": "A", "a": 0, "w": 1, "b": 10},
    {"id": "B", "a": 0, "w": 1, "b": 30},
    {"id": "C", "a": 0, "w": 2, "b": 900},
]


def test_a_share_above_the_limit_of_its_account_goes_to_what_is_left_over(tmp_path):
    outcome = run(load(tmp_path, policy(POOL + "pools: {pot: {leftover: carried-over}}\n")), department=ROWS)
    got = {e.subject: str(e.amount) for e in outcome.entries if e.debit in ("funds", "carried-over")}
    assert got == {"department/A": "10.00", "department/B": "25.00", "department/C": "50.00", "": "15.00"}
    assert states(outcome)["department/A get reward"] == "capped"
    text = outcome.explain("department/A").text()
    assert "the limits of the account leave room for 10.00元; of this share it takes 10.00元" in text


@pytest.mark.parametrize(("room", "accepted", "left"), [(0, None, "25.00"), (Decimal("0.01"), "0.01", "24.99")])
def test_a_cent_of_room_changes_a_cent(tmp_path, room, accepted, left):
    """A full account's share is left over like the rest of an almost full one's; the others get what they get."""
    rows = [dict(row, b=room if row["id"] == "A" else row["b"]) for row in ROWS]
    outcome = run(load(tmp_path, policy(POOL + "pools: {pot: {leftover: carried-over}}\n")), department=rows)
    got = {e.subject: str(e.amount) for e in outcome.entries if e.debit in ("funds", "carried-over")}
    expected = {"department/A": accepted, "department/B": "25.00", "department/C": "50.00", "": left}
    assert got == {k: v for k, v in expected.items() if v is not None}
    assert states(outcome)["department/A get reward"] == "capped"


def test_with_again_the_excess_is_shared_once_more_until_nothing_moves(tmp_path):
    """A is full at 10. Its 15 go to B and C as 1 : 2, B has room for 5 of 5; nothing is left."""
    outcome = run(load(tmp_path, policy(POOL + "pools: {pot: {leftover: carried-over, again: yes}}\n")), department=ROWS)
    got = {e.subject: str(e.amount) for e in outcome.entries if e.debit in ("funds", "carried-over")}
    assert got == {"department/A": "10.00", "department/B": "30.00", "department/C": "60.00"}
    assert outcome.explain("department/B").text().count("steps of 0.01元") == 2
    full = [dict(row, b=min(row["b"], 20)) for row in ROWS]
    left = run(load(tmp_path, policy(POOL + "pools: {pot: {leftover: carried-over, again: yes}}\n")), department=full)
    assert [str(p.leftover) for p in left.pools] == ["50.00"]


def test_what_still_moves_after_eight_rounds_is_refused(tmp_path):
    program = load(tmp_path, policy(POOL + "pools: {pot: {leftover: carried-over, again: yes}}\n"))
    level, before, caps = 10**10, 0, []  # in cents: in every round just one more account is full
    for others in range(10, 0, -1):
        caps.append(before + (level - before) // 100)
        level, before = level + (level - caps[-1]) // others, level
    rows = [{"id": "P", "a": 11 * 10**8, "w": 0, "b": 0}, {"id": "R", "a": 0, "w": 1, "b": 10**10}]
    rows += [{"id": f"R{n}", "a": 0, "w": 1, "b": Decimal(c).scaleb(-2)} for n, c in enumerate(caps)]
    with pytest.raises(perfrules.Refused, match="PR713"):
        run(program, department=rows)


def test_shares_of_two_pools_on_one_limited_account_are_refused(tmp_path):
    rules = rule("one", "w > 0", "{reward: {to: funds, out_of: pot, by: w}}") + rule(
        "two", "w > 0", "{reward: {to: funds, out_of: pan, by: w}}"
    )
    tail = "limits:\n  - {on: funds, at_most: b}\npools: {pot: {leftover: carried-over}, pan: {leftover: carried-over}}\n"
    with pytest.raises(perfrules.Refused, match="PR714") as refused:
        run(load(tmp_path, policy(rules, tail=tail)), department=[{"id": "D", "w": 1, "b": 1}])
    assert "department/D" in str(refused.value)


def test_a_share_cannot_be_raised_to_a_least(tmp_path):
    with pytest.raises(perfrules.Refused, match="PR277"):
        load(tmp_path, policy(POOL.replace("at_most", "at_least") + "pools: {pot: {leftover: carried-over}}\n"))


def test_nothing_is_compiled_where_a_problem_is_found_late():
    text, findings = POOL.replace("at_most", "at_least") + "pools: {pot: {leftover: carried-over}}\n", Findings()
    library = library_of([policy(text)], FACTS)
    assert library is not None
    assert compiled(library.policies, date(2023, 1, 1), findings) is None
    assert [p.code for p in findings.errors] == ["PR277"]


def test_a_limit_on_an_account_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(perfrules.Refused, match="PR217"):
        load(tmp_path, policy(TAKE, tail="limits:\n  - {on: fonds, at_most: 1元}\n"))
    assert "accounts" in FACTS


FROM_ABOVE = rule("below", "c > 0", "{deduct: {from: department.funds, amount: c}}")
PROJECTS = [{"id": "P", "department": "D", "c": 100}, {"id": "Q", "department": "D", "c": 200}]


def test_what_projects_take_from_their_department_is_limited_by_its_own_facts(tmp_path):
    tail = "limits:\n  - {on: department.funds, at_most: 30% * department.funds, because: rule 9}\n"
    program = load(tmp_path, policy(FROM_ABOVE, subject="project", tail=tail))
    outcome = run(program, department=[{"id": "D", "funds": 500}], project=PROJECTS)
    assert [str(e.amount) for e in outcome.entries] == ["50.00", "100.00"]  # 150 of 300, pro rata
    assert set(states(outcome).values()) == {"capped"}


def test_an_invariant_from_below_is_about_the_department(tmp_path):
    tail = "must:\n  - {that: closing(department.funds) >= department.a, because: rule 9}\n"
    program = load(tmp_path, policy(FROM_ABOVE, subject="project", tail=tail))
    good = run(program, department=[{"id": "D", "a": 200, "funds": 500}], project=PROJECTS)
    assert sum(e.amount for e in good.entries) == 300
    with pytest.raises(perfrules.Refused) as refused:
        run(program, department=[{"id": "D", "a": "200.01", "funds": 500}], project=PROJECTS)
    assert [p.code for p in refused.value.problems] == ["PR716"]


@pytest.mark.parametrize(("tail", "code"), [
    ("limits:\n  - {on: bureu.funds, at_most: 1元}\n", "PR438"),
    ("limits:\n  - {on: bureau.department.funds, at_most: 1元}\n", "PR438"),
    ("limits:\n  - {on: department.fund, at_most: 1元}\n", "PR217"),
    ("limits:\n  - {on: department.funds, at_most: c}\n", "PR401"),
    ("must:\n  - {that: closing(department.funds) + closing(budget) >= 0, because: x}\n", "PR278"),
    ("must:\n  - {that: closing(bureu.reserve) >= 0, because: x}\n", "PR438"),
])  # fmt: skip
def test_a_limit_from_below_that_is_wrong_says_so(tmp_path, tail, code):
    with pytest.raises(perfrules.Refused) as refused:
        load(tmp_path, policy(FROM_ABOVE, subject="project", tail=tail))
    assert [p.code for p in refused.value.problems] == [code]


@pytest.mark.parametrize(("word", "value", "counts"), [
    ("at_most", Fraction(10, 3), Fraction(333, 100)), ("at_least", Fraction(10, 3), Fraction(334, 100)), ("at_most", Unknown(frozenset()), None),
])  # fmt: skip
def test_of_a_limit_whole_steps_count_and_nothing_where_it_is_unknown(word, value, counts):
    assert Bound("caps", word, "third", value, Fraction(1, 100), "by the text").counts == counts
