"""The columns of a table of facts: which are read, as which facts and in which units, whatever sort of source it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from perfrules.core.given import Place, Row, RowPlace, known_columns, note, place_of, row_headings, said_place
from perfrules.core.problem import Findings, Words, did_you_mean, nearest
from perfrules.core.span import Span, Text
from perfrules.core.values import EXPONENT_MAX, SCIENTIFIC, UNKNOWN_TEXTS, Measured, Unfit
from perfrules.core.vocabulary import Fact, SubjectKind, Vocabulary
from perfrules.readers.totals import is_total

IDS = {"id", "编号"}
PROBLEMS = Words("problems", "问题")  # the column that a marked copy has
MEASURED = ("money", "ratio", "number")  # what may have too many places
NUMBERS = (*MEASURED, "count")
_UNIT = re.compile(r"(?P<name>.*?)\s*[（(]\s*(?P<unit>元|万元|亿元|分|%|％)\s*[）)]")


@dataclass(frozen=True)
class Column:
    """What a column of a source holds, and how it is written there; without a fact it says whose a row is."""

    name: str
    span: Span | None = None  # where a mapping names the column
    fact: Fact | None = None  # in the unit of the source
    measured: bool = False  # whether that is not the fact as the vocabulary has it
    decimal: str = "."
    grouping: str = ","
    scientific: bool = False
    unknown: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)
    others: str = ""  # what every text is that is neither unknown nor one of the words

    @property
    def is_plain(self) -> bool:
        """Whether it is written as every table is, but for its unit and its rounding."""
        marks = (self.decimal, self.grouping, self.scientific) != (".", ",", False)
        return not (marks or self.unknown or self.words or self.others)

    def value(self, value: object) -> object:
        """What a cell holds, as facts are given. Raises `Unfit` where it is written with other marks."""
        if value is None:
            return None
        text = written(value)
        if text in self.unknown:
            return None
        if text in self.words:
            return self.words[text]
        if self.others:
            return None if text in UNKNOWN_TEXTS else self.others
        if isinstance(value, str) and self.fact is not None and self.fact.kind in NUMBERS:
            value = self._number(text)
        return Measured(value, self.fact) if self.measured and self.fact is not None else value

    def _number(self, text: str) -> str:
        """A number with the marks that are usual here."""
        plain = text
        if not any(char.isdigit() for char in text):
            return text  # no number at all: whoever reads it says so
        if (self.decimal, self.grouping) != (".", ","):
            mark, group = re.escape(self.decimal), re.escape(self.grouping)
            number = rf"[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:{group}[0-9]{{3}})+)(?:{mark}[0-9]+)?(?:[eE][+-]?[0-9]+)?%?"
            if not re.fullmatch(number, text):
                raise Unfit("PR643", value=text[:40], mark=self.decimal)
            plain = text.replace(self.grouping, "").replace(self.decimal, ".")
        if self.scientific and SCIENTIFIC.fullmatch(plain):
            exact = Decimal(plain)
            exponent = exact.as_tuple().exponent
            if isinstance(exponent, int) and abs(exponent) <= EXPONENT_MAX:
                return f"{exact:f}"
        return plain


def written(value: object) -> str:
    """A value as the words of a mapping have it: as a database shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"  # never 0E-8
    return unicodedata.normalize("NFC", str(value).strip())


