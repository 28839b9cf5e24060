"""Suggestions: the cases that are missing, written so that an author has only to say what must come out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import perfrules
from perfrules import suggestions, suggestions_text, suite
from suites import CASES, FACTS, HEAD, collected, covered, missing, rule
from test_coverage import GIVEN, POOL, SLOW
from test_front import err, out
from test_front import perfrules as command

HOME = Path(__file__).resolve().parent.parent


def completed(folder: Path, found: suite.Suite, language: str = "en") -> suite.Suite:
    """The suite with what was suggested, where the author wrote what comes out."""
    for document in suggestions.suggest(found):
        text = suggestions_text.suggestion_text(document, language)
        path = folder / "cases" / suggestions_text.document_name(document)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return written(suite.collect(folder))


def written(found: suite.Suite) -> suite.Suite:
    """Every `?` of the files replaced by what comes out."""
    for case in found.cases:
        ran = next(suite.run([case]))
        for problem in ran.problems:
            if problem.code == "PR531":
                span = problem.span
                path = Path(span.source.name)
                lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
                lines[span.line - 1] = lines[span.line - 1].replace(f"{problem.values['key']}: \"?\"", f"{problem.values['key']}: {verdict(ran, problem)}")
                path.write_text("".join(lines), encoding="utf-8")
    return suite.collect(sorted({str(Path(c.name.span.source.name).parent) for c in found.cases} | {str(Path(p.span.source.name).parent) for p in found.policies}))


def verdict(ran, problem) -> str:
    key = str(problem.values["key"])
    if key in ("given", "给出"):
        return f"{sum(pool.given for pool in ran.outcome.pools)}元"
    subject = re.match(r'\s*"?([\w/-]+)', problem.span.source.line(problem.span.line))[1]
    found = {r.subject.partition("/")[2]: r for r in ran.outcome.rulings if r.rule.endswith("/" + key) or r.rule == key}
    subject = subject.rpartition("/")[2]
    return found[subject].verdict if subject in found else "not-applicable"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("policy", "cases"), [
    (SLOW, ""),
    (SLOW, CASES + GIVEN + "expect: {B: {slow: holds}}\n"),
    (HEAD + "rules:\n" + rule("slow", "late and state = closed and rate < 85%"), ""),
    (HEAD + "rules:\n" + rule("odd", "any(cost > department.paid over projects where done)"), ""),
    (HEAD + "rules:\n" + rule("odd", "count(over projects where done) >= 2"), ""),
    (HEAD + "names:\n  change: paid - prior(paid)\nrules:\n" + rule("odd", "change > 10元"),
     CASES + "given: {department: [{id: B, paid: 5元}, {id: B, period: 2022, paid: 1元}]}\nexpect: {B: {odd: does-not-hold}}\n"),
    (HEAD + "parameters:\n  low:\n    value:\n      - {from: 2020-01-01, value: 80%}\n      - {from: 2024-01-01, value: 85%}\nrules:\n" + rule("slow", "rate < low"), ""),
    (HEAD + "parameters:\n  way: {value: one, of: [one, two]}\nrules:\n" + rule("odd", "way = two and rate < 85%"), ""),
])  # fmt: skip
def test_what_is_suggested_tests_everything_once_it_is_completed(tmp_path, policy, cases, language):
    found = completed(tmp_path, collected(tmp_path, policy, cases), language)
    assert [p for ran in suite.run(found.cases) for p in ran.problems if p.severity == "error"] == []
    assert missing(covered(found)) == {}


def test_the_endings_of_a_pool_are_suggested(tmp_path):
    [document] = suggestions.suggest(collected(tmp_path, POOL))
    tested = {(target.text, way) for one in document.suggestions for target, way in one.tests}
    assert {("pot", "left-over"), ("pot", "unsettled")} <= tested
    assert '{given: "?"}' in suggestions_text.suggestion_text(document, "en")


def test_values_lie_at_the_line_and_a_unit_beside_it(tmp_path):
    [document] = suggestions.suggest(collected(tmp_path, SLOW))
    rates = {row["rate"] for one in document.suggestions for row in one.world.rows.values()}
    assert {"84.99%", "85%", "85.01%"} <= rates or {"84.99%", "85%"} <= rates
    assert "unknown" in rates


def test_money_is_grouped_as_authors_write_it(tmp_path):
    [document] = suggestions.suggest(collected(tmp_path, HEAD + "rules:\n" + rule("rich", "paid > 1_234_567.5元")))
    assert "{id: A, paid: 1_234_567.51元}" in suggestions_text.suggestion_text(document, "en")


def test_what_no_probe_reaches_is_said(tmp_path):
    found = collected(tmp_path, HEAD + "rules:\n" + rule("odd", "paid > 5元 and paid < 4元"))
    [document] = suggestions.suggest(found)
    assert ("odd", "holds") in {(target.text, way) for target, way in document.unreached}
    text = suggestions_text.suggestion_text(document, "en")
    assert "# for these no case was found" in text
    assert "# for these no case was found\n" + text.split("# for these no case was found\n")[1] in text
    assert "odd never holds" in text


def test_a_case_in_which_another_policy_sets_claims_aside(tmp_path):
    first = HEAD + "rules:\n" + rule("cut", "rate < 85%", "{cut_current: {from: funds, amount: 1元}}")
    (tmp_path / "other.yaml").write_text("policy: other\nfacts: made\nsubject: department\nrules:\n" + rule("out", "late", "exclude"), encoding="utf-8")
    documents = suggestions.suggest(collected(tmp_path, first))
    [both] = [document for document in documents if len(document.policies) == 2]
    [(target, way)] = [test for one in both.suggestions for test in one.tests]
    assert (target.text, way) == ("cut", "set-aside")
    assert "policies: [made, other]" in suggestions_text.suggestion_text(both, "en")


def test_names_that_yaml_would_read_otherwise_are_quoted(tmp_path):
    facts = FACTS.replace("[open, closed]", '["a: b", "# no"]')
    [_document] = suggestions.suggest(collected(tmp_path, HEAD + "rules:\n" + rule("odd", 'state = "# no"'), facts=facts))
    found = completed(tmp_path, suite.collect(tmp_path))
    assert missing(covered(found)) == {}


def test_the_command_writes_files_says_what_is_open_and_writes_over_nothing(tmp_path):
    collected(tmp_path, SLOW)
    done = command("test", tmp_path, "--suggest", tmp_path / "cases")
    assert done.returncode == 0
    assert f"4 cases suggested in {tmp_path / 'cases'}; what they expect is left to you" in out(done)
    assert [path.name for path in (tmp_path / "cases").iterdir()] == ["made.yaml"]
    again = command("test", tmp_path, "--lang", "zh")
    assert again.returncode == 1
    assert "`slow` 的预期尚未填写" in out(again)
    refused = command("test", tmp_path, "--suggest", tmp_path / "cases")
    assert refused.returncode != 0
    assert "PR532" in err(refused)


def test_the_same_is_suggested_each_time(tmp_path):
    core = HOME / "policies" / "core"
    found = suite.collect([core / f"{name}.yaml" for name in ("corrections", "grades", "reserves", "target-review", "two-letters")])
    texts = [[suggestions_text.suggestion_text(d, "zh") for d in suggestions.suggest(found)] for _ in range(2)]
    assert texts[0] == texts[1]
    assert len(texts[0]) == 5


def test_cases_left_open_fail(tmp_path):
    found = collected(tmp_path, SLOW, CASES + GIVEN + 'expect: {B: {slow: "?"}}\n')
    [ran] = suite.run(found.cases)
    assert [p.code for p in ran.problems] == ["PR531"]
    assert not ran.passed
    assert isinstance(ran.problems[0], perfrules.Problem)
