"""Checking again whenever a file changes, until the author stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

ENDINGS = (".yaml", ".yml")


def watched(paths: Iterable[str], again: Callable[[], object]) -> None:
    """Do something now, and again after each change of a policy or vocabulary in these folders, or beside these files.

    Ends when the author presses Ctrl-C.
    """
    from watchfiles import watch

    folders = {path if path.is_dir() else path.parent for path in map(Path, paths) if path.exists()}
    try:
        again()
        for _ in watch(*folders, watch_filter=lambda _, path: path.endswith(ENDINGS)):
            again()
    except KeyboardInterrupt:
        return
