"""A register: what is known of subjects, changed one row at a time, and who belongs together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from perfrules.core.facts import Facts, gathered, key_of, read_columns
from perfrules.core.given import Given, Row, known_columns, named_values, own_names, read_id, row_headings
from perfrules.core.problem import Findings, Problem, Refused, did_you_mean
from perfrules.core.values import Stored
from perfrules.core.vocabulary import Fact, Vocabulary

Whose = tuple[str, str]  # kind, id


class Change(NamedTuple):
    """What is known of a subject in a period from now on; None where that is nothing any more."""

    whose: Whose
    period: int
    row: Row | None


class Part(NamedTuple):
    """What is said of a subject in a period: facts, and perhaps what it belongs to."""

    whose: Whose
    period: int
    row: Row


class Register:
    """The rows of all subjects, each checked like one of a file, under the names and in the form of stored facts.

    A family are subjects that belong to one another at any depth, in any period. Nothing outside of it can change what
    is said of its members, save where a formula looks at all of a kind.
    """

    def __init__(self, facts: Facts) -> None:
        self.vocabulary: Vocabulary = facts.vocabulary
        self._given = facts.loaded & self.vocabulary.kinds.keys()
        self._sizes: Counter[str] = Counter()
        self._rows: dict[Whose, dict[int, Row]] = {}
        self._whole: Facts | None = None  # of all, as long as nothing has changed since
        self._below: dict[Whose, set[Whose]] = {}
        for (kind, period), table in facts.tables.items():
            above = self.vocabulary.kinds[kind].belongs_to
            for n, (subject, parent) in enumerate(zip(table.ids, table.parents, strict=True)):
                own = {name: column[n] for name, column in table.columns.items()}
                whose = {"id": subject, "period": period} | ({above: parent} if above else {})
                self.put(Change((kind, subject), period, {**whose, **own}))

    @property
    def loaded(self) -> frozenset[str]:
        """The kinds that were given, perhaps without rows, or of which there is one."""
        return self._given | {kind for kind, size in self._sizes.items() if size}

    def read(self, word: str, given: Given, period: int) -> Part:
        """What a row says, in stored form: the facts that it names, and what it belongs to where it says so.

        Nothing is changed yet. Raises `Refused` with every problem of the row.
        """
        findings = Findings()
        kind = self.vocabulary.kinds[self._kind(word)]
        above, known = kind.belongs_to, known_columns(self.vocabulary, kind)
        values = named_values(given, known, kind.name, findings)
        findings.refuse()
        own = own_names(values or {}, row_headings(self.vocabulary, kind), kind.name, findings)
        key = key_of(kind, own, kind.name, period, findings)
        findings.refuse()
        assert key is not None
        period, subject = key
        place = f"{kind.name}/{subject}"
        new = dict(zip(kind.columns, read_columns(kind, own, place, findings), strict=True))
        said = {kind.by_title.get(name, name) for name in own}
        row: dict[str, object] = {f: new[f] for f in new if f in said}
        if above and above in own:
            row[above] = read_id(own[above], above, place, findings)
        findings.refuse()
        return Part((kind.name, subject), period, row)

    def merged(self, part: Part) -> Change:
        """What is known with a part of a row: of a subject that is known, the facts that it does not name stay."""
        whose, period, said = part
        kind = self.vocabulary.kinds[whose[0]]
        old = self.row(whose, period) or {}
        row: dict[str, object] = {"id": whose[1], "period": period}
        if kind.belongs_to:
            row[kind.belongs_to] = said.get(kind.belongs_to, old.get(kind.belongs_to, ""))
        return Change(whose, period, row | {f: said[f] if f in said else old.get(f) for f in kind.columns})

    def _kind(self, word: str) -> str:
        names, said = self.vocabulary.kind_names, str(word)[:40]
        if not isinstance(word, str) or word not in names:
            raise Refused([Problem("PR616", where=said, values={"word": said, "hint": did_you_mean(said, names)})])
        return names[word]

    def row(self, whose: Whose, period: int) -> Row | None:
        """What is known of a subject in a period."""
        return self._rows.get(whose, {}).get(period)

    def put(self, change: Change) -> Change:
        """Change what is known; what would undo that."""
        whose, period, row = change
        self._whole = None
        before, rows = self.above(whose), self._rows.setdefault(whose, {})
        undo = Change(whose, period, rows.pop(period, None))
        if row is not None:
            rows[period] = row
        self._sizes[whose[0]] += (row is not None) - (undo.row is not None)
        after = self.above(whose)
        for above in before - after:
            self._below[above].discard(whose)
        for above in after - before:
            self._below.setdefault(above, set()).add(whose)
        if not rows:
            del self._rows[whose]
        return undo

    def is_known(self, whose: Whose) -> bool:
        """Whether there is a row of a subject, in any period."""
        return whose in self._rows

    @property
    def subjects(self) -> Collection[Whose]:
        """Everyone of whom something is known."""
        return self._rows.keys()

    def above(self, whose: Whose) -> set[Whose]:
        """What a subject belongs to; rows of which that is unknown are one family."""
        above = self.vocabulary.kinds[whose[0]].belongs_to
        return {(above, str(row[above])) for row in self._rows.get(whose, {}).values()} if above else set()

    def family(self, whose: Whose) -> set[Whose]:
        """Who belongs together with a subject, and the subject."""
        found, pending = {whose}, [whose]
        while pending:
            one = pending.pop()
            near = (self.above(one) | self._below.get(one, set())) - found
            found |= near
            pending += near
        return found

    def facts(self, members: Iterable[Whose] | None = None) -> Facts:
        """What is known of some subjects, or of all. Raises `Refused` where rows do not fit each other: what a row
        belongs to is not there, or two stand at one place of a history."""
        if members is None and self._whole is not None:
            return self._whole
        rows: dict[str, list[tuple[str, Given]]] = {kind: [] for kind in self.loaded}
        for kind, subject in self._rows if members is None else members:
            for row in self._rows.get((kind, subject), {}).values():
                rows[kind].append((f"{kind}/{subject}", row))
        findings = Findings()
        facts = gathered(self.vocabulary, rows, None, findings, _as_stored)
        if findings.errors and members is not None:
            return self.facts()  # which says the same, and offers whatever may be meant
        findings.refuse()
        if members is None:
            self._whole = facts
        return facts


def _as_stored(fact: Fact, value: object) -> Stored | None:
    """A value that was read before."""
    assert value is None or isinstance(value, (int, str))
    return value
