"""Cases: what can be expected, and what is said where it does not come out; scenarios, refusals, policies."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

import pytest

import perfrules
from perfrules import expected_lists, suite
from tested import EVERYTHING, GIVEN, HEAD, POLICY, expecting, messages, ran, write

# every sort of result: an expectation that is met, one that is not, and what is said then

RESULTS = [
    ("{A: {slow: holds}}", "{A: {slow: does-not-hold}}",
     ["`funds` expects `does-not-hold` for `slow`, but the result is `holds`"],
     ["`funds` 预期 `slow` 为 `does-not-hold`，实际为 `成立`"]),
    ("{A: {slow: 成立}}", "{A: {slow: 待定}}",
     ["`funds` expects `待定` for `slow`, but the result is `holds`"],
     ["`funds` 预期 `slow` 为 `待定`，实际为 `成立`"]),
    ("{A: {fast: does-not-hold}}", "{A: {funds/fast: not-applicable}}",
     ["`funds` expects `not-applicable` for `funds/fast`, but the result is `does-not-hold`"],
     ["`funds` 预期 `funds/fast` 为 `not-applicable`，实际为 `不成立`"]),
    ("{A: {slow: posted}}", "{A: {slow: [waiting, set-aside]}}",
     ["`funds` expects `waiting, set-aside` for the claims of `slow`, but the result is `posted`"],
     ["`funds` 预期 `slow` 的款项为 `waiting, set-aside`，实际为 `入账`"]),
    ("{A: {fast: not-made}}", "{A: {town/funds/fast: 入账}}",
     ["`funds` expects `入账` for the claims of `town/funds/fast`, but the result is `not-made`"],
     ["`funds` 预期 `town/funds/fast` 的款项为 `入账`，实际为 `未提出`"]),
    ("{A: {funds: -1元}}", "{A: {funds: 1元}}",
     ["`funds` expects `1元` for the change of `funds`, but the result is `-1.00元`"],
     ["`funds` 预期 `funds` 的变动为 `1元`，实际为 `-1.00元`"]),
    ("{部门/A: {公用经费: -1}}", "{A: {公用经费: -0.99}}",
     ["`funds` expects `-0.99` for the change of `公用经费`, but the result is `-1.00元`"],
     ["`funds` 预期 `公用经费` 的变动为 `-0.99`，实际为 `-1.00元`"]),
    ("{A: {funds: -1.01元 ± 0.01元}}", "{A: {funds: -1.02元 ± 0.01元}}",
     ["`funds` expects `-1.02元 ± 0.01元` for the change of `funds`, but the result is `-1.00元`"],
     ["`funds` 预期 `funds` 的变动为 `-1.02元 ± 0.01元`，实际为 `-1.00元`"]),
    ("{A: {own: 0元}}", "{A: {自有资金: 99}}",
     ["`funds` expects `99` for the change of `自有资金`, but the result is `0.00元`"],
     ["`funds` 预期 `自有资金` 的变动为 `99`，实际为 `0.00元`"]),
    ("{A: {remind: yes}}", "{A: {remind: no}}",
     ["`funds` expects `no` for `remind`, but the result is `yes`"],
     ["`funds` 预期 `remind` 为 `no`，实际为 `是`"]),
    ("{A: {提醒敦促函: 是}}", "{A: {约谈通知书: 是}}",
     ["`funds` expects `是` for `约谈通知书`, but the result is `no`"],
     ["`funds` 预期 `约谈通知书` 为 `是`，实际为 `否`"]),
    ("{A: {suspend: no}}", "{A: {暂停拨款: 是}}",
     ["`funds` expects `是` for `暂停拨款`, but the result is `no`"],
     ["`funds` 预期 `暂停拨款` 为 `是`，实际为 `否`"]),
    ("{A: {grade: 优}}", "{A: {grade: 特优}}",
     ["`funds` expects `特优` for `grade`, but the result is `优`"],
     ["`funds` 预期 `grade` 为 `特优`，实际为 `优`"]),
    ("{A: {评定等级: [优]}}", "{A: {grade: none}}",
     ["`funds` expects `none` for `grade`, but the result is `优`"],
     ["`funds` 预期 `grade` 为 `none`，实际为 `优`"]),
    ("{A: {flag: none}}", "{A: {标记: 甲}}",
     ["`funds` expects `甲` for `标记`, but the result is `none`"],
     ["`funds` 预期 `标记` 为 `甲`，实际为 `无`"]),
    ("{A: {执行率: 84.99%}}", "{A: {执行率: 85%}}",
     ["`funds` expects `85%` for `执行率`, but the result is `84.99%`"],
     ["`funds` 预期 `执行率` 为 `85%`，实际为 `84.99%`"]),
    ("{A: {执行率: 85% ± 0.01pp}}", "{A: {执行率: 85% ± 0.001%}}",
     ["`funds` expects `85% ± 0.001%` for `执行率`, but the result is `84.99%`"],
     ["`funds` 预期 `执行率` 为 `85% ± 0.001%`，实际为 `84.99%`"]),
    ("{A: {unspent: 15.01元}}", "{A: {unspent: 15元}}",
     ["`funds` expects `15元` for `unspent`, but the result is `15.01元`"],
     ["`funds` 预期 `unspent` 为 `15元`，实际为 `15.01元`"]),
    ("{A: {points: 95}}", "{A: {points: 94.9 ± 0.05}}",
     ["`funds` expects `94.9 ± 0.05` for `points`, but the result is `95`"],
     ["`funds` 预期 `points` 为 `94.9 ± 0.05`，实际为 `95`"]),
    ("{A: {heads: 3}}", "{A: {heads: 4}}",
     ["`funds` expects `4` for `heads`, but the result is `3`"],
     ["`funds` 预期 `heads` 为 `4`，实际为 `3`"]),
    ("{A: {until: 2024-01-01 ± 1 days}}", "{A: {until: 2024-01-02 ± 1 days}}",
     ["`funds` expects `2024-01-02 ± 1 days` for `until`, but the result is `2023-12-31`"],
     ["`funds` 预期 `until` 为 `2024-01-02 ± 1 days`，实际为 `2023-12-31`"]),
    ("{A: {stage: open}}", "{A: {stage: closed}}",
     ["`funds` expects `closed` for `stage`, but the result is `open`"],
     ["`funds` 预期 `stage` 为 `closed`，实际为 `open`"]),
    ("{A: {number: x7}}", '{A: {number: "07"}}',
     ["`funds` expects `07` for `number`, but the result is `x7`"],
     ["`funds` 预期 `number` 为 `07`，实际为 `x7`"]),
    ("{A: {young: no}}", "{A: {young: 是}}",
     ["`funds` expects `是` for `young`, but the result is `no`"],
     ["`funds` 预期 `young` 为 `是`，实际为 `否`"]),
    ("{A: {missing: none}}", "{A: {missing: paid}}",
     ["`funds` expects `paid` for `missing`, but the result is `none`"],
     ["`funds` 预期 `missing` 为 `paid`，实际为 `无`"]),
    ("{A: {conflicts: 无}}", "{A: {冲突: grade}}",
     ["`funds` expects `grade` for `冲突`, but the result is `none`"],
     ["`funds` 预期 `冲突` 为 `grade`，实际为 `无`"]),
    ("{A: {because: [slow, town/funds/figures, funds/good]}}", "{A: {because: slow}}",
     ["`funds` expects `slow` for `because`, but the result is `figures, good, slow`"],
     ["`funds` 预期 `because` 为 `slow`，实际为 `figures, good, slow`"]),
    ("{A: {说明: [rate < low, 支出数, '执行率低于85%的，扣减公用经费']}}", "{A: {explained: [rate < low, 一分之差]}}",
     ["`funds` expects the explanation of `department/A` to say `一分之差`, which it does not"],
     ["`funds` 预期 `department/A` 的说明中有 `一分之差`，实际没有"]),
    ("{saved: {taken: 1元, given: 0, leftover: 1元, shortfall: 0, settled: yes}}", "{saved: {taken: 0, settled: no}}",
     ["`funds` expects `0` for `taken` of `town/funds/saved`, but the result is `1.00元`",
      "`funds` expects `no` for `settled` of `town/funds/saved`, but the result is `yes`"],
     ["`funds` 预期 `town/funds/saved` 的 `taken` 为 `0`，实际为 `1.00元`",
      "`funds` 预期 `town/funds/saved` 的 `settled` 为 `no`，实际为 `是`"]),
    ("{town/funds/saved: {收入: 1元 ± 0元, 已结清: 是}}", "{funds/saved: {剩余: 0.5元 ± 0.4元}}",
     ["`funds` expects `0.5元 ± 0.4元` for `剩余` of `town/funds/saved`, but the result is `1.00元`"],
     ["`funds` 预期 `town/funds/saved` 的 `剩余` 为 `0.5元 ± 0.4元`，实际为 `1.00元`"]),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "english", "chinese"), RESULTS, ids=[bad for _, bad, _, _ in RESULTS])
def test_a_result_that_is_expected_and_one_that_is_not(tmp_path, good, bad, english, chinese):
    assert messages(expecting(tmp_path, good)) == []
    failed = expecting(tmp_path, bad)
    assert (messages(failed), messages(failed, "zh")) == (english, chinese)
    assert not failed.passed
    assert {p.code for p in failed.problems} == {"PR522" if "explanation" in english[0] else "PR501"}


WHOLE_EN = """error[PR501]: `funds` expects `does-not-hold` for `slow`, but the result is `holds`
  --> cases.yaml:6:20
   |
