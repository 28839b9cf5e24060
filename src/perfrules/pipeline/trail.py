"""The trail: how a verdict and a figure came to be, from one subject's facts, by the reference meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from perfrules.core.problem import Findings
from perfrules.core.vocabulary import Fact
from perfrules.language.kinds import check
from perfrules.language.meaning import Reason, Subject, Unknown, Value, evaluate, point
from perfrules.language.nodes import Aggregate, Compare, Logic, Name, Node, Symbol, Unary, children
from perfrules.language.scope import Type, fact_type, symbol_fact
from perfrules.language.write import write
from perfrules.pipeline.program import Judged
from perfrules.pipeline.ruling import DOES_NOT_HOLD, HOLDS, NOT_APPLICABLE, UNDECIDED, Result

_FLIPPING = ("money", "ratio", "number", "count")


@dataclass(frozen=True, slots=True)
class Read:
    """A name that a condition or formula read: what it stands for, and its value.

    `role` is `fact`, `opening`, `parameter`, `definition` or `clock`; `formula` is that of a definition;
    `source` and `since` are those of a parameter. `period` is the year the fact is of.
    """

    role: str
    name: str
    kind: Type
    value: Value
    formula: str = ""
    source: str = ""
    since: str = ""
    note: str = ""
    period: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """A row that an aggregate looked at: what was read of it, and whether it counts."""

    id: str
    reads: tuple[Read, ...]
    counts: Value


@dataclass(frozen=True, slots=True)
class Counted:
    """An aggregate: as written, its value, and every row it looked at."""

    text: str
    kind: Type
    value: Value
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the condition, and whether it holds."""

    text: str
    value: Value


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a fact is from the other verdict, all others held: its value now, and the nearest that flips."""

    fact: Fact
    now: Fraction
    then: Fraction
    verdict: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """A verdict with everything that it follows from."""

    judged: Judged
    verdict: str
    parts: tuple[Part, ...]
    reads: tuple[Read, ...]
    counted: tuple[Counted, ...]
    needs: tuple[Reason, ...]
    distance: Distance | None


def subject_of(result: Result, judged: Judged, subject: str) -> Subject:
    """A subject as the reference meaning sees it."""
    as_of = result.program.as_of.toordinal()
    return Subject(result.facts, judged.scope, subject, result.period, as_of)


def explain_rule(result: Result, judged: Judged, subject: str) -> Ruled:
    """Why a rule holds, does not hold, is undecided or does not apply for a subject."""
    seen = subject_of(result, judged, subject)
    verdict, value = _verdict(judged, seen)
    scope = judged.policy.scope.get(judged.rule.kind)
    condition = scope if verdict == NOT_APPLICABLE and scope is not None else judged.rule.when
    nodes = [
        condition,
        *(n for c in judged.rule.clauses for n in (c.amount, c.weight) if n and verdict == HOLDS),
    ]
    if scope is not None and condition is not scope:
        nodes.insert(0, scope)
    return Ruled(
        judged,
        verdict,
        tuple(Part(_written(part), evaluate(part, seen)) for part in _parts(condition)),
        tuple(_reads(nodes, seen)),
        tuple(_counted(condition, seen)),
        tuple(sorted(value.reasons)) if isinstance(value, Unknown) else (),
        distance(judged, seen, verdict) if verdict in (HOLDS, DOES_NOT_HOLD) else None,
    )


def needs(result: Result, judged: Judged, subject: str) -> tuple[Reason, ...]:
    """The unknown inputs for which a rule is undecided; none where it is decided."""
    _, value = _verdict(judged, subject_of(result, judged, subject))
    return tuple(sorted(value.reasons)) if isinstance(value, Unknown) else ()


def amount_needs(result: Result, judged: Judged, node: Node, subject: str) -> tuple[Reason, ...]:
    """The unknown inputs for which an amount is not known."""
    value = point(evaluate(node, subject_of(result, judged, subject)))
    return tuple(sorted(value.reasons)) if isinstance(value, Unknown) else ()


def _verdict(judged: Judged, seen: Subject) -> tuple[str, Value]:
    scope = judged.policy.scope.get(judged.rule.kind)
    inside: Value = evaluate(scope, seen) if scope is not None else True
    if inside is False:
        return NOT_APPLICABLE, inside
    value = evaluate(judged.rule.when, seen)
    if value is False:
        return DOES_NOT_HOLD, value
    if isinstance(inside, Unknown) or isinstance(value, Unknown):
        reasons = frozenset(r for v in (inside, value) if isinstance(v, Unknown) for r in v.reasons)
        return UNDECIDED, Unknown(reasons)
    return HOLDS, value


def _parts(condition: Node) -> tuple[Node, ...]:
    return condition.parts if isinstance(condition, Logic) else (condition,)


def _written(node: Node) -> str:
    """As the author wrote it, on one line; a part that was made from `unless` as it reads."""
    if node.span is None or isinstance(node, Unary):
        return write(node)
    return " ".join(node.span.source.text[node.span.start : node.span.end].split())


def _reads(nodes: list[Node], seen: Subject) -> Iterator[Read]:
    """Every name that the nodes read, each once, definitions before what they are made of."""
    done: set[tuple[str, ...]] = set()
    pending = list(nodes)
    while pending:
        node = pending.pop(0)
        if isinstance(node, Name) and node.symbol is not None:
            key = (node.symbol.role, *node.symbol.path, node.symbol.name, str(node.symbol.offset))
            if key not in done:
                done.add(key)
                read = _read(node, seen)
                if node.symbol.role == "definition":
                    pending = [seen.scope.definitions[node.symbol.name][0], *pending]
                yield read
        elif isinstance(node, Aggregate):
            continue  # what belongs to the subject is shown with the part's own value
        else:
            pending = [*children(node), *pending]


def _read(node: Name, seen: Subject) -> Read:
    symbol = node.symbol
    assert symbol is not None
    value = evaluate(node, seen)
    if symbol.role == "definition":
        formula, kind = seen.scope.definitions[symbol.name]
        return Read(symbol.role, symbol.name, kind, value, _written(formula))
    if symbol.role == "parameter":
        parameter = seen.scope.parameters[symbol.name]
        return Read(
            symbol.role,
            symbol.name,
            parameter.type,
            value,
            "",
            parameter.source,
            parameter.since,
            parameter.note,
        )
    if symbol.role == "clock":
        return Read(symbol.role, symbol.name, Type("date" if symbol.name == "as_of" else "count"), value)
    fact = symbol_fact(seen.scope.vocabulary, seen.scope.kind.name, symbol)
    name = ".".join((*symbol.path, symbol.name))
    return Read(symbol.role, name, fact_type(fact), value, period=seen.period + symbol.offset)


def _counted(node: Node, seen: Subject) -> Iterator[Counted]:
    """The aggregates under a node, also behind names, each once."""
    done: set[Node] = set()
    pending = [node]
    while pending:
        part = pending.pop(0)
        if part in done:
            continue
        done.add(part)
        if isinstance(part, Aggregate):
            yield _members(part, seen)
        elif isinstance(part, Name) and part.symbol and part.symbol.role == "definition":
            pending.append(seen.scope.definitions[part.symbol.name][0])
        else:
            pending += children(part)


def _members(node: Aggregate, seen: Subject) -> Counted:
    rows = seen.children(node.over) or []
    inside = [n for n in (node.where, node.value) if n is not None]
    members = tuple(
        Member(row.id, tuple(_reads(inside, row)), evaluate(node.where, row) if node.where else True) for row in rows
    )
    return Counted(_written(node), check(node, seen.scope, Findings())[1], evaluate(node, seen), members)


# the distance to the other verdict


def distance(judged: Judged, seen: Subject, verdict: str) -> Distance | None:
    """The least change of one of the subject's own facts that turns the verdict, where one comparison is
    linear in it; None where there is none. Both sides of the turning point are evaluated."""
    found = [
        d for fact, comparison in _comparisons(judged, seen) for d in _turn(judged, seen, verdict, fact, comparison)
    ]

    def effort(change: Distance) -> tuple[Fraction, str]:
        return abs(change.then - change.now) / max(abs(change.now), Fraction(1)), change.fact.name

    return min(found, key=effort, default=None)


def _comparisons(judged: Judged, seen: Subject) -> Iterator[tuple[Fact, Compare]]:
    for node in _own(judged.rule.when):
        if isinstance(node, Compare) and node.operator not in ("=", "!="):
            for name in sorted(_own_facts(node, seen)):
                fact = seen.scope.kind.columns[name]
                if fact.kind in _FLIPPING:
                    yield fact, node


def _own(node: Node) -> Iterator[Node]:
    """A node and those below it that are about the subject itself, not about what belongs to it."""
    yield node
    if not isinstance(node, Aggregate):
        for child in children(node):
            yield from _own(child)


def _own_facts(node: Node, seen: Subject) -> set[str]:
    found: set[str] = set()
    for part in _own(node):
        symbol = part.symbol if isinstance(part, Name) else None
        if symbol is not None and symbol.role == "definition":
            found |= _own_facts(seen.scope.definitions[symbol.name][0], seen)
        elif symbol is not None and symbol.role in ("fact", "opening") and not symbol.path and not symbol.offset:
            found.add(symbol.name)
    return found


def _turn(judged: Judged, seen: Subject, verdict: str, fact: Fact, comparison: Compare) -> Iterator[Distance]:
    """Where the difference of both sides is linear in the fact, the whole units around its zero."""
    now = seen.read(Symbol("fact", fact.name))
    if not isinstance(now, Fraction):
        return
    unit = Fraction(1, 10**fact.places)
    values = [_difference(comparison, _with(seen, fact, now + k * unit)) for k in range(3)]
    first, second, third = values
    if first is None or second is None or third is None or second - first != third - second or second == first:
        return
    zero = now - first * unit / (second - first)
    least, most = fact.bounds
    for place in {floor(zero / unit) + k for k in (-1, 0, 1)} | {ceil(zero / unit) + 1}:
        then = place * unit
        if least <= place <= most and then != now:
            turned = _verdict(judged, _with(seen, fact, then))[0]
            before = then - unit if then > now else then + unit
            stays = _verdict(judged, _with(seen, fact, before))[0]
            if turned in (HOLDS, DOES_NOT_HOLD) and turned != verdict and stays == verdict:
                yield Distance(fact, now, then, turned)


def _with(seen: Subject, fact: Fact, value: Fraction) -> Subject:
    return replace(seen, replaced={(fact.name,): value})


def _difference(comparison: Compare, seen: Subject) -> Fraction | None:
    left, right = point(evaluate(comparison.left, seen)), point(evaluate(comparison.right, seen))
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left - right
    return None
