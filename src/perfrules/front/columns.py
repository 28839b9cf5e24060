"""The command for millions of subjects: facts stay in columns, results stream into Parquet files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

import perfrules
from perfrules.core.files import unreachable
from perfrules.front.console import keep_apart, progress, tell, write
from perfrules.front.options import AsOf, Lang, Mapping, Period, Plugins, Policies, app
from perfrules.front.project import plugins
from perfrules.readers.files import IN_FOLDERS, NO_TABLES

ENDINGS = (".parquet", ".csv")
FactPaths = Annotated[
    list[Path], typer.Option("--facts", help="Parquet or CSV files, folders / Parquet 或 CSV 文件、文件夹")
]


@app.command()
def stream(
    paths: Policies,
    facts: FactPaths,
    as_of: AsOf,
    lang: Lang,
    out: Annotated[Path, typer.Option("--out", help="a new folder for Parquet files / 存放 Parquet 文件的新文件夹")],
    period: Period = None,
    mapping: Mapping = None,
    plugin: Plugins = None,
) -> None:
    """Judge millions of subjects in columns: Parquet or CSV in, Parquet out. / 按列评判海量对象，读写 Parquet 文件。"""
    keep_apart(out, *paths, *facts)
    program = perfrules.load(paths, as_of=as_of, plugins=plugins(plugin))
    tell(program.problems, lang)
    with progress(lang) as step:
        given = program.scan_facts(_tables(facts, program), period=period, mapping=mapping)
        tell(given.notices, lang)
        outcome = program.stream(given, period=period)
        outcome.write(out, step)
    write(outcome.text(out, lang.value))


def _tables(facts: Iterable[Path], program: perfrules.Program) -> dict[str, list[Path]]:
    """The files of each kind, by its name: `project.parquet`, or a folder `project` with the parts of one."""
    gone = [(str(path), why) for path in facts if (why := unreachable(path)) is not None]
    if gone:
        raise perfrules.Refused(
            perfrules.Problem("PR120", where=path, values={"path": path, "reason": why}) for path, why in gone
        )
    found: dict[str, list[Path]] = defaultdict(list)
    for path in facts:
        for one in _inside(path) if path.is_dir() and not _is_table(path) else [path]:
            if one.is_dir():
                found[one.stem if _is_table(one) else one.name] += _inside(one)
            elif _is_table(one) or one.suffix.lower() in IN_FOLDERS or one == path:
                found[one.stem].append(one)
    if not found or not all(found.values()):
        place, example = ", ".join(map(str, facts)), next(iter(program.vocabulary.kinds))
        raise perfrules.Refused([perfrules.Problem("PR625", where=place, values={"path": place, "example": example})])
    return found


def _is_table(path: Path) -> bool:
    """Whether something is called as a table in columns, which Spark writes as a folder."""
    return path.suffix.lower() in ENDINGS


def _inside(folder: Path) -> list[Path]:
    """What is in a folder, without what editors and Spark leave there."""
    left = (file for file in folder.iterdir() if not file.name.startswith(NO_TABLES))
    return sorted(file for file in left if _is_table(file) or not file.name.startswith("_"))
