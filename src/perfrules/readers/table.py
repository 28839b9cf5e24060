"""Facts from CSV files, one for each kind of subject: `department.csv`, `project.csv`, …"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

from perfrules.core.facts import Facts, build
from perfrules.core.given import Row, row_headings
from perfrules.core.problem import Findings, Words, did_you_mean, nearest
from perfrules.core.span import Source, Span, Text
from perfrules.core.vocabulary import SubjectKind, Vocabulary
from perfrules.pipeline.document import OTHER_ENCODING, reason_of, unreachable

CELL_MAX = 100_000
IDS = {"id", "编号"}


def read_facts(paths: Iterable[Path], vocabulary: Vocabulary, period: int | None = None) -> Facts:
    """The facts in CSV files, or in folders of them.

    The first row names the columns: `id`, `period`, the parent's kind, then facts by name or title. Files
    are UTF-8, else GB18030, which the notices say. `period` is that of rows without one. Raises `Refused`
    with every problem of every file.
    """
    findings = Findings()
    rows: dict[str, list[tuple[str, Row]]] = {}
    for path in _files(paths, vocabulary, findings):
        kind = path.stem
        if kind not in vocabulary.kind_names:
            findings.add("PR616", where=str(path), word=kind, hint=did_you_mean(kind, vocabulary.kind_names))
        else:
            named = vocabulary.kinds[vocabulary.kind_names[kind]]
            rows.setdefault(kind, []).extend(_rows(path, _columns(vocabulary, named), findings))
    findings.refuse()
    return build(vocabulary, rows, tuple(findings.problems), period)


def _files(paths: Iterable[Path], vocabulary: Vocabulary, findings: Findings) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        why = unreachable(path)
        if why is not None:
            findings.add("PR120", where=str(path), path=str(path), reason=why)
            continue
        found = sorted(f for f in path.glob("*.csv") if f.is_file()) if path.is_dir() else [path]
        if found == [path] and path.suffix != ".csv":
            reason = Words("its name does not end in .csv", "文件名不以 .csv 结尾")
            findings.add("PR624", where=str(path), path=str(path), reason=reason)
            continue
        if not found:
            example = next(iter(vocabulary.kinds), "department")
            findings.add("PR625", where=str(path), path=str(path), example=example)
        files += found
    return files


def _columns(vocabulary: Vocabulary, kind: SubjectKind) -> frozenset[str]:
    """What the columns of a kind may be called."""
    return frozenset({*kind.by_title, *row_headings(vocabulary, kind), "id", "period", kind.belongs_to} - {""})


def _rows(path: Path, known: frozenset[str], findings: Findings) -> Iterator[tuple[str, Row]]:
    text = _text(path, findings)
    if text is None:
        return
    csv.field_size_limit(CELL_MAX)
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    header: list[Text] | None = None
    used: list[int] = []
    line = 1
    try:
        for cells in reader:
            place, line = f"{path}:{line}", reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, Source(str(path), text))
                if not _check_header(header, path, findings):
                    return
                used = _used(header, known, findings)
            elif len(cells) != len(header):
                findings.add("PR623", where=place, found=str(len(cells)), expected=str(len(header)))
            else:
                yield place, {header[n]: cells[n] for n in used}
    except csv.Error as error:
        findings.add("PR624", where=f"{path}:{line}", path=str(path), reason=_reason(error))
        return
    if header is None:
        findings.add("PR624", where=str(path), path=str(path), reason=Words("it is empty", "文件为空"))


def _header(cells: list[str], source: Source) -> list[Text]:
    """The names of the columns; each knows where it stands in the first row."""
    header: list[Text] = []
    position = 0
    for cell in cells:
        name = cell.strip()
        start = max(source.text.find(name, position), position)
        position = start + len(name)
        header.append(Text(name, Span(source, start, position)))
    return header


def _check_header(header: list[Text], path: Path, findings: Findings) -> bool:
    """Whether the rows below can be read."""
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        apart = Words("its cells are not separated by commas", "各格之间没有用逗号分隔")
        findings.add("PR624", header[0].span, path=str(path), reason=apart)
        return False
    if not set(header) & IDS:
        findings.add("PR626", header[0].span)
        return False
    first: dict[str, Text] = {}
    for name in header:
        if first.setdefault(str(name), name) is not name:
            findings.add("PR618", name.span, fact=str(name), column=str(name), other=str(name))
    return True


def _used(header: list[Text], known: frozenset[str], findings: Findings) -> list[int]:
    """The columns that are read: others are noted, but for those that may be meant as one that is known."""
    extra = [n for n, name in enumerate(header) if name and name not in known and not nearest(name, known)]
    for n in extra:
        findings.add("PR631", header[n].span, column=str(header[n]))
    return [n for n in range(len(header)) if n not in extra]


_REASONS = {
    "unexpected end of data": Words("quotes that are not closed", "引号没有闭合"),
    "expected after": Words("text after closing quotes", "引号闭合后还有文字"),
    "field limit": Words("a cell is too long", "有一格过长"),
}


def _reason(error: csv.Error) -> Words:
    """What the author of the file did that the csv module complains of."""
    known = (words for sign, words in _REASONS.items() if sign in str(error))
    return next(known, Words("it is no CSV", "不是 CSV"))


def _text(path: Path, findings: Findings) -> str | None:
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
