"""Mutation: which changes of policies no case notices, each with a case that would.

from perfrules import mutation, suite

for survivor in mutation.mutate(suite.collect("policies")).survivors:
    print(survivor.mutant.said)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import NamedTuple

from perfrules.actuals import Actuals, Word
from perfrules.analysis.days import days_of_change
from perfrules.analysis.mutants import Mutant, mutants
from perfrules.analysis.tables import check_overlaps
from perfrules.cases import Case, Ran, Runner
from perfrules.core.problem import Findings, Problem, Refused
from perfrules.coverage import Coverage
from perfrules.engines.record import Progress
from perfrules.pipeline.model import Policy
from perfrules.pipeline.settlement import compiled
from perfrules.pipeline.states import CLAIMS
from perfrules.probes import Changes, Search, starting_worlds
from perfrules.suite import Suite
from perfrules.worlds import World

NEAR_MAX = 150  # probes for one mutant, besides those that show something of its policy


@dataclass(frozen=True)
class Survivor:
    """A mutant that no case notices, and the first probe that does; None where none was found."""

    mutant: Mutant
    probe: World | None
    expect: tuple[Word, ...] = ()  # of the probe, what the case has to expect; nothing where that is to be refused


@dataclass(frozen=True)
class Mutation:
    """How many mutants there are, and which survive; cases that fail as it is are not asked."""

    count: int
    survivors: tuple[Survivor, ...]
    failing: tuple[Ran, ...]


def mutate(suite: Suite, progress: Progress | None = None) -> Mutation:
    """Change one thing at a time in every policy of a suite, and run its cases.

    `progress` is told how many of how many changes are tried.
    """
    runner = Runner()
    ran = [runner.run(case) for case in suite.cases]
    cases = [one.case for one in ran if one.passed]
    survivors: list[Survivor] = []
    changed = [(policy, list(mutants(policy))) for policy in sorted(suite.policies, key=lambda p: p.name)]
    total, done, count = sum(len(own) for _, own in changed), 0, 0
    for policy, every in changed:
        own = [case for case in cases if policy.name in {p.name for p in case.policies}]
        worlds: Sequence[World] = ()
        for mutant in every:
            noticed = _is_noticed(mutant, own)
            count += noticed is not None
            if noticed is False:
                worlds = worlds or _worlds(policy, suite, runner)
                survivors.append(_Hunt(mutant, runner).survivor(worlds))
            done += 1
            if progress is not None:
                progress(done, total)
    return Mutation(count, tuple(survivors), tuple(one for one in ran if not one.passed))


def _is_noticed(mutant: Mutant, cases: Sequence[Case]) -> bool | None:
    """Whether a case fails under the mutant; None where it can't be compiled, and thus is no policy."""
    if _is_refused(mutant.policy):
        return None
    runner, made = Runner(), False
    for case in cases:
        ran = runner.run(under(mutant, case))
        if ran.outcome is None and any(ready.program is None for ready in runner.prepared.values()):
            return None
        if not ran.passed:
            return True
        made = True
    return False if made or _compiles(mutant) else None


def _is_refused(policy: Policy) -> bool:
    """Whether rows of its tables hit at once, so that it could not be loaded."""
    inside = Findings()
    for day in days_of_change(policy) if policy.has_tables else ():
        check_overlaps(policy, day, inside)
    return bool(inside.errors)


def _compiles(mutant: Mutant) -> bool:
    """Whether a policy that has no cases can be compiled at all."""
    inside = Findings()
    made = compiled([mutant.policy], days_of_change(mutant.policy)[0], inside)
    return made is not None and not inside.errors


def under(mutant: Mutant, case: Case) -> Case:
    """A case under a mutant."""
    policies = tuple(mutant.policy if p.name == mutant.policy.name else p for p in case.policies)
    return replace(case, policies=policies)


