"""Packages that bring districts, as others get them: built as wheels and installed where nothing of this project lies, they
pass their own tests there, and the command line finds them by their names.

What third parties publish is lent to that place by a line of a `.pth` file; nothing is fetched.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from perfrules import authoring
from test_docs import blocks, check_page

HOME = Path(__file__).resolve().parent.parent
DISTRICTS = {p.parent.name: p.parent for p in sorted((HOME / "examples" / "districts").glob("*/pyproject.toml"))}
FRESH = {"hillside": "en", "lanting": "zh"}  # written anew
NAMES = [*DISTRICTS, *FRESH]
LENT = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
NOT_TAKEN = shutil.ignore_patterns("src", ".*", "__pycache__", "dist")
LOOK = """
import json, sys, importlib.metadata, perfrules, perfrules.districts.defaults as defaults
found = {name: __import__(name).__file__ for name in sys.argv[1:]}
about = importlib.metadata.distribution("perfrules").locate_file("perfrules/__init__.py")
print(json.dumps([perfrules.__file__, str(about), str(defaults.shipped_policies()), found, sys.path]))
"""


@dataclass(frozen=True)
class Elsewhere:
    """An environment with perfrules and the packages, and of each package what lies beside its sources."""

    environment: Path
    folders: Mapping[str, Path]

    @property
    def interpreter(self) -> tuple[Path, str]:
        return self.environment / "bin" / "python", "-I"

    def run(self, folder: str | Path, *arguments: object) -> subprocess.CompletedProcess[str]:
        return called(*self.interpreter, *arguments, folder=self.folders[folder] if isinstance(folder, str) else folder)

    def command(self, folder: str | Path, *arguments: object) -> subprocess.CompletedProcess[str]:
        return self.run(folder, "-m", "perfrules", *arguments)


def called(*command: object, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    return subprocess.run([str(part) for part in command], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


def pip(*arguments: object, folder: Path) -> None:
    done = called(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments, "--no-index", "--no-deps", folder=folder)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> Elsewhere:
    home = tmp_path_factory.mktemp("elsewhere")
    for name, language in FRESH.items():
        authoring.write_package(name, home / "fresh" / name, language=language)
    sources = DISTRICTS | {name: home / "fresh" / name for name in FRESH}
    pip("wheel", "--no-build-isolation", "--wheel-dir", "wheels", HOME, *sources.values(), folder=home)
    venv.create(home / "environment", symlinks=os.name != "nt")
    base = {"base": str(home / "environment"), "platbase": str(home / "environment")}
    lent = Path(sysconfig.get_path("purelib", "venv", base)) / "lent.pth"
    lent.write_text("".join(f"{path}\n" for path in sorted(LENT)), encoding="utf-8")
    pip("--python", "environment", "install", *(home / "wheels").iterdir(), folder=home)
    folders = {name: home / "beside" / name for name in sources}
    for name, folder in folders.items():
        shutil.copytree(sources[name], folder, ignore=NOT_TAKEN)
    return Elsewhere(home / "environment", folders)


def test_there_are_two():
    assert len(DISTRICTS) == 2
    python = {name: [p for p in (folder / "src").rglob("*.py") if p.name != "__init__.py"] for name, folder in DISTRICTS.items()}
    assert sorted(map(bool, python.values())) == [False, True]


def test_what_is_imported_is_what_was_installed(elsewhere):
    done = elsewhere.run("hillside", "-c", LOOK, *NAMES)
    assert done.returncode == 0, done.stderr
    ours, about, policies, found, path = json.loads(done.stdout)
    for installed in (ours, about, policies, *found.values()):
        assert elsewhere.environment in Path(installed).parents, installed
    assert {p.name for p in Path(policies).rglob("*.yaml")} == {p.name for p in (HOME / "policies").rglob("*.yaml")}
    assert [p for p in path if HOME in [Path(p), *Path(p).parents] and p not in LENT] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_tests_of_a_package_pass_where_it_is_installed(elsewhere, name):
    assert not (elsewhere.folders[name] / "src").exists()
    done = elsewhere.run(name, "-m", "pytest", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\b[1-9]\d* passed", done.stdout)


@pytest.mark.parametrize("name", DISTRICTS)
def test_the_page_of_a_package_shows_what_is_printed(elsewhere, name):
    assert any(block.language == "console" for block in blocks(DISTRICTS[name] / "README.md"))
    check_page(DISTRICTS[name] / "README.md", elsewhere.folders[name], elsewhere.interpreter)


@pytest.mark.parametrize("name", FRESH)
def test_the_commands_of_a_fresh_package_work(elsewhere, name):
    lines = [line for block in blocks(elsewhere.folders[name] / "README.md") for line in block.text.splitlines()]
    commands = [line.split()[1:] for line in lines if line.startswith("perfrules ")]
    assert [command[0] for command in commands] == ["check", "run"]
    for command in commands:
        done = elsewhere.command(name, *command)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert "2 000.00" in done.stdout
    assert name in done.stdout


def test_the_command_is_installed_with_the_policies_that_come_along(elsewhere, tmp_path):
    done = called(elsewhere.environment / "bin" / "perfrules", "check", "luojiang", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "no problems\n")


def test_a_package_is_used_only_where_it_is_named(elsewhere, tmp_path):
    assert "PR120" in elsewhere.command(tmp_path, "check", "riverside").stdout
    (tmp_path / "perfrules.toml").write_text('plugins = ["riverside", "yunting"]\n', encoding="utf-8")
    for district in ("riverside", "云汀区"):
        assert elsewhere.command(tmp_path, "check", district).stdout == "no problems\n"
    origins = elsewhere.command(tmp_path, "compile", "云汀区", "--as-of", "2024-09-30", "--origins").stdout
    assert "action pool_centrally: yunting\n" in origins
    assert "function 落后序时: yunting\n" in origins
    assert f"{elsewhere.environment}" in origins


def test_the_examples_are_what_the_template_writes_grown_up(tmp_path):
    for name, folder in DISTRICTS.items():
        authoring.write_package(name, tmp_path / name)
        same = ["pyproject.toml", *(["src/riverside/__init__.py"] if name == "riverside" else [])]
        for path in same:
            assert (folder / path).read_text(encoding="utf-8") == (tmp_path / name / path).read_text(encoding="utf-8")
