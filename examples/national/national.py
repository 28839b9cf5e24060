"""A national job on Spark: each district is judged by itself, by the columnar engine, wherever its rows are.

Ranks, cohorts and pools stay within a district, so no district needs the rows of another. The rows are brought together
by district, which is the only shuffle; after it every part is judged on its own, on as many machines as there are.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

import perfrules

HERE = Path(__file__).resolve().parent
ENTRIES = "debit string, credit string, owner string, period bigint, amount decimal(38,2), rule string, pool string"

WORDS = ("debit", "credit", "owner", "rule", "pool")
ARROW = pa.schema(
    [(name, pa.string()) for name in WORDS[:3]]
    + [("period", pa.int64()), ("amount", pa.decimal128(38, 2))]
    + [(name, pa.string()) for name in WORDS[3:]]
)


@cache
def program(as_of: str) -> perfrules.Program:
    """The policies, compiled once in each process."""
    return perfrules.load([HERE / "facts.yaml", HERE / "policy.yaml"], as_of=as_of)


def entries(rows: Any, as_of: str, period: int) -> Any:
    """The entries of every district: `rows` is a frame of Spark with the columns of `facts.yaml`."""

    def judged(district: pa.Table) -> pa.Table:
        policies = program(as_of)
        outcome = policies.stream(policies.scan_facts({"department": district}, period=period))
        return outcome.entries.collect().to_arrow().cast(ARROW)

    return rows.groupBy("district").applyInArrow(judged, ENTRIES)
