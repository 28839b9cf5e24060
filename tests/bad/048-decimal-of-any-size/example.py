from decimal import Decimal
from fractions import Fraction

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
rows = [
    {"id": "A", "paid": Decimal("1e999999999")},
    {"id": "B", "paid": Decimal("sNaN")},
    {"id": "C", "paid": Decimal("NaN")},
    {"id": "D", "paid": Decimal("-Infinity")},
    {"id": "E", "paid": Decimal("1e-999999999")},
    {"id": "F", "paid": Decimal("1e30")},
    {"id": "G", "paid": 10**5000},
    {"id": "H", "paid": Fraction(1, 10**5000)},
    {"id": "I", "code": 10**5000, "audited": 10**5000, "founded": 10**5000},
    {"id": "J", "paid": Decimal("1." + "1" * 5000)},
]
program.facts({"department": rows}, period=2023)
