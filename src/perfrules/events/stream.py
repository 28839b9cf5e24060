"""A stream: messages as lines of JSON, and what changed with each as lines of JSON."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

from perfrules.core.exact_json import Unread, mapping_of
from perfrules.core.problem import Problem, Refused, shortened
from perfrules.events.messages import message as read
from perfrules.events.statuses import Status
from perfrules.events.watch import Watch
from perfrules.letter import Letter

Answer = dict[str, Any]


class Stopped(Exception):
    """A line was refused where that ends the stream; `answers` are those of the lines taken in before it."""

    def __init__(self, refused: Refused, answers: list[Answer]) -> None:
        self.refused, self.answers = refused, answers
        super().__init__()


def answers(watch: Watch, chunks: Iterable[bytes], name: str, language: str, *, go_on: bool) -> Iterator[list[Answer]]:
    """What changes with the lines of each chunk of a stream, which has a name, once that is in the journal.

    With `go_on`, a line that is refused is answered with its problems, and the next one is taken in. Raises `Stopped`
    where a line is refused without that, and `Refused` where the journal can't be written.
    """
    number = 0
    begun: list[bytes] = []  # a line of which the end has not come: put together once, however long it becomes
    for chunk in chunks:
        *lines, rest = chunk.split(b"\n")
        if lines:
            lines[0] = b"".join((*begun, lines[0]))
            begun.clear()
            yield _answered(watch, lines, (name, number), language, go_on)
            number += len(lines)
        begun.append(rest)
    yield _answered(watch, [b"".join(begun)], (name, number), language, go_on)


def _answered(
    watch: Watch, lines: Iterable[bytes], before: tuple[str, int], language: str, go_on: bool
) -> list[Answer]:
    name, first = before
    found: list[Answer] = []
    stopped = None
    with watch.batch():
        for number, line in enumerate(lines, first + 1):
            if not line.removeprefix(BOM_UTF8).strip():
                continue
            try:
                message = _message(line)
                changes = watch.take(message)
                found += answered(watch, changes, message, watch.told)
            except Refused as refused:
                placed = Refused(replace(p, where=_place(f"{name}:{number}", p)) for p in refused.problems)
                if not go_on:
                    stopped = Stopped(placed, found)
                    break
                found.append({"line": number, "refused": [_problem(p, language) for p in placed.problems]})
    if stopped is not None:
        raise stopped
    return found


def _message(line: bytes) -> dict[str, Any]:
    try:
        return mapping_of(line)
    except Unread as unread:
        raise Refused([Problem("PR756", values={"hint": unread.reason})]) from None


def _place(line: str, problem: Problem) -> str:
    return f"{line}, {problem.place}" if problem.place else line


def _problem(problem: Problem, language: str) -> Answer:
    return {
        "code": problem.code,
        "place": shortened(problem.place),
        "message": problem.said(language),
        "help": problem.cure(language),
    }


def answered(watch: Watch, changes: Sequence[Status | Letter], message: Mapping[str, Any], entry: int) -> list[Answer]:
    """Changes, each with the message that led to them, the number of its entry in the journal, and why."""
    if not changes:
        return []
    told = read(message)
    about = {"event": told.id, "at": told.at.isoformat()} if told.id else {"to": told.at.isoformat()}
    return [{"entry": entry, **about, **said(watch, change)} for change in changes]


def said(watch: Watch, change: Status | Letter) -> Answer:
    """A status or letter, and why."""
    own = {f.name: _plain(getattr(change, f.name)) for f in fields(change)}
    if isinstance(change, Status):
        return {"what": "status", **own, "because": watch.because(change.rule)}
    return {"what": "letter", **own, "because": [watch.because(rule) for rule in change.grounds]}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
