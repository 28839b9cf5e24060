"""The parts of a table that stays in columns: files, dataframes, what gives an Arrow stream.

A CSV file streams by where it is plain: UTF-8, without quotes, each line with as many cells as the first. Another is
read as every CSV file is, and held in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from glob import glob
from itertools import islice
from operator import methodcaller
from pathlib import Path
from typing import Any

import polars as pl

from perfrules.core.files import NOT_THERE, REASONS, reason_in
from perfrules.core.problem import Findings, Problem, Refused, Value, Words
from perfrules.core.span import Source
from perfrules.engines.columns import TEXT
from perfrules.readers.csv_table import csv_lines, csv_source, parted, texts_of
from perfrules.readers.frame import UNLIKE, headings_of, is_doubled, is_frame, note_unread, numbered

FAILED = (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)
BATCH = 50_000  # rows of a CSV file that is not plain, until they are columns
CHUNK = 1 << 22  # characters of which it is looked at one time whether they are plain
BLANKS = "," + "".join(filter(str.isspace, map(chr, range(0x3001))))
SHOWN_MAX = 200
REMOTE = "://"  # in what is no path of this machine
TABLES = Words("a path, a dataframe or an Arrow table", "路径、数据框或 Arrow 表")
NO_PARQUET = Words(
    "it is no Parquet file, and its name does not end in .csv", "它不是 Parquet 文件，文件名也不以 .csv 结尾"
)
PARQUET = (b"PAR1", b"PARE")  # how they begin
EXAMPLE = '"departments.parquet"'


@dataclass(frozen=True)
class Part:
    """One of the tables that hold a kind: what it is called, its headings and what its frame calls these columns, where
    a row stands."""

    name: str
    frame: pl.LazyFrame
    headings: Sequence[str]
    columns: Sequence[str]
    place: Callable[[int], str]
    files: Sequence[Path] = ()  # of Parquet
    unlike: Mapping[int, Exception] = field(default_factory=dict)  # by column, why Polars does not have what it holds


def parts_of(word: str, given: object, findings: Findings) -> Iterator[Part]:
    """The parts of what is given for a kind under a word. What can't be read is noted."""
    several = list(given) if isinstance(given, (list, tuple)) else [given]
    parquet: list[tuple[Path, str]] = []  # each as it was given
    for number, one in enumerate(several):
        if not isinstance(one, (str, Path)):
            place = f"{word}[{number}]" if len(several) > 1 else word
            with readable(place, findings):
                yield from _framed(one, place, findings)
        elif str(one).lower().endswith(".csv"):
            yield from filter(None, (_csv(path, findings) for path in _paths(one, findings)))
        elif REMOTE in str(one):
            yield from _polars(word, str(one), findings)
        else:
            found = _paths(one, findings)
            parquet += ((file, str(one)) for file in found if not file.is_dir())
            for folder in filter(Path.is_dir, found):
                yield from _polars(word, str(folder), findings)
    yield from _parquet(parquet, findings)


def place_of(word: str, given: object) -> str:
    """What is given for a kind under a word, as messages call it: its file where it is one."""
    one = given[0] if isinstance(given, (list, tuple)) and len(given) == 1 else given
    return str(one) if isinstance(one, (str, Path)) else word


@contextmanager
def readable(name: str, findings: Findings, files: Sequence[Path] = ()) -> Iterator[None]:
    """Note where what is called so can't be read, whatever Polars says of it; of several files, which of them."""
    try:
        yield
    except FAILED as error:
        before = len(findings.problems)
        for file in files if len(files) > 1 else ():
            with readable(str(file), findings):
                pl.scan_parquet(file, glob=False).select(pl.all().is_null().sum()).collect(engine="streaming")
        if len(findings.problems) == before:
            findings.add("PR120", where=name, path=name, reason=_reason(error))


@contextmanager
def still_readable(names: Sequence[str]) -> Iterator[None]:
    """Raise `Refused` where tables that were looked at can't be read any more."""
    try:
        yield
    except FAILED as error:
        raise unread(names, error) from error


def unread(names: Sequence[str], error: BaseException) -> Refused:
    """That tables can't be read."""
    name = ", ".join(names)[:SHOWN_MAX]
    return Refused([Problem("PR120", where=name, values={"path": name, "reason": _reason(error)})])


def _reason(error: BaseException) -> Value:
    return REASONS.get(type(error)) or reason_in(str(error)) or type(error).__name__


def _framed(given: object, place: str, findings: Findings) -> Iterator[Part]:
    """A dataframe, or anything that gives an Arrow stream."""
    unlike: dict[int, Exception] = {}
    if isinstance(given, (pl.LazyFrame, pl.DataFrame)):
        frame, headings = given.lazy(), []
    elif is_frame(given) or hasattr(given, "__arrow_c_stream__") or hasattr(given, "__arrow_c_array__"):
        headings = headings_of(given)
        try:
            table, unlike = (pl.DataFrame(), {}) if is_doubled(headings) else _taken(numbered(given, len(headings)))
        except UNLIKE as error:
            note_unread(place, error, findings)
            return
        frame = table.lazy()
    else:
        findings.add("PR628", where=place, about=place, expected=TABLES, example=EXAMPLE)
        return
    names = frame.collect_schema().names()
    yield Part(place, frame, headings or names, names, lambda row: f"{place}[{row}]", unlike=unlike)


