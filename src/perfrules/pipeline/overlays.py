"""Overlays: a district's policy that extends another, and sets only what that marks as overridable, within bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from perfrules.core.money import Currency
from perfrules.core.problem import Findings, Value, Words, did_you_mean
from perfrules.core.span import Text
from perfrules.core.values import KIND_WORDS
from perfrules.language.kinds import note_currency
from perfrules.language.nodes import Literal
from perfrules.language.parse import parse_literal
from perfrules.language.words import STRICTER
from perfrules.pipeline.forms import OverlayForm, OverridableForm, PolicyForm, SettingForm
from perfrules.pipeline.model import Dated, DatedParameter
from perfrules.pipeline.wording import word_of

DAY = timedelta(days=1)
Settings = Mapping[str, Sequence[tuple[Text, SettingForm]]]
"""What overlays set, by the name of the parameter: that of the one which the other extends first."""


@dataclass(frozen=True)
class Allowed:
    """What a parameter may be set to: between two values, or only on one side of what stands."""

    least: Literal | None = None
    most: Literal | None = None
    side: str = ""
    note: Words = Words("", "")  # why


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
    rules = [rule.model_copy(update={"source": rule.source or parent.source}) for rule in parent.rules]
    parameters = {n: p.model_copy(update={"source": p.source or parent.source}) for n, p in parent.parameters.items()}
    return parent.model_copy(
        update={
            "policy": overlay.policy,
            "district": overlay.district,
            "title": overlay.title if overlay.title.en or overlay.title.zh else parent.title,
            "source": overlay.source or parent.source,
            "parameters": parameters,
            "rules": rules,
            "examples": overlay.examples,
        }
    )


def allowed(own: DatedParameter, form: OverridableForm, currency: Currency, findings: Findings) -> Allowed | None:
    """What a parameter may be set to; None with a problem noted where that is not said as it must be.

    Its own values must lie there, too.
    """
    before = len(findings.errors)
    value = own.values[0].literal if own.values else Literal("?", "")
    if not isinstance(value.value, Fraction):
        said = {"between": form.between[0] if form.between else None, "stricter": form.stricter}
        for key, text in said.items():
            if text is not None:
                words = KIND_WORDS.get(value.kind, Words(value.kind, value.kind))
                findings.add("PR242", text.span, key=key, here=Words(f"for {words.en}", f"对{words.zh}"))
        return Allowed() if len(findings.errors) == before else None
    bounds = _bounds(own, value, form.between, currency, findings) if form.between is not None else (None, None)
    side = word_of(form.stricter, STRICTER, findings) if form.stricter is not None else ""
    if len(findings.errors) > before:
        return None
    found = Allowed(*bounds, side, form.note.words_or(""))
    for dated in own.values:
        _check_bounds(own, dated, found, findings)
    return found if len(findings.errors) == before else None


def _bounds(
    own: DatedParameter, value: Literal, between: Sequence[Text], currency: Currency, findings: Findings
) -> tuple[Literal | None, Literal | None]:
    """The least and the greatest value that is allowed, of the kind of the parameter."""
    if len(between) != 2:
        span = between[0].span if between else own.span
        findings.add("PR204", span, key="between", expected=Words("two bounds, `[80%, 90%]`", "两个界限 `[80%, 90%]`"))
        return None, None
    least, most = (parse_literal(text, findings) for text in between)
    if least is None or most is None:
        return None, None
    for bound in (least, most):
        note_currency(bound, currency, findings)
        if bound.kind != value.kind:
            findings.add("PR269", bound.span, bound=bound.written, name=own.name, value=value.written,
                         related=[("declared", own.span)])  # fmt: skip
            return None, None
    if _number(least) > _number(most):
        findings.add("PR227", least.span, fact=own.name)
    return least, most


def overlaid(own: DatedParameter, theirs: DatedParameter, bounds: Allowed, findings: Findings) -> DatedParameter:
    """A parameter with an overlay's values on the days that it sets them, which must lie within what is allowed."""
    before = len(findings.errors)
    for value in theirs.values:
        _check_bounds(own, value, bounds, findings)
        for base in own.values:
            if bounds.side and base.start <= value.end and value.start <= base.end:
                _check_side(own, base, value, bounds, findings)
    if len(findings.errors) > before:
        return own
    pieces = [piece for base in own.values for piece in _left(base, theirs.values)]
    values = sorted([*theirs.values, *pieces], key=lambda dated: dated.start)
    return replace(own, values=tuple(values))


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


def _check_bounds(own: DatedParameter, value: Dated, bounds: Allowed, findings: Findings) -> None:
    if not own.values or value.literal.kind != own.values[0].literal.kind:
        kind = own.values[0].literal.written if own.values else ""
        _refuse(own, value, Words(f"it must be of the kind of {kind}", f"须与 {kind} 同类"), bounds.note, findings)
        return
    least, most = bounds.least, bounds.most
    if least and most and not _number(least) <= _number(value.literal) <= _number(most):
        between = f"{least.written}–{most.written}"
        _refuse(own, value, Words(f"it must lie within {between}", f"须在 {between} 之内"), bounds.note, findings)


def _check_side(own: DatedParameter, base: Dated, value: Dated, bounds: Allowed, findings: Findings) -> None:
    """Only stricter values: not above, or not below, what stands."""
    if value.literal.kind != base.literal.kind:
        return
    ours, theirs = _number(base.literal), _number(value.literal)
    if (theirs > ours) if bounds.side == "lower" else (theirs < ours):
        written = base.literal.written
        words = {
            "lower": Words(f"only lower than {written} is stricter", f"只能更严，即低于 {written}"),
            "higher": Words(f"only higher than {written} is stricter", f"只能更严，即高于 {written}"),
        }[bounds.side]
        _refuse(own, value, words, bounds.note, findings)


def _refuse(own: DatedParameter, value: Dated, reason: Value, note: Words, findings: Findings) -> None:
    why = Words(f": {note.en}", f"：{note.zh}") if note.en else note
    findings.add("PR263", value.literal.span, name=own.name, value=value.literal.written, reason=reason, why=why,
                 related=[("declared", own.span)])  # fmt: skip


def _number(literal: Literal) -> Fraction:
    return literal.value if isinstance(literal.value, Fraction) else Fraction(0)
