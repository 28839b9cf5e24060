"""Mutants: a policy with one thing changed, to see whether its cases notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from perfrules.analysis.axes import step
from perfrules.analysis.formulas import Column, columns_read, formulas, scope_of
from perfrules.analysis.mutations import Change, changes_of, roundings, steps_met
from perfrules.analysis.parameters import seen_in_runs
from perfrules.analysis.units import neighbours
from perfrules.core.problem import Words
from perfrules.core.span import Span
from perfrules.language.nodes import Choose, Literal, Name, Node, rebuilt, walk
from perfrules.language.scope import Scope
from perfrules.language.words import CLAUSES, IF_UNDECIDED, POLICY, ROUNDING
from perfrules.language.write import in_chinese, write
from perfrules.pipeline.model import Clause, Policy, Pool, Rounding, Rule
from perfrules.pipeline.program import step_of

CLOSING = re.compile(r"\bclosing (\w+)")  # as `closing_name` has it
CHINESE = ROUNDING | IF_UNDECIDED
MODES = {"half-up": "floor", "floor": "ceil", "ceil": "floor"}


@dataclass(frozen=True)
class Mutant:
    """A policy with one change: where, and what is changed to what."""

    policy: Policy
    span: Span
    said: Words


def mutants(policy: Policy) -> Iterator[Mutant]:
    """Every mutant of a policy, in order of place."""
    found = [*_formulas(policy), *_parameters(policy), *_rules(policy), *_others(policy)]
    yield from sorted(found, key=lambda m: (m.span.source.name, m.span.start))


def _becomes(before: str, after: str) -> Words:
    return Words(f"`{before}` becomes `{after}`", f"`{in_chinese(before)}` 改为 `{in_chinese(after)}`")


def _without(what: Words, name: str, chinese: str = "") -> Words:
    return Words(f"without {what.en} `{name}`", f"去掉{what.zh} `{chinese or name}`")


def _key_becomes(table: Mapping[str, str], key: str, before: str, after: str) -> Words:
    """Another value of a key, with the words of a table of the language where they have a Chinese one."""
    en = _becomes(f"{key}: {before}", f"{key}: {after}").en
    return Words(en, _becomes(*(f"{table[key]}: {CHINESE.get(value, value)}" for value in (before, after))).zh)


def _exchanged(old: Node) -> Words | None:
    """What becomes of a row of a table, as `changes_of` has it: only the outputs, not the whole chain of rows."""
    match old:
        case Choose(then=Literal() as one, other=Choose(then=other)):
            this, following = _written(one), _written(other)
            return Words(f"`{this}` and the `{following}` after it change places",
                         f"`{in_chinese(this)}` 与其后的 `{in_chinese(following)}` 互换")  # fmt: skip
    return None


def _written(node: Node) -> str:
    return CLOSING.sub(r"closing(\1)", " ".join(write(node).split()))


# formulas


def _formulas(policy: Policy) -> Iterator[Mutant]:
    """A node of a formula changed, wherever the author's one place has become several."""
    read: frozenset[Column] = frozenset(c for node, scope in formulas(policy) for c in columns_read(node, scope))
    rounding = roundings(policy)
    weights = {id(clause.weight) for rule in policy.rules for clause in rule.clauses}
    amounts = {id(node) for rule in policy.rules for clause in rule.clauses for node in clause.formulas}
    done = set()
    for root, scope in formulas(policy):
        for change in changes_of(root, scope, read, amount=id(root) in amounts):
            span = change[0].span or root.span
            if id(change[0]) in rounding and not _is_positive(change[1]):
                continue
            if id(root) in weights and _is_uniform(root, change[0]) and _is_positive(change[1]):
                continue
            before, after = (_written(node) for node in change)
            if span is None or before == after or (span, before, after) in done:
                continue
            done.add((span, before, after))
            said = _exchanged(change[0]) or _becomes(before, after)
            yield Mutant(_mapped(policy, partial(_changed, change)), span, said)


def _changed(change: Change, node: Node) -> Node | None:
    old, new = change
    same = node is old or (old.span is not None and node.span == old.span and node == old)
    return new if same else None


