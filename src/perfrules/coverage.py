"""Coverage: what of policies the cases of a suite have tested, and what they have not.

A case tests only what it expects something of: the ruling whose verdict, claims, account, status or label it names. Of
a line it counts where it decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from perfrules.actuals import Actuals
from perfrules.analysis.atoms import LINE, PART, ROW, Atom, atoms_of, is_certain
from perfrules.analysis.days import days_of_change
from perfrules.analysis.formulas import Placed, parameters_read, rule_formulas
from perfrules.analysis.observing import Observer
from perfrules.analysis.parameters import seen_in_runs
from perfrules.analysis.spaces import scope_on
from perfrules.analysis.verdicts import never_fails
from perfrules.cases import Case, Ran
from perfrules.core.span import Span
from perfrules.language.subject import Subject
from perfrules.language.write import in_chinese
from perfrules.outcome import Outcome
from perfrules.pipeline.drafts import Judged
from perfrules.pipeline.model import Policy, Pool, Rule
from perfrules.pipeline.needs import subject_of
from perfrules.pipeline.ruling import DOES_NOT_HOLD, HOLDS, NOT_APPLICABLE, UNDECIDED
from perfrules.pipeline.statement import Ruling
from perfrules.results import Results
from perfrules.tested import Tested, tested_by

SORTS = ("rule", "line", "part", "row", "parameter", "pool")
Key = tuple[str, ...]
Way = tuple[Key, str]
Told = tuple[str, int]  # a rule, and the number of a clause of which something is expected, or -1 for its verdict
Read = dict[tuple[str, frozenset[Told]], frozenset[str]]  # the parameters that a policy reads for these


@dataclass
class Target:
    """A thing to be tested, and the ways in which it has to be seen; `seen` says in how many cases each was."""

    policy: str
    sort: str
    text: str
    span: Span
    needed: tuple[str, ...]
    seen: dict[str, int] = field(default_factory=dict)

    def said(self, language: str) -> str:
        """What it is, in `en` or `zh`: of a formula the words, not the names."""
        return in_chinese(self.text) if language == "zh" and self.sort in ("line", "part") else self.text

    @property
    def missing(self) -> tuple[str, ...]:
        """The ways in which no case has seen it."""
        return tuple(way for way in self.needed if way not in self.seen)


class Coverage:
    """What cases have tested of policies."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.policies = tuple(sorted(policies, key=lambda p: p.name))
        self.targets: dict[Key, Target] = {}
        self._results: dict[tuple[int, ...], Results] = {}  # by policies, which these keep alive
        self._read: Read = {}
        for policy in self.policies:
            for key, target in _targets(policy, self.policies):
                self.targets.setdefault(key, target)

    @property
    def needed(self) -> int:
        """How many ways there are in which something has to be seen."""
        return sum(len(target.needed) for target in self.targets.values())

    @property
    def reached(self) -> int:
        """How many of them cases have seen."""
        return sum(len(target.needed) - len(target.missing) for target in self.targets.values())

    @property
    def percent(self) -> int:
        """The share that is reached, in whole per cent, rounded down."""
        return 100 * self.reached // self.needed if self.needed else 100

    @property
    def untested(self) -> list[Target]:
        """What is not tested in all its ways, in order of place."""
        return [target for _, target in self.in_order() if target.missing]

    def in_order(self) -> list[tuple[Key, Target]]:
        """Everything that has to be tested, in order of place."""

        def place(item: tuple[Key, Target]) -> tuple[object, ...]:
            target = item[1]
            return target.policy, target.span.source.name, target.span.start, SORTS.index(target.sort)

        return sorted(self.targets.items(), key=place)

    def add(self, ran: Ran) -> None:
        """Count a case that was run: what it expects something of, if all of it came out."""
        if ran.passed and ran.case.expect:
            for key, way in self.ways(ran, tested_by(ran, self._results_of(ran.case))):
                seen = self.targets[key].seen
                seen[way] = seen.get(way, 0) + 1

    def ways(self, ran: Ran, tested: Tested | None = None) -> set[Way]:
        """In which ways a case that was run shows what has to be tested; of what is expected, or of everything."""
        if ran.outcome is None:
            return set()
        found = _Counting(ran, ran.outcome, tested, self._read).count()
        return {(key, way) for key, way in found if key in self.targets and way in self.targets[key].needed}

    def _results_of(self, case: Case) -> Results:
        key = tuple(map(id, case.policies))
        if key not in self._results:
            self._results[key] = Results(case.policies)
        return self._results[key]


