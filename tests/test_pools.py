"""Pools: what they have of their own, draws and what covers them, parts, members that are left out; no cent lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import perfrules
from made import load, moved, policy, rule, run, states

PAY = rule("pay", "a > 0", "{deduct: {from: own, amount: a, into: pot}}")
GET = rule("get", "w > 0", "{reward: {to: funds, out_of: pot, by: w}}")
DRAW = rule("draw", "b > 0", "{reward: {to: best, out_of: pot, amount: b}}")


def pool(said: str) -> str:
    return f"pools:\n  pot: {{leftover: carried-over{', ' * bool(said)}{said}}}\n"


def balance(outcome: perfrules.Outcome) -> list[list[str]]:
    """Of each pool: part, base, taken, shortfall, given, left over."""
    return [
        [str(v) for v in (p.part, p.base, p.taken, p.shortfall, p.given, p.leftover)] for p in outcome.pools if p.settled
    ]


def test_a_base_is_shared_with_what_was_taken(tmp_path):
    outcome = run(
        load(tmp_path, policy(PAY + GET, tail=pool("base: 100元"))),
        department=[{"id": "A", "a": 50, "w": 0}, {"id": "B", "a": 0, "w": 1}, {"id": "C", "a": 0, "w": 2}],
    )
    assert moved(outcome) == [
        ("department/A", "pot", "own", "50.00"),
        ("department/B", "funds", "pot", "50.00"),
        ("department/C", "funds", "pot", "100.00"),
        ("", "pot", "treasury", "100.00"),
    ]
    assert balance(outcome) == [["", "100.00", "50.00", "0.00", "150.00", "0.00"]]
    assert "base" in outcome.text()
    assert "基数" in outcome.text("zh")


def test_a_pool_with_a_base_and_no_payer_still_settles_and_without_anyone_all_is_left_over(tmp_path):
    program = load(tmp_path, policy(PAY + GET, tail=pool("base: 100元")))
    paid = run(program, department=[{"id": "B", "a": 0, "w": 1}])
    assert moved(paid) == [("department/B", "funds", "pot", "100.00"), ("", "pot", "treasury", "100.00")]
    nobody = run(program, department=[{"id": "B", "a": 0, "w": 0}])
    assert moved(nobody) == [("", "pot", "treasury", "100.00"), ("", "carried-over", "pot", "100.00")]


def test_a_base_may_be_a_parameter_as_it_stands_on_the_day(tmp_path):
    tail = "parameters:\n  sum:\n    - {from: 2023-01-01, value: 10元}\n    - {from: 2024-01-01, value: 20元}\n" + pool("base: sum")
    for day, amount in (("2023-06-30", "10.00"), ("2024-06-30", "20.00")):
        outcome = run(load(tmp_path, policy(GET, tail=tail), as_of=day), department=[{"id": "B", "w": 1}])
        assert [str(e.amount) for e in outcome.entries] == [amount, amount]


def test_draws_are_paid_before_shares(tmp_path):
    outcome = run(
        load(tmp_path, policy(PAY + DRAW + GET, tail=pool("shortfall: treasury"))),
        department=[{"id": "A", "a": 50, "b": 0, "w": 0}, {"id": "B", "a": 0, "b": 20, "w": 1}, {"id": "C", "a": 0, "b": 0, "w": 2}],
    )
    assert "taken 50.00元 + base 0.00元 - drawn 20.00元" in outcome.explain("department/C").text()
    assert moved(outcome) == [
        ("department/A", "pot", "own", "50.00"),
        ("department/B", "best", "pot", "20.00"),
        ("department/B", "funds", "pot", "10.00"),
        ("department/C", "funds", "pot", "20.00"),
    ]


def test_what_draws_exceed_is_covered_and_nothing_is_shared(tmp_path):
    outcome = run(
        load(tmp_path, policy(PAY + DRAW + GET, tail=pool("shortfall: treasury"))),
        department=[{"id": "A", "a": 5, "b": 20, "w": 1}],
    )
    assert balance(outcome) == [["", "0.00", "5.00", "15.00", "20.00", "0.00"]]
    assert ("", "pot", "treasury", "15.00") in moved(outcome)
    covered = "taken 5.00元 + base 0.00元 + shortfall covered 15.00元 - drawn 20.00元: nothing to be shared"
    assert covered in outcome.explain("department/A").text()
    assert "shortfall" in outcome.text()


def test_each_value_of_per_is_a_pool_of_its_own(tmp_path):
    outcome = run(
        load(tmp_path, policy(PAY + GET, tail=pool("per: size"))),
        department=[
            {"id": "A", "a": 50, "w": 0, "size": "large"},
            {"id": "B", "a": 0, "w": 1, "size": "large"},
            {"id": "C", "a": 8, "w": 0, "size": "small"},
            {"id": "D", "a": 0, "w": 1, "size": "small"},
            {"id": "E", "a": 0, "w": 3, "size": "small"},
        ],
    )
    assert [(e.subject, str(e.amount), e.part) for e in outcome.entries if e.debit == "funds"] == [
        ("department/B", "50.00", "large"),
        ("department/D", "2.00", "small"),
        ("department/E", "6.00", "small"),
    ]
    assert [row[0] for row in balance(outcome)] == ["large", "small"]
    assert [p["part"] for p in outcome.data()["pools"]] == ["large", "small"]


def test_a_member_whose_part_is_unknown_could_be_of_any_so_all_wait(tmp_path):
    rows = [{"id": "A", "a": 50, "w": 0, "size": "large"}, {"id": "B", "a": 0, "w": 1, "size": "large"}, {"id": "C", "a": 1, "w": 0}]
    outcome = run(load(tmp_path, policy(PAY + GET, tail=pool("per: size"))), department=rows)
    assert not outcome.entries
    assert [(p.part, p.waiting_for) for p in outcome.pools] == [
        ("large", ("department/C made/pay",)),
        (None, ("department/C made/pay",)),
    ]
    assert {n.about for n in outcome.missing} == {"size"}


def test_undecided_members_can_be_left_out_and_every_report_says_how_many(tmp_path):
    rows = [{"id": "A", "a": 50, "w": 0}, {"id": "B", "a": 0, "w": 1}, {"id": "C", "w": 1}]
    outcome = run(load(tmp_path, policy(PAY + GET, tail=pool("if_undecided: leave-out"))), department=rows)
    assert states(outcome)["department/C pay deduct"] == "waiting"
    assert states(outcome)["department/C get reward"] == "posted"
    assert outcome.pools[0].left_out == 1
    assert "pot of 2023: undecided claims left out: 1" in outcome.text()
    assert "1 笔待定款项未计入" in outcome.text("zh")
    assert "undecided claims left out: 1" in outcome.explain("department/B").text()


def test_a_member_of_which_the_part_is_unknown_is_left_out_too(tmp_path):
    rows = [{"id": "A", "a": 50, "w": 0, "size": "large"}, {"id": "B", "a": 0, "w": 1, "size": "large"}, {"id": "C", "a": 1, "w": 0}]
    outcome = run(load(tmp_path, policy(PAY + GET, tail=pool("per: size, if_undecided: leave-out"))), department=rows)
    assert states(outcome)["department/C pay deduct"] == "waiting"
    assert [(p.part, str(p.given), p.left_out) for p in outcome.pools] == [("large", "50.00", 0), (None, "0.00", 1)]
    assert "department/C" not in {e.subject for e in outcome.entries}


def test_a_weight_that_is_only_known_to_lie_in_a_range_is_no_weight(tmp_path):
    met = rule("get", "w > 0", "{reward: {to: funds, out_of: pot, by: count(over projects where key)}}")
    departments = [{"id": "A", "w": 1}, {"id": "B", "w": 1}]
    projects = [{"id": "1", "department": "A", "key": "yes"}, {"id": "2", "department": "B", "key": "yes"}]
    program = load(tmp_path, policy(met, tail=pool("base: 3元")))
    for key, said in ((None, "waiting"), ("yes", "posted"), ("no", "posted")):
        outcome = run(program, department=departments, project=[*projects, {"id": "3", "department": "B", "key": key}])
        assert set(states(outcome).values()) == {said}
        assert [str(e.amount) for e in outcome.entries if e.subject] == {"yes": ["1.00", "2.00"], "no": ["1.50", "1.50"]}.get(key, [])
        assert [(n.subject, n.about) for n in outcome.missing] == [("project/3", "key")] * (key is None)


@pytest.mark.parametrize(
    ("said", "rules", "code"),
    [
        ("", DRAW, "PR276"),
        ("base: a", GET, "PR272"),
        ("base: -1元", GET, "PR272"),
        ("per: a", GET, "PR274"),
        ("shortfall: nowhere", DRAW, "PR275"),
        ("again: perhaps", GET, "PR208"),
        ("base: 1元", PAY + GET.replace("by: w", "by: w, in_year: +1"), "PR273"),
    ],
)
def test_what_a_pool_cannot_mean_is_refused(tmp_path, said, rules, code):
    with pytest.raises(perfrules.Refused, match=code):
        load(tmp_path, policy(rules, tail=pool(said)))


MONEY = st.integers(0, 10**8).map(lambda cents: Decimal(cents).scaleb(-2))
MEMBER = st.fixed_dictionaries(
    {"a": MONEY, "b": st.one_of(st.just(0), MONEY), "w": st.integers(0, 99), "size": st.sampled_from(["large", "small"])}
)


@given(
    st.lists(MEMBER, min_size=1, max_size=8),
    st.sampled_from(["", "base: 33.33元, ", "base: 100元, per: size, ", "per: size, "]),
    st.sampled_from(["", "again: yes, ", "rounded: 0.05元, "]),
    st.sampled_from(["", "limits: [{on: funds, at_most: b}]\n", "limits: [{on: best, at_most: 50元}]\n"]),
)
def test_given_and_left_over_are_taken_and_base_and_shortfall(tmp_path_factory, rows, one, two, limits):
    folder = tmp_path_factory.mktemp("pool")
    tail = pool(f"{one}{two}shortfall: treasury") + limits
    program = load(folder, policy(PAY + DRAW + GET, tail=tail))
    outcome = run(program, department=[{"id": f"D{n}", **row} for n, row in enumerate(rows)])
    for p in outcome.pools:
        assert p.settled
        assert p.given + p.leftover == p.taken + p.base + p.shortfall
        event(f"shortfall {bool(p.shortfall)}, leftover {bool(p.leftover)}")
        assert p.leftover == 0 or p.shortfall == 0
    into = sum(e.amount for e in outcome.entries if e.debit == "made/pot")
    assert into == sum(e.amount for e in outcome.entries if e.credit == "made/pot")


DISTRICTS = """
facts: province
extends: budget
jurisdiction: district
kinds:
  department:
    facts: {district: {is: text}, slow: {is: flag}, size: {is: choice, of: [small, large]}}
    accounts: {funds: {together: sum}}
