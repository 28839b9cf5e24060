"""Vocabularies that extend others: they add to them, and change nothing; policies of both are judged in one run."""

from __future__ import annotations

from pathlib import Path

import pytest

import perfrules

COUNTY = """
facts: county
extends: budget
kinds:
  department:
    title: {en: Department, zh: 部门}
    facts: {paid: {is: money, title: {en: Spending, zh: 支出数}}}
    accounts: {funds: {together: sum}}
  review:
    belongs_to: department
    in_order_of: round
    many: reviews
    facts: {round: {is: count}}
"""
TOWN = """
facts: town
extends: county
kinds:
  school: {}
  department:
    facts: {pupils: {is: count}}
    accounts: {grant: {}}
"""
POLICY = "policy: %s\nfacts: %s\nsubject: department\nrules:\n  - rule: r\n    when: %s\n    then: {deduct: {from: %s, amount: 1元}}\n    because: made\n"


@pytest.fixture
def folder(tmp_path) -> Path:
    for name, text in {
        "county": COUNTY,
        "town": TOWN,
        "spending": POLICY % ("spending", "county", "paid > 5元", "funds"),
        "pupils": POLICY % ("pupils", "town", "pupils > 5", "grant"),
    }.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / f"{name}.yaml"


def found(folder: Path, *names: str) -> list[tuple[str, str, list[str]]]:
    """The code of each error, its place, and the other places that it shows."""
    problems = perfrules.check([folder / f"{name}.yaml" for name in names] or folder)
    return [(p.code, line(p.span), [line(span) for _, span in p.related]) for p in problems if p.severity == "error"]


def line(span) -> str:
    return span.place.rpartition("/")[2]


def test_a_kind_that_is_there_gets_more_facts_and_accounts(folder):
    kinds = perfrules.load(folder / "pupils.yaml", as_of="2024-01-31").vocabulary.kinds
    department = kinds["department"]
    assert (list(department.facts), list(department.accounts)) == (["paid", "pupils"], ["funds", "grant"])
    assert (department.title.zh, department.many, list(kinds)) == ("部门", "departments", ["department", "review", "school"])
    county = perfrules.load(folder / "spending.yaml", as_of="2024-01-31").vocabulary
    assert list(county.kinds["department"].facts) == ["paid"]


@pytest.mark.parametrize("order", [("spending", "pupils"), ("pupils", "spending")])
def test_policies_of_both_are_judged_in_one_run(folder, order):
    program = perfrules.load([folder / f"{name}.yaml" for name in order], as_of="2024-01-31")
    assert program.vocabulary.name == "town"
    facts = program.facts({"department": [{"id": "A", "paid": 6, "pupils": 6, "funds": 9, "grant": 9}]}, period=2023)
    assert sorted((e.rules, e.credit) for e in program.run(facts).entries) == [(("pupils/r",), "grant"), (("spending/r",), "funds")]


def test_alone_a_policy_is_read_in_its_own_vocabulary_unless_a_wider_one_is_named(folder):
    spending = folder / "spending.yaml"
    assert perfrules.load(spending, as_of="2024-01-31").vocabulary.name == "county"
    assert perfrules.load([spending, folder / "town.yaml"], as_of="2024-01-31").vocabulary.name == "town"
    write(folder, "city", "facts: city\nextends: county\nkinds: {road: {}}\n")
    program = perfrules.load([spending, folder / "town.yaml", folder / "city.yaml"], as_of="2024-01-31")
    assert program.vocabulary.name == "county"  # neither of the two extends the other


def test_vocabularies_beside_each_other_are_found_through_one_another(folder):
    write(folder, "hamlet", "facts: hamlet\nextends: town\nkinds: {road: {facts: {length: {is: count}}}}\n")
    path = write(folder, "roads", "policy: roads\nfacts: hamlet\nsubject: road\nrules:\n  - {rule: r, when: length > 5, then: suspend, because: made}\n")
    assert list(perfrules.load(path, as_of="2024-01-31").vocabulary.kinds) == ["department", "review", "school", "road"]
    assert perfrules.load([path, folder / "spending.yaml"], as_of="2024-01-31").vocabulary.name == "hamlet"


