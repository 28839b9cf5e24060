"""A ratio that looks like a percentage without its sign is read as it is written, and that is said."""

from __future__ import annotations

from fractions import Fraction

import pytest

import perfrules

FACTS = "facts: own\nextends: budget\nkinds: {project: {facts: {rate: {is: ratio}, most: {is: ratio, not_above}, size: {is: number}}}}\n"
POLICY = "policy: p\nfacts: own\nsubject: project\nrules:\n  - {rule: slow, when: rate < 85%, then: remind, because: measured}\n"


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doubts")
    (folder / "facts.yaml").write_text(FACTS.replace("not_above", "at_most: 2000%"), encoding="utf-8")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return perfrules.load(folder / "policy.yaml", as_of="2023-12-31")


def doubts(program, *rates, **more):
    rows = [{"id": f"P{n}", "period": 2023, "rate": rate, **more} for n, rate in enumerate(rates)]
    return [(p.code, p.severity, p.place, p.said("zh")) for p in program.facts({"project": rows}).notices]


def test_a_percentage_without_its_sign_is_said_once_with_how_many_are_like_it(program):
    assert doubts(program, "90%", 85, "91.5", None, Fraction(10)) == [
        ("PR647", "warning", "project/P1, rate", "`rate` 读作 8500%（另有 2 个类似数值）：比率 1 即 100%")
    ]
    assert doubts(program, 85) == [("PR647", "warning", "project/P0, rate", "`rate` 读作 8500%：比率 1 即 100%")]


def test_what_may_well_be_meant_is_not_doubted(program):
    assert doubts(program, "999%", "9.99", 0, "-85", None) == []


def test_where_the_vocabulary_has_a_bound_or_the_fact_is_no_ratio_nothing_is_doubted(program):
    assert doubts(program, "90%", most="1500%", size=85) == []


def test_each_period_has_its_own(program):
    rows = [{"id": "P", "period": year, "rate": 85} for year in (2022, 2023)]
    assert len(program.facts({"project": rows}).notices) == 2


def test_a_file_is_told_so_on_the_command_line(program, tmp_path):
    (tmp_path / "project.csv").write_text("id,period,rate\nP,2023,85\n", encoding="utf-8")
    assert [p.code for p in program.read_facts(tmp_path).notices] == ["PR647"]
