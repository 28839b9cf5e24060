"""The lexicon: from `facts:` documents to vocabularies, with every name and bound checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from perfrules.core.given import HEADINGS
from perfrules.core.money import UNITS, Currency, exact, is_number
from perfrules.core.problem import Findings, Words, did_you_mean
from perfrules.core.span import Text
from perfrules.core.values import KIND_WORDS
from perfrules.core.vocabulary import (
    DEFAULT_PLACES,
    PLACES_MAX,
    Account,
    Action,
    Fact,
    SubjectKind,
    Vocabulary,
    by_title,
)
from perfrules.language.advice import SORTED, WORDS, bare
from perfrules.language.combine import ANY
from perfrules.language.scope import Type
from perfrules.language.words import EFFECTS, ORDERS, RECOMMENDING, ROUNDING, TOGETHER, YEARS, YES_NO, english
from perfrules.pipeline.forms import KIND_NAMES, AccountForm, ActionForm, FactForm, FactsForm, KindForm
from perfrules.pipeline.holidays import working_days
from perfrules.pipeline.inheritance import check_added, enlarged, refuse_other, united
from perfrules.pipeline.wording import (
    FORMATS,
    check_distinct,
    check_name,
    one_of,
    stored_value,
    whole_number,
    word_of,
)

_MEASURED = ("ratio", "number")
_BOUNDED = ("money", *_MEASURED, "count", "date")
_MEANT_FOR = {
    "in": ("money",), "secret": ("flag",), "places": _MEASURED, "rounded": ("money", *_MEASURED),
    "between": _BOUNDED, "at_least": _BOUNDED, "at_most": _BOUNDED, "order": ("choice",),
}  # fmt: skip
YEARS_WORDS = english(YEARS)
ROUNDED = {"half-up": ROUNDING["half-up"]}  # how a fact with too many places may be read


def vocabulary(
    form: FactsForm,
    known: Mapping[str, Vocabulary],
    actions: Mapping[str, Action],
    findings: Findings,
) -> Vocabulary:
    """The vocabulary that a document declares, with what it extends and the actions that are there."""
    check_name(form.facts, findings, label=True)
    if form.perfrules:
        one_of(form.perfrules, FORMATS, findings)
    bases = [(name, known[name]) for name in form.extends if vocabulary_of(name, known, findings)]
    above = united(bases, actions, form.jurisdiction, findings)
    currency = above.currency
    if form.currency:
        currency = Currency(str(form.currency.code), whole_number(form.currency.places, findings, 0, 4))
        if above.kinds and currency != above.currency:
            refuse_other(form.currency.code, "currency", ", ".join(form.extends), None, findings)
    named = [Text(above.kind_names.get(name, name), name.span) for name in form.kinds]
    declared = list(zip(named, form.kinds.values(), strict=True))
    check_added(declared, (kind for name, kind in above.kinds.items() if name not in named), findings)
    forms = dict(declared)
    names = _kind_names(forms, above)
    check_added([*form.accounts.items()], above.accounts.values(), findings)
    accounts = {str(n): _account(n, a, currency, findings) for n, a in form.accounts.items()}
    every_action = declared_actions(form.actions, above.actions, str(form.facts), findings)
    kinds = {str(n): _kind(n, kind, above.kinds.get(n), names, currency, findings) for n, kind in forms.items()}
    made = replace(
        above,
        name=str(form.facts),
        kinds={**above.kinds, **kinds},
        actions={**above.actions, **every_action},
        accounts={**above.accounts, **accounts},
        currency=currency,
        jurisdiction=str(form.jurisdiction or above.jurisdiction),
        working_days=working_days(form.calendar, bases, findings),
    )
    _check_jurisdiction(form.jurisdiction, made.kinds, findings)
    _check_kinds(forms, made.kinds, findings)
    return made


def declared_actions(
    forms: Mapping[Text, ActionForm], known: Mapping[str, Action], origin: str, findings: Findings
) -> dict[str, Action]:
    """Actions that a vocabulary or policy declares; what they bar must be known or declared beside them."""
    found: dict[str, Action] = {}
    there = by_title(known)
    names = there | {str(n): str(n) for n in forms}
    for name, form in forms.items():
        check_name(name, findings, label=True)
        for said in dict.fromkeys((name, *form.title.texts)):
            if said in RECOMMENDING:
                findings.add("PR205", said.span, name=str(said))
            elif said in there:
                findings.add("PR224", said.span, name=str(said), origin=known[there[said]].origin or "perfrules")
        effect = word_of(form.effect, EFFECTS, findings)
        bar = tuple(names.get(b, "") for b in form.bar if one_of(b, names, findings, "PR215") in names)
        counter = str(form.counter_account) if form.counter_account else "treasury"
        found[str(name)] = Action(str(name), effect, form.title.words_or(name), counter, bar, origin)
    return found


def _kind_names(forms: Mapping[Text, KindForm], above: Vocabulary) -> dict[str, str]:
    """The name of each kind, by name or title, before the kinds are made."""
    new = {str(n): SubjectKind(str(n), "", {}, {}, title=form.title.words_or(n)) for n, form in forms.items()}
    return by_title({**new, **above.kinds})


def _kind(
    name: Text,
    form: KindForm,
    above: SubjectKind | None,
    names: Mapping[str, str],
    currency: Currency,
    findings: Findings,
) -> SubjectKind:
    """A kind as it is declared; of one that is there already, what it is with what is added."""
    check_name(name, findings)
    parent = names.get(form.belongs_to, str(form.belongs_to)) if form.belongs_to else above.belongs_to if above else ""
    declared: list[tuple[Text, FactForm | AccountForm]] = [*form.facts.items(), *form.accounts.items()]
    headings = {*HEADINGS, *HEADINGS.values(), parent, *(word for word, kind in names.items() if kind == parent)}
    for fact, said in declared:
        check_name(fact, findings)
        for word in (word for word in dict.fromkeys((fact, *said.title.texts)) if word in headings):
            findings.add("PR205", word.span, name=str(word))  # the column of that heading says whose a row is
    if above and form.belongs_to:
        for heading in sorted(headings & above.by_title.keys()):
            findings.add("PR210", form.belongs_to.span, name=heading, related=above.places(heading))
    check_added(declared, above.columns.values() if above else (), findings)
    own = SubjectKind(
        str(name),
        str(form.many) if form.many else f"{name}s" if name.isascii() else str(name),
        {str(n): _fact(n, f, currency, findings) for n, f in form.facts.items()},
        {str(n): _account(n, a, currency, findings) for n, a in form.accounts.items()},
        parent,
        str(form.in_order_of or ""),
        form.title.words_or(name),
        name.span,
    )
    return enlarged(above, form, own, findings) if above else own


def _account(name: Text, form: AccountForm, currency: Currency, findings: Findings) -> Account:
    opening = Fact(
        str(name), "money", currency.places, unit=_unit(form.unit, findings), title=form.title.words_or(name),
        span=name.span, currency=currency.code,
    )  # fmt: skip
    together = word_of(form.together, TOGETHER, findings) if form.together else ""
    return Account(opening, together)


def _unit(unit: Text | None, findings: Findings) -> str:
    if unit and unit not in UNITS:  # none is near another: what is in 千元 is not in 元
        findings.add("PR208", unit.span, word=str(unit), hint=did_you_mean("", UNITS))
    return str(unit or "元")


def _fact(name: Text, form: FactForm, currency: Currency, findings: Findings) -> Fact:
    kind = KIND_NAMES.get(form.kind, "")
    if not kind:
        findings.add("PR208", form.kind.span, word=str(form.kind), hint=did_you_mean(form.kind, KIND_NAMES))
        return Fact(str(name), ANY.kind, title=form.title.words_or(name), span=name.span)
    if (kind == "choice") != bool(form.of):
        findings.add("PR225" if kind == "choice" else "PR226", name.span, fact=str(name))
    check_distinct(form.of, findings)
    _check_clauses(form, kind, findings)
    places = currency.places if kind == "money" else DEFAULT_PLACES.get(kind, 0)
    if form.places:
        places = whole_number(form.places, findings, 0, PLACES_MAX)
    fact = Fact(
        str(name), kind, places,
        choices=tuple(str(c) for c in form.of),
        order=word_of(form.order, ORDERS, findings) if form.order else "",
        unit=_unit(form.unit, findings),
        secret=bool(form.secret and word_of(form.secret, YES_NO, findings) == "yes"),
        rounded=bool(form.rounded and word_of(form.rounded, ROUNDED, findings)),
        title=form.title.words_or(name), span=name.span, currency=currency.code,
    )  # fmt: skip
    return _bounded(fact, form, findings)


def _check_clauses(form: FactForm, kind: str, findings: Findings) -> None:
    """What is said of a fact must mean something for what it is."""
    said = {"in": form.unit, "secret": form.secret, "order": form.order}
    said |= {"places": form.places, "rounded": form.rounded}
    said |= {"between": next(iter(form.between or ()), None), "at_least": form.at_least, "at_most": form.at_most}
    for key, text in said.items():
        if text is None:
            continue
        words = KIND_WORDS[kind]
        if kind not in _MEANT_FOR[key]:
            here = Words(f"for {words.en}", f"对{words.zh}")
            findings.add("PR242", text.span, key=key, here=here)
        elif key in ("at_least", "at_most") and form.between:
            findings.add("PR242", text.span, key=key, here=Words("beside `between`", "与 `between`（介于）同用时"))


def _bounded(fact: Fact, form: FactForm, findings: Findings) -> Fact:
    least, most = form.at_least, form.at_most
    if form.between is not None:
        if len(form.between) != 2:
            findings.add("PR227", (form.between or [form.kind])[0].span, fact=fact.name)
            return fact
        least, most = form.between
    bounds: list[int | None] = []
    for bound in (least, most):
        if bound and fact.kind == "ratio" and is_number(bound) and exact(bound) not in (0, 1, -1):
            findings.add("PR404", bound.span, written=str(bound), meant=bare(exact(bound), Type("ratio"), ""))
        value = stored_value(replace(fact, least=None, most=None), bound, findings) if bound else None
        bounds.append(value if isinstance(value, int) else None)
    if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1] and least:
        findings.add("PR227", least.span, fact=fact.name)
    return replace(fact, least=bounds[0], most=bounds[1])


_OF_TEXT = Words("name a fact of kind `text` or `choice`", "请填写种类为 `文本` 或 `选项` 的事实")


def _check_jurisdiction(name: Text | None, kinds: Mapping[str, SubjectKind], findings: Findings) -> None:
    if not name:
        return
    facts = {fact.name: fact for kind in kinds.values() for fact in kind.columns.values()}
    found = facts.get(name)
    if found is None:
        hint = did_you_mean(name, sorted(n for n, f in facts.items() if f.kind in WORDS))
        findings.add("PR401", name.span, name=str(name), hint=hint)
    elif found.kind not in WORDS:
        expected, hint = KIND_WORDS["text"], _OF_TEXT
        findings.add("PR418", name.span, found=KIND_WORDS[found.kind], expected=expected, hint=hint)


def _check_kinds(forms: Mapping[Text, KindForm], kinds: Mapping[str, SubjectKind], findings: Findings) -> None:
    for name, declared in forms.items():
        parent = declared.belongs_to
        if parent and kinds[name].belongs_to not in kinds:
            findings.add("PR214", parent.span, kind=str(parent), hint=did_you_mean(parent, kinds))
        if declared.many and declared.many in YEARS_WORDS:
            findings.add("PR205", declared.many.span, name=str(declared.many))
    _check_plurals(forms, kinds, findings)
    for name, declared in forms.items():
        _check_order(declared, kinds[name], findings)
        seen, kind = {str(name)}, kinds[name].belongs_to
        while kind and kind in kinds and kind not in seen:
            seen.add(kind)
            kind = kinds[kind].belongs_to
        if kind == name:
            findings.add("PR228", name.span, kind=str(name))


def _check_plurals(forms: Mapping[Text, KindForm], kinds: Mapping[str, SubjectKind], findings: Findings) -> None:
    """Many of a kind are called as no other kind is, or an aggregate would be over either."""
    written = {str(name): form.many.span for name, form in forms.items() if form.many}
    several = list(kinds.values())
    for number, kind in enumerate(several):
        for other in several[:number]:
            clash = kind.plural & other.called | other.plural & kind.called
            if clash:
                related = [("first", other.span)] if other.span else []
                findings.add("PR210", written.get(kind.name, kind.span), name=min(clash), related=related)


def _check_order(declared: KindForm, kind: SubjectKind, findings: Findings) -> None:
    """A history is in the order of one of its facts that has an order."""
    order = declared.in_order_of
    facts = {name: fact.kind for name, fact in kind.facts.items()}
    ordered = [name for name, kind in facts.items() if kind not in ("flag", "text", "choice")]
    if order and facts.get(order):
        if order not in ordered:
            hint = did_you_mean(order, ordered) if ordered else SORTED
            findings.add("PR412", order.span, found=KIND_WORDS[facts[order]], hint=hint)
    elif order:
        findings.add("PR401", order.span, name=str(order), hint=did_you_mean(order, ordered))


def vocabulary_of(
    name: Text, known: Mapping[str, Vocabulary], findings: Findings, beside: Iterable[str] = ()
) -> Vocabulary | None:
    """The vocabulary that a document names; None with a problem noted where there is none.

    `beside` are others that could have been named.
    """
    if name not in known:
        findings.add("PR207", name.span, name=str(name), hint=did_you_mean(name, [*known, *beside]))
    return known.get(name)
