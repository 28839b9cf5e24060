"""Forms: the closed shapes that documents must have. Keys may be English or Chinese; all values are text.

What does not fit a form is noted with its place: an unknown key with the nearest known one, a missing key,
a list where text is wanted.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from perfrules.core.span import Text
from perfrules.language.words import (
    CASES,
    COMMON,
    DECISIONS,
    FACTS,
    KINDS,
    MAPPING,
    NOTICES,
    OVERLAY,
    POLICY,
    SCORECARDS,
    TABLES,
    english,
)
from perfrules.pipeline.clauses import Actions, ApprovalForm, LadderForm, LimitForm, MustForm, PoolForm, RoundedForm
from perfrules.pipeline.document import Items, Tree
from perfrules.pipeline.scales import ScorecardForm, TableForm
from perfrules.pipeline.scenarios import ExampleForm
from perfrules.pipeline.shapes import UNTITLED, Form, Texts, Title, empty, listed, short


class FactForm(Form):
    """A fact of a kind."""

    words = english(FACTS, COMMON)
    kind: Text = Field(alias="is")
    of: list[Text] = Field(default_factory=list)
    unit: Text | None = Field(default=None, alias="in")
    places: Text | None = None
    between: list[Text] | None = None
    at_least: Text | None = None
    at_most: Text | None = None
    rounded: Text | None = None
    order: Text | None = None
    secret: Text | None = None
    title: Title = UNTITLED
    note: Title = UNTITLED


class AccountForm(Form):
    """An account."""

    words = english(FACTS, COMMON)
    title: Title = UNTITLED
    together: Text | None = None
    unit: Text | None = Field(default=None, alias="in")
    note: Title = UNTITLED


class KindForm(Form):
    """A kind of subject."""

    words = english(FACTS, COMMON)
    title: Title = UNTITLED
    many: Text | None = None
    belongs_to: Text | None = None
    in_order_of: Text | None = None
    facts: dict[Text, FactForm] = Field(default_factory=dict)
    accounts: dict[Text, Annotated[AccountForm, BeforeValidator(empty)]] = Field(default_factory=dict)
    note: Title = UNTITLED


class ActionForm(Form):
    """An action under one of the effects."""

    words = english(FACTS, COMMON)
    effect: Text
    title: Title = UNTITLED
    bar: list[Text] = Field(default_factory=list)
    counter_account: Text | None = None


class CurrencyForm(Form):
    """The currency of all amounts."""

    words = english(FACTS)
    code: Text
    places: Text


class CalendarForm(Form):
    """Which days are worked, from a day to a day: Monday to Friday but for holidays, and make-up days of a weekend."""

    words = english(FACTS, POLICY, COMMON)
    start: Text = Field(alias="from")
    end: Text = Field(alias="to")
    holidays: Texts = Field(default_factory=list)
    workdays: Texts = Field(default_factory=list)
    source: Text | None = None
    note: Title = UNTITLED


class FactsForm(Form):
    """A document `facts:`."""

    words = english(FACTS, COMMON)
    perfrules: Text | None = None
    facts: Text
    title: Title = UNTITLED
    extends: Texts = Field(default_factory=list)
    currency: CurrencyForm | None = None
    jurisdiction: Text | None = None
    calendar: Annotated[list[CalendarForm], BeforeValidator(listed)] = Field(default_factory=list)
    accounts: dict[Text, Annotated[AccountForm, BeforeValidator(empty)]] = Field(default_factory=dict)
    kinds: dict[Text, KindForm] = Field(default_factory=dict)
    actions: dict[Text, ActionForm] = Field(default_factory=dict)
    note: Title = UNTITLED


class DatedForm(Form):
    """A value, and the days that it is in force; `to` is inclusive."""

    words = english(POLICY, COMMON)
    start: Text | None = Field(default=None, alias="from")
    end: Text | None = Field(default=None, alias="to")
    value: Text
    source: Text | None = None
    note: Title = UNTITLED


def _parameter(value: Any) -> Any:
    return {Text("value", value.span): value} if isinstance(value, (Text, Items)) else value


def _dated(value: Any) -> Any:
    return [{Text("value", value.span): value}] if isinstance(value, Text) else value


class OverridableForm(Form):
    """What a policy that extends this one may set a parameter to: between two values, or only on the stricter side."""

    words = english(OVERLAY, COMMON)
    between: list[Text] | None = None
    stricter: Text | None = None
    note: Title = UNTITLED


class SettingForm(Form):
    """What a parameter of another policy is set to."""

    words = english(POLICY, OVERLAY, COMMON)
    inherited = frozenset({"of", "order", "overridable", "title"})
    value: Annotated[list[DatedForm], BeforeValidator(_dated)]
    source: Text | None = None
    note: Title = UNTITLED


class ParameterForm(SettingForm):
    """A constant with a name."""

    of: list[Text] = Field(default_factory=list)
    order: Text | None = None
    overridable: OverridableForm | None = None
    title: Title = UNTITLED


class RuleForm(Form):
    """A rule."""

    words = english(POLICY, COMMON)
    rule: Text
    title: Title = UNTITLED
    when: Text
    unless: Text | None = None
    then: Annotated[list[Actions], BeforeValidator(listed)]
    because: Text
    source: Text | None = None
    over: Texts = Field(default_factory=list)
    note: Title = UNTITLED


class PeriodForm(Form):
    """From a day to a day."""

    words = english(POLICY)
    start: Text | None = Field(default=None, alias="from")
    end: Text | None = Field(default=None, alias="to")


class PolicyForm(Form):
    """A document `policy:`."""

    words = english({"notices": NOTICES["notices"]}, POLICY, TABLES, SCORECARDS, COMMON)
    perfrules: Text | None = None
    policy: Text
    district: Text | None = None
    title: Title = UNTITLED
    source: Text | None = None
    facts: Text
    subject: Texts
    scope: Text | None = None
    stage: Text | None = None
    in_force: PeriodForm | None = None
    parameters: dict[Text, Annotated[ParameterForm, BeforeValidator(_parameter)]] = Field(default_factory=dict)
    names: dict[Text, Text] = Field(default_factory=dict)
    tables: dict[Text, TableForm] = Field(default_factory=dict)
    scorecards: dict[Text, ScorecardForm] = Field(default_factory=dict)
    actions: dict[Text, ActionForm] = Field(default_factory=dict)
    rules: list[RuleForm] = Field(default_factory=list)
    rounded: Annotated[RoundedForm, short("to")] | None = None
    pools: dict[Text, PoolForm] = Field(default_factory=dict)
    limits: list[LimitForm] = Field(default_factory=list)
    must: list[MustForm] = Field(default_factory=list)
    approvals: list[ApprovalForm] = Field(default_factory=list)
    notices: list[LadderForm] = Field(default_factory=list)
    examples: list[ExampleForm] = Field(default_factory=list)
    note: Title = UNTITLED


class OverlayForm(Form):
    """A document `policy:` that extends another."""

    words = english(POLICY, TABLES, OVERLAY, COMMON)
    inherited = frozenset(PolicyForm.model_fields)
    perfrules: Text | None = None
    policy: Text
    extends: Text
    district: Text | None = None
    title: Title = UNTITLED
    source: Text | None = None
    parameters: dict[Text, Annotated[SettingForm, BeforeValidator(_parameter)]] = Field(default_factory=dict)
    examples: list[ExampleForm] = Field(default_factory=list)
    note: Title = UNTITLED


def name_of(form: PolicyForm | OverlayForm) -> str:
    """`district/policy`."""
    return "/".join(str(part) for part in (form.district, form.policy) if part)


class ColumnForm(Form):
    """A column of another system's table: its name there, and how its values are written."""

    words = english(MAPPING, COMMON)
    column: Text
    unit: Text | None = Field(default=None, alias="in")
    decimal: Text | None = None
    grouping: Text | None = None
    scientific: Text | None = None
    rounded: Text | None = None
    unknown: Texts = Field(default_factory=list)
    values: dict[Text, Text] = Field(default_factory=dict)
    others: Text | None = None
    note: Title = UNTITLED


