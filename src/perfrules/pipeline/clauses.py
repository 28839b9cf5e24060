"""Clauses: the closed shapes of what an action is done with, and of what holds for the money together."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from perfrules.core.span import Text
from perfrules.language.words import APPROVAL, CLAUSES, COMMON, DECISIONS, NOTICES, POLICY, english
from perfrules.pipeline.shapes import UNTITLED, Form, Texts, Title, empty, short


class RoundedForm(Form):
    """To which step amounts are rounded, and how."""

    words = english(POLICY)
    to: Text | None = None
    mode: Text | None = None


class ClausesForm(Form):
    """What an action is done with."""

    words = english(CLAUSES)
    account_from: Text | None = Field(default=None, alias="from")
    account_to: Text | None = Field(default=None, alias="to")
    in_year: Text | None = None
    amount: Text | None = None
    into: Text | None = None
    out_of: Text | None = None
    by: Text | None = None
    rounded: Annotated[RoundedForm, short("to")] | None = None
    word: Text | None = Field(default=None, alias="as")
    of: Text | None = None
    action: Text | None = None
    at_least: Text | None = None
    at_most: Text | None = None


def _actions(value: Any) -> Any:
    return {value: {}} if isinstance(value, Text) else value


Clauses = Annotated[ClausesForm, BeforeValidator(empty)]
Actions = Annotated[dict[Text, Clauses], BeforeValidator(_actions)]


class LimitForm(Form):
    """What may be taken from an account, or given to it, in a year."""

    words = english(POLICY, COMMON)
    on: Text
    at_most: Text | None = None
    at_least: Text | None = None
    because: Text | None = None
    note: Title = UNTITLED


class MustForm(Form):
    """What has to hold once everything is settled."""

    words = english(POLICY, COMMON)
    that: Text
    because: Text
    note: Title = UNTITLED


class ApprovalForm(Form):
    """Which actions wait for whose approval, and when."""

    words = english(APPROVAL, COMMON)
    of: Texts
    when: Text | None = None
    by: Text
    because: Text
    note: Title = UNTITLED


class StepForm(Form):
    """A letter of a ladder: what begins it, until when it is answered, and what follows."""

    words = english(NOTICES, COMMON)
    send: Text
    when: Text | None = None
    because: Text | None = None
    within: Text | None = None
    met: Text | None = None
    if_met: Text | None = None
    if_lapsed: Text | None = None
    note: Title = UNTITLED


class LadderForm(Form):
    """Letters of which one follows the other."""

    words = english(NOTICES, COMMON)
    ladder: Text
    title: Title = UNTITLED
    to: Text | None = None
    again: Text | None = None
    if_relapsed: Text | None = None
    because: Text | None = None
    steps: list[StepForm]
    note: Title = UNTITLED


class PoolForm(Form):
    """A pool."""

    words = english(POLICY, COMMON)
    title: Title = UNTITLED
    leftover: Text
    base: Text | None = None
    per: Text | None = None
    across: Text | None = None
    shortfall: Text | None = None
    again: Text | None = None
    if_undecided: Text | None = None
    rounded: Annotated[RoundedForm, short("to")] | None = None
    note: Title = UNTITLED


class DecidedForm(Form):
    """One decision about a claim."""

    words = english(DECISIONS)
    subject: Text
    period: Text
    rule: Text
    action: Text | None = None
    amount: Text | None = None
    approve: Text | None = None
    because: Text
    by: Text | None = None
    on: Text | None = None


class DecidingForm(Form):
    """What someone decided on a day."""

    words = english(DECISIONS, COMMON)
    by: Text
    on: Text
    decided: list[DecidedForm]
    note: Title = UNTITLED
