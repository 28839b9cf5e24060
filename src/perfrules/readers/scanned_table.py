"""The table of one kind that stays in columns: its parts together, and what rows must not be to each other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import polars as pl

from perfrules.core.doubts import doubt, doubted_from
from perfrules.core.given import note
from perfrules.core.problem import Findings, Problem, Words
from perfrules.core.vocabulary import Fact, SubjectKind
from perfrules.engines.columns import TEXT, WHOLE
from perfrules.engines.frames import stored
from perfrules.readers.parts import readable
from perfrules.readers.scanned_part import SHOWN, ScannedPart, more

ABSENT = Words("give its row, too", "请同时给出该行")
PLACE = "\0place"
PART = 1 << 40  # places count on from it for each part: no table has so many rows


class ScannedTable:
    """The table of one kind while it is read."""

    def __init__(self, kind: SubjectKind, parts: list[ScannedPart], findings: Findings) -> None:
        self.kind = kind
        self.parts = parts
        self.findings = findings

    @cached_property
    def periods(self) -> list[int]:
        """The years of which there are rows."""
        return sorted({period for part in self.parts for period in part.periods})

    @property
    def known(self) -> frozenset[str]:
        """The facts that are known of every subject."""
        return frozenset(self.kind.columns).intersection(*(part.known for part in self.parts))

    def frame(self) -> pl.LazyFrame:
        """The table as engines read it."""
        return pl.concat([part.frame() for part in self.parts]) if self.parts else empty(self.kind)

    def check(self, ids: bool) -> None:
        """Note what can't be read; `ids`: whether it is looked at that none stands twice."""
        for part in self.parts:
            with readable(part.part.name, self.findings, part.part.files):
                part.check(ids and len(self.parts) == 1)
        in_order = len(self.parts) == 1 and self.parts[0].in_order and len(self.periods) < 2
        if any(error.code == "PR120" for error in self.findings.errors):
            return
        if ids and not in_order:
            self._check_once("PR605", "period", "id")
        if self.kind.in_order_of:
            self._check_once("PR619", "period", "parent", self.kind.in_order_of)

    def _placed(self) -> pl.LazyFrame:
        """The table, with a column that says where each row stands."""
        number = pl.col(PLACE)
        parts = [part.frame(row=PLACE).with_columns(number + PART * n) for n, part in enumerate(self.parts)]
        return pl.concat(parts) if parts else empty(self.kind).with_columns(pl.lit(0, WHOLE).alias(PLACE))

    def _place(self, place: int) -> str:
        part, row = divmod(place, PART)
        return self.parts[part].part.place(row)

    def _check_once(self, code: str, *by: str) -> None:
        """Note rows that are the same by some columns, of which there may be one only."""
        places = pl.col(PLACE).sort()
        pair = [places.first().alias("first"), places.get(1, null_on_oob=True).alias("second")]
        rows = self._placed().with_columns(pl.col("parent").fill_null(""))
        twice = rows.drop_nulls(by).group_by(by).agg(*pair).filter(pl.col("second").is_not_null())
        found = twice.sort("second").collect(engine="streaming")
        for row in found.head(SHOWN).iter_rows(named=True):
            values = {"first": self._place(row["first"]), "kind": self.kind.name}
            if code == "PR605":
                values |= {"id": row["id"], "period": str(row["period"])}
            else:
                values |= {"parent": row["parent"], "fact": by[-1], "value": str(row[by[-1]])}
            note(self.findings, code, self._place(row["second"]), **values)
        self._more(len(found), found["second"].head(SHOWN).to_list(), by[-1])

    def check_parents(self, above: ScannedTable) -> None:
        """Every row belongs to a row that is there."""
        own, theirs = self._placed(), above.frame()
        lost = own.join(theirs, left_on=["parent", "period"], right_on=["id", "period"], how="anti")
        found = lost.select(PLACE, "id", "parent", "period").sort(PLACE).collect(engine="streaming")
        for place, subject, parent, year in found.head(SHOWN).iter_rows():
            about: dict[str, str | Words] = {"kind": self.kind.name, "id": subject}
            if parent:
                about = {"id": parent, "period": str(year), "hint": ABSENT}
            code = "PR621" if parent else "PR620"
            note(self.findings, code, self._place(place), parent=above.kind.name, **about)
        self._more(len(found), found[PLACE].head(SHOWN).to_list(), above.kind.name)

    def _more(self, count: int, shown: list[int], about: str) -> None:
        more(self.findings, count, [self._place(place) for place in shown], about)

    def doubts(self) -> Iterator[Problem]:
        """Values that can be read, but are hardly what was meant."""
        read = {name for part in self.parts for name in part.read}
        for fact in self.kind.columns.values():
            least = doubted_from(fact) if fact.name in read else None
            if least is not None:
                yield from self._doubted(fact, least)

    def _doubted(self, fact: Fact, least: int) -> Iterator[Problem]:
        huge = self.frame().select("id", "period", fact.name).filter(pl.col(fact.name) >= least)
        first = pl.col(fact.name).sort_by("id").first()
        found = huge.group_by("period").agg(pl.col("id").min(), first, pl.len().alias("count")).sort("period")
        for _, subject, value, count in found.collect(engine="streaming").iter_rows():
            yield doubt(fact, self.kind.name, subject, value, count - 1)


def empty(kind: SubjectKind) -> pl.LazyFrame:
    """A table without rows."""
    heads: dict[str, pl.DataType] = {"id": TEXT, "parent": TEXT}
    facts = {name: stored(fact) for name, fact in kind.columns.items()}
    return pl.LazyFrame(schema=heads | facts | {"period": WHOLE})
