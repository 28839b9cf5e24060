"""The targets: each takes bytes and reads them. What it raises is a fault; what is refused must be said with its place.

A target also asks of what it read what is promised of it: that an expression is written as what is read back, that
places lie inside the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import perfrules
from documents import are_read_alike
from perfrules.api import _program
from perfrules.core.problem import Findings, render_all
from perfrules.core.span import Text
from perfrules.districts.manager import Brought, bring
from perfrules.language.kinds import MOVED_BY
from perfrules.language.nodes import Call, walk
from perfrules.language.parse import parse
from perfrules.language.write import write
from perfrules.library import _checked
from perfrules.pipeline.document import Tree, decode, read_file, read_text
from specimen import AS_OF, TOWN, Files, is_located


def document(data: bytes) -> None:
    """Bytes as a YAML file."""
    findings = Findings()
    text = decode(data, "policy.yaml", findings)
    tree = None if text is None else read_text(text, "policy.yaml", findings)
    assert tree is not None or findings.errors
    assert text is None or are_read_alike(text)
    check(findings.problems, {"policy.yaml": data})


def expression(data: bytes) -> None:
    """Bytes as an expression."""
    text = Text.of(data.decode("utf-8", "replace"))
    findings = Findings()
    node = parse(text, findings)
    assert (node is None) == bool(findings.errors)
    check(findings.problems, {})
    if node is not None and not any(isinstance(n, Call) and n.function in MOVED_BY.values() for n in walk(node)):  # which nobody may call
        assert all(n.span is not None and 0 <= n.span.start <= n.span.end <= len(text) for n in walk(node))
        written = write(node)
        again = parse(Text.of(written), Findings())
        assert again is None or again == node, written  # None: it has become too long


def policy(data: bytes) -> None:
    """Bytes as a whole policy beside the vocabulary of a town."""
    findings = Findings()
    text = decode(data, "policy.yaml", findings)
    tree = None if text is None else read_text(text, "policy.yaml", findings)
    if tree is not None:
        beside, brought = _beside()
        with suppress(perfrules.Refused):  # what is refused is among the findings
            _program(_checked([*beside, tree], [], brought, findings), AS_OF, findings, "policy.yaml", brought)
    check(findings.problems, {"policy.yaml": data})


@cache
def _beside() -> tuple[list[Tree], Brought]:
    """The vocabularies beside a policy, read once."""
    brought, findings = bring(), Findings()
    trees = [read_file(path, findings) for path in (*brought.vocabularies, TOWN / "facts.yaml")]
    return [tree for tree in trees if tree is not None], replace(brought, vocabularies=())


def csv(data: bytes) -> None:
    """Bytes as a table of departments."""
    _facts("department.csv", data)


def json(data: bytes) -> None:
    """Bytes as facts in JSON."""
    _facts("facts.json", data)


TARGETS: dict[str, Callable[[bytes], None]] = {t.__name__: t for t in (document, expression, policy, csv, json)}


@cache
def _town() -> tuple[perfrules.Program, Path]:
    return perfrules.load(TOWN / "policy.yaml", as_of=AS_OF), Path(mkdtemp(prefix="fuzz"))


def _facts(name: str, data: bytes) -> None:
    program, folder = _town()
    path = folder / name
    path.write_bytes(data)
    try:
        problems = program.read_facts(path).notices
    except perfrules.Refused as refused:
        problems = refused.problems
    check(problems, {str(path): data})


def check(problems: Iterable[perfrules.Problem], files: Files) -> None:
    """Problems can be said in both languages, and stand where they say."""
    listed = list(problems)
    assert [problem for problem in listed if not is_located(problem, files)] == []
    assert all(render_all(listed, language) or not listed for language in ("en", "zh"))
