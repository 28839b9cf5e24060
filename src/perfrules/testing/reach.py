"""What a program reads: kinds, years and facts; its lines, and the numbers at which they are crossed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from hypothesis.strategies import SearchStrategy

from perfrules.analysis.lines import WORDS, Line, lines_of, turns, words_of
from perfrules.asked import check_form
from perfrules.core.facts import Facts
from perfrules.core.given import MAPPING
from perfrules.core.problem import Problem, Refused, Value, Words, did_you_mean
from perfrules.core.table import Table
from perfrules.core.values import Stored, Unfit, read_value
from perfrules.core.vocabulary import Fact, SubjectKind, Vocabulary
from perfrules.language.comparisons import Mover, moved, owner
from perfrules.language.plan import Read
from perfrules.language.subject import Subject
from perfrules.program import Program, check_program
from perfrules.testing.values import stored_values

Within = Mapping[str, Sequence[object]]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PAST = (-2, -1)  # the years before, of which `over years` sees any number


@dataclass(frozen=True)
class Reach:
    """What a program reads, with the bounds within which its facts shall lie."""

    program: Program
    facts: Mapping[tuple[str, str], Fact]
    strategies: dict[tuple[str, str], SearchStrategy[Stored]] = field(default_factory=dict)  # made once each

    @property
    def vocabulary(self) -> Vocabulary:
        """That of the program."""
        return self.program.vocabulary

    @cached_property
    def reads(self) -> Mapping[tuple[str, int], tuple[str, ...]]:
        """The facts that are read, by kind and by years from the judged one."""
        found: dict[tuple[str, int], dict[str, None]] = {}
        for step in self.program.compiled.plan.steps:
            if isinstance(step, Read) and step.kind in self.vocabulary.kinds:
                for offset in (step.offset, *((step.offset + n for n in PAST) if step.years else ())):
                    found.setdefault((step.kind, offset), {}).update(dict.fromkeys(step.facts))
        return {key: tuple(facts) for key, facts in found.items()}

    @cached_property
    def kinds(self) -> tuple[SubjectKind, ...]:
        """The kinds that are read, each after what it belongs to."""
        names = {kind for kind, _ in self.reads}
        above = {name: len(self.vocabulary.ancestors(name)) for name in names}
        return tuple(self.vocabulary.kinds[name] for name in sorted(names, key=lambda n: (above[n], n)))

    def offsets(self, kind: str) -> tuple[int, ...]:
        """The years in which a kind is read, or something that belongs to it, from the judged one."""
        return tuple(sorted({o for k, o in self.reads if kind in (k, *self.vocabulary.ancestors(k))}))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """What the policies compare."""
        return tuple(line for line in lines_of(self.program.compiled) if self.movers(line))

    def movers(self, line: Line) -> tuple[Mover, ...]:
        """The facts that can move; not the place in a history, which each row has for itself."""
        above = ((mover, line.scope.at(mover[0]).kind) for mover in line.movers)
        return tuple(mover for mover, kind in above if mover[1] != kind.in_order_of)

    @cached_property
    def words(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The texts that facts are compared with."""
        return words_of(self.program.compiled)

    @cached_property
    def constants(self) -> Mapping[tuple[str, str], tuple[int, ...]]:
        """Where lines turn that depend on one fact alone, by kind and fact."""
        found: dict[tuple[str, str], dict[int, None]] = {}
        for line in self.lines:
            if len(line.movers) == 1 and not line.movers[0][0]:
                key = (line.kind, line.movers[0][1])
                found.setdefault(key, {}).update(dict.fromkeys(self._alone(line)))
        return {key: tuple(values) for key, values in found.items()}

    def values(self, kind: str, name: str) -> SearchStrategy[Stored]:
        """The values of a fact, those at lines first."""
        key = (kind, name)
        if key not in self.strategies:
            lines, words = self.constants.get(key, ()), self.words.get(key, ())
            self.strategies[key] = stored_values(self.facts[key], lines, words, self.day)
        return self.strategies[key]

    def _alone(self, line: Line) -> tuple[int, ...]:
        """The turns of a line for a subject of which nothing else is known."""
        kind, period = line.scope.kind, self.program.as_of.year
        table = Table([kind.name], [""], {name: [None] for name in kind.columns})
        facts = Facts(self.vocabulary, {(kind.name, period): table}, frozenset())
        return self.turns(line, line.movers[0], self.seen(facts, line, kind.name, period))

    def places(self, kind: SubjectKind) -> int:
        """How many rows a history can have, in which each says another place."""
        fact = self.facts.get((kind.name, kind.in_order_of))
        if fact is None or (fact.kind in ("choice", "text") and not fact.choices):
            return len(LETTERS)
        return min(len(fact.choices) or fact.bounds[1] - self._first(fact) + 1, len(LETTERS))

    def nth(self, kind: SubjectKind, place: int) -> Stored:
        """What a row of a history says of its place."""
        fact = self.facts[kind.name, kind.in_order_of]
        if fact.kind in ("choice", "text"):
            return (fact.choices or tuple(LETTERS))[place]
        return self._first(fact) + place

    def _first(self, fact: Fact) -> int:
        least, most = fact.bounds
        usual = self.day if fact.kind == "date" else 1
        return usual if least <= usual <= most else least

    def seen(self, facts: Facts, line: Line, subject: str, period: int) -> Subject:
        """A subject as a line sees it."""
        return Subject(facts, line.scope, subject, period, self.program.as_of.toordinal())

    def turns(self, line: Line, mover: Mover, seen: Subject) -> tuple[int, ...]:
        """Where a line turns when one fact moves and all others stay."""
        of = owner(seen, mover)
        if of is None:
            return ()
        fact = self.facts[of.scope.kind.name, mover[1]]
        row = of.facts.table(of.scope.kind.name, of.period).row_of(of.id)
        if row is None:
            return ()
        now = of.facts.table(of.scope.kind.name, of.period).columns[mover[1]][row]
        unit, (least, most) = 10**fact.places, fact.bounds
        start = now if isinstance(now, int) else self.day if fact.kind == "date" else 0
        return turns(
            lambda value: line.side(moved(seen, of, fact, Fraction(value, unit))),
            min(max(start, least), most), least, most,
        )  # fmt: skip

    @property
    def day(self) -> int:
        """The day of the program."""
        return self.program.as_of.toordinal()


