"""Decision tables: their tests in words, what they say of unknown inputs, how they are explained; gaps and overlaps."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

import perfrules
from perfrules.core.problem import render_all

FACTS = """
facts: town
extends: budget
kinds:
  department:
    facts:
      score: {is: number, places: 1, between: [0, 100], title: {zh: 得分}}
      rate:  {is: ratio, between: [-50%, 150%]}
      paid:  {is: money}
      day:   {is: date}
      state: {is: choice, of: [在建, 已完工, 停工]}
      audited: {is: flag}
      code: {is: text}
    accounts:
      funds: {together: sum}
  review:
    belongs_to: department
    facts: {passed: {is: flag}}
"""


def program(policy: str, tmp_path, facts: str = FACTS) -> perfrules.Program:
    (tmp_path / "facts.yaml").write_text(facts, encoding="utf-8")
    return perfrules.loads(policy, as_of="2024-01-31", beside=[tmp_path / "facts.yaml"])


def found(policy: str, tmp_path, facts: str = FACTS) -> tuple[perfrules.Problem, ...]:
    (tmp_path / "facts.yaml").write_text(facts, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(policy, encoding="utf-8")
    return perfrules.check(tmp_path / "policy.yaml")


def policy(tables: str, when: str = "yes", then: str = "suspend") -> str:
    rules = f"rules:\n  - rule: line\n    when: {when}\n    then: {then}\n    because: made\n"
    return f"policy: made\nfacts: town\nsubject: department\ntables:\n{tables}{rules}"


def one_test(name: str, cell: str) -> str:
    other = "below 60" if cell in ("any", "任意") else "any"
    return policy(f"  hit_it:\n    inputs: ['{name}']\n    hit: first\n    rows:\n      - ['{cell}', yes]\n      - [{other}, no]\n", "hit_it")


@pytest.mark.parametrize(
    ("name", "cells", "inside", "outside"),
    [
        ("score", ["below 60", "低于60", "低于６０", " 低于 60 "], ["59.9", "0"], ["60", "60.1"]),
        ("score", ["at most 60", "不超过60", "不超过 60"], ["60", "0"], ["60.1"]),
        ("score", ["over 60", "高于60"], ["60.1"], ["60", "59.9"]),
        ("score", ["at least 90", "不低于90"], ["90", "100"], ["89.9"]),
        ("score", ["60 to below 80", "60至80（不含）", "６０至８０（不含）", "60 至低于80", "60（含）至80（不含）", "at least 60 to below 80"], ["60", "79.9"], ["59.9", "80"]),
        ("score", ["over 80 to 100", "高于80至100", "80（不含）至100", "over 80 至 100"], ["80.1", "100"], ["80"]),
        ("score", ["over 80 to below 90", "80（不含）至90（不含）"], ["80.1", "89.9"], ["80", "90"]),
        ("score", ["60 to 80", "60至80", "60 至 80"], ["60", "80"], ["59.9", "80.1"]),
        ("score", ["60", "６０"], ["60"], ["60.1"]),
        ("score", ["any", "任意"], ["0", "100"], []),
        ("score", ["below 60 or over 90", "低于60或高于90", "50 or below 60 or over 90"], ["59.9", "90.1"], ["60", "90"]),
        ("score", ["60 or 70 or 80", "60或70或80"], ["60", "80"], ["65"]),
        ("rate", ["-5% to 5%", "-5%至5%"], ["-5%", "5%"], ["-5.1%", "5.1%"]),
        ("rate", ["below 85%", "低于85%"], ["84.9999%"], ["85%"]),
        ("paid", ["1万元 to below 2万元", "1万元至2万元（不含）"], ["10000", "19999.99"], ["20000", "9999.99"]),
        ("paid", ["0", "0元"], ["0"], ["0.01"]),
        ("day", ["2023-01-01 to 2023-06-30", "2023-01-01至2023-06-30", "below 2023-07-01"], ["2023-01-01", "2023-06-30"], ["2023-07-01"]),
        ("state", ["在建 or 已完工", "在建或已完工", "在建 或 已完工", '"在建" or 已完工'], ["在建", "已完工"], ["停工"]),
        ("state", ["停工"], ["停工"], ["在建"]),
        ("audited", ["yes", "是"], ["yes"], ["no"]),
        ("code", ['"0107"', '"0107" or "a 或 b"'], ["0107"], ["0108"]),
        ("count(over reviews)", ["0"], [None], []),
        ("score - 10", ["over 50"], ["60.1"], ["60"]),
    ],
)
def test_what_a_test_in_words_takes(name, cells, inside, outside, tmp_path):
    fact = name if name.isidentifier() else "score"
    for cell in cells:
        made = program(one_test(name, cell), tmp_path)
        for value, expected in [*((v, "holds") for v in inside), *((v, "does-not-hold") for v in outside)]:
            rows = {"department": [{"id": "A", fact: value}], "review": []}
            assert made.run(made.facts(rows, period=2023)).rulings[0].verdict == expected, (cell, value)


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("< 60", "write `below 60`"), (">=60", "write `at least 60`"), ("≤ 60", "write `at most 60`"), ("60~80", "write `60 to 80`"),
        ("60 – 80", "write `60 to 80`"), ("60-80", "write `60 to 80`"), ("more than 60", "write `over 60`"), ("60以上", "write `at least 60`"), ("大于等于60", "write `at least 60`"), ("小于等于60", "write `at most 60`"),
        ("60以下", "write `at most 60` or `below 60`"), ("不少于60", "write `at least 60`"), ("小于60", "write `below 60`"),
        ("60（不含）", "write `below 60`"), ("below 60 to 80", "write `below 60`"), ("60 + 5", "write `below 60`"), ("60 to under 80", "write `60 to below 80`"), ("60 or less than 20", "write `60 or below 20`"), ("quite a lot", "write `below 60`"),
    ],
)  # fmt: skip
def test_what_is_no_test_gets_the_words_that_say_it(cell, hint, tmp_path):
    problems = found(one_test("score", cell), tmp_path)
    assert [p.code for p in problems if p.code != "PR314"] == ["PR251"]
    assert next(p for p in problems if p.code == "PR251").help.startswith(hint)


def test_a_test_compares_what_fits(tmp_path):
    for name, cell, code in (("rate", "below 85", "PR404"), ("paid", "over 500", "PR405"), ("state", "below 在建", "PR412"), ("state", "拆除", "PR411"), ("score", "below low", "PR401")):
        assert code in {p.code for p in found(one_test(name, cell), tmp_path)}, cell


CHINESE = """
政策: 评级
事实: town
对象: department
参数:
  下线: 60
