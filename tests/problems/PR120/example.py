import perfrules

perfrules.load("nowhere.yaml", as_of="2024-01-31")
