import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
row = program.read("department", {"rate": "84%"}, period=2023)
program.decide("department", row)
