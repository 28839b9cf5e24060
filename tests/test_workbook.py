"""Facts from Excel workbooks: exact, or refused with the cell; nothing hidden, stale, merged or dangerous is read."""

from __future__ import annotations

import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

import perfrules

FACTS = """
facts: town
extends: budget
kinds:
  department:
    title: {en: Department, zh: 部门}
    facts:
      budget:  {is: money, title: {zh: 预算数}}
      paid:    {is: money, title: {zh: 支出数}}
      rate:    {is: ratio, places: 8, title: {zh: 执行率}}
      staff:   {is: count, title: {zh: 人数}}
      founded: {is: date, title: {zh: 成立日}}
      audited: {is: flag, title: {zh: 评审}}
      code:    {is: text, title: {zh: 代码}}
"""
POLICY = """
policy: execution
facts: town
subject: department
rules:
  - {rule: slow, when: paid / budget < 85%, then: remind, because: below 85%}
"""
MADE_IN_LIBREOFFICE = Path(__file__).resolve().parent / "workbooks" / "made-in-libreoffice.xlsx"
HEADER = ["id", "budget", "paid", "rate", "founded", "code"]


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> perfrules.Program:
    folder = tmp_path_factory.mktemp("policies")
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return perfrules.load(folder, as_of="2023-12-31")


def book(folder: Path, *rows: list[object], sheet: str = "department", name: str = "year.xlsx", header: list[str] = HEADER) -> Path:
    made = openpyxl.Workbook()
    made.active.title = sheet
    for row in (header, *rows):
        made.active.append(row)
    made.save(folder / name)
    return folder / name


def changed(path: Path, change) -> Path:
    made = openpyxl.load_workbook(path)
    change(made.active)
    made.save(path)
    return path


def refused(program: perfrules.Program, path: Path) -> list[tuple[str, str]]:
    with pytest.raises(perfrules.Refused) as error:
        program.read_facts(path, period=2023)
    return [(p.code, p.where.replace(str(path), "book") if p.where else "") for p in error.value.problems]


def cells(facts: perfrules.Facts) -> dict[str, list[object]]:
    table = facts.table("department", 2023)
    return {subject: [table.columns[name][n] for name in table.columns] for n, subject in enumerate(table.ids)}


def test_a_workbook_of_libreoffice_is_read_exactly(program):
    """Its cells: text ids with zeros, amounts, formulas with stored results, percentages, dates, a sheet of notes."""
    facts = program.read_facts(MADE_IN_LIBREOFFICE, period=2023)
    assert cells(facts) == {
        "0107": [100_000_000, 84_999_999, 84_999_999, 12, date(1998, 3, 31).toordinal(), 1, None],
        "0108": [100_000_000, 85_000_000, 85_000_000, 7, date(2023, 12, 31).toordinal(), 0, None],
    }
    assert [n.code for n in facts.notices] == ["PR631", "PR651", "PR634"]  # the column of remarks, 84.999999% that is shown as 85.00%, the sheet of notes
    verdicts = {r.subject: r.verdict for r in program.run(facts, period=2023).rulings}
    assert verdicts == {"department/0107": "holds", "department/0108": "does-not-hold"}


def test_what_stands_in_a_column_without_a_name_is_pointed_out_once(program, tmp_path):
    path = book(tmp_path, ["A", 1, None, " "], ["B", 2, 7, None], ["C", 3, 8, None], header=["id", "budget", None, None])
    (notice,) = program.read_facts(path, period=2023).notices
    assert (notice.code, notice.where, notice.values["number"]) == ("PR649", f"{path}, department!C3", "3")


