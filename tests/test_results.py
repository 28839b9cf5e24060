"""Results as CSV, workbooks, dataframes and in notebooks: exact, safe, and the same as the outcome says."""

from __future__ import annotations

import csv
import io
import sys
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

import perfrules
from perfrules.reports.tables_excel import sheet_names

FACTS = """
facts: made
extends: budget
kinds:
  department:
    many: departments
    title: {en: Department, zh: 部门}
    facts:
      budget: {is: money, at_least: 0}
      paid:   {is: money, at_least: 0}
    accounts:
      funds: {together: sum, title: {en: Operating funds, zh: 公用经费}}
"""
POLICY = """
policy: made
facts: made
subject: department
pools:
  saved: {leftover: carried-over, title: {en: Saved, zh: 扣减资金}}
names: {rate: paid / budget}
rules:
  - {rule: slow, title: {en: Slow, zh: 执行慢}, when: rate < 85%, then: {deduct: {from: funds, amount: 1% * funds, into: saved}}, because: BASIS}
  - {rule: fast, title: {en: Fast, zh: 执行快}, when: rate > 96%, then: {reward: {to: funds, out_of: saved, by: funds}}, because: fast}
  - {rule: said, when: rate is known, then: {figure: {as: rate, of: rate}}, because: said}
  - {rule: late, when: rate < 50%, then: remind, because: late}
  - {rule: perhaps, when: rate < 85%, then: {recommend: {action: deduct, from: funds, at_least: 1元, at_most: 5元}}, because: open}
"""
ROWS = "id,period,budget,paid,funds\n=1+1,2023,100,84.99,1000\n@B,2023,100,97,300\nC,2023,100,99,100\nD,2023,100,49,90071992547409.91\n"


def made(folder: Path, rows: str = ROWS, basis: str = "below 85%") -> perfrules.Outcome:
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "policy.yaml").write_text(POLICY.replace("BASIS", basis), encoding="utf-8")
    (folder / "department.csv").write_text(rows, encoding="utf-8")
    program = perfrules.load(folder, as_of="2024-01-31")
    return program.run(program.read_facts(folder))


@pytest.fixture
def outcome(tmp_path) -> perfrules.Outcome:
    return made(tmp_path)


