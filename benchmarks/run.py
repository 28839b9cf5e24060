"""Speed as ratios, measured in one run: `python3 dev.py bench [--full]`.

perfrules, the same rules by hand in Python on whole minor units, and zen-engine's compiled expression take turns
over the same records; all answers are compared before anything is timed. One table, the worst against its bound first.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import hand_written
import zen
from against import against_peers
from cases import measured
from events import events
from lines import Line
from peers import in_floats
from policies import cohort, luojiang
from records import Exact, Record, in_major_units, on_lines, records
from rules import SHAPES, policy_text, varied, zen_text
from rules import hand_written as generated
from timing import Race, calibration, fastest, machine, printed_by
from views import views

import perfrules

HERE = Path(__file__).resolve().parent
AS_OF = "2024-01-31"
SUBJECTS = 100_000  # that must fit into one GiB
FULL = "--full" in sys.argv
IMPORT = "import time; t = time.process_time(); import perfrules; print(time.process_time() - t)"


@dataclass(frozen=True)
class Engines:
    """One set of rules, in three hands."""

    name: str
    program: perfrules.Program
    by_hand: Callable[[Record], hand_written.Fired]
    expression: Any
    names: list[str]

    def ours(self, record: Exact) -> list[tuple[str, int | None]]:
        fired = self.program.decide("project", record).fired
        return sorted((f.rule.partition("/")[2], None if f.amount is None else int(f.amount.scaleb(2))) for f in fired)

    def zen_list(self, record: Exact) -> list[tuple[str, float | bool]]:
        claims = zip(self.names, self.expression.evaluate(in_floats(record)), strict=True)
        return [(name, claim) for name, claim in claims if claim is not None]

    def zen(self, record: Exact) -> list[tuple[str, int | None]]:
        found = [(name, None if claim is True else round(claim * 100)) for name, claim in self.zen_list(record)]
        return sorted(f for f in found if f[1] != 0)


def load(name: str, text: str) -> perfrules.Program:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        Path(folder, "facts.yaml").write_bytes((HERE / "r20" / "facts.yaml").read_bytes())
        return perfrules.load(path, as_of=AS_OF)


def engines() -> list[Engines]:
    shapes, many = list(SHAPES), varied(200)
    r20 = perfrules.load(HERE / "r20", as_of=AS_OF)
    return [
        Engines("R20", r20, hand_written.decide, zen.compile_expression(zen_text(shapes)), [r.name for r in shapes]),
        Engines("R200", load("r200", policy_text("r200", many)), generated(many),
                zen.compile_expression(zen_text(many)), [r.name for r in many]),
    ]  # fmt: skip


# the same answers


def answers(rules: Engines, count: int) -> list[Line]:
    """How many records each engine answers otherwise than the rules by hand."""
    lines = []
    for name, answer in (("perfrules", rules.ours), ("zen-engine", rules.zen)):
        for where, chosen in (("anywhere", records(count)), ("exactly on a line", on_lines(count))):
            wrong = sum(answer(in_major_units(record)) != sorted(rules.by_hand(record)) for record in chosen)
            lines.append(Line(f"{rules.name}: {name}, wrong answers", wrong, "", None, f"of {count:,} records {where}"))
    return lines


def two_thirds(count: int) -> list[Line]:
    """A line that no decimal has: paid exactly two thirds of the budget is not below it."""
    policy = (
        "perfrules: 1\npolicy: line\nfacts: benchmark\nsubject: project\nrules:\n"
        "  - {rule: reached, when: paid >= 2/3 * approved_budget, then: suspend, because: made for the benchmark}\n"
    )
    program = load("line", policy)
    expression = zen.compile_expression("paid >= approved_budget * (2/3)")
    ours = zens = 0
    for record in records(count):
        third = int(record["approved_budget"]) // 3
        exact = in_major_units({**record, "approved_budget": third * 3, "paid": third * 2, "balance": third})
        ours += not program.decide("project", exact).fired
        zens += not expression.evaluate(in_floats(exact))
    note = f"of {count:,} records that paid exactly two thirds"
    return [Line("at 2/3: perfrules, wrong answers", ours, "", None, note),
            Line("at 2/3: zen-engine, wrong answers", zens, "", None, note)]  # fmt: skip


# one subject


def one_subject(rules: Engines, chosen: list[Record], rounds: int) -> list[Line]:
    exact = [in_major_units(r) for r in chosen]
    rows = [rules.program.read("project", e) for e in exact]
    decide, evaluate = rules.program.decide, rules.expression.evaluate
    race = Race(
        {
            "hand": (rules.by_hand, chosen),
            "read": (lambda row: decide("project", row), rows),
            "mapping": (lambda values: decide("project", values), exact),
            "fired": (lambda values: decide("project", values).fired, exact),
            "zen list": (rules.zen_list, exact),
            "zen": (lambda values: evaluate(in_floats(values)), exact),
            "zen floats": (evaluate, [in_floats(e) for e in exact]),
        },
        rounds,
    )

    def line(what: str, one: str, other: str, bound: float | None = None) -> Line:
        rivals = {"hand": "by hand", "zen": "zen-engine, conversion included", "zen floats": "zen-engine, floats ready"}
        rivals["zen list"] = "zen-engine, conversion and names included"
        note = f"{race.of(one):.3g} µs ÷ {race.of(other):.3g} µs"
        return Line(f"{rules.name}: {what} ÷ {rivals[other]}", race.ratio(one, other), "×", bound, note)

    return [
        line("`decide`, facts read", "read", "hand", 2.5),
        line("`decide`, `Decimal`s", "mapping", "hand", 6),
        line("`decide`, `Decimal`s", "mapping", "zen", 1),
        line("`decide(…).fired`, `Decimal`s", "fired", "zen list"),
        line("`decide(…).fired`, `Decimal`s", "fired", "hand"),
        line("`decide`, facts read", "read", "zen floats"),
    ]


# the rest


def loading(times: int) -> list[Line]:
    text = policy_text("r1000", varied(1000))
    imports = min(float(printed_by("-c", IMPORT)) for _ in range(2 * times + 1))
    pace = f"beside ten million additions in {calibration():.3g} s"
    return [
        Line("1,000 rules: loaded and checked", fastest(lambda: load("r1000", text), times), "s", 1.5, pace),
        Line("`import perfrules`, fresh process", imports * 1000, "ms", 250, "the fastest of several"),
    ]


def whole_run(count: int) -> list[Line]:
    found = json.loads(printed_by(HERE / "whole_run.py", count))
    what = f"{count:,} subjects × R20 with settlement, JSON written"
    steps = ", ".join(f"{step} {found[step]:.3g} s" for step in ("read", "run", "write"))
    sizes = f"{found['rulings']:,} rulings, {found['entries']:,} entries, {found['bytes'] / 1e6:,.0f} MB of JSON"
    return [
        Line(f"{what}: peak memory", found["peak"] / 2**30, "GiB", 1 if count == SUBJECTS else None, sizes),
        Line(f"{what}: seconds", found["read"] + found["run"] + found["write"], "s", None, steps),
    ]


def whole_policies(count: int, times: int) -> list[Line]:
    seconds, checked = luojiang(times)
    race, wrong = cohort(count, times)
    what = f"{count:,} subjects, a cohort and a pool"
    note = f"{race.of('run') / 1e6:.3g} s ÷ {race.of('hand') / 1e6:.3g} s"
    listed = f"{race.of('entries') / 1e6:.3g} s ÷ {race.of('hand') / 1e6:.3g} s"
    return [
        Line("the year of Luojiang: load, read, run, report", seconds, "s", 2, "eight policies, 1,288 rows of facts"),
        Line("`check policies/`", checked, "s", 1, "examples run, all days compiled"),
        Line(f"{what}: perfrules, wrong entries", wrong, "", None, "beside those by hand"),
        Line(f"{what}: `run` ÷ by hand", race.ratio("run", "hand"), "×", None, note),
        Line(f"{what}: `run`, its entries listed ÷ by hand", race.ratio("entries", "hand"), "×", None, listed),
    ]


def many_cases(count: int) -> list[Line]:
    found = measured(count)
    parsed = f"{found.scenarios / found.parsed:.3g} × what PyYAML alone takes for them"
    pace = f"beside ten million additions in {calibration():.3g} s"
    return [
        Line(f"{count:,} cases, a table in CSV: collected and run", found.table, "s", 10, pace),
        Line(f"{count:,} cases, scenarios in YAML files: collected and run", found.scenarios, "s", 20, parsed),
        Line(f"{count:,} cases: perfrules, wrong results", found.wrong, "", None, "beside those by hand"),
    ]


def out_of_core(count: int) -> list[Line]:
    found = json.loads(printed_by(HERE / "memory.py", count))
    what = f"{count:,} rows of R20 from Parquet, verdicts and amounts to Parquet, totals"
    note = f"{found['seconds']:.3g} s on the clock, {found['bytes'] / 1e6:,.0f} MB written"
    return [Line(f"{what}: peak memory", found["peak"] / 2**30, "GiB", 2, note)]


def in_views(program: perfrules.Program, count: int, rounds: int) -> list[Line]:
    found = views(program, count, rounds)
    seconds = {name: f"{found.race.of(name) / 1e6:.3g} s" for name in found.race.times}
    ratios = (
        ("made without a look at the table, ÷ by hand, which checks nothing", "unseen", "hand", None),
        ("made after a look at it, ÷ by hand, which checks nothing", "seen", "hand", 1.11),
        ("made after a look at it, ÷ by hand with checks, and what is undecided", "seen", "careful", None),
    )
    return [
        *(
            Line(f"{count:,} rows of R20 in DuckDB: the view {what}", found.race.ratio(a, b), "×", bound,
                 f"{seconds[a]} ÷ {seconds[b]}")
            for what, a, b, bound in ratios
        ),
        Line("R20 in DuckDB: perfrules, wrong totals", found.wrong, "", None, "beside those by hand"),
    ]  # fmt: skip


def main() -> None:
    lines: list[Line] = []
    for rules in engines():
        lines += answers(rules, 20_000 if FULL else 4_000)
        lines += one_subject(rules, list(records(1_000, seed=7)), 101 if FULL else 31)
    lines += two_thirds(10_000 if FULL else 1_000)
    lines += loading(7 if FULL else 3)
    lines += whole_policies(20_000, 7 if FULL else 3)
    lines += many_cases(10_000)
    lines += against_peers(load, FULL)
    lines += out_of_core(100_000_000 if FULL else 10_000_000)
    lines += events()
    lines += in_views(perfrules.load(HERE / "r20", as_of=AS_OF), 1_000_000, 7)
    lines += whole_run(SUBJECTS)
    if FULL:
        lines += whole_run(3 * SUBJECTS)
    print(f"{machine()}; perfrules {perfrules.__version__}, zen-engine {version('zen-engine')}\n")
    print("| what | measured | bound | of the bound | |\n|---|---|---|---|---|")
    for line in sorted(lines, key=lambda line: (line.bound is None, -line.strain)):
        print(line.row())
    if any("perfrules, wrong" in line.what and line.measured for line in lines):
        raise SystemExit("perfrules gave a wrong answer")


if __name__ == "__main__":
    main()
