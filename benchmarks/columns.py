"""Rules in columns: `decide_all` beside Polars and DuckDB by hand and OpenFisca, over the same rows.

All give whether each rule fires and the exact amount of each claim, which is compared before anything is timed. By
hand nothing is checked, and nothing may be unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl
from records import in_major_units, records
from rules import Rule
from timing import Race
from wide_peers import claim, duckdb_over, in_polars, openfisca_over

import perfrules

MADE = 50_000  # records; the rest are these again
PLACES = {"approved_budget": 2, "paid": 2, "balance": 2, "public_funds": 2}
TYPES = {name: pl.Decimal(18, places) for name, places in PLACES.items()} | {
    "score": pl.Decimal(5, 1),
    "deviation": pl.Decimal(6, 4),
}


def made(count: int) -> pl.DataFrame:
    """The records as a table of decimals."""
    some = min(MADE, count)
    rows = [{"id": f"P{n}", **in_major_units(record)} for n, record in enumerate(records(some))]
    return pl.concat([pl.DataFrame(rows, schema_overrides=TYPES)] * (count // some))


@dataclass(frozen=True)
class Columns:
    """A race over so many rows, and how many of them an engine answers otherwise than the rules by hand."""

    count: int
    race: Race
    wrong: dict[str, int]

    def pace(self, name: str) -> str:
        return f"{self.count / self.race.of(name):.3g} million rows a second of the processor"


def columns(program: perfrules.Program, rules: list[Rule], count: int, rounds: int) -> Columns:
    """`decide_all` from decimals (`given`) and from whole minor units (`stored`), and the others."""
    facts = program.scan_facts({"project": made(count)}, period=2023, ids_once=False)
    ours = program.decide_all("project", facts)
    stored = facts.frame("project", 2023).collect()
    hand, tables, arrays = in_polars(rules, stored.lazy()), duckdb_over(stored, rules), openfisca_over(stored, rules)
    kept = program.decide_all("project", replace(facts, frames={"project": stored.lazy()}))
    wrong = {"perfrules": _wrong(program, rules, collected(ours), collected(hand))}
    tables()
    wrong["DuckDB"] = _differing(pl.DataFrame(tables.rows()), collected(hand))
    wrong["OpenFisca"] = _differing(_in_minor_units(arrays(), rules), collected(hand))
    contenders = {"hand": (collected, [hand]), "given": (collected, [ours]), "stored": (collected, [kept])}
    contenders |= {"DuckDB": (lambda _: tables(), [0]), "OpenFisca": (lambda _: arrays(), [0])}
    return Columns(count, Race(contenders, rounds), wrong)


def _wrong(program: perfrules.Program, rules: list[Rule], found: pl.DataFrame, expected: pl.DataFrame) -> int:
    """The same columns under the names that perfrules has for them."""
    named = {
        name.partition("/")[2].partition(" ")[0] + " amount" * (" " in name): name
        for name in found.columns
        if "/" in name
    }
    assert len(named) == expected.width - 1, program.rules
    return _differing(found.select("id", *(pl.col(old).alias(new) for new, old in named.items())), expected)


def _differing(found: pl.DataFrame, expected: pl.DataFrame) -> int:
    """The rows with another answer."""
    names = [name for name in expected.columns if name != "id"]
    both = pl.concat([expected.select(pl.all().name.prefix("by hand ")), found.select(names)], how="horizontal")
    return both.select(pl.any_horizontal(pl.col(n).ne_missing(pl.col(f"by hand {n}")) for n in names).sum()).item()


def _in_minor_units(arrays: dict[str, object], rules: list[Rule]) -> pl.DataFrame:
    """What OpenFisca answers, nothing where nothing is claimed."""
    frame = pl.DataFrame({name: pl.Series(name, values) for name, values in arrays.items()})
    amounts = [claim(rule) for rule in rules if rule.amount is not None]
    minor = ((pl.col(name).cast(pl.Float64) * 100).round().cast(pl.Int64) for name in amounts)
    return frame.with_columns(
        pl.when(made != 0).then(made).alias(name) for name, made in zip(amounts, minor, strict=True)
    )


def collected(frame: pl.LazyFrame) -> pl.DataFrame:
    """What streams through."""
    return frame.collect(engine="streaming")
