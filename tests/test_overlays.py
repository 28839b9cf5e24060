"""Overlays: a district's policy that extends another sets only what it may, within bounds, with a source."""

from __future__ import annotations

from pathlib import Path

import pytest

import perfrules
from perfrules import suite

FACTS = """
facts: town
extends: budget
kinds:
  department:
    facts:
      budget: {is: money, at_least: 0}
      paid:   {is: money, at_least: 0}
    accounts:
      funds: {together: sum}
"""
PARENT = """
policy: execution
district: core
title: {en: Execution, zh: 执行}
source: national rule 1
facts: town
subject: department
parameters:
  low:
    value: 85%
    overridable: {between: [80%, 90%]}
  cut:
    value:
      - {value: 1%, to: 2023-12-31}
      - {value: 2%, from: 2024-01-01}
    overridable: {stricter: higher}
  most: {value: 500元, overridable: {stricter: lower}}
  fixed: 5元
rules:
  - rule: slow
    when: paid / budget < low
    then: {deduct: {from: funds, amount: 'min(max(cut * funds, fixed), most)'}}
    because: below the line
examples:
  - name: the national line
    as_of: 2023-12-31
    period: 2023
    given: {department: [{id: A, budget: 100元, paid: 84元, funds: 1000元}]}
    expect: {A: {slow: holds, funds: -10元}}
"""
OVERLAY = """
policy: local
extends: core/execution
district: river
source: district document 7
parameters:
  low: 88%
"""


@pytest.fixture
def town(tmp_path) -> Path:
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "execution.yaml").write_text(PARENT, encoding="utf-8")
    (tmp_path / "local.yaml").write_text(OVERLAY, encoding="utf-8")
    return tmp_path


def say(town: Path, text: str) -> None:
    (town / "local.yaml").write_text(text, encoding="utf-8")


def amounts(town: Path, paid: int, as_of: str = "2023-12-31", *names: str) -> dict[str, str]:
    program = perfrules.load([town / n for n in names] or town, as_of=as_of)
    facts = program.facts({"department": [{"id": "A", "budget": 100, "paid": paid, "funds": 1000}]}, period=2023)
    return {entry.rules[0]: str(entry.amount) for entry in program.run(facts).entries}


def codes(town: Path) -> list[str]:
    return [p.code for p in perfrules.check(town)]


def test_the_overlay_is_judged_in_place_of_what_it_extends(town):
    assert codes(town) == []
    assert amounts(town, 87) == {"river/local/slow": "10.00"}
    assert amounts(town, 88) == {}
    assert amounts(town, 84, "2023-12-31", "facts.yaml", "execution.yaml") == {"core/execution/slow": "10.00"}


def test_without_a_source_for_what_it_sets_it_is_refused(town):
    say(town, OVERLAY.replace("source: district document 7\n", ""))
    assert codes(town) == ["PR203"]
    say(town, OVERLAY.replace("source: district document 7\n", "").replace("low: 88%", "low: {value: 88%, source: document 7}"))
    assert codes(town) == []


@pytest.mark.parametrize(("value", "fits"), [("80%", True), ("90%", True), ("79.99%", False), ("90.01%", False), ("85元", False), ("0.85", False)])
def test_a_value_must_lie_between_the_bounds(town, value, fits):
    say(town, OVERLAY.replace("88%", value))
    assert codes(town) == ([] if fits else ["PR263"])


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("2%", True),  # 2% is not below 1%, which stands before, nor below 2%
        ("1.99%", False),  # since 2024 that is less than what stands
        ("3%", True),
    ],
)
def test_only_stricter_is_meant_of_every_day(town, value, fits):
    say(town, OVERLAY.replace("low: 88%", f"cut: {value}"))
    assert codes(town) == ([] if fits else ["PR263"])


def test_lower_may_be_the_stricter_side(town):
    say(town, OVERLAY.replace("low: 88%", "most: 499.99元"))
    assert codes(town) == []
    say(town, OVERLAY.replace("low: 88%", "most: 500.01元"))
    assert codes(town) == ["PR263"]


