"""The columnar engine agrees with the reference; columns are read as exactly as rows; what streams is what a run says."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given

import every_step
import perfrules
from corpus import DAY, PERIOD, Example, examples
from generated import facts
from generated_money import budgets
from perfrules.core.days import midnight
from perfrules.core.facts import Facts
from perfrules.core.values import Unfit, read_value
from perfrules.core.vocabulary import Fact
from perfrules.engines import columnar, record
from perfrules.engines.conformance import disagreements
from perfrules.pipeline.questions import questions
from perfrules.readers.exact import exact
from perfrules.streamed import TABLES
from perfrules.testing.policies import texts
from specimen import AS_OF, TOWN
from test_corpus import FOLDERS, Runner, suite

HOME = Path(__file__).resolve().parent.parent
LUOJIANG = HOME / "policies" / "luojiang"

VOCABULARY = """facts: streets
extends: budget
kinds:
  department:
    facts:
      budget: {is: money, at_least: 0}
      paid:   {is: money, at_least: 0}
      score:  {is: number, places: 1, between: [0, 100]}
      grade:  {is: choice, of: [A, B]}
      new:    {is: flag}
      since:  {is: date}
    accounts:
      funds: {together: sum}
  project:
    belongs_to: department
    facts:
      cost: {is: money}
"""
POLICY = """policy: execution
facts: streets
subject: department
names:
  rate: paid / budget
rules:
  - rule: slow
    when: rate < 85%
    unless: new
    then: {deduct: {from: funds, amount: 10% * funds, into: saved}}
    because: slow
  - rule: fast
    when: rate > 96% and sum(cost over projects) > 0元
    then: {reward: {to: funds, out_of: saved, by: budget}}
    because: fast
  - rule: poor
    when: score < 60 or grade = B
    then: remind
    because: poor
  - rule: dear
    when: rank(budget over departments) = 1
    then: {figure: {as: budget, of: budget}}
    because: dear
pools:
  saved: {leftover: carried-over}
