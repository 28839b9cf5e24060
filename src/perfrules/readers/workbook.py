"""Rows of Excel workbooks: one sheet for each kind of subject, called by its name or title.

A workbook is untrusted: what could exhaust the machine, run code or fetch something is refused before it is opened.
What a reader of the sheet does not see as it is stored (hidden rows, merged cells, formulas that were never
computed) is refused by its cell. Numbers are what the sheet shows: 84.99 is stored as 84.99, not as the binary
fraction beside it; one that has more digits than the fact has places is refused like any other.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from perfrules.core.days import midnight
from perfrules.core.given import Place, Row
from perfrules.core.problem import Findings, Value, Words, nearest
from perfrules.readers.columns import Header, Layout
from perfrules.readers.packages import Sort, unsafe

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods")  # read, or refused with what to do
CELLS_MAX = 5_000_000
COLUMNS_MAX = 1_000
SHEET_NAME_MAX = 31
DIGITS_MAX = 15  # of a number in a workbook
_SCALED = re.compile(r"[0#?],+(?![0#?,])")  # a format that shows a number divided by thousands
_QUOTED = re.compile(r'"[^"]*"|\[[^]]*]|[\\_*].')  # parts of a format that stand for themselves
_PLACES = re.compile(r"[0#?][0#?,]*(?:\.([0#?]*))?")

KIND = Sort(Words("workbook", "工作簿"), ".xls", 512 * 2**20)
SAVE = Words("save it as .xlsx, without a password and macros", "请另存为 .xlsx，不带密码和宏")
SMALLER = Words(
    "delete empty rows and columns beyond the table, and save it again", "请删除表格之外的空行空列后重新保存"
)
INSTALL = Words(
    "`pip install 'perfrules[excel]'`, or save its sheets as CSV",
    "请执行 `pip install 'perfrules[excel]'`，或另存为 CSV",
)
FILL_IN = Words("write something into it, or delete it", "请填写，或删除该表")
_AS_NUMBER = Words("format the cell as a plain number", "请把单元格设为普通数字格式")
_UNHIDE = Words("show it again, or delete it", "请取消隐藏，不需要的请删除")


class _Unseen(NamedTuple):
    """Why what stands somewhere is not what its reader sees, and what to do."""

    reason: Words
    hint: Words


_ERROR = _Unseen(
    Words("shows an error", "显示为错误值"),
    Words("correct it, or leave it empty where it is not known", "请更正，确为未知的请留空"),
)
_MERGED = _Unseen(
    Words("is merged", "是合并单元格"),
    Words("unmerge it, and fill in each of its cells", "请取消合并，逐格填写"),
)
_MERGED_HEAD = _Unseen(
    Words(
        "is merged, where the names of the columns have to stand, with no title above them",
        "是合并单元格，此处应是各列的名称，其上不写标题",
    ),
    Words("let the first row be the names of the columns, one in each cell", "请使第一行为列名，每格一个"),
)
_STALE = _Unseen(
    Words("holds a formula whose result was never stored", "是没有存储结果的公式"),
    Words("save it in a spreadsheet program, or write the value itself", "请用电子表格软件打开并保存，或直接填写数值"),
)
_HIDDEN = _Unseen(Words("is hidden", "被隐藏"), _UNHIDE)
_HIDDEN_SHEET = _Unseen(Words("is on a hidden sheet", "在隐藏的工作表上"), _UNHIDE)
_IN_THOUSANDS = _Unseen(Words("is shown in thousands or more", "以千、万等倍数显示"), _AS_NUMBER)
_PERCENTAGE = _Unseen(Words("is shown as a percentage", "以百分比显示"), _AS_NUMBER)

Rows = Iterable[tuple[Place, Row]]


def sheets(path: Path, layout: Layout, findings: Findings) -> Iterator[tuple[str, Rows]]:
    """Each kind that has a sheet, and the sheet's rows; other sheets are noted."""
    books = opened(path, findings)
    if books is None:
        return
    values, formulas = books
    names = {word[:SHEET_NAME_MAX]: kind for word, kind in layout.names.items()} | {**layout.names}
    alone = len(values.worksheets) == 1 and path.stem in names
    for sheet in values.worksheets:
        title = path.stem if alone and sheet.title not in names else sheet.title
        place = f"{path}, {sheet.title}"
        if title not in names and not nearest(title, names):
            findings.add("PR634", where=place, sheet=title)
            continue
        name = layout.kind_of(title, place, findings)
        if name is not None:
            yield name, _Facts(place, sheet, formulas[sheet.title], layout, name, findings).rows()


