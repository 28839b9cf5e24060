import polars as pl

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
facts = program.scan_facts({"department": pl.DataFrame({"id": ["A"], "rate": ["84%"]})}, period=2023)
program.stream(facts)
