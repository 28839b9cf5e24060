import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
program.decide("department", {"id": "A", "period": 2022, "rate": "84%"}, period=2023)
