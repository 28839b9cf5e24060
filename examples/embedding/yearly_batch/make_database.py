"""Makes the database of another system, with synthetic data: `python -m yearly_batch.make_database FILE`.

Its tables have its own names and units, here those that a system of a finance bureau may have: amounts are whole 分.
None of the departments is real. Two lie exactly at a line, two a cent beyond.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

TABLES = """
CREATE TABLE T_DWXX (DWDM TEXT PRIMARY KEY, DWMC TEXT NOT NULL, XSND INTEGER);                    -- departments
CREATE TABLE T_YSZX (DWDM TEXT, ND INTEGER, TZYS INTEGER, LJZC INTEGER, PRIMARY KEY (DWDM, ND));  -- execution, in 分
CREATE TABLE T_GYJF (DWDM TEXT, ND INTEGER, JE INTEGER, PRIMARY KEY (DWDM, ND));                  -- funds, in 分
"""
BUDGET = 1_000_000_00
EXECUTION = {  # what was paid of the budget, in 分
    "001": ("示例一局", 849_999_99),
    "002": ("示例二局", 850_000_00),
    "003": ("示例三局", 960_000_00),
    "004": ("示例四局", 960_000_01),
    "005": ("示例五局", 995_000_00),
    "006": ("示例六局", 700_000_00),
    "007": ("示例七局（当年新设）", 100_00),
}
NEW = {"007"}  # established in the year
FUNDS = 2_000_000_00


def make(path: Path, period: int = 2022) -> None:
    """Write the tables into a new database; the operating funds are those of two years later."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(TABLES)
        for code, (name, paid) in EXECUTION.items():
            connection.execute("INSERT INTO T_DWXX VALUES (?, ?, ?)", (code, name, period if code in NEW else 1995))
            connection.execute("INSERT INTO T_YSZX VALUES (?, ?, ?, ?)", (code, period, BUDGET, paid))
            funds = FUNDS + int(code) ** 2 * 1_000_00
            connection.execute("INSERT INTO T_GYJF VALUES (?, ?, ?)", (code, period + 2, funds))


if __name__ == "__main__":
    make(Path(sys.argv[1]))
