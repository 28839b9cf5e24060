"""Scenarios: the closed shapes of examples and of documents `cases:`."""

from __future__ import annotations

from pydantic import Field

from perfrules.core.span import Text
from perfrules.language.words import CASES, COMMON, POLICY, english
from perfrules.pipeline.clauses import DecidingForm
from perfrules.pipeline.shapes import UNTITLED, Form, Texts, Title

Given = dict[Text, list[dict[Text, Text]]]  # rows by kind
Expected = dict[Text, dict[Text, Texts]]  # by subject or pool
TO_WRITE = "?"  # what stands for an expectation that the author has still to write


class ExampleForm(Form):
    """Given these subjects, expect these results."""

    words = english(POLICY, COMMON)
    name: Text
    as_of: Text
    period: Text
    given: Given
    decisions: DecidingForm | None = None
    expect: Expected


class ScenarioForm(Form):
    """A scenario of a file of cases; what it does not say itself is that of the file."""

    words = english(CASES, COMMON)
    name: Text
    as_of: Text | None = None
    period: Text | None = None
    parameters: dict[Text, Text] = Field(default_factory=dict)
    given: Given = Field(default_factory=dict)
    decisions: DecidingForm | None = None
    expect: Expected = Field(default_factory=dict)
    problems: Texts = Field(default_factory=list)
    note: Title = UNTITLED


class CaseTableForm(Form):
    """A table of cases: one row is one subject, with what is given and what is expected of it."""

    words = english(CASES, COMMON)
    subject: Text
    columns: list[Text] = Field(default_factory=list)
    rows: list[list[Text]] = Field(default_factory=list)
    origin: Text | None = Field(default=None, alias="from")
    note: Title = UNTITLED


class CasesForm(Form):
    """A document `cases:`."""

    words = english(CASES, COMMON)
    perfrules: Text | None = None
    cases: Text
    title: Title = UNTITLED
    policies: Texts
    as_of: Text
    period: Text
    parameters: dict[Text, Text] = Field(default_factory=dict)
    given: Given = Field(default_factory=dict)
    decisions: DecidingForm | None = None
    expect: Expected = Field(default_factory=dict)
    problems: Texts = Field(default_factory=list)
    scenarios: list[ScenarioForm] = Field(default_factory=list)
    table: CaseTableForm | None = None
    note: Title = UNTITLED
