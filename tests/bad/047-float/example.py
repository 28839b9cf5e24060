import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
rows = [{"id": "A", "paid": 0.1 + 0.2}, {"id": "B", "rate": 0.85}, {"id": "C", "score": float("nan"), "paid": float("inf")}]
program.facts({"department": rows}, period=2023)
