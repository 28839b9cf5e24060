"""Quantities: what the author meant by what is no number here: `4万`, `1000户`, `3,000元`, `百分之五`."""

from __future__ import annotations

import re
from fractions import Fraction

from perfrules.core.money import GROUPED, fraction_text
from perfrules.core.problem import Words

_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_SCALES = {"k": 1000, "thousand": 1000, "million": 10**6, "mn": 10**6, "billion": 10**9, "bn": 10**9}
_YUAN = ("元", "块", "块钱", "圆", "元整", "元钱", "yuan", "rmb")
_WORKING = ("工作日", "business day", "business days", "workday", "workdays", "weekdays")
_DAYS = {"周": 7, "星期": 7, "礼拜": 7, "week": 7, "weeks": 7}
_SCALED = re.compile("([十百千万亿]{0,4})(.*)", re.DOTALL)
_UNIT = r"(?![0-9]|,[0-9])(?:%|\s*[万亿]?元|分)?"
_GROUPS = re.compile(GROUPED + _UNIT)
_DECIMALS = re.compile(rf"-?[0-9]+,[0-9]+{_UNIT}")
_DIGITS = "〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"
_NUMERAL = re.compile(f"(?:百分之|千分之)?[{_DIGITS}]+(?:点[{_DIGITS}]+)?(?:元|分|成|天|个月)?")
IN_DIGITS = Words("write numbers in digits: 85%, 3万元, 6 months", "数字请用阿拉伯数字：85%、3万元、6个月")


def with_unit(number: str, word: str) -> Words | None:
    """What a plain number with a word behind it should have been; None where it is no plain number."""
    if not re.fullmatch(r"[0-9_]+(\.[0-9_]+)?", number):
        return None
    factor, unit = Fraction(_SCALES.get(word.lower(), 1)), word
    if factor == 1:
        powers, unit = _SCALED.fullmatch(word).groups()  # type: ignore[union-attr]  # it takes any word
        for power in powers:
            factor *= _POWERS[power]
    value = fraction_text(Fraction(number.replace("_", "")) * factor)
    if unit.lower() in _YUAN:
        return Words(f"write {value}元", f"请写作 {value}元")
    if unit in _DAYS:
        days = fraction_text(Fraction(value) * _DAYS[unit])
        return Words(f"write {days} days", f"请写作 {days}天")
    if unit in _WORKING:
        return Words(f"write {value} working days", f"请写作 {value}个工作日")
    if factor != 1 and unit in ("", word):
        amount = f"{number}{word}元" if word in ("万", "亿") else f"{value}元"
        return Words(f"write {value}, or an amount as {amount}", f"请写作 {value}，金额写作 {amount}")
    if factor != 1:
        return Words(f"numbers have no unit: write {value}", f"数字不带单位：请写作 {value}")
    return Words(
        f"numbers have no unit: write {value}; or `{value} * {word}`, if `{word}` is a name",
        f"数字不带单位：请写作 {value}；若 `{word}` 是名称，请写作 `{value} * {word}`",
    )


def with_comma(written: str, *, alone: bool = False) -> Words | None:
    """What a number with commas should have been; `written` begins with it, or is nothing else."""
    found = _GROUPS.fullmatch(written) if alone else _GROUPS.match(written)
    if found:
        plain = found[0].replace(",", "")
        return Words(f"write {plain}, without commas", f"请写作 {plain}，不加逗号")
    found = _DECIMALS.fullmatch(written) if alone else _DECIMALS.match(written)
    if found:
        plain = found[0].replace(",", ".")
        return Words(f"write {plain}, with a point", f"请写作 {plain}，用小数点")
    return None


def is_numeral(word: str) -> bool:
    """Whether a word is a number in Chinese characters."""
    return _NUMERAL.fullmatch(word) is not None
