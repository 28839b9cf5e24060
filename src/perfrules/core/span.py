"""Places: where in which file something was written."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

END_OF_LINE = re.compile(r"\r\n?|\n")


@dataclass(frozen=True)
class Source:
    """A text that was read, with the name it is known by."""

    name: str
    text: str = field(repr=False)

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset at which each line begins."""
        return [0, *(found.end() for found in END_OF_LINE.finditer(self.text))]

    @property
    def file(self) -> str:
        """The file in which the text stands."""
        return self.name

    def place_of(self, span: Span) -> str:
        """Where a span begins, as people are told: `file:line:column`."""
        return f"{self.name}:{span.line}:{span.column}"

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end."""
        start, *after = self.line_starts[number - 1 : number + 1]
        return self.text[start : after[0] if after else len(self.text)].rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open range of characters `start` to `end` of a source."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """The line of the first character, counted from 1."""
        return bisect_right(self.source.line_starts, self.start)

    @property
    def column(self) -> int:
        """The column of the first character, counted from 1 in characters."""
        return self.start - self.source.line_starts[self.line - 1] + 1

    @property
    def place(self) -> str:
        """Where it begins, as people are told."""
        return self.source.place_of(self)

    def to(self, other: Span) -> Span:
        """From the beginning of this span to the end of another in the same source."""
        return Span(self.source, self.start, other.end)


class Text(str):
    """Text that knows where it was written.

    It is read as a `str` everywhere; `at` finds the place of a part of it, also where YAML folded
    lines, removed quotes or indentation.
    """

    __slots__ = ("quoted", "span")
    span: Span
    quoted: bool

    def __new__(cls, value: str, span: Span, *, quoted: bool = False) -> Text:
        """Keep `value` as written at `span`; `quoted` where the author put quotes around it."""
        self = super().__new__(cls, value)
        self.span = span
        self.quoted = quoted
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[str, Span], dict[str, bool]]:
        """What a copy is made of."""
        return (str(self), self.span), {"quoted": self.quoted}

    @classmethod
    def of(cls, value: str, name: str = "<text>") -> Text:
        """A text that is its own source: what an expression is given in Python."""
        return cls(value, Span(Source(name, value), 0, len(value)))

    def at(self, start: int, end: int) -> Span:
        """The place of the characters `start` to `end` of this text."""
        offsets = self._offsets()
        if offsets is None:
            return self.span
        first = offsets[start] if start < len(offsets) else self.span.end - self.quoted
        last = offsets[end - 1] + 1 if 0 < end <= len(offsets) else first
        return Span(self.span.source, first, max(first, last))

    def _offsets(self) -> list[int] | range | None:
        """The place of each character, or None where the source says it in other characters."""
        written = self.span.source.text
        begin = self.span.start + self.quoted
        if written.startswith(self, begin):
            return range(begin, begin + len(self))
        offsets: list[int] = []
        quote = written[self.span.start] if self.quoted else ""
        for char in self:
            escaped = written[begin : begin + 2] if quote else ""
            if escaped == quote + char == "''" or (quote == '"' and char in '"\\' and escaped == "\\" + char):
                begin += 1
            while begin < self.span.end and written[begin] != char and written[begin].isspace():
                begin += 1
            if begin < self.span.end and written[begin] == char:
                offsets.append(begin)
                begin += 1
            elif char.isspace():
                offsets.append(max(begin - 1, self.span.start))
            else:
                return None
        return offsets