def _mapped(policy: Policy, change: Callable[[Node], Node | None]) -> Policy:
    """The policy with a change in all of its formulas."""

    def node(old: Node) -> Node:
        return rebuilt(old, change)

    def some(old: Node | None) -> Node | None:
        return None if old is None else rebuilt(old, change)

    def rounding(old: Rounding) -> Rounding:
        return replace(old, step=some(old.step))

    def clause(old: Clause) -> Clause:
        return replace(old, amount=some(old.amount), weight=some(old.weight), figure=some(old.figure),
                       least=some(old.least), most=some(old.most), rounding=rounding(old.rounding))  # fmt: skip

    def pool(old: Pool) -> Pool:
        per = {kind: node(part) for kind, part in old.per.items()}
        return replace(old, base=some(old.base), per=per, rounding=rounding(old.rounding))

    rules = [replace(r, when=node(r.when), clauses=tuple(map(clause, r.clauses))) for r in policy.rules]
    limits = [replace(o, most=some(o.most), least=some(o.least), rounding=rounding(o.rounding)) for o in policy.limits]
    return replace(
        policy,
        scopes=_defined(policy.scopes, node),
        scope={kind: node(condition) for kind, condition in policy.scope.items()},
        rules=tuple(rules),
        pools={name: pool(old) for name, old in policy.pools.items()},
        limits=tuple(limits),
        musts=tuple(replace(must, that=node(must.that)) for must in policy.musts),
        approvals=tuple(replace(a, when=some(a.when)) for a in policy.approvals),
    )


def _defined(scopes: Mapping[str, Scope], node: Callable[[Node], Node]) -> dict[str, Scope]:
    """The scopes in which the names stand for changed formulas."""
    first = next(iter(scopes.values()))
    world = {kind: {n: (node(f), t) for n, (f, t) in own.items()} for kind, own in first.world.items()}
    return {kind: replace(scope, world=world) for kind, scope in scopes.items()}


# parameters


def _parameters(policy: Policy) -> Iterator[Mutant]:
    """Each value of a parameter by a unit, or another word."""
    steps = {key: step for node, scope in formulas(policy) for key, step in steps_met(node, scope).items()}
    rounding = roundings(policy)
    for name, parameter in seen_in_runs(policy).items():
        for number, dated in enumerate(parameter.values):
            others = [n for n in neighbours(dated.literal, steps.get(name)) if name not in rounding or _is_positive(n)]
            words = [word for word in parameter.choices if word != dated.literal.value]
            for other in [*others, *(replace(dated.literal, value=word, written=word) for word in words)]:
                values = list(parameter.values)
                values[number] = replace(dated, literal=other)
                changed = {**policy.parameters, name: replace(parameter, values=tuple(values))}
                said = _becomes(f"{name}: {write(dated.literal)}", f"{name}: {write(other)}")
                span = dated.literal.span or parameter.span
                yield Mutant(_known(replace(policy, parameters=changed)), span, said)


def _is_positive(node: Node) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, Fraction) and node.value > 0


def _known(policy: Policy) -> Policy:
    """The policy whose scopes know the first value of each parameter."""
    first = {name: parameter.first for name, parameter in policy.parameters.items()}
    return replace(policy, scopes={kind: replace(s, parameters=first) for kind, s in policy.scopes.items()})


# rules and the rest


def _rules(policy: Policy) -> Iterator[Mutant]:
    """A rule, an `over`, an action dropped; another year, another rounding."""
    for name in dict.fromkeys(rule.name for rule in policy.rules):
        own = [rule for rule in policy.rules if rule.name == name]
        first, short = own[0], name.rpartition("/")[2]
        kept = tuple(rule for rule in policy.rules if rule.name != name)
        yield Mutant(replace(policy, rules=kept), first.span, _without(Words("the rule", "规则"), short))
        for place, over in enumerate(first.over):
            said = _without(Words("over", "优先于"), over.rpartition("/")[2])
            yield Mutant(_with_rules(policy, name, partial(_less_over, place)), first.over_spans[place], said)
        for place, clause in enumerate(first.clauses):
            for change, said in _clauses(clause, policy.scopes[first.kind], alone=len(first.clauses) == 1):
                yield Mutant(_with_rules(policy, name, partial(_with_clause, place, change)), clause.span, said)


