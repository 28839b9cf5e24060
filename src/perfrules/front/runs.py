"""Commands for those who apply policies: facts, run, report, explain."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

import perfrules
from perfrules import authoring, sql
from perfrules.front.console import keep_apart, progress, send, tell, write
from perfrules.front.language import Language
from perfrules.front.options import (
    AsOf,
    Bookings,
    FactPaths,
    Form,
    Format,
    Lang,
    Mapping,
    Out,
    Period,
    Plugins,
    Policies,
    Report,
    Results,
    Table,
    app,
)
from perfrules.front.project import plugins

CODE = re.compile(r"PR\d{3}", re.IGNORECASE)


@app.command("facts")
def read_facts(
    paths: Policies,
    facts: FactPaths,
    as_of: AsOf,
    lang: Lang,
    period: Period = None,
    mapping: Mapping = None,
    marked: Annotated[
        Path | None, typer.Option("--marked", help="copies with the problems of each row / 标注问题的副本存放的文件夹")
    ] = None,
    out: Out = None,
    plugin: Plugins = None,
) -> None:
    """Read facts, and say what was read. / 读取事实，并列出读到的内容。"""
    keep_apart(out, *paths, *facts)
    program = perfrules.load(paths, as_of=as_of, plugins=plugins(plugin))
    tell(program.problems, lang)
    try:
        given = program.read_facts(facts, period=period, mapping=mapping)
    except perfrules.Refused as refused:
        if marked is not None:
            keep_apart(marked, *facts)
            written = authoring.write_marked(facts, refused, marked, lang.value)
            sys.stderr.write("".join(f"{path}\n" for path in written))
        raise
    tell(given.notices, lang)
    write(authoring.facts_text(given, lang.value), out)


@app.command()
def run(
    paths: Policies,
    as_of: AsOf,
    lang: Lang,
    facts: FactPaths = [],  # noqa: B006 - typer takes no tuple
    period: Period = None,
    mapping: Mapping = None,
    format: Annotated[Results, typer.Option("--format", help="how to write / 格式")] = Results.text,
    table: Annotated[Table, typer.Option("--table", help="which table as CSV / CSV 的表")] = Table.entries,
    engine: Annotated[
        str, typer.Option("--engine", help="columnar, sql or a plugin's / columnar、sql 或插件的引擎")
    ] = "record",
    connect: Annotated[
        str, typer.Option("--connect", help="where sql runs, and facts are without --facts / sql 引擎及事实的数据库")
    ] = "",
    out: Out = None,
    plugin: Plugins = None,
) -> None:
    """Judge the subjects of a year, and settle the money. / 评判一个年度的对象并结算资金。"""
    if format is Results.excel and out is None:
        raise typer.BadParameter("--format excel --out results.xlsx")
    if not facts and not connect:
        raise typer.BadParameter(
            "--facts PATH; or --engine sql --connect URL, for facts that are in a database"
            " / --facts 事实文件；事实在数据库中的，--engine sql --connect URL"
        )
    keep_apart(out, *paths, *facts)
    outcome = _outcome(paths, facts, as_of, period, mapping, lang, plugins(plugin), engine, connect)
    if format is Results.json:
        send(outcome.write_json, out)
    elif format is Results.csv:
        write(outcome.csv(table.value, lang.value), out)
    elif out is not None and format is Results.excel:
        outcome.write_excel(out, lang.value)
    else:
        write(outcome.text(lang.value), out)


@app.command()
def report(
    paths: Policies,
    facts: FactPaths,
    as_of: AsOf,
    lang: Lang,
    period: Period = None,
    mapping: Mapping = None,
    format: Annotated[Report, typer.Option("--format", help="text, csv or html / 格式")] = Report.text,
    out: Out = None,
    plugin: Plugins = None,
) -> None:
    """The tables of a year: money by stage and action. / 年度报表：各环节、各措施的金额。"""
    keep_apart(out, *paths, *facts)
    outcome = _outcome(paths, facts, as_of, period, mapping, lang, plugins(plugin))
    write(outcome.report(lang.value, format.value), out)


@app.command()
def revise(
    paths: Policies,
    facts: FactPaths,
    earlier: Annotated[Path, typer.Option("--earlier", help="JSON of the run that was booked / 原运行结果")],
    as_of: AsOf,
    lang: Lang,
    period: Period = None,
    mapping: Mapping = None,
    format: Annotated[Bookings, typer.Option("--format", help="text, csv or json / 格式")] = Bookings.text,
    out: Out = None,
    plugin: Plugins = None,
) -> None:
    """What a run changes in an earlier one: reversals and postings. / 与原运行相比的变更：冲销和补记。"""
    keep_apart(out, *paths, *facts, earlier)
    made = _outcome(paths, facts, as_of, period, mapping, lang, plugins(plugin)).since(earlier)
    forms = {Bookings.text: made.text, Bookings.csv: made.csv}
    write(made.json() if format is Bookings.json else forms[format](lang.value), out)


@app.command()
def explain(
    paths: Annotated[list[str], typer.Argument(help="policies, then the subject: department/A / 政策，最后是对象")],
    lang: Lang,
    facts: FactPaths = [],  # noqa: B006 - typer takes no tuple
    as_of: AsOf = "",
    period: Period = None,
    mapping: Mapping = None,
    format: Form = Format.text,
    out: Out = None,
    plugin: Plugins = None,
) -> None:
    """Say why, for one subject, or what a code (PR401) is about. / 说明一个对象的结果从何而来，或问题代码的含义。"""
    *policies, subject = paths
    if not policies and CODE.fullmatch(subject):
        write(perfrules.Problem.explain(subject.upper(), lang.value), out)
        return
    if not policies or not facts or not as_of:
        raise typer.BadParameter(
            "POLICIES… SUBJECT --facts PATH --as-of DATE; or the code of a problem: PR401"
            " / 政策… 对象 --facts 事实文件 --as-of 基准日；或问题代码：PR401"
        )
    keep_apart(out, *policies, *facts)
    found = _outcome(policies, facts, as_of, period, mapping, lang, plugins(plugin)).explain(subject)
    write(found.json(lang.value) if format is Format.json else found.text(lang.value), out)


def _outcome(
    paths: list[str],
    facts: list[Path],
    as_of: str,
    period: int | None,
    mapping: Path | None,
    lang: Language,
    named: list[str],
    engine: str = "record",
    connect: str = "",
) -> perfrules.Outcome:
    program = perfrules.load(paths, as_of=as_of, plugins=named)
    tell(program.problems, lang)
    with progress(lang):
        if facts:
            given = program.read_facts(facts, period=period, mapping=mapping)
        else:
            given = sql.read_tables(program, connect, period=period, mapping=mapping)
    tell(given.notices, lang)
    with progress(lang) as step:
        return program.run(given, period=period, progress=step, engine=engine, connect=connect)
