"""Tables of cases in CSV files and workbooks: texts that know their row, as if they stood in a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from perfrules.core.files import unreachable
from perfrules.core.problem import Findings, Words
from perfrules.core.span import Source, Span, Text
from perfrules.readers.csv_table import csv_lines, csv_source, parted, texts_of
from perfrules.readers.workbook import FILL_IN, CheckedSheet, opened


def case_rows(named: Text, folder: Path, findings: Findings) -> list[list[Text]]:
    """The rows of the table that a document names, a CSV file or the first sheet of a workbook in its folder.

    The first of them has the names of the columns; empty rows are left out.
    """
    path = folder / named
    outside = not path.resolve().is_relative_to(folder.resolve())
    why = Words("it is not in the folder of this file", "它不在本文件所在的文件夹中") if outside else unreachable(path)
    if why is not None or path.suffix.lower() not in (".csv", ".xlsx"):
        other = Words("its name ends in neither .csv nor .xlsx", "文件名不以 .csv 或 .xlsx 结尾")
        findings.add("PR120" if why is not None else "PR624", named.span, path=str(path), reason=why or other)
        return []
    rows = _csv(path, findings) if path.suffix.lower() == ".csv" else _sheet(path, findings)
    return [row for row in rows if any(row)]


def _csv(path: Path, findings: Findings) -> Iterator[list[Text]]:
    source = csv_source(path, findings)
    rows = csv_lines(source, findings) if source is not None else iter(())
    for number, (line, cells) in enumerate(rows):
        assert source is not None
        row = texts_of(cells, source, line)
        if number == 0 and not parted(row, findings):
            return
        yield row


_BETWEEN = " | "  # the cells of a row, where it is shown


@dataclass(frozen=True)
class _Sheet(Source):
    """A sheet as a text with a line for each of its rows; its places are cells."""

    path: str = ""
    cells: Mapping[int, str] = field(default_factory=dict)  # by where they begin

    @property
    def file(self) -> str:
        return self.path

    def place_of(self, span: Span) -> str:
        return f"{self.name}!{self.cells.get(span.start, span.line)}"


def _sheet(path: Path, findings: Findings) -> list[list[Text]]:
    books = opened(path, findings)
    if books is None:
        return []
    values, formulas = books
    sheet = values.worksheets[0]
    checked = CheckedSheet(f"{path}, {sheet.title}", sheet, formulas[sheet.title], findings)
    lines: list[list[str]] = []
    starts: dict[int, str] = {}
    position = 0
    for cells in checked.filled():
        number = cells[0].row
        if not starts:
            checked.check_seen(number, range(len(cells)))
        position += number - 1 - len(lines)  # the ends of lines that are empty
        lines += [[]] * (number - 1 - len(lines))
        lines.append([_written(cell, checked) for cell in cells] if checked.is_seen(number) else [])
        for cell, written in zip(cells, lines[-1], strict=False):
            starts[position] = cell.coordinate
            position += len(written) + len(_BETWEEN)
        position += 1
    if not starts:
        reason = Words("it is empty", "工作表为空")
        findings.add("PR632", where=checked.place, path=checked.place, reason=reason, hint=FILL_IN)
    text = "\n".join("".join(written + _BETWEEN for written in line) for line in lines)
    source, places = _Sheet(checked.place, text, path=str(path), cells=starts), iter(starts)
    return [
        [Text(written, Span(source, start := next(places), start + len(written))) for written in line]
        for line in lines
        if line
    ]


def _written(cell: Any, sheet: CheckedSheet) -> str:
    """A cell as its author would write it in a document."""
    value = sheet.value(cell)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, Decimal)) and "%" in cell.number_format:
        return f"{(Decimal(value) * 100).normalize():f}%"
    return " ".join(str(value).split())
