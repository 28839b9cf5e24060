"""Texts of a table in a database, in SQL: as they are compared, whatever the column and the session say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from perfrules.core.problem import Problem, Value, Words
from perfrules.engines.dialects import TEXT, Dialect, Expression, Types, called, cast
from perfrules.readers.stored_values import literal

MARK = "\0"  # around the name of what is put into a message where it is said
BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace() and c != " ")  # and the usual one
SIDES = ("LEFT", "RIGHT")
SOLID = (("!", "~"), ("\u4e00", "\u9fff"))  # from and to: characters that are no blanks, as most texts begin and end


@dataclass(frozen=True)
class Texts:
    """How texts are taken in a dialect, and given in a language."""

    dialect: Dialect
    language: str

    @property
    def types(self) -> Types:
        """What the database calls its types."""
        return self.dialect.types

    def text(self, value: Value | Expression) -> Expression:
        """A value as a text."""
        return cast(value.copy(), self.dialect.type_of(TEXT))  # type: ignore[union-attr]

    def problem(self, code: str, where: str, **values: Value | Expression) -> Expression:
        """What is wrong in a table, as an expression that gives a text."""
        shown = {n: v if isinstance(v, (str, Words)) else f"{MARK}{n}{MARK}" for n, v in values.items()}
        problem = Problem(code, values=shown)
        cure = problem.cure(self.language)
        whole = f"perfrules {code}: {where}: {problem.said(self.language)}" + (f" ({cure})" if cure else "")
        pieces = [
            exp.Coalesce(this=self.text(values[piece]), expressions=[literal("?")]) if odd % 2 else literal(piece)
            for odd, piece in enumerate(whole.split(MARK))
            if piece
        ]
        return reduce(lambda one, other: exp.DPipe(this=one, expression=other), pieces)

    def _plain(self, raw: Expression) -> Expression:
        """A text without blanks around it, in one form of Unicode. Most have no blanks: a database takes longer to cut
        than to look."""
        text = self._compared(raw)
        ends = (called(side, text.copy(), exp.Literal.number(1)) for side in SIDES)
        solid = exp.and_(*(exp.paren(exp.or_(*map(exp.paren, _solid(end)), copy=False)) for end in ends), copy=False)
        return exp.Case(ifs=[exp.If(this=solid, true=self._formed(text))], default=self._cut(text))

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


def _solid(character: Expression) -> Iterator[Expression]:
    """Conditions, one of which says that a character is no blank."""
    for first, last in SOLID:
        yield exp.Between(this=character.copy(), low=literal(first), high=literal(last))
