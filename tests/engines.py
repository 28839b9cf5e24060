"""Every engine that there is. Who writes another adds it to `ENGINES`: the corpus is then asked of it, too."""

from __future__ import annotations

from collections import defaultdict
from random import Random

from perfrules.core.facts import Facts
from perfrules.core.problem import Problem, Refused
from perfrules.engines import record
from perfrules.engines.conformance import Engine
from perfrules.engines.record import Tables
from perfrules.language import plan, relations


def reference(steps: plan.Plan, facts: Facts, period: int) -> Tables:
    """What the steps of a plan mean, as an engine: of what is not met it says the first."""
    try:
        found = relations.execute(steps, facts, period)
    except relations.Unmet as unmet:
        row = unmet.row
        whose = f"{row.get('kind', unmet.step.table)}/{row['id']}" if "id" in row else f"{row['owner kind']}/{row['owner']}"
        raise Refused([Problem(unmet.step.code, where=whose, values={"about": unmet.step.about, "subject": whose})]) from None
    return {
        name: {column: [row[column] for row in rows] for column in rows[0]} if rows else defaultdict(list)
        for name, rows in found.items()
    }


def in_any_order(steps: plan.Plan, facts: Facts, period: int) -> Tables:
    """The record engine, with the rows of every table in an order of its own."""
    found = record.run(steps, facts, period)
    for table, columns in found.items():
        rows = range(max(map(len, columns.values()), default=0))
        order = Random(table).sample(rows, len(rows))
        found[table] = {name: [cells[row] for row in order] for name, cells in columns.items()}
    return found


ENGINES: dict[str, Engine] = {
    "record": record.run,
    "reference": reference,
    "in any order": in_any_order,
}
