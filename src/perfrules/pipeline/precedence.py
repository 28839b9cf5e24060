"""Precedence: rules that go over others by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from perfrules.core.problem import Findings, Words, did_you_mean, named_too
from perfrules.pipeline.model import Policy, Rule


def check_overs(policies: Sequence[Policy], findings: Findings, *, whole: bool = False) -> None:
    """`over` must name rules that are there, for the same kind, and must not run in a circle.

    Those of other policies must be there where the policies are `whole`: all that are judged together.
    """
    rules = {(r.name, r.kind): r for p in policies for r in p.rules}  # also those that were refused
    there = {policy.name for policy in policies}
    for rule in rules.values():
        for name, span in zip(rule.over, rule.over_spans, strict=True):
            known = name.rpartition("/")[0] in there
            if (name, rule.kind) not in rules and (known or whole):
                hint = _meant(name, rule.kind, rules)
                findings.add("PR220", span, rule=name, hint=hint if known else named_too(hint))
    for rule in rules.values():
        ring = _ring(rule, rules)
        if ring and rule.name == min(ring):
            related = [("reads", rules[name, rule.kind].span) for name in ring[1:]]
            findings.add("PR221", rule.span, ring=" → ".join([*ring, ring[0]]), related=related)


def _meant(name: str, kind: str, rules: Iterable[tuple[str, str]]) -> Words:
    """What is said of a rule that is not there for a kind."""
    others = "`, `".join(sorted(about for own, about in rules if own == name))
    if others:
        return Words(f"it is about `{others}`, not `{kind}`", f"该规则的对象是 `{others}`，不是 `{kind}`")
    return did_you_mean(name, sorted({own for own, about in rules if about == kind}))


def judged_as(policies: Iterable[Policy], names: Mapping[str, str]) -> Iterator[Policy]:
    """Policies, where they go over rules of one in whose place another is judged: by its name in `names`."""

    def said(rule: str) -> str:
        policy, _, name = rule.rpartition("/")
        return f"{names[policy]}/{name}" if policy in names else rule

    for policy in policies:
        rules = (replace(rule, over=tuple(map(said, rule.over))) for rule in policy.rules)
        yield replace(policy, rules=tuple(rules)) if names else policy


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
