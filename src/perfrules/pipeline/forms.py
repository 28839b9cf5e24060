"""Forms: the closed shapes that documents must have. Keys may be English or Chinese; all values are text.

What does not fit a form is noted with its place: an unknown key with the nearest known one, a missing key,
a list where text is wanted. pydantic checks the shapes; its own words are never shown.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)

from perfrules.core.problem import Findings, Words
from perfrules.core.span import Text
from perfrules.language.words import CLAUSES, COMMON, FACTS, KINDS, POLICY, english
from perfrules.pipeline.document import Items
from perfrules.pipeline.fitting import note_unknown


class Form(BaseModel):
    """A mapping with known keys."""

    model_config = ConfigDict(extra="ignore", frozen=True, arbitrary_types_allowed=True, populate_by_name=True)
    words: ClassVar[dict[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def in_english(cls, value: Any, info: ValidationInfo) -> Any:
        """Known keys in English; unknown ones and those said twice are noted."""
        if not isinstance(value, dict):
            return value
        findings = info.context
        assert isinstance(findings, Findings)
        known = {field.alias or name for name, field in cls.model_fields.items()}
        found: dict[str, Any] = {}
        keys: dict[str, Text] = {}
        for key, item in value.items():
            word = cls.words.get(key, str(key))
            if word in keys:
                findings.add("PR111", key.span, key=str(key), related=[("first", keys[word].span)])
            elif word not in known:
                offered = [*sorted(known), *(w for w, e in cls.words.items() if e in known and w != e)]
                note_unknown(key, offered, findings)
            else:
                found[word] = item
                keys[word] = key
        return found


def _listed(value: Any) -> Any:
    """One item may stand without its list."""
    return value if isinstance(value, list) else [value]


def _empty(value: Any) -> Any:
    """Nothing after a key is an empty mapping."""
    return {} if isinstance(value, Text) and not value else value


def _short(key: str) -> Any:
    """A text may stand for a mapping with one key."""
    return BeforeValidator(lambda value: {Text(key, value.span): value} if isinstance(value, Text) else value)


class TitleForm(Form):
    """What people call something."""

    words = english(COMMON)
    en: Text | None = None
    zh: Text | None = None

    def words_or(self, name: str) -> Words:
        """In both languages; where one is missing, the other, else the name."""
        either = str(self.en or self.zh or name)
        return Words(str(self.en or either), str(self.zh or either))


UNTITLED = TitleForm.model_construct()


def _title(value: Any) -> Any:
    return {Text("en", value.span): value, Text("zh", value.span): value} if isinstance(value, Text) else value


Title = Annotated[TitleForm, BeforeValidator(_title)]
Texts = Annotated[list[Text], BeforeValidator(_listed)]


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
    accounts: dict[Text, Annotated[AccountForm, BeforeValidator(_empty)]] = Field(default_factory=dict)
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


class FactsForm(Form):
    """A document `facts:`."""

    words = english(FACTS, COMMON)
    perfrules: Text | None = None
    facts: Text
    title: Title = UNTITLED
    extends: Texts = Field(default_factory=list)
    currency: CurrencyForm | None = None
    jurisdiction: Text | None = None
    accounts: dict[Text, Annotated[AccountForm, BeforeValidator(_empty)]] = Field(default_factory=dict)
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


class ParameterForm(Form):
    """A constant with a name."""

    words = english(POLICY, COMMON)
    value: Annotated[list[DatedForm], BeforeValidator(_dated)]
    of: list[Text] = Field(default_factory=list)
    title: Title = UNTITLED
    source: Text | None = None
    note: Title = UNTITLED


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
    rounded: Annotated[RoundedForm, _short("to")] | None = None
    word: Text | None = Field(default=None, alias="as")


def _actions(value: Any) -> Any:
    return {value: {}} if isinstance(value, Text) else value


Clauses = Annotated[ClausesForm, BeforeValidator(_empty)]
Actions = Annotated[dict[Text, Clauses], BeforeValidator(_actions)]


class RuleForm(Form):
    """A rule."""

    words = english(POLICY, COMMON)
    rule: Text
    title: Title = UNTITLED
    when: Text
    unless: Text | None = None
    then: Annotated[list[Actions], BeforeValidator(_listed)]
    because: Text
    source: Text | None = None
    over: Texts = Field(default_factory=list)
    note: Title = UNTITLED


class PoolForm(Form):
    """A pool."""

    words = english(POLICY, COMMON)
    title: Title = UNTITLED
    leftover: Text
    rounded: Annotated[RoundedForm, _short("to")] | None = None
    note: Title = UNTITLED


class PeriodForm(Form):
    """From a day to a day."""

    words = english(POLICY)
    start: Text | None = Field(default=None, alias="from")
    end: Text | None = Field(default=None, alias="to")


class ExampleForm(Form):
    """Given these subjects, expect these results."""

    words = english(POLICY, COMMON)
    name: Text
    as_of: Text
    period: Text
    given: dict[Text, list[dict[Text, Text]]]
    expect: dict[Text, dict[Text, Text]]


class PolicyForm(Form):
    """A document `policy:`."""

    words = english(POLICY, COMMON)
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
    actions: dict[Text, ActionForm] = Field(default_factory=dict)
    rules: list[RuleForm] = Field(default_factory=list)
    rounded: Annotated[RoundedForm, _short("to")] | None = None
    pools: dict[Text, PoolForm] = Field(default_factory=dict)
    examples: list[ExampleForm] = Field(default_factory=list)
    note: Title = UNTITLED


DOCUMENTS = {"facts": "facts", "policy": "policy", POLICY["policy"]: "policy", FACTS["facts"]: "facts"}
KIND_NAMES = english(KINDS)
COMMON_WORDS = english(COMMON)
