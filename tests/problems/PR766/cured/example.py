import perfrules

program = perfrules.load("policy.yaml", as_of="2024-12-31")
known = program.facts({"department": [{"id": "A", "rate": "90%"}]}, period=2024)
watch = perfrules.watch(program, known, period=2024)
watch.event("A", 2024, "department", {"rate": "84%"}, "2024-03-01", "e1")
watch.advance("2024-06-30")
watch.on("2024-06-30")
