"""What a generated example has: constructs of the language in its policy, and what happens with its facts."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from corpus import DAY, PERIOD, Example
from perfrules import Refused
from perfrules.language import nodes, plan, relations, scalars
from perfrules.language.aggregates import AGGREGATES
from perfrules.language.comparisons import standing
from perfrules.language.functions import ELSEWHERE, SCALAR_FUNCTIONS
from perfrules.language.meaning import evaluate
from perfrules.language.nodes import Node
from perfrules.language.scope import Scope
from perfrules.language.subject import Subject, Unknown, point
from perfrules.pipeline.pools import MEMBERS, POOLS
from perfrules.pipeline.program import Compiled
from perfrules.pipeline.questions import verdict_node
from perfrules.pipeline.ruling import evaluate as run
from perfrules.pipeline.statement import Statement

NODES = [kind.__name__ for kind in nodes.Node.__args__]
CALLS = [name for name in (*SCALAR_FUNCTIONS, "count", "add_days", "add_months", "add_working_days") if name not in ELSEWHERE]
ROUNDED = ["round half-up", "round half-even"]
CONSTRUCTS = [
    *NODES, *CALLS, "half-even", *(f"{name} over rows" for name in AGGREGATES),
    "over what belongs", "over a cohort", "over years", "per", "where", "order", "descending", "interpolated",
    "prior by period", "next by period", "prior in a history", "prior within years", "steps of two",
    "fact through a dot", "name through a dot", "account of another year", "ordered choice",
]  # fmt: skip
HAPPENINGS = [
    "a value at the line", "an undecided verdict", "two strata", "a pool with a remainder", "a claim set aside",
    "a conflict", "a waiting pool", "a divisor that is zero", "a negative divisor", "a term beyond 64 bits",
    "a run that is refused",
]  # fmt: skip
NARROW = 2**63


def constructs(program: Compiled) -> set[str]:
    """The constructs in the rules of a program, and in the names that they use."""
    found: set[str] = set()
    for scope, node in _roots(program):
        for at, part in standing(node, scope):
            found |= set(_said(part, at))
    return found


def _roots(program: Compiled) -> Iterator[tuple[Scope, Node]]:
    for judged in program.judged:
        yield judged.scope, verdict_node(judged)
        for clause in judged.rule.clauses:
            yield from ((judged.scope, node) for node in (clause.amount, clause.weight) if node is not None)


def _said(node: Node, scope: Scope) -> Iterator[str]:
    yield type(node).__name__
    match node:
        case nodes.Name(symbol=symbol):
            if symbol.path and symbol.role in ("fact", "definition"):
                yield {"fact": "fact through a dot", "definition": "name through a dot"}[symbol.role]
            if symbol.offset:
                yield "account of another year"
        case nodes.Call():
            if node.function in ELSEWHERE:
                yield "prior in a history" if scope.kind.in_order_of else f"{node.function} by period"
                if len(node.arguments) == 2:
                    yield "steps of two"
            else:
                yield node.function
            if node.function == "round" and len(node.arguments) == 3:
                yield str(node.arguments[2].value)
        case nodes.Aggregate():
            yield f"{node.function} over rows"
            reach, kind = scope.members(node.over)
            yield {"below": "over what belongs", "cohort": "over a cohort", "years": "over years"}[reach]
            below = (part for child in nodes.children(node) for _, part in standing(child, scope.of(kind)))
            if reach == "years" and any(nodes.is_elsewhere(part) for part in below):
                yield "prior within years"
            parts = {"per": node.per, "where": node.where, "order": node.order}
            yield from (name for name, part in parts.items() if part is not None)
            yield from (name for name in ("descending", "interpolated") if getattr(node, name))
        case nodes.Choose(condition=nodes.Compare(operator="=", right=nodes.Literal(kind="choice", value="poor" | "fair"))):
            yield "ordered choice"


def happenings(example: Example) -> set[str]:
    """What happens when a program meets facts."""
    program = example.program
    found = set(_at_lines(program, example))
    if len(program.plan.strata) >= 2:
        found.add("two strata")
    try:
        result = run(program, example.facts, PERIOD)
    except Refused:
        return found | {"a run that is refused"}
    states = {claim.state for claim in Statement(result).claims}
    found |= {said for state, said in (("set-aside", "a claim set aside"), ("in-conflict", "a conflict")) if state in states}
    if any(opened for opened in result.tables.get(POOLS, {}).get("open", ())):
        found.add("a waiting pool")
    members = result.tables.get(MEMBERS)
    if members and any(s > f for s, f in zip(members["round 1 share"], members["round 1 floor"], strict=True)):
        found.add("a pool with a remainder")
    if program.plan.bits > 64 and _is_wide(program.plan, relations.execute(program.plan, example.decided, PERIOD)):
        found.add("a term beyond 64 bits")
    return found


def _at_lines(program: Compiled, example: Example) -> Iterator[str]:
    """Comparisons with equal sides, divisors, and verdicts, by the reference."""
    for scope, root in _roots(program):
        for subject in example.facts.table(scope.kind.name, PERIOD).ids:
            seen = Subject(example.facts, scope, subject, PERIOD, DAY.toordinal())
            for at, node in standing(root, scope):
                if at.kind == scope.kind:
                    yield from _happening(node, seen)
    for judged in program.judged:
        for subject in example.facts.table(judged.rule.kind, PERIOD).ids:
            seen = Subject(example.facts, judged.scope, subject, PERIOD, DAY.toordinal())
            if isinstance(evaluate(verdict_node(judged), seen), Unknown):
                yield "an undecided verdict"


def _happening(node: Node, seen: Subject) -> Iterator[str]:
    match node:
        case nodes.Compare(operator="<" | "<=" | ">" | ">="):
            left, right = (point(evaluate(side, seen)) for side in (node.left, node.right))
            if isinstance(left, Fraction) and left == right and node.left != node.right:
                yield "a value at the line"
        case nodes.Arithmetic(operator="/"):
            divisor = point(evaluate(node.right, seen))
            if isinstance(divisor, Fraction) and divisor <= 0:
                yield "a negative divisor" if divisor else "a divisor that is zero"


def _is_wide(steps: plan.Plan, tables: relations.Relations) -> bool:
    derived = (step for step in steps.steps if isinstance(step, plan.Derive))
    return any(
        abs(int(relations.value(part, row))) >= NARROW
        for step in derived
        for part in _sums(step.scalar)
        for row in tables[step.table]
    )


def _sums(scalar: scalars.Scalar) -> Iterator[scalars.Scalar]:
    match scalar:
        case scalars.And(parts=parts) | scalars.Or(parts=parts):
            for part in parts:
                yield from _sums(part)
        case scalars.Not(operand=operand):
            yield from _sums(operand)
        case scalars.Choose():
            for part in (scalar.condition, scalar.then, scalar.other):
                yield from _sums(part)
        case scalars.Add() | scalars.Subtract() | scalars.Multiply() | scalars.DivFloor() | scalars.Compare():
            if not isinstance(scalar, scalars.Compare):
                yield scalar
            yield from _sums(scalar.left)
            yield from _sums(scalar.right)
