"""What was read: for each kind and year its columns, their units, how many values are known, and the total.

Whoever signs compares the totals with those of the books.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from perfrules.core.facts import Facts
from perfrules.core.money import UNITS, Currency, fraction_text, grouped
from perfrules.core.values import Stored, said
from perfrules.core.vocabulary import Fact
from perfrules.reports.outcome_text import table
from perfrules.reports.phrases import PHRASES
from perfrules.reports.values import phrase

_HEADS = ("fact", "unit", "known", "unknown", "total")


def facts_text(facts: Facts, language: str) -> str:
    """The columns of every table that was read, with control totals, in `en` or `zh`."""
    lines: list[str] = []
    kinds = {kind: own.title.said(language) or kind for kind, own in facts.vocabulary.kinds.items()}
    for kind in sorted((kinds.keys() & facts.loaded) - {kind for kind, _ in facts.tables}):
        lines += [phrase("no rows of facts", language, kind=kinds[kind]), ""]
    for kind, period in sorted(facts.tables):
        found, own = facts.tables[kind, period], facts.vocabulary.kinds[kind]
        lines += [phrase("table of facts", language, kind=kinds[kind], period=period, rows=len(found.ids))]
        rows = [[PHRASES[f"column {head}"].said(language) for head in _HEADS]]
        rows += [
            _row(own.columns[fact], values, facts.vocabulary.currency, language)
            for fact, values in found.columns.items()
        ]
        lines += [f"  {line}" for line in table(rows, right=(2, 3, 4))] + [""]
    return "\n".join(lines)


def _row(fact: Fact, values: Sequence[Stored | None], currency: Currency, language: str) -> list[str]:
    known = [v for v in values if v is not None]
    unit = fact.unit if fact.kind == "money" else ""
    counts = [str(len(known)), str(len(values) - len(known))]
    return [fact.title.said(language) or fact.name, unit, *counts, _total(fact, known, currency)]


def _total(fact: Fact, known: Sequence[Stored], currency: Currency) -> str:
    """The sum of what can be added up, in the unit of the column; of other numbers and dates, from what to what."""
    if known and fact.kind in ("ratio", "number", "date"):
        least, most = min(int(v) for v in known), max(int(v) for v in known)
        return said(fact, least) if least == most else f"{said(fact, least)} – {said(fact, most)}"
    if not known or fact.kind not in ("money", "count"):
        return ""
    whole = sum(int(v) for v in known)
    if fact.kind == "count":
        return grouped(str(whole))
    plain = (
        currency.plain(whole)
        if fact.unit == "元"
        else fraction_text(Fraction(whole, currency.minor_per_major) / Fraction(UNITS[fact.unit]))
    )
    return grouped(plain)
