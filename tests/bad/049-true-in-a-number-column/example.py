import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
rows = [{"id": "A", "paid": True, "staff": False, "score": True, "rate": True}]
program.facts({"department": rows}, period=2023)
