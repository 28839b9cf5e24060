"""Templates: Word documents in which names stand for what a letter says, filled with docxtpl.

Needs the extra `letters`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from os.path import isdir
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from docxtpl import DocxTemplate
from lxml import etree

from perfrules.core.files import reason_of, unreachable, zipped
from perfrules.core.problem import Findings, Problem, Refused, Value, Words, did_you_mean
from perfrules.core.vocabulary import Vocabulary
from perfrules.letter import Letter
from perfrules.letters.filling import TAG, Filling
from perfrules.letters.forms import form
from perfrules.letters.values import Values, check_named
from perfrules.readers.files import NO_TABLES
from perfrules.readers.packages import Sort, unsafe

KIND = Sort(Words("Word document", "Word 文档"), ".doc", 32 * 2**20)
SAVE = Words("save it as .docx, without a password and macros", "请另存为 .docx，不带密码和宏")
LOOK = Words("check the path", "请检查路径")
WORD = (".docx", ".docm", ".doc", ".dotx", ".dotm", ".dot", ".wps")  # read, or refused with what to do
PROPERTY_MAX = 255  # signs
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXTLESS = frozenset(f"{_W}{tag}" for tag in ("body", "hdr", "ftr", "p", "r", "tbl", "tr", "tc"))
CUT = Words("its tags cut through paragraphs or tables", "其中的标签打断了段落或表格")
OUTSIDE = Words(
    "a value stands outside the text of a paragraph; write `{{ … }}`, without a letter after the braces",
    "有的值不在段落的文字之内；请写作 `{{ … }}`，花括号后不带字母",
)

DROPPED = Words(
    "`{%-` and `-%}` lose the text beside them: write `{%` and `%}`",
    "`{%-` 和 `-%}` 会丢失旁边的文字：请写作 `{%` 和 `%}`",
)


class Template:
    """A template, for letters in a language; `where` names it in problems. Raises `Refused` where it is none."""

    def __init__(self, content: bytes, where: str, language: str) -> None:
        self.filling = Filling(where, language)
        self.document = Document(BytesIO(content))
        try:
            self.document.init_docx()
        except Exception as error:  # whatever a broken file does to the library, its author is told the same
            raise Refused([unusable(where, KIND.broken)]) from error

    def filled(self, letter: Letter, values: Values) -> bytes:
        """The document for a letter. Raises `Refused` where the template can't be followed."""
        self.filling.known = values
        try:
            self.document.render(values, self.filling)
            self.document.describe(letter, str(values["issuer"]), f"{values['title']} {values['recipient']}")
            return self.document.packed()
        except etree.XMLSyntaxError as error:
            raise Refused([self.filling.misuse(CUT)]) from error
        except Stray as error:
            raise Refused([self.filling.misuse(OUTSIDE)]) from error
        except Joining as error:
            raise Refused([self.filling.misuse(DROPPED, self.filling.around(str(error)))]) from error
        except Refused:
            raise
        except Exception as error:  # whatever a template does to the library, its author is told where
            raise Refused([self.filling.failed(error)]) from error


class Stray(Exception):
    """Text that stands where a document has none, and would not be shown."""


class Joining(Exception):
    """A tag with which docxtpl joins two paragraphs, and loses what stands between it and them."""


