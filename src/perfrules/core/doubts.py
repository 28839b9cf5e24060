"""Doubts: values that can be read, but are hardly what was meant. They are said, and nothing is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from perfrules.core.problem import Problem, Value, Words
from perfrules.core.values import said
from perfrules.core.vocabulary import Fact, Vocabulary

if TYPE_CHECKING:
    from perfrules.core.facts import Table

HUGE = 10  # a ratio as great as 1000% is more likely a percentage without its sign


def doubts(vocabulary: Vocabulary, tables: Mapping[tuple[str, int], Table]) -> Iterator[Problem]:
    """For each fact of a kind in a period, its first ratio that looks like a percentage: 85 is read as 8500%.

    Where a vocabulary says how great a ratio may be, such values are refused when they are read.
    """
    for (kind, _), table in sorted(tables.items()):
        for fact in vocabulary.kinds[kind].columns.values():
            if fact.kind == "ratio" and fact.most is None:
                yield from _percentages(fact, kind, table)


def _percentages(fact: Fact, kind: str, table: Table) -> Iterator[Problem]:
    values = table.columns[fact.name]
    found = [row for row, value in enumerate(values) if isinstance(value, int) and value >= HUGE * 10**fact.places]
    if found:
        value, count = values[found[0]], len(found) - 1
        assert isinstance(value, int)
        more = Words(f" ({count} more like it)", f"（另有 {count} 个类似数值）") if count else Words("", "")
        shown: dict[str, Value] = {"fact": fact.name, "value": said(fact, value), "more": more}
        shown["meant"] = said(fact, value // 100)
        yield Problem("PR647", where=f"{kind}/{table.ids[found[0]]}, {fact.name}", values=shown)
