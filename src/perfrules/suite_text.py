"""The results of a suite: in words, as JSON, and as JUnit's XML for servers that build."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from xml.etree import ElementTree

from perfrules.cases import Ran
from perfrules.core.problem import Problem, render, visible
from perfrules.reports.values import phrase

_XML = {c: "\ufffd" for c in range(32) if c not in (9, 10, 13)}  # what XML can't hold


def failure_text(ran: Ran, language: str) -> str:
    """What differs, with its place, and why it came out as it did."""
    problems = [render(p, language) for p in ran.problems if p.severity == "error"]
    why = ran.explained(language)
    return "\n\n".join([*problems, *([why] if why else [])])


def suite_text(ran: Sequence[Ran], language: str) -> str:
    """What failed, and how many cases passed; nothing is left out."""
    failed = [one for one in ran if not one.passed]
    notes = [render(p, language) for one in ran for p in one.problems if p.severity != "error"]
    shown = "".join(f"{text}\n\n" for text in [*notes, *(_failed(one, language) for one in failed)])
    return shown + phrase("cases run", language, passed=len(ran) - len(failed), failed=len(failed)) + "\n"


def _failed(ran: Ran, language: str) -> str:
    head = f"✗ {visible(str(ran.case.name))}  {ran.case.name.span.place}"
    return head + "\n" + "\n".join(f"  {line}".rstrip() for line in failure_text(ran, language).splitlines())


def suite_json(ran: Iterable[Ran], language: str) -> str:
    """A list of objects: name, path, line, policies, passed, what differs, why."""
    return json.dumps([_plain(one, language) for one in ran], ensure_ascii=False, indent=1) + "\n"


def _plain(ran: Ran, language: str) -> dict[str, object]:
    span = ran.case.name.span
    return {
        "name": str(ran.case.name),
        "path": span.source.name,
        "line": span.line,
        "policies": [policy.name for policy in ran.case.policies],
        "passed": ran.passed,
        "problems": [
            {
                "code": p.code,
                "severity": p.severity,
                "message": p.said(language),
                "line": p.span.line if p.span else None,
            }
            for p in ran.problems
        ],
        "explained": ran.explained(language),
    }


def _problem(problem: Problem, language: str) -> dict[str, object]:
    line = problem.span.line if problem.span else None
    return {"code": problem.code, "severity": problem.severity, "message": problem.said(language), "line": line}


def suite_junit(ran: Sequence[Ran], language: str) -> str:
    """A `testsuite` for each file."""
    root = ElementTree.Element("testsuites", tests=str(len(ran)), failures=str(sum(not one.passed for one in ran)))
    for file, own in _by_file(ran):
        failures = str(sum(not one.passed for one in own))
        suite = ElementTree.SubElement(root, "testsuite", name=_safe(file), tests=str(len(own)), failures=failures)
        for one in own:
            name, line = _safe(str(one.case.name)), str(one.case.name.span.line)
            case = ElementTree.SubElement(
                suite, "testcase", classname=_safe(file), name=name, file=_safe(file), line=line
            )
            if not one.passed:
                first = next(p for p in one.problems if p.severity == "error")
                failure = ElementTree.SubElement(case, "failure", type=first.code, message=_safe(first.said(language)))
                failure.text = _safe(failure_text(one, language))
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _by_file(ran: Iterable[Ran]) -> Iterator[tuple[str, list[Ran]]]:
    files: dict[str, list[Ran]] = {}
    for one in ran:
        files.setdefault(one.case.name.span.source.name, []).append(one)
    yield from files.items()


def _safe(text: str) -> str:
    return text.translate(_XML)
