"""A suite: every example of policies, and every case of files with `cases:`, to be run by any runner of tests.

from perfrules import suite

for ran in suite.run(suite.collect("policies").cases):
    print(ran.case.name, ran.passed, ran.text("zh"))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perfrules.asked import Paths, check_form, listed, several
from perfrules.case_document import cases_of
from perfrules.cases import Case, Ran, Runner
from perfrules.core.problem import Findings, Problem, Words
from perfrules.districts.manager import bring
from perfrules.examples import example_case
from perfrules.library import read_library
from perfrules.pipeline.document import ENDINGS as DOCUMENT_ENDINGS
from perfrules.pipeline.forms import DOCUMENTS
from perfrules.pipeline.model import Policy
from perfrules.pipeline.openings import may_begin

CASES = Words("the cases that `suite.collect` gives", " `suite.collect` 所得的用例")
COLLECTED = "suite.collect(…).cases"


@dataclass(frozen=True)
class Suite:
    """Cases in order of file and line, the policies that are tested, and what was noted about their documents."""

    cases: tuple[Case, ...]
    problems: tuple[Problem, ...]
    policies: tuple[Policy, ...]

    @property
    def files(self) -> set[str]:
        """The files that the cases and policies stand in, also tables of cases."""
        spans = [*(case.name.span for case in self.cases), *(policy.span for policy in self.policies)]
        return {span.source.name for span in spans}


def collect(paths: Paths, *, plugins: Iterable[Any] = ()) -> Suite:
    """The examples of the policies in files and folders, and the cases in them.

    A case finds its policies among those, in its own folder or the one above, else among those that come with
    perfrules and plugins. Raises `Refused` where a document is wrong, and where there is nothing that could be tested.
    """
    findings, given = Findings(), listed(paths)
    library = read_library(given, bring(plugins), findings, tested=True)
    findings.refuse()
    own = library.named()
    found = [
        c for p in (*own.policies, *own.extended) for e in p.examples if (c := example_case(p, e, findings)) is not None
    ]
    found += [case for form in library.cases for case in cases_of(form, library, findings)]
    if not found and not library.policies and not findings.errors:
        findings.put(nothing_tested(given))
    findings.refuse()
    found.sort(key=lambda case: (case.name.span.source.name, case.name.span.start))
    return Suite(tuple(found), tuple(findings.problems), library.policies)


def nothing_tested(paths: Iterable[object]) -> Problem:
    """What is said of files and folders with nothing to be tested."""
    named = ", ".join(map(str, paths))
    return Problem("PR528", where=named, values={"path": named})


def is_document(path: str | Path) -> bool:
    """Whether a file may be a document of perfrules, by its first key; what is wrong with it `collect` says."""
    return may_begin(Path(path), *DOCUMENTS)


def run(cases: Iterable[Case]) -> Iterator[Ran]:
    """Run cases, one after the other; each is run when it is asked for. Raises `Refused` where these are no cases."""
    given = several("cases", cases, COLLECTED)
    for case in given:
        check_form("cases", case, Case, CASES, COLLECTED)
    return map(Runner().run, given)


__all__ = ["DOCUMENT_ENDINGS", "Case", "Ran", "Runner", "Suite", "collect", "is_document", "run"]
