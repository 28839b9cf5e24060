import sys

import perfrules

sys.modules["jinja2"] = None  # as where the extra is not installed
program = perfrules.load("policy.yaml", as_of="2024-01-31")
facts = program.facts({"department": [{"id": "A", "period": 2023, "paid": 84}]})
program.run(facts).report("en", "html")
