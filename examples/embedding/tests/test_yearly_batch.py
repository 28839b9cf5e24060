"""The yearly batch: from the database of another system to entries in it and papers, once."""

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from books import PAPERS, all_of, papers_in, posted, sql
from yearly_batch import batch

import perfrules

HOME = Path(__file__).parent.parent
SHIPPED = HOME.parent.parent / "policies" / "luojiang"


@pytest.fixture
def changed_policies(tmp_path) -> str:
    """The policy with twice the share, by the day on which somebody changed it."""
    folder = tmp_path / "changed"
    folder.mkdir()
    (folder / "facts.yaml").write_bytes((SHIPPED / "facts.yaml").read_bytes())
    text = (SHIPPED / "operating-funds.yaml").read_text(encoding="utf-8").partition("\nexamples:")[0]
    assert "value: 0.1%" in text
    (folder / "operating-funds.yaml").write_text(text.replace("value: 0.1%", "value: 0.2%"), encoding="utf-8")
    return str(folder)


def test_the_mapping_has_no_problems():
    assert perfrules.check([batch.MAPPING, batch.POLICIES]) == ()


def test_entries_are_written_in_cents_and_balance(run, database):
    """001 is a cent below 85%, 002 exactly at it, 003 exactly at 96%, 004 a cent above, 007 new in the year."""
    assert run() == 0
    pool = "luojiang/operating-funds/execution"
    assert posted(database) == [
        ("001", 2024, 2001_00, pool, "public_funds"),
        ("004", 2024, 2014_00, "public_funds", pool),
        ("005", 2024, 2023_00, "public_funds", pool),
        ("006", 2024, 2036_00, pool, "public_funds"),
    ]


def test_the_papers_name_what_was_computed(run, database, out):
    assert run() == 0
    assert papers_in(out) == PAPERS
    [(program, result)] = sql(database, "SELECT PROGRAM, OUTCOME FROM JX_RUN")
    signed = (out / "sign-2022.txt").read_text(encoding="utf-8")
    assert all(word in signed for word in (program, result, "分录：4 笔，合计 8074.00 元", "经办", "负责人"))
    assert program[:12] in (out / "report-2022.html").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(out / "entries-2022.xlsx")
    assert "department/006" in {cell.value for row in book["分录"].iter_rows() for cell in row}


def test_twice_is_as_once(run, database, out, capsys):
    assert run() == 0
    before = all_of(database)
    (out / "sign-2022.txt").unlink()
    assert run() == 0
    assert all_of(database) == before
    assert papers_in(out) == PAPERS, "papers that got lost are there again"
    assert capsys.readouterr().out.splitlines() == ["written", "the same entries stand already"]


def test_other_rules_are_refused_unless_asked_for(run, database, out, changed_policies, capsys):
    assert run() == 0
    before, signed = all_of(database), (out / "sign-2022.txt").read_bytes()
    assert run("--policies", changed_policies) == 3
    [(program,)] = sql(database, "SELECT PROGRAM FROM JX_RUN")
    assert f"by the program {program[:12]}" in capsys.readouterr().err
    assert (all_of(database), (out / "sign-2022.txt").read_bytes()) == (before, signed)
    assert run("--policies", changed_policies, "--replace") == 0
    assert [row[:3] for row in posted(database)] == [
        ("001", 2024, 4002_00), ("004", 2024, 4028_01), ("005", 2024, 4045_99), ("006", 2024, 4072_00)
    ]  # fmt: skip
    assert len(sql(database, "SELECT DISTINCT PROGRAM FROM JX_ENTRY")) == 1
    assert (out / "sign-2022.txt").read_bytes() != signed


def test_other_facts_are_refused_unless_asked_for(run, database, capsys):
    assert run() == 0
    before = posted(database)
    sql(database, "UPDATE T_YSZX SET LJZC = 85000000 WHERE DWDM = '001'")
    assert run() == 3
    assert "from other facts" in capsys.readouterr().err
    assert posted(database) == before
    assert run("--replace") == 0
    assert [row[0] for row in posted(database)] == ["004", "005", "006"]


def test_it_runs_from_the_command_line(tmp_path, out):
    def python(*arguments: object) -> int:
        command = [sys.executable, "-m", *map(str, arguments)]
        return subprocess.run(command, cwd=HOME, capture_output=True, check=False).returncode

    assert python("yearly_batch.make_database", tmp_path / "books.sqlite") == 0
    order = ("yearly_batch", tmp_path / "books.sqlite", "--as-of", "2024-01-31", "--period", "2022", "--out", out)
    assert [python(*order), python(*order, "--policies", "luojiang/none"), python(*order[:-2])] == [0, 2, 2]
    assert papers_in(out) == PAPERS
