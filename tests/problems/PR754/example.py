import sqlite3

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-12-31")
known = program.facts({"department": [{"id": "A", "rate": "90%"}]}, period=2024)
watch = perfrules.watch(program, known, period=2024, journal="events.db")
watch.event("A", 2024, "department", {"rate": "84%"}, "2024-03-01", "e1")
watch.close()
database = sqlite3.connect("events.db")
with database:
    database.execute("update entry set content = replace(content, '84', '86')")
database.close()
perfrules.watch(program, known, period=2024, journal="events.db")
