"""A specimen: a few files in which something is wrong, and all that perfrules says about them.

Used by the corpus of bad inputs, by the tests of the catalogue, and by the pages that show it.
"""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Iterable
from contextlib import chdir, redirect_stderr
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import docxtpl  # noqa: F401
import duckdb  # noqa: F401 - none of these can be imported anew once an example is over
import psycopg  # noqa: F401
import pyspark.sql  # noqa: F401
import sqlglot  # noqa: F401

import perfrules
import perfrules.events.watch  # else its letters would be those of one import, and what writes them of another
import perfrules.letters.templates
from perfrules.core.problem import render_all
from perfrules.core.span import Span

TOWN = Path(__file__).resolve().parent / "town"  # the vocabulary, and a policy for specimens that are facts only
AS_OF = "2024-01-31"
UNREAD = ("PR101", "PR102", "PR120", "PR121", "PR528", "PR532", "PR624")  # about a file as a whole

Files = dict[str, bytes]


def files_of(path: Path) -> Files:
    """A specimen's files by name: those of a folder, or one; a table alone is that of departments."""
    if path.is_dir():
        return {p.name: p.read_bytes() for p in sorted(path.iterdir()) if p.is_file()}
    return {"department.csv" if path.suffix == ".csv" else path.name: path.read_bytes()}


def problems_of(files: Files, town: Path = TOWN) -> tuple[perfrules.Problem, ...]:
    """Everything found in the files, in order of place, each under its bare name, beside the vocabularies of a town."""
    with TemporaryDirectory() as above, chdir(_inside(above)):
        policy = any(_is_policy(n) for n in files)
        for path in (p for p in town.glob("*.yaml") if not (policy and p.name == "policy.yaml")):
            Path(path.name).write_bytes(path.read_bytes())
        for name, content in files.items():
            Path(name).write_bytes(content)
        if "example.py" in files:
            return _of_python()
        policies = sorted(filter(_is_policy, files)) or ["policy.yaml"]
        return _of_files(policies, sorted(set(files) - set(policies)))


def _inside(above: str) -> Path:
    """A folder of its own: cases look for policies in the one above theirs, too."""
    folder = Path(above) / "town"
    folder.mkdir()
    return folder


def _is_policy(name: str) -> bool:
    return name.endswith(".yaml") and name != "mapping.yaml"


def _of_python() -> tuple[perfrules.Problem, ...]:
    """What a program is told that uses perfrules."""
    try:
        with redirect_stderr(StringIO()), patch.dict(sys.modules), patch.dict(os.environ):
            runpy.run_path("example.py")
    except perfrules.Refused as refused:
        return refused.problems
    except SystemExit as stopped:
        return stopped.__cause__.problems if isinstance(stopped.__cause__, perfrules.Refused) else ()
    return ()


def _of_files(policies: list[str], tables: list[str]) -> tuple[perfrules.Problem, ...]:
    """What is found when policies are checked and, where they are good, judge the facts in tables."""
    found = list(perfrules.check(policies))
    if not tables or any(p.severity == "error" for p in found):
        return tuple(found)
    try:
        program = perfrules.load(policies, as_of=AS_OF)
        facts = program.read_facts(tables)
        found += [*program.problems, *facts.notices]
        program.run(facts)
    except perfrules.Refused as refused:
        found += refused.problems
    return perfrules.Refused(found).problems


def said(problems: Iterable[perfrules.Problem], language: str) -> str:
    """The whole text of the problems, as a person sees it."""
    return render_all(problems, language) + "\n"


def is_located(problem: perfrules.Problem, files: Files) -> bool:
    """Whether a problem of a document has a place, and every place that it names is one of its file."""
    spans = [span for span in (problem.span, *(s for _, s in problem.related)) if span is not None]
    placed = bool(problem.span) or not problem.where.endswith(".yaml") or problem.code in UNREAD
    return placed and all(_stands_in(span, files) for span in spans)


def _stands_in(span: Span, files: Files) -> bool:
    """Whether a place is one of the file that it names, as an editor counts lines and columns."""
    name = span.source.name
    if name == "<text>":  # what a program gave as text
        content = span.source.text.encode()
    else:
        content = files[name] if name in files else (TOWN / name).read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # tables may be in the code that Chinese spreadsheets write
        text = content.decode("gb18030", "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return 1 <= span.line <= len(lines) and 1 <= span.column <= len(lines[span.line - 1]) + 1
