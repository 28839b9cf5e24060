"""Values in words: amounts, percentages, dates, yes and no, unknowns, as officers read them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from perfrules.core.facts import Facts
from perfrules.core.money import Currency, fraction_text, grouped, percent_text
from perfrules.core.table import Table
from perfrules.core.vocabulary import Vocabulary
from perfrules.language.rows import ALWAYS
from perfrules.language.subject import Range, Reason, Unknown, Value
from perfrules.language.write import in_its_script
from perfrules.pipeline.balances import PoolStatement
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.recommendations import Recommendation
from perfrules.pipeline.sums import Bound
from perfrules.reports.phrases import DURATIONS, PHRASES

NAMES = ("name", "名称")  # of the fact that people know a subject by


def phrase(key: str, language: str, **values: object) -> str:
    """A phrase of the catalogue, filled in."""
    return PHRASES[key].said(language).format_map(values)


def amount_text(major: Fraction, currency: Currency) -> str:
    """An amount with its currency: exact where it is short, else with `≈`."""
    minor = major * currency.minor_per_major
    if minor.denominator == 1:
        return currency.shown(int(minor))
    exact = fraction_text(major)
    if "/" not in exact:
        return grouped(exact) + ("元" if currency.code == "CNY" else f" {currency.code}")
    return "≈" + currency.shown(round(minor)) + f" ({exact})"


def bound_text(bound: Bound, currency: Currency, language: str) -> str:
    """A limit with its value, of which only whole steps may count."""
    value = value_text(bound.value, "money", currency, language)
    if bound.counts is not None and bound.counts != bound.value:
        step, counts = (amount_text(one, currency) for one in (bound.step, bound.counts))
        value += phrase("limit in steps", language, step=step, counts=counts)
    because = phrase("limit because", language, text=bound.because) if bound.because else ""
    said = {"policy": bound.policy, "formula": bound.formula, "value": value, "because": because}
    return phrase(bound.word, language, **said)


def value_text(value: Value, kind: str, currency: Currency, language: str) -> str:
    """A value of the language, of a kind, in words."""
    match value:
        case Unknown():
            return phrase("unknown", language)
        case Range():
            if value.high >= ALWAYS:
                return phrase("at least", language, low=value_text(value.low, kind, currency, language))
            low, high = (value_text(v, kind, currency, language) for v in (value.low, value.high))
            return phrase("range", language, low=low, high=high)
        case bool():
            return phrase("yes" if value else "no", language)
        case str():
            return value
    if kind == "money":
        return amount_text(value, currency)
    if kind == "ratio":
        return percent_text(value)
    if kind == "points":
        return percent_text(value, "pp")
    if kind == "date":
        return date.fromordinal(int(value)).isoformat()
    unit = DURATIONS[kind].said(language) if kind in DURATIONS else ""
    return fraction_text(value) + unit


def exact(value: Value, kind: str) -> Any:
    """A value as plain JSON."""
    match value:
        case Unknown():
            return None
        case Range():
            high = None if value.high >= ALWAYS else exact(value.high, kind)
            return {"low": exact(value.low, kind), "high": high}
        case Fraction():
            return date.fromordinal(int(value)).isoformat() if kind == "date" else fraction_text(value)
    return value


def mark(value: Value) -> str:
    """✓ where a condition holds, ✗ where it does not, ? where it is undecided."""
    return "?" if isinstance(value, (Unknown, Range)) else "✓" if value else "✗"


def named(vocabulary: Vocabulary, kind: str, name: str, language: str) -> str:
    """A fact by its title where it has one."""
    *path, last = name.split(".")
    owner = vocabulary.kinds.get(path[-1] if path else kind)
    found = owner.columns.get(last) if owner else None
    title = found.title.said(language) if found else ""
    return ".".join([*path, title or last])


def part_text(pool: PoolStatement, language: str) -> str:
    """The part of a pool, in words; empty where it has none."""
    if pool.part is None:
        return phrase("unknown", language)
    return phrase(pool.part, language) if pool.part in ("yes", "no") else pool.part


def row_of(facts: Facts, subject: str, period: int) -> tuple[Table, int | None]:
    """Where the facts of a subject (`kind/id`) in a period are."""
    kind, _, one = subject.partition("/")
    table = facts.table(kind, period)
    return table, table.row_of(one)


def called(facts: Facts, subject: str, period: int) -> str:
    """A subject (`kind/id`) by the name that people know it by, else its id."""
    table, row = row_of(facts, subject, period)
    kind, _, one = subject.partition("/")
    about = facts.vocabulary.kinds[kind]
    names = (about.by_title[name] for name in NAMES if name in about.by_title)
    known = (table.columns[name][row] for name in names if row is not None and about.columns[name].is_text)
    return next((str(name) for name in known if name), one)


def reason_text(reason: Reason, vocabulary: Vocabulary, language: str) -> str:
    """What is needed, in words."""
    key = "missing fact" if reason.why == "missing" else reason.why
    kind = reason.subject.split("/")[0]
    missing = reason.why == "missing"
    about = named(vocabulary, kind, reason.about, language) if missing else in_its_script(reason.about)
    return phrase(key, language, subject=reason.subject, about=about, year=reason.period)


def recommendation_text(program: Compiled, one: Recommendation, language: str) -> str:
    """What is recommended for a subject, and between which amounts someone may decide."""
    claim, shown = program.claims[one.number], program.vocabulary.currency.shown
    account = named(program.vocabulary, claim.owner_kind, one.account, language)
    said = ((claim.clause.least, one.least, "from"), (claim.clause.most, one.most, "up to"))
    bounds = [
        phrase(word, language, amount=phrase("unknown", language) if amount is None else shown(amount))
        for node, amount, word in said
        if node is not None
    ]
    action = claim.clause.action.title.said(language)
    return phrase("recommended", language, subject=one.subject, rule=one.rule, action=action, account=account,
                  year=one.period, bounds=" ".join(bounds))  # fmt: skip