def _with_rules(policy: Policy, name: str, change: Callable[[Rule], Rule]) -> Policy:
    return replace(policy, rules=tuple(change(r) if r.name == name else r for r in policy.rules))


def _less_over(place: int, rule: Rule) -> Rule:
    over, spans = (items[:place] + items[place + 1 :] for items in (rule.over, rule.over_spans))
    return replace(rule, over=over, over_spans=spans)  # type: ignore[arg-type]


def _with_clause(place: int, change: Callable[[Clause], Clause | None], rule: Rule) -> Rule:
    changed = change(rule.clauses[place])
    new = () if changed is None else (changed,)
    return replace(rule, clauses=(*rule.clauses[:place], *new, *rule.clauses[place + 1 :]))


def _clauses(clause: Clause, scope: Scope, *, alone: bool) -> Iterator[tuple[Callable[[Clause], Clause | None], Words]]:
    """How a clause can be changed, and how that is said."""
    if not alone:
        action = clause.action
        yield (lambda _: None), _without(Words("the action", "措施"), action.name, action.title.zh)
    if clause.account and clause.offset:
        for step in (1, -1):
            said = _key_becomes(CLAUSES, "in_year", f"{clause.offset:+}", f"{clause.offset + step:+}")
            yield (lambda c, by=step: replace(c, offset=c.offset + by)), said  # type: ignore[misc]
    if clause.amount is not None and not _is_whole(clause.amount, clause.rounding, scope):
        mode = MODES.get(clause.rounding.mode, "half-up")
        said = _key_becomes(CLAUSES, "mode", clause.rounding.mode, mode)
        yield (lambda c: replace(c, rounding=replace(c.rounding, mode=mode))), said


def _is_whole(amount: Node, rounding: Rounding, scope: Scope) -> bool:
    """Whether an amount never has to be rounded."""
    unit, own = step_of(rounding, scope, scope.vocabulary)[0], step(amount, scope)
    return own is not None and (own / unit).denominator == 1


def _is_uniform(weight: Node, literal: Node) -> bool:
    """Whether a constant is the weight of every member, so that another positive one shares the same."""
    if isinstance(weight, Choose):
        names = [node.symbol for node in walk(weight.condition) if isinstance(node, Name)]
        same = all(symbol is not None and symbol.role == "parameter" for symbol in names)
        return same and (_is_uniform(weight.then, literal) or _is_uniform(weight.other, literal))
    return weight is literal


def _others(policy: Policy) -> Iterator[Mutant]:
    """A limit, an invariant, an approval, the scope dropped; a pool that leaves out or waits."""
    for place, limit in enumerate(policy.limits):
        limits = policy.limits[:place] + policy.limits[place + 1 :]
        yield Mutant(replace(policy, limits=limits), limit.span, _without(Words("the limit", "限额"), limit.account))
    for place, must in enumerate(policy.musts):
        musts = policy.musts[:place] + policy.musts[place + 1 :]
        yield Mutant(replace(policy, musts=musts), must.span, _without(Words("the demand", "要求"), str(must.written)))
    for place, approval in enumerate(policy.approvals):
        approvals = policy.approvals[:place] + policy.approvals[place + 1 :]
        said = _without(Words("the approval", "审批"), approval.by)
        yield Mutant(replace(policy, approvals=approvals), approval.span, said)
    for kind, node in list(policy.scope.items())[:1]:
        span = node.span or scope_of(policy, kind).kind.span
        text = write(node)
        if span is not None:
            yield Mutant(replace(policy, scope={}), span, _without(Words("the scope", "范围"), text, in_chinese(text)))
    for name, pool in policy.pools.items():
        changed = {**policy.pools, name: replace(pool, leave_out=not pool.leave_out)}
        words = ("leave-out", "wait") if pool.leave_out else ("wait", "leave-out")
        yield Mutant(replace(policy, pools=changed), pool.span, _key_becomes(POLICY, "if_undecided", *words))