@pytest.mark.parametrize(("shown", "value", "is_noted"), [
    ("0.00%", 0.849999, True), ("0.00%", 0.8499, False), ("0%", 0.505, True), ("0", 84.5, True), ("General", 84.99, False), ("@", 84.99, False),
    ("#,##0.00_ ", 84.9, False), ('#,##0.0_);[Red](#,##0.0)', 84.99, True), ('[$¥-804]#,##0.00', 84.99, False), ('"0"0.0', 84.5, False), ("# ?/?", 0.5, False),
    ("0.0E+00", 84.99, False),
])  # fmt: skip
def test_a_number_that_has_more_places_than_its_cell_shows_is_read_and_pointed_out(tmp_path, shown, value, is_noted):
    (tmp_path / "facts.yaml").write_text("facts: own\nkinds: {unit: {facts: {rate: {is: ratio}, more: {is: ratio}}}}\n", encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(
        "policy: own\nfacts: own\nsubject: unit\nrules: [{rule: low, when: rate < 85% and more < 1, then: remind, because: below}]\n", encoding="utf-8"
    )
    program = perfrules.load(tmp_path, as_of="2023-12-31")
    path = book(tmp_path, ["A", value, 0.5], ["B", 1, 0.5], ["C", value, 0.5], sheet="unit", header=["id", "rate", "more"])
    facts = program.read_facts(changed(path, lambda sheet: [setattr(sheet[f"B{n}"], "number_format", shown) for n in (2, 3, 4)]), period=2023)
    assert facts.rows()["unit"][0]["rate"] == Decimal(repr(value))
    noted = [(n.code, n.where, n.values["value"], n.values["count"]) for n in facts.notices if n.code == "PR651"]
    assert noted == [("PR651", f"{path}, unit!B2", repr(value), "2")] * is_noted


@pytest.mark.parametrize("amount", [84.99, 0.1, 1e13 - 1, 123456789.01, 0.07, 2, -3.5, "1,234.50", "84.99"])
def test_numbers_are_what_the_sheet_shows(program, tmp_path, amount):
    found = cells(program.read_facts(book(tmp_path, ["A", 1, amount]), period=2023))["A"][1]
    text = repr(amount).strip("'").replace(",", "")
    assert found == Decimal(text) * 100


@pytest.mark.parametrize(("row", "found"), [
    (["A", 1, 84.999], ("PR604", "book, department!C2")),
    (["A", 1, True], ("PR608", "book, department!C2")),
    (["A", 1, date(2023, 1, 1)], ("PR602", "book, department!C2")),
    (["A", 1, 1, "八成"], ("PR609", "book, department!D2")),
    (["A", 1, 1, None, 46022], ("PR614", "book, department!E2")),  # a number that is no date
    (["A", 1, 1, None, datetime(2023, 1, 1, 16, 30)], ("PR614", "book, department!E2")),
    (["A", 1, 1, None, None, 510600199001011234], ("PR610", "book, department!F2")),  # a long code as a number
    (["A", 1, 1, None, None, 107], ("PR602", "book, department!F2")),
    ([510600199001011234, 1, 1], ("PR610", "book, department!A2")),
    (["A", "=B3", 1], ("PR633", "book, department!B2")),  # never computed: no result is stored
    (["A", "#DIV/0!", 1], ("PR633", "book, department!B2")),
    (["合计", 1, 1], ("PR635", "book, department!2")),
])  # fmt: skip
def test_what_is_no_value_is_refused_by_its_cell(program, tmp_path, row, found):
    assert refused(program, book(tmp_path, row)) == [found]


def test_what_is_hidden_or_merged_is_refused(program, tmp_path):
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True

    path = book(tmp_path, ["A", 1, 1], ["B", 1, 1], ["C", 1, 1])
    assert refused(program, changed(path, hide)) == [("PR633", "book, department!3:3")]
    path = book(tmp_path, ["A", 1, 1], ["B", None, 1])
    assert refused(program, changed(path, lambda sheet: sheet.merge_cells("B2:B3"))) == [("PR633", "book, department!B2:B3")]


def test_every_row_is_read_whatever_the_dimension_says(program, tmp_path):
    path = book(tmp_path, *([f"D{n}", 1, 1] for n in range(10)))
    rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'<dimension ref="A1:F11"', b'<dimension ref="A1:F3"'))
    assert len(cells(program.read_facts(path, period=2023))) == 10


def rewritten(path: Path, part: str, change, **added: bytes) -> None:
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    if part:
        assert change(parts[part]) != parts[part]
        parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in (parts | added).items():
            new.writestr(name, content)


def test_what_a_formula_left_behind_the_last_place_is_refused(program, tmp_path):
    """As Excel stores 0.1 + 0.2; its author rounds the formula."""
    path = book(tmp_path, ["A", 1, 0.25])
    rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v>0.25</v>", b"<v>0.30000000000000004</v>"))
    assert refused(program, path) == [("PR604", "book, department!C2")]


