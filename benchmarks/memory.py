"""Rows of R20 from Parquet, verdicts and amounts written to Parquet, totals of each rule: the memory that it takes.

`python memory.py ROWS` prints JSON. The file has a million rows, and is read as often as it takes.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import polars as pl
from columns import made
from timing import peak_memory

import perfrules

HERE = Path(__file__).resolve().parent
EACH = 1_000_000


def main(count: int) -> None:
    program = perfrules.load(HERE / "r20", as_of="2024-01-31")
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder, "facts.parquet"), Path(folder, "decided.parquet")
        made(EACH).write_parquet(path)
        began, before = perf_counter(), peak_memory()
        facts = program.scan_facts({"project": [path] * (count // EACH)}, period=2023, ids_once=False)
        decided = program.decide_all("project", facts)
        decided.sink_parquet(out)
        totals = pl.scan_parquet(out).select(pl.len(), pl.exclude("id").sum()).collect(engine="streaming")
        assert totals["len"].item() == count
        found = {
            "peak": peak_memory(),
            "before": before,
            "seconds": perf_counter() - began,
            "bytes": out.stat().st_size,
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
