"""Programs: policies as they stand on a day, compiled to a plan.

This stage adds, for each rule, the rails of its condition, and for each clause its amount or weight.
`settlement` adds what becomes of the claims.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TypeVar

from perfrules.core.problem import Findings, Problem, Words
from perfrules.core.span import Span
from perfrules.core.vocabulary import Action, Fact, Vocabulary
from perfrules.language import rails, scalars
from perfrules.language.aggregation import Unfit
from perfrules.language.bounds import TooWide
from perfrules.language.builder import Builder
from perfrules.language.combine import constant
from perfrules.language.lower import Clock, Lowering
from perfrules.language.nodes import Node
from perfrules.language.rails import Condition, Rational, Value
from perfrules.language.scope import Parameter, Scope
from perfrules.pipeline.drafts import Cap as Cap
from perfrules.pipeline.drafts import Claim as Claim
from perfrules.pipeline.drafts import Compiled as Compiled
from perfrules.pipeline.drafts import Decided as Decided
from perfrules.pipeline.drafts import Draft as Draft
from perfrules.pipeline.drafts import Invariant as Invariant
from perfrules.pipeline.drafts import Judged as Judged
from perfrules.pipeline.drafts import Place as Place
from perfrules.pipeline.model import Clause, Policy, Rounding, Rule
from perfrules.pipeline.weighing import check_weights

N = TypeVar("N")
V = TypeVar("V")


def draft(policies: Sequence[Policy], as_of: date, findings: Findings, day: Fact | None = None) -> Draft | None:
    """The conditions and claims of policies that are in force on a day; with `day`, each row has the day of its own.

    None with problems noted where a parameter has no value on that day, a term is too wide, or the policies
    speak of different vocabularies.
    """
    vocabulary = _shared(policies, findings)
    if vocabulary is None:
        return None
    ordered = tuple(sorted(policies, key=lambda p: p.name))
    made = Draft(Builder(vocabulary), vocabulary, as_of, day, policies=ordered)
    for policy in ordered:
        parameters = _parameters(policy, as_of, findings)
        if parameters is not None:
            _add_policy(made, policy, parameters, findings)
    return made


def in_force(policy: Policy, day: date) -> bool:
    """Whether a policy is in force on a day."""
    return policy.in_force[0] <= day <= policy.in_force[1]


def _shared(policies: Sequence[Policy], findings: Findings) -> Vocabulary | None:
    first = policies[0]
    for policy in policies[1:]:
        if policy.vocabulary.name != first.vocabulary.name:
            findings.add("PR240", policy.span, one=first.vocabulary.name, other=policy.vocabulary.name,
                         related=[("declared", first.span)])  # fmt: skip
            return None
    actions: dict[str, Action] = {}
    for policy in policies:
        for name, action in policy.vocabulary.actions.items():
            other = actions.setdefault(name, action)
            if replace(action, origin=other.origin) != other:
                findings.add("PR224", policy.span, name=name, origin=other.origin)
    return replace(first.vocabulary, actions=actions)


def _parameters(policy: Policy, as_of: date, findings: Findings) -> dict[str, Parameter] | None:
    found: dict[str, Parameter] = {}
    for name, dated in policy.parameters.items():
        parameter = dated.on(as_of)
        if parameter is None:
            day = as_of.isoformat()
            findings.add("PR222", dated.span, name=name, days=Words(f"on {day}", day))
        else:
            found[name] = parameter
    return found if len(found) == len(policy.parameters) else None


def _add_policy(made: Draft, policy: Policy, parameters: Mapping[str, Parameter], findings: Findings) -> None:
    clock = Clock(made.as_of.toordinal(), made.day)
    made.clocks.append(clock)
    made.pools |= policy.pools
    for kind, checked in policy.scopes.items():
        scope = replace(checked, parameters=parameters)
        check_weights(scope, findings)
        lowering = Lowering(made.builder, scope, clock, f"{policy.name}/")
        node = policy.scope.get(kind)
        applies = rails.truth(scalars.TRUE)
        if node is not None:
            whole = lowered(lowering.condition, node, node.span, findings)
            bound = None
            if whole is not None:
                bound = lowered(lambda c: _bound(lowering, c, "scope"), whole, node.span, findings)  # noqa: B023
            applies = bound or applies
        made.lowerings[policy.name, kind], made.applies[policy.name, kind] = lowering, applies
        _add_owners(made, policy, lowering)
        for rule in sorted(policy.rules, key=lambda r: r.name):
            if rule.kind == kind:
                _add_rule(made, policy, rule, lowering, applies, findings)


def _add_owners(made: Draft, policy: Policy, lowering: Lowering) -> None:
    """What the kind belongs to is not judged, but has accounts that limits and invariants may be about."""
    vocabulary = lowering.scope.vocabulary
    above = set(vocabulary.ancestors(lowering.scope.kind.name)) - set(policy.scopes)
    for kind in above & ({limit.kind for limit in policy.limits} | {must.kind for must in policy.musts}):
        made.lowerings[policy.name, kind] = lowering.of(vocabulary.kinds[kind], 0)
        made.applies[policy.name, kind] = rails.truth(scalars.TRUE)


def _bound(lowering: Lowering, condition: Condition, hint: str) -> Condition:
    bound = lowering.bind(condition, hint)
    assert isinstance(bound, Condition)
    return bound


def _add_rule(
    made: Draft, policy: Policy, rule: Rule, lowering: Lowering, applies: Condition, findings: Findings
) -> None:
    when = lowered(lowering.condition, rule.when, rule.written.span, findings)
    if when is None:
        return
    short = rule.name.rpartition("/")[2]
    whole = rails.conjunction(applies, when)
    verdict = lowered(lambda condition: _bound(lowering, condition, short), whole, rule.written.span, findings)
    if verdict is None:
        return
    judged = Judged(rule, policy, lowering.scope, applies, verdict)
    made.judged.append(judged)
    for clause in rule.clauses:
        inside = lowering
        if clause.offset and clause.account:
            effect = {"effect_account": clause.account, "effect_path": clause.path, "effect_offset": clause.offset}
            scope = replace(lowering.scope, **effect)  # type: ignore[arg-type]
            inside = Lowering(made.builder, scope, lowering.clock, lowering.prefix, lowering.known)
        claim = _claim(made, judged, clause, inside, f"{short} {clause.action.name}", findings)
        if claim is not None:
            made.claims.append(claim)


def _claim(
    made: Draft, judged: Judged, clause: Clause, lowering: Lowering, hint: str, findings: Findings
) -> Claim | None:
    claim = Claim(judged, clause, len(made.claims))
    for side, formula, mode in (("least", clause.least, "ceil"), ("most", clause.most, "floor")):
        if formula is not None:
            limit = whole_amount(lowering, formula, Rounding(), mode, f"{hint} {side}", findings)
            claim = replace(claim, least=limit) if side == "least" else replace(claim, most=limit)
    for name, node in (("amount", clause.amount), ("weight", clause.weight)):
        if node is None:
            continue
        value = lowered(lambda node: lowering.number(node).point(), node, node.span, findings)
        if value is None:
            return None
        if name == "amount":
            step, mode = step_of(clause.rounding, lowering.scope, made.vocabulary)
            value = lowered(lambda v: rails.rounded(v, step, mode, lowering.bounds), value, node.span, findings)  # noqa: B023
            if value is None:
                return None
            value = replace(value, scale=Fraction(1), low=rails.times(minor_units(step, made.vocabulary), value.low))
        elif not isinstance(value.den, scalars.Literal):
            findings.add("PR416", node.span, function="by")
            return None
        bound = lowered(lambda v: lowering.bind(v, f"{hint} {name}"), value, node.span, findings)  # noqa: B023
        if not isinstance(bound, Rational):
            return None
        claim = replace(claim, amount=bound) if name == "amount" else replace(claim, weight=bound)
    return claim if clause.figure is None else _figure(claim, clause.figure, lowering, f"{hint} of", findings)


def _figure(claim: Claim, node: Node, lowering: Lowering, hint: str, findings: Findings) -> Claim | None:
    """The label with its value; one that is only known to lie in a range is unknown, as is an amount or a weight."""

    def bound(node: Node) -> Value:
        value = lowering.value(node)
        return lowering.bind(value.point() if isinstance(value, Rational) else value, hint)

    value = lowered(bound, node, node.span, findings)
    return None if value is None else replace(claim, figure=value)


def whole_amount(
    lowering: Lowering, node: Node, rounding: Rounding, mode: str, hint: str, findings: Findings
) -> Rational | None:
    """An amount in minor units, rounded to whole steps, as columns; None with a problem noted where it is too wide."""
    vocabulary = lowering.scope.vocabulary
    step = step_of(rounding, lowering.scope, vocabulary)[0]

    def whole(node: Node) -> Rational:
        value = rails.rounded(lowering.number(node), step, mode, lowering.bounds)
        low = rails.times(minor_units(step, vocabulary), value.low)
        bound = lowering.bind(replace(value, scale=Fraction(1), low=low), hint)
        assert isinstance(bound, Rational)
        return bound

    return lowered(whole, node, node.span, findings)


def step_of(rounding: Rounding, scope: Scope, vocabulary: Vocabulary) -> tuple[Fraction, str]:
    """The step in major units, and the mode, of a rounding."""
    literal = constant(rounding.step, scope) if rounding.step is not None else None
    if literal is None or not isinstance(literal.value, Fraction):
        return Fraction(1, vocabulary.currency.minor_per_major), rounding.mode
    return literal.value, rounding.mode


def minor_units(amount: Fraction, vocabulary: Vocabulary) -> int:
    """An amount in major units that is a whole number of minor ones, in those."""
    return int(amount * vocabulary.currency.minor_per_major)


def lowered(lower: Callable[[N], V], node: N, span: Span | None, findings: Findings) -> V | None:
    """What `lower` makes of a node; None with a problem noted where a term is too wide or has no exact form."""
    try:
        return lower(node)
    except TooWide as wide:
        findings.add("PR415", span, bits=str(wide.bits))
    except Unfit as unfit:
        findings.put(Problem(unfit.code, unfit.span or span, unfit.values))
    return None
