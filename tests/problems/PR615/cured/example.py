from decimal import Decimal

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
program.facts({"department": [{"id": "A", "paid": Decimal("1e9")}]}, period=2023)
