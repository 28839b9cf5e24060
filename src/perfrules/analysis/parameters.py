"""Parameters: that each has a value on every day on which a rule reads it, and that something does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from perfrules.analysis.days import Days, days_of_change, without_value
from perfrules.core.problem import Findings, Words
from perfrules.core.span import Span
from perfrules.core.vocabulary import Action, Vocabulary
from perfrules.language.nodes import Name
from perfrules.language.scope import Parameter, Scope
from perfrules.language.tables import Table
from perfrules.pipeline.model import DatedParameter, Policy, Rule

_CLOSED = (str, Span, Vocabulary, Action, Parameter, DatedParameter, Table, Scope, date)


def names_in(value: object) -> Iterator[Name]:
    """Every name that stands in a formula anywhere below a value: a node, a rule, a whole policy."""
    if isinstance(value, Name):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from names_in(part)
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from names_in(part)
    elif not isinstance(value, _CLOSED):
        kind: Any = type(value)
        for field in _fields_of(kind):
            yield from names_in(getattr(value, field))


@cache
def _fields_of(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind)) if is_dataclass(kind) else ()


def definitions_of(policy: Policy) -> Iterator[object]:
    """The formulas of all names and tables of a policy, also those of kinds that it does not judge."""
    for scope in list(policy.scopes.values())[:1]:
        yield from (node for definitions in scope.world.values() for node, _ in definitions.values())


def seen_in_runs(policy: Policy) -> dict[str, DatedParameter]:
    """The parameters that a run reads. Of one that nothing reads, or only the deadline of a letter, no case can tell
    anything."""
    names = names_in((replace(policy, ladders=()), *definitions_of(policy)))
    seen = {name.symbol.name for name in names if name.symbol is not None}
    return {name: parameter for name, parameter in policy.parameters.items() if name in seen}


def check_parameters(policy: Policy, findings: Findings) -> None:
    """Note the days on which a parameter that a rule reads has no value, and parameters that nothing reads."""
    readers = _readers(policy)
    within = _in_question(policy)
    idle = set(policy.parameters) - set(readers)
    if idle:  # by no rule; perhaps by a name that no rule reads, or by a limit
        idle -= {n.symbol.name for n in names_in([policy, *definitions_of(policy)]) if n.symbol is not None}
    for name, parameter in policy.parameters.items():
        rule = readers.get(name)
        if rule is not None:
            for start, end in without_value(parameter, within):
                findings.add("PR222", parameter.span, name=name, days=_said(start, end),
                             related=[("reader", rule.span)])  # fmt: skip
                break
        elif name in idle:
            findings.add("PR513", parameter.span, name=name)


def _in_question(policy: Policy) -> Days:
    """The days in force; where no first one is said, from the first on which any parameter has a value."""
    first, last = policy.in_force
    return (days_of_change(policy)[0] if first == date.min else first), last


def _said(start: date, end: date) -> Words:
    if end == date.max:
        return Words(f"from {start} on", f"{start} 起")
    return Words(f"from {start} to {end}", f"{start} 至 {end}")


def _readers(policy: Policy) -> dict[str, Rule]:
    """For each parameter the first rule that reads it, by itself, through names, tables or the scope."""
    found: dict[str, Rule] = {}
    for rule in policy.rules:
        scope = policy.scopes[rule.kind]
        pending = [*names_in((rule.when, rule.clauses)), *names_in(policy.scope.get(rule.kind))]
        done: set[str] = set()
        while pending:
            symbol = pending.pop().symbol
            if symbol is not None and symbol.role == "parameter":
                found.setdefault(symbol.name, rule)
            elif symbol is not None and symbol.role == "definition" and symbol.name not in done:
                done.add(symbol.name)  # whichever rows it is of
                pending += names_in([names[symbol.name][0] for names in scope.world.values() if symbol.name in names])
    return found
