"""Scope: which names an expression may use, and what kind of value each one stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from perfrules.core.problem import Words
from perfrules.core.vocabulary import Fact, SubjectKind, Vocabulary
from perfrules.language.nodes import Literal, Name, Node, Symbol
from perfrules.language.references import parted
from perfrules.language.scorecards import Scorecard
from perfrules.language.tables import Table
from perfrules.language.words import CLOCK, english

CLOCK_WORDS = english(CLOCK)
EVERY = "*"  # as an effect's account: every account of the subject


@dataclass(frozen=True, slots=True)
class Type:
    """The kind of a value; `choices` are those of a choice, in an order where it has one."""

    kind: str
    choices: tuple[str, ...] = ()
    order: str = ""  # `best-first`, `worst-first`, or none


@dataclass(frozen=True, slots=True)
class Macro:
    """A function written in the language: parameters, and the text of its body. Loops are refused."""

    name: str
    parameters: tuple[str, ...]
    body: str
    origin: str = ""


@dataclass(frozen=True)
class Parameter:
    """A constant with a name, as it stands on the as-of date."""

    name: str
    literal: Literal
    choices: tuple[str, ...] = ()
    order: str = ""
    source: str = ""
    since: str = ""
    note: Words = Words("", "")
    title: Words = Words("", "")

    @property
    def type(self) -> Type:
        """The kind of its value."""
        return Type("choice", self.choices, self.order) if self.choices else Type(self.literal.kind)


@dataclass(frozen=True)
class Scope:
    """What can be named where a kind of subject is judged. `world` has the names of every kind."""

    vocabulary: Vocabulary
    kind: SubjectKind
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    world: Mapping[str, Mapping[str, tuple[Node, Type]]] = field(default_factory=dict)
    macros: Mapping[str, Macro] = field(default_factory=dict)
    tables: Mapping[tuple[str, str], Table] = field(default_factory=dict)  # by kind and output
    cards: Mapping[str, Scorecard] = field(default_factory=dict)  # by card, and by item
    effect_account: str = ""  # inside an action: the account it is on, and the years from the judged one
    effect_offset: int = 0
    effect_path: tuple[str, ...] = ()  # the kinds up to the owner of that account
    local: Mapping[str, tuple[Node, Type]] = field(default_factory=dict)  # a macro's arguments, seen from its call

    @property
    def definitions(self) -> Mapping[str, tuple[Node, Type]]:
        """The names that are defined for the rows judged here."""
        return self.world.get(self.kind.name, {})

    def of(self, kind: SubjectKind) -> Scope:
        """The scope of the rows of another kind: its own facts and names, and the same parameters."""
        return Scope(self.vocabulary, kind, self.parameters, self.world, self.macros, self.tables, self.cards)

    def at(self, path: tuple[str, ...]) -> Scope:
        """The scope at the end of a path of ancestors; without one this."""
        return self.of(self.vocabulary.kinds[path[-1]]) if path else self

    def defining(self, name: str, node: Node, kind: Type, owner: str = "") -> Scope:
        """The scope with one more name, of the rows judged here or of another kind."""
        of = owner or self.kind.name
        return replace(self, world={**self.world, of: {**self.world.get(of, {}), name: (node, kind)}})

    def knowing(self, definitions: Mapping[str, tuple[Node, Type]]) -> Scope:
        """The scope with more names of the rows judged here."""
        scope = self
        for name, (node, kind) in definitions.items():
            scope = scope.defining(name, node, kind)
        return scope

    def members(self, over: str) -> tuple[str, SubjectKind] | None:
        """What an aggregate is over: `below` (what belongs to the subject), `cohort` (all of a kind in the
        period) or `years` (the subject's own), and the kind of the rows; None where nothing is called so."""
        if over == "years":
            return "years", self.kind
        kind = self.vocabulary.plurals.get(over)
        if kind is None:
            return None
        return "below" if self.kind.name in self.vocabulary.ancestors(kind.name) else "cohort", kind

    def jurisdiction(self) -> Name | None:
        """The fact within which the cohorts of these rows stay, where the vocabulary names one."""
        path = self.vocabulary.jurisdiction_of(self.kind.name) if self.vocabulary.jurisdiction else None
        if path is None:
            return None
        name = self.vocabulary.jurisdiction
        return Name((*path, name), None, Symbol("fact", name, path))

    def names(self) -> list[str]:
        """Everything that can be named, for suggestions."""
        defined = [name for name in self.definitions if name.replace(".", "").isidentifier()]
        return [*self.kind.columns, *self.kind.by_title, *self.parameters, *defined, *CLOCK]

    def ancestor(self, word: str) -> Symbol | None:
        """The kind called `word`, where it is that of the rows or one that they belong to: which one it is."""
        name = self.vocabulary.kind_names.get(word)
        if name is None or name not in (self.kind.name, *self.vocabulary.ancestors(self.kind.name)):
            return None
        return Symbol("ancestor", name, self.vocabulary.path(self.kind.name, name))

    def find(self, parts: tuple[str, ...]) -> tuple[Symbol, Type] | None:
        """What a name stands for, or None."""
        kinds, name = parted(parts, self.vocabulary)
        path: list[str] = []
        kind = self.kind
        for word in kinds:
            owner = self.vocabulary.kind_names[word]
            if owner == kind.name:
                continue
            if owner not in self.vocabulary.ancestors(kind.name):
                return None
            path += self.vocabulary.path(kind.name, owner)
            kind = self.vocabulary.kinds[owner]
        if not path:
            return self._plain(name)
        defined = self.world.get(kind.name, {}).get(name)
        if defined is not None:
            return Symbol("definition", name, tuple(path)), defined[1]
        column = kind.by_title.get(name, "")
        return self._column(kind, column, tuple(path)) if column else None

    def _plain(self, word: str) -> tuple[Symbol, Type] | None:
        if word in self.definitions:
            return Symbol("definition", word), self.definitions[word][1]
        if word in self.parameters:
            return Symbol("parameter", word), self.parameters[word].type
        name = self.kind.by_title.get(word)
        if name:
            return self._column(self.kind, name, ())
        if word in CLOCK_WORDS:
            clock = CLOCK_WORDS[word]
            return Symbol("clock", clock), Type("date" if clock == "as_of" else "count")
        return None

    def affects(self, path: tuple[str, ...], account: str) -> bool:
        """Whether an account is meant in the year of the effect."""
        return path == self.effect_path and self.effect_account in (account, EVERY)

    def _column(self, kind: SubjectKind, name: str, path: tuple[str, ...]) -> tuple[Symbol, Type]:
        fact = kind.columns[name]
        opening = name in kind.accounts
        offset = self.effect_offset if opening and self.affects(path, name) else 0
        return Symbol("opening" if opening else "fact", name, path, offset), fact_type(fact)


def fact_type(fact: Fact) -> Type:
    """The kind of value that a fact has."""
    return Type(fact.kind, fact.choices, fact.order)


def symbol_fact(vocabulary: Vocabulary, kind: str, symbol: Symbol) -> Fact:
    """The fact that a symbol reads, seen from a kind."""
    return vocabulary.kinds[symbol.path[-1] if symbol.path else kind].columns[symbol.name]
