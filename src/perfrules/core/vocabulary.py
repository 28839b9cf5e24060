"""The vocabulary: kinds of subjects, their facts and accounts, and the actions that change money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Protocol

from perfrules.core.money import AMOUNT_MAX, UNITS, Currency, Exact
from perfrules.core.problem import Words
from perfrules.core.span import Span
from perfrules.core.workdays import WorkingDays

EFFECTS = ("take", "give", "status", "notice", "label")
MONEY_EFFECTS = ("take", "give")
DEFAULT_PLACES = {"ratio": 6, "number": 2}
PLACES_MAX = 20
NUMBER_MAX = 10**6
COUNT_MAX = 2**31 - 1
DATE_ORDINAL_MAX = 3_652_059  # 9999-12-31
_WIDEST = {  # by kind, between what values are where nothing is said; amounts in minor units
    "money": (-AMOUNT_MAX, AMOUNT_MAX),
    "ratio": (-NUMBER_MAX, NUMBER_MAX),
    "number": (-NUMBER_MAX, NUMBER_MAX),
    "count": (0, COUNT_MAX),
    "flag": (0, 1),
    "date": (1, DATE_ORDINAL_MAX),
    "choice": (0, COUNT_MAX),
    "text": (0, COUNT_MAX),
}


class Titled(Protocol):
    """What has a title."""

    @property
    def title(self) -> Words:
        """What people call it."""


def by_title(named: Mapping[str, Titled]) -> dict[str, str]:
    """The name of each thing, by its name or by a title that no other has."""
    seen: dict[str, str] = {}
    for name, thing in named.items():
        for title in dict.fromkeys((thing.title.en, thing.title.zh)):
            seen[title] = "" if seen.get(title, name) != name else name
    titles = {title: name for title, name in seen.items() if title and name and title not in named}
    return {**{name: name for name in named}, **titles}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that subjects of a kind have: what it is, how exact, and between which bounds.

    Stored as whole numbers: money in minor units, ratio and number in units of 10^-places, a count as
    itself, a flag as 0 or 1, a date as its ordinal day, choice and text as the index of an interned text.
    """

    name: str
    kind: str
    places: int = 0
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    order: str = ""  # of the choices: `best-first`, `worst-first`, or none
    unit: str = "元"
    rounded: bool = False
    currency: str = "CNY"  # of money
    secret: bool = False  # a flag: who has it, or may have it, is not named in what is published
    title: Words = field(default_factory=lambda: Words("", ""))
    span: Span | None = field(default=None, compare=False, repr=False)  # where it is declared

    @property
    def origin(self) -> str:
        """The place where it is declared."""
        return self.span.place if self.span else ""

    @property
    def is_text(self) -> bool:
        """Whether its values are kept as texts, all others as whole numbers."""
        return self.kind in ("text", "choice")

    @property
    def measure(self) -> Exact:
        """What a bare 1 stands for, in major units: of an amount in 万元 10,000, of a ratio in % a hundredth."""
        return UNITS[self.unit] if self.kind == "money" else Fraction(1, 100) if self.unit == "%" else 1

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and greatest whole number that the fact can have; what is outside is refused."""
        least, most = _WIDEST[self.kind]
        one = 10**self.places if self.kind in ("ratio", "number") else 1
        return least * one if self.least is None else self.least, most * one if self.most is None else self.most


@dataclass(frozen=True, slots=True)
class Account:
    """Money of a subject that actions may change; `together` says how claims on one side meet."""

    opening: Fact
    together: str = ""

    @property
    def name(self) -> str:
        """The account's name, and that of the fact which holds its opening amount."""
        return self.opening.name

    @property
    def title(self) -> Words:
        """What people call it."""
        return self.opening.title

    @property
    def span(self) -> Span | None:
        """Where it is declared."""
        return self.opening.span


