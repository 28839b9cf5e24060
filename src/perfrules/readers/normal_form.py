"""Characters without which a text is in the normal form of Unicode that all texts are read in (NFC).

A database that has no function for this form can look for them instead.
"""

from __future__ import annotations

import sys
import unicodedata
from functools import cache

MARKS = "perfrules_marks"  # what a session calls the pattern of them
UNASSIGNED = "Cn"


def is_plain(text: str) -> bool:
    """Whether a text has none of these characters."""
    return _marks().isdisjoint(map(ord, text))


@cache
def pattern() -> str:
    """A regular expression of Java that finds one of these characters."""
    ranges: list[tuple[int, int]] = []
    for mark in sorted(_marks()):
        first, last = ranges.pop() if ranges else (mark, mark)
        if any(unicodedata.category(chr(n)) != UNASSIGNED for n in range(last + 1, mark)):
            ranges.append((first, last))
            first = mark
        ranges.append((first, mark))
    return "[" + "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in ranges) + "]"


@cache
def _marks() -> frozenset[int]:
    """What is changed, what has an order among marks, and what follows when another character is taken apart."""
    found: set[int] = set()
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        if unicodedata.combining(character) or not unicodedata.is_normalized("NFC", character):
            found.add(number)
        found.update(map(ord, unicodedata.normalize("NFD", character)[1:]))
    return frozenset(found)
