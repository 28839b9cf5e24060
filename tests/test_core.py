"""The national baseline that comes with perfrules: what districts may set of it, and how they take it over.

That every line of it has examples at both sides is a matter of `test_published.py`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import perfrules
from perfrules.core.problem import Findings
from perfrules.districts.manager import bring
from perfrules.library import read_library

HOME = Path(__file__).resolve().parent.parent
NAMES = ("carry-over", "corrections", "grades", "monitoring", "reserves", "target-review", "two-letters")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
ALLOWED = {  # of each parameter that a district may set: a value at either end, and one beyond it
    "carry-over": {"usable_years": (["1", "2"], ["0", "3", "2.01", "1 years", "100%"])},
    "grades": {
        "excellent_from": (["90", "90.01", "100"], ["89.99", "90%"]),
        "good_from": (["80", "85"], ["79.99"]),
        "fair_from": (["60", "79.99"], ["59.99"]),
    },
    "reserves": {
        "least_share": (["1%", "3%"], ["0.99%", "3.01%", "1"]),
        "capital_share": (["0%", "1%"], ["-0.01%", "1.01%"]),
    },
    "target-review": {},
    "monitoring": {
        "behind": (["1pp", "30pp"], ["0.99pp", "30.01pp", "5%"]),
        "first_checkpoint": (["1", "12"], ["0", "13"]),
        "every": (["1", "12"], ["0", "13"]),
        "schedule": (["linear", "table", "plan"], []),
        **{f"by_{month}": (["0%", "100%"], ["100.01%", "1"]) for month in MONTHS},
    },
    "corrections": {"time_allowed": (["5 working days", "60 working days"], ["15 days", "10"]), "time_to_answer": (["5 working days"], ["15 days"])},
    "two-letters": {"time_to_answer": (["5 working days"], ["15 days"]), "last_places": (["1", "100"], ["0", "3%"])},
}
FIXED = {"most_share", "months_of_year"}  # a lower one could lie below the least; a year has twelve
DISTRICT = """
facts: river
extends: core
kinds:
  department:
    facts:
      budget: {is: money, at_least: 0}
      paid:   {is: money, at_least: 0}
    accounts:
      operating_funds: {together: sum}
  school: {belongs_to: department, facts: {pupils: {is: count}}}
"""
OWN = """
policy: operating-funds
district: river
facts: river
subject: department
rules:
  - rule: slow
    when: paid / budget < 85%
    then: {deduct: {from: operating_funds, amount: 1% * operating_funds}}
    because: document 8
