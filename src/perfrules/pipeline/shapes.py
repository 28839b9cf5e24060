"""Shapes: what all forms have in common. A mapping with known keys, titles, short ways of writing.

pydantic checks the shapes; its own words are never shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, model_validator

from perfrules.core.problem import Findings, Words
from perfrules.core.span import Text
from perfrules.language.words import COMMON, english
from perfrules.pipeline.fitting import note_unknown

F = TypeVar("F", bound="Form")

FROM_PARENT = Words(
    "leave it out: a policy that extends another sets parameters, and has all else from that one",
    "请删除：继承另一政策的政策只设定参数，其余都来自被继承的政策",
)


class Form(BaseModel):
    """A mapping with known keys."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, arbitrary_types_allowed=True, populate_by_name=True, defer_build=True
    )
    words: ClassVar[dict[str, str]] = {}
    inherited: ClassVar[frozenset[str]] = frozenset()  # keys that only what is extended has

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
            elif word in cls.inherited and word not in known:
                findings.add("PR202", key.span, key=str(key), hint=FROM_PARENT)
            elif word not in known:
                offered = [*sorted(known), *(w for w, e in cls.words.items() if e in known and w != e)]
                note_unknown(key, offered, findings)
            else:
                found[word] = item
                keys[word] = key
        return found


def in_any_order(forms: Iterable[F]) -> list[F]:
    """Entries of which the order says nothing, in an order of their own: the same program from any."""
    return sorted(forms, key=lambda form: form.model_dump_json())


def listed(value: Any) -> Any:
    """One item may stand without its list."""
    return value if isinstance(value, list) else [value]


def empty(value: Any) -> Any:
    """Nothing after a key is an empty mapping."""
    return {} if isinstance(value, Text) and not value else value


def short(key: str) -> Any:
    """A text may stand for a mapping with one key."""
    return BeforeValidator(lambda value: {Text(key, value.span): value} if isinstance(value, Text) else value)


class TitleForm(Form):
    """What people call something."""

    words = english(COMMON)
    en: Text | None = None
    zh: Text | None = None

    @property
    def texts(self) -> list[Text]:
        """As they are written, each once."""
        return [text for text in dict.fromkeys((self.en, self.zh)) if text is not None]

    def words_or(self, name: str) -> Words:
        """In both languages; where one is missing, the other, else the name."""
        either = str(self.en or self.zh or name)
        return Words(str(self.en or either), str(self.zh or either))


UNTITLED = TitleForm.model_construct()


def _title(value: Any) -> Any:
    return {Text("en", value.span): value, Text("zh", value.span): value} if isinstance(value, Text) else value


Title = Annotated[TitleForm, BeforeValidator(_title)]
Texts = Annotated[list[Text], BeforeValidator(listed)]