def _worlds(policy: Policy, suite: Suite, runner: Runner) -> Sequence[World]:
    """The worlds that show something of a policy, and those of its cases."""
    changes, coverage = Changes((policy,)), Coverage((policy,))
    starting = starting_worlds((policy,), suite.cases, changes)
    search = Search((policy,), changes, coverage.ways, runner)
    search.search(starting, {(key, way) for key, t in coverage.targets.items() for way in t.needed})
    return list({world.key: world for world in (*search.found.values(), *starting)}.values())


class _Tried(NamedTuple):
    """A world, and what comes out as it is and under a mutant."""

    world: World
    as_is: Ran
    under_it: Ran

    @property
    def is_claimed_otherwise(self) -> bool:
        """Whether the mutant claims something else, whatever limits and pools leave of it."""
        return _claimed(self.as_is) != _claimed(self.under_it)


class _Hunt:
    """Looks for a world in which something else comes out under a mutant."""

    def __init__(self, mutant: Mutant, runner: Runner) -> None:
        self.mutant = mutant
        self.runner = runner  # of the policy as it is
        self.own = Runner()
        self.changes = Changes((mutant.policy,))

    def survivor(self, worlds: Sequence[World]) -> Survivor:
        """The mutant with a probe that notices it: one of the worlds, or near to one."""
        for one in self.tried(worlds):
            if (expect := _differing(_results(one.as_is), _results(one.under_it))) is not None:
                return Survivor(self.mutant, one.world, expect)
        return Survivor(self.mutant, None)

    def tried(self, worlds: Sequence[World]) -> Iterator[_Tried]:
        """The worlds, then what is near to them. Where something else is claimed, of which only nothing came, what is
        near is looked at first."""
        begun: list[_Tried] = []
        for world in worlds:
            begun.append(self.run(world))
            yield begun[-1]
        done, left = {world.key for world in worlds}, NEAR_MAX
        ways = sorted(((one, one.is_claimed_otherwise) for one in reversed(begun)), key=itemgetter(1))
        near = [(self.near(one), otherwise) for one, otherwise in ways]
        while near and left:
            changed, otherwise = near[-1]
            found = next(changed, None)
            if found is None:
                near.pop()
            elif found.key not in done:
                done.add(found.key)
                left -= 1
                yield (one := self.run(found))
                if not otherwise and one.is_claimed_otherwise:
                    near.append((self.near(one), True))

    def run(self, world: World) -> _Tried:
        """What comes out in a world."""
        case = world.case("probe")
        return _Tried(world, self.runner.run(case), self.own.run(under(self.mutant, case)))

    def near(self, one: _Tried) -> Iterator[World]:
        """The worlds near the lines of the mutant."""
        return self.changes.of(one.world, one.under_it)


REFUSED = Word("", "")


def _differing(one: Mapping[Word, object], other: Mapping[Word, object]) -> tuple[Word, ...] | None:
    """What a case has to expect so that it fails under a mutant; None where nothing else comes out."""
    if one == other:
        return None
    if REFUSED in one:
        return ()
    if REFUSED in other:
        return (next(iter(one)),) if one else None
    return (next(word for word in (*one, *other) if one.get(word) != other.get(word)),)


def _claimed(ran: Ran) -> object:
    """What is claimed, before limits and pools leave what they leave of it."""
    tables = {} if ran.outcome is None else ran.outcome.statement.result.tables
    claims = tables.get(CLAIMS, {})
    return [claims.get(column) for column in ("kind", "id", "number", "state", "amount")]


def _results(ran: Ran) -> dict[Word, object]:
    """Everything that a case can expect, with what came out; of a run that is refused, the codes."""
    if ran.outcome is None:
        return _refused(ran.problems)
    try:
        return dict(Actuals(ran.outcome).expectable())
    except Refused as refused:
        return _refused(refused.problems)


def _refused(problems: Iterable[Problem]) -> dict[Word, object]:
    return {REFUSED: sorted({problem.code for problem in problems})}
