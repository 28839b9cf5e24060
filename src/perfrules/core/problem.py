"""Problems: what is wrong, where, and what cures it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import wraps
from typing import ParamSpec, TypeVar

from perfrules.core.codes import CODES, LABELS
from perfrules.core.span import Span

P = ParamSpec("P")
T = TypeVar("T")
LANGUAGES = ("en", "zh")
PROBLEMS_SHOWN_MAX = 100
LINE_SHOWN_MAX = 160  # of a longer line only what surrounds the mistake is shown
VALUE_SHOWN_MAX = 200  # of a longer value only its beginning and end
SENTENCES = ("message", "reason", "hint", "cure")  # what others say, as a database does, is no value


@dataclass(frozen=True, slots=True)
class Words:
    """A phrase in both languages, for use inside a message."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en

    def said(self, language: str) -> str:
        """The phrase in `en` or `zh`. Raises `Refused` for another language, as whatever says something does."""
        return self.zh if is_chinese(language) else self.en


Value = str | Words


@dataclass(frozen=True)
class Problem:
    """One finding: a code of the catalogue, a place, the author's words, and other places it is about."""

    code: str
    span: Span | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    related: tuple[tuple[str, Span], ...] = ()
    where: str = ""  # for what has no place in a text file: a cell, a column, an argument

    @property
    def severity(self) -> str:
        """`error`, `warning` or `note`."""
        return CODES[self.code].severity

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.said("en")

    @property
    def help(self) -> str:
        """What cures it, in English; empty where the message says it all."""
        return self.cure("en")

    def said(self, language: str) -> str:
        """What is wrong, in `en` or `zh`."""
        entry = CODES[self.code]
        return self._fill(entry.zh if is_chinese(language) else entry.en, language)

    def cure(self, language: str) -> str:
        """What cures it, in `en` or `zh`."""
        entry = CODES[self.code]
        return self._fill(entry.help_zh if is_chinese(language) else entry.help_en, language)

    def _fill(self, template: str, language: str) -> str:
        return template.format_map({name: _shown(name, value, language) for name, value in self.values.items()})

    @staticmethod
    def explain(code: str, language: str = "en") -> str:
        """What the code of a problem is about, and what cures it, in `en` or `zh`; the author's words stand in braces.

        Raises `Refused` where there is no such code.
        """
        entry = CODES.get(code)
        if entry is None:
            raise Refused([Problem("PR904", where=code, values={"code": code, "hint": did_you_mean(code, CODES)})])
        said, cure = (entry.zh, entry.help_zh) if is_chinese(language) else (entry.en, entry.help_en)
        head = f"{LABELS[entry.severity].said(language)}[{code}]: {said}\n"
        return head + (f"   = {LABELS['help'].said(language)}: {cure}\n" if cure and cure != "{hint}" else "")

    @property
    def place(self) -> str:
        """`file:line:column`, or what stands for it."""
        return self.span.place if self.span else self.where

    @property
    def order(self) -> tuple[list[str], int, str]:
        """Sorts problems by place; line 9 of a file of facts comes before line 10, its cells stay in their order."""
        if self.span:
            return ([self.span.source.name], self.span.start, self.code)
        row = self.where.partition(", ")[0]
        return ([part.rjust(9, "0") if part.isdecimal() else part for part in re.split(r"[:\[\]]", row)], -1, "")


def shortened(value: str) -> str:
    """A value of the author's as messages show it: of one that is very long, its beginning and end."""
    half = VALUE_SHOWN_MAX // 2
    return value if len(value) <= VALUE_SHOWN_MAX else f"{value[:half]}…{value[-half + 1 :]}"


def _shown(name: str, value: Value, language: str) -> str:
    if isinstance(value, Words):
        return value.said(language)
    return value if name in SENTENCES else shortened(value)


def missing_extra(extra: str, what: Words) -> Problem:
    """That something needs an extra of perfrules that is not installed."""
    return Problem("PR902", values={"extra": extra, "what": what})


