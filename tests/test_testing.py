"""Strategies for facts reach every line of a policy; properties hold of good policies and fail of wrong ones."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

import perfrules
from made import FACTS, policy, rule
from perfrules.analysis.lines import lines_of, turns
from perfrules.core.facts import Facts
from perfrules.engines import record
from perfrules.language.subject import Subject
from perfrules.plugins import Engine, hookimpl
from perfrules.testing import (
    VOCABULARY,
    engines_agree,
    facts,
    money_is_conserved,
    never_less,
    never_more,
    no_cliff,
    order_does_not_matter,
    policies,
    row,
    running_twice_changes_nothing,
    values,
)

LUOJIANG = Path(__file__).resolve().parent.parent / "policies" / "luojiang"
PUBLISHED = Path(__file__).resolve().parent / "corpus" / "published"
STAGES = {  # of each policy the day and the judged year
    "operating-funds": ("2024-01-31", 2022), "targets": ("2023-01-31", 2023), "monitoring": ("2023-12-31", 2023),
    "letters": ("2023-12-31", 2023), "application": ("2023-12-31", 2023), "ex-ante": ("2023-01-31", 2023),
    "assessment": ("2023-12-31", 2023), "assessment-funds": ("2026-01-31", 2025), "evaluation": ("2023-12-31", 2023),
}  # fmt: skip
FEW = settings(max_examples=15)


@cache
def luojiang(name: str) -> perfrules.Program:
    return perfrules.load(LUOJIANG / f"{name}.yaml", as_of=STAGES[name][0])


def drawn(strategy: st.SearchStrategy, number: int = 200) -> list:
    """So many examples, the same in every run."""
    found = []

    @settings(max_examples=number, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(strategy)
    def collect(example):
        found.append(example)

    collect()
    return found


def often(counts: Counter, total: int, *expected: str) -> None:
    """Each of what is expected is in more than 5% of the examples."""
    print({name: f"{100 * counts[name] / total:.0f}%" for name in expected})
    assert not [name for name in expected if counts[name] <= total / 20]


# what is generated


def test_a_rate_is_at_the_lines_and_a_cent_beside_them_often():
    """Computed here by hand: paid is 85% of the budget to the cent, one cent less, one cent more; so at 96%."""
    found = drawn(facts(luojiang("operating-funds"), period=2022))
    counts: Counter[str] = Counter()
    for example in found:
        table = example.table("department", 2022)
        seen = set()
        for paid, budget in zip(table.columns["paid"], table.columns["adjusted_budget"], strict=True):
            for line in (85, 96) if paid is not None and budget else ():
                apart = Fraction(line * budget, 100) - paid
                seen |= {f"at {line}%"} if apart == 0 else {f"below {line}%"} if 0 < apart <= 1 else set()
                seen |= {f"above {line}%"} if -1 <= apart < 0 else set()
        counts.update(seen)
    often(counts, len(found), "at 85%", "below 85%", "above 85%", "at 96%", "below 96%", "above 96%")


@st.composite
def cases(draw, **kinds) -> tuple[perfrules.Program, Facts]:
    """A generated policy with facts for it."""
    program = perfrules.loads(draw(policies(**kinds)), as_of="2022-12-31", beside=[VOCABULARY])
    return program, draw(facts(program))


def test_facts_of_any_policy_are_at_its_lines_and_of_every_shape_often():
    """On both sides, and not known; years that are missing, no children, several, a history, a kind that was not given."""
    found = drawn(cases(), 60)
    counts: Counter[str] = Counter()
    for program, example in found:
        seen: set[str] = set()
        for line in lines_of(program.compiled):
            for subject in example.table(line.kind, 2022).ids:
                side = line.side(Subject(example, line.scope, subject, 2022, program.as_of.toordinal()))
                seen.add({-1: "below", 0: "at", 1: "above", None: "not known"}[side])
        counts.update(seen)
        units, items, steps = (example.table(kind, 2022) for kind in ("unit", "item", "step"))
        counts.update({
            "a value that is not known": any(None in units.columns[f] for f in ("a", "b")),
            "a year before": ("unit", 2021) in example.tables, "the year after": ("unit", 2023) in example.tables,
            "several subjects": len(units.ids) > 1,
            "a unit without items": "item" in example.loaded and any(not items.children_of(u) for u in units.ids),
            "a unit with several items": any(len(items.children_of(u)) > 1 for u in units.ids),
            "a history": any(len(steps.children_of(item)) > 1 for item in items.ids),
            "a tie": any(n > 1 for c in "abcxz" for v, n in Counter(units.columns[c]).items() if v),
        })  # fmt: skip
    often(+counts, len(found), *counts)
    assert any("item" not in example.loaded for _, example in found)


@pytest.mark.parametrize("name", STAGES)
def test_facts_are_those_that_their_rows_give(name):
    """What is generated is allowed: read from rows it is the same."""
    program = luojiang(name)
    for example in drawn(facts(program, period=STAGES[name][1]), 30):
        again = program.facts(example.rows())
        assert {key: table for key, table in again.tables.items() if table.ids} == example.tables


def test_what_was_read_can_be_given_again(tmp_path):
    """Exactly, in whatever unit and with however many places."""
    kinds = "p: {is: money, in: 万元}, q: {is: money, in: 分}, m: {is: number, places: 20}, g: {is: date}, n: {is: text}"
    program = load(tmp_path, policy(rule("any", "f", "remind")), facts_text=FACTS.replace("f: {is: flag}", f"f: {{is: flag}}, {kinds}"))
    row = {"id": "A", "bureau": "X", "p": "1.234567", "q": 5, "m": "0.00000000000000000001", "g": "2023-02-28", "n": "0107", "f": "yes"}
    read = program.facts({"department": [row, {**row, "id": "B", "f": "", "w": "3"}], "project": []}, period=2023)
    given = read.rows()
    assert given["department"][0] == {
        "id": "A", "period": 2023, "bureau": "X", "p": Decimal("1.234567"), "q": Decimal(5), "m": Decimal("1e-20"),
        "g": date(2023, 2, 28), "n": "0107", "f": True,
    }  # fmt: skip
    assert given["project"] == []
    assert "f" not in given["department"][1]
    assert program.facts(given) == read
    assert repr(read) == "<Facts 2 department 2023>"
    other = read.changed("department", "A", 2023, "f", 0)
    assert (other.rows()["department"][0]["f"], read.rows()["department"][0]["f"]) == (False, True)
    assert read.changed("department", "C", 2023, "f", 0) is read


def test_the_same_facts_come_in_every_run():
    strategy = facts(luojiang("targets"), period=2023)
    assert [e.rows() for e in drawn(strategy, 20)] == [e.rows() for e in drawn(strategy, 20)]


def test_what_is_known_can_be_asked_for():
    program = luojiang("operating-funds")
    for example in drawn(facts(program, period=2022, unknown=False, subjects=2), 50):
        assert all(len(example.table("department", year).ids) in (1, 2) for year in (2022, 2024))
        assert None not in example.table("department", 2022).columns["paid"]
    bounds = {"department.paid": [0, Decimal("0.05")], "公用经费": ["1", 2], "established_this_year": ["no", "no"]}
    for example in drawn(facts(program, period=2022, unknown=False, within=bounds), 50):
        assert set(example.table("department", 2022).columns["paid"]) <= {*range(6)}
        assert set(example.table("department", 2022).columns["established_this_year"]) == {0}
        assert all(100 <= value <= 200 for value in example.table("department", 2024).columns["public_funds"])
    states = {e["state"] for e in drawn(row(luojiang("application"), "evaluation", within={"evaluation.state": ["在建"]}), 50) if "state" in e}
    assert states == {"在建"}


def test_values_of_a_fact_are_its_bounds_and_lines_first():
    program = luojiang("application")
    found = {*drawn(values(program, "score"), 150)}
    for line in ("60", "80", "30"):  # grades, and the line of what is inefficient
        assert {Decimal(line) + Decimal(beside) for beside in ("0", "0.1", "-0.1")} <= found
    assert {Decimal(0), Decimal(100), Decimal("0.1"), Decimal("99.9"), None} <= found
    assert all(value is None or 0 <= value <= 100 for value in found)
    assert {*drawn(values(program, "evaluation.state", unknown=False), 50)} == {"在建", "已完工", "不再实施"}
    assert {*drawn(values(program, "duplicate"), 50)} == {True, False, None}


def test_a_yes_or_no_is_narrowed_by_its_words(tmp_path):
    program = load(tmp_path, policy(rule("said", "f", "remind")))
    for words, drawable in ((["yes"], {True}), ([False], {False}), (["yes", "no"], {True, False})):
        assert {*drawn(values(program, "f", unknown=False, within={"f": words}), 20)} == drawable


def test_values_of_texts_and_dates_are_those_that_matter(tmp_path):
    text = policy(rule("code", 'name = "0107" and held < 2023-06-30', "remind"))
    program = load(tmp_path, text, facts_text=FACTS.replace("f: {is: flag}", "name: {is: text}, held: {is: date}"))
    assert "0107" in drawn(values(program, "name"), 50)
    days = [str(day) for day in drawn(values(program, "held"), 60)]
    assert {"2023-06-29", "2023-06-30", "2023-07-01", "0001-01-01", "9999-12-31"} <= {*days}
    assert sum(day.startswith(("2021", "2022", "2023", "2024")) for day in days) > len(days) / 3


def load(folder, *texts: str, facts_text: str = FACTS, plugins=()) -> perfrules.Program:
    for name, text in {"facts": facts_text, **{f"policy{n}": text for n, text in enumerate(texts)}}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return perfrules.load(folder, as_of="2023-01-01", plugins=plugins)


@given(row(luojiang("operating-funds"), "department"))
def test_a_host_can_decide_any_row(found):
    decision = luojiang("operating-funds").decide("department", found)
    event(f"decided: {not decision.undecided}")


def test_turns_are_the_nearest_on_either_way():
    def stair(value: int) -> int:
        return (value > 100) - (value < -1000)

    assert turns(stair, 7, -(2**53), 2**53) == (-1001, 100)
    assert turns(stair, 100, -(2**53), 2**53) == (-1001, 100)
    assert turns(stair, 101, 0, 2**53) == (100,)
    assert turns(stair, 5, 0, 50) == ()
    assert turns(lambda value: None, 0, 0, 9) == ()
    # a quotient: unknown at zero, and beyond 90; it turns before both
    assert turns(lambda value: None if value == 0 or value > 90 else (value > 3) - (value < 3), 50, 0, 1000) == (3,)
    assert turns(lambda value: None if value > 90 else (value > 88) - (value < 88), 0, 0, 1000) == (87,)


# properties of good policies


@pytest.mark.parametrize("name", STAGES)
def test_the_policies_of_luojiang_have_all_properties(name):
    program, period = luojiang(name), STAGES[name][1]

    @FEW
    @given(facts(program, period=period))
    def hold(found):
        order_does_not_matter(program, found, period=period)
        money_is_conserved(program, found, period=period)
        running_twice_changes_nothing(program, found, period=period)
        engines_agree(program, found, period=period)

    hold()


@pytest.mark.parametrize(
    ("name", "of", "when_higher", "check"),
    [
        ("operating-funds", "deduct", "execution_rate", never_more),
        ("operating-funds", "公用经费", "execution_rate", never_less),
        ("application", "cut_next", "score", never_more),
        ("ex-ante", "exclude", "assessment", never_more),
        ("ex-ante", "cut_current", "assessed_amount", never_more),
        ("assessment-funds", "public_funds", "points", never_less),
    ],
)
def test_in_luojiang_a_better_result_is_never_worse_for_the_money(name, of, when_higher, check):
    program, period = luojiang(name), STAGES[name][1]
    compared = []

    @FEW
    @given(facts(program, period=period, subjects=2, unknown=False))
    def hold(found):
        compared.append(check(program, found, of, when_higher=when_higher, period=period))

    hold()
    assert sum(map(bool, compared)) > len(compared) / 3


def test_in_luojiang_a_cent_of_spending_never_costs_more_than_a_thousandth_of_the_funds():
    program, within = luojiang("operating-funds"), {"public_funds": [0, 1_000_000]}
    compared = []

    @FEW
    @given(facts(program, period=2022, subjects=2, within=within))
    def hold(found):
        compared.append(no_cliff(program, found, "deduct", along="department.paid", at_most=1000, period=2022))

    hold()
    assert sum(map(bool, compared)) > len(compared) / 2


def test_in_luojiang_what_review_trims_is_trimmed_once():
    program = luojiang("targets")
    holding(lambda f: running_twice_changes_nothing(program, f, posted=True, period=2023), facts(program, period=2023))


@pytest.mark.parametrize("path", sorted(PUBLISHED.glob("R*.yaml")), ids=lambda path: path.stem)
def test_published_policies_have_the_properties_of_all(path):
    """What is generated for sixty policies is allowed, and no engine disagrees."""
    example = re.search(r"as_of: (\S+)\n +period: (\d+)", path.read_text(encoding="utf-8"))
    program, period = perfrules.load(path, as_of=example[1]), int(example[2])

    @settings(max_examples=3)
    @given(facts(program, period=period))
    def hold(found):
        assert {key: t for key, t in program.facts(found.rows()).tables.items() if t.ids} == found.tables
        order_does_not_matter(program, found, period=period)
        money_is_conserved(program, found, period=period)
        engines_agree(program, found, period=period)

    hold()


@settings(max_examples=15)
@given(cases(alone=True))
def test_generated_policies_have_the_properties_of_all(case):
    program, found = case
    money_is_conserved(program, found, period=2022)
    running_twice_changes_nothing(program, found, period=2022)
    engines_agree(program, found, period=2022)


# properties of policies that are wrong


RATED = FACTS.replace("a: {is: money}, b: {is: money}", "a: {is: money, at_least: 0}, b: {is: money, at_least: 0}")


def holding(check, strategy) -> None:
    """Try a property of which nothing but its holding is of interest."""

    @FEW
    @given(strategy)
    def tried(found):
        check(found)

    tried()


def failing(check, strategy) -> str:
    """What a property says of the first facts of which it does not hold, made as small as it goes."""

    @settings(max_examples=200, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck),
              phases=[Phase.generate, Phase.shrink])  # fmt: skip
    @given(strategy)
    def tried(found):
        check(found)

    with pytest.raises(AssertionError) as failed:
        tried()
    return str(failed.value)


def test_what_is_refused_is_printed_in_the_language_that_is_asked_for(tmp_path):
    program = load(tmp_path, policy(rule("first", "a > 1元", "{award: {to: funds, amount: a}}")), facts_text=RATED)
    found = program.facts({"department": []})
    for language, start in (("en", "error[PR401]: "), ("zh", "错误[PR401]: ")):
        with pytest.raises(perfrules.Refused) as refused:
            never_more(program, found, "funds", when_higher="nothing", language=language)
        assert str(refused.value).startswith(start)
    with pytest.raises(perfrules.Refused, match="错误"):
        perfrules.authoring.write_district("a b", tmp_path / "new", language="zh")


def test_who_is_first_in_the_list_must_not_get_the_money(tmp_path):
    """Money goes to the highest, until there is none: of two with the same score the first in the alphabet gets it."""
    first = rule("first", "running_sum(a over departments in order of w descending) <= 100元", "{award: {to: funds, amount: a}}")
    program = load(tmp_path, policy(first), facts_text=RATED)
    found = facts(program, unknown=False)
    said = failing(lambda f: order_does_not_matter(program, f), found)
    assert said.startswith("the order matters: subjects with each other's ids, so that who was first is last\n")
    assert "made/first (as given): " in said
    assert "made/first (in the other order): " in said
    assert "department/B 2023: bureau = A, a = " in said
    assert "结果因顺序而异：对象互换编号，首尾颠倒" in failing(lambda f: order_does_not_matter(program, f, language="zh"), found)


def test_money_that_was_meant_for_a_pool_must_not_go_to_the_treasury(tmp_path):
    rules = rule("slow", "a / b < 85%", "{deduct: {from: funds, amount: 1% * b}}")
    right = rules.replace("1% * b}", "1% * b, into: saved}") + rule("fast", "a / b > 96%", "{reward: {to: funds, out_of: saved, by: b}}")
    pools = "pools: {saved: {leftover: carried-over}}\n"
    program = load(tmp_path, policy(rules), facts_text=RATED)
    found = facts(program, subjects=1)
    holding(lambda f: money_is_conserved(program, f), found)  # no cent is lost
    said = failing(lambda f: money_is_conserved(program, f, only=[]), found)
    assert said.splitlines()[0] == (
        "money is not conserved: `treasury` gives or receives 0.01元: funds → treasury, department/A 2023, made/slow"
    )
    good = load(tmp_path, policy(right, tail=pools), facts_text=RATED)
    holding(lambda f: money_is_conserved(good, f, only=["carried-over"]), facts(good))
    assert "carried-over" in failing(lambda f: money_is_conserved(good, f, only=[]), facts(good))


def test_what_takes_a_share_takes_it_again(tmp_path):
    share = load(tmp_path, policy(rule("share", "f", "{cut_current: {from: funds, amount: 10% * funds}}")))
    found = facts(share, within={"department.funds": [0, 100]})
    holding(lambda f: running_twice_changes_nothing(share, f), found)
    said = failing(lambda f: running_twice_changes_nothing(share, f, posted=True), found)
    assert said.startswith("what was posted is posted again, by the closing amounts: 0.09元: funds → treasury")
    down = rule("down", "a < funds", "{cut_current: {from: funds, amount: funds - a}}")
    trimmed = load(tmp_path, policy(down), facts_text=RATED)
    holding(lambda f: running_twice_changes_nothing(trimmed, f, posted=True), facts(trimmed))


TWISTED = policy(
    rule("slow", "rate < 85%", "{deduct: {from: funds, amount: 2% * funds}}")
    + rule("very-slow", "rate < 60%", "{deduct: {from: funds, amount: 1% * funds}}", "    over: slow\n")
).replace("rules:", "names: {rate: a / b}\nrules:")


def test_a_higher_rate_must_not_cost_more(tmp_path):
    program = load(tmp_path, TWISTED, facts_text=RATED)
    found = facts(program, subjects=1, within={"funds": [0, 1000]})
    said = failing(lambda f: never_more(program, f, "deduct", when_higher="rate", by=["a"]), found)
    assert said.splitlines()[:5] == [
        "department/A: with a higher rate, deduct is more",
        "  a = 0.59元, rate = 59%, deduct 0.01元",
        "  a = 0.60元, rate = 60%, deduct 0.02元",
        "facts",
        "  department/A 2023: bureau = A, a = 0.00元, b = 1.00元, funds = 1.00元",
    ]
    why = said.partition("why, a = 0.60元:\n")[2]
    assert "made/very-slow: does not hold" in why
    assert "✗ rate < 60%" in why
    zh = failing(lambda f: never_less(program, f, "funds", when_higher="department.rate", language="zh"), found)
    assert zh.splitlines()[0] == "department/A：department.rate提高，funds反而更少"
    assert "原因（a = 0.60元）：" in zh
    for check, of in ((never_less, "funds"), (never_more, "deduct")):
        with pytest.raises(AssertionError):
            check(program, program.facts(CASE, period=2023), of, when_higher="rate")
    straight = load(tmp_path, TWISTED.replace("amount: 1%", "amount: 3%"), facts_text=RATED)
    holding(lambda f: never_more(straight, f, "deduct", when_higher="rate"), facts(straight, subjects=1))


CASE = {"department": [{"id": "A", "a": 50, "b": 100, "funds": 1000}]}


def test_an_action_without_an_amount_may_be_looked_at(tmp_path):
    program = load(tmp_path, policy(rule("odd", "a > 5元 and a < 9元", "suspend")))
    found = program.facts({"department": [{"id": "A", "a": 7}]}, period=2023)
    for check in (never_more, never_less):
        with pytest.raises(AssertionError, match=r"a = 5\.01元, suspend 1" if check is never_more else r"a = 8\.99元, suspend 1"):
            check(program, found, "suspend", when_higher="a")


def test_an_amount_must_not_jump(tmp_path):
    program = load(tmp_path, TWISTED, facts_text=RATED)
    found = facts(program, subjects=1, within={"funds": [0, 1000]})
    said = failing(lambda f: no_cliff(program, f, "deduct", along="a", at_most=10), found)
    assert said.splitlines()[0] == "department/A: deduct jumps by 12.00元 where a moves by one unit, more than 10.00元"
    holding(lambda f: no_cliff(program, f, "deduct", along="rate", at_most="20.00"), found)
    smooth = rule("smooth", "a / b < 85%", "{deduct: {from: funds, amount: '1% * (85% * b - a)'}}")
    gentle = load(tmp_path, policy(smooth), facts_text=RATED)
    holding(lambda f: no_cliff(gentle, f, "deduct", along="a", at_most=Decimal("0.01")), facts(gentle))


def test_a_project_that_costs_more_must_not_bring_its_department_more(tmp_path):
    """The account is that of what the subject belongs to; the fact that moves, too."""
    up = rule("up", "department.a > 5元 and c > 5元", "{award: {to: department.funds, amount: c}}")
    program = load(tmp_path, policy(up, subject="project"))
    rows = {"department": [{"id": "D", "a": 7}], "project": [{"id": "P", "department": "D", "c": 6}]}
    found = program.facts(rows, period=2023)
    assert never_less(program, found, "department.funds", when_higher="c") > 3
    with pytest.raises(AssertionError, match=r"project/P: with a higher c, department\.funds is more"):
        never_more(program, found, "department.funds", when_higher="c")
    lower = load(tmp_path, policy(up, subject="project").replace("rules:", "names: {both: department.a + c}\nrules:"))
    with pytest.raises(AssertionError, match=r"  department/D 2023: a = 7\.00元"):
        never_more(lower, found, "award", when_higher="both", by=["department.a"])


def test_nothing_is_compared_where_nothing_is_decided(tmp_path):
    program = load(tmp_path, TWISTED, facts_text=RATED)
    found = program.facts({"department": [{"id": "A", "a": 1}]}, period=2023)
    assert never_more(program, found, "deduct", when_higher="rate") == 0
    assert no_cliff(program, found, "deduct", along="rate", at_most=0) == 0


# engines that are wrong


class Wrong:
    """A plugin with an engine that does something to the tables of the right one."""

    def __init__(self, change) -> None:
        self.change = change

    @hookimpl
    def perfrules_engines(self):
        def run(plan, facts, period):
            tables = record.run(plan, facts, period)
            self.change(tables, facts)
            return tables

        return [Engine("other", run)]


POOLED = policy(
    rule("slow", "a < b", "{deduct: {from: funds, amount: 100元, into: saved}}")
    + rule("fast", "a > b", "{reward: {to: funds, out_of: saved, by: b}}"),
    tail="pools: {saved: {leftover: carried-over}}\n",
)
THREE = {
    "project": [{"id": "P", "department": "A", "c": 1}],
    "department": [{"id": "A", "a": 1, "b": 2}, {"id": "B", "a": 2, "b": 1}, {"id": "C", "a": 5, "b": 2}],
}


def a_cent_more(tables, facts) -> None:
    amounts = tables["claims"]["final amount"]
    amounts[:] = [amount + 1 if amount else amount for amount in amounts]


def by_the_first_kind(tables, facts) -> None:
    if next(iter(facts.tables))[0] == "project":
        a_cent_more(tables, facts)


def each_time_more():
    number = count()

    def change(tables, facts) -> None:
        tables["claims"]["final amount"][0] += next(number)

    return change


@pytest.mark.parametrize(
    ("check", "change", "said"),
    [
        (order_does_not_matter, by_the_first_kind, "the order matters: rows beginning in the middle"),
        (money_is_conserved, a_cent_more, "money is not conserved: the entries leave -0.01元 in the pool made/saved of 2023"),
        (running_twice_changes_nothing, each_time_more(), "running twice gives two results"),
    ],
    ids=["order", "money", "twice"],
)
def test_a_wrong_engine_is_found(tmp_path, check, change, said):
    program = load(tmp_path, POOLED, plugins=[Wrong(change)])
    found = program.facts(THREE, period=2023)
    check(program, found)
    with pytest.raises(AssertionError) as failed:
        check(program, found, engine="other")
    assert str(failed.value).startswith(said)
    assert "  department/A 2023: a = 1.00元, b = 2.00元" in str(failed.value)


def test_an_engine_that_disagrees_with_the_language_is_found(tmp_path):
    def unlike(tables, facts) -> None:
        holds = program.compiled.judged[0].verdict.holds.name
        tables["department"][holds] = [not held for held in tables["department"][holds]]

    program = load(tmp_path, POOLED, plugins=[Wrong(unlike)])
    found = program.facts(THREE, period=2023)
    engines_agree(program, found)
    with pytest.raises(AssertionError, match="the engine `other` disagrees with the language") as failed:
        engines_agree(program, found, ["other"])
    lines = str(failed.value).splitlines()
    assert lines[1:3] == ["  department/A made/fast (record): does-not-hold", "  department/A made/fast (other): holds"]
    assert any(line.startswith("  table department: missing A/2023: ") for line in lines)


def test_of_what_is_only_known_to_lie_in_a_range_the_language_means_nothing_either(tmp_path):
    """A label says no range, a pool is shared by none: both wait."""
    said = "[{figure: {as: keys, of: count(over projects where key)}}, {reward: {to: funds, out_of: pot, by: count(over projects where key)}}]"
    program = load(tmp_path, policy(rule("counted", "a > 0", said), tail="pools: {pot: {base: 3元, leftover: treasury}}\n"))
    projects = [{"id": n, "department": "A", "key": key} for n, key in ((1, "yes"), (2, None))]
    engines_agree(program, program.facts({"department": [{"id": "A", "a": 1}], "project": projects}, period=2023))


def test_a_decision_unlike_the_run_is_found(tmp_path, monkeypatch):
    program = load(tmp_path, policy(rule("slow", "a < b", "{deduct: {from: funds, amount: 100元}}")))
    found = program.facts(THREE, period=2023)
    engines_agree(program, found)
    decider = program._decider("department")
    for fired, said in (([], r"slow \(run\): deduct 100\.00元"), ([(0, 9_999)], r"slow \(decide\): deduct 99\.99")):
        monkeypatch.setattr(decider, "straight", lambda cells, fired=fired: fired)
        with pytest.raises(AssertionError, match=said) as failed:
            engines_agree(program, found)
        assert str(failed.value).startswith("`decide` disagrees with the run about department/")


# what is asked wrongly


@pytest.mark.parametrize(
    ("asked", "code", "cure"),
    [
        (lambda p, f: facts(p, within={"payd": [0, 1]}), "PR401", "did you mean `paid`?"),
        (lambda p, f: facts(p, within={"paid": 1}), "PR628", 'give {"paid": [0, 100]}'),
        (lambda p, f: facts(p, within={"paid": [5, 1]}), "PR628", 'give {"paid": [0, 100]}'),
        (lambda p, f: facts(p, within={"paid": [0, None]}), "PR628", 'give {"paid": [0, 100]}'),
        (lambda p, f: facts(p, within={"paid": [0, 0.5]}), "PR607", "Decimal"),
        (lambda p, f: facts(p, within={"size": []}), "PR628", 'give {"size": ["A", "B"]}'),
        (lambda p, f: facts(p, within={"size": ["huge"]}), "PR613", "small"),
        (lambda p, f: facts(p, subjects=0), "PR211", "write digits"),
        (lambda p, f: facts(p, period="2023"), "PR211", "write digits"),
        (lambda p, f: values(p, "paid.budget"), "PR401", "did you mean `project.budget`?"),
        (lambda p, f: row(p, "departments"), "PR616", "department"),
        (lambda p, f: order_does_not_matter(p, {"department": []}), "PR628", "program.facts"),
        (lambda p, f: money_is_conserved(p, f, period=2020), "PR706", "2023"),
        (lambda p, f: engines_agree(p, f, ["colunmar"]), "PR806", "columnar"),
        (lambda p, f: never_more(p, f, "deducts", when_higher="paid"), "PR401", "did you mean `deduct`?"),
        (lambda p, f: never_more(p, f, "deduct", when_higher="size"), "PR402", "use an amount"),
        (lambda p, f: never_more(p, f, "deduct", when_higher="rat"), "PR401", "rate"),
        (lambda p, f: never_more(p, f, "deduct", when_higher="rate", by=["payd"]), "PR401", "did you mean `paid`?"),
        (lambda p, f: no_cliff(p, f, "deduct", along="paid", at_most=0.5), "PR607", "Decimal"),
        (lambda p, f: never_more(p, f, "cut_current", when_higher="rate"), "PR401", "known here: `deduct`"),
        (lambda p, f: never_less(p, f, "own", when_higher="rate"), "PR401", "`funds`"),
        (lambda p, f: never_more(p, f, "deduct", when_higher="rate", by=["paid", "c"]), "PR401", "known here: `b`, `paid`"),
        (lambda p, f: no_cliff(p, f, "deduct", along="rate", at_most=1, by=["c"]), "PR401", "known here: `b`, `paid`"),
        (lambda p, f: money_is_conserved(p, f, only=["carried"]), "PR401", "did you mean `carried-over`?"),
        (lambda p, f: money_is_conserved(p, f, only=["funds"]), "PR401", "`treasury`"),
        (lambda p, f: never_more(p, f, "deduct", when_higher="rate", language="fr"), "PR208", "`en`, `zh`"),
        (lambda p, f: order_does_not_matter(p, f, language="fr"), "PR208", "`en`, `zh`"),
        (lambda p, f: no_cliff(p, f, "project.plan", along="paid", at_most=1), "PR401", "`department.funds`"),
        (lambda p, f: money_is_conserved(p, f, only="carried"), "PR401", "did you mean `carried-over`?"),
        (lambda p, f: money_is_conserved(p, f, only=5), "PR628", "carried-over"),
        (lambda p, f: engines_agree(p, f, "colunmar"), "PR806", "did you mean `columnar`?"),
        (lambda p, f: engines_agree(p, f, [None]), "PR806", "columnar"),
        (lambda p, f: never_more(p, f, "deduct", when_higher="rate", by="payd"), "PR401", "did you mean `paid`?"),
        (lambda p, f: never_more(None, f, "deduct", when_higher="rate"), "PR628", "perfrules.load"),
        (lambda p, f: running_twice_changes_nothing(p, None), "PR628", "program.facts"),
        (lambda p, f: facts(None), "PR628", "perfrules.load"),
        (lambda p, f: row("asked.yaml", "department"), "PR628", "perfrules.load"),
        (lambda p, f: facts(p, within={"f": []}), "PR628", "a list of words"),
        (lambda p, f: facts(p, within=5), "PR628", 'give {"paid": [0, 100]}'),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_refused(tmp_path, asked, code, cure):
    named = TWISTED.replace("rate: a / b", "rate: paid / b").replace("policy: made", "policy: asked")
    program = load(tmp_path, named, facts_text=FACTS.replace("a: {is: money}", "paid: {is: money}"))
    found = program.facts({"department": [{"id": "A", "paid": 1, "b": 2}]}, period=2023)
    with pytest.raises(perfrules.Refused) as refused:
        asked(program, found)
    assert [p.code for p in refused.value.problems] == [code]
    assert cure in refused.value.problems[0].help or cure in refused.value.problems[0].message


SEVERAL = r"`department\.paid`, `project\.paid`, `evaluation\.paid`"


def test_a_name_of_several_kinds_must_say_of_which():
    program = luojiang("monitoring")
    with pytest.raises(perfrules.Refused, match=SEVERAL):
        values(program, "paid")
    found = program.facts({"project": [{"id": "A", "paid": 1}]}, period=2023)
    with pytest.raises(perfrules.Refused, match=SEVERAL):
        never_more(program, found, "trimmed", when_higher="paid")


def test_without_hypothesis_the_extra_is_named():
    code = "import sys; sys.modules['hypothesis'] = None; import perfrules; perfrules.testing"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "error[PR902]: a strategy for tests needs the extra `testing`" in done.stderr
    assert "pip install 'perfrules[testing]'" in done.stderr


def test_what_fails_is_told_with_all_around_it(tmp_path):
    """Who wants to see it again needs what a subject belongs to, and what belongs to it."""
    (tmp_path / "port.yaml").write_text(
        "facts: port\nextends: budget\nkinds:\n  office:\n    facts: {open: {is: flag}}\n"
        "  boat: {belongs_to: office, facts: {price: {is: money}}, accounts: {funds: {together: sum}}}\n",
        encoding="utf-8",
    )
    (tmp_path / "p.yaml").write_text(
        "policy: p\nfacts: port\nsubject: boat\nrules:\n"
        "  - {rule: dear, when: price > 100元 and office.open, then: {deduct: {from: funds, amount: 1元}}, because: x}\n",
        encoding="utf-8",
    )
    program = perfrules.load(tmp_path, as_of="2024-01-31")
    rows = {"office": [{"id": "O", "open": True}], "boat": [{"id": "b", "office": "O", "price": Decimal("100.00"), "funds": 5}]}
    with pytest.raises(AssertionError) as failed:
        never_more(program, program.facts(rows, period=2023), "deduct", when_higher="price")
    assert "office/O 2023: open = yes" in str(failed.value)
    assert "boat/b 2023: office = O, price" in str(failed.value)


def test_a_cliff_is_no_less_than_nothing(tmp_path):
    with pytest.raises(perfrules.Refused, match="PR603"):
        no_cliff(luojiang("operating-funds"), luojiang("operating-funds").facts({}), "deduct", along="paid", at_most="-1")
