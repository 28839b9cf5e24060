"""Views over somebody's own tables give what the record engine gives, and no row where something in a table is wrong."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir
from itertools import product
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from sqlglot import exp, parse

import perfrules
from corpus import PERIOD, WITHIN, Example, examples
from generated import facts
from generated_money import budgets
from own_tables import Embedded, Psql, Refusal, Rows, made_of, said_by, seen
from perfrules import sql
from perfrules.core.facts import Facts
from perfrules.core.problem import Findings
from perfrules.engines.dialects import DIALECTS
from perfrules.engines.sql import TOGETHER
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.recommendations import check_subjects
from perfrules.pipeline.ruling import evaluate
from perfrules.readers.columns import Column, Layout
from perfrules.readers.mapping import layout_of
from perfrules.views_text import statements
from postgres import postgres

HOME = Path(__file__).resolve().parent.parent
FEW = 6
VIEWS = ("rulings", "claims", "entries")
VOCABULARY = """facts: town
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
      size:   {is: count}
    accounts:
      funds: {together: sum}
  project:
    belongs_to: department
    facts:
      cost: {is: money, rounded: half-up}
"""
POLICY = """policy: execution
facts: town
subject: department
source: document 5 of Town
names:
  rate: paid / budget
rules:
  - rule: slow
    when: rate < 85%
    unless: new
    then: {deduct: {from: funds, amount: 10% * funds, into: saved}}
    because: less than 85% was paid
  - rule: fast
    when: rate > 96% and sum(cost over projects) > 0元
    then: {reward: {to: funds, out_of: saved, by: budget}}
    because: more than 96% was paid
  - rule: poor
    when: score < 60 or grade = B
    then: remind
    because: a poor score
  - rule: dear
    when: rank(budget over departments) = 1
    then: {figure: {as: budget, of: budget}}
    because: the greatest budget
  - rule: old
    when: since < 2021-01-01 and prior(paid) > 0元 and size >= 2
    then: {award: {to: funds, amount: 1元}}
    because: it is there for long
pools:
  saved: {leftover: carried-over}
"""
MAPPING = """mapping: ledger
facts: town
tables:
  department:
    from: DEPTS
    columns:
      id: UNIT
      period: YEAR
      budget: {column: 预算, in: 万元}
      paid: SPENT
      score: score of it
      grade: {column: GRADE, values: {good: A, bad: B}, unknown: [none yet]}
      new: {column: STARTED, values: {"1": yes, "0": no}}
      since: SINCE
      size: SIZE
      funds: {column: FUNDS, in: 分}
  project:
    from: works.items
    columns: {id: no, period: y, department: dept, cost: cost}
"""
TABLES = """CREATE TABLE "DEPTS" ("UNIT" VARCHAR(10), "YEAR" INTEGER, "预算" DECIMAL(18, 6), "SPENT" DECIMAL(18, 3),
  "score of it" DECIMAL(5, 1), "GRADE" VARCHAR(10), "STARTED" INTEGER, "SINCE" DATE, "SIZE" SMALLINT, "FUNDS" BIGINT);
INSERT INTO "DEPTS" VALUES
  ('A', 2023, 0.01, 84.99, 59.9, ' good', 0, '2020-02-29', 3, 100005),
  ('B', 2023, 0.01, 85.000, 60, ' B ', 0, NULL, 4, 100000),
  (' C ', 2023, 0, 3, NULL, 'A', 1, '2021-01-01', NULL, 100),
  ('D', 2023, 0.02005, 200, 100, 'none yet', NULL, '2021-01-01', 3, 70000),
  ('E', 2023, 0.03, 299, 70, NULL, 0, '2020-01-01', 2, 70000),
  ('E', 2022, 0.03, 299, 70, '', 0, '2020-01-01', 2, 70000),
  ('E', 1999, 0.03, -299, 70, '', 0, '2020-01-01', 2, 70000);
