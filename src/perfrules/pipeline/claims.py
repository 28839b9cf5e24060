"""The claims of a run, read from the plan's columns: a claim of the program on a row of its kind is a whole number."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from perfrules.core.sequence import Lazy
from perfrules.core.vocabulary import MONEY_EFFECTS
from perfrules.engines.record import Cell, Columns
from perfrules.language.builder import table_name
from perfrules.language.rails import Condition, Rational, Word
from perfrules.language.scalars import Column, Known, Literal, Scalar
from perfrules.language.subject import Value
from perfrules.pipeline.balances import part_said
from perfrules.pipeline.drafts import Claim
from perfrules.pipeline.ledger import claim_column
from perfrules.pipeline.ruling import Result
from perfrules.pipeline.states import CLAIMS, MOVING, STATES

States = Sequence[Cell]  # of one claim, by row of its kind: an index into STATES, 0 where it is not made


@dataclass(frozen=True, slots=True)
class MadeClaim:
    """What a rule claims of or for a subject: how much, in which year, and what became of it.

    `amount` is in whole minor units, None where it is not known; `number` is the claim's in its program. `owner`
    is whose account it is on, `kind/id`: the subject, or one to which it belongs (empty where that is unknown);
    `part` that of its pool (None where that is unknown); `value` that of a figure, where it is known.
    """

    number: int
    kind: str
    id: str
    rule: str
    action: str
    account: str
    period: int
    amount: int | None
    state: str
    pool: str
    word: str
    owner: str = ""
    part: str | None = ""
    value: Value | None = None

    @property
    def subject(self) -> str:
        """`kind/id`."""
        return f"{self.kind}/{self.id}"


def in_order(ids: Sequence[Cell]) -> Sequence[int]:
    """The rows of a table by id: usually as they are."""
    texts = [str(i) for i in ids]
    if all(one <= two for one, two in pairwise(texts)):
        return range(len(texts))
    return sorted(range(len(texts)), key=texts.__getitem__)


class Claims:
    """Every claim that was made or waits. Its key is its row times the number of claims, plus its own number."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.program = result.program
        self.count = max(len(self.program.claims), 1)
        self.table: Columns = result.tables.get(CLAIMS) or {}

    def ids(self, kind: str) -> Sequence[Cell]:
        """The ids of a kind, by row."""
        return self.result.tables[table_name(kind)]["id"]

    @cached_property
    def rows(self) -> Mapping[str, Mapping[Cell, int]]:
        """The row of each subject, by kind and id: engines give rows in any order."""
        return {kind: {subject: row for row, subject in enumerate(self.ids(kind))} for kind in self.by_kind}

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[Claim, ...]]:
        """The program's claims of each kind, by rule, action and number."""
        found: dict[str, list[Claim]] = {}
        for claim in sorted(self.program.claims, key=lambda c: (c.judged.rule.name, c.clause.action.name, c.number)):
            found.setdefault(claim.judged.rule.kind, []).append(claim)
        return {kind: tuple(claims) for kind, claims in sorted(found.items())}

    @cached_property
    def states(self) -> Sequence[States]:
        """What became of each claim, by number and row."""
        final = self.table.get("final state", ())
        found: list[States] = []
        for claim in self.program.claims:
            places = self.places.get(claim.number)
            if places is None:
                found.append(self.met_states(claim))
            else:
                found.append(bytes(0 if p < 0 else int(final[p] or 0) for p in places))
        return found

    def first_states(self, claim: Claim) -> States:
        """The states of a claim before it meets others."""
        return self.result.tables[table_name(claim.judged.rule.kind)][claim_column(claim, "state")]

    def met_states(self, claim: Claim) -> States:
        """The states of a status, a notice or a label, when it met others."""
        met = self.result.tables[table_name(claim.judged.rule.kind)].get(claim_column(claim, "met"))
        return self.first_states(claim) if met is None else met

    @cached_property
    def places(self) -> Mapping[int, array[int]]:
        """For each claim on money, by row of its kind, the row in the table of claims; -1 where there is none."""
        rows: dict[Cell, dict[Cell, int]] = {}  # by number and id, as `rows`
        stacked = zip(self.table.get("number", ()), self.table.get("id", ()), strict=True)
        for place, (number, subject) in enumerate(stacked):
            rows.setdefault(number, {})[subject] = place
        found: dict[int, array[int]] = {}
        for claim in self.program.claims:
            if claim.clause.action.effect in MONEY_EFFECTS:
                made = zip(self.ids(claim.judged.rule.kind), self.first_states(claim), strict=True)
                of = rows.get(claim.number, {})
                found[claim.number] = array("q", [of[subject] if state else -1 for subject, state in made])
        return found

    def amount(self, row: int, number: int) -> int | None:
        """The amount of a claim on money in minor units; None where it is not known."""
        place = self.places[number][row]
        amount = self.table["final amount"][place]
        assert isinstance(amount, int)
        if self.states[number][row] in MOVING:
            return amount
        return None if amount == 0 or self.program.claims[number].weight is not None else amount

    def whose(self, row: int, number: int) -> tuple[str, str | None]:
        """Whose account a claim on money is on, and the part of its pool."""
        claim, place = self.program.claims[number], self.places[number][row]
        owner = self.table["owner"][place]
        cells = (self.table[name][place] for name in ("jurisdiction", "part", "part number", "part known"))
        part = part_said(self.program, claim.clause.pool, *cells) if claim.clause.pool else ""
        return f"{claim.owner_kind}/{owner}" if owner else "", part

    @cached_property
    def keys(self) -> array[int]:
        """Every claim that was made or waits, by kind, id, rule, action and number."""
        found = array("q")
        for kind, claims in self.by_kind.items():
            columns = [(claim.number, self.states[claim.number]) for claim in claims]
            for row in in_order(self.ids(kind)):
                first = row * self.count
                found.extend([first + number for number, states in columns if states[row]])
        return found

    def select(self, numbers: Collection[int], *states: int) -> Iterator[int]:
        """The keys of some claims of the program in some states, in order."""
        for key in self.keys:
            row, number = divmod(key, self.count)
            if number in numbers and self.states[number][row] in states:
                yield key

    def of(self, kind: str, rows: Iterable[int]) -> list[MadeClaim]:
        """The claims of some rows of a kind."""
        claims = self.by_kind.get(kind, ())
        return [
            self.made(row * self.count + c.number) for row in rows for c in claims if self.states[c.number][row]
        ]  # fmt: skip

    def made(self, key: int) -> MadeClaim:
        """The claim with a key."""
        row, number = divmod(key, self.count)
        claim = self.program.claims[number]
        rule, clause = claim.judged.rule, claim.clause
        on_money = number in self.places
        amount = self.amount(row, number) if on_money else None
        owner, part = self.whose(row, number) if on_money else ("", "")
        word, value = clause.word, self.figure(row, claim)
        if clause.words:
            word, value = str(value or ""), None
        return MadeClaim(
            number, rule.kind, str(self.ids(rule.kind)[row]), rule.name, clause.action.name, clause.account,
            self.result.period + clause.offset, amount, STATES[int(self.states[number][row] or 0)], clause.pool,
            word, owner, part, value,
        )  # fmt: skip

    def figure(self, row: int, claim: Claim) -> Value | None:
        """The value that a label says, in major units; None where it is unknown."""
        table = self.result.tables[table_name(claim.judged.rule.kind)]

        def cell(scalar: Scalar) -> Cell:
            match scalar:
                case Literal(value):
                    return value
                case Known(name):
                    return int(table[name][row] is not None)
            assert isinstance(scalar, Column)  # a bound value has nothing else
            return table[scalar.name][row]

        match claim.figure:
            case Rational(scale, low, den, known):
                return scale * Fraction(int(cell(low) or 0), int(cell(den) or 0)) if cell(known) else None
            case Condition(holds, fails):
                return bool(cell(holds)) if cell(holds) or cell(fails) else None
            case Word(text, known):
                return str(cell(text)) if cell(known) else None
        return None

    @cached_property
    def all(self) -> Sequence[MadeClaim]:
        """All of them, each made when it is asked for."""
        return Lazy(self.keys, self.made)
