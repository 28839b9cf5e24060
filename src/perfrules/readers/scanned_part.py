"""One part of a table of facts that stays in columns: which columns it has, and what in them can't be read."""

from __future__ import annotations

from typing import Any

import polars as pl

from perfrules.core.days import midnight
from perfrules.core.facts import key_of
from perfrules.core.given import note, read_id, row_headings
from perfrules.core.problem import Findings
from perfrules.core.values import KIND_WORDS, Unfit, read_value, shown
from perfrules.core.vocabulary import SubjectKind
from perfrules.engines.columns import TEXT, TRUTH, WHOLE
from perfrules.engines.frames import stored
from perfrules.readers.columns import Layout, Used, cell_value
from perfrules.readers.exact import Exact, exact, names, totals, years
from perfrules.readers.frame import TEXT as AS_TEXT
from perfrules.readers.frame import note_unread
from perfrules.readers.parts import Part

SHOWN = 5  # rows of a column that are named where they can't be read
ROW = "\0row"  # as no column of a table is called


class ScannedPart:
    """One part of the table of a kind while it is read."""

    def __init__(self, kind: SubjectKind, layout: Layout, part: Part, period: int | None, findings: Findings) -> None:
        self.kind = kind
        self.layout = layout
        self.part = part
        self.findings = findings
        self.used: dict[str, Used] = {}  # by what they hold
        self.nameless: list[int] = []
        self.read: dict[str, Exact] = {"period": Exact(pl.lit(period, WHOLE), pl.lit(False))}
        self.plain: set[str] = set()  # what stands in the table as it is stored
        self.known: set[str] = set()
        self.periods: list[int] = []
        self.in_order = False  # whether its ids are, each once

    def header(self) -> bool:
        """Find the columns; False with problems noted where rows can't be read."""
        headings, place = self.part.headings, self.part.name
        before = len(self.findings.errors)
        header = self.layout.header(self.kind.name, headings, place, self.findings)
        if header is None or len(self.findings.errors) > before:
            return False
        self.nameless = header.nameless
        own = row_headings(self.layout.vocabulary, self.kind) | {self.kind.belongs_to: "parent"}
        for used in header.used:
            if used.position in self.part.unlike:
                note_unread(f"{place}, {used.heading}", self.part.unlike[used.position], self.findings)
            name = own.get(used.name, self.kind.by_title.get(used.name, used.name))
            name = "parent" if name == self.kind.belongs_to else name
            self.used[name] = used
        types = self.part.frame.collect_schema()
        for name, used in self.used.items():
            column = self._column(name)
            self.read[name] = self._exact(name, used, pl.col(column), types[column])
        return len(self.findings.errors) == before

    def _exact(self, name: str, used: Used, column: pl.Expr, kind: pl.DataType) -> Exact:
        if name == "period":
            return years(column, kind, used.column)
        if name in ("id", "parent"):
            return names(column, kind, used.column)
        return exact(self.kind.columns[name], column, kind, used.column)

    def _column(self, name: str) -> str:
        """What the frame calls the column that holds something."""
        return self.part.columns[self.used[name].position]

    def _called(self, name: str) -> str:
        return self.kind.belongs_to if name == "parent" else name

    def frame(self, *, row: str = "") -> pl.LazyFrame:
        """The part as engines read it; with the numbers of its rows as a column, where that has a name."""
        given = self.part.frame.with_row_index(row, 0) if row else self.part.frame
        found = {name: pl.col(self._column(name)) if name in self.plain else r.value for name, r in self.read.items()}
        nothing = {name: pl.lit(None, stored(fact)) for name, fact in self.kind.columns.items()}
        columns = {"id": pl.lit(None, TEXT), "parent": pl.lit("")} | nothing | found
        return given.select(*([pl.col(row).cast(WHOLE)] if row else []), **columns)

    def _answers(self, ordered: bool) -> dict[str, Any]:
        """What one pass tells of all rows. Each value is made once, as a column, for all that is asked of it.

        Whether ids are in order is asked where it matters: to know it, all of them are held.
        """
        made: dict[str, pl.Expr] = {}
        asked: dict[str, pl.Expr] = {"rows": pl.len(), "years": pl.col("value period").unique().implode()}
        schema = self.part.frame.collect_schema()
        for name, read in self.read.items():
            made |= {f"value {name}": read.value, f"bad {name}": read.bad}
            value = pl.col(f"value {name}")
            asked |= {f"bad {name}": pl.col(f"bad {name}").sum(), f"unknown {name}": value.is_null().sum()}
            own = self.kind.columns.get(name)
            if name in self.used and name != "period" and schema[self._column(name)] == (stored(own) if own else TEXT):
                made[f"given {name}"] = pl.col(self._column(name))
                asked[f"plain {name}"] = value.eq_missing(pl.col(f"given {name}")).all()
        subject = pl.col("value id")
        for position in self.nameless:
            made[f"nameless {position}"] = self._stands(position)
            asked[f"nameless {position}"] = pl.col(f"nameless {position}").any()
        asked["totals"] = _is_total(subject).sum()
        if ordered:
            asked["disorder"] = (subject <= subject.shift(1)).sum()
        return self.part.frame.select(**made).select(**asked).collect(engine="streaming").row(0, named=True)

    def check(self, ordered: bool) -> None:
        """Note what can't be read; `ordered`: whether it is to be found out if ids are in order."""
        found = self._answers(ordered)
        self.periods = sorted(year for year in found["years"] if year is not None)
        self.known = {name for name in self.read if not found[f"unknown {name}"]}
        self.plain = {name for name in self.read if found.get(f"plain {name}")}
        self.in_order = not found.get("disorder", True)
        for name in self.used:
            self._note(name, found[f"bad {name}"])
        for name, code in (("id", "PR617"), ("period", "PR611")):
            values = {"kind": self.kind.name} if code == "PR617" else {}
            self._first(self._lacks(name), code, found[f"unknown {name}"] - found[f"bad {name}"], **values)
        self._note_totals(found["totals"])
        for position in (one for one in self.nameless if found[f"nameless {one}"]):
            (number, _), *_ = self._rows(self._stands(position), self.part.columns[position])
            note(self.findings, "PR649", self.part.place(number), number=str(position + 1))
        order = self.kind.in_order_of
        if order:
            lacking = found[f"unknown {order}"] - found[f"bad {order}"] if order in self.read else found["rows"]
            self._first(self._lacks(order), "PR627", lacking, kind=self.kind.name, fact=order)

    def _stands(self, position: int) -> pl.Expr:
        """Whether something stands in a column without a name."""
        column = self.part.columns[position]
        given = pl.col(column)
        if self.part.frame.collect_schema()[column] == TEXT:
            given = pl.when(given.str.strip_chars() != "").then(given)
        return given.is_not_null()

    def _lacks(self, name: str) -> pl.Expr:
        """Whether a row lacks something, though nothing is said of it."""
        read = self.read.get(name)
        return read.value.is_null() & ~read.bad if read else pl.lit(True)

    def _note(self, name: str, count: int) -> None:
        """Note the first cells of a column that can't be read, as every reader says it, and how many more there are."""
        used, column = self.used[name], self._column(name)
        if not count:
            return
        if self.part.frame.collect_schema()[column].is_float():
            where = f"{self.part.name}, {used.heading}"
            self.findings.add("PR644", where=where, column=used.heading, hint=AS_TEXT)
            return
        try:
            rows = self._rows(self.read[name].bad, column)
        except (pl.exceptions.PanicException, OverflowError, ValueError) as error:  # days that Python does not have
            note_unread(f"{self.part.name}, {used.heading}", error, self.findings)
            return
        for number, value in rows:
            before = len(self.findings.problems)
            place, where = self.part.place(number), f"{self.part.place(number)}, {used.heading}"
            self._read_cell(name, midnight(value), place, where)
            if len(self.findings.problems) == before:  # rows would take it, and columns of its type do not
                fact = self.kind.columns.get(name)
                expected = KIND_WORDS[fact.kind if fact else "text"]
                note(self.findings, "PR602", where, fact=self._called(name), value=shown(value), expected=expected)
        self._more(count, rows, used.heading)

    def _read_cell(self, name: str, value: object, place: str, where: str) -> None:
        """Read one cell as a row's, to note what is wrong with it."""
        before, fact = len(self.findings.problems), self.kind.columns.get(name)
        given = cell_value(self.used[name].column, value, where, self.findings)
        if len(self.findings.problems) > before:
            return
        if name == "period":
            key_of(self.kind, {"id": 0, "period": given}, place, None, self.findings)
        elif fact is None:
            read_id(given, self._called(name), place, self.findings)
        else:
            try:
                read_value(fact, given)
            except Unfit as unfit:
                note(self.findings, unfit.code, where, **unfit.values)

    def _note_totals(self, count: int) -> None:
        """Note rows that are no subjects."""
        if count:
            rows = self._rows(_is_total(self.read["id"].value), self._column("id"))
            for number, word in rows:
                note(self.findings, "PR635", self.part.place(number), word=str(word).strip())
            self._more(count, rows, self.kind.name)

    def _first(self, where: pl.Expr, code: str, count: int, **values: str) -> None:
        """Note the first rows of which something holds, and how many more there are."""
        if count:
            rows = self._rows(where, self._column("id"))
            for number, subject in rows:
                whose = {"id": str(subject)} if code == "PR627" else {}
                note(self.findings, code, self.part.place(number), **values, **whose)
            self._more(count, rows, self.kind.name)

    def _rows(self, where: pl.Expr, column: str) -> list[tuple[int, Any]]:
        """The first rows of which something holds: their numbers, and what stands in a column."""
        rows = self.part.frame.with_row_index(ROW).filter(where).select(ROW, column).head(SHOWN)
        return list(rows.collect(engine="streaming").sort(ROW).iter_rows())

    def _more(self, count: int, rows: list[tuple[int, Any]], about: str) -> None:
        more(self.findings, count, [self.part.place(number) for number, _ in rows], about)


def more(findings: Findings, count: int, shown: list[str], about: str) -> None:
    """Note how many more rows there are than those that are named."""
    if count > len(shown):
        findings.add("PR740", where=shown[-1], count=str(count - len(shown)), about=about)


def _is_total(subject: pl.Expr) -> pl.Expr:
    return subject.map_batches(totals, return_dtype=TRUTH, is_elementwise=True)
