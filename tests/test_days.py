"""A day has one form; of another the cure is the day that is clearly meant, never a guess."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfrules.core.days import day_meant, read_day

EXAMPLE = "as in 2023-12-31"
MEANT = {
    "2024-3-5": "2024-03-05",
    "2024/3/5": "2024-03-05",
    "2024.03.05": "2024-03-05",
    "2024年3月5日": "2024-03-05",
    "2024 年 3 月 5 号": "2024-03-05",
    "2024年3月5": "2024-03-05",
    "20240305": "2024-03-05",
    "２０２４－３－５": "2024-03-05",
    "2023-02-30": "the last day of that month is 2023-02-28",
    "2024年2月30日": "the last day of that month is 2024-02-29",
    "2024-13-01": EXAMPLE,
    "2024-00-10": EXAMPLE,
    "2024-01-00": EXAMPLE,
    "0000-01-01": EXAMPLE,
    "5/3/2024": EXAMPLE,  # or is it the third of May?
    "24-3-5": EXAMPLE,
    "2024-03-05 08:00": "2024-03-05",
    "2023/11/30 12:00:00.5": "2023-11-30",
    "2023-11-30T12:00:00": "2023-11-30",
    "2023-11-30 12": EXAMPLE,
    "45260": "2023-11-30, if 45260 is a day as spreadsheets count them",
    "145260": EXAMPLE,
    "": EXAMPLE,
}


@pytest.mark.parametrize(("text", "cure"), MEANT.items())
def test_what_is_no_day_gets_the_one_that_is_meant(text, cure):
    assert read_day(text) is None
    assert day_meant(text).en == cure


@given(st.dates())
def test_a_day_is_read_as_it_is_written(day):
    assert read_day(day.isoformat()) == day
    loosely = f"{day.year:04}年{day.month}月{day.day}日"
    assert date.fromisoformat(day_meant(loosely).zh) == day


@given(st.text(max_size=12))
def test_any_other_text_is_none(text):
    found = read_day(text)
    assert (found is None) or re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII)
    assert day_meant(text).en
