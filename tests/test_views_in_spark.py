"""In Spark, a script over somebody's own tables makes tables of what the record engine gives, or stops and says why."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import perfrules
import sparks
from corpus import PERIOD, examples
from own_tables import Notebook, Refusal, said_by, seen, viewed
from perfrules import sql
from perfrules.core.facts import Facts
from perfrules.core.problem import Refused
from perfrules.engines.databases import connected
from perfrules.engines.dialects import DIALECTS
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.recommendations import check_subjects
from perfrules.pipeline.ruling import evaluate
from perfrules.readers.columns import Column, Layout
from perfrules.readers.normal_form import is_plain, pattern
from perfrules.views_text import statements
from sparks import IN_FULL
from test_views import HOME, MAPPING, POLICY, VOCABULARY, of_a_run

FEW = 6
SPARK = DIALECTS["spark"]
OURS = ["perfrules_claims", "perfrules_entries", "perfrules_rulings"]
DEPTS = {
    "UNIT": "STRING",
    "YEAR": "INT",
    "预算": "DECIMAL(18, 6)",
    "SPENT": "DECIMAL(18, 3)",
    "score of it": "DECIMAL(5, 1)",
    "GRADE": "STRING",
    "STARTED": "INT",
    "SINCE": "TIMESTAMP_NTZ",
    "SIZE": "SMALLINT",
    "FUNDS": "BIGINT",
}
ROWS = """
  ('A', 2023, 0.01, 84.99, 59.9, ' good', 0, '2020-02-29', 3, 100005),
  ('B', 2023, 0.01, 85.000, 60, ' B ', 0, NULL, 4, 100000),
  (' C　', 2023, 0, 3, NULL, 'A', 1, '2021-01-01', NULL, 100),
  ('D', 2023, 0.02005, 200, 100, 'none yet', NULL, '2021-01-01', 3, 70000),
  ('E', 2023, 0.03, 299, 70, NULL, 0, '2020-01-01', 2, 70000),
  ('E', 2022, 0.03, 299, 70, '', 0, '2020-01-01', 2, 70000)"""
ITEMS = """CREATE SCHEMA IF NOT EXISTS works;
DROP TABLE IF EXISTS works.items;
CREATE TABLE works.items AS SELECT no, y, dept, CAST(cost AS DECIMAL(12, 3)) AS cost FROM
  VALUES (1, '2023', 'D', 5), (2, '2023', 'E', 0.005), (3, '2023', 'E', -0.01), (4, '2023', 'A', 1) AS t (no, y, dept, cost);
"""
SHORT = """policy: execution
facts: town
subject: department
rules:
  - rule: slow
    when: paid < 85% * budget or score < 60 or grade = B or new or since < 2021-01-01
    then: summon
    because: less than 85% was paid;
