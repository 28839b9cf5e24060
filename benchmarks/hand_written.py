"""R20 as a careful programmer writes it: whole minor units, cross-multiplied, halves rounded away from zero.

It answers what fires and with what amount, and nothing else: no unknown values, no ranges of input checked, no
problem with its place, no explanation. Zero is no claim, as in the language of perfrules.
"""

from __future__ import annotations

from records import Record

Fired = list[tuple[str, int | None]]


def decide(record: Record) -> Fired:
    """The rules that fire, with amounts in minor units."""
    budget, paid, balance = record["approved_budget"], record["paid"], record["balance"]
    funds, score, deviation = record["public_funds"], record["score"], record["deviation"]
    failures, grade, completed = record["review_failures"], record["grade"], record["is_completed"]
    hundredfold = paid * 100
    fired = []
    if hundredfold < budget * 85:
        fired.append(("slow", (funds * 5 + 50) // 100))
        if balance >= 10_000_000:
            fired.append(("large-balance", (balance * 75 + 500) // 1000))
    elif hundredfold <= budget * 96:
        fired.append(("on-track", None))
    else:
        fired.append(("fast", (funds * 2 + 50) // 100))
    if failures >= 2:
        fired.append(("failed-twice", None))
    elif failures == 1 and score < 750 and balance:
        fired.append(("failed-once", (balance * 50 + 50) // 100))
    if balance > 0:
        if completed:
            fired.append(("completed-balance", balance))
        if record["fiscal_year"] <= 2022:
            fired.append(("old-balance", balance))
    if score < 600:
        fired.append(("poor-score", budget))
    elif score < 800:
        fired.append(("fair-score", (budget * 10 + 50) // 100))
    elif score < 900:
        fired.append(("good-score", None))
    else:
        fired.append(("excellent-score", (funds * 3 + 50) // 100))
    if deviation > 2000:
        fired.append(("far-off", None))
    elif deviation > 1000:
        fired.append(("off", None))
    if not completed and hundredfold < budget * 50:
        fired.append(("hardly-started", (balance * 20 + 50) // 100))
    if paid > budget:
        fired.append(("overspent", paid - budget))
    if grade == "D":
        fired.append(("grade-d", (funds * 15 + 50) // 100))
    elif grade == "A" and hundredfold >= budget * 90 and deviation <= 500:
        fired.append(("grade-a", (budget * 1 + 50) // 100))
    if budget >= 500_000_000 and hundredfold < budget * 70:
        fired.append(("large-and-slow", (balance * 30 + 50) // 100))
    if score < 700 and record["department"] == "health":
        fired.append(("health", (funds * 25 + 500) // 1000))
    return fired
