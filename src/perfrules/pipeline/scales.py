"""Scales: the closed shapes of decision tables and scorecards, by which subjects are graded."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from perfrules.core.span import Text
from perfrules.language.words import COMMON, SCORECARDS, TABLES, english
from perfrules.pipeline.clauses import RoundedForm
from perfrules.pipeline.shapes import UNTITLED, Form, Texts, Title, short


class TableForm(Form):
    """A decision table: tests of its inputs, and what follows from them, row by row."""

    words = english(TABLES, COMMON)
    title: Title = UNTITLED
    inputs: Texts
    outputs: Texts = Field(default_factory=list)
    rows: list[list[Text]]
    hit: Text | None = None
    note: Title = UNTITLED


class ItemForm(Form):
    """An item of a scorecard: a score, and what it weighs."""

    words = english(SCORECARDS, COMMON)
    title: Title = UNTITLED
    weight: Text
    score: Text
    between: list[Text] | None = None
    out_of: Text | None = None
    note: Title = UNTITLED


class ScorecardForm(Form):
    """A scorecard: weighted scores."""

    words = english(SCORECARDS, COMMON)
    title: Title = UNTITLED
    items: dict[Text, ItemForm]
    rounded: Annotated[RoundedForm, short("to")] | None = None
    if_unknown: Text | None = None
    note: Title = UNTITLED
