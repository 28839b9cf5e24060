"""账务系统的导出文件（.zwd）：GB18030 编码，分号分隔，金额以分为单位，末行为核对数。

    H;云汀区财政局;2024;09
    D;1001;教育局;农村学校食堂改造;120000000;48000000;N
    T;1;120000000;48000000

D 行依次为项目编号、部门、项目名称、预算数、支出数、有无跨年度合同（Y、N，空为未知）；T 行为项目个数和两项合计。
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from perfrules.plugins import Unreadable, Words

FORMS = {
    "H": r"H;[^;]+;(?P<year>\d{4});(?P<month>\d{2})",
    "D": r"D;(?P<id>[^;]+);(?P<department>[^;]+);[^;]*;(?P<budget>\d+);(?P<paid>-?\d+);(?P<contract>[YN]?)",
    "T": r"T;(?P<count>\d+);(?P<budget>\d+);(?P<paid>-?\d+)",
}
FLAGS = {"Y": "是", "N": "否", "": "未知"}
AGAIN = Words("export it again", "请重新导出")
Rows = list[dict[str, object]]


def read_ledger(path: Path) -> Iterator[tuple[str, Rows]]:
    """导出文件中的部门和项目；不完整或与核对数不符的，拒收。"""
    records = list(_records(path))
    if not re.fullmatch("HD*T", "".join(kind for kind, _ in records)):
        raise Unreadable(Words("it does not go from H over D to T", "各行不是依次为 H、D、T"), AGAIN)
    (_, head), *details, (_, control) = records
    projects = [project for _, project in details]
    _check(projects, control, len(records))
    year = int(head["year"])
    yield "部门", [{"编号": name, "年度": year} for name in dict.fromkeys(p["department"] for p in projects)]
    yield "项目", [_row(project, year, int(head["month"])) for project in projects]


def _records(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """各行的类型和内容。"""
    try:
        text = path.read_bytes().decode("gb18030")
    except UnicodeDecodeError:
        raise Unreadable(Words("it is not in GB18030", "不是 GB18030 编码"), AGAIN) from None
    for number, line in enumerate(text.splitlines(), start=1):
        form = FORMS.get(line[:1])
        fields = re.fullmatch(form, line, re.ASCII) if form else None
        if fields is None:
            wrong = Words(f"`{line[:40]}` is no line of an export", f"`{line[:40]}` 不是导出文件的行")
            raise Unreadable(wrong, AGAIN, number)
        yield line[0], fields.groupdict()


def _check(projects: list[dict[str, str]], control: dict[str, str], number: int) -> None:
    """核对末行的个数和合计。"""
    count, budget, paid = len(projects), *(sum(int(p[name]) for p in projects) for name in ("budget", "paid"))
    said = tuple(int(control[name]) for name in ("count", "budget", "paid"))
    if said != (count, budget, paid):
        found = f"{count};{budget};{paid}"
        wrong = Words(f"the lines add up to `{found}`", f"各行合计为 `{found}`，与核对数不符")
        raise Unreadable(wrong, AGAIN, number)


def _row(project: dict[str, str], year: int, month: int) -> dict[str, object]:
    return {
        "编号": project["id"],
        "年度": year,
        "部门": project["department"],
        "月份": month,
        "预算数": Fraction(int(project["budget"]), 100),
        "支出数": Fraction(int(project["paid"]), 100),
        "跨年合同": FLAGS[project["contract"]],
    }