6  | expect: {A: {slow: does-not-hold, grade: 优}}
   |                    ^^^^^^^^^^^^^
   = help: correct the rule or what is expected

department/A, 2023, as of 2024-01-31

town/funds/slow: holds
  basis: 执行率低于85%的，扣减公用经费
  condition: rate < low
    ✓ rate < low
    rate = paid / budget = 84.99%
    paid (支出数) = 84.99元 (fact of 2023)
    budget (预算数) = 100.00元 (fact of 2023)
    low = 85% (parameter)
    funds (公用经费) = 100.00元 (opening amount of 2023)
  if 支出数 were 85.00元, 0.01元 more, the rule would be: does not hold
  → deduct 公用经费 2023: 1.00元 [posted]
      1% * funds = 1.00元
  → letter of reminder 2023 [done]
"""
WHOLE_ZH = """错误[PR501]: `funds` 预期 `slow` 为 `does-not-hold`，实际为 `成立`
  --> cases.yaml:6:20
   |
6  | expect: {A: {slow: does-not-hold, grade: 优}}
   |                    ^^^^^^^^^^^^^
   = 建议: 请更正规则或预期

department/A，2023 年度，基准日 2024-01-31

town/funds/slow：成立
  依据：执行率低于85%的，扣减公用经费
  条件：rate < low
    ✓ rate < low
    rate = paid / budget = 84.99%
    paid（支出数） = 84.99元（2023 年事实）
    budget（预算数） = 100.00元（2023 年事实）
    low = 85%（参数）
    funds（公用经费） = 100.00元（2023 年期初数）
  若 支出数 增加 0.01元，达到 85.00元，则本规则不成立
  → 扣减 公用经费 2023：1.00元 [入账]
      1% * funds = 1.00元
  → 提醒敦促函 2023 [生效]
