"""Programs: policies as they stand on a day, compiled to a plan.

This stage adds, for each rule, the rails of its condition, and for each clause its amount or weight.
`settlement` adds what becomes of the claims.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from perfrules.core.problem import Findings, Problem, did_you_mean
from perfrules.core.span import Span
from perfrules.core.vocabulary import Vocabulary
from perfrules.language import plan, rails
from perfrules.language.aggregation import Unfit
from perfrules.language.bounds import TooWide
from perfrules.language.builder import Builder
from perfrules.language.combine import constant
from perfrules.language.lower import Clock, Lowering
from perfrules.language.plan import Scalar
from perfrules.language.rails import Condition, Rational
from perfrules.language.scope import Parameter, Scope
from perfrules.pipeline.model import Clause, Policy, Pool, Rounding, Rule

N = TypeVar("N")
V = TypeVar("V")
FORMAT = 1  # of the plan's canonical form; part of the digest


@dataclass(frozen=True)
class Judged:
    """A rule in the plan: when it applies, holds and fails."""

    rule: Rule
    policy: Policy
    scope: Scope
    applies: Condition
    verdict: Condition


@dataclass(frozen=True)
class Claim:
    """A clause of a rule in the plan: the condition, and for money the whole minor units or the weight."""

    judged: Judged
    clause: Clause
    number: int
    amount: Rational | None = None
    weight: Rational | None = None

    @property
    def name(self) -> str:
        """The rule, and the action."""
        return f"{self.judged.rule.name} {self.clause.action.name}"


@dataclass
class Draft:
    """A plan in the making, with what later stages read from its result."""

    builder: Builder
    vocabulary: Vocabulary
    as_of: date
    judged: list[Judged] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    pools: dict[str, Pool] = field(default_factory=dict)
    made: dict[int, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class Compiled:
    """Policies compiled for a day. Immutable; safe to share between threads."""

    as_of: date
    vocabulary: Vocabulary
    plan: plan.Plan
    judged: tuple[Judged, ...]
    claims: tuple[Claim, ...]
    pools: Mapping[str, Pool]
    policies: tuple[Policy, ...]
    idle: tuple[Policy, ...]  # not in force on the day
    made: Mapping[int, Scalar]  # by a claim's number: whether it is made, neither set aside nor barred

    @cached_property
    def digest(self) -> str:
        """The sha256 of the plan's canonical JSON and of what the rules are called."""
        names = [[j.rule.name, j.rule.because, j.rule.source] for j in self.judged]
        claims = [[c.name, c.clause.account, c.clause.pool, c.clause.counter_account] for c in self.claims]
        whole = [FORMAT, self.as_of.isoformat(), names, claims, canonical(self.plan)]
        text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


def canonical(value: object) -> object:
    """Plain JSON for a plan: every scalar and step as its name and its parts."""
    if isinstance(value, tuple):
        return [canonical(v) for v in value]
    if is_dataclass(value):
        return [
            type(value).__name__,
            *(canonical(getattr(value, name)) for name in value.__dataclass_fields__),
        ]
    return value


def draft(policies: Sequence[Policy], as_of: date, findings: Findings) -> Draft | None:
    """The conditions and claims of policies that are in force on a day.

    None with problems noted where a parameter has no value on that day, a term is too wide, or the policies
    speak of different vocabularies.
    """
    vocabulary = _shared(policies, findings)
    if vocabulary is None:
        return None
    made = Draft(Builder(vocabulary), vocabulary, as_of)
    for policy in sorted(policies, key=lambda p: p.name):
        parameters = _parameters(policy, as_of, findings)
        if parameters is not None:
            _add_policy(made, policy, parameters, findings)
    _check_overs(policies, findings)
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
    actions = {name: a for p in policies for name, a in p.vocabulary.actions.items()}
    return replace(first.vocabulary, actions=actions)


def _parameters(policy: Policy, as_of: date, findings: Findings) -> dict[str, Parameter] | None:
    found: dict[str, Parameter] = {}
    for name, dated in policy.parameters.items():
        parameter = dated.on(as_of)
        if parameter is None:
            findings.add("PR222", dated.span, name=name, day=as_of.isoformat())
        else:
            found[name] = parameter
    return found if len(found) == len(policy.parameters) else None


def _add_policy(made: Draft, policy: Policy, parameters: Mapping[str, Parameter], findings: Findings) -> None:
    clock = Clock(made.as_of.toordinal())
    made.pools |= policy.pools
    for kind, checked in policy.scopes.items():
        scope = replace(checked, parameters=parameters)
        lowering = Lowering(made.builder, scope, clock, f"{policy.name}/")
        node = policy.scope.get(kind)
        applies = rails.truth(plan.TRUE)
        if node is not None:
            whole = _lowered(lowering.condition, node, node.span, findings)
            bound = whole and _lowered(lambda c: _bound(lowering, c, "scope"), whole, node.span, findings)  # noqa: B023
            applies = bound or applies
        for rule in sorted(policy.rules, key=lambda r: r.name):
            if rule.kind == kind:
                _add_rule(made, policy, rule, lowering, applies, findings)


