"""The project file: which plugins the commands in a folder use."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

import perfrules

PROJECT = Path("perfrules.toml")
EXAMPLE = 'plugins = ["riverside"]'


def plugins(named: Iterable[str] | None) -> list[str]:
    """The plugins that the project file names, then those of the command, each once.

    Raises `Refused` where the file is not as it must be.
    """
    listed = _listed() if PROJECT.exists() else []
    return list(dict.fromkeys([*listed, *(named or ())]))


def _listed() -> list[str]:
    try:
        found = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        found = {}
    names = found.get("plugins")
    if set(found) != {"plugins"} or not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        values = {"path": str(PROJECT), "example": EXAMPLE}
        raise perfrules.Refused([perfrules.Problem("PR807", where=str(PROJECT), values=values)])
    return names