"""
ACROSS = """
policy: made
facts: province
subject: department
rules:
  - {rule: pay, when: slow, then: {deduct: {from: funds, amount: 100元, into: pot}}, because: made}
  - {rule: get, when: not slow, then: {reward: {to: funds, out_of: pot, by: 1}}, because: made}
pools:
  pot: {leftover: carried-over%s}
"""


@pytest.mark.parametrize(("more", "received"), [
    ("", {"A2": "100", "B2": "50", "B3": "50"}),  # each district shares what it took itself
    (", per: size", {"A2": "100"}),  # in B only small ones pay, and only large ones could receive
    (", across: all", {"A2": "66.67", "B2": "66.67", "B3": "66.66"}),
])  # fmt: skip
def test_a_pool_stays_within_its_jurisdiction_unless_it_says_otherwise(tmp_path, more, received):
    (tmp_path / "facts.yaml").write_text(DISTRICTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(ACROSS % more, encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2023-01-01")
    rows = [("A1", "A", True, "small"), ("A2", "A", False, "small"), ("B1", "B", True, "small"), ("B2", "B", False, "large"), ("B3", "B", False, "large")]
    facts = program.facts({"department": [{"id": i, "district": d, "slow": s, "size": z, "funds": 1000} for i, d, s, z in rows]}, period=2023)
    outcome = program.run(facts)
    assert {e.subject.partition("/")[2]: str(e.amount).removesuffix(".00") for e in outcome.entries if e.debit == "funds"} == received
    assert sum(p.taken for p in outcome.pools) == 200 == sum(p.given + p.leftover for p in outcome.pools)
    assert {p.part for p in outcome.pools} == {"": {"A", "B"}, ", across: all": {""}}.get(more, {"A / small", "B / small", "B / large"})


def test_who_is_of_no_known_jurisdiction_lets_every_one_wait_and_who_is_of_no_part_only_its_own(tmp_path):
    (tmp_path / "facts.yaml").write_text(DISTRICTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(ACROSS % ", per: size", encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2023-01-01")

    def settled(district, size):
        rows = [("A1", "A", True, "small"), ("B1", "B", True, "small"), ("X", district, True, size)]
        facts = program.facts({"department": [{"id": i, "district": d, "slow": s, "size": z, "funds": 1000} for i, d, s, z in rows]}, period=2023)
        outcome = program.run(facts)
        lacking = {need.about for ruling in outcome.rulings for need in ruling.needs}
        assert lacking == {name for name, value in (("district", district), ("size", size)) if value is None}
        return {p.part for p in outcome.pools if p.settled}

    assert settled("B", "large") == {"A / small", "B / small", "B / large"}
    assert settled("B", None) == {"A / small"}
    assert settled(None, "small") == set()


@pytest.mark.parametrize(("more", "pools"), [
    ("", [("A / small", ("A2",), 0), ("B / small", (), 0), (None, ("A2", "Y1", "Y2", "Z1"), 0)]),
    (", if_undecided: leave-out", [("A / small", (), 0), ("B / small", (), 0), (None, (), 4)]),
])  # fmt: skip
def test_members_of_no_known_part_are_said_once_and_only_their_own_jurisdiction_waits_for_them(tmp_path, more, pools):
    """In the order of no engine: each has rows of such pools in its own."""
    (tmp_path / "facts.yaml").write_text(DISTRICTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(ACROSS % (", per: size" + more), encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2023-01-01")
    rows = [("A1", "A", "small"), ("A2", "A", None), ("B1", "B", "small"), ("Z1", "Z", None), ("Y1", "Y", None), ("Y2", "Y", None)]
    facts = program.facts({"department": [{"id": i, "district": d, "slow": True, "size": z, "funds": 1000} for i, d, z in rows]}, period=2023)
    for engine in ("record", "columnar", "sql"):
        found = program.run(facts, engine=engine).pools
        assert [(p.part, p.waiting_for, p.left_out) for p in found] == [
            (part, tuple(f"department/{who} made/pay" for who in waiting), out) for part, waiting, out in pools
        ]
        assert all(p.settled == (not p.waiting_for) for p in found)


def test_parts_that_no_engine_computes_exactly_are_refused_at_their_place(tmp_path):
    with pytest.raises(perfrules.Refused) as refused:
        load(tmp_path, policy(PAY + GET, tail=pool("per: w * w * w * w * w > 3")))
    assert [(p.code, p.span.line) for p in refused.value.problems] == [("PR415", 14)]