"""
DEPARTMENTS = [
    {"id": "A", "budget": "100", "paid": "84.99", "score": "59.9", "grade": "A", "new": "no", "since": "2020-02-29", "funds": "1000.05"},
    {"id": "B", "budget": "100", "paid": "85", "score": "60", "grade": "B", "new": "no", "since": "", "funds": "1000"},
    {"id": "C", "budget": "0", "paid": "3", "score": "", "grade": "A", "new": "yes", "since": "2021-01-01", "funds": "1"},
    {"id": "D", "budget": "200.5", "paid": "200", "score": "100", "grade": "A", "new": "", "since": "2021-01-01", "funds": "700"},
    {"id": "E", "budget": "300", "paid": "299", "score": "70", "grade": "", "new": "no", "since": "2021-01-01", "funds": "700"},
]  # fmt: skip
PROJECTS = [{"id": f"P{n}", "department": d, "cost": c} for n, (d, c) in enumerate([("D", "5"), ("E", "0.01"), ("E", "-0.01"), ("A", "1")])]
POLICIES = [texts().map(lambda text: [text]), budgets()]


@pytest.mark.parametrize("policies", POLICIES, ids=["policies", "budgets"])
def test_every_column_verdict_and_figure_is_the_one_of_the_reference(policies):
    @given(policies, facts())
    def agrees(texts, rows):
        example = Example(tuple(texts), rows)
        program = example.program
        if program is not None:
            assert not disagreements(columnar.run, program.plan, example.decided, PERIOD, questions(program), DAY)

    agrees()


def every_fact() -> Facts:
    one = next(examples(1))
    return every_step.facts(one.library.policies[0].vocabulary)


def test_every_step_and_scalar_does_what_it_means():
    given = every_fact()
    assert not disagreements(columnar.run, every_step.bounded(every_step.STEPS, given), given, every_step.YEAR, (), DAY)


@pytest.mark.parametrize("id_", [True, False])
def test_the_same_is_said_of_what_is_not_met(id_):
    given, said = every_fact(), []
    for engine in (record.run, columnar.run):
        with pytest.raises(perfrules.Refused) as refused:
            engine(every_step.bounded(every_step.unmet(id_=id_), given), given, every_step.YEAR)
        said.append([(p.code, p.where, p.message) for p in refused.value.problems])
    assert said[0] == said[1]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_case_of_the_corpus_comes_out_as_expected(folder):
    runner, cases = Runner(columnar.run), suite.collect(folder).cases
    assert cases
    assert all(runner.run(case).passed for case in cases)


@pytest.mark.parametrize(("path", "as_of", "period"), [("operating-funds.yaml", "2024-01-31", 2022), ("", "2023-12-31", 2023)])
def test_a_run_gives_what_the_record_engine_gives_to_the_byte(path, as_of, period):
    program = perfrules.load(LUOJIANG / path, as_of=as_of)
    given = program.read_facts(HOME / "examples" / "luojiang-2023" / "facts")
    assert program.run(given, period=period, engine="columnar").json() == program.run(given, period=period).json()


FACTS = [
    Fact("m", "money", 2, least=0), Fact("m", "money", 2, unit="万元"), Fact("r", "ratio", 6), Fact("r", "ratio", 4, unit="%"),
    Fact("n", "number", 1, least=0, most=1000), Fact("c", "count"), Fact("rr", "ratio", 2, rounded=True), Fact("f", "flag"),
    Fact("d", "date"), Fact("t", "text"), Fact("ch", "choice", choices=("A", "B")),
]  # fmt: skip
COLUMNS = [
    pl.Series([1, -1, 0, None, 2**53, 2**62, -(2**63), 99, 1000, 1001], dtype=pl.Int64),
    pl.Series([1, 0, None, 2**63 + 1, 100], dtype=pl.UInt64),
    pl.Series([1, -1, None, 100], dtype=pl.Int8),
    pl.Series([Decimal(x) if x else None for x in ("1.25", "-0.05", "99999999999999999999.99", "", "0.50")], dtype=pl.Decimal(38, 2)),
    pl.Series([Decimal(x) if x else None for x in ("1.2500", "-0.0512", "0.0050", "-0.0050", "0.0049", "")], dtype=pl.Decimal(20, 4)),
    pl.Series([Decimal("1.2500000000"), Decimal("0.0000000001"), None], dtype=pl.Decimal(30, 10)),
    pl.Series(["1.25", " 1,234.50 ", "85%", "x", "无", None, "yes", "是", "2024-02-29", "2024-02-30", "A", "1e5", "A\u200b", "1.234", "", "a\nb"]),
    pl.Series(["A", "B", None], dtype=pl.Enum(["A", "B"])),
    pl.Series([True, None, False]),
    pl.Series([date(2024, 2, 29), date(1, 1, 1), None]),
    pl.Series([datetime(2024, 2, 29), datetime(2024, 2, 29, 1), None]),
    pl.Series([None, None], dtype=pl.Null),
]  # fmt: skip


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.kind} {fact.unit} {fact.places}")
def test_a_value_in_a_column_is_the_one_of_a_row(fact):
    for column in COLUMNS:
        read = exact(fact, pl.col("x"), column.dtype)
        assert read is not None
        said = pl.DataFrame({"x": column}).select("x", value=read.value, bad=read.bad)
        for value, stored, bad in said.iter_rows():
            assert (None if stored is None else int(stored) if isinstance(stored, bool) else stored, bad) == by_row(fact, midnight(value)), value


def by_row(fact: Fact, value: object) -> tuple[object, bool]:
    try:
        return read_value(fact, value), False
    except Unfit:
        return None, True


@pytest.fixture
def program(tmp_path):
    (tmp_path / "facts.yaml").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return perfrules.load(tmp_path / "policy.yaml", as_of="2024-01-31")


def given_as_rows(program):
    return program.run(program.facts({"department": DEPARTMENTS, "project": PROJECTS}, period=2023))


def frames(tmp_path, how: str):
    departments, projects = pl.DataFrame(DEPARTMENTS), pl.DataFrame(PROJECTS)
    if how == "csv":
        departments.write_csv(tmp_path / "d.csv")
        projects.write_csv(tmp_path / "p.csv")
        return {"department": tmp_path / "d.csv", "project": str(tmp_path / "p.csv")}
    if how == "parquet":
        money = pl.col("budget", "paid", "funds").cast(pl.Decimal(18, 2))
        typed = departments.with_columns(money, pl.col("new").replace_strict({"yes": True, "no": False, "": None}))
        for number, part in enumerate(typed.iter_slices(2)):
            part.write_parquet(tmp_path / f"d{number}.parquet")
        projects.write_parquet(tmp_path / "p.parquet")
        return {"department": tmp_path / "d*.parquet", "project": [tmp_path / "p.parquet"]}
    if how == "batches":
        return {"department": list(departments.iter_slices(2)), "project": Stream(projects)}
    return {"department": departments.lazy(), "project": projects}


class Stream:
    """Anything that gives an Arrow stream."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema=None):
        return self.frame.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize("how", ["csv", "parquet", "batches", "frames"])