决策表:
  等级:
    名称: 绩效评级
    输入: [得分]
    命中: 唯一
    行:
      - [不低于90, 优]
      - [80至90（不含）, 良]
      - - 下线 至低于 80
        - 中
      - [低于 下线, 差]
  结果:
    输入: [等级, state]
    输出: [比例, 暂停]
    命中: 首个
    行:
      - [优 或 良, 任意, 0%, 否]
      - [任意, 在建, 5%, 否]
      - [任意, 任意, 10%, 是]
规则:
  - 规则名: 扣减
    条件: 等级 != 优
    结果:
      扣减: {自: funds, 金额: 比例 * funds}
    依据: 按等级扣减
  - 规则名: 暂停
    条件: 暂停
    结果: 暂停拨款
    依据: 未完工且等级低的暂停
"""


def test_a_policy_in_chinese_with_one_table_that_reads_another(tmp_path):
    made = program(CHINESE, tmp_path)
    rows = [{"id": i, "score": s, "state": t, "funds": 100} for i, s, t in (("a", 90, "停工"), ("b", "59.9", "在建"), ("c", 60, "停工"))]
    outcome = made.run(made.facts({"department": rows}, period=2023))
    assert [(e.subject, e.amount) for e in outcome.entries] == [("department/b", 5), ("department/c", 10)]
    assert [m.subject for m in outcome.statuses] == ["department/c"]
    assert outcome.explain("department/c").text("zh").split("\n\n")[1] == """\
