"""Reading one value of a fact: text of a file or a Python object, to a whole number or refused."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from perfrules.core.days import day_meant, read_day
from perfrules.core.money import (
    FRACTION_DIGITS_MAX,
    UNITS,
    Exact,
    decimal_text,
    exact,
    fraction_text,
    is_grouped,
    is_number,
    scaled,
    too_long,
)
from perfrules.core.money import round_half_up as half_up
from perfrules.core.problem import Value, Words, did_you_mean
from perfrules.core.vocabulary import Fact

Stored = int | str
UNKNOWN_TEXTS = frozenset({"", "-", "—", "N/A", "n/a", "NA", "无", "未知", "unknown", "?"})
YES = frozenset({"yes", "是", "true", "TRUE", "True"})
NO = frozenset({"no", "否", "false", "FALSE", "False"})
EXPONENT_MAX = 64  # a Decimal beyond it is refused before any power of ten is computed
NUMBER_LENGTH_MAX = 40  # what is longer is shown in part, and nothing is proposed instead
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LARGEST = 10**EXPONENT_MAX

KIND_WORDS = {
    "money": Words("an amount of money", "金额"),
    "ratio": Words("a ratio", "比率"),
    "points": Words("percentage points", "百分点"),
    "number": Words("a number", "数"),
    "count": Words("a count", "计数"),
    "flag": Words("yes or no", "“是”或“否”"),
    "date": Words("a date", "日期"),
    "days": Words("a number of days", "天数"),
    "months": Words("a number of months", "月数"),
    "working days": Words("a number of working days", "工作日数"),
    "text": Words("a text", "文本"),
    "choice": Words("a choice", "选项"),
}

SCIENTIFIC = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+")
_SPOILT_CODE = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]{2,}")  # as spreadsheets show a long number
_SPACED = re.compile(r"(-?[0-9]{1,3}(?:[ '’][0-9]{3})+(?:\.[0-9]+)?)(.*)")
_NOTHING = ("none", "null", "nan", ".nan", "nil", "#n/a", "#null!", "#value!", "#div/0!")
_UNIT = re.compile(r"(-?[0-9.,_]+)\s*(元|万元|亿元|分)")
_PERCENT = re.compile(r"(-?[0-9.]+)\s*%")


class Unfit(Exception):
    """A value that the fact can't have: the problem's code, and what its message speaks of."""

    def __init__(self, code: str, **values: Value) -> None:
        self.code = code
        self.values = values
        super().__init__(code)


class Measured(NamedTuple):
    """A value in another unit than its fact's: the fact as the source measures it."""

    value: object
    fact: Fact


def read_value(fact: Fact, value: object) -> Stored | None:
    """The stored form of a value of `fact`; None where it is unknown. Raises `Unfit`."""
    if value.__class__ is Measured:
        assert isinstance(value, Measured)
        value, fact = value
    if value is None:
        return None
    if isinstance(value, str):
        value = value.strip()
        if value in UNKNOWN_TEXTS:
            return None
    if fact.is_text:
        return _read_word(fact, value)
    if fact.kind == "flag":
        return _read_flag(fact, value)
    if fact.kind == "date":
        return _within(fact, _read_date(fact, value))
    return _within(fact, _read_number(fact, value))


def _read_word(fact: Fact, value: object) -> str:
    if not isinstance(value, str):
        raise Unfit("PR602", fact=fact.name, value=shown(value), expected=KIND_WORDS[fact.kind])
    if not fact.choices:
        check_code(fact.name, value)
    check_visible(value)
    word = unicodedata.normalize("NFC", value)
    if fact.choices and word not in fact.choices:
        raise Unfit("PR613", fact=fact.name, value=value, hint=did_you_mean(word, fact.choices))
    return word


def check_visible(value: str) -> None:
    """A text may have lines, but no characters that can't be seen. Raises `Unfit`."""
    if not value.isprintable():
        for char in value:
            if not char.isprintable() and char not in "\n\r\t\u00a0\u3000":
                code = "PR104" if char in BIDI else "PR103"
                raise Unfit(code, character=f"U+{ord(char):04X}")


