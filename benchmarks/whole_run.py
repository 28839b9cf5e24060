"""One whole run in a process of its own: facts from CSV, R20 with settlement, JSON to a file. Prints JSON."""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from time import process_time

from records import in_major_units, records
from timing import peak_memory

import perfrules

HERE = Path(__file__).resolve().parent


def write_facts(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer: csv.DictWriter[str] | None = None
        for n, record in enumerate(records(count)):
            exact = in_major_units(record)
            row = {"id": f"P{n:07d}", "period": 2023, **exact, "is_completed": "yes" if exact["is_completed"] else "no"}
            if writer is None:
                writer = csv.DictWriter(stream, list(row))
                writer.writeheader()
            writer.writerow(row)


def main() -> None:
    count = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "project.csv", Path(folder) / "outcome.json"
        write_facts(path, count)
        marks = [process_time()]
        program = perfrules.load(HERE / "r20", as_of="2024-01-31")
        facts = program.read_facts(path)
        marks.append(process_time())
        outcome = program.run(facts)
        marks.append(process_time())
        with out.open("w", encoding="utf-8") as stream:
            outcome.write_json(stream)
        marks.append(process_time())
        steps = dict(zip(("read", "run", "write"), (b - a for a, b in pairwise(marks)), strict=True))
        peak = peak_memory()
        sizes = {"rulings": len(outcome.rulings), "entries": len(outcome.entries), "bytes": out.stat().st_size}
    print(json.dumps({"peak": peak, **steps, **sizes}))


if __name__ == "__main__":
    main()