评级/扣减：成立
  依据：按等级扣减
  条件：等级 != 优
    ✓ 等级 != 优
    等级 = 中（决策表第 3 行：下线 至低于 80）
    score（得分） = 60（2023 年事实）
    下线 = 60（参数）
    比例 = 10%（决策表第 3 行：任意, 任意）
    state = 停工（2023 年事实）
    funds = 100.00元（2023 年期初数）
  → 扣减 funds 2023：10.00元 [入账]
      比例 * funds = 10.00元"""


def test_outputs_are_of_any_kind_and_a_bare_word_is_a_choice(tmp_path):
    tables = """\
  several:
    inputs: [score]
    outputs: [amount, share, flag_it, from_day, word, text_it, number_it]
    rows:
      - [below 60, 0, 5%, yes, 2024-01-01, poor, "x y", 1.5]
      - [at least 60, 500元, -5pp, no, 2024-02-01, "good", "z", 2]
"""
    made = program(policy(tables, 'amount >= 0 and share > 0pp and flag_it and from_day < as_of and word != good and text_it = "x y" and number_it = 1.5').replace("5%, yes", "5pp, yes"), tmp_path)
    assert made.decide("department", {"score": 50}, period=2023).verdicts == {"made/line": "holds"}
    assert made.decide("department", {"score": 60}, period=2023).verdicts == {"made/line": "does-not-hold"}
    assert [p.code for p in found(policy(tables, "word = excellent").replace("5%, yes", "5pp, yes"), tmp_path)] == ["PR411"]
    assert "PR403" in {p.code for p in found(policy(tables.replace("500元", "yes"), "flag_it"), tmp_path)}


UNKNOWN = """\
  grade:
    inputs: [score, state]
    hit: first
    rows:
      - [at least 90, 在建, first]
      - [at least 80, any, second]
      - [below 60, 停工 or 在建, third]
"""


@pytest.mark.parametrize(
    ("score", "state", "word"),
    [
        (95, "在建", "first"), (95, "停工", "second"), (85, None, "second"),  # no earlier row could hit
        (95, None, "?"),  # an earlier row could
        (None, "已完工", "?"), (None, None, "?"), (70, None, "-"), (70, "在建", "-"), (50, "停工", "third"), (50, None, "?"), (50, "已完工", "-"),
    ],
)  # fmt: skip
def test_with_unknown_inputs_a_row_must_surely_hit(score, state, word, tmp_path):
    made = program(policy(UNKNOWN, "grade = first or grade = second or grade = third"), tmp_path)
    outcome = made.run(made.facts({"department": [{"id": "A", "score": score, "state": state}]}, period=2023))
    (ruling,) = outcome.rulings
    said = outcome.explain("department/A").text()
    if word == "?":
        assert ruling.verdict == "undecided"
        assert {n.why for n in ruling.needs} <= {"missing", "no-row"}
        assert "grade = unknown (table, no row surely hits)" in said
    elif word == "-":
        assert [(n.why, n.about) for n in ruling.needs] == [("no-row", "grade")]
        assert "grade = unknown (table, no row hits)" in said
        assert "needs a row of table grade that hits for department/A" in said
        assert "no row of table grade hits for a department of 2023: department/A" in outcome.text()
        assert "2023 年有 department 未命中决策表 grade 的任何一行" in outcome.text("zh")
    else:
        assert ruling.verdict == "holds"
        assert f"grade = {word} (table, row " in said


def test_an_unknown_count_decides_where_its_whole_range_lies_in_a_row(tmp_path):
    tables = "  failed:\n    inputs: [count(over reviews where not passed)]\n    rows:\n      - [below 2, no]\n      - [at least 2, yes]\n"
    made = program(policy(tables, "failed"), tmp_path)
    for flags, verdict in ((["no", "no", None], "holds"), (["no", None], "undecided"), (["yes", None], "does-not-hold")):
        reviews = [{"id": str(n), "department": "A", "passed": flag} for n, flag in enumerate(flags)]
        outcome = made.run(made.facts({"department": [{"id": "A"}], "review": reviews}, period=2023))
        assert outcome.rulings[0].verdict == verdict, flags


def test_a_default_stands_in_where_no_row_hits(tmp_path):
    tables = "  share:\n    inputs: [score]\n    rows:\n      - [at least 60, 5%]\n"
    made = program(policy(tables, "(share otherwise 0%) = 0%"), tmp_path)
    assert made.decide("department", {"score": 59}, period=2023).verdicts == {"made/line": "holds"}


def test_a_circle_through_a_table_shows_the_whole_ring(tmp_path):
    text = policy("  grade:\n    inputs: [lifted + 1]\n    outputs: [points]\n    rows:\n      - [below 9, 5]\n", "points > 3")
    text = text.replace("rules:", "names:\n  lifted: again * 2\n  again: points\nrules:")
    assert render_all(found(text, tmp_path)).replace(str(tmp_path) + "/", "") == """\
