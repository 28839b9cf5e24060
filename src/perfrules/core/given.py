"""What is given as facts: rows, where each was written, and the columns that say whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from unicodedata import normalize

from pydantic import BaseModel

from perfrules.core.problem import Findings, Problem, Value, Words, nearest
from perfrules.core.span import Span, Text
from perfrules.core.values import KIND_WORDS, LARGEST, UNKNOWN_TEXTS, Unfit, check_code, check_visible, shown
from perfrules.core.vocabulary import SubjectKind, Vocabulary

Row = Mapping[str, object]
Given = object  # a row as a host has it: a mapping, a dataclass, a model of pydantic, a named tuple
Place = str | Span  # where a row was written: a line of a file, an argument, a place in a document
MAPPING = Words("a mapping of names to values", "名称到值的对应")
HEADINGS = {"编号": "id", "年度": "period"}


class RowPlace(str):
    """A row of a table, which knows where the cells of its columns are."""

    __slots__ = ("columns",)
    columns: dict[str, str]


def row_headings(vocabulary: Vocabulary, kind: SubjectKind) -> dict[str, str]:
    """What the columns that say whose a row is may be called: `id`, `period` and the parent's kind."""
    headings = dict(HEADINGS)
    if kind.belongs_to:
        headings |= {title: name for title, name in vocabulary.kind_names.items() if name == kind.belongs_to}
    return {heading: name for heading, name in headings.items() if heading not in kind.by_title}


def own_names(row: Row, headings: Mapping[str, str], place: Place, findings: Findings) -> Row:
    """A row with the columns that say whose it is under their own names; two for one are refused."""
    named: dict[str, object] = {}
    for header, value in row.items():
        name = headings.get(header, header)
        if name in named:
            other = next(h for h in row if headings.get(h, h) == name)
            note(findings, "PR618", place_of(header, place), fact=name, column=str(header), other=str(other))
        named.setdefault(name, value)
    return named


def known_columns(vocabulary: Vocabulary, kind: SubjectKind) -> frozenset[str]:
    """What the columns of a kind may be called."""
    return kind.whose.union(kind.by_title, row_headings(vocabulary, kind))


def is_mapping(row: object, place: Place, findings: Findings) -> bool:
    """Whether what is given is names with values; noted where it is not."""
    if not isinstance(row, Mapping):
        note(findings, "PR628", place, about=said_place(place), expected=MAPPING, example='{"id": "A", "budget": 100}')
    return isinstance(row, Mapping)


def named_values(row: Given, known: frozenset[str], place: Place, findings: Findings) -> Row | None:
    """A row as names with values; None with a problem noted where it is none.

    An object of the host has what else the host needs: of its attributes those count that are `known`, or may be
    meant as one that is.
    """
    if isinstance(row, Mapping):
        return row
    names = _attributes(row)
    if names is None:
        is_mapping(row, place, findings)
        return None
    values = {name: getattr(row, name) for name in names if name in known or nearest(name, known)}
    return {name: value.value if isinstance(value, Enum) else value for name, value in values.items()}


def _attributes(row: Given) -> tuple[str, ...] | None:
    """The names that an object has values for; None where it is no record."""
    if is_dataclass(row) and not isinstance(row, type):
        return tuple(field.name for field in fields(row))
    if isinstance(row, BaseModel):
        return tuple(type(row).model_fields)
    names = getattr(row, "_fields", None)
    return tuple(names) if isinstance(row, tuple) and isinstance(names, tuple) else None


def note_no_list(about: str, findings: Findings) -> None:
    """Note that what is given for a kind is no list of rows."""
    expected = Words("a list of rows", "若干行的列表")
    findings.add("PR628", where=about, about=about, expected=expected, example='[{"id": "A", "budget": 100}]')


def read_id(value: object, column: str, place: Place, findings: Findings) -> str | None:
    """An id as text, in one form of Unicode; 0 is one, too. Empty where it is unknown, None with a problem noted
    where it is none."""
    if value is None:
        return ""
    if value.__class__ is str and value.isascii() and value.isalnum() and value not in UNKNOWN_TEXTS:
        return value  # as nearly all are: nothing else below could say anything of it
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST
    if not (whole or isinstance(value, str)):
        expected = KIND_WORDS["text"]
        note(findings, "PR602", cell_of(None, column, place), fact=column, value=shown(value), expected=expected)
        return None
    name = normalize("NFC", str(value).strip())
    try:
        check_code(column, name)
        check_visible(name)
        if "\n" in name or "\r" in name:
            raise Unfit("PR103", character="U+000A")
    except Unfit as unfit:
        note(findings, unfit.code, cell_of(value, column, place), **unfit.values)
    return "" if name in UNKNOWN_TEXTS else name


def place_of(thing: object, place: Place) -> Place:
    """Where a heading or value was written, where it knows that itself."""
    return thing.span if isinstance(thing, Text) else place


def cell_of(value: object, header: object, place: Place) -> Place:
    """Where a value in a column was written, as exactly as it is known."""
    if isinstance(place, RowPlace):
        return place.columns.get(str(header), place)
    beside = said_place(place)
    return place_of(value, f"{beside}, {header}" if beside else str(header))


def note(findings: Findings, code: str, place: Place, **values: Value) -> None:
    """Note a problem with what was given at a place."""
    if isinstance(place, Span):
        findings.put(Problem(code, place, values))
    else:
        findings.put(Problem(code, where=place, values=values))


def said_place(place: Place) -> str:
    """A place as words say it."""
    return place.place if isinstance(place, Span) else place
