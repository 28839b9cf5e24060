"""Names: the formulas that a policy gives names to, for each kind of rows, in the order of what they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from perfrules.core.problem import Findings, did_you_mean
from perfrules.core.span import Span, Text
from perfrules.core.vocabulary import Vocabulary
from perfrules.language.combine import ANY
from perfrules.language.kinds import check
from perfrules.language.nodes import Literal, Node
from perfrules.language.parse import parse
from perfrules.language.references import Reference, references
from perfrules.language.scope import Scope
from perfrules.pipeline.lookups import Lookups
from perfrules.pipeline.wording import check_name


@dataclass(frozen=True)
class Formula:
    """A name of one kind of rows, with its formula; None where that can't be read."""

    kind: str
    name: str
    node: Node | None
    span: Span


def formulas(
    names: Mapping[Text, Text], lookups: Lookups, kinds: Sequence[str], vocabulary: Vocabulary, findings: Findings
) -> list[Formula]:
    """The formulas under `names:`, and the outputs of tables. A name alone is one of every kind that the policy
    judges; `quarter.drop` is one of quarters."""
    found: list[Formula] = []
    for written, text in names.items():
        prefix, _, name = written.rpartition(".")
        word = Text(name, written.at(len(written) - len(name), len(written))) if name else written
        check_name(word, findings)
        owner = vocabulary.kind_names.get(prefix, "") if prefix else ""
        if "." in written and not owner:
            hint = did_you_mean(prefix, vocabulary.kind_names)
            findings.add("PR438", written.span, name=str(written), hint=hint)
        node = parse(text, findings)
        for kind in [owner] if "." in written else kinds:
            if kind and name in vocabulary.kinds[kind].by_title:
                places = vocabulary.kinds[kind].places(name)
                findings.add("PR232", written.span, name=name, kind=kind, related=places)
                continue
            first = next((f for f in found if (f.kind, f.name) == (kind, name)), None)
            if first is not None:
                related = [("first", first.span)]
                findings.add("PR210", written.span, name=f"{kind}.{name}", related=related)
            elif kind:
                found.append(Formula(kind, name, node, written.span))
    tables = [
        Formula(kind, name, node, lookups.spans[name])
        for name, node in lookups.nodes.items()
        for kind in kinds
        if name not in vocabulary.kinds[kind].by_title
    ]
    return found + tables


def named(formulas: Sequence[Formula], lookups: Lookups, scope: Scope, findings: Findings) -> Scope:
    """The scope with every name; where names read each other in a ring, the whole ring is noted."""
    for formula in formulas:
        if formula.node is None:
            scope = scope.defining(formula.name, Literal("?", ""), ANY, formula.kind)
    pending = {(f.kind, f.name): f for f in formulas if f.node is not None}
    reads = {key: _read(f, scope.vocabulary) & set(pending) for key, f in pending.items()}
    while pending:
        ready = [key for key in pending if not reads[key] & set(pending)]
        if not ready:
            return _refuse_circle(pending, reads, scope, findings)
        for key in ready:
            scope = _defined(pending.pop(key), lookups, scope, findings)
    return scope


def _read(formula: Formula, vocabulary: Vocabulary) -> set[Reference]:
    return references(formula.node, formula.kind, vocabulary) if formula.node is not None else set()


def _defined(formula: Formula, lookups: Lookups, scope: Scope, findings: Findings) -> Scope:
    assert formula.node is not None
    inside = replace(scope, kind=scope.vocabulary.kinds[formula.kind])
    node, kind = check(formula.node, inside, findings)
    node, kind = lookups.typed(formula.name, node, kind, inside, findings)
    return scope.defining(formula.name, node, kind, formula.kind)


def _refuse_circle(
    pending: Mapping[Reference, Formula], reads: Mapping[Reference, set[Reference]], scope: Scope, findings: Findings
) -> Scope:
    ring = [min(pending)]
    while (following := min(reads[ring[-1]] & set(pending))) not in ring:
        ring.append(following)
    ring = ring[ring.index(following) :]
    several = len({kind for kind, _ in ring}) > 1
    said = [f"{kind}.{name}" if several else name for kind, name in ring]
    related = [("reads", pending[key].span) for key in ring[1:]]
    chain = " → ".join([*said, said[0]])
    findings.add("PR409", pending[ring[0]].span, name=said[0], ring=chain, related=related)
    for kind, name in pending:
        scope = scope.defining(name, Literal("?", ""), ANY, kind)
    return scope