"""
LEDGER = MAPPING[: MAPPING.index("      funds:")]


@pytest.fixture(scope="module")
def notebook() -> Iterator[Notebook]:
    with sparks.spark() as address, connected(address) as database:
        for name in SPARK.settings:
            database.session.conf.unset(name)
        yield Notebook(database.session)


@pytest.fixture
def town(tmp_path) -> Path:
    for name, text in (("facts", VOCABULARY), ("policy", POLICY), ("ledger", MAPPING), ("short", SHORT), ("depts", LEDGER)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def departments(**changed: str) -> str:
    """The table of departments as a view of the session, with another cell for A, or another column (`_type`)."""
    cast = (f"CAST({_changed(name, changed)} AS {changed.get(f'{name}_type', type_)}) AS `{name}`" for name, type_ in DEPTS.items())
    names = ", ".join(f"`{name}`" for name in DEPTS)
    return f"CREATE OR REPLACE TEMPORARY VIEW DEPTS AS SELECT {', '.join(cast)} FROM VALUES {ROWS} AS t ({names});\n"


def _changed(name: str, changed: dict[str, str]) -> str:
    return f"CASE WHEN `UNIT` = 'A' THEN {changed[name]} ELSE `{name}` END" if name in changed else f"`{name}`"


def test_tables_are_what_a_run_gives_and_nothing_else_is_left(notebook, town):
    program = perfrules.load(town / "policy.yaml", as_of="2024-01-31")
    script = sql.views(program, "spark", period=2023, mapping=town / "ledger.yaml")
    notebook.say(ITEMS + departments() + script)
    expected = of_a_run(program)
    assert seen(notebook, script) == expected
    assert {verdict for *_, verdict in expected["rulings"]} == {"holds", "does-not-hold", "undecided"}
    assert sorted(name for _, name, is_temporary in notebook.rows("SHOW TABLES") if is_temporary == "False") == OURS


def test_tables_of_a_cluster_are_read_as_facts(notebook, town):
    program = perfrules.load(town / "short.yaml", as_of="2024-01-31")
    notebook.say(departments() + "DROP TABLE IF EXISTS UNITS;\nCREATE TABLE UNITS AS SELECT * FROM DEPTS")
    (town / "depts.yaml").write_text(LEDGER.replace("DEPTS", "UNITS"), encoding="utf-8")
    address = f"spark://{notebook.session.sparkContext.master}"
    facts = sql.read_tables(program, address, mapping=town / "depts.yaml")
    notebook.say("DROP TABLE UNITS")
    assert [r.verdict for r in program.run(facts, period=2023).rulings] == ["holds", "holds", "holds", "undecided", "holds"]


# what is wrong in a table

WRONG = [
    ({"SPENT_type": "DOUBLE"}, "PR644: DEPTS.SPENT: ", "holds binary floating-point numbers"),
    ({"SPENT_type": "STRING"}, "PR743: DEPTS.SPENT: the column `SPENT` is of the type `string`", "can't be read as an amount of money"),
    ({"SINCE_type": "TIMESTAMP"}, "PR743: DEPTS.SINCE: the column `SINCE` is of the type `timestamp`", "can't be read as a date"),
    ({"UNIT_type": "BINARY"}, "PR743: DEPTS.UNIT: the column `UNIT` is of the type `binary`", "can't be read as a text"),
    ({"SPENT_type": "DECIMAL(38, 0)", "SPENT": "9" * 38}, f"PR603: DEPTS.SPENT: {'9' * 38} for `paid` ", "is above"),
    ({"SPENT": "84.995"}, "PR604: DEPTS.SPENT: 84.995 for `paid` ", ", department A"),
    ({"GRADE": "'excellent'"}, "PR613: DEPTS.GRADE: `excellent`", "one of A, B"),
    ({"SINCE": "'2020-02-29 12:00:00'"}, "PR614: DEPTS.SINCE: ", "2020-02-29 12:00:00"),
    ({"UNIT": "'B'"}, "PR605: DEPTS: the department `B`", "is there twice for 2023"),
    ({"UNIT": "' Ｔｏtal ：\u2003'"}, "PR635: DEPTS: the row of `Ｔｏtal ：`", "is no subject"),
    ({"YEAR": "23"}, "PR612: DEPTS.YEAR: ", "`23` is no period"),
    ({"UNIT": "'Ame\u0301lie'"}, "PR737: DEPTS.UNIT: `Ame\u0301lie` has a character that Unicode writes in several ways", ", department Ame\u0301lie"),
]  # fmt: skip


def test_what_is_wrong_in_a_table_stops_the_script_which_leaves_nothing_old(notebook, town):
    program = perfrules.load(town / "short.yaml", as_of="2024-01-31")
    script = sql.views(program, "spark", period=2023, mapping=town / "depts.yaml")
    notebook.say(departments(UNIT="'Am\u00e9lie'") + script)
    assert ("department", "Am\u00e9lie", "2023", "execution/slow", "holds") in notebook.rows("SELECT * FROM perfrules_rulings")
    assert notebook.rows("SELECT '${spark.app.name}'") == [("${spark.app.name}",)]
    for change, said, more in WRONG:
        with pytest.raises(Refusal) as refusal:
            notebook.say(departments(**change) + script)
        assert str(refusal.value).startswith(f"[USER_RAISED_EXCEPTION] perfrules {said}")
        assert more in str(refusal.value)
        with pytest.raises(Refusal, match="TABLE_OR_VIEW_NOT_FOUND"):
            notebook.rows("SELECT * FROM perfrules_rulings")


@pytest.mark.parametrize("view", ["rulings", "claims"])
def test_no_table_is_made_where_the_error_of_a_guard_is_passed_over(notebook, town, view):
    program = perfrules.load(town / "short.yaml", as_of="2024-01-31")
    script = sql.views(program, "spark", period=2023, mapping=town / "depts.yaml")
    for statement in [departments(UNIT="'B'"), *script.split(";\n")]:
        with suppress(Refusal):
            notebook.say(statement)
    with pytest.raises(Refusal, match="TABLE_OR_VIEW_NOT_FOUND"):
        notebook.rows(f"SELECT * FROM perfrules_{view}")


# texts


def test_a_text_without_the_marked_characters_is_in_normal_form():
    marked = re.compile(re.sub(r"\\x\{(\w+)\}", lambda found: f"\\U{found[1]:0>8}", pattern()))
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        assert (marked.search(character) is None) == is_plain(character) or unicodedata.category(character) == "Cn"
    composed = {n for n in range(sys.maxunicode + 1) if len(unicodedata.normalize("NFD", chr(n))) > 1}
    for number in composed:
        apart = unicodedata.normalize("NFD", chr(number))
        assert not is_plain(apart)  # what could be put together
    for word in ("é", "한국", "绩效评价", "Ångström", "a_b"):
        assert is_plain(word)
    for word in ("e\u0301", "\u1112\u1161", "\u212b", "a\u0327\u0301", "\uf900"):
        assert not is_plain(word)


def test_a_word_that_spark_could_not_tell_from_others_is_refused_beforehand(town):
    ledger = town / "ledger.yaml"
    ledger.write_text(MAPPING.replace("good: A", '"x\u0304": A'), encoding="utf-8")
    program = perfrules.load(town / "policy.yaml", as_of="2024-01-31")
    sql.views(program, "duckdb", period=2023, mapping=ledger)
    with pytest.raises(Refused) as refused:
        sql.views(program, "spark", period=2023, mapping=ledger)
    assert [(p.code, p.span.place) for p in refused.value.problems] == [("PR737", f"{ledger}:12:23")]


# in full


def agree(notebook: Notebook, program: Compiled, facts: Facts, period: int) -> None:
    """The tables of a program over tables with facts, which were looked at, are what a run gives, or it stops with a
    code of a run."""
    headings = {"id": [Column("id")], "period": [Column("period")]}
    given = [kind for kind in facts.vocabulary.kinds if kind in facts.loaded]
    layout = Layout(facts.vocabulary, {k: k for k in given}, dict.fromkeys(given, headings))
    notebook.say(viewed(facts))
    with notebook.asked() as tables_now:
        script = statements(program, SPARK, layout, period, "en", tables_now)
    try:
        check_subjects(program, facts, period)
        result = evaluate(program, facts, period)
    except Refused:
        with pytest.raises(Refusal, match=r"perfrules PR7\d\d: "):
            notebook.say(script)
    else:
        notebook.say(script)
        assert seen(notebook, script).items() <= said_by(result).items()


def test_generated_policies_come_out_as_in_a_run(notebook):
    judged = [example for example in examples(FEW if IN_FULL else 2) if example.program is not None]
    for example in judged:
        agree(notebook, example.program, example.facts, PERIOD)
    assert judged


if IN_FULL:  # half a minute for a policy, more for all of them

    @pytest.mark.parametrize("path", ["operating-funds.yaml", ""])
    def test_the_year_of_luojiang_comes_out_as_in_a_run(notebook, path):
        program = perfrules.load(HOME / "policies" / "luojiang" / path, as_of="2024-01-31")
        facts = program.read_facts(HOME / "examples" / "luojiang-2023" / "facts")
        agree(notebook, program.compiled, facts, 2023)
