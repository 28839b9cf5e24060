"""Neighbours: vocabularies that lie beside what was named. What is wrong with one is said where it is needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from perfrules.core.problem import Findings, Problem
from perfrules.core.span import Text
from perfrules.language.words import FACTS
from perfrules.pipeline.document import documents_in, read_file
from perfrules.pipeline.fitting import fitted
from perfrules.pipeline.forms import DOCUMENTS, FactsForm, kind_of
from perfrules.pipeline.openings import may_hold, vocabulary_in


@dataclass(frozen=True)
class Neighbour:
    """A vocabulary in a file that nobody named."""

    name: str  # empty where it can't be told, as the file can't be read
    form: FactsForm | None  # None where it has not the form that it must have
    problems: tuple[Problem, ...] = ()


def around(named: Collection[Path]) -> list[Neighbour]:
    """The vocabularies beside the named files, for policies named without theirs."""
    folders = sorted({path.parent for path in named})
    return neighbours(file for folder in folders for file in documents_in(folder) if file not in named)


def neighbours(files: Iterable[Path]) -> list[Neighbour]:
    """The vocabularies among files."""
    found = (_neighbour(file) for file in files if may_hold(file, "facts", FACTS["facts"]))
    return [neighbour for neighbour in found if neighbour is not None]


def _neighbour(file: Path) -> Neighbour | None:
    findings = Findings()
    tree = read_file(file, findings)
    if tree is None:
        name, form = vocabulary_in(file), None
    elif kind_of(tree) == "facts":
        said = next(value for key, value in tree.items() if DOCUMENTS.get(key) == "facts")
        name, form = str(said) if isinstance(said, Text) else "", fitted(FactsForm, tree, findings)
    else:
        return None
    return None if name is None else Neighbour(name, form, tuple(findings.problems))
