"""The library of a run: every vocabulary and policy that was named, read and checked together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from perfrules.core.problem import Findings, Problem, Words, did_you_mean, nearest
from perfrules.core.span import Text
from perfrules.core.vocabulary import Vocabulary
from perfrules.districts.manager import Brought
from perfrules.family import Family, has_one_parent, is_overlay, parents
from perfrules.neighbours import Neighbour, around, neighbours
from perfrules.pipeline.decisions import Decision, DecisionsForm, check_decisions
from perfrules.pipeline.document import Tree, read_file, read_text, text_of
from perfrules.pipeline.fitting import fitted
from perfrules.pipeline.forms import (
    DOCUMENTS,
    FactsForm,
    MappingForm,
    OverlayForm,
    PolicyForm,
    kind_of,
    name_of,
)
from perfrules.pipeline.lexicon import vocabulary
from perfrules.pipeline.model import Policy
from perfrules.pipeline.openings import vocabulary_in
from perfrules.pipeline.policy import Known, check_policy
from perfrules.pipeline.precedence import judged_as
from perfrules.pipeline.scenarios import CasesForm
from perfrules.readers.mapping import check_mapping
from perfrules.whereabouts import files_at, under_test

F = TypeVar("F", FactsForm, PolicyForm, OverlayForm, DecisionsForm, MappingForm, CasesForm)


@dataclass(frozen=True)
class Library:
    """What was read: vocabularies by name, and policies."""

    vocabularies: Mapping[str, Vocabulary]
    policies: tuple[Policy, ...]
    declared: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    """By kind, the facts of the vocabularies that were named themselves."""
    decisions: tuple[Decision, ...] = ()
    extended: tuple[Policy, ...] = ()
    """Policies that were named, too, but are judged as another extends them."""
    cases: tuple[CasesForm, ...] = ()
    files: frozenset[str] = frozenset()
    """The files that were named, themselves or by their folder."""

    def named(self) -> Library:
        """Without the policies whose files were not named, but found because cases test them."""
        policies, extended = (
            tuple(p for p in several if p.span.source.name in self.files) for several in (self.policies, self.extended)
        )
        return replace(self, policies=policies, extended=extended)


def read_library(paths: Iterable[str | Path], brought: Brought, findings: Findings, *, tested: bool = False) -> Library:
    """The documents in files and folders, or those that a plugin brings in under `district/policy`.

    A policy's vocabulary is looked for among the documents named, then beside them, then among the plugins'; with
    `tested` the policies that cases name, too.
    Problems of all of them go to `findings`.
    """
    paths = list(paths)
    files = dict.fromkeys(file for path in paths for file in files_at(path, brought, findings))
    read = {file: read_file(file, findings) for file in files}
    trees = {file: tree for file, tree in read.items() if tree is not None}
    named = frozenset(map(str, trees))
    if tested:
        trees |= under_test(trees, brought.policies, findings)
    above = parents(trees.values(), brought.policies, findings)
    unread = [Neighbour(name, None) for file in files if file not in trees and (name := vocabulary_in(file))]
    beside = around({**read, **trees, **above}) + unread
    library = _checked(list(trees.values()), beside, brought, findings, [*above.values()])
    library = replace(library, files=named)
    themselves = {Path(path) for path in paths}
    return replace(library, declared=_declared(tree for file, tree in trees.items() if file in themselves))


def _declared(trees: Iterable[Tree]) -> dict[str, tuple[Text, ...]]:
    """The facts of each kind that vocabularies declare."""
    found: dict[str, tuple[Text, ...]] = {}
    for tree in trees:
        form = fitted(FactsForm, tree, Findings()) if kind_of(tree) == "facts" else None
        for kind, declared in form.kinds.items() if form is not None else ():
            found[str(kind)] = (*found.get(str(kind), ()), *declared.facts)
    return found


def read_policy_text(text: str, brought: Brought, findings: Findings, beside: Iterable[Path] = ()) -> Library:
    """The documents of one text."""
    tree = read_text(text, "<text>", findings)
    return _checked([tree] if tree is not None else [], neighbours(beside), brought, findings)


@dataclass
class _Forms:
    """The documents of each kind, as far as they have its form."""

    findings: Findings
    facts: list[FactsForm] = field(default_factory=list)
    policies: list[PolicyForm] = field(default_factory=list)
    overlays: list[OverlayForm] = field(default_factory=list)
    decisions: list[DecisionsForm] = field(default_factory=list)
    mappings: list[MappingForm] = field(default_factory=list)
    cases: list[CasesForm] = field(default_factory=list)

    def read(self, tree: Tree) -> None:
        """Keep a document under its kind."""
        match kind_of(tree):
            case "policy" if is_overlay(tree):
                if has_one_parent(tree, self.findings):
                    _append(self.overlays, OverlayForm, tree, self.findings)
            case "policy":
                _append(self.policies, PolicyForm, tree, self.findings)
            case "facts":
                _append(self.facts, FactsForm, tree, self.findings)
            case "decisions":
                _append(self.decisions, DecisionsForm, tree, self.findings)
            case "mapping":
                _append(self.mappings, MappingForm, tree, self.findings)
            case "cases":
                _append(self.cases, CasesForm, tree, self.findings)
            case _:
                key = next(iter(tree), None)
                kinds = (k for k in tree if DOCUMENTS.get(k, "facts") != "facts")  # policies name their facts
                later = next(kinds, None)
                first = Words(f"write `{later}:` first", f"请把 `{later}:` 写在最前面")
                moved = later is not None and not nearest(str(key), DOCUMENTS)
                hint = first if moved else did_you_mean(str(key or ""), DOCUMENTS)
                self.findings.add("PR201", key.span if key else tree.span, key=str(key or ""), hint=hint)


def _checked(
    trees: list[Tree], beside: list[Neighbour], brought: Brought, findings: Findings, above: Sequence[Tree] = ()
) -> Library:
    forms, theirs = _Forms(findings), _Forms(findings)
    for tree in trees:
        forms.read(tree)
    for tree in above:
        theirs.read(tree)
    policies, overlays = [*forms.policies, *theirs.policies], [*forms.overlays, *theirs.overlays]
    family = Family(policies, overlays, [*trees, *above], brought.policies)
    known = _known(forms, family, trees, beside, brought, findings)
    judged, extended = _policies(forms, family, known, findings)
    _check_policy_names([*judged, *extended], findings)
    for mapping in (one for one in forms.mappings if one.facts not in known.unfit):
        check_mapping(mapping, known.vocabularies, findings)
    decided = [one for form in forms.decisions for one in check_decisions(form, findings)]
    cases = tuple(forms.cases)
    return Library(known.vocabularies, judged, decisions=tuple(decided), extended=extended, cases=cases)


def _known(
    forms: _Forms, family: Family, trees: list[Tree], beside: list[Neighbour], brought: Brought, findings: Findings
) -> Known:
    """What policies may speak of: the vocabularies that were named, and those beside them that are needed."""
    named = {str(form.facts) for form in forms.facts}
    unfit = {str(key) for key in _named(trees, "facts")} - named
    used = {str(p.facts) for p in family.policies.values()}
    wanted = used | {str(m.facts) for m in forms.mappings}
    facts = list(forms.facts)
    while needed := [one for one in beside if one.name in _lacking(wanted, facts) - unfit]:
        findings.problems += (problem for one in needed for problem in one.problems)
        facts += (one.form for one in needed if one.form is not None)
        unfit |= {one.name for one in needed if one.form is None}
    while above := [form for form in facts if not unfit.isdisjoint(map(str, form.extends))]:
        unfit |= {str(form.facts) for form in above}
        facts = [form for form in facts if form not in above]
    made = _vocabularies(facts, brought, findings)
    if wanted - made.keys() - unfit:
        findings.problems += (problem for one in beside if not one.name for problem in one.problems)
    return Known(_widened(made, used, named), brought.functions, tuple(one.name for one in beside if one.name), unfit)


def _lacking(wanted: set[str], facts: list[FactsForm]) -> set[str]:
    """The vocabularies that are needed by policies, or extended, and that are not there yet."""
    return (wanted | {str(base) for form in facts for base in form.extends}) - {str(form.facts) for form in facts}


def _widened(vocabularies: dict[str, Vocabulary], used: set[str], named: set[str]) -> dict[str, Vocabulary]:
    """Vocabularies by name, in which all policies speak of one where that extends the others: such are those of a
    district and of the policies that it takes over."""
    found = [vocabularies[name] for name in sorted(used | named) if name in vocabularies]
    wide = [one for one in found if all(one.includes(name) for name in used)]
    widest = next((one for one in wide if all(one.includes(other.name) for other in wide)), None)
    return vocabularies if widest is None else {**vocabularies, **dict.fromkeys(used, widest)}


def _policies(
    forms: _Forms, family: Family, known: Known, findings: Findings
) -> tuple[tuple[Policy, ...], tuple[Policy, ...]]:
    """The policies that are judged, and those that were named, too, but are judged as another extends them; both in
    order of name, as the order of files says nothing."""
    between = {str(overlay.extends) for overlay in forms.overlays}
    roots: dict[str, OverlayForm] = {}
    judged: list[Policy] = []
    extended: list[Policy] = []
    for overlay in forms.overlays:
        made = family.made(overlay, findings)
        policy = check_policy(made[0], known, findings, made[1]) if made is not None else None
        if policy is not None:
            (extended if name_of(overlay) in between else judged).append(policy)
        first = roots.setdefault(family.root(overlay), overlay) if name_of(overlay) not in between else overlay
        if name_of(first) != name_of(overlay):
            findings.add("PR266", overlay.policy.span, name=name_of(overlay), other=name_of(first),
                         related=[("first", first.policy.span)])  # fmt: skip
    for form in forms.policies:
        policy = check_policy(form, known, findings)
        if policy is not None:
            (extended if policy.name in roots else judged).append(policy)
    names = {root: name_of(overlay) for root, overlay in roots.items()}
    passed = (overlay for overlay in forms.overlays if name_of(overlay) in between)
    names |= {name_of(overlay): names[root] for overlay in passed if (root := family.root(overlay)) in roots}
    return tuple(sorted(judged_as(judged, names), key=_by_name)), tuple(sorted(extended, key=_by_name))


def _by_name(policy: Policy) -> str:
    return policy.name


def _named(trees: Iterable[Tree], kind: str) -> Iterator[Text]:
    """What the documents of a kind are called, also those that don't have the form they need."""
    for tree in trees:
        if kind_of(tree) == kind:
            found = (value for key, value in tree.items() if DOCUMENTS.get(key) == kind)
            yield from (value for value in found if isinstance(value, Text))


