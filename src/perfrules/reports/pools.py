"""Pools as rows of a table for people: what each had, gave and has left; what is not shown adds nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from perfrules.core.money import grouped
from perfrules.pipeline.balances import PoolStatement
from perfrules.reports.values import phrase

OPEN = "…"  # what is not known before a pool is settled
_ORDER = ("pool", "part", "year", "base", "taken", "takers", "shortfall", "given", "givers", "leftover")
_WORDS = ("pool", "part", "year")


def pool_rows(
    pools: Sequence[PoolStatement], own: Sequence[Mapping[str, str]], language: str
) -> tuple[list[list[str]], list[int]]:
    """The heads and a row for each pool, with cells of the caller's own as what it is called; which are numbers."""
    used = {"part": any(p.part != "" for p in pools), "base": any(p.base for p in pools),
            "shortfall": any(p.shortfall for p in pools)}  # fmt: skip
    amounts = ({k: OPEN if a is None else grouped(str(a)) for k, a in pool.flows.items()} for pool in pools)
    cells = [{**shown, **more} for shown, more in zip(amounts, own, strict=True)]
    columns = [key for key in _ORDER if used.get(key, True) and all(key in row for row in cells)]
    rows = [[phrase(key, language) for key in columns], *([row[key] for key in columns] for row in cells)]
    return rows, [number for number, key in enumerate(columns) if key not in _WORDS]