@dataclass(frozen=True)
class SubjectKind:
    """A kind of subject: its facts and accounts, and the kind that it belongs to."""

    name: str
    many: str
    facts: Mapping[str, Fact]
    accounts: Mapping[str, Account]
    belongs_to: str = ""
    in_order_of: str = ""
    title: Words = field(default_factory=lambda: Words("", ""))
    span: Span | None = field(default=None, compare=False, repr=False)  # where it is first declared

    @cached_property
    def columns(self) -> dict[str, Fact]:
        """The facts and the opening amounts of the accounts, by name."""
        return {**self.facts, **{a.name: a.opening for a in self.accounts.values()}}

    @cached_property
    def by_title(self) -> dict[str, str]:
        """The name of each fact or account, by its name or by a title that no other has."""
        return by_title(self.columns)

    @cached_property
    def called(self) -> frozenset[str]:
        """The words by which an aggregate may be over it."""
        return frozenset({self.name, self.many, self.title.en, self.title.zh})

    @cached_property
    def plural(self) -> frozenset[str]:
        """The word for many of it, where that is not its name."""
        return frozenset({self.many} - {self.name})

    @cached_property
    def whose(self) -> frozenset[str]:
        """The columns that say whose a row is."""
        return frozenset({"id", "period", self.belongs_to} - {""})

    @cached_property
    def account_names(self) -> dict[str, str]:
        """The name of each account, by name or title."""
        return by_title(self.accounts)

    def places(self, word: str) -> list[tuple[str, Span]]:
        """Where the fact or account of a name or title is declared, as a problem shows it."""
        span = self.columns[self.by_title[word]].span
        return [("declared", span)] if span else []


@dataclass(frozen=True, slots=True)
class Action:
    """What a rule may do: one of five effects, with its titles.

    `bar` names the actions that may no longer happen to the subject and what belongs to it, in the same
    year; `counter_account` is where the money of a take or give goes or comes from unless the rule says.
    """

    name: str
    effect: str
    title: Words
    counter_account: str = "treasury"
    bar: tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Everything a policy may speak of."""

    name: str
    kinds: Mapping[str, SubjectKind]
    actions: Mapping[str, Action]
    accounts: Mapping[str, Account]  # of no subject: where money goes to and comes from
    currency: Currency = Currency()
    jurisdiction: str = ""  # the fact within which cohorts and pools stay
    working_days: WorkingDays | None = None
    extends: frozenset[str] = frozenset()  # the names of the vocabularies of which it has everything

    def includes(self, name: str) -> bool:
        """Whether it is the vocabulary of that name, or has everything of it."""
        return name == self.name or name in self.extends

    @cached_property
    def kind_names(self) -> dict[str, str]:
        """The name of each kind, by name or title."""
        return by_title(self.kinds)

    @cached_property
    def action_names(self) -> dict[str, str]:
        """The name of each action, by name or title."""
        return by_title(self.actions)

    @cached_property
    def account_names(self) -> dict[str, str]:
        """The name of each account that belongs to no subject, by name or title."""
        return by_title(self.accounts)

    @cached_property
    def plurals(self) -> dict[str, SubjectKind]:
        """Each kind by the name of many of them, by its own name or by title."""
        titled = {title: self.kinds[name] for title, name in self.kind_names.items()}
        return titled | {k.many: k for k in self.kinds.values()}

    def below(self, kind: str) -> dict[str, SubjectKind]:
        """The kinds whose rows belong to `kind`, at any depth, by what they may be called."""
        return {word: k for word, k in self.plurals.items() if kind in self.ancestors(k.name)}

    def path(self, kind: str, above: str) -> tuple[str, ...]:
        """The kinds from the parent of `kind` up to its ancestor `above`; none where they are the same."""
        if kind == above:
            return ()
        ancestors = self.ancestors(kind)
        return tuple(ancestors[: ancestors.index(above) + 1])

    def jurisdiction_of(self, kind: str) -> tuple[str, ...] | None:
        """The path up to the nearest kind that has the fact of the jurisdiction; None where none has."""
        lineage = [kind, *self.ancestors(kind)]
        found = next((k for k in lineage if self.jurisdiction in self.kinds[k].columns), None)
        return None if found is None else self.path(kind, found)

    def ancestors(self, kind: str) -> list[str]:
        """The kinds above `kind`, nearest first."""
        above: list[str] = []
        while (parent := self.kinds[kind].belongs_to) in self.kinds and parent not in above:
            above.append(parent)
            kind = parent
        return above
