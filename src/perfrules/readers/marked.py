"""Copies of files with facts in which a column says what is wrong with each row, to be mended and read again."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from perfrules.core.files import written_whole
from perfrules.core.problem import Findings, Problem, visible
from perfrules.readers.columns import PROBLEMS
from perfrules.readers.csv_table import decoded
from perfrules.readers.workbook import opened

_CELLS = re.compile(r"[A-Z]*(?P<row>[0-9]+)")
_FILL = "FFFFC7CE"  # of cells with a problem

Said = dict[int, list[str]]  # what is wrong, by row


def write_marked(paths: Iterable[Path], problems: Iterable[Problem], folder: Path, language: str) -> list[Path]:
    """Write a copy of each CSV file and workbook that has a problem into a folder; which were written.

    A copy has every row, and a last column with the problems of the row and what cures them.
    """
    errors = [p for p in problems if p.severity == "error"]
    written = []
    folder.mkdir(parents=True, exist_ok=True)
    for path in _files(paths):
        own = [p for p in errors if _is_in(p, path)]
        copy = folder / path.name
        if not own or path.resolve() == copy.resolve():
            continue
        mark = _mark_book if path.suffix.lower() == ".xlsx" else _mark_csv
        if mark(path, own, copy, language):
            written.append(copy)
    return written


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.iterdir()) if path.is_dir() else [path]


def _is_in(problem: Problem, path: Path) -> bool:
    """Whether a problem is about a file: its own place says so, or the file stands before a line or a sheet."""
    place = problem.place
    return place == str(path) or place.startswith((f"{path}:", f"{path}, "))


def _said(problem: Problem, language: str) -> str:
    cure = problem.cure(language)
    return visible(f"{problem.code} {problem.said(language)}" + (f" ({cure})" if cure else ""))


def _mark_csv(path: Path, problems: Iterable[Problem], copy: Path, language: str) -> bool:
    text = decoded(path, Findings())
    if path.suffix.lower() != ".csv" or text is None:
        return False
    said: Said = defaultdict(list)
    for problem in problems:
        after = problem.place[len(str(path)) :].partition(", ")[0]
        said[int(after.split(":")[1]) if after else 1].append(_said(problem, language))
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    reader = csv.reader(StringIO(text, newline=""))
    line, header = 1, False
    for cells in reader:
        found, line = [m for n in range(line, reader.line_num + 1) for m in said.get(n, ())], reader.line_num + 1
        heading = [] if header or not any(cells) else [PROBLEMS.said(language)]
        header = header or bool(heading)
        writer.writerow([*cells, "; ".join([*heading, *found])] if any(cells) or found else cells)
    with written_whole(copy) as draft:
        draft.write_text("\ufeff" + out.getvalue(), encoding="utf-8", newline="")
    return True


def _mark_book(path: Path, problems: Iterable[Problem], copy: Path, language: str) -> bool:
    books = opened(path, Findings())
    if books is None:
        return False
    _, book = books  # with the formulas
    said: dict[str, Said] = defaultdict(lambda: defaultdict(list))
    cells: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        sheet, _, place = problem.place[len(f"{path}, ") :].partition("!")
        found = _CELLS.match(place)
        said[sheet][int(found["row"]) if found else 0].append(_said(problem, language))
        if place[:1].isalpha():
            cells[sheet].append(place)
    for sheet in book.worksheets:
        if sheet.title in said:
            _mark_sheet(sheet, said[sheet.title], cells[sheet.title], language)
    with written_whole(copy) as draft:
        book.save(draft)
    return True


def _mark_sheet(sheet: Any, said: Said, cells: Iterable[str], language: str) -> None:
    from openpyxl.styles import PatternFill

    column = sheet.max_column + 1
    header = next((row[0].row for row in sheet.iter_rows() if any(cell.value is not None for cell in row)), 1)
    about = [*said.pop(0, ()), *said.pop(header, ())]
    sheet.cell(header, column).value = "; ".join([PROBLEMS.said(language), *about])
    for row, messages in said.items():
        sheet.cell(row, column).value = "; ".join(messages)
    for place in cells:
        for across in sheet[place] if ":" in place else ((sheet[place],),):
            for cell in across:
                cell.fill = PatternFill("solid", fgColor=_FILL)
