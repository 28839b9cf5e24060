"""What is wrong with a ladder of notices is said, in the place where it is written."""

from __future__ import annotations

import pytest

import perfrules
from test_letters_due import FACTS

HEAD = "policy: letters\nfacts: town\nsubject: department\nparameters: {time: 10 days, share: 10%}\nrules:\n  - {rule: late, when: late, then: remind, because: made}\nnotices:\n"
GOOD = "  - ladder: up\n    to: bureau\n    steps: [{send: remind, within: time}, {send: summon}]\n"
WRONG = [
    ("steps: [{send: remind, within: time}, {send: summon}]", "steps: []", "PR203"),
    ("to: bureau", "to: office", "PR208"),
    ("send: summon", "send: sumon", "PR215"),
    ("send: summon", "send: exclude", "PR215"),
    ("send: summon", "send: sumon, when: deaf, because: made", "PR215"),
    ("within: time", "within: tme", "PR401"),
    ("within: time", "within: 10 days +", "PR301"),
    ("within: time", "within: 10", "PR296"),
    ("within: time", "within: share", "PR296"),
    ("within: time", "within: 10 元", "PR296"),
    ("within: time", "within: 10%", "PR296"),
    ("within: time", "within: rank", "PR296"),
    ("within: time", "within: late", "PR296"),
    ("within: time", "within: 2023-12-31", "PR296"),
    ("within: time", "within: -5 days", "PR296"),
    ("within: time", "within: time + 5 days", "PR296"),
    ("within: time", "within: 5 days, if_lapsed: wait", "PR208"),
    ("send: summon", "send: summon, within: 5 days, if_lapsed: wait", "PR208"),
    ("send: summon", "send: summon, within: 5 days, if_lapsed: 升级", "PR295"),
    ("send: summon", "send: summon, if_met: next", "PR295"),
    ("send: summon", "send: summon, when: deaf", "PR203"),
    ("send: summon", "send: summon, when: deaf and, because: made", "PR301"),
    ("send: summon", "send: summon, met: deaf and", "PR301"),
    ("ladder: up", "ladder: u p", "PR205"),
    ("ladder: up", "ladder: up\n    again: both", "PR208"),
    ("ladder: up", "ladder: up\n    if_relapsed: never", "PR208"),
]


def problems(tmp_path, text: str) -> list[perfrules.Problem]:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
    return [p for p in perfrules.check(tmp_path / "policy.yaml") if p.severity == "error"]


@pytest.mark.parametrize(("good", "bad", "code"), WRONG)
def test_what_is_wrong_is_said_with_its_place(tmp_path, good, bad, code):
    assert problems(tmp_path, HEAD + GOOD) == []
    assert good in GOOD
    found = problems(tmp_path, HEAD + GOOD.replace(good, bad))
    assert {p.code for p in found} == {code}
    assert all(p.span is not None and p.span.line >= 8 for p in found)


def test_a_form_that_does_not_fit_is_placed_where_it_stands_in_chinese_too(tmp_path):
    text = HEAD + "  - 阶梯名: up\n    步骤:\n      - 发出: remind\n        期限: [10 days]\n      - 期限: 10天\n"
    missing, wrong = sorted(problems(tmp_path, text), key=lambda p: p.code)
    assert (missing.said("zh"), missing.place.rpartition("policy.yaml:")[2]) == ("此处缺少 `send`（发出）", "12:9")
    assert (wrong.said("zh"), wrong.place.rpartition("policy.yaml:")[2]) == ("`期限` 的写法不对", "11:9")


def test_a_rule_that_a_step_writes_has_a_name_of_its_own(tmp_path):
    text = HEAD.replace("rule: late", "rule: up-remind") + GOOD.replace("within: time", "within: time, when: deaf, because: made")
    assert [p.code for p in problems(tmp_path, text)] == ["PR210"]


def test_a_claim_of_another_year_begins_no_ladder(tmp_path):
    text = HEAD.replace("then: remind", "then: {remind: {in_year: +1}}") + GOOD
    assert [p.code for p in problems(tmp_path, text)] == ["PR294"]


def test_a_ladder_without_a_time_is_part_of_the_digest(tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    digests = set()
    for within in ("within: time", "within: 10 days", "because: made"):
        (tmp_path / "policy.yaml").write_text(HEAD + GOOD.replace("within: time", within), encoding="utf-8")
        digests.add(perfrules.load(tmp_path / "policy.yaml", as_of="2023-12-31").digest)
    assert len(digests) == 3


def test_each_kind_of_subject_has_its_own(tmp_path):
    text = HEAD.replace("subject: department", "subject: [department, bureau]").replace("when: late", "when: as_of > 2023-01-01") + GOOD.replace("    to: bureau\n", "")
    assert problems(tmp_path, text) == []
    made = perfrules.load(tmp_path / "policy.yaml", as_of="2023-12-31")
    watch = perfrules.watch(made, made.facts({"bureau": [{"id": "B"}], "department": [{"id": "A", "bureau": "B"}]}, period=2023), period=2023)
    watch.advance("2023-01-02")
    assert [(one.subject, one.sent.isoformat()) for one in watch.letters()] == [("bureau/B", "2023-01-02"), ("department/A", "2023-01-02")]
