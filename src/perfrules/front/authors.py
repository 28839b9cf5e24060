"""Commands for those who write policies: check, compile, template, schema, new."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import perfrules
from perfrules import authoring, sql
from perfrules.front import options
from perfrules.front.console import keep_apart, tell, write
from perfrules.front.findings import as_github, as_json, as_sarif
from perfrules.front.language import Language
from perfrules.front.options import (
    BAD_INPUT,
    FINDINGS,
    GOOD,
    AsOf,
    Form,
    Format,
    Lang,
    Out,
    Plugins,
    Policies,
    app,
)
from perfrules.front.project import plugins
from perfrules.front.watching import watched

SHOWN_MAX = 100


@app.command()
def check(
    paths: Policies,
    lang: Lang,
    format: Annotated[options.Findings, typer.Option("--format", help="how to write / 格式")] = options.Findings.text,
    watch: Annotated[bool, typer.Option("--watch", help="again after every change / 每次修改后重新检查")] = False,
    plugin: Plugins = None,
) -> None:
    """Say what is wrong in policies, and run their examples. / 检查政策并运行示例。"""

    def checked() -> int:
        return _checked(paths, lang, format, plugins(plugin))

    raise typer.Exit(watched(paths, checked) if watch else checked())


def _checked(paths: list[str], lang: Language, format: options.Findings, named: list[str]) -> int:
    """Write what is wrong; the exit code."""
    problems = perfrules.check(paths, plugins=named)
    errors = sum(p.severity == "error" for p in problems)
    writers = {options.Findings.json: as_json, options.Findings.sarif: as_sarif, options.Findings.github: as_github}
    if format in writers:
        write(writers[format](problems, lang.value))
    else:
        shown = "".join(f"{perfrules.render(p, lang.value)}\n\n" for p in problems[:SHOWN_MAX])
        write(shown + _count(len(problems), errors, lang) + "\n")
    unread = any(p.code == "PR120" for p in problems)
    return BAD_INPUT if unread else FINDINGS if errors else GOOD


def _count(problems: int, errors: int, lang: Language) -> str:
    if not problems:
        return "没有问题" if lang is Language.zh else "no problems"
    if lang is Language.zh:
        return f"{errors} 个错误，{problems - errors} 个警告或提示"
    others = problems - errors
    return f"{errors} error{'s' * (errors != 1)}, {others} other finding{'s' * (others != 1)}"


@app.command("compile")
def compile_policies(
    paths: Policies,
    as_of: AsOf,
    lang: Lang,
    plan: Annotated[bool, typer.Option("--plan", help="every step / 每一步")] = False,
    origins: Annotated[bool, typer.Option("--origins", help="where everything comes from / 各项来自何处")] = False,
    format: Form = Format.text,
    dialect: Annotated[str, typer.Option("--sql", help="views in SQL: postgres, duckdb, spark / SQL 视图")] = "",
    connect: Annotated[
        str | None, typer.Option("--connect", help="look at its tables now / 现在查看数据库中的表")
    ] = None,
    period: options.Period = None,
    mapping: options.Mapping = None,
    out: Out = None,
    plugin: Plugins = None,
) -> None:
    """Show what policies are compiled to; with --sql as views. / 显示政策编译的结果；加 --sql 输出 SQL 视图。"""
    if dialect and (plan or origins or format is Format.json):
        raise typer.BadParameter(
            "without --plan, --origins and --format json / 不与 --plan、--origins、--format json 同用",
            param_hint="--sql",
        )
    keep_apart(out, *paths, *([mapping] if mapping else []))
    program = perfrules.load(paths, as_of=as_of, plugins=plugins(plugin))
    tell(program.problems, lang)
    if dialect or connect is not None or period is not None or mapping is not None:
        views = sql.views(program, dialect, period=period, mapping=mapping, language=lang.value, connect=connect)
        write(views, out)
        return
    if format is Format.json:  # the very text whose sha256 is the digest
        write(program.plan_json(), out)
        return
    strata, steps, bits = program.plan_size()
    counts = ((len(program.rules), "rule", "rules"), (strata, "stratum", "strata"), (steps, "step", "steps"))
    size = ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts) + f", {bits} bits"
    head = f"program {program.digest}\nas of {program.as_of}: {size}\n"
    written = "".join(f"{what} {name}: {origin}\n" for what, name, origin in program.origins) if origins else ""
    write(head + ("\n" + written if origins else "") + ("\n" + program.plan_text() if plan else ""), out)


@app.command()
def template(
    paths: Policies,
    out: Annotated[Path, typer.Option("--out", help="facts.xlsx")],
    lang: Lang,
    plugin: Plugins = None,
) -> None:
    """Write an empty workbook for the facts. / 生成填报事实用的空白工作簿。"""
    keep_apart(out, *paths)
    authoring.write_template(paths, out, language=lang.value, plugins=plugins(plugin))


@app.command()
def schema(lang: Lang, out: Out = None, plugin: Plugins = None) -> None:
    """A JSON Schema for editors. / 供编辑器使用的 JSON Schema。"""
    write(authoring.schema(language=lang.value, plugins=plugins(plugin)), out)


@app.command("new")
def new_district(
    district: Annotated[str, typer.Argument(help="the name of the district / 地区名称")],
    lang: Lang,
    out: Annotated[Path | None, typer.Option("--out", help="the folder / 文件夹")] = None,
    plugin: Annotated[bool, typer.Option("--plugin", help="as a package to install / 作为可安装的软件包")] = False,
) -> None:
    """Begin a district: a folder with a vocabulary, a policy, facts. / 新建一个地区的文件夹。"""
    begin = authoring.write_package if plugin else authoring.write_district
    written = begin(district, out, language=lang.value)
    write("".join(f"{path}\n" for path in written))
