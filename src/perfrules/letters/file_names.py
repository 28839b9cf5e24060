"""What the files of letters are called: by day, recipient, letter and number, so that none takes another's place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from unicodedata import normalize

from perfrules.letter import Letter
from perfrules.letters.values import Values

BYTES_MAX = 200  # file systems take 255, and a draft adds some
SUFFIX = ".docx"
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')


def file_names(values: Mapping[Letter, Values]) -> dict[Letter, str]:
    """The name of each letter's file, safe on every system.

    Where a name had to be changed, or two differ only in case, it ends with a mark of the letter itself, which is the
    same whatever else is written.
    """
    wanted = {letter: _name(letter, own) for letter, own in values.items()}
    safe = {letter: _safe(name) for letter, name in wanted.items()}
    often = Counter(name.casefold() for name in safe.values())
    return {
        letter: name + ("" if name == wanted[letter] and often[name.casefold()] == 1 else f"~{_mark(letter)}") + SUFFIX
        for letter, name in safe.items()
    }


def _name(letter: Letter, own: Values) -> str:
    parts = (own[name] for name in ("recipient_id", "recipient", "subject_id", "subject", "title"))
    distinct = dict.fromkeys(str(part) for part in parts if part)
    return normalize("NFC", "_".join((letter.sent.isoformat(), *distinct, str(letter.number))))


def _safe(name: str) -> str:
    cut = _FORBIDDEN.sub("_", name).encode()[:BYTES_MAX].decode(errors="ignore")
    return cut.rstrip(". ")


def _mark(letter: Letter) -> str:
    """Eight signs by which a letter is told from others of its day."""
    about: Sequence[object] = (letter.period, letter.subject, letter.recipient, letter.notice, letter.action,
                               letter.step, letter.number, letter.sent.isoformat())  # fmt: skip
    return sha256("\n".join(map(str, about)).encode()).hexdigest()[:8]
