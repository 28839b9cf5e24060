"""Witnesses: a case in point, in words."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from perfrules.analysis.regions import Axis
from perfrules.analysis.spaces import Box, Space
from perfrules.core.money import fraction_text, percent_text
from perfrules.core.problem import LANGUAGES, Words

FLAG = (Words("no", "否"), Words("yes", "是"))


def witness(space: Space, box: Box) -> Words:
    """A case that lies in a box: `score = 89.5, state = open`."""
    parts = [(space.axes[key], space.axes[key].pick(region)) for key, region in box.items()]
    if not parts:
        return Words("anything is the case", "任何情况")
    english, chinese = (sorted(_said(space, axis, value, language) for axis, value in parts) for language in LANGUAGES)
    return Words(", ".join(english), "，".join(chinese))


def _said(space: Space, axis: Axis, value: Fraction, language: str) -> str:
    if axis.kind == "flag":
        return f"{axis.label} = {FLAG[bool(value)].said(language)}"
    if axis.kind == "pair":
        one, _, other = axis.label.partition("|")
        return f"{one} {'<=>'[int(value) + 1]} {other}"
    return f"{axis.label} = {value_said(space, axis, value)}"


def value_said(space: Space, axis: Axis, value: Fraction) -> str:
    """A value on an axis as authors write it."""
    match axis.kind:
        case "choice":
            return axis.words[int(value)]
        case "text":
            known = {place: word for word, place in space.texts.items()}
            return f'"{known.get(int(value), "…")}"'
        case "date":
            return date.fromordinal(int(value)).isoformat()
        case "ratio":
            return percent_text(value)
        case "points":
            return percent_text(value, "pp")
        case "money":
            return f"{fraction_text(value)}元"
    return fraction_text(value)
