import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
program.decide("department", {"paid": 849_999.99, "budget": 1_000_000})
