from pathlib import Path

from perfrules.front import project

Path("perfrules.toml").write_text('plugins = ["riverside"]')
project.plugins([])
