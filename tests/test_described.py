"""Tables of a database that are looked at before views are made over them: what does not fit is refused with its place
in the mapping, and views say so where a table is no longer what it was."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from psycopg.conninfo import conninfo_to_dict

import perfrules
from own_tables import Psql, Refusal, Rows
from perfrules import sql
from postgres import postgres

FACTS = """facts: town
extends: budget
kinds:
  unit:
    facts: {budget: {is: money}, paid: {is: money}, open: {is: flag}, since: {is: date}}
"""
POLICY = """policy: execution
facts: town
subject: unit
rules:
  - {rule: slow, when: paid < 85% * budget, then: remind, because: slow}
  - {rule: stale, when: open and since < 2020-01-01, then: remind, because: stale}
"""
MAPPING = """mapping: ledger
facts: town
tables:
  unit:
    from: LEDGER
    columns:
      id: UNIT
      budget: {column: PLAN, in: 万元}
      paid: SPENT
"""
TABLE = """CREATE TABLE "LEDGER" ("UNIT" TEXT, "PLAN" DECIMAL(18, 6) NOT NULL, "SPENT" DECIMAL(18, 2) NOT NULL, open BOOLEAN NOT NULL, since DATE);
INSERT INTO "LEDGER" VALUES ('A', 0.01, 84.99, true, '2019-12-31'), ('B', 0.01, 85, false, NULL), ('C', 0.02, 0, true, '2020-01-01'), ('D', 0, 0, true, NULL);
"""
VERDICTS = [
    ("A", "slow", "holds"), ("A", "stale", "holds"), ("B", "slow", "does-not-hold"), ("B", "stale", "does-not-hold"),
    ("C", "slow", "holds"), ("C", "stale", "does-not-hold"), ("D", "slow", "does-not-hold"), ("D", "stale", "undecided"),
]  # fmt: skip


class File:
    """A database file of DuckDB, which nobody has open between two statements."""

    dialect = "duckdb"

    def __init__(self, path: Path) -> None:
        self.path, self.address = path, f"duckdb:///{path}"

    def say(self, text: str) -> None:
        self.rows(text)

    def rows(self, query: str) -> Rows:
        try:
            with duckdb.connect(self.path) as connection:
                return [tuple("" if cell is None else str(cell) for cell in row) for row in connection.execute(query).fetchall()]
        except duckdb.Error as error:
            raise Refusal(str(error)) from error


class Server(Psql):
    """A schema of PostgreSQL, that has an address of its own."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        place = "postgresql://{user}@{host}:{port}/{dbname}".format(**conninfo_to_dict(address))
        self.url = f"{place}?options=-csearch_path%3D{self.schema}"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as found:
        yield found


@pytest.fixture(params=["duckdb", "postgres"])
def database(request, tmp_path) -> File | Server:
    return File(tmp_path / "ledger.db") if request.param == "duckdb" else Server(request.getfixturevalue("server"))


