"""Some of the facts that stay in columns, as rows in memory: all that a few subjects are judged by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from perfrules.core.facts import Facts, every
from perfrules.core.table import Table
from perfrules.core.vocabulary import SubjectKind
from perfrules.engines.columns import TRUTH, WHOLE
from perfrules.readers.scanned import Scanned


def held(facts: Scanned) -> Facts:
    """All the facts, in memory."""
    return _facts(facts, {kind: frame for kind, frame in facts.frames.items() if kind in facts.vocabulary.kinds})


def around(facts: Scanned, kind: str, ids: Iterable[str]) -> Facts:
    """The facts of some subjects of a kind, of what they belong to, and of all that belongs to that, in all periods."""
    kinds = facts.vocabulary.kinds
    family, above = {kind: set(ids)}, kinds[kind]
    while above.belongs_to:
        frame = facts.frames.get(above.name)
        if frame is None:
            parents = []
        else:
            parents = _own(frame, family[above.name]).select("parent").unique().collect()["parent"].to_list()
        family[above.belongs_to] = {parent for parent in parents if parent}
        above = kinds[above.belongs_to]
    return _facts(facts, dict(_below(facts, above, family)))


def _below(facts: Scanned, kind: SubjectKind, family: dict[str, set[str]]) -> Iterator[tuple[str, pl.LazyFrame]]:
    """The rows of a family, from a kind downwards."""
    own = family.setdefault(kind.name, set())
    frame = facts.frames.get(kind.name)
    if frame is not None:
        rows = _own(frame, own, family.get(kind.belongs_to, ())).collect()
        own.update(rows["id"])
        yield kind.name, rows.lazy()
    for child in facts.vocabulary.kinds.values():
        if child.belongs_to == kind.name:
            yield from _below(facts, child, family)


def _own(frame: pl.LazyFrame, ids: Iterable[str], parents: Iterable[str] = ()) -> pl.LazyFrame:
    return frame.filter(pl.col("id").is_in(sorted(ids)) | pl.col("parent").is_in(sorted(parents)))


def _facts(facts: Scanned, frames: Mapping[str, pl.LazyFrame]) -> Facts:
    tables = {}
    for kind, frame in frames.items():
        columns_of = facts.vocabulary.kinds[kind].columns
        rows = frame.with_columns(pl.col(TRUTH).cast(WHOLE)).collect().sort("id")
        for (period,), own in rows.partition_by("period", as_dict=True).items():
            columns = {name: own[name].to_list() for name in columns_of}
            tables[kind, period] = Table(own["id"].to_list(), own["parent"].to_list(), columns)
    given = frozenset(mark for kind in facts.frames for mark in (kind, every(kind)))
    return Facts(facts.vocabulary, tables, given)