def test_what_streams_is_what_a_run_says(program, tmp_path, how):
    said = given_as_rows(program)
    streamed = program.stream(program.scan_facts(frames(tmp_path, how), period=2023))
    rulings = {(f"{k}/{i}", r): v for k, i, r, v in streamed.rulings.collect().iter_rows()}
    assert rulings == {(r.subject, r.rule): r.verdict for r in said.rulings}
    assert set(rulings.values()) == {"holds", "does-not-hold", "undecided"}
    entries = sorted(streamed.entries.collect().rows(), key=str)
    assert entries == sorted(
        ((e.debit, e.credit, e.subject, e.period, e.amount, e.rules[0], e.pool) for e in said.entries if e.subject), key=str
    )
    assert entries
    claims = {(f"{k}/{i}", r, a, s): m for k, i, r, a, _, _, _, _, m, s in streamed.claims.collect().iter_rows()}
    scale = Decimal(1).scaleb(-2)
    expected = {(c.subject, c.rule, c.action, c.state): None if c.amount is None else c.amount * scale for c in said.statement.claims}
    assert claims == expected
    assert [(p.pool, p.taken, p.given, p.settled) for p in streamed.pools] == [(p.pool, p.taken, p.given, p.settled) for p in said.pools]


def test_decide_all_is_what_decide_says(program, tmp_path):
    decided = program.decide_all("department", program.scan_facts(frames(tmp_path, "frames"), period=2023)).collect()
    verdicts = {(f"department/{row['id']}", rule): row[rule] for row in decided.iter_rows(named=True) for rule in program.rules}
    words = {"holds": True, "does-not-hold": False, "undecided": None}
    assert verdicts == {(r.subject, r.rule): words[r.verdict] for r in given_as_rows(program).rulings}
    amounts = dict(decided.select("id", "execution/slow deduct funds").iter_rows())
    assert amounts == {"A": 10_001, "B": None, "C": None, "D": None, "E": None}


