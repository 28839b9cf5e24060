"""Balances: what each pool had, gave and kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from perfrules.engines.record import Cell
from perfrules.pipeline.program import Compiled
from perfrules.pipeline.ruling import Result
from perfrules.pipeline.states import POOL, POOLS

STATED = (*POOL, "base", "taken", "shortfall", "leftover", "open", "left out")  # the columns that are read
FLOWS = ("base", "taken", "shortfall", "given", "leftover")  # the amounts of a pool, in the order of its year
Waiting = Mapping[tuple[str, int], Sequence[tuple[str, str | None, str]]]  # by pool and period: where, part, who


@dataclass(frozen=True, slots=True)
class PoolStatement:
    """A pool of one year, or a part of it: what was taken into it, given out of it and left over, in major units.

    `taken + base + shortfall = given + leftover`. Where a member is undecided or in conflict, it is not settled,
    and `waiting_for` names the claims; unless it leaves them out, `left_out` says how many.
    `part` is None for members of which the part is not known, in whichever jurisdiction.
    """

    pool: str
    part: str | None
    period: int
    base: Decimal
    taken: Decimal
    shortfall: Decimal
    given: Decimal
    leftover: Decimal
    leftover_to: str
    shortfall_from: str
    settled: bool
    waiting_for: tuple[str, ...]
    left_out: int

    @property
    def flows(self) -> dict[str, Decimal | None]:
        """The amounts by name; None for those that are not known before the pool is settled."""
        known = FLOWS if self.settled else FLOWS[:2]
        return {key: getattr(self, key) if key in known else None for key in FLOWS}


def pool_statements(result: Result, waiting: Waiting) -> list[PoolStatement]:
    """Every pool of a run, by name, part and year. `waiting` are the claims for which pools wait."""
    table = result.tables.get(POOLS)
    if table is None:
        return []
    rows = zip(*(table[name] for name in STATED), strict=True)
    found: list[PoolStatement] = []
    nowhere: dict[tuple[str, int], PoolStatement] = {}
    for name, *cells in rows:
        pool = _pool(result, waiting, str(name), cells)
        if pool.part is not None:
            found.append(pool)
        elif pool.left_out or not pool.settled:
            before = nowhere.get((pool.pool, pool.period))
            out = pool.left_out + (before.left_out if before is not None else 0)
            nowhere[pool.pool, pool.period] = replace(pool, left_out=out)
    return sorted([*found, *nowhere.values()], key=lambda p: (p.pool, p.part is None, p.part or "", p.period))


def part_said(program: Compiled, pool: str, jurisdiction: Cell, text: Cell, number: Cell, known: Cell) -> str | None:
    """The part of a pool as people read it, its jurisdiction first; empty where the pool has no parts, None where
    it is not known."""
    found = program.pools[pool]
    if not found.parted or not known:
        return None if found.parted else ""
    kind = found.part_kind
    part = ("yes" if number else "no") if kind == "flag" else str(number) if kind == "count" else str(text or "")
    return " / ".join(word for word in (str(jurisdiction or ""), part) if word)


def _pool(result: Result, waiting: Waiting, name: str, cells: Sequence[Cell]) -> PoolStatement:
    pool, currency = result.program.pools[name], result.program.vocabulary.currency
    part = part_said(result.program, name, *cells[:4])
    year, base, taken, shortfall, leftover, opened, out = (int(cell or 0) for cell in cells[4:])
    period, settled = result.period + year, not opened
    given = base + taken + shortfall - leftover
    if not settled:
        shortfall = given = leftover = 0
    money = [Decimal(currency.plain(amount)) for amount in (base, taken, shortfall, given, leftover)]
    held = () if pool.leave_out else tuple(_held(waiting.get((name, period), ()), str(cells[0] or ""), part))
    return PoolStatement(
        name, part, period, money[0], money[1], money[2], money[3], money[4], pool.leftover, pool.shortfall, settled,
        held, out,
    )  # fmt: skip


def _held(waiting: Sequence[tuple[str, str | None, str]], jurisdiction: str, part: str | None) -> Iterator[str]:
    """For whom a part of a pool waits: a member whose part is unknown could be of any in its jurisdiction, and where
    that is unknown, too, of any at all."""
    return (who for where, of, who in waiting if of == part or (of is None and where in (jurisdiction, "")))