error[PR409]: the name `again` depends on itself: again → points → lifted + 1 → lifted → again
   --> policy.yaml:12:3
    |
12  |   again: points
    |   ^^^^^
  ::: policy.yaml:7:15
   |
7  |     outputs: [points]
   |               ------ which leads here
  ::: policy.yaml:6:14
   |
6  |     inputs: [lifted + 1]
   |              ---------- which leads here
   ::: policy.yaml:11:3
    |
11  |   lifted: again * 2
    |   ------ which leads here
   = help: break the circle"""


def test_names_of_tables_are_names_like_others(tmp_path):
    table = "    inputs: [score]\n    rows:\n      - [below 60, 5]\n      - [at least 60, 2]\n"
    assert "PR232" in {p.code for p in found(policy(f"  score:\n{table}", "score > 3"), tmp_path)}
    assert "PR210" in {p.code for p in found(policy(f"  a:\n{table}  b:\n    outputs: [a]\n{table}", "a > 3"), tmp_path)}
    assert "PR205" in {p.code for p in found(policy(f"  over:\n{table}"), tmp_path)}
    wrong = found(policy(f"  grade:\n{table}", "grad > 3"), tmp_path)
    assert [p.help for p in wrong if p.code == "PR401"] == ["did you mean `grade`?"]


def test_a_table_as_long_as_may_be(tmp_path):
    rows = "".join(f"      - [{n}{' to below ' + str(n + 1) if n < 99 else ' to 100'}, {n}元]\n" for n in range(100))
    made = program(policy(f"  amount:\n    inputs: [score]\n    rows:\n{rows}", "yes", "{deduct: {from: funds, amount: amount}}"), tmp_path)
    for score, amount in (("0", 0), ("57.9", 57), ("98.9", 98), ("99.1", 99), ("100", 99)):
        outcome = made.run(made.facts({"department": [{"id": "A", "score": score, "funds": 100}]}, period=2023))
        assert [e.amount for e in outcome.entries] == ([amount] if amount else [])
        assert [f.amount for f in made.decide("department", {"score": score, "funds": 100}, period=2023).fired] == ([amount] if amount else [])
    assert found(policy(f"  amount:\n    inputs: [score]\n    rows:\n{rows}", "yes", "{deduct: {from: funds, amount: amount}}"), tmp_path) == ()


# gaps and overlaps


def test_an_overlap_stops_a_run_on_the_days_on_which_there_is_one(tmp_path):
    text = policy("  grade:\n    inputs: [score]\n    rows:\n      - [below line, bad]\n      - [at least 60, good]\n", "grade = bad")
    text = text.replace("tables:", "parameters:\n  line:\n    - {from: 2023-01-01, value: 60}\n    - {from: 2024-01-01, value: 61}\ntables:")
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    perfrules.loads(text, as_of="2023-12-31", beside=[tmp_path / "facts.yaml"])
    with pytest.raises(perfrules.Refused) as refused:
        perfrules.loads(text, as_of="2024-01-01", beside=[tmp_path / "facts.yaml"])
    assert [(p.code, str(p.values["witness"])) for p in refused.value.problems] == [("PR256", "score = 60")]
    assert [p.code for p in found(text, tmp_path)] == ["PR256"]


def test_a_row_is_idle_where_it_hits_on_no_day_of_any_version(tmp_path):
    """One version of a rule begins where another ends: each has rows of its own, which are idle on the days of the other."""
    versions = "parameters:\n  scale:\n    of: [old, new]\n    value:\n      - {from: 2020-01-01, to: 2023-12-31, value: old}\n      - {from: 2024-01-01, value: new}\n"
    rows = "      - [old, below 60, poor]\n      - [old, at least 60, good]\n      - [new, below 50, poor]\n      - [new, at least 50, good]\n"
    text = policy(f"  graded:\n    inputs: [scale, score]\n    rows:\n{rows}", "graded = poor").replace("tables:", f"in_force: {{from: 2020-01-01}}\n{versions}tables:")
    assert found(text, tmp_path) == ()
    never = found(text.replace("value: new", "value: old"), tmp_path)
    assert [(p.code, p.values["row"]) for p in never] == [("PR259", "3"), ("PR259", "4")]
    shadowed = text.replace("    inputs: [scale, score]", "    hit: first\n    inputs: [scale, score]").replace("[old, at least 60", "[any, any")
    assert [(p.code, p.values["row"]) for p in found(shadowed, tmp_path)] == [("PR258", "3"), ("PR258", "4")]


@pytest.mark.parametrize(("places", "gap"), [(0, ()), (1, ("score = 89.5",)), (2, ("score = 89.5",))])
def test_the_published_scale_has_a_gap_only_where_there_are_values(places, gap, tmp_path):
    scale = "  grade:\n    inputs: [score]\n    rows:\n      - [90 to 100, 优]\n      - [80 to 89, 良]\n      - [0 to below 80, 差]\n"
    problems = found(policy(scale, "grade = 优"), tmp_path, FACTS.replace("places: 1", f"places: {places}"))
    assert tuple(str(p.values["witness"]) for p in problems) == gap


def test_what_is_computed_lies_dense(tmp_path):
    text = policy("  grade:\n    inputs: [paid / 3]\n    rows:\n      - [below 1元, low]\n      - [over 1元, high]\n", "grade = low")
    assert [str(p.values["witness"]) for p in found(text, tmp_path)] == ["paid = 3元"]
    text = text.replace("[paid / 3]", "['round(paid / 7, 2元)']")
    assert found(text, tmp_path) == ()
    text = text.replace("round(paid / 7, 2元)", "paid / paid").replace("元, ", "00%, ")
    assert [str(p.values["witness"]) for p in found(text, tmp_path)] == ["paid / paid = 100%"]


BOUNDS = st.integers(0, 40).map(lambda n: Fraction(n, 4))  # quarters: also between the values of a fact with one place


@st.composite
def number_test(draw):
    """The words of a test of a number, and what it takes."""
    low, high = sorted((draw(BOUNDS), draw(BOUNDS)))
    a, b = f"{float(low):g}", f"{float(high):g}"
    return draw(st.sampled_from([
        (f"below {b}", lambda x: x < high), (f"at most {b}", lambda x: x <= high), (f"over {a}", lambda x: x > low),
        (f"at least {a}", lambda x: x >= low), (f"{a} to below {b}", lambda x: low <= x < high), (f"{a}至{b}", lambda x: low <= x <= high),
        (f"over {a} to {b}", lambda x: low < x <= high), (f"{a} or over {b}", lambda x: x == low or x > high), ("任意", lambda x: True),
        (f"over {a} to below {b}", lambda x: low < x < high), (a, lambda x: x == low),
    ]))  # fmt: skip


@st.composite
def choice_test(draw):
    words = draw(st.sets(st.sampled_from(["red", "green", "blue"]), min_size=1))
    if len(words) == 3:
        return "any", lambda x: True
    return " or ".join(sorted(words)), words.__contains__


@pytest.mark.parametrize(
    ("place", "gaps"),
    [("rank(score over departments)", []), ("streak(score < 60 over years)", ["0"]), ("count(over reviews)", ["0"]), ("score", ["0", "1.5", "2.5"])],
)
def test_a_place_a_streak_and_a_count_are_whole(place, gaps, tmp_path):
    text = policy(f"  share:\n    inputs: ['{place}']\n    rows:\n      - [1, 40%]\n      - [2, 30%]\n      - [at least 3, 0%]\n", "share > 0%")
    witnesses = [str(p.values["witness"]) for p in found(text, tmp_path) if p.code == "PR257"]
    assert [w.rpartition(" = ")[2] for w in witnesses] == gaps


@st.composite
def tables(draw):
    places, two = draw(st.integers(0, 1)), draw(st.booleans())
    rows = [(draw(number_test()), draw(choice_test()) if two else ("", lambda x: True)) for _ in range(draw(st.integers(1, 5)))]
    assume(any(number[0] != "任意" for number, _ in rows) and (not two or any(choice[0] != "any" for _, choice in rows)))
    return places, two, draw(st.sampled_from(["unique", "first"])), rows


def case(witness: str) -> dict[str, str]:
    """The value of each input that a witness names."""
    return {} if witness == "anything is the case" else dict(part.split(" = ") for part in witness.split(", "))


@given(tables())
def test_gaps_and_overlaps_are_those_of_brute_force(tmp_path_factory, made):
    """Every value that a fact can have is tried: the same rows overlap, are shadowed or never hit, and a gap is
    found where there is one, with a witness that no row takes."""
    places, two, hit, rows = made
    facts = f"facts: town\nextends: budget\nkinds:\n  department:\n    facts:\n      n: {{is: number, places: {places}, between: [0, 10]}}\n      c: {{is: choice, of: [red, green, blue]}}\n"
    lines = "".join(f"      - [{', '.join([number[0], *([choice[0]] if two else []), 'x'])}]\n" for number, choice in rows)
    text = policy(f"  t:\n    inputs: [{'n, c' if two else 'n'}]\n    hit: {hit}\n    rows:\n{lines}", "t = x")
    problems = found(text, tmp_path_factory.mktemp("p"), facts)
    grid = [(Fraction(n, 10**places), c) for n in range(10 * 10**places + 1) for c in (("red", "green", "blue") if two else ("",))]
    hits = [{p for p in grid if number[1](p[0]) and choice[1](p[1])} for number, choice in rows]

    def said(code, *keys):
        return {tuple(int(str(p.values[k])) - 1 for k in keys) for p in problems if p.code == code}

    pairs = {(i, j) for j in range(len(rows)) for i in range(j) if hits[i] & hits[j]}
    assert said("PR256", "one", "other") == (pairs if hit == "unique" else set())
    assert said("PR259", "row") == {(i,) for i, taken in enumerate(hits) if not taken}
    shadowed = {(i,) for i, taken in enumerate(hits) if taken and taken <= set().union(*hits[:i])}
    assert said("PR258", "row") == (shadowed if hit == "first" else set())
    gap = set(grid) - set().union(*hits)
    witnesses = [str(p.values["witness"]) for p in problems if p.code == "PR257"]
    event(f"{hit}: overlaps {bool(pairs)}, gap {bool(gap)}, shadowed {bool(shadowed)}")
    assert bool(witnesses) == bool(gap and any(hits))
    for witness in witnesses:
        value = case(witness)
        assert any(p[0] == Fraction(value.get("n", p[0])) and p[1] == value.get("c", p[1]) for p in gap), witness
    if gap and any(hits) and not two:
        places_of = sorted(p[0] for p in gap)
        runs = 1 + sum(b - a > Fraction(1, 10**places) for a, b in pairwise(places_of))
        assert len(witnesses) == min(runs, 5)
    for problem in problems:
        if problem.code == "PR256":
            value = case(str(problem.values["witness"]))
            i, j = (int(str(problem.values[k])) - 1 for k in ("one", "other"))
            assert any(p[0] == Fraction(value.get("n", p[0])) and p[1] == value.get("c", p[1]) for p in hits[i] & hits[j])


# tables seen from elsewhere, and words in an order


LEVELS = FACTS.replace("      code: {is: text}", "      code: {is: text}\n      level: {is: choice, of: [优, 良, 中, 差], order: best-first}")


def test_words_in_an_order_are_tested_like_numbers(tmp_path):
    rows = "      - [优, 0%]\n      - [良 to below 优, 5%]\n      - [below 良, 10%]\n"
    whole = policy(f"  share:\n    inputs: [level]\n    rows:\n{rows}", "share = 5%")
    assert found(whole, tmp_path, LEVELS) == ()
    made = program(whole, tmp_path, LEVELS)
    assert [made.decide("department", {"level": w}, period=2023).verdicts["made/line"] for w in "优良中差"] == ["does-not-hold", "holds", "does-not-hold", "does-not-hold"]
    gap = whole.replace("below 良, 10%", "below 中, 10%")
    assert [(p.code, str(p.values["witness"])) for p in found(gap, tmp_path, LEVELS)] == [("PR257", "level = 中")]
    overlap = whole.replace("良 to below 优", "at least 良")
    assert [(p.code, str(p.values["witness"])) for p in found(overlap, tmp_path, LEVELS)] == [("PR256", "level = 优")]


def test_an_output_is_read_from_what_belongs_to_the_subject_and_of_all_others(tmp_path):
    text = """policy: made
