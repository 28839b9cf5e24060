"""What becomes of claims: set aside, barred, in conflict, the greatest, pools to the last cent."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import polars as pl
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import perfrules

FACTS = """
facts: made
extends: budget
kinds:
  department:
    facts: {a: {is: money}, b: {is: money}, f: {is: flag}, w: {is: count}}
    accounts: {sum: {together: sum}, best: {together: greatest}, own: }
  project:
    belongs_to: department
    facts: {c: {is: money}, failed: {is: count}}
    accounts: {budget: {together: sum}}
"""
HEAD = """
policy: made
facts: made
subject: {subject}
rules:
"""


@pytest.fixture
def program(tmp_path):
    """Compiles rules over the vocabulary above."""

    def compiled(rules: str, subject: str = "department", tail: str = "") -> perfrules.Program:
        (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
        path = tmp_path / "policy.yaml"
        path.write_text(HEAD.format(subject=subject) + rules + tail, encoding="utf-8")
        return perfrules.load(path, as_of="2023-01-01")

    return compiled


def rule(name: str, when: str, then: str, more: str = "") -> str:
    return f"  - rule: {name}\n    when: {when}\n    then: {then}\n    because: made\n{more}"


def run(program: perfrules.Program, **rows: list[dict]) -> perfrules.Outcome:
    return program.run(program.facts(rows, period=2023))


def states(outcome: perfrules.Outcome) -> dict[str, str]:
    """The state of each claim, by subject, rule and action."""
    return {f"{c.subject} {c.rule.split('/')[-1]} {c.action}": c.state for r in outcome.rulings for c in r.claims}


def taken(account: str, amount: str) -> str:
    return f"{{deduct: {{from: {account}, amount: '{amount}'}}}}"


def test_a_rule_that_goes_over_another_sets_its_claim_aside(program):
    made = program(
        rule("usual", "a > 0", taken("sum", "a")) + rule("special", "f", taken("sum", "b"), "    over: usual\n")
    )
    outcome = run(made, department=[{"id": "A", "a": 5, "b": 1, "f": True}, {"id": "B", "a": 5, "b": 1, "f": False}])
    assert states(outcome) == {
        "department/A usual deduct": "set-aside",
        "department/A special deduct": "posted",
        "department/B usual deduct": "posted",
    }
    assert [e.amount for e in outcome.entries] == [Decimal("1.00"), Decimal("5.00")]


def test_of_what_is_set_aside_an_amount_that_is_not_known_is_not_zero(program):
    made = program(rule("usual", "f", taken("sum", "a")) + rule("special", "f", taken("best", "b"), "    over: usual\n"))
    rows = [{"id": "A", "b": 1, "f": True}, {"id": "B", "a": 5, "b": 1, "f": True}]
    outcome = run(made, department=rows)
    usual = {c.subject: (c.state, c.amount) for c in outcome.statement.claims if c.rule == "made/usual"}
    assert usual == {"department/A": ("set-aside", None), "department/B": ("set-aside", 500)}
    assert "deduct sum 2023: amount open [set aside]" in outcome.explain("department/A").text()
    assert "5.00 + ?" in outcome.text()
    assert [c["amount"] for r in outcome.data()["rulings"] for c in r["claims"]] == ["1.00", None, "1.00", "5.00"]
    streamed = made.stream(made.scan_facts({"department": [pl.DataFrame([row]) for row in rows]}, period=2023))
    found = streamed.claims.filter(rule="made/usual").sort("id").collect()
    assert found["amount"].to_list() == [None, Decimal("5.00")]


def test_where_the_overriding_rule_is_undecided_the_claim_waits(program):
    made = program(
        rule("usual", "a > 0", taken("sum", "a")) + rule("special", "f", taken("sum", "b"), "    over: usual\n")
    )
    assert set(states(run(made, department=[{"id": "A", "a": 5, "b": 1}])).values()) == {"waiting"}


def test_a_gate_bars_the_subject_and_what_belongs_to_it(program):
    """An excluded department is not cut, nor are its projects; an undecided exclusion lets both wait."""
    rules = (
        rule("out", "f", "exclude")
        + rule("cut", "a > 0", taken("sum", "a"))
    )  # fmt: skip
    made = program(rules)
    rows = [{"id": "A", "a": 5, "f": True}, {"id": "B", "a": 5, "f": False}, {"id": "C", "a": 5}]
    assert states(run(made, department=rows)) == {
        "department/A out exclude": "posted",
        "department/A cut deduct": "set-aside",
        "department/B cut deduct": "posted",
        "department/C cut deduct": "waiting",
        "department/C out exclude": "waiting",
    }


def test_a_gate_bars_what_takes_effect_in_its_own_year(program):
    """Money of a later year is not barred by this year's exclusion, but by one of that year."""
    cut = "{{deduct: {{from: sum, amount: a, in_year: {}}}}}"
    rules = (
        rule("out", "f", "exclude")
        + rule("out-later", "not f", "{exclude: {in_year: +1}}")
        + rule("cut", "a > 0", cut.format("+0"))
        + rule("cut-later", "a > 0", cut.format("+1"))
    )
    outcome = run(program(rules), department=[{"id": "A", "a": 5, "f": True}, {"id": "B", "a": 5, "f": False}, {"id": "C", "a": 5}])
    found = {key: state for key, state in states(outcome).items() if "cut" in key}
    assert found == {
        "department/A cut deduct": "set-aside", "department/A cut-later deduct": "posted",
        "department/B cut deduct": "posted", "department/B cut-later deduct": "set-aside",
        "department/C cut deduct": "waiting", "department/C cut-later deduct": "waiting",
    }  # fmt: skip


