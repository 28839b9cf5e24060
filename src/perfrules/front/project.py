"""The project file: which plugins the commands in a folder use."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

import perfrules

PROJECT = "perfrules.toml"
EXAMPLE = 'plugins = ["riverside"]'


def plugins(named: Iterable[str] | None, folder: Path = Path()) -> list[str]:
    """The plugins that the project file of a folder names, then those of the command, each once.

    Raises `Refused` where the file is not as it must be.
    """
    file = folder / PROJECT
    listed = _listed(file) if file.exists() else []
    return list(dict.fromkeys([*listed, *(named or ())]))


def _listed(file: Path) -> list[str]:
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        found = {}
    names = found.get("plugins")
    if set(found) != {"plugins"} or not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        values = {"path": str(file), "example": EXAMPLE}
        raise perfrules.Refused([perfrules.Problem("PR807", where=str(file), values=values)])
    return names
