"""A vocabulary that lies beside a policy: what is wrong with it is said, with its place, and nothing that follows from it."""

from __future__ import annotations

import pytest

import perfrules

POLICY = "policy: p\nfacts: {}\nsubject: department\nrules:\n  - {{rule: r, when: late, then: suspend, because: made}}\n"
GOOD = "facts: town\nkinds:\n  department:\n    facts:\n      late: {is: flag}\n"
CITY = "facts: city\nextends: town\nkinds:\n  department:\n    facts:\n      early: {is: flag}\n"
MAPPING = "mapping: m\nfacts: town\ntables: {department: {columns: {late: too_late}}}\n"
WRONG = [
    (GOOD.replace("flag}", "flag"), ["PR115 town.yaml:6:1"]),
    (GOOD.replace("    facts:", "    fact:"), ["PR202 town.yaml:4:5"]),
    (GOOD.replace("      late", "\t  late"), ["PR105 town.yaml:5:1"]),
    (GOOD + "      late: {is: flag}\n", ["PR111 town.yaml:6:7"]),
    (GOOD.replace("flag", "flagg"), ["PR208 town.yaml:5:18"]),
    (GOOD.replace("{is: flag}", "{is: flagg, of: [A], at_least: 3, in: 万元}"), ["PR208 town.yaml:5:18"]),
    (GOOD.replace("department:", "department:\n    belongs_to: office"), ["PR214 town.yaml:4:17"]),
    ("# ours\nperfrules: 1\n" + GOOD.replace("town", "'town'").replace("flag}", "flag"), ["PR115 town.yaml:8:1"]),
]


def said(tmp_path, files: dict[str, str | bytes], *named: str) -> list[str]:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    found = perfrules.check([tmp_path / name for name in named])
    return [f"{p.code} {p.place.removeprefix(f'{tmp_path}/')}" for p in found]


@pytest.mark.parametrize(("vocabulary", "expected"), WRONG)
@pytest.mark.parametrize("named", [("policy.yaml",), ("policy.yaml", "town.yaml"), ("policy.yaml", "mapping.yaml")])
def test_what_is_wrong_with_it_is_said_whether_it_was_named_or_not(tmp_path, vocabulary, expected, named):
    files = {"policy.yaml": POLICY.format("town"), "mapping.yaml": MAPPING, "town.yaml": GOOD}
    assert said(tmp_path, files, *named) == []
    assert said(tmp_path, {"town.yaml": vocabulary}, *named) == expected


def test_what_is_wrong_with_one_that_it_extends_is_said(tmp_path):
    files = {"policy.yaml": POLICY.format("city"), "city.yaml": CITY, "town.yaml": WRONG[1][0]}
    assert said(tmp_path, files, "policy.yaml") == ["PR202 town.yaml:4:5"]


def test_of_one_that_nobody_needs_nothing_is_said(tmp_path):
    files = {"policy.yaml": POLICY.format("town"), "town.yaml": GOOD, "other.yaml": GOOD.replace("facts: town\nkinds", "facts: other\nkind"), "city.yaml": CITY + "\t"}
    broken = {"draft.yaml": "facts: town\npolicy: [", "utf16.yaml": GOOD.encode("utf-16")}
    assert said(tmp_path, files | broken, "policy.yaml") == []


def test_one_of_which_the_name_can_not_be_read_may_be_the_one_that_is_missing(tmp_path):
    files = {"policy.yaml": POLICY.format("town"), "town.yaml": GOOD.encode("utf-16")}
    assert said(tmp_path, files, "policy.yaml") == ["PR207 policy.yaml:2:8", "PR102 town.yaml"]


def test_a_policy_given_as_text_has_neighbours_too(tmp_path):
    (tmp_path / "town.yaml").write_text(WRONG[0][0], encoding="utf-8")
    with pytest.raises(perfrules.Refused, match="PR115") as refused:
        perfrules.loads(POLICY.format("town"), as_of="2024-01-31", beside=[tmp_path / "town.yaml"])
    assert len(refused.value.problems) == 1


@pytest.mark.parametrize(
    "use",
    ["late > 5元", "late / 3 > 5%", "late + 10 days > as_of", "late = A", "A = late", "late in {A, B}", "prior(late) < late", "not late", "late is known"],
)
def test_what_a_fact_of_no_kind_is_used_for_is_not_held_against_it(tmp_path, use):
    files = {"town.yaml": WRONG[4][0], "policy.yaml": POLICY.format("town").replace("late", f'"{use}"')}
    assert said(tmp_path, files, "policy.yaml") == WRONG[4][1]
