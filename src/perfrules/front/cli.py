"""The command line: `perfrules check | compile | run | explain`.

Exit code 0: good; 1: findings in policies; 2: bad input or usage; 3: a fault of perfrules.
"""

from __future__ import annotations

import sys

import perfrules


def main() -> None:
    """Run the command line; without the extra `cli`, say how to install it."""
    try:
        import typer  # noqa: F401
    except ImportError:
        command = perfrules.Words("a command of the command line", "命令行")
        missing = perfrules.Problem("PR902", values={"extra": "cli", "what": command})
        sys.stderr.write("".join(f"{perfrules.render(missing, language)}\n" for language in ("en", "zh")))
        raise SystemExit(2) from perfrules.Refused([missing])
    from perfrules.front.commands import run_app

    raise SystemExit(run_app())
