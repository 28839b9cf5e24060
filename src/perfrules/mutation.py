"""Mutation: which changes of policies no case notices, each with a case that would.

from perfrules import mutation, suite

for survivor in mutation.mutate(suite.collect("policies")).survivors:
    print(survivor.mutant.said)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perfrules.analysis.days import days_of_change
from perfrules.analysis.mutants import Mutant, mutants
from perfrules.analysis.tables import check_overlaps
from perfrules.cases import Case, Ran, Runner
from perfrules.core.problem import Findings
from perfrules.engines.record import Progress
from perfrules.hunt import Surroundings, Survivor, survivor, under
from perfrules.pipeline.model import Policy
from perfrules.pipeline.settlement import compiled
from perfrules.suite import Suite


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
    total, done, tried = sum(len(own) for _, own in changed), 0, 0
    for policy, every in changed:
        own = [case for case in cases if policy.name in {p.name for p in case.policies}]
        around = Surroundings(policy, suite, runner)
        for mutant in every:
            noticed = _is_noticed(mutant, own)
            tried += noticed is not None
            if noticed is False:
                survivors.append(survivor(mutant, around))
            done += 1
            if progress is not None:
                progress(done, total)
    return Mutation(tried, tuple(survivors), tuple(one for one in ran if not one.passed))


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
