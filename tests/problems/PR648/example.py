import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
program.read_facts("ledger.csv", period=2023, mapping="mapping.yaml")
