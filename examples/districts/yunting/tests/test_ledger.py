"""账务导出文件的读取：读得准，不完整的拒收并指出是哪一行。"""

from pathlib import Path

import pytest

import perfrules

HEAD = "H;云汀区财政局;2024;09"
ONE = "D;1001;教育局;食堂;10000;2500;N"
TWO = "D;1002;卫健局;设备;5001;1;"
CONTROL = "T;2;15001;2501"


def export(folder: Path, *lines: str, encoding: str = "gb18030") -> Path:
    path = folder / "导出.ZWD"
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode(encoding))
    return path


@pytest.fixture(scope="module")
def program() -> perfrules.Program:
    return perfrules.load("云汀区", as_of="2024-09-30", plugins=["yunting"])


def test_金额以分为单位_空为未知(program: perfrules.Program, tmp_path: Path) -> None:
    facts = program.read_facts(export(tmp_path, HEAD, ONE, TWO, CONTROL))
    table = facts.table("项目", 2024)
    assert (table.ids, table.parents) == (["1001", "1002"], ["教育局", "卫健局"])
    assert table.columns["预算数"] == [10000, 5001]
    assert table.columns["支出数"] == [2500, 1]
    assert table.columns["月份"] == [9, 9]
    assert table.columns["跨年合同"] == [0, None]
    assert sorted(facts.table("部门", 2024).ids) == ["卫健局", "教育局"]


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ((HEAD, ONE, TWO), ""),  # 没有核对数：文件被截断
        ((ONE, TWO, CONTROL), ""),
        ((), ""),
        ((HEAD, ONE, CONTROL, TWO), ""),
        ((HEAD, ONE, CONTROL), ":3"),
        ((HEAD, ONE, TWO, "T;2;15001;2500"), ":4"),
        ((HEAD, ONE, TWO, "T;3;15001;2501"), ":4"),
        ((HEAD, "D;1001;教育局;食堂;100.00;25.00;N", TWO, CONTROL), ":2"),
        ((HEAD, ONE, "D;1002;卫健局;设备;5001;1", CONTROL), ":3"),
        ((HEAD, ONE, "D;1002;卫健局;设备;5001;1;是", CONTROL), ":3"),
        (("H;云汀区财政局;24;9", ONE, TWO, CONTROL), ":1"),
    ],
)
def test_不完整或不相符的拒收(program: perfrules.Program, tmp_path: Path, lines: tuple[str, ...], line: str) -> None:
    path = export(tmp_path, *lines)
    with pytest.raises(perfrules.Refused) as refused:
        program.read_facts(path)
    [problem] = refused.value.problems
    assert (problem.code, problem.where) == ("PR809", f"{path}{line}")
    assert "账务导出" in problem.said("zh")


def test_其他编码的拒收(program: perfrules.Program, tmp_path: Path) -> None:
    with pytest.raises(perfrules.Refused) as refused:
        program.read_facts(export(tmp_path, HEAD, ONE, TWO, CONTROL, encoding="utf-16"))
    assert [problem.code for problem in refused.value.problems] == ["PR809"]


def test_月份和金额的界限由词表检查(program: perfrules.Program, tmp_path: Path) -> None:
    with pytest.raises(perfrules.Refused) as refused:
        program.read_facts(export(tmp_path, "H;云汀区财政局;2024;13", ONE, TWO, CONTROL))
    assert {problem.code for problem in refused.value.problems} == {"PR603"}
