"""A column of a table in a database, in SQL: what is stored of a fact, or what is wrong with a value.

Values are read as every other reader reads them; of texts, what only files can spoil is not looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from math import ceil, floor

from sqlglot import exp

from perfrules.core.days import read_day
from perfrules.core.problem import Words
from perfrules.core.values import KIND_WORDS, NO, UNKNOWN_TEXTS, YES, Stored, Unfit, read_value
from perfrules.core.values import said as said_value
from perfrules.core.vocabulary import Fact
from perfrules.engines.dialects import WHOLE, Expression, cast, typed
from perfrules.readers.columns import NUMBERS, Column, written
from perfrules.readers.normal_form import MARKS, is_plain
from perfrules.readers.stored_types import WORDED, StoredType, StoredTypes, in_units
from perfrules.readers.stored_values import (
    among,
    chosen,
    decimal,
    is_year,
    known,
    literal,
    number,
    places_of,
    same,
    unknown,
)

FIRST_DAY = "0001-01-01"  # day 1


@dataclass(frozen=True)
class Cell:
    """A column as it is read: what is taken from the table; from that the value, null where it is unknown or can't be
    read, whether something is given that must have a value, and what is said where it has none; whether it is a text
    that may have another form of Unicode, which the database can't give it, and what is said then; whether there is a
    value wherever something is taken, and the database sees to it that something always is."""

    taken: Expression
    value: Expression
    given: Expression
    wrong: Expression
    unformed: tuple[Expression, Expression] | None = None
    is_sure: bool = False


@dataclass(frozen=True)
class Reading(StoredTypes):
    """How the columns of a table are read: in which dialect, in which language what is wrong is said, and how wide."""

    bits: int

    @property
    def whole(self) -> Expression:
        """The type of whole numbers."""
        return self.dialect.type_of(WHOLE, self.bits)

    def cell(
        self, fact: Fact | None, column: Column | None, held: StoredType, raw: Expression, taken: Expression, where: str
    ) -> Cell:
        """A column `raw` of the table `where` with a fact, or with ids, that is called `taken` afterwards; `column` is
        what a mapping says of it. Raises `Unfit` where a word of the mapping is none of the fact's."""
        place = f"{where}.{raw.name}"
        means_more = column is not None and bool(column.words or column.unknown or column.others)
        own = raw if self.types.binds or not held.name else exp.TryCast(this=raw, to=typed(held.name))  # as it was seen
        if fact is not None and fact.kind in NUMBERS:
            source = column.fact if column is not None and column.fact is not None else fact
            found = self._number(source, held, own, taken, place)
        elif fact is not None and fact.kind == "date":
            found = self._day(fact, own, taken, place)
        elif fact is not None and fact.kind == "flag" and held.is_truth and not means_more:
            found = self._truth(own, taken)
        else:
            found = self._text(fact, raw, taken, place)
        if found.unformed is not None:
            words = [] if column is None else [*column.words, *column.unknown]
            self._check_words(words if fact is None else [*fact.choices, *words])
        if column is None or not means_more:
            return replace(found, is_sure=found.is_sure and held.is_required)
        return replace(self._worded(found, fact, column, taken), is_sure=False)

    def stored(self, value: Stored | None) -> Expression:
        """What is stored, with its type."""
        if isinstance(value, str):
            return literal(value)
        return cast(exp.null() if value is None else exp.Literal.number(value), self.whole)

    # kinds

    def _number(self, fact: Fact, held: StoredType, raw: Expression, taken: Expression, where: str) -> Cell:
        """A number in the units of its fact; beyond its bounds nothing is multiplied, which could be too large."""
        factor = in_units(fact)
        (least, most), half = fact.bounds, int(fact.rounded)
        units = taken.copy() if factor == 1 else exp.Mul(this=taken.copy(), expression=decimal(factor))
        if fact.rounded:
            rounded = self.types.rounded(units, 0)
            value = chosen(exp.Between(this=rounded, low=number(least), high=number(most)), cast(rounded, self.whole))
        elif held.places is not None and held.places <= places_of(factor):
            value = cast(units, self.whole)
        else:
            value = chosen(same(self.types.rounded(taken.copy(), places_of(factor)), taken), cast(units, self.whole))
        low, high = (least - half) / factor, (most + half) / factor
        value = chosen(exp.Between(this=taken.copy(), low=number(low), high=number(high)), value)
        beyond = self._beyond(fact, where, taken, number(least / factor), number(most / factor))
        if held.is_wide(places_of(factor), self.types.widest) and low.denominator * high.denominator > 1:
            near = number(floor(low)), number(ceil(high))  # what is farther has no room for the places of the bounds
            value = chosen(exp.Between(this=taken.copy(), low=near[0], high=near[1]), value)
            beyond = [*self._beyond(fact, where, taken, *near), *beyond]
        said = {"fact": fact.name, "value": taken}
        wrong = exp.Case(ifs=beyond, default=self.problem("PR604", where, places=str(fact.places), **said))
        given = known(taken) if held.name else exp.and_(known(taken), self.is_exact(taken, factor), copy=False)
        return Cell(raw, value, given, wrong, is_sure=True)

    def _beyond(
        self, fact: Fact, where: str, value: Expression, least: Expression, most: Expression
    ) -> list[Expression]:
        """What is said of a value that is below the least or above the greatest that its fact may have."""
        low, high = (said_value(fact, bound) for bound in fact.bounds)
        said = {"fact": fact.name, "value": value, "hint": ""}
        below = self.problem("PR603", where, side=Words(f"below {low}", f"低于 {low}"), **said)
        above = self.problem("PR603", where, side=Words(f"above {high}", f"高于 {high}"), **said)
        return [
            exp.If(this=exp.LT(this=value.copy(), expression=least), true=below),
            exp.If(this=exp.GT(this=value.copy(), expression=most), true=above),
        ]

    def _day(self, fact: Fact, raw: Expression, taken: Expression, where: str) -> Cell:
        least, most = (cast(literal(date.fromordinal(day).isoformat()), typed("DATE")) for day in fact.bounds)
        day = cast(taken.copy(), typed("DATE"))
        since = self.types.since(day, cast(literal(FIRST_DAY), typed("DATE")))
        ordinal = exp.Add(this=since, expression=exp.Literal.number(1))
        within = exp.Between(this=day.copy(), low=least, high=most)  # not every type of points of time reaches both
        value = chosen(within, chosen(same(taken, day), cast(exp.paren(ordinal), self.whole)))
        beyond = exp.Case(ifs=self._beyond(fact, where, day, least.copy(), most.copy()))
        timed = self.problem("PR614", where, fact=fact.name, value=taken, day="2023-12-31")
        wrong = exp.Case(ifs=[exp.If(this=same(taken, day), true=beyond)], default=timed)
        return Cell(raw, value, known(taken), wrong, is_sure=True)

    def _truth(self, raw: Expression, taken: Expression) -> Cell:
        no = exp.Not(this=exp.paren(taken.copy()))
        ifs = [exp.If(this=taken.copy(), true=self.stored(1)), exp.If(this=no, true=self.stored(0))]
        return Cell(raw, exp.Case(ifs=ifs), exp.false(), exp.null(), is_sure=True)

    def _text(self, fact: Fact | None, raw: Expression, taken: Expression, where: str) -> Cell:
        """A text without blanks around it, in one form of Unicode; some words stand for what is not known."""
        unformed = self._unformed(taken, where)
        if fact is None or fact.kind not in WORDED:
            is_known = exp.Not(this=among(taken, UNKNOWN_TEXTS))
            return Cell(self._plain(raw), chosen(is_known, taken.copy()), exp.false(), exp.null(), unformed)
        cut = self._cut(taken)
        if fact.kind == "flag":
            words = dict.fromkeys(YES, self.stored(1)) | dict.fromkeys(NO, self.stored(0))
            wrong = self.problem("PR602", where, fact=fact.name, value=cut, expected=KIND_WORDS["flag"])
        else:
            words = {word: literal(word) for word in fact.choices}
            hint = Words(f"it is one of {', '.join(fact.choices)}", f"可写：{'、'.join(fact.choices)}")
            wrong = self.problem("PR613", where, fact=fact.name, value=cut, hint=hint)
        given = exp.Not(this=among(cut, UNKNOWN_TEXTS))
        meant = self._meant(fact, taken, words)
        return Cell(self._compared(raw), meant, given, wrong, unformed)

    def _meant(
        self, fact: Fact, taken: Expression, words: Mapping[str, Expression], others: Expression = None
    ) -> Expression:
        """What something taken means that is one of some words: as it stands, else without blanks around it."""
        text = self.text(taken)
        if not words:
            return others
        if fact.kind in WORDED:
            others = exp.Case(this=self._cut(text), ifs=_each(words), default=others)
        return exp.Case(this=text, ifs=_each(words), default=others)

    def _dated(self, cell: Cell, taken: Expression, words: Mapping[str, Expression]) -> Cell:
        """A column of days, some of which a mapping says what they mean. They are compared as days: what one looks like
        as a text depends on the session."""
        days = {word: cast(literal(word), typed("DATE")) for word in sorted(words) if read_day(word) is not None}
        ifs = [exp.If(this=same(taken, day), true=words[word].copy()) for word, day in days.items()]
        met = exp.or_(exp.false(), *(same(taken, day) for day in days.values()), copy=False)
        given = exp.and_(exp.Not(this=exp.paren(met)), cell.given, copy=False)
        return replace(cell, value=exp.Case(ifs=ifs, default=cell.value) if ifs else cell.value, given=given)

    def _unformed(self, taken: Expression, where: str) -> tuple[Expression, Expression] | None:
        if self.types.normal:
            return None
        odd = exp.RegexpLike(this=self.text(taken), expression=exp.column(MARKS))
        return odd, self.problem("PR737", where, value=taken)

    def _check_words(self, *words: Iterable[str]) -> None:
        """Raise `Unfit` where a word is one that could not be told from others in the database."""
        for word in chain(*words):
            if not is_plain(word):
                raise Unfit("PR737", value=word)

    def year(self, column: Column | None, raw: Expression, taken: Expression, where: str) -> Cell:
        """A column of periods: years of four digits, or what a mapping says that its words mean."""
        text = exp.Trim(this=self.text(raw), expression=self.blanks())
        words = self._words(None, column)
        said = exp.Case(this=text.copy(), ifs=_each(words), default=text) if words else text
        year = chosen(is_year(taken), cast(taken.copy(), self.whole))
        none = exp.If(this=exp.or_(unknown(taken), among(taken, [""]), copy=False), true=self.problem("PR611", where))
        wrong = exp.Case(ifs=[none], default=self.problem("PR612", where, value=taken))
        return Cell(said, year, exp.true(), wrong)

    def _words(self, fact: Fact | None, column: Column | None) -> dict[str, Expression]:
        """What the words of a mapping are stored as; those of ids and periods are texts."""
        if column is None:
            return {}
        words = {
            theirs: literal(written(ours)) if fact is None else self.stored(read_value(fact, ours))
            for theirs, ours in column.words.items()
        }
        return words | {theirs: exp.null() for theirs in column.unknown}

    def _worded(self, cell: Cell, fact: Fact | None, column: Column, taken: Expression) -> Cell:
        """A column of which a mapping says what its words mean."""
        words = self._words(fact, column)
        if not words and not column.others:
            return cell
        if fact is None:
            return replace(cell, value=exp.Case(this=taken.copy(), ifs=_each(words), default=cell.value))
        if fact.kind == "date":
            return self._dated(cell, taken, words)
        text = self._cut(taken) if fact.kind in WORDED else self.text(taken)
        if column.others:
            others = self.stored(read_value(fact, column.others))
            is_known = exp.Not(this=among(text, UNKNOWN_TEXTS))
            value = self._meant(fact, taken, words, chosen(is_known, others))
            return replace(cell, value=value, given=exp.false())
        given = exp.and_(exp.Not(this=among(text, words)), cell.given, copy=False)
        return replace(cell, value=self._meant(fact, taken, words, cell.value), given=given)


def _each(words: Mapping[str, Expression]) -> list[Expression]:
    """A case for each of some words."""
    return [exp.If(this=literal(word), true=words[word].copy()) for word in sorted(words)]