def opened(path: Path, findings: Findings) -> tuple[Any, Any] | None:
    """The workbook twice: with the stored values, and with the formulas; None with a problem noted."""
    try:
        from openpyxl import load_workbook
    except ModuleNotFoundError:
        _refuse(path, Words("openpyxl is not installed", "没有安装 openpyxl"), INSTALL, findings)
        return None
    reason = unsafe(path, KIND)
    if reason is not None:
        _refuse(path, reason, SAVE, findings)
        return None
    try:
        values, formulas = (load_workbook(path, data_only=only, keep_links=False) for only in (True, False))
    except Exception:  # whatever a broken file does to the library, its author is told the same
        _refuse(path, KIND.broken, SAVE, findings)
        return None
    for sheet in values.worksheets:
        if sheet.max_row * sheet.max_column > CELLS_MAX or sheet.max_column > COLUMNS_MAX:
            size = f"{sheet.max_row:,} × {sheet.max_column:,}"
            _refuse(
                path,
                Words(f"the sheet {sheet.title} has {size} cells", f"工作表 {sheet.title} 有 {size} 格"),
                SMALLER,
                findings,
            )
            return None
    return values, formulas


def _refuse(path: Path, reason: Value, hint: Words, findings: Findings) -> None:
    findings.add("PR632", where=str(path), path=str(path), reason=reason, hint=hint)


class CheckedSheet:
    """Reads the cells of a sheet; what a reader of it does not see as it is stored is refused by its cell."""

    def __init__(self, place: str, values: Any, formulas: Any, findings: Findings) -> None:
        self.place = place
        self.values = values
        self.formulas = formulas
        self.findings = findings

    def filled(self) -> Iterator[tuple[Any, ...]]:
        """The rows in which something stands."""
        return (cells for cells in self.values.iter_rows() if any(cell.value is not None for cell in cells))

    def check_seen(self, header: int, positions: Iterable[int]) -> None:
        """What is not seen, as a whole sheet or a column, was not meant to be read, or not by whom looks at it; a
        merged cell gives its value to one row only."""
        for merged in self.values.merged_cells.ranges:
            if merged.max_row >= header:
                self.refuse(merged.coord, _MERGED if merged.min_row > header else _MERGED_HEAD)
        if self.values.sheet_state != "visible":
            self.refuse("A1", _HIDDEN_SHEET)
        for position in positions:
            letter = self.values.cell(header, position + 1).coordinate.rstrip(string.digits)
            if self.values.column_dimensions[letter].hidden:
                self.refuse(f"{letter}:{letter}", _HIDDEN)

    def is_seen(self, row: int) -> bool:
        """Whether a row is seen; refused where it is not."""
        hidden = bool(self.values.row_dimensions[row].hidden)
        if hidden:
            self.refuse(f"{row}:{row}", _HIDDEN)
        return not hidden

    def value(self, cell: Any) -> object:
        """What a cell holds, exactly; None where it is empty or refused."""
        value = cell.value
        if cell.data_type == "e":
            self.refuse(cell.coordinate, _ERROR)
            return None
        if value is None and self.formulas[cell.coordinate].data_type == "f":
            self.refuse(cell.coordinate, _STALE)
        if not is_numeric(value):
            return midnight(value)
        if _SCALED.search(_QUOTED.sub("", cell.number_format)):
            self.refuse(cell.coordinate, _IN_THOUSANDS)
            return None
        return number_shown(value)

    def refuse(self, cells: str, why: _Unseen) -> None:
        """Refuse cells by their name."""
        self.findings.add("PR633", where=f"{self.place}!{cells}", cells=cells, **why._asdict())


