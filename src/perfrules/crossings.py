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
from typing import NamedTuple

from perfrules.analysis.formulas import Column, columns_read, formulas, inside
from perfrules.analysis.lines import WORDS
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


class _Line(NamedTuple):
    """A comparison, or an amount with the step to which it is rounded; and the facts that it reads."""

    policy: str
    node: Node
    scope: Scope
    step: Fraction | None
    columns: frozenset[Column]

    def comparison(self, seen: Subject) -> Compare | None:
        """What is equal on the line: of an amount, with what is rounded up from there on, next to what it is."""
        if isinstance(self.node, Compare):
            return self.node
        value = point(evaluate(self.node, seen))
        if self.step is None or not isinstance(value, Fraction):
            return None
        return Compare("<", self.node, Literal("money", (floor(value / self.step) + Fraction(1, 2)) * self.step))


class Crossings:
    """Where worlds turn under some policies."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.lines = [line for policy in policies for line in _lines(policy)]

    def of(self, world: World, outcome: Outcome) -> Crossed:
        """For which values of each cell something is crossed, all others held."""
        found: dict[tuple[RowKey, str], list[Fraction]] = {}
        result = outcome.statement.result
        parameters = {judged.policy.name: judged.scope.parameters for judged in result.program.judged}
        for line in (line for line in self.lines if line.policy in parameters):
            scope = replace(line.scope, parameters=parameters[line.policy])
            for subject in result.facts.table(scope.kind.name, world.period).ids:
                seen = Subject(result.facts, scope, subject, world.period, world.as_of.toordinal())
                comparison = line.comparison(seen)
                if comparison is None:
                    continue
                for at, fact in _cells(world, line, subject):
                    zero = _zero(comparison, seen, at, fact)
                    if zero is not None:
                        found.setdefault((at, fact.name), []).append(zero)
        return found


def _lines(policy: Policy) -> Iterator[_Line]:
    """What is compared, what limits an amount, what is rounded."""
    unrounded = ((*placed, None) for placed in (*_compared(policy), *_limited(policy)))
    for node, scope, step in (*unrounded, *_amounts(policy)):
        yield _Line(policy.name, node, scope, step, columns_read(node, scope))


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


def _cells(world: World, line: _Line, subject: str) -> Iterator[tuple[RowKey, Fact]]:
    """The cells of facts with numbers that a line reads: those of the subject itself, and of other kinds."""
    for at in world.rows:
        if at[0] != line.scope.kind.name or at[1] == subject:
            for fact in world.vocabulary.kinds[at[0]].columns.values():
                if (at[0], fact.name) in line.columns and fact.kind not in WORDS:
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
