import perfrules

program = perfrules.load("policy.yaml", as_of="2026-12-31")
known = program.facts({"department": [{"id": "A", "rate": "90%"}]}, period=2026)
watch = perfrules.watch(program, known, period=2026)
watch.event("A", 2026, "department", {"rate": "84%"}, "2026-12-25", "e1")
perfrules.letters.write(program, watch.letters(), watch.facts, "letters", issuer="Bureau of Finance")
