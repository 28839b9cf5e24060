"""Facts from CSV files, one for each kind of subject: `department.csv`, `project.csv`, …"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

from perfrules.core.facts import Facts, Row, build
from perfrules.core.problem import Findings, did_you_mean
from perfrules.core.vocabulary import Vocabulary

CELL_MAX = 100_000


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
            rows.setdefault(kind, []).extend(_rows(path, findings))
    findings.refuse()
    return build(vocabulary, rows, tuple(findings.problems), period)


def _files(paths: Iterable[Path], vocabulary: Vocabulary, findings: Findings) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        found = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        if not found:
            example = next(iter(vocabulary.kinds), "department")
            findings.add("PR625", where=str(path), path=str(path), example=example)
        files += found
    return files


def _rows(path: Path, findings: Findings) -> Iterator[tuple[str, Row]]:
    text = _text(path, findings)
    if text is None:
        return
    csv.field_size_limit(CELL_MAX)
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            place = f"{path}:{reader.line_num}"
            if header is None:
                header = [cell.strip() for cell in cells]
                _check_header(header, path, findings)
            elif len(cells) != len(header):
                findings.add("PR623", where=place, found=str(len(cells)), expected=str(len(header)))
            else:
                yield place, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        findings.add("PR624", where=f"{path}:{reader.line_num}", path=str(path), reason=str(error))


def _check_header(header: list[str], path: Path, findings: Findings) -> None:
    for name in sorted({h for h in header if header.count(h) > 1}):
        findings.add("PR618", where=f"{path}:1", fact=name, column=name, other=name)


def _text(path: Path, findings: Findings) -> str | None:
    try:
        content = path.read_bytes()
    except OSError as error:
        findings.add("PR120", where=str(path), path=str(path), reason=error.strerror or str(error))
        return None
    if b"\x00" in content:
        findings.add("PR624", where=str(path), path=str(path), reason="NUL")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        findings.add("PR102", where=str(path), encoding="?")
        return None
    findings.add("PR622", where=str(path), path=str(path), encoding="GB18030")
    return text
