"""The command for events as they come."""

from __future__ import annotations

import json
import os
import select
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

import perfrules
from perfrules.core.files import IS_FOLDER, unreachable
from perfrules.core.problem import Value
from perfrules.events.stream import Answer, Stopped, answered, answers, said
from perfrules.events.watch import WINDOW, Watch
from perfrules.front.console import tell
from perfrules.front.options import FINDINGS, AsOf, FactPaths, Lang, Mapping, Plugins, Policies, app
from perfrules.front.project import plugins

CHUNK = 1 << 16  # bytes that are taken in at one go, if so many are there
STANDARD = Path("-")
UNREADY = ("PR757", "PR767")  # a letter that waits for the calendar, or for its recipient
Year = Annotated[int, typer.Option("--period", help="the judged year / 评判年度")]
Events = Annotated[
    Path | None, typer.Option("--events", help="lines of JSON, - for standard input / 事件文件，- 为标准输入")
]
Journal = Annotated[Path | None, typer.Option("--journal", help="where events are kept / 事件日志文件")]
Since = Annotated[str | None, typer.Option("--since", help="the first day / 跟踪的第一天")]
Window = Annotated[int, typer.Option("--window", help="days that an event may be late / 允许迟报的天数")]
Again = Annotated[
    int | None, typer.Option("--again-from", help="answer again from this entry on / 自日志第几条起重新答复")
]
To = Annotated[str | None, typer.Option("--to", help="time passes to this day at the end / 最后到达的日期")]
Show = Annotated[str | None, typer.Option("--show", help="what is so on this day / 列出当日的状态和函件")]
GoOn = Annotated[bool, typer.Option("--go-on", help="answer bad lines, and go on / 遇错继续")]
Close = Annotated[bool, typer.Option("--close", help="settle the period, and close it / 结算并关闭年度")]
Letters = Annotated[Path | None, typer.Option("--letters", help="folder for letters that are due / 应发函件的文件夹")]
Issuer = Annotated[str, typer.Option("--issuer", help="who sends letters / 发文机关")]
Template = Annotated[Path | None, typer.Option("--template", help="their form, or a folder / 函件模板或其文件夹")]


@app.command()
def watch(
    paths: Policies,
    as_of: AsOf,
    period: Year,
    lang: Lang,
    facts: FactPaths = [],  # noqa: B006 - typer takes no tuple
    events: Events = None,
    journal: Journal = None,
    since: Since = None,
    window: Window = WINDOW,
    again_from: Again = None,
    to: To = None,
    show: Show = None,
    go_on: GoOn = False,
    close: Close = False,
    letters: Letters = None,
    issuer: Issuer = "",
    template: Template = None,
    mapping: Mapping = None,
    plugin: Plugins = None,
) -> None:
    """Say what follows from events, line by line. / 逐条处理事件，列出由此产生的变化。"""
    _check_letters(letters, issuer, template)
    listens = events is not None or (to is None and show is None and not close)
    _check_input(events, listens)
    _check_journal(journal, listens or to is not None)
    program = perfrules.load(paths, as_of=as_of, plugins=plugins(plugin))
    tell(program.problems, lang)
    known = program.read_facts(facts, period=period, mapping=mapping) if facts else None
    tell(known.notices if known else (), lang)
    watched = perfrules.watch(
        program, known, period=period, since=since, window=window, journal=journal, again_from=again_from
    )
    for told in watched.again:
        _say(answered(watched, told.changes, told.message, told.entry))
    refused, problems = _follow(watched, events, listens, to, lang.value, go_on)
    tell((one for one in watched.facts.notices if known is None or one not in known.notices), lang)
    if letters is not None:
        problems += _write(program, watched, letters, issuer, template, lang.value)
    waiting = [problem for problem in problems if problem.code in UNREADY]
    if len(waiting) < len(problems):
        raise perfrules.Refused(problems)
    tell(waiting, lang)
    if show is not None:
        _say([{"on": show, **said(watched, one)} for one in watched.on(show)])
    if close:
        _close(program, watched, refused)
    if refused or waiting:
        raise typer.Exit(FINDINGS)