def check_code(name: str, value: str) -> None:
    """A code or an id must not be what a spreadsheet makes of a long one. Raises `Unfit`."""
    if _SPOILT_CODE.fullmatch(value):
        raise Unfit("PR610", fact=name, value=value)


def _read_flag(fact: Fact, value: object) -> int:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value in YES | NO:
        return int(value in YES)
    raise Unfit("PR602", fact=fact.name, value=shown(value), expected=KIND_WORDS["flag"])


def _read_date(fact: Fact, value: object) -> int:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.toordinal()
    day = read_day(value) if isinstance(value, str) else None
    if day is None:
        raise Unfit("PR614", fact=fact.name, value=shown(value), day=day_meant(str(shown(value))))
    return day.toordinal()


def _read_number(fact: Fact, value: object) -> Exact:
    """The number in major units (元, 1, …), exactly."""
    if isinstance(value, bool):
        raise Unfit("PR608", fact=fact.name, value=str(value), expected=KIND_WORDS[fact.kind])
    if isinstance(value, (int, Fraction)):
        if max(abs(value.numerator), value.denominator) > LARGEST:
            raise Unfit("PR615", fact=fact.name, value=shown(value))
        return value * fact.measure
    if isinstance(value, Decimal):
        return _from_decimal(fact, value) * fact.measure
    if isinstance(value, str):
        return _from_text(fact, value)
    if isinstance(value, float):
        raise Unfit("PR607", fact=fact.name, value=repr(value))
    raise Unfit("PR602", fact=fact.name, value=shown(value), expected=KIND_WORDS[fact.kind])


def shown(value: object) -> Value:
    """A Python value, short enough for a message; the digits of a giant are not even computed."""
    if isinstance(value, (int, Fraction)) and max(abs(value.numerator), value.denominator) > LARGEST:
        return Words("a number with more than 64 digits", "一个超过 64 位的数")
    return str(value)[:NUMBER_LENGTH_MAX]


def _from_decimal(fact: Fact, value: Decimal) -> Fraction:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > EXPONENT_MAX:
        raise Unfit("PR615", fact=fact.name, value=shown(value))
    if len(value.as_tuple().digits) > EXPONENT_MAX:
        raise Unfit("PR615", fact=fact.name, value=shown(value))
    return Fraction(value)


def _from_text(fact: Fact, text: str) -> Fraction:
    bare = text.replace(",", "") if is_grouped(text) else text
    many = fact.rounded or fact.places > FRACTION_DIGITS_MAX  # then the fact itself says what its places are
    places = EXPONENT_MAX if many else FRACTION_DIGITS_MAX
    if is_number(bare):
        if too_long(bare, places):
            raise Unfit("PR311", number=text[:NUMBER_LENGTH_MAX])
        return exact(bare) * fact.measure
    percent = _PERCENT.fullmatch(text)
    if fact.kind == "ratio" and percent and is_number(percent[1]):
        if too_long(percent[1], places):
            raise Unfit("PR311", number=text[:NUMBER_LENGTH_MAX])
        return exact(percent[1]) / 100
    raise Unfit("PR609", fact=fact.name, value=text[:NUMBER_LENGTH_MAX], hint=_plainer(fact, text))


