"""Facts from a real PostgreSQL, over the usual driver: what its types become, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

import perfrules
from postgres import postgres
from test_mapping import FACTS, POLICY, columns, problems

TABLE = """
create table execution (
    unit varchar(20), year int, budget numeric(18, 2), paid_fen bigint, plan_wan numeric(18, 4), rate numeric(9, 6),
    grade char(10), audited boolean, founded date, opened timestamp, zoned timestamptz, share double precision
);
insert into execution values
    ('甲', 2023, 1000000.00, 84999999, 1.25, 0.849999, 'good', true, '2001-02-03', '2001-02-03', '2001-02-03 00:00+08', 0.1),
    ('乙', 2023, 90071992547409.91, null, null, null, null, null, null, null, null, null);
"""


@pytest.fixture(scope="module")
def connection() -> Iterator[psycopg.Connection]:
    with postgres() as address, psycopg.connect(address) as opened:
        opened.execute(TABLE)
        yield opened


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> perfrules.Program:
    folder = tmp_path_factory.mktemp("policies")
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return perfrules.load(folder, as_of="2023-12-31")


def test_what_the_types_of_the_database_become(program, connection):
    query = (
        "select unit as id, year as period, budget, paid_fen * 0.01 as paid, plan_wan as planned, rate,"
        " trim(grade) as grade, audited, founded from execution"
    )
    facts = program.query_facts(connection, {"department": query})
    assert facts.table("department", 2023).ids == ["乙", "甲"]
    assert columns(facts) == {
        "budget": [9007199254740991, 100000000],
        "paid": [None, 84999999],
        "planned": [None, 12500_00],
        "rate": [None, 849999],
        "grade": [None, "good"],
        "audited": [None, 1],
        "founded": [None, 730519],
    }
    assert [r.verdict for r in program.run(facts).rulings] == ["undecided", "holds"]


def test_uuids_are_ids_as_the_database_shows_them(program, connection):
    query = "select 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid as id, 2023 as period, 1.00 as budget"
    facts = program.query_facts(connection, {"department": query})
    assert facts.table("department", 2023).ids == ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]


def test_a_mapping_reads_whole_fen(program, connection, tmp_path):
    (tmp_path / "m.yaml").write_text(
        "mapping: m\nfacts: town\ntables:\n  department:\n    columns:\n      id: unit\n      period: year\n"
        "      paid: {column: paid_fen, in: 分}\n", encoding="utf-8",
    )  # fmt: skip
    query = {"department": "select unit, year, paid_fen from execution"}
    facts = program.query_facts(connection, query, mapping=tmp_path / "m.yaml")
    assert columns(facts) == {"paid": [None, 84999999]}


def test_a_day_is_read_from_midnight_and_a_moment_with_a_zone_is_refused(program, connection):
    day = "select unit as id, year as period, opened as founded from execution"
    assert columns(program.query_facts(connection, {"department": day})) == {"founded": [None, 730519]}
    moment = "select unit as id, year as period, zoned as founded from execution where zoned is not null"
    assert problems(program.query_facts, connection, {"department": moment}) == [("PR614", "department, row 1, founded")]


def test_double_precision_is_refused_by_name(program, connection):
    query = "select unit as id, year as period, share as paid from execution"
    assert problems(program.query_facts, connection, {"department": query}) == [("PR644", "department, paid")]


def test_the_results_go_back_exactly(program, connection):
    query = "select unit as id, year as period, budget, paid_fen * 0.01 as paid from execution"
    rulings = program.run(program.query_facts(connection, {"department": query})).to_polars("rulings")
    with connection.cursor() as cursor:
        cursor.execute("create temporary table rulings (subject text, verdict text)")
        cursor.executemany("insert into rulings values (%s, %s)", rulings.select("subject", "verdict").rows())
        cursor.execute("select subject, verdict from rulings order by subject collate \"C\"")
        assert cursor.fetchall() == [("department/乙", "undecided"), ("department/甲", "holds")]
