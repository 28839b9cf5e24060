"""`perfrules test` as people and servers use it: text, JSON, JUnit's XML, exit codes; and the suite in Python."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

import perfrules
from perfrules import suite
from perfrules.suite_text import suite_junit
from test_front import err, out
from test_front import perfrules as command
from tested import GIVEN, HEAD, POLICY, write

HOME = Path(__file__).resolve().parent.parent
GOOD = HEAD + GIVEN + "expect: {A: {slow: holds, funds: -1元}}\n"
MIXED = HEAD + GIVEN + """scenarios:
  - name: 一分之差
    expect: {A: {slow: holds}}
  - name: <on> & "the" line
    expect: {A: {slow: does-not-hold}}
  - name: left out
    given: {department: [{id: B, budget: 1元, paid: 0元}]}
    expect: {B: {good: undecided}}
"""
FAILED = """✗ <on> & "the" line  cases.yaml:9:11
  error[PR501]: `<on> & "the" line` expects `does-not-hold` for `slow`, but the result is `holds`
     --> cases.yaml:10:24
      |
  10  |     expect: {A: {slow: does-not-hold}}
      |                        ^^^^^^^^^^^^^
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
NOTED = """note[PR504]: `left out` leaves out `score` of department/B for 2023, by which a verdict or an amount is undecided
   --> cases.yaml:11:11
    |
11  |   - name: left out
    |           ^^^^^^^^
   = help: give it, or write `score: unknown` where that is meant
"""


def test_the_whole_text_of_a_suite(tmp_path):
    write(tmp_path, MIXED)
    done = command("test", "cases.yaml", folder=tmp_path)
    assert (done.returncode, err(done)) == (1, "")
    assert out(done) == f"{NOTED}\n{FAILED}\n2 passed, 1 failed\n"


def test_the_text_in_chinese(tmp_path):
    write(tmp_path, MIXED)
    for done in (command("test", "cases.yaml", "--lang", "zh", folder=tmp_path), command("test", "cases.yaml", folder=tmp_path, LANG="zh_CN.UTF-8")):
        assert out(done).splitlines()[0] == "提示[PR504]: `left out` 没有给出 department/B 2023 年的 `score`，结论或金额因此待定"
        assert "错误[PR501]: `<on> & \"the\" line` 预期 `slow` 为 `does-not-hold`，实际为 `成立`" in out(done)
        assert "town/funds/slow：成立" in out(done)
        assert out(done).splitlines()[-1] == "通过 2 个，失败 1 个"


@pytest.mark.parametrize(("cases", "code", "shown"), [
    (GOOD, 0, "1 passed, 0 failed"),
    (GOOD.replace("-1元", "-2元"), 1, "0 passed, 1 failed"),
    (GOOD.replace("slow", "slo"), 1, "error[PR503]: `slo` is nothing that can be expected of a department"),
    (GOOD.replace("town/funds", "town/fund"), 2, "error[PR524]: `town/fund` is not the name of one policy to be tested"),
    (GOOD.replace("expect:", "expct:"), 2, "error[PR202]: unknown key `expct`"),
    ("cases: [", 2, "error[PR1"),
    ("case: funds\n", 2, "error[PR201]: `case` is no kind of document"),
])  # fmt: skip
def test_exit_codes(tmp_path, cases, code, shown):
    write(tmp_path, cases)
    done = command("test", "cases.yaml", folder=tmp_path)
    assert done.returncode == code
    assert shown in (err(done) if code == 2 else out(done))
    assert (out(done) == "") == (code == 2)