@dataclass(frozen=True)
class Layout:
    """Which tables and columns are read: those of a vocabulary, and those that a mapping names."""

    vocabulary: Vocabulary
    origins: Mapping[str, str] = field(default_factory=dict)  # kinds by the name of a file or sheet
    mapped: Mapping[str, Mapping[str, Sequence[Column]]] = field(default_factory=dict)  # by kind, by heading

    @property
    def names(self) -> Mapping[str, str]:
        """The kind that a file or sheet of each name holds."""
        return {**self.vocabulary.kind_names, **self.origins}

    def tables_of(self, kind: str) -> list[str]:
        """What the tables of a kind are called: as a mapping says, else after the kind."""
        return [origin for origin, of in self.origins.items() if of == kind] or [kind]

    def kind_of(self, word: str, place: str, findings: Findings) -> str | None:
        """The kind that a file, a sheet or a key is called after; None with a problem noted where it is none."""
        names = self.names
        if word not in names:
            findings.add("PR616", where=place, word=word, hint=did_you_mean(word, names))
        return names.get(word)

    @cached_property
    def left_out(self) -> Mapping[str, Mapping[str, str]]:
        """By kind, the headings that are not read, because a mapping names another column for what they would hold."""
        found = {}
        for kind, columns in self.mapped.items():
            subject = self.vocabulary.kinds[kind]
            own = {"id": "id", "period": "period", **row_headings(self.vocabulary, subject), **subject.by_title}
            named = {column.name for several in columns.values() for column in several}
            found[kind] = {h: name for h, name in own.items() if name in named and h not in columns}
        return found

    def reading(self, kind: str, headings: Collection[str]) -> Layout:
        """The layout of one table: one with a column `id` and none of those that the mapping names is not of the other
        system."""
        mapped = self.mapped.get(kind, {})
        if not mapped or IDS.isdisjoint(headings) or not mapped.keys().isdisjoint(headings):
            return self
        return replace(self, mapped={one: columns for one, columns in self.mapped.items() if one != kind})

    def known(self, kind: str) -> frozenset[str]:
        """What the columns of a kind may be called."""
        return known_columns(self.vocabulary, self.vocabulary.kinds[kind]) | self.mapped.get(kind, {}).keys()

    def rows(self, kind: str, place: str, rows: Iterable[object], findings: Findings) -> list[tuple[Place, object]]:
        """Rows that name their values themselves; rows of totals are noted and left out."""
        placed = (self.row(kind, f"{place}[{n}]", row, findings) for n, row in enumerate(rows))
        return [row for row in placed if row is not None]

    def row(self, kind: str, place: str, row: object, findings: Findings) -> tuple[Place, object] | None:
        """A row that names its values itself; None with a problem noted where it is a row of totals."""
        own = self.reading(kind, row.keys()) if isinstance(row, Mapping) else self
        mapped, left_out = own.mapped.get(kind), own.left_out.get(kind, {})
        if left_out and isinstance(row, Mapping):
            for heading in filter(row.__contains__, left_out):
                findings.add("PR648", where=f"{place}, {heading}", column=heading, fact=left_out[heading])
            row = {heading: value for heading, value in row.items() if heading not in left_out}
        ids = IDS | {heading for heading, columns in (mapped or {}).items() if columns[0].name in IDS}
        subject = next((str(row[h]) for h in ids if h in row), "") if isinstance(row, Mapping) else ""
        if is_total(subject):
            findings.add("PR635", where=place, word=subject)
            return None
        if not mapped or not isinstance(row, Mapping):
            return place, row
        where = RowPlace(place)
        where.columns, found = {}, {}
        for heading, value in row.items():
            for read_as in mapped.get(str(heading)) or (None,):
                name = read_as.name if read_as else str(heading)
                where.columns[name] = f"{place}, {heading}"
                found[name] = cell_value(read_as, value, where.columns[name], findings)
        return where, found

    def header(self, kind: str, headings: Sequence[str], place: Place, findings: Findings) -> Header | None:
        """The columns of a table that are read; None where its rows can't be.

        Others are noted; one that may be meant as a column that is known is refused.
        """
        own = self.reading(kind, headings)
        subject, mapped = self.vocabulary.kinds[kind], own.mapped.get(kind, {})
        known, left_out = own.known(kind), own.left_out.get(kind, {})
        free = known - set(headings)  # what a column that is none of them may be meant as
        missed = {heading: columns[0] for heading, columns in mapped.items() if heading not in headings}
        for heading, column in missed.items():
            findings.add("PR642", column.span, path=said_place(place), column=heading, fact=column.name,
                         hint=did_you_mean(heading, [h for h in headings if h and h not in mapped]))  # fmt: skip
        used: list[Used] = []
        for n, heading in enumerate(headings):
            if heading in mapped:
                used += [Used(n, column.name, heading, column) for column in mapped[heading]]
                _check_mapped_unit(heading, mapped[heading][0], place, findings)
                continue
            name = _meant(heading, subject, place, findings)
            if name in left_out:
                note(findings, "PR648", place_of(heading, place), column=str(heading), fact=left_out[name])
            elif name not in known and heading.partition(";")[0] in (PROBLEMS.en, PROBLEMS.zh):
                continue
            elif name not in known and nearest(name, free):
                note(findings, "PR601", place_of(heading, place), column=str(heading), kind=kind,
                     hint=did_you_mean(name, free))  # fmt: skip
            elif name:
                used.append(Used(n, name, heading, None))
        used = _once(used, row_headings(self.vocabulary, subject) | subject.by_title, place, findings)
        if not {one.name for one in used} & IDS:
            said = {column.name for heading in missed for column in mapped[heading]}
            if not said & IDS:  # then that is said already
                note(findings, "PR626", place_of(headings[0], place) if headings else place)
            return None
        for one in (one for one in used if one.column is None and one.name not in known):
            note(findings, "PR631", place_of(one.heading, place), column=str(one.heading))
        used = [one for one in used if one.column is not None or one.name in known]
        return Header(used, [n for n, heading in enumerate(headings) if not heading])


