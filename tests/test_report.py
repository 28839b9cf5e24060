"""The report of a year: totals with their bases, nobody named who is secret, nothing that a sheet or a page would run."""

from __future__ import annotations

import csv
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest

import perfrules
from made import load, policy, rule

HOME = Path(__file__).resolve().parent.parent
FACTS = HOME / "examples" / "luojiang-2023" / "facts"
VOID = {"meta"}
SECRET = """
facts: made
extends: budget
kinds:
  department:
    facts: {name: {is: text}, rate: {is: ratio}, hidden: {is: flag, secret: yes}}
    accounts: {funds: {together: sum}}
  project:
    belongs_to: department
    facts: {name: {is: text}, rate: {is: ratio}}
    accounts: {budget: {together: sum}}
"""
TAKE = rule("slow", "rate < 85%", "{deduct: {from: funds, amount: 10% * funds, into: pot}}") + rule(
    "seen", "rate is known", "[{figure: {as: base, of: funds}}, {figure: {as: rate, of: rate}}]"
)  # fmt: skip
POT = "parameters: {line: 85%}\npools:\n  pot: {leftover: treasury}\n"


@pytest.fixture(scope="module")
def year() -> perfrules.Outcome:
    program = perfrules.load(HOME / "policies" / "luojiang", as_of="2023-12-31")
    return program.run(program.read_facts(FACTS), period=2023)


@pytest.fixture(scope="module")
def funds() -> perfrules.Outcome:
    program = perfrules.load("luojiang/operating-funds", as_of="2024-01-31")
    return program.run(program.read_facts(FACTS), period=2022)


def line(text: str, *words: str) -> list[str]:
    """What stands in the first line of a report with these words."""
    return next(part.split() for part in text.splitlines() if all(w in part for w in words))


def test_every_total_of_the_year_has_its_base_beside_it(year):
    text = year.report("zh")
    assert line(text, "基数：会审资金")[-3:] == ["438", "52", "000.00"]
    assert line(text, "整改后仍未通过")[-4:] == ["22", "5", "850.00", "11.25%"]
    assert line(text, "基数：监控资金")[-3:] == ["566", "66", "000.00"]
    assert line(text, "基数：评价资金")[-3:] == ["18", "30", "000.00"]
    assert line(text, "调减、收回和未纳入合计")[-2:] == ["59", "062.00"]
    assert line(text, "提醒敦促函")[-1] == "18"


def test_who_pays_and_who_receives_and_where_everyone_stands(funds):
    text = funds.report("zh")
    assert "下线 85%：低于 9 个，恰为 1 个，高于 51 个" in text
    assert "上线 96%：低于 40 个，恰为 1 个，高于 20 个" in text
    assert text.count("示例部门") == 29


def test_the_csv_has_plain_amounts_and_no_formulas(year, tmp_path):
    rows = list(csv.reader(StringIO(year.report("zh", "csv").removeprefix("\ufeff"))))
    assert rows[0] == ["环节", "事项", "规则", "个数", "金额（元）"]
    assert ["绩效目标管理", "调减当年预算", "审核调减", "45", "53200000.00"] in rows
    odd = policy(rule("x", "a > 0", "{flag: {as: '=1+1'}}"), tail="stage: '=HYPERLINK(1)'\n")
    program = load(tmp_path, odd)
    found = program.run(program.facts({"department": [{"id": "D", "a": 1}]}, period=2023), period=2023).report("en", "csv")
    assert "'=HYPERLINK(1)" in found
    assert not [cell for row in csv.reader(StringIO(found.removeprefix("\ufeff"))) for cell in row if cell.startswith("=")]


