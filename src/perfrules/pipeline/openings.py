"""Openings: which document a file may hold, by a look at its first words; that takes a thousandth of the time of
reading it.

What is too large or in another encoding is left for `read_file` to say: it may hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from perfrules.language.words import COMMON, FACTS, POLICY
from perfrules.pipeline.document import SIZE_MAX

VERSION = ("perfrules", COMMON["perfrules"])  # the key that may stand before the one that says the kind


def may_hold(path: Path, *keys: str) -> bool:
    """Whether one of the keys may begin a document in a file. It surely does not where this says no."""
    text = _looked_at(path)
    return not text or _has(text, keys)


def may_begin(path: Path, *keys: str) -> bool:
    """Whether a file may be a document that begins with one of the keys, and a name beside it."""
    text = _looked_at(path)
    return not text or _named(text, keys) is not None


def vocabulary_in(path: Path) -> str | None:
    """What the vocabulary is called that a file holds which can't be read: empty where that can't be told, None where
    it holds something else."""
    text = _looked_at(path)
    if _has(text, ("policy", POLICY["policy"])):
        return None
    return _named(text, ("facts", FACTS["facts"])) if text else ""


def _named(text: str, keys: Iterable[str]) -> str | None:
    before = rf"(?:\s|#[^\n]*\n|---|{_key(VERSION)}[^\n]*\n|\{{)*"
    found = re.match(rf"""{before}{_key(keys)}[ \t]*["']?([^\s\[{{#|>"',}}][^\s"',}}]*)""", text)
    return found and found[1]


def _has(text: str, keys: Iterable[str]) -> bool:
    return re.search(rf"^[\s{{]*{_key(keys)}", text, re.MULTILINE) is not None


def _looked_at(path: Path) -> str:
    """The text of a file; none where that is left for `read_file` to say."""
    try:
        return path.read_bytes().decode("utf-8-sig") if path.stat().st_size <= SIZE_MAX else ""
    except (OSError, UnicodeDecodeError):
        return ""


def _key(keys: Iterable[str]) -> str:
    return rf"""["']?(?:{"|".join(keys)})["']?\s*[:：]"""
