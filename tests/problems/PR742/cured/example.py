import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
facts = program.facts({"department": [{"id": "A", "rate": "84%"}]}, period=2023)
program.run(facts).write_excel("2023.xlsx")