class Page(HTMLParser):
    """Whether a page is well formed, runs nothing, fetches nothing."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        assert tag not in ("script", "link", "img", "iframe", "object")
        assert not [name for name, _ in attributes if name.startswith("on") or name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_well_formed_and_runs_nothing(year, funds, language):
    for outcome in (year, funds):
        page = Page(outcome.report(language, "html"))
        assert page.open == []
    assert any("59 062.00" in words for words in Page(year.report(language, "html")).words)


def test_a_name_is_text_to_the_page(tmp_path):
    name = "</svg><script>alert(1)</script>{{ 7*7 }}"
    page = of_departments(tmp_path, {"id": "D", "name": name, "rate": "80%", "funds": 100, "hidden": "no"}).report("en", "html")
    assert "<script" not in page
    assert "49" not in "".join(Page(page).words).replace(name, "")
    assert name in "".join(Page(page).words)


def of_departments(folder, *rows: dict[str, object]) -> perfrules.Outcome:
    (folder / "facts.yaml").write_text(SECRET, encoding="utf-8")
    (folder / "policy.yaml").write_text(policy(TAKE, tail=POT), encoding="utf-8")
    program = perfrules.load(folder, as_of="2023-12-31")
    return program.run(program.facts({"department": rows}, period=2023), period=2023)


def test_who_is_secret_is_not_named_and_the_totals_stay(tmp_path):
    """One is secret, of one it is not known; canaries in names and ids are nowhere."""
    rows = [{"id": "open", "name": "Open", "rate": "80%", "funds": 100, "hidden": "no"},
            {"id": "canary1", "name": "CANARY", "rate": "81%", "funds": 200, "hidden": "yes"},
            {"id": "canary2", "name": "CANARY", "rate": "90%", "funds": 400}]  # fmt: skip
    outcome = of_departments(tmp_path, *rows)
    for form in ("text", "csv", "html"):
        found = outcome.report("en", form)
        assert "canary" not in found.casefold()
    text = outcome.report("en")
    assert line(text, "base: base")[-2:] == ["3", "700.00"]
    assert "(secret, not named)  20.00元" in text
    assert line(text, "Open") == ["Open", "10.00元"]
    assert "line 85%: 2 below, 0 exactly, 1 above" in text


def test_the_parts_of_a_pool_and_its_years_are_told_apart(tmp_path):
    """Each had the same words above it; a part in which nobody is named has none."""
    (tmp_path / "facts.yaml").write_text(SECRET.replace("{name: {is: text}", "{area: {is: text}, name: {is: text}", 1), encoding="utf-8")
    late = rule("later", "rate < 50%", "{deduct: {from: funds, in_year: +1, amount: 1元, into: pot}}")
    pot = "parameters: {line: 85%}\npools:\n  pot: {leftover: treasury, per: area, title: {en: Pot, zh: 池}}\n"
    (tmp_path / "policy.yaml").write_text(policy(TAKE + late, tail=pot), encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2023-12-31")
    rows = [{"id": n, "area": n.upper(), "rate": r, "funds": 100, "hidden": h} for n, r, h in (("a", "80%", "no"), ("b", "40%", "no"), ("c", "80%", "yes"))]
    facts = program.facts({"department": [*rows, {"id": "b", "area": "B", "period": 2024, "funds": 100, "rate": "80%", "hidden": "no"}]}, period=2023)
    text = program.run(facts, period=2023).report("zh")
    assert [part for part in text.splitlines() if part.startswith("付出对象")] == [f"付出对象：{name}" for name in ("池 A", "池 B 2023", "池 B 2024", "池")]
    assert "Who pays: Pot B 2024" in program.run(facts, period=2023).report("en", "html")


def test_a_subject_counts_once_by_action_and_a_small_share_is_not_nothing(tmp_path):
    """Who two rules deduct from was two subjects; a hundredth of a cent of the base was 0% of it."""
    (tmp_path / "facts.yaml").write_text(SECRET, encoding="utf-8")
    rules = rule("slow", "rate < 85%", "{deduct: {from: funds, amount: 1元}}") + rule("bad", "rate < 82%", "{deduct: {from: funds, amount: 2元}}")
    seen = rule("seen", "rate is known", "{figure: {as: base, of: 10亿元}}")
    (tmp_path / "policy.yaml").write_text(policy(rules + seen), encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2023-12-31")
    facts = program.facts({"department": [{"id": n, "rate": rate, "funds": 100, "hidden": "no"} for n, rate in (("a", "80%"), ("b", "84%"))]}, period=2023)
    text = program.run(facts, period=2023).report("en")
    assert line(text, "deduct (bad)")[-3:] == ["1", "2.00", "≈0.0000001%"]
    by_action = text[text.index("By kind of action") :]
    assert line(by_action, "deduct") == ["deduct", "2", "4.00"]


def test_words_of_a_label_stand_as_they_are_declared(tmp_path):
    facts = "facts: made\nkinds: {unit: {facts: {band: {is: choice, of: [优, 良, 中, 差]}}}}\n"
    program = load(tmp_path, policy(rule("graded", "band is known", "{grade: {of: band}}"), "unit"), facts=facts)
    outcome = program.run(program.facts({"unit": [{"id": n, "band": band} for n, band in enumerate("差中良优中")]}, period=2023), period=2023)
    rows = list(csv.reader(StringIO(outcome.report("en", "csv"))))
    assert [(row[1], row[3]) for row in rows[1:]] == [("grade 优", "1"), ("grade 良", "1"), ("grade 中", "2"), ("grade 差", "1")]


@pytest.mark.parametrize("form", ["text", "html"])
def test_what_people_still_have_to_decide_is_told_apart(tmp_path, form):
    """An amount that awaits approval, a conflict and whatever waits were one number; a recommendation was none."""
    rules = (rule("cut", "rate < 80%", "{cut: {from: budget, amount: 1元}}") + rule("once", "rate < 60%", "{take_back: {from: own, amount: 1元}}")
             + rule("twice", "rate < 60%", "{take_back: {from: own, amount: 2元}}") + rule("talk", "rate < 50%", "remind")
             + rule("may", "rate > 80%", "{recommend: {action: cut, from: budget, at_least: 1元}}"))  # fmt: skip
    tail = "actions: {cut: {effect: take}, take_back: {effect: take}}\napprovals: [{of: [cut], by: council, because: law}]\n"
    kinds = "kinds: {department: {facts: {rate: {is: ratio}}, accounts: {budget: {together: sum}, own: {}}}}\n"
    program = load(tmp_path, policy(rules, tail=tail), facts="facts: made\nextends: budget\n" + kinds)
    rows = [{"id": i, "rate": rate, "budget": 100, "own": 100} for i, rate in (("a", "55%"), ("b", "90%"), ("c", "70%"), ("d", "65%"))]
    report = program.run(program.facts({"department": [*rows, {"id": "e", "rate": None, "budget": 100, "own": 100}]}, period=2023), period=2023).report("zh", form)
    assert "待定结论 5 条；款项等待 4 笔，待批准 3 笔，冲突 2 笔；待决定的建议 1 项" in report


@pytest.mark.parametrize("form", ["text", "html"])
def test_what_a_pool_had_gave_and_has_left_is_said_and_whom_it_waits_for_or_leaves_out(tmp_path, form):
    """The sums of payers and receivers did not meet, and the page was silent of pools that are not settled."""
    give = rule("fast", "rate > 96%", "{reward: {to: funds, out_of: pot, by: funds}}")
    for name, pot, words in (
        ("shared", "leftover: treasury, base: 100元", ["5.00", "100.00", "0.00", "105.00"]),
        ("out", "leftover: treasury, if_undecided: leave-out", ["5.00", "0.00", "5.00", "pot of 2023: undecided claims left out: 2"]),
        ("open", "leftover: treasury", ["pot: not settled, members are undecided", "5.00", "…"]),
    ):  # fmt: skip
        home = tmp_path / name
        home.mkdir()
        (home / "facts.yaml").write_text(SECRET, encoding="utf-8")
        (home / "policy.yaml").write_text(policy(TAKE + give, tail=f"pools:\n  pot: {{{pot}}}\n"), encoding="utf-8")
        program = perfrules.load(home, as_of="2023-12-31")
        rows = [{"id": "a", "rate": "80%", "funds": 50, "hidden": "no"}, {"id": "b", "rate": "90%" if name == "shared" else None, "funds": 70, "hidden": "no"}]
        outcome = program.run(program.facts({"department": rows}, period=2023), period=2023)
        found = outcome.report("en", form)
        found = found[found.index("Pools (元)") :]
        assert [word for word in words if word not in found] == []
        assert outcome.to_polars("pools")["left_out"].to_list() == [2 if name == "out" else 0]


@pytest.mark.parametrize("fact", ["rate: {is: ratio, secret: yes}", "name: {is: text, secret: yes}"])
def test_only_a_flag_says_who_is_secret(tmp_path, fact):
    (tmp_path / "facts.yaml").write_text(f"facts: made\nkinds:\n  department:\n    facts:\n      {fact}\n", encoding="utf-8")
    assert [p.code for p in perfrules.check(tmp_path / "facts.yaml") if p.severity == "error"] == ["PR242"]
