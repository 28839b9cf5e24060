"""The catalogue of problems: every code has an example that gives it, a cure that helps, and a fresh page.

With PERFRULES_REWRITE=1 the pages are written anew: read the difference as the person who is told so.
"""

from __future__ import annotations

import os
import re
import runpy
from pathlib import Path
from string import Formatter

import pytest

from perfrules.core.codes import CODES
from specimen import files_of, is_located, problems_of

HOME = Path(__file__).resolve().parent.parent
EXAMPLES = HOME / "tests" / "problems"
MAKER = runpy.run_path(str(HOME / "docs" / "make_problems.py"))
SOURCES = "\n".join(p.read_text(encoding="utf-8") for p in (HOME / "src").rglob("*.py") if p.name != "codes.py")


def test_every_code_has_an_example_and_every_example_a_code():
    assert {p.name for p in EXAMPLES.iterdir()} == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_example_gives_the_code(code):
    files = files_of(EXAMPLES / code)
    problems = problems_of(files)
    assert code in {p.code for p in problems}
    assert [p for p in problems if not is_located(p, files)] == []


@pytest.mark.parametrize("code", [c for c in CODES if (EXAMPLES / c / "cured").exists()])
def test_the_cure_cures(code):
    files = files_of(EXAMPLES / code)
    cured = files_of(EXAMPLES / code / "cured")
    assert set(cured) <= set(files)
    assert [p for p in problems_of({**files, **cured}) if p.severity != "note"] == []


@pytest.mark.parametrize("code", CODES)
def test_both_languages_say_the_same_words_of_the_author(code):
    entry = CODES[code]
    english, chinese = ({name for text in texts for _, name, _, _ in Formatter().parse(text) if name} for texts in ((entry.en, entry.help_en), (entry.zh, entry.help_zh)))
    assert english <= chinese | {"hint"}
    assert chinese <= english | {"chinese"}
    assert bool(entry.help_en) == bool(entry.help_zh)
    for text in (entry.en, entry.help_en):
        assert not re.match(r"[A-Z][a-z]", text), f"begins with a capital: {text}"
    for text in (entry.en, entry.help_en, entry.zh, entry.help_zh):
        assert not text.endswith((".", "。")), text


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_used(code):
    assert f'"{code}"' in SOURCES


def test_the_pages_are_fresh():
    if os.environ.get("PERFRULES_REWRITE"):
        MAKER["write"]()
    made = MAKER["pages"]()
    assert MAKER["written"]() == set(made)
    stale = [str(path.relative_to(HOME)) for path, text in made.items() if path.read_text(encoding="utf-8") != text]
    assert not stale, "python3 dev.py docs"
