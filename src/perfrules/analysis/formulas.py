"""Formulas: every node of everything that a policy says, with the scope in which it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from perfrules.language.nodes import Aggregate, Name, Node, Symbol, children
from perfrules.language.scope import Scope
from perfrules.pipeline.model import Clause, Policy, Rule

Column = tuple[str, str]  # a kind and a fact
Placed = tuple[Node, Scope]


def formulas(policy: Policy) -> Iterator[Placed]:
    """What a policy computes: conditions, amounts, weights, limits, and the names that they use."""
    yield from _general(policy)
    for rule in policy.rules:
        yield from rule_formulas(policy, rule)
    for scope in list(policy.scopes.values())[:1]:
        for kind, definitions in scope.world.items():
            for node, _ in definitions.values():
                yield node, scope_of(policy, kind)


def rule_formulas(policy: Policy, rule: Rule, clauses: Iterable[Clause] | None = None) -> Iterator[Placed]:
    """What a rule computes: its scope and condition, what its clauses or some of them say, and their pools."""
    scope = policy.scopes[rule.kind]
    found: list[Node | None] = [policy.scope.get(rule.kind), rule.when]
    for clause in rule.clauses if clauses is None else clauses:
        found += [*clause.formulas, clause.least, clause.most, clause.rounding.step]
        pool = policy.pools.get(clause.pool)
        if pool is not None:
            found += [pool.per.get(rule.kind), pool.base, pool.rounding.step]
    yield from ((node, scope) for node in found if node is not None)


def _general(policy: Policy) -> Iterator[Placed]:
    """What is computed for every rule: limits, what must hold, approvals."""
    for limit in policy.limits:
        limited = (limit.most, limit.least, limit.rounding.step)
        yield from ((node, scope_of(policy, limit.kind)) for node in limited if node is not None)
    yield from ((a.when, scope_of(policy, a.kind)) for a in policy.approvals if a.when is not None)
    yield from ((must.that, scope_of(policy, must.kind).knowing(must.closings)) for must in policy.musts)


def scope_of(policy: Policy, kind: str) -> Scope:
    """The scope in which a policy names things of a kind."""
    found = policy.scopes.get(kind)
    return found or next(iter(policy.scopes.values())).of(policy.vocabulary.kinds[kind])


def inside(node: Node, scope: Scope) -> Iterator[Placed]:
    """A node and every node below it; those about other rows in the scope of these."""
    yield node, scope
    reach = scope.members(node.over) if isinstance(node, Aggregate) else None
    for part in children(node):
        yield from inside(part, scope.of(reach[1]) if reach is not None else scope)


def _symbols(node: Node, scope: Scope) -> Iterator[tuple[str, Symbol]]:
    """What a node reads, also behind names: what it stands for, and of which kind."""
    done: set[Column] = set()
    todo = [(node, scope)]
    while todo:
        for part, there in inside(*todo.pop()):
            symbol = part.symbol if isinstance(part, Name) else None
            if symbol is None:
                continue
            owner = there.of(there.vocabulary.kinds[symbol.path[-1]]) if symbol.path else there
            yield owner.kind.name, symbol
            column = (owner.kind.name, symbol.name)
            if symbol.role == "definition" and symbol.name in owner.definitions and column not in done:
                done.add(column)
                todo.append((owner.definitions[symbol.name][0], owner))


def columns_read(node: Node, scope: Scope) -> frozenset[Column]:
    """The facts that a node is computed from, also behind names."""
    return frozenset((kind, s.name) for kind, s in _symbols(node, scope) if s.role in ("fact", "opening"))


def parameters_read(policy: Policy, some: Iterable[Placed]) -> frozenset[str]:
    """The parameters that some formulas of a policy read, or what it says of all its rules."""
    return parameters_in([*_general(policy), *some])


def parameters_in(some: Iterable[Placed]) -> frozenset[str]:
    """The parameters that formulas read, also behind names."""
    return frozenset(s.name for node, scope in some for _, s in _symbols(node, scope) if s.role == "parameter")
