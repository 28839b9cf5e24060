"""The command for events as they come."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

import perfrules
from perfrules.events.stream import Answer, Stopped, answer, answers, said
from perfrules.events.watch import WINDOW, Watch
from perfrules.front.console import keep_apart, tell
from perfrules.front.options import FINDINGS, AsOf, FactPaths, Lang, Mapping, Plugins, Policies, app
from perfrules.front.project import plugins
from perfrules.letter import Letter

CHUNK = 1 << 16  # bytes that are taken in at one go, if so many are there


@app.command()
def watch(
    paths: Policies,
    as_of: AsOf,
    period: Annotated[int, typer.Option("--period", help="the judged year / 评判年度")],
    lang: Lang,
    facts: FactPaths = [],  # noqa: B006 - typer takes no tuple
    events: Annotated[
        Path | None, typer.Option("--events", help="lines of JSON; else standard input / 事件文件，默认读标准输入")
    ] = None,
    journal: Annotated[Path | None, typer.Option("--journal", help="where events are kept / 事件日志文件")] = None,
    since: Annotated[str | None, typer.Option("--since", help="the first day / 跟踪的第一天")] = None,
    window: Annotated[int, typer.Option("--window", help="days that an event may be late / 允许迟报的天数")] = WINDOW,
    to: Annotated[str | None, typer.Option("--to", help="time passes to this day at the end / 最后到达的日期")] = None,
    show: Annotated[str | None, typer.Option("--show", help="what is so on this day / 列出当日的状态和函件")] = None,
    go_on: Annotated[bool, typer.Option("--go-on", help="answer bad lines, and go on / 遇错继续")] = False,
    close: Annotated[bool, typer.Option("--close", help="close the period: settle it / 关闭年度并结算")] = False,
    letters: Annotated[
        Path | None, typer.Option("--letters", help="folder for letters that became due / 新发函件的文件夹")
    ] = None,
    issuer: Annotated[str, typer.Option("--issuer", help="who sends letters / 发文机关")] = "",
    template: Annotated[
        Path | None, typer.Option("--template", help="their form, or a folder of forms / 函件模板或模板文件夹")
    ] = None,
    mapping: Mapping = None,
    plugin: Plugins = None,
) -> None:
    """Say what follows from events, line by line. / 逐条处理事件，列出由此产生的变化。"""
    if letters is not None and not issuer:
        raise typer.BadParameter("--letters FOLDER --issuer NAME")
    keep_apart(journal, *paths, *facts, *([events] if events else []))
    program = perfrules.load(paths, as_of=as_of, plugins=plugins(plugin))
    tell(program.problems, lang)
    known = program.read_facts(facts, period=period, mapping=mapping) if facts else None
    watched = perfrules.watch(program, known, period=period, since=since, window=window, journal=journal)
    before = _out(watched) if watched.told else {}
    refused = _follow(watched, events, lang.value, go_on)
    if to is not None:
        _say([answer(watched, change, {"to": to}) for change in watched.advance(to)])
    if letters is not None:
        due = [letter for key, letter in _out(watched).items() if key not in before]
        for path in perfrules.letters.write(
            program, due, watched.facts, letters, issuer=issuer, template=template, lang=lang.value
        ):
            sys.stderr.write(f"{path}\n")
    if show is not None:
        _say([{"on": show, **said(watched, one)} for one in watched.on(show)])
    if close:
        _say([{"what": "settled", **json.loads(program.run(watched.close(), period=period).json())}])
    if refused:
        raise typer.Exit(FINDINGS)


def _out(watched: Watch) -> dict[object, Letter]:
    """The letters that wait for an answer."""
    out = (letter for letter in watched.letters() if letter.ended is None)
    return {(one.subject, one.notice, one.step, one.sent, one.grounds): one for one in out}


def _follow(watched: Watch, events: Path | None, language: str, go_on: bool) -> bool:
    """Answer all lines; whether one was refused."""
    refused = False
    try:
        for found in answers(watched, _chunks(events), str(events or "-"), language, go_on=go_on):
            refused = refused or any("refused" in one for one in found)
            _say(found)
    except Stopped as stopped:
        _say(stopped.answers)
        raise stopped.refused from None
    return refused


def _chunks(events: Path | None) -> Iterator[bytes]:
    """What is there, as soon as it is there."""
    descriptor = sys.stdin.fileno() if events is None else os.open(events, os.O_RDONLY)
    try:
        while chunk := os.read(descriptor, CHUNK):
            yield chunk
    finally:
        if events is not None:
            os.close(descriptor)


def _say(found: list[Answer]) -> None:
    """Answers are lines of their own, seen at once."""
    sys.stdout.write("".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in found))
    sys.stdout.flush()
