import perfrules

program = perfrules.load("policy.yaml", as_of="2024-12-31")
known = program.facts({"department": [{"id": "A", "rate": "90%"}]}, period=2024)
perfrules.watch(program, known, period=2024, journal="events.db").close()
perfrules.watch(program, known, period=2024, journal="events.db")
