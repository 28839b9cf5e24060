"""Facts as lazy frames of Polars: what the columnar engine reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import polars as pl

from perfrules.core.facts import Facts
from perfrules.core.table import Table
from perfrules.core.vocabulary import Fact, Vocabulary
from perfrules.engines.columns import TEXT, TRUTH, WHOLE


class Frames(Protocol):
    """Facts as frames: `id`, `parent`, `period` and a column for each fact, in whole numbers; null is unknown."""

    @property
    def vocabulary(self) -> Vocabulary:
        """What kinds and facts there are."""

    @property
    def periods(self) -> Sequence[int]:
        """All periods for which there are facts, in order."""

    def frame(self, kind: str, period: int) -> pl.LazyFrame:
        """The subjects of a kind in a period."""

    def complete(self, kind: str) -> frozenset[str]:
        """The facts of a kind that are known of every subject."""

    def is_loaded(self, word: str, period: int) -> bool:
        """Whether a kind was given for a period, perhaps without rows."""


def stored(fact: Fact) -> pl.DataType:
    """How the values of a fact are kept."""
    if fact.kind == "flag":
        return TRUTH
    return TEXT if fact.is_text else WHOLE


class Held:
    """Facts in memory, as frames."""

    def __init__(self, facts: Facts) -> None:
        self.held = facts
        self.vocabulary = facts.vocabulary
        self.periods = facts.periods
        self.is_loaded = facts.is_loaded

    def complete(self, kind: str) -> frozenset[str]:
        """None that is surely known."""
        return frozenset()

    def frame(self, kind: str, period: int) -> pl.LazyFrame:
        """The subjects of a kind in a period."""
        subject = self.vocabulary.kinds.get(kind)
        return framed(self.held.table(kind, period), period, subject.columns if subject else {})


def framed(table: Table, period: int, facts: Mapping[str, Fact]) -> pl.LazyFrame:
    """A table of a period as a frame."""
    head = [pl.Series("id", table.ids, TEXT), pl.Series("parent", table.parents, TEXT)]
    cells = [_series(name, values, facts.get(name)) for name, values in table.columns.items()]
    return pl.DataFrame([*head, *cells]).with_columns(pl.lit(period, WHOLE).alias("period")).lazy()


def _series(name: str, values: Sequence[object], fact: Fact | None) -> pl.Series:
    if fact is None:  # of the table of decisions
        return pl.Series(name, values, TEXT if any(isinstance(value, str) for value in values) else WHOLE)
    column = pl.Series(name, values, WHOLE if stored(fact) == TRUTH else stored(fact))
    return column.cast(stored(fact))
