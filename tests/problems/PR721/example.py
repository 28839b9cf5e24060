import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
perfrules.watch(program, period=2024)
