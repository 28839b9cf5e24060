import perfrules

program = perfrules.load("policy.yaml", as_of="2024-12-31")
watch = perfrules.watch(program, period=2024)
watch.event("A", 2024, "department", {"rate": "84%"}, "2024-02-01", "e1")
