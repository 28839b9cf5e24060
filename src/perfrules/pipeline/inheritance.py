"""Inheritance: what vocabularies have together, where one extends others, or adds to a kind of theirs.

Nothing that is there can be said otherwise, so a policy means the same in every vocabulary that extends its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from perfrules.core.problem import Findings
from perfrules.core.span import Span, Text
from perfrules.core.vocabulary import Account, Action, Fact, SubjectKind, Vocabulary
from perfrules.pipeline.forms import KindForm
from perfrules.pipeline.shapes import Title
from perfrules.pipeline.wording import check_distinct


class Titled(Protocol):
    """What a document may give a title."""

    @property
    def title(self) -> Title:
        """As it is written."""


Declared = Fact | Account | SubjectKind
Named = TypeVar("Named", bound=Declared | Action)


def united(
    bases: Iterable[tuple[Text, Vocabulary]],
    actions: Mapping[str, Action],
    jurisdiction: Text | None,
    findings: Findings,
) -> Vocabulary:
    """Everything that the vocabularies have which another extends, which may have a `jurisdiction` of its own; noted
    where two mean different things by a name."""
    whole = Vocabulary("", {}, actions, {})
    for name, base in bases:
        for action in base.actions.values():
            other = whole.actions.get(action.name, action)
            if other.origin != action.origin:
                findings.add("PR224", name.span, name=action.name, origin=other.origin)
        for action, other in _called_as(whole.actions, base.actions):
            findings.add("PR224", name.span, name=action.name, origin=other.origin)
        currency = base.currency if base.kinds or not whole.kinds else whole.currency
        if whole.kinds and currency != whole.currency:
            refuse_other(name, "currency", base.name, None, findings)
        if not jurisdiction and base.jurisdiction and whole.jurisdiction not in ("", base.jurisdiction):
            refuse_other(name, "jurisdiction", base.name, None, findings)
        _check_both(whole.kinds, base.kinds, findings)
        _check_both(whole.accounts, base.accounts, findings)
        both = whole.kinds.keys() & base.kinds
        joined = {kind: _joined(whole.kinds[kind], base.kinds[kind], name, findings) for kind in both}
        whole = replace(
            whole,
            kinds={**whole.kinds, **base.kinds, **joined},
            actions={**whole.actions, **base.actions},
            accounts={**whole.accounts, **base.accounts},
            currency=currency,
            jurisdiction=whole.jurisdiction or base.jurisdiction,
            extends=whole.extends | {base.name} | base.extends,
        )
    return whole


def check_added(added: Collection[tuple[Text, Titled]], above: Iterable[Declared], findings: Findings) -> None:
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
    for above, below in ((one, other), (other, one)):
        if above.belongs_to in below.by_title:
            refuse_other(name, "belongs_to", one.name, below.columns[below.by_title[above.belongs_to]].span, findings)
    _check_both(one.columns, other.columns, findings)
    return replace(
        one,
        facts={**one.facts, **other.facts},
        accounts={**one.accounts, **other.accounts},
        belongs_to=one.belongs_to or other.belongs_to,
    )


def _check_both(one: Mapping[str, Declared], other: Mapping[str, Declared], findings: Findings) -> None:
    """A name under which each has something of its own is noted, also where it is a title in one of them."""
    both = [(other[name], one[name]) for name in sorted(one.keys() & other.keys())]
    for second, first in [*both, *_called_as(one, other)]:
        if first.span is not None and first.span != second.span:
            findings.add("PR210", second.span, name=second.name, related=[("first", first.span)])


def _called_as(one: Mapping[str, Named], other: Mapping[str, Named]) -> Iterator[tuple[Named, Named]]:
    """What is called in one as another thing is in the other by a title: a policy that names this would mean that."""
    for titled, named in ((one, other), (other, one)):
        for thing in titled.values():
            for title in dict.fromkeys((thing.title.en, thing.title.zh)):
                if title in named and title not in titled:
                    yield named[title], thing


def refuse_other(text: Text, key: str, of: str, span: Span | None, findings: Findings) -> None:
    """Note what is said otherwise than in a vocabulary that is extended."""
    findings.add("PR268", text.span, key=key, of=of, related=[("declared", span)] if span else [])
