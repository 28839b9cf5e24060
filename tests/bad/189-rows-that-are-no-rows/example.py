import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
program.facts({"department": ["A", None, 5, {"id": "B", 5: 6}], 5: []}, period=2023)
