"""Mistakes of someone who has seen only the tutorial, the whole text of what each gets, and whether that cures it.

`tests/mistakes/README.md` says what each author meant. With PERFRULES_REWRITE=1 the expected texts are written anew:
read them as that author.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import perfrules
from specimen import Files, files_of, problems_of, said

MISTAKES = Path(__file__).resolve().parent / "mistakes"
TOWN, CURED = MISTAKES / "town", MISTAKES / "cured"
STORED = {p.stem: p for p in sorted(MISTAKES.iterdir()) if re.match(r"\d\d-", p.name) and p.suffix != ".txt"}
ROW = re.compile(r"^\| (\d\d-\S+) \| (.+) \| (yes|no) \| (yes|no) \|$", re.MULTILINE)
TOLD = {m[1]: m for m in ROW.finditer((MISTAKES / "README.md").read_text(encoding="utf-8"))}


def found(files: Files) -> tuple[perfrules.Problem, ...]:
    return problems_of(files, TOWN)


def cured(case: str) -> Files:
    """The files of a case with those that the author changed."""
    changed = next((p for p in (CURED / case, CURED / f"{case}.yaml") if p.exists()), None)
    return files_of(STORED[case]) | (files_of(changed) if changed else {})


@pytest.mark.parametrize("case", STORED)
def test_what_a_mistake_gets(case):
    problems = found(files_of(STORED[case]))
    assert problems
    for language in ("en", "zh"):
        golden, text = MISTAKES / f"{case}.{language}.txt", said(problems, language)
        if os.environ.get("PERFRULES_REWRITE"):
            golden.write_text(text, encoding="utf-8", newline="\n")
        assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", STORED)
def test_what_the_text_cures(case):
    cures = not [p for p in found(cured(case)) if p.severity != "note"]
    assert cures == (TOLD[case][4] == "yes")


def test_nearly_all_are_cured_and_every_case_is_told():
    assert list(TOLD) == list(STORED)
    assert {p.name for p in MISTAKES.glob("*.txt")} == {f"{case}.{lang}.txt" for case in STORED for lang in ("en", "zh")}
    assert sum(m[4] == "yes" for m in TOLD.values()) * 10 >= len(STORED) * 9
