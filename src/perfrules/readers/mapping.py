"""Mappings: how the tables of another system are read as facts. Checked against the vocabulary that they are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from perfrules.core.given import row_headings
from perfrules.core.money import UNITS
from perfrules.core.problem import Findings, Value, Words, did_you_mean
from perfrules.core.span import Text
from perfrules.core.values import KIND_WORDS
from perfrules.core.vocabulary import Fact, SubjectKind, Vocabulary
from perfrules.language.words import YES_NO, english
from perfrules.pipeline.document import read_file
from perfrules.pipeline.fitting import fitted
from perfrules.pipeline.forms import ColumnForm, MappingForm
from perfrules.pipeline.lexicon import ROUNDED, vocabulary_of
from perfrules.pipeline.wording import FORMATS, one_of, stored_value, word_of
from perfrules.readers.columns import MEASURED, NUMBERS, Column, Layout, written

DECIMAL_MARKS = (".", ",")
GROUPING_MARKS = (",", ".", " ", "'", "’", "_")
WORDS = ("flag", "choice")
_NEITHER = Words("neither yes or no nor a choice", "既不是是否，也不是选项")
_NO_NUMBER = Words("no number", "不是数")


def layout_of(vocabulary: Vocabulary, mapping: Path | None, findings: Findings) -> Layout:
    """How facts are laid out: as the vocabulary says, and a mapping file where there is one.

    Raises `Refused` where the file can't be read or does not fit the vocabulary.
    """
    if mapping is None:
        return Layout(vocabulary)
    tree = read_file(mapping, findings)
    form = fitted(MappingForm, tree, findings) if tree is not None else None
    layout = check_mapping(form, {vocabulary.name: vocabulary}, findings) if form is not None else Layout(vocabulary)
    findings.refuse()
    return layout


def check_mapping(form: MappingForm, known: Mapping[str, Vocabulary], findings: Findings) -> Layout:
    """What a mapping says, checked against the vocabulary that it names."""
    if form.perfrules:
        one_of(form.perfrules, FORMATS, findings)
    vocabulary = vocabulary_of(form.facts, known, findings)
    if vocabulary is None:
        return Layout(next(iter(known.values()), Vocabulary("", {}, {}, {})))
    origins: dict[str, str] = {}
    mapped: dict[str, Mapping[str, Sequence[Column]]] = {}
    for word, table in form.tables.items():
        name = vocabulary.kind_names.get(word)
        if name is None:
            findings.add("PR616", word.span, word=str(word), hint=did_you_mean(word, vocabulary.kind_names))
            continue
        if name in mapped:
            findings.add("PR111", word.span, key=str(word))
        for origin in table.origin:
            if origins.setdefault(origin, name) != name:
                other = origins[origin]
                reason = Words(f"it is the table of `{other}`", f"该表已对应 `{other}`")
                findings.add("PR645", origin.span, key="from", value=str(origin), fact=name, reason=reason)
        mapped[name] = _columns(table.columns, vocabulary, vocabulary.kinds[name], findings)
    return Layout(vocabulary, origins, mapped)


def _columns(
    columns: Mapping[Text, ColumnForm], vocabulary: Vocabulary, kind: SubjectKind, findings: Findings
) -> dict[str, list[Column]]:
    """The columns by their headings; one is read twice only where one of the two says what `others` are."""
    own = {"id": "id", "period": "period", **row_headings(vocabulary, kind)}
    found: dict[str, list[Column]] = {}
    once: dict[str, Column] = {}
    headings: dict[str, Text] = {}
    for word, form in columns.items():
        name = own.get(word) or kind.by_title.get(word)
        if name is None:
            hint = did_you_mean(word, [*kind.by_title, *own])
            findings.add("PR601", word.span, column=str(word), kind=kind.name, hint=hint)
        elif str(form.column) in once and form.others is None:
            first = once[str(form.column)]
            related = [("first", first.span)] if first.span else []
            findings.add("PR618", form.column.span, fact=str(form.column), column=str(word), other=first.name,
                         related=related)  # fmt: skip
        elif headings.setdefault(name, form.column) is not form.column:
            other = headings[name]
            related = [("first", other.span)] if other.span else []
            findings.add("PR618", form.column.span, fact=name, column=str(form.column), other=str(other),
                         related=related)  # fmt: skip
        else:
            column = _column(form, name, kind, findings)
            found.setdefault(str(form.column), []).append(column)
            if form.others is None:
                once[str(form.column)] = column
    return found


def _column(form: ColumnForm, name: str, kind: SubjectKind, findings: Findings) -> Column:
    fact = kind.columns.get(name)
    _check_clauses(form, name, fact, findings)
    unit = _unit(form.unit, fact.kind, findings) if form.unit is not None and fact and fact.kind in NUMBERS else ""
    decimal = one_of(form.decimal, DECIMAL_MARKS, findings) if form.decimal is not None else "."
    grouping = one_of(form.grouping, GROUPING_MARKS, findings) if form.grouping is not None else _other(decimal)
    if decimal == grouping:
        same = Words("it is the mark before decimals, too", "与小数点相同")
        span = (form.grouping or form.column).span
        findings.add("PR645", span, key="grouping", value=grouping, fact=name, reason=same)
    both = next((text for text in form.unknown if str(text).strip() in {str(t).strip() for t in form.values}), None)
    if both is not None:
        reason = Words("`values` gives it a meaning, too", "`取值对应` 也规定了其含义")
        findings.add("PR645", both.span, key="unknown", value=str(both), fact=name, reason=reason)
    read = replace(fact, unit=unit or fact.unit, rounded=fact.rounded or bool(form.rounded)) if fact else None
    return Column(
        name,
        form.column.span,
        read,
        read != fact,
        decimal,
        grouping,
        form.scientific is not None and word_of(form.scientific, YES_NO, findings) == "yes",
        frozenset(map(written, form.unknown)),
        {written(theirs): str(ours) for theirs, ours in form.values.items()},
        str(form.others or ""),
    )


def _check_clauses(form: ColumnForm, name: str, fact: Fact | None, findings: Findings) -> None:
    """What is said of a column must mean something for the fact that it holds."""
    for key, given, kinds in (
        ("in", form.unit, NUMBERS),
        ("decimal", form.decimal, NUMBERS),
        ("grouping", form.grouping, NUMBERS),
        ("scientific", form.scientific, NUMBERS),
        ("rounded", form.rounded, MEASURED),
        ("others", form.others, WORDS),
    ):
        if given is not None and (fact is None or fact.kind not in kinds):
            what: Value = KIND_WORDS[fact.kind] if fact else _NEITHER if kinds is WORDS else _NO_NUMBER
            findings.add("PR645", given.span, key=key, value=str(given), fact=name, reason=what)
        elif key == "others" and given is not None and fact is not None:
            stored_value(fact, given, findings)
    if form.rounded is not None:
        one_of(form.rounded, english(ROUNDED), findings)


def _other(decimal: str) -> str:
    """The usual mark between thousands."""
    return "," if decimal == "." else "."


def _unit(unit: Text, kind: str, findings: Findings) -> str:
    """The unit of a column: of money one of 元, 分 and so on, of ratios percent."""
    known = tuple(UNITS) if kind == "money" else ("%",) if kind == "ratio" else ()
    if unit in known:
        return str(unit)
    # all of them are offered: the nearest word would be another amount
    findings.add("PR208", unit.span, word=str(unit), hint=did_you_mean("", known))
    return ""
