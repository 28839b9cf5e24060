"""A column of a table in a database, in SQL: what is stored of a fact, or what is wrong with a value.

Values are read as every other reader reads them; of texts, what only files can spoil is not looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import chain

from sqlglot import exp

from perfrules.core.days import read_day
from perfrules.core.problem import Problem, Value, Words
from perfrules.core.values import KIND_WORDS, NO, UNKNOWN_TEXTS, YES, Stored, Unfit, read_value
from perfrules.core.values import said as said_value
from perfrules.core.vocabulary import Fact
from perfrules.engines.dialects import WHOLE, Expression, cast, typed
from perfrules.readers.columns import NUMBERS, Column, written
from perfrules.readers.normal_form import MARKS, is_plain
from perfrules.readers.stored_texts import Texts
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

MARK = "\0"  # around the name of what is put into a message where it is said
WORDED = ("flag", "choice")  # kinds of facts that are one of some words
FIRST_DAY = "0001-01-01"  # day 1
EXACT = Words("cast it: `CAST(… AS NUMERIC(18, 2))`", "请转换：`CAST(… AS NUMERIC(18, 2))`")


@dataclass(frozen=True)
class Cell:
    """A column as it is read: what is taken from the table; from that the value, null where it is unknown or can't be
    read, whether something is given that must have a value, and what is said where it has none; what is said where the
    column's type can't be read, else null; whether it is a text that may have another form of Unicode, which the
    database can't give it, and what is said then."""

    taken: Expression
    value: Expression
    given: Expression
    wrong: Expression
    mistyped: Expression
    unformed: tuple[Expression, Expression] | None = None


