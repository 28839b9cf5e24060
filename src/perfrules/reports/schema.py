"""A JSON Schema of all documents, for editors: what is offered, shown and underlined while someone writes.

It follows from the forms: their keys in both languages, which of them are needed, what may stand for what. What
`perfrules check` accepts it accepts, too; of names and formulas it knows nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BeforeValidator

from perfrules.core.codes import Phrase
from perfrules.core.span import Text
from perfrules.core.vocabulary import Action
from perfrules.language.words import RECOMMEND
from perfrules.pipeline.clauses import Clauses
from perfrules.pipeline.decisions import DecisionsForm
from perfrules.pipeline.document import Items
from perfrules.pipeline.forms import FactsForm, MappingForm, OverlayForm, PolicyForm
from perfrules.pipeline.scenarios import CasesForm
from perfrules.pipeline.shapes import Form
from perfrules.reports.keys import CLOSED, EVERYWHERE, KEYS

Schema = dict[str, Any]
DRAFT = "http://json-schema.org/draft-07/schema#"
_DOCUMENTS: tuple[tuple[str, type[Form]], ...] = (  # the first whose key is there
    ("policy", PolicyForm),
    ("decisions", DecisionsForm),
    ("mapping", MappingForm),
    ("cases", CasesForm),
    ("facts", FactsForm),
)
_RECOMMEND = Phrase("what only a person can decide: an amount within bounds", "须由人决定的：界限之内的金额")
_TEXT: Schema = {"if": {"type": ["array", "object"]}, "then": {"type": "string"}}  # also what YAML takes for a number
_NOTHING: Schema = {"if": {"not": {"type": "null"}}, "then": {"type": "string", "maxLength": 0}}


def schema(language: str, actions: Iterable[Action] = ()) -> str:
    """The schema as JSON text, draft 7, for a reader of `en` or `zh`.

    The keys of both languages are known, those of `language` are offered. So are `actions` in the rules; others may be
    written, too.
    """
    whole = _Forms(language, actions).whole()
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def keys_of(form: type[Form]) -> dict[str, str]:
    """The field behind each key of a form, by its English spelling."""
    return {field.alias or name: name for name, field in form.model_fields.items()}


def spellings(form: type[Form], key: str) -> tuple[str, ...]:
    """How a key of a form may be written, in English first."""
    return (key, *(word for word, english in form.words.items() if english == key and word != key))


class _Forms:
    """The schemas of forms, each made once, with what is said to a reader of one language."""

    def __init__(self, language: str, actions: Iterable[Action]) -> None:
        self.language = language
        self.actions = list(actions)
        self.made: dict[str, Schema] = {}

    def whole(self) -> Schema:
        """One schema for all documents: the keys that are there say which it is."""
        begun = {self.sorted(spellings(form, key))[0]: self.about(form, "") for key, form in _DOCUMENTS}
        properties = {key: {**_TEXT, "description": about} for key, about in begun.items()}
        chosen: Schema = {"properties": properties, "required": [next(iter(begun))]}
        for key, form in reversed(_DOCUMENTS):
            then = self.form(form)
            if form is PolicyForm:
                extends = _any_of(spellings(OverlayForm, "extends"))
                then = {"if": extends, "then": self.form(OverlayForm), "else": then}
            chosen = {"if": _any_of(spellings(form, key)), "then": then, "else": chosen}
        return {"$schema": DRAFT, "type": "object", **chosen, "definitions": self.made}

    # keys

    def form(self, form: type[Form]) -> Schema:
        """A reference to the schema of a form."""
        name = form.__name__.removesuffix("Form")
        if name not in self.made:
            self.made[name] = {}
            self.made[name] = self.closed(form)
        return {"$ref": f"#/definitions/{name}"}

    def closed(self, form: type[Form]) -> Schema:
        """A mapping with the keys of a form, each in one spelling, and no others."""
        hints = get_type_hints(form, include_extras=True)
        properties: Schema = {}
        twice: Schema = {}
        own, other = _Offer(), _Offer()
        for key, name in keys_of(form).items():
            words = next((CLOSED[base, key] for base in form.__mro__ if (base, key) in CLOSED), None)
            found = self.of(hints[name]) if words is None else self.words(words)
            said = {"description": self.about(form, key)}
            spelt = self.sorted(spellings(form, key))
            properties |= {one: {**_apart(found), **said, "doNotSuggest": True} for one in spelt}
            twice |= {one: {"properties": dict.fromkeys(spelt[n:], False)} for n, one in enumerate(spelt[:-1], 1)}
            needed = form.model_fields[name].is_required()
            own.add(spelt, said, needed=needed)
            other.add(spelt[::-1], said, needed=needed)
        whole: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
        return whole | {
            "dependencies": twice,
            "if": _any_of(other.properties),
            "then": other.schema(),
            "else": own.schema(),
        }

    def sorted(self, words: Iterable[str]) -> list[str]:
        """Words in both languages, those of the reader first."""
        return sorted(words, key=lambda word: word.isascii() == (self.language == "zh"))

    def about(self, form: type[Form], key: str) -> str:
        """What is said of a key, or of the form as a whole, after its name in both languages."""
        found = next((KEYS[base][key] for base in form.__mro__ if key in KEYS.get(base, {})), EVERYWHERE.get(key))
        names = " / ".join(self.sorted(spellings(form, key))) if key else ""
        said = found.said(self.language) if found else ""
        return (": " if self.language == "en" else "：").join(part for part in (names, said) if part)

    def words(self, words: Mapping[str, str] | Iterable[str]) -> Schema:
        """One of a closed list of words, in either language; or nothing, which is as if the key were not there."""
        both = [*words, *(words.values() if isinstance(words, Mapping) else ())]
        numbers = [int(word) for word in both if word.isdigit()]
        return {"anyOf": [{"enum": [*self.sorted(both), *numbers]}, _NOTHING]}

    # what stands below a key

    def of(self, annotation: Any) -> Schema:
        """What an annotation of a form admits."""
        origin, arguments = get_origin(annotation), get_args(annotation)
        if annotation is Text:
            return _TEXT
        if isinstance(annotation, type) and issubclass(annotation, Form):
            return self.form(annotation)
        if origin is Annotated:
            inner, *marks = arguments
            return self.beside(inner, [mark.func for mark in marks if isinstance(mark, BeforeValidator)])
        if origin is list:
            return {"type": "array", "items": self.of(arguments[0])}
        if origin is dict:
            offered = {"properties": self.offered()} if arguments[1] == Clauses else {}
            return {"type": "object", **offered, "additionalProperties": self.named(arguments[1])}
        if origin in (Union, UnionType):
            (inner,) = (argument for argument in arguments if argument is not type(None))
            return self.of(inner)
        raise TypeError(f"a form with {annotation!r}")

    def beside(self, annotation: Any, turns: Iterable[Callable[..., Any]]) -> Schema:
        """What an annotation admits, and what may stand for it: found by trying what that is turned into."""
        plain = self.of(annotation)
        found = [plain]
        text, nothing, items = Text.of("x"), Text.of(""), Items()
        items.span = text.span
        for turn in turns:
            turned, filled = turn(text), turn(items)
            if turned is not text:  # one item without its list, or a short way of writing
                found.append(plain["items"] if turned == [text] else _TEXT)
            elif turn(nothing) == {}:
                found.append(_NOTHING)
            if isinstance(filled, dict):  # a list that belongs below a key
                fields = get_type_hints(annotation, include_extras=True)
                found += [self.of(fields[keys_of(annotation)[key]]) for key in filled]
        single: list[Schema] = []
        for one in (part for whole in found for part in whole.get("anyOf", [whole])):
            single += [one] if one not in single else []
        return {"anyOf": single} if len(single) > 1 else plain

    def named(self, annotation: Any) -> Schema:
        """What stands below a name that the author chooses."""
        form = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
        found = self.of(annotation)
        if not (isinstance(form, type) and issubclass(form, Form)):
            return found
        return {**_apart(found), "description": self.about(form, "")}

    def offered(self) -> Schema:
        """The actions that are known to be there, by their names and Chinese titles."""
        known = dict.fromkeys(RECOMMEND.items(), _RECOMMEND)
        for action in self.actions:
            said = Phrase(action.title.en or action.name, action.title.zh or action.name)
            known[action.name, said.zh] = said
        clauses = _apart(self.of(Clauses))
        found: Schema = {}
        for names, said in known.items():
            first, *others = dict.fromkeys(self.sorted(names))
            below = {**clauses, "description": said.said(self.language)}
            found |= {first: below, **{other: {**below, "doNotSuggest": True} for other in others}}
        return found


def _any_of(keys: Iterable[str]) -> Schema:
    """One of the keys is there. Said without `anyOf`, of which a hover would show every branch."""
    return {"not": {"propertyNames": {"not": {"enum": list(keys)}}}}


def _apart(found: Schema) -> Schema:
    """A schema beside which more can be said: nothing beside a reference counts."""
    return {"allOf": [found]} if "$ref" in found else found


class _Offer:
    """The keys of a form in one language: what a mapping in which one of them stands is offered, and lacks."""

    def __init__(self) -> None:
        self.properties: Schema = {}
        self.needed: list[Schema] = []

    def add(self, spelt: Sequence[str], said: Schema, *, needed: bool) -> None:
        """A key by its spellings, that of this language first."""
        self.properties[spelt[0]] = said
        if needed:
            lacking: Schema = {"required": [spelt[0]]}
            for one in spelt[1:]:
                lacking = {"if": {"required": [one]}, "else": lacking}
            self.needed.append(lacking)

    def schema(self) -> Schema:
        """What holds where a mapping is in this language."""
        return {"properties": self.properties} | ({"allOf": self.needed} if self.needed else {})
