"""A register: what is known of subjects, changed one row at a time, and who belongs together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import repeat
from typing import NamedTuple

from perfrules.core.facts import Draft, Facts, Stands, assembled, key_of, read_facts
from perfrules.core.given import Row, own_names, read_id, row_headings
from perfrules.core.problem import Findings, Problem, Refused, did_you_mean
from perfrules.core.values import Stored
from perfrules.core.vocabulary import Vocabulary

Whose = tuple[str, str]  # kind, id


class Change(NamedTuple):
    """What is known of a subject in a period from now on; None where that is nothing any more."""

    whose: Whose
    period: int
    row: Stands | None


class Part(NamedTuple):
    """What is said of a subject in a period: some of its facts, and what it belongs to; None where that is not said."""

    whose: Whose
    period: int
    parent: str | None
    facts: Mapping[str, Stored | None]


class Register:
    """The rows of all subjects, each checked like one of a file, in the form of stored facts.

    A family are subjects that belong to one another at any depth, in any period. Nothing outside of it can change what
    is said of its members, save where a formula looks at all of a kind.
    """

    def __init__(self, facts: Facts) -> None:
        self.vocabulary: Vocabulary = facts.vocabulary
        self._headings = {name: row_headings(self.vocabulary, kind) for name, kind in self.vocabulary.kinds.items()}
        self._given = facts.loaded & self.vocabulary.kinds.keys()
        self._sizes: Counter[str] = Counter()
        self.loaded = self._given
        """The kinds that were given, perhaps without rows, or of which there is one."""
        self._rows: dict[Whose, dict[int, Stands]] = {}
        self._whole: Facts | None = None  # of all, as long as nothing has changed since
        self._below: dict[Whose, set[Whose]] = {}
        for (kind, period), table in facts.tables.items():
            values = zip(*table.columns.values(), strict=True) if table.columns else repeat(())
            for subject, parent, own in zip(table.ids, table.parents, values, strict=False):
                self.put(Change((kind, subject), period, (parent, own)))

    def read(self, word: str, subject: str, period: object, facts: Row) -> Part:
        """What is said of a subject, in stored form: the facts that are named, and what it belongs to where that is.

        Nothing is changed yet. Raises `Refused` with every problem of what is said.
        """
        findings = Findings()
        kind = self.vocabulary.kinds[self._kind(word)]
        above = kind.belongs_to
        key = key_of(kind, {"id": subject, "period": period}, kind.name, None, findings)
        own = own_names(facts, self._headings[kind.name], kind.name, findings)
        findings.refuse()
        assert key is not None
        place = f"{kind.name}/{key[1]}"
        values = read_facts(kind, own, place, findings)
        parent = read_id(own[above], above, place, findings) if above and above in own else None
        findings.refuse()
        return Part((kind.name, key[1]), key[0], parent, values)

    def headings(self, word: str) -> Mapping[str, str]:
        """What the columns that say whose a row is may be called; nothing where a word names no kind."""
        return self._headings[self.vocabulary.kind_names[word]] if word in self.vocabulary.kind_names else {}

    def merged(self, part: Part) -> Change:
        """What is known with a part of a row: of a subject that is known, the facts that it does not name stay."""
        columns = self.vocabulary.kinds[part.whose[0]].columns
        parent, values = self._rows.get(part.whose, {}).get(part.period, ("", (None,) * len(columns)))
        merged = tuple([part.facts.get(fact, old) for fact, old in zip(columns, values, strict=True)])
        return Change(part.whose, part.period, (parent if part.parent is None else part.parent, merged))

    def _kind(self, word: str) -> str:
        names, said = self.vocabulary.kind_names, str(word)[:40]
        if not isinstance(word, str) or word not in names:
            raise Refused([Problem("PR616", where=said, values={"word": said, "hint": did_you_mean(said, names)})])
        return names[word]

    def parent(self, whose: Whose, period: int) -> str:
        """What a subject belongs to in a period; nothing where that is not known."""
        return self._rows.get(whose, {}).get(period, ("",))[0]

    def values(self, whose: Whose, period: int) -> tuple[Stored | None, ...] | None:
        """What is known of a subject in a period, in the order of its kind's columns; None where there is no row."""
        row = self._rows.get(whose, {}).get(period)
        return None if row is None else row[1]

    def are_placed(self, some: Iterable[Whose]) -> bool:
        """Whether what some subjects belong to is there, and they have no order: then `facts` does not refuse them."""
        for whose in some:
            kind = self.vocabulary.kinds[whose[0]]
            if kind.in_order_of:
                return False
            if kind.belongs_to in self.loaded:
                for period, (parent, _) in self._rows.get(whose, {}).items():
                    if period not in self._rows.get((kind.belongs_to, parent), ()):
                        return False
        return True

    def put(self, change: Change) -> Change:
        """Change what is known; what would undo that."""
        whose, period, row = change
        self._whole = None
        before, rows = self.above(whose), self._rows.setdefault(whose, {})
        undo = Change(whose, period, rows.pop(period, None))
        if row is not None:
            rows[period] = row
        if (row is None) != (undo.row is None):
            self._sizes[whose[0]] += 1 if row is not None else -1
            self.loaded = self._given | {kind for kind, size in self._sizes.items() if size}
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

    def has_place(self, whose: Whose) -> bool:
        """Whether a subject is of a kind that belongs to another."""
        return bool(self.vocabulary.kinds[whose[0]].belongs_to)

    def above(self, whose: Whose) -> set[Whose]:
        """What a subject belongs to; rows of which that is unknown are one family."""
        above = self.vocabulary.kinds[whose[0]].belongs_to
        return {(above, parent) for parent, _ in self._rows.get(whose, {}).values()} if above else set()

    def family(self, whose: Whose) -> set[Whose]:
        """Who belongs together with a subject, and the subject."""
        found, pending = {whose}, [whose]
        while pending:
            one = pending.pop()
            near = (self.above(one) | self._below.get(one, set())) - found
            found |= near
            pending += near
        return found

    def below(self, some: Iterable[Whose]) -> set[Whose]:
        """Some subjects, and what belongs to them at any depth."""
        found: set[Whose] = set()
        pending = list(some)
        while pending:
            whose = pending.pop()
            found.add(whose)
            pending += self._below.get(whose, set()) - found
        return found

    def facts(self, members: Iterable[Whose] | None = None) -> Facts:
        """What is known of some subjects, or of all. Raises `Refused` where rows do not fit each other: what a row
        belongs to is not there, or two stand at one place of a history."""
        if members is None and self._whole is not None:
            return self._whole
        drafts, findings = {kind: Draft(self.vocabulary.kinds[kind]) for kind in self.loaded}, Findings()
        for kind, subject in self._rows if members is None else members:
            for period, row in self._rows.get((kind, subject), {}).items():
                drafts[kind].put((period, subject), row, f"{kind}/{subject}", findings)
        facts = assembled(self.vocabulary, drafts, findings)
        if findings.errors and members is not None:
            return self.facts()  # which says the same, and offers whatever may be meant
        findings.refuse()
        if members is None:
            self._whole = facts
        return facts
