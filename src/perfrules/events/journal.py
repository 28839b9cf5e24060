"""The journal: every message that was answered, in the order in which it came, in a file of SQLite.

Each entry has a digest over itself and all before it, and the file knows which is its last, and the digest of what the
watch rests on that may grow. A message is on the disk before it is answered, first in the log beside the file (WAL) and
then in the file, so a copy of that alone is whole.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from perfrules.asked import path_given
from perfrules.core.facts import Facts
from perfrules.core.files import FULL, NOT_THERE, REFUSED
from perfrules.core.problem import Problem, Refused, Value, Words
from perfrules.events.footing import reading

FORMAT = "3"
EMPTY = Words("it is empty: cut off, or never begun", "文件为空：已被截断，或从未写入")
OTHERS = Words("it is the database of another program", "它是其他程序的数据库")
_DAMAGED = Words("it is damaged or cut off, or no database of SQLite", "文件已损坏或被截断，或不是 SQLite 数据库")
REASONS: dict[int, Words] = {  # what SQLite says, in both languages
    sqlite3.SQLITE_BUSY: Words("another watch has it open", "另一跟踪正在使用该文件"),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: Words(
        "the disk is read-only or fails, or it is not permitted", "磁盘只读、有故障或没有相应的权限"
    ),
    sqlite3.SQLITE_READONLY: REFUSED,
    sqlite3.SQLITE_CANTOPEN: Words(
        "it can't be opened (a folder, in no folder, or not permitted)",
        "无法打开（是文件夹、所在文件夹不存在或没有权限）",
    ),
}
NAMES = {  # of what a journal is about
    "format": Words("format", "格式"),
    "program": Words("program", "政策"),
    "facts": Words("facts", "开始时的事实"),
    "vocabulary": Words("vocabulary", "词表"),
    "period": Words("period", "年度"),
    "since": Words("since", "起始日"),
    "window": Words("window", "迟报天数"),
    "calendar": Words("calendar", "工作日历"),
    "decisions": Words("decisions", "决定"),
}
_GROWING = ("calendar", "decisions")  # what is not of the first digest
_TABLES = """
create table watch (name text primary key, value text not null) without rowid;
create table entry (
    number integer primary key, id text, content text not null, digest blob not null
);
create unique index entry_id on entry (id) where id is not null;
create index entry_content on entry (content) where id is null;
"""


class Journal:
    """The messages of one watch, in a file, or in memory where there is none."""

    def __init__(self, path: str | Path | None, heading: dict[str, str]) -> None:
        file = None if path is None else path_given("journal", path, '"events.db"')
        self.place = ":memory:" if file is None else str(path)
        there = file is not None and self._is_there(file)
        try:
            self._db = sqlite3.connect(self.place, isolation_level=None, check_same_thread=False)
        except sqlite3.DatabaseError as error:
            raise self._failed(error) from None
        self._db.text_factory = lambda text: text.decode("utf-8", "backslashreplace")  # edited, it has another digest
        self._open = False
        try:
            self._begin({"format": FORMAT, **heading}, there)
            self._number, self._digest = self._last()
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise self._failed(error) from None
        except UnicodeDecodeError:  # SQLite quotes what is damaged
            self._db.close()
            raise self._refused("PR755", reason=_DAMAGED) from None
        except Refused:
            self._db.close()
            raise

    def _is_there(self, path: Path) -> bool:
        """Whether there is a file. Raises `Refused` for an empty one: it was cut off."""
        if "\0" in self.place:
            raise self._refused("PR755", reason=NOT_THERE)
        if path.is_file() and not path.stat().st_size:
            raise self._refused("PR755", reason=EMPTY)
        return path.exists()

    def _begin(self, heading: dict[str, str], there: bool) -> None:
        """Have the file for this process alone, with every commit on the disk."""
        for setting in ("locking_mode = exclusive", "synchronous = full"):
            self._db.execute(f"pragma {setting}")
        self._db.execute("begin immediate")
        tables = {name for (name,) in self._db.execute("select name from sqlite_master where type = 'table'")}
        if there and tables != {"watch", "entry"}:
            raise self._refused("PR755", reason=OTHERS if tables else EMPTY)
        if there:
            self._check_heading(heading)
        else:
            self._write_heading(heading)
        self._db.execute("commit")
        self._db.execute("pragma journal_mode = wal")  # of our own file only: it would stay with another program's

    def rest_on(self, name: str, value: str, agrees: Callable[[str, str], bool]) -> None:
        """Something that may grow agrees with what it was when this was written. Raises `Refused` where it does not."""
        try:
            known = dict(self._db.execute("select name, value from watch where name = ?", (name,))).get(name)
            if known is not None and not agrees(str(known), value):
                other, given = (hashlib.sha256(text.encode("utf-8")).hexdigest()[:12] for text in (str(known), value))
                raise self._refused("PR753", name=NAMES[name], value=given, other=other)
            if known != value:
                self._db.execute("begin immediate")
                self._db.execute("insert or replace into watch values (?, ?)", (name, value))
                self._write_last()
                self._db.execute("commit")
        except (ValueError, TypeError, LookupError):  # what it was can't be read any more
            raise self._refused("PR754", number="0") from None
        except sqlite3.DatabaseError as error:
            raise self._failed(error) from None

    def entries(self) -> Iterator[str]:
        """The content of each, from the first. Raises `Refused` where one was edited or cut off."""
        digest = self._first()
        expected = 0
        for number, id_, content, found in self._rows("select * from entry order by number"):
            expected += 1
            digest = _following(digest, id_, content)
            if number != expected or digest != found:
                raise self._refused("PR754", number=str(expected))
            yield content
        if (expected, digest) != (self._number, self._digest):
            raise self._refused("PR754", number=str(expected + 1))

    def _rows(self, query: str, *values: str) -> Iterator[tuple[Any, ...]]:
        """Rows of the file. Raises `Refused` where it can't be read."""
        try:
            yield from self._db.execute(query, values)
        except sqlite3.DatabaseError as error:
            raise self._failed(error) from None

    @property
    def last(self) -> int:
        """The number of the last entry."""
        return self._number

    def find(self, id_: str) -> tuple[int, str] | None:
        """The number and content of the message with an id."""
        found = next(self._rows("select number, content from entry where id = ?", id_), None)
        return None if found is None else (int(found[0]), str(found[1]))

    def holds(self, content: str) -> bool:
        """Whether a message without an id is there, to the letter."""
        return any(self._rows("select 1 from entry where id is null and content = ? limit 1", content))

    def append(self, id_: str, content: str) -> int:
        """Take a message in, which is on the disk with the next commit: its number."""
        try:
            if not self._open:
                self._db.execute("begin immediate")
                self._open = True
            self._number, self._digest = self._number + 1, _following(self._digest, id_ or None, content)
            row = (self._number, id_ or None, content, self._digest)
            self._db.execute("insert into entry values (?, ?, ?, ?)", row)
        except sqlite3.DatabaseError as error:
            raise self._failed(error) from None
        return self._number

    def commit(self) -> None:
        """Everything that was appended is on the disk. Raises `Refused` where it can't be written."""
        if not self._open:
            return
        try:
            self._write_last()
            self._db.execute("commit")
            self._db.execute("pragma wal_checkpoint(truncate)")
        except sqlite3.DatabaseError as error:
            raise self._failed(error) from None
        self._open = False

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self._db.close()

    def _check_heading(self, heading: dict[str, str]) -> None:
        """The journal is one of the same watch: of these policies, facts, period and days."""
        known = dict(self._db.execute("select name, value from watch"))
        for name, value in heading.items():
            if known.get(name) != value:
                raise self._refused("PR753", name=NAMES[name], value=value, other=str(known.get(name, "-")))

    def _write_heading(self, heading: dict[str, str]) -> None:
        """A new journal, with no entry yet."""
        for statement in _TABLES.split(";"):
            self._db.execute(statement)
        self._db.executemany("insert into watch values (?, ?)", heading.items())
        self._number, self._digest = 0, self._first()
        self._write_last()

    def _write_last(self) -> None:
        said = f"{self._number} {self._digest.hex()} {self._resting().hex()}"
        self._db.execute("insert or replace into watch values ('last', ?)", (said,))

    def _first(self) -> bytes:
        """The digest before the first entry: that of the heading."""
        return _digest(row for row in self._about() if row[0] not in _GROWING)

    def _resting(self) -> bytes:
        """The digest of what the watch rests on that may grow."""
        return _digest(row for row in self._about() if row[0] in _GROWING)

    def _about(self) -> Iterator[tuple[str, object]]:
        """What the journal is about, without where it ends."""
        yield from self._db.execute("select name, value from watch where name <> 'last' order by name")

    def _last(self) -> tuple[int, bytes]:
        """The number and digest of the last entry, as the file knows them."""
        found = self._db.execute("select value from watch where name = 'last'").fetchone()
        if found is None:
            raise self._refused("PR754", number="0")
        try:
            number, digest, resting = str(found[0]).split(" ")
            last = int(number), bytes.fromhex(digest)
        except ValueError:
            raise self._refused("PR754", number="0") from None
        if resting != self._resting().hex():
            raise self._refused("PR754", number="0")
        return last

    def _failed(self, error: sqlite3.DatabaseError) -> Refused:
        """That SQLite can't read or write it, and why."""
        reason = REASONS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF) or str(error)
        return self._refused("PR755", reason=reason)

    def _refused(self, code: str, **values: Value) -> Refused:
        return Refused([Problem(code, where=self.place, values={"path": self.place, **values})])


def heading(facts: Facts, about: Mapping[str, object]) -> dict[str, str]:
    """What a journal is about, and the digests of the facts that were known beforehand and of how facts are read."""
    rows = json.dumps(facts.rows(), ensure_ascii=False, sort_keys=True, default=str)
    known = {"facts": hashlib.sha256(rows.encode("utf-8")).hexdigest(), "vocabulary": reading(facts.vocabulary)}
    return {name: str(value) for name, value in about.items()} | known


def _digest(rows: Iterable[tuple[str, object]]) -> bytes:
    return hashlib.sha256(repr(list(rows)).encode("utf-8", "backslashreplace")).digest()


def _following(digest: bytes, id_: object, content: object) -> bytes:
    said = repr((id_, content))  # whatever they have become in a file that was changed
    return hashlib.sha256(digest + said.encode("utf-8", "backslashreplace")).digest()
