"""Scope: which names an expression may use, and what kind of value each one stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from perfrules.core.problem import Words
from perfrules.core.vocabulary import Fact, SubjectKind, Vocabulary
from perfrules.language.nodes import Literal, Node, Symbol
from perfrules.language.words import CLOCK, english

CLOCK_WORDS = english(CLOCK)
EVERY = "*"  # as an effect's account: every account of the subject


@dataclass(frozen=True, slots=True)
class Type:
    """The kind of a value; `choices` are those of a choice."""

    kind: str
    choices: tuple[str, ...] = ()


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
    source: str = ""
    since: str = ""
    note: Words = Words("", "")
    title: Words = Words("", "")

    @property
    def type(self) -> Type:
        """The kind of its value."""
        return Type("choice", self.choices) if self.choices else Type(self.literal.kind)


@dataclass(frozen=True)
class Scope:
    """What can be named where a kind of subject is judged."""

    vocabulary: Vocabulary
    kind: SubjectKind
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    definitions: Mapping[str, tuple[Node, Type]] = field(default_factory=dict)
    macros: Mapping[str, Macro] = field(default_factory=dict)
    effect_account: str = ""  # inside an action: the account it is on, and the years from the judged one
    effect_offset: int = 0
    effect_path: tuple[str, ...] = ()  # the kinds up to the owner of that account
    local: Mapping[str, tuple[Node, Type]] = field(default_factory=dict)  # a macro's arguments, seen from its call

    def of(self, kind: SubjectKind) -> Scope:
        """The scope of the rows of another kind: its own facts, and the same parameters."""
        return Scope(self.vocabulary, kind, self.parameters, {}, self.macros)

    def defining(self, name: str, node: Node, kind: Type) -> Scope:
        """The scope with one more name."""
        return replace(self, definitions={**self.definitions, name: (node, kind)})

    def names(self) -> list[str]:
        """Everything that can be named, for suggestions."""
        return [*self.kind.columns, *self.kind.by_title, *self.parameters, *self.definitions, *CLOCK]

    def find(self, parts: tuple[str, ...]) -> tuple[Symbol, Type] | None:
        """What a name stands for, or None."""
        if len(parts) == 1:
            return self._plain(parts[0])
        path, kind = [], self.kind
        for part in parts[:-1]:
            if kind.belongs_to != part:
                return None
            kind = self.vocabulary.kinds[part]
            path.append(part)
        name = kind.by_title.get(parts[-1])
        return self._column(kind, name, tuple(path)) if name else None

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
    return Type(fact.kind, fact.choices)


def symbol_fact(vocabulary: Vocabulary, kind: str, symbol: Symbol) -> Fact:
    """The fact that a symbol reads, seen from a kind."""
    return vocabulary.kinds[symbol.path[-1] if symbol.path else kind].columns[symbol.name]
