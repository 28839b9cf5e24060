"""A run as plain JSON: keys as documented, amounts as text in major units, everything in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from perfrules.pipeline.drafts import Decided
from perfrules.pipeline.recommendations import Recommendation
from perfrules.pipeline.statement import Entry, MadeClaim, Mark, Ruling, Statement


def outcome_json(statement: Statement, rulings: Iterable[Ruling]) -> dict[str, Any]:
    """The run as a dictionary that `json` writes as it is."""
    result = statement.result
    money: Callable[[int], str] = statement.currency.plain
    return {
        "as_of": result.program.as_of.isoformat(),
        "period": result.period,
        "program": result.program.digest,
        "rulings": [
            {
                "subject": r.subject,
                "period": r.period,
                "rule": r.rule,
                "verdict": r.verdict,
                "needs": [plain(n) for n in r.needs],
                "claims": [_claim(c, money, statement.decided(c)) for c in r.claims],
            }
            for r in rulings
        ],
        "entries": [_entry(e) for e in statement.entries],
        "pools": [plain(p) for p in statement.pools],
        "recommendations": [_recommendation(r, money) for r in statement.recommendations],
        "conflicts": [plain(c) for c in statement.conflicts],
        "statuses": [_mark(m, "status") for m in statement.marks("status")],
        "notices": [_mark(m, "notice") for m in statement.marks("notice")],
        "labels": [{**_mark(m, "label"), "word": m.word} for m in statement.marks("label")],
    }


def plain(value: Any) -> Any:
    """A record as a dictionary, exact amounts as text."""
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [plain(v) for v in value]
    return str(value) if isinstance(value, Decimal) else value


def _entry(entry: Entry) -> dict[str, Any]:
    """An entry; `part` only where its pool has parts."""
    return {k: v for k, v in plain(entry).items() if k != "part" or v}


def _claim(claim: MadeClaim, money: Callable[[int], str], decided: Decided | None) -> dict[str, Any]:
    amount = None if claim.amount is None or not claim.account else money(claim.amount)
    found: dict[str, Any] = {
        "action": claim.action,
        "account": claim.account,
        "period": claim.period,
        "amount": amount,
        "state": claim.state,
    }
    if claim.owner not in ("", claim.subject):
        found["owner"] = claim.owner
    if decided is not None:
        found["decision"] = {"by": decided.by, "on": decided.on.isoformat(), "because": decided.because}
    return {**found, "word": claim.word} if claim.word else found


def _recommendation(one: Recommendation, money: Callable[[int], str]) -> dict[str, Any]:
    least, most = (None if bound is None else money(bound) for bound in (one.least, one.most))
    return {
        "subject": one.subject,
        "rule": one.rule,
        "action": one.action,
        "account": one.account,
        "period": one.period,
        "at_least": least,
        "at_most": most,
    }


def _mark(mark: Mark, key: str) -> dict[str, Any]:
    return {"subject": mark.subject, "period": mark.period, key: mark.action, "rule": mark.rule}
