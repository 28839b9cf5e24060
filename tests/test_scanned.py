"""Tables in columns are read as rows are: the same values, and the same words for what can't be read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import perfrules
from perfrules.core.facts import Facts
from perfrules.readers.around import held
from test_front import err
from test_front import perfrules as run

VOCABULARY = """facts: streets
extends: budget
kinds:
  department:
    title: 部门
    facts:
      budget: {is: money, at_least: 0, title: 预算数}
      paid:   {is: money, at_least: 0}
      score:  {is: number, places: 1, between: [0, 100]}
      grade:  {is: choice, of: [A, B]}
      new:    {is: flag}
      since:  {is: date}
      rate:   {is: ratio}
      note:   {is: text}
    accounts:
      funds: {together: sum}
  project:
    belongs_to: department
    facts:
      cost: {is: money}
  review:
    belongs_to: project
    in_order_of: round
    facts:
      round:  {is: count}
      passed: {is: flag}
"""
POLICY = """policy: execution
facts: streets
subject: department
rules:
  - rule: slow
    when: paid / budget < 85%
    then: {deduct: {from: funds, amount: 10% * funds}}
    because: slow
"""


@pytest.fixture
def program(tmp_path):
    (tmp_path / "facts.yaml").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return perfrules.load(tmp_path / "policy.yaml", as_of="2024-01-31")


Said = tuple[Facts | None, list[tuple[str, str, str]]]


def said(read, program, *given: object, **more: object) -> Said:
    """The facts that are read, and what is said of them."""
    try:
        found = read(*given, **more)
    except perfrules.Refused as refused:
        return None, sorted((p.code, p.place, p.message) for p in refused.problems)
    notices = sorted((p.code, p.place, p.message) for p in found.notices)
    return (found if isinstance(found, Facts) else held(found)), notices


def compared(one: Said, other: Said) -> list[str]:
    """The codes of what both say."""
    (facts, problems), (also, told) = one, other
    assert told == problems
    assert (also is None) is (facts is None)
    if facts is not None and also is not None:
        assert also.tables == facts.tables
        assert also.loaded == facts.loaded
    return [code for code, _, _ in problems]


MAPPING = """mapping: ledger
facts: streets
tables:
  department:
    from: [export]
    columns:
"""
UNITS = "id: UNIT, budget: {column: PLAN, in: 万元}, paid: SPENT, funds: F"
MARKS = """id: UNIT, paid: {column: SPENT, decimal: ",", grouping: ".", unknown: ["0"]}, funds: {column: F, decimal: ",", grouping: "."}"""
WORDS = """id: UNIT, grade: {column: G, values: {good: A, bad: B}}, new: {column: NEW, others: "no", values: {x: "yes"}}, score: {column: S, rounded: half-up}"""
TWICE = """id: UNIT, funds: {column: F}, new: {column: F, others: "no", values: {frozen: "yes"}}"""
KEYS = """id: {column: UNIT, values: {一: A}}, period: {column: Y, values: {今年: 2023}}, funds: {column: F, scientific: yes}"""
MAPPED = [
    (UNITS, "UNIT,PLAN,SPENT,F\nA,100,840000,1000\nB,0.000001,1,\n", []),
    (UNITS, "UNIT,PLAN,SPENT,F\nA,100,840000,1000\nB,0.0000001,1,\n", ["PR604"]),
    (UNITS, "UNIT,PLAN（元）,SPENT,F\nA,100,840000,1000\n", ["PR601", "PR642"]),
    (MARKS, "UNIT,SPENT,F\nA,0,500\nB,1.000,1.000\nC,\"1,5\",\"1.000,50\"\n", []),
    (MARKS, "UNIT,SPENT,F\nA,1.5,500\nB,\"1,234.5\",x\n", ["PR609", "PR643", "PR643"]),
    (WORDS, "UNIT,G,NEW,S\nA,good,x,1.25\nB,bad,anything,1.24\nC,-,,\n", []),
    (WORDS, "UNIT,G,NEW,S\nA,best,x,1.25\n", ["PR613"]),
    (TWICE, "UNIT,F\nA,1\nB,\n", []),
    (TWICE, "UNIT,F\nA,frozen\n", ["PR609"]),
    (KEYS, "UNIT,Y,F\n一,今年,1e3\nB,2023,1\n", []),
    (KEYS, "UNIT,Y,F\n一,明年,1e3\n,2023,1\n", ["PR612", "PR617"]),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "text", "codes"), MAPPED)
def test_what_a_mapping_says_of_columns_is_done(program, tmp_path, columns, text, codes):
    mapping = tmp_path / "ledger.yaml"
    mapping.write_text(MAPPING + f"      {{{columns}}}\n", encoding="utf-8")
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    period = None if columns == KEYS else 2023
    rows = said(program.read_facts, program, path, period=period, mapping=mapping)
    assert compared(rows, said(program.scan_facts, program, {"export": path}, period=period, mapping=mapping)) == codes


def test_units_and_words_of_a_mapping_hold_for_columns_with_types(program, tmp_path):
    mapping = tmp_path / "ledger.yaml"
    columns = 'id: UNIT, budget: {column: PLAN, in: 万元}, paid: {column: SPENT, unknown: ["0"]}, new: {column: N, values: {1: "yes", 0: "no"}}'
    mapping.write_text(MAPPING + f"      {{{columns}}}\n", encoding="utf-8")
    table = {"UNIT": [1, 2], "PLAN": [Decimal("1.5"), Decimal(2)], "SPENT": [0, 7], "N": [1, 0]}
    facts = held(program.scan_facts({"department": pl.DataFrame(table)}, period=2023, mapping=mapping))
    found = facts.table("department", 2023)
    assert [found.columns[name] for name in ("budget", "paid", "new")] == [[1_500_000, 2_000_000], [None, 700], [1, 0]]


FILES = [
    ({"department.csv": "id,period,budget\nA,2023,1\n"}, []),
    # two columns for one
    ({"department.csv": "id,budget,budget\nA,100,200\n"}, ["PR618"]),
    ({"department.csv": "id,budget,预算数\nA,100,200\n"}, ["PR618"]),
    ({"department.csv": "id,编号,budget\nA,B,100\n"}, ["PR618"]),
    ({"department.csv": "id,budget（元）,budget\nA,100,200\n"}, ["PR618"]),
    # a kind in two files
    ({"department.csv": "id,budget\nA,100\n", "部门.csv": "budget,id\n100,B\n"}, []),
    ({"department.csv": "id,budget\nA,100\n", "部门.csv": "budget,id\n100,A\n"}, ["PR605"]),
    # histories
    ({"review.csv": "id,project,round,passed\n1,P,1,no\n2,P,1,yes\n3,Q,,no\n"}, ["PR619", "PR627"]),
    ({"review.csv": "id,project,round,passed\n1,P,1,no\n2,Q,1,yes\n3,P,2,no\n"}, []),
    ({"review.csv": "id,project,round,passed\n1,P,1,no\n2,P,1,yes\n"}, ["PR619"]),
    ({"review.csv": "id,project,round,passed\n1,P,x,no\n"}, ["PR609"]),
    ({"review.csv": "id,project,passed\n1,P,no\n2,P,no\n"}, ["PR627", "PR627"]),
    ({"project.csv": "id,department,cost\nP,A,1\nQ,,1\n", "department.csv": "id\nA\n"}, ["PR620"]),
    # totals
    ({"department.csv": "id,budget\nA,1\nTotal,1\n"}, ["PR635"]),
    ({"department.csv": "id,budget\nA,1\nTOTAL:,1\n"}, ["PR635"]),
    ({"department.csv": "id,budget\nA,1\n合 计,1\nＴｏｔａｌ：,1\n 小计 ,1\n本级小计：,1\n审计,1\n"}, ["PR635"] * 4),
    # the form of CSV
    ({"department.csv": "id,period,budget,paid\nA,2023,1,1\nB,2023,1\n"}, ["PR623"]),
    ({"department.csv": "id,budget\nA,1,234.00\nB,1\n"}, ["PR623"]),
    ({"department.csv": "id,budget\nA,\"1\nB,1\n"}, ["PR624"]),
    ({"department.csv": "id,budget\nA,\"1\"2\n"}, ["PR624"]),
    ({"department.csv": "id,budget\nA,\"1,234.00\"\n\"B\nb\",1\nC,x\n"}, ["PR103", "PR609"]),
    ({"department.csv": "id,budget\n\nA,1\n,,\n , \nB,x\n"}, ["PR609"]),
    ({"department.csv": " id , budget \nA,1\n\n ,\nB,x\n"}, ["PR609"]),
    ({"department.csv": "id,budget\nA,1\n,\n\u3000,\nB,x\n"}, ["PR609"]),
    ({"department.csv": "id;budget\nA;1\n"}, ["PR624"]),
    ({"department.csv": "id，budget\nA，1\n"}, ["PR624"]),
    ({"department.csv": ""}, ["PR624"]),
    ({"department.csv": "id,budget\n"}, []),
    ({"department.csv": "id,budget\r\nA,1\r\nB,x\r\n"}, ["PR609"]),
    ({"department.csv": "id,budget\rA,1\rB,x\r"}, ["PR609"]),
    ({"department.csv": "\ufeffid,budget\nA,1"}, []),
    ({"department.csv": "编号,预算数,note\n甲,1,好\n".encode("gb18030")}, ["PR622"]),
    ({"department.csv": "编号,预算数\n甲,1\n".encode("utf-16")}, ["PR102"]),
    ({"department.csv": "id,budget\nA,1\0\n"}, ["PR624"]),
    # periods
    ({"department.csv": "id,period\nA,2023\nB,\n"}, ["PR611"]),
    ({"department.csv": "id,年度\nA,2023-12\nB,23\nC, 2023 \n"}, ["PR612", "PR612"]),
    # columns that are not read, headings that may be meant, ratios that look like percentages
    ({"department.csv": "id,budget,remark\nA,1,x\n"}, ["PR631"]),
    ({"department.csv": "id,,budget,,\nA,,1,\u3000,x\nB,y,2,,z\n"}, ["PR649", "PR649"]),
    ({"department.csv": "id,buget\nA,1\n"}, ["PR601"]),
    ({"department.csv": "budget\n1\n"}, ["PR626"]),
    ({"department.csv": "id,budget（万元）\nA,1\n"}, ["PR641"]),
    ({"department.csv": "id,period,rate\nB,2023,85\nA,2023,99.5\nC,2022,10\nD,2022,9.9999\n"}, ["PR647", "PR647"]),
    # cells
    ({"department.csv": "id,budget,score,grade,new,since\nA,-1,101,C,maybe,2023-02-30\n1.5E+17,,,,,\n-,,,,,\n"}, ["PR603", "PR603", "PR602", "PR610", "PR613", "PR614", "PR617"]),
    ({"county.csv": "id\nA\n"}, ["PR616"]),
]  # fmt: skip


@pytest.mark.parametrize(("files", "codes"), FILES, ids=[str(n) for n in range(len(FILES))])
def test_csv_files_are_read_as_rows_are(program, tmp_path, files, codes):
    folder = tmp_path / "given"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    period = None if "period" in str(files) or "年度" in str(files) else 2023
    rows = said(program.read_facts, program, folder, period=period)
    tables = {Path(name).stem: folder / name for name in files}
    columns = said(program.scan_facts, program, tables, period=period)
    assert sorted(compared(rows, columns)) == sorted(codes)


D = Decimal
FRAMES = [
    ({"id": ["A"], "budget": pl.Series([D(100)], dtype=pl.Object)}, ["PR602"]),
    ({"id": ["A"], "budget": pl.Series([D("1.5")], dtype=pl.Decimal(38, 25))}, []),
    ({"id": ["A"], "budget": pl.Series([D("0.005")], dtype=pl.Decimal(38, 38))}, ["PR604"]),
    ({"id": ["A"], "rate": pl.Series([D("1.5")], dtype=pl.Decimal(38, 37))}, []),
    ({"id": [110101001.0]}, ["PR644"]),
    ({"id": [True]}, ["PR602"]),
    ({"id": [D("1.0")]}, ["PR602"]),
    ({"id": [date(2023, 1, 1)]}, ["PR602"]),
    ({"id": [{"a": 1}]}, ["PR602"]),
    ({"id": [["a"]]}, ["PR602"]),
    ({"id": pl.Series([1, None], dtype=pl.Int64)}, ["PR617"]),
    ({"id": pl.Series(["A", "合计"], dtype=pl.Categorical)}, ["PR635"]),
    ({"id": ["A"], "budget": [{"a": 1}]}, ["PR602"]),
    ({"id": ["A"], "note": [1]}, ["PR602"]),
    ({"id": ["A"], "note": [b"x"]}, ["PR602"]),
    ({"id": ["A"], "budget": [True]}, ["PR608"]),
    ({"id": ["A"], "budget": [date(2023, 1, 1)]}, ["PR602"]),
    ({"id": ["A", "B"], "budget": [None, 1.5]}, ["PR644"]),
    ({"id": ["A"], "budget": pl.Series([None], dtype=pl.Float64)}, []),
    ({"id": ["A"], "period": [2023.0]}, ["PR644"]),
    ({"id": ["A", "B", "C"], "period": pl.Series([99999, 23, None])}, ["PR611", "PR612", "PR612"]),
    ({"id": ["A"], "period": [True]}, ["PR612"]),
    ({"id": ["A"], "period": [date(2023, 1, 1)]}, ["PR612"]),
    ({"id": ["A"], "period": [D(2023)]}, []),
    ({"id": ["A"], "row": [1]}, ["PR631"]),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "codes"), FRAMES, ids=[str(n) for n in range(len(FRAMES))])
def test_dataframes_are_read_as_rows_are(program, columns, codes):
    frame = pl.DataFrame(columns)
    rows, found = said(program.facts, program, {"department": frame}, period=2023), said(program.scan_facts, program, {"department": frame}, period=2023)
    if any(kind.is_float() and codes for kind in frame.dtypes) or any(kind == pl.Object for kind in frame.dtypes):
        assert {code for code, _, _ in found[1]} == set(codes)  # rows say of a cell without its value that there is none, too
    else:
        assert compared(rows, found) == codes


LATE = pa.array([2**31 - 1, 2_932_897], pa.int32()).cast(pa.date32())  # days that Python does not have
UNLIKE = [
    ({"budget": pa.array([D("1.5")] * 2, pa.decimal256(50, 2))}, ["PR120"]),
    ({"budget": pa.array([(1, 2, 3)] * 2, pa.month_day_nano_interval())}, ["PR120"]),
    ({"budget": pa.array([timedelta(1)] * 2, pa.duration("ns"))}, ["PR602", "PR602"]),
    ({"since": LATE}, ["PR120"]),
    ({"since": LATE.take([1, 1])}, ["PR120"]),
]


@pytest.mark.parametrize(("columns", "codes"), UNLIKE, ids=[str(n) for n in range(len(UNLIKE))])
def test_types_that_python_or_polars_does_not_have_are_refused_by_both(program, columns, codes):
    table = pa.table({"id": ["A", "B"], **columns})
    rows, found = said(program.facts, program, {"department": table}, period=2023), said(program.scan_facts, program, {"department": table}, period=2023)
    assert [code for code, _, _ in rows[1]] == [code for code, _, _ in found[1]] == codes
    assert {place for _, place, _ in rows[1]} == {place for _, place, _ in found[1]}


ODD = [
    (pd.Series([2**70, 1], dtype=object), {"PR603"}, {"PR120"}),
    (pd.Series([1j, 2j]), {"PR602"}, {"PR120"}),
    (pd.to_timedelta([1, 2]), {"PR602"}, {"PR602"}),
]


@pytest.mark.parametrize(("column", "rows", "columns"), ODD, ids=[str(n) for n in range(len(ODD))])
def test_what_pandas_holds_and_no_fact_is_refused(program, column, rows, columns):
    frame = pd.DataFrame({"id": ["A", "B"], "budget": column})
    for read, codes in ((program.facts, rows), (program.scan_facts, columns)):
        assert {code for code, _, _ in said(read, program, {"department": frame}, period=2023)[1]} == codes


@pytest.mark.parametrize("values", [[1, "x"], [object(), None], [{"a": 1}, [2]], [Path("x"), 1], [2**70, "x"]], ids=["text", "object", "nested", "path", "big"])
def test_of_pandas_only_a_column_that_is_read_is_refused_for_what_it_holds(program, values):
    frame = pd.DataFrame({"id": ["A", "B"], "remark": pd.Series(values, dtype=object), "budget": [1, None]}).astype({"budget": "Int64"})
    rows, found = said(program.facts, program, {"department": frame}, period=2023), said(program.scan_facts, program, {"department": frame}, period=2023)
    assert compared(rows, found) == ["PR631"]
    frame.columns = ["id", "", "budget"]
    assert said(program.scan_facts, program, {"department": frame}, period=2023)[1][0][:2] == ("PR649", "department[0]")
    frame.columns = ["id", "note", "budget"]
    assert [problem[:2] for problem in said(program.scan_facts, program, {"department": frame}, period=2023)[1]] == [("PR120", "department, note")]


def headed(*headings: object) -> pd.DataFrame:
    frame = pd.DataFrame([["A", " ", 7, None, 1], ["B", "x", 8, None, 2]])
    frame.columns = list(headings)
    return frame


NAMELESS = [
    (headed("id", "", None, float("nan"), "budget"), ["department[0]", "department[1]"]),
    (headed("id", "remark", "", "budget", "paid"), ["department[0]"]),
    (pa.table([["A"], [1], [2], [3]], names=["id", "", "", "budget"]), ["department[0]"] * 2),
    (pl.DataFrame({"": [None, 5], "id": ["A", "B"], "budget": [1, 2]}), ["department[1]"]),
    (pl.DataFrame({"": ["", " "], "id": ["A", "B"], "budget": [1, 2]}), []),
    (pa.table([["A"], ["x"], [2], [3]], names=["id", "", "budget", "budget"]), None),
]


@pytest.mark.parametrize(("frame", "places"), NAMELESS, ids=[str(n) for n in range(len(NAMELESS))])
def test_columns_of_a_dataframe_without_a_name_are_pointed_out(program, frame, places):
    rows, found = said(program.facts, program, {"department": frame}, period=2023), said(program.scan_facts, program, {"department": frame}, period=2023)
    compared(rows, found)
    assert [place for code, place, _ in found[1] if code == "PR649"] == (places or [])
    assert (found[0] is None) == (places is None)
    if found[0] is not None:
        assert len(found[0].table("department", 2023).ids) == len(frame)


def test_object_columns_and_frames_in_another_order(program):
    one, other = pl.DataFrame({"id": ["A"], "budget": [1]}), pl.DataFrame({"budget": [2], "id": ["B"]})
    facts = held(program.scan_facts({"department": [one, other.lazy()]}, period=2023))
    assert facts.table("department", 2023).columns["budget"] == [100, 200]
    with pytest.raises(perfrules.Refused, match=r"PR605.*`A`(.|\n)*department\[1\]\[0\]"):
        program.scan_facts({"department": [one, one]}, period=2023)


class Doubled:
    """A table whose columns have one name."""

    columns = ("id", "id")

    def __arrow_c_stream__(self, requested_schema=None):
        raise AssertionError("not read")


GIVEN = [
    (1, "PR628"),
    ([1], "PR628"),
    ({"id": ["A"]}, "PR628"),
    (pa.table([pa.array(["A"]), pa.array(["B"])], names=["id", "id"]), "PR618"),
    (pd.DataFrame([["A", "B"]], columns=["id", "id"]), "PR618"),
    (Doubled(), "PR618"),
    (pd.DataFrame({"id": ["A", "B"], "budget": [1, "x"]}), "PR120"),
    (pa.table({"id": ["A"], "budget": pa.array([D("1.5")], pa.decimal256(50, 2))}), "PR120"),
    ("nowhere/*.csv", "PR120"),
    ("nowhere.parquet", "PR120"),
    ("/dev/null", "PR120"),
]


@pytest.mark.parametrize(("given", "code"), GIVEN, ids=[str(n) for n in range(len(GIVEN))])
def test_what_is_no_table_is_refused(program, given, code):
    with pytest.raises(perfrules.Refused) as refused:
        program.scan_facts({"department": given}, period=2023)
    assert {p.code for p in refused.value.problems} == {code}


def test_parquet_files_may_differ_and_rows_are_placed_in_them(program, tmp_path):
    parts = [{"id": ["A"], "budget": [1]}, {"budget": [2], "id": ["B"]}, {"id": ["C", "D"], "budget": ["3", "4"]}, {"id": ["E"], "budget": [None], "remark": [1]}]
    for number, part in enumerate(parts):
        pl.DataFrame(part).write_parquet(tmp_path / f"{number}.parquet")
    found = program.scan_facts({"department": tmp_path / "*.parquet"}, period=2023)
    assert [(p.code, p.where) for p in found.notices] == [("PR631", str(tmp_path / "3.parquet"))]
    facts = held(found).table("department", 2023)
    assert dict(zip(facts.ids, facts.columns["budget"], strict=True)) == {"A": 100, "B": 200, "C": 300, "D": 400, "E": None}
    for number, ids in enumerate((["A", "B"], ["C"], ["D", "B"])):
        pl.DataFrame({"id": ids, "budget": [1, -1][: len(ids)]}).write_parquet(tmp_path / f"{number}.parquet")
    with pytest.raises(perfrules.Refused) as refused:
        program.scan_facts({"department": [tmp_path / f"{number}.parquet" for number in range(3)]}, period=2023)
    assert [(p.code, p.where) for p in refused.value.problems] == [("PR603", f"{tmp_path}/0.parquet, row 2, budget"), ("PR603", f"{tmp_path}/2.parquet, row 2, budget"), ("PR605", f"{tmp_path}/2.parquet, row 2")]
    with pytest.raises(perfrules.Refused, match=r"PR605(.|\n)*1.parquet, row 1"):
        program.scan_facts({"department": [tmp_path / "1.parquet"] * 2}, period=2023)


def test_a_damaged_parquet_file_among_others_is_named(program, tmp_path):
    for number in range(3):
        pl.DataFrame({"id": [f"{number}{n:06}" for n in range(99_999)], "budget": range(99_999)}).write_parquet(tmp_path / f"{number}.parquet")
    middle = tmp_path / "1.parquet"
    body = middle.read_bytes()
    for damaged in (body[:100] + b"x" * 20_000 + body[20_100:], body[:1_000], b""):
        middle.write_bytes(damaged)
        for given in (tmp_path / "*.parquet", middle):
            with pytest.raises(perfrules.Refused) as refused:
                program.scan_facts({"department": given}, period=2023)
            assert [(p.code, p.where) for p in refused.value.problems] == [("PR120", str(middle))]


@pytest.mark.parametrize(("paid", "fits"), [("-0.005", False), ("-0.004", True), (f"{2**53 - 1}.005", False)])
def test_what_is_rounded_is_within_its_bounds(tmp_path, paid, fits):
    (tmp_path / "facts.yaml").write_text(VOCABULARY.replace("paid:   {is: money, at_least: 0}", "paid: {is: money, between: [0, 90071992547409.91], rounded: half-up}"), encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    program = perfrules.load(tmp_path / "policy.yaml", as_of="2024-01-31")
    frame = pl.DataFrame({"id": ["A"], "paid": [D(paid)]})
    rows, scanned = said(program.facts, program, {"department": [{"id": "A", "paid": D(paid)}]}, period=2023), said(program.scan_facts, program, {"department": frame}, period=2023)
    assert (rows[0] is not None) == (scanned[0] is not None) == fits


@pytest.mark.parametrize("period", [-1, 99999, True, "2023", 2023.0])
def test_a_period_is_a_year(program, period):
    frame = pl.DataFrame({"id": ["A"]})
    with pytest.raises(perfrules.Refused, match="PR211"):
        program.scan_facts({"department": frame}, period=period)
    with pytest.raises(perfrules.Refused, match="PR628"):
        program.scan_facts([frame], period=2023)


def test_a_file_with_no_column_of_the_mapping_is_read_as_it_is(program, tmp_path):
    """As rows are read: `department.csv` beside a table of another system."""
    mapping = tmp_path / "ledger.yaml"
    mapping.write_text(MAPPING + f"      {{{UNITS}}}\n", encoding="utf-8")
    (tmp_path / "export.csv").write_text("UNIT,PLAN,SPENT,F\nA,100,840000,1000\n", encoding="utf-8")
    (tmp_path / "department.csv").write_text("id,budget\nB,100\n", encoding="utf-8")
    paths = [tmp_path / "export.csv", tmp_path / "department.csv"]
    rows = said(program.read_facts, program, paths, period=2023, mapping=mapping)
    tables = {path.stem: path for path in paths}
    assert compared(rows, said(program.scan_facts, program, tables, period=2023, mapping=mapping)) == []


def test_a_path_at_which_something_lies_is_no_pattern(program, tmp_path):
    for folder, budget in (("2023", "1"), ("[2023]", "2")):
        (tmp_path / folder / "department").mkdir(parents=True)
        (tmp_path / folder / "department" / "a[b]?.csv").write_text(f"id,budget\nA,{budget}\n", encoding="utf-8")
        pl.DataFrame({"id": ["B"], "budget": [budget]}).write_parquet(tmp_path / folder / "department" / "*.parquet")
    (tmp_path / "[2023]" / "department" / "ab!.csv").write_text("id,budget\nC,3\n", encoding="utf-8")
    command = ["stream", "policy.yaml", "--facts", "[2023]", "--as-of", "2024-01-31", "--period", "2023", "--out", "out[1]"]
    assert run(*command, folder=tmp_path).returncode == 0
    assert pl.read_parquet(tmp_path / "out[1]" / "rulings.parquet", glob=False)["id"].sort().to_list() == ["A", "B", "C"]
    given = sorted((tmp_path / "[2023]" / "department").iterdir())
    facts = held(program.scan_facts({"department": given}, period=2023)).table("department", 2023)
    assert dict(zip(facts.ids, facts.columns["budget"], strict=True)) == {"A": 200, "B": 200, "C": 300}


def test_the_command_reads_as_run_does_and_says_what_is_noted(program, tmp_path):
    folder = tmp_path / "given"
    (folder / "部门").mkdir(parents=True)
    (folder / "department.csv").write_text("id,budget,paid,funds,rate,remark\nA,100,50,10,85,\n", encoding="utf-8")
    (folder / "部门" / "more.csv").write_text("编号,预算数,paid,funds\nB,100,50,10\n", encoding="utf-8")
    command = ["stream", "policy.yaml", "--facts", "given", "--as-of", "2024-01-31", "--period", "2023", "--out"]
    done = run(*command, "out", folder=tmp_path)
    assert done.returncode == 0
    assert ["PR631" in err(done), "PR647" in err(done)] == [True, True]
    assert pl.read_parquet(tmp_path / "out" / "rulings.parquet")["id"].to_list() == ["A", "B"]
    (folder / "project").mkdir()
    done = run(*command, "none", folder=tmp_path)
    assert (done.returncode, "PR625" in err(done)) == (2, True)


def test_views_are_of_a_year_too(program):
    with pytest.raises(perfrules.Refused, match="PR211"):
        perfrules.sql.views(program, "duckdb", period=-5)