class Document(DocxTemplate):  # type: ignore[misc]  # untyped
    """A Word document as docxtpl fills it: nothing that is filled in is lost, and no clock is asked."""

    def patch_xml(self, src_xml: str) -> str:
        """A part of the document as docxtpl makes a template of it; refused where it would lose text."""
        for paragraph in re.split(r"(?=<w:p[ >])", src_xml):
            if re.search(r"\{%-|-%\}", TAG.sub("", paragraph)):
                raise Joining(paragraph)
        patched: str = super().patch_xml(src_xml)
        return patched

    def render_xml_part(self, *arguments: Any, **named: Any) -> str:
        """A part of the document, filled; refused where it is none any more, or text would not be shown."""
        filled: str = super().render_xml_part(*arguments, **named)
        for node in etree.fromstring(filled.encode(), etree.XMLParser(resolve_entities=False)).iter(*_TEXTLESS):
            if any((text or "").strip() for text in (node.text, *(child.tail for child in node))):
                raise Stray
        return filled

    def render_properties(self, *_: Any, **__: Any) -> None:
        """The properties of a template are not a text to be filled."""

    def describe(self, letter: Letter, author: str, title: str) -> None:
        """Say in the properties of the document what it is."""
        properties = self.docx.core_properties
        properties.author = author[:PROPERTY_MAX]
        properties.title = title[:PROPERTY_MAX]
        properties.last_modified_by = ""
        properties.revision = 1
        properties.created = properties.modified = datetime(letter.sent.year, letter.sent.month, letter.sent.day)

    def packed(self) -> bytes:
        """The document as a file, the same bytes for the same contents."""
        written = BytesIO()
        self.save(written)
        with ZipFile(written) as parts:
            return zipped((name, parts.read(name)) for name in parts.namelist())


def documents(
    vocabulary: Vocabulary, values: Mapping[Letter, Values], given: Path | None, language: str, more: set[str]
) -> dict[Letter, bytes]:
    """The document of each letter: from the template in a file, or in a folder that has one for its action, else from
    the default form. `more` are the names of values that are given beside what letters say.

    Raises `Refused` with every problem of every letter, also where a value is given that no template names.
    """
    chosen, made = _chosen(vocabulary, {letter.action for letter in values}, given, language), {}
    problems: list[Problem] = []
    for letter, own in values.items():
        try:
            made[letter] = chosen[letter.action].filled(letter, own)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    check_named(more, {n for t in chosen.values() for n in t.filling.named})
    return made


def _chosen(vocabulary: Vocabulary, actions: set[str], given: Path | None, language: str) -> dict[str, Template]:
    """The template for each action."""
    if given is not None and not isdir(given):
        return dict.fromkeys(actions, _opened(given, language))
    files = {} if given is None else _named(given, vocabulary)
    return {
        action: _opened(files[action], language)
        if action in files
        else Template(form(action, language), f"{action}.docx", language)
        for action in sorted(actions)
    }


def _named(folder: Path, vocabulary: Vocabulary) -> dict[str, Path]:
    """The templates in a folder by the action that each is called after. Raises `Refused` for one that is for none."""
    notices = {
        word: name for word, name in vocabulary.action_names.items() if vocabulary.actions[name].effect == "notice"
    }
    try:
        there = sorted(folder.iterdir())
    except OSError as error:
        raise Refused([unusable(str(folder), reason_of(error), LOOK)]) from error
    findings = Findings()
    found: dict[str, Path] = {}
    for path in (p for p in there if p.suffix.lower() in WORD and not p.name.startswith(NO_TABLES)):
        if path.stem not in notices:
            reason = Words("it is called after no kind of letter", "文件名不是任何一种函件")
            findings.put(unusable(str(path), reason, did_you_mean(path.stem, notices)))
        elif found.setdefault(notices[path.stem], path) != path:
            reason = Words(f"`{found[notices[path.stem]].name}` is for the same letters", "同一种函件已有模板")
            findings.put(unusable(str(path), reason, Words("leave one of them out", "请去掉其中一个")))
    findings.refuse()
    return found


def _opened(path: Path, language: str) -> Template:
    """The template in a file. Raises `Refused`."""
    nowhere = unreachable(path)
    if nowhere is not None:
        raise Refused([unusable(str(path), nowhere, LOOK)])
    reason = unsafe(path, KIND)
    if reason is not None:
        raise Refused([unusable(str(path), reason)])
    return Template(path.read_bytes(), str(path), language)


def unusable(where: str, reason: Value, hint: Words = SAVE) -> Problem:
    """That something is no template."""
    return Problem("PR760", where=where, values={"path": where, "reason": reason, "hint": hint})
