"""Crossings: for which values of the cells of a world its policies turn.

They turn where two things are equal that are compared, or of which the lesser or the greater is taken; where an amount
reaches a limit of its account; and where it lies half-way between two steps of its rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import floor

from perfrules.analysis.formulas import Column, columns_read, formulas, inside
from perfrules.core.vocabulary import Fact
from perfrules.language.meaning import evaluate
from perfrules.language.nodes import Call, Compare, Literal, Node
from perfrules.language.scope import Scope
from perfrules.language.subject import Subject, point
from perfrules.outcome import Outcome
from perfrules.pipeline.model import Policy
from perfrules.pipeline.program import step_of
from perfrules.pipeline.tipping import crossing, turning
from perfrules.worlds import RowKey, World

Crossed = Mapping[tuple[RowKey, str], list[Fraction]]
NUMBERS = ("money", "ratio", "number", "count", "date")  # the kinds of facts that can cross something


class Crossings:
    """Where worlds turn under some policies."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.compared = [(p, *placed) for p in policies for placed in (*_compared(p), *_limited(p))]
        self.rounded = [(p, *placed) for p in policies for placed in _amounts(p)]

    def of(self, world: World, outcome: Outcome) -> Crossed:
        """For which values of each cell something is crossed, all others held."""
        found: dict[tuple[RowKey, str], list[Fraction]] = {}
        for comparison, seen in self._seen(world, outcome):
            columns = columns_read(comparison, seen.scope)
            for at, fact in _cells(world, columns, seen.scope.kind.name, seen.id):
                zero = _zero(comparison, seen, at, fact)
                if zero is not None:
                    found.setdefault((at, fact.name), []).append(zero)
        return found

    def _seen(self, world: World, outcome: Outcome) -> Iterator[tuple[Compare, Subject]]:
        """Everything that is compared, with each subject for which it is."""
        result = outcome.statement.result
        parameters = {judged.policy.name: judged.scope.parameters for judged in result.program.judged}

        def subjects(policy: Policy, scope: Scope) -> Iterator[Subject]:
            for subject in result.facts.table(scope.kind.name, world.period).ids if policy.name in parameters else ():
                there = replace(scope, parameters=parameters[policy.name])
                yield Subject(result.facts, there, subject, world.period, world.as_of.toordinal())

        for policy, comparison, scope in self.compared:
            yield from ((comparison, seen) for seen in subjects(policy, scope))
        for policy, amount, scope, step in self.rounded:
            for seen in subjects(policy, scope):
                value = point(evaluate(amount, seen))
                if isinstance(value, Fraction):
                    half = (floor(value / step) + Fraction(1, 2)) * step
                    yield Compare("<", amount, Literal("money", half)), seen


def _compared(policy: Policy) -> Iterator[tuple[Compare, Scope]]:
    """Every comparison that a policy makes, once; also between the things of which it takes the least or the most."""
    done: set[int] = set()
    for root, scope in formulas(policy):
        for node, there in inside(root, scope):
            if id(node) in done:
                continue
            done.add(id(node))
            match node:
                case Compare():
                    yield node, there
                case Call(function="min" | "max"):
                    yield from ((Compare("<", *pair), there) for pair in combinations(node.arguments, 2))


def _limited(policy: Policy) -> Iterator[tuple[Compare, Scope]]:
    """Every amount with what limits it alone."""
    for limit in policy.limits:
        bounds = [node for node in (limit.most, limit.least) if node is not None]
        for amount, scope, _ in _amounts(policy, limit.account) if bounds else ():
            if scope.kind.name == limit.kind:
                yield from ((Compare("<", amount, bound), scope) for bound in bounds)


def _amounts(policy: Policy, account: str = "") -> Iterator[tuple[Node, Scope, Fraction]]:
    """The amounts of a policy, or those on an account, each with the step to which it is rounded."""
    for rule in policy.rules:
        scope = policy.scopes[rule.kind]
        for clause in rule.clauses:
            if clause.amount is not None and account in ("", clause.account):
                yield clause.amount, scope, step_of(clause.rounding, scope, policy.vocabulary)[0]


def _cells(world: World, columns: Iterable[Column], kind: str, subject: str) -> Iterator[tuple[RowKey, Fact]]:
    """The cells of facts with numbers: those of the subject itself, and of other kinds."""
    columns = set(columns)
    for at in world.rows:
        if at[0] != kind or at[1] == subject:
            for fact in world.vocabulary.kinds[at[0]].columns.values():
                if (at[0], fact.name) in columns and fact.kind in NUMBERS:
                    yield at, fact


def _zero(comparison: Compare, seen: Subject, at: RowKey, fact: Fact) -> Fraction | None:
    """The value of a cell for which both sides of a comparison are equal."""
    table = seen.facts.table(at[0], at[2])
    row = table.row_of(at[1])
    stored = None if row is None else table.columns[fact.name][row]
    unit = Fraction(1, 10**fact.places)
    now = stored * unit if isinstance(stored, int) else Fraction(0)
    cell = (*at, fact.name)
    zero = crossing(comparison, seen, cell, now, unit)
    return turning(comparison, seen, cell, now, unit) if zero is None else zero
