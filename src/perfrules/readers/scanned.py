"""Facts that stay in columns: Parquet and CSV files, Arrow tables and dataframes, read as they stream by.

Nothing is copied into rows. Every value is read exactly as from any other table, or refused by column and row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from perfrules.core.facts import EVERY
from perfrules.core.problem import Findings, Problem
from perfrules.core.vocabulary import Vocabulary
from perfrules.readers.columns import Layout
from perfrules.readers.parts import parts_of, place_of, readable
from perfrules.readers.scanned_part import ScannedPart
from perfrules.readers.scanned_table import ScannedTable, empty


@dataclass(frozen=True)
class Scanned:
    """Facts as frames, by kind: `id`, `parent`, `period` and a column for each fact; null is unknown."""

    vocabulary: Vocabulary
    frames: Mapping[str, pl.LazyFrame]
    known: Mapping[str, frozenset[str]]  # by kind, the facts that are known of every subject
    periods: tuple[int, ...]
    notices: tuple[Problem, ...] = ()  # what is noted of them, and was not refused
    names: tuple[str, ...] = ()  # what the tables are called that they are read from

    def frame(self, kind: str, period: int) -> pl.LazyFrame:
        """The subjects of a kind in a period."""
        found = self.frames.get(kind)
        if found is None:
            return empty(self.vocabulary.kinds[kind])
        return found if self.periods == (period,) else found.filter(pl.col("period") == period)

    def complete(self, kind: str) -> frozenset[str]:
        """The facts of a kind that are known of every subject."""
        return self.known.get(kind, frozenset())

    def is_loaded(self, word: str, period: int) -> bool:
        """Whether a kind was given, perhaps without rows."""
        return word.removeprefix(EVERY) in self.frames

    def __repr__(self) -> str:
        return f"<Scanned {', '.join(sorted(self.frames)) or 'none'} {', '.join(map(str, self.periods))}>"


def scan(tables: Mapping[str, object], layout: Layout, period: int | None, ids: bool, findings: Findings) -> Scanned:
    """Facts from a table for each kind, by its name or title; `period` is that of rows without one. Raises `Refused`.

    `ids`: whether it is looked at that none stands twice, which needs memory where they are not in order.
    """
    parts: dict[str, list[ScannedPart]] = {}
    vocabulary = layout.vocabulary
    for word, given in tables.items():
        kind = layout.kind_of(str(word), place_of(str(word), given), findings)
        if kind is not None:
            found = parts.setdefault(kind, [])
            for part in parts_of(str(word), given, findings):
                one = ScannedPart(vocabulary.kinds[kind], layout, part, period, findings)
                with readable(part.name, findings):
                    if one.header():
                        found.append(one)
    read = {kind: ScannedTable(vocabulary.kinds[kind], found, findings) for kind, found in parts.items()}
    for table in read.values():
        table.check(ids)
    if not findings.errors:
        for table in read.values():
            above = read.get(table.kind.belongs_to)
            if above is not None:
                table.check_parents(above)
    findings.refuse()
    notices = (*findings.problems, *(doubt for table in read.values() for doubt in table.doubts()))
    periods = sorted({p for table in read.values() for p in table.periods})
    frames, known = {k: t.frame() for k, t in read.items()}, {k: t.known for k, t in read.items()}
    names = tuple(part.part.name for found in parts.values() for part in found)
    return Scanned(vocabulary, frames, known, tuple(periods), notices, names)
