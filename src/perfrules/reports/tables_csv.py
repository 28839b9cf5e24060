"""Tables of results as CSV that a spreadsheet opens: UTF-8 with its mark, no text that it would compute."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import StringIO

_UNSAFE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV; texts are made safe, numbers are written as they are, None is an empty cell."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe(cell) if isinstance(cell, str) else _plain(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def safe(text: str) -> str:
    """A text that no spreadsheet computes: what looks like a formula begins with `'`."""
    return "'" + text if text.startswith(_UNSAFE) else text


def _plain(cell: object) -> str:
    return "" if cell is None else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
