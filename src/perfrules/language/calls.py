"""Calls: functions of values, and aggregates over rows with all their clauses."""

from __future__ import annotations

from abc import abstractmethod

from perfrules.core.problem import Words
from perfrules.core.span import Span
from perfrules.language.advice import usage
from perfrules.language.constants import Constants
from perfrules.language.nodes import Aggregate, Call, Name, Node
from perfrules.language.tokens import Token, Unreadable
from perfrules.language.words import ACROSS, ACROSS_KEY, FUNCTIONS, INTERPOLATED, YEARS, english

FUNCTION_WORDS = english(FUNCTIONS)
YEAR_WORDS = english(YEARS)
INTERPOLATED_WORDS = english(INTERPOLATED)
ACROSS_WORDS, ALL_WORDS = english(ACROSS_KEY), english(ACROSS)
CLOSING = {"(": ")", "{": "}"}


class Calls(Constants):
    """Reads what stands after the name of a function."""

    @abstractmethod
    def expression(self) -> Node:
        """Read a whole expression."""

    def call(self, start: Token) -> Node:
        function = FUNCTION_WORDS.get(start.text, start.text)
        opening = self.take()
        arguments: list[Node] = []
        if not self.at("sign", ")") and not self.at("keyword", "over"):
            arguments.append(self.expression())
            while self.skip("sign", ","):
                arguments.append(self.expression())
        if self.skip("keyword", "over"):
            return self.aggregate(start, opening, function, arguments)
        if not self.skip("sign", ")"):
            raise self.unclosed(opening)
        return Call(function, tuple(arguments), self.since(start))

    def aggregate(self, start: Token, opening: Token, function: str, arguments: list[Node]) -> Node:
        if self.token.kind != "word":
            raise self.unexpected(
                Words("what belongs to the subject, such as `reviews`", "隶属于对象的集合，如 `reviews`")
            )
        over = self.take().text
        across = self.skip_across()
        where = self.expression() if self.skip("keyword", "where") else None
        per = self.expression() if self.skip("keyword", "per") else None
        order = self.expression() if self.skip_order() else None
        descending = order is not None and self.skip("keyword", "descending")
        if not self.skip("sign", ")"):
            raise self.unclosed(opening)
        span = self.since(start)
        share, interpolated = self.percentile(function, arguments, span)
        value = arguments[0] if arguments else None
        return Aggregate(function, value, YEAR_WORDS.get(over, over), where, per, order, descending, share,
                         interpolated, across, span)  # fmt: skip

    def skip_across(self) -> bool:
        """Whether `across all` follows: two words that elsewhere are names."""
        following = [token.text for token in self.tokens[self.position : self.position + 2]]
        if len(following) < 2 or following[0] not in ACROSS_WORDS or following[1] not in ALL_WORDS:
            return False
        self.position += 2
        return True

    def skip_order(self) -> bool:
        if not self.at_order():
            return False
        self.position += 1 if self.at("keyword", "in order of") else 3
        return True

    def percentile(self, function: str, arguments: list[Node], span: Span) -> tuple[Node | None, bool]:
        """The second argument of a percentile, and whether the word `interpolated` follows it."""
        most = 3 if function == "percentile" else 1
        least = 2 if function == "percentile" else 0
        if not least <= len(arguments) <= most:
            expected = "1" if most == 1 else "2–3"
            raise self.fail("PR407", span, function=function, expected=expected, found=str(len(arguments)),
                            hint=usage(function))  # fmt: skip
        mode = arguments[2] if len(arguments) == 3 else None
        if mode is not None and not (isinstance(mode, Name) and mode.parts[0] in INTERPOLATED_WORDS):
            raise self.fail("PR424", mode.span or span)
        return (arguments[1] if most == 3 else None), mode is not None

    def unclosed(self, opening: Token) -> Unreadable:
        if self.token.kind == "end":
            return self.fail("PR306", self.span(opening), sign=opening.text)
        return self.unexpected(Words(f"`{CLOSING[opening.text]}`", f"`{CLOSING[opening.text]}`"))

    def at_order(self) -> bool:
        """Whether `in order of` begins here, which belongs to the aggregate around it."""
        following = [token.text for token in self.tokens[self.position : self.position + 3]]
        return following == ["in", "order", "of"] or self.at("keyword", "in order of")
