"""Days as they are written: year-month-day, and nothing else; other ways are understood only to say the cure."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, timedelta

from perfrules.core.problem import Words

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MEANT = re.compile(
    r"([0-9]{4})\s*[-./年]\s*([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})\s*[日号]?|([0-9]{4})([0-9]{2})([0-9]{2})"
)
_TIME = re.compile(r"[T\s]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$")
_SERIAL = re.compile("[2-6][0-9]{4}")
_BEFORE_SERIALS = date(1899, 12, 30)
_EXAMPLE = Words("as in 2023-12-31", "如 2023-12-31")


def read_day(text: str) -> date | None:
    """The day of `2023-12-31`; None where the text is none."""
    return _day(*map(int, text.split("-"))) if _WRITTEN.fullmatch(text) else None


def day_meant(text: str) -> Words:
    """How a text that is no day is to be written: the day that is clearly meant, or an example."""
    plain = _TIME.sub("", unicodedata.normalize("NFKC", text).strip())
    found = _MEANT.fullmatch(plain)
    if _SERIAL.fullmatch(plain):
        counted = (_BEFORE_SERIALS + timedelta(days=int(plain))).isoformat()
        return Words(f"{counted}, if {plain} is a day as spreadsheets count them",
                     f"{counted}（若 {plain} 是电子表格所存的日期）")  # fmt: skip
    if found is None:
        return _EXAMPLE
    year, month, day = (int(part) for part in found.groups() if part)
    meant = _day(year, month, day)
    if meant is not None:
        return Words(meant.isoformat(), meant.isoformat())
    if _day(year, month, 1) is None or not day:
        return _EXAMPLE
    last = date(year, month, monthrange(year, month)[1]).isoformat()
    return Words(f"the last day of that month is {last}", f"该月最后一天是 {last}")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def midnight(value: object) -> object:
    """A point of time at midnight is the day that begins then, as databases and sheets store days."""
    if isinstance(value, datetime) and (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0):
        return date(value.year, value.month, value.day) if value.tzinfo is None else value
    return value
