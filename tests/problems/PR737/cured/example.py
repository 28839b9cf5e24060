import perfrules
from perfrules import sql

program = perfrules.load("policy.yaml", as_of="2024-01-31")
sql.views(program, "postgres", period=2023, mapping="ledger.yaml")
