"""Tables of cases in CSV files and workbooks: texts that know their row, as if they stood in a document."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from perfrules.core.problem import Findings, Words
from perfrules.core.span import Source, Span, Text
from perfrules.readers.columns import midnight
from perfrules.readers.csv_table import CELL_MAX, decoded
from perfrules.readers.workbook import number_shown, opened


def case_rows(path: Path, findings: Findings) -> list[list[Text]]:
    """The rows of a table, the first of them with the names of the columns; empty rows are left out."""
    name, text = str(path), None
    if path.suffix == ".csv":
        text = decoded(path, findings)
    elif path.suffix == ".xlsx":
        name, text = _sheet(path, findings)
    else:
        other = Words("it is neither CSV nor .xlsx", "既不是 CSV 也不是 .xlsx")
        findings.add("PR624", where=name, path=name, reason=other)
    return _rows(Source(name, text), findings) if text is not None else []


def _rows(source: Source, findings: Findings) -> list[list[Text]]:
    csv.field_size_limit(CELL_MAX)
    reader = csv.reader(StringIO(source.text, newline=""), strict=True)
    rows: list[list[Text]] = []
    position = 0
    try:
        for cells in reader:
            row: list[Text] = []
            for cell in cells:
                plain = cell.strip()
                start = max(source.text.find(plain, position), position)
                position = start + len(plain)
                row.append(Text(plain, Span(source, start, position)))
            position = source.line_starts[reader.line_num] if reader.line_num < len(source.line_starts) else position
            if any(row):
                rows.append(row)
    except csv.Error:
        broken = Words("its quotes are not closed, or a cell is too long", "引号没有闭合，或有一格过长")
        findings.add("PR624", where=f"{source.name}:{reader.line_num}", path=source.name, reason=broken)
        return []
    return rows


def _sheet(path: Path, findings: Findings) -> tuple[str, str | None]:
    """The first sheet as the text of a CSV file, a line for each of its rows."""
    books = opened(path, findings)
    if books is None:
        return str(path), None
    sheet = books[0].worksheets[0]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for cells in sheet.iter_rows(values_only=True):
        writer.writerow([_shown(cell) for cell in cells])
    return f"{path}, {sheet.title}", out.getvalue()


def _shown(value: object) -> str:
    """A cell as it would be written in a document."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    shown = number_shown(value) if isinstance(value, (int, float)) else midnight(value)
    return " ".join(str(shown).split())
