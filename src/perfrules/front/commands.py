"""The commands, over the public API only."""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, TextIO

import typer

import perfrules
from perfrules import authoring
from perfrules.front.findings import as_github, as_json, as_sarif

GOOD, FINDINGS, BAD_INPUT, OUR_FAULT = 0, 1, 2, 3
CODE = re.compile(r"PR\d{3}", re.IGNORECASE)


class Language(StrEnum):
    """The language of messages and reports."""

    en = "en"
    zh = "zh"


class Format(StrEnum):
    """How results are written."""

    text = "text"
    json = "json"


class Findings(StrEnum):
    """How problems are written."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"


class Report(StrEnum):
    """How the report of a year is written."""

    text = "text"
    csv = "csv"
    html = "html"


def usual_language() -> Language:
    """Chinese where the environment is, else English."""
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return Language.zh if said.startswith("zh") else Language.en


app = typer.Typer(
    name="perfrules",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Policies = Annotated[list[str], typer.Argument(help="policy files or folders / 政策文件或文件夹", show_default=False)]
FactPaths = Annotated[
    list[Path], typer.Option("--facts", help="CSV files, workbooks, folders / 事实文件、工作簿、文件夹")
]
AsOf = Annotated[str, typer.Option("--as-of", help="the day whose rules apply, 2024-01-31 / 基准日")]
Period = Annotated[
    int | None, typer.Option("--period", help="the judged year; also that of rows without a column `period` / 评判年度")
]
Out = Annotated[Path | None, typer.Option("--out", help="write to this file / 写入文件")]
Lang = Annotated[Language, typer.Option("--lang", default_factory=usual_language, help="language / 语言")]
Form = Annotated[Format, typer.Option("--format", help="how to write / 格式")]


def _version(wanted: bool) -> None:
    if wanted:
        _write(f"perfrules {perfrules.__version__}\n", None)
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="version / 版本")]


@app.callback()
def about(
    version: Version = False,
) -> None:
    """Exact, explained rules for public money. / 财政资金绩效规则：精确计算，逐条说明。"""


@app.command()
def check(
    paths: Policies,
    lang: Lang,
    format: Annotated[Findings, typer.Option("--format", help="how to write / 格式")] = Findings.text,
) -> None:
    """Say what is wrong in policies, and run their examples. / 检查政策并运行示例。"""
    problems = perfrules.check(paths)
    errors = sum(p.severity == "error" for p in problems)
    writers = {Findings.json: as_json, Findings.sarif: as_sarif, Findings.github: as_github}
    if format in writers:
        _write(writers[format](problems, lang.value), None)
    else:
        shown = [perfrules.render(p, lang.value) for p in problems[:100]]
        _write("".join(f"{text}\n\n" for text in shown), None)
        _write(_count(len(problems), errors, lang) + "\n", None)
    unread = any(p.code == "PR120" for p in problems)
    raise typer.Exit(BAD_INPUT if unread else FINDINGS if errors else GOOD)


@app.command("compile")
def compile_policies(
    paths: Policies,
    as_of: AsOf,
    lang: Lang,
    plan: Annotated[bool, typer.Option("--plan", help="every step / 每一步")] = False,
    format: Form = Format.text,
    out: Out = None,
) -> None:
    """Show what policies are compiled to. / 显示政策编译的结果。"""
    program = _loaded(paths, as_of, lang)
    if format is Format.json:  # the very text whose sha256 is the digest
        _write(program.plan_json(), out)
        return
    strata, steps, bits = program.plan_size()
    counts = ((len(program.rules), "rule", "rules"), (strata, "stratum", "strata"), (steps, "step", "steps"))
    size = ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts) + f", {bits} bits"
    head = f"program {program.digest}\nas of {program.as_of}: {size}\n"
    _write(head + ("\n" + program.plan_text() if plan else ""), out)


@app.command()
def run(
    paths: Policies,
    facts: FactPaths,
    as_of: AsOf,
    lang: Lang,
    period: Period = None,
    format: Form = Format.text,
    out: Out = None,
) -> None:
    """Judge the subjects of a year, and settle the money. / 评判一个年度的对象并结算资金。"""
    outcome = _outcome(paths, facts, as_of, period, lang)
    if format is Format.json:
        _send(outcome.write_json, out)
    else:
        _write(outcome.text(lang.value), out)


@app.command()
def report(
    paths: Policies,
    facts: FactPaths,
    as_of: AsOf,
    lang: Lang,
    period: Period = None,
    format: Annotated[Report, typer.Option("--format", help="text, csv or html / 格式")] = Report.text,
    out: Out = None,
) -> None:
    """The tables of a year: money by stage and action. / 年度报表：各环节、各措施的金额。"""
    outcome = _outcome(paths, facts, as_of, period, lang)
    _write(outcome.report(lang.value, format.value), out)


@app.command()
def template(paths: Policies, out: Annotated[Path, typer.Option("--out", help="facts.xlsx")], lang: Lang) -> None:
    """Write an empty workbook for the facts. / 生成填报事实用的空白工作簿。"""
    authoring.write_template(paths, out, language=lang.value)


@app.command()
def explain(
    paths: Annotated[list[str], typer.Argument(help="policies, then the subject: department/A / 政策，最后是对象")],
    lang: Lang,
    facts: FactPaths = [],  # noqa: B006 - typer takes no tuple
    as_of: AsOf = "",
    period: Period = None,
    format: Form = Format.text,
    out: Out = None,
) -> None:
    """Say why, for one subject, or what a code (PR401) is about. / 说明一个对象的结果从何而来，或问题代码的含义。"""
    *policies, subject = paths
    if not policies and CODE.fullmatch(subject):
        _write(perfrules.Problem.explain(subject.upper(), lang.value), out)
        return
    if not policies or not facts or not as_of:
        raise typer.BadParameter("POLICIES… SUBJECT --facts PATH --as-of DATE; or the code of a problem: PR401")
    outcome = _outcome(policies, facts, as_of, period, lang)
    found = outcome.explain(subject)
    _write(found.json(lang.value) if format is Format.json else found.text(lang.value), out)


def _outcome(paths: list[str], facts: list[Path], as_of: str, period: int | None, lang: Language) -> perfrules.Outcome:
    program = _loaded(paths, as_of, lang)
    given = program.read_facts(facts, period=period)
    _tell(given.notices, lang)
    return program.run(given, period=period)


def _loaded(paths: list[str], as_of: str, lang: Language) -> perfrules.Program:
    program = perfrules.load(paths, as_of=as_of)
    _tell(program.problems, lang)
    return program


def _tell(problems: Iterable[perfrules.Problem], lang: Language) -> None:
    for problem in problems:
        sys.stderr.write(perfrules.render(problem, lang.value) + "\n\n")


def _count(problems: int, errors: int, lang: Language) -> str:
    if not problems:
        return "没有问题" if lang is Language.zh else "no problems"
    if lang is Language.zh:
        return f"{errors} 个错误，{problems - errors} 个警告或提示"
    others = problems - errors
    return f"{errors} error{'s' * (errors != 1)}, {others} other finding{'s' * (others != 1)}"


def _write(text: str, out: Path | None) -> None:
    _send(lambda stream: stream.write(text), out)


def _send(write: Callable[[TextIO], object], out: Path | None) -> None:
    """To a file whole or not at all; else to standard output, whatever its encoding."""
    if out is None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        write(sys.stdout)
        return
    draft = out.with_name(out.name + ".part")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as stream:
            write(stream)
        os.replace(draft, out)
    finally:
        draft.unlink(missing_ok=True)


def run_app() -> int:
    """The exit code of the command line."""
    try:
        return int(app(standalone_mode=False) or GOOD)
    except perfrules.Refused as refused:
        language = _language_of(sys.argv)
        shown = "\n\n".join(perfrules.render(p, language) for p in refused.problems[:100])
        sys.stderr.write(shown + "\n")
        return BAD_INPUT
    except typer.Abort:
        return BAD_INPUT
    except Exception as error:
        return _failed(error)


def _language_of(arguments: list[str]) -> str:
    for one, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if one == "--lang" and following in ("en", "zh"):
            return following
        if one.startswith("--lang="):
            return one.removeprefix("--lang=")
    return usual_language().value


def _failed(error: Exception) -> int:
    """Bad usage in one line; anything else is our fault and shows where."""
    show = getattr(error, "show", None)
    if callable(show):
        show()
        return BAD_INPUT
    if isinstance(error, OSError):
        sys.stderr.write(f"error: {error.strerror}: {error.filename}\n")
        return BAD_INPUT
    traceback.print_exception(error)
    sys.stderr.write("this is a fault of perfrules; please report it\n")
    return OUR_FAULT
