import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
rows = [{"id": True, "period": True}, {"id": 7, "period": 2023.0}, {"id": None, "period": 2023}]
program.facts({"department": rows})
