"""Subjects: one in one period, with everything that is known of it, of what it belongs to and what belongs to it.

A value is exact, or unknown for reasons, or a number that is known to lie in a range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from perfrules.core.facts import Facts, every
from perfrules.core.vocabulary import SubjectKind
from perfrules.language.nodes import Symbol
from perfrules.language.scope import Scope


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why a value is unknown: `missing` (a fact), `zero` (a divisor), `not-loaded` (a kind), `empty` (no rows),
    `absent` (the subject in another period), `no-other` (another row of a history), `not-among` (the rows that
    count), `no-date` (a day of the calendar), `no-calendar` (of working days) or `no-row` (of a table)."""

    why: str
    subject: str  # kind/id
    period: int
    about: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """An unknown value, and all reasons that it is."""

    reasons: frozenset[Reason]


@dataclass(frozen=True, slots=True)
class Range:
    """A number that lies between two others, until the reasons are cleared up."""

    low: Fraction
    high: Fraction
    reasons: frozenset[Reason]


Value = Fraction | bool | str | Range | Unknown


Cell = tuple[str, str, int, str]  # kind, id, period, fact
Asked = tuple[int, str, int]  # a part of an expression, of a subject in a period
Known = dict[Asked, Value]  # by definitions
Forced = Mapping[Asked, bool]  # by parts of conditions


@dataclass(frozen=True)
class Subject:
    """One subject in one period, with everything that is known of it and around it."""

    facts: Facts
    scope: Scope
    id: str
    period: int
    as_of: int
    replaced: Mapping[Cell, Fraction] = field(default_factory=dict)  # what would be, instead of what is
    known: Known | None = field(default=None, compare=False, repr=False)
    """What names stand for, of this subject and of those around it, once that was worked out; None where it is not
    kept. What is replaced is kept apart."""
    forced: Forced = field(default_factory=dict, compare=False, repr=False)
    """How parts of conditions are to come out, instead of how they do."""

    @property
    def name(self) -> str:
        """`kind/id`."""
        return f"{self.scope.kind.name}/{self.id}"

    def asked(self, part: object) -> Asked:
        """A part of an expression, as it is asked of this subject in this period."""
        return id(part), self.name, self.period

    @property
    def is_there(self) -> bool:
        """Whether the subject has a row in the period."""
        return self.facts.table(self.scope.kind.name, self.period).row_of(self.id) is not None

    @property
    def parent_id(self) -> str:
        """The id of what it belongs to; empty where that is not known."""
        table = self.facts.table(self.scope.kind.name, self.period)
        row = table.row_of(self.id)
        return "" if row is None else table.parents[row]

    def having(self, replaced: Mapping[Cell, Fraction]) -> Subject:
        """The same where some values are others."""
        return replace(self, replaced=replaced, known=None if self.known is None else {})

    def forcing(self, forced: Forced) -> Subject:
        """The same where some parts of conditions come out otherwise."""
        return replace(self, forced=forced, known=None if self.known is None else {})

    def at(self, subject: str, kind: SubjectKind) -> Subject:
        """Another subject of the same period."""
        return replace(self, scope=self.scope.of(kind), id=subject)

    def parent(self) -> Subject | None:
        """What it belongs to."""
        above = self.parent_id
        if not above:
            return None
        kind = self.scope.vocabulary.kinds[self.scope.kind.belongs_to]
        return self.at(above, kind)

    def above(self, path: Iterable[str]) -> Subject | None:
        """The ancestor at the end of a path of kinds, itself where that is empty; None where one is not known."""
        found: Subject | None = self
        for _ in path:
            found = found.parent() if found is not None else None
        return found

    def members(self, over: str) -> list[Subject] | None:
        """The rows that an aggregate is over; None where a kind that it needs was not loaded."""
        found = self.scope.members(over)
        assert found is not None
        reach, kind = found
        if reach == "years":
            periods = [p for p in self.facts.periods if p <= self.period]
            years = (replace(self, scope=self.scope.of(kind), period=p) for p in periods)
            return [year for year in years if year.is_there]
        path = self.scope.vocabulary.path(kind.name, self.scope.kind.name) if reach == "below" else ()
        down = [*path[-2::-1], kind.name]
        needed = down if reach == "below" else [every(kind.name)]
        if not all(self.facts.is_loaded(word, self.period) for word in needed):
            return None
        ids = self._below(down) if reach == "below" else self.facts.table(kind.name, self.period).ids
        return [self.at(i, kind) for i in ids]

    def _below(self, kinds: list[str]) -> list[str]:
        """The ids of the rows that belong to it, level by level."""
        ids = [self.id]
        for kind in kinds:
            table = self.facts.table(kind, self.period)
            ids = [child for parent in ids for child in table.children_of(parent)]
        return ids

    def other(self, steps: int) -> Subject | None:
        """The same subject so many periods away, or the row of its history so many places away."""
        kind = self.scope.kind
        if not kind.in_order_of:
            there = replace(self, period=self.period + steps)
            return there if there.is_there else None
        table = self.facts.table(kind.name, self.period)
        row = table.row_of(self.id)
        if row is None:
            return None
        order = table.columns[kind.in_order_of]
        siblings = sorted(table.children_of(table.parents[row]), key=lambda i: (order[table.row_of(i) or 0] or 0, i))
        place = siblings.index(self.id) + steps
        return replace(self, id=siblings[place]) if 0 <= place < len(siblings) else None

    def read(self, symbol: Symbol) -> Value:
        """The value of a fact, its own or an ancestor's, in the judged period or another."""
        if symbol.path:
            above = self.parent()
            if above is None:
                return self.missing(".".join((*symbol.path, symbol.name)))
            return above.read(replace(symbol, path=symbol.path[1:]))
        if symbol.role == "ancestor":
            return self.id
        period = self.period + symbol.offset
        cell = (self.scope.kind.name, self.id, period, symbol.name)
        if cell in self.replaced:
            return self.replaced[cell]
        table = self.facts.table(self.scope.kind.name, period)
        row = table.row_of(self.id)
        stored = None if row is None else table.columns[symbol.name][row]
        if stored is None:
            return Unknown(frozenset({Reason("missing", self.name, period, symbol.name)}))
        fact = self.scope.kind.columns[symbol.name]
        if isinstance(stored, str):
            return stored
        return stored == 1 if fact.kind == "flag" else Fraction(stored, 10**fact.places)

    def missing(self, about: str, why: str = "missing") -> Unknown:
        """Unknown, for one reason of this subject in this period."""
        return Unknown(frozenset({Reason(why, self.name, self.period, about)}))


def point(value: Value) -> Value:
    """A value that is one number; a range of several is unknown."""
    if isinstance(value, Range):
        return value.low if value.low == value.high else Unknown(value.reasons)
    return value


def unknown(*values: Value) -> Unknown:
    """Unknown for all reasons that the values have."""
    return Unknown(frozenset(r for v in values if isinstance(v, (Unknown, Range)) for r in v.reasons))
