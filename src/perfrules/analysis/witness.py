"""Witnesses: a case in point, in words."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from perfrules.analysis.regions import Axis
from perfrules.analysis.spaces import Box, Space
from perfrules.core.money import fraction_text, percent_text
from perfrules.core.problem import Words


def witness(space: Space, box: Box) -> Words:
    """A case that lies in a box: `score = 89.5, state = open`."""
    parts = [_said(space, space.axes[key], space.axes[key].pick(region)) for key, region in box.items()]
    parts = [p for p in parts if p]
    if not parts:
        return Words("whatever the facts are", "无论事实如何")
    return Words(", ".join(sorted(parts)), "，".join(sorted(parts)))


def _said(space: Space, axis: Axis, value: Fraction) -> str:
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
        case "flag":
            return "yes" if value else "no"
        case "date":
            return date.fromordinal(int(value)).isoformat()
        case "ratio":
            return percent_text(value)
        case "points":
            return percent_text(value, "pp")
        case "money":
            return f"{fraction_text(value)}元"
    return fraction_text(value)
