"""Worlds: what a case gives, as rows of which one value can be changed, and which can be written as a case again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from perfrules.analysis.formulas import Column, columns_read, formulas
from perfrules.analysis.parameters import definitions_of, names_in
from perfrules.cases import Case
from perfrules.core.given import row_headings
from perfrules.core.span import Text
from perfrules.core.values import said
from perfrules.core.vocabulary import Fact, SubjectKind, Vocabulary
from perfrules.pipeline.model import Policy
from perfrules.pipeline.scenarios import Expected, Given

UNKNOWN = "unknown"
IDS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")  # of the kinds of a usual world
USUAL_DAY = date(2024, 12, 31)  # of policies that say no day themselves
LONG = re.compile(r"\d{5,}")
RowKey = tuple[str, str, int]  # kind, id, period


@dataclass(frozen=True)
class World:
    """Rows under policies, on a day; a row has the id of its parent under the name of the parent's kind."""

    policies: tuple[Policy, ...]
    as_of: date
    period: int
    parameters: Mapping[str, str]
    kinds: tuple[str, ...]
    rows: Mapping[RowKey, Mapping[str, str]]

    @property
    def vocabulary(self) -> Vocabulary:
        """What the policies speak of."""
        return self.policies[0].vocabulary

    @cached_property
    def key(self) -> object:
        """The same for two worlds only where they are the same."""
        rows = tuple(sorted((at, tuple(sorted(row.items()))) for at, row in self.rows.items()))
        names = tuple(policy.name for policy in self.policies)
        return names, self.kinds, self.as_of, self.period, tuple(sorted(self.parameters.items())), rows

    def under(self, policies: tuple[Policy, ...]) -> World:
        """The same world under other policies."""
        return replace(self, policies=policies)

    def having(self, at: RowKey, fact: str, value: str) -> World:
        """The world with another value."""
        return replace(self, rows={**self.rows, at: {**self.rows[at], fact: value}})

    def adding(self, at: RowKey, row: Mapping[str, str]) -> World:
        """The world with one more row."""
        return replace(self, rows={**self.rows, at: row}, kinds=tuple(dict.fromkeys((*self.kinds, at[0]))))

    def without(self, at: RowKey) -> World:
        """The world with a row less, and without what belongs to it."""
        gone = {at, *self._below(at)}
        return replace(self, rows={key: row for key, row in self.rows.items() if key not in gone})

    def unloaded(self, kind: str) -> World:
        """The world in which nothing is known of a kind, and of what belongs to it."""
        gone = {name for name in self.kinds if kind in (name, *self.vocabulary.ancestors(name))}
        rows = {key: row for key, row in self.rows.items() if key[0] not in gone}
        return replace(self, kinds=tuple(name for name in self.kinds if name not in gone), rows=rows)

    def _below(self, at: RowKey) -> Iterator[RowKey]:
        for key, row in self.rows.items():
            if self.vocabulary.kinds[key[0]].belongs_to == at[0] and row.get(at[0]) == at[1] and key[2] == at[2]:
                yield key
                yield from self._below(key)

    def around(self, kind: str, subject: str) -> World:
        """Only a subject, in all its years, with what it belongs to and what belongs to it."""
        kept: set[RowKey] = set()
        for at in [key for key in self.rows if key[:2] == (kind, subject)]:
            kept |= {at, *self._below(at)}
            above = at
            while (parent := self.vocabulary.kinds[above[0]].belongs_to) and parent in self.rows[above]:
                above = (parent, self.rows[above][parent], at[2])
                if above not in self.rows:
                    break
                kept.add(above)
        return replace(self, rows={key: row for key, row in self.rows.items() if key in kept})

    def doubled(self, kind: str, subject: str) -> World:
        """The world with another subject that is like one, with all that belongs to that."""
        copied = {at for key in self.rows if key[:2] == (kind, subject) for at in (key, *self._below(key))}
        renamed = {(name, one): f"{one}-2" for name, one, _ in copied}
        rows = {}
        for name, one, period in sorted(copied):
            row = dict(self.rows[name, one, period])
            above = self.vocabulary.kinds[name].belongs_to
            row |= {above: renamed[above, row[above]]} if (above, row.get(above)) in renamed else {}
            rows[name, renamed[name, one], period] = row
        return replace(self, rows={**self.rows, **rows})

    def case(self, name: str, expect: Expected | None = None) -> Case:
        """The world as a case, under the names of its facts."""
        place = self.policies[0].span

        def text(value: str) -> Text:
            return Text(value, place)

        given: Given = {text(kind): [] for kind in self.kinds}
        for (kind, subject, period), row in self.rows.items():
            whole = {"id": subject, "period": str(period), **row}
            given.setdefault(text(kind), []).append({text(k): text(v) for k, v in whole.items()})
        parameters = {text(k): text(v) for k, v in self.parameters.items()}
        return Case(text(name), self.policies, self.as_of, self.period, given, expect or {}, parameters)


