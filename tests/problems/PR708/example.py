import perfrules

perfrules.load("policy.yaml", as_of="2022-12-31")
