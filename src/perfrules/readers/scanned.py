"""Facts that stay in columns: Parquet and CSV files, Arrow tables and dataframes, read as they stream by.

Nothing is copied into rows. Every value is read exactly as from any other table, or refused by column and row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from perfrules.core.facts import EVERY
from perfrules.core.problem import Findings
from perfrules.core.vocabulary import SubjectKind, Vocabulary
from perfrules.engines.columns import TEXT, WHOLE
from perfrules.engines.frames import stored
from perfrules.readers.columns import Layout
from perfrules.readers.scanned_table import ScannedTable


@dataclass(frozen=True)
class Scanned:
    """Facts as frames, by kind: `id`, `parent`, `period` and a column for each fact; null is unknown."""

    vocabulary: Vocabulary
    frames: Mapping[str, pl.LazyFrame]
    known: Mapping[str, frozenset[str]]  # by kind, the facts that are known of every subject
    periods: tuple[int, ...]

    def frame(self, kind: str, period: int) -> pl.LazyFrame:
        """The subjects of a kind in a period."""
        found = self.frames.get(kind)
        if found is None:
            return _empty(self.vocabulary.kinds[kind])
        return found if self.periods == (period,) else found.filter(pl.col("period") == period)

    def complete(self, kind: str) -> frozenset[str]:
        """The facts of a kind that are known of every subject."""
        return self.known.get(kind, frozenset())

    def is_loaded(self, word: str, period: int) -> bool:
        """Whether a kind was given, perhaps without rows."""
        return word.removeprefix(EVERY) in self.frames

    def __repr__(self) -> str:
        return f"<Scanned {', '.join(sorted(self.frames)) or 'none'} {', '.join(map(str, self.periods))}>"


def _empty(kind: SubjectKind) -> pl.LazyFrame:
    heads: dict[str, pl.DataType] = {"id": TEXT, "parent": TEXT, "period": WHOLE}
    return pl.LazyFrame(schema=heads | {name: stored(fact) for name, fact in kind.columns.items()})


def scan(tables: Mapping[str, object], layout: Layout, period: int | None, ids: bool, findings: Findings) -> Scanned:
    """Facts from a table for each kind, by its name or title; `period` is that of rows without one.

    `ids`: whether it is looked at that none stands twice, which needs memory where they are not in order.
    """
    read: dict[str, ScannedTable] = {}
    for word, given in tables.items():
        kind = layout.kind_of(str(word), str(word), findings)
        if kind is not None:
            table = ScannedTable(layout.vocabulary.kinds[kind], layout, source(given), period, findings)
            try:
                if table.header():
                    read[kind] = table
            except (OSError, pl.exceptions.PolarsError) as error:  # a file that is not there, or of another form
                findings.add("PR120", where=kind, path=_shown(given), reason=str(error).partition("\n")[0])
    for table in read.values():
        table.check(ids)
    if not findings.errors:
        for table in read.values():
            above = read.get(table.kind.belongs_to)
            if above is not None:
                table.check_parents(above)
    periods = sorted({p for table in read.values() for p in table.periods})
    frames = {kind: table.frame() for kind, table in read.items()}
    return Scanned(layout.vocabulary, frames, {k: frozenset(t.known) for k, t in read.items()}, tuple(periods))


def _shown(given: object) -> str:
    """The files of a table, as far as there are any."""
    return ", ".join(map(str, given if isinstance(given, (list, tuple)) else [given]))[:200]


def source(given: object) -> pl.LazyFrame:
    """A table as a lazy frame: a dataframe, anything that gives an Arrow stream, or the path of files."""
    if isinstance(given, pl.LazyFrame):
        return given
    if isinstance(given, pl.DataFrame):
        return given.lazy()
    if isinstance(given, (str, Path)):
        return _scanned([given])
    if isinstance(given, (list, tuple)):
        if all(isinstance(one, (str, Path)) for one in given):
            return _scanned(given)
        return pl.concat([source(one) for one in given])
    return pl.DataFrame(given).lazy()  # type: ignore[arg-type]  # __arrow_c_stream__


def _scanned(paths: Sequence[str | Path]) -> pl.LazyFrame:
    if all(str(path).endswith(".csv") for path in paths):
        return pl.scan_csv([str(path) for path in paths], infer_schema=False, glob=True)
    return pl.scan_parquet([str(path) for path in paths], glob=True)
