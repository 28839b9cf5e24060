"""The command line: `python -m yearly_batch DATABASE --as-of 2024-01-31 --period 2022 --out FOLDER`.

Exit codes: 0 the entries are written, or stand already; 1 something is not decided yet; 2 policies, mapping, facts or
the command line are refused; 3 other entries of the period stand; 4 the database or the folder can't be used.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
from datetime import date
from pathlib import Path

import perfrules

from .batch import MAPPING, POLICIES, Open, Order, carry_out
from .book import Standing


def options() -> argparse.ArgumentParser:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="yearly_batch", description="Judge a year, and write the entries back.")
    parser.add_argument("database", type=Path, help="the sqlite database of the other system")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="the day whose policies apply")
    parser.add_argument("--period", type=int, required=True, help="the year that is judged")
    parser.add_argument("--out", type=Path, required=True, help="the folder for what is to be signed")
    parser.add_argument("--policies", default=POLICIES, help="a name of policies that come with perfrules, or a path")
    parser.add_argument("--mapping", type=Path, default=MAPPING, help="what the columns of the database mean")
    parser.add_argument("--replace", action="store_true", help="put the entries in the place of others of the period")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Carry out what the command line says; the result is the exit code."""
    order = Order(**vars(options().parse_args(arguments)))
    try:
        written = carry_out(order)
    except Open as found:
        return said(1, "not decided yet, nothing was written:", found)
    except perfrules.Refused as refused:
        return said(2, "\n\n".join(perfrules.render(problem, "zh") for problem in refused.problems))
    except Standing as standing:
        return said(3, standing)
    except (sqlite3.Error, OSError) as error:
        return said(4, f"{order.database}, {order.out}:", error)
    print("written" if written else "the same entries stand already")
    return 0


def said(code: int, *lines: object) -> int:
    """Say what went wrong, and the exit code for it."""
    print(*lines, sep="\n", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
