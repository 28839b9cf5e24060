"""The cursor: reads the tokens of an expression one by one, and says what stands where it should not."""

from __future__ import annotations

from perfrules.core.problem import Findings, Problem, Words
from perfrules.core.span import Span, Text
from perfrules.language.advice import misplaced
from perfrules.language.quantities import with_comma
from perfrules.language.tokens import Token, Unreadable, cut, usual_form
from perfrules.language.words import EXPRESSION

DEPTH_MAX = 64


class Cursor:
    """A place among the tokens of an expression, moved on by reading."""

    def __init__(self, text: Text, findings: Findings) -> None:
        self.text = text
        self.findings = findings
        self.tokens = cut(text, findings)
        self.position = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def span(self, token: Token) -> Span:
        return self.text.at(token.start, token.end)

    def since(self, start: Token) -> Span:
        return self.text.at(start.start, self.tokens[self.position - 1].end)

    def take(self) -> Token:
        token = self.token
        self.position += 1
        return token

    def at(self, kind: str, *texts: str) -> bool:
        return self.token.kind == kind and (not texts or self.token.text in texts)

    def skip(self, kind: str, text: str) -> bool:
        if self.at(kind, text):
            self.position += 1
            return True
        return False

    def fail(self, code: str, span: Span, **values: Words | str) -> Unreadable:
        self.findings.put(Problem(code, span, values))
        return Unreadable()

    def expect(self, kind: str, text: str) -> None:
        if not self.skip(kind, text):
            raise self.unexpected(Words(f"`{text}`", f"`{EXPRESSION.get(text, text)}`"))

    def unexpected(self, expected: Words) -> Unreadable:
        token = self.token
        if token.kind == "end":
            return self.fail("PR301", self.span(token), expected=expected)
        return self.fail("PR302", self.span(token), found=f"`{self.text[token.start : token.end]}`",
                         expected=expected, hint=self.meant(token))  # fmt: skip

    def meant(self, token: Token) -> Words:
        """What the author of a token that can't stand here probably meant."""
        before = self.tokens[self.position - 1] if self.position and token.kind in ("word", "sign") else None
        if before is None or before.kind != "number":
            return misplaced(token.text)
        comma = with_comma(usual_form(self.text[before.start :])[0]) if token.text == "," else None
        return comma or misplaced(token.text, before.text if token.kind == "word" else "")

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise self.fail("PR312", self.span(self.token), limit=Words(f"{DEPTH_MAX} levels", f"{DEPTH_MAX} 层"))
