"""Published outcomes of other authorities: the rule as a policy, run over the facts as they were published, beside every row.

The data are not in the project. `PERFRULES_OFFICIAL_DATA` says in which folder they are; without it these tests are NOT RUN, and
the end of the run says so. With PERFRULES_REWRITE=1 the list of cleaned values is written anew.
"""

from __future__ import annotations

import csv
import os
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

import perfrules

SETS = Path(__file__).resolve().parent / "corpus" / "official"
DATA = os.environ.get("PERFRULES_OFFICIAL_DATA", "")
official = pytest.mark.skipif(not DATA, reason="NOT RUN: PERFRULES_OFFICIAL_DATA names no folder with the published data")
Rows = list[dict[str, str]]


def published(path: str) -> Rows:
    with (Path(DATA) / path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def count(record_property):
    """Says at the end of the run how many of how many rows come out as published."""

    def said(what: str, right: int, of: int) -> tuple[int, int]:
        record_property("official", f"{what}: {right:,} of {of:,}")
        return right, of

    return said


@pytest.mark.parametrize("name", sorted(p.name for p in SETS.iterdir() if p.is_dir()))
def test_the_policies_are_without_findings(name):
    assert perfrules.check(SETS / name) == ()


# dialysis facilities in the United States


@official
def test_payment_reductions_of_dialysis_facilities(count):
    here = SETS / "esrd_qip"
    program = perfrules.load(here / "policy.yaml", as_of="2020-01-01")
    facts = program.read_facts(Path(DATA) / "esrd_qip/esrd_py2020.csv", mapping=here / "mapping.yaml", period=2020)
    outcome = program.run(facts, period=2020)
    graded = Counter((mark.subject, mark.word) for mark in outcome.labels)
    rows = published("esrd_qip/esrd_py2020.csv")
    right = [row for row in rows if graded["facility/" + row["ccn"], row["payment_reduction"]] == 1]
    assert len(outcome.labels) == len(rows)
    assert {ruling.verdict for ruling in outcome.rulings} == {"holds", "does-not-hold"}
    assert sum(row["total_performance_score"] == "No Score" for row in right) == 369
    assert count("esrd_qip", len(right), len(rows)) == (7_420, 7_420)


# local governments in Ohio

PRINTED = ("initial_payment", "reallocation_payment", "second_tranche", "total_allocation")
Paid = dict[tuple[str, str], Decimal]


def allocations(*policies: str) -> tuple[perfrules.Outcome, dict[str, Paid]]:
    """What each unit receives, by account and rule. The units whose cap binds are a table of their own, made by a query."""
    here, rows = SETS / "arpa_neu_ohio", published("arpa_neu_ohio/ohio_neu.csv")
    connection = sqlite3.connect(":memory:")
    connection.execute(f"create table ohio_neu ({', '.join(rows[0])})")
    connection.executemany(f"insert into ohio_neu values ({', '.join('?' * len(rows[0]))})", [tuple(r.values()) for r in rows])
    program = perfrules.load([here / name for name in policies], as_of="2022-06-30")
    queries = {kind: (here / f"{kind}.sql").read_text(encoding="utf-8") for kind in ("unit", "cap")}
    facts = program.query_facts(connection, queries, period=2022, mapping=here / "mapping.yaml")
    outcome = program.run(facts, period=2022)
    paid: dict[str, Paid] = defaultdict(lambda: defaultdict(Decimal))
    for entry in outcome.entries:
        paid[entry.subject][entry.debit, entry.rules[0].rpartition("/")[2]] += entry.amount
    return outcome, paid


def four_amounts(paid: Paid) -> tuple[Decimal, ...]:
    """Initial payment, reallocation of the first tranche, second tranche, total."""
    first, shared = paid["first_tranche", "paid"], paid["first_tranche", "shared"]
    second = paid["second_tranche", "paid"] + paid["second_tranche", "shared"]
    return first, shared, second, first + shared + second


@official
@pytest.mark.parametrize("policies", [("policy.yaml",), ("by-limits.yaml", "own-budget.yaml")], ids=["excluded", "limits"])
def test_allocations_of_local_governments(count, policies):
    """All four amounts within a dollar, as they are printed in dollars; what was forfeited is given to the cent."""
    outcome, paid = allocations(*policies)
    rows = published("arpa_neu_ohio/ohio_neu.csv")
    right = 0
    for row in rows:
        ours = four_amounts(paid["unit/" + row["county_and_entity"]])
        right += all(abs(amount - Decimal(row[name])) < 1 for amount, name in zip(ours, PRINTED, strict=True))
    pools = [(pool.settled, pool.taken, pool.given, pool.leftover) for pool in outcome.pools]
    assert pools == [(True, Decimal("1673137.50"), Decimal("1673137.50"), 0)] * 2
    assert sum(p["first_tranche", "shared"] for p in paid.values()) == Decimal("1672630.86")
    assert sum(p["kept_by_state", "kept"] for p in paid.values()) == 2 * Decimal("506.64")
    assert len(outcome.conflicts) == len(outcome.missing) == 0
    assert count(f"arpa_neu_ohio ({', '.join(policies)})", right, len(rows)) == (2_196, 2_196)


@official
def test_a_cap_that_is_written_as_a_limit_gives_the_same_to_the_cent():
    (_, one), (_, other) = allocations("policy.yaml"), allocations("by-limits.yaml", "own-budget.yaml")
    units = {"unit/" + row["county_and_entity"] for row in published("arpa_neu_ohio/ohio_neu.csv")}
    assert {u: four_amounts(one[u]) for u in units} == {u: four_amounts(other[u]) for u in units}


# municipalities of Brazil


class Publication(NamedTuple):
    """A publication of ratings: its file, the mapping, a day on which its version of the rule is in force, the base year."""

    name: str
    mapping: str
    as_of: str
    period: int
    rows: int
    right: int
    grades: int  # of single indicators, that are published


PUBLICATIONS = [
    Publication("capag_2020_publication_rule2017", "publication-2020", "2020-12-31", 2019, 5569, 5569, 14046),
    Publication("capag_base2020", "decimals", "2021-12-31", 2020, 5569, 5569, 15620),
    Publication("capag_base2021_old_rule", "decimals", "2022-06-23", 2021, 5569, 5569, 15581),
    Publication("capag_base2021", "decimals", "2022-06-24", 2021, 5569, 5569, 15986),
    Publication("capag_base2022", "decimals", "2023-12-13", 2022, 5323, 5323, 14226),
    Publication("capag_base2023", "decimals", "2023-12-14", 2023, 5210, 5210, 14777),
    Publication("capag_2025_with_icf", "publication-2025", "2025-12-31", 2024, 5318, 5312, 15196),
]
IDS = [p.name for p in PUBLICATIONS]
INDICATORS = ("debt", "savings", "liquidity")
OTHERWISE = {  # of the publication of 2025, printed rounded to two decimals of a percent: ours, and as published
    "2930402": ("C", "B"),  # liquidity 0,00% with a B
    "3144359": ("A", "B"),  # liquidity 5,00% with a B
    "3167301": ("C", "B+"),  # liquidity 0,00% with a B
    "4309159": ("A", "B"),  # liquidity 5,00% with a B
    "5104559": ("C", "B"),  # savings 95,00% with a B
    "5200134": ("B", "A"),  # savings 85,00% with an A
}


def rated(publication: Publication, as_of: str = "") -> tuple[dict[str, str], dict[str, dict[str, str]], set[str]]:
    """By municipality: the rating with its add-on, the grades of indicators; and of whom the add-on is undecided."""
    program = perfrules.load(SETS / "capag" / "policy.yaml", as_of=as_of or publication.as_of)
    source, mapping = Path(DATA) / f"capag/{publication.name}.csv", SETS / "capag" / f"{publication.mapping}.yaml"
    outcome = program.run(program.read_facts(source, mapping=mapping), period=publication.period)
    ratings: dict[str, str] = defaultdict(str)
    grades: dict[str, dict[str, str]] = defaultdict(dict)
    for mark in sorted(outcome.labels, key=lambda m: m.action, reverse=True):  # `rate` before `add`
        municipality = mark.subject.partition("/")[2]
        if mark.action == "figure":
            grades[municipality][mark.word] = str(mark.value)
        else:
            ratings[municipality] += mark.word
    undecided = {(r.subject.partition("/")[2], r.rule) for r in outcome.rulings if r.verdict == "undecided"}
    assert {rule for _, rule in undecided} <= {"capag/plus"}
    return ratings, grades, {municipality for municipality, _ in undecided}


def as_published(row: dict[str, str]) -> str:
    return "n.d." if row["capag"] in ("", "#N/A") else row["capag"]


@official
@pytest.mark.parametrize("publication", PUBLICATIONS, ids=IDS)
def test_ratings_of_municipalities(count, publication):
    ratings, _, undecided = rated(publication)
    rows = [row for row in published(f"capag/{publication.name}.csv") if row["capag"] != "n.e."]
    with_icf = publication.name != "capag_base2023"  # which prints A+ and B+ without what they depend on
    wrong = {}
    for row in rows:
        ours, theirs = ratings[row["ibge"]], as_published(row)
        if ours != (theirs if with_icf else theirs.removesuffix("+")):
            wrong[row["ibge"]] = (ours, theirs)
        assert (row["ibge"] in undecided) == (not with_icf and ours in ("A", "B"))
    assert wrong == (OTHERWISE if publication.name == "capag_2025_with_icf" else {})
    assert count(publication.name, len(rows) - len(wrong), len(rows)) == (publication.right, publication.rows)


def test_ratings_that_a_right_engine_reproduces():
    assert (sum(p.right for p in PUBLICATIONS), sum(p.rows for p in PUBLICATIONS)) == (38_121, 38_127)


GRADES_OTHERWISE = {  # by what is printed, which is rounded to four decimals; a rating depends on six of them
    "capag_2020_publication_rule2017": {
        ("1508407", "liquidity"): ("A", "C"),  # 0.0000
        ("1200393", "liquidity"): ("A", "C"),  # 0.0000
        ("4311809", "liquidity"): ("C", "A"),  # 1.0000
        ("2406502", "savings"): ("C", "B"),  # 0.9500
    },
    "capag_2025_with_icf": {
        **{(i, "liquidity"): ("C", "B") for i in ("2111748", "2406205", "2901155", "2914901", "2925600", "2930402", "3167301", "5101803")},  # 0,00%
        **{(i, "liquidity"): ("A", "B") for i in ("3144359", "4309159")},  # 5,00%
        **{(i, "savings"): ("C", "B") for i in ("2301000", "3500402", "5104559")},  # 95,00%
        ("5200134", "savings"): ("B", "A"),  # 85,00%
    },
}


@official
@pytest.mark.parametrize("publication", PUBLICATIONS, ids=IDS)
def test_grades_of_indicators(count, publication):
    """The grades between the figures and the rating are published, too."""
    _, grades, _ = rated(publication)
    theirs = {
        (row["ibge"], indicator): row[f"grade_{indicator}"]
        for row in published(f"capag/{publication.name}.csv")
        for indicator in INDICATORS
        if row[f"grade_{indicator}"] in ("A", "B", "C")
    }
    ours = {(municipality, indicator): grade for municipality, found in grades.items() for indicator, grade in found.items()}
    assert ours.keys() == theirs.keys()
    wrong = {key: (ours[key], theirs[key]) for key in theirs if ours[key] != theirs[key]}
    expected = GRADES_OTHERWISE.get(publication.name, {})
    assert wrong == expected
    right = len(theirs) - len(wrong)
    assert count(f"{publication.name}, grades of indicators", right, len(theirs)) == (publication.grades - len(expected), publication.grades)


@official
def test_a_change_of_the_rule_on_the_same_facts():
    """One policy, two days: what was published under the rule of 2017 and under that of 2022 for the same three figures."""
    old, new = (next(p for p in PUBLICATIONS if p.name == name) for name in ("capag_base2021_old_rule", "capag_base2021"))
    before, after = ({row["ibge"]: row for row in published(f"capag/{p.name}.csv")} for p in (old, new))
    same = [i for i in before if all(before[i][k] == after[i][k] for k in INDICATORS)]
    by_old, by_new = rated(new, old.as_of)[0], rated(new)[0]
    as_they_said = Counter((before[i]["capag"], after[i]["capag"]) for i in same if before[i]["capag"] != after[i]["capag"])
    changed = Counter((by_old[i], by_new[i]) for i in same if by_old[i] != by_new[i])
    assert len(same) == 4_316
    assert changed == as_they_said == {("A", "B"): 941, ("C", "D"): 13}


SCIENTIFIC = re.compile(r"-?[0-9]+(?:\.([0-9]+))?e([+-][0-9]+)")
POINTS = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+\.[0-9]{4}")


def cleaned() -> Iterator[str]:
    """Every value that is not a plain number with fewer than 20 places, nor known as unknown; commas are all of 2025."""
    for publication in PUBLICATIONS:
        for row in published(f"capag/{publication.name}.csv"):
            for indicator in INDICATORS:
                for what in ways(row[indicator], row[f"grade_{indicator}"]):
                    yield f"{publication.name} {row['ibge']} {indicator}: {what}"


def ways(value: str, grade: str) -> Iterator[str]:
    """In what ways a value is cleaned."""
    if value in ("#NUM!", "#NÚM!"):
        yield value
    if value == "-" and grade:
        yield "a dash for zero"
    if value == "#N/A":
        yield "#N/A"
    places = len(value.partition(".")[2])
    if found := SCIENTIFIC.fullmatch(value):
        places = len(found[1] or "") - int(found[2])
        yield "scientific notation"
    if POINTS.fullmatch(value):
        value, places = value[:-5].replace(".", "") + value[-5:], 4
        yield "points between thousands"
    if places >= 20:
        yield "20 places" if places == 20 else f"{places} places, rounded to 20"
    if re.fullmatch(r"-?[0-9.]+(e[+-][0-9]+)?", value) and abs(Decimal(value)) > 10**6:
        yield "beyond a million"


@official
def test_what_is_cleaned_is_listed():
    found = "".join(f"{line}\n" for line in cleaned())
    listed = SETS / "capag" / "cleaned.txt"
    if os.environ.get("PERFRULES_REWRITE"):
        listed.write_text(found, encoding="utf-8")
    assert found == listed.read_text(encoding="utf-8")