def test_what_could_harm_the_machine_is_not_opened(program, tmp_path):
    path = book(tmp_path, ["A", 1, 1])
    rewritten(path, "", None, **{"xl/vbaProject.bin": b"x"})
    assert refused(program, path) == [("PR632", "book")]
    path = book(tmp_path, ["A", 1, 1])
    rewritten(path, "", None, **{"xl/externalLinks/externalLink1.xml": b"<x/>"})
    assert refused(program, path) == [("PR632", "book")]
    path = book(tmp_path, ["A", 1, 1])
    rewritten(path, "", None, **{"xl/media/bomb": bytes(50 * 2**20)})
    assert refused(program, path) == [("PR632", "book")]


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"\xd0\xcf\x11\xe0" + bytes(600), b"PK\x03\x04" + bytes(100)])
def test_what_is_no_workbook_is_said(program, tmp_path, content):
    path = tmp_path / "year.xlsx"
    path.write_bytes(content)
    assert refused(program, path) == [("PR632", "book")]


def test_a_sheet_to_the_end_of_the_earth_is_refused(program, tmp_path):
    def far(sheet):
        sheet["XFD1048576"] = 1

    assert refused(program, changed(book(tmp_path, ["A", 1, 1]), far)) == [("PR632", "book")]


def test_a_workbook_of_one_sheet_may_be_called_like_the_kind(program, tmp_path):
    path = book(tmp_path, ["A", 1, 1], sheet="Sheet1", name="部门.xlsx")
    assert list(cells(program.read_facts(path, period=2023))) == ["A"]
    assert refused(program, book(tmp_path, ["A", 1, 1], sheet="Sheet1")) == [("PR634", "book, Sheet1"), ("PR625", "book")]
    assert refused(program, book(tmp_path, ["A", 1, 1], sheet="departmnt"))[0][0] == "PR616"


def test_sheets_and_csv_of_a_folder_are_read_together(program, tmp_path):
    book(tmp_path, ["A", 1, 1])
    (tmp_path / "department.csv").write_text("id,budget\nB,1\n", encoding="utf-8")
    assert list(cells(program.read_facts(tmp_path, period=2023))) == ["A", "B"]


def test_what_is_called_like_a_table_and_not_read_from_a_folder_is_pointed_out(program, tmp_path):
    for name in ("department.xls", "部门.parquet", "department.json", "readme.txt", ".department.xls"):
        (tmp_path / name).write_text("", encoding="utf-8")
    book(tmp_path, ["A", 1, 1])
    facts = program.read_facts(tmp_path, period=2023)
    assert [(n.code, n.where) for n in facts.notices] == [("PR650", f"{tmp_path}/{name}") for name in ("department.json", "department.xls", "部门.parquet")]
    assert list(cells(facts)) == ["A"]


def test_without_openpyxl_it_is_said_how_to_get_it(program, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(perfrules.Refused, match="pip install"):
        program.read_facts(book_of_nothing(tmp_path), period=2023)


@pytest.mark.parametrize(("written", "meant"), [("−84.99", "-84.99"), ("１，０００．５", "1000.5"), ("(84.99)", "-84.99")])
def test_a_number_with_other_signs_is_refused_with_the_usual_ones(program, tmp_path, written, meant):
    with pytest.raises(perfrules.Refused) as refused:
        program.read_facts(book(tmp_path, ["A", 1, written]), period=2023)
    assert [(p.code, p.help) for p in refused.value.problems] == [("PR609", f"write {meant}")]


def book_of_nothing(folder: Path) -> Path:
    path = folder / "year.xlsx"
    path.write_bytes(b"")
    return path


def test_what_is_not_seen_as_it_is_stored_is_refused(program, tmp_path):
    def hidden_column(sheet):
        sheet.column_dimensions["C"].hidden = True

    def hidden_sheet(sheet):
        sheet.parent.create_sheet("shown")
        sheet.sheet_state = "hidden"

    def thousands(sheet):
        sheet["B2"].number_format = '0,"千"'

    def percent(sheet):
        sheet["B2"].number_format = "0.00%"

    cured = {hidden_column: "show it again", hidden_sheet: "show it again", thousands: "plain number", percent: "plain number"}
    for (change, cure), cells in zip(cured.items(), ("C:C", "A1", "B2", "B2"), strict=True):
        path = changed(book(tmp_path, ["A", 1.25, 1, None, None, None]), change)
        with pytest.raises(perfrules.Refused) as refused:
            program.read_facts(path, period=2023)
        assert [(p.code, p.place.rpartition("!")[2]) for p in refused.value.problems if p.severity == "error"] == [("PR633", cells)]
        assert [p for p in refused.value.problems if p.code == "PR633" and cure not in p.help] == []
    usual = changed(book(tmp_path, ["A", 1.25, 1, None, None, None]), lambda sheet: setattr(sheet["B2"], "number_format", '#,##0.00_ "元"'))
    assert program.read_facts(usual, period=2023).table("department", 2023).columns["budget"] == [125]
