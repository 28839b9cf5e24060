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
(path,) = letters.write(program, [letter], facts, "letters", issuer="Finance Bureau", lang="en")
path.write_bytes(b"edited by hand")
letters.write(program, [letter], facts, "letters", issuer="Finance Bureau", lang="en")
