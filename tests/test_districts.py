"""Plugins: what they bring in through the four hooks, and what is refused, by their names."""

from __future__ import annotations

import pytest

import perfrules
from perfrules.plugins import Action, Check, Engine, Listener, Macro, Reader, Words, hookimpl

FACTS = "facts: town\nextends: budget\nkinds:\n  school:\n    facts: {planned: {is: count}, built: {is: count}}\n    accounts: {grant: {together: sum}}\n"
POLICY = "policy: schools\ndistrict: town\nfacts: town\nsubject: school\nrules:\n  - rule: behind\n    when: '%s'\n    then: %s\n    because: made\n"


def plugin(name: str, **hooks: object) -> type:
    """A plugin whose hooks return the given values."""
    functions = {f"perfrules_{hook}": staticmethod(hookimpl(lambda value=value: value)) for hook, value in hooks.items()}
    return type(name, (), functions)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    return tmp_path


def write(folder, when: str = "built < planned", then: str = "suspend"):
    path = folder / "schools.yaml"
    path.write_text(POLICY % (when, then), encoding="utf-8")
    return path


def refused(plugins: list[object], path) -> list[perfrules.Problem]:
    with pytest.raises(perfrules.Refused) as caught:
        perfrules.load(path, as_of="2024-01-31", plugins=plugins)
    return list(caught.value.problems)


def test_policies_are_loaded_by_district_and_name(folder, tmp_path_factory):
    write(folder)
    elsewhere = tmp_path_factory.mktemp("bundled") / "town"
    folder.rename(elsewhere)
    program = perfrules.load("town/schools", as_of="2024-01-31", plugins=[plugin("town", policies=[elsewhere.parent])])
    assert program.rules == ("town/schools/behind",)


def policies(folder, name: str, then: str) -> object:
    """A plugin with one policy of the district `town`."""
    (folder / name / "town").mkdir(parents=True)
    (folder / name / "town" / f"{then}.yaml").write_text((POLICY % ("built < planned", then)).replace("schools", then), encoding="utf-8")
    return plugin(name, policies=[folder / name], vocabularies=[folder / "facts.yaml"])


def test_a_district_may_have_policies_of_several_plugins(folder):
    """Only those of the first were found, and a run of the district left the others out without a word."""
    plugins = [policies(folder, "east", "suspend"), policies(folder, "west", "remind")]
    for several in (plugins, plugins[::-1]):
        assert perfrules.load("town", as_of="2024-01-31", plugins=several).rules == ("town/remind/behind", "town/suspend/behind")


def test_two_plugins_that_have_a_policy_under_one_name(folder):
    """Else it would depend on their order which of them is judged."""
    plugins = [policies(folder, "east", "suspend"), policies(folder, "west", "suspend")]
    [problem] = refused(plugins, "town/suspend")
    assert (problem.code, problem.values) == ("PR802", {"name": "town/suspend", "first": "east", "second": "west"})
    twice = policies(folder, "north", "remind")
    assert perfrules.load("town", as_of="2024-01-31", plugins=[twice, plugin("south", policies=[folder / "north"])]).rules == ("town/remind/behind",)


def test_a_vocabulary_is_brought_in(folder, tmp_path_factory):
    path = write(tmp_path_factory.mktemp("policies"))
    program = perfrules.load(path, as_of="2024-01-31", plugins=[plugin("town", vocabularies=[folder / "facts.yaml"])])
    assert list(program.vocabulary.kinds) == ["school"]


def test_a_vocabulary_that_changes_is_read_anew_and_what_is_wrong_in_it_is_said_each_time(folder, tmp_path_factory):
    """In one process: an editor checks again and again, while somebody works on the plugin."""
    path, facts = write(tmp_path_factory.mktemp("policies")), folder / "facts.yaml"
    town = plugin("town", vocabularies=[facts])
    facts.write_text(FACTS.replace("count", "cuont"), encoding="utf-8")
    first, again = ([p for p in refused([town], path) if "cuont" in p.said("en")] for _ in range(2))
    assert first == again != []
    assert {p.span.source.name for p in first} == {str(facts)}
    for kind in ("school", "library"):
        facts.write_text(FACTS.replace("school", kind), encoding="utf-8")
        path.write_text((POLICY % ("built < planned", "suspend")).replace("school", kind), encoding="utf-8")
        assert list(perfrules.load(path, as_of="2024-01-31", plugins=[town]).vocabulary.kinds) == [kind]


def test_a_vocabulary_that_also_lies_beside_the_policy_is_the_same_one(folder):
    program = perfrules.load(write(folder), as_of="2024-01-31", plugins=[plugin("town", vocabularies=[folder / "facts.yaml"])])
    assert list(program.vocabulary.kinds) == ["school"]


def test_an_action_and_a_function_are_brought_in(folder):
    town = plugin("town", actions=[Action("warn", "notice", Words("warning", "通报"))], functions=[Macro("missing", ("built", "planned"), "1 - built / planned")])
    program = perfrules.load(write(folder, "missing(built, planned) > 20%", "warn"), as_of="2024-01-31", plugins=[town])
    outcome = program.run(program.facts({"school": [{"id": "A", "planned": 10, "built": 7}, {"id": "B", "planned": 10, "built": 8}]}, period=2023))
    assert [(m.subject, m.action) for m in outcome.notices] == [("school/A", "warn")]
    assert program.vocabulary.actions["warn"].origin == "town"