def _once(columns: Iterable[Used], holding: Mapping[str, str], place: Place, findings: Findings) -> list[Used]:
    """Those that hold something else than the ones before; others are noted."""
    first: dict[str, Used] = {}
    for one in columns:
        what, where = holding.get(one.name, one.name), place_of(one.heading, place)
        if (other := first.setdefault(what, one)) is not one:
            note(findings, "PR618", where, fact=what, column=str(one.heading), other=str(other.heading))
    return list(first.values())


def _check_mapped_unit(heading: str, column: Column, place: Place, findings: Findings) -> None:
    """A unit that a heading names is that which the mapping says, too."""
    united = _UNIT.fullmatch(heading)
    if united is not None and column.fact is not None and united["unit"] != unit_of(column.fact):
        _note_unit(heading, united["unit"], column.fact, column.span or place, findings)


def _meant(heading: str, kind: SubjectKind, place: Place, findings: Findings) -> str:
    """What a column is read as by its name, behind which a unit may stand."""
    united = _UNIT.fullmatch(heading)
    if heading in kind.by_title or united is None or united["name"] not in kind.by_title:
        return heading
    fact, unit = kind.columns[kind.by_title[united["name"]]], united["unit"]
    if fact.kind != "money" or unit != fact.unit:
        _note_unit(heading, unit, fact, place_of(heading, place), findings)
        return ""
    return Text(united["name"], heading.span) if isinstance(heading, Text) else united["name"]


def unit_of(fact: Fact) -> str:
    """The unit in which bare numbers of a fact are meant; nothing where there is none."""
    return fact.unit if fact.kind == "money" or fact.unit == "%" else ""


def _note_unit(heading: str, unit: str, fact: Fact, place: Place, findings: Findings) -> None:
    own = unit_of(fact) or ("1 = 100%" if fact.kind == "ratio" else Words("none", "无"))
    written = f'"{unit}"' if unit in "%％" else unit
    note(findings, "PR641", place, column=str(heading), unit=unit, fact=fact.name, own=own, written=written)


@dataclass(frozen=True, slots=True)
class Used:
    """A column that is read: where it stands, and what its values are known as."""

    position: int
    name: str
    heading: str
    column: Column | None


class Header:
    """The columns of one table that are read, that of the ids among them."""

    def __init__(self, used: Sequence[Used], nameless: Sequence[int] = ()) -> None:
        self.used = used
        self.nameless = list(nameless)
        """The positions of columns without a name in which nothing stood yet."""
        self._id = next(one.position for one in used if one.name in IDS)
        self._plain = all(one.column is None and one.name == one.heading for one in used)

    def row(
        self, place: str, cells: Sequence[object], findings: Findings, places: Sequence[str] = ()
    ) -> tuple[Place, Row] | None:
        """A row with its place; `places` are those of its cells where they have names of their own.

        None with a problem noted where it is a row of totals.
        """
        for position in [n for n in self.nameless if cells[n] is not None and str(cells[n]).strip()]:
            self.nameless.remove(position)
            note(findings, "PR649", places[position] if places else place, number=str(position + 1))
        subject = str(cells[self._id]).strip()
        if is_total(subject):
            findings.add("PR635", where=place, word=subject)
            return None
        if self._plain and not places:
            return place, {one.name: cells[one.position] for one in self.used}
        where = RowPlace(place)
        where.columns = {o.name: places[o.position] if places else f"{place}, {o.heading}" for o in self.used}
        return where, {
            o.name: cell_value(o.column, cells[o.position], where.columns[o.name], findings) for o in self.used
        }


def cell_value(column: Column | None, value: object, place: str, findings: Findings) -> object:
    """What a cell holds, as facts are given; None with a problem noted where it is written with other marks."""
    if column is None:
        return value
    try:
        return column.value(value)
    except Unfit as unfit:
        note(findings, unfit.code, place, **unfit.values)
        return None
