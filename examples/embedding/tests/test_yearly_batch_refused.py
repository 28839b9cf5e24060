"""What keeps the yearly batch from writing: then database and papers are as they were."""

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest
from books import all_of, papers_in, sql
from yearly_batch import batch, papers

SHIPPED = Path(__file__).parents[3] / "policies" / "luojiang"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE T_YSZX SET LJZC = NULL WHERE DWDM = '002'", "department/002 2022 paid (missing)"),
        ("UPDATE T_GYJF SET JE = 0; UPDATE T_YSZX SET LJZC = NULL", "department/002 2022 paid (missing)"),
        ("DELETE FROM T_GYJF WHERE DWDM = '006'", "department/006 2024 public_funds"),
        ("UPDATE T_YSZX SET TZYS = 0 WHERE DWDM = '003'", "department/003 2022 adjusted_budget (zero)"),
    ],
)
def test_what_is_not_known_leaves_everything_as_it_is(run, database, out, change, said, capsys):
    for statement in change.split(";"):
        sql(database, statement)
    before = all_of(database)
    assert run() == 1
    assert said in capsys.readouterr().err
    assert (all_of(database), papers_in(out)) == (before, [])


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("UPDATE T_YSZX SET LJZC = 84.5 WHERE DWDM = '002'", "department, LJZC"),
        ("UPDATE T_YSZX SET LJZC = -1 WHERE DWDM = '002'", "department, row 2, LJZC"),
        ("UPDATE T_YSZX SET TZYS = '一百万' WHERE DWDM = '001'", "department, row 1, TZYS"),
    ],
)
def test_facts_that_cannot_be_are_refused_by_their_place(run, database, change, place, capsys):
    sql(database, change)
    before = all_of(database)
    assert run() == 2
    assert place in capsys.readouterr().err
    assert all_of(database) == before


@pytest.mark.parametrize(
    ("old", "new", "place", "cure"),
    [
        ("paid: {column: LJZC", "payed: {column: LJZC", ":12:7", "是否想写 `paid`"),
        ("in: 分", "in: 角", ":11:43", "此处可用：`元`、`万元`、`亿元`、`分`"),
        ("id: DWDM", "id: DWBM", ":8:11", "是否想写 `DWDM`"),
        ("facts: luojiang", "facts: luojian", ":4:8", "是否想写 `luojiang`"),
    ],
)
def test_a_broken_mapping_is_said_with_place_and_cure(run, database, tmp_path, old, new, place, cure, capsys):
    text = batch.MAPPING.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "broken.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    assert run("--mapping", str(tmp_path / "broken.yaml")) == 2
    said = capsys.readouterr().err
    assert f"broken.yaml{place}" in said
    assert cure in said
    assert "PR626" not in said
    assert "JX_RUN" not in "".join(all_of(database))


def test_without_papers_there_are_no_entries(run, database, out, monkeypatch, capsys):
    """Neither where the papers can't be made, nor where the folder is none."""
    before = all_of(database)
    monkeypatch.setattr(papers, "sign_page", lambda *_: (_ for _ in ()).throw(OSError("the disk is full")))
    assert run() == 4
    assert "the disk is full" in capsys.readouterr().err
    assert (all_of(database), papers_in(out)) == (before, [])
    monkeypatch.undo()
    out.rmdir()
    out.write_text("a file")
    assert run() == 4
    assert all_of(database) == before


def test_a_day_on_which_the_policy_is_not_in_force_is_refused(run, database):
    before = all_of(database)
    assert run(as_of="2022-12-31") in (1, 2)
    assert all_of(database) == before


def test_a_database_that_is_not_there_is_not_made(run, database):
    database.unlink()
    assert run() == 4
    assert not database.exists()


def test_a_policy_that_is_left_out_is_no_small_matter(run, database, tmp_path, capsys):
    """It would be a warning; here somebody has to look."""
    folder = copytree(SHIPPED, tmp_path / "luojiang")
    for path in folder.glob("*.yaml"):
        if path.stem not in ("facts", "operating-funds", "assessment-funds"):
            path.unlink()
    before = all_of(database)
    assert run("--policies", str(folder)) == 1
    assert "PR709" in capsys.readouterr().err
    assert all_of(database) == before


def test_nobody_writes_between_the_facts_and_the_entries(run, database, monkeypatch):
    real = batch.judged

    def judged(*given):
        with closing(sqlite3.connect(database, timeout=0)) as other, pytest.raises(sqlite3.Error, match="locked"):
            other.execute("UPDATE T_YSZX SET LJZC = 0")
        return real(*given)

    monkeypatch.setattr(batch, "judged", judged)
    assert run() == 0


def test_a_database_that_another_writes_is_left_alone(run, database, monkeypatch, capsys):
    connect = sqlite3.connect
    monkeypatch.setattr(batch.sqlite3, "connect", lambda *given, **named: connect(*given, timeout=0, **named))
    with closing(connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert run() == 4
        assert "locked" in capsys.readouterr().err
    assert run() == 0
