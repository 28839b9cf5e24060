"""The results of a suite: in words, as JSON, and as JUnit's XML for servers that build."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

from perfrules.cases import Ran
from perfrules.core.problem import Problem, render, visible
from perfrules.reports.values import phrase

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def suite_text(ran: Sequence[Ran], language: str) -> str:
    """What failed, and how many cases passed; nothing is left out."""
    failed = [one for one in ran if not one.passed]
    notes = [render(p, language) for one in ran for p in one.problems if p.severity != "error"]
    shown = "".join(f"{text}\n\n" for text in [*notes, *(_failed(one, language) for one in failed)])
    return shown + phrase("cases run", language, passed=len(ran) - len(failed), failed=len(failed)) + "\n"


def _failed(ran: Ran, language: str) -> str:
    head = f"✗ {visible(ran.case.title)}  {ran.case.name.span.place}"
    return head + "\n" + "\n".join(f"  {line}".rstrip() for line in ran.text(language).splitlines())


def suite_json(ran: Iterable[Ran], language: str) -> str:
    """A list of objects: name, path, line, policies, passed, what differs or was noted, why."""
    return json.dumps([_plain(one, language) for one in ran], ensure_ascii=False, indent=1) + "\n"


def _plain(ran: Ran, language: str) -> dict[str, Any]:
    span = ran.case.name.span
    return {
        "name": ran.case.title,
        "path": span.source.file,
        "line": span.line,
        "policies": [policy.name for policy in ran.case.policies],
        "passed": ran.passed,
        "problems": [_problem(p, language) for p in ran.problems],
        "explained": ran.explained(language),
    }


def _problem(problem: Problem, language: str) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.said(language),
        "help": problem.cure(language),
        "path": problem.span.source.file if problem.span else problem.where,
        "line": problem.span.line if problem.span else None,
    }


def suite_junit(ran: Sequence[Ran], language: str) -> str:
    """A `testsuite` for each file, a `testcase` for each case."""
    root = ElementTree.Element("testsuites", _counts(ran))
    for file, cases in groupby(ran, lambda one: one.case.name.span.source.file):
        own = list(cases)
        suite = ElementTree.SubElement(root, "testsuite", {"name": _safe(file), **_counts(own)})
        for one in own:
            names = {"classname": _safe(file), "name": _safe(one.case.title), "file": _safe(file)}
            case = ElementTree.SubElement(suite, "testcase", {**names, "line": str(one.case.name.span.line)})
            if not one.passed:
                first = next(p for p in one.problems if p.severity == "error")
                about = {"type": first.code, "message": _safe(first.said(language))}
                ElementTree.SubElement(case, "failure", about).text = _safe(one.text(language))
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _counts(ran: Sequence[Ran]) -> dict[str, str]:
    return {"tests": str(len(ran)), "failures": str(sum(not one.passed for one in ran)), "errors": "0"}


def _safe(text: str) -> str:
    """A text without what XML can't hold."""
    return _NOT_IN_XML.sub("\ufffd", text)