@pytest.mark.parametrize("order", [("pupils", "roads"), ("roads", "pupils")])
def test_vocabularies_of_which_none_extends_the_other(folder, order):
    write(folder, "city", "facts: city\nextends: county\nkinds: {department: {facts: {roads: {is: count}}}}\n")
    write(folder, "roads", POLICY % ("roads", "city", "roads > 5", "funds"))
    with pytest.raises(perfrules.Refused) as refused:
        perfrules.load([folder / f"{name}.yaml" for name in order], as_of="2024-01-31")
    [problem] = refused.value.problems
    assert (problem.code, problem.help) == ("PR240", "run them apart, or let one vocabulary extend the other by `extends: …`")


@pytest.mark.parametrize(("added", "expected"), [
    ("department: {facts: {paid: {is: money}}}", ("PR210", "town.yaml:5:24", ["county.yaml:7:13"])),
    ("department: {facts: {funds: {is: money}}}", ("PR210", "town.yaml:5:24", ["county.yaml:8:16"])),
    ("department: {accounts: {paid: {}}}", ("PR210", "town.yaml:5:27", ["county.yaml:7:13"])),
    ("department: {facts: {Paid: {is: money}}}", ("PR206", "town.yaml:5:24", ["county.yaml:7:13"])),
    ("DEPARTMENT: {}", ("PR206", "town.yaml:5:3", ["county.yaml:5:3"])),
    ("department: {title: Bureau}", ("PR268", "town.yaml:5:23", ["county.yaml:5:3"])),
    ("department: {many: bureaus}", ("PR268", "town.yaml:5:22", ["county.yaml:5:3"])),
    ("department: {facts: {n: {is: count}}, in_order_of: n}", ("PR268", "town.yaml:5:54", ["county.yaml:5:3"])),
    ("review: {belongs_to: review}", ("PR268", "town.yaml:5:24", ["county.yaml:9:3"])),
    ("department: {facts: {支出数: {is: money}}}", ("PR210", "town.yaml:5:24", ["county.yaml:7:13"])),
    ("部门: {facts: {paid: {is: money}}}", ("PR210", "town.yaml:5:16", ["county.yaml:7:13"])),
    ("{部门: {}, department: {}}", ("PR210", "town.yaml:5:12", ["town.yaml:5:4"])),
    ("department: {facts: {spent: {is: money, title: {zh: 支出数}}}}", ("PR210", "town.yaml:5:55", ["county.yaml:7:13"])),
    ("bureau: {title: 部门}", ("PR210", "town.yaml:5:19", ["county.yaml:5:3"])),
    ("bureau: {many: departments}", ("PR210", "town.yaml:5:18", ["county.yaml:5:3"])),
    ("bureau: {many: 部门}", ("PR210", "town.yaml:5:18", ["county.yaml:5:3"])),
    ("road: {belongs_to: department, facts: {mayor: {is: text, title: 部门}}}", ("PR205", "town.yaml:5:67", [])),
    ("reviews: {}", ("PR210", "town.yaml:5:3", ["county.yaml:9:3"])),
])  # fmt: skip
def test_nothing_that_is_there_can_be_said_otherwise(folder, added, expected):
    write(folder, "town", f"\nfacts: town\nextends: county\nkinds:\n  {added}\n")
    assert expected in found(folder, "town", "spending")


def test_what_is_there_may_be_said_again_and_a_parent_added(folder):
    write(folder, "town", TOWN + "    belongs_to: school\n    many: departments\n    title: {en: Department, zh: 部门}\n  review: {belongs_to: department, in_order_of: round, many: reviews}\n")
    assert found(folder) == []
    assert perfrules.load(folder / "pupils.yaml", as_of="2024-01-31").vocabulary.kinds["department"].belongs_to == "school"


def test_a_kind_that_is_there_may_be_named_by_its_title(folder):
    write(folder, "town", "事实: town\n继承: county\n类别:\n  部门:\n    事实: {pupils: {类型: 计数}}\n    账户: {grant: {}}\n  学校: {隶属: 部门}\n  班级: {隶属: school}\n  school: {名称: 高中, 隶属: 学校}\n  年级: {隶属: 高中}\n")
    kinds = perfrules.load([folder / "pupils.yaml", folder / "spending.yaml"], as_of="2024-01-31").vocabulary.kinds
    assert (list(kinds), list(kinds["department"].facts)) == (["department", "review", "学校", "班级", "school", "年级"], ["paid", "pupils"])
    assert [kinds[kind].belongs_to for kind in ("学校", "班级", "school", "年级")] == ["department", "school", "学校", "school"]


