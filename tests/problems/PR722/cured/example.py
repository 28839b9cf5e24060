import perfrules

program = perfrules.load("policy.yaml", as_of="2024-12-31")
watch = program.watch(period=2024)
watch.receive("department", {"id": "A", "rate": "84%"}, on="2024-02-01")