def _bound(lowering: Lowering, condition: Condition, hint: str) -> Condition:
    bound = lowering.bind(condition, hint)
    assert isinstance(bound, Condition)
    return bound


def _add_rule(
    made: Draft, policy: Policy, rule: Rule, lowering: Lowering, applies: Condition, findings: Findings
) -> None:
    when = _lowered(lowering.condition, rule.when, rule.written.span, findings)
    if when is None:
        return
    short = rule.name.rpartition("/")[2]
    whole = rails.conjunction(applies, when)
    verdict = _lowered(lambda c: _bound(lowering, c, short), whole, rule.written.span, findings)
    if verdict is None:
        return
    judged = Judged(rule, policy, lowering.scope, applies, verdict)
    made.judged.append(judged)
    for clause in rule.clauses:
        inside = lowering
        if clause.offset and clause.account:
            scope = replace(lowering.scope, effect_account=clause.account, effect_offset=clause.offset)
            inside = Lowering(made.builder, scope, lowering.clock, lowering.prefix, lowering.known)
        claim = _claim(made, judged, clause, inside, f"{short} {clause.action.name}", findings)
        if claim is not None:
            made.claims.append(claim)


def _claim(
    made: Draft, judged: Judged, clause: Clause, lowering: Lowering, hint: str, findings: Findings
) -> Claim | None:
    claim = Claim(judged, clause, len(made.claims))
    for name, node in (("amount", clause.amount), ("weight", clause.weight)):
        if node is None:
            continue
        value = _lowered(lowering.number, node, node.span, findings)
        if value is None:
            return None
        if name == "amount":
            step, mode = step_of(clause.rounding, lowering.scope, made.vocabulary)
            value = _lowered(lambda v: rails.rounded(v, step, mode, lowering.bounds), value, node.span, findings)  # noqa: B023
            if value is None:
                return None
            value = replace(value, scale=Fraction(1), low=rails.times(minor_units(step, made.vocabulary), value.low))
        elif not isinstance(value.den, plan.Literal):
            findings.add("PR416", node.span, function="by")
            return None
        bound = _lowered(lambda v: lowering.bind(v, f"{hint} {name}"), value, node.span, findings)  # noqa: B023
        if not isinstance(bound, Rational):
            return None
        claim = replace(claim, amount=bound) if name == "amount" else replace(claim, weight=bound)
    return claim


def step_of(rounding: Rounding, scope: Scope, vocabulary: Vocabulary) -> tuple[Fraction, str]:
    """The step in major units, and the mode, of a rounding."""
    literal = constant(rounding.step, scope) if rounding.step is not None else None
    if literal is None or not isinstance(literal.value, Fraction):
        return Fraction(1, vocabulary.currency.minor_per_major), rounding.mode
    return literal.value, rounding.mode


def minor_units(amount: Fraction, vocabulary: Vocabulary) -> int:
    """An amount in major units that is a whole number of minor ones, in those."""
    return int(amount * vocabulary.currency.minor_per_major)


def _lowered(lower: Callable[[N], V], node: N, span: Span | None, findings: Findings) -> V | None:
    """What `lower` makes of a node; None with a problem noted where a term is too wide or has no exact form."""
    try:
        return lower(node)
    except TooWide as wide:
        findings.add("PR415", span, bits=str(wide.bits))
    except Unfit as unfit:
        findings.put(Problem(unfit.code, unfit.span or span, unfit.values))
    return None


def _check_overs(policies: Sequence[Policy], findings: Findings) -> None:
    """`over` must name rules that are there, for the same kind, and must not run in a circle."""
    rules = {(r.name, r.kind): r for p in policies for r in p.rules}  # also those that were refused
    names = {name for name, _ in rules}
    for rule in rules.values():
        for name, span in zip(rule.over, rule.over_spans, strict=True):
            if (name, rule.kind) not in rules:
                findings.add("PR220", span, rule=name, hint=did_you_mean(name, sorted(names)))
    for rule in rules.values():
        ring = _ring(rule, rules)
        if ring and rule.name == min(ring):
            related = [("reads", rules[name, rule.kind].span) for name in ring[1:]]
            findings.add("PR221", rule.span, ring=" → ".join([*ring, ring[0]]), related=related)


def _ring(start: Rule, rules: Mapping[tuple[str, str], Rule]) -> list[str]:
    """The rules from `start` back to itself along `over`, or nothing."""
    paths: list[list[str]] = [[start.name]]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        rule = rules.get((path[-1], start.kind))
        for name in rule.over if rule else ():
            if name == start.name:
                return path
            if name not in seen:
                seen.add(name)
                paths.append([*path, name])
    return []
