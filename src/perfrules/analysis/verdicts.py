"""Verdicts that are settled beforehand: rules that can never hold, and rules that always do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations

from perfrules.analysis.spaces import EVERYWHERE, Reader, Space, TooMany, scope_on
from perfrules.core.problem import Findings, Words
from perfrules.language.nodes import Aggregate, Compare, Logic, Member, Name, Node, walk
from perfrules.language.write import write
from perfrules.pipeline.model import Policy, Rule


def check_verdicts(policy: Policy, days: Sequence[date], findings: Findings) -> None:
    """Note rules that hold for no subject, or for all, on every one of the days."""
    for kind in policy.scopes:
        readers = [Reader(Space(), scope_on(policy, kind, day), policy.name) for day in days]
        scope = policy.scope.get(kind)
        for rule in policy.rules:
            if rule.kind == kind and any(isinstance(n, (Name, Aggregate)) for n in walk(rule.when)):  # `yes` is meant
                _check_rule(rule, scope, readers, findings)


def never_fails(policy: Policy, rule: Rule, days: Sequence[date]) -> bool:
    """Whether a rule is proved to hold wherever it applies, on every one of the days."""
    readers = (Reader(Space(), scope_on(policy, rule.kind, day), policy.name) for day in days)
    return all(_surely(reader, rule.when) for reader in readers)


def _check_rule(rule: Rule, scope: Node | None, readers: list[Reader], findings: Findings) -> None:
    parts = [*_parts(rule.when), *(_parts(scope) if scope is not None else ())]
    if all(_never(reader, parts) for reader in readers):
        blamed = _blamed(readers, parts)
        said = [f"`{_words(part)}`" for part in blamed]
        findings.add("PR510", rule.written.span, rule=rule.name, parts=Words(" and ".join(said), " 与 ".join(said)))
    elif all(_surely(reader, rule.when) for reader in readers):
        findings.add("PR511", rule.written.span, rule=rule.name)


def _words(node: Node) -> str:
    """A comparison in the author's own words, any other condition as it is understood."""
    span = node.span if isinstance(node, (Compare, Member)) else None
    return write(node) if span is None else " ".join(span.source.text[span.start : span.end].split())


def _parts(node: Node) -> Iterator[Node]:
    if isinstance(node, Logic) and node.operator == "and":
        for part in node.parts:
            yield from _parts(part)
    else:
        yield node


def _never(reader: Reader, parts: Iterable[Node]) -> bool:
    """Whether the parts can't hold together, as far as can be proved."""
    try:
        boxes = EVERYWHERE
        for part in parts:
            boxes = reader.space.both(boxes, reader.boxes(part))
    except TooMany:
        return False
    return not boxes


def _surely(reader: Reader, condition: Node) -> bool:
    if isinstance(condition, Logic) and condition.operator == "and":
        return all(_surely(reader, part) for part in condition.parts)
    try:
        return not reader.boxes(condition, False)
    except TooMany:
        return False


def _blamed(readers: list[Reader], parts: list[Node]) -> Sequence[Node]:
    """The one part that can't hold, or the two that exclude each other; else all."""
    for size in (1, 2):
        for some in combinations(parts, size):
            if all(_never(reader, some) for reader in readers):
                return some
    return parts