def test_a_value_for_some_days_leaves_the_others_as_they_are(town):
    say(town, OVERLAY.replace("low: 88%", "cut: {value: [{value: 5%, from: 2023-07-01, to: 2024-06-30}]}"))
    assert codes(town) == []
    at = {day: amounts(town, 50, day)["river/local/slow"] for day in ("2023-06-30", "2023-07-01", "2024-06-30", "2024-07-01")}
    assert at == {"2023-06-30": "10.00", "2023-07-01": "50.00", "2024-06-30": "50.00", "2024-07-01": "20.00"}


def test_what_is_not_overridable_or_not_there_is_refused_with_both_places(town):
    say(town, OVERLAY.replace("low: 88%", "fixed: 6元"))
    [problem] = perfrules.check(town)
    assert (problem.code, problem.related[0][1].place.rpartition("/")[2]) == ("PR262", "execution.yaml:18:3")
    say(town, OVERLAY.replace("low: 88%", "lo: 88%"))
    [problem] = perfrules.check(town)
    assert (problem.code, problem.help) == ("PR261", "did you mean `low`?")
    say(town, OVERLAY.replace("low: 88%", "low: 95%"))
    [problem] = perfrules.check(town)
    assert (problem.code, problem.related[0][1].place.rpartition("/")[2]) == ("PR263", "execution.yaml:9:3")


@pytest.mark.parametrize("more", ["rules: []", "names: {a: paid}", "subject: department", "facts: town", "in_force: {from: 2023-01-01}"])
def test_an_overlay_sets_parameters_and_nothing_else(town, more):
    say(town, OVERLAY + more + "\n")
    assert codes(town) == ["PR202"]


def test_an_overlay_has_examples_of_its_own(town):
    example = (
        "examples:\n  - name: the line of the district\n    as_of: 2023-12-31\n    period: 2023\n"
        "    given: {department: [{id: A, budget: 100元, paid: 87元, funds: 1000元}]}\n    expect: {A: {slow: %s}}\n"
    )
    say(town, OVERLAY + example % "holds")
    assert codes(town) == []
    say(town, OVERLAY + example % "does-not-hold")
    assert codes(town) == ["PR501"]


def test_the_parent_is_still_checked_by_itself(town):
    (town / "execution.yaml").write_text(PARENT.replace("funds: -10元", "funds: -11元"), encoding="utf-8")
    assert codes(town) == ["PR501"]


@pytest.mark.parametrize(
    ("parent", "cure"),
    [
        ("core/executon", "did you mean `core/execution`?"),
        ("core/carryover", "did you mean `core/carry-over`?"),  # comes with perfrules
        ("elsewhere/rule", "name the file in which it stands, too; known here: `core/execution`"),
        ("../core/execution", "did you mean `core/execution`?"),
    ],
)
def test_an_unknown_parent(town, parent, cure):
    say(town, OVERLAY.replace("core/execution", parent))
    [problem] = perfrules.check(town)
    assert (problem.code, problem.help) == ("PR264", cure)


def test_of_a_parent_with_a_mistake_only_that_is_said(town):
    (town / "execution.yaml").write_text(PARENT.replace("when: paid", "wen: paid"), encoding="utf-8")
    assert codes(town) == ["PR203", "PR202"]
    (town / "execution.yaml").write_text(PARENT.replace("when: paid", "when: payed"), encoding="utf-8")
    assert codes(town) == ["PR401"]


def test_an_overlay_alone_is_not_offered_itself(town):
    say(town, OVERLAY.replace("core/execution", "nation/payments"))
    [problem] = perfrules.check(town / "local.yaml")
    assert problem.help.startswith("name the file in which it stands, too; known here: `core/carry-over`, `core/corrections`")