class _Facts(CheckedSheet):
    """Reads the facts of a kind from a sheet."""

    def __init__(self, place: str, values: Any, formulas: Any, layout: Layout, kind: str, findings: Findings) -> None:
        super().__init__(place, values, formulas, findings)
        self.layout = layout
        self.kind = kind
        self.rounded: dict[str, list[tuple[str, Decimal]]] = {}  # by column: cells that hold more than they show

    def rows(self) -> Iterator[tuple[Place, Row]]:
        """The rows of subjects, each with its place and those of its cells."""
        header: Header | None = None
        for cells in self.filled():
            if header is not None:
                row = self.row(cells, header)
                if row is not None:
                    yield row
                continue
            headings = ["" if cell.value is None else str(cell.value).strip() for cell in cells]
            header = self.layout.header(self.kind, headings, self.place, self.findings)
            if header is None:
                return
            self.check_seen(cells[0].row, (used.position for used in header.used))
        if header is None:
            reason = Words("it is empty", "工作表为空")
            self.findings.add("PR632", where=self.place, path=self.place, reason=reason, hint=FILL_IN)
        for column in self.rounded.values():
            first, value = column[0]
            count = str(len(column))
            self.findings.add("PR651", where=f"{self.place}!{first}", cells=first, value=f"{value:f}", count=count)

    def row(self, cells: tuple[Any, ...], header: Header) -> tuple[Place, Row] | None:
        """The facts of a row; None where there are none, or it is refused."""
        number = cells[0].row
        if not self.is_seen(number):
            return None
        read = {one.position: one.name for one in header.used}
        values = [self.fact(cell, read[n]) if n in read else None for n, cell in enumerate(cells)]
        if all(value is None for value in values):
            return None
        for position in header.nameless:
            values[position] = cells[position].value
        places = [f"{self.place}!{cell.coordinate}" for cell in cells]
        return header.row(f"{self.place}!{number}", values, self.findings, places)

    def fact(self, cell: Any, name: str) -> object:
        """What a cell of a column holds; a percentage only where a ratio is meant."""
        if is_numeric(cell.value) and "%" in cell.number_format and self.kind_of(name) not in ("ratio", ""):
            self.refuse(cell.coordinate, _PERCENTAGE)
            return None
        value = self.value(cell)
        if isinstance(value, Decimal) and is_rounded(value, cell.number_format):
            self.rounded.setdefault(name, []).append((cell.coordinate, value))
        return value

    def kind_of(self, name: str) -> str:
        """What the fact of a column is; nothing where the column says whose the row is."""
        kind = self.layout.vocabulary.kinds[self.kind]
        return kind.columns[kind.by_title[name]].kind if name in kind.by_title else ""


def is_numeric(value: object) -> bool:
    """Whether a cell holds a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_rounded(value: Decimal, number_format: str) -> bool:
    """Whether a cell of some format shows fewer decimal places than the value has."""
    places = _places_shown(number_format)
    return places is not None and value != round(value, places)


@lru_cache
def _places_shown(number_format: str) -> int | None:
    """How many decimal places a cell of some format shows; None for all, a number with an exponent, a fraction."""
    plain = _QUOTED.sub("", number_format).partition(";")[0]
    places = _PLACES.search(plain)
    if places is None or "E" in plain or "/" in plain:
        return None
    return len(places[1] or "") + 2 * ("%" in plain)


def number_shown(value: float) -> object:
    """A number as the sheet shows it; a whole one that is longer than a workbook can hold is what it became."""
    exact = Decimal(repr(value))
    if exact != exact.to_integral_value():
        return exact
    return int(exact) if exact.copy_abs() < 10**DIGITS_MAX else f"{exact:E}"
