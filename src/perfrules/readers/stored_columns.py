"""A column of a table in a database, in SQL: what is stored of a fact, or what is wrong with a value.

Values are read as every other reader reads them; of texts, what only files can spoil is not looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from sqlglot import exp

from perfrules.core.money import UNITS, decimal_text
from perfrules.core.problem import Problem, Value, Words
from perfrules.core.values import EXPONENT_MAX, KIND_WORDS, NO, UNKNOWN_TEXTS, YES, Stored, read_value
from perfrules.core.values import said as said_value
from perfrules.core.vocabulary import Fact
from perfrules.engines.dialects import TEXT, WHOLE, Dialect, Expression, called, cast, typed
from perfrules.readers.columns import NUMBERS, Column

MARK = "\0"  # around the name of what is put into a message where it is said
BLANKS = " \t\n\r\u00a0\u3000"
FIRST_DAY = "0001-01-01"  # day 1
EXACT = Words("cast it: `CAST(… AS NUMERIC(18, 2))`", "请转换：`CAST(… AS NUMERIC(18, 2))`")
A_DAY = Words("cast it: `CAST(… AS DATE)`", "请转换：`CAST(… AS DATE)`")


@dataclass(frozen=True)
class Cell:
    """A column as it is read: its value, null where it is unknown or can't be read; whether something is given; whether
    the column's type can be read at all; and what is said where one of the two is not so."""

    value: Expression
    given: Expression
    fits: Expression
    wrong: Expression
    mistyped: Expression


@dataclass(frozen=True)
class Reading:
    """How the columns of a table are read: in which dialect, how wide, and in which language what is wrong is said."""

    dialect: Dialect
    bits: int
    language: str

    @property
    def whole(self) -> Expression:
        """The type of whole numbers."""
        return self.dialect.type_of(WHOLE, self.bits)

    def cell(self, fact: Fact, column: Column | None, raw: Expression, where: str) -> Cell:
        """A fact's column; `column` is what a mapping says of it, `where` the table. Raises `Unfit` where a word of the
        mapping is none of the fact's."""
        source = column.fact if column is not None and column.fact is not None else fact
        if fact.kind in NUMBERS:
            found = self._number(source, raw, where)
        elif fact.kind == "date":
            found = self._day(fact, raw, where)
        else:
            found = self._word(fact, raw, where)
        return found if column is None else self._worded(found, fact, column, raw)

    def name(self, raw: Expression, where: str) -> Cell:
        """A column of ids."""
        return self._text(raw, where)

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

    def text(self, value: Value | Expression) -> Expression:
        """A value as a text."""
        return cast(value.copy(), self.dialect.type_of(TEXT))  # type: ignore[union-attr]

    def stored(self, value: Stored | None) -> Expression:
        """What is stored, with its type."""
        if isinstance(value, str):
            return literal(value)
        return cast(exp.null() if value is None else exp.Literal.number(value), self.whole)

    # kinds

    def _number(self, fact: Fact, raw: Expression, where: str) -> Cell:
        """A number in the units of its fact; beyond its bounds nothing is multiplied, which could be too large."""
        unit = Fraction(UNITS[fact.unit]) if fact.kind == "money" else Fraction(1, 100 if fact.unit == "%" else 1)
        factor = unit * 10**fact.places
        (least, most), half = fact.bounds, int(fact.rounded)
        units = exp.Mul(this=raw.copy(), expression=decimal(factor))
        rounded = called("ROUND", units.copy())
        fits = exp.Between(this=rounded, low=number(least), high=number(most)) if half else _same(units, rounded)
        value = _chosen(_within(raw, (least - half) / factor, (most + half) / factor), _chosen(fits, cast(
            rounded.copy() if half else units.copy(), self.whole)))  # fmt: skip
        low, high = said_value(fact, least), said_value(fact, most)
        none, places = Words("", ""), str(fact.places)
        outside = [
            (exp.LT, least / factor, Words(f"below {low}", f"低于 {low}")),
            (exp.GT, most / factor, Words(f"above {high}", f"高于 {high}")),
        ]
        cases = [
            exp.If(
                this=compared(this=raw.copy(), expression=number(bound)),
                true=self._wrong("PR603", raw, where, fact=fact.name, side=side, hint=none),
            )
            for compared, bound, side in outside
        ]
        wrong = exp.Case(ifs=cases, default=self._wrong("PR604", raw, where, fact=fact.name, places=places))
        is_exact = exp.Like(this=self.dialect.type_said(units.copy()), expression=literal(self.dialect.decimals + "%"))
        return Cell(value, _given(raw), is_exact, wrong, self._mistyped("PR644", raw, where, EXACT))

    def _day(self, fact: Fact, raw: Expression, where: str) -> Cell:
        least, most = (cast(literal(date.fromordinal(day).isoformat()), typed("DATE")) for day in fact.bounds)
        day = cast(raw.copy(), typed("DATE"))
        since = exp.Sub(this=day, expression=cast(literal(FIRST_DAY), typed("DATE")))
        ordinal = cast(exp.paren(exp.Add(this=since, expression=exp.Literal.number(1))), self.whole)
        within = exp.Between(this=raw.copy(), low=least, high=most)
        value = _chosen(within, _chosen(_same(raw, day), ordinal))
        fits = exp.In(this=self.dialect.type_said(raw.copy()), expressions=[literal(t) for t in self.dialect.days])
        wrong = self._wrong("PR614", raw, where, fact=fact.name)
        return Cell(value, _given(raw), fits, wrong, self._mistyped("PR738", raw, where, A_DAY))

    def _word(self, fact: Fact, raw: Expression, where: str) -> Cell:
        found = self._text(raw, where)
        text, given = found.value, _given(found.value)
        if fact.kind == "flag":
            yes, no = (exp.If(this=among(text, words), true=self.stored(held)) for words, held in ((YES, 1), (NO, 0)))
            value = exp.Case(ifs=[yes, no])
            wrong = self._wrong("PR602", raw, where, fact=fact.name, expected=KIND_WORDS["flag"])
            return replace(found, value=value, given=given, wrong=wrong)
        if fact.choices:
            known = Words(f"it is one of {', '.join(fact.choices)}", f"可写：{'、'.join(fact.choices)}")
            wrong = self._wrong("PR613", raw, where, fact=fact.name, hint=known)
            return replace(found, value=_chosen(among(text, fact.choices), text.copy()), given=given, wrong=wrong)
        return found

    def _text(self, raw: Expression, where: str) -> Cell:
        """A text without blanks around it, in one form of Unicode; what stands for what is not known is null."""
        plain = called("TRIM", called(self.dialect.normal, self.text(raw)), blanks())
        value = exp.Case(ifs=[exp.If(this=among(plain, UNKNOWN_TEXTS), true=exp.null())], default=plain.copy())
        fits = exp.Not(this=among(self.dialect.type_said(raw.copy()), self.dialect.floats))
        return Cell(value, exp.false(), fits, exp.null(), self._mistyped("PR644", raw, where, EXACT))

    def _mistyped(self, code: str, raw: Expression, where: str, hint: Words) -> Expression:
        return self.problem(code, where, column=raw.name, hint=hint, type=self.dialect.type_said(raw.copy()))

    def _wrong(self, code: str, raw: Expression, where: str, **values: Value) -> Expression:
        return self.problem(code, f"{where}.{raw.name}", value=raw, **values)

    def _worded(self, cell: Cell, fact: Fact, column: Column, raw: Expression) -> Cell:
        """A column of which a mapping says what its words mean."""
        words = {theirs: self.stored(read_value(fact, ours)) for theirs, ours in column.words.items()}
        words |= {theirs: exp.null() for theirs in column.unknown}
        if not words and not column.others:
            return cell
        text = called("TRIM", self.text(raw), blanks())
        ifs = [exp.If(this=_same(text, literal(theirs)), true=said) for theirs, said in sorted(words.items(), key=str)]
        if column.others:
            others = exp.If(
                this=exp.Not(this=among(text, UNKNOWN_TEXTS)), true=self.stored(read_value(fact, column.others))
            )
            return replace(cell, value=exp.Case(ifs=[*ifs, others]), given=exp.false())
        other = exp.Not(this=among(text, words))
        given = exp.and_(exp.paren(cell.given), other, copy=False)
        return replace(cell, value=exp.Case(ifs=ifs, default=cell.value), given=given)


