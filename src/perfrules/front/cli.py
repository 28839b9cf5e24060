"""The command line: `perfrules check | compile | run | explain`.

Exit code 0: good; 1: findings in policies; 2: bad input or usage; 3: a fault of perfrules.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; without the extra `cli`, say how to install it."""
    try:
        import typer  # noqa: F401
    except ImportError:
        sys.stderr.write("error[PR902]: the command line needs the extra `cli`: pip install 'perfrules[cli]'\n")
        sys.stderr.write("错误[PR902]：命令行需要附加组件 `cli`：pip install 'perfrules[cli]'\n")
        raise SystemExit(2) from None
    from perfrules.front.commands import run_app

    raise SystemExit(run_app())


if __name__ == "__main__":
    main()
