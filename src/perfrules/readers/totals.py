"""Rows of a table that are no subject but the total of others."""

from __future__ import annotations

import unicodedata

SUMS = ("合计", "总计", "小计", "共计")  # also behind a word, as in 全区合计
TOTALS = {*SUMS, "总和", "total", "totals", "subtotal", "sum", "grandtotal"}


def is_total(subject: str) -> bool:
    """Whether a row of a table is no subject but the total of others."""
    plain = "".join(unicodedata.normalize("NFKC", subject).split()).rstrip(":").casefold()
    return plain in TOTALS or plain.endswith(SUMS)
