"""Every rule's verdict on every subject in its scope, read from the plan's columns by a key."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from perfrules.core.sequence import Lazy
from perfrules.language.subject import Reason
from perfrules.pipeline.claims import States, in_order
from perfrules.pipeline.needs import claim_needs, needs
from perfrules.pipeline.program import Judged
from perfrules.pipeline.ruling import DOES_NOT_HOLD, HOLDS, NOT_APPLICABLE, UNDECIDED, Result, verdicts
from perfrules.pipeline.statement import Ruling, Statement
from perfrules.pipeline.states import WAITING

WORDS = (NOT_APPLICABLE, HOLDS, DOES_NOT_HOLD, UNDECIDED)
OPEN = WORDS.index(UNDECIDED)
NEEDS_MAX = 10_000  # of which the reasons are kept


@dataclass(frozen=True, slots=True)
class RuleColumn:
    """A rule's verdicts by row of its kind, as indices into WORDS, and the columns of its claims."""

    judged: Judged
    verdicts: bytes
    claims: tuple[tuple[int, States], ...]
    kind: str

    def is_open(self, row: int) -> bool:
        """Whether a ruling is undecided, or a claim of it waits."""
        if self.verdicts[row] == OPEN:
            return True
        for _, states in self.claims:  # noqa: SIM110 - several times faster than `any`, for millions of rulings
            if states[row] == WAITING:
                return True
        return False


def codes(result: Result, judged: Judged) -> bytes:
    """A rule's verdicts by row of its kind, as indices into WORDS."""
    code = {word: n for n, word in enumerate(WORDS)}
    return bytes([code[word] for _, word in verdicts(result, judged)])


class Verdicts:
    """The rulings of a run. A ruling's key is its row times the number of rules, plus its rule's own number."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.result = statement.result
        self.needs = lru_cache(NEEDS_MAX)(self._needs)

    def __reduce__(self) -> tuple[type[Verdicts], tuple[Statement]]:
        """A copy is made anew, with needs of its own to keep."""
        return Verdicts, (self.statement,)

    @cached_property
    def columns(self) -> tuple[RuleColumn, ...]:
        """The rules by kind and name."""
        made = self.statement.made
        found = []
        for judged in sorted(self.result.program.judged, key=lambda j: (f"{j.rule.kind}/", j.rule.name)):
            own = [c for c in made.by_kind.get(judged.rule.kind, ()) if c.judged.rule.name == judged.rule.name]
            claims = tuple((c.number, made.states[c.number]) for c in own)
            found.append(RuleColumn(judged, codes(self.result, judged), claims, judged.rule.kind))
        return tuple(found)

    @cached_property
    def keys(self) -> array[int]:
        """Every ruling, by subject and rule."""
        found = array("q")
        count = len(self.columns)
        for kind in dict.fromkeys(c.kind for c in self.columns):
            own = [(n, c.verdicts) for n, c in enumerate(self.columns) if c.kind == kind]
            for row in in_order(self.statement.made.ids(kind)):
                found.extend([row * count + n for n, said in own if said[row]])
        return found

    def at(self, key: int) -> tuple[int, RuleColumn]:
        """Row and rule of a key."""
        row, number = divmod(key, len(self.columns))
        return row, self.columns[number]

    def subject(self, key: int) -> str:
        """Whom a ruling is about, as `kind/id`."""
        row, column = self.at(key)
        return f"{column.kind}/{self.statement.made.ids(column.kind)[row]}"

    @property
    def open(self) -> Iterator[Ruling]:
        """The rulings that may wait for something."""
        for key in self.keys:
            row, column = self.at(key)
            if column.is_open(row):
                yield self.ruling(key)

    def ruling(self, key: int) -> Ruling:
        """The ruling with a key."""
        row, column = self.at(key)
        made = self.statement.made
        claims = tuple(made.made(row * made.count + n) for n, states in column.claims if states[row])
        word = WORDS[column.verdicts[row]]
        wanted = self.needs(key) if column.is_open(row) else ()
        return Ruling(self.subject(key), self.result.period, column.judged.rule.name, word, wanted, claims)

    def _needs(self, key: int) -> tuple[Reason, ...]:
        row, column = self.at(key)
        name = self.subject(key).partition("/")[2]
        wanted = set(needs(self.result, column.judged, name)) if WORDS[column.verdicts[row]] == UNDECIDED else set()
        for number, states in column.claims:
            if states[row] == WAITING:
                wanted |= set(claim_needs(self.result, self.result.program.claims[number], name))
        return tuple(sorted(wanted))

    @cached_property
    def all(self) -> Sequence[Ruling]:
        """All rulings, each made when it is asked for."""
        return Lazy(self.keys, self.ruling)
