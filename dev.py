#!/usr/bin/env python3
"""Everything a developer runs, with nothing but Python and pip: `python3 dev.py`, and one of the commands below.

The first command sets up `.venv` beside this file; later ones use it as long as nothing it depends on changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HOME = Path(__file__).resolve().parent
ENVIRONMENT = HOME / ".venv"
PROGRAMS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
STAMP = ENVIRONMENT / "installed.txt"
DESCRIPTION = (HOME / "pyproject.toml", HOME / "constraints.txt")
EXAMPLE = HOME / "examples" / "luojiang-2023"


def say(text: str) -> None:
    """A line for the reader, before what the command itself prints."""
    print(f"\n== {text}", flush=True)


def run(*command: str | Path, quiet: bool = False) -> None:
    """Run a command at the top of the project; stop with its exit code where it fails."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a thousand commands of the tests would compile it all anew
    output = subprocess.PIPE if quiet else None
    done = subprocess.run([str(part) for part in command], cwd=HOME, env=environment, stdout=output, check=False)
    if done.returncode:
        if done.stdout:
            sys.stdout.buffer.write(done.stdout)
        print(f"failed: {' '.join(str(part) for part in command)}", file=sys.stderr)
        raise SystemExit(done.returncode)


def tool(name: str, *arguments: str | Path) -> None:
    """Run a module of the environment."""
    run(PROGRAMS / "python", "-m", name, *arguments)


def set_up(extras: str = "dev", *more: str) -> None:
    """Make `.venv` and install perfrules with the extras, unless these or `more` are there and nothing changed."""
    if sys.version_info < (3, 11):  # noqa: UP036 - what is read first on a machine with another Python
        raise SystemExit("perfrules needs Python 3.11 or newer")
    described = hashlib.sha256(b"".join(p.read_bytes() for p in DESCRIPTION)).hexdigest()
    wanted = [f"{one} {sys.version_info[:2]} {described}" for one in (extras, *more)]
    done = STAMP.read_text(encoding="utf-8").splitlines() if STAMP.exists() else []
    if not set(wanted).isdisjoint(done):
        return
    say(f"setting up {ENVIRONMENT}")
    if not (PROGRAMS / "python").exists():
        venv.create(ENVIRONMENT, with_pip=True)
    run(PROGRAMS / "python", "-m", "pip", "install", "--disable-pip-version-check", "-c", "constraints.txt",
        "-e", f".[{extras}]", quiet=True)  # fmt: skip
    STAMP.write_text("\n".join([*done, wanted[0], ""]), encoding="utf-8")


def demo() -> None:
    """Run the policies of Luojiang over the synthetic facts of the example."""
    set_up("cli,report", "dev")
    perfrules, facts = PROGRAMS / "perfrules", EXAMPLE / "facts"
    out = HOME / "build" / "luojiang-2023"
    out.mkdir(parents=True, exist_ok=True)
    language = ("--lang", "zh") if (os.environ.get("LC_ALL") or os.environ.get("LANG") or "").startswith("zh") else ()
    funds = ("policies/luojiang/operating-funds.yaml", "--facts", facts, "--as-of", "2024-01-31", "--period", "2022")
    targets = ("policies/luojiang/targets.yaml", "--facts", facts, "--as-of", "2023-01-31", "--period", "2023")
    say("the facts are synthetic: made so that they add up to the published report of 2023")
    say("operating funds of 2024, by the execution of 2022")
    run(perfrules, "run", *funds, *language)
    say("targets of 2023")
    run(perfrules, "run", *targets, *language)
    say("the report of 2023, and who pays and receives by the execution of 2022")
    stages = sorted(p for p in (HOME / "policies" / "luojiang").glob("*.yaml") if "funds" not in p.name)
    year = (*stages, "--facts", facts, "--as-of", "2023-12-31", "--period", "2023")
    run(perfrules, "report", *year, *language)
    run(perfrules, "report", *year, "--format", "html", "--out", out / "year.html", *language)
    run(perfrules, "report", *funds, "--format", "html", "--out", out / "operating-funds.html", *language)
    say("why, for one department")
    run(perfrules, "explain", funds[0], "department/D001", *funds[1:], *language)
    for name, arguments in (("operating-funds", funds), ("targets", targets)):
        run(perfrules, "run", *arguments, "--format", "json", "--out", out / f"{name}.json")
    say("files")
    for path in (HOME / funds[0], HOME / targets[0], facts, *sorted(out.iterdir())):
        print(f"   {path.relative_to(HOME)}")


def test() -> None:
    """Run every test; at the end, what took longest."""
    set_up()
    tool("pytest", "-n", "auto", "--durations", "30", "--durations-min", "2", *sys.argv[2:])


def check() -> None:
    """Style, types, the direction of imports, the rules of the house, generated files."""
    set_up()
    tool("ruff", "check", "src", "tests", "benchmarks", "examples", "docs", "dev.py")
    tool("ruff", "format", "--check", "src", "dev.py")
    tool("mypy")
    run(PROGRAMS / "lint-imports")
    tool("pytest", "tests/test_house.py")


def bench() -> None:
    """Speed, as ratios in one run."""
    set_up("dev,bench")
    run(PROGRAMS / "python", "benchmarks/run.py", *sys.argv[2:])


def soak() -> None:
    """The long runs, for hours: lines, properties, fuzz, Spark, signals, mutants, or those that are named."""
    set_up("dev,soak")
    run(PROGRAMS / "python", "tests/soak.py", *sys.argv[2:])


def docs() -> None:
    """Write the generated pages anew, and make the site of all pages."""
    set_up()
    run(PROGRAMS / "python", "docs/make_problems.py")
    run(PROGRAMS / "python", "docs/make_published.py")
    run(PROGRAMS / "python", "docs/make_site.py", HOME / "build" / "docs")
    say("build/docs/index.html")


COMMANDS = {"demo": demo, "test": test, "check": check, "bench": bench, "soak": soak, "docs": docs}


def main() -> None:
    """Run the command that was named."""
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if command is None:
        print(__doc__)
        for name, function in COMMANDS.items():
            print(f"  {name:8}{function.__doc__}")
        raise SystemExit(2)
    command()


if __name__ == "__main__":
    main()
