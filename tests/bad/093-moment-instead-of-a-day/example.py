from datetime import datetime

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
perfrules.load("policy.yaml", as_of=datetime(2024, 1, 31))
