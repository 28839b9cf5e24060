"""Rows of a CSV file, UTF-8 or GB18030; the first row names the columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from perfrules.core.files import reason_of
from perfrules.core.given import Place, Row
from perfrules.core.problem import Findings, Words
from perfrules.core.span import Source, Span, Text
from perfrules.pipeline.document import OTHER_ENCODING
from perfrules.readers.columns import Header, Layout

CELL_MAX = 100_000


def csv_rows(path: Path, layout: Layout, kind: str, findings: Findings) -> Iterator[tuple[Place, Row]]:
    """The rows of a file with the subjects of a kind, each with its place."""
    source = csv_source(path, findings)
    if source is None:
        return
    header: Header | None = None
    width = 0
    for line, cells in csv_lines(source, findings):
        if header is None:
            headings, width = texts_of(cells, source, line), len(cells)
            header = layout.header(kind, headings, str(path), findings) if parted(headings, findings) else None
            if header is None:
                return
        elif len(cells) != width:
            findings.add("PR623", where=f"{path}:{line}", found=str(len(cells)), expected=str(width))
        else:
            row = header.row(f"{path}:{line}", cells, findings)
            if row is not None:
                yield row


def csv_source(path: Path, findings: Findings) -> Source | None:
    """The text of a file, UTF-8 or GB18030; None with a problem noted where it is neither, or empty."""
    text = decoded(path, findings)
    if text is not None and not text.strip(", \t\r\n"):
        findings.add("PR624", where=str(path), path=str(path), reason=Words("it is empty", "文件为空"))
        return None
    return Source(str(path), text) if text is not None else None


def csv_lines(source: Source, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """The rows in which something stands, each with the line on which it begins."""
    csv.field_size_limit(CELL_MAX)
    reader = csv.reader(StringIO(source.text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            begun, line = line, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                yield begun, cells
    except csv.Error as error:
        findings.add("PR624", where=f"{source.name}:{line}", path=source.name, reason=_reason(error))


def texts_of(cells: Sequence[str], source: Source, line: int) -> list[Text]:
    """The cells of a row that begins on a line; each knows where it stands."""
    texts: list[Text] = []
    position = source.line_starts[line - 1]
    for cell in cells:
        plain, quotes = cell.strip(), source.text.startswith('"', position)
        start = position + quotes + len(cell) - len(cell.lstrip())
        texts.append(Text(plain, Span(source, start, start + len(plain))))
        position += len(cell) + quotes * (cell.count('"') + 2) + 1  # each quote inside is written twice
    return texts


def parted(headings: Sequence[Text], findings: Findings) -> bool:
    """Whether the cells of a first row are separated by commas; noted where they are not."""
    alone = len(headings) == 1 and any(sign in headings[0] for sign in ";\t，")
    if alone:
        apart = Words("its cells are not separated by commas", "各格之间没有用半角逗号分隔")
        findings.add("PR624", headings[0].span, path=headings[0].span.source.name, reason=apart)
    return not alone


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
