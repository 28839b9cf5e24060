"""Checking again whenever a file changes, until the author stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

ENDINGS = (".yaml", ".yml")


def watched(paths: Iterable[str], again: Callable[[], int]) -> int:
    """Do something now, and again after each change of a policy or vocabulary in these folders, or beside these files.

    Ends when the author presses Ctrl-C, or at once where there is nothing to watch; the exit code of the last time.
    """
    from watchfiles import watch

    folders = {path if path.is_dir() else path.parent for path in map(Path, paths) if path.exists()}
    code = again()
    try:
        for _ in watch(*folders, watch_filter=lambda _, path: path.endswith(ENDINGS)) if folders else ():
            code = again()
    except KeyboardInterrupt:
        pass
    return code
