"""Decisions: what people decided about claims, read, resolved, and carried into a run as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from perfrules.core.facts import Facts
from perfrules.core.money import fraction_text
from perfrules.core.problem import Findings, Words, did_you_mean
from perfrules.core.span import Text
from perfrules.core.table import Table
from perfrules.language.nodes import Literal
from perfrules.language.parse import parse_literal
from perfrules.language.words import COMMON, DECISIONS, YES_NO, english
from perfrules.pipeline.clauses import DecidedForm, DecidingForm
from perfrules.pipeline.model import Decision as Decision
from perfrules.pipeline.program import Claim, Decided, Draft
from perfrules.pipeline.states import DECIDED
from perfrules.pipeline.wording import FORMATS, calendar_day, fiscal_year, one_of, word_of


class DecisionsForm(DecidingForm):
    """A document `decisions:`."""

    words = english(DECISIONS, COMMON)
    perfrules: Text | None = None
    decisions: Text


def check_decisions(form: DecisionsForm, findings: Findings) -> list[Decision]:
    """The decisions of a document; what can't be read is noted."""
    if form.perfrules:
        one_of(form.perfrules, FORMATS, findings)
    return check_decided(form, findings)


def check_decided(form: DecidingForm, findings: Findings) -> list[Decision]:
    """What someone decided, in a document or an example; what can't be read is noted."""
    return [_checked(form, one, findings) for one in form.decided]


def _checked(form: DecidingForm, one: DecidedForm, findings: Findings) -> Decision:
    for key, text in (("because", one.because), ("by", one.by or form.by)):
        if not text.strip():
            findings.add("PR203", text.span, key=key, chinese=DECISIONS[key])
    amount, currency = None, ""
    if one.amount is not None:
        literal = parse_literal(one.amount, findings)
        if literal is None or literal.kind != "money" or not isinstance(literal.value, Fraction):
            _refuse_amount(one.amount, literal, findings)
        else:
            amount, currency = literal.value, literal.currency
    approve = None if one.approve is None else word_of(one.approve, YES_NO, findings) == "yes"
    period = fiscal_year(one.period, findings)
    by, on = one.by or form.by, calendar_day(one.on or form.on, findings)
    return Decision(one.subject, period, one.rule, one.action, amount, approve, str(one.because), str(by), on, currency)


AN_AMOUNT = Words("write an amount such as 500元", "请写如 500元 的金额")


def _refuse_amount(amount: Text, literal: Literal | None, findings: Findings) -> None:
    hint = AN_AMOUNT
    if literal is not None and literal.kind == "number":
        hint = Words(f"write {amount}元", f"请写作 {amount}元")
    if literal is not None:  # otherwise it is already said what is wrong
        findings.add("PR280", amount.span, value=str(amount), hint=hint)


# about which claims


def resolve(draft: Draft, decisions: Iterable[Decision], findings: Findings) -> None:
    """Find the claim of each decision that was made by the program's day."""
    seen: dict[tuple[int, str, int], Decision] = {}
    for one in decisions:
        if one.on > draft.as_of:
            findings.add("PR281", one.subject.span, subject=str(one.subject), on=one.on.isoformat(),
                         day=draft.as_of.isoformat())  # fmt: skip
            continue
        claim = _claim(draft, one, findings)
        if claim is None:
            continue
        _check_words(draft, claim, one, findings)
        key = (claim.number, one.subject.partition("/")[2], one.period)
        first = seen.setdefault(key, one)
        if first is not one:
            findings.add("PR285", one.subject.span, subject=str(one.subject), rule=str(one.rule),
                         related=[("first", first.subject.span)])  # fmt: skip
            continue
        minor = None if one.amount is None else one.amount * draft.vocabulary.currency.minor_per_major
        amount = None if minor is None or minor.denominator != 1 else int(minor)
        draft.decided.append(Decided(*key, amount, one.approve, one.because, one.by, one.on, one.subject.span))


