from pathlib import Path

import perfrules

Path("empty").mkdir()
perfrules.load("empty", as_of="2024-01-31")
