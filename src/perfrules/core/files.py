"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from perfrules.core.problem import Problem, Refused, Words

NO_FOLDER = Words("there is no folder for it", "所在文件夹不存在")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A draft beside `path`, which takes its place when all is written; what was there stays where writing fails.

    A link keeps its name: what it leads to is written. Raises `Refused` where something else than a file is there, and
    where it can't be written.
    """
    target = path.resolve()
    draft = target.with_name(target.name + ".part")
    with written(path, target, draft):
        if target.exists() and not target.is_file():
            raise Refused([Problem("PR909", where=str(path), values={"path": str(path)})])
        if not target.parent.is_dir():
            raise unwritten(path, NO_FOLDER)
        try:
            yield draft
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def written(path: Path, *drafts: Path) -> Iterator[None]:
    """Something is written at a path, perhaps first as a draft. Raises `Refused` where the system says it can't be."""
    try:
        yield
    except OSError as error:
        if error.filename not in (None, *map(str, (path, *drafts))):  # of another file, which is read meanwhile
            raise
        raise unwritten(path, error.strerror or str(error)) from error


def unwritten(path: Path, reason: str | Words) -> Refused:
    """That something can't be written."""
    return Refused([Problem("PR742", where=str(path), values={"path": str(path), "reason": reason})])
