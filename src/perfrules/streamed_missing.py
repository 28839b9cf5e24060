"""What is not known and could still change a ruling, of millions of subjects: found for some thousands at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
from polars.io.plugins import register_io_source

from perfrules.core.facts import Facts
from perfrules.language.strata import looks_at_all, reduced
from perfrules.language.subject import Reason
from perfrules.outcome_columns import of_claims, of_rulings
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.needs import claim_needs, needs
from perfrules.pipeline.ruling import Result
from perfrules.readers.around import around, held
from perfrules.readers.scanned import Scanned

AT_ONCE = 10_000  # subjects whose facts are held as rows
MISSING: dict[str, Any] = {
    "kind": pl.String, "id": pl.String, "rule": pl.String, "why": pl.String, "subject": pl.String, "period": pl.Int64,
    "about": pl.String,
}  # fmt: skip
Open = tuple[str, int, bool]  # whom it is about, and the number of an undecided rule, or of a claim that waits


def missing(program: Compiled, facts: Scanned, period: int, waiting: pl.LazyFrame) -> pl.LazyFrame:
    """What rulings wait for, as rows that are found when they are asked for.

    `waiting` has `kind`, `id`, `number` and `is_claim` of every undecided rule and of every claim that waits.
    """

    def rows(
        columns: list[str] | None, predicate: pl.Expr | None, most: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        for frame in _found(program, facts, period, waiting):
            kept = frame if predicate is None else frame.filter(predicate)
            kept = kept if most is None else kept.head(most)
            most = None if most is None else most - kept.height
            yield kept if columns is None else kept.select(columns)
            if most == 0:
                return

    return register_io_source(rows, schema=MISSING)


def _found(program: Compiled, facts: Scanned, period: int, waiting: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    whole = held(facts) if looks_at_all(reduced(program.plan, [*of_rulings(program), *of_claims(program)])) else None
    opened = waiting.collect(engine="streaming").sort("kind", "id").partition_by("kind", as_dict=True)
    for (kind,), own in opened.items():
        for some in own.iter_slices(AT_ONCE):
            known = whole or around(facts, str(kind), some["id"])
            yield _reasons(program, known, period, str(kind), list(some.select("id", "number", "is_claim").iter_rows()))


def _reasons(program: Compiled, facts: Facts, period: int, kind: str, opened: list[Open]) -> pl.DataFrame:
    result = Result(program, facts, period, {})
    found: dict[tuple[str, str], set[Reason]] = {}
    for subject, number, is_claim in opened:
        judged = program.claims[number].judged if is_claim else program.judged[number]
        reasons = claim_needs(result, program.claims[number], subject) if is_claim else needs(result, judged, subject)
        found.setdefault((subject, judged.rule.name), set()).update(reasons)
    rows = [
        (kind, subject, rule, one.why, one.subject, one.period, one.about)
        for (subject, rule), reasons in sorted(found.items())
        for one in sorted(reasons)
    ]
    return pl.DataFrame(rows, schema=MISSING, orient="row")