"""


def test_a_failure_shows_its_line_both_results_and_why_the_ruling_is_as_it_is(tmp_path):
    with chdir(tmp_path):
        failed = expecting(Path(), "{A: {slow: does-not-hold, grade: 优}}")
    assert failed.text() == WHOLE_EN
    assert failed.text("zh") == WHOLE_ZH
    assert expecting(tmp_path, "{A: {slow: holds}}").text() == ""


@pytest.mark.parametrize(("expect", "rules"), [
    ("{A: {slow: undecided}}", {"slow"}),
    ("{A: {funds: 5元}}", {"slow", "fast"}),
    ("{A: {own: 5元}}", set()),
    ("{A: {suspend: yes}}", {"shut"}),
    ("{A: {grade: 差}}", {"good", "best"}),
    ("{A: {执行率: 1%}}", {"figures"}),
    ("{A: {slow: undecided, fast: undecided, grade: 优}}", {"slow", "fast"}),
    ("{A: {missing: paid}}", {"slow", "fast", "slower", "figures", "good", "best", "shut"}),
])  # fmt: skip
def test_what_is_explained_are_the_rules_behind_what_differs(tmp_path, expect, rules):
    explained = expecting(tmp_path, expect).explained()
    assert explained.count("department/A, 2023") == 1
    assert {line.partition(":")[0] for line in explained.splitlines() if line.startswith("town/")} == {f"town/funds/{r}" for r in rules}


def test_several_subjects_are_explained_one_after_the_other(tmp_path):
    given = f"given: {{department: [{{id: A, {EVERYTHING}}}, {{id: B, {EVERYTHING}}}]}}\n"
    explained = expecting(tmp_path, "{B: {slow: undecided}, A: {good: undecided}}", given).explained()
    assert [line for line in explained.splitlines() if line.startswith(("department/", "town/"))] == [
        "department/B, 2023, as of 2024-01-31", "town/funds/slow: holds", "department/A, 2023, as of 2024-01-31", "town/funds/good: holds",
    ]  # fmt: skip


CONFLICT = GIVEN.replace("score: 95", "score: 99")


def test_a_conflict_by_the_name_or_title_of_what_it_is_about(tmp_path):
    for words in ("grade", "评定等级", "[grade]"):
        assert expecting(tmp_path, f"{{A: {{conflicts: {words}, grade: none, good: in-conflict}}}}", CONFLICT).passed
    assert messages(expecting(tmp_path, "{A: {conflicts: none}}", CONFLICT)) == ["`funds` expects `none` for `conflicts`, but the result is `grade`"]
    assert messages(expecting(tmp_path, "{A: {grade: 优}}", CONFLICT)) == ["`funds` expects `优` for `grade`, but the result is `none`"]


OPEN = "given: {department: [{id: A, period: 2022, budget: 1元, paid: 0元}, {id: A, budget: unknown, paid: 80元, funds: 100元, score: 50, state: open}]}\n"


def test_what_is_missing_by_name_or_title(tmp_path):
    for words in ("[budget]", "预算数"):
        assert messages(expecting(tmp_path, f"{{A: {{slow: undecided, missing: {words}}}}}", OPEN)) == []
    assert messages(expecting(tmp_path, "{A: {missing: none}}", OPEN)) == ["`funds` expects `none` for `missing`, but the result is `budget`"]
    [failed] = [p for p in expecting(tmp_path, "{A: {slow: holds}}", OPEN).problems if p.code == "PR501"]
    assert (failed.help, failed.cure("zh")) == ("it needs department/A.budget (2023)", "缺少 department/A.budget (2023)")
    assert expecting(tmp_path, "{A: {执行率: none, unspent: 无, grade: no, because: 无}}", OPEN).passed


def test_an_unsettled_pool_says_what_it_waits_for(tmp_path):
    one = expecting(tmp_path, "{saved: {settled: yes}}", OPEN)
    [problem] = [p for p in one.problems if p.code == "PR501"]
    assert "it waits for department/A town/funds/fast" in problem.help
    assert "等待 department/A town/funds/fast" in problem.cure("zh")


def test_a_pool_that_differs_says_of_which_claims_it_is(tmp_path, monkeypatch):
    row = "budget: 100元, paid: 80元, funds: 100元, score: 95, state: open}"
    given = f"given: {{department: [{{id: A, {row}, {{id: B, {row}]}}\n"
    [problem] = [p for p in expecting(tmp_path, "{saved: {taken: 3元}}", given).problems if p.code == "PR501"]
    assert problem.help == "its claims: department/A town/funds/slow 1.00元, department/B town/funds/slow 1.00元"
    monkeypatch.setattr(expected_lists, "CLAIMS_SHOWN", 1)
    [problem] = [p for p in expecting(tmp_path, "{saved: {taken: 3元}}", given).problems if p.code == "PR501"]
    assert problem.cure("zh") == "款项：department/A town/funds/slow 1.00元……（另有 1 笔）"


WRONG = [
    ("{A: {slow: hold}}", "PR208", "`hold` is not one of the words that can stand here", "did you mean `holds`?"),
    ("{A: {slow: [posted, holds]}}", "PR208", "`posted` is not one of the words that can stand here", "not both"),
    ("{A: {slo: holds}}", "PR503", "`slo` is nothing that can be expected of a department", "did you mean `slow`?"),
    ("{A: {failed: holds}}", "PR503", "`failed` is nothing that can be expected of a department", ""),
    ("{A: {公用经费用: 0元}}", "PR503", "`公用经费用` is nothing that can be expected of a department", "did you mean `公用经费`?"),
    ("{saved: {takn: 0元}}", "PR503", "`takn` is nothing that can be expected of a pool", "did you mean `taken`?"),
    ("{丙: {slow: holds}}", "PR502", "`funds` expects something of `丙`, which is not given for 2023", "known here: `A`, `department/A`"),
    ("{departmnt/A: {slow: holds}}", "PR502", "`funds` expects something of `departmnt/A`, which is not given for 2023", "did you mean `department/A`?"),
    ("{svaed: {taken: 0}}", "PR502", "`funds` expects something of `svaed`, which is not given for 2023", "did you mean `saved`?"),
    ("{A: {slow: []}}", "PR204", "`slow` does not have the form it needs", "`none` where it is nothing"),
    ("{saved: {taken: []}}", "PR204", "`taken` does not have the form it needs", "`none` where it is nothing"),
    ("{A: {funds: 1%}}", "PR602", "`1%` for `funds` is not an amount of money", ""),
    ("{A: {funds: -1元 ± 1%}}", "PR602", "`1%` for `funds` is not an amount of money", ""),
    ("{A: {funds: -1.001}}", "PR604", "-1.001 for `funds` has more than 2 decimal places", ""),
    ("{saved: {taken: 1%}}", "PR602", "`1%` for `taken` is not an amount of money", ""),
    ("{A: {执行率: 0.8499}}", "PR521", "the figure `执行率` is a ratio, with which 0.8499 can't be compared", ""),
    ("{A: {执行率: no}}", "PR521", "the figure `执行率` is a ratio, with which no can't be compared", ""),
    ("{A: {执行率: 85% ± 1元}}", "PR521", "the figure `执行率` is a ratio, with which 1元 can't be compared", ""),
    ("{A: {unspent: 15.01}}", "PR521", "the figure `unspent` is an amount of money, with which 15.01 can't be compared", ""),
    ("{A: {unspent: USD 15.01}}", "PR521", "the figure `unspent` is an amount of money, with which USD 15.01 can't be compared", ""),
    ("{A: {heads: 3元}}", "PR521", "the figure `heads` is a count, with which 3元 can't be compared", ""),
    ("{A: {until: 2023}}", "PR521", "the figure `until` is a date, with which 2023 can't be compared", ""),
    ("{A: {young: 0}}", "PR501", "`funds` expects `0` for `young`, but the result is `no`", ""),
    ("{A: {slow: [posted, posted]}}", "PR210", "two things here are called `posted`", "remove it"),
    ("{A: {slow: [posted, 入账]}}", "PR210", "two things here are called `入账`", "remove it"),
    ("{A: {funds: [unknown, 未知]}}", "PR210", "two things here are called `未知`", "remove it"),
    ("{A: {missing: [2022, 2022]}}", "PR210", "two things here are called `2022`", "remove it"),
    ("{A: {grade: [优, 优]}}", "PR210", "two things here are called `优`", "remove it"),
    ("{A: {funds: -1元 ± -1元}}", "PR603", "-1元 for `funds` is below 0元", ""),
    ("{saved: {taken: 1元 ± -1元}}", "PR603", "-1元 for `taken` is below 0元", ""),
    ("{A: {unspent: 15.01元 ± -1元}}", "PR603", "-1元 for `unspent` is below 0", ""),
    ("{A: {until: 2023-12-31 ± -1 days}}", "PR603", "-1 days for `until` is below 0", ""),
    ("{A: {remind: 没有}}", "PR208", "`没有` is not one of the words that can stand here", "`是`, `否`, `无`, `未知`"),
    ("{saved: {settled: 没有}}", "PR208", "`没有` is not one of the words that can stand here", "`是`, `否`"),
    ("{A: {执行率: unknown}}", "PR501", "`funds` expects `unknown` for `执行率`, but the result is `84.99%`", "correct the rule"),
    ("{A: {until: 未知}}", "PR501", "`funds` expects `未知` for `until`, but the result is `2023-12-31`", "correct the rule"),
    ("{A: {执行率: 85 %}}", "PR304", "`%` belongs directly to its number; there is no remainder of a division", ""),
]  # fmt: skip


@pytest.mark.parametrize(("expect", "code", "message", "cure"), WRONG, ids=[expect for expect, *_ in WRONG])
def test_what_can_not_be_expected(tmp_path, expect, code, message, cure):
    failed = expecting(tmp_path, expect)
    [problem] = [p for p in failed.problems if p.severity == "error"]
    assert (problem.code, problem.message) == (code, message)
    assert cure in problem.help
    assert problem.span.line == 6
    assert (failed.explained() == "") == (code != "PR501")


def test_an_empty_name_is_nothing_that_can_be_expected_nor_offered(tmp_path):
    of_value = "  - rule: stages\n    when: state is known\n    then: {grade: {of: state}}\n    because: its word is a value\n"
    policy = POLICY.replace("pools:\n", f"{of_value}pools:\n")
    for key in ("''", "zzz"):
        [one] = ran(tmp_path, HEAD + GIVEN + f"expect: {{A: {{{key}: none}}}}\n", policy=policy)
        [problem] = [p for p in one.problems if p.severity == "error"]
        assert (problem.code, "``" in problem.help) == ("PR503", False)


def test_a_zero_is_of_every_kind(tmp_path):
    given = "given: {department: [{id: A, budget: 1元, paid: 0元, score: 0, staff: 0, funds: 0元}]}\n"
    assert expecting(tmp_path, "{A: {执行率: 0, points: 0, heads: 0, funds: 0}}", given).passed


@pytest.mark.parametrize(("cases", "key"), [
    (HEAD.replace("cases: funds", "cases: ''") + GIVEN + "expect: {A: {slow: holds}}\n", "cases"),
    (HEAD + GIVEN + "scenarios: [{name: '', expect: {A: {slow: holds}}}]\n", "name"),
])  # fmt: skip
def test_a_case_has_a_name(tmp_path, cases, key):
    with pytest.raises(perfrules.Refused) as refused:
        suite.collect(write(tmp_path, cases))
    assert [p.message for p in refused.value.problems] == [f"`{key}` is missing here"]


# what is noted


def noted(one: suite.Ran) -> list[str]:
    return [p.message for p in one.problems if p.severity == "note"]


SHORT = "given: {department: [{id: A, budget: 100元, paid: 80元, funds: 100元}]}\n"


@pytest.mark.parametrize(("expect", "fact"), [
    ("{A: {slow: holds, funds: -1元, remind: yes, 执行率: 80%}}", ""),  # of what it does not ask, nothing is said
    ("{A: {good: undecided}}", "score"),
    ("{A: {grade: none}}", "score"),
    ("{A: {suspend: no}}", "state"),
    ("{A: {because: [slow, figures]}}", "score"),
    ("{A: {explained: rate < low}}", ""),
    ("{A: {good: undecided, missing: [score, state, staff, ends, code, new]}}", ""),  # said to be missing
])  # fmt: skip
def test_what_is_left_out_is_noted_where_something_is_expected_of_it(tmp_path, expect, fact):
    one = expecting(tmp_path, expect, SHORT)
    assert [m.split("`")[3] for m in noted(one)] == ([fact] if fact else [])
    assert all(m.startswith("`funds` leaves out `") for m in noted(one))


def test_a_policy_that_is_not_in_force_is_named_where_something_differs(tmp_path):
    later = POLICY.replace("policy: funds", "policy: later").replace("from: 2023", "from: 2030")
    head = HEAD.replace("town/funds", "[town/funds, town/later]")
    [one] = ran(tmp_path, head + GIVEN + "expect: {A: {later/slow: holds}}\n", later=later)
    assert messages(one) == ["`funds` expects `holds` for `later/slow`, but the result is `not-applicable`"]
    assert noted(one) == ["the policy `town/later` is not in force on 2024-01-31 and was left out"]
    [one] = ran(tmp_path, head + GIVEN + "expect: {A: {later/slow: not-applicable}}\n", later=later)
    assert (one.passed, noted(one)) == (True, [])


# scenarios

SCENARIOS = HEAD + """given:
  department:
    - {id: B, budget: 100元, paid: 97元, funds: 300元}
    - {id: C, budget: 100元, paid: 97元, funds: 100元}
