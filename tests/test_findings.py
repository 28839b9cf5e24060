"""Problems for other programs, and what a code is about."""

from __future__ import annotations

import json

import pytest

import perfrules
from perfrules.front.findings import as_github, as_json, as_sarif

POLICY = "policy: e\nfacts: town\nsubject: department\nrules:\n  - {rule: slow, when: paid < 85%, then: remind, because: b}\n"
FACTS = "facts: town\nextends: budget\nkinds:\n  department:\n    facts: {paid: {is: money}, idle: {is: count}}\n"


@pytest.fixture
def problems(tmp_path, monkeypatch) -> tuple[perfrules.Problem, ...]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return perfrules.check(["facts.yaml", "policy.yaml"])


def test_sarif_has_a_result_for_each_problem_with_its_place(problems):
    log = json.loads(as_sarif(problems, "zh"))
    [run] = log["runs"]
    assert log["version"] == "2.1.0"
    assert [r["ruleId"] for r in run["results"]] == [p.code for p in problems]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    span = problems[0].span
    assert place == {"artifactLocation": {"uri": span.source.name}, "region": {"startLine": span.line, "startColumn": span.column}}
    assert {r["id"] for r in run["tool"]["driver"]["rules"]} == {p.code for p in problems}


def test_an_annotation_is_one_line_that_nothing_breaks(problems):
    lines = as_github(problems, "en").splitlines()
    assert len(lines) == len(problems)
    assert all(line.startswith(("::error file=", "::warning file=", "::notice file=")) for line in lines)
    odd = perfrules.Problem("PR401", where="a,b:c\n::error::", values={"name": "x\n::error::y", "hint": ""})
    [line] = as_github([odd], "en").splitlines()
    assert line.startswith("::error file=a%2Cb%3Ac%0A%3A%3Aerror%3A%3A,title=PR401::")


def test_json_says_what_text_says(problems):
    assert [(p["code"], p["message"]) for p in json.loads(as_json(problems, "en"))] == [(p.code, p.said("en")) for p in problems]


def test_a_code_is_explained_in_both_languages():
    assert perfrules.Problem.explain("PR404").startswith("error[PR404]: ")
    assert perfrules.Problem.explain("PR404", "zh").startswith("错误[PR404]: ")
    with pytest.raises(perfrules.Refused, match="PR404"):
        perfrules.Problem.explain("PR4044")
