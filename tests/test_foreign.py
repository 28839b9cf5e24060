"""What a program is given and did not read itself, or what is given twice: refused, never guessed."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

import perfrules

FACTS = """
facts: town
extends: budget
kinds:
  department:
    facts: {{paid: {{is: money, at_least: 0, in: {unit}}}, budget: {{is: money, at_least: 0}}}}
    accounts: {{funds: {{together: sum}}}}
  project:
    belongs_to: department
    many: projects
    facts: {{size: {{is: money}}}}
  review:
    belongs_to: department
    many: reviews
    in_order_of: round
    facts: {{round: {{is: count}}, cost: {{is: money}}}}
"""
POLICY = """
policy: {name}
facts: town
subject: department
rules:
  - rule: r
    when: {when}
    then: {{deduct: {{from: funds, amount: 1% * funds}}}}
    because: made
"""


def program(tmp_path, when: str = "paid = 0", name: str = "made", unit: str = "元") -> perfrules.Program:
    (tmp_path / "facts.yaml").write_text(FACTS.format(unit=unit), encoding="utf-8")
    return perfrules.loads(POLICY.format(name=name, when=when), as_of="2024-01-31", beside=[tmp_path / "facts.yaml"])


@pytest.mark.parametrize("mapping", [Counter(funds=100), defaultdict(int, funds=100)])
def test_a_mapping_that_makes_up_values_gives_none(tmp_path, mapping):
    assert program(tmp_path).decide("department", mapping).undecided == ("made/r",)
    assert dict(mapping) == {"funds": 100}
    with pytest.raises(perfrules.Refused, match="PR601"):
        program(tmp_path).decide("department", Counter(funds=100, padi=3))


def test_a_row_is_of_the_program_that_read_it(tmp_path):
    ours, theirs = program(tmp_path), program(tmp_path, "budget < 100元", "other")
    row = theirs.read("department", {"paid": 9999, "funds": 50, "budget": 9999})
    assert theirs.decide("department", row).fired == ()
    for decide in (lambda: ours.decide("department", row), lambda: theirs.decide("project", row)):
        with pytest.raises(perfrules.Refused, match="PR629"):
            decide()
    with pytest.raises(perfrules.Refused, match="PR630"):
        theirs.decide("department", row, period=1999)


def test_facts_are_of_the_same_vocabulary(tmp_path):
    rows = {"department": [{"id": "A", "period": 2023, "paid": 0, "funds": 100}]}
    ours = program(tmp_path)
    assert len(ours.run(program(tmp_path, name="other").facts(rows)).entries) == 1
    with pytest.raises(perfrules.Refused, match="PR629"):
        ours.run(program(tmp_path, unit="万元").facts(rows))


def test_the_judged_year_is_not_given_twice(tmp_path):
    with pytest.raises(perfrules.Refused, match="PR628"):
        program(tmp_path).decide("department", {"paid": 0, "funds": 100}, years={0: {}})


@pytest.mark.parametrize(
    ("children", "code"),
    [
        ({"projects": [{"id": "2", "size": 60}, {"id": 2, "size": 70}]}, "PR605"),
        ({"projects": [{"id": 1.5, "size": 60}]}, "PR602"),
        ({"projects": [{"id": ["x"], "size": 60}]}, "PR602"),
        ({"reviews": [{"round": 1, "cost": 60}, {"round": 1, "cost": 70}]}, "PR619"),
    ],
)
def test_what_belongs_to_a_subject_is_checked_like_other_rows(tmp_path, children, code):
    with pytest.raises(perfrules.Refused, match=code):
        program(tmp_path).decide("department", {"paid": 0}, children=children)


def test_rows_without_an_id_do_not_take_that_of_another(tmp_path):
    made = program(tmp_path, "sum(size over projects) > 100元")
    told = made.decide("department", {"funds": 100}, children={"projects": [{"id": "2", "size": 60}, {"size": 70}]})
    assert "2: size = 60.00元" in told.explain().text("en")
    assert "#2: size = 70.00元" in told.explain().text("en")


@pytest.mark.parametrize("parent", ["-", "无", "unknown", "?", "", None])
def test_an_unknown_parent_is_unknown(tmp_path, parent):
    made = program(tmp_path)
    facts = made.facts({"project": [{"id": "P", "period": 2023, "department": parent, "size": 1}]})
    assert facts.table("project", 2023).parents == [""]


@pytest.mark.parametrize("value", [1.5, True, ["a"], (1, 2), 1 + 2j, b"a"])
@pytest.mark.parametrize("column", ["id", "department"])
def test_an_id_is_a_text_or_a_whole_number(tmp_path, column, value):
    row = {"id": "P", "period": 2023, "department": "D", "size": 1, column: value}
    with pytest.raises(perfrules.Refused, match="PR602"):
        program(tmp_path).facts({"project": [row]})


def test_what_cannot_be_seen_is_in_no_id(tmp_path):
    with pytest.raises(perfrules.Refused, match="PR103"):
        program(tmp_path).facts({"project": [{"id": "P", "period": 2023, "department": "D\u200b"}]})


def test_ids_have_one_form(tmp_path):
    rows = [{"id": "\u00e9", "period": 2023}, {"id": "e\u0301", "period": 2023}]
    with pytest.raises(perfrules.Refused, match="PR605"):
        program(tmp_path).facts({"department": rows})


@pytest.mark.parametrize("kind", [None, 1, ["department"], "departement"])
def test_a_kind_that_is_none_is_refused(tmp_path, kind):
    with pytest.raises(perfrules.Refused, match="PR616"):
        program(tmp_path).decide(kind, {})
    with pytest.raises(perfrules.Refused, match="PR410"):
        program(tmp_path).decide("department", {}, children={str(kind) if isinstance(kind, list) else kind: []})


@pytest.mark.parametrize("row", [{"id": "A", "编号": "B", "period": 2023}, {"id": "A", "年度": 2022, "period": 2023}])
def test_two_columns_for_one_are_refused_in_any_order(tmp_path, row):
    for given in (row, dict(reversed(row.items()))):
        with pytest.raises(perfrules.Refused, match="PR618"):
            program(tmp_path).facts({"department": [given]})