"""


def overlay(folder: Path, parent: str, parameters: str = "{}", more: str = "") -> Path:
    path = folder / f"{parent}.yaml"
    path.write_text(f"policy: {parent}\nextends: core/{parent}\ndistrict: river\nsource: document 7\nparameters: {parameters}\n{more}", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_each_is_found_by_its_name(name):
    program = perfrules.load(f"core/{name}", as_of="2024-01-31")
    assert {rule.rpartition("/")[0] for rule in program.rules} == {f"core/{name}"}
    assert perfrules.check(f"core/{name}") == ()


def test_all_are_found_by_the_name_of_the_nation():
    program = perfrules.load("core", as_of="2024-01-31")
    assert {rule.split("/")[1] for rule in program.rules} == set(NAMES)


def test_what_a_district_may_set_is_listed_here():
    library = read_library(["core"], bring(), Findings())
    for policy in library.policies:
        assert set(policy.parameters) - FIXED == set(ALLOWED[policy.name.partition("/")[2]])


def test_what_stays_can_not_be_set(tmp_path):
    assert [p.code for p in perfrules.check(overlay(tmp_path, "reserves", "{most_share: 2%}"))] == ["PR262"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_of_each_what_a_district_may_set(language):
    page = (HOME / "docs" / language / "extending.md").read_text(encoding="utf-8")
    rows = {name: row.rpartition("|")[0].rpartition("|")[2] for name in NAMES for row in page.splitlines() if row.startswith(f"| [`core/{name}`]")}
    assert {name: set(re.findall(r"`(\w+)`", row)) for name, row in rows.items()} == {name: set(of) for name, of in ALLOWED.items()}


@pytest.mark.parametrize(
    ("policy", "parameter", "value", "fits"),
    [(policy, parameter, value, fits) for policy, of in ALLOWED.items() for parameter, ends in of.items() for fits in (True, False) for value in ends[not fits]],
)
def test_a_district_stays_within_what_the_law_allows(tmp_path, policy, parameter, value, fits):
    problems = perfrules.check(overlay(tmp_path, policy, f"{{{parameter}: {value}}}"))
    assert [p.code for p in problems if p.severity == "error"] == ([] if fits else ["PR263"])
    for problem in problems:
        assert problem.related[0][1].source.name.endswith(f"core/{policy}.yaml")


def test_lines_that_cross_each_other_are_refused(tmp_path):
    problems = perfrules.check(overlay(tmp_path, "grades", "{good_from: 95}"))
    assert {p.code for p in problems if p.severity == "error"} == {"PR256"}


@pytest.fixture
def river(tmp_path) -> Path:
    (tmp_path / "facts.yaml").write_text(DISTRICT, encoding="utf-8")
    (tmp_path / "operating-funds.yaml").write_text(OWN, encoding="utf-8")
    return tmp_path


def year(program: perfrules.Program) -> dict[str, str]:
    """What is moved of a batch and of a department, by rule."""
    rows = {
        "department": [{"id": "education", "budget": 100, "paid": "84.99", "operating_funds": 1000}],
        "project": [{"id": "bridge", "department": "education"}],
        "batch": [{"id": n, "project": "bridge", "budgeted_in": 2024 - n, "unspent": n, "book": "一般公共预算", "carry_over": 9} for n in (1, 2)],
    }
    return {f"{e.subject} {e.rules[0]}": str(e.amount) for e in program.run(program.facts(rows, period=2023)).entries}


def test_a_district_extends_the_nation_beside_its_own_policies(river):
    overlay(river, "carry-over", "{usable_years: 1}")
    assert perfrules.check(river) == ()
    assert year(perfrules.load(river, as_of="2024-01-31")) == {
        "batch/1 river/carry-over/to-the-fund": "1.00",
        "batch/2 river/carry-over/to-the-fund": "2.00",
        "department/education river/operating-funds/slow": "10.00",
    }


def test_or_takes_it_over_as_it_is(river):
    assert year(perfrules.load([river, "core/carry-over"], as_of="2024-01-31")) == {
        "batch/2 core/carry-over/to-the-fund": "2.00",
        "department/education river/operating-funds/slow": "10.00",
    }
    assert perfrules.check([river, "core"]) == ()


def test_examples_of_the_district_have_its_own_facts(river):
    example = "examples:\n  - name: ours\n    as_of: 2023-12-31\n    period: 2023\n    given:\n      school: [{id: S, pupils: 5}]\n      batch: [{id: A, budgeted_in: 2023, unspent: 1元, book: 一般公共预算, carry_over: 1元}]\n    expect: {A: {surplus: %s}}\n"
    path = overlay(river, "carry-over", "{usable_years: 1}", example % "holds")
    assert perfrules.check(river) == ()
    assert [p.code for p in perfrules.check(path)] == ["PR616"]  # alone it speaks of the nation's vocabulary only
    assert {p.code for p in perfrules.check([path, river / "facts.yaml"])} == {"PR514"}  # of facts that it does not read
    overlay(river, "carry-over", "{usable_years: 1}", example % "does-not-hold")
    assert [p.code for p in perfrules.check(river)] == ["PR501"]


def test_reserves_are_those_of_the_district(tmp_path):
    program = perfrules.load(overlay(tmp_path, "reserves", "{least_share: 2%, capital_share: 0%}"), as_of="2024-01-31")
    rows = [{"id": n, "general_expenditure": 10_000, "contingency": amount, "working_capital": capital} for n, (amount, capital) in enumerate([("199.99", 0), (200, "0.01"), (300, 0), ("300.01", 0)])]
    outcome = program.run(program.facts({"government": rows}, period=2023))
    held = {(r.subject[-1], r.rule.rpartition("/")[2]) for r in outcome.rulings if r.verdict == "holds"}
    assert held == {("0", "too-little"), ("1", "too-much-capital"), ("3", "too-much")}
    assert [(r.subject, r.least, r.most) for r in outcome.recommendations] == [
        ("government/0", 1, 10001), ("government/3", 1, 10001),
    ]  # fmt: skip
