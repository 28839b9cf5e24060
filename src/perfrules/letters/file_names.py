"""What the files of letters are called: by day, recipient, letter and number, and by a mark of the letter itself.

So none takes another's place, and a letter is found where it was written once, whatever names have become since.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from unicodedata import normalize

from perfrules.letter import Letter
from perfrules.letters.values import Values

BYTES_MAX = 200  # file systems take 255, and a mark and a draft add some
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_MARKED = re.compile(r"~([0-9a-f]{8})\.docx$")


def file_names(values: Mapping[Letter, Values], folder: Path) -> dict[Letter, str]:
    """The name of each letter's file, safe on every system: that which it has in a folder, or is to have there.

    Raises `OSError` where the folder can't be looked into.
    """
    there = files_there(values, folder)
    return {letter: there.get(letter) or f"{_name(letter, own)}~{_mark(letter)}.docx" for letter, own in values.items()}


def files_there(letters: Iterable[Letter], folder: Path) -> dict[Letter, str]:
    """The letters of which there is a file in a folder, and its name. Raises `OSError`."""
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    marked = {found[1]: name for name in names if (found := _MARKED.search(name))}
    return {letter: marked[mark] for letter in letters if (mark := _mark(letter)) in marked}


def _name(letter: Letter, own: Values) -> str:
    parts = (own[name] for name in ("recipient_id", "recipient", "subject_id", "subject", "title"))
    distinct = dict.fromkeys(str(part) for part in parts if part)
    name = normalize("NFC", "_".join((letter.sent.isoformat(), *distinct, str(letter.number))))
    return _FORBIDDEN.sub("_", name).encode()[:BYTES_MAX].decode(errors="ignore").rstrip(". ")


def _mark(letter: Letter) -> str:
    """Eight signs by which a letter is told from all others."""
    return sha256("\n".join(map(str, letter.identity)).encode()).hexdigest()[:8]
