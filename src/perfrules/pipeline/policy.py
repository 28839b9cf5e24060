"""Policies: what a `policy:` document says, every formula parsed and typed.

A policy over several kinds of subject has its rules once for each kind.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from perfrules.core.problem import Findings, Words
from perfrules.core.span import Span, Text
from perfrules.core.vocabulary import Vocabulary
from perfrules.language.kinds import check_condition, note_currency
from perfrules.language.nodes import Literal, Logic, Node, Unary
from perfrules.language.parse import parse, parse_literal
from perfrules.language.scope import Macro, Scope
from perfrules.language.words import ORDERS, POLICY
from perfrules.pipeline.forms import DatedForm, ParameterForm, PolicyForm, RuleForm, name_of
from perfrules.pipeline.ladders import Ladders
from perfrules.pipeline.lexicon import declared_actions, vocabulary_of
from perfrules.pipeline.lookups import outputs_of, read_lookups
from perfrules.pipeline.model import Dated, DatedParameter, Policy, Rounding, Rule
from perfrules.pipeline.naming import formulas, named
from perfrules.pipeline.orders import Orders, full_name
from perfrules.pipeline.overlays import Settings, allowed, overlaid
from perfrules.pipeline.shapes import in_any_order
from perfrules.pipeline.terms import Terms
from perfrules.pipeline.wording import FORMATS, check_distinct, check_name, days_between, one_of, word_of

WITHOUT_WORDS = Words("without `of`", "没有 `of`（取值）时")


@dataclass(frozen=True)
class Known:
    """What was declared outside the policy: vocabularies, functions."""

    vocabularies: Mapping[str, Vocabulary]
    macros: Mapping[str, Macro]
    beside: tuple[str, ...] = ()  # vocabularies that lie beside the policies, and that none of them names
    unfit: Collection[str] = ()  # vocabularies of which it is already said what is wrong with their form


def check_policy(form: PolicyForm, known: Known, findings: Findings, settings: Settings | None = None) -> Policy | None:
    """The policy that a form says, with the parameters that overlays set; None with problems noted where it can't be
    understood at all."""
    if form.facts in known.unfit:
        return None
    vocabulary = vocabulary_of(form.facts, known.vocabularies, findings, known.beside)
    if vocabulary is None:
        return None
    names = vocabulary.kind_names
    if form.perfrules:
        one_of(form.perfrules, FORMATS, findings)
    if not form.subject:
        findings.add("PR203", form.policy.span, key="subject", chinese=POLICY["subject"])
    check_distinct(form.subject, findings)
    kinds = [names[s] for s in form.subject if one_of(s, names, findings, "PR616") in names]
    return _Policy(form, vocabulary, kinds, known.macros, findings, settings or {}).policy()


class _Policy:
    """Checks one policy, part by part."""

    def __init__(
        self,
        form: PolicyForm,
        vocabulary: Vocabulary,
        kinds: Sequence[str],
        macros: Mapping[str, Macro],
        findings: Findings,
        settings: Settings,
    ) -> None:
        self.form = form
        self.settings = settings
        self.findings = findings
        self.name = name_of(form)
        actions = declared_actions(form.actions, vocabulary.actions, self.name, findings)
        self.vocabulary = replace(vocabulary, actions={**vocabulary.actions, **actions})
        self.kinds = kinds
        self.macros = macros
        self.orders = Orders(self.name, self.vocabulary, form.pools, findings)
        self.lookups = read_lookups(form.tables, form.scorecards, findings)

    def policy(self) -> Policy:
        form = self.form
        for name in (form.policy, form.district):
            if name is not None:
                check_name(name, self.findings, label=True)
        parameters = {str(n): self.overlaid(n, p) for n, p in form.parameters.items()}
        self.check_names()
        scopes = self.scopes(parameters)
        terms = Terms(self.name, self.orders, scopes, self.findings)
        pools = {f"{self.name}/{n}": terms.pool(n, p) for n, p in form.pools.items()}
        whole = self.orders.rounding(form.rounded, next(iter(scopes.values()), None))
        check_distinct([r.rule for r in form.rules], self.findings)
        rules = [self.rule(r, scope, whole) for r in form.rules for scope in scopes.values()]
        terms.check_pools(pools, [r for r in rules if r is not None])
        source = str(form.source or "")
        ladders, judged = Ladders(self.name, source, self.orders, scopes, self.findings).read(
            form.notices, [r for r in rules if r is not None]
        )
        if not form.rules and not form.notices:
            self.findings.add("PR229", form.policy.span, policy=str(form.policy))
        return Policy(
            self.name,
            form.title.words_or(form.policy),
            source,
            self.vocabulary,
            scopes,
            {k: self.condition(form.scope, s) for k, s in scopes.items()} if form.scope else {},
            days_between(form.in_force.start, form.in_force.end, self.findings)
            if form.in_force
            else (date.min, date.max),
            parameters,
            tuple(judged),
            pools,
            tuple(limit for f in in_any_order(form.limits) for limit in terms.limits(f, whole)),
            tuple(must for f in in_any_order(form.must) for must in terms.musts(f)),
            tuple(approval for f in in_any_order(form.approvals) for approval in terms.approvals(f)),
            tuple(ladders),
            tuple(form.examples),
            form.policy.span,
            stage=str(form.stage or ""),
        )

    # parameters and names

    def overlaid(self, name: Text, form: ParameterForm) -> DatedParameter:
        """A parameter as it is written, or as overlays set it, one after the other."""
        before = len(self.findings.errors)
        found = self.parameter(name, form)
        if form.overridable is None or len(self.findings.errors) > before:
            return found
        bounds = allowed(found, form.overridable, self.vocabulary.currency, self.findings)
        for written, setting in self.settings.get(str(name), ()) if bounds else ():
            before = len(self.findings.errors)
            said = {"value": setting.value, "source": setting.source, "note": setting.note}
            theirs = self.parameter(written, form.model_copy(update=said))
            if bounds and len(self.findings.errors) == before:
                found = overlaid(found, theirs, bounds, self.findings)
        return found

    def parameter(self, name: Text, form: ParameterForm) -> DatedParameter:
        check_distinct(form.of, self.findings)
        before = len(self.findings.errors)
        values = [self.dated(name, form, d) for d in form.value]
        readable = len(self.findings.errors) == before
        values.sort(key=lambda d: d.start)
        ended = [
            replace(d, end=date.fromordinal(following.start.toordinal() - 1))
            if d.end == date.max and following.start > date.min
            else d
            for d, following in pairwise(values)
        ]
        values = [*ended, *values[len(ended) :]]
        for one, following in pairwise(values):
            if readable and one.end >= following.start and one.literal.span and following.literal.span:
                related = [("first", one.literal.span)]
                self.findings.add("PR231", following.literal.span, name=str(name), related=related)
        if len({d.literal.kind for d in values}) > 1:
            self.findings.add("PR223", name.span, name=str(name))
        choices = tuple(str(c) for c in form.of)
        title, order = form.title.words_or(name), self.order(form)
        return DatedParameter(str(name), title, tuple(values), choices, order, name.span)

    def order(self, form: ParameterForm) -> str:
        """How the words of a parameter stand, where they have an order."""
        if form.order and not form.of:
            self.findings.add("PR242", form.order.span, key="order", here=WITHOUT_WORDS)
        return word_of(form.order, ORDERS, self.findings) if form.order else ""

    def dated(self, name: Text, form: ParameterForm, dated: DatedForm) -> Dated:
        start, end = days_between(dated.start, dated.end, self.findings)
        literal = parse_literal(dated.value, self.findings) or Literal("?", "", "", dated.value.span)
        if form.of:
            one_of(dated.value, form.of, self.findings)
            literal = Literal("choice", str(dated.value), str(dated.value), dated.value.span)
        elif literal.kind == "word":
            self.findings.add("PR316", dated.value.span, value=str(dated.value))
            literal = replace(literal, kind="?")
        note_currency(literal, self.vocabulary.currency, self.findings)
        source = str(dated.source or form.source or self.form.source or "")
        return Dated(start, end, literal, source, _note(dated, form))

    def check_names(self) -> None:
        outputs = [o for name, table in self.form.tables.items() for o in outputs_of(name, table)]
        outputs += self.form.scorecards
        declared = [*self.form.parameters, *self.form.names, *outputs]
        for name in (*self.form.parameters, *outputs):
            check_name(name, self.findings)
        check_distinct(declared, self.findings)
        for kind in self.kinds:
            judged = self.vocabulary.kinds[kind]
            for name in (*self.form.parameters, *outputs):
                if name in judged.by_title:
                    self.findings.add("PR232", name.span, name=str(name), kind=kind, related=judged.places(name))

    def scopes(self, parameters: Mapping[str, DatedParameter]) -> dict[str, Scope]:
        """Everything that can be named, for each kind that is judged."""
        if not self.kinds:
            return {}
        first = {name: parameter.first for name, parameter in parameters.items() if parameter.values}
        scope = Scope(self.vocabulary, self.vocabulary.kinds[self.kinds[0]], first, {}, self.macros)
        outputs = {output: table for table in self.lookups.tables.values() for output in table.outputs}
        scope = replace(
            scope,
            tables={(kind, o): table for kind in self.kinds for o, table in outputs.items()},
            cards=self.lookups.cards,
        )
        found = formulas(self.form.names, self.lookups, self.kinds, self.vocabulary, self.findings)
        whole = named(found, self.lookups, scope, self.findings)
        return {kind: whole.of(self.vocabulary.kinds[kind]) for kind in self.kinds}

    # rules

    def condition(self, text: Text, scope: Scope) -> Node:
        node = parse(text, self.findings)
        return check_condition(node, scope, self.findings) if node else Literal("?", "")

    def rule(self, form: RuleForm, scope: Scope, whole: Rounding) -> Rule | None:
        check_name(form.rule, self.findings, label=True)
        when = self.condition(form.when, scope)
        if form.unless:
            when = _and_not(when, self.condition(form.unless, scope), form.when.span)
        if not form.because.strip():
            self.findings.add("PR203", form.rule.span, key="because", chinese=POLICY["because"])
        clauses = [
            self.orders.clause(name, clause, scope, whole) for actions in form.then for name, clause in actions.items()
        ]
        if not clauses:
            self.findings.add("PR203", form.rule.span, key="then", chinese=POLICY["then"])
        return Rule(
            f"{self.name}/{form.rule}",
            scope.kind.name,
            form.title.words_or(form.rule),
            str(form.because),
            str(form.source or self.form.source or ""),
            when,
            tuple(c for c in clauses if c is not None),
            tuple(full_name(self.name, o) for o in form.over),
            form.rule.span,
            form.when,
            tuple(o.span for o in form.over),
        )


def _note(dated: DatedForm, form: ParameterForm) -> Words:
    note = dated.note.words_or("")
    return note if str(note) else form.note.words_or("")


def _and_not(when: Node, unless: Node, span: Span) -> Node:
    return Logic("and", (when, Unary("not", unless, unless.span)), span)
