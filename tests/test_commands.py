"""The commands around a run: what was read, files written back, results as tables, a new district, watching."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import queue
import signal
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from perfrules import authoring
from test_front import err, out, perfrules

FACTS = """
facts: town
extends: budget
kinds:
  department:
    title: {en: Department, zh: 部门}
    facts:
      budget: {is: money, at_least: 0, title: {zh: 预算数}}
      owed:   {is: money, in: 万元, title: {zh: 欠款}}
      staff:  {is: count, title: {zh: 人数}}
      rate:   {is: ratio, title: {zh: 执行率}}
    accounts:
      funds: {together: sum}
"""
POLICY = """
policy: execution
facts: town
subject: department
rules:
  - {rule: slow, when: rate < 85%, then: {deduct: {from: funds, amount: 1% * funds}}, because: below 85%}
"""
ROWS = "id,period,budget,owed,staff,rate,funds\nA,2023,1000.10,2.5,7,84.99%,500\nB,2023,,0.5,,85%,500\n"
DAY = ("--as-of", "2024-01-31")
WAIT = 120  # seconds until a program that says nothing is given up


@pytest.fixture
def town(tmp_path) -> Path:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "department.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


# facts


def test_what_was_read_is_said_with_its_totals(town):
    lines = {line.split()[0]: line.split()[1:] for line in out(perfrules("facts", ".", "--facts", ".", *DAY, "--lang", "zh", folder=town)).splitlines()[2:]}
    assert lines["预算数"] == ["元", "1", "1", "1", "000.10"]
    assert lines["欠款"] == ["万元", "2", "0", "3"]
    assert lines["人数"] == ["1", "1", "7"]


def test_of_a_table_without_rows_it_is_said_that_there_are_none(town):
    """It was read without a word, and says more than no table does: that there are no subjects."""
    (town / "department.csv").write_text("id,period,budget\n", encoding="utf-8")
    assert out(perfrules("facts", ".", "--facts", ".", *DAY, "--lang", "zh", folder=town)) == "部门：0 行，即没有这类对象\n"
    done = perfrules("run", ".", "--facts", ".", *DAY, "--period", "2023", folder=town)
    assert "give tables that have rows" in err(done)


WRONG = "id,period,budget,rate,funds\nA,2023,1e3,84.99%,500\nB,2023,5,99,500\n\nC,2023,5,\"8\n4\",500\nA,2023,5,84%,500\n"


def test_refused_rows_are_written_back_with_their_problems(town):
    (town / "department.csv").write_text(WRONG, encoding="gb18030")
    done = perfrules("facts", ".", "--facts", ".", *DAY, "--marked", "mended", folder=town)
    assert done.returncode == 2
    assert "PR609" in err(done)
    copy = (town / "mended" / "department.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(copy)))
    assert rows[0] == ["id", "period", "budget", "rate", "funds", "problems"]
    said = {row[0] + row[2]: row[5] for row in rows[1:] if row}
    assert list(said) == ["A1e3", "B5", "C5", "A5"]
    assert said["A1e3"] == "PR609 `1e3` for `budget` is no number that is read here (write 1000)"
    assert said["B5"] == ""
    assert said["C5"].startswith("PR609 `8\\u000a4` for `rate`")
    assert said["A5"].startswith("PR605")
    assert [row[:5] for row in rows] == list(csv.reader(io.StringIO(WRONG)))  # nothing else is changed


def test_a_mended_copy_is_read_again(town):
    (town / "department.csv").write_text(ROWS.replace("1000.10", "1e3"), encoding="utf-8")
    perfrules("facts", ".", "--facts", ".", *DAY, "--marked", "mended", folder=town)
    copy = town / "mended" / "department.csv"
    copy.write_text(copy.read_text(encoding="utf-8-sig").replace("1e3", "1000.10"), encoding="utf-8")
    done = perfrules("facts", ".", "--facts", "mended", *DAY, folder=town)
    assert (done.returncode, err(done)) == (0, "")


def test_refused_rows_of_a_workbook_are_marked_in_it(town):
    (town / "department.csv").unlink()
    book = openpyxl.Workbook()
    book.active.title = "部门"
    for row in (["id", "period", "预算数", "执行率", "funds"], ["A", 2023, 1.001, "84%", 5], ["B", 2023, 7, "84%", 5], ["C", 2023, "x", "84%", 5]):
        book.active.append(row)
    book["部门"]["G9"] = "=1+1"
    book.save(town / "year.xlsx")
    done = perfrules("facts", ".", "--facts", "year.xlsx", *DAY, "--marked", "mended", "--lang", "zh", folder=town)
    assert done.returncode == 2
    sheet = openpyxl.load_workbook(town / "mended" / "year.xlsx")["部门"]
    column = sheet.max_column
    assert sheet.cell(1, column).value == "问题"
    assert sheet.cell(2, column).value.startswith("PR604")
    assert sheet.cell(3, column).value is None
    assert sheet.cell(4, column).value.startswith("PR609")
    assert sheet["C2"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["C3"].fill.fgColor.rgb != "FFFFC7CE"
    assert sheet["G9"].value == "=1+1"


def test_files_without_problems_are_not_copied(town):
    (town / "wrong").mkdir()
    (town / "wrong" / "department.csv").write_text("id\nA\n", encoding="utf-8")
    perfrules("facts", "policy.yaml", "--facts", "department.csv", "--facts", "wrong/department.csv", *DAY, "--marked", "mended", folder=town)
    assert [p.name for p in (town / "mended").iterdir()] == ["department.csv"]
    assert "PR611" in (town / "mended" / "department.csv").read_text(encoding="utf-8")


# results


def test_results_as_csv_and_as_a_workbook(town):
    run = ("run", ".", "--facts", ".", *DAY)
    done = perfrules(*run, "--format", "csv", folder=town)
    assert done.stdout.decode("utf-8").splitlines()[1] == "department/A,2023,5.00,treasury,funds,slow,,"
    (town / "results").mkdir()
    rulings = perfrules(*run, "--format", "csv", "--table", "rulings", "--out", "results/裁定.csv", "--lang", "zh", folder=town)
    assert rulings.returncode == 0
    assert (town / "results" / "裁定.csv").read_text(encoding="utf-8-sig").splitlines()[0] == "对象,年度,规则,裁定,尚缺,依据"
    assert perfrules(*run, "--format", "excel", "--out", "results.xlsx", folder=town).returncode == 0
    assert openpyxl.load_workbook(town / "results.xlsx")["Entries"]["C2"].value == 5
    nowhere = perfrules(*run, "--format", "excel", folder=town)
    assert nowhere.returncode == 2
    assert "--out" in err(nowhere)


@pytest.mark.parametrize("out_", ["department.csv", "policy.yaml", "facts.yaml", "folder"])
def test_what_is_read_or_no_file_is_not_written_over(town, out_):
    (town / "folder").mkdir()
    before = {p.name: p.read_bytes() for p in town.iterdir() if p.is_file()}
    for arguments in (("run", "--format", "json"), ("run", "--format", "excel"), ("report",), ("facts",)):
        done = perfrules(arguments[0], ".", "--facts", ".", *DAY, *arguments[1:], "--out", out_, folder=town)
        assert (done.returncode, "PR909" in err(done)) == (2, True), arguments
    assert {p.name: p.read_bytes() for p in town.iterdir() if p.is_file()} == before
    assert perfrules("run", ".", "--facts", ".", *DAY, "--out", "folder/result.txt", folder=town).returncode == 0


def test_a_link_stays_one_and_a_device_what_it_is(town):
    (town / "results").mkdir()
    (town / "link.txt").symlink_to(town / "results" / "real.txt")
    (town / "results" / "real.txt").write_text("old", encoding="utf-8")
    (town / "elsewhere").mkdir()
    (town / "elsewhere" / "link.txt").symlink_to(town / "results" / "real.txt")
    assert perfrules("run", ".", "--facts", ".", *DAY, "--out", "elsewhere/link.txt", folder=town).returncode == 0
    assert (town / "elsewhere" / "link.txt").is_symlink()
    assert "Entries" in (town / "results" / "real.txt").read_text(encoding="utf-8")
    os.mkfifo(town / "elsewhere" / "pipe")
    done = perfrules("run", ".", "--facts", ".", *DAY, "--out", "elsewhere/pipe", folder=town)
    assert (done.returncode, "PR909" in err(done)) == (2, True)
    done = perfrules("facts", ".", "--facts", "elsewhere/pipe", *DAY, folder=town)
    assert (done.returncode, "PR120" in err(done)) == (2, True)


def test_ratios_are_shown_from_what_to_what(town):
    """85 is 8500%: whoever looks at what was read sees it."""
    (town / "department.csv").write_text("id,period,rate\nA,2023,85\nB,2023,84.99%\n", encoding="utf-8")
    assert "84.99% – 8500%" in out(perfrules("facts", ".", "--facts", ".", *DAY, folder=town))


def test_a_mapping_goes_with_every_run(town):
    (town / "ledger.yaml").write_text("mapping: m\nfacts: town\ntables:\n  department:\n    columns: {id: UNIT, rate: RATE}\n", encoding="utf-8")
    (town / "department.csv").write_text("UNIT,RATE,funds\nA,84.99%,500\n", encoding="utf-8")
    rest = ("--facts", "department.csv", "--mapping", "ledger.yaml", *DAY, "--period", "2023")
    assert "5.00" in out(perfrules("run", ".", *rest, folder=town))
    assert "84.99%" in out(perfrules("explain", ".", "department/A", *rest, folder=town))
    assert perfrules("report", ".", *rest, folder=town).returncode == 0
    assert perfrules("run", ".", "--facts", "department.csv", *DAY, "--period", "2023", folder=town).returncode == 2


# a new district


@pytest.mark.parametrize(("language", "name"), [("en", "riverside"), ("zh", "某区")])
def test_a_new_district_passes_its_own_checks(tmp_path, language, name):
    made = perfrules("new", name, "--lang", language, folder=tmp_path)
    assert made.returncode == 0
    checked = perfrules("check", name, "--lang", language, folder=tmp_path)
    assert out(checked) in ("no problems\n", "没有问题\n")
    run = perfrules("run", ".", "--facts", ".", *DAY, "--period", "2023", "--lang", language, folder=tmp_path / name)
    assert run.returncode == 0
    assert "2 000.00" in out(run)
    assert name in out(run)
    readme = next(p for p in (tmp_path / name).iterdir() if p.suffix == ".md").read_text(encoding="utf-8")
    for line in [line for line in readme.splitlines() if line.startswith("perfrules ")]:
        done = perfrules(*line.removeprefix("perfrules ").split(), "--lang", language, folder=tmp_path / name)
        assert done.returncode == 0, (line, err(done))


def test_a_new_district_overwrites_nothing_and_needs_a_name(tmp_path):
    (tmp_path / "here").mkdir()
    assert "PR908" in err(perfrules("new", "here", folder=tmp_path))
    assert "PR205" in err(perfrules("new", "../there", folder=tmp_path))
    assert list((tmp_path / "here").iterdir()) == []
    assert not (tmp_path.parent / "there").exists()


@pytest.mark.parametrize(("name", "offered"), [
    ("Riverside", "riverside"), ("river-side", "river_side"), ("2nd town", "nd_town"), ("town_", "town"), ("某区", "riverside"),
    ("json", "riverside"), ("class", "riverside"), ("perfrules", "riverside"), ("../there", "there"), ("", "riverside"),
])  # fmt: skip
def test_a_new_package_needs_a_name_that_python_and_pip_take(tmp_path, name, offered):
    done = perfrules("new", name, "--plugin", "--out", "here", folder=tmp_path)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert f"error[PR808]: `{name}` can't" in err(done)
    assert f"`{offered}`" in err(done)
    assert f"错误[PR808]: `{name}` 不能" in err(perfrules("new", name, "--plugin", "--out", "here", "--lang", "zh", folder=tmp_path))


def test_a_new_package_overwrites_nothing_and_lies_where_it_is_said_to(tmp_path):
    (tmp_path / "riverside").mkdir()
    assert "PR908" in err(perfrules("new", "riverside", "--plugin", folder=tmp_path))
    made = perfrules("new", "riverside", "--plugin", "--out", "elsewhere/package", folder=tmp_path)
    written = [p for p in (tmp_path / "elsewhere").rglob("*") if p.is_file()]
    assert sorted(out(made).splitlines()) == sorted(p.relative_to(tmp_path).as_posix() for p in written)
    assert "DISTRICT" not in "".join(f"{p} {p.read_text(encoding='utf-8')}" for p in written)
    assert list((tmp_path / "riverside").iterdir()) == []


# editors


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_schema_for_editors_knows_the_actions_by_their_titles(tmp_path, language):
    done = perfrules("schema", "--lang", language, "--out", "policy.schema.json", folder=tmp_path)
    assert done.returncode == 0
    text = (tmp_path / "policy.schema.json").read_text(encoding="utf-8")
    assert text == authoring.schema(language=language)
    assert '"扣减"' in text
    assert json.loads(text)["$schema"] == "http://json-schema.org/draft-07/schema#"


# consoles


def test_a_console_of_another_encoding_shows_what_it_can(town):
    explain = ("explain", ".", "department/A", "--facts", ".", *DAY, "--lang", "zh")
    chinese = perfrules(*explain, folder=town, PYTHONIOENCODING="gbk").stdout.decode("gbk")
    assert "√ 执行率" in chinese.replace("rate", "执行率")
    assert "\\u" not in chinese
    plain = perfrules(*explain, "--lang", "en", folder=town, PYTHONIOENCODING="ascii").stdout.decode("ascii")
    assert "+ rate < 85%" in plain
    assert "-> deduct" in plain
    wrong = perfrules("check", "没有.yaml", folder=town, PYTHONIOENCODING="ascii")
    assert wrong.returncode == 2


def on_a_terminal(folder: Path, *arguments: str) -> tuple[str, str]:
    """What a command writes to standard output, and to a terminal as standard error."""
    leader, follower = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "perfrules", *arguments],
            cwd=folder, stdout=subprocess.PIPE, stderr=follower, env={**os.environ, "LANG": "C.UTF-8", "TERM": "xterm"}, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 1)
        os.close(follower)
        seen = b""
        while chunk := _read(leader):
            seen += chunk
    finally:
        os.close(leader)
    return done.stdout.decode("utf-8"), seen.decode("utf-8")


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 65536)
    except OSError:  # the other side is closed
        return b""


def test_a_bar_is_shown_on_a_terminal_only(town):
    run = ("run", ".", "--facts", ".", *DAY)
    output, terminal = on_a_terminal(town, *run)
    assert "Entries" in output
    assert "reading facts" in terminal
    assert "deciding" in terminal
    assert err(perfrules(*run, folder=town)) == ""


def test_an_option_without_its_value_does_not_take_the_next_option_for_it(town):
    for words in (["test", ".", "--suggest", "--coverage"], ["run", ".", "--facts", "--as-of", "2023-12-31"]):
        done = perfrules(*words, folder=town)
        assert (done.returncode, out(done)) == (2, "")
        assert f"{words[2]}: it has no value before {words[3]}" in err(done)
    assert not (town / "--coverage").exists()
    assert perfrules("compile", "luojiang/targets", "--as-of", "2023-12-31", "--out", "--other", folder=town).returncode == 0
    assert (town / "--other").exists()  # a file may be called so


def test_a_bar_is_shown_while_changes_are_tried_and_missing_cases_looked_for(town):
    output, terminal = on_a_terminal(town, "mutate", ".")
    assert "changes" in output
    assert "running the cases" in terminal
    assert "changing one thing at a time" in terminal
    output, terminal = on_a_terminal(town, "test", ".", "--suggest", "missing", "--lang", "zh")
    assert "已建议" in output
    assert "查找缺少的用例" in terminal


# watching


def test_check_watches_until_it_is_stopped(town):
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "perfrules", "check", ".", "--watch"],
        cwd=town, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "LANG": "C.UTF-8", "PYTHONUTF8": "1"}, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: [lines.put(line) for line in process.stdout], daemon=True).start()
    try:
        assert lines.get(timeout=WAIT) == "no problems\n"
        writer = threading.Event()

        def keep_writing() -> None:  # the watcher may not have begun when the first change is made
            n = 0
            while not writer.wait(0.5):
                n += 1
                (town / "draft").write_text(POLICY.replace("85%,", "85,") + f"# {n}\n", encoding="utf-8")
                os.replace(town / "draft", town / "policy.yaml")

        threading.Thread(target=keep_writing, daemon=True).start()
        try:
            assert "PR404" in lines.get(timeout=WAIT)
            for _ in range(2):  # when the second check has ended, the first surely has
                while not lines.get(timeout=WAIT).startswith("1 error"):
                    pass
        finally:
            writer.set()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=WAIT) == 1  # as the last check found something
    finally:
        process.kill()


def test_where_there_is_nothing_to_watch_the_check_ends(tmp_path):
    done = perfrules("check", "nowhere", "--watch", folder=tmp_path)
    assert done.returncode == 2
    assert "PR120" in out(done)


# millions of subjects

SHARED = """
policy: execution
facts: town
subject: department
rules:
  - {rule: slow, when: rate < 85%, then: {deduct: {from: funds, amount: 10% * funds, into: saved}}, because: slow}
  - {rule: fast, when: rate > 96%, then: {reward: {to: funds, out_of: saved, by: budget}}, because: fast}
