"""Drafts: a plan in the making, with what later stages read from its result; and what becomes of it, a program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import cached_property

from perfrules.core.span import Span
from perfrules.core.vocabulary import Fact, Vocabulary
from perfrules.language import plan
from perfrules.language.builder import Builder
from perfrules.language.lower import Clock, Lowering
from perfrules.language.nodes import Node
from perfrules.language.rails import Condition, Rational, Value
from perfrules.language.scalars import Scalar
from perfrules.language.scope import Scope
from perfrules.pipeline.model import Approval, Clause, Decision, Limit, Must, Policy, Pool, Rule

FORMAT = 1  # of the plan's canonical form; part of the digest


@dataclass(frozen=True)
class Judged:
    """A rule in the plan: when it applies, holds and fails."""

    rule: Rule
    policy: Policy
    scope: Scope
    applies: Condition
    verdict: Condition

    @property
    def rails(self) -> tuple[Scalar, Scalar, Scalar]:
        """Whether it holds, fails, and lies outside the scope."""
        return self.verdict.holds, self.verdict.fails, self.applies.fails


@dataclass(frozen=True)
class Claim:
    """A clause of a rule in the plan: the condition, and for money the whole minor units or the weight."""

    judged: Judged
    clause: Clause
    number: int
    amount: Rational | None = None
    weight: Rational | None = None
    least: Rational | None = None  # what a person may decide, where it is only recommended
    most: Rational | None = None
    figure: Value | None = None  # of a label

    @property
    def name(self) -> str:
        """The rule, and the action."""
        return f"{self.judged.rule.name} {self.clause.action.name}"

    @property
    def owner_kind(self) -> str:
        """The kind of subject whose account the claim is on."""
        return self.clause.path[-1] if self.clause.path else self.judged.rule.kind


@dataclass(frozen=True)
class Cap:
    """A limit in a year in which claims fall on its account: the formulas as they are meant there."""

    limit: Limit
    scope: Scope
    applies: Node | None  # the condition for being judged by the policy at all
    most: Node | None
    least: Node | None


@dataclass(frozen=True)
class Invariant:
    """A must in a year in which claims fall on its accounts: the condition as it is meant there."""

    must: Must
    offset: int
    scope: Scope
    that: Node


@dataclass(frozen=True, slots=True)
class Place:
    """Where what a requirement is about was written, and the kind of subject that it is about."""

    span: Span
    kind: str
    number: int = -1  # of the claim, where it is about a decision on one


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about one claim of one subject; the amount is in minor units."""

    number: int
    id: str
    period: int
    amount: int | None
    approve: bool | None
    because: str
    by: str
    on: date
    span: Span


@dataclass
class Draft:
    """A plan in the making, with what later stages read from its result."""

    builder: Builder
    vocabulary: Vocabulary
    as_of: date
    day: Fact | None = None  # as `Clock` has it
    judged: list[Judged] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    pools: dict[str, Pool] = field(default_factory=dict)
    made: dict[int, Scalar] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()
    lowerings: dict[tuple[str, str], Lowering] = field(default_factory=dict)  # by policy and kind
    applies: dict[tuple[str, str], Condition] = field(default_factory=dict)
    caps: dict[tuple[str, str, int], tuple[Cap, ...]] = field(default_factory=dict)  # by kind, account and year

    parts: dict[tuple[str, str], Value] = field(default_factory=dict)  # of a pool, by its name and a kind of member

    invariants: list[Invariant] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)  # by what a requirement is about
    decided: list[Decided] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)

    def approvals_of(self, claim: Claim) -> list[Approval]:
        """The approvals that a claim may need, of all policies."""
        return approvals_of(self.policies, claim)

    def limits(self) -> list[tuple[Limit, Scope]]:
        """The limits of all policies."""
        return [(limit, self.lowerings[p.name, limit.kind].scope) for p in self.policies for limit in p.limits]


def approvals_of(policies: Sequence[Policy], claim: Claim) -> list[Approval]:
    """The approvals of policies that a claim may need."""
    action, kind = claim.clause.action.name, claim.judged.rule.kind
    return [a for p in policies for a in p.approvals if a.kind == kind and action in a.of]


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
    scopes: Mapping[tuple[str, str], Scope]  # by policy and kind, with the parameters of the day
    caps: Mapping[tuple[str, str, int], tuple[Cap, ...]]
    invariants: tuple[Invariant, ...]
    places: Mapping[str, Place]
    decided: tuple[Decided, ...]
    made: Mapping[int, Scalar]  # by a claim's number: whether it is made, neither set aside nor barred
    decisions: tuple[Decision, ...]  # what people decided, as it was written
    asks_for_the_day: bool  # whether a formula looks at `as_of`

    @cached_property
    def json(self) -> str:
        """The canonical JSON of the plan, of what the rules are called, of ladders, and of what people decided."""
        names = [[j.rule.name, j.rule.because, j.rule.source] for j in self.judged]
        claims = [
            [c.name, *c.clause.path, c.clause.account, c.clause.pool, c.clause.counter_account, c.clause.word]
            for c in self.claims
        ]
        decided = [[d.number, d.id, d.period, d.amount, d.approve, d.because, d.by, str(d.on)] for d in self.decided]
        pools = [[p.name, p.leftover, p.shortfall] for p in self.pools.values()]
        whole = [FORMAT, self.as_of.isoformat(), names, claims, sorted(pools), canonical(self.plan)]
        whole += [sorted(decided, key=str)] if decided else []
        ladders = [[policy.name, *policy.said_of_ladders] for policy in self.policies if policy.ladders]
        whole += [ladders] if ladders else []
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @cached_property
    def digest(self) -> str:
        """The sha256 of the canonical JSON."""
        return hashlib.sha256(self.json.encode("utf-8")).hexdigest()


def canonical(value: object) -> object:
    """Plain JSON for a plan: every scalar and step as its name and its parts."""
    if isinstance(value, tuple):
        return [canonical(v) for v in value]
    if is_dataclass(value):
        return [
            type(value).__name__,
            *(canonical(getattr(value, field.name)) for field in fields(value) if field.compare),
        ]
    return value
