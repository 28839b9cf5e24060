"""Options that commands share, and the words that they take."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from perfrules.front.language import Language, usual_language

GOOD, FINDINGS, BAD_INPUT, OUR_FAULT = 0, 1, 2, 3


class Format(StrEnum):
    """How explanations and plans are written."""

    text = "text"
    json = "json"


class Results(StrEnum):
    """How results are written."""

    text = "text"
    json = "json"
    csv = "csv"
    excel = "excel"


class Table(StrEnum):
    """A table of results."""

    rulings = "rulings"
    claims = "claims"
    entries = "entries"
    pools = "pools"
    recommendations = "recommendations"
    marks = "marks"
    missing = "missing"


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


class Bookings(StrEnum):
    """How a revision is written."""

    text = "text"
    csv = "csv"
    json = "json"


class Tested(StrEnum):
    """How the results of tests are written."""

    text = "text"
    json = "json"
    junit = "junit"


def language_of(arguments: list[str]) -> Language:
    """The language that the arguments of a command ask for, before they are read."""
    for one, following in zip(arguments, [*arguments[1:], ""], strict=True):
        asked = one.removeprefix("--lang=") if one.startswith("--lang=") else following if one == "--lang" else ""
        if asked in list(Language):
            return Language(asked)
    return usual_language()


Policies = Annotated[list[str], typer.Argument(help="policy files or folders / 政策文件或文件夹", show_default=False)]
FactPaths = Annotated[
    list[Path], typer.Option("--facts", help="CSV files, workbooks, folders / 事实文件、工作簿、文件夹")
]
AsOf = Annotated[str, typer.Option("--as-of", help="the day whose rules apply, 2024-01-31 / 基准日")]
Period = Annotated[
    int | None, typer.Option("--period", help="the judged year; also that of rows without a column `period` / 评判年度")
]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", help="what the columns of another system hold / 外部系统列的对照表文件")
]
Plugins = Annotated[
    list[str] | None, typer.Option("--plugin", help="an installed plugin, beside those of perfrules.toml / 使用的插件")
]
Out = Annotated[Path | None, typer.Option("--out", help="write to this file / 写入文件")]
Lang = Annotated[Language, typer.Option("--lang", default_factory=usual_language, help="language / 语言")]
Form = Annotated[Format, typer.Option("--format", help="how to write / 格式")]

app = typer.Typer(
    name="perfrules",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
