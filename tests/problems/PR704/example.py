import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
projects = [{"id": f"P{n}", "department": "A", "done": 90_000_000_000_000} for n in range(1100)]
facts = program.facts({"department": [{"id": "A"}], "project": projects}, period=2023)
program.run(facts)