def literal(text: str) -> Expression:
    """A text."""
    return exp.Literal.string(text)


def number(value: Fraction | int) -> Expression:
    """A number that has finitely many decimals."""
    exact = Fraction(value)
    places = next(n for n in range(EXPONENT_MAX) if 10**n % exact.denominator == 0)
    return exp.Literal.number(decimal_text(int(exact * 10**places), places))


def decimal(value: Fraction) -> Expression:
    """A decimal number: what is multiplied by it is exact, however narrow its own type is."""
    text = str(number(value))
    whole, _, places = text.partition(".")
    return cast(number(value), typed(f"DECIMAL({len(whole) + len(places)}, {len(places)})"))


def among(text: Expression, words: Iterable[str]) -> Expression:
    """Whether a text is one of some words."""
    return exp.In(this=text.copy(), expressions=[literal(word) for word in sorted(words)])


def blanks() -> Expression:
    """What is cut off around a text."""
    found = literal(BLANKS[:1])
    for blank in BLANKS[1:]:
        found = exp.DPipe(this=found, expression=called("CHR", exp.Literal.number(ord(blank))))
    return found


def _given(value: Expression) -> Expression:
    return exp.Not(this=exp.Is(this=value.copy(), expression=exp.null()))


def _chosen(condition: Expression, then: Expression) -> Expression:
    """A value where a condition is true, else null."""
    return exp.Case(ifs=[exp.If(this=condition, true=then)])


def _same(one: Expression, other: Expression) -> Expression:
    return exp.EQ(this=one.copy(), expression=other.copy())


def _within(value: Expression, least: Fraction, most: Fraction) -> Expression:
    return exp.Between(this=value.copy(), low=number(least), high=number(most))
