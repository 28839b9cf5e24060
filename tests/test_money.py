"""Numbers and amounts, to the last digit: what is read as one, how it is rounded, and how it is written."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfrules.core.money import (
    AMOUNT_MAX,
    Currency,
    decimal_text,
    exact,
    fraction_text,
    grouped,
    is_grouped,
    is_number,
    percent_text,
    round_half_up,
    scaled,
    too_long,
)

YUAN, EURO, YEN, DINAR = Currency(), Currency("EUR", 2), Currency("JPY", 0), Currency("KWD", 3)
RATIONALS = st.fractions(max_denominator=10**7)
UNITS = st.integers(-(10**20), 10**20)


def test_an_amount_of_yuan_has_two_places():
    assert (YUAN.code, YUAN.places, YUAN.minor_per_major) == ("CNY", 2, 100)
    assert [c.minor_per_major for c in (YEN, DINAR)] == [1, 1000]
    assert AMOUNT_MAX == 9_007_199_254_740_991


@pytest.mark.parametrize(
    ("currency", "minor", "plain", "shown"),
    [
        (YUAN, 0, "0.00", "0.00元"),
        (YUAN, 1, "0.01", "0.01元"),
        (YUAN, -5, "-0.05", "-0.05元"),
        (YUAN, -200_000, "-2000.00", "-2 000.00元"),
        (YUAN, 1_234_567_890_12, "1234567890.12", "1 234 567 890.12元"),
        (EURO, 99_999, "999.99", "999.99 EUR"),
        (EURO, 100_000, "1000.00", "1 000.00 EUR"),
        (YEN, -1_234_567, "-1234567", "-1 234 567 JPY"),
        (DINAR, 1, "0.001", "0.001 KWD"),
    ],
)
def test_how_an_amount_is_written(currency, minor, plain, shown):
    assert (currency.plain(minor), currency.shown(minor), currency.shown(Fraction(minor))) == (plain, shown, shown)


def test_an_amount_between_two_cents_is_shown_exactly():
    assert YUAN.shown(Fraction(5, 2)) == "0.025元"
    assert YUAN.shown(Fraction(100, 3)) == "1/3元"
    assert EURO.shown(Fraction(-1, 2)) == "-0.005 EUR"


def test_how_a_constant_is_written():
    assert (YUAN.written("5"), EURO.written("5.01")) == ("5元", "EUR 5.01")


@pytest.mark.parametrize("text", ["0", "7", "007", "-12", "12.50", "-0.01", "123456789012345678901234567890"])
def test_a_plain_number(text):
    assert is_number(text)
    assert not is_grouped(text)
    assert exact(text) == Fraction(text)


@pytest.mark.parametrize("text", ["", "-", "+5", ".5", "5.", "1.2.3", "1,000", "1e5", " 5", "5 ", "5\n", "--5", "0x1F", "１", "٣", "5元", "x5"])
def test_no_plain_number(text):
    assert not is_number(text)


@pytest.mark.parametrize("text", ["1,000", "-12,345", "123,456,789", "1,000.50"])
def test_a_number_with_commas_between_thousands(text):
    assert is_grouped(text)
    assert not is_number(text)


@pytest.mark.parametrize("text", ["", "1000", "1,00", "1,0000", "1234,567", ",000", "1,000,", "1,000.", "1,000.5,000", "1,000\n", " 1,000", "１,000"])
def test_no_number_with_commas_between_thousands(text):
    assert not is_grouped(text)


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("9" * 18, False), ("9" * 19, True), ("-" + "9" * 18, False), ("-" + "9" * 19, True), ("0" * 30 + "1", False), ("1" + "0" * 18, True),
        ("0." + "1" * 12, False), ("0." + "1" * 13, True), ("0.1" + "0" * 30, False), ("0." + "0" * 12 + "1", True), ("9" * 18 + "." + "9" * 12, False),
        ("-0." + "1" * 13, True), ("9" * 19 + "." + "0" * 2, True),
    ],
)  # fmt: skip
def test_more_digits_than_money_needs(text, long):
    assert too_long(text) == long


def test_more_places_than_a_fact_has():
    assert [too_long(text, 2) for text in ("1.23", "1.230", "1.234")] == [False, False, True]
    assert not too_long("0." + "1" * 20, 20)


@given(UNITS, st.integers(0, 15))
def test_a_number_is_read_as_it_is_written(units, places):
    text = decimal_text(units, places)
    with localcontext() as context:
        context.prec = 60
        assert text == f"{Decimal(units).scaleb(-places):f}"
    assert is_number(text)
    assert exact(text) == Fraction(units, 10**places)
    assert scaled(exact(text), places) == units


def test_what_is_no_whole_number_of_units():
    assert scaled(Fraction(1, 8), 2) is None
    assert scaled(Fraction(1, 8), 3) == 125
    assert scaled(Fraction(-5), 0) == -5


@given(RATIONALS)
def test_halves_are_rounded_away_from_zero(value):
    with localcontext() as context:
        context.prec = 60
        ours = round_half_up(value)
        assert abs(ours - value) <= Fraction(1, 2)
        assert ours == int((Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize(("value", "rounded"), [("1/2", 1), ("-1/2", -1), ("3/2", 2), ("-3/2", -2), ("499/1000", 0), ("-501/1000", -1), ("0", 0), ("5", 5), ("-7/3", -2), ("200000000000000000001/2", 100000000000000000001)])
def test_rounded_by_hand(value, rounded):
    found = round_half_up(Fraction(value))
    assert (found, type(found)) == (rounded, int)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"), (Fraction(-3), "-3"), (Fraction(1, 4), "0.25"), (Fraction(-1, 8), "-0.125"), (Fraction(100), "100"), (Fraction(1, 3), "1/3"),
        (Fraction(-2, 7), "-2/7"), (Fraction(1, 10**12), "0.000000000001"), (Fraction(1, 10**13), "1/10000000000000"), (Fraction(1, 2**13), "1/8192"),
    ],
)  # fmt: skip
def test_the_shortest_decimal_or_a_fraction(value, text):
    assert fraction_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0%"), ("17/20", "85%"), ("0.12345678", "12.345678%"), ("-0.05", "-5%"), ("1", "100%"),
        ("1/3", "≈33.3333%"), ("2/3", "≈66.6667%"), ("-1/3", "≈-33.3333%"), ("0.849999999", "≈84.9999999%"), ("0.8499999999999", "≈84.99999999999%"),
        ("0.850000001", "≈85.0000001%"), ("1/7", "≈14.2857%"), ("0.33333350001", "≈33.3334%"), ("0.123400001", "≈12.3400001%"),
        ("1/30000000000000000", "≈0.000000000000003%"), ("0.00000001234567", "≈0.000001%"),
    ],
)  # fmt: skip
def test_a_ratio_as_people_read_it(value, text):
    assert percent_text(Fraction(value)) == text
    assert percent_text(Fraction(value), "pp") == text.replace("%", "pp")


@given(st.integers(1, 10**11), st.integers(5, 95))
def test_what_is_beside_a_line_is_never_shown_as_the_line(near, line):
    for value in (Fraction(line, 100) + Fraction(1, near * 10**2), Fraction(line, 100) - Fraction(1, near * 10**2)):
        assert percent_text(value) != f"{line}%"
        assert "." in percent_text(value) or near < 100


@pytest.mark.parametrize(
    ("text", "shown"),
    [("0", "0"), ("999", "999"), ("1000", "1 000"), ("-1000", "-1 000"), ("-999.50", "-999.50"), ("1234567.8901", "1 234 567.8901"), ("-0.05", "-0.05"), ("1000000", "1 000 000")],
)  # fmt: skip
def test_a_space_between_thousands(text, shown):
    assert grouped(text) == shown