def test_an_overlay_of_an_overlay(town):
    (town / "village.yaml").write_text(
        "policy: own\nextends: river/local\ndistrict: village\nsource: village document\nparameters: {low: 90%, cut: 4%}\n", encoding="utf-8"
    )
    (town / "local.yaml").rename(town / "river.yml")
    program = perfrules.load([town / "facts.yaml", town / "execution.yaml", town / "village.yaml", town / "river.yml"], as_of="2023-12-31")
    assert program.rules == ("village/own/slow",)
    facts = program.facts({"department": [{"id": "A", "budget": 100, "paid": 89, "funds": 1000}]}, period=2023)
    assert [str(e.amount) for e in program.run(facts).entries] == ["40.00"]
    assert perfrules.check([town / "facts.yaml", town / "execution.yaml", town / "village.yaml", town / "river.yml"]) == ()


def test_a_circle_is_refused_with_its_places(town):
    say(town, OVERLAY.replace("core/execution", "village/own"))
    (town / "village.yaml").write_text("policy: own\nextends: river/local\ndistrict: village\nsource: s\n", encoding="utf-8")
    (town / "hamlet.yaml").write_text("policy: own\nextends: village/own\ndistrict: hamlet\nsource: s\n", encoding="utf-8")
    [problem] = perfrules.check(town)  # once, although three policies lead into it
    assert problem.code == "PR265"
    assert problem.message.endswith("in a circle: river/local → village/own → river/local")
    assert {problem.place.rpartition("/")[2], *(span.place.rpartition("/")[2] for _, span in problem.related)} == {"local.yaml:3:10", "village.yaml:2:10"}


@pytest.mark.parametrize("parents", ["[core/execution, core/other]", "[core/execution, core/execution]"])
def test_several_parents_are_refused_with_their_places(town, parents):
    say(town, OVERLAY.replace("core/execution", parents))
    [problem] = perfrules.check(town)
    assert (problem.code, problem.place.rpartition("/")[2], problem.related[0][1].place.rpartition("/")[2]) == ("PR267", "local.yaml:3:27", "local.yaml:3:11")


@pytest.mark.parametrize("parent", ["[core/execution]", "{core: execution}", "[]", "[[core/execution]]"])
def test_a_parent_of_another_form_is_refused(town, parent):
    say(town, OVERLAY.replace("core/execution", parent))
    assert codes(town) == ["PR204"]


def test_two_overlays_of_one_policy_can_not_be_judged_together(town):
    (town / "other.yaml").write_text(OVERLAY.replace("policy: local", "policy: other"), encoding="utf-8")
    assert codes(town) == ["PR266"]
    (town / "other.yaml").write_text(OVERLAY, encoding="utf-8")
    assert codes(town) == ["PR210"]


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        ("{between: [80元, 90元]}", "PR269"),
        ("{between: [80, 90]}", "PR269"),
        ("{between: [80%]}", "PR204"),
        ("{between: []}", "PR204"),
        ("{between: [90%, 80%]}", "PR227"),
        ("{between: [86%, 90%]}", "PR263"),  # its own value lies outside
        ("{stricter: more}", "PR208"),
        ("yes", "PR204"),
    ],
)
@pytest.mark.parametrize("overlay", [OVERLAY, None], ids=["extended", "alone"])
def test_what_is_allowed_must_be_said_as_it_is_needed(town, bounds, code, overlay):
    (town / "execution.yaml").write_text(PARENT.replace("{between: [80%, 90%]}", bounds), encoding="utf-8")
    if overlay is None:
        (town / "local.yaml").unlink()
    assert set(codes(town)) - {"PR264"} == {code}


def test_bounds_in_another_currency(town):
    (town / "execution.yaml").write_text(PARENT.replace("{stricter: lower}", "{between: [USD 1, 600元]}"), encoding="utf-8")
    assert codes(town) == ["PR441"]


