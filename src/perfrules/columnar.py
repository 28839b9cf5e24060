"""Facts that stay in columns, and what policies say of them: what needs Polars, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from perfrules import decided_columns
from perfrules.asked import check_own, check_year, judged_period
from perfrules.core.given import is_mapping
from perfrules.core.problem import Findings, Words
from perfrules.core.vocabulary import Vocabulary
from perfrules.engines.frames import framed
from perfrules.pipeline.decisions import decisions_made
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.recommendations import refuse_unknown
from perfrules.pipeline.states import DECIDED
from perfrules.readers.mapping import layout_of
from perfrules.readers.parts import still_readable
from perfrules.readers.scanned import Scanned, scan
from perfrules.streamed import Streamed

GIVES = Words("what `program.scan_facts` gives", " `program.scan_facts` 的结果")
EXAMPLE = 'program.scan_facts({"department": "departments.parquet"})'


def scanned(
    vocabulary: Vocabulary, tables: Mapping[str, object], period: int | None, mapping: Path | None, ids_once: bool
) -> Scanned:
    """Facts in columns. Raises `Refused` with what can't be read."""
    findings = Findings()
    if period is not None:
        check_year(period)
    if not is_mapping(tables, "tables", findings):
        findings.refuse()
    return scan(tables, layout_of(vocabulary, mapping, findings), period, ids_once, findings)


def streamed(program: Compiled, facts: Scanned, period: int | None) -> Streamed:
    """What policies say of all subjects of a period. Raises `Refused`."""
    given, judged = _judged(program, facts, period)
    with still_readable(given.names):
        return Streamed(program, given, judged)


def decided(program: Compiled, facts: Scanned, period: int | None, kind: str) -> pl.LazyFrame:
    """What policies say of each subject of a kind by itself. Raises `Refused`."""
    given, judged = _judged(program, facts, period)
    with still_readable(given.names):
        return decided_columns.decided(program, given, judged, kind)


def _judged(program: Compiled, facts: Scanned, period: int | None) -> tuple[Scanned, int]:
    """The facts, with what people decided, and the period to be judged."""
    check_own(program.vocabulary, facts, Scanned, GIVES, EXAMPLE)
    judged = judged_period(facts.periods, period)

    def there(kind: str, ids: set[str]) -> Container[str]:
        own = facts.frame(kind, judged).filter(pl.col("id").is_in(sorted(ids)))
        return set(own.select("id").collect(engine="streaming")["id"])

    with still_readable(facts.names):
        refuse_unknown(program, judged, there)
    made = framed(decisions_made(program.decided, judged), judged, {})
    return replace(facts, frames={**facts.frames, DECIDED: made}), judged