def read(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_entries_as_csv_are_the_entries(outcome):
    rows = read(outcome.csv())
    assert [Decimal(r["amount"]) for r in rows] == [e.amount for e in outcome.entries]
    assert [r["subject"] for r in rows] == [e.subject for e in outcome.entries]
    assert rows[0]["debit (receives)"] in ("Operating funds", "Saved")
    [first, *_] = read(outcome.csv("entries", "zh"))
    assert (first["对象"], first["规则"]) == (outcome.entries[0].subject, "执行慢")


@pytest.mark.parametrize("table", ["rulings", "claims", "entries", "pools", "recommendations", "marks", "missing"])
def test_every_table_is_csv_excel_and_a_dataframe(outcome, tmp_path, table):
    rows = read(outcome.csv(table))
    frame, other = outcome.to_polars(table), outcome.to_pandas(table)
    assert len(rows) == len(frame) == len(other)
    assert list(other.columns) == frame.columns
    outcome.write_excel(tmp_path / "results.xlsx")
    book = openpyxl.load_workbook(tmp_path / "results.xlsx")
    [sheet] = [s for s in book.worksheets if len(s[1]) == len(frame.columns) and [c.value for c in s[1]] == [*(rows[0] if rows else read_heads(outcome, table))]]
    assert sheet.max_row == len(rows) + 1


def read_heads(outcome: perfrules.Outcome, table: str) -> list[str]:
    return next(csv.reader(io.StringIO(outcome.csv(table).removeprefix("\ufeff"))))


def test_tables_say_what_the_outcome_says(outcome):
    assert len(read(outcome.csv("rulings"))) == len(outcome.rulings)
    assert [r["subject"] for r in read(outcome.csv("recommendations"))] == [r.subject for r in outcome.recommendations]
    [pool] = read(outcome.csv("pools"))
    assert (pool["pool"], pool["taken"], pool["state"]) == ("Saved", str(outcome.pools[0].taken), "settled")
    marks = read(outcome.csv("marks"))
    assert len(marks) == len(outcome.labels) + len(outcome.notices)
    assert {m["value"] for m in marks if m["word"] == "rate"} >= {"84.99%", "97%"}


def test_what_is_not_known_is_a_table(tmp_path):
    outcome = made(tmp_path, ROWS.replace("C,2023,100,99", "C,2023,100,"))
    assert {r["waits for"] for r in read(outcome.csv("missing"))} == {"department/C.paid of 2023"}
    [pool] = read(outcome.csv("pools"))
    assert (pool["state"], pool["given"], pool["left over"]) == ("open", "", "")
    assert outcome.to_polars("claims")["amount"].null_count() == 2
    outcome.write_excel(tmp_path / "results.xlsx")
    pools = openpyxl.load_workbook(tmp_path / "results.xlsx")["Pools"]
    assert [cell.value for cell in pools[2]][-5:] == [None, None, None, "open", 0]


def test_amounts_of_dataframes_are_exact_decimals(outcome):
    frame = outcome.to_polars("claims")
    assert str(frame.schema["amount"]) == "Decimal(precision=38, scale=2)"
    biggest = Decimal("900719925474.10")  # 1% of 90071992547409.91, to the cent
    assert biggest in frame["amount"].to_list()
    assert biggest in list(outcome.to_pandas("claims")["amount"])


def test_no_text_of_a_csv_is_computed(outcome):
    rows = list(csv.reader(io.StringIO(outcome.csv("rulings"))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert "department/=1+1" in {row[0] for row in rows}


def test_texts_of_a_workbook_are_texts_and_amounts_numbers(tmp_path):
    outcome = made(tmp_path, basis='"=HYPERLINK(1) &amp; {{ 7 * 7 }}"')
    outcome.write_excel(tmp_path / "results.xlsx", "zh")
    book = openpyxl.load_workbook(tmp_path / "results.xlsx")
    assert {c.data_type for s in book.worksheets for row in s.iter_rows() for c in row if c.value is not None} <= {"s", "n"}
    rulings, entries = book["裁定"], book["分录"]
    assert "=HYPERLINK(1) &amp; {{ 7 * 7 }}" in {row[5].value for row in rulings.iter_rows()}
    amounts = [row[2].value for row in entries.iter_rows(min_row=2)]
    assert sorted(Decimal(str(a)) for a in amounts) == sorted(e.amount for e in outcome.entries)
    assert outcome.period == 2023
    assert "2023" in book["说明"]["A1"].value


def test_an_amount_with_more_digits_than_a_workbook_keeps_is_text(tmp_path):
    (tmp_path / "one").mkdir()
    made(tmp_path / "one")
    (tmp_path / "one" / "policy.yaml").write_text(POLICY.replace("1% * funds", "funds"), encoding="utf-8")
    program = perfrules.load(tmp_path / "one", as_of="2024-01-31")
    outcome = program.run(program.read_facts(tmp_path / "one"))
    outcome.write_excel(tmp_path / "results.xlsx")
    claims = openpyxl.load_workbook(tmp_path / "results.xlsx")["Claims"]
    amounts = {row[3].value: row[3].data_type for row in claims.iter_rows(min_row=2) if row[0].value == "department/D"}
    assert amounts["90071992547409.91"] == "s"  # sixteen digits: a workbook would keep 90071992547409.9


def test_a_long_text_ends_visibly_and_stands_whole_elsewhere(tmp_path):
    text = "很" * 40_000
    outcome = made(tmp_path, basis=text)
    outcome.write_excel(tmp_path / "results.xlsx")
    book = openpyxl.load_workbook(tmp_path / "results.xlsx")
    shown = [row[5].value for row in book["Rulings"].iter_rows() if str(row[5].value).startswith("很")]
    assert len(shown) == 4
    assert all(len(value) <= 32_767 and "… goes on in Long texts, row" in value for value in shown)
    whole = [row[0].value for row in book["Long texts"].iter_rows()]
    assert "".join(whole[:2]) == text


def test_the_same_run_is_the_same_workbook(outcome, tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        outcome.write_excel(tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


@pytest.mark.parametrize("path", [None, "", 5, b"results.xlsx"])
def test_what_is_no_path_is_refused_by_its_name(outcome, path):
    calls = {
        "path": lambda: outcome.write_excel(path),
        "earlier": lambda: outcome.since(path),
        "out": lambda: perfrules.authoring.write_template("core/grades", path),
        "folder": lambda: perfrules.authoring.write_marked("department.csv", perfrules.Refused([]), path),
    }
    for about, call in calls.items():
        with pytest.raises(perfrules.Refused) as refused:
            call()
        assert [(p.code, p.place) for p in refused.value.problems] == [("PR628", about)]


def test_a_workbook_is_written_whole_or_not_at_all(outcome, tmp_path, monkeypatch):
    (tmp_path / "results.xlsx").write_text("old", encoding="utf-8")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(perfrules.Refused, match="can't be written: disk full"):
        outcome.write_excel(tmp_path / "results.xlsx")
    assert (tmp_path / "results.xlsx").read_text(encoding="utf-8") == "old"
    assert not list(tmp_path.glob("*.part"))


def test_names_of_sheets_are_what_sheets_can_be_called():
    titles = ["教育局/2025", "a" * 40, "a" * 35, "A" * 31, "'quoted'", "", "[x]:*?\\", "History"]
    names = sheet_names(titles)
    assert names == ["教育局_2025", "a" * 31, "a" * 27 + "~2", "A" * 27 + "~3", "quoted", "_", "_x_____", "History~2"]
    assert len({n.casefold() for n in names}) == len(names)
    assert sheet_names(titles) == names


@pytest.mark.parametrize("module", ["xlsxwriter", "polars", "pandas"])
def test_without_a_library_its_extra_is_named(outcome, tmp_path, monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    call = {"xlsxwriter": lambda: outcome.write_excel(tmp_path / "x.xlsx"), "polars": outcome.to_polars, "pandas": outcome.to_pandas}[module]
    with pytest.raises(perfrules.Refused, match="needs the extra"):
        call()


def test_a_table_that_is_none_is_refused_with_the_nearest(outcome):
    with pytest.raises(perfrules.Refused, match="did you mean `entries`"):
        outcome.csv("entry")


def test_a_notebook_shows_inert_tables(tmp_path):
    hostile = "<script>alert(1)</script>"
    outcome = made(tmp_path, ROWS.replace("=1+1", hostile))
    page = outcome._repr_html_()
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _: tags.append(tag)  # type: ignore[method-assign]
    parser.feed(page)
    assert "script" not in tags
    assert tags.count("table") == 2
    assert "&lt;script&gt;" in page
    explained = outcome.explain(f"department/{hostile}")._repr_html_()
    assert explained.startswith("<pre>department/&lt;script&gt;")


def test_a_notebook_shows_the_first_rows_and_says_how_many_more(tmp_path):
    rows = "id,period,budget,paid,funds\n" + "".join(f"D{n:03},2023,100,84,1000\n" for n in range(30))
    assert "… and 11 more" in made(tmp_path, rows)._repr_html_()  # 30 entries and what is left over


SAID = {
    "text": lambda outcome, language: outcome.text(language),
    "report": lambda outcome, language: outcome.report(language, "html"),
    "csv": lambda outcome, language: outcome.csv("entries", language),
    "explanation": lambda outcome, language: outcome.explain("department/C").text(language),
    "problem": lambda outcome, language: perfrules.render(perfrules.Problem("PR121", values={"path": "a"}), language),
    "code": lambda outcome, language: perfrules.Problem.explain("PR121", language),
    "schema": lambda outcome, language: perfrules.authoring.schema(language=language),
    "words": lambda outcome, language: perfrules.Words("a", "甲").said(language),
}


@pytest.mark.parametrize("call", SAID.values(), ids=SAID)
@pytest.mark.parametrize("language", ["fr", "ZH", "", None])
def test_a_language_that_nobody_speaks_is_not_taken_for_english(outcome, call, language):
    with pytest.raises(perfrules.Refused) as caught:
        call(outcome, language)
    (problem,) = caught.value.problems
    assert (problem.code, problem.where) == ("PR208", "language")
