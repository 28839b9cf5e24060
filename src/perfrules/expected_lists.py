"""What a case may expect a list of: what is missing, in conflict, behind the results; and what a pool waits for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from perfrules.actuals import Actuals
from perfrules.core.problem import LANGUAGES, Words
from perfrules.core.span import Text
from perfrules.expected_words import SEE, UNKNOWN
from perfrules.language.subject import Reason
from perfrules.results import Results

CLAIMS_SHOWN = 12  # of a pool that came out otherwise
DENYING = "不未非无没"

Called = tuple[str, ...]  # everything that one thing may be called


def came_out(what: str, subject: str, actuals: Actuals, results: Results) -> Collection[Called]:
    """What came out of a list, `missing`, `conflicts` or `because`, for a subject."""
    rulings = [r for (of, _), r in actuals.rulings.items() if of == subject]
    kind = results.vocabulary.kinds[subject.partition("/")[0]]
    if what == "missing":
        return {_lacking(need, subject, results) for ruling in rulings for need in ruling.needs}
    if what == "conflicts":
        names = {c.about for c in actuals.outcome.conflicts if c.subject == subject}
        actions = {word: action.name for word, action in results.actions.items()}
        return {called(name, {**actions, **kind.by_title}) for name in names}
    names = {r.rule for r in rulings if any(c.state in ("posted", "capped") for c in r.claims)}
    return {tuple(sorted(called(name, results.rules[kind.name]), key=len)) for name in names}


def _lacking(need: Reason, subject: str, results: Results) -> Called:
    """What is missing, by every word that it may be called by: after a dot where it is of another kind."""
    kind = results.vocabulary.kinds[need.subject.partition("/")[0]]
    words = called(need.about, kind.by_title)
    own = kind.name == subject.partition("/")[0]
    return words if own else (f"{kind.name}.{need.about}", *(f"{kind.name}.{w}" for w in words), *words)


def called(name: str, names: Mapping[str, str]) -> Called:
    """A name, and every other word for it."""
    return (name, *(word for word, meant in names.items() if meant == name and word != name))


def claimed(pool: str, actuals: Actuals, results: Results) -> Words:
    """What a pool waits for; else what goes into it and comes out: the first claims, and how many more."""
    waits = ", ".join(claim for p in actuals.outcome.pools if p.pool == pool for claim in p.waiting_for)
    if waits:
        return Words(f"it waits for {waits}", f"等待 {waits}")
    claims = [c for ruling in actuals.rulings.values() for c in ruling.claims if c.pool == pool]
    shown = results.vocabulary.currency.shown
    amounts = [UNKNOWN if c.amount is None else Words(*[shown(c.amount)] * 2) for c in claims[:CLAIMS_SHOWN]]
    en, zh = (", ".join(f"{c.subject} {c.rule} {amount.said(language)}"
                        for c, amount in zip(claims, amounts, strict=False)) for language in LANGUAGES)  # fmt: skip
    more = len(claims) - len(amounts)
    tail = Words(f", … ({more} more)", f"……（另有 {more} 笔）") if more else Words("", "")
    return Words(f"its claims: {en}{tail.en}", f"款项：{zh}{tail.zh}") if claims else SEE


def not_said(words: Iterable[Text], subject: str, actuals: Actuals) -> Iterator[Text]:
    """The words that an explanation has in neither language. A number or a word in Latin letters is not part of a
    longer one, and what is denied in Chinese (`不成立`) is not what is expected (`成立`)."""
    explanation = actuals.outcome.explain(subject)
    texts = [explanation.text(language) for language in LANGUAGES]
    for said in words:
        before = "0-9A-Za-z_.,-" if said[:1].isascii() else DENYING
        pattern = rf"(?<![{before}]){re.escape(said)}" if said[:1].isalnum() else re.escape(said)
        pattern = rf"{pattern}(?![0-9A-Za-z_])" if said[-1:].isascii() and said[-1:].isalnum() else pattern
        if not any(re.search(pattern, text) for text in texts):
            yield said