def _claim(draft: Draft, one: Decision, findings: Findings) -> Claim | None:
    kind = one.subject.partition("/")[0]
    rule = _rule(draft, one, findings)
    claims = [c for c in draft.claims if c.judged.rule.name == rule]
    if claims and (kind not in {c.judged.rule.kind for c in claims} or "/" not in one.subject):
        name = one.subject.partition("/")[2] or one.subject
        known = sorted({f"`{c.judged.rule.kind}/{name}`" for c in claims})
        findings.add("PR288", one.subject.span, subject=str(one.subject), rule=rule, known=", ".join(known))
        return None
    if one.rule != rule:
        return None
    named = draft.vocabulary.action_names.get(one.action) if one.action else None
    if one.action and named is None:
        names = draft.vocabulary.action_names
        findings.add("PR215", one.action.span, word=str(one.action), hint=did_you_mean(one.action, names))
        return None
    found = [c for c in claims if c.judged.rule.kind == kind and named in (None, c.clause.action.name)]
    found = [c for c in found if c.clause.recommended or draft.approvals_of(c)]
    if len(found) != 1:
        code = "PR284" if found else "PR283"
        findings.add(code, (one.action or one.rule).span, rule=str(one.rule))
        return None
    return found[0]


def _rule(draft: Draft, one: Decision, findings: Findings) -> str:
    """The full name of the rule that a decision is about, or the only one that ends so; noted where it is not full."""
    rules = sorted({j.rule.name for j in draft.judged})
    if one.rule in rules:
        return str(one.rule)
    close = [name for name in rules if name.endswith(f"/{one.rule}")]
    found = close[0] if len(close) == 1 else ""
    hint = Words(f"write `{found}`", f"请写作 `{found}`") if found else did_you_mean(one.rule, rules)
    findings.add("PR282", one.rule.span, rule=str(one.rule), hint=hint)
    return found


def _check_words(draft: Draft, claim: Claim, one: Decision, findings: Findings) -> None:
    """What a decision must say, and what it can't."""
    span = one.subject.span
    if one.amount is not None and not claim.clause.recommended:
        findings.add("PR286", span, rule=str(one.rule))
    elif claim.clause.recommended and one.amount is None and one.approve is not False:
        findings.add("PR287", span, rule=str(one.rule), key="amount")
    elif not claim.clause.recommended and one.approve is None:
        findings.add("PR287", span, rule=str(one.rule), key="approve")
    asked = sorted({a.by for a in draft.approvals_of(claim)})
    if one.approve is not None and asked and one.by not in asked:
        findings.add("PR292", span, subject=str(one.subject), asked=", ".join(asked), by=one.by)
    own = draft.vocabulary.currency
    minor = own.minor_per_major
    if one.amount is not None and one.currency not in ("", own.code):
        plain = fraction_text(one.amount)
        findings.add("PR441", span, written=f"{plain} {one.currency}", own=own.code, meant=own.written(plain))
    if one.amount is not None and ((one.amount * minor).denominator != 1 or one.amount < 0):
        findings.add("PR280", span, value=fraction_text(one.amount) + "元", hint=AN_AMOUNT)


# in a run


def with_decisions(decided: Sequence[Decided], facts: Facts, period: int) -> Facts:
    """The facts with a table of what was decided for a period."""
    return replace(facts, tables={**facts.tables, (DECIDED, period): decisions_made(decided, period)})


def decisions_made(decided: Sequence[Decided], period: int) -> Table:
    """What was decided for a period, as a table: a row for each decision."""
    rows = sorted((d.id, d.number, d.approve, d.amount) for d in decided if d.period == period)
    columns: dict[str, list[int | str | None]] = {
        "claim": [number for _, number, _, _ in rows],
        "approved": [None if approve is None else int(approve) for _, _, approve, _ in rows],
        "decided amount": [amount for _, _, _, amount in rows],
    }
    return Table([i for i, _, _, _ in rows], [""] * len(rows), columns)
