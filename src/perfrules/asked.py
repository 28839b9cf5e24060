"""What a run is asked about: facts that are the program's own, and the period to be judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from perfrules.core.facts import Facts
from perfrules.core.problem import Findings, Problem, Refused, Value, Words, did_you_mean
from perfrules.core.vocabulary import Vocabulary

GIVES = Words("what `program.facts` or `program.read_facts` gives", " `program.facts` 或 `program.read_facts` 的结果")
LOADED = Words("what `perfrules.load` gives", " `perfrules.load` 的结果")
PATH = Words("a path", "路径")
LIST = Words("a list", "列表")
ADDRESS = Words("the address of a database", "数据库地址")
Paths = str | Path | Iterable[str | Path]
EXAMPLE = 'program.facts({"department": [...]})'


def check_own(
    vocabulary: Vocabulary, facts: object, form: type = Facts, gives: Words = GIVES, example: str = EXAMPLE
) -> None:
    """Raise `Refused` where what is given as facts is not of their form, or was read for other policies.

    `gives` and `example` say what does give it.
    """
    check_form("facts", facts, form, gives, example)
    read: Vocabulary = facts.vocabulary  # type: ignore[attr-defined]  # every form of facts has one
    if read is not vocabulary and read.kinds != vocabulary.kinds:
        raise Refused([Problem("PR629", where="facts", values={"about": "facts", "example": "program.facts(…)"})])


def check_form(about: str, given: object, form: type | tuple[type, ...], expected: Words, example: str) -> None:
    """Raise `Refused` where what is given is of another form than expected."""
    if not isinstance(given, form):
        values: dict[str, Value] = {"about": about, "expected": expected, "example": example}
        raise Refused([Problem("PR628", where=about, values=values)])


def path_given(about: str, given: object, example: str) -> Path:
    """The path that is given. Raises `Refused` where it is none, or names nothing."""
    check_form(about, given or None, (str, PathLike), PATH, example)
    return Path(given)  # type: ignore[arg-type]  # checked


def one_or_several(given: object) -> tuple[Any, ...]:
    """What is given, where that is one; a text is one, and not its letters."""
    return tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)


def listed(paths: Paths) -> list[str | Path]:
    """One path or several, as a list. Raises `Refused` where one is none."""
    given = list(one_or_several(paths))
    for one in given:
        path_given("paths", one, '"folder"')
    return given


def several(about: str, given: object, example: str) -> tuple[Any, ...]:
    """What is given as a list, or as one text. Raises `Refused` where it is neither."""
    check_form(about, given, Iterable, LIST, example)
    return one_or_several(given)


def check_address(connect: object) -> None:
    """Raise `Refused` where what is given as the address of a database is no text."""
    check_form("connect", connect, str, ADDRESS, '"duckdb:///facts.db"')


def mapping_path(mapping: object) -> Path | None:
    """Where the file of a mapping is; None where none is given. Raises `Refused` where what is given is no path."""
    return None if mapping is None else path_given("mapping", mapping, '"ledger.yaml"')


def check_whole(name: str, value: object, least: int, most: int) -> None:
    """Raise `Refused` where a value is no whole number from one to another."""
    if value.__class__ is not int or not least <= value <= most:
        values: dict[str, Value] = {"value": repr(value)[:40], "least": str(least), "most": str(most)}
        raise Refused([Problem("PR211", where=name, values=values)])


def check_kind(vocabulary: Vocabulary, kind: object) -> None:
    """Raise `Refused` where a kind of subject is none."""
    if not isinstance(kind, str) or kind not in vocabulary.kinds:
        word = str(kind)[:40]
        hint = did_you_mean(word, vocabulary.kinds)
        raise Refused([Problem("PR616", where=word, values={"word": word, "hint": hint})])


def check_year(period: object) -> None:
    """Raise `Refused` where a period is no year: one has four digits."""
    check_whole("period", period, 1000, 9999)


def judged_period(periods: Sequence[int], period: int | None) -> int:
    """The period to be judged: that which is given, or the only one of which there are facts. Raises `Refused`."""
    findings = Findings()
    if period is not None:
        check_year(period)
    if period is None and len(periods) > 1:
        findings.add("PR707", where="period", example=str(periods[-1]))
    elif not periods:
        none = Words("give tables that have rows", "请给出含有数据行的表格")
        findings.add("PR706", where="facts", period=Words("any year", "任何年度"), hint=none)
    elif period is not None and period not in periods:
        year = Words(str(period), f" {period} 年")
        findings.add("PR706", where="period", period=year, hint=did_you_mean(str(period), map(str, periods)))
    findings.refuse()
    return periods[0] if period is None else period


def refuse_more(**given: object) -> None:
    """A row that was read has its years, parent, children and period."""
    named = [name for name, value in given.items() if value is not None]
    raise Refused([Problem("PR630", where=name, values={"about": name}) for name in named])
