"""文号检查：没有文号的规则和参数都要指出来，有的不误报。"""

from pathlib import Path

import pytest

import perfrules

POLICY = """政策: 试
地区: 云汀区
来源: 云汀财绩〔2024〕3号
事实: 云汀区
对象: 项目
参数:
  线: {值: 10%}
规则:
  - 规则名: 滞后
    条件: 落后序时(支出数, 预算数, 月份) > 线
    结果: 通报
    依据: 第七条
"""


def found(folder: Path, text: str) -> list[tuple[str, int]]:
    path = folder / "试.yaml"
    path.write_text(text, encoding="utf-8")
    problems = perfrules.check(path, plugins=["yunting"])
    return [(problem.code, problem.span.line) for problem in problems]


def test_政策的来源有文号即可(tmp_path: Path) -> None:
    assert found(tmp_path, POLICY) == []


@pytest.mark.parametrize("source", ["办公会议研究意见", "云汀财绩2024年3号"])
def test_没有文号的规则和参数(tmp_path: Path, source: str) -> None:
    assert found(tmp_path, POLICY.replace("云汀财绩〔2024〕3号", source)) == [("PR805", 7), ("PR805", 9)]


def test_其他地区的政策不检查(tmp_path: Path) -> None:
    other = POLICY.replace("云汀财绩〔2024〕3号", "办公会议").replace("地区: 云汀区", "地区: 邻区")
    assert found(tmp_path, other) == []


def test_参数可以有自己的文号(tmp_path: Path) -> None:
    text = POLICY.replace("云汀财绩〔2024〕3号", "办公会议").replace("值: 10%", "值: 10%, 来源: 云汀财〔2024〕8号")
    assert found(tmp_path, text) == [("PR805", 9)]