def test_paths_that_hold_nothing_to_be_tested(tmp_path):
    write(tmp_path, GOOD)
    for paths, message in (
        (["facts.yaml"], "error[PR528]: `facts.yaml` holds nothing to be tested"),
        (["policy.yaml", "facts.yaml"], "error[PR528]: `policy.yaml, facts.yaml` holds nothing to be tested"),
        (["nowhere.yaml"], "error[PR120]: `nowhere.yaml` can't be read"),
        (["rows.csv"], "error[PR121]"),
        (["nothing"], "error[PR121]"),
        ([], "Missing argument"),
    ):
        (tmp_path / "rows.csv").write_text("id\n", encoding="utf-8")
        (tmp_path / "nothing").mkdir(exist_ok=True)
        done = command("test", *paths, folder=tmp_path)
        assert (done.returncode, out(done)) == (2, "")
        assert message in err(done)


def test_what_is_no_case_is_refused(tmp_path):
    found = suite.collect(write(tmp_path, GOOD))
    for given in (found, "cases.yaml", ["cases.yaml"], None):
        with pytest.raises(perfrules.Refused) as refused:
            suite.run(given)
        [problem] = refused.value.problems
        assert (problem.code, problem.place, "suite.collect(…).cases" in problem.help) == ("PR628", "cases", True)


def test_files_folders_and_policies_that_come_with_perfrules(tmp_path):
    example = POLICY + "examples:\n  - {name: own, as_of: 2024-01-31, period: 2023, given: {department: [{id: A, budget: 1元, paid: 1元}]}, expect: {A: {slow: does-not-hold}}}\n"
    write(tmp_path, GOOD, policy=example)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "cases.yml").write_text(GOOD, encoding="utf-8")
    for paths, passed in ((["cases.yaml"], 1), (["cases.yaml", "policy.yaml"], 2), (["cases.yaml", "cases.yaml"], 1), (["."], 3), (["more"], 1)):
        done = command("test", *paths, folder=tmp_path)
        assert (done.returncode, out(done)) == (0, f"{passed} passed, 0 failed\n")
    shipped = command("test", "luojiang", folder=tmp_path)
    assert shipped.returncode == 0
    assert out(shipped).endswith(" passed, 0 failed\n")
    assert int(out(shipped).split()[-4]) >= 50


def test_json_for_other_programs(tmp_path):
    write(tmp_path, MIXED)
    done = command("test", "cases.yaml", "--format", "json", folder=tmp_path)
    assert (done.returncode, err(done)) == (1, "")
    one, two, three = json.loads(out(done))
    assert one == {"name": "一分之差", "path": "cases.yaml", "line": 7, "policies": ["town/funds"], "passed": True, "problems": [], "explained": ""}
    assert (two["name"], two["passed"]) == ('<on> & "the" line', False)
    assert two["problems"] == [{
        "code": "PR501", "severity": "error", "message": "`<on> & \"the\" line` expects `does-not-hold` for `slow`, but the result is `holds`",
        "help": "correct the rule or what is expected", "path": "cases.yaml", "line": 10,
    }]  # fmt: skip
    assert two["explained"].startswith("department/A, 2023, as of 2024-01-31\n\ntown/funds/slow: holds\n")
    assert ([p["code"] for p in three["problems"]], three["passed"]) == (["PR504"], True)
    chinese = command("test", "cases.yaml", "--format", "json", "--lang", "zh", folder=tmp_path)
    assert json.loads(out(chinese))[1]["problems"][0]["message"].endswith("实际为 `成立`")


def test_junit_for_servers_that_build(tmp_path):
    write(tmp_path, MIXED)
    (tmp_path / "other cases.yaml").write_text(GOOD, encoding="utf-8")
    done = command("test", "cases.yaml", "other cases.yaml", "--format", "junit", "--out", "report.xml", folder=tmp_path)
    assert (done.returncode, out(done), err(done)) == (1, "", "")
    root = ElementTree.parse(tmp_path / "report.xml").getroot()
    assert (root.tag, root.attrib) == ("testsuites", {"tests": "4", "failures": "1", "errors": "0"})
    one, other = root
    assert (one.tag, one.attrib) == ("testsuite", {"name": "cases.yaml", "tests": "3", "failures": "1", "errors": "0"})
    assert (other.get("name"), other.get("failures")) == ("other cases.yaml", "0")
    assert [case.attrib for case in one][:2] == [
        {"classname": "cases.yaml", "name": "一分之差", "file": "cases.yaml", "line": "7"},
        {"classname": "cases.yaml", "name": '<on> & "the" line', "file": "cases.yaml", "line": "9"},
    ]  # fmt: skip
    [failure] = one[1]
    assert (failure.tag, failure.get("type")) == ("failure", "PR501")
    assert failure.get("message") == "`<on> & \"the\" line` expects `does-not-hold` for `slow`, but the result is `holds`"
    assert "town/funds/slow: holds" in (failure.text or "")
    assert [len(case) for case in one] == [0, 1, 0]


