"""The long runs, as `python3 dev.py soak` starts them: all of them one after the other, or those that are named.

`lines`: whether the tests reach every line and branch of `core`, `language` and `pipeline`. `properties`: 20,000
examples of each property. `fuzz`: every target of `tests/fuzz`, for so many minutes each. `spark`: every case of
the corpus in Spark, with the settings it has by itself. `signals`: a million signals in durable-rules, and two hundred
kills. `mutants`: whether the tests notice when the code is changed,
one small change at a time; survivors that change nothing stand in `tests/equivalent.txt`, with why. What they found is written into docs/quality.md and docs/quality.zh-CN.md by hand.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
TESTS = HOME / "tests"
BUILD = HOME / "build" / "soak"
ROOMS = ("core", "language", "pipeline")
TARGETS = ("document", "expression", "policy", "csv", "json")
MUTATED = {  # modules, and the tests that are to notice each change
    "core/money": ("money",),
    "language/parse": ("parse", "meant", "language"),
    "language/meaning": ("corpus", "strata", "rows", "tables", "scorecards", "workdays", "agreement"),
    "pipeline/document": ("document",),
    "pipeline/settlement": ("settlement", "pools", "limits", "musts", "decisions", "accounts", "problems", "conservation"),
}
COPIED = ("src", "tests", "policies", "examples", "docs", "benchmarks", "dev.py", "constraints.txt", "README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md")
NOT_COPIED = shutil.ignore_patterns("__pycache__", ".hypothesis", "node_modules")
BATCHES = range(1, 11)  # the seeds of the properties' examples
SLOW = "not small_stack and not fuzzer"  # what needs a stack or a process of its own


def run(*command: str | Path, folder: Path = HOME, profile: str = "few", **more: str) -> int:
    """The exit code of a module of Python."""
    environment = {**os.environ, "PYTHONUTF8": "1", "PERFRULES_PROFILE": profile, **more}
    return subprocess.run([sys.executable, "-m", *map(str, command)], cwd=folder, env=environment, check=False).returncode


def say(text: str) -> None:
    print(f"\n== {text}", flush=True)


def lines() -> bool:
    """Whether the tests reach every line and branch."""
    data = BUILD / "lines"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    say("every line and branch of core, language and pipeline")
    where = {"COVERAGE_FILE": str(data / "coverage")}
    passed = run("coverage", "run", "-m", "pytest", "-n", "auto", **where) == 0
    run("coverage", "combine", "-q", **where)
    rooms = ",".join(f"*/perfrules/{room}/*" for room in ROOMS)
    return run("coverage", "report", f"--include={rooms}", "--show-missing", "--skip-covered", "--fail-under=100", **where) == 0 and passed


def properties() -> bool:
    """Whether every property holds of 20,000 examples; a run that is stopped loses no more than its last batch."""
    found = sorted(path for path in TESTS.glob("test_*.py") if "@given(" in path.read_text(encoding="utf-8"))
    profile = os.environ.get("PERFRULES_PROFILE", "soak")
    good = True
    for seed in BATCHES:
        say(f"2,000 examples of each property, with seed {seed} of {BATCHES[-1]}")
        good &= run("pytest", "-n", "auto", f"--hypothesis-seed={seed}", *found, profile=profile) == 0
    return good


def fuzz(minutes: int) -> bool:
    """Whether no target falls, for so many minutes each."""
    fallen = []
    for target in TARGETS:
        say(f"{minutes} minutes of bytes for {target}")
        if run("fuzz", target, f"-max_total_time={minutes * 60}", "-print_final_stats=1", folder=TESTS):
            fallen.append(target)
    return not fallen


def spark() -> bool:
    """Whether Spark says what is meant of all that the tests have."""
    say("all of the corpus in Spark")
    return run("pytest", TESTS / "test_sql.py", TESTS / "test_views_in_spark.py", "-k", "spark", PERFRULES_SPARK="all") == 0


def signals() -> bool:
    """Whether durable-rules loses none of a million signals, and no kill at any statement loses an event."""
    say("a million signals")
    return run("pytest", TESTS / "test_durable.py", TESTS / "test_journal.py", PERFRULES_SIGNALS="1000000", PERFRULES_KILLS="200") == 0


def mutants(modules: list[str]) -> bool:
    """Whether at least nine of ten changes of each module are noticed, and all others are known to change nothing."""
    said = [_mutants(module, MUTATED[module]) for module in modules]
    say("changes that the tests notice")
    print(*said, sep="\n")
    return not any("survived" in line for line in said)


def _mutants(module: str, tests: tuple[str, ...]) -> str:
    say(f"changes of {module}")
    folder = BUILD / "mutants" / module.replace("/", "-")
    _copy(folder, module, tests)
    run("mutmut", "run", folder=folder)
    run("mutmut", "export-cicd-stats", folder=folder)
    counts = json.loads((folder / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    known = set((TESTS / "equivalent.txt").read_text(encoding="utf-8").splitlines()[1::3])
    changes = [(name, _change(folder, name)) for name in _left(folder)]
    alive = [(name, change) for name, change in changes if f"{module}: {change}" not in known]
    for name, change in alive:
        print(f"survived: {name}\n{module}: {change}")
    total, same = counts["total"], len(changes) - len(alive)
    killed = total - len(changes)
    return f"{module}: {killed} of {total - same} noticed, {100 * killed / (total - same):.1f}%; {same} change nothing" + (
        f"; {len(alive)} survived" if alive else ""
    )


def _copy(folder: Path, module: str, tests: tuple[str, ...]) -> None:
    """A copy of the project in which one module is changed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in COPIED:
        source = HOME / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=NOT_COPIED)
        else:
            shutil.copy(source, folder / name)
    settings = {
        "source_paths": ["src"],
        "only_mutate": [f"src/perfrules/{module}.py"],
        "also_copy": [name for name in COPIED if name not in ("src", "tests")],
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-k", SLOW],
        "pytest_add_cli_args_test_selection": [f"tests/test_{name}.py" for name in tests],
    }
    written = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    project = (HOME / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text(f"{project}\n[tool.mutmut]\n{written}", encoding="utf-8")


def _left(folder: Path) -> list[str]:
    """The changes that no test noticed."""
    done = subprocess.run([sys.executable, "-m", "mutmut", "results"], cwd=folder, capture_output=True, text=True, check=True)
    return [line.split(":")[0].strip() for line in done.stdout.splitlines() if line.startswith("    ")]


def _change(folder: Path, name: str) -> str:
    """What stands after a change in place of what stood there."""
    done = subprocess.run([sys.executable, "-m", "mutmut", "show", name], cwd=folder, capture_output=True, text=True, check=True)
    return " ".join(line[1:].strip() for line in done.stdout.splitlines() if line.startswith("+") and not line.startswith("+++"))


def main() -> None:
    """Do what is named, or everything."""
    parser = argparse.ArgumentParser(prog="dev.py soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="lines, properties, fuzz, spark, signals, mutants")
    parser.add_argument("--minutes", type=int, default=60, help="how long each target is fuzzed")
    parser.add_argument("--module", action="append", choices=MUTATED, help="of the mutants, only those of a module")
    given = parser.parse_args()
    steps = {
        "lines": lines,
        "properties": properties,
        "fuzz": lambda: fuzz(given.minutes),
        "spark": spark,
        "signals": signals,
        "mutants": lambda: mutants(given.module or list(MUTATED)),
    }
    unknown = [what for what in given.what if what not in steps]
    if unknown:
        parser.error(f"no such run: {', '.join(unknown)}; there are {', '.join(steps)}")
    failed = [what for what in given.what or steps if not steps[what]()]
    if failed:
        raise SystemExit(f"not good: {', '.join(failed)}")


if __name__ == "__main__":
    main()