def test_why_it_is_bounded_is_said_where_it_is_overstepped(town):
    (town / "execution.yaml").write_text(PARENT.replace("[80%, 90%]", "[80%, 90%], note: {en: rule 1 names both, zh: 规定已写明}"), encoding="utf-8")
    say(town, OVERLAY.replace("88%", "91%"))
    [problem] = perfrules.check(town)
    assert (problem.help, problem.cure("zh")) == ("set a value that is allowed: rule 1 names both", "请设定允许的值：规定已写明")


def dated(town: Path, value: str, overridable: str) -> None:
    parent = PARENT.replace("  fixed: 5元", f"  fixed: 5元\n  day: {{value: {value}, overridable: {overridable}}}").replace("when: paid", "when: as_of > day and paid")
    (town / "execution.yaml").write_text(parent.replace("{slow: holds, funds: -10元}", "{slow: does-not-hold}"), encoding="utf-8")


@pytest.mark.parametrize(("value", "fits"), [("2024-06-29", True), ("2024-06-30", True), ("2024-07-01", False), ("30 days", False)])
def test_days_have_bounds_too(town, value, fits):
    dated(town, "2024-06-30", "{stricter: lower}")
    say(town, OVERLAY.replace("low: 88%", f"day: {value}"))
    assert codes(town) == ([] if fits else ["PR263"])


WORDS = PARENT.replace("  fixed: 5元", "  fixed: 5元\n  how: {value: plain, of: [plain, strict], overridable: BOUNDS}").replace("when: paid", "when: how = plain and paid")


@pytest.mark.parametrize(("value", "fits"), [("strict", True), ("plain", True), ("lenient", False)])
def test_a_word_is_one_of_those_of_the_parent(town, value, fits):
    (town / "execution.yaml").write_text(WORDS.replace("BOUNDS", "{}"), encoding="utf-8")
    say(town, OVERLAY.replace("low: 88%", f"how: {value}"))
    assert [p.code for p in perfrules.check(town) if p.severity == "error"] == ([] if fits else ["PR208"])
    if fits:
        assert amounts(town, 50) == ({"river/local/slow": "10.00"} if value == "plain" else {})


@pytest.mark.parametrize("bounds", ["{stricter: lower}", "{between: [plain, strict]}"])
def test_words_have_no_bounds(town, bounds):
    (town / "execution.yaml").write_text(WORDS.replace("BOUNDS", bounds), encoding="utf-8")
    assert "PR242" in codes(town)


@pytest.mark.parametrize("more", ["overridable: {between: [80%, 90%]}", "of: [a]", "title: line"])
def test_an_overlay_says_of_a_parameter_its_value_and_its_source(town, more):
    say(town, OVERLAY.replace("low: 88%", f"low: {{value: 88%, {more}}}"))
    [problem] = perfrules.check(town)
    assert (problem.code, problem.help.startswith("leave it out: ")) == ("PR202", True)
    say(town, OVERLAY.replace("low: 88%", "low: {value: 88%, source: document 8, note: as decided in May}"))
    assert codes(town) == []


def test_stricter_is_meant_of_what_the_policy_in_between_says(town):
    (town / "village.yaml").write_text("policy: own\nextends: river/local\ndistrict: village\nsource: village document\nparameters: {cut: 2.5%}\n", encoding="utf-8")
    assert codes(town) == []
    say(town, OVERLAY.replace("low: 88%", "cut: 3%"))
    [problem] = perfrules.check(town)
    assert (problem.code, problem.place.rpartition("/")[2]) == ("PR263", "village.yaml:5:19")
    assert problem.message.endswith("only higher than 3% is stricter")


def test_each_value_and_rule_cites_the_document_in_which_it_stands(town):
    (town / "village.yaml").write_text("policy: own\nextends: river/local\ndistrict: village\nsource: village document\nparameters: {cut: 4%}\n", encoding="utf-8")
    program = perfrules.load(town, as_of="2023-12-31")
    facts = program.facts({"department": [{"id": "A", "budget": 100, "paid": 50, "funds": 1000}]}, period=2023)
    text = program.run(facts).explain("department/A").text()
    assert "source: national rule 1" in text
    cited = {line.split()[0]: line.rpartition("(parameter")[2].strip(", )") for line in text.splitlines() if "(parameter" in line}
    assert cited == {"low": "district document 7", "cut": "village document", "fixed": "", "most": ""}