class MappedForm(Form):
    """A table of another system, read as the facts of a kind."""

    words = english(MAPPING, COMMON)
    origin: Texts = Field(default_factory=list, alias="from")
    columns: dict[Text, Annotated[ColumnForm, short("column")]] = Field(default_factory=dict)
    note: Title = UNTITLED


class MappingForm(Form):
    """A document `mapping:`."""

    words = english(MAPPING, COMMON)
    perfrules: Text | None = None
    mapping: Text
    facts: Text
    tables: dict[Text, MappedForm]
    note: Title = UNTITLED


DOCUMENTS = {
    **dict.fromkeys(("facts", FACTS["facts"]), "facts"),
    **dict.fromkeys(("policy", POLICY["policy"]), "policy"),
    **dict.fromkeys(("decisions", DECISIONS["decisions"]), "decisions"),
    **dict.fromkeys(("mapping", MAPPING["mapping"]), "mapping"),
    **dict.fromkeys(("cases", CASES["cases"]), "cases"),
}
KIND_NAMES = english(KINDS)
COMMON_WORDS = english(COMMON)


def kind_of(tree: Tree) -> str:
    """The kind of a document by its first key; a policy names its facts, too, perhaps first."""
    kinds = [DOCUMENTS.get(key, "") for key in tree if COMMON_WORDS.get(key) != "perfrules"]
    return "policy" if "policy" in kinds else next(iter(kinds), "")
