"""What a case may expect a list of: what is missing, what is in conflict, what is behind the results."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from perfrules.actuals import Actuals
from perfrules.core.problem import LANGUAGES
from perfrules.core.span import Text
from perfrules.language.subject import Reason
from perfrules.results import Results

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