CREATE TABLE {works}.items (no INTEGER, y VARCHAR(4), dept VARCHAR(10), cost DECIMAL(12, 3));
INSERT INTO {works}.items VALUES
  (1, '2023', 'D', 5), (2, '2023', 'E', 0.005), (3, '2023', 'E', -0.01), (4, '2023', 'A', 1);
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgres() as found:
        yield found


@pytest.fixture(params=["postgres", "duckdb"])
def database(request) -> Psql | Embedded:
    return Embedded() if request.param == "duckdb" else Psql(request.getfixturevalue("address"))


@pytest.fixture
def town(tmp_path) -> Path:
    for name, text in (("facts", VOCABULARY), ("policy", POLICY), ("ledger", MAPPING)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


MADE: dict[tuple[object, ...], str] = {}  # views, which are the same over tables with the same types


def works(database: Psql | Embedded) -> str:
    """A schema for a table; in PostgreSQL the tables of each test have one of their own."""
    return database.schema if database.dialect == "postgres" else "works"


def loaded(town: Path, database: Psql | Embedded, changed: str = "", *, look: bool = False) -> perfrules.Program:
    """The town's program, whose views are made over the tables, perhaps after a look at them."""
    mapping, schema = town / "ledger.yaml", works(database)
    mapping.write_text(MAPPING.replace("works.", f"{schema}."), encoding="utf-8")
    program = perfrules.load(town / "policy.yaml", as_of="2024-01-31")
    database.say("CREATE SCHEMA works;" * (database.dialect == "duckdb") + f"{TABLES}{changed};".replace("{works}", schema))
    of = (program.digest, database.dialect, look, changed if look and "TYPE" in changed else "")
    if of not in MADE:
        made = looked_at(database, program, mapping) if look else sql.views(program, database.dialect, period=2023, mapping=mapping)
        MADE[of] = made.replace(schema, "{works}")
    database.say(MADE[of].replace("{works}", schema))
    return program


def looked_at(database: Psql | Embedded, program: perfrules.Program, mapping: Path) -> str:
    """Views over tables that were looked at before."""
    layout = layout_of(program.vocabulary, mapping, Findings())
    with database.asked() as tables_now:
        return statements(program.compiled, DIALECTS[database.dialect], layout, 2023, "en", tables_now)


def agree(database: Psql | Embedded, program: Compiled, facts: Facts, period: int) -> None:
    """The views of a program over tables with facts give what a run gives, or refuse with its code: made without a look
    at the tables, and with one."""
    headings = {"id": [Column("id")], "period": [Column("period")]}
    given = [kind for kind in facts.vocabulary.kinds if kind in facts.loaded]
    layout = Layout(facts.vocabulary, {k: k for k in given}, dict.fromkeys(given, headings))
    database.say(made_of(facts))
    without = statements(program, DIALECTS[database.dialect], layout, period, "en")
    with database.asked() as tables_now:
        with_look = statements(program, DIALECTS[database.dialect], layout, period, "en", tables_now)
    for text in (without, with_look):
        database.say(text)
        give(database, text, program, facts, period)
        database.say("".join(f"DROP VIEW IF EXISTS perfrules_{view};" for view in VIEWS))


def give(database: Psql | Embedded, text: str, program: Compiled, facts: Facts, period: int) -> None:
    """The views that were made give what a run gives."""
    try:
        check_subjects(program, facts, period)
        result = evaluate(program, facts, period)
    except perfrules.Refused:  # of several requirements that are not met, a run says the first, a database any
        with pytest.raises(Refusal, match=r"perfrules PR7\d\d: "):
            seen(database, text)
    else:
        expected = said_by(result)
        assert seen(database, text).items() <= expected.items()


def of_a_run(program: perfrules.Program) -> dict[str, Rows]:
    """What the views must give over the town's tables, from a run."""
    rows = [
        {"id": "A", "budget": "100", "paid": "84.99", "score": "59.9", "grade": "A", "new": "no", "since": "2020-02-29", "size": 3, "funds": "1000.05"},
        {"id": "B", "budget": "100", "paid": "85", "score": "60", "grade": "B", "new": "no", "size": 4, "funds": "1000"},
        {"id": "C", "budget": "0", "paid": "3", "grade": "A", "new": "yes", "since": "2021-01-01", "funds": "1"},
        {"id": "D", "budget": "200.5", "paid": "200", "score": "100", "since": "2021-01-01", "size": 3, "funds": "700"},
        {"id": "E", "budget": "300", "paid": "299", "score": "70", "new": "no", "since": "2020-01-01", "size": 2, "funds": "700"},
    ]  # fmt: skip
    projects = [{"id": n, "department": d, "cost": c} for n, d, c in ((1, "D", "5"), (2, "E", "0.005"), (3, "E", "-0.01"), (4, "A", "1"))]
    facts = program.facts({"department": [*rows, {**rows[-1], "period": 2022}], "project": projects}, period=2023)
    return said_by(evaluate(program.compiled, facts, 2023))


@pytest.mark.parametrize("look", [False, True], ids=["unseen", "looked at"])
def test_views_over_tables_of_other_names_give_what_a_run_gives(database, town, look):
    expected = of_a_run(loaded(town, database, look=look))
    found = {name: sorted(database.rows(f"SELECT * FROM perfrules_{name}")) for name in expected}
    assert found == expected
    assert {verdict for *_, verdict in found["rulings"]} == {"holds", "does-not-hold", "undecided"}
    assert {state for *_, state in found["claims"]} == {"posted", "waiting"}
    assert len(found["entries"]) == 3
    assert database.rows("SELECT SUM(amount) FROM perfrules_claims WHERE rule = 'execution/slow'") == [("100.01",)]


@pytest.mark.parametrize(("path", "as_of", "period"), [("operating-funds.yaml", "2024-01-31", 2022), ("operating-funds.yaml", "2024-01-31", 2023)])
def test_the_year_of_luojiang_comes_out_as_in_a_run(database, path, as_of, period):
    program = perfrules.load(HOME / "policies" / "luojiang" / path, as_of=as_of)
    facts = program.read_facts(HOME / "examples" / "luojiang-2023" / "facts")
    agree(database, program.compiled, facts, period)


def test_generated_policies_come_out_as_they_are_meant(address):
    for example in examples(FEW):
        if example.program is not None:
            for database in (Psql(address), Embedded()):
                agree(database, example.program, example.facts, PERIOD)


@settings(max_examples=FEW, phases=[Phase.generate])
@given(budgets(), facts())
def test_money_comes_out_as_it_is_meant(texts, rows):
    example = Example(tuple(texts), rows, WITHIN)
    if example.program is not None:
        agree(Embedded(), example.program, example.facts, PERIOD)


# what is wrong in a table

WRONG = [
    ('ALTER TABLE "DEPTS" ALTER COLUMN "SPENT" TYPE DOUBLE PRECISION', "PR644: DEPTS.SPENT: ", "holds binary floating-point numbers"),
    ('ALTER TABLE "DEPTS" ALTER COLUMN "YEAR" TYPE DOUBLE PRECISION', "PR644: DEPTS.YEAR: ", "holds binary floating-point numbers"),
    ("ALTER TABLE {works}.items ALTER COLUMN no TYPE DECIMAL(9, 1)", "PR743: ", "no` is of the type "),
    ('UPDATE "DEPTS" SET "SPENT" = 84.995 WHERE "UNIT" = \'A\'', "PR604: DEPTS.SPENT: 84.995 for `paid` ", ", department A"),
    ('UPDATE "DEPTS" SET "SPENT" = -0.01 WHERE "UNIT" = \'A\'', "PR603: DEPTS.SPENT: ", "for `paid` is below 0元"),
    ('UPDATE "DEPTS" SET "score of it" = 100.1 WHERE "UNIT" = \'A\'', "PR603: DEPTS.score of it: ", "for `score` is above 100"),
    ('UPDATE "DEPTS" SET "GRADE" = \'excellent\' WHERE "UNIT" = \'A\'', "PR613: DEPTS.GRADE: `excellent`", "one of A, B"),
    ('UPDATE "DEPTS" SET "STARTED" = 2 WHERE "UNIT" = \'A\'', "PR602: DEPTS.STARTED: `2` for `new`", "is not yes or no"),
    ('UPDATE "DEPTS" SET "SINCE" = NULL, "UNIT" = \'A\' WHERE "UNIT" = \'B\'', "PR605: DEPTS: the department `A`", "is there twice for 2023"),
    ('UPDATE "DEPTS" SET "SINCE" = \'20000-01-01\' WHERE "UNIT" = \'A\'', "PR603: DEPTS.SINCE: 20000-01-01 for `since`", "above 9999-12-31"),
    ('UPDATE "DEPTS" SET "UNIT" = \'-\' WHERE "UNIT" = \'B\'', "PR617: DEPTS: ", "a department without `id`"),
    ('UPDATE "DEPTS" SET "UNIT" = \'全区合计：\' WHERE "UNIT" = \'B\'', "PR635: DEPTS: ", "`全区合计：` is no subject"),
    ('UPDATE "DEPTS" SET "UNIT" = \' Ｔｏtal ： \' WHERE "UNIT" = \'B\'', "PR635: DEPTS: ", "`Ｔｏtal ：` is no subject"),
    ('UPDATE "DEPTS" SET "UNIT" = \'合\u3000计\' WHERE "UNIT" = \'B\'', "PR635: DEPTS: ", " is no subject"),
    ('UPDATE "DEPTS" SET "UNIT" = \'\u2003A\x0b\' WHERE "UNIT" = \'B\'', "PR605: DEPTS: the department `A`", "is there twice for 2023"),
    ('UPDATE "DEPTS" SET "YEAR" = 23 WHERE "UNIT" = \'B\'', "PR612: DEPTS.YEAR: ", "`23` is no period"),
    ("UPDATE {works}.items SET y = '20#3' WHERE no = 1", "PR612: ", "`20#3` is no period"),
    ("UPDATE {works}.items SET dept = 'X' WHERE no = 1", "PR621: ", "no department `X` in 2023"),
    ("UPDATE {works}.items SET dept = NULL WHERE no = 1", "PR620: ", "the project `1` does not say to which department it belongs"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said", "more"), WRONG, ids=[said.split(":")[0] for _, said, _ in WRONG])
def test_what_is_wrong_in_a_table_stops_every_query(database, town, change, said, more):
    loaded(town, database, change)
    for what, view in product(("*", "COUNT(*)"), VIEWS):
        with pytest.raises(Refusal) as refusal:
            database.rows(f"SELECT {what} FROM perfrules_{view}")
        assert f"perfrules {said}" in str(refusal.value)
        assert more in str(refusal.value)


@pytest.mark.parametrize(("change", "said", "more"), WRONG, ids=[said.split(":")[0] for _, said, _ in WRONG])
def test_what_is_wrong_is_said_of_tables_that_were_looked_at_too_and_of_types_before_there_is_a_view(database, town, change, said, more):
    if "TYPE" in change:
        with pytest.raises(perfrules.Refused) as refused:
            loaded(town, database, change, look=True)
        (problem,) = refused.value.problems
        assert (problem.code, problem.place.partition(":")[0]) == (said[:5], str(town / "ledger.yaml"))
        assert more in problem.message
        return
    loaded(town, database, change, look=True)
    with pytest.raises(Refusal) as refusal:
        database.rows("SELECT * FROM perfrules_rulings")
    assert f"perfrules {said}" in str(refusal.value)
    assert more in str(refusal.value)


def test_what_is_wrong_is_said_where_no_row_would_come_out_either(database, town):
    loaded(town, database, 'DELETE FROM {works}.items; DELETE FROM "DEPTS" WHERE "UNIT" <> \'A\'; UPDATE "DEPTS" SET "YEAR" = 23;')
    for view in VIEWS:
        with pytest.raises(Refusal, match=r"perfrules PR612: "):
            database.rows(f"SELECT COUNT(*) FROM perfrules_{view}")


def test_a_number_stored_as_text_is_no_number(database, town):
    with pytest.raises(Refusal, match=r't\."SPENT" \*|WHEN r\.tc8 BETWEEN 0 AND'):
        loaded(town, database, 'ALTER TABLE "DEPTS" ALTER COLUMN "SPENT" TYPE VARCHAR(20);')


def test_days_that_a_dataframe_left_behind_are_read(town):
    database = Embedded()
    expected = of_a_run(loaded(town, database, 'ALTER TABLE "DEPTS" ALTER COLUMN "SINCE" TYPE TIMESTAMP_NS;'))
    assert sorted(database.rows("SELECT * FROM perfrules_rulings")) == expected["rulings"]


NOTED = """facts: noted
kinds:
  unit:
    facts:
      note: {is: text}
"""
NOTES = """policy: notes
facts: noted
subject: unit
rules:
  - {rule: noted, when: note = "a", then: remind, because: it is noted}
"""
VALUES = [("BOOLEAN", "true"), ("INTEGER", "1"), ("DECIMAL(3, 1)", "1.5"), ("DATE", "'2023-01-01'"), ("TIMESTAMP", "'2023-01-01'"), ("INTEGER[]", "ARRAY[1]")]


@pytest.fixture
def noted(tmp_path) -> perfrules.Program:
    for name, text in (("facts", NOTED), ("policy", NOTES)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return perfrules.load(tmp_path / "policy.yaml", as_of="2024-01-31")


@pytest.mark.parametrize(("type_", "value"), [*VALUES, ("BLOB", "'a'")], ids=[*(type_ for type_, _ in VALUES), "BLOB"])
def test_what_is_no_text_is_not_taken_for_one(database, noted, type_, value):
    binary = {"postgres": "BYTEA"}.get(database.dialect, type_) if type_ == "BLOB" else type_
    database.say(f"CREATE TABLE unit (id VARCHAR(9), period INTEGER, note {binary}); INSERT INTO unit VALUES ('A', 2023, {value});")
    database.say(sql.views(noted, database.dialect, period=2023))
    with pytest.raises(Refusal, match=r"perfrules PR743: unit\.note: the column `note` is of the type .*, which can't be read as a text"):
        database.rows("SELECT * FROM perfrules_rulings")


@pytest.mark.parametrize("type_", ["VARCHAR(9)", "CHAR(5)", "mood"])
def test_whatever_holds_texts_is_read_as_one_and_ids_may_be_uuids(database, noted, type_):
    ours = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    database.say(f"CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE unit (id UUID, period INTEGER, note {type_});")
    database.say(f"INSERT INTO unit VALUES ('{ours.upper()}', 2023, 'a');")
    database.say(sql.views(noted, database.dialect, period=2023))
    assert database.rows("SELECT id, verdict FROM perfrules_rulings") == [(ours, "holds")]


@pytest.mark.parametrize(("score", "verdict"), [("-0.6", None), ("-0.5", None), ("-0.4", "holds"), ("90.4", "does-not-hold"), ("90.5", None)])
def test_what_is_rounded_is_within_its_bounds_in_a_view_as_in_a_run(database, tmp_path, score, verdict):
    (tmp_path / "facts.yaml").write_text("facts: town\nkinds: {unit: {facts: {score: {is: number, places: 0, between: [0, 90], rounded: half-up}}}}\n", encoding="utf-8")
    (tmp_path / "policy.yaml").write_text("policy: p\nfacts: town\nsubject: unit\nrules: [{rule: poor, when: score < 60, then: remind, because: made}]\n", encoding="utf-8")
    program = perfrules.load(tmp_path / "policy.yaml", as_of="2024-01-31")
    database.say(f"CREATE TABLE unit (id VARCHAR, period INTEGER, score DECIMAL(8, 2)); INSERT INTO unit VALUES ('A', 2023, {score});")
    database.say(sql.views(program, database.dialect, period=2023))
    rows = {"unit": [{"id": "A", "score": score}]}
    if verdict is None:
        with pytest.raises(Refusal, match="PR603"):
            database.rows("SELECT verdict FROM perfrules_rulings")
        with pytest.raises(perfrules.Refused, match="PR603"):
            program.facts(rows, period=2023)
    else:
        assert database.rows("SELECT verdict FROM perfrules_rulings") == [(verdict,)]
        assert [ruling.verdict for ruling in program.run(program.facts(rows, period=2023)).rulings] == [verdict]


def test_a_number_is_no_word_unless_a_mapping_says_which(database, noted, tmp_path):
    """Read as facts, it is refused, too."""
    (tmp_path / "facts.yaml").write_text(NOTED.replace("{is: text}", "{is: choice, of: [a, '1']}"), encoding="utf-8")
    chosen = perfrules.load(tmp_path / "policy.yaml", as_of="2024-01-31")
    database.say("CREATE TABLE unit (id VARCHAR(9), period INTEGER, note INTEGER); INSERT INTO unit VALUES ('A', 2023, 1);")
    database.say(sql.views(chosen, database.dialect, period=2023))
    with pytest.raises(Refusal, match=r"perfrules PR743: unit\.note: the column `note` is of the type .*, which can't be read as a choice"):
        database.rows("SELECT * FROM perfrules_rulings")
    mapping = tmp_path / "mapping.yaml"
    columns = "{id: id, period: period, note: {column: note, values: {1: a}}}"
    mapping.write_text(f"mapping: m\nfacts: noted\ntables: {{unit: {{from: unit, columns: {columns}}}}}\n", encoding="utf-8")
    dropped = "; ".join(f"DROP VIEW perfrules_{view}" for view in ("rulings", "claims"))
    database.say(f"{dropped};")
    database.say(sql.views(chosen, database.dialect, period=2023, mapping=mapping))
    assert database.rows("SELECT id, verdict FROM perfrules_rulings") == [("A", "holds")]


WORDED = """facts: worded
kinds:
  unit:
    facts: {open: {is: flag}, due: {is: date}, code: {is: text}, score: {is: number, places: 2}}
  part:
    belongs_to: unit
    facts: {cost: {is: money}}
"""
WORDS = """policy: words
facts: worded
subject: unit
rules:
  - {rule: free, when: open, then: remind, because: it is open}
  - {rule: soon, when: due < 2024-01-01, then: remind, because: it is due}
  - {rule: coded, when: code = "ab", then: remind, because: its code}
  - {rule: poor, when: score < 60, then: remind, because: its score}
  - {rule: dear, when: sum(cost over parts) >= 150元, then: remind, because: its parts}
"""
MEANT = """mapping: ledger
facts: worded
tables:
  unit:
    from: units
    columns:
      id: {column: number, values: {"1": A, "2": B}}
      period: {column: fy, values: {FY23: 2023}}
      open: {column: closed, values: {"true": no, "false": yes}}
      due: {column: due, unknown: ["9999-12-31"]}
      code: code
      score: {column: score, unknown: ["0.00000000"]}
  part:
    from: parts
    columns:
      id: id
      period: {column: fy, values: {FY23: 2023}}
      unit: {column: unit, values: {"01": A, "1": A, "2": B}}
      cost: cost
"""
INSENSITIVE = {
    "duckdb": ("", "NOCASE"),
    "postgres": ("CREATE COLLATION anyhow (provider = icu, locale = 'und-u-ks-level2', deterministic = false);", "anyhow"),
}


@pytest.fixture
def worded(tmp_path, database) -> perfrules.Program:
    """A program over tables whose words a mapping knows, with a session that writes days its own way."""
    for name, text in (("facts", WORDED), ("policy", WORDS), ("ledger", MEANT)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    made, collation = INSENSITIVE[database.dialect]
    database.say(f"""{made}
        CREATE TABLE units (number INTEGER, id INTEGER, fy VARCHAR, closed BOOLEAN, due TIMESTAMP, code VARCHAR COLLATE {collation}, score NUMERIC(18, 8));
        CREATE TABLE parts (id INTEGER, fy VARCHAR, unit VARCHAR, cost NUMERIC(18, 2));
        INSERT INTO units VALUES (1, 8, ' FY23 ', true, '9999-12-31', 'AB', 0), (2, 9, '2023 ', false, '2023-05-05', 'ab', 50);
        INSERT INTO parts VALUES (1, 'FY23', '01', 100), (2, 'FY23', '1', 50), (3, 'FY23', '2', 10);
    """)
    return perfrules.load(tmp_path / "policy.yaml", as_of="2024-01-31")


def test_words_of_a_mapping_mean_in_a_view_what_they_mean_in_a_run(database, worded, tmp_path):
    database.say(sql.views(worded, database.dialect, period=2023, mapping=tmp_path / "ledger.yaml"))
    style = "SET datestyle = 'SQL, DMY';" if database.dialect == "postgres" else ""
    found = {(subject, rule): verdict for subject, rule, verdict in database.rows(f"{style} SELECT id, rule, verdict FROM perfrules_rulings")}
    queries = {kind: f"SELECT * FROM {kind}" for kind in ("units", "parts")}
    with database.connected() as connection:
        read = worded.query_facts(connection, queries, period=2023, mapping=tmp_path / "ledger.yaml")
    assert [(notice.code, notice.place) for notice in read.notices] == [("PR648", "units, query")]
    assert found == {(ruling.subject.partition("/")[2], ruling.rule): ruling.verdict for ruling in worded.run(read).rulings}
    assert found == {
        **{("A", f"words/{rule}"): "does-not-hold" for rule in ("free", "coded")},
        **{("A", f"words/{rule}"): "undecided" for rule in ("soon", "poor")},
        **{("B", f"words/{rule}"): "holds" for rule in ("free", "soon", "coded", "poor")},
        ("A", "words/dear"): "holds",
        ("B", "words/dear"): "does-not-hold",
    }


def test_a_row_that_does_not_say_of_which_year_it_is_is_told_so(database, worded, tmp_path):
    database.say("UPDATE units SET fy = ' ' WHERE number = 1;")
    database.say(sql.views(worded, database.dialect, period=2023, mapping=tmp_path / "ledger.yaml"))
    with pytest.raises(Refusal, match="perfrules PR611: "):
        database.rows("SELECT * FROM perfrules_rulings")


def test_a_requirement_that_is_not_met_stops_every_query(database, town):
    policy = town / "policy.yaml"
    policy.write_text(POLICY.replace("10% * funds", "funds - 1001元"), encoding="utf-8")
    loaded(town, database)
    with pytest.raises(Refusal, match=r"perfrules PR701: department: the amount of `execution/slow deduct` is negative for `department/A`"):
        database.rows("SELECT * FROM perfrules_rulings")


def test_what_is_wrong_is_said_in_chinese_too(database, town):
    program = loaded(town, database, 'UPDATE "DEPTS" SET "SPENT" = -0.01;')
    database.say("DROP VIEW perfrules_rulings; DROP VIEW perfrules_claims; DROP VIEW perfrules_entries;")
    database.say(sql.views(program, database.dialect, period=2023, mapping=town / "ledger.yaml", language="zh"))
    with pytest.raises(Refusal, match=r"`paid` 的值 -0\.010 低于 0元"):
        database.rows("SELECT * FROM perfrules_rulings")


def test_a_word_of_a_mapping_that_the_fact_has_not_is_said(town):
    (town / "ledger.yaml").write_text(MAPPING.replace("good: A", "good: Z"), encoding="utf-8")
    with pytest.raises(perfrules.Refused) as refused:
        sql.views(perfrules.load(town / "policy.yaml", as_of="2024-01-31"), "duckdb", period=2023, mapping=town / "ledger.yaml")
    assert [(p.code, p.message) for p in refused.value.problems] == [("PR613", "`Z` is not one of the words for `grade`")]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_part_has_no_column_that_nothing_reads_and_no_quotient_is_mended_whose_sign_was_asked(town, dialect):
    """A database carries all that a part has, and computes it for every row."""
    text = sql.views(perfrules.load(town / "policy.yaml", as_of="2024-01-31"), dialect, period=2023, mapping=town / "ledger.yaml")
    views = [view for view in parse(text, dialect=dialect) if view is not None and view.key == "create"]
    assert len(views) == 3
    for view in views:
        parts = {cte.alias: cte.this for cte in view.find_all(exp.CTE)}
        for cte in view.find_all(exp.CTE):
            cte.set("this", exp.select("0"))
        for name, part in parts.items():
            readers = (one for one in (view, *parts.values()) if any(table.name == name for table in one.find_all(exp.Table)))
            read = {column.name for reader in readers for column in reader.find_all(exp.Column)}
            chosen = {field.alias_or_name for field in part.selects}
            assert chosen <= read
            assert "*" not in chosen
            assert part.find(exp.Mod) is None


def test_where_rules_are_many_each_reads_a_part_with_few_columns(database, town):
    """A database looks at all columns of a part for each that reads it: the square of the number of rules."""
    then = ("{deduct: {from: funds, amount: 1元, into: saved}}", "remind")
    rules = (f"  - {{rule: r{n}, when: paid / budget < {n % 99 + 1}%, then: {then[n % 2]}, because: many}}\n" for n in range(2 * TOGETHER + 2))
    head, pools = POLICY.partition("rules:\n")[0], POLICY.partition("pools:")[2]
    (town / "policy.yaml").write_text(f"{head}rules:\n{''.join(rules)}pools:{pools}", encoding="utf-8")
    program = perfrules.load(town / "policy.yaml", as_of="2024-01-31")
    rows = [{"id": n, "budget": 100, "paid": n, "funds": 1000} for n in (1, 50, 99)]
    agree(database, program.compiled, program.facts({"department": rows}, period=2023), 2023)
    views = [view for view in parse(sql.views(program, database.dialect, period=2023), dialect=database.dialect) if view is not None]
    for view in views:
        read = Counter(source.this.name for source in view.find_all(exp.From) if source.this.alias)  # what stops a query has none
        assert max(read.values(), default=0) <= TOGETHER


def test_a_command_prints_what_python_gives(town):
    def said(*more: str) -> subprocess.CompletedProcess[str]:
        asked = [str(Path(sys.executable).parent / "perfrules"), "compile", "policy.yaml", "--as-of", "2024-01-31", "--period", "2023", "--lang", "en", *more]
        return subprocess.run(asked, cwd=town, capture_output=True, text=True, encoding="utf-8")

    with chdir(town):
        expected = sql.views(perfrules.load("policy.yaml", as_of="2024-01-31"), "duckdb", period=2023, mapping="ledger.yaml")
    assert said("--mapping", "ledger.yaml", "--sql", "duckdb").stdout == expected
    refused = said("--sql", "mysql")
    assert refused.returncode == 2
    assert "the dialect `mysql` is not one of those that are written" in refused.stderr


DECIDED = """decisions: session
by: council
on: 2024-01-30
decided:
  - {subject: department/A, period: 2023, rule: cuts/late, amount: 60元, because: first offence}
"""


def test_a_decision_without_sense_is_said_with_its_own_place(tmp_path):
    recommended = "{recommend: {action: deduct, from: funds, at_least: 50元, at_most: 20% * funds}}"
    policy = f"policy: cuts\nfacts: town\nsubject: department\nrules:\n  - {{rule: late, when: paid < 100元, then: {recommended}, because: article 7}}\n"
    for name, text in (("facts", VOCABULARY), ("policy", policy), ("session", DECIDED)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    program, database = perfrules.load(tmp_path, as_of="2024-01-31"), Embedded()
    database.say("CREATE TABLE department (id TEXT, period INT, paid DECIMAL(18, 2), funds DECIMAL(18, 2));" + sql.views(program, "duckdb", period=2023))
    for paid, funds, code in ((1, 1000, ""), (1, 100, "PR718"), (200, 1000, "PR719")):
        database.say(f"DELETE FROM department; INSERT INTO department VALUES ('A', 2023, {paid}, {funds})")
        if code:
            with pytest.raises(Refusal, match=rf"perfrules {code}: .*session\.yaml:5:\d+: "):
                database.rows("SELECT * FROM perfrules_claims")
        else:
            assert database.rows("SELECT amount FROM perfrules_claims") == [("60.00",)]
