"""Ladders: letters of which one follows the other, as a policy writes them under `notices:`.

A ladder is begun by rules. What a step says under `when` is such a rule, and what it says under `met` is a rule, too,
that does nothing: so both are judged, explained, covered and changed like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from perfrules.core.problem import Findings, Words, did_you_mean
from perfrules.core.span import Span, Text
from perfrules.core.vocabulary import Action
from perfrules.language.advice import DURATIONS
from perfrules.language.combine import ANY, constant
from perfrules.language.kinds import check, check_condition
from perfrules.language.nodes import Arithmetic, Literal, Name, Node
from perfrules.language.parse import parse
from perfrules.language.scope import Scope
from perfrules.language.words import AGAIN, IF_LAPSED, IF_MET, IF_RELAPSED, NOTICES, POLICY
from perfrules.pipeline.clauses import LadderForm, StepForm
from perfrules.pipeline.model import Clause, Ladder, Rule, Step
from perfrules.pipeline.orders import Orders
from perfrules.pipeline.wording import check_distinct, check_name, one_of, word_of


@dataclass(frozen=True)
class Ladders:
    """Reads the ladders of one policy."""

    policy: str
    source: str
    orders: Orders
    scopes: Mapping[str, Scope]
    findings: Findings

    def read(self, forms: Iterable[LadderForm], rules: Iterable[Rule]) -> tuple[list[Ladder], list[Rule]]:
        """The ladders for each kind of subject, and the rules with those that steps write."""
        forms, rules = list(forms), list(rules)
        check_distinct([form.ladder for form in forms], self.findings)
        places = {rule.name: rule.span for rule in rules}
        ladders: list[Ladder] = []
        for form in forms:
            check_name(form.ladder, self.findings, label=True)
            for scope in self.scopes.values():
                own = [rule for step in form.steps for rule in self.rules(form, step, scope)]
                for rule in (one for one in own if one.name in places):
                    related = [("first", places[rule.name])]
                    self.findings.add("PR210", rule.span, name=rule.name.rpartition("/")[2], related=related)
                rules += own
                ladders.append(self.ladder(form, scope))
        for form, ladder in zip((f for f in forms for _ in self.scopes), ladders, strict=True):
            if ladder.steps and not self.findings.errors and not any(ladder.grounds(rules)):
                self.findings.add("PR294", form.ladder.span, ladder=str(form.ladder), action=str(form.steps[0].send))
        return ladders, rules

    def ladder(self, form: LadderForm, scope: Scope) -> Ladder:
        last = len(form.steps) - 1
        steps = [self.step(form, s, scope, last=number == last) for number, s in enumerate(form.steps)]
        if not form.steps:
            self.findings.add("PR203", form.ladder.span, key="steps", chinese=NOTICES["steps"])
        known: dict[str, Span] = {}
        for step in steps:
            first = known.setdefault(step.action.name, step.span) if step else None
            if step and first and first is not step.span:
                self.findings.add("PR293", step.span, action=step.action.name, related=[("first", first)])
        return Ladder(
            f"{self.policy}/{form.ladder}",
            scope.kind.name,
            form.title.words_or(form.ladder),
            self.path(form.to, scope),
            tuple(step for step in steps if step),
            form.again is not None and word_of(form.again, AGAIN, self.findings) == "add",
            form.if_relapsed is not None and word_of(form.if_relapsed, IF_RELAPSED, self.findings) == "next",
            form.ladder.span,
        )

    def path(self, to: Text | None, scope: Scope) -> tuple[str, ...]:
        """The kinds up to that of the recipient."""
        if to is None:
            return ()
        vocabulary = self.orders.vocabulary
        above = vocabulary.ancestors(scope.kind.name)
        names = {word: kind for word, kind in vocabulary.kind_names.items() if kind in (scope.kind.name, *above)}
        kind = names.get(one_of(to, names, self.findings), "")
        return tuple(above[: above.index(kind) + 1]) if kind in above else ()

    def step(self, form: LadderForm, step: StepForm, scope: Scope, *, last: bool) -> Step | None:
        action = self.action(step.send)
        lapsed = word_of(step.if_lapsed, IF_LAPSED, self.findings) if step.if_lapsed else "stay" if last else "next"
        met = word_of(step.if_met, IF_MET, self.findings) if step.if_met else "close"
        for key, table in (("if_lapsed", IF_LAPSED), ("if_met", IF_MET)):
            text = getattr(step, key)
            if last and text in ("next", table["next"]):
                self.findings.add("PR295", text.span, key=key)
        if step.within is None and step.if_lapsed:
            self.findings.add("PR297", step.if_lapsed.span, action=str(step.send))
        if action is None:
            return None
        rule = self.named(form, step, "-met") if step.met else ""
        return Step(action, self.within(step.within, scope), rule, met, lapsed, step.send.span)

    @property
    def actions(self) -> dict[str, Action]:
        """The actions that are notices."""
        return {name: a for name, a in self.orders.vocabulary.actions.items() if a.effect == "notice"}

    def action(self, name: Text) -> Action | None:
        """An action that is a notice."""
        names = {word: full for word, full in self.orders.vocabulary.action_names.items() if full in self.actions}
        if name not in names:
            self.findings.add("PR215", name.span, word=str(name), hint=did_you_mean(name, names))
            return None
        return self.actions[names[name]]

    def within(self, text: Text | None, scope: Scope) -> Node | None:
        """How long a letter may stay without answer: what a day can be moved by, the same for all subjects."""
        node = None if text is None else parse(text, self.findings)
        if text is None or node is None:
            return None
        length, kind = check(node, scope, self.findings)
        if kind == ANY:
            return None
        literal = constant(length, scope) if kind.kind in DURATIONS else None
        if literal is None or not isinstance(literal.value, Fraction) or literal.value <= 0:
            self.findings.add("PR296", text.span, written=str(text))
            return None
        check(Arithmetic("+", Name(("as_of",), text.span), length, text.span), scope, self.findings)  # by a calendar
        return length

    # rules

    def rules(self, form: LadderForm, step: StepForm, scope: Scope) -> Iterator[Rule]:
        """What begins a step by itself, and what meets it."""
        action = self.actions.get(self.orders.vocabulary.action_names.get(step.send, ""))
        if action is None:
            return
        because = step.because or form.because
        if step.when and (because is None or not because.strip()):
            self.findings.add("PR203", step.when.span, key="because", chinese=POLICY["because"])
        reason, title = str(because or ""), action.title
        if step.when:
            clause = Clause(action, step.send.span)
            yield self.rule(self.named(form, step), title, reason, step.when, scope, (clause,))
        if step.met:
            met = Words(f"{title.en}: met", f"{title.zh}：已落实")
            yield self.rule(self.named(form, step, "-met"), met, reason, step.met, scope, ())

    def rule(
        self, name: str, title: Words, because: str, text: Text, scope: Scope, clauses: tuple[Clause, ...]
    ) -> Rule:
        node = parse(text, self.findings)
        when = check_condition(node, scope, self.findings) if node else Literal("?", "")
        return Rule(name, scope.kind.name, title, because, self.source, when, clauses, (), text.span, text)

    def named(self, form: LadderForm, step: StepForm, suffix: str = "") -> str:
        """The full name of a rule that a step writes."""
        sent = self.orders.vocabulary.action_names.get(step.send, str(step.send))
        return f"{self.policy}/{form.ladder}-{sent}{suffix}"
