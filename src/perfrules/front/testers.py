"""Commands for those who test policies: test, mutate."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

import perfrules
from perfrules import mutation, suite
from perfrules.cases import Ran
from perfrules.coverage import Coverage
from perfrules.coverage_text import coverage_html, coverage_json, coverage_text
from perfrules.front.console import keep_apart, progress, tell, write
from perfrules.front.language import Language
from perfrules.front.options import FINDINGS, GOOD, Form, Format, Lang, Out, Plugins, Policies, Tested, app
from perfrules.front.project import plugins
from perfrules.mutation_text import mutation_json, mutation_text
from perfrules.suggestions import suggested
from perfrules.suggestions_text import summary_text, write_documents
from perfrules.suite_text import suite_json, suite_junit, suite_text

WRITERS = {Tested.text: suite_text, Tested.json: suite_json, Tested.junit: suite_junit}

_LOOKING = perfrules.Words("looking for missing cases", "查找缺少的用例")
_RUNNING = perfrules.Words("running the cases", "运行用例")
_CHANGING = perfrules.Words("changing one thing at a time", "逐处改动政策")
MUTATION_WRITERS = {Format.text: mutation_text, Format.json: mutation_json}


@app.command("test")
def run_tests(
    paths: Policies,
    lang: Lang,
    format: Annotated[Tested, typer.Option("--format", help="text, json or junit / 格式")] = Tested.text,
    coverage: Annotated[bool, typer.Option("--coverage", help="say what is not tested / 列出尚未测试的内容")] = False,
    suggest: Annotated[
        Path | None, typer.Option("--suggest", help="a folder for the missing cases / 建议用例写入的文件夹")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="coverage as a page / 覆盖情况网页")] = None,
    fail_under: Annotated[
        int, typer.Option("--fail-under", min=0, max=100, help="the least coverage in per cent / 最低覆盖率")
    ] = 0,
    out: Out = None,
    plugin: Plugins = None,
) -> None:
    """Run the examples of policies, and files of cases. / 运行政策的示例和用例文件。"""
    found = suite.collect(paths, plugins=plugins(plugin))
    keep_apart(out, *_read(paths, found))
    keep_apart(html, *_read(paths, found))
    if not found.cases and suggest is None:
        raise perfrules.Refused([suite.nothing_tested(paths)])
    tell(found.problems, lang)
    measured = Coverage(found.policies)
    ran = []
    for one in suite.run(found.cases):
        if coverage or html or fail_under or suggest:
            measured.add(one)
        ran.append(one.kept)
    write(_results(ran, format, measured if coverage else None, lang), out)
    beside = sys.stdout if format == Tested.text else sys.stderr  # what else is said must not spoil a document
    low = measured.percent < fail_under
    if low or (coverage and format != Tested.json):
        beside.write("\n" + coverage_text(measured, lang.value))
    if suggest is not None:
        with progress(lang, _LOOKING):
            documents = suggested(measured, found)
        write_documents(documents, suggest, lang.value)
        beside.write("\n" + summary_text(documents, suggest, lang.value))
    if html is not None:
        write(coverage_html(measured, lang.value), html)
    good = all(one.passed for one in ran) and not low
    raise typer.Exit(GOOD if good else FINDINGS)


def _read(paths: Iterable[str], found: suite.Suite) -> set[str]:
    """The files that a suite is read from; of folders only what stands there is, and a report may lie beside it."""
    return {*found.files, *(path for path in paths if Path(path).is_file())}


def _results(ran: list[Ran], format: Tested, measured: Coverage | None, lang: Language) -> str:
    """The results in a format; of those for programs only JSON has room for the coverage."""
    results = WRITERS[format](ran, lang.value)
    if measured is None or format != Tested.json:
        return results
    parts = {"cases": json.loads(results), "coverage": json.loads(coverage_json(measured, lang.value))}
    return json.dumps(parts, ensure_ascii=False, indent=1) + "\n"


@app.command()
def mutate(
    paths: Policies,
    lang: Lang,
    format: Form = Format.text,
    out: Out = None,
    plugin: Plugins = None,
) -> None:
    """Change one thing at a time, and list what no case notices. / 逐处改动政策，列出没有用例发现的改动。"""
    found = suite.collect(paths, plugins=plugins(plugin))
    keep_apart(out, *_read(paths, found))
    tell(found.problems, lang)
    with progress(lang, _RUNNING, _CHANGING) as step:
        result = mutation.mutate(found, step)
    write(MUTATION_WRITERS[format](result, lang.value), out)
    raise typer.Exit(FINDINGS if result.survivors or result.failing else GOOD)
