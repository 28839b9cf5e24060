from pathlib import Path

from perfrules.front import project

Path("perfrules.toml").write_text('plugin = "riverside"')
project.plugins([])
