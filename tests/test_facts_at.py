"""Facts are read from tables of somebody's database: with every check of a reader, and the run is what it is from files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import duckdb
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

import perfrules
from perfrules import sql
from perfrules.core.problem import Refused
from perfrules.engines.databases import connected
from perfrules.engines.described import Described
from postgres import postgres
from test_front import err, out
from test_front import perfrules as command

FACTS = """
facts: town
extends: budget
kinds:
  department:
    facts: {budget: {is: money}, paid: {is: money}, since: {is: date}}
  item:
    belongs_to: department
    facts: {cost: {is: money}}
"""
POLICY = """
policy: execution
facts: town
subject: department
rules:
  - {rule: slow, when: paid < 85% * budget and since < 2021-01-01, then: summon, because: slow}
  - {rule: costly, when: sum(cost over items) > budget, then: summon, because: costly}
"""
LEDGER = """
mapping: ledger
facts: town
tables:
  department: {from: [finance.units, finance.branches], columns: {id: UNIT, period: YEAR, budget: {column: PLAN, in: 万元}, paid: SPENT, since: BEGUN}}
  item: {from: works, columns: {id: NO, department: DEPT, cost: COST}}
"""
COLUMNS = '("UNIT" VARCHAR(9), "YEAR" INT, "PLAN" DECIMAL(18, 6), "SPENT" DECIMAL(18, 2), "BEGUN" DATE, "NOT READ" INT)'
TABLES = [
    "CREATE SCHEMA finance",
    f"CREATE TABLE finance.units {COLUMNS}",
    f"CREATE TABLE finance.branches {COLUMNS}",
    'CREATE TABLE works ("NO" INT, "DEPT" VARCHAR(9), "COST" DECIMAL(18, 2))',
    "INSERT INTO finance.units VALUES ('A', 2023, 0.01, 84.99, '2020-01-01', 1), ('B', 2023, 0.01, 85, '2020-01-01', 1), ('B', 2022, 0.01, 1, '2020-01-01', 1)",
    "INSERT INTO finance.branches VALUES ('C', 2023, 0.01, NULL, '2020-01-01', 1), ('D', 2023, 0.02, 1, '2022-01-01', 1)",
    "INSERT INTO works VALUES (1, 'A', 100), (2, 'A', 0.01), (3, 'B', 100)",
    "CREATE TABLE department (id VARCHAR(9), period INT, budget DECIMAL(18, 2), paid DECIMAL(18, 2), since DATE)",
    "CREATE TABLE item (id INT, department VARCHAR(9), period INT, cost DECIMAL(18, 2))",
    "INSERT INTO department VALUES ('E', 2023, 100, 84.99, '2020-01-01')",
    "CREATE TABLE floats (\"UNIT\" VARCHAR(9), \"SPENT\" DOUBLE PRECISION)",
    'CREATE TABLE partly (paid DECIMAL(18, 2), "UNIT" VARCHAR(9), "PLAN" DECIMAL(18, 6), since DATE, period INT, rough DOUBLE PRECISION)',
    "INSERT INTO partly VALUES (84.99, 'A', 100, '2020-01-01', 2023, 0.5), (85, 'B', 100, '2020-01-01', 2023, 0.5)",
    "INSERT INTO floats VALUES ('A', 84.99)",
]
VERDICTS = {
    ("A", "slow"): "holds", ("B", "slow"): "does-not-hold", ("C", "slow"): "undecided", ("D", "slow"): "does-not-hold",
    ("A", "costly"): "holds", ("B", "costly"): "does-not-hold", ("C", "costly"): "does-not-hold", ("D", "costly"): "does-not-hold",
}  # fmt: skip


def say(address: str, *statements: str) -> None:
    path = address.removeprefix("duckdb:///")
    with duckdb.connect(path) if path != address else psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def address(request, tmp_path_factory) -> Iterator[str]:
    if request.param == "duckdb":
        address = f"duckdb:///{tmp_path_factory.mktemp('database') / 'facts.db'}"
        say(address, *TABLES)
        yield address
    else:
        with postgres() as found:
            address = "postgresql://{user}@{host}:{port}/{dbname}".format(**conninfo_to_dict(found))
            say(address, *TABLES)
            yield address


@pytest.fixture
def program(tmp_path) -> perfrules.Program:
    for name, text in (("facts", FACTS), ("policy", POLICY), ("ledger", LEDGER)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return perfrules.load(tmp_path / "policy.yaml", as_of="2024-01-31")


def test_tables_that_a_mapping_names_are_read_and_judged(program, address, tmp_path):
    facts = sql.read_tables(program, address, period=2023, mapping=tmp_path / "ledger.yaml")
    for engine, connect in (("record", ""), ("sql", address)):
        outcome = program.run(facts, period=2023, engine=engine, connect=connect)
        found = {(r.subject.partition("/")[2], r.rule.partition("/")[2]): r.verdict for r in outcome.rulings}
        assert found == VERDICTS


def test_what_a_mapping_does_not_name_is_read_by_its_own_name(program, address, tmp_path):
    """As in a view, and in a file."""
    ledger = tmp_path / "ledger.yaml"
    ledger.write_text("mapping: ledger\nfacts: town\ntables: {department: {from: partly, columns: {id: UNIT, budget: PLAN}}}\n", encoding="utf-8")
    facts = sql.read_tables(program, address, period=2023, mapping=ledger)
    assert facts.notices == ()
    verdicts = {(r.subject, r.rule): r.verdict for r in program.run(facts).rulings if r.rule.endswith("slow")}
    assert verdicts == {("department/A", "execution/slow"): "holds", ("department/B", "execution/slow"): "does-not-hold"}
    if address.startswith("duckdb"):
        with duckdb.connect(address.removeprefix("duckdb:///")) as connection:
            connection.execute(sql.views(program, "duckdb", period=2023, mapping=ledger))
            seen = connection.execute("SELECT kind || '/' || id, rule, verdict FROM perfrules_rulings WHERE rule LIKE '%slow'").fetchall()
            for name in ("rulings", "claims"):
                connection.execute(f"DROP VIEW perfrules_{name}")
        assert {(subject, rule): verdict for subject, rule, verdict in seen} == verdicts


@pytest.mark.parametrize("address", ["postgres"], indirect=True)
def test_all_tables_are_read_as_of_one_moment(address):
    with connected(address) as ours, psycopg.connect(address, autocommit=True) as other:
        before = list(ours.rows("SELECT COUNT(*) FROM partly"))
        other.execute("DELETE FROM partly")
        assert list(ours.rows("SELECT COUNT(*) FROM partly")) == before
        other.execute(next(statement for statement in TABLES if statement.startswith("INSERT INTO partly")))


def test_tables_called_after_kinds_need_no_mapping(program, address):
    facts = sql.read_tables(program, address)
    outcome = program.run(facts, engine="sql", connect=address)
    assert [(r.subject, r.rule, r.verdict) for r in outcome.rulings][:2] == [("department/E", "execution/costly", "does-not-hold"), ("department/E", "execution/slow", "holds")]


@pytest.mark.parametrize(
    ("ledger", "code", "said"),
    [("{from: floats, columns: {id: UNIT, paid: SPENT}}", "PR644", "SPENT"), ("{from: gone, columns: {id: UNIT, paid: SPENT}}", "PR738", "gone"), ("{from: a.b.c.gone, columns: {id: UNIT, paid: SPENT}}", "PR738", "three parts"), ("{from: works, columns: {id: NO, paid: GONE}}", "PR642", "GONE")],
)  # fmt: skip
def test_what_can_not_be_read_is_said(program, address, tmp_path, ledger, code, said):
    (tmp_path / "ledger.yaml").write_text(f"mapping: ledger\nfacts: town\ntables:\n  department: {ledger}\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        sql.read_tables(program, address, period=2023, mapping=tmp_path / "ledger.yaml")
    assert [p.code for p in refused.value.problems if p.severity == "error"] == [code]
    assert said in str(refused.value)


def test_all_tables_that_are_not_there_are_said_at_once_and_no_file_is_one(program, address, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "u.csv").write_text("UNIT,SPENT\nA,1\n", encoding="utf-8")
    ledger = tmp_path / "ledger.yaml"
    ledger.write_text("mapping: ledger\nfacts: town\ntables:\n  department: {from: [gone, u.csv], columns: {id: UNIT, paid: SPENT}}\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        sql.read_tables(program, address, period=2023, mapping=ledger)
    assert [(p.code, p.place.removeprefix(str(ledger))) for p in refused.value.problems] == [("PR738", ":4:23"), ("PR738", ":4:29")]


@pytest.mark.parametrize("address", ["postgres"], indirect=True)
def test_columns_that_are_read_are_all_that_a_role_must_be_allowed_to_select(program, address, tmp_path):
    say(address, "CREATE ROLE clerk LOGIN", 'GRANT SELECT ("UNIT", paid, period) ON partly TO clerk')
    ledger, own = tmp_path / "ledger.yaml", address.replace("postgres@", "clerk@")
    ledger.write_text("mapping: ledger\nfacts: town\ntables: {department: {from: partly, columns: {id: UNIT, budget: PLAN}}}\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        sql.read_tables(program, own, mapping=ledger)
    assert [(p.place.removeprefix(str(ledger)), p.message) for p in refused.value.problems] == [
        (":3:65", "the table `partly` has no column `PLAN` that may be selected"), ("partly.since", "the table `partly` has no column `since` that may be selected"),
    ]  # fmt: skip
    say(address, 'GRANT SELECT ("PLAN", since) ON partly TO clerk')  # and `rough` is read by nobody
    assert sql.read_tables(program, own, mapping=ledger).rows() == sql.read_tables(program, address, mapping=ledger).rows()


def test_of_several_tables_it_is_said_which_one_has_no_such_column_or_none_that_can_be_read(program, address, tmp_path):
    """A mapping names the column once for all of them."""
    say(address, "CREATE TABLE IF NOT EXISTS later (\"UNIT\" VARCHAR(9), \"SPENT\" DOUBLE PRECISION)")
    ledger = tmp_path / "ledger.yaml"
    text = "mapping: ledger\nfacts: town\ntables: {department: {from: [finance.units, later, finance.branches], columns: {id: UNIT, paid: SPENT, budget: PLAN}}}\n"
    ledger.write_text(text, encoding="utf-8")
    dialect = "duckdb" if address.startswith("duckdb") else "postgres"
    with pytest.raises(Refused) as refused:
        sql.views(program, dialect, period=2023, mapping=ledger, connect=address)
    said = [p.message for p in refused.value.problems if "since" not in p.message]
    assert said == ["the column `later.SPENT` holds binary floating-point numbers, which are not exact", "the table `later` has no column `PLAN`"]


def test_what_types_columns_have_is_asked_once_of_each_table(program, address, tmp_path, monkeypatch):
    asked, answers = [], Described.answers
    monkeypatch.setattr(Described, "answers", lambda seen, questions: asked.append(seen.table.name) or answers(seen, questions))
    sql.read_tables(program, address, period=2023, mapping=tmp_path / "ledger.yaml")
    assert asked == ["units", "branches", "works"]


def test_a_column_that_nothing_reads_is_no_news_where_a_row_is_refused_either(program, address, tmp_path):
    say(address, "CREATE TABLE IF NOT EXISTS twice (id VARCHAR(9), paid DECIMAL(18, 2), period INT, unread INT)", "DELETE FROM twice", "INSERT INTO twice VALUES ('A', 1, 2023, 1), ('A', 1, 2023, 1)")
    (tmp_path / "ledger.yaml").write_text("mapping: ledger\nfacts: town\ntables: {department: {from: twice, columns: {paid: paid}}}\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        sql.read_tables(program, address, mapping=tmp_path / "ledger.yaml")
    assert [p.code for p in refused.value.problems] == ["PR605"]


@pytest.mark.parametrize("address", ["postgres"], indirect=True)
def test_texts_are_what_they_are_whatever_encoding_a_role_is_given(program, address):
    """A name that the encoding does not have could neither be read nor be asked for."""
    say(address, "CREATE ROLE abroad LOGIN", "ALTER ROLE abroad SET client_encoding = 'LATIN1'", "CREATE SCHEMA abroad AUTHORIZATION abroad")
    own = address.replace("postgres@", "abroad@")
    say(own, "CREATE TABLE abroad.department (id TEXT, period INT, paid NUMERIC(18, 2))", "INSERT INTO abroad.department VALUES (U&'\\90E8\\95E8', 2023, 1)")
    say(own, "CREATE TABLE abroad.item (id TEXT, period INT, department TEXT)")
    facts = sql.read_tables(program, own)
    assert facts.table("department", 2023).ids == ["部门"]
    assert program.run(facts, engine="sql", connect=own).json() == program.run(facts).json()


LOST = """
import sys

