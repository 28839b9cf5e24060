"""What is written where: standard output in any encoding, files whole or not at all, progress on a terminal."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

import perfrules
from perfrules import Words, authoring
from perfrules.engines.record import Progress as Told
from perfrules.front.language import Language
from perfrules.suite import DOCUMENT_ENDINGS, is_document

# what stands for a sign that an encoding lacks: the first that it has
INSTEAD = {
    "✓": ("√", "+"), "✗": ("×", "x"), "→": ("->",), "≥": (">=",), "≤": ("<=",), "≈": ("~",), "×": ("x",), "÷": ("/",),
    "…": ("...",), "·": ("-",), "–": ("-",), "—": ("-",), "±": ("+-",),
}  # fmt: skip
_READING = Words("reading facts", "读取事实")
_DECIDING = Words("deciding", "评判")


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """Signs that an encoding lacks in others that it has, else as escapes: nothing is lost, and nothing fails."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    written = []
    for char in error.object[error.start : error.end]:
        for other in INSTEAD.get(char, ()):
            try:
                other.encode(error.encoding)
            except UnicodeEncodeError:
                continue
            written.append(other)
            break
        else:
            written.append(char.encode("ascii", "backslashreplace").decode("ascii"))
    return "".join(written), error.end


codecs.register_error("perfrules.plainer", _plainer)


def speak_plainly() -> None:
    """Let standard output and error write anything, whatever their encoding."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="perfrules.plainer")


def write(text: str, out: Path | None = None) -> None:
    """Write a text to a file, or to standard output."""
    send(lambda stream: stream.write(text), out)


def send(fill: Callable[[TextIO], object], out: Path | None) -> None:
    """Fill a file, whole or not at all; else standard output."""
    if out is None:
        fill(sys.stdout)
        sys.stdout.flush()
        return
    with authoring.written_whole(out) as draft, draft.open("w", encoding="utf-8", newline="") as stream:
        fill(stream)


def keep_apart(out: Path | None, *read: str | Path) -> None:
    """Refuse to write over what a command reads, files or those directly in folders; and over any document, which it
    may read though nobody named it."""
    there = {Path(path).resolve() for path in read}
    if out is None:
        return
    inside = out.exists() and out.resolve().parent in there
    if inside or out.resolve() in there or (out.suffix in DOCUMENT_ENDINGS and out.exists() and is_document(out)):
        raise perfrules.Refused([perfrules.Problem("PR909", where=str(out), values={"path": str(out)})])


def tell(problems: Iterable[perfrules.Problem], lang: Language) -> None:
    """Notes and warnings, on standard error."""
    for problem in problems:
        sys.stderr.write(perfrules.render(problem, lang.value) + "\n\n")


@contextmanager
def progress(lang: Language, first: Words = _READING, then: Words = _DECIDING) -> Iterator[Told]:
    """A bar on standard error where that is a terminal: first of what has no end beforehand, then of the steps."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: None
        return
    bar = Progress(TextColumn("{task.description}"), BarColumn(), console=console, transient=True)
    with bar:
        task = bar.add_task(first.said(lang.value), total=None)
        yield lambda done, total: bar.update(task, description=then.said(lang.value), completed=done, total=total)
