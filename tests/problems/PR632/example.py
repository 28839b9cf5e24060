from pathlib import Path

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
Path("year.xlsx").write_text("no workbook")
program.read_facts("year.xlsx", period=2023)
