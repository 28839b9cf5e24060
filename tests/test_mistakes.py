"""Mistakes of someone who has seen only the tutorial, the whole text of what each gets, and whether that cures it.

`tests/mistakes/README.md` says what each author meant. With PERFRULES_REWRITE=1 the expected texts are written anew:
read them as that author.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import perfrules
from specimen import Files, files_of, problems_of, said

MISTAKES = Path(__file__).resolve().parent / "mistakes"
TOWN, CURED = MISTAKES / "town", MISTAKES / "cured"
STORED = {p.stem: p for p in sorted(MISTAKES.iterdir()) if re.match(r"\d\d-", p.name) and p.suffix != ".txt"}
ROW = re.compile(r"^\| (\d\d-\S+) \| (.+) \| (yes|no) \| (yes|no) \|$", re.MULTILINE)
TOLD = {m[1]: m for m in ROW.finditer((MISTAKES / "README.md").read_text(encoding="utf-8"))}


def found(files: Files) -> tuple[perfrules.Problem, ...]:
    return problems_of(files, TOWN)


def cured(case: str) -> Files:
    """The files of a case with those that the author changed."""
    changed = next((p for p in (CURED / case, CURED / f"{case}.yaml") if p.exists()), None)
    return files_of(STORED[case]) | (files_of(changed) if changed else {})


@pytest.mark.parametrize("case", STORED)
def test_what_a_mistake_gets(case):
    problems = found(files_of(STORED[case]))
    assert problems
    for language in ("en", "zh"):
        golden, text = MISTAKES / f"{case}.{language}.txt", said(problems, language)
        if os.environ.get("PERFRULES_REWRITE"):
            golden.write_text(text, encoding="utf-8", newline="\n")
        assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", STORED)
def test_what_the_text_cures(case):
    cures = not [p for p in found(cured(case)) if p.severity != "note"]
    assert cures == (TOLD[case][4] == "yes")


def test_nearly_all_are_cured_and_every_case_is_told():
    assert list(TOLD) == list(STORED)
    assert {p.name for p in MISTAKES.glob("*.txt")} == {f"{case}.{lang}.txt" for case in STORED for lang in ("en", "zh")}
    assert sum(m[4] == "yes" for m in TOLD.values()) * 10 >= len(STORED) * 9


CLERK = "政策: 一\n事实: 镇\n对象: 部门\n规则:\n  - 规则名: 低\n    条件: 得分 < 60\n    结果: {扣减: {自: 公用经费, 金额: 1% * 公用经费}}\n    依据: 文件\n"
WORDS = "事实: 镇\n继承: budget\n类别:\n  部门:\n    事实:\n      得分: {类型: 数, 介于: [0, 100]}\n      等级: {类型: 选项, 取值: [优, 差]}\n      预算: {类型: 金额, 计量单位: 万元}\n    账户: {公用经费: {合并: 合计}}\n"


@pytest.mark.parametrize(("old", "new", "code", "cure"), [
    ("介于: [0, 100]", "介于: 0-100", "PR204", "请写成 `[0, 100]`"),
    ("取值: [优, 差]", "取值: 优、差", "PR204", "请写成列表：`[优, 差]`"),
    ("计量单位: 万元", "计量单位: 千元", "PR208", "此处可用：`元`、`万元`、`亿元`、`分`"),
    ("自: 公用经费, ", "", "PR233", "请补充 `from`（自）"),
    ("{自: 公用经费, 金额: 1% * 公用经费}", "{自: 公用经费, 金额: 5元, 主送: 部门}", "PR202", "`自`、`至`"),
    ("结果: {扣减: {自: 公用经费, 金额: 1% * 公用经费}}", "结果:", "PR203", "请补充 `then: …` 或 `结果: …`"),
    ("    条件: 得分", "      条件: 得分", "PR115", "请使本行与同一层的各行从同一列开始"),
    ("- 规则名", "-规则名", "PR115", "列表的 `-` 用半角，其后加空格"),
    ("- 规则名", "－ 规则名", "PR115", "列表的 `-` 用半角，其后加空格"),
    ("得分 < 60", "得分 < 求和(得分 遍历 部门)", "PR408", "请写作 `合计(x 遍历 …)`"),
    ("得分 < 60", "得分 < 总和(得分 遍历 部门)", "PR408", "`计数`、`合计`"),
    ("规则:\n", "决策表:\n  档:\n    输入: [得分]\n    行: [[低于60，差], [不低于60, 优]]\n规则:\n", "PR124", "请写半角逗号加空格：`, `"),
])  # fmt: skip
def test_a_cure_is_right_and_said_once_in_the_words_of_a_clerk(tmp_path, old, new, code, cure):
    for name, text in (("policy", CLERK), ("facts", WORDS)):
        (tmp_path / f"{name}.yaml").write_text(text.replace(old, new), encoding="utf-8")
    [problem] = [p for p in perfrules.check(tmp_path / "policy.yaml") if p.severity == "error"]
    assert problem.code == code
    assert cure in perfrules.render(problem, "zh")