def _append(forms: list[F], form: type[F], tree: Tree, findings: Findings) -> None:
    found = fitted(form, tree, findings)
    if found is not None:
        forms.append(found)


def _vocabularies(facts: list[FactsForm], brought: Brought, findings: Findings) -> dict[str, Vocabulary]:
    """All vocabularies, those that others extend first."""
    forms = [*_shipped(brought, findings), *facts]
    seen: dict[str, FactsForm] = {}
    for form in forms:
        first = seen.setdefault(str(form.facts), form)
        if not _same_file(first, form):
            findings.add("PR210", form.facts.span, name=str(form.facts), related=[("first", first.facts.span)])
    pending = list(seen.values())
    made: dict[str, Vocabulary] = {}
    while pending:
        names = {str(form.facts) for form in pending}
        ready = [f for f in pending if not {str(base) for base in f.extends} & names]
        if not ready:
            form = pending[0]
            findings.add("PR409", form.facts.span, name=str(form.facts), ring=" → ".join([*sorted(names), min(names)]))
            break
        for form in ready:
            made[str(form.facts)] = vocabulary(form, made, brought.actions, findings)
        pending = [f for f in pending if f not in ready]
    return made


def _same_file(one: FactsForm, other: FactsForm) -> bool:
    """Whether a plugin brings in what was also found beside a policy."""
    paths = {Path(form.facts.span.source.name).resolve() for form in (one, other)}
    return one is other or len(paths) == 1


def _shipped(brought: Brought, findings: Findings) -> list[FactsForm]:
    texts = {path: text_of(path, findings) for path in brought.vocabularies}
    found = [_brought_in(str(path), text) for path, text in texts.items() if text is not None]
    findings.problems += (problem for _, problems in found for problem in problems)
    return [form for form, _ in found if form is not None]


@lru_cache(maxsize=100)
def _brought_in(file: str, text: str) -> tuple[FactsForm | None, tuple[Problem, ...]]:
    """The vocabulary of a plugin, and what is wrong with it: read once, as long as the file says the same."""
    findings = Findings()
    tree = read_text(text, file, findings)
    return fitted(FactsForm, tree, findings) if tree is not None else None, tuple(findings.problems)


def _check_policy_names(policies: list[Policy], findings: Findings) -> None:
    first: dict[str, Policy] = {}
    for policy in policies:
        other = first.setdefault(policy.name, policy)
        if other is not policy:
            findings.add("PR210", policy.span, name=policy.name, related=[("first", other.span)])
