"""Examples in a policy: with decisions, with what becomes of claims, with what is left unknown."""

from __future__ import annotations

import perfrules
from made import FACTS, policy, rule
from perfrules import suite
from perfrules.cases import Runner
from perfrules.language.words import STATES, VERDICTS

CUT = "{cut_current: {from: funds, amount: 10元}}"
APPROVED = """approvals:
  - {of: cut_current, by: council, because: law}
examples:
  - name: approved, refused, and waiting
    as_of: 2023-12-31
    period: 2023
    given:
      department:
        - {id: A, f: yes, funds: 100元}
        - {id: B, f: yes, funds: 100元}
        - {id: C, f: yes, funds: 100元}
    decisions:
      by: council
      on: 2023-06-30
      decided:
        - {subject: department/A, period: 2023, rule: made/cut, approve: yes, because: resolution 7}
        - {subject: department/B, period: 2023, rule: made/cut, approve: no, because: resolution 8}
    expect:
      A: {cut: posted, funds: -10元}
      B: {cut: set-aside, funds: 0元}
      C: {cut: awaiting-approval, funds: 0元}
"""


def checked(folder, tail: str, when: str = "f") -> list[perfrules.Problem]:
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "policy.yaml").write_text(policy(rule("cut", when, CUT), tail=tail), encoding="utf-8")
    found = perfrules.check([folder / "facts.yaml", folder / "policy.yaml"])
    return [p for p in found if not p.code.startswith("PR51")]


def test_an_example_has_decisions_and_expects_what_becomes_of_claims(tmp_path):
    assert checked(tmp_path, APPROVED) == []


def test_a_claim_that_became_something_else_is_said(tmp_path):
    wrong = APPROVED.replace("C: {cut: awaiting-approval", "C: {cut: 入账")
    assert [(p.code, p.said("en")) for p in checked(tmp_path, wrong)] == [
        ("PR501", "`approved, refused, and waiting` expects `入账` for the claims of `cut`, but the result is `awaiting-approval`")
    ]


def test_a_decision_of_an_example_is_checked_like_any_other(tmp_path):
    codes = {p.code for p in checked(tmp_path, APPROVED.replace("rule: made/cut, approve: no", "rule: made/cute, approve: no"))}
    assert "PR282" in codes
    assert [p.code for p in checked(tmp_path, APPROVED.replace("by: council\n", "by: someone\n"))] == ["PR292", "PR292"]


def left_out(given: str) -> str:
    return ("examples:\n  - name: open\n    as_of: 2023-12-31\n    period: 2023\n    given:\n      department:\n"
            f"        - {given}\n    expect:\n      A: {{cut: undecided}}\n")  # fmt: skip


def test_what_an_example_leaves_out_is_noted_once_and_what_it_says_is_unknown_is_not(tmp_path):
    found = checked(tmp_path, left_out("{id: A, funds: 100元}"), "f and a > 0元")
    assert [(p.code, p.severity) for p in found] == [("PR504", "note")]
    assert checked(tmp_path, left_out("{编号: A, f: unknown, a: 未知, funds: 100元}"), "f and a > 0元") == []


def test_cases_of_policies_with_one_name_are_judged_by_their_own(tmp_path):
    """One runner for the files of several districts, as in a session of pytest."""
    found = []
    for folder, line in ((tmp_path / "a", 5), (tmp_path / "b", 50)):
        folder.mkdir()
        (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
        (folder / "policy.yaml").write_text(policy(rule("big", f"w > {line}", "remind")), encoding="utf-8")
        (folder / "big-cases.yaml").write_text(
            "cases: big\npolicies: made\nas_of: 2023-12-31\nperiod: 2023\n"
            f"given: {{department: [{{id: A, w: 10}}]}}\nexpect: {{A: {{big: {'holds' if line < 10 else 'does-not-hold'}}}}}\n",
            encoding="utf-8",
        )
        found += suite.collect(folder).cases
    runner = Runner()
    assert [runner.run(case).passed for case in found] == [True, True]


def test_a_verdict_and_what_became_of_a_claim_have_different_words():
    said = [*VERDICTS, *VERDICTS.values(), *STATES, *STATES.values()]
    assert len(said) == len(set(said))
