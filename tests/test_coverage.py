"""Coverage: what has to be tested of policies, and what counts as tested."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from itertools import product
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import browser
from corpus import DAY, PERIOD, Example
from generated import facts
from perfrules import suite
from perfrules.analysis import atoms
from perfrules.coverage import Coverage, Way
from perfrules.coverage_text import coverage_html, coverage_json, coverage_text
from perfrules.testing.policies import texts
from suites import CASES, FACTS, HEAD, collected, covered, missing, rule
from test_front import perfrules
from test_streamed import ran, refused_by

SLOW = HEAD + "parameters: {low: 85%}\nrules:\n" + rule("slow", "rate < low")
GIVEN = "given: {department: [{id: B, rate: 84.99%}, {id: C, rate: 85%}, {id: D, rate: 90%}, {id: E, rate: unknown}]}\n"


SHARES = "tables:\n  share:\n    inputs: [rate]\n    rows:\n      - [below 50%, 1%]\n      - [at least 50%, 3%]\n"


def test_a_line_has_three_sides_and_a_rule_three_verdicts(tmp_path):
    coverage = covered(collected(tmp_path, SLOW))
    assert missing(coverage) == {
        "low: 85%": ("in-force",), "slow": ("holds", "does-not-hold", "undecided"), "rate < low": ("below", "at", "above"),
    }  # fmt: skip
    assert (coverage.reached, coverage.needed, coverage.percent) == (0, 7, 0)


def test_all_of_it_is_tested_by_four_subjects(tmp_path):
    expect = "expect: {B: {slow: holds}, C: {slow: does-not-hold}, D: {slow: does-not-hold}, E: {slow: undecided}}\n"
    assert missing(covered(collected(tmp_path, SLOW, CASES + GIVEN + expect))) == {}


@pytest.mark.parametrize(("expect", "tested"), [
    ("expect: {B: {slow: holds}}", {"holds", "below", "in-force"}),
    ("expect: {D: {suspend: no}}", {"does-not-hold", "above", "in-force"}),
    ("expect: {B: {because: slow}}", {"holds", "below", "in-force"}),
    ("expect: {B: {依据: slow}}", {"holds", "below", "in-force"}),
    ("expect: {B: {explained: rate}}", set()),
    ("expect: {B: {missing: none}}", set()),
    ("expect: {B: {conflicts: none}, C: {conflicts: none}, D: {missing: 无}}", set()),
    ("expect: {E: {missing: rate}}", {"undecided", "in-force"}),
    ("expect: {B: {slow: does-not-hold}}", set()),  # a case that fails
    ("problems: [PR701]", set()),
])  # fmt: skip
def test_only_what_is_expected_and_comes_out_counts(tmp_path, expect, tested):
    coverage = covered(collected(tmp_path, SLOW, CASES + GIVEN + expect + "\n"))
    assert {way for target in coverage.targets.values() for way in target.seen} == tested


def test_what_is_expected_of_another_rule_does_not_count(tmp_path):
    policy = HEAD + "parameters: {low: 85%, high: 96%}\nrules:\n" + rule("slow", "rate < low") + rule("fast", "rate > high", "remind")
    coverage = covered(collected(tmp_path, policy, CASES + GIVEN + "expect: {B: {fast: does-not-hold}}\n"))
    assert "high: 96%" not in missing(coverage)
    assert missing(coverage)["low: 85%"] == ("in-force",)
    assert missing(coverage)["rate < low"] == ("below", "at", "above")


def test_a_line_counts_only_where_it_decides(tmp_path):
    policy = HEAD + "rules:\n" + rule("slow", "late and rate < 85%")
    given = "given: {department: [{id: B, rate: 84%, late: no}, {id: C, rate: 90%, late: yes}]}\n"
    coverage = covered(collected(tmp_path, policy, CASES + given + "expect: {B: {slow: does-not-hold}, C: {slow: does-not-hold}}\n"))
    assert missing(coverage)["rate < 85%"] == ("below", "at")
    assert missing(coverage)["late"] == ("yes",)


@pytest.mark.parametrize(("when", "sides"), [
    ("count(over projects) > 0", ("at", "above")),
    ("paid >= 0", ("at", "above")),
    ("rate <= 200%", ("below", "at")),
    ("count(over projects where done) > -1", ("above",)),
])  # fmt: skip
def test_impossible_sides_are_not_asked_for(tmp_path, when, sides):
    coverage = covered(collected(tmp_path, HEAD + "rules:\n" + rule("some", when)))
    assert missing(coverage)[when] == sides


@pytest.mark.parametrize(("when", "ways"), [
    ("yes", ("holds",)),
    ("paid >= 0", ("holds", "undecided")),
    ("share >= 1%", ("holds", "undecided")),
    ("paid < 0", ("holds", "does-not-hold", "undecided")),
    ("paid >= least", ("holds", "does-not-hold", "undecided")),
])  # fmt: skip
def test_a_rule_that_never_fails_is_not_asked_to_but_one_that_never_holds_is(tmp_path, when, ways):
    lines = "parameters:\n  least: [{from: 2022-01-01, value: 0元}, {from: 2023-01-01, value: 9元}]\n"
    found = collected(tmp_path, HEAD + lines + SHARES + "rules:\n" + rule("some", when))
    assert missing(covered(found))["some"] == ways


def test_a_table_gives_nothing_but_what_stands_in_its_rows(tmp_path):
    coverage = covered(collected(tmp_path, HEAD + SHARES + "rules:\n" + rule("some", "share > 1%")))
    assert missing(coverage)["share > 1%"] == ("at", "above")


def test_a_line_that_follows_a_parameter_has_the_sides_of_all_its_days(tmp_path):
    lines = "parameters:\n  least: [{from: 2022-01-01, value: 0元}, {from: 2023-01-01, value: 9元}]\n"
    coverage = covered(collected(tmp_path, HEAD + lines + "rules:\n" + rule("some", "paid >= least")))
    assert missing(coverage)["paid >= least"] == ("below", "at", "above")


def test_each_item_of_a_card_that_is_reweighted_has_to_be_known_and_unknown(tmp_path):
    items = "{one: {weight: 50, score: rate}, other: {weight: 50, score: paid / 9元}}"
    card = f"scorecards:\n  card:\n    items: {items}\n    if_unknown: reweight\n"
    policy = HEAD + card + "rules:\n" + rule("poor", "card < 6")
    given = "given: {department: [{id: B, rate: 10%, paid: unknown}, {id: C, rate: 10%, paid: 0元}]}\n"
    coverage = covered(collected(tmp_path, policy, CASES + given + "expect: {B: {poor: does-not-hold}, C: {poor: holds}}\n"))
    assert [target.text for target in coverage.targets.values() if target.sort == "part"] == ["card.one is known", "card.other is known"]
    assert missing(coverage)["card.one is known"] == ("no",)
    assert "card.other is known" not in missing(coverage)


def test_what_can_not_be_unknown_is_not_asked_to_be_undecided(tmp_path):
    policy = HEAD + "rules:\n" + rule("known", "rate is known") + rule("late", "late otherwise no", "remind")
    coverage = covered(collected(tmp_path, policy))
    assert missing(coverage)["known"] == missing(coverage)["late"][:2] == ("holds", "does-not-hold")


def test_parts_in_words_behind_names_and_of_rows(tmp_path):
    policy = HEAD + "names:\n  cheap: rate < 5%\n" + "rules:\n" + rule("odd", "cheap or (state = closed and any(cost > 10元 over projects where done))")
    given = (
        "given:\n  department: [{id: B, rate: 50%, state: closed}]\n"
        "  project: [{id: 1, department: B, cost: 10元, done: yes}, {id: 2, department: B, cost: 99元, done: no}]\n"
    )
    coverage = covered(collected(tmp_path, policy, CASES + given + "expect: {B: {odd: does-not-hold}}\n"))
    assert missing(coverage) == {
        "odd": ("holds", "undecided"), "rate < 5%": ("below", "at"), "state = closed": ("yes", "no"),
        "cost > 10元": ("below", "above"), "done": ("yes",),
    }  # fmt: skip


def test_each_row_of_a_table_has_to_be_hit(tmp_path):
    table = "tables:\n  grade:\n    inputs: [rate]\n    rows:\n      - [at least 90%, good]\n      - [below 90%, poor]\n"
    policy = HEAD + table + "rules:\n" + rule("poor", "grade = poor")
    coverage = covered(collected(tmp_path, policy, CASES + GIVEN + "expect: {B: {poor: holds}}\n"))
    rows = {target.text: target.missing for target in coverage.targets.values() if target.sort == "row"}
    assert rows == {"grade: at least 90%": ("hit",), "grade: below 90%": ()}


def test_each_value_of_a_parameter_has_to_be_in_force(tmp_path):
    low = "parameters:\n  low:\n    value:\n      - {from: 2020-01-01, value: 80%}\n      - {from: 2024-01-01, value: 85%}\n"
    policy = HEAD + low + "rules:\n" + rule("slow", "rate < low")
    coverage = covered(collected(tmp_path, policy, CASES + GIVEN + "expect: {D: {slow: does-not-hold}}\n"))
    assert missing(coverage)["low: 85%"] == ("in-force",)
    assert "low: 80%" not in missing(coverage)
    tried = CASES + "parameters: {low: 95%}\n" + GIVEN + "expect: {D: {slow: holds}}\n"
    assert missing(covered(collected(tmp_path, policy, tried)))["low: 80%"] == ("in-force",)


POOL = HEAD + "rules:\n" + rule("slow", "rate < 85%", "{cut: {from: funds, amount: 10% * funds, into: pot}}")
POOL += rule("fast", "rate > 96%", "{reward: {to: funds, out_of: pot, by: funds}}") + "pools: {pot: {leftover: treasury}}\n"
MEMBERS = "given: {department: [{id: B, rate: 80%, funds: 100元}, {id: C, rate: 97%, funds: 100元}]}\n"


def test_each_ending_of_a_pool(tmp_path):
    assert missing(covered(collected(tmp_path, POOL)))["pot"] == ("shared", "left-over", "unsettled")
    shared = CASES + MEMBERS + "expect: {C: {funds: 10元}}\n"
    assert missing(covered(collected(tmp_path, POOL, shared)))["pot"] == ("left-over", "unsettled")
    waiting = CASES + MEMBERS.replace("97%", "unknown") + "expect: {pot: {settled: no}}\n"
    coverage = covered(collected(tmp_path, POOL, waiting))
    assert missing(coverage)["pot"] == ("shared", "left-over")
    assert missing(coverage)["slow"] == ("holds", "does-not-hold", "undecided")


def test_set_aside_is_asked_for_only_where_a_rule_can_do_that(tmp_path):
    cut = "{cut: {from: funds, amount: 1元}}"
    alone = HEAD + "rules:\n" + rule("one", "rate < 85%", cut)
    over = alone + rule("two", "late", "suspend", over="[one]")
    assert "set-aside" not in missing(covered(collected(tmp_path, alone)))["one"]
    assert "set-aside" in missing(covered(collected(tmp_path, over)))["one"]
    assert "set-aside" not in missing(covered(collected(tmp_path, over)))["two"]
    given = "given: {department: [{id: B, rate: 80%, late: yes, funds: 5元}]}\n"
    coverage = covered(collected(tmp_path, over, CASES + given + "expect: {B: {one: set-aside}}\n"))
    assert missing(coverage)["one"] == ("does-not-hold", "undecided")


def test_a_rule_over_several_kinds_is_one(tmp_path):
    facts = FACTS.replace("{cost: {is: money, at_least: 0}", "{rate: {is: ratio}, cost: {is: money, at_least: 0}")
    policy = SLOW.replace("subject: department", "subject: [department, project]")
    coverage = covered(collected(tmp_path, policy, CASES + GIVEN + "expect: {B: {slow: holds}}\n", facts))
    assert [t.sort for t in coverage.targets.values()].count("rule") == 1
    assert missing(coverage)["slow"] == ("does-not-hold", "undecided")


def test_an_overlay_is_asked_for_its_own_value(tmp_path):
    policy = "district: core\n" + SLOW.replace("low: 85%", "low: {value: 85%, overridable: {between: [50%, 90%]}}")
    overlay = "policy: own\nextends: core/made\ndistrict: hill\nsource: of the hill\nparameters: {low: 80%}\n"
    (tmp_path / "own.yaml").write_text(overlay, encoding="utf-8")
    texts = {t.policy: t.text for t in covered(collected(tmp_path, policy)).targets.values() if t.sort == "parameter"}
    assert texts["hill/own"] == "low: 80%"


def test_in_words_and_as_json(tmp_path):
    coverage = covered(collected(tmp_path, SLOW, CASES + GIVEN + "expect: {B: {slow: holds}}\n"))
    text = coverage_text(coverage, "en")
    assert "made 1/3 1/3 1/1 42%" in " ".join(text.split())
    assert "rate < low" in text
    assert "never exactly at, above" in text
    assert "从未恰在界线上、高于" in coverage_text(coverage, "zh")
    plain = json.loads(coverage_json(coverage, "en"))
    assert (plain["reached"], plain["needed"], plain["percent"]) == (3, 7, 42)
    line = next(t for t in plain["targets"] if t["sort"] == "line")
    assert (line["needed"], line["seen"]) == (["below", "at", "above"], {"below": 1})


class Page(HTMLParser):
    """The elements of a page, and the classes of its rows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.rows: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.rows += [dict(attributes).get("class") or ""] if tag == "tr" else []

    def handle_data(self, data):
        self.text += data


