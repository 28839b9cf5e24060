"""Probes: worlds near the lines of policies, found from those of cases by changing one thing after the other.

A world that shows something new is changed in its turn, so that what needs several changes is found as well; later
also one in which the parts of a condition stand as they never did, though nothing came of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import ceil, floor

from perfrules.analysis.formulas import Column, columns_read, comparisons, formulas, inside
from perfrules.analysis.observing import standing
from perfrules.analysis.units import neighbours
from perfrules.cases import Case, Ran, Runner
from perfrules.core.vocabulary import Fact
from perfrules.coverage import Way
from perfrules.language.meaning import evaluate
from perfrules.language.nodes import Aggregate, Compare, Literal, Node
from perfrules.language.scope import Scope
from perfrules.language.subject import Subject, point
from perfrules.language.write import write_literal
from perfrules.outcome import Outcome
from perfrules.pipeline.model import DatedParameter, Policy
from perfrules.pipeline.needs import subject_of
from perfrules.pipeline.program import step_of
from perfrules.pipeline.tipping import crossing, turning
from perfrules.worlds import UNKNOWN, RowKey, World, usual_value, usual_world, value_text, world_of

PROBES_MAX = 1_200
ROWS_MAX = 40  # of a world; larger ones are only looked at around each subject
_FITTING = {"ratio": ("ratio", "points", "number"), "number": ("number",), "count": ("number", "count"),
            "money": ("money",), "date": ("date",)}  # fmt: skip


class Changes:
    """What can be changed in worlds under policies: values at and beside their lines, words, unknowns, rows, days."""

    def __init__(self, policies: tuple[Policy, ...]) -> None:
        self.policies = policies
        self.formulas: list[Weighed] = [(p, *placed, Fraction(0)) for p in policies for placed in comparisons(p)]
        self.formulas += [placed for p in policies for placed in _amounts(p)]

    @cached_property
    def read(self) -> frozenset[Column]:
        """The facts that the policies read."""
        return frozenset(c for p in self.policies for node, scope in formulas(p) for c in columns_read(node, scope))

    @cached_property
    def constants(self) -> Mapping[str, tuple[Fraction | str, ...]]:
        """The numbers and texts that the policies name, by kind of value."""
        found: dict[str, dict[Fraction | str, None]] = {}
        literals = [d.literal for p in self.policies for own in p.parameters.values() for d in own.values]
        for policy in self.policies:
            for root, scope in formulas(policy):
                literals += [node for node, _ in inside(root, scope) if isinstance(node, Literal)]
        for literal in literals:
            if isinstance(literal.value, (Fraction, str)) and not isinstance(literal.value, bool):
                found.setdefault(literal.kind, {})[literal.value] = None
        return {kind: tuple(values) for kind, values in found.items()}

    @cached_property
    def is_shared(self) -> bool:
        """Whether what comes out for one subject depends on others that it has nothing to do with."""
        cohorts = any(
            isinstance(node, Aggregate) and (scope.members(node.over) or ("",))[0] == "cohort"
            for policy in self.policies
            for root, own in formulas(policy)
            for node, scope in inside(root, own)
        )
        return cohorts or any(policy.pools for policy in self.policies)

    def of(self, world: World, ran: Ran) -> Iterator[World]:
        """The worlds that are one change away."""
        lines = self.lines(world, ran.outcome) if ran.outcome is not None else {}
        for at, row in world.rows.items():
            kind = world.vocabulary.kinds[at[0]]
            for fact in kind.columns.values():
                if (kind.name, fact.name) in self.read:
                    for value in self.values(fact, lines.get((at, fact.name), ())):
                        if value != row.get(fact.name, UNKNOWN):
                            yield world.having(at, fact.name, value)
        yield from self.rows(world)
        yield from self.days(world)

    def values(self, fact: Fact, zeros: Iterable[Fraction]) -> list[str]:
        """The values of a fact that may matter."""
        if fact.kind == "flag":
            return ["yes", "no", UNKNOWN]
        if fact.kind in ("choice", "text"):
            words = fact.choices or tuple(str(word) for word in self.constants.get("text", ()))
            return [*words, UNKNOWN]
        unit = Fraction(1, 10**fact.places)
        named = [v for k in _FITTING[fact.kind] for v in self.constants.get(k, ()) if isinstance(v, Fraction)]
        least, most = fact.bounds
        steps = dict.fromkeys(
            step + beside
            for zero in [*zeros, *named]
            for step in (floor(zero / unit), ceil(zero / unit))
            for beside in (0, -1, 1)
        )
        bounds = [bound for bound in (fact.least, fact.most) if bound is not None]
        return [value_text(fact, step) for step in dict.fromkeys((*steps, *bounds)) if least <= step <= most] + [
            UNKNOWN
        ]

    def lines(self, world: World, outcome: Outcome) -> Mapping[tuple[RowKey, str], list[Fraction]]:
        """For which values of each cell two things that are compared are equal, or an amount lies half-way between two
        steps of its rounding, all others held."""
        found: dict[tuple[RowKey, str], list[Fraction]] = {}
        result = outcome.statement.result
        scopes = {(j.policy.name, j.rule.kind): j.scope for j in result.program.judged}
        parameters = {name: scope.parameters for (name, _), scope in scopes.items()}
        for policy, node, scope, step in self.formulas:
            columns = columns_read(node, scope)
            for subject in result.facts.table(scope.kind.name, world.period).ids if policy.name in parameters else ():
                there = replace(scope, parameters=parameters[policy.name])
                seen = Subject(result.facts, there, subject, world.period, world.as_of.toordinal())
                comparison = node if isinstance(node, Compare) else _half_way(node, step, seen)
                if comparison is None:
                    continue
                for at, fact in _cells(world, columns, scope.kind.name, subject):
                    zero = self.zero(comparison, seen, at, fact)
                    if zero is not None:
                        found.setdefault((at, fact.name), []).append(zero)
        return found

    def zero(self, comparison: Compare, seen: Subject, at: RowKey, fact: Fact) -> Fraction | None:
        """The value of a cell for which both sides of a comparison are equal."""
        table = seen.facts.table(at[0], at[2])
        row = table.row_of(at[1])
        stored = None if row is None else table.columns[fact.name][row]
        unit = Fraction(1, 10**fact.places)
        now = stored * unit if isinstance(stored, int) else Fraction(0)
        cell = (*at, fact.name)
        zero = crossing(comparison, seen, cell, now, unit)
        return turning(comparison, seen, cell, now, unit) if zero is None else zero

    def rows(self, world: World) -> Iterator[World]:
        """The world with one more or one less of what belongs to a subject."""
        reading = {kind for kind, _ in self.read}
        for at, row in world.rows.items():
            kind = world.vocabulary.kinds[at[0]]
            if kind.belongs_to in row and kind.name in reading:
                yield world.without(at)
                more = dict(row)
                if kind.in_order_of:
                    orders = [int(r[kind.in_order_of]) for key, r in world.rows.items() if key[0] == kind.name]
                    more[kind.in_order_of] = str(max(orders) + 1)
                yield world.adding((kind.name, f"{at[1]}-{len(world.rows)}", at[2]), more)
        for name in world.kinds:
            if world.vocabulary.kinds[name].belongs_to in world.kinds:
                yield world.unloaded(name)
        for kind in world.vocabulary.kinds.values():
            above = [at for at in world.rows if at[0] == kind.belongs_to and at[2] == world.period]
            if above and kind.name in reading and kind.name not in {key[0] for key in world.rows}:
                facts = [f for f in kind.facts.values() if (kind.name, f.name) in self.read]
                facts += [kind.facts[kind.in_order_of]] if kind.in_order_of else []
                row = {kind.belongs_to: above[0][1]} | {f.name: usual_value(f, world.as_of) for f in facts}
                yield world.adding((kind.name, f"{above[0][1]}-1", world.period), row)

    def days(self, world: World) -> Iterator[World]:
        """The world on days on which other values are in force, and with other words for parameters."""
        for policy in self.policies:
            for parameter in policy.parameters.values():
                for dated in parameter.values:
                    day = min(max(dated.start, policy.in_force[0]), policy.in_force[1])
                    if not dated.start <= world.as_of <= dated.end and dated.start <= day <= dated.end:
                        yield replace(world, as_of=day)
                for word in _other_words(parameter):
                    yield replace(world, parameters={**world.parameters, parameter.name: word})


def _other_words(parameter: DatedParameter) -> Iterator[str]:
    """What else a parameter could be: its other words, or a unit more or less than each of its values."""
    for dated in parameter.values:
        if isinstance(dated.literal.value, Fraction):
            yield from (write_literal(other) for other in neighbours(dated.literal))
    yield from parameter.choices


Weighed = tuple[Policy, Node, Scope, Fraction]


def _amounts(policy: Policy) -> Iterator[Weighed]:
    """The amounts of a policy, each with the step to which it is rounded."""
    for rule in policy.rules:
        scope = policy.scopes[rule.kind]
        for clause in rule.clauses:
            if clause.amount is not None:
                yield policy, clause.amount, scope, step_of(clause.rounding, scope, policy.vocabulary)[0]


def _half_way(amount: Node, step: Fraction, seen: Subject) -> Compare | None:
    """An amount compared with what is rounded up from there on, next to what it is."""
    value = point(evaluate(amount, seen))
    if not isinstance(value, Fraction):
        return None
    return Compare("<", amount, Literal("money", (floor(value / step) + Fraction(1, 2)) * step))


def _cells(world: World, columns: Iterable[Column], kind: str, subject: str) -> Iterator[tuple[RowKey, Fact]]:
    """The cells of facts with numbers: those of the subject itself, and of other kinds."""
    columns = set(columns)
    for at in world.rows:
        if at[0] != kind or at[1] == subject:
            for fact in world.vocabulary.kinds[at[0]].columns.values():
                if (at[0], fact.name) in columns and fact.kind in _FITTING:
                    yield at, fact


def starting_worlds(policies: tuple[Policy, ...], cases: Iterable[Case], changes: Changes) -> list[World]:
    """The worlds of cases that are about policies, around each subject that is judged; else a usual one."""
    names = {policy.name for policy in policies}
    kinds = dict.fromkeys(rule.kind for policy in policies for rule in policy.rules)
    own = [
        world_of(c) for c in cases if c.decisions is None and not c.problems and names & {p.name for p in c.policies}
    ]
    own = [replace(world, policies=policies) for world in own]
    found = [w.around(k, at[1]) for w in own for k in kinds for at in w.rows if at[0] == k and at[2] == w.period]
    found += [world for world in own if changes.is_shared and len(world.rows) <= ROWS_MAX]
    seen = {at[0] for world in own for at in world.rows if at[2] == world.period}
    found += [usual_world(p, k) for p in policies for k in kinds if k not in seen]
    return [replace(world, policies=policies) for world in found]


@dataclass
class Search:
    """Looks for worlds that show something; `look` says what a case that was run shows."""

    policies: tuple[Policy, ...]
    changes: Changes
    look: Callable[[Ran], set[Way]]
    runner: Runner
    limit: int = PROBES_MAX
    found: dict[Way, World] = field(default_factory=dict)  # the first world that shows each
    stood: set[object] = field(default_factory=set)  # how the parts of conditions stood at once
    runs: int = 0

    def search(self, worlds: Iterable[World], wanted: set[Way]) -> None:
        """Look at worlds and what is near to them, until all that is wanted is found or enough was tried."""
        done: set[object] = set()
        queue = deque((world, ran) for world in worlds if (ran := self.try_(world, done)) is not None)
        later: deque[tuple[World, Ran]] = deque()
        while queue or later:
            world, ran = (queue or later).popleft()
            for changed in self.changes.of(world, ran):
                if wanted <= self.found.keys() or self.runs >= self.limit:
                    return
                known, stood = len(self.found), len(self.stood)
                tried = self.try_(changed, done)
                if tried is not None and len(self.found) > known:
                    queue.append((changed, tried))
                elif tried is not None and len(self.stood) > stood:
                    later.append((changed, tried))

    def try_(self, world: World, done: set[object]) -> Ran | None:
        """Run a world that was not run yet; None where it is refused."""
        if world.key in done:
            return None
        done.add(world.key)
        self.runs += 1
        ran = self.runner.run(world.case("probe"))
        if ran.outcome is None:
            return None
        for shown in sorted(self.look(ran)):
            self.found.setdefault(shown, world)
        self.stood |= _standings(ran.outcome)
        return ran


def _standings(outcome: Outcome) -> set[object]:
    result = outcome.statement.result
    return {
        (judged.rule.name, standing(judged.rule.when, subject_of(result, judged, subject)))
        for judged in result.program.judged
        for subject in result.facts.table(judged.rule.kind, result.period).ids
    }
