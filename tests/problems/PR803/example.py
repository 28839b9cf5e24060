import perfrules

perfrules.load("policy.yaml", as_of="2024-01-31", plugins=["riverside"])
