"""The page of recipes: its examples stand at both sides of every line; it says the same in both languages, and cites what is there."""

from __future__ import annotations

import re

import pytest

import perfrules
from test_docs import HOME, blocks
from test_published import NUMBERS, moved_lines

PAGES = [HOME / "docs" / lang / "recipes.md" for lang in ("en", "zh")]
FILES = {block.name: block.text for block in blocks(PAGES[0]) if block.language == "yaml"}
CITED = re.compile(r"R(\d\d)")


def rows(page):
    """The rows of the first table: whose every one has three cells."""
    return [line.strip("| ").split(" | ") for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("|")]


def lines(text):
    """How many lines there are; only English kinds say their plural."""
    return sum("many:" not in line for line in text.splitlines())


@pytest.mark.parametrize("name", [name for name, text in FILES.items() if "\nexamples:" in text])
def test_an_example_stands_at_both_sides_of_every_line(name, tmp_path):
    (tmp_path / "facts.yaml").write_text(FILES["facts.yaml"], encoding="utf-8")
    moved = list(moved_lines(FILES[name]))
    assert moved
    for text in moved:
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert {p.code for p in perfrules.check(tmp_path / name) if p.severity == "error"} == {"PR501"}, text


def test_both_languages_have_the_same_policies_and_facts():
    one, other = ([(b.language, lines(b.text)) for b in blocks(page) if b.language in ("yaml", "csv")] for page in PAGES)
    assert one == other


def test_both_tables_cite_the_same_rules_and_all_of_them_are_there():
    one, other = ([CITED.findall(row[-1]) for row in rows(page)] for page in PAGES)
    assert one == other
    assert {int(number) for row in one for number in row} <= NUMBERS
