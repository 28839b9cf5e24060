"""The plan: what engines execute. Closed, plain data: eight kinds of steps over named columns, in strata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from perfrules.language.scalars import Scalar


def loaded(asked: str) -> str:
    """The column that says whether what is asked for was loaded: a kind, or `every <kind>`."""
    return f"{asked} loaded"


@dataclass(frozen=True, slots=True)
class Read:
    """A table of the subjects of a kind, `offset` years from the judged period; with `years` also of every
    period before that one.

    Columns: `id`, `parent` (the parent's id) and `period`; a column for each fact; for each word in
    `asked` a truth value (`loaded`).
    """

    table: str
    kind: str
    offset: int
    facts: tuple[str, ...]
    asked: tuple[str, ...] = ()
    years: bool = False


@dataclass(frozen=True, slots=True)
class Derive:
    """A new column, computed row by row."""

    table: str
    column: str
    scalar: Scalar


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a table where a condition is true, as rows of a stack."""

    source: str
    where: Scalar
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """A new table: rows chosen (filtered) from other tables, one below the other."""

    table: str
    columns: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """New columns from at most one row of another table; unknown where there is none."""

    table: str
    source: str
    on: tuple[tuple[str, str], ...]  # own column, column of the source; the latter are unique together
    columns: tuple[tuple[str, str], ...]  # new column, column of the source


@dataclass(frozen=True, slots=True)
class Group:
    """A new table with a row for each combination of keys; measures are `sum`, `min` or `max` of a column."""

    table: str
    source: str
    keys: tuple[str, ...]
    measures: tuple[tuple[str, str, str], ...]  # new column, function, column of the source


@dataclass(frozen=True, slots=True)
class Rank:
    """A new column: 1 for the first row within each partition, 2 for the next; `order` breaks every tie."""

    table: str
    column: str
    partition: tuple[str, ...]
    order: tuple[tuple[str, bool], ...]  # column, whether descending


@dataclass(frozen=True, slots=True)
class RunningSum:
    """A new column: the sum of another over the rows of the partition up to this one; `order` breaks every tie."""

    table: str
    column: str
    of: str
    partition: tuple[str, ...]
    order: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Require:
    """Stops the run with a problem that names the first row where a condition is not true."""

    table: str
    scalar: Scalar
    code: str
    about: str


Step = Read | Derive | Stack | Join | Group | Rank | RunningSum | Require


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Plan:
    """Strata of steps, in an order in which each reads only what is there; how wide whole numbers must be.

    `bounds`: by table and column, between which whole numbers a column lies, with 0 where it may not be known.
    `greatest`: the size that any term can reach, where that is known.
    """

    strata: tuple[tuple[Step, ...], ...]
    bits: int = 64
    bounds: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict, compare=False, repr=False)
    greatest: int = field(default=0, compare=False, repr=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in order."""
        return tuple(step for stratum in self.strata for step in stratum)
