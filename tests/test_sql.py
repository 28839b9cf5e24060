"""The SQL engine gives what a plan means, in every database that it runs in, and what databases refuse is said."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession
from sqlglot import exp

import every_step
import perfrules
import sparks
from corpus import DAY, PERIOD, WITHIN, Example, examples
from generated import facts
from generated_money import budgets
from perfrules.core.facts import Facts
from perfrules.core.problem import Refused
from perfrules.core.vocabulary import Vocabulary
from perfrules.engines.conformance import Engine, disagreements
from perfrules.engines.databases import Database, PostgreSQL, connected, run, sql_engine
from perfrules.engines.dialects import DIALECTS, Division
from perfrules.engines.record import run as record
from perfrules.engines.spark import LOOPBACK, OWN
from perfrules.language import plan
from perfrules.pipeline.questions import questions
from postgres import postgres
from sparks import IN_FULL
from test_corpus import FOLDERS, Runner, suite

HOME = Path(__file__).resolve().parent.parent
LUOJIANG = HOME / "policies" / "luojiang"
FEW = 12
SOME = ("ranks", "pools-shares")
TOGETHER = FEW if IN_FULL else 2
COMPILED = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "CODEGEN_ONLY"}


def engine_of(database: Database, end) -> Engine:
    def execute(steps: plan.Plan, facts: Facts, period: int):
        try:
            return run(database, steps, facts, period)
        finally:
            end()

    return execute


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgres() as found:
        yield found


@pytest.fixture(scope="module")
def server(address) -> Iterator[Engine]:
    with psycopg.connect(address) as connection:
        yield engine_of(PostgreSQL(connection), connection.rollback)


@pytest.fixture(scope="module")
def spark() -> Iterator[str]:
    with sparks.spark() as found:
        yield found


@pytest.fixture(scope="module", params=["duckdb", "postgres", "spark"])
def engine(request) -> Engine:
    match request.param:
        case "duckdb":
            return sql_engine()
        case "postgres":
            return request.getfixturevalue("server")
    return sql_engine(request.getfixturevalue("spark"))


@pytest.fixture(params=["duckdb", "postgres", "spark", "spark compiled"])
def database(request) -> Iterator[Database]:
    if request.param == "postgres":
        with psycopg.connect(request.getfixturevalue("address")) as connection:
            yield PostgreSQL(connection)
            connection.rollback()
    else:
        with connected("" if request.param == "duckdb" else request.getfixturevalue("spark")) as found:
            for name, value in COMPILED.items() if "compiled" in request.param else ():
                found.session.conf.set(name, value)
            yield found


def check(engine: Engine, example: Example) -> None:
    if example.program is not None:
        asked = questions(example.program)
        assert not disagreements(engine, example.program.plan, example.decided, PERIOD, asked, DAY)


# agreement


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    [one] = examples(1)
    return one.library.policies[0].vocabulary


def test_every_step_and_scalar_does_what_it_means(engine, vocabulary):
    assert not disagreements(engine, every_step.STEPS, every_step.facts(vocabulary), every_step.YEAR, (), DAY)


@pytest.mark.parametrize("id_", [True, False])
def test_the_same_is_said_of_what_is_not_met(engine, vocabulary, id_):
    said = []
    for one in (record, engine):
        with pytest.raises(Refused) as refused:
            one(every_step.unmet(id_=id_), every_step.facts(vocabulary), every_step.YEAR)
        said.append([(p.code, p.where, p.message) for p in refused.value.problems])
    assert said[0] == said[1]
    assert {code for code, _, _ in said[0]} == {"PR703"}


@pytest.mark.parametrize("engine", ["duckdb", "postgres"], indirect=True)
def test_generated_policies_come_out_as_they_are_meant(engine):
    for example in examples(FEW):
        check(engine, example)


def together(some: Iterable[Example]) -> Example:
    """Policies as one program: what takes its time for each step does less than of each alone."""
    found = [example for example in some if example.program is not None]
    named = (example.text.replace("policy: made", f"policy: made{n}", 1) for n, example in enumerate(found))
    return Example(tuple(named), found[0].rows)


def test_generated_policies_come_out_as_they_are_meant_together(engine):
    example = together(examples(TOGETHER))
    assert len(example.program.judged) >= TOGETHER
    check(engine, example)


@settings(max_examples=FEW)
@given(budgets(), facts())
def test_money_comes_out_as_it_is_meant(texts, rows):
    check(sql_engine(), Example(tuple(texts), rows, WITHIN))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_case_of_the_corpus_comes_out_as_expected(folder):
    runner, cases = Runner(sql_engine()), suite.collect(folder).cases
    assert cases
    assert all(runner.run(case).passed for case in cases)


@pytest.mark.parametrize("folder", FOLDERS if IN_FULL else [f for f in FOLDERS if f.name in SOME], ids=lambda path: path.name)
def test_a_case_of_the_corpus_comes_out_as_expected_in_spark(spark, folder):
    runner, cases = Runner(sql_engine(spark)), suite.collect(folder).cases
    assert cases
    assert all(runner.run(case).passed for case in (cases if IN_FULL else cases[:1]))


def check_run(path: str, as_of: str, period: int, connect: str = "") -> None:
    program = perfrules.load(LUOJIANG / path, as_of=as_of)
    given = program.read_facts(HOME / "examples" / "luojiang-2023" / "facts")
    assert program.run(given, period=period, engine="sql", connect=connect).json() == program.run(given, period=period).json()


@pytest.mark.parametrize(("path", "as_of", "period"), [("operating-funds.yaml", "2024-01-31", 2022), ("", "2023-12-31", 2023)])
def test_a_run_gives_what_the_record_engine_gives_to_the_byte(path, as_of, period):
    check_run(path, as_of, period)


def test_a_year_in_spark_is_what_the_record_engine_gives_to_the_byte(spark):
    check_run("", "2023-12-31", 2023, spark)


# whole numbers

EDGES = [0, 1, 6, 7, 10**18, 2**63 - 1, 2**63, 10**20 - 1, 10**20, 10**37 + 1, 10**38 - 8, 10**38 - 1]
DIVISORS = [1, 2, 7, 10**18, 10**19 + 1, 2**63, 10**20 - 1, 10**20, 10**37, 10**38 - 1]


def quotients(database: Database, pairs: list[tuple[int, int]], bits: int) -> list[list[int]]:
    """Of a table of pairs, what the dialect makes of its columns, and of the first with the second as it is written."""
    dialect = DIALECTS[database.dialect]
    type_ = dialect.type_of("whole", bits).sql(dialect.name)
    table = f"perfrules_pairs_{bits}_{min(a for a, _ in pairs) < 0}"
    database.load(table, {"n": type_, "a": type_, "b": type_}, [list(range(len(pairs))), *map(list, zip(*pairs, strict=True))])
    is_natural = all(a >= 0 for a, _ in pairs)
    divisors = [exp.column("b"), *map(exp.Literal.number, dict.fromkeys(b for _, b in pairs))]
    made = [dialect.div_floor(Division(exp.column("a"), divisor, bits, is_natural)) for divisor in divisors]
    query = exp.select(*(exp.alias_(e, f"q{n}") for n, e in enumerate(made))).from_(table).order_by("n")
    return [[int(cell) for cell in row] for row in database.rows(query.sql(dialect.name))]


@pytest.mark.parametrize("signs", [(1, -1), (1,)], ids=["of either sign", "never below zero"])
@pytest.mark.parametrize("bits", [64, 128])
def test_quotients_go_down_to_the_last_digit(database, bits, signs):
    most = 2**63 - 1 if bits == 64 else 10**38 - 1
    dividends = [sign * edge for edge in EDGES if edge <= most for sign in signs]
    divisors = [divisor for divisor in DIVISORS if divisor <= most]
    pairs = [(a, b) for a in dividends for b in divisors]
    assert quotients(database, pairs, bits) == [[a // b, *(a // one for one in divisors)] for a, b in pairs]


GREATEST = {"c1": "DECIMAL(38, 0)"}
TOO_LARGE = {
    "a sum of two": "c1 + 1",
    "a difference": "-c1 - 1",
    "a product": "c1 * 10",
    "a sum": "SUM(c1)",
    "a running sum": "SUM(c1) OVER (ORDER BY c1 ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
    "64 bits": "CAST(9223372036854775807 AS BIGINT) + CAST(c1 - c1 + 1 AS BIGINT)",
}


def test_what_gets_too_large_in_spark_stops_the_run_and_is_said_in_a_line(spark):
    with connected(spark) as database:
        assert [*database.rows("SELECT '${spark.app.name}'")] == [("${spark.app.name}",)]
        database.load("perfrules_large", GREATEST, [[10**38 - 1, 10**38 - 1]])
        for what, made in TOO_LARGE.items():
            for ask in (lambda query: list(database.rows(query)), lambda query: database.keep("perfrules_made", query)):
                with pytest.raises(Refused) as refused:
                    ask(f"SELECT {made} AS c1 FROM perfrules_large")
                (problem,) = refused.value.problems
                assert problem.code == "PR733", what
                assert re.search(r"refused: \[(NUMERIC_VALUE_OUT_OF_RANGE|ARITHMETIC_OVERFLOW)\b[^\n]*SQLSTATE: 22003$", problem.message), problem.message
                assert not re.search("ansi|try_|NULL|java|==", problem.message), problem.message


def test_what_spark_keeps_is_guessed_no_larger_by_what_it_was_made_of(spark):
    """Guesses were multiplied by each join: after the rounds of a pool that is shared again, planning had no end."""
    with connected(spark) as database:
        database.load("t0", {"a": "INT"}, [["1"]])
        for n in range(4):
            database.keep(f"t{n + 1}", f"SELECT x.a FROM t{n} AS x JOIN t{n} AS y ON x.a = y.a")
        guessed = database.session.table("t4")._jdf.queryExecution().optimizedPlan().stats().sizeInBytes()
        assert int(str(guessed)) < 2**63
        assert [tuple(row) for row in database.rows("SELECT a FROM t4")] == [(1,)]


def test_a_task_of_spark_that_fails_is_said_in_a_line(spark, tmp_path):
    with connected(spark) as database:
        database.session.range(3).write.parquet(str(tmp_path / "some"))
        database.session.read.parquet(str(tmp_path / "some")).createOrReplaceTempView("some")
        for part in tmp_path.rglob("*.parquet"):
            part.unlink()
        with pytest.raises(Refused) as refused:
            database.keep("perfrules_made", "SELECT id FROM some")
        (problem,) = refused.value.problems
        assert problem.code == "PR733"
        assert "FILE_NOT_EXIST" in problem.message
        assert not re.search(r"\n|\tat |\bjava\.", problem.message), problem.message
        assert not database.session.catalog.tableExists("perfrules_made")


# sessions of Spark


def refusal(connect: str) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        connected(connect).__enter__()
    (problem,) = refused.value.problems
    return problem.code, problem.message


@pytest.mark.parametrize("address", ["spark://", "spark://finance", "spark://local[x]", "spark://local[2]/", "spark://a:1,b"])
def test_what_is_no_address_of_spark_is_refused(address):
    assert refusal(address) == ("PR731", f"no database is known at `{address}`")


def test_a_password_of_an_unknown_address_is_not_said():
    assert refusal("mysql://who:s@:/cret@host/name") == ("PR731", "no database is known at `mysql://who:…@host/name`")


def test_a_master_that_does_not_answer_is_said_at_once():
    assert refusal("spark://127.0.0.1:1") == ("PR733", "the database (spark) refused: nothing answers at 127.0.0.1:1")


def test_spark_without_the_extra_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.delitem(sys.modules, "perfrules.engines.spark", raising=False)
    monkeypatch.delattr("perfrules.engines.spark", raising=False)
    assert refusal("spark://local")[0] == "PR902"


def test_a_context_that_runs_is_used_and_goes_on_as_it_was(spark):
    conf = SparkConf().setMaster("local[2]").setAppName("of the host").setAll([*OWN.items(), *LOOPBACK.items()])
    with SparkContext(conf=conf) as context:
        session = SparkSession(context)
        session.conf.set("spark.sql.ansi.enabled", "false")
        with connected(spark) as database:
            database.load("perfrules_large", GREATEST, [[10**38 - 1]])
            assert database.session.sparkContext is context
            with pytest.raises(Refused):
                list(database.rows("SELECT c1 + 1 FROM perfrules_large"))
        assert session.sql("SELECT CAST('x' AS INT) AS n").collect() == [(None,)]
        assert session.catalog.listTables() == []
        assert refusal("spark://local")[1].endswith("a session of local[2] runs in this process, where there can be only one")
        session.stop()
