"""The book: the entries of each period in tables of the same database, written whole and never changed silently."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import sha256

import perfrules

TABLES = (
    """CREATE TABLE IF NOT EXISTS JX_RUN (
        ND INTEGER PRIMARY KEY, PROGRAM TEXT NOT NULL, OUTCOME TEXT NOT NULL, AS_OF TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS JX_ENTRY (
        PROGRAM TEXT NOT NULL, ND INTEGER NOT NULL, XH INTEGER NOT NULL, DWDM TEXT NOT NULL, RZND INTEGER NOT NULL,
        JE INTEGER NOT NULL, DEBIT TEXT NOT NULL, CREDIT TEXT NOT NULL, RULES TEXT NOT NULL, POOL TEXT NOT NULL,
        PRIMARY KEY (PROGRAM, ND, XH))""",
)


class Standing(Exception):
    """Other entries of the period stand already."""

    def __init__(self, period: int, why: str) -> None:
        super().__init__(f"entries of {period} stand already, {why}; --replace puts the new ones in their place")


class Book:
    """The entries in a database, inside a transaction of the caller."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        for table in TABLES:
            connection.execute(table)

    def write(self, program: perfrules.Program, outcome: perfrules.Outcome, *, replace: bool = False) -> bool:
        """Write the entries of a period; False where the same ones stand. Raises `Standing` where others do, by other
        rules or from other facts, unless they may be replaced."""
        period, result = outcome.period, outcome_digest(outcome)
        old = self._connection.execute("SELECT PROGRAM, OUTCOME FROM JX_RUN WHERE ND = ?", (period,)).fetchone()
        if old == (program.digest, result):
            return False
        if old and not replace:
            raise Standing(period, "from other facts" if old[0] == program.digest else f"by the program {old[0][:12]}")
        for table in ("JX_ENTRY", "JX_RUN"):
            self._connection.execute(f"DELETE FROM {table} WHERE ND = ?", (period,))
        run = (period, program.digest, result, program.as_of.isoformat())
        self._connection.execute("INSERT INTO JX_RUN VALUES (?, ?, ?, ?)", run)
        self._connection.executemany(
            "INSERT INTO JX_ENTRY VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows(program, outcome)
        )
        return True


def outcome_digest(outcome: perfrules.Outcome) -> str:
    """What identifies a result: its JSON is the same to the byte for the same policies and facts."""
    return sha256(outcome.json().encode("utf-8")).hexdigest()


def rows(program: perfrules.Program, outcome: perfrules.Outcome) -> Iterator[tuple[object, ...]]:
    """The entries as rows, numbered from 1; amounts in 分, as everything in that database."""
    for number, entry in enumerate(outcome.entries, 1):
        cents = entry.amount.scaleb(2)
        if cents != int(cents):
            raise ArithmeticError(f"{entry.amount} is no whole number of 分")
        code = entry.subject.partition("/")[2]
        yield (program.digest, outcome.period, number, code, entry.period, int(cents), entry.debit, entry.credit,
               " ".join(entry.rules), entry.pool)  # fmt: skip
