"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from perfrules.core.problem import Problem, Refused


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A draft beside `path`, which takes its place when all is written; what was there stays where writing fails.

    A link keeps its name: what it leads to is written. Raises `Refused` where something else than a file is there.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise Refused([Problem("PR909", where=str(path), values={"path": str(path)})])
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    draft = target.with_name(target.name + ".part")
    try:
        yield draft
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
