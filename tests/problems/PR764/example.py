from datetime import date

import perfrules
from perfrules import letters

program = perfrules.load("policy.yaml", as_of="2023-12-31")
facts = program.facts({"department": [{"id": "A", "budget": 100, "paid": 42}]}, period=2023)
letter = letters.Letter(
    subject="department/A", recipient="department/A", period=2023, notice="execution/follow-up",
    action="remind", step=1, grounds=("execution/slow",), sent=date(2023, 9, 28), due=date(2023, 10, 12),
    state="out", ended=None, number=1,
)
letters.write(program, [letter], facts, "2023/letters", issuer="Finance Bureau", lang="en")
