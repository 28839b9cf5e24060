import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
rows = [{"id": "A", 5: 5}, {"id": b"B"}]
program.facts({"department": rows}, period=2023)
