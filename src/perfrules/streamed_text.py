"""What a stream has written, in sum and in words: verdicts by rule, what became of claims, pools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from perfrules.core.money import grouped
from perfrules.pipeline.balances import PoolStatement
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.ruling import DOES_NOT_HOLD, HOLDS, UNDECIDED
from perfrules.reports.outcome_text import head, lack_text, table
from perfrules.reports.pools import pool_rows
from perfrules.reports.values import part_text, phrase

ORDER = (HOLDS, DOES_NOT_HOLD, UNDECIDED)


def streamed_text(program: Compiled, period: int, pools: Sequence[PoolStatement], folder: Path, language: str) -> str:
    """The sums of the tables in a folder; no row is held in memory."""
    lines = head(program, period, language, digits=12)
    sections = (
        ("rules", _verdicts(program, folder, language)),
        ("claims", _claims(program, folder, language)),
        ("pools", _pools(program, pools, language)),
        ("recommendations", _recommendations(program, folder, language)),
        ("missing", _missing(program, folder, language)),
    )
    for key, section in sections:
        found = list(section)
        if found:
            lines += ["", phrase(key, language), *(f"  {line}" for line in found)]
    return "\n".join(lines) + "\n"


def written(folder: Path, name: str) -> pl.LazyFrame:
    """A table that was written into a folder, whose name is no pattern."""
    return pl.scan_parquet(folder / f"{name}.parquet", glob=False)


def _verdicts(program: Compiled, folder: Path, language: str) -> Iterator[str]:
    rulings = written(folder, "rulings").group_by("rule", "verdict").agg(pl.len())
    counts = {(rule, verdict): count for rule, verdict, count in rulings.collect(engine="streaming").iter_rows()}
    rows = [[phrase(key, language) for key in ("rule", *ORDER)]]
    for rule in sorted({judged.rule.name for judged in program.judged}):
        rows.append([rule, *(str(counts.get((rule, verdict), 0)) for verdict in ORDER)])
    return table(rows, right=(1, 2, 3))


def _claims(program: Compiled, folder: Path, language: str) -> Iterator[str]:
    rows = [[phrase(key, language) for key in ("rule", "action", "state", "count", "amount")]]
    for rule, action, state, count, amount, unknown in written(folder, "totals").collect().iter_rows():
        title = program.vocabulary.actions[action].title.said(language)
        sum_ = (grouped(str(amount)) if amount or unknown else "") + " + ?" * (unknown > 0)
        rows.append([rule, title, phrase(state, language), str(count), sum_])
    return table(rows if len(rows) > 1 else [], right=(3, 4))


def _recommendations(program: Compiled, folder: Path, language: str) -> Iterator[str]:
    open_ = written(folder, "recommendations").group_by("rule", "action").agg(pl.len())
    rows = [[phrase(key, language) for key in ("rule", "action", "count")]]
    for rule, action, count in open_.collect(engine="streaming").sort("rule", "action").iter_rows():
        rows.append([rule, program.vocabulary.actions[action].title.said(language), str(count)])
    return table(rows if len(rows) > 1 else [], right=(2,))


def _missing(program: Compiled, folder: Path, language: str) -> Iterator[str]:
    """What is not known, by how many rulings wait for it."""
    lacking = (
        written(folder, "missing")
        .group_by("why", pl.col("subject").str.split("/").list.first().alias("of"), "about", "period")
        .agg(pl.struct("kind", "id", "rule").n_unique().alias("count"))
    )
    rows = [[phrase(key, language) for key in ("column needs", "waiting rulings")]]
    found = lacking.collect(engine="streaming").sort(-pl.col("count").cast(pl.Int64), "why", "of", "about", "period")
    for why, kind, about, year, count in found.iter_rows():
        rows.append([lack_text(program, why, kind, about, year, language), str(count)])
    return table(rows if len(rows) > 1 else [], right=(1,))


def _pools(program: Compiled, pools: Sequence[PoolStatement], language: str) -> Iterator[str]:
    if not pools:
        return
    titles = [program.pools[pool.pool].title.said(language) for pool in pools]
    own = [
        {"pool": title, "part": part_text(pool, language), "year": str(pool.period)}
        for title, pool in zip(titles, pools, strict=True)
    ]
    rows, numbers = pool_rows(pools, own, language)
    yield from table(rows, right=numbers)
    for title, pool in zip(titles, pools, strict=True):
        if pool.left_out:
            yield phrase("left out", language, pool=title, year=pool.period, count=pool.left_out)
