"""Rows of a CSV file, UTF-8 or GB18030; the first row names the columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from perfrules.core.given import Place, Row
from perfrules.core.problem import Findings, Words
from perfrules.core.span import Source, Span, Text
from perfrules.pipeline.document import OTHER_ENCODING, reason_of
from perfrules.readers.columns import Header, Layout

CELL_MAX = 100_000


def csv_rows(path: Path, layout: Layout, kind: str, findings: Findings) -> Iterator[tuple[Place, Row]]:
    """The rows of a file with the subjects of a kind, each with its place."""
    text = decoded(path, findings)
    if text is None:
        return
    csv.field_size_limit(CELL_MAX)
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    header: Header | None = None
    width, line = 0, 1
    try:
        for cells in reader:
            place, line = f"{path}:{line}", reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header, width = _header(cells, Source(str(path), text), path, layout, kind, findings), len(cells)
                if header is None:
                    return
            elif len(cells) != width:
                findings.add("PR623", where=place, found=str(len(cells)), expected=str(width))
            else:
                row = header.row(place, cells, findings)
                if row is not None:
                    yield row
    except csv.Error as error:
        findings.add("PR624", where=f"{path}:{line}", path=str(path), reason=_reason(error))
        return
    if header is None:
        findings.add("PR624", where=str(path), path=str(path), reason=Words("it is empty", "文件为空"))


def _header(
    cells: list[str], source: Source, path: Path, layout: Layout, kind: str, findings: Findings
) -> Header | None:
    """The columns that are read; None where the rows below can't be."""
    headings = _headings(cells, source)
    if len(headings) == 1 and (";" in headings[0] or "\t" in headings[0]):
        apart = Words("its cells are not separated by commas", "各格之间没有用逗号分隔")
        findings.add("PR624", headings[0].span, path=str(path), reason=apart)
        return None
    return layout.header(kind, headings, str(path), findings)


def _headings(cells: list[str], source: Source) -> list[Text]:
    """The names of the columns; each knows where it stands in the first row."""
    headings: list[Text] = []
    position = 0
    for cell in cells:
        name = cell.strip()
        start = max(source.text.find(name, position), position)
        position = start + len(name)
        headings.append(Text(name, Span(source, start, position)))
    return headings


_REASONS = {
    "unexpected end of data": Words("quotes that are not closed", "引号没有闭合"),
    "expected after": Words("text after closing quotes", "引号闭合后还有文字"),
    "field limit": Words("a cell is too long", "有一格过长"),
}


def _reason(error: csv.Error) -> Words:
    """What the author of the file did that the csv module complains of."""
    known = (words for sign, words in _REASONS.items() if sign in str(error))
    return next(known, Words("it is no CSV", "不是 CSV"))


def decoded(path: Path, findings: Findings) -> str | None:
    """The text of a file, UTF-8 or GB18030; None with a problem noted where it is neither."""
    try:
        content = path.read_bytes()
    except OSError as error:
        findings.add("PR120", where=str(path), path=str(path), reason=reason_of(error))
        return None
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        findings.add("PR102", where=str(path), encoding="UTF-16")
        return None
    if b"\x00" in content:
        nul = Words("it contains zero bytes", "含有零字节")
        findings.add("PR624", where=str(path), path=str(path), reason=nul)
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        findings.add("PR102", where=str(path), encoding=OTHER_ENCODING)
        return None
    findings.add("PR622", where=str(path), path=str(path), encoding="GB18030")
    return text
