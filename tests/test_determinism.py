"""The same policies and facts give the same bytes, whatever machine, place or order they come in.

Each way is a process of its own, with another seed of hashes, zone, locale and working folder, and with files, rows and
columns in another order, or shared out over several files.
"""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parent.parent
FACTS = HOME / "examples" / "luojiang-2023" / "facts"
POLICIES = [HOME / "policies" / "luojiang" / f"{name}.yaml" for name in ("operating-funds", "targets", "evaluation")]
SAY = """
import sys
from pathlib import Path
import perfrules
policies, facts = (sys.argv[i + 1 : sys.argv.index("--", i + 1)] for i in (0, sys.argv.index("--")))
program = perfrules.load(policies, as_of="2023-12-31")
outcome = program.run(program.read_facts(facts), period=2022)
said = [program.digest, program.plan_json(), outcome.json(), outcome.text("zh"), outcome.report("en")]
said += [outcome.csv(table, "zh") for table in ("rulings", "claims", "entries", "missing")]
said += [outcome.explain(f"department/D00{n}").json() for n in range(1, 4)]
said += [perfrules.render(problem, language) for problem in perfrules.check(policies) for language in ("en", "zh")]
Path("said.txt").write_text("\\n".join(said), encoding="utf-8")
"""
WAYS = {
    "as it is": {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    "another machine": {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONUTF8": "0"},
    "by chance": {"PYTHONHASHSEED": "random", "TZ": "America/St_Johns", "LC_ALL": "de_DE.UTF-8", "PYTHONOPTIMIZE": "2"},
}


def shuffled(folder: Path, chance: random.Random) -> list[Path]:
    """The tables with rows and columns in another order; the departments shared out over two files."""
    paths = []
    for table in FACTS.glob("*.csv"):
        with table.open(encoding="utf-8-sig", newline="") as lines:
            head, *rows = csv.reader(lines)
        columns, mixed = chance.sample(range(len(head)), len(head)), chance.sample(rows, len(rows))
        halves = [mixed[::2], mixed[1::2]] if table.stem == "department" else [mixed]
        for number, half in enumerate(halves):
            path = folder / str(number) / table.name
            path.parent.mkdir(exist_ok=True)
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([[row[c] for c in columns] for row in [head, *half]])
            paths.append(path)
    return chance.sample(paths, len(paths))


def said(folder: Path, environment: dict[str, str], policies: list[Path], facts: list[Path]) -> bytes:
    folder.mkdir()
    arguments = [*map(str, policies), "--", *map(str, facts), "--"]
    subprocess.run([sys.executable, "-c", SAY, *arguments], cwd=folder, env={**os.environ, **environment}, check=True)
    return (folder / "said.txt").read_bytes()


@pytest.fixture(scope="module")
def usual(tmp_path_factory) -> bytes:
    return said(tmp_path_factory.mktemp("usual") / "here", WAYS["as it is"], POLICIES, [FACTS])


@pytest.mark.parametrize("way", ["another machine", "by chance"])
def test_the_same_bytes_on_another_machine_and_in_another_order(way, usual, tmp_path):
    chance = random.Random(way)
    (tmp_path / "facts").mkdir()
    policies = chance.sample(POLICIES, len(POLICIES))
    found = said(tmp_path / "elsewhere", WAYS[way], policies, shuffled(tmp_path / "facts", chance))
    assert len(usual) > 100_000
    assert found == usual
