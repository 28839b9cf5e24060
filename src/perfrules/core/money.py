"""Exact numbers: from text to whole units and back, without a float on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

INTEGER_DIGITS_MAX = 18
FRACTION_DIGITS_MAX = 12
AMOUNT_MAX = 2**53 - 1  # minor units; what every exchange format carries exactly

Exact = int | Fraction
UNITS: dict[str, Exact] = {"元": 1, "万元": 10_000, "亿元": 100_000_000, "分": Fraction(1, 100)}

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
GROUPED = r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"  # with commas between thousands


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency: its ISO code, and how many decimal places its minor unit has."""

    code: str = "CNY"
    places: int = 2

    @property
    def minor_per_major(self) -> int:
        """How many minor units make one major unit."""
        return int(10**self.places)

    def written(self, amount: str) -> str:
        """How an amount of this currency is written as a constant: `5元`, `EUR 5`."""
        return f"{amount}元" if self.code == "CNY" else f"{self.code} {amount}"

    def plain(self, minor: int) -> str:
        """An amount as bare decimal text in major units, as files and JSON carry it: `-2000.00`."""
        return decimal_text(minor, self.places)

    def shown(self, minor: int | Fraction) -> str:
        """An amount as people read it: `12 000.00元`."""
        unit = "元" if self.code == "CNY" else f" {self.code}"
        value = Fraction(minor)
        if value.denominator != 1:
            return f"{fraction_text(value / self.minor_per_major)}{unit}"
        return grouped(decimal_text(int(value), self.places)) + unit


def is_number(text: str) -> bool:
    """Whether `text` is a plain decimal number: digits, at most one point, perhaps a minus."""
    return _PLAIN.fullmatch(text) is not None


def is_grouped(text: str) -> bool:
    """Whether `text` is a decimal number with commas between thousands."""
    return re.fullmatch(GROUPED, text) is not None


def too_long(text: str, most: int = FRACTION_DIGITS_MAX) -> bool:
    """Whether a plain number has more digits than any amount of money needs, or more places than `most`."""
    whole, _, places = text.lstrip("-").partition(".")
    return len(whole.lstrip("0")) > INTEGER_DIGITS_MAX or len(places.rstrip("0")) > most


def exact(text: str) -> Fraction:
    """The number that a plain decimal text says, exactly. The text must pass `is_number`."""
    whole, _, places = text.partition(".")
    return Fraction(int(whole + places), 10 ** len(places))


def scaled(value: Exact, places: int) -> int | None:
    """`value` in whole units of 10^-places, or None where it is not a whole number of them."""
    units = value * 10**places
    return units.numerator if units.denominator == 1 else None


def round_half_up(value: Exact) -> int:
    """四舍五入: to the nearest whole number, halves away from zero."""
    doubled = (value if value >= 0 else -value) * 2 + 1
    units = int(doubled.numerator // (doubled.denominator * 2))
    return units if value >= 0 else -units


def decimal_text(units: int, places: int) -> str:
    """Whole units of 10^-places as decimal text with all places: `-2000.00`."""
    sign = "-" if units < 0 else ""
    digits = str(abs(units)).rjust(places + 1, "0")
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def fraction_text(value: Exact) -> str:
    """A rational as the shortest exact decimal, or as `n/d` where it has none of twelve places."""
    for places in range(FRACTION_DIGITS_MAX + 1):
        units = scaled(value, places)
        if units is not None:
            return decimal_text(units, places)
    return f"{value.numerator}/{value.denominator}"


def percent_text(value: Fraction, suffix: str = "%") -> str:
    """A ratio as people read it: exact where it is short, else with `≈` and at least four places.

    There are as many places as it takes not to look like a rounder number: just below 85% is never shown as 85%.
    """
    hundred = value * 100
    if scaled(hundred, 6) is not None:
        return fraction_text(hundred) + suffix
    for places in count(4):
        units = round_half_up(hundred * 10**places)
        if units % 100:
            break
    return "≈" + decimal_text(units, places) + suffix


def grouped(text: str) -> str:
    """Decimal text with a space between thousands."""
    sign = "-" if text.startswith("-") else ""
    whole, point, places = text.lstrip("-").partition(".")
    return sign + f"{int(whole):,}".replace(",", " ") + point + places
