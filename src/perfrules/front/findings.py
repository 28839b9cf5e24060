"""Problems for other programs: as JSON, as SARIF for code scanners, as annotations of a build on GitHub."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import perfrules

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def as_json(problems: Sequence[perfrules.Problem], language: str) -> str:
    """A list of objects: code, severity, message, help, path, line, column, related places."""
    return _dumped([_plain(p, language) for p in problems])


def as_sarif(problems: Sequence[perfrules.Problem], language: str) -> str:
    """A log in SARIF 2.1.0, one result for each problem; columns are in Unicode code points."""
    rules = {p.code: {"id": p.code, "help": {"text": p.cure(language) or p.code}} for p in problems}
    driver = {"name": "perfrules", "version": perfrules.__version__, "rules": [rules[code] for code in sorted(rules)]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(p, language) for p in problems],
    }
    return _dumped({"$schema": SARIF, "version": "2.1.0", "runs": [run]})


def as_github(problems: Sequence[perfrules.Problem], language: str) -> str:
    """Lines that GitHub shows beside the change: `::error file=…,line=…,col=…,title=PR201::…`."""
    return "".join(_annotation(p, language) + "\n" for p in problems)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _plain(problem: perfrules.Problem, language: str) -> dict[str, Any]:
    span = problem.span
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.said(language),
        "help": problem.cure(language),
        "path": span.source.name if span else problem.where,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "related": [s.place for _, s in problem.related],
    }


def _text(problem: perfrules.Problem, language: str) -> str:
    cure = problem.cure(language)
    return problem.said(language) + (f"\n{cure}" if cure else "")


def _result(problem: perfrules.Problem, language: str) -> dict[str, Any]:
    found = {
        "ruleId": problem.code,
        "level": problem.severity,
        "message": {"text": _text(problem, language)},
        "locations": [_location(problem.span.source.name if problem.span else problem.where, problem.span)],
    }
    if problem.related:
        found["relatedLocations"] = [_location(span.source.name, span) for _, span in problem.related]
    return found


def _location(path: str, span: Any) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": path.replace("\\", "/")}}
    if span:
        place["region"] = {"startLine": span.line, "startColumn": span.column}
    return {"physicalLocation": place}


def _annotation(problem: perfrules.Problem, language: str) -> str:
    plain = _plain(problem, language)
    places = {"file": plain["path"], "line": plain["line"], "col": plain["column"], "title": problem.code}
    said = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in places.items() if value)
    return f"::{_COMMANDS[problem.severity]} {said}::{_escaped(_text(problem, language))}"


def _escaped(text: str, more: str = "") -> str:
    """A text in which nothing ends the command or begins another."""
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text