facts: town
subject: department
names:
  review.late: department.grade = poor and not passed
  review.grade: passed
  worse: count(over departments where grade = poor)
tables:
  grade:
    inputs: [score]
    rows:
      - [at least 60, good]
      - [below 60, poor]
rules:
  - rule: line
    when: any(late over reviews) and worse >= 1 and not all(grade over reviews)
    then: suspend
    because: made
"""
    assert found(text, tmp_path) == ()
    made = program(text, tmp_path)
    rows = {"department": [{"id": "A", "score": 50}, {"id": "B", "score": 70}], "review": [{"id": n, "department": d, "passed": "no"} for n, d in (("1", "A"), ("2", "B"))]}
    outcome = made.run(made.facts(rows, period=2023))
    assert [(r.subject, r.verdict) for r in outcome.rulings] == [("department/A", "holds"), ("department/B", "does-not-hold")]
    said = outcome.explain("department/A").text()
    assert "department.grade = poor" in said
    assert "grade = good, score = 70" in said


def test_a_circle_through_a_table_and_another_kind_is_shown(tmp_path):
    text = policy("  grade:\n    inputs: [count(over reviews where bad)]\n    rows:\n      - [at least 1, poor]\n      - [below 1, good]\n", "grade = poor")
    text = text.replace("rules:", "names:\n  review.bad: department.grade = poor and passed\nrules:")
    (problem,) = [p for p in found(text, tmp_path) if p.code == "PR409"]
    assert str(problem.values["ring"]) == "department.count(over reviews where bad) → review.bad → department.grade → department.count(over reviews where bad)"
    assert len(problem.related) == 2
