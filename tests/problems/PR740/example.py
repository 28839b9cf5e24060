import polars as pl

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
many = pl.DataFrame({"id": [f"{n:02}" for n in range(20)], "rate": ["a third"] * 20})
program.scan_facts({"department": many}, period=2023)
