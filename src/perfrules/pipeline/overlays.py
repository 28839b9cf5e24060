"""Overlays: a district's policy that extends another, and sets only what that marks as overridable, within bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from perfrules.core.problem import Findings, Value, Words, did_you_mean
from perfrules.language.nodes import Literal
from perfrules.language.parse import parse_literal
from perfrules.language.words import STRICTER
from perfrules.pipeline.forms import OverlayForm, OverridableForm, PolicyForm
from perfrules.pipeline.model import Dated, DatedParameter
from perfrules.pipeline.wording import word_of

DAY = timedelta(days=1)
Bounds = tuple[Literal | None, Literal | None]


def merged(parent: PolicyForm, overlay: OverlayForm, findings: Findings) -> PolicyForm:
    """The policy that an overlay makes of its parent: under its own name, with its own examples.

    What it sets that its parent does not let it set is noted, with both places.
    """
    known = {str(name): name for name in parent.parameters}
    for name, form in overlay.parameters.items():
        theirs = known.get(name)
        if theirs is None:
            findings.add("PR261", name.span, name=str(name), parent=str(overlay.extends),
                         hint=did_you_mean(name, known))  # fmt: skip
        elif parent.parameters[theirs].overridable is None:
            findings.add("PR262", name.span, name=str(name), related=[("declared", theirs.span)])
        if not (form.source or overlay.source or all(dated.source for dated in form.value)):
            findings.add("PR203", name.span, key="source", chinese="来源")
    return parent.model_copy(
        update={
            "policy": overlay.policy,
            "district": overlay.district,
            "title": overlay.title if overlay.title.en or overlay.title.zh else parent.title,
            "source": overlay.source or parent.source,
            "examples": overlay.examples,
        }
    )


def overlaid(
    own: DatedParameter, theirs: DatedParameter, allowed: OverridableForm, findings: Findings
) -> DatedParameter:
    """A parameter with an overlay's values on the days that it sets them, which must lie within what is allowed."""
    before = len(findings.errors)
    bounds = _bounds(allowed, findings)
    side = word_of(allowed.stricter, STRICTER, findings) if allowed.stricter is not None else ""
    if len(findings.errors) == before:
        for value in theirs.values:
            _check_bounds(own, value, bounds, findings)
            for base in own.values:
                if side and base.start <= value.end and value.start <= base.end:
                    _check_side(own, base, value, side, findings)
    if len(findings.errors) > before:
        return own
    pieces = [piece for base in own.values for piece in _left(base, theirs.values)]
    values = sorted([*theirs.values, *pieces], key=lambda dated: dated.start)
    return replace(own, values=tuple(values))


def _bounds(allowed: OverridableForm, findings: Findings) -> Bounds:
    """The least and the greatest value that is allowed; none where only a side is."""
    if allowed.between is None:
        return None, None
    if len(allowed.between) != 2:
        span = allowed.between[0].span if allowed.between else None
        findings.add("PR204", span, key="between", expected=Words("two bounds, `[80%, 90%]`", "两个界限 `[80%, 90%]`"))
        return None, None
    return parse_literal(allowed.between[0], findings), parse_literal(allowed.between[1], findings)


def _left(base: Dated, taken: tuple[Dated, ...]) -> list[Dated]:
    """What is left of a value on the days that no other takes."""
    left = [base]
    for other in taken:
        cut: list[Dated] = []
        for one in left:
            if one.end < other.start or other.end < one.start:
                cut.append(one)
                continue
            if one.start < other.start:
                cut.append(replace(one, end=other.start - DAY))
            if other.end < one.end and other.end < date.max:
                cut.append(replace(one, start=other.end + DAY))
        left = cut
    return left


def _check_bounds(own: DatedParameter, value: Dated, bounds: Bounds, findings: Findings) -> None:
    if not own.values or value.literal.kind != own.values[0].literal.kind:
        kind = own.values[0].literal.written if own.values else ""
        _refuse(own, value, Words(f"it must be of the kind of {kind}", f"须与 {kind} 同类"), findings)
        return
    least, most = bounds
    if least is None or most is None:
        return
    if {least.kind, most.kind} != {value.literal.kind}:
        _refuse(own, value, Words("its bounds are of another kind", "其界限属于另一类"), findings)
    elif not _number(least) <= _number(value.literal) <= _number(most):
        between = f"{least.written}–{most.written}"
        _refuse(own, value, Words(f"it must lie within {between}", f"须在 {between} 之内"), findings)


def _check_side(own: DatedParameter, base: Dated, value: Dated, side: str, findings: Findings) -> None:
    """Only stricter values: not above, or not below, what stands."""
    if value.literal.kind != base.literal.kind:
        return
    ours, theirs = _number(base.literal), _number(value.literal)
    if (theirs > ours) if side == "lower" else (theirs < ours):
        written = base.literal.written
        words = {
            "lower": Words(f"only lower than {written} is stricter", f"只能更严，即低于 {written}"),
            "higher": Words(f"only higher than {written} is stricter", f"只能更严，即高于 {written}"),
        }[side]
        _refuse(own, value, words, findings)


def _refuse(own: DatedParameter, value: Dated, reason: Value, findings: Findings) -> None:
    findings.add("PR263", value.literal.span, name=own.name, value=value.literal.written, reason=reason,
                 related=[("declared", own.span)])  # fmt: skip


def _number(literal: Literal) -> Fraction:
    return literal.value if isinstance(literal.value, Fraction) else Fraction(0)
