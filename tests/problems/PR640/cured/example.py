import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
others = [{"id": "B", "rate": "90%"}]
program.decide("department", {"id": "A", "rate": "84%"}, cohort=others)
