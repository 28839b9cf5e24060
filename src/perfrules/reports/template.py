"""A template workbook for the facts of a vocabulary: a sheet for each kind, a column for each fact.

What is written into it can be read back: sheets and columns are called as the reader knows them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from perfrules.core.given import HEADINGS
from perfrules.core.values import KIND_WORDS, said
from perfrules.core.vocabulary import Fact, SubjectKind, Vocabulary
from perfrules.language.words import YES_NO
from perfrules.reports.tables_excel import sheet_names, write_workbook

ROWS = 5_000  # to which formats and lists of choices reach
CHOICES_MAX = 255  # characters of a list that Excel offers
_FORMATS = {
    "money": "#,##0.00",
    "ratio": "0.00##%",
    "count": "0",
    "date": "yyyy-mm-dd",
    "text": "@",
    "choice": "@",
    "flag": "@",
}
_WIDTH = 14


def write_template(vocabularies: Iterable[Vocabulary], path: Path, language: str) -> None:
    """Write the workbook, with one sheet for kinds of the same name. Raises `Refused` without the extra `excel`."""
    kinds = {name: vocabulary for vocabulary in vocabularies for name in vocabulary.kinds}

    def make(book: Any) -> None:
        names = sheet_names(sheet_title(vocabulary.kinds[name], language) for name, vocabulary in kinds.items())
        for sheet, (name, vocabulary) in zip(names, kinds.items(), strict=True):
            _sheet(book, sheet, vocabulary, vocabulary.kinds[name], language)

    write_workbook(path, make)


def sheet_title(kind: SubjectKind, language: str) -> str:
    """What a kind's sheet is called: its title where a sheet can be, else its name."""
    title = kind.title.said(language)
    return title if title and sheet_names([title]) == [title] else kind.name


def _sheet(book: Any, name: str, vocabulary: Vocabulary, kind: SubjectKind, language: str) -> None:
    sheet = book.add_worksheet(name)
    bold, text = book.add_format({"bold": True, "bottom": 1, "text_wrap": True}), book.add_format({"num_format": "@"})
    own = {name: heading for heading, name in HEADINGS.items()} if language == "zh" else {}
    heads = [own.get("id", "id"), own.get("period", "period")]
    if kind.belongs_to:
        title = vocabulary.kinds[kind.belongs_to].title.said(language)
        heads.append(title if vocabulary.kind_names.get(title) == kind.belongs_to else kind.belongs_to)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
        sheet.set_column(column, column, _WIDTH, text)
    for column, fact in enumerate(kind.columns.values(), len(heads)):
        title = fact.title.said(language)
        head = title if kind.by_title.get(title) == fact.name else fact.name
        unit = ("（{}）" if language == "zh" else " ({})").format(fact.unit) if fact.kind == "money" else ""
        sheet.write_string(0, column, head + unit, bold)
        sheet.write_comment(0, column, about(fact, language))
        shown = book.add_format({"num_format": _FORMATS.get(fact.kind, "General")})
        sheet.set_column(column, column, max(_WIDTH, 2 * len(title)), shown)
        choices = _choices(fact, language)
        if choices and sum(len(c) + 1 for c in choices) <= CHOICES_MAX:
            sheet.data_validation(1, column, ROWS, column, {"validate": "list", "source": choices})
    sheet.freeze_panes(1, 1)


def _choices(fact: Fact, language: str) -> list[str]:
    """The words that a cell may have; none where it may have any."""
    if fact.kind == "flag":
        return list(YES_NO.values() if language == "zh" else YES_NO)
    return list(fact.choices)


def about(fact: Fact, language: str) -> str:
    """What a fact is, in which unit, and between which bounds."""
    lines = [KIND_WORDS[fact.kind].said(language)]
    if fact.kind == "money":
        lines[0] += f" ({fact.unit})"
    if fact.choices:
        lines.append(" / ".join(fact.choices))
    least, most = (None if bound is None else said(fact, bound) for bound in (fact.least, fact.most))
    lines += [f"{sign} {bound}" for sign, bound in (("≥", least), ("≤", most)) if bound is not None]
    return "\n".join(lines)