@pytest.mark.parametrize(("more", "code"), [
    ("currency: {code: USD, places: 2}", "PR268"),
    ("currency: {code: CNY, places: 2}", None),
    ("accounts: {treasury: {}}", "PR210"),
    ("accounts: {Treasury: {}}", "PR206"),
    ("accounts: {fund: {}}", None),
    ("actions: {deduct: {effect: take}}", "PR224"),
    ("actions: {扣减: {effect: status}}", "PR224"),
    ("actions: {cut: {effect: take, title: 扣减}}", "PR224"),
    ("actions: {recommend: {effect: notice}}", "PR205"),
    ("actions: {advise: {effect: notice, title: 建议}}", "PR205"),
])  # fmt: skip
def test_accounts_actions_and_the_currency_stay(folder, more, code):
    write(folder, "town", TOWN + more + "\n")
    assert [c for c, _, _ in found(folder, "town", "county")] == ([code] if code else [])


def test_the_jurisdiction_is_that_of_what_is_extended_unless_another_is_named(folder):
    write(folder, "county", COUNTY.replace("{paid:", "{area: {is: text}, region: {is: text}, paid:") + "jurisdiction: area\n")
    assert perfrules.load(folder / "pupils.yaml", as_of="2024-01-31").vocabulary.jurisdiction == "area"
    write(folder, "town", TOWN + "jurisdiction: region\n")
    assert perfrules.load(folder / "pupils.yaml", as_of="2024-01-31").vocabulary.jurisdiction == "region"


@pytest.mark.parametrize("called", ["school: {is: text}", "of: {is: text, title: school}", "of: {is: text, title: 学校}"])
def test_no_parent_is_added_whose_column_is_that_of_a_fact_which_is_there(folder, called):
    """A national rule on that fact would find it missing, in any file."""
    write(folder, "county", COUNTY.replace("facts: {paid:", f"facts: {{{called}, paid:"))
    write(folder, "town", TOWN.replace("school: {}", "school: {title: 学校}") + "    belongs_to: school\n")
    assert found(folder, "town", "county") == [("PR210", "town.yaml:9:17", ["county.yaml:7:13"])]


def test_of_two_jurisdictions_one_is_named(folder):
    """The first was taken: which one stood first in `extends` decided who shares a pool with whom."""
    write(folder, "county", COUNTY.replace("{paid:", "{area: {is: text}, region: {is: text}, paid:") + "jurisdiction: area\n")
    write(folder, "city", "facts: city\nextends: county\njurisdiction: region\n")
    both = "facts: both\nextends: [town, city]\n"
    write(folder, "both", both)
    assert found(folder, "both", "town", "city", "county") == [("PR268", "both.yaml:2:17", [])]
    write(folder, "both", f"{both}jurisdiction: area\n")
    assert found(folder, "both", "town", "city", "county") == []


DAYS = "facts: {0}\nkinds: {{{0}_house: {{}}}}\ncalendar:\n"
YEAR = "  - {{from: {0}-01-01, to: {0}-12-31, holidays: [{1}]}}\n"


@pytest.mark.parametrize(("city", "both", "expected"), [
    ((2024, "2024-10-01"), None, []),
    ((2023, "2023-10-02"), None, []),  # the same year, and the same of each day
    ((2023, "2023-10-03"), None, [("PR243", "both.yaml:2:17", [])]),
    ((2025, "2025-10-01"), None, [("PR243", "both.yaml:2:17", [])]),  # of 2024 it is not known what was worked
    ((2025, "2025-10-01"), (2024, "2024-10-01"), []),
    ((2024, "2024-10-01"), (2022, "2022-10-03"), []),
])  # fmt: skip
def test_the_calendars_of_several_follow_one_another_or_say_the_same(folder, city, both, expected):
    write(folder, "town", DAYS.format("town") + YEAR.format(2023, "2023-10-02"))
    write(folder, "city", DAYS.format("city") + YEAR.format(*city))
    write(folder, "both", "facts: both\nextends: [town, city]\n" + (f"calendar:\n{YEAR.format(*both)}" if both else ""))
    assert found(folder, "both", "town", "city") == expected


def test_what_several_add_to_one_kind_comes_together(folder):
    write(folder, "city", "facts: city\nextends: county\nkinds: {department: {facts: {roads: {is: count}}}}\n")
    path = write(folder, "both", "facts: both\nextends: [town, city]\n")
    write(folder, "all", POLICY % ("all", "both", "roads > pupils", "grant"))
    assert found(folder, "both", "all") == []
    kinds = perfrules.load([path, folder / "all.yaml"], as_of="2024-01-31").vocabulary.kinds
    assert list(kinds["department"].facts) == ["paid", "pupils", "roads"]


