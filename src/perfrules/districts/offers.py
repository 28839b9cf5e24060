"""What a plugin may offer beside policies, vocabularies, actions and functions: readers, checks, engines, listeners.

All are plain values: a name, and the function that does the work. None of them changes a ruling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perfrules.core.problem import Words
from perfrules.core.span import Span
from perfrules.engines.conformance import Engine as Execute
from perfrules.pipeline.model import Policy

Tables = Iterable[tuple[str, Iterable[Mapping[str, object]]]]  # for each kind, by name or title, its rows


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads facts from files with other endings (`.dbf`): kinds with rows, exact types only, as `Program.facts`
    takes them. What comes in is checked like everything else; what can't come in is `Unreadable`."""

    name: str
    endings: tuple[str, ...]
    read: Callable[[Path], Tables]
    origin: str = ""


class Unreadable(Exception):
    """Raised by a reader where a file is not what it should be: what is wrong, in both languages, what cures it, and in
    which line."""

    def __init__(self, message: Words, cure: Words, line: int | None = None) -> None:
        super().__init__(message, cure)
        self.message, self.cure, self.line = message, cure, line


@dataclass(frozen=True, slots=True)
class Found:
    """Something that a check found in a policy: what, in both languages, what cures it, and where."""

    message: Words
    cure: Words
    span: Span


@dataclass(frozen=True, slots=True)
class Check:
    """A habit that a district holds its policies to: gives what it finds in a policy, as warnings of `check`."""

    name: str
    find: Callable[[Policy], Iterable[Found]]
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Engine:
    """Executes a plan over the facts of a period, as `engines.record.run` does.

    It gets a copy of the facts, and must pass `engines.conformance`.
    """

    name: str
    run: Execute
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Listener:
    """Is given every `Outcome` of a run when it is complete; it can read it, not change it."""

    name: str
    hear: Callable[[Any], object]
    origin: str = ""