def test_junit_of_what_xml_can_not_hold(tmp_path):
    """A reason or a code may have characters that no XML may."""
    policy = POLICY.replace("because: ninety points", 'because: "ninety\\ttab & <points> ]]>"')
    write(tmp_path, HEAD + GIVEN + "expect: {A: {good: undecided}}\n", policy=policy)
    ran = list(suite.run(suite.collect(tmp_path / "cases.yaml").cases))
    for language in ("en", "zh"):
        root = ElementTree.fromstring(suite_junit(ran, language))
        assert "ninety\ttab & <points> ]]>" in (root[0][0][0].text or "")


def test_the_same_results_in_any_order_of_files(tmp_path):
    write(tmp_path, MIXED)
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    for format in ("text", "json", "junit"):
        one = command("test", "cases.yaml", "a.yaml", "--format", format, folder=tmp_path)
        two = command("test", "a.yaml", "policy.yaml", "cases.yaml", "--format", format, folder=tmp_path)
        assert one.stdout == two.stdout


def test_nothing_that_is_read_is_written_over(tmp_path):
    path = write(tmp_path, GOOD)
    for target in ("cases.yaml", "policy.yaml"):
        done = command("test", ".", "--out", target, folder=tmp_path)
        assert (done.returncode, "PR909" in err(done)) == (2, True)
    assert path.read_text(encoding="utf-8") == GOOD


def test_plugins_of_the_project_file_and_of_the_command(tmp_path):
    write(tmp_path, GOOD)
    done = command("test", "cases.yaml", "--plugin", "nowhere", folder=tmp_path)
    assert (done.returncode, "PR803" in err(done)) == (2, True)
    (tmp_path / "perfrules.toml").write_text('plugins = ["nowhere"]\n', encoding="utf-8")
    done = command("test", "cases.yaml", folder=tmp_path)
    assert (done.returncode, "PR803" in err(done)) == (2, True)


# in Python


def test_a_suite_in_python(tmp_path):
    found = perfrules.suite.collect(write(tmp_path, MIXED))
    assert isinstance(found, suite.Suite)
    assert [p.name for p in found.policies] == ["town/funds"]
    assert [case.name.span.line for case in found.cases] == [7, 9, 11]
    ran = list(suite.run(found.cases))
    assert [one.passed for one in ran] == [True, False, True]
    assert ran[0].outcome is not None
    assert ran[0].outcome.explain("department/A").text().startswith("department/A, 2023")
    assert all(isinstance(one, suite.Ran) for one in ran)


def test_cases_are_run_when_they_are_asked_for(tmp_path):
    found = suite.collect(write(tmp_path, MIXED))
    ran = suite.run(found.cases)
    assert next(ran).passed
    assert not next(ran).passed


def test_a_name_on_several_lines_is_one_title(tmp_path):
    [case] = suite.collect(write(tmp_path, GOOD.replace("cases: funds", "cases: |-\n  two\n   lines"))).cases
    assert (str(case.name), case.title) == ("two\n lines", "two lines")


def test_the_policies_of_luojiang_come_with_their_cases():
    found = suite.collect(HOME / "policies")
    failed = [one.text() for one in suite.run(found.cases) if not one.passed]
    assert failed == []
    tested = {policy.name for case in found.cases for policy in case.policies}
    assert tested == {policy.name for policy in found.policies}