def _atom_key(atom: Atom) -> Key:
    return ("atom", *map(str, atom.key))


def _targets(policy: Policy, beside: tuple[Policy, ...]) -> Iterator[tuple[Key, Target]]:
    """Everything of a policy that has to be tested."""
    days = days_of_change(policy)
    for rule in policy.rules:
        short = rule.name.rpartition("/")[2]
        yield ("rule", rule.name), Target(policy.name, "rule", short, rule.span, _endings(rule, policy, beside, days))
        for key, atom in _atoms(rule, policy, days).items():
            sort = {PART: "part", ROW: "row"}.get(atom.sides, "line")
            yield key, Target(policy.name, sort, atom.text, atom.span, atom.sides)
    for name, parameter in seen_in_runs(policy).items():
        for dated in parameter.values:
            span = dated.literal.span or parameter.span
            text, key = f"{name}: {dated.literal.written}", ("parameter", policy.name, name, str(dated.start))
            yield key, Target(policy.name, "parameter", text, span, ("in-force",))
    for pool in policy.pools.values():
        text = pool.name.rpartition("/")[2]
        yield ("pool", pool.name), Target(policy.name, "pool", text, pool.span, _pool_endings(pool))


def _atoms(rule: Rule, policy: Policy, days: Sequence[date]) -> dict[Key, Atom]:
    """What a rule is made of, with the sides that can be on any day: a line may follow a parameter."""
    roots = [(rule.when, True), *((node, False) for clause in rule.clauses for node in clause.formulas)]
    roots += [(policy.scope[rule.kind], True)] if rule.kind in policy.scope else []
    found: dict[Key, Atom] = {}
    for day in days:
        scope = scope_on(policy, rule.kind, day)
        for node, condition in roots:
            for atom in atoms_of(node, scope, condition):
                before = found.setdefault(_atom_key(atom), atom)
                both = {*before.sides, *atom.sides}
                sides = before.sides if len(both) == len(before.sides) else tuple(s for s in LINE if s in both)
                found[_atom_key(atom)] = replace(before, sides=sides)
    return found


def _endings(rule: Rule, policy: Policy, beside: tuple[Policy, ...], days: Sequence[date]) -> tuple[str, ...]:
    """The verdicts of a rule, other than no of one that never fails; and set aside, where another rule can do that."""
    found = [HOLDS] if never_fails(policy, rule, days) else [HOLDS, DOES_NOT_HOLD]
    inside = policy.scope.get(rule.kind)
    found += [] if is_certain(rule.when) and (inside is None or is_certain(inside)) else [UNDECIDED]
    found += [NOT_APPLICABLE] if rule.kind in policy.scope else []
    own = {clause.action.name for clause in rule.clauses}
    others = [r for p in beside for r in p.rules if r.name != rule.name]
    above = {rule.kind, *policy.vocabulary.ancestors(rule.kind)}
    barred = any(own & set(c.action.bar) for other in others if other.kind in above for c in other.clauses)
    gone_over = any(rule.name in other.over for other in others if other.kind == rule.kind)
    if rule.clauses and (barred or gone_over):
        found.append("set-aside")
    return tuple(found)


def _pool_endings(pool: Pool) -> tuple[str, ...]:
    found = ["shared", "left-over", "unsettled"]
    found += ["drawn-short"] if pool.shortfall else []
    return tuple(["left-out" if ending == "unsettled" and pool.leave_out else ending for ending in found])


