"""A subject's facts as one row, with what is known around it: read and checked once, decided any number of times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from perfrules.asked import check_year
from perfrules.core.facts import Facts, gathered, read_facts
from perfrules.core.given import (
    Given,
    is_mapping,
    known_columns,
    named_values,
    note_no_list,
    own_names,
    read_id,
    row_headings,
)
from perfrules.core.given import Row as FactRow
from perfrules.core.problem import Findings, Words, did_you_mean
from perfrules.core.table import Table
from perfrules.core.values import Stored
from perfrules.core.vocabulary import SubjectKind
from perfrules.engines.cells import cell_reader
from perfrules.engines.single import Input, inputs_of
from perfrules.pipeline.drafts import Compiled

YEARS_MAX = 100  # from the judged period
ALONE = "subject"  # the id of a subject that is decided without others, and of what it belongs to


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the subject's own facts: of other years, of its parent, of what belongs to it, of the
    others of its kind; None where these are not known."""

    years: Mapping[int, Given] = field(default_factory=dict)
    parent: Given | None = None
    children: Mapping[str, Sequence[Given] | None] = field(default_factory=dict)
    cohort: Sequence[Given] | None = None


NOTHING_AROUND = Around()


def around(
    prior: Given | None,
    years: Mapping[int, Given] | None,
    parent: Given | None,
    children: Mapping[str, Sequence[Given] | None] | None,
    cohort: Sequence[Given] | None,
) -> Around:
    """What stands around a row, as `Program.read` takes it. Raises `Refused` where that is of another form."""
    findings = Findings()
    for name, given in (("years", years), ("children", children)):
        if given is not None:
            is_mapping(given, name, findings)
    if prior is not None and years and -1 in years:
        others = Words("other years than that of `prior`", "`prior` 以外的年度")
        findings.add("PR628", where="years", about="years", expected=others, example="{-2: {…}}")
    findings.refuse()
    if prior is not None:
        years = {-1: prior, **(years or {})}
    if years or parent is not None or children is not None or cohort is not None:
        return Around(years or {}, parent, children or {}, cohort)
    return NOTHING_AROUND


class Row(NamedTuple):  # a tuple: made several times faster than a frozen dataclass
    """A subject's facts, read and checked once, to be decided any number of times."""

    kind: str
    cells: tuple[Stored | None, ...]
    period: int
    reader: Compiled  # the program that read it
    facts: Facts | None = None  # where more than the subject's own facts was given
    id: str = ALONE
    among: bool = False  # whether the others of its kind were given

    def __repr__(self) -> str:
        return f"<Row {self.kind} {self.id} {self.period} {self.reader.digest[:12]}>"


