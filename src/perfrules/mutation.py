"""Mutation: which changes of policies no case notices, each with a case that would.

from perfrules import mutation, suite

for survivor in mutation.mutate(suite.collect("policies")).survivors:
    print(survivor.mutant.said)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from perfrules.actuals import Actuals, Word
from perfrules.analysis.days import days_of_change
from perfrules.analysis.mutants import Mutant, mutants
from perfrules.analysis.tables import check_overlaps
from perfrules.cases import Case, Ran, Runner
from perfrules.core.problem import Findings, Problem, Refused
from perfrules.coverage import Coverage
from perfrules.pipeline.model import Policy
from perfrules.pipeline.settlement import compiled
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


def mutate(suite: Suite) -> Mutation:
    """Change one thing at a time in every policy of a suite, and run its cases."""
    runner = Runner()
    ran = [runner.run(case) for case in suite.cases]
    cases = [one.case for one in ran if one.passed]
    survivors: list[Survivor] = []
    count = 0
    for policy in sorted(suite.policies, key=lambda p: p.name):
        own = [case for case in cases if policy.name in {p.name for p in case.policies}]
        near: _Near | None = None
        for mutant in mutants(policy):
            noticed = _is_noticed(mutant, own)
            count += noticed is not None
            if noticed is False:
                near = near or _Near(policy, suite, runner)
                survivors.append(near.survivor(mutant))
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


class _Near:
    """The probes of a policy, with what comes out for each."""

    def __init__(self, policy: Policy, suite: Suite, runner: Runner) -> None:
        self.policies = (policy,)
        self.runner = runner
        self.changes = Changes(self.policies)
        self.starting = starting_worlds(self.policies, suite.cases, self.changes)
        coverage = Coverage(self.policies)
        search = Search(self.policies, self.changes, coverage.ways, runner)
        search.search(self.starting, {(key, way) for key, t in coverage.targets.items() for way in t.needed})
        self.telling = {world.key: world for world in search.found.values()}

    def survivor(self, mutant: Mutant) -> Survivor:
        """The mutant with a probe that notices it."""
        runner = Runner()
        for world in self.worlds(mutant, runner):
            expect = self.differing(mutant, world, runner)
            if expect is not None:
                return Survivor(mutant, world, expect)
        return Survivor(mutant, None)

    def worlds(self, mutant: Mutant, runner: Runner) -> Iterator[World]:
        """The worlds that show something of the policy, then what is near the lines of the mutant."""
        yield from self.telling.values()
        changes = Changes((mutant.policy,))
        left = NEAR_MAX
        for world in [*self.telling.values(), *self.starting]:
            ran = runner.run(world.under((mutant.policy,)).case("probe"))
            for changed in changes.of(world, ran):
                yield changed
                left -= 1
                if not left:
                    return

    def differing(self, mutant: Mutant, world: World, runner: Runner) -> tuple[Word, ...] | None:
        """What a case has to expect so that it fails under a mutant; None where nothing else comes out."""
        case = world.case("probe")
        one, other = (_results(r.run(c)) for r, c in ((self.runner, case), (runner, under(mutant, case))))
        if one == other:
            return None
        if REFUSED in one:
            return ()
        if REFUSED in other:
            return (next(iter(one)),) if one else None
        return (next(word for word in (*one, *other) if one.get(word) != other.get(word)),)


REFUSED = Word("", "")


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
