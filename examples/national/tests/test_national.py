"""A national job gives the entries that one run over all districts gives."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

from national import entries, program
from pyspark.sql import SparkSession

FOLDER = Path(__file__).resolve().parent.parent
AS_OF, PERIOD = "2024-01-31", 2023
ROWS = [
    {
        "id": f"{district}{n}",
        "district": district,
        "budget": Decimal(1_000 + n),
        "paid": (Decimal(1_000 + n) * (70 + (n * 7 + place * 3) % 35) / 100).quantize(Decimal("0.01")),
        "funds": Decimal(100_000 + 37 * n) / 100,
    }
    for place, district in enumerate(("east", "north", "west"))
    for n in range(40)
]
COLUMNS = "id string, district string, budget decimal(18,2), paid decimal(18,2), funds decimal(18,2)"


def test_districts_that_are_judged_apart_come_out_as_together(monkeypatch):
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    policies = program(AS_OF)
    together = policies.run(policies.facts({"department": ROWS}, period=PERIOD), period=PERIOD)
    expected = [(e.debit, e.credit, e.subject, e.amount, e.rules[0]) for e in together.entries if e.subject]
    builder = SparkSession.builder.master("local[2]").config("spark.sql.shuffle.partitions", "2")
    builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    builder = builder.config("spark.executorEnv.PYTHONPATH", str(FOLDER))  # `--py-files` of spark-submit
    session = builder.config("spark.ui.enabled", "false").getOrCreate()
    try:
        found = entries(session.createDataFrame(ROWS, COLUMNS), AS_OF, PERIOD).collect()
    finally:
        session.stop()
    assert sorted((r.debit, r.credit, r.owner, r.amount, r.rule) for r in found) == sorted(expected)
    assert {r.rule for r in found} == {"execution/slow", "execution/fast"}
