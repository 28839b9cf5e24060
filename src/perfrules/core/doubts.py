"""Doubts: values that can be read, but are hardly what was meant. They are said, and nothing is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from perfrules.core.problem import Problem, Value, Words
from perfrules.core.table import Table
from perfrules.core.values import said
from perfrules.core.vocabulary import Fact, Vocabulary

HUGE = 10  # a ratio as great as 1000% is more likely a percentage without its sign


def doubts(vocabulary: Vocabulary, tables: Mapping[tuple[str, int], Table]) -> Iterator[Problem]:
    """For each fact of a kind in a period, its first ratio that looks like a percentage: 85 is read as 8500%.

    Where a vocabulary says how great a ratio may be, such values are refused when they are read.
    """
    for (kind, _), table in sorted(tables.items()):
        for fact in vocabulary.kinds[kind].columns.values():
            least = doubted_from(fact)
            if least is not None:
                yield from _percentages(fact, kind, table, least)


def doubted_from(fact: Fact) -> int | None:
    """From which value on a fact looks like a percentage; None where nothing does."""
    return HUGE * 10**fact.places if fact.kind == "ratio" and fact.most is None else None


def _percentages(fact: Fact, kind: str, table: Table, least: int) -> Iterator[Problem]:
    values = zip(table.ids, table.columns[fact.name], strict=True)
    found = [(subject, value) for subject, value in values if isinstance(value, int) and value >= least]
    if found:
        (subject, value), count = found[0], len(found) - 1
        yield doubt(fact, kind, subject, value, count)


def doubt(fact: Fact, kind: str, subject: str, value: int, count: int) -> Problem:
    """That a value looks like a percentage, and so many others."""
    more = Words(f" ({count} more like it)", f"（另有 {count} 个类似数值）") if count else Words("", "")
    shown: dict[str, Value] = {"fact": fact.name, "value": said(fact, value), "meant": said(fact, value // 100)}
    return Problem("PR647", where=f"{kind}/{subject}, {fact.name}", values=shown | {"more": more})
