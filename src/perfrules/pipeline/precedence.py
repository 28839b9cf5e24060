"""Precedence: rules that go over others by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from perfrules.core.problem import Findings, did_you_mean
from perfrules.pipeline.model import Policy, Rule


def check_overs(policies: Sequence[Policy], findings: Findings) -> None:
    """`over` must name rules that are there, for the same kind, and must not run in a circle."""
    rules = {(r.name, r.kind): r for p in policies for r in p.rules}  # also those that were refused
    names = {name for name, _ in rules}
    for rule in rules.values():
        for name, span in zip(rule.over, rule.over_spans, strict=True):
            if (name, rule.kind) not in rules:
                findings.add("PR220", span, rule=name, hint=did_you_mean(name, sorted(names)))
    for rule in rules.values():
        ring = _ring(rule, rules)
        if ring and rule.name == min(ring):
            related = [("reads", rules[name, rule.kind].span) for name in ring[1:]]
            findings.add("PR221", rule.span, ring=" → ".join([*ring, ring[0]]), related=related)


def _ring(start: Rule, rules: Mapping[tuple[str, str], Rule]) -> list[str]:
    """The rules from `start` back to itself along `over`, or nothing."""
    paths: list[list[str]] = [[start.name]]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        rule = rules.get((path[-1], start.kind))
        for name in rule.over if rule else ():
            if name == start.name:
                return path
            if name not in seen:
                seen.add(name)
                paths.append([*path, name])
    return []
