import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
program.facts({"department": [{"id": "A", "paid": 0.1 + 0.2}]}, period=2023)
