import perfrules

perfrules.load("policy.yaml", as_of="2023-12-31")