def world_of(case: Case) -> World:
    """What a case gives."""
    vocabulary = case.vocabulary
    rows: dict[RowKey, dict[str, str]] = {}
    kinds = [vocabulary.kind_names[word] for word in case.given]
    for word, given in case.given.items():
        kind = vocabulary.kinds[vocabulary.kind_names[word]]
        headings = row_headings(vocabulary, kind) | kind.by_title
        for row in given:
            named = {headings.get(heading, str(heading)): str(value) for heading, value in row.items()}
            at = (kind.name, named.pop("id"), int(named.pop("period", case.period)))
            rows[at] = named
    parameters = {str(name): str(value) for name, value in case.parameters.items()}
    return World(case.policies, case.as_of, case.period, parameters, tuple(dict.fromkeys(kinds)), rows)


def usual_world(policy: Policy, kind: str) -> World:
    """One subject of a kind of which everything that the policy reads is known, with one row of all that belongs to
    it; in the judged year, in those that it reads, and in those that claims are on."""
    vocabulary = policy.vocabulary
    starts = [policy.in_force[0], *(d.start for p in policy.parameters.values() for d in p.values)]
    day = max(starts) if max(starts) > date.min else USUAL_DAY
    read = {column for node, scope in formulas(policy) for column in columns_read(node, scope)}
    kinds = [kind, *vocabulary.ancestors(kind)]
    kinds += [k for k in vocabulary.kinds if kind in vocabulary.ancestors(k) and k in {of for of, _ in read}]
    offsets = {0, *(clause.offset for rule in policy.rules for clause in rule.clauses)}
    offsets |= {name.symbol.offset for name in names_in((policy, *definitions_of(policy))) if name.symbol is not None}
    ids = dict(zip(kinds, IDS, strict=False))
    rows = {
        (name, ids[name], day.year + offset): _usual_row(
            vocabulary.kinds[name], ids, read, day, vocabulary.jurisdiction
        )
        for offset in sorted(offsets)
        for name in kinds
    }
    return World((policy,), day, day.year, {}, tuple(kinds), rows)


def _usual_row(
    kind: SubjectKind, ids: Mapping[str, str], read: set[Column], day: date, jurisdiction: str
) -> dict[str, str]:
    row = {kind.belongs_to: ids[kind.belongs_to]} if kind.belongs_to in ids else {}
    always = (kind.in_order_of, jurisdiction)
    wanted = [f for f in kind.columns.values() if (kind.name, f.name) in read or f.name in always]
    return row | {fact.name: usual_value(fact, day) for fact in wanted}


def usual_value(fact: Fact, day: date) -> str:
    """A plain value: the first word, no, the day, or a small amount within the bounds."""
    if fact.kind in ("choice", "text"):
        return fact.choices[0] if fact.choices else "A"
    least, most = fact.bounds
    plain = {"flag": 0, "date": day.toordinal(), "money": 100_000 * 10**fact.places}.get(fact.kind, 10**fact.places)
    return value_text(fact, min(max(plain, least), most))


def value_text(fact: Fact, stored: int) -> str:
    """A value as authors write it: the digits of long amounts in groups."""
    text = said(fact, stored)
    return LONG.sub(lambda digits: f"{int(digits[0]):_}", text, count=1) if fact.kind == "money" else text
