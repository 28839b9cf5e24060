import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
rows = [{"id": "\ud800"}, {"id": "B", "code": "\udfff"}]
program.facts({"department": rows}, period=2023)
