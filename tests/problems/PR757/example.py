import perfrules

program = perfrules.load("policy.yaml", as_of="2025-12-31")
known = program.facts({"department": [{"id": "A", "rate": "90%"}]}, period=2025)
watch = perfrules.watch(program, known, period=2025)
watch.event("A", 2025, "department", {"rate": "84%"}, "2025-12-25", "e1")