class _Counting:
    """Counts one case."""

    def __init__(self, ran: Ran, outcome: Outcome, tested: Tested | None, read: Read) -> None:
        self.case = ran.case
        self.outcome = outcome
        self.statement = outcome.statement
        self.tested = tested  # None: everything
        self.told: set[Told] = set()
        self.read = read
        self.found: dict[tuple[Key, str], None] = {}
        self.seen: dict[tuple[int, str], Subject] = {}

    def count(self) -> Iterable[tuple[Key, str]]:
        result = self.statement.result
        rulings = Actuals(self.outcome).rulings
        observer = Observer(lambda atom, side: self.see(_atom_key(atom), side))
        claimed: set[str] = set()
        for judged in result.program.judged:
            for subject in result.facts.table(judged.rule.kind, result.period).ids:
                full = f"{judged.rule.kind}/{subject}"
                ruling = rulings.get((full, judged.rule.name))
                if self.tested is None or self.tested.verdict(judged, full, ruling):
                    self.ruling(judged, subject, ruling, observer)
                    claimed.update(clause.pool for clause in judged.rule.clauses)
        self.parameters()
        self.pools(claimed)
        return self.found

    def see(self, key: Key, way: str) -> None:
        self.found[key, way] = None

    def ruling(self, judged: Judged, subject: str, ruling: Ruling | None, observer: Observer) -> None:
        """Count a verdict, what became of its claims, and where the subject is on each line that decides."""
        rule, tested, full = judged.rule, self.tested, f"{judged.rule.kind}/{subject}"
        verdict = ruling.verdict if ruling is not None else NOT_APPLICABLE
        self.see(("rule", rule.name), verdict)
        if ruling is not None and (tested is None or tested.states(judged, full)):
            for claim in ruling.claims:
                self.see(("rule", rule.name), claim.state)
        seen = self.seen.setdefault((id(judged.scope), subject), subject_of(self.statement.result, judged, subject))
        scope = judged.policy.scope.get(rule.kind)
        if scope is not None:
            observer.condition(scope, seen)
        if verdict != NOT_APPLICABLE:
            observer.condition(rule.when, seen)
        told = list(rule.clauses if tested is None else tested.clauses(judged, full))
        for clause in told if verdict == HOLDS else ():
            for node in clause.formulas:
                observer.expression(node, seen)
        self.told.update((rule.name, n) for n in (-1, *map(rule.clauses.index, told)))

    def parameters(self) -> None:
        """Count the values in force of the parameters that formulas of which something is expected read."""
        for policy in self.statement.program.policies:
            key = policy.name, frozenset(self.told)
            if key not in self.read:
                self.read[key] = parameters_read(policy, _formulas_of(policy, self.told))
            for name, parameter in policy.parameters.items():
                for dated in parameter.values if name in self.read[key] and name not in self.case.parameters else ():
                    if dated.start <= self.case.as_of <= dated.end:
                        self.see(("parameter", policy.name, name, str(dated.start)), "in-force")

    def pools(self, claimed: set[str]) -> None:
        """Count how pools end of which something is expected, or of a rule with a claim on them."""
        named = set() if self.tested is None else {word.of for word in self.tested.words}
        for pool in (pool for pool in self.outcome.pools if pool.pool in claimed | named):
            ways = {
                "shared": pool.settled and pool.given > 0,
                "left-over": pool.settled and pool.leftover > 0,
                "unsettled": not pool.settled,
                "left-out": pool.left_out > 0,
                "drawn-short": pool.shortfall > 0,
            }
            for way in (way for way, so in ways.items() if so):
                self.see(("pool", pool.pool), way)


def _formulas_of(policy: Policy, told: Iterable[Told]) -> Iterator[Placed]:
    """What rules of a policy compute, as far as something is expected of it."""
    clauses: dict[str, list[int]] = {}
    for rule, number in sorted(told):
        clauses.setdefault(rule, []).extend([number] if number >= 0 else [])
    for own in (own for own in policy.rules if own.name in clauses):
        yield from rule_formulas(policy, own, [own.clauses[number] for number in clauses[own.name]])
