"""The trail: how a verdict and a figure came to be, from one subject's facts, by the reference meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from perfrules.core.problem import Findings, Words
from perfrules.language.kinds import check
from perfrules.language.meaning import Reason, Subject, Unknown, Value, evaluate
from perfrules.language.nodes import Aggregate, Logic, Name, Node, Unary, children
from perfrules.language.scope import Type, fact_type, symbol_fact
from perfrules.language.write import write
from perfrules.pipeline.needs import subject_of
from perfrules.pipeline.program import Judged
from perfrules.pipeline.ruling import DOES_NOT_HOLD, HOLDS, NOT_APPLICABLE, Result, verdict_of
from perfrules.pipeline.tipping import Distance, distance

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
    note: Words = Words("", "")
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
class Ruled:
    """A verdict with everything that it follows from."""

    judged: Judged
    verdict: str
    parts: tuple[Part, ...]
    reads: tuple[Read, ...]
    counted: tuple[Counted, ...]
    needs: tuple[Reason, ...]
    distance: Distance | None


def explain_rule(result: Result, judged: Judged, subject: str) -> Ruled:
    """Why a rule holds, does not hold, is undecided or does not apply for a subject."""
    seen = subject_of(result, judged, subject)
    verdict, value = verdict_of(judged, seen)
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
        known = (parameter.source, parameter.since, parameter.note)
        return Read(symbol.role, symbol.name, parameter.type, value, "", *known)
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