def _taken(given: Any) -> tuple[pl.DataFrame, dict[int, Exception]]:
    """A dataframe of others; of pandas, where Polars does not have it, column by column, with whether something stands
    in those that it does not have, and why it does not: so it is of a column that holds values of several types."""
    try:
        return pl.DataFrame(given), {}
    except UNLIKE:
        if not hasattr(given, "iloc"):
            raise
    columns: list[pl.DataFrame] = []
    unlike: dict[int, Exception] = {}
    for number, name in enumerate(given.columns):
        try:
            columns.append(pl.DataFrame(given.iloc[:, [number]]))
        except UNLIKE as error:
            unlike[number] = error
            there = [present or None for present in given[name].notna()]
            columns.append(pl.DataFrame({name: there}, schema={name: pl.Boolean}))
    return pl.concat(columns, how="horizontal"), unlike


def _polars(word: str, path: str, findings: Findings) -> Iterator[Part]:
    """The Parquet files of a folder, or of another machine, as Polars finds them."""
    with readable(path, findings):
        frame = pl.scan_parquet(path)
        names = frame.collect_schema().names()
        yield Part(path, frame, names, names, lambda row: f"{word}, row {row + 1}")


def _parquet(files: Sequence[tuple[Path, str]], findings: Findings) -> Iterator[Part]:
    """Parquet files; those that have the same columns are one part, called as they were given."""
    alike: dict[tuple[tuple[str, pl.DataType], ...], list[tuple[Path, str]]] = {}
    for file, given in files:
        with readable(str(file), findings):
            if not _is_parquet(file):
                findings.add("PR120", where=str(file), path=str(file), reason=NO_PARQUET)
                continue
            schema = pl.scan_parquet(file, glob=False).collect_schema()
            alike.setdefault(tuple(schema.items()), []).append((file, given))
    for columns, several in alike.items():
        own, names = [file for file, _ in several], [name for name, _ in columns]
        called = ", ".join(dict.fromkeys(given for _, given in several))[:SHOWN_MAX] if len(own) > 1 else str(own[0])
        yield Part(called, pl.scan_parquet(own, glob=False), names, names, _rows_of(own), own)


def _is_parquet(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(PARQUET[0])) in PARQUET


def _rows_of(files: Sequence[Path]) -> Callable[[int], str]:
    """Where a row of several Parquet files stands."""
    count = cache(lambda file: pl.scan_parquet(file, glob=False).select(pl.len()).collect().item())

    def place(row: int) -> str:
        found = iter(files)
        file = next(found)
        while row >= count(file):
            row -= count(file)
            file = next(found)
        return f"{file}, row {row + 1}"

    return place


def _paths(given: str | Path, findings: Findings) -> list[Path]:
    """The files that a path or a pattern names."""
    path = Path(given)
    found = [path] if path.exists() else [Path(one) for one in sorted(glob(str(given)))]
    if not found:
        findings.add("PR120", where=str(given), path=str(given), reason=NOT_THERE)
    return found


def _csv(path: Path, findings: Findings) -> Part | None:
    """A CSV file, its columns called by their positions; None with a problem noted where it is none."""
    is_plain = _is_plain(path)
    if is_plain:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline().rstrip("\r\n")
        source: Source | None = Source(str(path), first)
        lines: Iterator[tuple[int, list[str]]] = iter([(1, first.split(","))])
    else:
        source = csv_source(path, findings)
        lines = csv_lines(source, findings) if source is not None else iter(())
    line, cells = next(lines, (0, []))
    headings = texts_of(cells, source, line) if source is not None and cells else []
    if source is None or not headings or not parted(headings, findings):
        return None
    columns = [str(number) for number in range(len(headings))]
    part = partial(Part, str(path), headings=headings, columns=columns)
    if is_plain:
        schema = dict.fromkeys(columns, TEXT)
        frame = pl.scan_csv(
            path, has_header=False, skip_rows=1, schema=schema, quote_char=None, raise_if_empty=False, glob=False
        )
        return part(frame=frame, place=lambda row: f"{path}:{row + 2}")
    numbers, frame = _held(path, columns, lines, findings)
    return part(frame=frame, place=lambda row: f"{path}:{numbers[row]}")


def _is_plain(path: Path) -> bool:
    """Whether each line of a file is a row whose cells stand between commas, as many as in the first."""
    widths: set[int] = set()
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            while lines := file.readlines(CHUNK):
                text = "".join(lines)
                widths.update(map(methodcaller("count", ","), lines))
                odd = '"' in text or "\0" in text or text.count("\r") != text.count("\r\n")
                if odd or len(widths) > 1 or "" in map(methodcaller("strip", BLANKS), lines):
                    return False
    except (OSError, ValueError):  # it is not there, or in another encoding: the reader of all CSV files says that
        return False
    return bool(widths)


def _held(
    path: Path, columns: Sequence[str], lines: Iterator[tuple[int, list[str]]], findings: Findings
) -> tuple[list[int], pl.LazyFrame]:
    """The rows of a file in memory, and on which lines they begin."""
    numbers: list[int] = []

    def whole() -> Iterator[list[str]]:
        for line, cells in lines:
            if len(cells) == len(columns):
                numbers.append(line)
                yield cells
            else:
                findings.add("PR623", where=f"{path}:{line}", found=str(len(cells)), expected=str(len(columns)))

    schema = dict.fromkeys(columns, TEXT)
    frames, rows = [pl.DataFrame(schema=schema)], whole()
    while some := list(islice(rows, BATCH)):
        frames.append(pl.DataFrame(some, schema=schema, orient="row"))
    return numbers, pl.concat(frames).lazy()