def test_tables_are_written_whole_or_not_at_all(program, tmp_path):
    streamed = program.stream(program.scan_facts(frames(tmp_path, "frames"), period=2023))
    streamed.write(tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [f"{name}.parquet" for name in sorted(TABLES)]
    assert pl.read_parquet(tmp_path / "out" / "rulings.parquet").height == streamed.rulings.collect().height
    with pytest.raises(perfrules.Refused, match="PR908"):
        streamed.write(tmp_path / "out")


def test_what_can_not_be_written_is_refused_and_nothing_else_is_touched(program, tmp_path, monkeypatch):
    streamed = program.stream(program.scan_facts(frames(tmp_path, "frames"), period=2023))
    precious = tmp_path / "out.part" / "x"
    precious.parent.mkdir()
    precious.write_text("precious", encoding="utf-8")
    streamed.write(tmp_path / "out")
    assert precious.read_text(encoding="utf-8") == "precious"
    (tmp_path / "file").write_text("", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    for call in (streamed.write, streamed.text):
        with pytest.raises(perfrules.Refused, match="PR628"):
            call(None)
    for target, why in ((tmp_path / "file" / "out", "路径中有一段不是文件夹"), (tmp_path / ("long" * 100), "名称过长")):
        with pytest.raises(perfrules.Refused) as refused:
            streamed.write(target)
        assert f"`：{why}\n" in perfrules.render(refused.value.problems[0], "zh")

    def full(*_: object) -> None:
        raise pl.exceptions.ComputeError("parquet: underlying IO error: No space left on device (os error 28): a/b.parquet")

    monkeypatch.setattr(pl.LazyFrame, "sink_parquet", full)
    with pytest.raises(perfrules.Refused) as refused:
        streamed.write(tmp_path / "full")
    for language, why in (("en", " can't be written: the disk is full\n"), ("zh", "：磁盘已满\n")):
        assert why in perfrules.render(refused.value.problems[0], language)
    assert sorted(tmp_path.iterdir()) == before


def test_what_is_gone_once_it_was_looked_at_is_refused_by_its_name(program, tmp_path):
    given = frames(tmp_path, "parquet")
    facts = program.scan_facts(given, period=2023)
    streamed = program.stream(facts)
    for path in tmp_path.glob("*.parquet"):
        path.unlink()
    for call in (lambda: streamed.write(tmp_path / "out"), lambda: program.stream(facts)):
        with pytest.raises(perfrules.Refused, match=r"PR120.*d\*.parquet"):
            call()
    assert not (tmp_path / "out").exists()


def test_of_a_kind_without_rules_there_is_nothing_but_its_ids(program, tmp_path):
    decided = program.decide_all("project", program.scan_facts(frames(tmp_path, "frames"), period=2023)).collect()
    assert decided.to_dict(as_series=False) == {"id": ["P0", "P1", "P2", "P3"]}


BAD = [
    ({"budget": pl.Series([1.5] * 5)}, ["PR644"]),
    ({"budget": pl.Series([1, 2, -3, -4, 5])}, ["PR603", "PR603"]),
    ({"budget": pl.Series(["1", "x", "1e5", "12万", "0.001"])}, ["PR604", "PR609", "PR609", "PR609"]),
    ({"score": pl.Series([-1] * 5)}, ["PR603"] * 5),
    ({"id": pl.Series(["A", "B", "A", "D", "A"])}, ["PR605"]),
    ({"id": pl.Series(["A", "B", "", None, "\u202e"])}, ["PR104", "PR617", "PR617"]),
    ({"id": pl.Series(["A", "B", "C", "D", "合计"])}, ["PR635"]),
    ({"period": pl.Series(["2023", "2023", "23", "2023", "2023"])}, ["PR612"]),
    ({"gradee": pl.Series(["A"] * 5), "grade": None}, ["PR601"]),
    ({"grade": pl.Series(["A", "C", "C", "C", "B"])}, ["PR613"] * 3),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "codes"), BAD, ids=lambda value: "-".join(value) if isinstance(value, (dict, list)) else None)
def test_what_can_not_be_read_is_refused_by_column_and_row(program, columns, codes):
    added = {name: column for name, column in columns.items() if column is not None}
    table = pl.DataFrame(DEPARTMENTS).with_columns(**added).drop(name for name, column in columns.items() if column is None)
    with pytest.raises(perfrules.Refused) as refused:
        program.scan_facts({"department": table}, period=2023)
    assert sorted(p.code for p in refused.value.problems if p.severity == "error") == codes


def test_many_bad_rows_are_counted(program):
    table = pl.DataFrame({"id": [f"{n:02}" for n in range(20)], "budget": [-1] * 20})
    with pytest.raises(perfrules.Refused) as refused:
        program.scan_facts({"department": table}, period=2023)
    assert [p.code for p in refused.value.problems] == ["PR603"] * 5 + ["PR740"]
    assert refused.value.problems[-1].said("en") == "15 more rows have something like this in `budget`"


def test_rows_belong_to_rows_that_are_there(program):
    tables = {"department": pl.DataFrame(DEPARTMENTS), "project": pl.DataFrame([{"id": "P", "department": "Z"}, {"id": "Q", "department": ""}])}
    with pytest.raises(perfrules.Refused) as refused:
        program.scan_facts(tables, period=2023)
    assert [p.code for p in refused.value.problems] == ["PR621", "PR620"]


def test_facts_of_others_and_years_that_are_not_there(program):
    facts = program.scan_facts({"department": pl.DataFrame(DEPARTMENTS)}, period=2023)
    with pytest.raises(perfrules.Refused, match="PR706"):
        program.stream(facts, period=2022)
    with pytest.raises(perfrules.Refused, match="PR628"):
        program.stream(program.facts({"department": DEPARTMENTS}, period=2023))
    other = perfrules.load(TOWN / "policy.yaml", as_of=AS_OF)
    with pytest.raises(perfrules.Refused, match="PR629"):
        other.stream(facts)


def test_a_requirement_that_is_not_met_stops_the_stream(tmp_path):
    (tmp_path / "facts.yaml").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY.replace("10% * funds", "funds - 900元"), encoding="utf-8")
    program = perfrules.load(tmp_path / "policy.yaml", as_of="2024-01-31")
    rows = [{**DEPARTMENTS[0], "id": f"D{n}", "funds": str(n)} for n in (899, 900)]
    with pytest.raises(perfrules.Refused) as refused:
        program.stream(program.scan_facts({"department": pl.DataFrame(rows)}, period=2023))
    assert [(p.code, p.where) for p in refused.value.problems] == [("PR701", "department/D899")]
