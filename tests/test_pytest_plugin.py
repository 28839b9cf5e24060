"""The pytest plugin in projects of others: what it collects, what its tests are called, how they fail, what it leaves alone.

Each test starts a pytest of its own in an empty folder, where the plugin is named rather than found: what is installed here
may be older than these files. That an installation brings it, `test_packages` says.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tested import GIVEN, HEAD, POLICY, write

HOME = Path(__file__).resolve().parent.parent
PLUGIN = "perfrules.front.pytest_plugin"
GOOD = HEAD + GIVEN + """scenarios:
  - name: 一分之差
    expect: {A: {slow: holds}}
  - name: 公用经费
    expect: {A: {funds: -1元}}
  - {name: "grade [优]", expect: {A: {grade: 优}}}
"""
EXAMPLE = POLICY + """examples:
  - name: 示例一
    as_of: 2024-01-31
    period: 2023
    given: {department: [{id: A, budget: 1元, paid: 1元}]}
    expect: {A: {slow: does-not-hold}}
"""


def run(folder: Path, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTEST", "COV"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", PLUGIN, "-p", "no:cacheprovider", *map(str, arguments)],
        cwd=folder, env={**clean, "LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def collected(folder: Path, *arguments: object) -> list[str]:
    done = run(folder, "--collect-only", "-q", *arguments)
    return [line for line in done.stdout.splitlines() if "::" in line]


def outcomes(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """How many passed, failed and so on, by the last line."""
    last = done.stdout.strip().splitlines()[-1]
    return {word.removesuffix("s"): int(number) for number, word in re.findall(r"(\d+) (passed|failed|deselected|warnings?|errors?)", last)}


def test_the_entry_point_is_the_plugin():
    described = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))
    assert described["project"]["entry-points"]["pytest11"] == {"perfrules": PLUGIN}
    assert callable(import_module(PLUGIN).pytest_collect_file)


def test_cases_are_tests_with_their_names(tmp_path):
    write(tmp_path, GOOD)
    assert collected(tmp_path) == ["cases.yaml::一分之差", "cases.yaml::公用经费", "cases.yaml::grade [优]"]
    done = run(tmp_path, "-v")
    assert (done.returncode, outcomes(done)) == (0, {"passed": 3})
    assert "cases.yaml::一分之差 PASSED" in done.stdout


def test_a_name_of_a_spreadsheet_that_would_act_on_a_terminal_is_shown(tmp_path):
    write(tmp_path, HEAD + "table: {subject: department, from: t.csv}\n")
    (tmp_path / "t.csv").write_text("name,budget,paid,expect slow\na\x1b[2Jb,1,1,does-not-hold\n", encoding="utf-8")
    assert collected(tmp_path) == ["cases.yaml::a\\u001b[2Jb"]


@pytest.mark.parametrize(("chosen", "passed"), [
    (("-k", "一分"), {"passed": 1, "deselected": 2}),
    (("-k", "not 公用经费"), {"passed": 2, "deselected": 1}),
    (("cases.yaml::一分之差",), {"passed": 1}),
    (("cases.yaml::grade [优]", "cases.yaml::公用经费"), {"passed": 2}),
    (("--deselect", "cases.yaml::公用经费"), {"passed": 2, "deselected": 1}),
])  # fmt: skip
def test_tests_are_chosen_as_ever(tmp_path, chosen, passed):
    write(tmp_path, GOOD)
    done = run(tmp_path, *chosen)
    assert (done.returncode, outcomes(done)) == (0, passed)


def test_several_processes_share_the_work(tmp_path):
    write(tmp_path, GOOD)
    (tmp_path / "more-cases.yaml").write_text(GOOD.replace("slow: holds", "slow: undecided"), encoding="utf-8")
    done = run(tmp_path, "-p", "xdist", "-n", "2")
    assert (done.returncode, outcomes(done)) == (1, {"passed": 5, "failed": 1})
    assert "`一分之差` expects `undecided` for `slow`, but the result is `holds`" in done.stdout


def test_examples_inside_policies_and_files_that_are_named(tmp_path):
    write(tmp_path, GOOD, policy=EXAMPLE)
    assert collected(tmp_path) == ["cases.yaml::一分之差", "cases.yaml::公用经费", "cases.yaml::grade [优]"]
    assert collected(tmp_path, "policy.yaml") == ["policy.yaml::示例一"]
    assert collected(tmp_path, "policy.yaml::示例一") == ["policy.yaml::示例一"]
    assert run(tmp_path, "facts.yaml").returncode == 5  # no tests ran
    (tmp_path / "below").mkdir()
    assert [line.rpartition("/")[2] for line in collected(tmp_path / "below", "../policy.yaml")] == ["policy.yaml::示例一"]


@pytest.mark.parametrize("name", ["cases.yaml", "funds-cases.yml", "用例.yaml", "公用经费用例.yml"])
def test_the_usual_names(tmp_path, name):
    write(tmp_path, GOOD, name)
    assert len(collected(tmp_path)) == 3


@pytest.mark.parametrize("version", ["perfrules: 1", "格式版本: 1", '"格式版本": 1', "# 说明\n格式版本: 1"])
def test_a_version_may_stand_first(tmp_path, version):
    write(tmp_path, f"{version}\n{GOOD}", "cases.yaml")
    assert len(collected(tmp_path)) == 3


def test_other_names_are_said_in_the_settings(tmp_path):
    write(tmp_path, GOOD, policy=EXAMPLE)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "own.yaml").write_text(EXAMPLE.replace("policy: funds", "policy: own"), encoding="utf-8")
    (tmp_path / "policies" / "facts.yaml").write_bytes((tmp_path / "facts.yaml").read_bytes())
    (tmp_path / "lines.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nperfrules_files = lines.yaml policies/*.yaml\n", encoding="utf-8")
    assert collected(tmp_path) == ["lines.yaml::一分之差", "lines.yaml::公用经费", "lines.yaml::grade [优]", "policies/own.yaml::示例一"]
    (tmp_path / "pytest.ini").unlink()
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\nperfrules_files = ["policies/*.yaml"]\n', encoding="utf-8")
    assert collected(tmp_path) == ["policies/own.yaml::示例一"]


def test_what_is_no_document_of_perfrules_is_left_alone(tmp_path):
    (tmp_path / "test_own.py").write_text("def test_own(): pass\n", encoding="utf-8")
    (tmp_path / "compose.yaml").write_text("services: {web: {image: x}}\n", encoding="utf-8")
    (tmp_path / "broken.yml").write_text("- [\n", encoding="utf-8")
    done = run(tmp_path)
    assert (done.returncode, outcomes(done)) == (0, {"passed": 1})
    (tmp_path / "usecases.yaml").write_text("shop:\n  - {name: buys, steps: [a, b]}\n", encoding="utf-8")
    done = run(tmp_path)
    assert (done.returncode, outcomes(done)) == (0, {"passed": 1, "warning": 1})
    assert "usecases.yaml does not begin as a document of perfrules, and is not collected" in done.stdout
    (tmp_path / "testcases.yaml").write_text("version: 2\ncases: [{in: 1}]\n", encoding="utf-8")
    (tmp_path / "more cases.yaml").write_text("cases:\n  - {name: buys}\n", encoding="utf-8")
    done = run(tmp_path)
    assert (done.returncode, outcomes(done)) == (0, {"passed": 1, "warning": 3})
    done = run(tmp_path, "compose.yaml")
    assert "compose.yaml does not begin as a document of perfrules, and is not collected" in done.stdout


# how it fails


def test_a_failure_in_words_with_its_line(tmp_path):
    write(tmp_path, GOOD.replace("-1元", "-2元"))
    done = run(tmp_path)
    assert (done.returncode, outcomes(done)) == (1, {"passed": 2, "failed": 1})
    said = done.stdout
    assert "`公用经费` expects `-2元` for the change of `funds`, but the result is `-1.00元`" in said
    assert "cases.yaml:10:25\n" in said
    assert "town/funds/slow: holds" in said
    assert "1% * funds = 1.00元" in said
    assert "Traceback" not in said
    assert "FAILED cases.yaml::公用经费 - error[PR501]" in said
    chinese = run(tmp_path, LANG="zh_CN.UTF-8").stdout
    assert "错误[PR501]: `公用经费` 预期 `funds` 的变动为 `-2元`，实际为 `-1.00元`" in chinese
    assert "town/funds/slow：成立" in chinese


def test_junit_of_pytest_has_names_and_lines(tmp_path):
    write(tmp_path, GOOD.replace("-1元", "-2元"))
    done = run(tmp_path, "--junitxml", "report.xml", "-o", "junit_family=xunit1")
    assert done.returncode == 1
    cases = list(ElementTree.parse(tmp_path / "report.xml").getroot().iter("testcase"))
    assert [(case.get("name"), case.get("file"), case.get("line")) for case in cases] == [
        ("一分之差", "cases.yaml", "6"), ("公用经费", "cases.yaml", "8"), ("grade [优]", "cases.yaml", "10"),  # counted from 0, as pytest does
    ]  # fmt: skip
    [failure] = [node for case in cases for node in case if node.tag == "failure"]
    assert "the result is `-1.00元`" in (failure.text or "")


def test_a_row_of_a_table_fails_at_its_line_of_the_csv_file(tmp_path):
    write(tmp_path, HEAD + "table: {subject: department, from: rows.csv}\n")
    (tmp_path / "rows.csv").write_text("name,budget,paid,expect slow\n低,100,80,holds\n高,100,90,holds\n", encoding="utf-8")
    done = run(tmp_path, "--junitxml", "report.xml", "-o", "junit_family=xunit1")
    assert outcomes(done) == {"passed": 1, "failed": 1}
    assert f"{tmp_path}/rows.csv:3:" in done.stdout
    assert [(case.get("name"), case.get("line")) for case in ElementTree.parse(tmp_path / "report.xml").getroot().iter("testcase")] == [("低", "1"), ("高", "2")]


def test_what_is_noted_is_a_warning(tmp_path):
    write(tmp_path, HEAD + "given: {department: [{id: A, budget: 1元, paid: 0元}]}\nexpect: {A: {good: undecided}}\n")
    done = run(tmp_path)
    assert (done.returncode, outcomes(done)) == (0, {"passed": 1, "warning": 1})
    assert "Noted: PR504: `funds` leaves out `score` of department/A for 2023" in done.stdout


@pytest.mark.parametrize(("cases", "message", "line"), [
    (GOOD.replace("town/funds", "town/fund"), "error[PR524]: `town/fund` is not the name of one policy to be tested", 2),
    (GOOD.replace("period: 2023", "period: x"), "error[PR211]: `x` is no whole number", 4),
    (GOOD.replace("expect", "expct", 1), "error[PR202]: unknown key `expct`", 8),
    (GOOD.replace("  - name: 公用经费", "  - name： 公用经费"), "error[PR117]", 9),
    (GOOD + "  - [\n", "error[PR1", 12),
])  # fmt: skip
def test_documents_that_are_wrong_fail_the_collection_with_their_places(tmp_path, cases, message, line):
    write(tmp_path, cases)
    (tmp_path / "other-cases.yaml").write_text(GOOD, encoding="utf-8")
    done = run(tmp_path)
    assert (done.returncode, outcomes(done)) == (2, {"error": 1})
    assert message in done.stdout
    assert f"cases.yaml:{line}:" in done.stdout
    assert "Traceback" not in done.stdout


def test_cases_in_another_encoding_are_not_passed_over(tmp_path):
    write(tmp_path, "")
    (tmp_path / "cases.yaml").unlink()
    (tmp_path / "用例.yaml").write_bytes("用例: 经费\n".encode("gb18030"))
    done = run(tmp_path)
    assert (done.returncode, outcomes(done)) == (2, {"error": 1})
    assert "error[PR102]: the file is not UTF-8; it looks like GB18030 (GBK)" in done.stdout


def test_plugins_are_those_of_the_settings_and_of_the_project_file(tmp_path):
    write(tmp_path, GOOD)
    (tmp_path / "pytest.ini").write_text("[pytest]\nperfrules_plugins = nowhere\n", encoding="utf-8")
    assert "error[PR803]: no installed package has the plugin `nowhere`" in run(tmp_path).stdout
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "perfrules.toml").write_text('plugins = "nowhere"\n', encoding="utf-8")
    done = run(tmp_path)
    assert (done.returncode, "error[PR807]" in done.stdout) == (2, True)
    assert "Traceback" not in done.stdout


def test_files_of_two_folders_with_policies_of_one_name(tmp_path):
    for name, low in (("one", "85%"), ("two", "80%")):
        (tmp_path / name).mkdir()
        verdict = "holds" if low == "85%" else "does-not-hold"
        write(tmp_path / name, HEAD + GIVEN + f"expect: {{A: {{slow: {verdict}}}}}\n", policy=POLICY.replace("85%", low))
    done = run(tmp_path)
    assert (done.returncode, outcomes(done)) == (0, {"passed": 2})
