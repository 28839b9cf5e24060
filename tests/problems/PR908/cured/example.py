from pathlib import Path

from perfrules import authoring

Path("riverside").mkdir()
authoring.write_district("hillside")
