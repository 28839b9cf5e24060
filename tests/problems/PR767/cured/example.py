import perfrules

program = perfrules.load("policy.yaml", as_of="2026-12-31")
watch = perfrules.watch(program, program.facts({"bureau": [{"id": "B"}]}, period=2026), period=2026)
watch.event("P", 2026, "project", {"department": "D", "is_late": True}, "2026-03-02", "e1")
watch.event("D", 2026, "department", {"bureau": "B"}, "2026-03-03", "e2")
perfrules.letters.write(program, watch.letters(), watch.facts, "letters", issuer="Bureau of Finance")
