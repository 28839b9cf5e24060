"""Texts of a table in a database, in SQL: as they are compared, whatever the column and the session say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from perfrules.core.problem import Value
from perfrules.engines.dialects import TEXT, Dialect, Expression, Types, called, cast
from perfrules.readers.stored_values import literal

BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace() and c != " ")  # and the usual one
SIDES = ("LEFT", "RIGHT")


@dataclass(frozen=True)
class Texts:
    """How texts are taken in a dialect."""

    dialect: Dialect

    @property
    def types(self) -> Types:
        """What the database calls its types."""
        return self.dialect.types

    def text(self, value: Value | Expression) -> Expression:
        """A value as a text."""
        return cast(value.copy(), self.dialect.type_of(TEXT))  # type: ignore[union-attr]

    def _plain(self, raw: Expression) -> Expression:
        """A text without blanks around it, in one form of Unicode. Most have no blanks: a database takes longer to cut
        than to look."""
        text = self._compared(raw)
        ends = (called(side, text.copy(), exp.Literal.number(1)) for side in SIDES)
        blank = exp.or_(*(exp.In(this=end, expressions=[*self._blanks()]) for end in ends), copy=False)
        return exp.Case(ifs=[exp.If(this=blank, true=self._cut(text))], default=self._formed(text))

    def _compared(self, raw: Expression) -> Expression:
        """What is given as a text, compared by code points, whatever the column says."""
        return self.dialect.compared(self.text(raw))

    def _cut(self, text: Expression) -> Expression:
        return exp.Trim(this=self._formed(text), expression=self.blanks())

    def blanks(self) -> Expression:
        """All of them as one text."""
        return reduce(lambda one, other: exp.DPipe(this=one, expression=other), self._blanks())

    def _blanks(self) -> Iterator[Expression]:
        """What is cut off around a text."""
        yield literal(" ")
        yield from map(self.types.character, BLANKS)

    def _formed(self, text: Expression) -> Expression:
        """A text in one form of Unicode, where the database can give it."""
        return called(self.types.normal, text.copy()) if self.types.normal else text.copy()
