"""perfrules beside its peers at R20, R200 and R2000: who answers wrongly, and how long each takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from columns import Columns, columns
from lines import Line
from peers import Peer, peers
from records import Record, beside_lines, in_major_units, on_lines, records
from rules import SHAPES, Rule, hand_written, policy_text, varied
from timing import Race

import perfrules

HERE = Path(__file__).resolve().parent
Load = Callable[[str, str], perfrules.Program]
SOURCES = {"anywhere": records, "exactly on a line": on_lines, "a cent beside a line": beside_lines}
TIMED = 200  # records that each engine is timed with


def against_peers(load: Load, full: bool) -> list[Line]:
    """All lines."""
    r20, r200 = list(SHAPES), varied(200)
    small, large = load("r20", policy_text("r20", r20)), load("r200", policy_text("r200", r200))
    lines, fastest = [], {}
    for name, program, rules in (("R20", small, r20), ("R200", large, r200)):
        one_by_one = list(peers(rules))
        lines += [line for peer in one_by_one for line in _answers(name, peer, rules, 2_000 if full else 500)]
        race = _race(program, one_by_one)
        fastest[name] = min((race.of(peer.name), peer.name) for peer in one_by_one)
        lines += [_beside(name, race, peer) for peer in one_by_one]
    million = columns(small, r20, 1_000_000, 7)
    lines += [*_in_columns("R20", million, bound=True), _far_faster(million, *fastest["R20"])]
    lines += _in_columns("R20", columns(small, r20, 10_000, 7))
    lines += _in_columns("R20", columns(small, r20, 100_000, 7))
    lines += _in_columns("R200", columns(large, r200, 100_000, 5))
    r2000 = varied(2_000)
    lines += _in_columns("R2000", columns(load("r2000", policy_text("r2000", r2000)), r2000, 10_000, 3))
    if full:
        lines += _in_columns("R20", columns(small, r20, 10_000_000, 3))
    return lines


# one record after the other


def _answers(name: str, peer: Peer, rules: list[Rule], count: int) -> list[Line]:
    by_hand, lines = hand_written(rules), []
    for where, source in SOURCES.items():
        wrong = sum(peer.answer(record) != sorted(by_hand(record)) for record in source(count))
        note = f"of {count:,} records {where}; {peer.note}"
        lines.append(Line(f"{name}: {peer.name}, wrong answers", wrong, "", None, note))
    return lines


def _race(program: perfrules.Program, engines: list[Peer]) -> Race:
    given: list[Record] = list(records(TIMED, seed=7))
    exact = [in_major_units(record) for record in given]
    ours = {"perfrules": (lambda record: program.decide("project", record).fired, exact)}
    return Race(ours | {peer.name: (peer.fired, [peer.ready(r) for r in given]) for peer in engines}, 5)


def _beside(name: str, race: Race, peer: Peer) -> Line:
    note = f"{race.of('perfrules'):.3g} µs ÷ {race.of(peer.name):.3g} µs; {peer.note}"
    return Line(
        f"{name}: `decide(…).fired`, `Decimal`s ÷ {peer.name}", race.ratio("perfrules", peer.name), "×", None, note
    )


# columns


def _in_columns(name: str, found: Columns, bound: bool = False) -> list[Line]:
    what, race = f"{found.count:,} rows of {name} in columns", found.race
    ratios = [
        ("stored", "hand", "`decide_all` ÷ Polars by hand", 1.11),
        ("given", "hand", "`decide_all`, from decimals ÷ Polars by hand", None),
        ("stored", "OpenFisca", "`decide_all` ÷ OpenFisca, float32", 1),
        ("stored", "DuckDB", "`decide_all` ÷ DuckDB by hand", None),
    ]
    lines = [
        Line(f"{what}: {said}", race.ratio(one, other), "×", limit if bound else None, found.pace(one))
        for one, other, said, limit in ratios
    ]
    return lines + [
        Line(f"{what}: {engine}, wrong rows", wrong, "", None, "beside those by hand")
        for engine, wrong in found.wrong.items()
    ]


def _far_faster(found: Columns, microseconds: float, peer: str) -> Line:
    ours = found.race.of("stored") / found.count
    note = f"{ours * 1000:.3g} ns ÷ {microseconds:.3g} µs a record"
    return Line(
        f"R20 in columns: `decide_all` ÷ the fastest peer called row by row, {peer}",
        ours / microseconds,
        "×",
        0.01,
        note,
    )
