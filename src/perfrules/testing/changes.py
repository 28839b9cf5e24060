"""Properties of one change: what becomes of an amount when a fact moves and all others stay.

The fact gets the values at which the policies turn, one unit below and above them, the next unit, and its bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import combinations

from perfrules.analysis.lines import WORDS
from perfrules.asked import several
from perfrules.core.facts import Facts
from perfrules.core.problem import Problem, Refused, refusing_in_its_language
from perfrules.core.values import KIND_WORDS, Unfit, read_value
from perfrules.core.vocabulary import Fact
from perfrules.language.comparisons import Mover, moved, owner
from perfrules.language.subject import Subject
from perfrules.outcome import Outcome
from perfrules.program import Program
from perfrules.reports.values import named
from perfrules.testing.evidence import Evidence, indented
from perfrules.testing.reach import Reach, Within, fact_called, reach, unknown_name
from perfrules.testing.terms import Cause, Effect, cause_called, effect_called
from perfrules.testing.values import around


@refusing_in_its_language
def never_more(
    program: Program,
    facts: Facts,
    of: str,
    *,
    when_higher: str,
    by: Iterable[str] = (),
    within: Within | None = None,
    period: int | None = None,
    language: str = "en",
) -> int:
    """A higher fact or name (`execution_rate`) never gives more of an action (`deduct`), or to an account; an action
    without an amount counts as 1. Gives how many pairs were compared: where it is 0, nothing was.

    Each fact that the name is made of moves by itself, or only those in `by`; `within` narrows how far, as in `facts`.
    What is not decided is left out.
    """
    ways = _ways(Evidence(program, facts, period, language), of, when_higher, by, within)
    return sum(way.check_direction("more") for way in ways)


@refusing_in_its_language
def never_less(
    program: Program,
    facts: Facts,
    of: str,
    *,
    when_higher: str,
    by: Iterable[str] = (),
    within: Within | None = None,
    period: int | None = None,
    language: str = "en",
) -> int:
    """A higher fact or name never gives less of an action, or to an account; all else is as in `never_more`."""
    ways = _ways(Evidence(program, facts, period, language), of, when_higher, by, within)
    return sum(way.check_direction("less") for way in ways)


@refusing_in_its_language
def no_cliff(
    program: Program,
    facts: Facts,
    of: str,
    *,
    along: str,
    at_most: int | Decimal | str,
    by: Iterable[str] = (),
    within: Within | None = None,
    period: int | None = None,
    language: str = "en",
) -> int:
    """Where a fact moves by one unit (a cent, a tenth of a point), an amount changes by no more than `at_most`, in
    major units. `along` is the fact, or a name whose facts move; all else is as in `never_more`."""
    ways = _ways(Evidence(program, facts, period, language), of, along, by, within)
    try:
        most = read_value(Fact("at_most", "money", program.vocabulary.currency.places, least=0), at_most)
    except Unfit as unfit:
        raise Refused([Problem(unfit.code, where="at_most", values=unfit.values)]) from None
    limit = Fraction(most if isinstance(most, int) else 0, program.vocabulary.currency.minor_per_major)
    return sum(way.check_steps(limit) for way in ways)


@dataclass(frozen=True)
class _Point:
    """A value of the fact that moves: the cause, and what comes of it."""

    value: int
    cause: Fraction
    amount: Fraction
    outcome: Outcome


@dataclass(frozen=True)
class _Way:
    """A subject, and one fact that moves."""

    evidence: Evidence
    reach: Reach
    cause: Cause
    effect: Effect
    seen: Subject
    of: Subject  # whose fact it is
    mover: Mover

    @property
    def fact(self) -> Fact:
        """The fact that moves, within its bounds."""
        return self.reach.facts[self.of.scope.kind.name, self.mover[1]]

    @cached_property
    def turns(self) -> tuple[int, ...]:
        """Where the policies turn on the way."""
        lines = (line for line in self.reach.lines if line.kind == self.cause.kind and self.mover in line.movers)
        return tuple(turn for line in lines for turn in self.reach.turns(line, self.mover, self.seen))

    @property
    def now(self) -> int | None:
        """The value that the fact has."""
        table = self.of.facts.table(self.of.scope.kind.name, self.of.period)
        row = table.row_of(self.of.id)
        stored = None if row is None else table.columns[self.mover[1]][row]
        return stored if isinstance(stored, int) else None

    def points(self, values: Iterable[int]) -> Mapping[int, _Point]:
        """What comes of values of the fact, where it is known."""
        least, most = self.fact.bounds
        found = {value: self.point(value) for value in dict.fromkeys(values) if least <= value <= most}
        return {value: point for value, point in found.items() if point is not None}

    def point(self, value: int) -> _Point | None:
        seen = moved(self.seen, self.of, self.fact, Fraction(value, 10**self.fact.places))
        cause = self.cause.value(seen)
        if cause is None:
            return None
        kind = self.of.scope.kind.name
        outcome = self.evidence.run(self.seen.facts.changed(kind, self.of.id, self.of.period, self.mover[1], value))
        if not isinstance(outcome, Outcome):
            return None
        whose = owner(self.seen, (self.effect.path, ""))
        amount = self.effect.amount(outcome, self.seen.name, whose.name if whose is not None else "")
        return None if amount is None else _Point(value, cause, amount, outcome)

    def check_direction(self, wrong: str) -> int:
        """No two values of which the higher cause comes with more, or less; how many were compared."""
        now = () if self.now is None else (self.now, self.now + 1)
        found = sorted(self.points([*around(self.turns), *now, *self.fact.bounds]).values(), key=lambda p: p.cause)
        pairs = [(one, other) for one, other in combinations(found, 2) if one.cause < other.cause]
        for one, other in sorted(pairs, key=lambda pair: abs(pair[1].value - pair[0].value)):
            if one.amount < other.amount if wrong == "more" else one.amount > other.amount:
                words = self.evidence.say(wrong, subject=self.seen.name, cause=self.cause.name, effect=self.effect.name)
                raise self.failed(words, one, other)
        return len(pairs)

    def check_steps(self, most: Fraction) -> int:
        """No two neighbours whose amounts are further apart; how many were compared."""
        steps = [*(turn + n for turn in self.turns for n in (-1, 0, 1)), *(() if self.now is None else (self.now,))]
        found = self.points([*steps, *(step + 1 for step in steps)])
        pairs = [(found[step], found[step + 1]) for step in dict.fromkeys(steps) if {step, step + 1} <= found.keys()]
        for one, other in pairs:
            jump = abs(one.amount - other.amount)
            if jump > most:
                title = named(self.reach.vocabulary, self.of.scope.kind.name, self.mover[1], self.evidence.language)
                amounts = {"jump": self.evidence.amount(jump), "most": self.evidence.amount(most)}
                said = {"subject": self.seen.name, "effect": self.effect.name, "cause": title}
                raise self.failed(self.evidence.say("cliff", **said, **amounts), one, other)
        return len(pairs)

    def failed(self, words: str, *points: _Point) -> AssertionError:
        """That it does not hold, with both results and what is different about why."""
        rules = tuple(f"{name}{colon}" for name in self.effect.rules(self.reach.program) for colon in ":：")
        why: list[str] = []
        for point in points:
            said = point.outcome.explain(self.seen.name).text(self.evidence.language).strip().split("\n\n")
            own = "\n".join(rule for rule in said if rule.startswith(rules))
            why += [self.evidence.say("why", where=self.moved(point)), *indented(own.splitlines())]
        subjects = {self.seen.name, self.of.name}
        return self.evidence.failed(words, map(self.said, points), of=subjects, then="\n".join(why))

    def moved(self, point: _Point) -> str:
        """The fact with its value."""
        return self.evidence.value(self.of.scope.kind.name, self.fact, point.value)

    def said(self, point: _Point) -> str:
        """The fact with its value, that of the name where it is one, and what comes of it."""
        effect = f"{self.effect.name} {self.evidence.amount(point.amount) if self.effect.is_money else point.amount}"
        parts = [
            self.moved(point),
            *([self.cause.said(point.cause, self.evidence.language)] if self.cause.is_defined else []),
            effect,
        ]
        return ", ".join(parts)


def _ways(evidence: Evidence, of: str, word: str, by: Iterable[str], within: Within | None) -> Iterator[_Way]:
    """Every subject with each of the facts by which the cause moves."""
    program, facts = evidence.program, evidence.facts
    found, cause = reach(program, within), cause_called(program, word)
    if cause.type in WORDS:
        raise Refused([Problem("PR402", where=str(word), values={"found": KIND_WORDS[cause.type]})])
    effect = effect_called(program, cause.kind, of)
    chosen = {fact_called(program.vocabulary, fact): fact for fact in several("by", by, '["paid"]')}
    movers = [m for m in cause.movers if cause.scope.at(m[0]).kind.columns[m[1]].kind not in WORDS]
    moving = {(cause.scope.at(path).kind.name, name): name for path, name in movers}
    for key, fact in chosen.items():
        if key not in moving:
            raise unknown_name(fact, moving.values())
    for subject in facts.table(cause.kind, evidence.judged).ids:
        seen = Subject(facts, cause.scope, subject, evidence.judged, program.as_of.toordinal())
        for mover in movers:
            whose = owner(seen, mover)
            if whose is not None and (not chosen or (whose.scope.kind.name, mover[1]) in chosen):
                yield _Way(evidence, found, cause, effect, seen, whose, mover)
