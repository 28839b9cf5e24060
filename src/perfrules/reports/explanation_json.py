"""Explanations as plain JSON: everything that a verdict and a figure follow from, exact values as text.

Money is in major units, a ratio as a number (0.85), a date as `2023-12-31`, a flag as true or false; a rational
without a short decimal as `n/d`; unknown is null, a range `{"low", "high"}`, with null for an end that is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from perfrules.core.money import fraction_text
from perfrules.core.problem import Words
from perfrules.language.subject import Range, Unknown
from perfrules.pipeline.readings import Look, Member, Read
from perfrules.pipeline.statement import Statement
from perfrules.pipeline.sums import Bound, Figure, Limited
from perfrules.pipeline.tipping import Distance
from perfrules.pipeline.trail import Ruled
from perfrules.reports.values import exact

Data = dict[str, Any]


def explanation_json(
    statement: Statement, subject: str, rulings: Iterable[Ruled], figures: Iterable[Figure], language: str
) -> Data:
    """An explanation as a dictionary that `json` writes as it is; `language` is that of notes."""
    result = statement.result
    return {
        "subject": subject,
        "period": result.period,
        "as_of": result.program.as_of.isoformat(),
        "program": result.program.digest,
        "rulings": [_ruled(r, language) for r in rulings],
        "claims": [_figure(statement, f) for f in figures],
    }


def _ruled(ruled: Ruled, language: str) -> Data:
    rule = ruled.judged.rule
    return {
        "rule": rule.name,
        "verdict": ruled.verdict,
        "because": rule.because,
        "source": rule.source,
        "condition": " ".join(rule.written.split()),
        "parts": [{"text": p.text, "holds": exact(p.value, "flag")} for p in ruled.parts],
        "reads": [_read(r, language) for r in ruled.reads],
        "looks": [_look(look, language) for look in ruled.looks],
        "needs": [_plain(n) for n in ruled.needs],
        "distance": _distance(ruled.distance),
        "depends_on_others": ruled.depends_on_others,
    }


def _read(read: Read, language: str) -> Data:
    kind = read.kind.kind
    found: Data = {"role": read.role, "name": read.name, "kind": kind, "value": exact(read.value, kind)}
    more = {
        "formula": read.formula,
        "period": read.period,
        "row": read.row,
        "source": read.source,
        "since": read.since,
        "note": read.note.said(language),
    }
    return found | {key: value for key, value in more.items() if value}


def _look(look: Look, language: str) -> Data:
    kind = look.kind.kind
    members = [_member(member, language) for member in look.members]
    return {"text": look.text, "kind": kind, "value": exact(look.value, kind), "rows": members}


def _member(member: Member, language: str) -> Data:
    found: Data = {
        "id": member.id,
        "period": member.period,
        "counts": exact(member.counts, "flag"),
        "reads": [_read(r, language) for r in member.reads],
    }
    if member.text:
        found |= {"text": member.text, "value": exact(member.value, member.kind.kind)}
    return found | ({"looks": [_look(look, language) for look in member.looks]} if member.looks else {})


def _distance(distance: Distance | None) -> Data | None:
    if distance is None:
        return None
    kind = distance.fact.kind
    now, then = exact(distance.now, kind), exact(distance.then, kind)
    return {"fact": distance.fact.name, "now": now, "then": then, "verdict": distance.verdict}


def _figure(statement: Statement, figure: Figure) -> Data:
    claim, currency = figure.claim, statement.currency
    decided = statement.decided(claim)
    on_money = bool(claim.account)
    found: Data = {
        "rule": claim.rule,
        "action": claim.action,
        "account": claim.account,
        "owner": claim.owner,
        "period": claim.period,
        "amount": currency.plain(claim.amount) if on_money and claim.amount is not None else None,
        "state": claim.state,
        "word": claim.word,
        "pool": claim.pool,
        "part": claim.part,
        "formula": figure.formula,
        "value": None if figure.value is None else exact(figure.value, figure.kind.kind),
        "step": fraction_text(figure.step),
        "mode": figure.mode,
        "rounds": [_plain(r) for r in figure.rounds],
        "limits": None if figure.limited is None else _limited(figure.limited),
        "because_of": list(figure.because_of),
        "needs": [_plain(n) for n in figure.needs],
        "decision": None,
    }
    if decided is not None:
        approve = {"approve": decided.approve, "by": decided.by, "on": decided.on.isoformat()}
        found["decision"] = approve | {"because": decided.because}
    return found


def _limited(limited: Limited) -> Data:
    bounds = [_bound(bound) for bound in limited.bounds]
    share = None if limited.share is None else _plain(limited.share)
    return {"bounds": bounds, "total": limited.total, "target": limited.target, "share": share}


def _bound(bound: Bound) -> Data:
    return {**_plain(bound), "value": exact(bound.value, "money")}


def _plain(value: Any) -> Any:
    """A record as a dictionary; amounts in minor units are whole numbers, other exact numbers text."""
    if is_dataclass(value) and not isinstance(value, (Unknown, Range, Words)):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Fraction):
        return fraction_text(value)
    if isinstance(value, (Unknown, Range)):
        return exact(value, "number")
    return str(value) if isinstance(value, (Decimal, Words)) else value
