"""Facts from files: CSV, one for each kind of subject, workbooks with a sheet for each kind, JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from perfrules.core.facts import Facts, build
from perfrules.core.files import unreachable
from perfrules.core.given import Given, Place, Row
from perfrules.core.problem import Findings, Words
from perfrules.core.vocabulary import Vocabulary
from perfrules.readers.columns import Layout
from perfrules.readers.csv_table import csv_rows
from perfrules.readers.json_table import json_rows
from perfrules.readers.mapping import layout_of
from perfrules.readers.workbook import WORKBOOKS, sheets

IN_FOLDERS = frozenset({".csv", ".xlsx"})  # a folder may also hold what was written there as JSON
Rows = Iterable[tuple[Place, Given]]
OtherReader = Callable[[Path, Layout, Findings], Iterable[tuple[str, Rows]]]
NO_TABLES = ("~$", ".")  # how names of files begin that editors leave


def read_facts(
    paths: Iterable[Path],
    vocabulary: Vocabulary,
    period: int | None = None,
    mapping: Path | None = None,
    others: Mapping[str, OtherReader] = MappingProxyType({}),
) -> Facts:
    """The facts in CSV files, Excel workbooks and JSON, or in folders of them.

    `department.csv` holds departments, and so does the sheet `department` of a workbook. The first row names the
    columns: `id`, `period`, the parent's kind, then facts by name or title. CSV is UTF-8, else GB18030, which the
    notices say. `period` is that of rows without one; `mapping` is a file that says what the tables and columns of
    another system hold; `others` read files with other endings. Raises `Refused` with every problem of every file.
    """
    findings = Findings()
    layout = layout_of(vocabulary, mapping, findings)
    rows: dict[str, list[tuple[Place, Given]]] = {}
    for path, named in _files(paths, layout, frozenset(others), findings):
        suffix, before = path.suffix.lower(), len(findings.errors)
        read = others.get(suffix) or (sheets if suffix in WORKBOOKS else json_rows if suffix == ".json" else _table)
        any_kind = False
        for kind, found in read(path, layout, findings):
            rows.setdefault(kind, []).extend(found)
            any_kind = True
        if named and not any_kind and len(findings.errors) == before:
            findings.add("PR625", where=str(path), path=str(path), example=next(iter(layout.names), "department"))
    return build(vocabulary, rows, findings, period)


def _table(path: Path, layout: Layout, findings: Findings) -> Iterator[tuple[str, Iterable[tuple[Place, Row]]]]:
    """The kind that a CSV file is called after, and its rows."""
    name = layout.kind_of(path.stem, str(path), findings)
    if name is not None:
        yield name, csv_rows(path, layout, name, findings)


def _files(
    paths: Iterable[Path], layout: Layout, others: frozenset[str], findings: Findings
) -> list[tuple[Path, bool]]:
    """The files to read, and whether each was named itself rather than found in a folder."""
    files: list[tuple[Path, bool]] = []
    names = layout.names
    for path in paths:
        why = unreachable(path)
        if why is None and not (path.is_file() or path.is_dir()):
            why = Words("it is no file", "不是文件")
        if why is not None:
            findings.add("PR120", where=str(path), path=str(path), reason=why)
            continue
        found = [path]
        if path.is_dir():
            files_in = {f for f in path.iterdir() if f.is_file() and not f.name.startswith(NO_TABLES)}
            found = sorted(f for f in files_in if f.suffix.lower() in others | IN_FOLDERS)
            for file in sorted(files_in.difference(found)):
                if file.stem in names:
                    findings.add("PR650", where=str(file), path=str(file), kind=names[file.stem])
        if found == [path] and path.suffix.lower() not in others | {".csv", ".json", *WORKBOOKS}:
            reason = Words("its name ends in none of .csv, .xlsx, .json", "文件名不以 .csv、.xlsx 或 .json 结尾")
            findings.add("PR624", where=str(path), path=str(path), reason=reason)
            continue
        if not found:
            example = next(iter(layout.vocabulary.kinds), "department")
            findings.add("PR625", where=str(path), path=str(path), example=example)
        files += [(file, file == path) for file in found]
    return files