def test_a_parent_that_one_of_several_adds_is_there_whichever_comes_first(folder):
    write(folder, "town", TOWN + "    belongs_to: school\n")
    write(folder, "city", "facts: city\nextends: county\nkinds: {department: {facts: {roads: {is: count}}}}\n")
    for order in ("town, city", "city, town"):
        path = write(folder, "both", f"facts: both\nextends: [{order}]\n")
        write(folder, "all", POLICY % ("all", "both", "roads > pupils", "grant"))
        assert perfrules.load([path, folder / "all.yaml"], as_of="2024-01-31").vocabulary.kinds["department"].belongs_to == "school"


@pytest.mark.parametrize(("city", "expected"), [
    ("kinds: {school: {}}", ("PR210", "city.yaml:3:9", ["town.yaml:5:3"])),
    ("kinds: {department: {facts: {pupils: {is: count}}}}", ("PR210", "city.yaml:3:30", ["town.yaml:7:13"])),
    ("kinds: {road: {}, department: {belongs_to: road}}", ("PR268", "both.yaml:2:17", ["county.yaml:5:3"])),
    ("actions: {praise: {effect: notice}}", ("PR224", "both.yaml:2:17", [])),
    ("accounts: {fund: {}}", ("PR210", "city.yaml:3:12", ["town.yaml:10:12"])),
    ("kinds: {department: {facts: {school: {is: text}}}}", ("PR268", "both.yaml:2:17", ["city.yaml:3:30"])),  # the column of the parent
    # what stands in a policy of the one for something of it would mean in both something of the other
    ("kinds: {lane: {title: school}}", ("PR210", "town.yaml:5:3", ["city.yaml:3:9"])),
    ("kinds: {学校: {}}", ("PR210", "city.yaml:3:9", ["town.yaml:5:3"])),
    ("kinds: {department: {facts: {学生数: {is: count}}}}", ("PR210", "city.yaml:3:30", ["town.yaml:7:13"])),
    ("kinds: {department: {accounts: {学生数: {}}}}", ("PR210", "city.yaml:3:33", ["town.yaml:7:13"])),
    ("kinds: {department: {accounts: {pupils: {}}}}", ("PR210", "city.yaml:3:33", ["town.yaml:7:13"])),
    ("accounts: {基金: {}}", ("PR210", "city.yaml:3:12", ["town.yaml:10:12"])),
    ("actions: {表扬: {effect: notice}}", ("PR224", "both.yaml:2:17", [])),
    ("actions: {cheer: {effect: notice, title: praise}}", ("PR224", "both.yaml:2:17", [])),
])  # fmt: skip
def test_what_several_say_differently_is_refused(folder, city, expected):
    said = TOWN.replace("school: {}", "school: {title: 学校}").replace("{is: count}", "{is: count, title: 学生数}")
    write(folder, "town", f"{said}    belongs_to: school\naccounts: {{fund: {{title: 基金}}}}\nactions: {{praise: {{effect: status, title: 表扬}}}}\n")
    write(folder, "city", f"facts: city\nextends: county\n{city}\n")
    write(folder, "both", "facts: both\nextends: [town, city]\n")
    assert found(folder, "both", "town", "city", "county") == [expected]


def test_several_with_different_currencies_are_refused_where_both_have_kinds(folder):
    write(folder, "abroad", "facts: abroad\ncurrency: {code: USD, places: 2}\nkinds: {office: {}}\n")
    write(folder, "both", "facts: both\nextends: [county, abroad]\n")
    assert found(folder, "both", "county", "abroad") == [("PR268", "both.yaml:2:19", [])]
    write(folder, "abroad", "facts: abroad\ncurrency: {code: USD, places: 2}\n")
    assert found(folder, "both", "county", "abroad") == []


def test_a_fact_with_the_name_of_a_policys_own_is_shown_with_it(folder):
    spending = (folder / "spending.yaml").read_text(encoding="utf-8")
    write(folder, "spending", spending.replace("rules:", "names: {pupils: paid}\nrules:"))
    assert found(folder, "spending") == []
    assert found(folder, "spending", "pupils") == [("PR232", "spending.yaml:4:9", ["town.yaml:7:13"])]
