import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
facts = program.facts({"department": [{"id": "A", "paid": "84", "score": 3}]}, period=2023)
program.run(facts, engine="sql", connect="spark://finance:7077")
