"""Probes: worlds near the lines of policies, found from those of cases by changing one thing after the other.

A world that shows something new is changed in its turn, so that what needs several changes is found as well; later
also one in which the parts of a condition stand as they never did, though nothing came of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import zip_longest
from math import ceil, floor

from perfrules.analysis.formulas import Column, columns_read, formulas, inside
from perfrules.analysis.observing import standing
from perfrules.analysis.units import neighbours
from perfrules.cases import Case, Ran, Runner
from perfrules.core.vocabulary import Fact
from perfrules.coverage import Way
from perfrules.crossings import Crossed, Crossings
from perfrules.language.nodes import Aggregate, Literal
from perfrules.language.write import write_literal
from perfrules.outcome import Outcome
from perfrules.pipeline.model import DatedParameter, Policy
from perfrules.pipeline.needs import subject_of
from perfrules.worlds import UNKNOWN, World, usual_value, usual_world, value_text, world_of

PROBES_MAX = 1_200
ROWS_MAX = 40  # of a world; larger ones are only looked at around each subject
_FITTING = {"ratio": ("ratio", "points", "number"), "number": ("number",), "count": ("number", "count"),
            "money": ("money",), "date": ("date",)}  # fmt: skip


class Changes:
    """What can be changed in worlds under policies: values at and beside their lines, words, unknowns, rows, days."""

    def __init__(self, policies: tuple[Policy, ...]) -> None:
        self.policies = policies
        self.crossings = Crossings(policies)

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

    def crossed(self, world: World, ran: Ran) -> Crossed:
        """For which values of each cell the policies turn; nothing of a run that is refused."""
        return {} if ran.outcome is None else self.crossings.of(world, ran.outcome)

    def of(self, world: World, crossed: Crossed, some: Collection[Column] | None = None) -> Iterator[World]:
        """The worlds that are one change away; or those that change some of the facts, or rows of their kinds."""
        read = self.read if some is None else some
        cells = [(at, fact) for at in world.rows for fact in world.vocabulary.kinds[at[0]].columns.values()]
        cells = [(at, fact) for at, fact in cells if (at[0], fact.name) in read]
        values = [self.values(fact, crossed.get((at, fact.name), ())) for at, fact in cells]
        for one in (*zip_longest(*values), [UNKNOWN] * len(cells)):
            for (at, fact), value in zip(cells, one, strict=True):
                if value is not None and value != world.rows[at].get(fact.name, UNKNOWN):
                    yield world.having(at, fact.name, value)
        yield from self.rows(world, {kind for kind, _ in read})
        if some is None:
            yield from self.days(world)

    def values(self, fact: Fact, zeros: Sequence[Fraction]) -> list[str]:
        """The known values of a fact that may matter: at what is crossed, beside it, and far beyond."""
        if fact.kind == "flag":
            return ["yes", "no"]
        if fact.kind in ("choice", "text"):
            words = fact.choices or tuple(str(word) for word in self.constants.get("text", ()))
            return [*words]
        unit = Fraction(1, 10**fact.places)
        named = [v for k in _FITTING[fact.kind] for v in self.constants.get(k, ()) if isinstance(v, Fraction)]
        least, most = fact.bounds
        crossed, other = ([end(n / unit) for n in some for end in (floor, ceil)] for some in (zeros, named))
        beside = [[step + by for by in (0, -1, 1) for step in some] for some in (crossed, other)]
        steps = [*beside[0], *(2 * step for step in crossed), *beside[1]]
        steps += [bound for bound in (fact.least, fact.most) if bound is not None]
        return [value_text(fact, step) for step in dict.fromkeys(steps) if least <= step <= most]

    def rows(self, world: World, reading: Collection[str]) -> Iterator[World]:
        """The world with one more or one less of what belongs to a subject, of the kinds of which something is read."""
        for at, row in world.rows.items():
            kind = world.vocabulary.kinds[at[0]]
            if kind.belongs_to in row and kind.name in reading:
                yield world.without(at)
                more = dict(row)
                if kind.in_order_of:
                    orders = [int(r[kind.in_order_of]) for key, r in world.rows.items() if key[0] == kind.name]
                    more[kind.in_order_of] = str(max(orders) + 1)
                new = (kind.name, f"{at[1]}-{len(world.rows)}", at[2])
                yield world.adding(new, more)
                for fact in (fact for fact in kind.columns.values() if fact.kind in ("flag", "choice")):
                    if (kind.name, fact.name) in self.read:
                        others = [value for value in self.values(fact, ()) if value != row.get(fact.name, UNKNOWN)]
                        yield from (world.adding(new, {**more, fact.name: value}) for value in others)
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
            for changed in self.changes.of(world, self.changes.crossed(world, ran)):
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
