"""Inheritance: what vocabularies have together, where one extends others, or adds to a kind of theirs.

Nothing that is there can be said otherwise, so a policy means the same in every vocabulary that extends its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from perfrules.core.problem import Findings
from perfrules.core.span import Span, Text
from perfrules.core.vocabulary import Account, Action, Fact, SubjectKind, Vocabulary
from perfrules.pipeline.forms import KindForm
from perfrules.pipeline.shapes import Title
from perfrules.pipeline.wording import check_distinct


class Declared(Protocol):
    """What stands in a vocabulary."""

    @property
    def span(self) -> Span | None:
        """Where it is declared."""


class Titled(Protocol):
    """What a document may give a title."""

    @property
    def title(self) -> Title:
        """As it is written."""


D = TypeVar("D", bound=Declared)


def united(bases: Iterable[tuple[Text, Vocabulary]], actions: Mapping[str, Action], findings: Findings) -> Vocabulary:
    """Everything that the vocabularies have which another extends; noted where two mean different things by a name."""
    whole = Vocabulary("", {}, actions, {})
    for name, base in bases:
        for action in base.actions.values():
            other = whole.actions.get(action.name, action)
            if other.origin != action.origin:
                findings.add("PR224", name.span, name=action.name, origin=other.origin)
        currency = base.currency if base.kinds or not whole.kinds else whole.currency
        if whole.kinds and currency != whole.currency:
            refuse_other(name, "currency", base.name, None, findings)
        kinds = _both(whole.kinds, base.kinds, findings)
        kinds |= {k: _joined(whole.kinds[k], kinds[k], name, findings) for k in whole.kinds.keys() & base.kinds}
        whole = replace(
            whole,
            kinds=kinds,
            actions={**whole.actions, **base.actions},
            accounts=_both(whole.accounts, base.accounts, findings),
            currency=currency,
            jurisdiction=whole.jurisdiction or base.jurisdiction,
            extends=whole.extends | {base.name} | base.extends,
        )
    return whole


def check_added(
    added: Collection[tuple[Text, Titled]], above: Iterable[Fact | Account | SubjectKind], findings: Findings
) -> None:
    """New names must differ from one another, and from those that are there. New names and titles must differ from what
    people call these: a policy that names one by its title would mean another, or nothing."""
    there = [(one, one.span) for one in above if one.span]
    titles = {title: span for one, span in there for title in (one.title.en, one.title.zh) if title != one.name}
    for name, form in added:
        for said in dict.fromkeys((name, *form.title.texts)):
            if said in titles:
                findings.add("PR210", said.span, name=str(said), related=[("first", titles[said])])
    check_distinct([*(Text(one.name, span) for one, span in there), *(name for name, _ in added)], findings)


def enlarged(above: SubjectKind, form: KindForm, own: SubjectKind, findings: Findings) -> SubjectKind:
    """A kind of a vocabulary that is extended, with what another adds: facts, accounts, and a parent if it has none."""
    said = {"many": form.many, "in_order_of": form.in_order_of, "title": form.title.en or form.title.zh}
    said |= {"belongs_to": form.belongs_to if above.belongs_to else None}
    for key, text in said.items():
        if text is not None and getattr(own, key) != getattr(above, key):
            refuse_other(text, key, above.name, above.span, findings)
    return replace(
        above,
        facts={**above.facts, **own.facts},
        accounts={**above.accounts, **own.accounts},
        belongs_to=above.belongs_to or own.belongs_to,
    )


def _joined(one: SubjectKind, other: SubjectKind, name: Text, findings: Findings) -> SubjectKind:
    """A kind to which two vocabularies have added."""
    if one.belongs_to and other.belongs_to and one.belongs_to != other.belongs_to:
        refuse_other(name, "belongs_to", one.name, one.span, findings)
    return replace(
        one,
        facts=_both(one.facts, other.facts, findings),
        accounts=_both(one.accounts, other.accounts, findings),
        belongs_to=one.belongs_to or other.belongs_to,
    )


def _both(one: Mapping[str, D], other: Mapping[str, D], findings: Findings) -> dict[str, D]:
    """What is in either; a name under which each has something of its own is noted."""
    for name in sorted(one.keys() & other.keys()):
        first, second = one[name].span, other[name].span
        if first is not None and first != second:
            findings.add("PR210", second, name=name, related=[("first", first)])
    return {**one, **other}


def refuse_other(text: Text, key: str, of: str, span: Span | None, findings: Findings) -> None:
    """Note what is said otherwise than in a vocabulary that is extended."""
    findings.add("PR268", text.span, key=key, of=of, related=[("declared", span)] if span else [])
