import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
program.run(program.facts({"department": [{"id": "A"}]}, period=2023), period="2023")
