import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
program.watch(period=2024)