def _plainer(fact: Fact, text: str) -> Words:
    """How the author could have written the number that `text` seems to mean."""
    plain = unicodedata.normalize("NFKC", text).replace("￥", "").replace("¥", "").replace("−", "-").strip()
    plain = plain.replace("_", "").removeprefix("+")
    if plain.casefold() in _NOTHING or not any(char.isdigit() for char in plain):
        return Words("leave it empty where it is not known", "未知时请留空")
    spaced = _SPACED.fullmatch(plain)
    if spaced:
        plain = re.sub("[ '’]", "", spaced[1]) + spaced[2]
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]
    if (is_grouped(plain) or is_number(plain)) and plain:
        return Words(f"write {plain.replace(',', '')}", f"请写作 {plain.replace(',', '')}")
    percent = _PERCENT.fullmatch(plain)
    with_unit = None if len(plain) > NUMBER_LENGTH_MAX else _UNIT.fullmatch(plain) or _UNIT.fullmatch(plain + "元")
    if with_unit and fact.kind == "money" and (is_number(with_unit[1]) or is_grouped(with_unit[1])):
        amount = exact(with_unit[1].replace(",", "")) * UNITS[with_unit[2]] / UNITS[fact.unit]
        bare = fraction_text(amount)
        return Words(f"the column is in {fact.unit}: write {bare}", f"本列单位为{fact.unit}：请写作 {bare}")
    if fact.kind == "ratio" and percent and is_number(percent[1]):
        return Words(f"write {plain}", f"请写作 {plain}")
    if SCIENTIFIC.fullmatch(plain) and len(plain) < 12 and abs(int(re.split("[eE]", plain)[1])) < 19:
        bare = fraction_text(Fraction(Decimal(plain)))
        return Words(f"write {bare}", f"请写作 {bare}")
    if plain[:1] == "." and is_number("0" + plain):
        return Words(f"write 0{plain}", f"请写作 0{plain}")
    return Words("write digits, with a point before decimals: 1234.50", "请只写数字，小数用点：1234.50")


def _within(fact: Fact, number: Exact) -> int:
    """The whole units of `number`, within the fact's places and bounds."""
    units = number.numerator if fact.kind == "date" else scaled(number, fact.places)
    if units is None:
        if not fact.rounded:
            raise Unfit("PR604", fact=fact.name, value=fraction_text(number), places=str(fact.places))
        units = half_up(number * 10**fact.places)
    least, most = fact.bounds
    if not least <= units <= most:
        low, high = said(fact, least), said(fact, most)
        side = Words(f"below {low}", f"低于 {low}") if units < least else Words(f"above {high}", f"高于 {high}")
        raise Unfit("PR603", fact=fact.name, value=said(fact, units), hint=_percent_meant(fact, units), side=side)
    return units


def _percent_meant(fact: Fact, units: int) -> Words:
    """84 given for a ratio that is at most 150%: the author meant 84%."""
    least, most = fact.bounds
    hundredth = Fraction(units, 100)
    if fact.kind == "ratio" and units > most and least <= hundredth <= most:
        meant = fraction_text(Fraction(units, 10**fact.places))
        return Words(f"; did you mean {meant}%?", f"；是否指 {meant}%？")
    return Words("", "")


def said(fact: Fact, stored: Stored | None) -> str:
    """A stored value as people write it."""
    if stored is None:
        return "?"
    if isinstance(stored, str):
        return stored
    number = Fraction(stored, 10**fact.places)
    if fact.kind == "ratio":
        return fraction_text(number * 100) + "%"
    if fact.kind == "flag":
        return "yes" if stored else "no"
    if fact.kind == "date":
        return date.fromordinal(stored).isoformat()
    if fact.kind == "money":
        return fraction_text(number) + ("元" if fact.currency == "CNY" else f" {fact.currency}")
    return fraction_text(number)


def as_given(fact: Fact, stored: Stored | None) -> object:
    """A stored value as a program gives it: what `read_value` reads as the same."""
    if stored is None or isinstance(stored, str):
        return stored
    match fact.kind:
        case "flag":
            return bool(stored)
        case "date":
            return date.fromordinal(stored)
        case "count":
            return stored
    one = 10**fact.places * fact.measure  # how many are one of what is written
    if stored % one == 0:
        return Decimal(int(stored // one))
    number = Fraction(stored) / one
    places = next(n for n in range(EXPONENT_MAX) if 10**n % number.denominator == 0)
    return Decimal(decimal_text(int(number * 10**places), places))