HOSTILE = "</td></script><img src=x onerror=\"document.title='run'\"><svg onload=\"document.title='run'\">{{ 7*7 }}"


@pytest.mark.parametrize(("language", "words"), [("en", "never exactly at, above"), ("zh", "从未恰在界线上、高于")])
def test_the_page_in_a_browser_shows_each_line_and_hostile_text_stays_text(tmp_path, language, words):
    policy = SLOW.replace("by the text", json.dumps(HOSTILE)) + f"title: {json.dumps(HOSTILE)}\n"
    coverage = covered(collected(tmp_path, policy, CASES + GIVEN + "expect: {B: {slow: holds}}\n"))
    path = tmp_path / "coverage.html"
    path.write_text(coverage_html(coverage, language), encoding="utf-8")
    page = Page(browser.rendered(path.as_uri()))
    assert words in page.text
    assert "onerror" in page.text
    assert "{{ 7*7 }}" in page.text
    assert not {"script", "img", "svg"} & set(page.elements)
    assert page.rows.count("tested") == 1  # the parameter
    assert page.rows.count("open") == 2  # the rule and its line


def test_the_command_fails_under_a_share(tmp_path):
    collected(tmp_path, SLOW, CASES + GIVEN + "expect: {B: {slow: holds}}\n")
    for share, code in (("42", 0), ("43", 1)):
        done = perfrules("test", tmp_path, "--fail-under", share)
        assert (done.returncode, b"rate < low" in done.stdout) == (code, code == 1)
    assert b"100" in perfrules("test", tmp_path, "--fail-under", "101").stderr


