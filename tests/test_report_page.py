"""The yearly report in a real browser: what stands in it, and that names from facts and policies stay text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import browser
import perfrules

HOME = Path(__file__).resolve().parent.parent
FACTS = HOME / "examples" / "luojiang-2023" / "facts"
HOSTILE = (
    "</script><img src=x onerror=\"document.title='run'\">",
    "\"><svg onload=\"document.title='run'\">",
    "</title></style></svg><script>document.title='run'</script>",
    "'-->{{ 7*7 }}<iframe srcdoc='<p>'></iframe>",
)
VOCABULARY = """
facts: made
extends: budget
actions: {cut: {effect: take, title: TITLE}}
kinds:
  department:
    facts: {name: {is: text}, rate: {is: ratio}}
    accounts: {funds: {together: sum}}
"""
POLICY = """
policy: made
title: TITLE
stage: TITLE
facts: made
subject: department
parameters:
  low: {title: TITLE, value: 85%}
  high: 96%
rules:
  - rule: slow
    title: TITLE
    when: rate < low
    then: [{cut: {from: funds, amount: 10% * funds, into: pot}}, {flag: {as: TITLE}}]
    because: TITLE
  - rule: fast
    when: rate > high
    then: {reward: {to: funds, out_of: pot, by: funds}}
    because: TITLE
  - rule: seen
    when: rate is known
    then: [{figure: {as: TITLE, of: funds}}, {figure: {as: rate, of: rate}}]
    because: TITLE
pools:
  pot: {title: TITLE, leftover: treasury}
"""


class Page(HTMLParser):
    """The elements of a page with the names of their attributes, its title and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = [("",)]
        self.text = self.title = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, *(name for name, _ in attributes)))

    def handle_data(self, data):
        self.text += data
        if self.elements[-1][0] == "title" and not self.title:
            self.title = data

    def count(self, tag: str) -> int:
        return sum(element[0] == tag for element in self.elements)


def opened(outcome: perfrules.Outcome, language: str, folder: Path) -> Page:
    """The report as the browser has it once everything in it ran that would."""
    path = folder / "report.html"
    path.write_text(outcome.report(language, "html"), encoding="utf-8")
    return Page(browser.rendered(path.as_uri()))


def made(title: str, names: tuple[str, ...], folder: Path, rates: tuple[str, ...] = ("80%", "84%", "97%", "90%")) -> perfrules.Outcome:
    """A run in which the title stands wherever a policy may have one, and the names are those of departments."""
    for name, text in (("facts", VOCABULARY), ("policy", POLICY)):
        (folder / f"{name}.yaml").write_text(text.replace("TITLE", json.dumps(title)), encoding="utf-8")
    program = perfrules.load(folder, as_of="2023-12-31")
    rows = [{"id": name, "name": f"{n} {name}", "rate": rates[n % 4], "funds": 1000 + n} for n, name in enumerate(names)]
    return program.run(program.facts({"department": rows}, period=2023), period=2023)


@pytest.mark.parametrize(("language", "title", "words"), [
    ("en", "Performance of the budget 2023", ("Ex-ante evaluation", "reduced and kept out, together", "not decided: 122 verdicts")),
    ("zh", "2023 年度预算绩效管理情况", ("事前绩效评估", "调减、收回和未纳入合计", "待定结论 122 条")),
])  # fmt: skip
def test_the_page_of_luojiang_in_a_browser(tmp_path, language, title, words):
    program = perfrules.load(HOME / "policies" / "luojiang", as_of="2023-12-31")
    page = opened(program.run(program.read_facts(FACTS), period=2023), language, tmp_path)
    assert page.title == title
    assert [word for word in (*words, "59 062.00", "11 170.00", "53.39%") if word not in page.text] == []
    assert page.count("table") == 3
    assert page.count("svg") == 1
    assert page.count("rect") == 10
    assert page.count("script") == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_of_operating_funds_in_a_browser(tmp_path, language):
    program = perfrules.load("luojiang/operating-funds", as_of="2024-01-31")
    page = opened(program.run(program.read_facts(FACTS), period=2022), language, tmp_path)
    assert page.count("circle") == 61
    assert page.count("line") == 3
    assert page.count("svg") == 4
    assert page.text.count("示例部门") == 61 + 29
    assert page.count("script") == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_hostile_name_is_text_wherever_it_stands(tmp_path, language):
    everything = " ".join(HOSTILE)
    harmless = opened(made("a" * len(everything), tuple("abcd"[n] * len(name) for n, name in enumerate(HOSTILE)), tmp_path), language, tmp_path)
    page = opened(made(everything, HOSTILE, tmp_path), language, tmp_path)
    assert page.title == harmless.title
    assert "2023" in page.title
    assert page.elements == harmless.elements
    assert not {"img", "script", "iframe"} & {element[0] for element in page.elements}
    assert page.text.count(everything) >= 10
    assert [name for name in HOSTILE if page.text.count(name) < 12] == []


def test_every_dot_of_a_chart_is_on_it_however_many_there_are(tmp_path):
    """Of 3,000 departments, all but some ninety stood above the upper edge."""
    page = made("title", tuple(f"d{n}" for n in range(600)), tmp_path).report("en", "html")
    heights = [int(y) for y in re.findall(r'<circle cx="[0-9]+" cy="(-?[0-9]+)"', page)]
    assert (len(heights), min(heights) >= 4, max(heights)) == (600, True, 100)


def test_long_names_keep_clear_of_bars_and_labels_inside(tmp_path):
    """Of departments that pay and receive; a label stands on that side of its line where there is room."""
    names = ("德阳市罗江区住房和城乡建设局村镇建设与物业管理中心", "财政局", "Department of Housing and Urban Development", "d")
    page = made("title", names, tmp_path, ("84%", "84.5%", "250%", "97%")).report("en", "html")
    squeezed = {name: f'textLength="172" lengthAdjust="spacingAndGlyphs">{number} {name}<' in page for number, name in enumerate(names)}
    assert list(squeezed.values()) == [True, False, True, False]
    assert page.count("textLength") == 2
    assert page.count('text-anchor="start"') == 2
