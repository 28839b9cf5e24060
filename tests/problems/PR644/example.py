import sqlite3

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
connection = sqlite3.connect(":memory:")
program.query_facts(connection, {"department": "select 'A' as id, 2023 as period, 0.1 as budget"})
