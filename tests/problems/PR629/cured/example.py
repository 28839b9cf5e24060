import perfrules

before = perfrules.load("policy.yaml", as_of="2024-01-31")
program = perfrules.load("policy.yaml", as_of="2025-01-31")
row = program.read("department", {"rate": "84%"})
program.decide("department", row)