def test_a_parent_is_found_among_the_policies_of_plugins(town, tmp_path_factory):
    bundled = tmp_path_factory.mktemp("bundled")
    (bundled / "core").mkdir()
    for name in ("facts.yaml", "execution.yaml"):
        (town / name).rename(bundled / "core" / name)

    class Core:
        @perfrules.hookimpl
        def perfrules_policies(self):
            return [bundled]

    program = perfrules.load(town / "local.yaml", as_of="2023-12-31", plugins=[Core()])
    assert program.rules == ("river/local/slow",)
    assert perfrules.check(town / "local.yaml", plugins=[Core()]) == ()


def test_chinese_keys(town):
    (town / "execution.yaml").write_text(PARENT.replace("overridable: {between: [80%, 90%]}", "可调整: {介于: [80%, 90%]}").replace("{stricter: higher}", "{更严: 更高}"), encoding="utf-8")
    say(town, "政策: 本区\n继承: core/execution\n地区: 某区\n来源: 本区文件\n参数:\n  low: 88%\n  cut: 3%\n")
    assert codes(town) == []
    assert amounts(town, 87) == {"某区/本区/slow": "30.00"}


def test_several_values_leave_the_days_between_them_as_they_were(town):
    say(town, OVERLAY.replace("low: 88%", "low: [{value: 81%, from: 2023-01-01, to: 2023-06-30}, {value: 89%, from: 2024-01-01}]"))
    for day, found in (("2022-12-31", "84"), ("2023-06-30", "80"), ("2023-07-01", "84"), ("2024-01-01", "88")):
        below, at = (amounts(town, paid, day, "local.yaml", "execution.yaml", "facts.yaml") for paid in (int(found), int(found) + 1))
        assert below
        assert not at


@pytest.mark.parametrize(("days", "expected"), [
    ("from: 2025-01-01", {"2023-12-31": "10.00", "2024-01-01": "20.00", "2024-12-31": "20.00", "2025-01-01": "30.00"}),
    ("from: 2023-12-31, to: 2023-12-31", {"2023-12-30": "10.00", "2023-12-31": "30.00", "2024-01-01": "20.00"}),
    ("from: 2024-01-01, to: 2024-01-01", {"2023-12-31": "10.00", "2024-01-01": "30.00", "2024-01-02": "20.00"}),
])  # fmt: skip
def test_of_several_values_each_stays_on_the_days_that_a_district_leaves(town, days, expected):
    say(town, OVERLAY.replace("low: 88%", f"cut: [{{value: 3%, {days}}}]"))
    assert {day: amounts(town, 80, day, "local.yaml", "execution.yaml", "facts.yaml")["river/local/slow"] for day in expected} == expected


OTHER = """
policy: spared
district: core
facts: town
subject: department
rules:
  - {rule: small, when: budget < 50元, over: core/execution/slow, then: remind, because: made}
examples:
  - name: by itself
    as_of: 2023-12-31
    period: 2023
    given: {department: [{id: A, budget: 40元}]}
    expect: {A: {small: holds, remind: yes}}
"""


def test_a_rule_may_go_over_that_of_another_policy(town):
    """A run took it; `check` refused it, as it looks at each policy by itself."""
    (town / "spared.yaml").write_text(OTHER, encoding="utf-8")
    (town / "local.yaml").unlink()
    assert codes(town) == []
    assert amounts(town, 80) == {"core/execution/slow": "10.00"}
    (town / "execution.yaml").rename(town.parent / "execution.yaml")
    for problems in (perfrules.check(town), refused(town)):
        [problem] = problems
        assert (problem.code, problem.help.partition(";")[0]) == ("PR220", "name the file in which it stands, too")
    (town / "spared.yaml").write_text(OTHER.replace("core/execution/slow", "core/spared/slow"), encoding="utf-8")
    [problem] = perfrules.check(town)
    assert (problem.code, problem.help) == ("PR220", "did you mean `core/spared/small`?")


