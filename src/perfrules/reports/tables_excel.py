"""Tables of results as one Excel workbook: a sheet for each table that has rows, and one that says what was run.

Texts are text cells, never formulas or links. Amounts are numbers where a workbook keeps all their digits, else text.
What is longer than a cell can be ends visibly, and stands whole on a sheet of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from perfrules.core.files import written_whole
from perfrules.core.problem import Problem, Refused, Words, missing_extra, width
from perfrules.reports.phrases import PHRASES
from perfrules.reports.values import phrase

CELL_MAX = 32_767  # characters
SHOWN_MAX = 32_000
DIGITS_MAX = 15  # of a number in a workbook
ROWS_MAX = 1_048_576
SHEET_NAME_MAX = 31
WIDTH_MAX = 60
A4 = 9  # by the number that Excel gives it
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))

Sheet = tuple[str, Sequence[str], Iterable[Sequence[object]]]  # its name, the titles of columns, rows


def excel() -> Any:
    """The module XlsxWriter. Raises `Refused` without the extra `excel`."""
    try:
        import xlsxwriter
    except ModuleNotFoundError:
        raise Refused([missing_extra("excel", Words("an Excel workbook", "Excel 工作簿"))]) from None
    return xlsxwriter


def sheet_names(titles: Iterable[str]) -> list[str]:
    """Names that sheets can have, each its own: forbidden signs replaced, cut, and numbered where they meet."""
    taken: set[str] = {"history"}  # the one word that Excel keeps for itself
    found = []
    for title in titles:
        plain = title.translate(_FORBIDDEN).strip("'’ ") or "_"
        name, number = plain[:SHEET_NAME_MAX].strip("'’ "), 2
        while name.casefold() in taken:
            name, number = f"{plain[: SHEET_NAME_MAX - 4]}~{number}", number + 1
        taken.add(name.casefold())
        found.append(name)
    return found


def write_workbook(path: Path, make: Callable[[Any], None]) -> None:
    """Write a workbook, whole or not at all; the same bytes for the same contents."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    module = excel()
    with written_whole(path) as draft:
        try:
            with module.Workbook(str(draft), options) as book:
                book.set_properties({"created": datetime(2000, 1, 1)})
                make(book)
        except module.exceptions.FileCreateError as error:  # which has what the system said
            raise error.args[0] from None


def write_sheets(path: Path, sheets: Sequence[Sheet], language: str) -> None:
    """Write tables as sheets, the first row of each with the titles of its columns."""

    def make(book: Any) -> None:
        names = sheet_names([name for name, _, _ in sheets] + [PHRASES["table long"].said(language)])
        long = _Long(names.pop(), language)
        for name, (_, titles, rows) in zip(names, sheets, strict=True):
            _write(book, name, titles, rows, long)
        long.write(book)

    write_workbook(path, make)


class _Long:
    """Texts that are longer than a cell, to stand whole on a sheet of their own."""

    def __init__(self, name: str, language: str) -> None:
        self.name = name
        self.language = language
        self.parts: list[str] = []

    def cell(self, text: str) -> str:
        """What a cell shows of a text."""
        if len(text) <= CELL_MAX:
            return text
        row = len(self.parts) + 1
        self.parts += [text[i : i + SHOWN_MAX] for i in range(0, len(text), SHOWN_MAX)]
        return text[:SHOWN_MAX] + phrase("continued", self.language, sheet=self.name, row=row)

    def write(self, book: Any) -> None:
        """The sheet, where there is something to say."""
        if self.parts:
            sheet = book.add_worksheet(self.name)
            for row, part in enumerate(self.parts):
                sheet.write_string(row, 0, part)


def _write(book: Any, name: str, titles: Sequence[str], rows: Iterable[Sequence[object]], long: _Long) -> None:
    sheet = book.add_worksheet(name)
    bold, money = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0.00"})
    widths = [width(title) for title in titles]
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, bold)
    first = 1 if titles else 0
    number = 0
    for number, row in enumerate(rows, first):
        if number >= ROWS_MAX:
            raise Refused([Problem("PR907", where=name, values={"table": name, "most": f"{ROWS_MAX:,}"})])
        for column, cell in enumerate(row):
            widths.extend([0] * (column + 1 - len(widths)))
            widths[column] = max(widths[column], _width(cell))
            _cell(sheet, number, column, cell, money, long)
    for column, wide in enumerate(widths):
        sheet.set_column(column, column, min(wide, WIDTH_MAX) + 2)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)  # as wide as a page, as many pages as it takes
    if titles:
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, number, len(titles) - 1)


def _width(cell: object) -> int:
    """How many characters wide a cell is shown."""
    if isinstance(cell, str):
        return width(cell)
    return 0 if cell is None else len(f"{cell:,}")


def _cell(sheet: Any, row: int, column: int, cell: object, money: Any, long: _Long) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.write_string(row, column, long.cell(cell))
    elif len(str(cell).replace(".", "").lstrip("-0")) > DIGITS_MAX:
        sheet.write_string(row, column, f"{cell:f}" if isinstance(cell, Decimal) else str(cell))
    elif isinstance(cell, Decimal):
        sheet.write_number(row, column, cell, money)
    else:
        sheet.write_number(row, column, cell)