def test_the_arguments_of_a_function_are_those_of_its_caller(folder):
    """Parameters named like facts, and in the other order, mean the caller's values."""
    town = plugin("town", functions=[Macro("less", ("built", "planned"), "built < planned")])
    program = perfrules.load(write(folder, "less(planned, built)"), as_of="2024-01-31", plugins=[town])
    outcome = program.run(program.facts({"school": [{"id": "A", "planned": 1, "built": 2}]}, period=2023))
    assert outcome.rulings[0].verdict == "holds"


def test_perfrules_own_actions_come_by_the_same_hooks(folder):
    program = perfrules.load(write(folder), as_of="2024-01-31")
    assert program.vocabulary.actions["suspend"].origin == "perfrules"


def test_two_plugins_that_define_one_action(folder):
    brought = {"actions": [Action("warn", "notice", Words("warning", "通报"))]}
    [problem] = refused([plugin("east", **brought), plugin("west", **brought)], write(folder))
    assert problem.code == "PR802"
    assert "east" in problem.message
    assert "west" in problem.message


@pytest.mark.parametrize("hooks", [
    {"actions": ["warn"]},
    {"actions": [Action("warn", "shout", Words("warning", "通报"))]},
    {"actions": 5},
    {"functions": [Macro("f", ("x",), "x +")]},
    {"functions": [Macro("f", ("x",), "x + y")]},
    {"policies": ["policies"]},
    {"vocabularies": [None]},
    {"laws": []},
    {"action": []},
    {"actions": [Action("warn", "notice", "通报")]},
    {"actions": [Action("warn", "notice", Words("warning", ""))]},
    {"actions": [Action("", "notice", Words("warning", "通报"))]},
    {"actions": [Action("a warning", "notice", Words("warning", "通报"))]},
    {"actions": [Action("warn", None, Words("warning", "通报"))]},
    {"actions": [Action("warn", "status", Words("warning", "通报"), bar="deduct")]},
    {"actions": [Action("暂停拨款", "notice", Words("warning", "通报"))]},
    {"actions": [Action("warn", "notice", Words("warning", "暂停拨款"))]},
    {"actions": [Action("warn", "notice", Words("warning", "建议"))]},
    {"functions": [Macro("f", "xy", "x + y")]},
    {"functions": [Macro("f", ("x", "x"), "x")]},
    {"functions": [Macro("f", ("and",), "1")]},
    {"functions": [Macro("f", ("x",), None)]},
    {"functions": [Macro("a b", ("x",), "x")]},
    {"functions": [Macro("sum", ("x",), "x")]},
    {"functions": [Macro("四舍五入", ("x",), "x")]},
    {"readers": [Reader("dbf", ".dbf", print)]},
    {"readers": [Reader("dbf", ("dbf",), print)]},
    {"readers": [Reader("dbf", (".dbf",), print), Reader("old", (".DBF",), print)]},
    {"readers": [Reader("dbf", (".dbf",), None)]},
    {"checks": [Check("", print)]},
    {"listeners": [Listener("archive", "hear")]},
    {"engines": [Engine("fast", None)]},
    {},
], ids=str)  # fmt: skip
def test_what_does_not_fit_its_hook_is_refused_by_the_plugins_name(folder, hooks):
    problems = refused([plugin("town", **hooks)], write(folder))
    assert problems
    assert all(p.place.startswith("town") for p in problems), [p.place for p in problems]
    assert all(p.said("zh") and p.said("en") for p in problems)


def test_a_plugin_may_be_given_by_itself_and_is_one_however_often_it_is_given(folder):
    town = plugin("town", actions=[Action("warn", "notice", Words("warning", "通报"))])
    for plugins in (town, [town], [town, town]):
        assert perfrules.load(write(folder, then="warn"), as_of="2024-01-31", plugins=plugins).rules == ("town/schools/behind",)
    for plugins in (None, [None], "town", 5):
        assert [p.code for p in refused(plugins, write(folder))] == ["PR803" if plugins == "town" else "PR801"]


def test_a_hook_without_its_mark_is_refused(folder):
    class Unmarked:
        def perfrules_actions(self):
            return []

    [problem] = refused([Unmarked()], write(folder))
    assert problem.where == "Unmarked"
    assert "hookimpl" in problem.help


def test_a_plugin_that_raises_is_refused_by_its_name(folder):
    class Broken:
        @hookimpl
        def perfrules_actions(self):
            raise KeyError("oops")

    [problem] = refused([Broken()], write(folder))
    assert problem.code == "PR801"
    assert problem.where == "Broken"


def test_a_plugin_can_not_replace_a_built_in_function(folder):
    [problem] = refused([plugin("town", functions=[Macro("min", ("x",), "x")])], write(folder))
    assert problem.code == "PR802"


def test_a_function_that_calls_itself_is_refused_where_it_is_called(folder):
    town = plugin("town", functions=[Macro("again", ("x",), "again(x)")])
    problems = refused([town], write(folder, "again(built) > 1"))
    assert [p.code for p in problems] == ["PR422"]
    assert problems[0].span is not None
    assert problems[0].span.line == 7
