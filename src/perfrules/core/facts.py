"""The facts of a run: for each kind and period a table of columns, checked and in the order of ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from perfrules.core.doubts import doubts
from perfrules.core.given import (
    Given,
    Place,
    Row,
    cell_of,
    known_columns,
    named_values,
    note,
    own_names,
    place_of,
    read_id,
    row_headings,
    said_place,
)
from perfrules.core.problem import Findings, Problem, Words, did_you_mean
from perfrules.core.table import Table
from perfrules.core.values import (
    Stored,
    Unfit,
    as_given,
    read_value,
    shown,
)
from perfrules.core.vocabulary import Fact, SubjectKind, Vocabulary

Read = Callable[[Fact, object], Stored | None]
Key = tuple[int, str]  # period and id
Stands = tuple[str, tuple[Stored | None, ...]]  # a row: what it belongs to, and its values in the order of columns


EVERY = "every "


def every(kind: str) -> str:
    """The mark among what was loaded that a kind was given whole, not only what belongs to one subject."""
    return EVERY + kind


@dataclass(frozen=True, repr=False)
class Facts:
    """What is known of all subjects. `loaded` are the kinds that were given, perhaps without rows, and marks of those
    that were given whole (`every`); `only` for one period, where that is said."""

    vocabulary: Vocabulary
    tables: Mapping[tuple[str, int], Table]
    loaded: frozenset[str]
    notices: tuple[Problem, ...] = field(default=())
    only: int | None = None

    @property
    def periods(self) -> list[int]:
        """All periods for which there are facts, in order."""
        return sorted({period for _, period in self.tables})

    def is_loaded(self, word: str, period: int) -> bool:
        """Whether a kind was given for a period, perhaps without rows; of another, nothing is known."""
        return word in self.loaded and self.only in (None, period)

    def table(self, kind: str, period: int) -> Table:
        """The subjects of a kind in a period; an empty table where there are none."""
        found = self.tables.get((kind, period))
        if found is None:
            columns = self.vocabulary.kinds[kind].columns
            found = Table([], [], {name: [] for name in columns})
        return found

    def rows(self) -> dict[str, list[dict[str, object]]]:
        """The rows that a program would give: for each kind with what is known, exactly; what is not known is left
        out."""
        found: dict[str, list[dict[str, object]]] = {k: [] for k in self.vocabulary.kinds if k in self.loaded}
        for name, period in sorted(key for key in self.tables if key[0] in found):
            kind, table = self.vocabulary.kinds[name], self.table(name, period)
            for row, (subject, parent) in enumerate(zip(table.ids, table.parents, strict=True)):
                whose = {"id": subject, "period": period} | ({kind.belongs_to: parent} if parent else {})
                known = {f: as_given(kind.columns[f], column[row]) for f, column in table.columns.items()}
                found[name].append(whose | {f: value for f, value in known.items() if value is not None})
        return found

    def changed(self, kind: str, subject: str, period: int, fact: str, stored: Stored | None) -> Facts:
        """The facts, were one of them another; as they are where there is no such subject in that period."""
        table = self.table(kind, period)
        row = table.row_of(subject)
        if row is None:
            return self
        column = list(table.columns[fact])
        column[row] = stored
        other = Table(table.ids, table.parents, {**table.columns, fact: column})
        return replace(self, tables={**self.tables, (kind, period): other})

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(table.ids)} {kind} {period}" for (kind, period), table in sorted(self.tables.items()))
        return f"<Facts {counts or 'none'}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # Hypothesis and notebooks print a dataclass field by field otherwise


@dataclass
class Draft:
    """The rows of one kind while they are put together."""

    kind: SubjectKind
    rows: dict[Key, Stands] = field(default_factory=dict)
    places: dict[Key, Place] = field(default_factory=dict)
    ordered: dict[tuple[int, str, Stored], Place] = field(default_factory=dict)

    def put(self, key: Key, row: Stands, place: Place, findings: Findings, *, said: bool = False) -> None:
        """Take a row in. Two of one parent at the same place of its history would leave the order open.

        `said`: of this row something is already said, perhaps that its place can't be read.
        """
        self.rows[key], self.places[key] = row, place
        if not self.kind.in_order_of:
            return
        parent, values = row
        position = values[list(self.kind.columns).index(self.kind.in_order_of)]
        if position is None and said:
            return
        if position is None:
            note(findings, "PR627", place, kind=self.kind.name, id=key[1], fact=self.kind.in_order_of)
            return
        first = self.ordered.setdefault((key[0], parent, position), place)
        if first != place:
            note(findings, "PR619", place, kind=self.kind.name, fact=self.kind.in_order_of, value=str(position),
                  parent=parent, first=said_place(first))  # fmt: skip


def build(
    vocabulary: Vocabulary,
    rows: Mapping[str, Iterable[tuple[Place, Given]]],
    findings: Findings,
    period: int | None = None,
) -> Facts:
    """Facts from rows: for each kind, pairs of a row's place (for messages) and the row itself.

    A row has `id`, `period`, its parent's id under the name of the parent's kind, and facts by name or
    title; a fact that is absent is unknown. `findings` has what is already said of where the rows come from, `period`
    is that of rows which name none. Raises `Refused` with every problem of every row.
    """
    found = Findings()
    facts = gathered(vocabulary, rows, period, found)
    unread = bool(findings.errors)  # then rows are missing, and nothing is said of those that belong to them
    findings.problems += [p for p in found.problems if not (unread and p.code == "PR621")]
    findings.refuse()
    return replace(facts, notices=(*findings.problems, *doubts(vocabulary, facts.tables)))


def gathered(
    vocabulary: Vocabulary,
    rows: Mapping[str, Iterable[tuple[Place, Given]]],
    period: int | None,
    findings: Findings,
    read: Read = read_value,
) -> Facts:
    """Facts from rows, as `build` takes them; what is wrong goes to `findings`. `read` reads one value."""
    drafts: dict[str, Draft] = {}
    for name, given in rows.items():
        if not isinstance(name, str) or name not in vocabulary.kind_names:
            word = str(name)
            note(findings, "PR616", place_of(name, word), word=word, hint=did_you_mean(word, vocabulary.kind_names))
            continue
        kind = vocabulary.kinds[vocabulary.kind_names[name]]
        draft = drafts.setdefault(kind.name, Draft(kind))
        headings, known = row_headings(vocabulary, kind), known_columns(vocabulary, kind)
        for place, row in given:
            values = named_values(row, known, place, findings)
            if values is not None:
                _read_row(draft, place, own_names(values, headings, place, findings), period, findings, read)
    return assembled(vocabulary, drafts, findings)


def assembled(vocabulary: Vocabulary, drafts: Mapping[str, Draft], findings: Findings) -> Facts:
    """Facts from the rows of each kind that was given; rows that belong to none are noted."""
    for draft in drafts.values():
        _check_parents(draft, drafts, findings)
    tables = {key: table for draft in drafts.values() for key, table in _tables(draft).items()}
    return Facts(vocabulary, tables, frozenset(drafts) | frozenset(map(every, drafts)))


def _read_row(draft: Draft, place: Place, row: Row, period: int | None, findings: Findings, read: Read) -> None:
    kind = draft.kind
    key = key_of(kind, row, place, period, findings)
    if key is None:
        return
    if key in draft.rows:
        first = said_place(draft.places[key])
        note(findings, "PR605", place, kind=kind.name, id=key[1], period=str(key[0]), first=first)
        return
    parent = read_id(row.get(kind.belongs_to), kind.belongs_to, place, findings) if kind.belongs_to else ""
    if parent is None:
        return
    before = len(findings.problems)
    values = tuple(map(read_facts(kind, row, place, findings, read).get, kind.columns))
    draft.put(key, (parent, values), place, findings, said=len(findings.problems) > before)


def key_of(kind: SubjectKind, row: Row, place: Place, period: int | None, findings: Findings) -> Key | None:
    """The period and id of a row; None with a problem noted where it has none."""
    subject = read_id(row.get("id"), "id", place, findings)
    if not subject:
        if subject is not None:
            note(findings, "PR617", place, kind=kind.name)
        return None
    said = row.get("period", period)
    try:
        year = read_year(said)
    except Unfit as unfit:
        note(findings, unfit.code, place_of(said, place), **unfit.values)
        return None
    if year is None:
        note(findings, "PR611", place_of(said, place))
        return None
    return year, subject


def read_year(said: object) -> int | None:
    """The year that a value says; None where it says none. Raises `Unfit`."""
    if said.__class__ is int and 1000 <= said <= 9999:
        return said  # as nearly all do
    text = str(said if isinstance(said, str) else shown(said)).strip() if said is not None else ""
    if text and not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Unfit("PR612", value=text)
    return int(text) if text else None


def read_facts(
    kind: SubjectKind, row: Row, place: Place, findings: Findings, read: Read = read_value
) -> dict[str, Stored | None]:
    """The stored values of the facts that a row names; problems go to `findings`."""
    values: dict[str, Stored | None] = {}
    given: dict[str, str] = {}
    for header, value in row.items():
        if header in kind.whose:
            continue
        name = kind.by_title.get(header)
        if name is None:
            note(findings, "PR601", place_of(header, place), column=str(header), kind=kind.name,
                  hint=did_you_mean(str(header), kind.by_title))  # fmt: skip
            continue
        if name in given:
            note(findings, "PR618", place_of(header, place), fact=name, column=str(header), other=given[name])
            continue
        given[name] = str(header)
        try:
            values[name] = read(kind.columns[name], value)
        except Unfit as unfit:
            note(findings, unfit.code, cell_of(value, header, place), **unfit.values)
    return values


def _check_parents(draft: Draft, drafts: Mapping[str, Draft], findings: Findings) -> None:
    """Every row belongs to a row that is there; of a kind that was not given at all, nothing is known."""
    parent_kind = draft.kind.belongs_to
    above = drafts.get(parent_kind)
    if above is None:
        return
    for (period, subject), (parent, _) in draft.rows.items():
        place = draft.places[(period, subject)]
        if not parent:
            note(findings, "PR620", place, kind=draft.kind.name, id=subject, parent=parent_kind)
        elif (period, parent) not in above.rows:
            known = [i for p, i in above.rows if p == period]
            none = Words(f"no {parent_kind} was given for {period}", f"{period} 年没有任何 {parent_kind}")
            hint = did_you_mean(parent, known) if known else none
            note(findings, "PR621", place, parent=parent_kind, id=parent, period=str(period), hint=hint)


def _tables(draft: Draft) -> dict[tuple[str, int], Table]:
    names = list(draft.kind.columns)
    tables: dict[tuple[str, int], Table] = {}
    for period, subject in sorted(draft.rows):
        parent, values = draft.rows[(period, subject)]
        table = tables.setdefault((draft.kind.name, period), Table([], [], {name: [] for name in names}))
        table.ids.append(subject)
        table.parents.append(parent)
        for name, value in zip(names, values, strict=True):
            table.columns[name].append(value)
    return tables
