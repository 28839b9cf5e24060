"""What people who write policies and fill in facts get: a template workbook, a schema for editors, a new district."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from perfrules.core.problem import Findings
from perfrules.districts.manager import bring
from perfrules.library import read_library
from perfrules.reports import template


def write_template(
    paths: str | Path | Iterable[str | Path], out: str | Path, *, language: str = "en", plugins: Iterable[Any] = ()
) -> None:
    """Write a workbook for the facts that policies speak of: a sheet for each kind, a column for each fact.

    `paths` are policies, or a vocabulary alone. Raises `Refused` where nothing is declared, or without the
    extra `excel`.
    """
    findings = Findings()
    listed = [paths] if isinstance(paths, (str, Path)) else list(paths)
    named = ", ".join(map(str, listed))
    library = read_library(listed, bring(plugins), findings)
    found = {p.vocabulary.name: p.vocabulary for p in library.policies} or dict(library.vocabularies)
    if not any(vocabulary.kinds for vocabulary in found.values()) and not findings.errors:
        findings.add("PR121", where=named, path=named)
    findings.refuse()
    template.write_template(found.values(), Path(out), language)
