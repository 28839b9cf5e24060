"""Suggestions: for what no case has tested, the first probe that would, with what comes out left to the author.

from perfrules import suggestions, suite

for document in suggestions.suggest(suite.collect("policies")):
    print(suggestions_text.suggestion_text(document, "zh"))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from perfrules.actuals import Word
from perfrules.cases import Ran, Runner
from perfrules.coverage import Coverage, Key, Target, Way
from perfrules.pipeline.model import Policy, Rule
from perfrules.pipeline.ruling import HOLDS
from perfrules.probes import Changes, Search, starting_worlds
from perfrules.suite import Suite, run
from perfrules.tested import Tested, words_of
from perfrules.worlds import World

SET_ASIDE = "set-aside"


@dataclass
class Suggestion:
    """A case that is missing: what it would test, and of whom it has to expect something."""

    world: World
    tests: list[tuple[Target, str]] = field(default_factory=list)
    expect: list[Word] = field(default_factory=list)


@dataclass
class Document:
    """The suggestions for policies that are judged together, and what no probe reaches."""

    policies: tuple[Policy, ...]
    suggestions: list[Suggestion]
    unreached: list[tuple[Target, str]] = field(default_factory=list)


def suggest(suite: Suite) -> list[Document]:
    """What is missing for each policy of a suite, after its cases were run."""
    coverage = Coverage(suite.policies)
    for ran in run(suite.cases):
        coverage.add(ran)
    return suggested(coverage, suite)


def suggested(coverage: Coverage, suite: Suite) -> list[Document]:
    """What is missing for each policy, where the cases of a suite are counted already."""
    found: list[Document] = []
    for policy in coverage.policies:
        missing = [(key, way) for key, t in coverage.in_order() if t.policy == policy.name for way in t.missing]
        if missing:
            found += _Suggesting(coverage, suite, policy).documents(missing)
    return found


class _Suggesting:
    """Looks for the cases that one policy lacks."""

    def __init__(self, coverage: Coverage, suite: Suite, policy: Policy) -> None:
        self.coverage = coverage
        self.suite = suite
        self.policy = policy
        self.runner = Runner()

    def documents(self, missing: list[Way]) -> list[Document]:
        """The policy's own, then those for which another policy has to set something aside."""
        changes = Changes((self.policy,))
        alone = Search((self.policy,), changes, self.coverage.ways, self.runner)
        alone.search(starting_worlds((self.policy,), self.suite.cases, changes), set(missing))
        found = {self.policy.name: Document((self.policy,), self.grouped(missing, alone))}
        for way in missing:
            for other in self.others(way) if way not in alone.found else ():
                suggested = self.grouped([way], self.beside(other, way, alone))
                if suggested:
                    found.setdefault(other.name, Document((self.policy, other), [])).suggestions += suggested
                    break
            else:
                own = [(self.coverage.targets[way[0]], way[1])] if way not in alone.found else []
                found[self.policy.name].unreached += own
        return list(found.values())

    def beside(self, other: Policy, way: Way, alone: Search) -> Search:
        """Look for what another policy sets aside, where a rule holds."""
        search = Search((self.policy, other), Changes((other,)), self.coverage.ways, self.runner)
        holding = alone.found.get((way[0], HOLDS))
        search.search([holding.under(search.policies)] if holding is not None else [], {way})
        return search

    def others(self, way: Way) -> Iterable[Policy]:
        """The other policies of which a rule could set this one's claims aside."""
        rule = next((r for r in self.policy.rules if way == (("rule", r.name), SET_ASIDE)), None)
        return [p for p in self.coverage.policies if p is not self.policy and rule and _sets_aside(p, rule)]

    def grouped(self, ways: list[Way], search: Search) -> list[Suggestion]:
        """A suggestion for each world, with all that it is for."""
        found: dict[object, Suggestion] = {}
        for key, way in (way for way in ways if way in search.found):
            world = search.found[key, way]
            one = found.setdefault(world.key, Suggestion(world))
            one.tests.append((self.coverage.targets[key], way))
            word = self.expected(self.runner.run(world.case("probe")), key, way)
            one.expect += [word] if word not in one.expect else []
        return list(found.values())

    def expected(self, ran: Ran, key: Key, way: str) -> Word:
        """What has to be expected for the way to count."""
        if key[0] == "pool":
            return Word(key[1], "given")
        words = list(words_of(ran))
        return next(w for w in words if (key, way) in self.coverage.ways(ran, Tested(frozenset([w]))))


def _sets_aside(policy: Policy, rule: Rule) -> bool:
    actions = {clause.action.name for clause in rule.clauses}
    barring = {name for own in policy.rules for clause in own.clauses for name in clause.action.bar}
    return bool(actions & barring) or any(rule.name in own.over for own in policy.rules)
