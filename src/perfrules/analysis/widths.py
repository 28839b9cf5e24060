"""Widths: the terms for which 64 bits are too few."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from perfrules.analysis.spaces import scope_on
from perfrules.core.problem import Findings
from perfrules.language.aggregation import Unfit
from perfrules.language.bounds import TooWide
from perfrules.language.builder import Builder
from perfrules.language.lower import Clock, Lowering
from perfrules.language.nodes import Aggregate, Name, Node, Symbol, children, is_elsewhere, own
from perfrules.language.rails import Condition, Rational, Value, Word
from perfrules.language.scalars import Scalar
from perfrules.language.scope import Scope
from perfrules.language.write import write
from perfrules.pipeline.model import Policy

NARROW = 64


def check_widths(policy: Policy, day: date, findings: Findings) -> None:
    """Note the innermost terms of a policy that can exceed 64 bits on a day."""
    for kind in policy.scopes:
        scope = scope_on(policy, kind, day)
        gauge = _Gauge(scope, day)
        whole = [node for node, _ in scope.definitions.values()]
        whole += [policy.scope[kind]] if kind in policy.scope else []
        for rule in policy.rules:
            if rule.kind == kind:
                whole += [rule.when, *(n for c in rule.clauses for n in c.formulas)]
        cards = {node: name for name, (node, _) in scope.definitions.items() if name in scope.cards}
        for node in whole:
            for term, bits in gauge.wide(node):
                findings.add("PR515", term.span, term=cards.get(term) or write(term), bits=str(bits))


class _Gauge:
    """Measures terms one by one; a name counts where it is declared."""

    def __init__(self, scope: Scope, day: date) -> None:
        self.lowering = Lowering(Builder(scope.vocabulary), scope, Clock(day.toordinal()))
        for name in scope.definitions:
            self.bits(Name((name,), None, Symbol("definition", name)))

    def wide(self, node: Node) -> Iterator[tuple[Node, int]]:
        """The innermost terms below a node that are too wide."""
        bits = self.bits(node)
        if bits <= NARROW or isinstance(node, Name):
            return
        inner = [found for child in _below(node) for found in self.wide(child)]
        if inner:
            yield from inner
        elif node.span is not None and not any(isinstance(n, Name) and self.bits(n) > NARROW for n in own(node)):
            yield node, bits  # else it was said where the name is declared

    def bits(self, node: Node) -> int:
        """How many bits a node needs by itself; 0 where it is refused anyhow."""
        bounds = self.lowering.bounds
        bounds.greatest = 0
        try:
            for scalar in _scalars(self.lowering.value(node)):
                bounds.interval(scalar)
        except (TooWide, Unfit):
            return 0
        return bounds.greatest.bit_length() + 1


def _scalars(value: Value) -> list[Scalar]:
    match value:
        case Rational():
            return [value.low, value.top, value.den, value.defined]
        case Condition():
            return [value.holds, value.fails]
        case Word():
            return [value.defined]


def _below(node: Node) -> tuple[Node, ...]:
    return () if isinstance(node, Aggregate) or is_elsewhere(node) else children(node)
