"""The schema in a real editor: yaml-language-server, which VS Code and others use, shows, underlines and offers."""

from __future__ import annotations

from pathlib import Path

import pytest

from editor import Editor, editor
from perfrules.districts.defaults import ACTIONS
from perfrules.reports.schema import schema

HOME = Path(__file__).resolve().parent.parent
HEAD = "policy: p\nfacts: town\nsubject: department\nrules:\n"
RULE = "  - rule: slow\n    when: rate < 85\n    then: suspend\n    because: 2024-01-31\n"
CHINESE = "政策: 执行\n事实: 某区\n对象: 部门\n规则:\n  - 规则名: 慢\n    条件: 执行率 < 85%\n    结果:\n      扣减: {自: 公用经费, 金额: 1元}\n    依据: 办法\n"


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request):
    return request.param


@pytest.fixture(scope="module")
def session(language, tmp_path_factory):
    folder = tmp_path_factory.mktemp(language)
    (folder / "policy.schema.json").write_text(schema(language, ACTIONS), encoding="utf-8")
    with editor(folder, {"./policy.schema.json": "*.yaml"}) as opened:
        yield opened


def underlined(session: Editor, text: str) -> list[tuple[int, str]]:
    return session.open(text).underlined


def test_a_wrong_policy_is_underlined_where_it_is_wrong(session):
    assert underlined(session, HEAD + RULE + "    wehn: x\n") == [(9, "Property wehn is not allowed.")]
    assert underlined(session, HEAD + RULE.replace("    because: 2024-01-31\n", "")) == [(5, 'Missing property "because".')]
    assert underlined(session, CHINESE.replace("    依据: 办法\n", "")) == [(5, 'Missing property "依据".')]
    assert underlined(session, HEAD + RULE.replace("then: suspend", "then:\n      deduct:\n        frm: a")) == [(9, "Property frm is not allowed.")]
    assert underlined(session, HEAD.replace("rules:", "rules: slow")) == [(4, 'Incorrect type. Expected "array".')]
    assert [line for line, _ in underlined(session, HEAD + RULE.replace("because: 2024-01-31", "because: [a, b]"))] == [8]
    assert [line for line, _ in underlined(session, HEAD + RULE + "    条件: y\n")] in ([6], [9])


def test_a_wrong_word_is_underlined_with_the_words_that_may_stand_there(session):
    ((line, said),) = underlined(session, HEAD + RULE + "tables:\n  t: {inputs: a, rows: [[1, 2]],\n    hit: last}\n")
    assert line == 11
    assert all(f'"{word}"' in said for word in ("unique", "唯一", "first", "首个"))


@pytest.mark.parametrize("path", [*sorted((HOME / "policies").rglob("*.yaml")), *sorted((HOME / "tests" / "town").glob("*.yaml"))], ids=lambda p: p.name)
def test_a_good_file_is_not_underlined(session, path):
    assert underlined(session, path.read_text(encoding="utf-8")) == []


def test_values_that_look_like_numbers_are_not_underlined(session):
    assert underlined(session, HEAD + RULE) == []
    assert underlined(session, CHINESE) == []
    parameters = "parameters: {a: 85, b: 0.5, c: true, d: null, e: ~, f: 0107, g: 2024-01-31}\n"
    assert underlined(session, "perfrules: 1\npolicy: 7\nfacts: 2024-01-31\nsubject: yes\n" + parameters) == []


def test_a_key_is_explained_where_the_pointer_rests(session, language):
    page, other = session.open(HEAD + RULE), session.open(CHINESE)
    condition = {"en": "when / 条件: the condition", "zh": "条件 / when：规则成立的条件"}[language]
    assert page.hover(6, 5).startswith(condition)
    assert other.hover(6, 5).startswith(condition)
    assert {"en": "the name of this policy", "zh": "政策的名称"}[language] in other.hover(1, 0)


def test_a_name_is_explained_by_what_it_names(session, language):
    page = session.open("policy: p\nfacts: f\nsubject: s\nin_force: {from: 2024-01-01}\npools:\n  saved: {leftover: a}\nrules:\n  - then:\n      扣减: {from: a}\n      deduct: {from: a}\n      bulletin: {in_year: 1}\n")
    assert page.hover(4, 2).startswith({"en": "in_force / 有效期: from and to", "zh": "有效期 / in_force：自哪日"}[language])
    assert page.hover(6, 4).startswith({"en": "a pool", "zh": "资金池"}[language])
    for line in (9, 10):
        assert page.hover(line, 7).startswith({"en": "deduct", "zh": "扣减"}[language])
    assert page.hover(11, 8).startswith({"en": "what an action is", "zh": "措施的内容"}[language])


def test_the_keys_of_a_rule_are_offered_in_the_language_in_which_it_is_begun(session):
    offered = session.open(HEAD + "  - rule: slow\n    \n").complete(6, 4)
    assert {"when", "unless", "then", "because", "over"} <= offered
    assert not {"rule", "条件", "inputs", "policy"} & offered
    offered = session.open("政策: p\n规则:\n  - 规则名: 慢\n    \n").complete(4, 4)
    assert {"条件", "除非", "结果", "依据", "优先于"} <= offered
    assert not {"规则名", "when"} & offered
    for begun, own, other in (("policy: p\n", {"facts", "in_force", "rounded"}, {"有效期", "取整"}), ("政策: p\n", {"事实", "有效期", "取整"}, {"in_force", "rounded"})):
        offered = session.open(begun).complete(2, 0)
        assert own <= offered
        assert not other & offered


def test_in_an_empty_file_the_documents_are_offered(session, language):
    documents = {"en": {"policy", "facts", "decisions", "mapping", "cases"}, "zh": {"政策", "事实", "决定", "对照表", "用例"}}[language]
    assert session.open("").complete(1, 0) == documents


def test_words_and_actions_are_offered(session, language):
    offered = session.open("facts: f\nkinds:\n  k:\n    facts:\n      a:\n        is: \n").complete(6, 12)
    assert {"money", "金额", "choice", "选项"} <= offered
    assert not {"true", "null"} & offered
    offered = session.open(HEAD + "  - rule: slow\n    then:\n      \n").complete(7, 6)
    names = {"en": {"deduct", "suspend", "recommend"}, "zh": {"扣减", "暂停拨款", "建议"}}
    assert names[language] <= offered
    assert not offered & {name for other in {"en", "zh"} - {language} for name in names[other]}


def test_a_file_names_its_schema_in_its_first_line(tmp_path):
    (tmp_path / "policy.schema.json").write_text(schema("zh"), encoding="utf-8")
    line = "# yaml-language-server: $schema=policy.schema.json\n"
    with editor(tmp_path, {}) as session:
        assert underlined(session, HEAD + RULE + "    wehn: x\n") == []
        assert underlined(session, line + HEAD + RULE + "    wehn: x\n") == [(10, "Property wehn is not allowed.")]
        page = session.open(line + CHINESE)
        assert page.underlined == []
        assert page.hover(7, 5).startswith("条件 / when：")