@dataclass(frozen=True)
class Reading(Texts):
    """How the columns of a table are read: in which dialect, how wide, and in which language what is wrong is said."""

    bits: int
    language: str

    @property
    def whole(self) -> Expression:
        """The type of whole numbers."""
        return self.dialect.type_of(WHOLE, self.bits)

    def cell(self, fact: Fact | None, column: Column | None, raw: Expression, taken: Expression, where: str) -> Cell:
        """A column `raw` of the table `where` with a fact, or with ids, that is called `taken` afterwards; `column` is
        what a mapping says of it. Raises `Unfit` where a word of the mapping is none of the fact's."""
        place = f"{where}.{raw.name}"
        if fact is None or fact.kind not in (*NUMBERS, "date"):
            found = self._text(fact, raw, taken, place)
        elif fact.kind == "date":
            found = self._day(fact, raw, taken, place)
        else:
            source = column.fact if column is not None and column.fact is not None else fact
            found = self._number(source, raw, taken, place)
        if found.unformed is not None:
            words = [] if column is None else [*column.words, *column.unknown]
            self._check_words(words if fact is None else [*fact.choices, *words])
        return found if column is None else self._worded(found, fact, column, taken)

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
        message = pieces[0]
        for piece in pieces[1:]:
            message = exp.DPipe(this=message, expression=piece)
        return message

    def stored(self, value: Stored | None) -> Expression:
        """What is stored, with its type."""
        if isinstance(value, str):
            return literal(value)
        return cast(exp.null() if value is None else exp.Literal.number(value), self.whole)

    # kinds

    def _number(self, fact: Fact, raw: Expression, taken: Expression, where: str) -> Cell:
        """A number in the units of its fact; beyond its bounds nothing is multiplied, which could be too large."""
        factor = Fraction(fact.measure * 10**fact.places)
        (least, most), half = fact.bounds, int(fact.rounded)
        units = taken.copy() if factor == 1 else exp.Mul(this=taken.copy(), expression=decimal(factor))
        if fact.rounded:
            rounded = self.types.rounded(units, 0)
            value = chosen(exp.Between(this=rounded, low=number(least), high=number(most)), cast(rounded, self.whole))
        else:
            value = chosen(same(self.types.rounded(taken.copy(), places_of(factor)), taken), cast(units, self.whole))
        within = exp.Between(
            this=taken.copy(), low=number((least - half) / factor), high=number((most + half) / factor)
        )
        said = {"fact": fact.name, "value": taken}
        beyond = self._beyond(fact, where, taken, number(least / factor), number(most / factor))
        wrong = exp.Case(ifs=beyond, default=self.problem("PR604", where, places=str(fact.places), **said))
        given = exp.and_(known(taken), self._is_exact(taken, factor), copy=False)
        held = self.types.said(raw.copy())
        no_number = self.problem("PR602", where, fact=fact.name, value=held, expected=KIND_WORDS[fact.kind])
        binary = exp.If(this=among(held, self.types.floats), true=self._binary(raw, where))
        mistyped = chosen(exp.Not(this=self._is_exact(raw, factor)), exp.Case(ifs=[binary], default=no_number))
        return Cell(raw, chosen(within, value), given, wrong, mistyped)

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

    def _is_exact(self, number: Expression, factor: Fraction) -> Expression:
        """Whether a number is a whole one or a decimal, which is then a decimal in other units, too."""
        product = exp.Mul(this=number.copy(), expression=decimal(factor))
        return exp.Like(this=self.types.said(product), expression=literal(f"{self.types.decimals}%"))

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
        held = self.types.said(raw.copy())
        no_day = self.problem("PR602", where, fact=fact.name, value=held, expected=KIND_WORDS["date"])
        mistyped = chosen(exp.Not(this=among(held, self.types.days)), no_day)
        return Cell(raw, value, known(taken), wrong, mistyped)

    def _text(self, fact: Fact | None, raw: Expression, taken: Expression, where: str) -> Cell:
        """A text without blanks around it, in one form of Unicode; some words stand for what is not known."""
        binary = self.binary(raw, where)
        if fact is None or fact.kind not in WORDED:
            is_known = exp.Not(this=among(taken, UNKNOWN_TEXTS))
            plain = self._plain(raw)
            return Cell(
                plain,
                chosen(is_known, taken.copy()),
                exp.false(),
                exp.null(),
                exp.func("COALESCE", binary, self._no_text(fact, raw, where)),
                self._unformed(taken, where),
            )
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
        return Cell(self._compared(raw), meant, given, wrong, binary, self._unformed(taken, where))

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

    def _no_text(self, fact: Fact | None, raw: Expression, where: str) -> Expression:
        """What is said of a column of a type whose values are no texts: what they look like as texts depends on the
        database, and on its settings. Ids may be whole numbers."""
        held, is_text = self.types.said(raw.copy()), self.types.is_text(raw.copy())
        fits = is_text if fact is not None else exp.or_(is_text, among(held, self.types.wholes), copy=False)
        named = raw.name if fact is None else fact.name
        said = self.problem("PR602", where, fact=named, value=held, expected=KIND_WORDS["text"])
        return chosen(exp.Not(this=exp.paren(fits)), said)

    def binary(self, raw: Expression, where: str) -> Expression:
        """What is said of a column of binary fractions, null where it is none."""
        return chosen(among(self.types.said(raw.copy()), self.types.floats), self._binary(raw, where))

    def _binary(self, raw: Expression, where: str) -> Expression:
        return self.problem("PR644", where, column=raw.name, hint=EXACT)

    def year(self, column: Column | None, raw: Expression, taken: Expression, where: str) -> Cell:
        """A column of periods: years of four digits, or what a mapping says that its words mean."""
        text = exp.Trim(this=self.text(raw), expression=self.blanks())
        words = self._words(None, column)
        said = exp.Case(this=text.copy(), ifs=_each(words), default=text) if words else text
        year = chosen(is_year(taken), cast(taken.copy(), self.whole))
        none = exp.If(this=exp.or_(unknown(taken), among(taken, [""]), copy=False), true=self.problem("PR611", where))
        wrong = exp.Case(ifs=[none], default=self.problem("PR612", where, value=taken))
        return Cell(said, year, exp.true(), wrong, self.binary(raw, where))

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
