"""What stands in the database and in the folder of papers."""

import sqlite3
from contextlib import closing
from pathlib import Path

PAPERS = ["entries-2022.xlsx", "report-2022.html", "sign-2022.txt"]


def sql(database: Path, text: str, *values: object) -> list[tuple]:
    with closing(sqlite3.connect(database)) as connection, connection:
        return connection.execute(text, values).fetchall()


def all_of(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


def posted(database: Path) -> list[tuple]:
    return sql(database, "SELECT DWDM, RZND, JE, DEBIT, CREDIT FROM JX_ENTRY WHERE ND = 2022 ORDER BY XH")


def papers_in(out: Path) -> list[str]:
    return sorted(path.name for path in out.iterdir())
