"""One table of facts that stays in columns: which columns it has, and what in them can't be read."""

from __future__ import annotations

from typing import Any

import polars as pl

from perfrules.core.given import cell_of, note, read_id, row_headings
from perfrules.core.problem import Findings, Words
from perfrules.core.values import Unfit, read_value
from perfrules.core.vocabulary import SubjectKind
from perfrules.engines.columns import TEXT, WHOLE
from perfrules.engines.frames import stored
from perfrules.readers.columns import TOTALS, Layout
from perfrules.readers.exact import Exact, exact, names
from perfrules.readers.frame import TEXT as AS_TEXT

ABSENT = Words("give its row, too", "请同时给出该行")
SHOWN = 5  # rows of a column that are named where they can't be read
ROW, YEAR = "row", "year"


class ScannedTable:
    """The table of one kind while it is read."""

    def __init__(
        self, kind: SubjectKind, layout: Layout, given: pl.LazyFrame, period: int | None, findings: Findings
    ) -> None:
        self.kind = kind
        self.layout = layout
        self.given = given
        self.period = period
        self.findings = findings
        self.columns: dict[str, str] = {}  # headings, by what they hold
        self.read: dict[str, Exact] = {}
        self.year = pl.lit(period, WHOLE)
        self.known: set[str] = set()
        self.plain: set[str] = set()  # what stands in the table as it is stored
        self.periods: list[int] = []

    def header(self) -> bool:
        """Find the columns; False with problems noted where rows can't be read."""
        schema = self.given.collect_schema()
        before = len(self.findings.errors)
        header = self.layout.header(self.kind.name, list(schema), self.kind.name, self.findings)
        if header is None:
            return False
        headings = row_headings(self.layout.vocabulary, self.kind) | {self.kind.belongs_to: "parent"}
        for used in header.used:
            name = headings.get(used.name, self.kind.by_title.get(used.name, used.name))
            self.columns["parent" if name == self.kind.belongs_to else name] = used.heading
        for name, heading in self.columns.items():
            if name != "period":
                self._read(name, heading, schema[heading])
        self.year = self._year(schema[self.columns["period"]] if "period" in self.columns else None)
        return len(self.findings.errors) == before

    def _read(self, name: str, heading: str, kind: pl.DataType) -> None:
        if name in ("id", "parent"):
            self.read[name] = names(pl.col(heading))
            return
        found = exact(self.kind.columns[name], pl.col(heading), kind)
        if found is None:
            self.findings.add("PR644", where=f"{self.kind.name}, {heading}", column=heading, hint=AS_TEXT)
        else:
            self.read[name] = found

    def _year(self, kind: pl.DataType | None) -> pl.Expr:
        """The period of each row; null where it has none that is a year."""
        given = pl.lit(self.period, WHOLE)
        if kind is None:
            return given
        said = pl.col(self.columns["period"])
        if kind.is_integer():
            year = pl.when(said.is_between(1000, 9999)).then(said).cast(WHOLE)
        else:
            said = said.cast(TEXT).str.strip_chars()
            year = pl.when(said.str.contains(r"^[0-9]{4}$")).then(said).cast(WHOLE)
            said = pl.when(said != "").then(said)
        return pl.when(said.is_null()).then(given).otherwise(year)

    def frame(self) -> pl.LazyFrame:
        """The table as engines read it."""
        nobody = {"parent": pl.lit("")} if "parent" not in self.read else {}
        nothing = {n: pl.lit(None, stored(f)) for n, f in self.kind.columns.items() if n not in self.read}
        found = {n: pl.col(self.columns[n]) if n in self.plain else e.value for n, e in self.read.items()}
        return self.given.select(self.year.alias("period"), **nobody, **nothing, **found)

    def _answers(self, ids: bool) -> dict[str, Any]:
        """What one pass tells of all rows. Each value is made once, as a column, for all that is asked of it.

        Whether ids are in order is asked where it matters: to know it, all of them are held.
        """
        made, asked = (
            {YEAR: self.year},
            {"years": pl.col(YEAR).unique().implode(), "no year": pl.col(YEAR).null_count()},
        )
        schema = self.given.collect_schema()
        for name, read in self.read.items():
            made |= {f"value {name}": read.value, f"bad {name}": read.bad}
            value = pl.col(f"value {name}")
            asked |= {f"bad {name}": pl.col(f"bad {name}").sum(), f"unknown {name}": value.is_null().sum()}
            own = self.kind.columns.get(name)
            if schema[self.columns[name]] == (stored(own) if own else TEXT):
                made[f"given {name}"] = pl.col(self.columns[name])
                asked[f"plain {name}"] = value.eq_missing(pl.col(f"given {name}")).all()
        subject = pl.col("value id")
        asked["totals"] = subject.is_in(sorted(TOTALS)).sum()
        if ids:
            asked["disorder"] = (subject <= subject.shift(1)).sum()
        return self.given.select(**made).select(**asked).collect(engine="streaming").row(0, named=True)

    def check(self, ids: bool) -> None:
        """Note what can't be read."""
        found = self._answers(ids)
        self.periods = sorted(year for year in found["years"] if year is not None)
        self.known = {name for name in self.read if not found[f"unknown {name}"]}
        self.plain = {name for name in self.read if found.get(f"plain {name}")}
        for name, read in self.read.items():
            self._note(name, read.bad, found[f"bad {name}"])
        self._check_ids(found["unknown id"] - found["bad id"], found["totals"])
        if found["no year"]:
            code = "PR612" if "period" in self.columns else "PR611"
            cell = {"value": self._cell("period", self.year.is_null())} if code == "PR612" else {}
            self._first(self.year.is_null(), code, found["no year"], **cell)
        if ids and (found["disorder"] or len(self.periods) > 1) and not self.findings.errors:
            self._check_once()

    def _check_ids(self, lacking: int, totals: int) -> None:
        subject = self.read["id"]
        if lacking:
            self._first(subject.value.is_null() & ~subject.bad, "PR617", lacking, kind=self.kind.name)
        if totals:
            said = subject.value.is_in(sorted(TOTALS))
            self._first(said, "PR635", totals, word=self._cell("id", said))

    def _cell(self, name: str, where: pl.Expr) -> str:
        return str(self.given.filter(where).select(self.columns[name]).head(1).collect().item())

    def _note(self, name: str, bad: pl.Expr, count: int) -> None:
        """Note the first cells of a column that can't be read, as every reader says it, and how many more there are."""
        if not count:
            return
        fact, heading = self.kind.columns.get(name), self.columns[name]
        rows = self.given.with_row_index(ROW).filter(bad).select(ROW, heading).head(SHOWN).collect(engine="streaming")
        for number, value in rows.sort(ROW).iter_rows():
            place = f"{self.kind.name}[{number}]"
            if fact is None:
                read_id(value, name, place, self.findings)
                continue
            try:
                read_value(fact, value)
            except Unfit as unfit:
                note(self.findings, unfit.code, cell_of(value, heading, place), **unfit.values)
        self._more(count, rows[ROW].to_list(), heading)

    def _first(self, where: pl.Expr, code: str, count: int, **values: str | Words) -> None:
        rows = self.given.with_row_index(ROW).filter(where).select(ROW).head(SHOWN).collect(engine="streaming")
        for (number,) in rows.sort(ROW).iter_rows():
            note(self.findings, code, f"{self.kind.name}[{number}]", **values)
        self._more(count, rows[ROW].to_list(), self.kind.name)

    def _more(self, count: int, shown: list[int], about: str) -> None:
        if count > len(shown):
            last = f"{self.kind.name}[{max(shown)}]"
            self.findings.add("PR740", where=last, count=str(count - len(shown)), about=about)

    def _check_once(self) -> None:
        rows = self.given.with_row_index(ROW).select(ROW, self.read["id"].value.alias("id"), self.year.alias("period"))
        places = [pl.col(ROW).min().alias("first"), pl.col(ROW).sort().get(1, null_on_oob=True).alias("second")]
        twice = (
            rows.group_by("id", "period").agg(pl.len().alias("rows"), *places).filter(pl.col("rows") > 1).sort("second")
        )
        found = twice.collect(engine="streaming")
        for subject, year, _, first, second in found.head(SHOWN).iter_rows():
            kind = self.kind.name
            values = {"kind": kind, "id": subject, "period": str(year), "first": f"{kind}[{first}]"}
            note(self.findings, "PR605", f"{kind}[{second}]", **values)
        self._more(len(found), found["second"].head(SHOWN).to_list(), "id")

    def check_parents(self, above: ScannedTable) -> None:
        """Every row belongs to a row that is there."""
        own, theirs = self.frame().with_row_index(ROW), above.frame()
        lost = own.join(theirs, left_on=["parent", "period"], right_on=["id", "period"], how="anti")
        found = lost.select(ROW, "id", "parent", "period").sort(ROW).collect(engine="streaming")
        for number, subject, parent, year in found.head(SHOWN).iter_rows():
            code, about = (
                ("PR621", {"id": parent, "period": str(year), "hint": ABSENT}) if parent else ("PR620", {"id": subject})
            )
            kind = {"kind": self.kind.name} if code == "PR620" else {}
            note(self.findings, code, f"{self.kind.name}[{number}]", parent=above.kind.name, **kind, **about)
        self._more(len(found), found[ROW].head(SHOWN).to_list(), above.kind.name)
