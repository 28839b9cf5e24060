"""Tables of another system, read as facts: mapping files, units in headings, databases, dataframes."""

from __future__ import annotations

import json
import sqlite3
import sys
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import perfrules
from perfrules.readers.around import held

FACTS = """
facts: town
extends: budget
kinds:
  department:
    title: {en: Department, zh: 部门}
    facts:
      budget:  {is: money, title: {zh: 预算数}}
      paid:    {is: money, title: {zh: 支出数}}
      planned: {is: money, in: 万元, title: {zh: 计划数}}
      rate:    {is: ratio, places: 6, title: {zh: 执行率}}
      grade:   {is: choice, of: [excellent, good], title: {zh: 等级}}
      audited: {is: flag, title: {zh: 评审}}
      founded: {is: date}
      code:    {is: text}
  project:
    belongs_to: department
    title: {en: Project, zh: 项目}
    facts:
      asked: {is: money}
"""
POLICY = """
policy: execution
facts: town
subject: department
rules:
  - {rule: slow, when: paid / budget < 85%, then: remind, because: below 85%}
"""
MAPPING = """
mapping: ledger
facts: town
tables:
  department:
    from: ysdw_2023
    columns:
      id: DWBM
      period: ND
      budget: {column: YSJE, in: 万元, decimal: ",", grouping: "."}
      paid: {column: ZCJE, scientific: yes, unknown: [待核, 未填]}
      rate: {column: ZXL, in: "%"}
      grade: {column: DJ, values: {01: excellent, 02: good, 99: unknown}}
      audited: {column: SFPS, values: {Y: yes, N: no}}
  project:
    columns:
      department: DWBM
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> perfrules.Program:
    folder = tmp_path_factory.mktemp("policies")
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return perfrules.load(folder, as_of="2023-12-31")


@pytest.fixture
def ledger(tmp_path) -> Path:
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    return tmp_path / "mapping.yaml"


def columns(facts: perfrules.Facts, kind: str = "department", period: int = 2023) -> dict[str, list[object]]:
    return {name: values for name, values in facts.table(kind, period).columns.items() if any(v is not None for v in values)}


def problems(call, *arguments, **named) -> list[tuple[str, str]]:
    with pytest.raises(perfrules.Refused) as refused:
        call(*arguments, **named)
    return [(p.code, p.place.rpartition("/")[2]) for p in refused.value.problems]


HEAD = "DWBM,ND,YSJE,ZCJE,ZXL,DJ,SFPS"


def test_a_mapping_says_names_units_marks_and_words(program, ledger, tmp_path):
    rows = ['A,2023,"1.234,56",1.05E+6,84.99,01,Y', 'B,2023,"0,5",待核,100,99,N']
    (tmp_path / "ysdw_2023.csv").write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    (tmp_path / "project.csv").write_text("id,period,DWBM,asked\n1,2023,A,5\n", encoding="utf-8")
    facts = program.read_facts([tmp_path / "ysdw_2023.csv", tmp_path / "project.csv"], mapping=ledger)
    assert columns(facts) == {
        "budget": [1234_5600_00, 5000_00],
        "paid": [1_050_000_00, None],
        "rate": [849900, 1000000],
        "grade": ["excellent", None],
        "audited": [1, 0],
    }
    assert facts.table("project", 2023).parents == ["A"]
    assert not facts.notices


def test_a_mapping_is_of_workbooks_and_json_too(program, ledger, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "ysdw_2023"
    book.active.append(HEAD.split(","))
    book.active.append(["A", 2023, Decimal("1234.56"), "未填", 84.99, "02", "Y"])
    book.save(tmp_path / "year.xlsx")
    expected = {"budget": [1234_5600_00], "rate": [849900], "grade": ["good"], "audited": [1]}
    assert columns(program.read_facts(tmp_path / "year.xlsx", mapping=ledger)) == expected
    (tmp_path / "year.json").write_text(
        '{"ysdw_2023": [{"DWBM": "A", "ND": 2023, "YSJE": 1234.56, "ZCJE": null, "ZXL": 84.99, "DJ": "02", "SFPS": "Y"}]}',
        encoding="utf-8",
    )
    assert columns(program.read_facts(tmp_path / "year.json", mapping=ledger)) == expected


def test_a_number_with_other_marks_is_refused_by_its_cell(program, ledger, tmp_path):
    (tmp_path / "ysdw_2023.csv").write_text(f"{HEAD}\nA,2023,1.23,5,84,01,Y\nB,2023,\"1,234.5\",1e999,84,03,?\n", encoding="utf-8")
    assert problems(program.read_facts, tmp_path / "ysdw_2023.csv", mapping=ledger) == [
        ("PR643", "ysdw_2023.csv:2, YSJE"),
        ("PR643", "ysdw_2023.csv:3, YSJE"),
        ("PR609", "ysdw_2023.csv:3, ZCJE"),
        ("PR613", "ysdw_2023.csv:3, DJ"),
    ]


def test_a_column_that_is_not_there_is_missed_where_the_mapping_names_it(program, ledger, tmp_path):
    (tmp_path / "ysdw_2023.csv").write_text(HEAD.replace("ZXL", "ZXLV") + "\n", encoding="utf-8")
    with pytest.raises(perfrules.Refused) as refused:
        program.read_facts(tmp_path / "ysdw_2023.csv", mapping=ledger)
    [missed, other] = refused.value.problems
    assert (missed.code, missed.place.rpartition("/")[2], missed.help) == ("PR642", "mapping.yaml:12:22", "did you mean `ZXLV`?")
    assert (other.code, other.help) == ("PR601", "did you mean `ZXL`?")


def test_a_missing_column_of_ids_is_one_problem(program, ledger, tmp_path):
    (tmp_path / "ysdw_2023.csv").write_text(HEAD.replace("DWBM", "DWDM") + "\n", encoding="utf-8")
    found = problems(program.read_facts, tmp_path / "ysdw_2023.csv", mapping=ledger)
    assert ("PR642", "mapping.yaml:8:11") in found
    assert "PR626" not in [code for code, _ in found]


def test_a_column_that_has_its_fact_is_not_offered_for_another(program, ledger, tmp_path):
    """YSJE is nearest to YSJF, but means the budget already."""
    ledger.write_text(MAPPING.replace("column: ZCJE", "column: YSJF"), encoding="utf-8")
    (tmp_path / "ysdw_2023.csv").write_text(HEAD.replace("ZCJE", "YSZC") + "\n", encoding="utf-8")
    with pytest.raises(perfrules.Refused) as refused:
        program.read_facts(tmp_path / "ysdw_2023.csv", mapping=ledger)
    [missed] = [p for p in refused.value.problems if p.code == "PR642"]
    assert missed.help == "known here: `YSZC`"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("facts: town", "facts: city", "PR207"),
        ("  project:", "  projekt:", "PR616"),
        ("      rate:", "      rates:", "PR601"),
        ('in: "%"', "in: 万元", "PR208"),
        ("in: 万元", "in: 千元", "PR208"),
        ('decimal: ","', 'decimal: ";"', "PR208"),
        ('grouping: "."', 'grouping: ","', "PR645"),
        ("scientific: yes", "scientific: perhaps", "PR208"),
        ("column: DJ,", "column: DJ, in: 元,", "PR645"),
        ("column: DJ,", "column: ZXL,", "PR618"),
        ("      grade:", "      执行率: BL\n      grade:", "PR618"),
        ('in: "%"', "rounded: half-even", "PR208"),
        ("column: DJ,", "column: DJ, rounded: half-up,", "PR645"),
        ("id: DWBM", "id: {column: DWBM, rounded: half-up}", "PR645"),
        ("id: DWBM", "id: {column: DWBM, others: X}", "PR645"),
        ('in: "%"', "others: 5%", "PR645"),
        ("column: SFPS,", "column: SFPS, others: perhaps,", "PR602"),
        ("column: DJ,", "column: DJ, others: 优,", "PR613"),
        ("column: DJ,", "colum: DJ,", "PR202"),
        ("tables:", "table:", "PR202"),
        ("mapping: ledger", "mapping: ledger\nperfrules: 7", "PR208"),
        ("  project:\n", "  project:\n    from: [works, ysdw_2023]\n", "PR645"),
        ("  project:\n", "  部门: {columns: {id: BM}}\n  project:\n", "PR111"),
    ],
)
def test_a_mapping_is_checked(program, ledger, tmp_path, old, new, code):
    assert old in MAPPING
    ledger.write_text(MAPPING.replace(old, new, 1), encoding="utf-8")
    found = problems(program.read_facts, tmp_path, mapping=ledger)
    assert code in [c for c, _ in found], found
    assert found[0][1].startswith("mapping.yaml:")
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    assert code in [p.code for p in perfrules.check(tmp_path)]


def test_check_reads_mappings_beside_policies(ledger, tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    assert [p.code for p in perfrules.check(tmp_path) if p.severity == "error"] == []
    assert perfrules.load(tmp_path, as_of="2023-12-31").rules == ("execution/slow",)


def test_a_chinese_mapping(program, tmp_path):
    (tmp_path / "对照表.yaml").write_text(
        "对照表: 总账\n事实: town\n数据表:\n  部门:\n    来自: 单位\n    列:\n      编号: 单位编码\n"
        "      预算数:\n        列名: 预算金额\n        计量单位: 万元\n        未知: 未填\n      评审: {列名: 是否评审, 取值对应: {已评: 是}}\n",
        encoding="utf-8",
    )
    (tmp_path / "单位.csv").write_text("单位编码,年度,预算金额,是否评审\nA,2023,1.5,已评\nB,2023,未填,否\n", encoding="utf-8")
    facts = program.read_facts(tmp_path / "单位.csv", mapping=tmp_path / "对照表.yaml")
    assert columns(facts) == {"budget": [15_000_00, None], "audited": [1, 0]}


@pytest.mark.parametrize(
    ("heading", "code"),
    [("预算数（元）", None), ("预算数(元)", None), ("budget (元)", None), ("计划数（万元）", None),
     ("预算数（万元）", "PR641"), ("计划数（元）", "PR641"), ("执行率（%）", "PR641"), ("等级（元）", "PR641")],
)  # fmt: skip
def test_a_unit_in_a_heading_must_be_the_facts_own(program, tmp_path, heading, code):
    (tmp_path / "department.csv").write_text(f"id,period,{heading}\nA,2023,5\n", encoding="utf-8")
    if code is None:
        [[value]] = columns(program.read_facts(tmp_path)).values()
        assert value == (5_0000_00 if "计划" in heading else 500)
    else:
        assert problems(program.read_facts, tmp_path) == [(code, "department.csv:1:11")]


def test_a_column_beside_the_one_that_it_resembles_is_only_noted(program, tmp_path):
    (tmp_path / "department.csv").write_text("id,period,paid,paid2\nA,2023,5,6\n", encoding="utf-8")
    assert [n.code for n in program.read_facts(tmp_path).notices] == ["PR631"]
    (tmp_path / "department.csv").write_text("id,period,paid2\nA,2023,6\n", encoding="utf-8")
    assert problems(program.read_facts, tmp_path) == [("PR601", "department.csv:1:11")]


def test_a_unit_of_a_mapping_must_not_contradict_its_heading(program, tmp_path):
    text = "mapping: m\nfacts: town\ntables:\n  department:\n    columns:\n      id: U\n      budget: {column: 预算（万元）, in: %s}\n"
    (tmp_path / "export.csv").write_text("U,预算（万元）\nA,5\n", encoding="utf-8")
    for unit, code in (("元", "PR641"), ("万元", None)):
        (tmp_path / "m.yaml").write_text((text % unit).replace("  department:\n", "  department:\n    from: export\n"), encoding="utf-8")
        call = (tmp_path / "export.csv",)
        if code:
            assert problems(program.read_facts, *call, period=2023, mapping=tmp_path / "m.yaml") == [(code, "m.yaml:8:24")]
        else:
            assert columns(program.read_facts(*call, period=2023, mapping=tmp_path / "m.yaml")) == {"budget": [50000_00]}


SURROGATE = "mapping: m\nfacts: town\ntables: {department: {from: export, columns: {id: CODE, period: YEAR, budget: {column: PLAN, in: 万元}}}}\n"


@pytest.mark.parametrize("headings", ["CODE,YEAR,PLAN,id,period,budget", "编号,年度,预算数,CODE,YEAR,PLAN", "id,YEAR,budget,PLAN,period,CODE"])
def test_what_a_mapping_names_is_read_and_not_another_column_that_is_called_so(program, tmp_path, headings):
    """A table may have a key `id` of its own beside the code that everybody knows."""
    row = {"CODE": "A", "YEAR": "2023", "PLAN": "5", "id": "501", "period": "1999", "budget": "7", "编号": "501", "年度": "1999", "预算数": "7"}
    (tmp_path / "m.yaml").write_text(SURROGATE, encoding="utf-8")
    cells = [row[heading] for heading in headings.split(",")]
    (tmp_path / "export.csv").write_text(f"{headings}\n{','.join(cells)}\n", encoding="utf-8")
    (tmp_path / "export.json").write_text(json.dumps({"export": [dict(zip(headings.split(","), cells, strict=True))]}), encoding="utf-8")
    frame = pl.DataFrame([cells], schema=headings.split(","), orient="row")
    scanned = program.scan_facts({"department": frame}, mapping=tmp_path / "m.yaml")
    found = [program.read_facts(tmp_path / name, mapping=tmp_path / "m.yaml") for name in ("export.csv", "export.json")]
    for facts, notices in (*((one, one.notices) for one in found), (held(scanned), scanned.notices)):
        assert (facts.table("department", 2023).ids, columns(facts)) == (["A"], {"budget": [50000_00]})
        assert facts.periods == [2023]
        assert [notice.code for notice in notices] == ["PR648"] * 3


@pytest.mark.parametrize("name", ["export", "department", "部门", "part-1"])
def test_a_mapping_reads_every_table_of_its_kind_whatever_it_is_called(program, tmp_path, name):
    (tmp_path / "m.yaml").write_text(SURROGATE, encoding="utf-8")
    frame = pl.DataFrame({"CODE": ["A"], "YEAR": [2023], "PLAN": [5]})
    frame.write_parquet(tmp_path / f"{name}.parquet")
    frame.write_parquet(tmp_path / "department.parquet")
    frame.with_columns(CODE=pl.lit("B")).write_parquet(tmp_path / "more.parquet")
    for files in ([f"{name}.parquet", "more.parquet"], ["more.parquet", f"{name}.parquet"]):
        scanned = program.scan_facts({"department": [tmp_path / file for file in files]}, mapping=tmp_path / "m.yaml")
        assert columns(held(scanned)) == {"budget": [50000_00, 50000_00]}
    if name != "part-1":
        frame.write_csv(tmp_path / f"{name}.csv")
        assert columns(program.read_facts(tmp_path / f"{name}.csv", mapping=tmp_path / "m.yaml")) == {"budget": [50000_00]}


def test_a_table_with_none_of_the_columns_that_a_mapping_names_is_read_as_it_is(program, tmp_path):
    """What people typed stands beside what another system exports."""
    (tmp_path / "m.yaml").write_text(SURROGATE, encoding="utf-8")
    (tmp_path / "export.csv").write_text("CODE,YEAR,PLAN\nA,2023,5\n", encoding="utf-8")
    (tmp_path / "department.csv").write_text("编号,period,budget\nB,2023,6\n", encoding="utf-8")
    paths = [tmp_path / "export.csv", tmp_path / "department.csv"]
    for files in (paths, paths[::-1]):
        assert sorted(columns(program.read_facts(files, mapping=tmp_path / "m.yaml"))["budget"]) == [600, 50000_00]
    (tmp_path / "department.csv").write_text("编号,period,PLAN\nB,2023,6\n", encoding="utf-8")
    assert {code for code, _ in problems(program.read_facts, paths, mapping=tmp_path / "m.yaml")} == {"PR642", "PR648"}


def test_words_meet_what_a_database_shows_of_other_values(program, tmp_path):
    """A boolean is `true`, a zero has all its decimals, and letters with marks are in one form."""
    words = """{id: U, audited: {column: closed, values: {"true": no, "false": yes}}, budget: {column: plan, unknown: ["0.00000000"]}, code: {column: note, unknown: [é]}}"""
    (tmp_path / "m.yaml").write_text(f"mapping: m\nfacts: town\ntables: {{department: {{from: t, columns: {words}}}}}\n", encoding="utf-8")
    frame = pl.DataFrame({"U": ["A", "B"], "closed": [True, False], "plan": [Decimal("0"), Decimal("1")], "note": ["e\u0301", "e"]}, schema_overrides={"plan": pl.Decimal(18, 8)})
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t AS SELECT * FROM frame")
    (tmp_path / "t.csv").write_text("U,closed,plan,note\nA,true,0.00000000,e\u0301\nB,false,1,e\n", encoding="utf-8")
    given = {"period": 2023, "mapping": tmp_path / "m.yaml"}
    for facts in (
        program.read_facts(tmp_path / "t.csv", **given), program.query_facts(connection, {"t": "SELECT * FROM t"}, **given),
        held(program.scan_facts({"department": frame}, **given)),
    ):  # fmt: skip
        assert columns(facts) == {"audited": [0, 1], "budget": [None, 100], "code": [None, "e"]}


@pytest.mark.parametrize("word", ["合计", "合 计", "总　计", "小计：", "全区合计", "Total", "Grand total", "Sub Total"])
def test_a_row_of_totals_is_no_subject_wherever_it_comes_from(program, tmp_path, word):
    (tmp_path / "department.csv").write_text(f"id,period,paid\nA,2023,5\n{word},2023,5\n", encoding="utf-8")
    assert problems(program.read_facts, tmp_path) == [("PR635", "department.csv:3")]
    (tmp_path / "year.json").write_text(f'{{"department": [{{"id": "{word}", "period": 2023}}]}}', encoding="utf-8")
    assert problems(program.read_facts, tmp_path / "year.json") == [("PR635", "year.json, department[0]")]
    book = openpyxl.Workbook()
    book.active.title = "department"
    for row in (["编号", "年度", "paid"], [word, 2023, 5]):
        book.active.append(row)
    book.save(tmp_path / "year.xlsx")
    assert [c for c, _ in problems(program.read_facts, tmp_path / "year.xlsx")] == ["PR635"]
    assert problems(program.facts, {"department": pl.DataFrame({"id": [word], "paid": [5]})}, period=2023) == [("PR635", "department[0]")]


def test_a_text_is_either_unknown_or_has_a_meaning(program, ledger, tmp_path):
    ledger.write_text(MAPPING.replace("values: {Y: yes,", "unknown: Y, values: {Y: yes,"), encoding="utf-8")
    assert [c for c, _ in problems(program.read_facts, tmp_path, mapping=ledger)] == ["PR645"]


def test_what_is_no_number_at_all_may_be_unknown(program, tmp_path):
    (tmp_path / "department.csv").write_text("id,period,paid\nA,2023,待定\n", encoding="utf-8")
    with pytest.raises(perfrules.Refused, match="leave it empty where it is not known"):
        program.read_facts(tmp_path)
@pytest.mark.parametrize(("type_", "value", "read"), [
    ("DATE", "infinity", None), ("DATE", "-infinity", None), ("TIMESTAMP", "-infinity", None), ("DATE", "9999-12-31", date.max), ("TIMESTAMP", "0001-01-01", date.min),
])  # fmt: skip
def test_infinity_in_duckdb_is_no_day_and_the_last_day_is_one(program, type_, value, read):
    """Its driver gives the same for both."""
    with duckdb.connect() as connection:
        query = {"department": f"SELECT 'A' AS id, 2023 AS period, {type_} '{value}' AS founded -- all of them"}
        if read is None:
            assert problems(program.query_facts, connection, query) == [("PR614", "department, row 1, founded")]
        else:
            assert program.query_facts(connection, query).rows()["department"][0]["founded"] == read


def mapped(program, tmp_path, columns_there: str, *rows: str, **named) -> perfrules.Facts:
    """The facts in rows of a file `t.csv`, of which a mapping says what its columns are."""
    lines = "".join(f"      {line}\n" for line in ["id: no", *columns_there.splitlines()])
    (tmp_path / "m.yaml").write_text(f"mapping: m\nfacts: town\ntables:\n  department:\n    from: t\n    columns:\n{lines}", encoding="utf-8")
    (tmp_path / "t.csv").write_text("\n".join(rows), encoding="utf-8")
    return program.read_facts(tmp_path / "t.csv", mapping=tmp_path / "m.yaml", period=2023)


def test_too_many_places_are_rounded_where_the_mapping_says_so(program, tmp_path):
    """Halves away from zero, however many places there are, also behind a comma, an exponent and a percent sign."""
    rows = ("no,r", "A,0.1234565", "B,-0.1234565", "C,0.12345649999999999999", "D,1e-7", "E,5E-07", "F,12.34565%", "G,1")
    facts = mapped(program, tmp_path, "rate: {column: r, scientific: yes, rounded: half-up}", *rows)
    assert columns(facts) == {"rate": [123457, -123457, 123456, 0, 1, 123457, 1000000]}
    facts = mapped(program, tmp_path, 'budget: {column: r, in: 万元, decimal: ",", rounded: 四舍五入}', "no,r", 'A,"1,0000005"', 'B,"1,00000049"')
    assert columns(facts) == {"budget": [1_000_001, 1_000_000]}


def test_too_many_places_are_refused_where_nothing_says_so(program, tmp_path):
    assert problems(mapped, program, tmp_path, "rate: r", "no,r", "A,0.1234565", "B,0.12345649999999999999") == [
        ("PR604", "t.csv:2, r"),
        ("PR311", "t.csv:3, r"),
    ]
    digits = "1" * 65
    assert problems(mapped, program, tmp_path, "rate: {column: r, rounded: half-up}", "no,r", f"A,0.{digits}", f"B,{digits}") == [
        ("PR311", "t.csv:2, r"),
        ("PR311", "t.csv:3, r"),
    ]


@pytest.mark.parametrize("said", ["places: 20", "places: 6, rounded: half-up"])
def test_a_fact_says_itself_how_many_places_it_has(tmp_path, said):
    """Beyond the twelve places that amounts can have a fact was refused what it declares."""
    (tmp_path / "facts.yaml").write_text(f"facts: f\nkinds: {{k: {{facts: {{r: {{is: ratio, {said}}}}}}}}}", encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY.replace("town", "f").replace("department", "k").replace("paid / budget", "r"), encoding="utf-8")
    (tmp_path / "k.csv").write_text("id,period,r\nA,2023,0.84999999999999999995\nB,2023,84.9999999999999995%\n", encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2023-12-31")
    exact, rounded = [84999999999999999995, 84999999999999999500], [850000, 850000]
    assert columns(program.read_facts(tmp_path / "k.csv"), "k") == {"r": exact if "20" in said else rounded}
    (tmp_path / "k.csv").write_text("id,period,r\nA,2023,0.849999999999999999995\n", encoding="utf-8")
    if "20" in said:
        assert problems(program.read_facts, tmp_path / "k.csv") == [("PR604", "k.csv:2, r")]
    else:
        assert columns(program.read_facts(tmp_path / "k.csv"), "k") == {"r": [850000]}


def test_one_column_says_a_number_and_what_there_is_instead_of_one(program, tmp_path):
    """Not computable is not the same as not known: a rule can ask for it."""
    there = 'rate: {column: r, unknown: [n.d., "#NUM!"]}\naudited: {column: r, values: {"#NUM!": no, n.d.: unknown}, others: yes}'
    facts = mapped(program, tmp_path, there, "no,r", "A,0.5", "B,#NUM!", "C,n.d.", "D,", "E,-", "F,85%")
    assert columns(facts) == {"rate": [500000, None, None, None, None, 850000], "audited": [1, 0, None, None, None, 1]}
    assert problems(mapped, program, tmp_path, there, "no,x", "A,1")[0] == ("PR642", "m.yaml:8:22")


def test_the_number_may_come_after_what_there_is_instead_and_from_json(program, tmp_path):
    there = "      grade: {column: r, values: {none: good}, others: excellent}\n      rate: {column: r, unknown: none}\n"
    (tmp_path / "m.yaml").write_text(f"mapping: m\nfacts: town\ntables:\n  department:\n    columns:\n{there}", encoding="utf-8")
    (tmp_path / "facts.json").write_text('{"department": [{"id": "A", "r": 0.5}, {"id": "B", "r": "none"}, {"id": "C", "r": null}]}', encoding="utf-8")
    facts = program.read_facts(tmp_path / "facts.json", mapping=tmp_path / "m.yaml", period=2023)
    assert columns(facts) == {"rate": [500000, None, None], "grade": ["excellent", "good", None]}


def test_several_files_may_hold_one_kind(program, tmp_path):
    text = MAPPING.replace("from: ysdw_2023", "from: [ysdw_2022, ysdw_2023]")
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    for year in (2022, 2023):
        (tmp_path / f"ysdw_{year}.csv").write_text(f"{HEAD}\nA,{year},1,1,1,01,Y\n", encoding="utf-8")
    facts = program.read_facts([tmp_path / "ysdw_2022.csv", tmp_path / "ysdw_2023.csv"], mapping=tmp_path / "mapping.yaml")
    assert [columns(facts, period=year)["grade"] for year in (2022, 2023)] == [["excellent"], ["excellent"]]


# databases


@pytest.fixture
def database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        """create table ysdw (DWBM text, ND integer, ysfen integer, zxl text, rq text, jine real);
        insert into ysdw values ('A', 2023, 123456789, '84.99%', '2001-02-03', 1.5), ('B', 2023, null, null, null, null);"""
    )
    return connection


def test_a_query_is_read_as_a_table(program, database):
    query = "select DWBM as ID, ND as Period, cast(ysfen / 100 as text) || '.' || (ysfen % 100) as BUDGET, zxl as rate, rq as founded from ysdw"
    facts = program.query_facts(database, {"department": query})
    assert columns(facts) == {"budget": [123456789, None], "rate": [849900, None], "founded": [730519, None]}


def test_a_query_with_a_mapping(program, database, ledger):
    ledger.write_text(
        "mapping: m\nfacts: town\ntables:\n  department:\n    columns:\n      id: DWBM\n      budget: {column: ysfen, in: 分}\n", encoding="utf-8"
    )
    facts = program.query_facts(database, {"部门": "select DWBM, ysfen from ysdw"}, period=2023, mapping=ledger)
    assert columns(facts) == {"budget": [123456789, None]}


def test_binary_fractions_of_a_database_are_refused_once_with_the_cure(program, database):
    with pytest.raises(perfrules.Refused) as refused:
        program.query_facts(database, {"department": "select DWBM as id, ND as period, jine as paid, jine as budget from ysdw"})
    assert [(p.code, p.place) for p in refused.value.problems] == [("PR644", "department, paid"), ("PR644", "department, budget")]
    assert "oracledb.defaults.fetch_decimals" in refused.value.problems[0].help


def test_what_a_query_gives_is_checked_by_row(program, database):
    query = "select DWBM as id, ND as period, 'x' as paid, ysfen as bugdet from ysdw"
    assert problems(program.query_facts, database, {"department": query}) == [
        ("PR601", "department, query"),
        ("PR609", "department, row 1, paid"),
        ("PR609", "department, row 2, paid"),
    ]
    assert problems(program.query_facts, database, {"departmnt": "select 1 as id"}) == [("PR616", "queries")]


def test_names_that_differ_in_case_alone_are_one_column_twice(program, database):
    for query in ("select DWBM ID, ND PERIOD, 1 PAID, 2 PAID from ysdw", "select DWBM id, ND period, 1 paid, 2 Paid from ysdw"):
        assert ("PR618", "department, query") in problems(program.query_facts, database, {"department": query})


def test_a_query_that_gives_no_rows(program, database):
    assert problems(program.query_facts, database, {"department": "create table more (x)"}) == [("PR628", "department")]
    assert problems(program.query_facts, database, "select 1") == [("PR628", "queries")]


def test_what_the_database_says_is_its_own(program, database):
    with pytest.raises(sqlite3.OperationalError):
        program.query_facts(database, {"department": "select nothing from nowhere"})


# dataframes


FRAMES = [
    pl.DataFrame({
        "id": ["A", "B"], "period": [2023, 2023], "budget": [Decimal("100.50"), None], "paid": ["85.01", None], "planned": [3, None],
        "audited": [True, None], "grade": pl.Series(["good", None], dtype=pl.Categorical), "founded": pl.Series(["2001-02-03", None]).str.to_date(),
        "remark": [float("nan"), 1.5],
    }),
    pd.DataFrame({
        "id": ["A", "B"], "period": [2023, 2023], "budget": [Decimal("100.50"), None], "paid": ["85.01", None],
        "planned": pd.array([3, None], dtype="Int64"), "audited": [True, None], "grade": pd.Categorical(["good", None]),
        "founded": pd.to_datetime(["2001-02-03", None]), "remark": [float("nan"), 1.5],
    }),
]  # fmt: skip


@pytest.mark.parametrize("column", [pa.RunEndEncodedArray.from_arrays([1, 2], ["1", "2"]), pa.array([Decimal(100)], pa.decimal128(6, -2))], ids=["run-ends", "negative-scale"])
def test_a_type_of_arrow_that_can_not_be_read_is_refused(program, column):
    table = pa.table({"id": ["A", "B"][: len(column)], "budget": column})
    for read in (program.facts, program.scan_facts):
        assert problems(read, {"department": table}, period=2023) == [("PR120", "department")]


@pytest.mark.parametrize("frame", FRAMES, ids=["polars", "pandas"])
def test_dataframes_are_facts(program, frame):
    facts = program.facts({"department": frame})
    assert columns(facts) == {
        "budget": [10050, None],
        "paid": [8501, None],
        "planned": [30_000_00, None],
        "grade": ["good", None],
        "audited": [1, None],
        "founded": [730519, None],
    }
    assert [n.code for n in facts.notices] == ["PR631"]  # `remark` is no fact
    assert program.run(facts).rulings[0].verdict == "holds"


def test_an_arrow_table_is_a_dataframe(program):
    facts = program.facts({"department": FRAMES[0].select("id", "period", "budget").to_arrow()})
    assert columns(facts) == {"budget": [10050, None]}


def test_what_gives_a_stream_of_arrow_is_a_dataframe(program):
    batch = FRAMES[0].select("id", "period", "budget").to_arrow().combine_chunks().to_batches()[0]
    relation = duckdb.sql("SELECT 'A' AS id, 2023 AS period, 100.50 AS budget")
    assert columns(program.facts({"department": batch})) == {"budget": [10050, None]}
    assert columns(program.facts({"department": relation})) == {"budget": [10050]}


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (pl.Series([1_609_459_200_000_000_001], dtype=pl.Int64).cast(pl.Datetime("ns")), "PR614"),
        (pl.Series([2**31 - 1], dtype=pl.Int32).cast(pl.Date), "PR120"),
        (pl.Series([2**63 - 1], dtype=pl.Int64).cast(pl.Datetime("us")), "PR120"),
        (pl.Series([2**62], dtype=pl.Int64).cast(pl.Datetime("ms")), "PR120"),
    ],
    ids=["finer-than-Python", "days-without-end", "microseconds-without-end", "milliseconds-without-end"],
)
def test_days_that_python_does_not_have_are_refused(tmp_path, days, code):
    """None of them becomes another day, and none of them stops the host."""
    with pytest.raises(perfrules.Refused) as refused:
        dated(tmp_path).facts({"department": pl.DataFrame({"id": ["A"], "since": days})}, period=2023)
    assert [p.code for p in refused.value.problems] == [code]


@pytest.mark.parametrize("unit", ["ns", "us", "ms"])
@pytest.mark.parametrize("pandas", [False, True], ids=["polars", "pandas"])
def test_midnight_is_a_day_in_every_unit_of_time(tmp_path, unit, pandas):
    frame = pl.DataFrame({"id": ["A", "B"], "since": pl.Series([datetime(2023, 3, 5), None]).cast(pl.Datetime(unit))})
    facts = dated(tmp_path).facts({"department": frame.to_pandas() if pandas else frame}, period=2023)
    assert columns(facts) == {"since": [date(2023, 3, 5).toordinal(), None]}


def dated(folder):
    """A program over days."""
    (folder / "facts.yaml").write_text("facts: dated\nextends: budget\nkinds: {department: {facts: {since: {is: date}}}}\n")
    text = "policy: p\nfacts: dated\nsubject: department\nrules: [{rule: r, when: since > 2023-01-01, then: suspend, because: made}]\n"
    return perfrules.loads(text, as_of="2023-12-31", beside=[folder / "facts.yaml"])


@pytest.mark.parametrize(
    "frame",
    [pl.DataFrame({"id": ["A"], "paid": [84.99]}), pd.DataFrame({"id": ["A", "B"], "paid": [84, None]})],
    ids=["polars", "pandas"],
)
def test_a_column_of_floats_is_refused_by_name(program, frame):
    with pytest.raises(perfrules.Refused) as refused:
        program.facts({"department": frame}, period=2023)
    assert [(p.code, p.place) for p in refused.value.problems] == [("PR644", "department, paid")]
    assert "dtype=str" in refused.value.problems[0].help


def test_a_column_without_any_value_is_unknown_whatever_its_type(program):
    frame = pd.DataFrame({"id": ["A"], "paid": [float("nan")], "budget": [5]})
    assert columns(program.facts({"department": frame}, period=2023)) == {"budget": [500]}


def test_frames_without_columns_or_with_one_twice(program):
    for empty in (pl.DataFrame(), pd.DataFrame()):
        assert [c for c, _ in problems(program.facts, {"department": empty}, period=2023)] == ["PR626"]
    twice = pd.DataFrame([["A", 1, 2]], columns=["id", "paid", "paid"])
    assert problems(program.facts, {"department": twice}, period=2023) == [("PR618", "department")]


def test_without_the_extra_a_dataframe_is_answered_with_it(program, monkeypatch):
    monkeypatch.setitem(sys.modules, "narwhals", None)
    with pytest.raises(perfrules.Refused, match=r"perfrules\[columnar\]"):
        program.facts({"department": FRAMES[0]})


def test_fractions_and_units_stay_exact(program):
    facts = program.facts({"department": [{"id": "A", "planned": Fraction(1, 4), "budget": Decimal("0.01")}]}, period=2023)
    assert columns(facts) == {"planned": [2500_00], "budget": [1]}
