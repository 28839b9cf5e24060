"""The public API: check policies, and load them as a program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from perfrules.analysis.beforehand import check_beforehand
from perfrules.analysis.tables import check_overlaps
from perfrules.asked import Paths, listed
from perfrules.case_document import cases_of
from perfrules.cases import given_facts
from perfrules.core.problem import Findings, Problem, Refused
from perfrules.districts.manager import Brought, bring
from perfrules.examples import check_examples
from perfrules.library import Library, read_library, read_policy_text
from perfrules.offered import note_checks
from perfrules.pipeline.precedence import check_overs
from perfrules.pipeline.program import in_force
from perfrules.pipeline.settlement import compiled
from perfrules.pipeline.wording import as_day
from perfrules.program import Program


def _named(paths: Iterable[str | Path]) -> str:
    return ", ".join(map(str, paths))


def load(paths: Paths, *, as_of: date | str, plugins: Iterable[Any] = ()) -> Program:
    """The program of the policies in files and folders, as they stand on a day.

    A path that does not exist is looked for among the policies that come with perfrules and plugins
    (`luojiang/operating-funds`). Vocabularies are found beside the policies. Raises `Refused` with all
    problems of all files, in order of place.
    """
    findings = Findings()
    brought, given = bring(plugins), listed(paths)
    return _program(read_library(given, brought, findings), as_of, findings, _named(given), brought)


def loads(text: str, *, as_of: date | str, beside: Iterable[Path] = (), plugins: Iterable[Any] = ()) -> Program:
    """The program of one policy given as text; `beside` are files with its vocabularies."""
    findings = Findings()
    brought = bring(plugins)
    library = read_policy_text(text, brought, findings, beside)
    return _program(library, as_of, findings, "<text>", brought)


def _program(library: Library, as_of: date | str, findings: Findings, named: str, brought: Brought) -> Program:
    if not library.policies and not findings.errors:
        findings.add("PR121", where=named, path=named)
    day = as_day(as_of, "as_of")
    findings.refuse()
    for policy in library.policies:
        if in_force(policy, day):
            check_overlaps(policy, day, findings)
    findings.refuse()
    check_overs(library.policies, findings, whole=True)
    program = compiled(library.policies, day, findings, library.decisions)
    findings.refuse()
    assert program is not None
    return Program(program, findings.problems, brought)


def check(paths: Paths, *, plugins: Iterable[Any] = ()) -> tuple[Problem, ...]:
    """All problems of files and folders, in order of place: what is wrong, what can never or always happen, what
    nothing reads, and examples that fail. Cases are read, but not run: `perfrules.suite` does that.

    Each policy is compiled for every day from which it or a parameter changes.
    """
    findings = Findings()
    try:
        brought, given = bring(plugins), listed(paths)
        library = read_library(given, brought, findings, tested=True)
        if library.decisions and not library.policies and not findings.errors:
            findings.add("PR121", where=_named(given), path=_named(given))
        if not findings.errors:
            cases = [case for form in library.cases for case in cases_of(form, library, findings)]
            for case in (one for one in cases if not one.problems):
                given_facts(case.vocabulary, case.given, case.period, findings)
            library = library.named()
            check_overs([*library.policies, *library.extended], findings, whole=True)
            check_beforehand(library.policies, library.declared, findings)
            check_examples(library, findings)
            for policy in library.extended:
                check_beforehand([policy], {}, findings)
                check_examples(replace(library, policies=(policy,)), findings)
            note_checks(brought.checks, library.policies, findings)
    except Refused as refused:
        findings.problems += refused.problems
    return Refused(findings.problems).problems


__all__ = ["Program", "check", "load", "loads"]
