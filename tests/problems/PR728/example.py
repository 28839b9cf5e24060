import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
facts = program.facts({"department": [{"id": "A", "period": 2022}, {"id": "A", "period": 2023}]})
earlier = program.run(facts, period=2022)
program.run(facts, period=2023).since(earlier)