pools: {saved: {leftover: carried-over}}
"""
STREAMED = ("stream", "policy.yaml", "--as-of", "2024-01-31", "--period", "2023", "--out", "written")


@pytest.fixture
def many(tmp_path) -> Path:
    """A policy, and its departments in parts: a third is known to be slow, one to be fast, of the last nothing is known."""
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(SHARED, encoding="utf-8")
    (tmp_path / "parts" / "department").mkdir(parents=True)
    for part, rate in (("a", "0.8499"), ("b", "0.97"), ("c", None)):
        rows = {"id": [f"{part}{n}" for n in range(3)], "budget": ["100"] * 3, "rate": [rate] * 3, "funds": ["1000.05"] * 3}
        pl.DataFrame(rows, schema=dict.fromkeys(rows, pl.String)).write_parquet(tmp_path / "parts" / "department" / f"{part}.parquet")
    pl.read_parquet(tmp_path / "parts" / "department").write_csv(tmp_path / "department.csv")
    return tmp_path


def test_what_streams_into_files_is_said_in_sum_and_is_what_a_run_says(many):
    done = perfrules(*STREAMED, "--facts", "parts", folder=many)
    assert (done.returncode, err(done)) == (0, "")
    assert "execution/slow      3              3          3" in out(done)
    assert "reward  waiting      6  0.00 + ?" in out(done)
    assert "saved  2023  300.03      …          …" in out(done)  # of the last it is not known whether they give or get
    claims = pl.read_parquet(many / "written" / "claims.parquet")
    assert pl.read_parquet(many / "written" / "totals.parquet").sum().select("claims", "amount").row(0) == (len(claims), claims["amount"].sum())
    assert out(perfrules(*STREAMED[:-1], "again", "--facts", "department.csv", folder=many)) == out(done)


def test_what_a_pool_leaves_out_is_said_and_entries_are_those_of_a_run(many):
    settled = SHARED.replace("carried-over", "carried-over, if_undecided: leave-out")
    (many / "policy.yaml").write_text(settled, encoding="utf-8")
    streamed = out(perfrules(*STREAMED, "--facts", "parts", folder=many))
    table = out(perfrules("run", *STREAMED[1:6], "--facts", "department.csv", "--format", "csv", folder=many))
    entries = pl.read_parquet(many / "written" / "entries.parquet")
    assert entries["amount"].to_list().count(Decimal("100.01")) == 6 == len(entries)
    assert table.count("100.01") == 6
    run = out(perfrules("run", *STREAMED[1:6], "--facts", "department.csv", folder=many))
    [left_out] = [line for line in streamed.splitlines() if "left out" in line]
    assert left_out in run.splitlines()


@pytest.mark.parametrize(
    ("facts", "code"),
    [("written", "PR616"), ("nothing", "PR625"), ("department.xlsx", "PR120"), ("gone/department.parquet", "PR120"), ("bad/department.csv", "PR609"), ("nowhere", "PR120"), ("parts", "PR120"), ("beside", "PR120")],
)
def test_what_can_not_stream_writes_nothing(many, facts, code):
    (many / "nothing").mkdir()
    (many / "bad").mkdir()
    (many / "bad" / "department.csv").write_text("id,budget\nA,abc\n", encoding="utf-8")
    (many / "department.xlsx").write_text("no table", encoding="utf-8")
    (many / "beside").mkdir()
    for name in ("department.csv", "department.xlsx"):  # of which `run` would read both
        (many / "beside" / name).write_bytes((many / name).read_bytes())
    if facts == "written":
        perfrules(*STREAMED[:-1], facts, "--facts", "parts", folder=many)
    (many / "parts" / "department" / "more.csv.gz").write_text("no table", encoding="utf-8")
    done = perfrules(*STREAMED[:-1], "other", "--facts", facts, folder=many)
    assert (done.returncode, out(done)) == (2, "")
    assert f"error[{code}]" in err(done)
    assert not (many / "other").exists()


def test_a_table_that_spark_wrote_is_a_folder(many):
    (many / "parts" / "department").rename(many / "parts" / "department.parquet")
    for name in ("_SUCCESS", ".a.parquet.crc"):
        (many / "parts" / "department.parquet" / name).write_text("", encoding="utf-8")
    for folder, facts in (("one", "parts"), ("other", "parts/department.parquet")):
        done = perfrules(*STREAMED[:-1], folder, "--facts", facts, folder=many)
        assert (done.returncode, len(pl.read_parquet(many / folder / "rulings.parquet"))) == (0, 18)


def test_what_was_written_is_not_written_over(many):
    for code in (0, 2):
        done = perfrules(*STREAMED, "--facts", "parts", folder=many)
        assert done.returncode == code
    assert "error[PR908]" in err(done)
