from datetime import UTC, datetime

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
rows = [{"id": "A", "founded": datetime(2025, 12, 31, 16, 30)}, {"id": "B", "founded": 46022}, {"id": "C", "founded": datetime(2025, 12, 31, 16, 30, tzinfo=UTC)}]
program.facts({"department": rows}, period=2023)