def test_other_formats_stay_whole_beside_the_coverage(tmp_path):
    collected(tmp_path, SLOW, CASES + GIVEN + "expect: {B: {slow: holds}}\n")
    plain = json.loads(perfrules("test", tmp_path, "--format", "json", "--coverage").stdout)
    assert (len(plain["cases"]), plain["coverage"]["percent"]) == (1, 42)
    done = perfrules("test", tmp_path, "--format", "junit", "--coverage", "--suggest", tmp_path / "more")
    assert ElementTree.fromstring(done.stdout).get("tests") == "1"
    assert b"rate < low" in done.stderr
    assert b"suggested" in done.stderr


@pytest.mark.parametrize("option", ["--out", "--html"])
def test_no_document_is_written_over(tmp_path, option):
    below = tmp_path / "below"
    below.mkdir()
    collected(tmp_path, SLOW, CASES + GIVEN + "expect: {B: {slow: holds}}\n")
    (below / "more.yaml").write_text((CASES + GIVEN + "expect: {C: {slow: does-not-hold}}\n"), encoding="utf-8")
    table = "cases: rows\npolicies: made\nas_of: 2023-12-31\nperiod: 2023\ntable: {subject: department, from: rows.csv}\n"
    (below / "rows.yaml").write_text(table, encoding="utf-8")
    (below / "rows.csv").write_text("rate,expect slow\n84%,holds\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for path in before:
        done = perfrules("test", tmp_path, option, path)
        assert (done.returncode, b"PR909" in done.stderr) == (2, True), path
    assert {path: path.read_bytes() for path in before} == before
    report = tmp_path / "report.html"
    for _ in range(2):  # a report may lie beside what is tested, and be written again
        assert perfrules("test", tmp_path, option, report).returncode == 0


BANDS = HEAD + """parameters: {fine: 20元}
tables:
  band: {inputs: [rate], rows: [[at least 90%, a], [below 90%, b]]}
rules:
  - rule: slow
    when: late
    then:
      - cut: {from: funds, amount: "if rate < 50% then 10元 else fine"}
      - grade: {of: band}
    because: late departments pay
"""
BANDED = "given: {department: [{id: B, late: yes, rate: 50%, funds: 100元}]}\n"


@pytest.mark.parametrize(("expect", "tested"), [
    ("slow: holds", set()),
    ("slow: posted", set()),
    ("funds: -20元", {"at", "in-force"}),
    ("grade: b", {"below", "hit"}),
    ("funds: -20元, grade: b", {"at", "in-force", "below", "hit"}),
])  # fmt: skip
def test_an_amount_or_a_label_is_tested_by_what_is_expected_of_it(tmp_path, expect, tested):
    coverage = covered(collected(tmp_path, BANDS, CASES + BANDED + f"expect: {{B: {{{expect}}}}}\n"))
    seen = {way for target in coverage.targets.values() if target.sort in ("line", "row", "parameter") for way in target.seen}
    assert seen == tested


def test_that_claims_are_set_aside_is_tested_by_what_came_of_them(tmp_path):
    over = HEAD + "rules:\n" + rule("one", "rate < 85%", "{cut: {from: funds, amount: 1元}}") + rule("two", "late", "suspend", over="[one]")
    given = "given: {department: [{id: B, rate: 80%, late: yes, funds: 5元}]}\n"
    for expect, missed in (("one: holds", True), ("one: set-aside", False), ("funds: 0元", False)):
        coverage = covered(collected(tmp_path, over, CASES + given + f"expect: {{B: {{{expect}}}}}\n"))
        assert ("set-aside" in missing(coverage)["one"]) == missed


def test_a_parameter_that_nothing_reads_is_not_asked_for(tmp_path):
    policy = SLOW.replace("{low: 85%}", "{low: 85%, spare: 30 days}")
    assert "spare: 30 days" not in missing(covered(collected(tmp_path, policy)))


def test_a_subject_may_be_called_by_the_title_of_its_kind(tmp_path):
    facts = FACTS.replace("  department:\n", "  department:\n    title: {zh: 部门}\n")
    for name in ("B", "department/B", "部门/B"):
        coverage = covered(collected(tmp_path, SLOW, CASES + GIVEN + f"expect: {{{name}: {{slow: holds}}}}\n", facts))
        assert missing(coverage)["slow"] == ("does-not-hold", "undecided")


BAND = """tables:
  band:
    inputs: [rate]
    rows:
      - [at least 90%, 3元]
      - [60% to below 90%, 2元]
      - [below 60%, 1元]
"""
LINES = "given: {department: [{id: B, rate: 89%, funds: 9元}, {id: C, rate: 60%, funds: 9元}, {id: D, rate: 59%, funds: 9元}, {id: E, rate: 90%, funds: 9元}, {id: F, rate: 95%, funds: 9元}]}\n"


@pytest.mark.parametrize("amounts", [False, True])
def test_a_row_counts_where_another_row_would_give_something_else(tmp_path, amounts):
    """That something is taken says nothing of how much."""
    policy = HEAD + BAND + "rules:\n" + rule("granted", "band > 0元", "{cut: {from: funds, amount: band}}")
    taken = {"B": "2元", "C": "2元", "D": "1元", "E": "3元", "F": "3元"}
    words = ", ".join(f"{subject}: {{granted: holds{f', funds: -{amount}' if amounts else ''}}}" for subject, amount in taken.items())
    coverage = covered(collected(tmp_path, policy, CASES + LINES + f"expect: {{{words}}}\n"))
    seen = [target.sort for target in coverage.targets.values() if target.seen and target.text.startswith(("band:", "rate"))]
    assert seen.count("row") == (3 if amounts else 0)
    assert seen.count("line") == (4 if amounts else 0)


@pytest.mark.parametrize(
    ("when", "given", "verdict", "seen"),
    [
        ("any(cost > 10元 over projects)", ["20元", "10元", "5元"], "holds", {"above"}),  # it holds whatever the others cost
        ("any(cost > 10元 over projects)", ["20元", "20元"], "holds", set()),
        ("any(cost > 10元 over projects)", ["20元"] * 13, "holds", {"above"}),  # of many, each counts by itself
        ("any(cost > 10元 over projects)", ["10元", "5元"], "does-not-hold", {"at", "below"}),
        ("all(cost > 10元 over projects)", ["20元", "5元"], "does-not-hold", {"below"}),
        ("count(over projects where cost > 10元) >= 3", ["20元"], "does-not-hold", set()),
        ("(if cost_of < 10元 then 100元 else 20元) >= 15元", ["20元"], "holds", set()),  # both branches are enough
        ("(if cost_of < 10元 then 100元 else 20元) >= 30元", ["20元"], "does-not-hold", {"above"}),
        ("state = open and (if state = open then cost_of > 10元 else cost_of > 30元)", ["20元"], "does-not-hold", set()),
    ],
)  # fmt: skip
def test_a_line_counts_only_where_it_decides_also_inside_of_something(tmp_path, when, given, verdict, seen):
    policy = HEAD + "names: {cost_of: sum(cost over projects)}\nrules:\n" + rule("dear", when)
    projects = ", ".join(f"{{id: {n}, department: B, cost: {cost}, done: yes}}" for n, cost in enumerate(given))
    cases = f"given: {{department: [{{id: B, state: closed}}], project: [{projects}]}}\nexpect: {{B: {{dear: {verdict}}}}}\n"
    coverage = covered(collected(tmp_path, policy, CASES + cases))
    line = next(target for target in coverage.targets.values() if target.text.endswith(("cost > 10元", "cost_of < 10元", "cost_of > 10元")))
    assert set(line.seen) == seen


@pytest.mark.parametrize(("inputs", "rows", "never"), [
    ("[rate]", ["at least 90%, good", "80% to below 90%, fair", "60% to 95%, poor", "any, bad"], {"rate < 90%": ("below",), "rate <= 95%": ("below",), "rate >= 80%": ("below", "at", "above")}),
    ("[rate, late]", ["at least 90%, no, good", "80% to below 90%, any, fair", "any, any, poor"], {"rate < 90%": ("below", "at", "above")}),
    ("[rate, late]", ["at least 90%, yes, good", "at least 90%, no, fair", "80% to below 90%, any, poor", "any, any, bad"], {"rate < 90%": ("below",)}),
    ("[state]", ["open, good", "closed, poor"], {"state = closed": ("yes",), "state = open": ("yes", "no")}),
    ("[state, late]", ["open, yes, good", "closed, any, fair", "any, any, poor"], {"state = closed": ("yes", "no")}),
    ("[rate, late]", ["below 90%, yes, good", "below 90%, no, fair", "any, any, poor"], {"late = yes": ("yes", "no"), "late = no": ("yes",)}),
    ("[rate, late]", ["below 90%, yes, good", "below 95%, no, fair", "any, any, poor"], {"rate < 95%": ("below", "at", "above"), "late = no": ("yes", "no")}),
    ("[rate, late]", ["below 90%, yes, good", "below 90% or at least 95%, no, fair", "any, any, poor"], {"late = no": ("yes", "no"), "rate >= 95%": ("below", "at", "above")}),
])  # fmt: skip
def test_of_a_row_only_what_those_before_it_leave_is_asked_for(tmp_path, inputs, rows, never):
    lines = "".join(f"      - [{row}]\n" for row in rows)
    table = f"tables:\n  mark:\n    inputs: {inputs}\n    hit: first\n    rows:\n{lines}"
    found = collected(tmp_path, HEAD + table + "rules:\n" + rule("marked", "rate is known", "{grade: {of: mark}}"))
    needed = missing(covered(found))
    assert {text: needed.get(text, ()) for text in never} == never


RATES = st.sampled_from(["any", "below 50%", "at most 90%", "50% to below 90%", "at least 90%", "below 50% or at least 90%"])
ROWS = st.tuples(RATES, st.sampled_from(["any", "yes", "no"]), st.sampled_from(["any", "open", "closed"]))
KNOWN = [["0%", "49.99%", "50%", "60%", "70%", "80%", "90%", "95%"], ["yes", "no"], ["open", "closed"]]
UNKNOWN = [[*values, "unknown"] for values in KNOWN]


LEAVES = st.sampled_from(["rate < 50%", "rate <= 90%", "not (rate < 90%)", "late", "not late", "state = open", "rate = 70%"])
CONDITIONS = st.recursive(LEAVES, lambda inner: st.tuples(st.lists(inner, min_size=2, max_size=3), st.sampled_from([" and ", " or "])).map(
    lambda drawn: "(" + drawn[1].join(drawn[0]) + ")"), max_leaves=6)  # fmt: skip


def everywhere(folder, policy: str, worlds) -> tuple[set[Way], set[Way]]:
    """Of conditions what is asked for, and what is seen somewhere."""
    rows = [f"{{id: D{n}, rate: {rate}, late: {late}, state: {state}}}" for n, (rate, late, state) in enumerate(product(*worlds))]
    found = collected(folder, policy, CASES + f"given: {{department: [{', '.join(rows)}]}}\nexpect: {{D0: {{missing: none}}}}\n")
    (ran,) = suite.run(found.cases)
    return asked_and_seen(found.policies, ran)


def asked_and_seen(policies, ran) -> tuple[set[Way], set[Way]]:
    def of_atoms(ways) -> set[Way]:
        return {(key, way) for key, way in ways if key[0] == "atom"}

    asked = of_atoms((key, way) for key, target in Coverage(policies).targets.items() for way in target.needed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(atoms, "never_decides", lambda rows, scope: ())
        return asked, of_atoms(Coverage(policies).ways(ran))


@given(st.lists(ROWS, min_size=2, max_size=4).filter(lambda rows: all(set(column) != {"any"} for column in zip(*rows, strict=True))))
def test_under_first_hits_what_is_asked_for_is_exactly_what_somewhere_decides(tmp_path_factory, rows):
    lines = "".join(f"      - [{', '.join(row)}, mark{number}]\n" for number, row in enumerate(rows))
    table = f"tables:\n  mark:\n    inputs: [rate, late, state]\n    hit: first\n    rows:\n{lines}"
    policy = HEAD + table + "rules:\n" + rule("marked", "rate is known", "{grade: {of: mark}}")
    asked, seen = everywhere(tmp_path_factory.mktemp("table"), policy, UNKNOWN)
    assert seen <= asked
    hit = sum(way == "hit" for _, way in seen)
    event(f"rows that hit: {hit} of {len(rows)}")
    if hit == len(rows):
        assert seen == asked


@given(CONDITIONS)
def test_of_a_condition_what_is_asked_for_is_exactly_what_somewhere_decides(tmp_path_factory, when):
    asked, seen = everywhere(tmp_path_factory.mktemp("condition"), HEAD + "rules:\n" + rule("marked", when), KNOWN)
    assert seen == asked


@given(texts(), facts())
def test_of_generated_policies_all_that_decides_is_asked_for(text, rows):
    example = Example((text,), rows)
    if example.program is None or PERIOD not in example.facts.periods:
        return
    outcome, reasons = refused_by(ran, example.program, example.facts)
    if not reasons:
        case = SimpleNamespace(parameters={}, as_of=DAY)
        asked, seen = asked_and_seen(example.program.policies, SimpleNamespace(case=case, outcome=outcome))
        assert seen <= asked
        event(f"of what is asked for {10 * len(seen) // max(len(asked), 1)} of ten are seen")