expect:
  B: {fast: holds, funds: 0元}
scenarios:
  - name: equal shares
    given:
      部门:
        - {id: A, budget: 100元, paid: 84.99元, funds: 100元}
    expect:
      A: {slow: holds, funds: -1元}
      B: {funds: 0.5元}
      C: {funds: 0.5元}
      saved: {taken: 1元, given: 1元, leftover: 0元}
  - 情景名: 按公用经费
    参数: {key: weighted}
    给定: {department: [{编号: A, 预算数: 100元, 支出数: 84.99元, 公用经费: 100元}]}
    预期:
      B: {公用经费: 0.75元}
      C: {公用经费: 0.25元}
  - name: another line
    parameters: {low: 80%}
    given: {department: [{id: A, budget: 100元, paid: 84.99元, funds: 100元}]}
    expect: {A: {slow: does-not-hold, funds: 0元}}
  - name: another year
    period: 2024
    as_of: 2025-01-31
    given: {department: [{id: A, budget: 100元, paid: 84.99元, funds: 100元}]}
    expect: {A: {slow: holds}}
  - name: refused
    given: {department: [{id: A, budget: -1元}]}
    problems: PR603
"""


def test_scenarios_share_the_head_and_say_what_is_their_own(tmp_path):
    found = ran(tmp_path, SCENARIOS)
    assert [str(one.case.name) for one in found] == ["funds", "equal shares", "按公用经费", "another line", "another year", "refused"]
    assert [one.text() for one in found] == [""] * 6
    assert [len(next(iter(one.case.given.values()))) for one in found] == [2, 3, 3, 3, 3, 3]


def test_what_scenarios_say_does_not_reach_others(tmp_path):
    mixed = SCENARIOS.replace("parameters: {low: 80%}\n", "\n")
    failed = [one for one in ran(tmp_path, mixed) if not one.passed]
    assert [str(one.case.name) for one in failed] == ["another line"]


def test_the_order_of_scenarios_rows_and_keys_has_no_effect(tmp_path):
    head, *listed = SCENARIOS.replace("\n  - name", "\n  ~ name").replace("\n  - 情景名", "\n  ~ 情景名").split("  ~ ")
    turned = head + "".join(f"  - {one}" for one in reversed(listed))
    assert all(one.passed for one in ran(tmp_path, turned))
    given = GIVEN.replace("budget: 100元, paid: 84.99元, funds: 100元", "funds: 100元, paid: 84.99元, budget: 100元")
    assert expecting(tmp_path, "{saved: {taken: 1元}, A: {funds: -1元, slow: holds}}", given).passed


def test_parameters_of_the_head_are_those_of_all_and_each_may_say_others(tmp_path):
    cases = HEAD + "parameters: {low: 80%, key: 'weighted'}\n" + GIVEN + (
        "expect: {A: {slow: does-not-hold}}\n"
        "scenarios:\n"
        "  - {name: theirs, expect: {A: {slow: does-not-hold}}}\n"
        "  - {name: own, parameters: {low: 90%}, expect: {A: {slow: holds}}}\n"
    )  # fmt: skip
    assert [one.text() for one in ran(tmp_path, cases)] == ["", "", ""]


PARAMETERS = [
    ("{lowe: 80%}", "PR261", "`town/funds` has no parameter `lowe` that could be set", "did you mean `low`?"),
    ("{low: 80}", "PR263", "80 can't be set for `low`: it must be of the kind of 85%", ""),
    ("{low: equal}", "PR263", "equal can't be set for `low`: it must be of the kind of 85%", ""),
    ("{key: equall}", "PR208", "`equall` is not one of the words that can stand here", "did you mean `equal`?"),
    ("{key: 80%}", "PR208", "`80%` is not one of the words that can stand here", "known here: `equal`, `weighted`"),
    ("{low: 80 percent}", "PR316", "`80 percent` is no constant", ""),
]


@pytest.mark.parametrize(("parameters", "code", "message", "cure"), PARAMETERS, ids=[p for p, *_ in PARAMETERS])
def test_a_parameter_that_can_not_be_set(tmp_path, parameters, code, message, cure):
    for place in (f"parameters: {parameters}\nexpect: {{A: {{slow: holds}}}}\n", f"scenarios: [{{name: s, parameters: {parameters}, expect: {{A: {{slow: holds}}}}}}]\n"):
        [problem] = refused(tmp_path, HEAD + GIVEN + place)
        assert (problem.code, problem.message) == (code, message)
        assert cure in problem.help


def refused(folder: Path, cases: str, **others: str) -> tuple[perfrules.Problem, ...]:
    with pytest.raises(perfrules.Refused) as caught:
        suite.collect(write(folder, cases, **others))
    return tuple(p for p in caught.value.problems if p.severity == "error")


# children, histories, other years, decisions, several policies

FAMILY = """cases: small projects
policies: [town/projects, funds]
as_of: 2024-01-31
period: 2023
given:
  department:
    - {id: D, budget: 1000元, paid: 840元, funds: 100元, own: 50元}
    - {id: D, period: 2022, budget: 1000元, paid: 900元}
  project:
    - {id: P, department: D, cost: 9元}
    - {id: Q, department: D, cost: 10元}
    - {id: D, department: D, cost: unknown}
  review:
    - {id: 1, project: P, round: 1, passed: no}
    - {id: 2, project: P, round: 2, passed: no}
