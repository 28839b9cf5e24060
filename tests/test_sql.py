"""The SQL engine gives what a plan means, in every database that it runs in, and what databases refuse is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings

import every_step
import perfrules
from corpus import DAY, PERIOD, WITHIN, Example, examples
from generated import facts
from generated_money import budgets
from perfrules.core.facts import Facts
from perfrules.core.problem import Refused
from perfrules.core.vocabulary import Vocabulary
from perfrules.engines.conformance import Engine, disagreements
from perfrules.engines.databases import Database, PostgreSQL, run, sql_engine
from perfrules.engines.record import run as record
from perfrules.language import plan
from perfrules.pipeline.questions import questions
from postgres import postgres
from test_corpus import FOLDERS, Runner, suite

HOME = Path(__file__).resolve().parent.parent
LUOJIANG = HOME / "policies" / "luojiang"
FEW = 12


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


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request) -> Engine:
    return sql_engine() if request.param == "duckdb" else request.getfixturevalue("server")


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


def test_generated_policies_come_out_as_they_are_meant(engine):
    for example in examples(FEW):
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


@pytest.mark.parametrize(("path", "as_of", "period"), [("operating-funds.yaml", "2024-01-31", 2022), ("", "2023-12-31", 2023)])
def test_a_run_gives_what_the_record_engine_gives_to_the_byte(path, as_of, period):
    program = perfrules.load(LUOJIANG / path, as_of=as_of)
    given = program.read_facts(HOME / "examples" / "luojiang-2023" / "facts")
    assert program.run(given, period=period, engine="sql").json() == program.run(given, period=period).json()