class RowReader:
    """Reads subjects of one kind for one program."""

    def __init__(self, program: Compiled, kind: str) -> None:
        self.program = program
        self.vocabulary = program.vocabulary
        self.kind: SubjectKind = program.vocabulary.kinds[kind]
        self.inputs: tuple[Input, ...] = inputs_of(program.plan, kind)
        own = [self.kind.columns[i.fact] for i in self.inputs if i.offset == 0]
        self.read_cells = cell_reader(own, self.kind.whose - {"period"} | self.kind.columns.keys())
        self.only_own = len(own) == len(self.inputs)

    def row(self, values: Given, period: int | None, around: Around) -> Row:
        """A subject's facts as a row, of the year of the program's day unless a period is given.

        Raises `Refused` where a value does not fit its fact.
        """
        if period is None:
            period = self._said_period(values)
        check_year(period)
        if around is NOTHING_AROUND and self.only_own and values.__class__ is dict:  # others may make up values
            cells = self.read_cells(values)
            if cells is not None and "id" not in values:
                return Row(self.kind.name, cells, period, self.program)
            if cells is not None and values["id"].__class__ is str and values["id"].isalnum():
                return Row(self.kind.name, cells, period, self.program, None, values["id"])
        return self._read(values, period, around)

    def _read(self, values: Given, period: int, around: Around) -> Row:
        """The careful way: with every problem and its cure."""
        findings = Findings()
        name = self.kind.name
        if around.cohort is not None:
            return self._among(values, period, around, findings)
        whose = self._whose(values)
        subject, parent = self._names(whose, findings)
        own = {0: self._columns(self.kind, values, name, findings)}
        _check_period(whose, period, name, findings)
        for offset, other in around.years.items():
            if offset == 0:
                other_year = Words("another year's facts", "其他年度的事实")
                findings.add("PR628", where="years", about="years[0]", expected=other_year, example="{1: {…}}")
            elif offset.__class__ is not int or abs(offset) > YEARS_MAX:
                least, most = str(-YEARS_MAX), str(YEARS_MAX)
                findings.add("PR211", where="years", value=repr(offset)[:40], least=least, most=most)
            else:
                own[offset] = self._columns(self.kind, other, f"years[{offset}] {name}", findings)
                _check_period(self._whose(other), period + offset, f"years[{offset}] {name}", findings)
        tables = {(name, period + offset): alone(columns, subject, parent) for offset, columns in own.items()}
        below = self._below(around.children, subject, period, findings)
        tables |= self._above(around.parent, parent, period, findings) | dict(below.tables)
        findings.refuse()
        loaded = below.loaded & self.vocabulary.kinds.keys()  # its children of this period, no others of its parent's
        facts = Facts(self.vocabulary, tables, loaded, only=period)
        cells = tuple(own.get(i.offset, {}).get(i.fact) for i in self.inputs)
        return Row(name, cells, period, self.program, facts, subject)

    def _said_period(self, values: Given) -> int:
        """The year that a row says, else that of the program's day."""
        if values.__class__ is dict and "period" not in values:
            return self.program.as_of.year
        said = self._whose(values).get("period")
        text = str(said).strip()
        return int(text) if len(text) == 4 and text.isascii() and text.isdigit() else self.program.as_of.year

    def _whose(self, values: Given) -> FactRow:
        """A row with the columns that say whose it is under their own names."""
        given = named_values(values, known_columns(self.vocabulary, self.kind), self.kind.name, Findings()) or {}
        return own_names(given, row_headings(self.vocabulary, self.kind), self.kind.name, Findings())

    def _names(self, whose: FactRow, findings: Findings) -> tuple[str, str]:
        """The id of a subject and of what it belongs to, where they are given."""
        subject = read_id(whose.get("id"), "id", self.kind.name, findings)
        above = self.kind.belongs_to
        parent = read_id(whose.get(above), above, self.kind.name, findings) if above else ""
        return subject or ALONE, parent or ALONE

    def _above(
        self, values: Given | None, parent: str, period: int, findings: Findings
    ) -> dict[tuple[str, int], Table]:
        """The facts of what the subject belongs to."""
        if values is None:
            return {}
        above = self.vocabulary.kinds.get(self.kind.belongs_to)
        if above is None:
            findings.add("PR410", where="parent", name="parent", hint=did_you_mean("parent", ()))
            return {}
        return {(above.name, period): alone(self._columns(above, values, above.name, findings), parent)}

    def _below(
        self, children: Mapping[str, Sequence[Given] | None], subject: str, period: int, findings: Findings
    ) -> Facts:
        """The facts of what belongs to the subject; None where it is not known."""
        below = {word: k for word, k in self.vocabulary.plurals.items() if k.belongs_to == self.kind.name}
        given: dict[str, Iterable[tuple[str, Given]]] = {}
        for many, rows in children.items():
            if many not in below:
                word = str(many)[:40]
                findings.add("PR410", where=word, name=word, hint=did_you_mean(word, below))
            elif rows is None:
                continue
            elif isinstance(rows, (str, Mapping)) or not isinstance(rows, Sequence):
                note_no_list(many, findings)
            else:
                given[below[many].name] = self._numbered(below[many], many, rows, subject, period, findings)
        return gathered(self.vocabulary, given, period, findings)

    def _numbered(
        self, kind: SubjectKind, many: str, rows: Sequence[Given], subject: str, period: int, findings: Findings
    ) -> list[tuple[str, Given]]:
        """Rows of what belongs to the subject, whatever they say of that; their places are the ids of those without."""
        known = known_columns(self.vocabulary, kind)
        named = [(f"{many}[{n}]", named_values(row, known, f"{many}[{n}]", findings)) for n, row in enumerate(rows)]
        taken = {str(row["id"]) for _, row in named if row and row.get("id") not in (None, "")}
        found: list[tuple[str, Given]] = []
        for n, (place, row) in enumerate(named):
            if row is not None:
                number = str(n + 1) if str(n + 1) not in taken else f"#{n + 1}"
                own = row["id"] if row.get("id") not in (None, "") else number
                kept = {k: v for k, v in row.items() if k not in row_headings(self.vocabulary, kind)}
                found.append((place, {**kept, "id": own, "period": period, kind.belongs_to: subject}))
        return found

    def _among(self, values: Given, period: int, around: Around, findings: Findings) -> Row:
        """A subject among the others of its kind, all with their ids: of these nothing else is known."""
        cohort, name = around.cohort, self.kind.name
        if isinstance(cohort, (str, Mapping)) or not isinstance(cohort, Sequence):
            note_no_list("cohort", findings)
        for about, more in (("years", around.years), ("children", around.children)):
            if more:
                findings.add("PR640", where=about, about=about)
        findings.refuse()
        assert cohort is not None
        whose = self._whose(values)
        _check_period(whose, period, name, findings)
        known = named_values(values, known_columns(self.vocabulary, self.kind), name, findings) or {}
        rows = [(name, {**known, "period": period}), *((f"cohort[{n}]", row) for n, row in enumerate(cohort))]
        found = gathered(self.vocabulary, {name: rows}, period, findings)
        findings.refuse()
        own, _ = self._names(whose, Findings())
        table = found.table(name, period)
        row = table.row_of(own)
        assert row is not None, "the subject was read with the others"
        parents = self._above(around.parent, table.parents[row] or ALONE, period, findings)
        findings.refuse()
        cells = tuple(table.columns[i.fact][row] if i.offset == 0 else None for i in self.inputs)
        facts = Facts(self.vocabulary, {**found.tables, **parents}, found.loaded | {kind for kind, _ in parents})
        return Row(name, cells, period, self.program, facts, own, among=True)

    def _columns(self, kind: SubjectKind, values: Given, place: str, findings: Findings) -> dict[str, Stored | None]:
        named = named_values(values, known_columns(self.vocabulary, kind), place, findings)
        if named is None:
            return dict.fromkeys(kind.columns)
        return dict.fromkeys(kind.columns) | read_facts(kind, named, place, findings)

    def facts(self, row: Row) -> Facts:
        """The facts that a row was read from."""
        if row.facts is not None:
            return row.facts
        years: dict[int, dict[str, Stored | None]] = {0: dict.fromkeys(self.kind.columns)}
        for cell, value in zip(self.inputs, row.cells, strict=True):
            years.setdefault(cell.offset, dict.fromkeys(self.kind.columns))[cell.fact] = value
        tables = {(self.kind.name, row.period + offset): alone(columns, row.id) for offset, columns in years.items()}
        return Facts(self.vocabulary, tables, frozenset({self.kind.name}))


def _check_period(whose: FactRow, period: int, place: str, findings: Findings) -> None:
    """A row that says its year is of no other."""
    said = whose.get("period")
    if said is not None and str(said).strip() not in ("", str(period)):
        findings.add("PR646", where=place, said=str(said)[:40], period=str(period))


def alone(columns: Mapping[str, Stored | None], name: str, parent: str = ALONE) -> Table:
    """A table of one subject."""
    return Table([name], [parent], {fact: [value] for fact, value in columns.items()})
