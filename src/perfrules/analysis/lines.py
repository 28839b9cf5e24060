"""Lines: the pairs of numbers that policies compare. Where two are equal, a verdict or an amount can turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from perfrules.core.vocabulary import Fact
from perfrules.language.comparisons import Mover, difference, movers, standing
from perfrules.language.nodes import Call, Compare, Literal, Member, Name, Node
from perfrules.language.scope import Scope
from perfrules.language.subject import Subject
from perfrules.language.write import write
from perfrules.pipeline.model import Policy
from perfrules.pipeline.program import Compiled
from perfrules.pipeline.questions import verdict_node

Side = Callable[[int], int | None]
WORDS = ("flag", "choice", "text")  # kinds of facts that are no numbers


@dataclass(frozen=True)
class Line:
    """Two numbers that are compared for subjects of a kind: as it is written, and both sides."""

    written: str
    scope: Scope
    left: Node
    right: Node

    @property
    def kind(self) -> str:
        """The kind of the subjects."""
        return self.scope.kind.name

    @cached_property
    def movers(self) -> tuple[Mover, ...]:
        """The numbers among the facts that both sides are made of, in order."""
        found = sorted(movers(self.left, self.scope) | movers(self.right, self.scope))
        return tuple(m for m in found if self.fact(m).kind not in WORDS)

    def fact(self, mover: Mover) -> Fact:
        """The fact that moves."""
        path, name = mover
        return self.scope.at(path).kind.columns[name]

    def side(self, seen: Subject) -> int | None:
        """On which side a subject is: -1 below the line, 0 exactly at it, 1 above; None where that is not known."""
        apart = difference(self.left, self.right, seen)
        return None if apart is None else (apart > 0) - (apart < 0)


def lines_of(program: Compiled) -> tuple[Line, ...]:
    """Every line of the policies that are in force, in the order in which it is met."""
    found: dict[tuple[str, str, Node, Node], Line] = {}
    for policy in program.policies:
        for scope, node in _nodes(policy, program):
            for left, right in _pairs(node):
                if any(isinstance(side, Literal) and not isinstance(side.value, Fraction) for side in (left, right)):
                    continue
                key = (policy.name, scope.kind.name, left, right)
                found.setdefault(key, Line(write(node), scope, left, right))
    return tuple(line for line in found.values() if line.movers)


def words_of(program: Compiled) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The texts that facts are compared with, by kind and fact."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for policy in program.policies:
        for scope, node in _nodes(policy, program):
            for one, other in _pairs(node):
                for name, literal in ((one, other), (other, one)):
                    if isinstance(name, Name) and isinstance(literal, Literal) and isinstance(literal.value, str):
                        for path, fact in movers(name, scope):
                            words = found.setdefault((scope.at(path).kind.name, fact), {})
                            words[literal.value] = None
    return {key: tuple(words) for key, words in found.items()}


def _nodes(policy: Policy, program: Compiled) -> Iterator[tuple[Scope, Node]]:
    for scope, root in _roots(policy, program):
        yield from standing(root, scope)


def _roots(policy: Policy, program: Compiled) -> Iterator[tuple[Scope, Node]]:
    """The conditions and formulas of a policy, with the parameters as they stand."""
    scopes: dict[str, Scope] = {}
    for judged in program.judged:
        if judged.policy is policy:
            scopes[judged.rule.kind] = judged.scope
            yield judged.scope, verdict_node(judged)
            for clause in judged.rule.clauses:
                parts = (*clause.formulas, clause.least, clause.most)
                yield from ((judged.scope, node) for node in parts if node is not None)
    for approval in policy.approvals:
        if approval.when is not None and approval.kind in scopes:
            yield scopes[approval.kind], approval.when
    for cap in (cap for caps in program.caps.values() for cap in caps if cap.limit.policy == policy.name):
        yield from ((cap.scope, node) for node in (cap.most, cap.least) if node is not None)


def _pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    match node:
        case Compare():
            yield node.left, node.right
        case Member():
            yield from ((node.operand, member) for member in node.members)
        case Call(function="min" | "max", arguments=(first, *others)):
            yield from ((first, other) for other in others)


def turns(side: Side, start: int, least: int, most: int) -> tuple[int, ...]:
    """The nearest numbers on either way from `start` between which and the next one a side changes."""
    here = side(start)
    if here is None:
        return ()
    found = (_turn(side, here, start, end) for end in (least, most))
    return tuple(dict.fromkeys(turn for turn in found if turn is not None))


def _turn(side: Side, here: int, start: int, end: int) -> int | None:
    """The turn on the way to `end`, in steps that double, and then halved; what is unknown ends the way."""
    near, reach = start, 1
    while near != end:
        far = max(start - reach, end) if end < start else min(start + reach, end)
        there = side(far)
        if there is None:
            end = far = _halved(near, far, lambda value: side(value) is not None)[0]
            there = side(far)
        if there != here:
            return min(_halved(near, far, lambda value: side(value) == here))
        near, reach = far, reach * 2
    return None


def _halved(near: int, far: int, like_near: Callable[[int], bool]) -> tuple[int, int]:
    """Two neighbours of which the nearer is like `near` and the other is not."""
    while abs(far - near) > 1:
        between = (near + far) // 2
        if like_near(between):
            near = between
        else:
            far = between
    return near, far
