"""Commands for those who test policies: test."""

from __future__ import annotations

from typing import Annotated

import typer

from perfrules import suite
from perfrules.front.console import keep_apart, tell, write
from perfrules.front.options import FINDINGS, GOOD, Lang, Out, Plugins, Policies, Tested, app
from perfrules.front.project import plugins
from perfrules.suite_text import suite_json, suite_junit, suite_text

WRITERS = {Tested.text: suite_text, Tested.json: suite_json, Tested.junit: suite_junit}


@app.command("test")
def run_tests(
    paths: Policies,
    lang: Lang,
    format: Annotated[Tested, typer.Option("--format", help="text, json or junit / 格式")] = Tested.text,
    out: Out = None,
    plugin: Plugins = None,
) -> None:
    """Run the examples of policies, and files of cases. / 运行政策的示例和用例文件。"""
    keep_apart(out, *paths)
    found = suite.collect(paths, plugins=plugins(plugin))
    tell(found.problems, lang)
    ran = tuple(suite.run(found.cases))
    write(WRITERS[format](ran, lang.value), out)
    raise typer.Exit(GOOD if all(one.passed for one in ran) else FINDINGS)