import psycopg

from perfrules.core.problem import Refused
from perfrules.engines.databases import connected


def ids(server):
    yield "A"
    with psycopg.connect(sys.argv[1], autocommit=True) as other:
        other.execute("SELECT PG_TERMINATE_BACKEND(%s)", [server])
    yield from "B" * 100_000


try:
    with connected(sys.argv[1]) as database:
        database.load("lost", {"id": "TEXT"}, [ids(database.connection.info.backend_pid)])
except Refused as refused:
    print(*(problem.code for problem in refused.problems))
"""


@pytest.mark.parametrize("address", ["postgres"], indirect=True)
def test_a_connection_that_is_lost_in_the_middle_is_said_by_a_problem_alone(address):
    done = subprocess.run([sys.executable, "-c", LOST, address], capture_output=True, text=True, encoding="utf-8")
    assert (done.stdout, done.stderr) == ("PR733\n", "")


def dated(program, address: str, tmp_path, type_: str, *values: str) -> list[object]:
    """The days that are read from a column of a type; a value that is none is said."""
    bc = "-03-15 BC" if address.startswith("postgres") else "-03-15 (BC)"
    rows = ", ".join(f"('U{n}', '{value.replace('-BC', bc)}')" for n, value in enumerate(values))
    say(address, "DROP TABLE IF EXISTS days", f"CREATE TABLE days (id VARCHAR(9), since {type_})", f"INSERT INTO days VALUES {rows}")
    (tmp_path / "days.yaml").write_text("mapping: days\nfacts: town\ntables: {department: {from: days, columns: {since: since}}}\n", encoding="utf-8")
    try:
        facts = sql.read_tables(program, address, period=2023, mapping=tmp_path / "days.yaml")
    except Refused as refused:
        return [p.message for p in refused.problems]
    return [str(row["since"]) for row in facts.rows()["department"]]


@pytest.mark.parametrize("type_", ["DATE", "TIMESTAMP"])
def test_only_days_that_there_are_in_python_are_read_as_days(program, address, tmp_path, type_):
    ends = ["0001-01-01", "2020-02-29", "9999-12-31"]
    assert dated(program, address, tmp_path, type_, *ends) == ends
    said = dated(program, address, tmp_path, type_, "infinity", "-infinity", "0044-BC", "10000-01-01")
    bc = "0044-03-15 BC" if address.startswith("postgres") else "0044-03-15 (BC)"
    assert said == [f"`{value}` for `since` is no date" for value in ("infinity", "-infinity", bc, "10000-01-01")]


@pytest.mark.parametrize("type_", ["TIMESTAMP", "TIMESTAMPTZ"])
def test_a_point_of_time_is_a_day_only_at_its_midnight(program, address, tmp_path, type_):
    (said,) = dated(program, address, tmp_path, type_, "2020-02-29 00:00:00.000001")
    assert said.startswith("`2020-02-29 00:00:00.000001")
    (said,) = dated(program, address, tmp_path, "TIMESTAMPTZ", "-infinity")
    assert said == "`-infinity` for `since` is no date"


@pytest.mark.parametrize("address", ["duckdb"], indirect=True)
def test_a_billionth_of_a_second_after_midnight_is_not_dropped(program, address, tmp_path):
    assert dated(program, address, tmp_path, "TIMESTAMP_NS", "2020-02-29 00:00:00") == ["2020-02-29"]
    assert dated(program, address, tmp_path, "TIMESTAMP_NS", "2020-02-29 00:00:00.000000001") == ["`2020-02-29 00:00:00.000000001` for `since` is no date"]


@pytest.mark.parametrize("address", ["postgres"], indirect=True)
def test_how_a_server_writes_days_changes_none(program, address, tmp_path):
    assert dated(program, f"{address}?options=-cdatestyle%3DGerman", tmp_path, "DATE", "2020-02-29") == ["2020-02-29"]


@pytest.mark.parametrize("address", ["postgres"], indirect=True)
@pytest.mark.parametrize("type_", ["JSON", "JSONB"])
def test_documents_are_no_values(program, address, tmp_path, type_):
    say(address, "DROP TABLE IF EXISTS documents", f"CREATE TABLE documents (id TEXT, paid {type_}, since {type_}, other {type_})", "INSERT INTO documents VALUES ('A', '84', NULL, '{}')")
    (tmp_path / "ledger.yaml").write_text("mapping: ledger\nfacts: town\ntables: {department: {from: documents, columns: {paid: paid}}}\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        sql.read_tables(program, address, period=2023, mapping=tmp_path / "ledger.yaml")
    words = {"paid": "an amount of money", "since": "a date"}
    assert [(p.code, p.message) for p in refused.value.problems] == [("PR743", f"the column `documents.{c}` is of the type `{type_.lower()}`, which can't be read as {said}") for c, said in words.items()]


def test_the_command_runs_where_the_facts_are(program, address, tmp_path):
    asked = ("run", "policy.yaml", "--as-of", "2024-01-31", "--period", "2023", "--engine", "sql", "--mapping", "ledger.yaml")
    done = command(*asked, "--connect", address, folder=tmp_path)
    assert (done.returncode, err(done)) == (0, "")
    assert "execution/slow        1              2          1" in out(done)
    nothing = command(*asked, folder=tmp_path)
    assert nothing.returncode == 2
    assert "--connect" in err(nothing)


def test_the_module_is_imported_when_it_is_asked_for():
    code = "import perfrules; print(perfrules.sql.views.__name__, 'sqlglot' in __import__('sys').modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "views False\n"
