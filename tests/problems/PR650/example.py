from pathlib import Path

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
Path("year").mkdir()
Path("year/department.csv").write_text("id,budget,paid\nA,100,84\n", encoding="utf-8")
Path("year/project.xls").write_bytes(b"\xd0\xcf\x11\xe0")
facts = program.read_facts("year", period=2023)
raise perfrules.Refused(facts.notices)
