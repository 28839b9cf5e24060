"""Messages: what a watch is told, one mapping each, as a line of JSON has it.

- `{"id", "at", "kind", "subject", "period", "facts", "new"}`: facts of a subject are known from a day on;
- `{"id", "at", "corrects", "facts"}`: an earlier message had other facts; `{"id", "at", "withdraws"}`: it never came;
- `{"id", "at", "replies", "ladder", "ground"}`: a subject replied to the letter of a ladder that is out;
- `{"to"}`: time has passed to a day.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from perfrules.core.given import HEADINGS, read_id
from perfrules.core.problem import Findings, Problem, Refused, Words, did_you_mean
from perfrules.core.register import Part
from perfrules.core.values import KIND_WORDS, as_given, shown
from perfrules.core.vocabulary import Vocabulary
from perfrules.pipeline.wording import as_day

_WRITTEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
BESIDE_FACTS = tuple(HEADINGS.values())
BESIDE = Words("id and year stand beside `facts`", "编号和年度写在 `facts` 旁边")
NAMED = Words("a text that names something", "可作编号的文本")
SHAPES = {  # by the key that tells them apart: what has to stand there, and what may
    "to": (("to",), ()),
    "corrects": (("corrects", "id", "at", "facts"), ()),
    "withdraws": (("withdraws", "id", "at"), ()),
    "replies": (("replies", "id", "at", "ladder"), ("ground",)),
    "kind": (("kind", "id", "at", "subject", "facts"), ("period", "new")),
}
OTHERS = ("to", "at", "facts", "period", "new")  # keys that name nothing
NAMING = {what: [key for key in due if key not in OTHERS] for what, (due, _) in SHAPES.items()}


class Message(NamedTuple):
    """What a watch is told."""

    what: str  # the key by which its shape is known
    at: date
    id: str = ""
    about: str = ""  # the subject, or the id of the message that is corrected or withdrawn
    kind: str = ""
    period: Any = None
    facts: Mapping[str, Any] = {}
    ladder: str = ""
    new: bool = False
    ground: str = ""

    def check_facts(self, headings: Mapping[str, str]) -> None:
        """Raise `Refused` where among the facts stands whose they are, the columns of which have `headings`."""
        said = [key for key in self.facts if key in BESIDE_FACTS or headings.get(key) in BESIDE_FACTS]
        if said:
            raise Refused([Problem("PR759", where=key, values={"key": key, "hint": BESIDE}) for key in said])

    def content(self, part: Part | None, vocabulary: Vocabulary) -> str:
        """The canonical JSON of what it says, with its facts as they were read."""
        said: dict[str, object] = {"at": self.at.isoformat(), "id": self.id}
        if part is not None:
            kind = vocabulary.kinds[part.whose[0]]
            facts = {f: _plain(as_given(kind.columns[f], value)) for f, value in part.facts.items()}
            said["facts"] = facts if part.parent is None else facts | {kind.belongs_to: part.parent}
        match self.what:
            case "to":
                said = {"to": said["at"]}
            case "kind":
                assert part is not None
                said |= {"kind": part.whose[0], "subject": part.whose[1], "period": part.period}
                said |= {"new": True} if self.new else {}
            case "replies":
                said |= {"replies": self.about, "ladder": self.ladder}
                said |= {"ground": self.ground} if self.ground else {}
            case what:
                said[what] = self.about
        return _WRITTEN.encode(said)


def message(given: Mapping[str, Any]) -> Message:
    """A message as it is told. Raises `Refused` where it has not the form of one."""
    if not isinstance(given, Mapping):
        raise Refused([Problem("PR756", values={"hint": _forms()})])
    what = next((shape for shape in SHAPES if shape in given), "")
    if not what:
        raise Refused([Problem("PR756", where=", ".join(sorted(map(str, given)))[:80], values={"hint": _forms()})])
    findings = Findings()
    due, allowed = SHAPES[what]
    for key in sorted([str(key) for key in given if key not in due and key not in allowed]):
        findings.add("PR759", where=key[:40], key=key[:40], hint=did_you_mean(key, (*due, *allowed)))
    for key in sorted([key for key in due if key not in given]):
        hint = Words(f"`{key}` has to stand beside `{what}`", f"`{what}` 旁边须写 `{key}`")
        findings.add("PR756", where=what, hint=hint)
    facts = given.get("facts", {})
    if not isinstance(facts, Mapping):
        findings.add("PR756", where="facts", hint=Words("`facts` is names with values", "`facts` 是名称到值的对应"))
    if not isinstance(given.get("new", False), bool):
        findings.add("PR602", where="new", fact="new", value=shown(given["new"]), expected=KIND_WORDS["flag"])
    findings.refuse()
    said = NAMING[what] if given.get("ground") is None else [*NAMING[what], "ground"]
    names = {key: _name(given[key], key, findings) for key in said}
    findings.refuse()
    at = as_day(given["to"] if what == "to" else given["at"], "to" if what == "to" else "at")
    return Message(
        what,
        at,
        names.get("id", ""),
        names.get("subject" if what == "kind" else what, ""),
        names.get("kind", ""),
        given.get("period"),
        facts,
        names.get("ladder", ""),
        given.get("new", False),
        names.get("ground", ""),
    )


def _name(given: object, key: str, findings: Findings) -> str:
    """An id: a text that can be seen, or a whole number; noted where it is none."""
    name = read_id(given, key, "", findings)
    if name == "":
        findings.add("PR602", where=key, fact=key, value=str(given), expected=NAMED)
    return name or ""


def _forms() -> Words:
    known = [f"`{shape}`" for shape in SHAPES]
    return Words(f"say one of {', '.join(known)}", f"须有以下之一：{'、'.join(known)}")


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")  # as a text is read: never 5E-7
    return value.isoformat() if isinstance(value, date) else value
