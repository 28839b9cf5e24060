"""Units: by how much a constant is changed for one that is next to it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from perfrules.core.money import FRACTION_DIGITS_MAX, scaled
from perfrules.language.nodes import Literal

_SHOWN = {"ratio": Fraction(1, 100), "points": Fraction(1, 100)}  # in what people write it


def unit_of(literal: Literal) -> Fraction:
    """One in the last place that a number needs as people write it: 1% of 85%, 0.1% of 0.1%, 1 of 60."""
    shown = _SHOWN.get(literal.kind, Fraction(1))
    assert isinstance(literal.value, Fraction)
    written = literal.value / shown
    places = next((n for n in range(FRACTION_DIGITS_MAX) if scaled(written, n) is not None), 0)
    return shown * Fraction(1, 10**places)


def neighbours(literal: Literal, step: Fraction | None = None) -> tuple[Literal, ...]:
    """The same constant, one unit more and one unit less; a finer `step` is that of a fact that it meets."""
    if not isinstance(literal.value, Fraction):
        return ()
    unit = min(unit_of(literal), step or unit_of(literal))
    return tuple(replace(literal, value=literal.value + step, written="") for step in (unit, -unit))
