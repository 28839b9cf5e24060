"""The hunt for a world in which something else comes out under a mutant of a policy."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from perfrules.actuals import Actuals, Word
from perfrules.analysis.formulas import Column, columns_read, formulas, parameters_in, rule_formulas
from perfrules.analysis.mutants import Mutant
from perfrules.cases import Case, Ran, Runner
from perfrules.core.problem import Problem, Refused
from perfrules.coverage import Coverage, Way
from perfrules.crossings import Crossed
from perfrules.pipeline.model import Policy
from perfrules.pipeline.states import CLAIMS
from perfrules.probes import Changes, Search, starting_worlds
from perfrules.suite import Suite
from perfrules.worlds import World

PROBES_MAX = {  # for one mutant, besides the worlds that show something of its policy, in this order
    "claimed": 300,  # near to a world in which something else is claimed, of which only nothing came
    "concerned": 450,  # near to any of the worlds, in what the change is concerned with
    "next": 200,  # near to these in their turn
    "else": 100,  # whatever else is near to the worlds
}


@dataclass(frozen=True)
class Survivor:
    """A mutant that no case notices, and the first probe that does; None where none was found."""

    mutant: Mutant
    probe: World | None
    expect: tuple[Word, ...] = ()  # of the probe, what the case has to expect; nothing where that is to be refused


def under(mutant: Mutant, case: Case) -> Case:
    """A case under a mutant."""
    policies = tuple(mutant.policy if p.name == mutant.policy.name else p for p in case.policies)
    return replace(case, policies=policies)


class _Result(NamedTuple):
    """What comes out of a world."""

    expectable: Mapping[Word, object]  # everything that a case can expect; of a run that is refused, the codes
    claimed: object  # before limits and pools leave what they leave of it

    @staticmethod
    def of(ran: Ran) -> _Result:
        """What comes out of a case that was run."""
        return _Result(_expectable(ran), _claimed(ran))


class Surroundings:
    """Worlds that show something of a policy, and what is near to them, with what comes out as it is: the same for all
    of its mutants."""

    def __init__(self, policy: Policy, suite: Suite, runner: Runner) -> None:
        self.policy = policy
        self.suite = suite
        self.runner = runner
        self.changes = Changes((policy,))
        self._results: dict[object, _Result] = {}
        self._crossed: dict[object, Crossed] = {}

    @cached_property
    def worlds(self) -> Sequence[World]:
        """Those that show something of the policy, and those of its cases."""
        coverage = Coverage((self.policy,))
        starting = starting_worlds((self.policy,), self.suite.cases, self.changes)
        search = Search((self.policy,), self.changes, coverage.ways, self.runner)
        search.search(starting, {(key, way) for key, t in coverage.targets.items() for way in t.needed})
        found = (*search.found.values(), *starting, *self._shared(search.found))
        return list({world.key: world for world in found}.values())

    def _shared(self, found: Mapping[Way, World]) -> Iterator[World]:
        """Those in which several get something out of a pool: each once more with whoever is judged."""
        kinds = {rule.kind for rule in self.policy.rules}
        for world in (world for (key, way), world in found.items() if key[0] == "pool" and way == "shared"):
            for kind, subject in dict.fromkeys(at[:2] for at in world.rows if at[0] in kinds):
                yield world.doubled(kind, subject)

    def result(self, world: World) -> _Result:
        """What comes out of a world."""
        if world.key not in self._results:
            self._results[world.key] = _Result.of(self.runner.run(world.case("probe")))
        return self._results[world.key]

    def near(self, world: World, like: World, read: frozenset[Column] | None = None) -> Iterator[World]:
        """The worlds that are one change away, or those of them that change something that is read; `like` is a world
        that turns at the same values, as finding these takes long."""
        if like.key not in self._crossed:
            self._crossed[like.key] = self.changes.crossed(like, self.runner.run(like.case("probe")))
        yield from self.changes.of(world, self._crossed[like.key], read)


class _Tried(NamedTuple):
    """A world, and what comes out as it is and under a mutant."""

    world: World
    as_is: _Result
    under_it: _Result

    @property
    def is_claimed_otherwise(self) -> bool:
        """Whether the mutant claims something else, whatever limits and pools leave of it."""
        return self.as_is.claimed != self.under_it.claimed


def survivor(mutant: Mutant, around: Surroundings) -> Survivor:
    """The mutant with a probe that notices it: one of the worlds that show something of its policy, or near to one."""
    for one in _tried(mutant, around):
        if (expect := _differing(one.as_is.expectable, one.under_it.expectable)) is not None:
            return Survivor(mutant, one.world, expect)
    return Survivor(mutant, None)


def _tried(mutant: Mutant, around: Surroundings) -> Iterator[_Tried]:
    """The worlds, then what is near to them; to each in turn, since a change may show near to one only."""
    concerned, runner = _concerned(around.policy, mutant.policy), Runner()
    lanes: dict[str, deque[tuple[World, Iterator[World]]]] = {name: deque() for name in PROBES_MAX}
    left, done = dict(PROBES_MAX), set()

    def run(world: World, like: World) -> _Tried:
        done.add(world.key)
        ran = runner.run(under(mutant, world.case("probe")))
        one = _Tried(world, around.result(world), _Result.of(ran))
        if one.is_claimed_otherwise:
            lanes["claimed"].append((like, around.near(world, like)))
        return one

    for world in around.worlds:
        yield run(world, world)
        lanes["concerned"].append((world, around.near(world, world, concerned)))
        lanes["else"].append((world, around.near(world, world)))
    while lane := next((name for name in lanes if lanes[name] and left[name]), ""):
        like, near = lanes[lane][0]
        found = next(near, None)
        if found is None:
            lanes[lane].popleft()
            continue
        lanes[lane].rotate(0 if lane == "claimed" else -1)
        if found.key not in done:
            left[lane] -= 1
            yield run(found, like)
            if lane == "concerned":
                lanes["next"].append((like, around.near(found, like, concerned)))


def _concerned(policy: Policy, mutant: Policy) -> frozenset[Column]:
    """The facts that are read where a mutant differs from its policy."""
    altered = {name for name, own in policy.parameters.items() if mutant.parameters.get(name) != own}
    rules = {rule.name: rule for rule in mutant.rules}
    before, after = list(formulas(policy)), list(formulas(mutant))
    found = [one for one in before if one not in after] + [one for one in after if one not in before]
    found += [placed for rule in policy.rules if rules.get(rule.name) != rule for placed in rule_formulas(policy, rule)]
    found += [one for one in before if altered & parameters_in([one])]
    return frozenset(column for node, scope in found for column in columns_read(node, scope))


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


def _expectable(ran: Ran) -> dict[Word, object]:
    """Everything that a case can expect, with what came out; of a run that is refused, the codes."""
    if ran.outcome is None:
        return _refused(ran.problems)
    try:
        return dict(Actuals(ran.outcome).expectable())
    except Refused as refused:
        return _refused(refused.problems)


def _refused(problems: Iterable[Problem]) -> dict[Word, object]:
    return {REFUSED: sorted({problem.code for problem in problems})}
