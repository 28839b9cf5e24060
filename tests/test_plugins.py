"""Plugins as packages and in use: readers, checks, engines, listeners; what they do wrong is contained and said by name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import perfrules
from perfrules.engines import record
from perfrules.plugins import Action, Check, Engine, Found, Listener, Macro, Reader, Unreadable, Words
from test_districts import plugin
from test_front import err, out
from test_front import perfrules as command

FACTS = "facts: town\nextends: budget\nkinds:\n  school:\n    facts: {planned: {is: count}, built: {is: count}, paid: {is: money}}\n    accounts: {grant: {together: sum}}\n"
POLICY = "policy: schools\ndistrict: town\nfacts: town\nsubject: school\nrules:\n  - rule: behind\n    when: built < planned\n    then: {deduct: {from: grant, amount: 1% * grant}}\n    because: made\n"
ROW = {"id": "A", "planned": 10, "built": 7, "paid": 5, "grant": 1000}


@pytest.fixture
def town(tmp_path) -> Path:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "schools.yaml").write_text(POLICY, encoding="utf-8")
    return tmp_path


def load(town: Path, *plugins: object) -> perfrules.Program:
    return perfrules.load(town, as_of="2024-01-31", plugins=plugins)


def codes(call, *arguments, **named) -> list[str]:
    with pytest.raises(perfrules.Refused) as refused:
        call(*arguments, **named)
    return [p.code for p in refused.value.problems]


# readers


def lines(path: Path):
    yield "school", [dict(zip(("id", "planned", "built", "grant"), line.split("|"), strict=True)) for line in path.read_text().splitlines()]


def test_a_reader_reads_files_with_its_ending(town):
    (town / "year.pipe").write_text("A|10|7|1000\nB|10|10|1000\n", encoding="utf-8")
    program = load(town, plugin("town", readers=[Reader("pipes", (".pipe",), lines)]))
    for given in (town / "year.pipe", town):
        facts = program.read_facts(given, period=2023)
        assert [r.verdict for r in program.run(facts).rulings] == ["holds", "does-not-hold"]


def test_what_a_reader_gives_is_checked_by_row(town):
    (town / "year.pipe").write_text("A|10|x|1000\nA|10|7|1000\n", encoding="utf-8")
    program = load(town, plugin("town", readers=[Reader("pipes", (".pipe",), lines)]))
    with pytest.raises(perfrules.Refused) as refused:
        program.read_facts(town / "year.pipe", period=2023)
    assert [(p.code, p.place.rpartition("/")[2]) for p in refused.value.problems] == [
        ("PR609", "year.pipe, school[0], built"),
        ("PR605", "year.pipe, school[1]"),
    ]


def broken(_: object, *__: object):
    raise RuntimeError("no luck")


def leaving(*_: object):
    sys.exit(0)


class Ending(BaseException):
    """What no one expects."""


def ending(*_: object):
    raise Ending


@pytest.mark.parametrize("read", [broken, leaving, ending, lambda path: 7, lambda path: [1], lambda path: [("school", 7)]])
def test_a_reader_that_fails_is_named(town, read):
    (town / "year.pipe").write_text("", encoding="utf-8")
    program = load(town, plugin("town", readers=[Reader("pipes", (".pipe",), read)]))
    with pytest.raises(perfrules.Refused) as refused:
        program.read_facts(town / "year.pipe", period=2023)
    [problem] = refused.value.problems
    assert (problem.code, problem.place) == ("PR801", "town")
    assert "pipes" in problem.message


def refusing(path: Path):
    line = None if path.stem == "whole" else 2
    raise Unreadable(Words("it is cut short", "文件不完整"), Words("export it again", "请重新导出"), line)


def test_what_a_reader_can_not_read_is_said_with_its_line_beside_other_problems(town):
    for name in ("year.pipe", "whole.pipe"):
        (town / name).write_text("", encoding="utf-8")
    (town / "school.csv").write_text("id,planned\nA,ten\n", encoding="utf-8")
    program = load(town, plugin("town", readers=[Reader("pipes", (".pipe",), refusing)]))
    with pytest.raises(perfrules.Refused) as refused:
        program.read_facts(town, period=2023)
    problems = {p.place.rpartition("/")[2]: p for p in refused.value.problems}
    assert {place: p.code for place, p in problems.items()} == {"school.csv:2, planned": "PR609", "whole.pipe": "PR809", "year.pipe:2": "PR809"}
    assert problems["year.pipe:2"].message == "it is cut short (`pipes` of `town`)"
    assert problems["year.pipe:2"].said("zh") == "文件不完整（`town` 的 `pipes`）"
    assert problems["year.pipe:2"].help == "export it again"


@pytest.mark.parametrize("given", [7, "A", [1], ["school"], None])
def test_rows_of_a_reader_that_are_none_are_refused(town, given):
    (town / "year.pipe").write_text("", encoding="utf-8")
    program = load(town, plugin("town", readers=[Reader("pipes", (".pipe",), lambda path: [("school", [given])])]))
    assert codes(program.read_facts, town / "year.pipe", period=2023) == ["PR628"]


def test_floats_of_a_reader_are_refused(town):
    (town / "year.pipe").write_text("", encoding="utf-8")
    program = load(town, plugin("town", readers=[Reader("pipes", (".pipe",), lambda path: [("school", [{**ROW, "paid": 0.1}])])]))
    assert codes(program.read_facts, town / "year.pipe", period=2023) == ["PR607"]


def test_an_ending_has_one_reader(town):
    one, two = (plugin(name, readers=[Reader(name, (".pipe",), lines)]) for name in ("east", "west"))
    assert codes(load, town, one, two) == ["PR802"]
    assert codes(load, town, plugin("town", readers=[Reader("mine", (".CSV",), lines)])) == ["PR802"]


# checks


def cites(policy):
    for rule in policy.rules:
        if "〔" not in rule.because:
            yield Found(Words(f"`{rule.name}` cites no document", f"`{rule.name}` 没有引用文号"), Words("name it", "请写明文号"), rule.span)


def test_a_check_finds_what_a_district_is_particular_about(town):
    [found] = perfrules.check(town / "schools.yaml", plugins=[plugin("town", checks=[Check("citation", cites)])])
    assert (found.code, found.severity, found.span.line) == ("PR805", "warning", 6)
    assert found.message == "`town/schools/behind` cites no document (`citation` of `town`)"
    assert found.said("zh").startswith("`town/schools/behind` 没有引用文号")
    assert perfrules.check(town / "schools.yaml") == ()


@pytest.mark.parametrize("find", [broken, leaving, ending, lambda policy: 7, lambda policy: ["wrong"]])
def test_a_check_that_fails_is_named(town, find):
    [found] = perfrules.check(town / "schools.yaml", plugins=[plugin("town", checks=[Check("mine", find)])])
    assert (found.code, found.severity, found.where) == ("PR801", "error", "town")


# engines


def test_what_a_check_finds_is_said_in_both_languages(town):
    given = Check("habit", lambda policy: [Found("stale", Words("mend it", "请修改"), policy.span)])
    [problem] = perfrules.check(town, plugins=[plugin("town", checks=[given])])
    assert (problem.code, problem.help) == ("PR801", "`message` of `Found` must be `Words`, in both languages, not `'stale'`")


def test_a_run_may_name_an_engine_which_gives_the_same(town):
    calls = []

    def run(plan, facts, period):
        calls.append(period)
        return record.run(plan, facts, period)

    program = load(town, plugin("town", engines=[Engine("mine", run)]))
    facts = program.facts({"school": [ROW]}, period=2023)
    assert program.run(facts, engine="mine").json() == program.run(facts).json()
    assert calls == [2023]
    assert codes(program.run, facts, engine="mnie") == ["PR806"]


def spoiling(plan, facts, period):
    for table in facts.tables.values():
        for column in table.columns.values():
            column[:] = [0] * len(column)
    return record.run(plan, facts, period)


def test_an_engine_that_changes_the_facts_changes_its_own_copy(town):
    program = load(town, plugin("town", engines=[Engine("mine", spoiling)]))
    facts = program.facts({"school": [ROW]}, period=2023)
    before = program.run(facts).json()
    program.run(facts, engine="mine")
    assert program.run(facts).json() == before


def floating(plan, facts, period):
    tables = record.run(plan, facts, period)
    for columns in tables.values():
        for name in columns:
            columns[name] = [float(c) if isinstance(c, int) else c for c in columns[name]]
    return tables


def ragged(plan, facts, period):
    tables = record.run(plan, facts, period)
    next(iter(tables.values()))["more"] = [1, 2, 3]
    return tables


@pytest.mark.parametrize("run", [broken, leaving, ending, floating, ragged, lambda *_: None, lambda *_: {}])
def test_an_engine_that_fails_is_named_and_nothing_is_decided(town, run):
    program = load(town, plugin("town", engines=[Engine("mine", run)]))
    facts = program.facts({"school": [ROW]}, period=2023)
    assert codes(program.run, facts, engine="mine") == ["PR801"]


def test_an_engine_can_not_take_the_name_of_perfrules_own(town):
    assert codes(load, town, plugin("town", engines=[Engine("record", record.run)])) == ["PR802"]


# listeners


def test_a_listener_hears_every_outcome(town):
    heard = []
    program = load(town, plugin("town", listeners=[Listener("archive", heard.append)]))
    outcome = program.run(program.facts({"school": [ROW]}, period=2023))
    assert heard == [outcome]


@pytest.mark.parametrize("hear", [broken, leaving, ending])
def test_a_listener_that_fails_stops_the_run(town, hear):
    """What should have been archived and was not is no result."""
    program = load(town, plugin("town", listeners=[Listener("archive", hear)]))
    assert codes(program.run, program.facts({"school": [ROW]}, period=2023)) == ["PR801"]


def test_what_a_plugin_prints_is_not_in_the_result(town, capsys):
    program = load(town, plugin("town", listeners=[Listener("archive", lambda outcome: print("heard"))]))
    program.run(program.facts({"school": [ROW]}, period=2023))
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "heard\n")


# registration


@pytest.mark.parametrize("hook", ["readers", "checks", "engines", "listeners"])
def test_what_is_none_of_the_kind_is_refused_at_registration(town, hook):
    assert codes(load, town, plugin("town", **{hook: ["wrong"]})) == ["PR801"]


def test_a_hook_that_exits_is_contained(town):
    for failing in (leaving, ending, broken):
        bad = type("town", (), {"perfrules_actions": staticmethod(perfrules.hookimpl(lambda failing=failing: failing(0)))})
        assert codes(load, town, bad) == ["PR801"]


def test_an_interrupt_is_the_users(town):
    def stop(*_: object):
        raise KeyboardInterrupt

    program = load(town, plugin("town", listeners=[Listener("archive", stop)]))
    with pytest.raises(KeyboardInterrupt):
        program.run(program.facts({"school": [ROW]}, period=2023))


def test_a_plugin_that_is_named_alone_is_one_and_not_its_letters(town):
    for given, code, place in (("schools", "PR803", "schools"), (plugin("town"), "PR801", "town"), (None, "PR801", "NoneType")):
        with pytest.raises(perfrules.Refused) as refused:
            perfrules.load(town, as_of="2023-12-31", plugins=given)
        assert [(p.code, p.place) for p in refused.value.problems] == [(code, place)]


@pytest.mark.parametrize("engine", [None, 5, ["sql"], "SQL"])
def test_an_engine_that_is_none_is_refused(town, engine):
    program = load(town)
    with pytest.raises(perfrules.Refused) as refused:
        program.run(program.facts({"school": [ROW]}, period=2023), engine=engine)
    assert [p.code for p in refused.value.problems] == ["PR806"]


@pytest.mark.parametrize("version", [0, "1"])
def test_another_version_of_the_hooks_is_refused_with_both(town, version):
    old = plugin("town", actions=[])
    old.PERFRULES_API = version  # type: ignore[attr-defined]
    with pytest.raises(perfrules.Refused) as refused:
        load(town, old)
    [problem] = refused.value.problems
    assert problem.code == "PR804"
    assert f"version {version!r}" in problem.message
    assert "version 1" in problem.message


@pytest.mark.parametrize(("hook", "path"), [("policies", "polices"), ("policies", "schools.yaml"), ("vocabularies", "fact.yaml"), ("vocabularies", "")])
def test_a_path_that_is_none_of_its_hook_is_refused_by_the_plugins_name(town, hook, path):
    with pytest.raises(perfrules.Refused) as refused:
        load(town, plugin("town", **{hook: [town / path]}))
    [problem] = refused.value.problems
    assert (problem.code, problem.place) == ("PR801", "town")
    assert f"`{town / path}`" in problem.help


@pytest.mark.parametrize(("path", "offered"), [("town/scools", "town/schools"), ("twon", "town"), ("luojiang/target", "luojiang/targets"), ("elsewhere.yaml", None)])
def test_a_policy_that_is_not_there_is_looked_for_among_those_of_plugins(town, path, offered):
    folder = town / "policies" / "town"
    folder.mkdir(parents=True)
    (folder / "schools.yaml").write_text(POLICY, encoding="utf-8")
    [problem] = perfrules.check(path, plugins=[plugin("town", policies=[town / "policies"])])
    assert problem.code == "PR120"
    assert "nor a policy of perfrules or of a plugin" in problem.message
    assert ("did you mean" in problem.message, f"`{offered}`" in problem.message) == (bool(offered), bool(offered))


# installed packages


PACKAGE = """
from pathlib import Path
from perfrules.plugins import Action, Words, hookimpl