def test_a_gate_on_the_department_reaches_its_projects(tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    for subject, rules in (
        ("department", rule("out", "f", "exclude")),
        ("project", rule("cut", "c > 0", "{cut_current: {from: budget, amount: c}}")),
    ):
        text = HEAD.format(subject=subject).replace("policy: made", f"policy: {subject}") + rules
        (tmp_path / f"{subject}.yaml").write_text(text, encoding="utf-8")
    made = perfrules.load(tmp_path, as_of="2023-01-01")
    outcome = run(
        made,
        department=[{"id": "A", "f": True}, {"id": "B", "f": False}],
        project=[{"id": "P", "department": "A", "c": 1}, {"id": "Q", "department": "B", "c": 1}],
    )
    assert states(outcome) == {
        "department/A out exclude": "posted",
        "project/P cut cut_current": "set-aside",
        "project/Q cut cut_current": "posted",
    }
    assert "department/out" in outcome.explain("project/P").text()


def test_two_claims_on_one_account_are_a_conflict_unless_it_says_how_they_meet(program):
    two = rule("one", "a > 0", taken("{account}", "a")) + rule("two", "b > 0", taken("{account}", "b"))
    row = [{"id": "A", "a": 5, "b": 7}]
    conflict = run(program(two.replace("{account}", "own")), department=row)
    assert set(states(conflict).values()) == {"in-conflict"}
    assert conflict.conflicts[0].rules == ("made/one", "made/two")
    assert not conflict.entries
    greatest = run(program(two.replace("{account}", "best")), department=row)
    assert [(e.rules, e.amount) for e in greatest.entries] == [(("made/two",), Decimal("7.00"))]
    both = run(program(two.replace("{account}", "sum")), department=row)
    assert sum(e.amount for e in both.entries) == 12


def test_two_different_words_for_one_label_are_a_conflict(program):
    """Neither is given, in a run or where one is decided, and each says with which rule it is in conflict."""
    made = program(rule("one", "a > 0", "{grade: {as: good}}") + rule("two", "b > 0", "{grade: {as: bad}}"))
    torn = run(made, department=[{"id": "A", "a": 1, "b": 1}])
    assert torn.conflicts[0].about == "grade"
    assert torn.labels == ()
    assert set(states(torn).values()) == {"in-conflict"}
    assert "grade bad 2023 [in conflict]\n      on account of made/one" in torn.explain("department/A").text()
    single = made.decide("department", {"a": 1, "b": 1})
    assert single.fired == ()
    assert {claim.rule for claim in single.open} == {"made/one", "made/two"}
    whole = run(made, department=[{"id": "A", "a": 1, "b": 0}])
    assert not whole.conflicts
    assert [mark.word for mark in whole.labels] == ["good"]


def test_labels_of_different_years_are_no_conflict(program):
    made = program(rule("one", "a > 0", "{grade: {as: good}}") + rule("two", "b > 0", "{grade: {as: bad, in_year: +1}}"))
    outcome = run(made, department=[{"id": "A", "a": 1, "b": 1}])
    assert [(mark.word, mark.period) for mark in outcome.labels] == [("good", 2023), ("bad", 2024)]


def test_a_negative_amount_is_refused_and_zero_is_no_claim(program):
    made = program(rule("one", "f", taken("sum", "a - b")))
    with pytest.raises(perfrules.Refused, match="PR701"):
        run(made, department=[{"id": "A", "a": 1, "b": 2, "f": True}])
    assert not states(run(made, department=[{"id": "A", "a": 2, "b": 2, "f": True}]))


POOL = (
    rule("pay", "a > 0", "{deduct: {from: sum, amount: a, into: pot}}")
    + rule("get", "w > 0", "{reward: {to: sum, out_of: pot, by: w}}")
    + "pools:\n  pot: {leftover: carried-over, rounded: STEP}\n"
)


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=6),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=8),
    st.sampled_from([1, 5, 100]),
)
def test_no_cent_of_a_pool_is_lost_or_made(tmp_path_factory, paid, weights, step):
    """Taken = given + left over; each share within one step of the exact one; the remainder below a step."""
    folder = tmp_path_factory.mktemp("pool")
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    rules = POOL.replace("STEP", f"{step // 100}.{step % 100:02d}元")
    (folder / "policy.yaml").write_text(HEAD.format(subject="department") + rules, encoding="utf-8")
    made = perfrules.load(folder / "policy.yaml", as_of="2023-01-01")
    rows = [{"id": f"P{n}", "a": Decimal(v).scaleb(-2), "w": 0} for n, v in enumerate(paid)]
    rows += [{"id": f"R{n}", "a": 0, "w": v} for n, v in enumerate(weights)]
    outcome = run(made, department=rows)
    total = sum(paid)
    shares = {e.subject: int(e.amount * 100) for e in outcome.entries if e.debit == "sum"}
    left = sum(int(e.amount * 100) for e in outcome.entries if e.debit == "carried-over")
    event(f"remainder: {bool(sum(weights) and total // step % sum(weights))}")
    assert sum(shares.values()) + left == total
    assert all(share % step == 0 for share in shares.values())
    if sum(weights):
        assert left == total % step
        for n, weight in enumerate(weights):
            exact = total // step * weight
            assert abs(shares.get(f"department/R{n}", 0) // step * sum(weights) - exact) < sum(weights)
    else:
        assert not shares
    for pool in outcome.pools:
        assert pool.taken == pool.given + pool.leftover


def test_a_pool_with_an_undecided_member_is_not_settled_and_says_for_what_it_waits(program):
    made = program(POOL.replace("STEP", "0.01元"))
    outcome = run(made, department=[{"id": "A", "a": 5, "w": 1}, {"id": "B", "w": 1}])
    assert not outcome.entries
    assert outcome.pools[0].waiting_for == ("department/B made/pay",)
    assert {n.about for r in outcome.rulings for n in r.needs} == {"a"}


def test_ties_of_remainders_go_by_id(program):
    made = program(POOL.replace("STEP", "0.01元"))
    rows = [{"id": "P", "a": Decimal("0.02"), "w": 0}] + [{"id": i, "a": 0, "w": 1} for i in "CAB"]
    outcome = run(made, department=rows)
    assert {e.subject: e.amount for e in outcome.entries if e.debit == "sum"} == {
        "department/A": Decimal("0.01"),
        "department/B": Decimal("0.01"),
    }


def test_the_order_of_rules_and_rows_never_changes_a_byte(program):
    parts = [
        rule("pay", "a > 0", "{deduct: {from: sum, amount: a, into: pot}}"),
        rule("get", "w > 0", "{reward: {to: sum, out_of: pot, by: w}}"),
        rule("out", "f", "exclude", "    over: pay\n"),
    ]
    tail = "pools: {pot: {leftover: carried-over}}\n"
    rows = [{"id": "A", "a": 5, "w": 1, "f": False}, {"id": "B", "a": 2, "w": 2}, {"id": "C", "a": 0, "w": 3, "f": True}]
    outcomes = {
        run(program("".join(order), tail=tail), department=list(turned)).json()
        for order in permutations(parts)
        for turned in permutations(rows)
    }
    assert len(outcomes) == 1


def test_gates_and_overs_must_not_run_in_a_circle(program):
    over = rule("one", "f", "exclude", "    over: two\n") + rule("two", "f", "cancel", "    over: one\n")
    with pytest.raises(perfrules.Refused, match="PR221"):
        program(over)
    barring = rule("one", "f", "first") + rule("two", "f", "second")
    tail = "actions:\n  first: {effect: status, bar: [second]}\n  second: {effect: status, bar: [first]}\n"
    with pytest.raises(perfrules.Refused, match="PR241"):
        program(barring, tail=tail)


def test_the_circle_is_named_without_what_it_bars(program):
    rules = rule("a", "f", "barred") + rule("b", "f", "first") + rule("c", "f", "second")
    tail = "actions:\n  barred: {effect: status}\n  first: {effect: status, bar: [second, barred]}\n  second: {effect: status, bar: [first]}\n"
    with pytest.raises(perfrules.Refused) as refused:
        program(rules, tail=tail)
    [problem] = refused.value.problems
    assert problem.values["ring"] == "made/c second → made/b first → made/c second"
    assert (problem.span.line, [(word, span.line) for word, span in problem.related]) == (16, [("reads", 12)])


LATER = "in_force: {from: 2024-01-01}\n"
CUT = rule("cut", "a > 0", taken("sum", "a"))


def beside(name: str) -> str:
    return HEAD.format(subject="department").replace("policy: made", f"policy: {name}") + CUT + LATER


def test_of_policies_none_of_which_is_in_force_nothing_is_compiled(tmp_path):
    for name, text in {"facts": FACTS, "one": beside("one"), "two": beside("two")}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(perfrules.Refused) as refused:
        perfrules.load(tmp_path, as_of="2023-01-01")
    assert [(p.code, p.where, p.values) for p in refused.value.problems] == [("PR708", "one, two", {"day": "2023-01-01"})]


def test_a_policy_that_is_not_in_force_is_left_out_and_said(program, tmp_path):
    (tmp_path / "later.yaml").write_text(beside("later"), encoding="utf-8")
    program(CUT)
    both = perfrules.load(tmp_path, as_of="2023-01-01")
    [said] = both.problems
    assert (said.code, said.span.place, said.values) == ("PR709", f"{tmp_path / 'later.yaml'}:2:9", {"policy": "later", "day": "2023-01-01"})
    assert ([p.name for p in both.compiled.policies], [p.name for p in both.compiled.idle]) == (["made"], ["later"])
    assert [c.name for c in both.compiled.claims] == ["made/cut deduct"]


def test_what_grows_too_wide_where_rules_are_compiled_is_said_at_its_place(program):
    with pytest.raises(perfrules.Refused) as refused:
        program(rule("wide", "w * w * w * w * w > 0", "suspend"))
    assert [(p.code, p.span.line) for p in refused.value.problems] == [("PR415", 7)]
    circle = rule("one", "f", "first") + rule("two", "f", "second")
    tail = "actions:\n  first: {effect: status, bar: [second]}\n  second: {effect: status, bar: [first]}\n"
    with pytest.raises(perfrules.Refused) as refused:
        program(rule("wide", "w * w * w * w * w > 0", "suspend") + circle, tail=tail)
    assert [p.code for p in refused.value.problems] == ["PR415"], "what follows is not looked for in what is only part of it"


def test_what_grows_too_wide_where_it_is_shared_is_said_at_the_weight(program):
    get = rule("get", "f", "{reward: {to: sum, out_of: pot, by: w * w * w * w}}")
    with pytest.raises(perfrules.Refused) as refused:
        program(CUT + get, tail="pools:\n  pot: {leftover: carried-over, base: 5元}\n")
    [problem] = refused.value.problems
    place = problem.span.source.text[problem.span.start : problem.span.end]
    assert (problem.code, place, problem.values) == ("PR415", "w * w * w * w", {"bits": "188"})
