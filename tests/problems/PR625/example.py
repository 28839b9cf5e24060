from pathlib import Path

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
Path("empty").mkdir()
program.read_facts("empty")
