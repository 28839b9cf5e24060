"""A run as plain JSON: keys as documented, amounts as text in major units, everything in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from perfrules.language.meaning import Reason
from perfrules.pipeline.statement import MadeClaim, Mark, Statement


def outcome_json(statement: Statement, rulings: Iterable[Any]) -> dict[str, Any]:
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
                "needs": [reason_json(n) for n in r.needs],
                "claims": [_claim(c, money) for c in r.claims],
            }
            for r in rulings
        ],
        "entries": [
            {
                "debit": e.debit,
                "credit": e.credit,
                "subject": e.subject,
                "period": e.period,
                "amount": str(e.amount),
                "rules": list(e.rules),
                "pool": e.pool,
            }
            for e in statement.entries
        ],
        "pools": [
            {
                "pool": p.pool,
                "period": p.period,
                "taken": str(p.taken),
                "given": str(p.given),
                "leftover": str(p.leftover),
                "leftover_to": p.leftover_to,
                "settled": p.settled,
                "waiting_for": list(p.waiting_for),
            }
            for p in statement.pools
        ],
        "conflicts": [
            {"subject": c.subject, "about": c.about, "period": c.period, "rules": list(c.rules)}
            for c in statement.conflicts
        ],
        "statuses": [_mark(m, "status") for m in statement.marks("status")],
        "notices": [_mark(m, "notice") for m in statement.marks("notice")],
        "labels": [{**_mark(m, "label"), "word": m.word} for m in statement.marks("label")],
    }


def reason_json(reason: Reason) -> dict[str, Any]:
    """Why something is unknown: `missing`, `zero`, `not-loaded` or `empty`, of what, of whom, in which year."""
    return {"why": reason.why, "subject": reason.subject, "period": reason.period, "about": reason.about}


def _claim(claim: MadeClaim, money: Callable[[int], str]) -> dict[str, Any]:
    amount = None if claim.amount is None or not claim.account else money(claim.amount)
    found: dict[str, Any] = {
        "action": claim.action,
        "account": claim.account,
        "period": claim.period,
        "amount": amount,
        "state": claim.state,
    }
    return {**found, "word": claim.word} if claim.word else found


def _mark(mark: Mark, key: str) -> dict[str, Any]:
    return {"subject": mark.subject, "period": mark.period, key: mark.action, "rule": mark.rule}
