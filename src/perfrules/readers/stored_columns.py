"""A column of a table in a database, in SQL: what is stored of a fact, or what is wrong with a value.

Values are read as every other reader reads them; of texts, what only files can spoil is not looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import reduce
from itertools import chain

from sqlglot import exp

from perfrules.core.problem import Problem, Value, Words
from perfrules.core.values import KIND_WORDS, NO, UNKNOWN_TEXTS, YES, Stored, Unfit, read_value
from perfrules.core.values import said as said_value
from perfrules.core.vocabulary import Fact
from perfrules.engines.dialects import TEXT, WHOLE, Dialect, Expression, Types, called, cast, typed
from perfrules.readers.columns import NUMBERS, Column
from perfrules.readers.normal_form import MARKS, is_plain
from perfrules.readers.stored_values import among, chosen, decimal, known, literal, number, places_of, same

MARK = "\0"  # around the name of what is put into a message where it is said
BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace() and c != " ")  # and the usual one
SIDES = ("LEFT", "RIGHT")
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
class Reading:
    """How the columns of a table are read: in which dialect, how wide, and in which language what is wrong is said."""

    dialect: Dialect
    bits: int
    language: str

    @property
    def types(self) -> Types:
        """What the database calls its types."""
        return self.dialect.types

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
        return found if column is None or fact is None else self._worded(found, fact, column, taken)

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
        low, high = said_value(fact, least), said_value(fact, most)
        said = {"fact": fact.name, "value": taken}
        sides = (
            (exp.LT, least, Words(f"below {low}", f"低于 {low}")),
            (exp.GT, most, Words(f"above {high}", f"高于 {high}")),
        )
        cases = [
            exp.If(
                this=compared(this=taken.copy(), expression=number(bound / factor)),
                true=self.problem("PR603", where, side=side, hint="", **said),
            )
            for compared, bound, side in sides
        ]
        wrong = exp.Case(ifs=cases, default=self.problem("PR604", where, places=str(fact.places), **said))
        given = exp.and_(known(taken), self._is_exact(taken, factor), copy=False)
        held = self.types.said(raw.copy())
        no_number = self.problem("PR602", where, fact=fact.name, value=held, expected=KIND_WORDS[fact.kind])
        binary = exp.If(this=among(held, self.types.floats), true=self._binary(raw, where))
        mistyped = chosen(exp.Not(this=self._is_exact(raw, factor)), exp.Case(ifs=[binary], default=no_number))
        return Cell(raw, chosen(within, value), given, wrong, mistyped)

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
        wrong = self.problem("PR614", where, fact=fact.name, value=taken, day="2023-12-31")
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
        return Cell(self.text(raw), meant, given, wrong, binary, self._unformed(taken, where))

    def _meant(
        self, fact: Fact, taken: Expression, words: Mapping[str, Expression], others: Expression = None
    ) -> Expression:
        """What something taken means that is one of some words: as it stands, else without blanks around it."""
        text, ifs = self.text(taken), [exp.If(this=literal(word), true=words[word].copy()) for word in sorted(words)]
        if not words:
            return others
        if fact.kind in WORDED:
            others = exp.Case(this=self._cut(text), ifs=[one.copy() for one in ifs], default=others)
        return exp.Case(this=text, ifs=ifs, default=others)

    def _plain(self, raw: Expression) -> Expression:
        """A text without blanks around it, in one form of Unicode. Most have no blanks: a database takes longer to cut
        than to look."""
        text = self.text(raw)
        ends = (called(side, text.copy(), exp.Literal.number(1)) for side in SIDES)
        blank = exp.or_(*(exp.In(this=end, expressions=[*self._blanks()]) for end in ends), copy=False)
        return exp.Case(ifs=[exp.If(this=blank, true=self._cut(text))], default=self._formed(text))

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

    def _worded(self, cell: Cell, fact: Fact, column: Column, taken: Expression) -> Cell:
        """A column of which a mapping says what its words mean."""
        words = {theirs: self.stored(read_value(fact, ours)) for theirs, ours in column.words.items()}
        words |= {theirs: exp.null() for theirs in column.unknown}
        if not words and not column.others:
            return cell
        text = self._cut(taken) if fact.kind in WORDED else self.text(taken)
        if column.others:
            others = self.stored(read_value(fact, column.others))
            is_known = exp.Not(this=among(text, UNKNOWN_TEXTS))
            value = self._meant(fact, taken, words, chosen(is_known, others))
            return replace(cell, value=value, given=exp.false())
        given = exp.and_(exp.Not(this=among(text, words)), cell.given, copy=False)
        return replace(cell, value=self._meant(fact, taken, words, cell.value), given=given)
