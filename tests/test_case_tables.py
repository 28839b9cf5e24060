"""Tables of cases: one subject in each row, written in YAML, CSV or a sheet of Excel."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import chdir
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import perfrules
from perfrules import suite
from tested import HEAD, messages, ran, write

TABLE = HEAD + "table:\n  subject: department\n"
ROWS = [
    ["name", "budget", "paid", "funds", "expect slow", "expect funds", "expect grade", "score"],
    ["一分之差", "1000000元", "849999.99元", "200000", "holds", "-2_000元", "none", "50"],
    ["at the line", "1000000", "850_000元", "200000", "does-not-hold", "0", "优", "90"],
    ["unknown", "1000000", "unknown", "", "undecided", "", "", ""],
]


def in_yaml(rows: list[list[str]], head: str = TABLE) -> str:
    columns, *others = rows
    listed = "".join(f"    - [{', '.join(cell if cell else chr(34) * 2 for cell in row)}]\n" for row in others)
    return head + f"  columns: [{', '.join(columns)}]\n  rows:\n{listed}"


def write_csv(path: Path, rows: list[list[str]], encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)


def write_sheet(path: Path, rows: list[list[Any]], change: Callable[[Any], object] = lambda sheet: None) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    book.save(path)


def from_file(folder: Path, name: str) -> list[suite.Ran]:
    return ran(folder, TABLE + f"  from: {name}\n")


def refused(folder: Path, cases: str) -> list[perfrules.Problem]:
    with pytest.raises(perfrules.Refused) as caught:
        suite.collect(write(folder, cases))
    return [p for p in caught.value.problems if p.severity == "error"]


def summary(found: list[suite.Ran]) -> list[tuple[str, list[str]]]:
    return [(str(one.case.name), messages(one)) for one in found]


GOOD = [("一分之差", []), ("at the line", []), ("unknown", [])]
WRONG_ROWS = [ROWS[0], [*ROWS[1][:4], "does-not-hold", *ROWS[1][5:]], *ROWS[2:]]
WRONG = [("一分之差", ["`一分之差` expects `does-not-hold` for `slow`, but the result is `holds`"]), *GOOD[1:]]


# the same table, wherever it is written


def test_a_table_in_yaml(tmp_path):
    assert summary(ran(tmp_path, in_yaml(ROWS))) == GOOD
    found = ran(tmp_path, in_yaml(WRONG_ROWS))
    assert summary(found) == WRONG
    [problem] = [p for p in found[0].problems if p.severity == "error"]
    assert (found[0].case.name.span.line, problem.span.line) == (9, 9)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_in_csv(tmp_path, encoding):
    write_csv(tmp_path / "rows.csv", ROWS, encoding)
    assert summary(from_file(tmp_path, "rows.csv")) == GOOD
    write_csv(tmp_path / "rows.csv", WRONG_ROWS, encoding)
    with chdir(tmp_path):
        found = from_file(Path(), "rows.csv")
        assert summary(found) == WRONG
        [problem] = [p for p in found[0].problems if p.severity == "error"]
        assert (found[0].case.name.span.place, problem.span.place) == ("rows.csv:2:1", "rows.csv:2:33")
        assert [p.code for p in suite.collect("cases.yaml").problems] == (["PR622"] if encoding == "gb18030" else [])


def test_a_table_in_a_workbook(tmp_path):
    typed: list[list[Any]] = [[int(cell) if cell.isdigit() else cell for cell in row] for row in ROWS]
    write_sheet(tmp_path / "rows.xlsx", typed)
    assert summary(from_file(tmp_path, "rows.xlsx")) == GOOD
    typed[1][4] = "does-not-hold"
    write_sheet(tmp_path / "rows.xlsx", [[], *typed])
    with chdir(tmp_path):
        found = from_file(Path(), "rows.xlsx")
    assert summary(found) == WRONG
    [problem] = [p for p in found[0].problems if p.severity == "error"]
    assert perfrules.render(problem) == """error[PR501]: `一分之差` expects `does-not-hold` for `slow`, but the result is `holds`
  --> rows.xlsx, Sheet!E3
   |
