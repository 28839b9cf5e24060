"""Examples: what policies say about themselves, checked."""

from __future__ import annotations

from perfrules.analysis.days import days_of_change
from perfrules.analysis.widths import NARROW, check_widths
from perfrules.cases import OTHER_APPROVER, Case, Runner, check_case, given_facts
from perfrules.core.problem import Findings, Problem
from perfrules.library import Library
from perfrules.pipeline.model import Policy
from perfrules.pipeline.scenarios import ExampleForm
from perfrules.pipeline.settlement import compiled
from perfrules.pipeline.wording import calendar_day, fiscal_year


def check_examples(library: Library, findings: Findings) -> None:
    """Compile each policy for every day on which it changes, and run its examples."""
    lacking = {p.span for p in findings.problems if p.code == "PR222"}  # said once, with all its days
    for policy in library.policies:
        found = _compile_errors(policy, findings)
        findings.problems += [p for p in found if p.code != "PR222" or p.span not in lacking]
        runner = Runner()
        for example in policy.examples if not found else ():
            case = example_case(policy, example, findings)
            findings.problems += runner.run(case).problems if case is not None else ()
    if library.decisions and library.policies and not findings.errors:
        inside = Findings()
        days = [*(d.on for d in library.decisions), *(p.in_force[0] for p in library.policies)]
        compiled(library.policies, max(days), inside, library.decisions)
        findings.problems += [p for p in inside.problems if p in inside.errors or p.code == OTHER_APPROVER]


def example_case(policy: Policy, example: ExampleForm, findings: Findings) -> Case | None:
    """An example as a case; None with problems noted where its day or year is none."""
    before = len(findings.errors)
    as_of, period = calendar_day(example.as_of, findings), fiscal_year(example.period, findings)
    if len(findings.errors) > before:
        given_facts(policy.vocabulary, example.given, period, findings)  # what else is wrong with it
        return None
    case = Case(example.name, (policy,), as_of, period, example.given, example.expect, decisions=example.decisions)
    check_case(case, findings)
    return case


def _compile_errors(policy: Policy, findings: Findings) -> list[Problem]:
    """What is wrong on the first day on which something is; terms that are wide are noted."""
    for day in days_of_change(policy):
        inside = Findings()
        program = compiled([policy], day, inside)
        if inside.errors:
            return inside.errors
        if program is not None and program.plan.bits > NARROW:
            check_widths(policy, day, findings)
    return []
