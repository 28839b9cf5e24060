"""Ten thousand cases, as one table in CSV and as scenarios in several YAML files: collected and run.

What comes out is worked out here by hand. Beside the files stands what PyYAML alone needs for the same text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

import yaml
from timing import fastest

from perfrules import suite

HOME = Path(__file__).resolve().parent.parent
POLICY = HOME / "policies" / "luojiang" / "operating-funds.yaml"
FILES = 20
HEAD = "cases: {}\npolicies: luojiang/operating-funds\nas_of: 2024-01-31\nperiod: 2022\n"
GIVEN = ("adjusted_budget", "paid", "established_this_year", "public_funds +2")
COLUMNS = ("name", *GIVEN, "expect slow-execution", "expect public_funds")


class Expected(NamedTuple):
    """A case: the amounts in whole minor units, and what must come out."""

    name: str
    budget: int
    paid: int
    funds: int
    slow: bool
    change: int


def expected(count: int, seed: int = 1) -> Iterator[Expected]:
    """Cases of which many lie on the line of 85% or one cent beside it."""
    random = Random(seed)
    for n in range(count):
        budget = random.randrange(1, 10**6) * 100
        paid = budget * 85 // 100 + random.choice((-1, 0, 1, random.randrange(budget // 10)))
        funds = random.randrange(10**7)
        slow = paid * 100 < budget * 85
        yield Expected(f"case {n}", budget, paid, funds, slow, -((2 * funds + 1000) // 2000) if slow else 0)


def in_yuan(minor: int) -> str:
    """Minor units as the text of an amount."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def verdict(case: Expected) -> str:
    """What must come out of the rule."""
    return "holds" if case.slow else "does-not-hold"


def write_table(folder: Path, cases: list[Expected]) -> None:
    """All cases as the rows of a CSV file, and the document that names it."""
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for c in cases:
            given = (in_yuan(c.budget), in_yuan(c.paid), "no", in_yuan(c.funds))
            writer.writerow((c.name, *given, verdict(c), in_yuan(c.change)))
    table = "table: {subject: department, from: rows.csv}\n"
    (folder / "table.yaml").write_text(HEAD.format("a table") + table, encoding="utf-8")


SCENARIO = """\
  - name: {0.name}
    given:
      department:
        - {{id: A, adjusted_budget: {budget}, paid: {paid}, established_this_year: no}}
        - {{id: A, period: 2024, public_funds: {funds}}}
    expect:
      A: {{slow-execution: {slow}, public_funds: {change}}}
"""


def write_scenarios(folder: Path, cases: list[Expected]) -> None:
    """The same as scenarios in several files."""
    for n in range(FILES):
        lines = [HEAD.format(f"file {n}"), "scenarios:\n"]
        for c in cases[n::FILES]:
            amounts = {name: in_yuan(getattr(c, name)) for name in ("budget", "paid", "funds", "change")}
            lines.append(SCENARIO.format(c, slow=verdict(c), **amounts))
        (folder / f"scenarios-{n}.yaml").write_text("".join(lines), encoding="utf-8")


def failing(paths: list[Path]) -> int:
    """How many of the cases in files fail."""
    return sum(not ran.passed for ran in suite.run(suite.collect(paths).cases))


def only_parsed(paths: list[Path]) -> None:
    """What PyYAML makes of files, event by event."""
    for path in paths:
        for _ in yaml.parse(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader):
            pass


class Measured(NamedTuple):
    """Seconds, and how many cases fail, which is wrong."""

    table: float
    scenarios: float
    parsed: float
    wrong: int


def measured(count: int) -> Measured:
    """Seconds for the table, for the files, and for parsing these alone."""
    cases = list(expected(count))
    with TemporaryDirectory() as above:
        folder = Path(above)
        write_table(folder, cases)
        write_scenarios(folder, cases)
        files = sorted(folder.glob("scenarios-*.yaml"))
        wrong = 0

        def run(paths: list[Path]) -> None:
            nonlocal wrong
            wrong += failing(paths)

        table = fastest(lambda: run([folder / "table.yaml"]), 1)
        scenarios = fastest(lambda: run(files), 1)
        return Measured(table, scenarios, fastest(lambda: only_parsed(files), 1), wrong)
