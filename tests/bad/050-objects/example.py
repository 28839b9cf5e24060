import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
rows = [{"id": "A", "paid": [1], "code": 107, "audited": 1, "state": b"open"}]
program.facts({"department": rows}, period=2023)
