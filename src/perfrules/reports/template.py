"""A template workbook for the facts of a vocabulary: a sheet for each kind, a column for each fact.

What is written into it can be read back: sheets and columns are called as the reader knows them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from perfrules.core.given import HEADINGS
from perfrules.core.problem import Problem, Refused
from perfrules.core.values import KIND_WORDS, said
from perfrules.core.vocabulary import Fact, SubjectKind, Vocabulary
from perfrules.language.words import YES_NO

ROWS = 5_000  # to which formats and lists of choices reach
SHEET_NAME_MAX = 31
CHOICES_MAX = 255  # characters of a list that Excel offers
_FORBIDDEN = set("[]:*?/\\'")
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
    try:
        import xlsxwriter
    except ModuleNotFoundError:
        raise Refused([Problem("PR905")]) from None
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        for name, vocabulary in {name: v for v in vocabularies for name in v.kinds}.items():
            _sheet(book, vocabulary, vocabulary.kinds[name], language)


def sheet_name(kind: SubjectKind, language: str) -> str:
    """What a kind's sheet is called: its title where a sheet can be, else its name."""
    title = kind.title.said(language)
    return title if title and len(title) <= SHEET_NAME_MAX and not _FORBIDDEN & set(title) else kind.name


def _sheet(book: Any, vocabulary: Vocabulary, kind: SubjectKind, language: str) -> None:
    sheet = book.add_worksheet(sheet_name(kind, language))
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
        sheet.write_string(0, column, title if kind.by_title.get(title) == fact.name else fact.name, bold)
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
