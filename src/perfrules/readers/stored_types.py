"""Types of columns of tables in a database: which can be read as what. Where nobody can be asked before the query, the
query itself asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from sqlglot import exp

from perfrules.core.problem import Words
from perfrules.core.values import KIND_WORDS, Unfit
from perfrules.core.vocabulary import Fact
from perfrules.engines.described import Described
from perfrules.engines.dialects import Expression
from perfrules.readers.columns import NUMBERS
from perfrules.readers.stored_texts import Texts
from perfrules.readers.stored_values import among, chosen, decimal, literal, places_of

WORDED = ("flag", "choice", "year")  # what is one of some words, or read as a text whatever its type is
EXACT = Words("cast it: `CAST(… AS NUMERIC(18, 2))`", "请转换：`CAST(… AS NUMERIC(18, 2))`")
NEVER_NULL = "NOT NULL"
AGAIN = Words("make the view again with `perfrules compile`", "请用 `perfrules compile` 重新生成视图")
_SIZED = re.compile(r"\w+\((\d+), ?(\d+)\)")


@dataclass(frozen=True)
class StoredType:
    """The type of a column: what is said of it where it can't be read, null where it can; and, where the table was
    asked, its name and whether the column is never null."""

    mistyped: Expression
    name: str = ""
    is_required: bool = False

    @property
    def is_truth(self) -> bool:
        """Whether it is known to hold truth values."""
        return self.name.casefold() == "boolean"

    @property
    def places(self) -> int | None:
        """The decimal places that its numbers have at most, where that is known."""
        return self.size[1] if self.size is not None else None

    def is_wide(self, places: int, widest: int | None) -> bool:
        """Whether its numbers may have more digits than a decimal has, once they have so many places."""
        digits, own = self.size or (widest or 0, 0)
        return widest is not None and digits - own + max(own, places) > widest

    @property
    def size(self) -> tuple[int, int] | None:
        """The digits that its numbers have, and how many of them are places, where that is known."""
        sized = _SIZED.fullmatch(self.name)
        return (int(sized[1]), int(sized[2])) if sized else None


@dataclass(frozen=True)
class StoredTypes(Texts):
    """How the types of columns are looked at in a dialect."""

    def stored_type(
        self,
        fact: Fact | None,
        raw: Expression,
        origin: str,
        table: Described | None,
        *,
        is_year: bool = False,
        is_plain: bool = True,
    ) -> StoredType:
        """The type of a column `raw` of the table `origin` with a fact, with ids, or with years; not `is_plain` where a
        mapping says what its words mean. Raises `Unfit` where the table is known, and its values can't be read."""
        said, base = self.types.said(raw.copy()), self.types.base(raw.copy())
        sort = "year" if is_year else "id" if fact is None else fact.kind
        if is_plain and sort == "choice":
            sort = "text"  # the words themselves
        wanted = KIND_WORDS["text" if fact is None else fact.kind]
        where = f"{origin}.{raw.name}"
        if table is None:
            binary = self.problem("PR644", where, column=raw.name, hint=EXACT)
            other = self.problem("PR743", where, column=raw.name, type=said, expected=wanted)
            misfit = exp.Not(this=exp.paren(self._fits(sort, fact, raw, base)))
            ifs = [(among(base, self.types.floats), binary)] * (sort != "date") + [(misfit, other)]
            return StoredType(exp.Case(ifs=[exp.If(this=condition, true=words) for condition, words in ifs]))
        name, beneath, is_text = table.answers([said, base, self.types.is_text(raw.copy())])
        if beneath in self.types.floats and sort != "date":
            raise Unfit("PR644", column=where, hint=EXACT)
        if not self._is_fit(sort, beneath, is_text) or (fact is not None and self._is_too_fine(fact, beneath)):
            raise Unfit("PR743", column=where, type=name, expected=wanted)
        if self.types.binds:
            return StoredType(exp.null(), beneath, table.requires(raw.name))
        is_other = exp.NEQ(this=said.copy(), expression=literal(name))
        return StoredType(chosen(is_other, self.changed(raw.name, origin, name)), beneath, table.requires(raw.name))

    def _fits(self, sort: str, fact: Fact | None, raw: Expression, base: Expression) -> Expression:
        """Whether a column's values can be read. What values that are no texts look like as texts depends on the
        database, and on its settings; ids may be whole numbers."""
        if sort in WORDED:
            return exp.true()
        if sort == "date":
            return among(base, self.types.days)
        if fact is not None and sort in NUMBERS:
            return self.is_exact(raw, in_units(fact))
        is_text = self.types.is_text(raw.copy())
        return exp.or_(is_text, among(base, self.types.wholes), copy=False) if sort == "id" else is_text

    def _is_fit(self, sort: str, base: str, is_text: bool) -> bool:
        """The same of a type that is known, beneath the name that somebody gave to it."""
        if base.endswith("]"):
            return False  # many values are none
        if sort in WORDED:
            return True
        if sort == "date":
            return base in self.types.days
        is_whole = base in self.types.wholes
        if sort in NUMBERS:
            return is_whole or base == self.types.decimals or base.startswith(f"{self.types.decimals}(")
        return is_text or (is_whole and sort == "id")

    def _is_too_fine(self, fact: Fact, base: str) -> bool:
        """Whether a decimal has so many places that its numbers have no room for them in the units of a fact."""
        size, widest = StoredType(exp.null(), base).size, self.types.widest
        if fact.kind not in NUMBERS or size is None or widest is None:
            return False
        digits = min(len(str(max(map(abs, fact.bounds)))), size[0] - size[1] + places_of(in_units(fact)))
        return digits + size[1] > widest

    def is_exact(self, number: Expression, factor: Fraction) -> Expression:
        """Whether a number is a whole one or a decimal, which is then a decimal in other units, too."""
        product = exp.Mul(this=number.copy(), expression=decimal(factor))
        return exp.Like(this=self.types.said(product), expression=literal(f"{self.types.decimals}%"))

    def changed(self, heading: str, origin: str, was: str) -> Expression:
        """What is said of a column of a table that is no longer what it was when somebody looked."""
        column = Words(f"`{heading}` that is {was}, as when the view was made", f"`{heading}`（生成视图时为 {was}）")
        return self.problem("PR739", f"{origin}.{heading}", table=origin, column=column, hint=AGAIN)


def in_units(fact: Fact) -> Fraction:
    """What a number is multiplied by to be in the units of its fact."""
    return Fraction(fact.measure * 10**fact.places)