PERFRULES_API = 1

@hookimpl
def perfrules_actions():
    return [Action("warn", "notice", Words("warning", "通报"))]
"""


def installed(folder: Path, name: str, text: str, package: str = "") -> Path:
    """A folder on which a package with an entry point lies, as an installation leaves it."""
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    about = folder / f"{package or name}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package or name}\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(f"[perfrules]\n{name} = {name}\n", encoding="utf-8")
    return folder


@pytest.fixture
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    installed(folder, "riverside", PACKAGE)
    installed(folder, "poison", f"from pathlib import Path\nPath({str(folder / 'imported')!r}).write_text('yes')\n{PACKAGE}")
    installed(folder, "unversioned", PACKAGE.replace("PERFRULES_API = 1", ""))
    installed(folder, "future", PACKAGE.replace("PERFRULES_API = 1", "PERFRULES_API = 2"))
    installed(folder, "falling", "raise RuntimeError('no luck')")
    installed(folder, "double", PACKAGE, "westside")
    installed(folder, "double", PACKAGE, "eastside")
    return folder


def test_an_installed_plugin_is_used_when_it_is_named_and_no_other_is_imported(town, site):
    (town / "schools.yaml").write_text(POLICY.replace("{deduct: {from: grant, amount: 1% * grant}}", "warn"), encoding="utf-8")
    assert command("check", ".", folder=town, PYTHONPATH=str(site)).returncode == 1
    named = command("check", ".", "--plugin", "riverside", folder=town, PYTHONPATH=str(site))
    assert (named.returncode, out(named)) == (0, "no problems\n")
    (town / "perfrules.toml").write_text('plugins = ["riverside"]\n', encoding="utf-8")
    by_file = command("check", ".", folder=town, PYTHONPATH=str(site))
    assert (by_file.returncode, out(by_file)) == (0, "no problems\n")
    assert not (site / "imported").exists()
    command("check", ".", "--plugin", "poison", folder=town, PYTHONPATH=str(site))
    assert (site / "imported").exists()  # the test would notice


def test_where_no_package_is_installed_it_is_said_to_install_one(town):
    said = out(command("check", ".", "--plugin", "riverside", folder=town))
    assert "PR803" in said
    assert "pip" in said


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [("riversid", "PR803", "did you mean `riverside`"), ("unversioned", "PR804", "version ?"), ("future", "PR804", "version 2"), ("falling", "PR801", "no luck"), ("double", "PR802", "by `eastside` and by `westside`")],
)
def test_a_package_that_does_not_fit_is_refused_by_name(town, site, name, code, words):
    for arguments in (("check", "."), ("run", ".", "--facts", ".", "--as-of", "2024-01-31"), ("compile", ".", "--as-of", "2024-01-31")):
        done = command(*arguments, "--plugin", name, folder=town, PYTHONPATH=str(site))
        said = out(done) + err(done)
        assert done.returncode != 0
        assert f"[{code}]" in said
        assert words in said
        assert "Traceback" not in said


@pytest.mark.parametrize("text", ["plugins = riverside", 'plugin = ["riverside"]', "plugins = [1]", "plugins = []\nmore = 1", "\udcff"])
def test_a_project_file_that_says_something_else_is_refused(town, text):
    (town / "perfrules.toml").write_text(text, encoding="utf-8", errors="surrogateescape")
    done = command("check", ".", folder=town)
    assert done.returncode == 2
    assert "PR807" in err(done)


def test_everything_has_its_origin(town):
    brought = plugin("town", actions=[Action("warn", "notice", Words("warning", "通报"))], functions=[Macro("twice", ("x",), "x + x")])
    program = load(town, brought)
    origins = {(what, name): origin for what, name, origin in program.origins}
    assert origins["action", "warn"] == origins["function", "twice"] == "town"
    assert origins["action", "deduct"] == origins["function", "clamp"] == "perfrules"
    assert origins["rule", "town/schools/behind"].endswith("schools.yaml:6:11")
    assert origins["fact", "school.planned"].endswith("facts.yaml:5:13")
    assert origins["account", "school.grant"].endswith("facts.yaml:6:16")
    assert all(origins.values())
    said = out(command("compile", ".", "--as-of", "2024-01-31", "--origins", folder=town))
    assert "rule town/schools/behind: schools.yaml:6:11\n" in said
    assert "fact school.planned: facts.yaml:5:13\n" in said