class Refused(Exception):
    """Something was refused; `problems` says what, where and how to cure it, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.language = "en"  # in which it is printed
        distinct = {(p.code, p.place, p.message): p for p in problems}
        self.problems = tuple(sorted(distinct.values(), key=lambda p: p.order))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return render_all(self.problems, self.language)


def check_language(language: object, name: str = "language") -> None:
    """Raise `Refused` for a language that perfrules does not speak, under the name of what was given."""
    if language not in LANGUAGES:
        values: dict[str, Value] = {"word": str(language)[:40], "hint": did_you_mean(str(language), LANGUAGES)}
        raise Refused([Problem("PR208", where=name, values=values)])


def is_chinese(language: str) -> bool:
    """Whether a language is Chinese. Raises `Refused` for one that perfrules does not speak."""
    check_language(language)
    return language == "zh"


def refusing_in_its_language(function: Callable[P, T]) -> Callable[P, T]:
    """A function with the keyword `language`, what it refuses printed in that."""

    @wraps(function)
    def inner(*arguments: P.args, **named: P.kwargs) -> T:
        check_language(named.get("language", "en"))
        try:
            return function(*arguments, **named)
        except Refused as refused:
            refused.language = "zh" if named.get("language") == "zh" else "en"
            raise

    return inner


class Findings:
    """Collects problems, so that all are reported at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(
        self,
        code: str,
        span: Span | None = None,
        *,
        related: Iterable[tuple[str, Span]] = (),
        where: str = "",
        **values: Value,
    ) -> None:
        """Note a problem."""
        self.problems.append(Problem(code, span, values, tuple(related), where))

    def put(self, problem: Problem) -> None:
        """Note a problem that is already made."""
        self.problems.append(problem)

    @property
    def errors(self) -> list[Problem]:
        """The problems that refuse the input."""
        return [p for p in self.problems if p.severity == "error"]

    def refuse(self) -> None:
        """Raise all problems if any of them is an error."""
        if self.problems and self.errors:
            raise Refused(self.problems)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that `word` most resembles, or alone begins; else an empty text."""
    found = get_close_matches(word, list(known), n=1, cutoff=3 / 5)
    if found:
        return found[0]
    # one Chinese character wrong in a word of two or three is nearer than the ratio says
    alike = [k for k in known if len(k) == len(word) > 1 and sum(a != b for a, b in zip(k, word, strict=True)) == 1]
    longer = [k for k in known if len(word) > 1 and k.startswith(word)]  # a letter by the short form of its name
    return alike[0] if alike else longer[0] if len(longer) == 1 else ""


def did_you_mean(word: str, known: Iterable[str]) -> Words:
    """A clause that offers the nearest known word, or lists some of the known ones."""
    known = list(dict.fromkeys(known))
    close = shortened(nearest(word, known))
    if close:
        return Words(f"did you mean `{close}`?", f"是否想写 `{close}`？")
    # first those that begin so, then those in the author's own script
    shown = sorted(known, key=lambda k: (not k.startswith(word), k.isascii() != word.isascii()))[:5]
    more = len(known) - len(shown)
    words = ", ".join(f"`{shortened(k)}`" for k in shown)
    if not shown:
        return Words("nothing is declared that could stand here", "此处没有可用的名称")
    tail_en, tail_zh = (f", … ({more} more)", f"……（另有 {more} 个）") if more else ("", "")
    return Words(f"known here: {words}{tail_en}", f"此处可用：{words.replace(', ', '、')}{tail_zh}")


def named_too(hint: Words) -> Words:
    """That what is meant may stand in another file; else what `hint` says."""
    return Words(f"name the file in which it stands, too; {hint.en}", f"请一并写明它所在的文件；{hint.zh}")


def in_backticks(sign: str) -> Value:
    """A sign of the author's as messages show it."""
    return Words("a backtick", "反引号") if sign == "`" else f"`{sign}`"


def width(text: str) -> int:
    """How many columns a terminal gives to `text`: two for a full-width character."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def visible(text: str) -> str:
    """`text` on one line, with what a terminal would act upon shown as code points."""
    return "".join(c if c.isprintable() or c == " " else " " if c == "\t" else f"\\u{ord(c):04x}" for c in text)


def render(problem: Problem, language: str = "en") -> str:
    """A problem as text: code and message, the place with its line and carets, the cure."""
    head = f"{LABELS[problem.severity].said(language)}[{problem.code}]: {visible(problem.said(language))}"
    lines = [head]
    if problem.span:
        lines += _excerpt(problem.span, "-->", "^")
    elif problem.where:
        lines.append(f"  --> {visible(shortened(problem.where))}")
    for label, span in problem.related:
        lines += _excerpt(span, ":::", "-", LABELS[label].said(language))
    cure = problem.cure(language)
    if cure:
        lines.append(f"   = {LABELS['help'].said(language)}: {visible(cure)}")
    return "\n".join(lines)


def _excerpt(span: Span, arrow: str, mark: str, label: str = "") -> list[str]:
    number = str(span.line)
    margin = " " * len(number)
    line, start, end = _around(span)
    before, marked = visible(line[:start]), visible(line[start:end])
    pad = " " * width(before)
    return [
        f"{margin} {arrow} {span.place}",
        f"{margin}  |",
        f"{number}  | {visible(line)}".rstrip(),
        f"{margin}  | {pad}{mark * max(width(marked), 1)}" + (f" {label}" if label else ""),
    ]


def _around(span: Span) -> tuple[str, int, int]:
    """The line of a span, or what surrounds the span in a very long one, and where in it the span is."""
    line, start = span.source.line(span.line), span.column - 1
    end = min(start + max(span.end - span.start, 1), max(len(line), start + 1))
    if len(line) <= LINE_SHOWN_MAX:
        return line, start, end
    first, last = max(start - LINE_SHOWN_MAX // 2, 0), start + LINE_SHOWN_MAX // 2
    head, tail = "…" * (first > 0), "…" * (last < len(line))
    moved = first - len(head)
    return head + line[first:last] + tail, start - moved, min(end, last) - moved


def render_all(problems: Iterable[Problem], language: str = "en") -> str:
    """Several problems as text, in order of place, up to a hundred of them."""
    ordered = sorted(problems, key=lambda p: p.order)
    shown = [render(p, language) for p in ordered[:PROBLEMS_SHOWN_MAX]]
    if len(ordered) > PROBLEMS_SHOWN_MAX:
        more = len(ordered) - PROBLEMS_SHOWN_MAX
        shown.append(LABELS["more"].said(language).format(count=more))
    return "\n\n".join(shown)
