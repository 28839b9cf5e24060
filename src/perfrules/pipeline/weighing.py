"""Weighing: the scorecards of a policy, item by item, and whether their weights are a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from perfrules.core.money import fraction_text
from perfrules.core.problem import Findings, Words
from perfrules.core.span import Text
from perfrules.language.combine import constant, said_kind
from perfrules.language.kinds import check
from perfrules.language.nodes import Literal, Node
from perfrules.language.parse import parse
from perfrules.language.scope import Scope
from perfrules.language.scorecards import Item, Scorecard
from perfrules.language.words import IF_UNKNOWN, ROUNDING
from perfrules.language.write import write
from perfrules.pipeline.scales import ItemForm, ScorecardForm
from perfrules.pipeline.wording import check_distinct, check_name, word_of

WHOLE = {"number": Fraction(100), "ratio": Fraction(1)}  # what the weights of a card add up to
SCORES = {  # what weights of a kind can weigh, and whether full marks are said
    ("number", False): ("ratio",),
    ("number", True): ("number", "count"),
    ("ratio", False): ("ratio", "number"),
    ("ratio", True): (),
}


def read_scorecards(forms: Mapping[Text, ScorecardForm], findings: Findings) -> list[Scorecard]:
    """The scorecards that forms say; what can't be read is noted, and its card left out."""
    return [card for name, form in forms.items() if (card := _card(name, form, findings)) is not None]


def _card(name: Text, form: ScorecardForm, findings: Findings) -> Scorecard | None:
    before = len(findings.errors)
    if not form.items:
        findings.add("PR247", name.span, card=str(name))
    check_distinct(list(form.items), findings)
    items = tuple(i for word, item in form.items.items() if (i := _item(name, word, item, findings)) is not None)
    reweight = form.if_unknown is not None and word_of(form.if_unknown, IF_UNKNOWN, findings) == "reweight"
    rounded = form.rounded
    step = parse(rounded.to, findings) if rounded is not None and rounded.to is not None else None
    mode = word_of(rounded.mode, ROUNDING, findings) if rounded is not None and rounded.mode is not None else "half-up"
    card = Scorecard(str(name), items, step, mode, reweight, name.span)
    sums = _sums(item.weight for item in items if isinstance(item.weight, Literal))
    if len(sums) > 1:
        _refuse_sum(card, sums, findings)
    return card if len(findings.errors) == before else None


def _item(card: Text, word: Text, form: ItemForm, findings: Findings) -> Item | None:
    check_name(word, findings)
    weight, score = parse(form.weight, findings), parse(form.score, findings)
    bounds = [parse(bound, findings) for bound in form.between] if form.between is not None else [None, None]
    if len(bounds) != 2:
        findings.add(
            "PR204", word.span, key="between", expected=Words("two bounds, `[0%, 100%]`", "两个界限 `[0%, 100%]`")
        )
        return None
    out_of = parse(form.out_of, findings) if form.out_of is not None else None
    if weight is None or score is None:
        return None
    return Item(f"{card}.{word}", weight, score, bounds[0], bounds[1], out_of, word.span)


def check_items(items: Iterable[Item], scope: Scope, findings: Findings) -> None:
    """A weight is a constant above zero: points of a ratio or of a number out of full marks, or a share of anything."""
    for item in items:
        weight = _above_zero(item.weight, scope)
        if weight is None or weight.kind not in WHOLE:
            findings.add("PR248", item.weight.span or item.span, item=item.name, weight=write(item.weight))
            continue
        full = _above_zero(item.out_of, scope) if item.out_of is not None else None
        if item.out_of is not None and (full is None or full.kind != "number"):
            above = Words("a number above zero", "大于零的数")
            findings.add("PR204", item.out_of.span or item.span, key="out_of", expected=above)
            continue
        score = check(item.score, scope, Findings())[1]
        if score.kind not in (*SCORES[weight.kind, full is not None], "?"):
            findings.add("PR249", item.score.span or item.span, item=item.name, weight=write(item.weight),
                         found=said_kind(score))  # fmt: skip


def check_weights(scope: Scope, findings: Findings) -> None:
    """The weights of each card add up to 100, or to 100%, with the parameters of a day."""
    for card in {card.name: card for card in scope.cards.values()}.values():
        sums = _sums(_above_zero(item.weight, scope) for item in card.items)
        if any(found != WHOLE[kind] for kind, found in sums.items()):
            _refuse_sum(card, sums, findings)


def _above_zero(node: Node, scope: Scope) -> Literal | None:
    """The constant that a node is or names, where it is above zero."""
    literal = constant(check(node, scope, Findings())[0], scope)
    return literal if literal is not None and _value(literal) > 0 else None


def _sums(weights: Iterable[Literal | None]) -> dict[str, Fraction]:
    """What the weights of each kind add up to."""
    sums: dict[str, Fraction] = {}
    for weight in weights:
        if weight is not None and weight.kind in WHOLE:
            sums[weight.kind] = sums.get(weight.kind, Fraction(0)) + _value(weight)
    return sums


def _refuse_sum(card: Scorecard, sums: Mapping[str, Fraction], findings: Findings) -> None:
    found = " + ".join(_said(value, kind) for kind, value in sorted(sums.items()))
    whole = " / ".join(_said(WHOLE[kind], kind) for kind in sorted(sums))
    findings.add("PR250", card.span, card=card.name, found=found, whole=whole)


def _value(literal: Literal) -> Fraction:
    return literal.value if isinstance(literal.value, Fraction) else Fraction(0)


def _said(value: Fraction, kind: str) -> str:
    return f"{fraction_text(value * 100)}%" if kind == "ratio" else fraction_text(value)
