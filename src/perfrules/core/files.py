"""Files that are written whole or not at all, one or several together; and why one can't be read or written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from errno import EFBIG, ENAMETOOLONG, ENOSPC, EROFS
from io import BytesIO
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from perfrules.core.problem import Problem, Refused, Value, Words

NOT_THERE = Words("no such file or folder", "没有这个文件或文件夹")
IS_FOLDER = Words("it is a folder", "这是文件夹")
REFUSED = Words("permission denied", "没有相应的权限")
NOT_WITHIN = Words("a part of the path is no folder", "路径中有一段不是文件夹")
FULL = Words("the disk is full", "磁盘已满")
REASONS: dict[type | int | None, Words] = {  # what the system says, in both languages: by its error, or the number
    FileNotFoundError: NOT_THERE,
    IsADirectoryError: IS_FOLDER,
    NotADirectoryError: NOT_WITHIN,
    FileExistsError: NOT_WITHIN,  # a folder is to be made where a file is
    PermissionError: REFUSED,
    ENOSPC: FULL,
    EFBIG: Words("the file is too large", "文件过大"),
    EROFS: Words("the disk is read-only", "磁盘只读"),
    ENAMETOOLONG: Words("the name is too long", "名称过长"),
}
_NUMBERED = re.compile(r"\(os error (?P<number>\d+)\)")
NO_FOLDER = Words("there is no folder for it", "所在文件夹不存在")


def reason_of(error: OSError) -> Value:
    """Why a file could not be read or written."""
    return REASONS.get(type(error)) or REASONS.get(error.errno) or error.strerror or str(error)


def reason_in(said: str) -> Value:
    """Why a file could not be read or written, in what another library says, with the system's number or without."""
    numbered = _NUMBERED.search(said)
    number = int(numbered["number"]) if numbered else 0
    return reason_of(OSError(number, os.strerror(number))) if number else said.partition("\n")[0]


def unreachable(path: Path) -> Value | None:
    """Why nothing can be found at a path; None where something is there."""
    try:
        path.stat()
    except OSError as error:
        return reason_of(error)
    except ValueError:  # a zero byte
        return NOT_THERE
    return None


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
        raise unwritten(path, reason_of(error)) from error


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A draft of a folder beside `path`, under a name that nothing has; it takes its place when all is written.

    Raises `Refused` where something is there, and where it can't be written.
    """
    try:
        if path.exists():
            raise Refused([Problem("PR908", where=str(path), values={"path": str(path)})])
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(mkdtemp(prefix=".perfrules-", dir=path.parent))
    except OSError as error:
        raise unwritten(path, reason_of(error)) from error
    draft = beside / "draft"  # whose rights are the usual ones: of the folder around it they are not
    try:
        with written(path, draft):
            draft.mkdir()
            yield draft
            draft.rename(path)
    finally:
        rmtree(beside, ignore_errors=True)


def unwritten(path: Path, reason: Value) -> Refused:
    """That something can't be written."""
    return Refused([Problem("PR742", where=str(path), values={"path": str(path), "reason": reason})])


def write_together(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into a folder, all or none: where one can't be written, what was there stays as it was.

    The folder is made where it alone is missing. Raises `OSError`.
    """
    kept: list[Path] = []
    with ExitStack() as undo:
        if not folder.exists():
            folder.mkdir()
            undo.callback(folder.rmdir)
        drafts = {folder / name: folder / f"{name}.part" for name in contents}
        for draft, content in zip(drafts.values(), contents.values(), strict=True):
            undo.callback(draft.unlink, missing_ok=True)
            draft.write_bytes(content)
        for target, draft in drafts.items():
            if target.exists():
                kept.append(target.with_name(f"{target.name}.old"))
                os.replace(target, kept[-1])
                undo.callback(os.replace, kept[-1], target)
            else:
                undo.callback(target.unlink, missing_ok=True)
            os.replace(draft, target)
        undo.pop_all()
    for old in kept:
        old.unlink()


def zipped(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Parts by their names as one zip file: the same bytes for the same parts."""
    packed = BytesIO()
    with ZipFile(packed, "w") as file:
        for name, content in parts:
            about = ZipInfo(name)  # of the first day that a zip file can say
            about.create_system = 0  # on every system
            file.writestr(about, content, ZIP_DEFLATED)
    return packed.getvalue()