def reach(program: Program, within: Within | None = None) -> Reach:
    """What a program reads; facts that are named in `within` have narrower bounds, or fewer words."""
    check_program(program)
    check_form("within", within or {}, Mapping, MAPPING, '{"paid": [0, 100]}')
    facts = {(k.name, name): fact for k in program.vocabulary.kinds.values() for name, fact in k.columns.items()}
    for word, limits in (within or {}).items():
        key = fact_called(program.vocabulary, word)
        facts[key] = _narrowed(facts[key], word, limits)
    return Reach(program, facts)


def unknown_name(word: object, known: Iterable[str]) -> Refused:
    """That nothing is called so, or several things are, which are then `known`."""
    name = str(word)
    return Refused([Problem("PR401", where=name, values={"name": name, "hint": did_you_mean(name, known)})])


def fact_called(vocabulary: Vocabulary, word: str) -> tuple[str, str]:
    """The kind and the name of a fact, by name or title, perhaps after that of its kind and a dot.

    Raises `Refused` where there is none, or several.
    """
    before, dot, last = str(word).rpartition(".")
    kinds = [vocabulary.kind_names.get(before, "")] if dot else list(vocabulary.kinds)
    found = [(k, vocabulary.kinds[k].by_title.get(last, "")) for k in kinds if k]
    found = [(kind, name) for kind, name in found if name]
    if len(found) == 1:
        return found[0]
    known = [f"{k}.{name}" for k, name in found] or [
        f"{kind.name}.{name}" if dot else name for kind in vocabulary.kinds.values() for name in kind.columns
    ]
    raise unknown_name(word, known)


def _narrowed(fact: Fact, word: str, limits: Sequence[object]) -> Fact:
    """The fact within closer bounds: the least and the greatest, or the words that it may have."""
    listed = list(limits) if isinstance(limits, Sequence) and not isinstance(limits, str) else []
    try:
        read = [value for value in (read_value(fact, limit) for limit in listed) if value is not None]
    except Unfit as unfit:
        raise Refused([Problem(unfit.code, where=word, values=unfit.values)]) from None
    if fact.kind in ("choice", "text") and read:
        return replace(fact, choices=tuple(str(value) for value in read))
    if fact.kind == "flag" and read:
        read = [min(read), max(read)]  # between no and yes is nothing
    match read:
        case [int(least), int(most)] if least <= most:
            return replace(fact, least=least, most=most)
    words = fact.kind in WORDS
    expected = (
        Words("a list of words", "若干词的列表") if words else Words("the least and the greatest", "最小值和最大值")
    )
    example = f'{{"{word}": ["A", "B"]}}' if words else f'{{"{word}": [0, 100]}}'
    values: dict[str, Value] = {"about": f"within[{word}]", "expected": expected, "example": example}
    raise Refused([Problem("PR628", where=word, values=values)])