ABOVE = "policy: above\nfacts: town\nsubject: bureau\nrules:\n  - {rule: small, when: as_of > 2020-01-01, then: remind, because: made}\n"


def test_a_rule_about_another_kind_is_not_offered_in_its_own_place(town):
    (town / "facts.yaml").write_text(FACTS + "  bureau: {facts: {n: {is: count}}}\n", encoding="utf-8")
    (town / "above.yaml").write_text(ABOVE, encoding="utf-8")
    (town / "spared.yaml").write_text(OTHER.replace("core/execution/slow", "above/small"), encoding="utf-8")
    [problem] = perfrules.check(town)
    assert (problem.code, problem.help) == ("PR220", "it is about `bureau`, not `department`")


def refused(town: Path) -> tuple[perfrules.Problem, ...]:
    with pytest.raises(perfrules.Refused) as found:
        perfrules.load(town, as_of="2023-12-31")
    return found.value.problems


def test_who_goes_over_a_rule_goes_over_it_where_another_is_judged_in_its_place(town):
    """A national policy needs no change where a district takes over another that it goes over, nor where a village does
    in turn."""
    (town / "spared.yaml").write_text(OTHER.replace("budget", "paid"), encoding="utf-8")
    assert codes(town) == []
    assert (amounts(town, 87), amounts(town, 30)) == ({"river/local/slow": "10.00"}, {})
    (town / "village.yaml").write_text("policy: own\nextends: river/local\ndistrict: village\nsource: made\n", encoding="utf-8")
    assert codes(town) == []
    assert (amounts(town, 87), amounts(town, 30)) == ({"village/own/slow": "10.00"}, {})


def test_who_goes_over_other_rules_too_still_does_where_another_is_judged_in_its_place(town):
    own = "  - {rule: tiny, when: paid < 40元, over: [core/spared/small, core/execution/slow], then: exclude, because: made}\nexamples:"
    (town / "spared.yaml").write_text(OTHER.replace("examples:", own).replace("40元}]", "40元, paid: 45元}]"), encoding="utf-8")
    assert codes(town) == []
    assert amounts(town, 30) == {}
    program = perfrules.load(town, as_of="2023-12-31")
    marked = program.run(program.facts({"department": [{"id": "A", "budget": 45, "paid": 30, "funds": 500}]}, period=2023), period=2023)
    assert (len(marked.statuses), len(marked.notices)) == (1, 0)


def test_a_suite_refuses_a_rule_that_goes_over_none(town):
    (town / "spared.yaml").write_text(OTHER.replace("core/execution/slow", "core/spared/slow"), encoding="utf-8")
    assert {ran.case.name: [p.code for p in ran.problems] for ran in suite.run(suite.collect(town).cases)} == {"by itself": ["PR220"], "the national line": []}


def test_two_policies_of_a_run_do_not_declare_one_action_differently(town):
    """Else one would be called, in results, what the other calls it."""
    for name, title in (("one", "veto"), ("two", "veto"), ("two", "stop")):
        (town / f"{name}.yaml").write_text(f"policy: {name}\nfacts: town\nsubject: department\nactions: {{halt: {{effect: status, title: {title}}}}}\nrules: [{{rule: r, when: paid > 0, then: halt, because: made}}]\n", encoding="utf-8")
        (town / "local.yaml").unlink(missing_ok=True)
        assert codes(town) == ([] if title == "veto" else ["PR224"])
    [problem] = refused(town)
    assert (problem.code, problem.span.place.rpartition("/")[2]) == ("PR224", "two.yaml:1:9")