def _check_letters(folder: Path | None, issuer: str, template: Path | None) -> None:
    """Raise where letters lack their folder or who sends them."""
    if bool(issuer.strip()) != (folder is not None) or (template is not None and folder is None):
        raise typer.BadParameter(
            "--letters FOLDER --issuer NAME [--template PATH] / --letters 文件夹 --issuer 发文机关 [--template 模板]"
        )


def _check_input(events: Path | None, listens: bool) -> None:
    """Raise where there is nothing to read, or lines come that nobody reads."""
    if events is not None and events != STANDARD:
        reason = IS_FOLDER if events.is_dir() else unreachable(events)
        if reason is not None:
            values: dict[str, Value] = {"path": str(events), "reason": reason}
            raise perfrules.Refused([perfrules.Problem("PR120", where=str(events), values=values)])
    if not listens and _is_piped():
        raise typer.BadParameter("there are lines on standard input: --events - / 标准输入有内容：--events -")


def _is_piped() -> bool:
    """Whether something has come on standard input already; it is not waited for."""
    try:
        there = bool(select.select([sys.stdin], [], [], 0)[0])
        return there and not sys.stdin.isatty() and bool(os.read(sys.stdin.fileno(), 1))
    except (OSError, ValueError):  # there is none, or the system can't tell
        return False


def _check_journal(journal: Path | None, tells: bool) -> None:
    """A journal is begun where something is told; else it is there. Raises `Refused`."""
    reason = None if journal is None or tells else unreachable(journal)
    if reason is not None:
        values: dict[str, Value] = {"path": str(journal), "reason": reason}
        raise perfrules.Refused([perfrules.Problem("PR755", where=str(journal), values=values)])


def _follow(
    watched: Watch, events: Path | None, listens: bool, to: str | None, language: str, go_on: bool
) -> tuple[int, list[perfrules.Problem]]:
    """Answer all lines, and let time pass: how many lines were refused, and what ended it before."""
    refused = 0
    try:
        chunks = _chunks(events) if listens else ()
        for found in answers(watched, chunks, str(events or STANDARD), language, go_on=go_on):
            refused += sum("refused" in one for one in found)
            _say(found)
        if to is not None:
            changes = watched.advance(to)
            _say(answered(watched, changes, {"to": to}, watched.told))
    except Stopped as stopped:
        _say(stopped.answers)
        return refused, list(stopped.refused.problems)
    except perfrules.Refused as ended:
        return refused, list(ended.problems)
    return refused, []


def _chunks(events: Path | None) -> Iterator[bytes]:
    """What is there, as soon as it is there."""
    own = events is not None and events != STANDARD
    descriptor = os.open(events, os.O_RDONLY) if own and events else sys.stdin.fileno()
    try:
        while chunk := os.read(descriptor, CHUNK):
            yield chunk
    finally:
        if own:
            os.close(descriptor)


def _write(
    program: perfrules.Program, watched: Watch, folder: Path, issuer: str, template: Path | None, language: str
) -> list[perfrules.Problem]:
    """Write every letter that was due up to now and of which there is no file, the first first; why it can't be."""
    due = sorted(watched.letters(), key=lambda one: (one.sent, one.subject, one.notice, one.step))
    ready, waiting = ([one for one in due if one.is_ready is ready] for ready in (True, False))
    problems: list[perfrules.Problem] = []
    for own in [ready, waiting] if waiting else [ready]:  # no other letter waits for one that can't be written yet
        try:
            for path in perfrules.letters.write(
                program, own, watched.facts, folder, issuer=issuer, template=template, lang=language, only_new=True
            ):
                sys.stderr.write(f"{path}\n")
        except perfrules.Refused as refused:
            problems += refused.problems
    return problems


def _close(program: perfrules.Program, watched: Watch, refused: int) -> None:
    """Settle the period, and close it once it is settled; not where lines were refused."""
    if refused:
        _say([{"what": "not closed", "refused": refused}])
        return
    settled = json.loads(program.run(watched.facts, period=watched.period).json())
    _say([{"what": "settled", **settled}])
    watched.close()


def _say(found: list[Answer]) -> None:
    """Answers are lines of their own, seen at once."""
    sys.stdout.write("".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in found))
    sys.stdout.flush()
