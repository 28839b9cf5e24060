import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
rows = [{"id": 1.0}, {"id": True}, {"id": 10**5000}, {"id": "A", "period": 10**5000}]
program.facts({"department": rows}, period=2023)
