"""The journal: every message that was answered, in the order in which it came, in a file of SQLite.

Each entry has a digest over itself and all before it, and the file knows which is its last. A message is on the disk
before it is answered: the log is written ahead and synchronised with each commit.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from perfrules.core.facts import Facts
from perfrules.core.problem import Problem, Refused, Value

FORMAT = "1"
_TABLES = """
create table if not exists watch (name text primary key, value text not null) without rowid;
create table if not exists entry (
    number integer primary key, id text, content text not null, digest blob not null
);
create unique index if not exists entry_id on entry (id) where id is not null;
"""


class Journal:
    """The messages of one watch, in a file, or in memory where there is none."""

    def __init__(self, path: str | Path | None, heading: dict[str, str]) -> None:
        self.place = ":memory:" if path is None else str(path)
        try:
            self._db = sqlite3.connect(self.place, isolation_level=None, check_same_thread=False)
        except sqlite3.DatabaseError as error:
            raise self._refused("PR755", reason=str(error)) from None
        self._open = False
        try:
            self._begin({"format": FORMAT, **heading})
            self._number, self._digest = self._last()
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise self._refused("PR755", reason=str(error)) from None
        except Refused:
            self._db.close()
            raise

    def _begin(self, heading: dict[str, str]) -> None:
        """Have the file for this process alone, with every commit on the disk."""
        for setting in ("journal_mode = wal", "synchronous = full", "locking_mode = exclusive"):
            self._db.execute(f"pragma {setting}")
        self._db.executescript(_TABLES)
        self._db.execute("begin immediate")
        self._check_heading(heading)
        self._db.execute("commit")

    def entries(self) -> Iterator[str]:
        """The content of each, from the first. Raises `Refused` where one was edited or cut off."""
        digest = self._first()
        expected = 0
        for number, content, found in self._db.execute("select number, content, digest from entry order by number"):
            expected += 1
            digest = _following(digest, content)
            if number != expected or digest != found:
                raise self._refused("PR754", number=str(min(number, expected)))
            yield content
        if (expected, digest) != (self._number, self._digest):
            raise self._refused("PR754", number=str(expected + 1))

    @property
    def last(self) -> int:
        """The number of the last entry."""
        return self._number

    def find(self, id_: str) -> tuple[int, str] | None:
        """The number and content of the message with an id."""
        found = self._db.execute("select number, content from entry where id = ?", (id_,)).fetchone()
        return None if found is None else (int(found[0]), str(found[1]))

    def holds(self, content: str) -> bool:
        """Whether a message without an id is there, to the letter."""
        found = self._db.execute("select 1 from entry where id is null and content = ? limit 1", (content,))
        return found.fetchone() is not None

    def append(self, id_: str, content: str) -> int:
        """Take a message in, which is on the disk with the next commit: its number."""
        try:
            if not self._open:
                self._db.execute("begin immediate")
                self._open = True
            self._number, self._digest = self._number + 1, _following(self._digest, content)
            row = (self._number, id_ or None, content, self._digest)
            self._db.execute("insert into entry values (?, ?, ?, ?)", row)
        except sqlite3.DatabaseError as error:
            raise self._refused("PR755", reason=str(error)) from None
        return self._number

    def commit(self) -> None:
        """Everything that was appended is on the disk. Raises `Refused` where it can't be written."""
        if not self._open:
            return
        try:
            last = (f"{self._number} {self._digest.hex()}",)
            self._db.execute("insert or replace into watch values ('last', ?)", last)
            self._db.execute("commit")
        except sqlite3.DatabaseError as error:
            raise self._refused("PR755", reason=str(error)) from None
        self._open = False

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self._db.close()

    def _check_heading(self, heading: dict[str, str]) -> None:
        """The journal is one of the same watch: of these policies, facts, period and days."""
        known = dict(self._db.execute("select name, value from watch"))
        for name, value in heading.items():
            if known and known.get(name) != value:
                raise self._refused("PR753", name=name, value=value, other=known.get(name, "-"))
        if not known:
            self._db.executemany("insert into watch values (?, ?)", heading.items())

    def _first(self) -> bytes:
        """The digest before the first entry: that of the heading."""
        known = sorted(self._db.execute("select name, value from watch where name != 'last'"))
        return hashlib.sha256(repr(known).encode("utf-8")).digest()

    def _last(self) -> tuple[int, bytes]:
        """The number and digest of the last entry, as the file knows them."""
        found = self._db.execute("select value from watch where name = 'last'").fetchone()
        if found is None:
            return 0, self._first()
        number, _, digest = str(found[0]).partition(" ")
        try:
            return int(number), bytes.fromhex(digest)
        except ValueError:
            raise self._refused("PR754", number="0") from None

    def _refused(self, code: str, **values: Value) -> Refused:
        return Refused([Problem(code, where=self.place, values={"path": self.place, **values})])


def heading(facts: Facts, about: Mapping[str, object]) -> dict[str, str]:
    """What a journal is about, and the digest of the facts that were known beforehand."""
    rows = json.dumps(facts.rows(), ensure_ascii=False, sort_keys=True, default=str)
    known = {"facts": hashlib.sha256(rows.encode("utf-8")).hexdigest()}
    return {name: str(value) for name, value in about.items()} | known


def _following(digest: bytes, content: str) -> bytes:
    return hashlib.sha256(digest + content.encode("utf-8")).digest()
