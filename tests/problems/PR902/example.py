import sys

from perfrules.front import cli

sys.modules["typer"] = None  # as where the extra is not installed
cli.main()