expect:
  P: {failed: holds, 不纳入预算: 是, small: set-aside}
  Q: {failed: does-not-hold, small: does-not-hold}
  department/D: {slow: holds, slower: holds, 约谈通知书: 是, own: unknown, funds: -1元}
  项目/D: {small: undecided, missing: cost}
"""


def test_children_histories_and_other_years_under_several_policies(tmp_path):
    [one] = ran(tmp_path, FAMILY)
    assert one.text() == ""
    assert [p.name for p in one.case.policies] == ["town/projects", "town/funds"]


def test_an_id_of_two_kinds_needs_its_kind(tmp_path):
    [one] = ran(tmp_path, FAMILY.replace("department/D:", "D:"))
    assert messages(one) == ["`small projects` expects something of `D`, which is not given for 2023"]
    assert one.problems[0].help == "write `department/D` or `project/D`"


def test_what_is_missing_of_what_it_belongs_to_is_named_after_a_dot(tmp_path):
    unknown = FAMILY.replace("budget: 1000元, paid: 840元", "budget: unknown, paid: 840元")
    for words in ("department.budget", "department.预算数", "budget"):
        [one] = ran(tmp_path, unknown.partition("expect:")[0] + f"expect: {{Q: {{missing: {words}}}}}\n")
        assert one.text() == ""
    [one] = ran(tmp_path, unknown.partition("expect:")[0] + "expect: {Q: {missing: cost}}\n")
    assert messages(one) == ["`small projects` expects `cost` for `missing`, but the result is `department.budget`"]


def test_an_account_that_children_change_is_explained_by_their_claims(tmp_path):
    passed = FAMILY.replace("round: 2, passed: no", "round: 2, passed: yes").replace("cost: unknown", "cost: 10元")
    given = passed.partition("expect:")[0]
    [one] = ran(tmp_path, given + "expect: {P: {small: posted}, department/D: {own: -9元}}\n")
    assert one.text() == ""
    [one] = ran(tmp_path, given + "expect: {department/D: {自有资金: -8元}}\n")
    assert messages(one) == ["`small projects` expects `-8元` for the change of `自有资金`, but the result is `-9.00元`"]
    assert "project/P, town/projects/small" in one.explained()
    assert "slow" not in one.explained()


DECIDED = POLICY + "approvals:\n  - {of: deduct, by: council, because: the law}\n"
DECISION = "{by: council, on: 2024-01-15, decided: [{subject: department/%s, period: 2023, rule: town/funds/slow, approve: %s, because: resolution}]}"


def test_decisions_of_a_case(tmp_path):
    cases = HEAD + GIVEN + (
        "expect: {A: {slow: [awaiting-approval, posted], funds: 0元}}\n"
        "scenarios:\n"
        f"  - {{name: approved, decisions: {DECISION % ('A', 'yes')}, expect: {{A: {{funds: -1元}}}}}}\n"
        f"  - {{name: declined, decisions: {DECISION % ('A', 'no')}, expect: {{A: {{slow: [set-aside, posted], funds: 0元}}}}}}\n"
        f"  - {{name: nobody, decisions: {DECISION % ('B', 'yes')}, problems: PR720}}\n"
    )  # fmt: skip
    assert [one.text() for one in ran(tmp_path, cases, policy=DECIDED)] == [""] * 4
    [*_, nobody] = ran(tmp_path, cases.replace("problems: PR720", "expect: {A: {funds: 0元}}"), policy=DECIDED)
    assert messages(nobody) == ["`nobody` is refused, PR720: a decision is about `department/B`, of which there are no facts in 2023"]


def test_decisions_of_one_case_are_not_those_of_the_next(tmp_path):
    cases = HEAD + GIVEN + (
        "scenarios:\n"
        f"  - {{name: approved, decisions: {DECISION % ('A', 'yes')}, expect: {{A: {{funds: -1元}}}}}}\n"
        "  - {name: open, expect: {A: {funds: 0元}}}\n"
    )  # fmt: skip
    assert [one.text() for one in ran(tmp_path, cases, policy=DECIDED)] == ["", ""]


# refusals that are expected

LIMITED = POLICY + "limits:\n  - {on: funds, at_most: paid - budget}\n"


def problems(folder: Path, codes: str, given: str = GIVEN, head: str = HEAD, **others: str) -> suite.Ran:
    [one] = ran(folder, head + given + f"problems: {codes}\n", **others)
    return one


def test_a_case_may_expect_that_facts_or_a_run_are_refused(tmp_path):
    wrong = "given: {department: [{id: A, budget: -1元, paid: 1x, state: shut}]}\n"
    assert problems(tmp_path, "[PR603, PR316, PR613]", wrong).passed
    assert problems(tmp_path, "PR711", policy=LIMITED).passed
    assert problems(tmp_path, "PR708", head=HEAD.replace("2024-01-31", "2022-01-31")).passed


def test_a_case_may_expect_that_policies_can_not_be_compiled(tmp_path):
    dated = POLICY.replace("  low: 85%\n", "  low: [{from: 2023-01-01, value: 85%}]\n").replace("in_force: {from: 2023-01-01}\n", "")
    early = HEAD.replace("2024-01-31", "2020-01-31")
    assert problems(tmp_path, "PR222", head=early, policy=dated).passed
    [one] = ran(tmp_path, early + GIVEN + "expect: {A: {slow: holds}}\n", policy=dated)
    [problem] = one.problems
    assert (problem.code, Path(problem.span.source.name).name) == ("PR222", "policy.yaml")


@pytest.mark.parametrize(("codes", "english", "chinese"), [
    ("PR603", "`funds` expects PR603, but is refused with PR711", "`funds` 预期 PR603，却因 PR711 被拒绝"),
    ("[PR603, PR711]", "`funds` expects PR603, PR711, but is refused with PR711", "`funds` 预期 PR603, PR711，却因 PR711 被拒绝"),
])  # fmt: skip
def test_a_refusal_for_another_reason_fails(tmp_path, codes, english, chinese):
    one = problems(tmp_path, codes, policy=LIMITED)
    assert (messages(one)[0], messages(one, "zh")[0]) == (english, chinese)
    assert messages(one)[1:] == ["`funds` is refused, PR711: what may be moved at most on this account of `department/A` is negative"]


def test_a_refusal_that_does_not_come_fails(tmp_path):
    one = problems(tmp_path, "PR711")
    assert messages(one) == ["`funds` expects PR711, but is not refused"]
    assert messages(one, "zh") == ["`funds` 预期因 PR711 被拒绝，实际没有"]


def test_a_refusal_that_is_not_expected_is_said_at_the_case_with_the_place_in_the_policy(tmp_path):
    [one] = ran(tmp_path, HEAD + GIVEN + "expect: {A: {slow: holds}}\n", policy=LIMITED)
    [problem] = [p for p in one.problems if p.severity == "error"]
    assert (problem.code, problem.span.line, problem.help) == ("PR523", 1, "limit the formula of `at_most`: `max(0元, …)`")
    [(label, span)] = problem.related
    assert (label, Path(span.source.name).name) == ("declared", "policy.yaml")
    assert one.outcome is None
    assert one.explained() == ""


# the policies


def test_programs_of_equal_names_in_one_runner_are_not_mixed(tmp_path):
    """pytest has one runner for all files of a project."""
    found = []
    for name, low in (("one", "85%"), ("two", "80%")):
        (tmp_path / name).mkdir()
        cases = HEAD + GIVEN + f"expect: {{A: {{slow: {'holds' if low == '85%' else 'does-not-hold'}}}}}\n"
        found += suite.collect(write(tmp_path / name, cases, policy=POLICY.replace("85%", low))).cases
    runner = suite.Runner()
    assert [runner.run(case).text() for case in [*found, *reversed(found)]] == [""] * 4
    assert len(runner.prepared) == 2


def test_a_policy_is_found_beside_the_file_above_it_or_among_those_of_perfrules(tmp_path):
    (tmp_path / "cases").mkdir()
    cases = HEAD + GIVEN + "expect: {A: {slow: holds}}\n"
    write(tmp_path, "")
    (tmp_path / "cases.yaml").unlink()
    below = tmp_path / "cases" / "lines.yaml"
    below.write_text(cases, encoding="utf-8")
    assert len(suite.collect(below).cases) == 1
    for folder, name in ((tmp_path, "cases/lines.yaml"), (tmp_path / "cases", "lines.yaml")):
        with chdir(folder):
            assert len(suite.collect(name).cases) == 1
    below.write_text(HEAD.replace("town/funds", "luojiang/targets") + "given: {project: [{id: P, source: 新增}]}\nexpect: {P: {failed-again: not-applicable}}\n", encoding="utf-8")
    assert [one.text() for one in suite.run(suite.collect(below).cases)] == [""]


def test_only_examples_of_policies_that_were_named_are_run(tmp_path):
    example = POLICY + "examples:\n  - {name: own, as_of: 2024-01-31, period: 2023, given: {department: [{id: A, budget: 1元, paid: 1元}]}, expect: {A: {slow: does-not-hold}}}\n"
    path = write(tmp_path, HEAD + GIVEN + "expect: {A: {slow: holds}}\n", policy=example)
    assert [str(c.name) for c in suite.collect(path).cases] == ["funds"]
    assert [str(c.name) for c in suite.collect([path, tmp_path / "policy.yaml"]).cases] == ["funds", "own"]
    assert [str(c.name) for c in suite.collect(tmp_path).cases] == ["funds", "own"]


NAMES = [
    ("town/fund", "did you mean `town/funds`?"),
    ("fund", "did you mean `funds`?"),
    ("luojiang/target", "did you mean `luojiang/targets`?"),
    ("zzz/qqqq", "policies are looked for among the files that are named, in the folder of this file and the one above, and among those of perfrules and plugins"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "cure"), NAMES)
def test_a_policy_that_is_not_there(tmp_path, name, cure):
    folder = tmp_path / "town"
    folder.mkdir()
    [problem] = refused(folder, HEAD.replace("town/funds", name) + GIVEN + "expect: {A: {slow: holds}}\n")
    assert (problem.code, problem.message, problem.help) == ("PR524", f"`{name}` is not the name of one policy to be tested", cure)
    assert problem.span.line == 2


def test_a_name_that_several_policies_have_needs_its_district(tmp_path):
    cases = HEAD.replace("town/funds", "funds") + GIVEN + "expect: {A: {slow: holds}}\n"
    path = write(tmp_path, cases, other=POLICY.replace("district: town", "district: village"))
    with pytest.raises(perfrules.Refused) as caught:
        suite.collect(tmp_path)
    assert [(p.code, p.help) for p in caught.value.problems] == [("PR524", "did you mean `town/funds`?")]
    path.write_text(cases.replace("policies: funds", "policies: village/funds"), encoding="utf-8")
    assert [one.text() for one in suite.run(suite.collect(tmp_path).cases)] == [""]


def test_an_overlay_is_tested_with_its_parent(tmp_path):
    parent = POLICY.replace("low: 85%", "low: {value: 85%, overridable: {between: [70%, 90%]}}")
    overlay = "policy: own\nextends: town/funds\ndistrict: river\nsource: document 7\nparameters: {low: 80%}\n"
    cases = HEAD.replace("town/funds", "river/own") + GIVEN + "expect: {A: {slow: does-not-hold}}\n"
    write(tmp_path, cases, policy=parent, overlay=overlay)
    (tmp_path / "parent.yaml").write_text(cases.replace("river/own", "town/funds").replace("does-not-hold", "holds"), encoding="utf-8")
    assert [one.text() for one in suite.run(suite.collect(tmp_path).cases)] == ["", ""]


# `check` and other commands


def test_check_reads_cases_but_runs_none(tmp_path):
    write(tmp_path, HEAD + GIVEN + "expect: {A: {slow: does-not-hold}}\n")
    assert [p for p in perfrules.check(tmp_path) if p.severity != "note"] == []
    assert perfrules.check(tmp_path / "cases.yaml") == ()
    (tmp_path / "cases.yaml").write_text(HEAD + GIVEN.replace("budget", "budgte") + "expect: {A: {slow: holds}}\n", encoding="utf-8")
    assert {p.code for p in perfrules.check(tmp_path / "cases.yaml")} == {"PR601"}
    (tmp_path / "cases.yaml").write_text(HEAD + GIVEN.replace("budget", "budgte") + "problems: PR601\n", encoding="utf-8")
    assert perfrules.check(tmp_path / "cases.yaml") == ()


def test_cases_change_nothing_of_what_a_folder_of_policies_is(tmp_path):
    write(tmp_path, HEAD + GIVEN + "expect: {A: {slow: holds}}\n")
    there = perfrules.load(tmp_path, as_of="2024-01-31").digest
    (tmp_path / "cases.yaml").unlink()
    assert perfrules.load(tmp_path, as_of="2024-01-31").digest == there


def test_examples_expect_the_same_as_cases(tmp_path):
    example = "examples:\n  - name: all\n    as_of: 2024-01-31\n    period: 2023\n    " + GIVEN + "    expect: {A: {slow: 成立, 公用经费: -2元 ± 1元, 执行率: 84.99%, missing: none}, saved: {taken: 1元}}\n"
    write(tmp_path, "", policy=POLICY + example)
    (tmp_path / "cases.yaml").unlink()
    assert [p for p in perfrules.check(tmp_path / "policy.yaml") if p.code.startswith("PR5") and p.severity == "error"] == []
    write(tmp_path, "", policy=POLICY + example.replace("taken: 1元", "taken: 2元"))
    (tmp_path / "cases.yaml").unlink()
    assert [p.message for p in perfrules.check(tmp_path / "policy.yaml") if p.severity == "error"] == [
        "`all` expects `2元` for `taken` of `town/funds/saved`, but the result is `1.00元`"
    ]  # fmt: skip


# documents that are wrong

E = "expect: {A: {slow: holds}}\n"
DOCUMENTS = [
    (HEAD + GIVEN, ["PR520"]),
    (HEAD + GIVEN + "expect: {A: {}}\n", ["PR520"]),
    (HEAD + GIVEN + E + "scenarios: [{name: empty}]\n", ["PR520"]),
    (HEAD + GIVEN + E + "problems: PR711\n", ["PR242"]),
    (HEAD + GIVEN + "problems: PR999\n", ["PR904"]),
    (HEAD.replace("town/funds", "[]") + GIVEN + E, ["PR203"]),
    (HEAD.replace("town/funds", "[funds, town/funds]") + GIVEN + E, ["PR210"]),
    (HEAD.replace("policies: town/funds\n", "") + GIVEN + E, ["PR203"]),
    (HEAD.replace("2024-01-31", "31.1.2024") + GIVEN + E, ["PR209"]),
    (HEAD + GIVEN + E + "scenarios: [{name: a, as_of: x, period: 23, expect: {A: {slow: holds}}}]\n", ["PR209", "PR211"]),
    (HEAD + GIVEN + "expct: {A: {slow: holds}}\n", ["PR202"]),
    (HEAD + GIVEN + "scenarios: [{nam: a, expect: {A: {slow: holds}}}]\n", ["PR202", "PR203"]),
    (HEAD + GIVEN + "scenarios: [{name: a, expect: {A: {slow: holds}}}, {name: a, expect: {A: {slow: holds}}}]\n", ["PR210"]),
    (HEAD + GIVEN + "scenarios: [{name: a, expect: {A: {slow: holds}}}, {name: Ａ, expect: {A: {slow: holds}}}]\n", ["PR206"]),
    (HEAD + GIVEN + "expect: {A: slow}\n", ["PR204"]),
    (HEAD + GIVEN + "expect: [A]\n", ["PR204"]),
    ("perfrules: 2\n" + HEAD + GIVEN + E, ["PR208"]),
]  # fmt: skip


@pytest.mark.parametrize(("document", "codes"), DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_a_document_that_is_wrong_is_refused_by_all_who_read_it(tmp_path, document, codes):
    assert [p.code for p in refused(tmp_path, document)] == codes
    assert [p.code for p in perfrules.check(tmp_path / "cases.yaml")] == codes


@pytest.mark.parametrize(("line", "key", "chinese"), [("policies: town/funds\n", "policies", "所测政策"), ("    name: x\n", "name", "情景名")])
def test_what_is_missing_is_named_in_both_languages(tmp_path, line, key, chinese):
    whole = HEAD + "scenarios:\n  - given: {department: []}\n    name: x\n    expect: {}\n"
    assert whole.count(line) == 1
    with pytest.raises(perfrules.Refused) as refused:
        ran(tmp_path, whole.replace(line, ""))
    assert [(p.code, p.values["key"], p.values["chinese"]) for p in refused.value.problems] == [("PR203", key, chinese)]


# what waits is not known

WAITING = "given: {department: [{id: A, budget: 1元, paid: unknown, score: 95, funds: 100元}]}\n"


@pytest.mark.parametrize(("expect", "found"), [
    ("{A: {funds: 0元}}", "unknown, so far 0.00元"),
    ("{A: {funds: 0元 ± 1万元}}", "unknown, so far 0.00元"),
    ("{A: {执行率: none}}", None),  # only where the rate is known, it is said
    ("{saved: {given: 0元}}", "unknown"),
    ("{saved: {leftover: 0元}}", "unknown"),
    ("{A: {funds: unknown}}", None),
    ("{A: {funds: 未知, slow: undecided}}", None),
    ("{saved: {given: unknown, settled: no}}", None),
])  # fmt: skip
def test_what_waits_is_neither_nothing_nor_no(tmp_path, expect, found):
    one = expecting(tmp_path, expect, WAITING)
    problems = [p for p in one.problems if p.severity == "error"]
    assert one.passed == (found is None), one.text()
    if found is not None:
        [problem] = problems
        assert (problem.code, problem.values["found"].en) == ("PR501", found)


def test_each_rule_that_waits_is_named_by_itself_and_the_words_begin_without_a_space(tmp_path):
    [problem] = [p for p in expecting(tmp_path, "{A: {funds: 0元}}", WAITING).problems if p.severity == "error"]
    assert problem.help == "`town/funds/fast`, `town/funds/slow` wait; write `[0.00元, unknown]`, or give what is missing"
    assert problem.cure("zh") == "`town/funds/fast`、`town/funds/slow` 尚待定；请写 `[0.00元, 未知]`，或补齐缺少的内容"


def test_what_is_known_is_not_expected_to_be_unknown(tmp_path):
    for expect in ("{A: {funds: unknown}}", "{A: {执行率: unknown}}", "{saved: {given: unknown}}", "{A: {slow: unknown}}"):
        given = WAITING.replace("paid: unknown", "paid: 1元")
        assert not expecting(tmp_path, expect, given).passed


def test_words_that_are_not_in_the_explanation_are_named_at_their_own_place(tmp_path):
    one = expecting(tmp_path, "{A: {explained: [执行率, no such words]}}")
    [problem] = [p for p in one.problems if p.severity == "error"]
    line = problem.span.source.line(problem.span.line)
    assert (problem.code, line[problem.span.column - 1 :].startswith("no such words")) == ("PR522", True)


@pytest.mark.parametrize(("words", "is_said"), [("未按时拨付", True), ("拨付的，不扣", True), ("按时拨付", False)])
def test_what_is_denied_in_chinese_is_not_what_is_expected(tmp_path, words, is_said):
    policy = POLICY.replace("执行率低于85%的，扣减公用经费", "未按时拨付的，不扣减")
    [one] = ran(tmp_path, HEAD + GIVEN + f"expect: {{A: {{explained: '{words}'}}}}\n", policy=policy)
    assert one.passed is is_said
