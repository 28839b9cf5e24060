"""The rules of the house: how large rooms may get, which way imports point, and that nothing is exact by chance."""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
import sys
import tomllib
from functools import cached_property
from importlib.metadata import packages_distributions
from pathlib import Path
from statistics import median
from types import UnionType
from typing import get_args

import pytest

import perfrules
from perfrules.language import nodes, plan, scalars

HOME = Path(__file__).resolve().parent.parent
SOURCES = sorted((HOME / "src" / "perfrules").rglob("*.py"))
CATALOGUES = {"codes.py", "keys.py", "words.py", "phrases.py"}  # data, exempt from the size of modules
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
FUNCTIONS = [
    (path, node) for path, tree in TREES.items() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
]


def length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def name(path: Path) -> str:
    return str(path.relative_to(HOME))


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name not in CATALOGUES], ids=name)
def test_a_module_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_functions_are_short():
    too_long = [f"{name(p)}:{f.lineno} {f.name} ({length(f)})" for p, f in FUNCTIONS if length(f) > 50]
    assert not too_long
    assert median(length(f) for _, f in FUNCTIONS) < 10


def test_no_float_anywhere():
    found = []
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            written = isinstance(node, ast.Constant) and isinstance(node.value, float)
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
            if written or called:
                found.append(f"{name(path)}:{node.lineno}")
    assert not found


def test_no_clock_no_chance_in_the_engine():
    forbidden = {"random", "time", "datetime.now", "secrets", "uuid"}
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
            module = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not forbidden & {*names, *module}, name(path)
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            assert not (called and node.func.attr in ("today", "now")), name(path)


def test_imports_stand_at_the_top():
    lazy = {HOME / "src/perfrules" / p for p in ("engines/databases.py", "engines/durable.py", "offered.py", "program.py", "sql.py", "front/cli.py", "front/watching.py", "letters/__init__.py", "readers/frame.py", "readers/marked.py", "readers/workbook.py", "reports/tables_excel.py", "reports/tables_frame.py", "reports/pages.py")}  # keep the extras optional
    for path, function in FUNCTIONS:
        inside = [n for n in ast.walk(function) if isinstance(n, (ast.Import, ast.ImportFrom))]
        assert not inside or path in lazy, name(path)


def test_at_most_twelve_nodes_and_twelve_scalars():
    for union in (nodes.Node, scalars.Scalar):
        assert isinstance(union, UnionType)
        assert len(get_args(union)) <= 12
    assert len(get_args(plan.Step)) <= 8


def test_the_public_names_are_few_and_described():
    assert len(perfrules.__all__) <= 25
    for public in perfrules.__all__:
        found = getattr(perfrules, public)
        assert found.__doc__, public
        for method, value in vars(found).items() if isinstance(found, type) else ():
            plain = inspect.isfunction(value) or isinstance(value, (property, cached_property))
            assert not plain or method.startswith("_") or value.__doc__, f"{public}.{method}"


def test_files_are_nouns_of_their_own():
    vague = {"manager", "handler", "processor", "util", "utils", "helper", "helpers", "base", "data", "info"}
    allowed = {HOME / "src/perfrules/districts/manager.py"}  # the plugin manager, by pluggy's own word
    assert not [name(p) for p in SOURCES if p.stem in vague and p not in allowed]


def test_importing_perfrules_imports_no_extra():
    extras = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    named = {written(r.split(">")[0].split("[")[0]) for group in extras.values() for r in group} - {"perfrules"}
    modules = {m for m, distributions in packages_distributions().items() if named & set(map(written, distributions))}
    assert {"durable", "durable_rules_engine", "jinja2", "typer"} <= modules
    code = "import perfrules, sys; print(' '.join(m.split('.')[0] for m in sys.modules))"
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}  # which imports itself
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=unmeasured)
    assert not set(done.stdout.split()) & modules


def written(distribution: str) -> str:
    """A distribution's name in one form."""
    return distribution.replace("-", "_").lower()


def test_forms_are_built_when_a_document_is_read_and_not_by_import():
    code = "import perfrules; from perfrules.pipeline.forms import FactsForm; print(FactsForm.__pydantic_complete__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_nothing_names_the_machine_it_was_written_on():
    texts = [p for p in HOME.rglob("*") if p.suffix in (".py", ".md", ".yaml", ".toml", ".txt", ".csv") and p.is_file()]
    ours = [p for p in texts if not {".venv", ".git", "build", ".hypothesis"} & set(p.relative_to(HOME).parts)]
    assert ours
    for path in ours:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert "/" + "work/" not in text, name(path)
        assert "/" + "root/" not in text, name(path)


def test_every_promise_names_tests_that_are_there():
    """The table of promises, the same in both languages."""
    named = []
    for page in ("quality.md", "quality.zh-CN.md"):
        table = re.findall(r"^\|.*\|$", (HOME / "docs" / page).read_text(encoding="utf-8"), re.MULTILINE)[2:]
        assert all("`test_" in row for row in table)
        named.append([re.findall(r"`(test_\w+\.py)`", row) for row in table])
    assert named[0] == named[1]
    assert not [test for row in named[0] for test in row if not (HOME / "tests" / test).is_file()]
