import duckdb

import perfrules
from perfrules import sql

with duckdb.connect("ledger.db") as connection:
    connection.execute("CREATE TABLE department (id TEXT, period INT, budget INT, paid INT, operating_funds INT)")
program = perfrules.load("policy.yaml", as_of="2024-01-31")
sql.views(program, "duckdb", period=2023, connect="duckdb:///ledger.db")