3  | 一分之差 | 1000000元 | 849999.99元 | 200000 | does-not-hold | -2_000元 | none | 50 |
   |                                               ^^^^^^^^^^^^^
   = help: correct the rule or what is expected"""
    assert found[0].case.name.span.source.file == "rows.xlsx"


def test_cells_of_a_sheet_are_what_an_author_would_write(tmp_path):
    rows = [
        ["name", "budget", "paid", "ends", "new", "state", "expect 执行率", "expect until", "expect young", "expect stage"],
        ["typed", 100, 84.99, date(2023, 12, 31), False, "open", 0.8499, date(2023, 12, 31), "no", "open"],
    ]

    def percent(sheet: Any) -> None:
        sheet["G2"].number_format = "0.00%"

    write_sheet(tmp_path / "rows.xlsx", rows, percent)
    assert summary(from_file(tmp_path, "rows.xlsx")) == [("typed", [])]
    write_sheet(tmp_path / "rows.xlsx", rows)
    assert summary(from_file(tmp_path, "rows.xlsx")) == [("typed", ["the figure `执行率` is a ratio, with which 0.8499 can't be compared"])]


def test_what_of_a_sheet_is_not_seen_as_it_is_stored_is_refused_by_its_cell(tmp_path):
    def change(sheet: Any) -> None:
        sheet["B2"] = "=1+1"
        sheet["C3"] = "#DIV/0!"
        sheet["C3"].data_type = "e"
        sheet.row_dimensions[4].hidden = True
        sheet.merge_cells("G2:G3")
        sheet.column_dimensions["H"].hidden = True

    write_sheet(tmp_path / "rows.xlsx", ROWS, change)
    found = refused(tmp_path, TABLE + "  from: rows.xlsx\n")
    assert {(p.code, p.place.partition("!")[2]) for p in found} == {("PR633", at) for at in ("B2", "C3", "4:4", "G2:G3", "H:H")}


@pytest.mark.parametrize("title", [[], ["Cases of the first line"]], ids=["heading", "title"])
def test_a_merged_heading_or_title_is_refused_as_merged(tmp_path, title):
    write_sheet(tmp_path / "rows.xlsx", [*([title] * bool(title)), *ROWS], lambda sheet: sheet.merge_cells("A1:C1"))
    [problem] = refused(tmp_path, TABLE + "  from: rows.xlsx\n")
    assert (problem.code, problem.place.partition("!")[2]) == ("PR633", "A1:C1")
    assert problem.message == "A1:C1 is merged, where the names of the columns have to stand, with no title above them"


def test_empty_columns_and_rows_of_a_file_are_left_out(tmp_path):
    wide = [[*row, "", ""] for row in ROWS]
    for write_rows, name in ((write_csv, "rows.csv"), (write_sheet, "rows.xlsx")):
        write_rows(tmp_path / name, [*wide[:2], [""] * 10, *wide[2:], [""] * 10])
        assert summary(from_file(tmp_path, name)) == GOOD
        write_rows(tmp_path / name, [wide[0], [*wide[1][:-1], "x"], *wide[2:]])
        [problem] = refused(tmp_path, TABLE + f"  from: {name}\n")
        assert (problem.code, problem.message) == ("PR527", "`` is no column of a table of cases about a department")


def test_quotes_lines_and_commas_in_cells_of_csv(tmp_path):
    rows = [["name", "code", "budget", "paid", "expect number", "expect slow"], ['a "quoted", name', "x\ny", "1", "0", "x", "holds"], ["plain", "x", "1", "1", "x", "holds"]]
    write_csv(tmp_path / "rows.csv", rows)
    with chdir(tmp_path):
        found = from_file(Path(), "rows.csv")
    assert [one.case.title for one in found] == ['a "quoted", name', "plain"]
    assert [p.span.place for one in found for p in one.problems if p.severity == "error"] == ["rows.csv:3:8", "rows.csv:4:15"]


# columns


def test_a_subject_has_the_id_a_where_no_column_says_another(tmp_path):
    rows = [["budget", "paid", "expect slow"], ["1元", "0元", "holds"], ["1元", "1元", "does-not-hold"]]
    found = ran(tmp_path, in_yaml(rows))
    assert [str(one.case.name) for one in found] == ["funds, 1", "funds, 2"]
    assert [list(one.case.expect) for one in found] == [["department/A"], ["department/A"]]
    assert all(one.passed for one in found)


def test_each_row_is_a_case_by_itself_with_what_the_head_gives(tmp_path):
    head = HEAD + "given: {部门: [{id: B, budget: 100元, paid: 97元, funds: 100元}]}\nparameters: {low: 90%}\ntable:\n  subject: 部门\n"
    rows = [["编号", "预算数", "支出数", "公用经费", "预期 slow", "预期公用经费"], ["甲", "100元", "85元", "100元", "成立", "-1元"], ["乙", "100元", "98元", "100元", "不成立", "0元"]]
    found = ran(tmp_path, in_yaml(rows, head))
    assert [one.text() for one in found] == ["", ""]
    assert [list(one.case.expect) for one in found] == [["department/甲"], ["department/乙"]]
    clash = in_yaml([["budget", "paid", "expect slow"], ["1元", "0元", "holds"]], head.replace("id: B", "id: A"))
    [one] = ran(tmp_path, clash)
    [problem] = one.problems
    assert (problem.code, problem.span.line) == ("PR605", one.case.name.span.line)


def test_facts_of_other_years(tmp_path):
    rows = [["name", "budget", "paid", "budget -1", "支出数 -1", "expect slower"], ["slower", "100元", "84元", "100元", "85元", "holds"], ["not", "100元", "84元", "100元", "84元", "does-not-hold"], ["alone", "100元", "84元", "", "", "undecided"]]
    assert [one.text() for one in ran(tmp_path, in_yaml(rows))] == ["", "", ""]
    spaced = [[cell.replace(" -1", "-1") for cell in rows[0]], *rows[1:]]
    assert [one.text() for one in ran(tmp_path, in_yaml(spaced))] == ["", "", ""]


def test_a_row_may_say_its_own_day_year_and_refusal(tmp_path):
    rows = [
        ["name", "as_of", "年度", "budget", "paid", "budget -1", "paid -1", "expect slower", "problems"],
        ["of 2024", "2025-01-31", "2024", "100元", "84元", "100元", "85元", "holds", ""],
        ["refused", "", "", "-1元", "1x", "", "", "", "PR316; PR603"],
        ["too early", "2020-01-31", "", "1元", "1元", "", "", "", "PR708"],
    ]
    found = ran(tmp_path, in_yaml(rows))
    assert [one.text() for one in found] == ["", "", ""]
    assert [(one.case.period, one.case.as_of.year) for one in found] == [(2024, 2025), (2023, 2024), (2023, 2020)]
    rows[1][2] = "24"
    [problem] = refused(tmp_path, in_yaml(rows))
    assert (problem.code, problem.message) == ("PR211", "`24` is no whole number from 1000 to 9999")


def test_rows_of_children_name_their_parent(tmp_path):
    head = HEAD.replace("town/funds", "[town/projects, town/funds]") + (
        "given:\n  department: [{id: D, budget: 1000元, paid: 1元}]\n  review:\n    - {id: 1, project: P, round: 1, passed: no}\n    - {id: 2, project: P, round: 2, passed: no}\n"
        "table:\n  subject: project\n"
    )  # fmt: skip
    rows = [["id", "部门", "造价", "expect failed", "expect exclude", "expect missing"], ["P", "D", "1元", "holds", "yes", "none"], ["Q", "D", "unknown", "does-not-hold", "no", "cost"]]
    found = ran(tmp_path, in_yaml(rows, head))
    assert found[0].text() == ""
    assert [p.code for p in found[1].problems] == ["PR621", "PR621"]  # the reviews of P are given, but P is not


def test_a_cell_may_expect_several_things(tmp_path):
    rows = [["score", "budget", "paid", "funds", "expect grade", "expect because", "expect slow"], ["95", "1元", "0元", "1元", "优", '"good；slow; figures"', "posted"], ["50", "1元", "unknown", "1元", "none", "none", "undecided"]]
    assert [messages(one) for one in ran(tmp_path, in_yaml(rows))] == [[], []]
    rows[1][5] = "good"
    assert [messages(one) for one in ran(tmp_path, in_yaml(rows))] == [["`funds, 1` expects `good` for `because`, but the result is `figures, good, slow`"], []]
    explained = [["budget", "paid", "expect explained"], ["1元", "0元", '"执行率低于85%的，扣减公用经费"'], ["1元", "0元", '"basis: above 96%, what"']]
    assert [messages(one) for one in ran(tmp_path, in_yaml(explained))] == [[], []]


def test_the_cure_of_a_list_in_a_cell_is_written_as_in_a_cell(tmp_path):
    columns = ["score", "budget", "paid", "funds", "expect because", "expect slow", "expect funds"]
    rows = [columns, ["95", "1元", "0元", "1元", '"good,slow,figures"', "posted", ""], ["95", "1元", "0元", "1元", "", '"posted,capped"', ""], ["95", "1元", "unknown", "1元", "", "", "0"]]
    cures = [[p.help for p in one.problems if p.severity == "error"] for one in ran(tmp_path, in_yaml(rows))]
    several = ["several things in a cell are separated by `;`"]
    assert cures == [several, several, ["`town/funds/fast`, `town/funds/slow` wait; write `0.00元;unknown`, or give what is missing"]]


COLUMNS = [
    ("budgt", "PR527", "`budgt` is no column of a table of cases about a department", "did you mean `budget`?"),
    ("预期 slo", "PR503", "`slo` is nothing that can be expected of a department", "did you mean `slow`?"),
    ("expect failed", "PR503", "`failed` is nothing that can be expected of a department", ""),
    ("slow", "PR527", "`slow` is no column of a table of cases about a department", "did you mean `expect slow`?"),
    ("expected slow", "PR527", "`expected slow` is no column of a table of cases about a department", "did you mean `expect slow`?"),
    ("xyz", "PR527", "`xyz` is no column of a table of cases about a department",
     "a column is a fact (`budget`), a fact of another year (`budget -1`), the `name` of the case, or what is expected (`expect best`)"),
    ("budget 2022", "PR527", "`budget 2022` is no column of a table of cases about a department", "did you mean `budget`?"),
    ("name -1", "PR527", "`name -1` is no column of a table of cases about a department", ""),
    ("支出数", "PR618", "the columns `paid` and `支出数` both hold `paid`", ""),
    ("预期 slow", "PR618", "the columns `expect slow` and `预期 slow` both hold `slow`", ""),
]  # fmt: skip


@pytest.mark.parametrize(("column", "code", "message", "cure"), COLUMNS, ids=[column for column, *_ in COLUMNS])
def test_a_column_that_is_none_is_refused_once_at_its_heading(tmp_path, column, code, message, cure):
    rows = [["name", "paid", "expect slow", column], *([f"row {n}", "1元", "holds", "x"] for n in range(20))]
    [problem] = refused(tmp_path, in_yaml(rows))
    assert (problem.code, problem.message, problem.span.line) == (code, message, 7)
    assert cure in problem.help
    write_csv(tmp_path / "rows.csv", rows)
    [problem] = refused(tmp_path, TABLE + "  from: rows.csv\n")
    assert (problem.code, problem.message, problem.span.line) == (code, message, 1)


def test_the_name_of_a_case_comes_before_a_fact_that_is_called_so(tmp_path):
    cases = "cases: names\npolicies: luojiang/targets\nas_of: 2023-12-31\nperiod: 2023\ntable:\n  subject: project\n"
    rows = [["name", "名称", "source", "expect failed-again"], ["the first", "a road", "新增", "not-applicable"]]
    [one] = ran(tmp_path, in_yaml(rows, cases))
    assert (str(one.case.name), one.text()) == ("the first", "")
    assert next(iter(one.case.given.values()))[0]["name"] == "a road"


# what else can be wrong with a table

TABLES = [
    ("  columns: [name, budget, expect slow]\n  rows: [[a, holds]]\n", "PR526", "this row of a table of cases has 2 cells, for 3 columns"),
    ("  columns: [budget, expect slow]\n  rows: [[1, holds, x]]\n", "PR526", "this row of a table of cases has 3 cells, for 2 columns"),
    ("  columns: [budget, expect slow]\n  rows: [[]]\n", "PR526", "this row of a table of cases has 0 cells, for 2 columns"),
    ("  columns: [budget, expect slow]\n  rows: [[1, '']]\n", "PR520", "`funds, 1` expects nothing"),
    ("  columns: [budget, paid]\n  rows: [[1, 1]]\n", "PR520", "`funds, 1` expects nothing"),
    ("  columns: [id, budget, expect slow]\n  rows: [['', 1, holds]]\n", "PR617", "a department without `id`"),
    ("  columns: [name, budget, expect slow]\n  rows: [[a, 1, holds], [a, 1, holds]]\n", "PR210", "two things here are called `a`"),
    ("  columns: [budget, expect slow, problems]\n  rows: [[1, holds, PR603]]\n", "PR242", "`expect` has no meaning beside `problems`"),
    ("  columns: [budget, problems]\n  rows: [[1, PR6]]\n", "PR904", "`PR6` is no code of a problem"),
    ("  columns: [budget, expect slow]\n", "PR203", "`rows` is missing here"),
    ("  rows: [[1]]\n", "PR203", "`columns` is missing here"),
    ("  columns: [[budget]]\n  rows: [[1]]\n", "PR204", "`columns` does not have the form it needs"),
    ("  from: rows.csv\n  columns: [budget]\n", "PR242", "`columns` has no meaning beside `from`"),
    ("  from: nowhere.csv\n", "PR120", "`{folder}/nowhere.csv` can't be read: no such file or folder"),
    ("  from: ../rows.csv\n", "PR120", "`{folder}/../rows.csv` can't be read: it is not in the folder of this file"),
    ("  from: /etc/hostname\n", "PR120", "`/etc/hostname` can't be read: it is not in the folder of this file"),
    ("  from: policy.yaml\n", "PR624", "`{folder}/policy.yaml` can't be read as a table: its name ends in neither .csv nor .xlsx"),
    ("  from: head.csv\n", "PR624", "`head.csv` can't be read as a table: it has no rows"),
    ("  from: empty.csv\n", "PR624", "`{folder}/empty.csv` can't be read as a table: it is empty"),
    ("  from: apart.csv\n", "PR624", "`{folder}/apart.csv` can't be read as a table: its cells are not separated by commas"),
    ("  from: open.csv\n", "PR624", "`{folder}/open.csv` can't be read as a table: quotes that are not closed"),
    ("  from: utf16.csv\n", "PR102", "the file is not UTF-8; it looks like UTF-16"),
    ("  from: no.xlsx\n", "PR632", "`{folder}/no.xlsx` can't be read: it is no workbook, or it is damaged"),
    ("  from: empty.xlsx\n", "PR632", "`{folder}/empty.xlsx, Sheet` can't be read: it is empty"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "code", "message"), TABLES, ids=range(len(TABLES)))
def test_a_table_that_is_wrong(tmp_path, table, code, message):
    for name, content in (("rows", "budget,expect slow\n1,holds\n"), ("head", "budget,expect slow\n"), ("empty", "\n,,\n"), ("apart", "budget;expect slow\n1;holds\n"), ("open", 'budget,expect slow\n"1,holds\n')):
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    (tmp_path / "utf16.csv").write_text("budget,expect slow\n1,holds\n", encoding="utf-16")
    (tmp_path / "no.xlsx").write_bytes(b"PK")
    write_sheet(tmp_path / "empty.xlsx", [])
    [problem] = refused(tmp_path, TABLE + table)
    assert (problem.code, problem.message) == (code, message.format(folder=tmp_path))
    assert problem.span is None or 1 <= problem.span.line <= 8
    assert problem.message != problem.said("zh")


def test_rows_beside_a_file_are_shown_themselves(tmp_path):
    (tmp_path / "rows.csv").write_text("budget,expect slow\n1,holds\n", encoding="utf-8")
    [problem] = refused(tmp_path, TABLE + "  from: rows.csv\n  rows: [[7, holds]]\n")
    source = problem.span.source.text
    assert (problem.code, source[problem.span.start : problem.span.end]) == ("PR242", "7")


def test_a_subject_that_is_no_kind(tmp_path):
    [problem] = refused(tmp_path, HEAD + "table: {subject: departmnt, columns: [budget, expect slow], rows: [[1, holds]]}\n")
    assert (problem.code, problem.help) == ("PR616", "did you mean `department`?")


def test_all_rows_that_are_wrong_are_said_at_once(tmp_path):
    rows = [["name", "budget", "expect slow"], ["a", "holds"], ["b", "1", ""], ["c", "1", "holds"], ["c", "1", "holds"]]
    assert [p.code for p in refused(tmp_path, in_yaml(rows))] == ["PR526", "PR520", "PR210"]