@pytest.fixture
def town(tmp_path) -> Path:
    for name, text in (("facts", FACTS), ("policy", POLICY), ("ledger", MAPPING)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def looked_at(database: File | Server, town: Path, *, look: bool = True) -> str:
    program = perfrules.load(town / "policy.yaml", as_of="2024-01-31")
    address = database.url if isinstance(database, Server) else database.address
    return sql.views(program, database.dialect, period=2023, mapping=town / "ledger.yaml", connect=address if look else None)


def rename(town: Path, name: str) -> None:
    """A mapping of another table, or of several."""
    (town / "ledger.yaml").write_text(MAPPING.replace("LEDGER", name), encoding="utf-8")


def refused(database: File | Server, town: Path, *, look: bool = True) -> list[tuple[str, str, str]]:
    """The code, the place in the mapping and the message of each problem."""
    with pytest.raises(perfrules.Refused) as found:
        looked_at(database, town, look=look)
    return [(p.code, p.place.removeprefix(str(town / "ledger.yaml")), p.message) for p in found.value.problems]


def verdicts(database: File | Server) -> Rows:
    return sorted((subject, rule.removeprefix("execution/"), verdict) for subject, rule, verdict in database.rows("SELECT id, rule, verdict FROM perfrules_rulings"))


def test_what_types_and_not_null_see_to_is_not_asked_of_rows(database, town):
    database.say(TABLE)
    made, unseen = (looked_at(database, town, look=look) for look in (True, False))
    database.say(made)
    assert verdicts(database) == VERDICTS
    slow = made.partition("'execution/slow' AS rule")[2].partition("FROM")[0]
    assert "undecided" not in slow  # all that it reads is there, so who is not slow is on time
    assert "undecided" in unseen.partition("'execution/slow' AS rule")[2].partition("FROM")[0]


def test_a_table_that_is_not_there_is_said_at_its_place_in_the_mapping(database, town):
    database.say("CREATE TABLE others (id TEXT)")
    ((code, place, message),) = refused(database, town)
    assert (code, place) == ("PR738", ":5:11")
    assert message.startswith("the table `LEDGER` can't be read: ")


def test_all_tables_that_are_not_there_are_said_at_once(database, town):
    database.say("CREATE TABLE others (id TEXT)")
    rename(town, "[LEDGER, others, no.such, one.two.three, a.b.c.d, a..b]")
    found = refused(database, town)
    assert [place for code, place, _ in found if code == "PR738"] == [":5:12", ":5:28", ":5:37", ":5:52", ":5:61"]
    assert {place for code, place, _ in found if code == "PR739"} == {":7:11", ":8:24", ":9:13", "others.open", "others.since"}


@pytest.mark.parametrize("look", [True, False], ids=["looked at", "unseen"])
@pytest.mark.parametrize("name", ["a.b.c.LEDGER", "a..b", ".LEDGER", "LEDGER."])
def test_what_is_no_name_of_a_table_is_refused_at_its_place(tmp_path, town, name, look):
    database = File(tmp_path / "ledger.db")
    database.say(TABLE)
    rename(town, name)
    ((code, place, message),) = refused(database, town, look=look)
    assert (code, place, message) == ("PR738", ":5:11", f"the table `{name}` can't be read: a name has one to three parts, `catalog.schema.table`")


def test_the_name_of_a_table_is_no_file_in_the_working_folder(tmp_path, town, monkeypatch):
    database = File(tmp_path / "ledger.db")
    database.say(TABLE)
    monkeypatch.chdir(town)
    (town / "u.csv").write_text("UNIT,PLAN,SPENT,open,since\nA,0.01,1,true,2020-01-01\n", encoding="utf-8")
    rename(town, "u.csv")
    assert refused(database, town) == [("PR738", ":5:11", "the table `u.csv` can't be read: there is no such table")]
    database.say("CREATE SCHEMA u; CREATE TABLE u.csv AS FROM \"LEDGER\"; CREATE VIEW seen AS FROM 'u.csv'")  # a view may read one
    database.say(looked_at(database, town))
    assert verdicts(database) == VERDICTS
    rename(town, "ledger.main.SEEN")
    assert {code for code, _, _ in refused(database, town)} == {"PR644"}  # DuckDB takes numbers in files for binary ones


def test_some_columns_that_a_role_may_select_are_enough(server, town):
    database = Server(server)
    database.say(TABLE + 'ALTER TABLE "LEDGER" ADD COLUMN secret TEXT;')
    role = f"clerk_{database.schema}"
    database.say(f'CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {database.schema} TO {role}; GRANT SELECT ("UNIT", "PLAN", open, since) ON "LEDGER" TO {role};')
    database.url = database.url.replace("postgres@", f"{role}@")
    assert refused(database, town) == [("PR739", ":9:13", "the table `LEDGER` has no column `SPENT` that may be selected")]
    database.say(f'GRANT SELECT ("SPENT") ON "LEDGER" TO {role};')
    assert "CREATE VIEW" in looked_at(database, town)
    database.say(f"REVOKE ALL ON SCHEMA {database.schema} FROM {role};")
    rename(town, f"{database.schema}.LEDGER")
    assert refused(database, town) == [("PR738", ":5:11", f"the table `{database.schema}.LEDGER` can't be read: the right to select from it is missing")]


def test_every_column_that_is_missing_or_can_not_be_read_is_said_before_there_is_a_view(database, town):
    database.say('CREATE TABLE "LEDGER" ("UNIT" DECIMAL(9, 1), "PLANS" DECIMAL(18, 6), "SPENT" DOUBLE PRECISION, open BOOLEAN, since VARCHAR(10))')
    assert refused(database, town) == [
        ("PR743", ":7:11", f"the column `LEDGER.UNIT` is of the type `{'numeric' if database.dialect == 'postgres' else 'DECIMAL(9,1)'}`, which can't be read as a text"),
        ("PR739", ":8:24", "the table `LEDGER` has no column `PLAN`"),
        ("PR644", ":9:13", "the column `LEDGER.SPENT` holds binary floating-point numbers, which are not exact"),
        ("PR743", "LEDGER.since", f"the column `LEDGER.since` is of the type `{'character varying' if database.dialect == 'postgres' else 'VARCHAR'}`, which can't be read as a date"),
    ]


def test_a_number_in_a_column_of_texts_is_refused_in_our_words(database, town):
    database.say(TABLE + 'ALTER TABLE "LEDGER" ALTER COLUMN "SPENT" TYPE VARCHAR(20);')
    ((code, place, message),) = refused(database, town)
    assert (code, place) == ("PR743", ":9:13")
    assert message.endswith(", which can't be read as an amount of money")


@pytest.mark.parametrize("look", [True, False], ids=["looked at", "unseen"])
@pytest.mark.parametrize(("type_", "paid"), [("DECIMAL(38, 0)", "9" * 38), ("HUGEINT", str(2**127 - 1)), ("HUGEINT", str(-(2**127))), ("DECIMAL(38, 2)", "9" * 36), ("DECIMAL(38, 6)", "90071992547409.92"), ("DECIMAL(38, 0)", "90071992547410")])
def test_numbers_near_the_ends_of_a_type_are_beyond_their_bounds_in_our_words(tmp_path, town, type_, paid, look):
    database = File(tmp_path / "ledger.db")
    database.say(TABLE.partition("INSERT")[0].replace("DECIMAL(18, 2)", type_))
    database.say(f"INSERT INTO \"LEDGER\" VALUES ('A', 0.01, {paid}, true, NULL); {looked_at(database, town, look=look)}")
    with pytest.raises(Refusal, match=rf"perfrules PR603: LEDGER\.SPENT: {paid}[.0-9]* for `paid` is (above |below -)90071992547409\.91元"):
        verdicts(database)
    database.say('UPDATE "LEDGER" SET "SPENT" = 85')
    assert verdicts(database) == [("A", "slow", "does-not-hold"), ("A", "stale", "undecided")]


def test_a_decimal_with_no_room_for_the_bounds_of_its_fact_is_refused_before_there_is_a_view(tmp_path, town):
    database = File(tmp_path / "ledger.db")
    database.say(TABLE.partition("INSERT")[0].replace("DECIMAL(18, 2)", "DECIMAL(38, 23)"))
    assert refused(database, town) == [("PR743", ":9:13", "the column `LEDGER.SPENT` is of the type `DECIMAL(38,23)`, which can't be read as an amount of money")]
    database.say('ALTER TABLE "LEDGER" ALTER COLUMN "SPENT" TYPE DECIMAL(38, 22)')
    database.say("INSERT INTO \"LEDGER\" VALUES ('A', 0.01, 90071992547409.91, true, NULL);" + looked_at(database, town))
    assert verdicts(database) == [("A", "slow", "does-not-hold"), ("A", "stale", "undecided")]
    database.say('UPDATE "LEDGER" SET "SPENT" = 90071992547409.9099999999999999999999')
    with pytest.raises(Refusal, match=r"perfrules PR604: .* has more than 2 decimal places"):
        verdicts(database)


def test_a_column_with_the_period_is_read_as_in_a_file_though_the_mapping_does_not_name_it(database, town):
    database.say(TABLE + 'ALTER TABLE "LEDGER" ADD COLUMN period INTEGER; UPDATE "LEDGER" SET period = CASE "UNIT" WHEN \'A\' THEN 2023 ELSE 2022 END;')
    database.say(looked_at(database, town))
    assert verdicts(database) == VERDICTS[:2]


def test_a_null_that_could_not_be_when_the_views_were_made_stops_them(database, town):
    database.say(TABLE)
    database.say(looked_at(database, town))
    database.say('ALTER TABLE "LEDGER" ALTER COLUMN "SPENT" DROP NOT NULL; UPDATE "LEDGER" SET "SPENT" = NULL WHERE "UNIT" = \'C\'')
    with pytest.raises(Refusal, match=r"perfrules PR739: LEDGER\.SPENT: the table `LEDGER` has no column `SPENT` that is NOT NULL, as when the view was made .*, unit C"):
        verdicts(database)


@pytest.mark.parametrize(("column", "was", "becomes"), [
    ("SPENT", "DECIMAL(18,2)", "DECIMAL(18, 3)"), ("SPENT", "DECIMAL(18,2)", "VARCHAR(20)"), ("SPENT", "DECIMAL(18,2)", "DOUBLE PRECISION"), ("since", "DATE", "VARCHAR(20)"),
    ("since", "DATE", "TIMESTAMP"), ("open", "BOOLEAN", "VARCHAR(20)"),
])  # fmt: skip
def test_a_type_that_changed_beneath_the_views_stops_them_where_the_database_lets_it_change(database, town, column, was, becomes):
    database.say(TABLE)
    database.say(looked_at(database, town))
    change = f'ALTER TABLE "LEDGER" ALTER COLUMN "{column}" TYPE {becomes}'
    if database.dialect == "postgres":
        with pytest.raises(Refusal, match="used by a view"):
            database.say(change)
        return
    database.say(change + f"; UPDATE \"LEDGER\" SET \"{column}\" = 'many'" * becomes.startswith("VARCHAR"))
    with pytest.raises(Refusal, match=rf"perfrules PR739: LEDGER\.{column}: the table `LEDGER` has no column `{column}` that is {re.escape(was)}, as when the view was made"):
        verdicts(database)


@pytest.mark.parametrize("look", [True, False], ids=["looked at", "unseen"])
@pytest.mark.parametrize("own", ["", "own_"], ids=["once", "twice"])
def test_types_that_somebody_named_are_read_as_what_is_beneath_them(server, town, own, look):
    database, types = Server(server), {"amount": "NUMERIC(18, 2)", "day": "DATE", "truth": "BOOLEAN", "label": "TEXT"}
    made = "".join(f"CREATE DOMAIN {name} AS {type_}; CREATE DOMAIN own_{name} AS {name};" for name, type_ in types.items())
    table = TABLE.replace('"SPENT" DECIMAL(18, 2)', f'"SPENT" {own}amount').replace("DATE", f"{own}day").replace("BOOLEAN", f"{own}truth")
    database.say(made + table.replace("TEXT", f"{own}label"))
    database.say(looked_at(database, town, look=look))
    assert verdicts(database) == VERDICTS


@pytest.mark.parametrize("look", [True, False], ids=["looked at", "unseen"])
def test_a_domain_over_uuids_is_read_as_uuids(server, town, look):
    database, id_ = Server(server), "8c1d58e8-9c3a-4b4c-8f0a-0d7c7a4f7a11"
    database.say("CREATE DOMAIN key AS UUID; CREATE DOMAIN own_key AS key;" + TABLE.partition("INSERT")[0].replace("TEXT", "own_key"))
    database.say(f"INSERT INTO \"LEDGER\" VALUES ('{id_}', 0.01, 85, false, NULL);" + looked_at(database, town, look=look))
    assert verdicts(database) == [(id_, rule, "does-not-hold") for rule in ("slow", "stale")]


def test_views_of_one_dialect_are_not_made_over_another_database(tmp_path, town):
    database = File(tmp_path / "ledger.db")
    database.say(TABLE)
    program = perfrules.load(town / "policy.yaml", as_of="2024-01-31")
    with pytest.raises(perfrules.Refused) as found:
        sql.views(program, "postgres", period=2023, mapping=town / "ledger.yaml", connect=database.address)
    assert [(p.code, p.message) for p in found.value.problems] == [("PR741", "the views are for postgres, and the database is duckdb")]


def test_the_command_looks_too(tmp_path, town):
    database = File(tmp_path / "ledger.db")
    database.say(TABLE)
    asked = [str(Path(sys.executable).parent / "perfrules"), "compile", "policy.yaml", "--as-of", "2024-01-31", "--period", "2023", "--mapping", "ledger.yaml"]
    done = subprocess.run([*asked, "--sql", "duckdb", "--connect", "duckdb:///ledger.db"], cwd=town, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (0, looked_at(database, town))
    done = subprocess.run([*asked, "--sql", "duckdb", "--connect", ""], cwd=town, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert "PR731" in done.stderr  # an address that a variable of the shell should have had


@pytest.mark.parametrize(("address", "code"), [("", "PR731"), (Path("ledger.db"), "PR628"), (b"duckdb:///ledger.db", "PR628")])
def test_what_is_no_address_is_refused(town, address, code):
    program = perfrules.load(town / "policy.yaml", as_of="2024-01-31")
    facts = program.facts({"unit": [{"id": "A", "paid": 1}]}, period=2023)
    asked = [lambda: sql.views(program, "duckdb", period=2023, connect=address), lambda: sql.read_tables(program, address), *[lambda: program.run(facts, engine="sql", connect=address)] * (address != "")]
    for ask in asked:
        with pytest.raises(perfrules.Refused) as found:
            ask()
        assert [(p.code, p.place) for p in found.value.problems] == [(code, "connect")]


COUNTED = FACTS.replace("open: {is: flag}", "open: {is: flag}, built: {is: count}, grown: {is: count}")


def counted(town: Path, columns: str) -> None:
    """A mapping with other columns, and rules on counts."""
    (town / "facts.yaml").write_text(COUNTED, encoding="utf-8")
    (town / "policy.yaml").write_text(POLICY.partition("  - {rule: slow")[0] + "  - {rule: slow, when: built > 2000, then: remind, because: built}\n  - {rule: stale, when: grown > 1, then: remind, because: grown}\n", encoding="utf-8")
    (town / "ledger.yaml").write_text(MAPPING.partition("    columns:")[0] + "    columns: " + columns + "\n", encoding="utf-8")


@pytest.mark.parametrize("look", [True, False], ids=["looked at", "unseen"])
def test_a_column_that_the_mapping_gives_to_a_fact_is_neither_the_period_nor_the_fact_that_it_is_called_after(database, town, look):
    counted(town, "{id: UNIT, built: period, paid: grown}")
    database.say('CREATE TABLE "LEDGER" ("UNIT" TEXT, period INTEGER NOT NULL, grown INTEGER NOT NULL)')
    database.say("INSERT INTO \"LEDGER\" VALUES ('A', 2019, 5), ('B', 2023, 5)")
    database.say(looked_at(database, town, look=look))
    assert verdicts(database) == [(unit, rule, verdict) for unit in "AB" for rule, verdict in (("slow", "holds"), ("stale", "undecided"))]


@pytest.mark.parametrize("heading", ["PERIOD", "年度"])
def test_a_period_under_another_spelling_is_found_as_in_a_file(database, town, heading):
    database.say(TABLE + f'ALTER TABLE "LEDGER" ADD COLUMN "{heading}" INTEGER; UPDATE "LEDGER" SET "{heading}" = CASE "UNIT" WHEN \'A\' THEN 2023 ELSE 2022 END;')
    database.say(looked_at(database, town))
    assert verdicts(database) == VERDICTS[:2]


def test_the_search_path_of_a_session_changes_no_type(server, town):
    database = Server(server)
    database.say("CREATE DOMAIN amount AS NUMERIC(18, 2);" + TABLE.replace('"SPENT" DECIMAL(18, 2)', '"SPENT" amount'))
    database.say(looked_at(database, town))
    assert database.rows(f"SET search_path = public; SELECT COUNT(*) FROM {database.schema}.perfrules_rulings") == [("8",)]


def test_what_an_heir_of_a_table_may_drop_is_not_relied_on(server, town):
    database = Server(server)
    database.say(TABLE + 'CREATE TABLE heir () INHERITS ("LEDGER"); ALTER TABLE heir ALTER "SPENT" DROP NOT NULL;')
    database.say("INSERT INTO heir VALUES ('E', 0.01, NULL, true, NULL);" + looked_at(database, town))
    assert ("E", "slow", "undecided") in verdicts(database)


def test_lists_are_no_values(database, town):
    database.say(TABLE.partition("INSERT")[0].replace('"SPENT" DECIMAL(18, 2)', '"SPENT" DECIMAL(18, 2)[]'))
    ((code, place, _),) = refused(database, town)
    assert (code, place) == ("PR743", ":9:13")


@pytest.mark.parametrize("address", ["postgresql://bob:p%zzsecret@h/x", "postgresql://bob@h/x?password=%zzsecret"])
def test_an_address_that_can_not_be_read_is_said_without_its_password(town, address):
    program = perfrules.load(town / "policy.yaml", as_of="2024-01-31")
    with pytest.raises(perfrules.Refused) as found:
        sql.views(program, "postgres", period=2023, mapping=town / "ledger.yaml", connect=address)
    assert [p.code for p in found.value.problems] == ["PR731"]
    assert "secret" not in str(found.value)


@pytest.mark.parametrize("name", ["x.parquet", "x.csv", "x.db"])
def test_a_file_that_is_no_database_is_said_to_be_none(town, name, monkeypatch):
    monkeypatch.chdir(town)
    duckdb.execute(f"COPY (SELECT 'A' AS id) TO '{name}' (FORMAT {'parquet' if name == 'x.parquet' else 'csv'})")
    program = perfrules.load("policy.yaml", as_of="2024-01-31")
    with pytest.raises(perfrules.Refused) as found:
        sql.read_tables(program, f"duckdb:///{name}", period=2023)
    assert [(p.code, p.place, p.message) for p in found.value.problems] == [
        ("PR733", "connect", f"the database (duckdb) refused: `{name}` is no database; tables in files are given to `--facts`, Parquet to `program.scan_facts`")
    ]


@pytest.mark.parametrize(("wrong", "code", "place"), [
    ({"mapping": 5}, "PR628", "mapping"),
    ({"mapping": b"ledger.yaml"}, "PR628", "mapping"),
    ({"dialect": 3}, "PR735", "sql"),
    ({"dialect": ["duckdb"]}, "PR735", "sql"),
    ({"dialect": ""}, "PR735", "sql"),
    ({"language": "fr"}, "PR208", "language"),
    ({"program": "policy.yaml"}, "PR628", "program"),
])  # fmt: skip
def test_views_of_what_is_none_are_refused_by_its_name(town, wrong, code, place):
    program = perfrules.load(town / "policy.yaml", as_of="2024-01-31")
    with pytest.raises(perfrules.Refused) as found:
        sql.views(**{"program": program, "dialect": "duckdb", "period": 2023, **wrong})
    assert [(p.code, p.place) for p in found.value.problems] == [(code, place)]


def test_what_is_no_mapping_no_path_or_no_program_is_refused_by_its_name(town):
    program = perfrules.load(town / "policy.yaml", as_of="2024-01-31")
    asked = {
        "mapping": [
            lambda: sql.read_tables(program, "duckdb:///ledger.db", mapping=5),
            lambda: program.read_facts(town, mapping=5),
            lambda: program.query_facts(duckdb.connect(), {}, mapping=5),
        ],
        "paths": [
            lambda: program.read_facts(5),
            lambda: program.read_facts([town, None]),
            lambda: perfrules.load("", as_of="2024-01-31"),
            lambda: perfrules.authoring.write_template(b"policy.yaml", town / "t.xlsx"),
        ],
        "program": [lambda: sql.read_tables("policy.yaml", "duckdb:///ledger.db")],
    }
    for place, ask in [(place, ask) for place, asks in asked.items() for ask in asks]:
        with pytest.raises(perfrules.Refused) as found:
            ask()
        assert [(p.code, p.place) for p in found.value.problems] == [("PR628", place)]
