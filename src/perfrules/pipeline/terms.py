"""Terms: what a policy says of the money as a whole: pools and limits, each formula checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any, get_args

from perfrules.core.problem import Findings, did_you_mean
from perfrules.core.span import Span, Text
from perfrules.core.vocabulary import SubjectKind
from perfrules.language.combine import ANY, constant, said_kind
from perfrules.language.kinds import check, check_condition
from perfrules.language.nodes import ELSEWHERE, Aggregate, Call, Literal, Name, Node, walk
from perfrules.language.parse import parse
from perfrules.language.scope import EVERY, Scope, Type
from perfrules.language.words import ACROSS, APPROVAL, CLAUSES, IF_UNDECIDED, POLICY, YES_NO
from perfrules.pipeline.clauses import ApprovalForm, LimitForm, MustForm, PoolForm
from perfrules.pipeline.model import Approval, Limit, Must, Pool, Rounding, Rule, closing_name
from perfrules.pipeline.orders import Orders
from perfrules.pipeline.wording import check_name, one_of, word_of

CLOSING = "closing"
PARTING = ("choice", "text", "flag", "count")
TREASURY = "treasury"  # where the base of a pool comes from


def _closings(node: Node) -> list[Call]:
    """What stands in a formula as `closing(…)`."""
    return [n for n in walk(node) if isinstance(n, Call) and n.function == CLOSING]


def _of_other_years(node: Node) -> bool:
    if isinstance(node, Call):
        return node.function in ELSEWHERE
    return isinstance(node, Aggregate) and node.over == "years"


def _of_others(node: Node, scope: Scope) -> bool:
    """Whether a node is an aggregate over rows of another kind than the subject's."""
    found = scope.members(node.over) if isinstance(node, Aggregate) else None
    return found is not None and found[1].name != scope.kind.name


class Closed:
    """Formulas in which `closing(account)` is read as a name."""

    def __init__(self, kind: SubjectKind) -> None:
        self.kind = kind
        self.accounts: list[str] = []
        self.missing: Name | None = None

    def node(self, node: Node) -> Node:
        if isinstance(node, Call) and node.function == CLOSING and isinstance(node.arguments[0], Name):
            name = node.arguments[0]
            account = self.kind.account_names.get(name.parts[-1])
            if account is None:
                self.missing = name
                return node
            self.accounts.append(account)
            return Name((closing_name(account),), node.span)
        changed = {f.name: self.inside(getattr(node, f.name)) for f in fields(node)}
        return replace(node, **changed)

    def inside(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self.inside(v) for v in value)
        return self.node(value) if isinstance(value, get_args(Node)) else value


class Terms:
    """Checks the terms of one policy."""

    def __init__(self, policy: str, orders: Orders, scopes: Mapping[str, Scope], findings: Findings) -> None:
        self.policy = policy
        self.orders = orders
        self.scopes = scopes
        self.findings = findings

    def limits(self, form: LimitForm, whole: Rounding) -> Iterator[Limit]:
        """The limit for each kind of subject that has the account."""
        if form.at_most is None and form.at_least is None:
            self.findings.add("PR203", form.on.span, key="at_most", chinese=CLAUSES["at_most"])
        for scope in self.having(form.on):
            account = scope.kind.account_names[form.on.rpartition(".")[2]]
            inside = replace(scope, effect_account=account)
            most, least = (
                None if text is None else self.orders.measure(text, inside, "money")
                for text in (form.at_most, form.at_least)
            )
            because = str(form.because or "")
            self.orders.check_bounds(form.at_least, least, most, inside)
            yield Limit(self.policy, scope.kind.name, account, most, least, whole, because, form.on.span)

    def pool(self, name: Text, form: PoolForm) -> Pool:
        """A pool: what it has, how it is parted, where what is left goes."""
        check_name(name, self.findings, label=True)
        first = next(iter(self.scopes.values()), None)
        rounding = self.orders.rounding(form.rounded, first)
        if rounding.mode != "half-up":
            mode = form.rounded.mode if form.rounded else None
            self.findings.add("PR238", (mode or name).span, pool=str(name))
        parts = {kind: self.part(name, form.per, scope) for kind, scope in self.scopes.items() if form.per}
        return Pool(
            f"{self.policy}/{name}",
            form.title.words_or(name),
            self.outside(form.leftover, "PR219"),
            rounding,
            name.span,
            self.base(name, form.base, first) if form.base and first else None,
            {kind: node for kind, (node, _) in parts.items()},
            next((kind.kind for _, kind in parts.values()), ""),
            self.outside(form.shortfall, "PR275") if form.shortfall else "",
            self.yes(form.again),
            form.if_undecided is not None and word_of(form.if_undecided, IF_UNDECIDED, self.findings) == "leave-out",
            bool(self.orders.vocabulary.jurisdiction) and not self.across(form.across),
        )

    def across(self, text: Text | None) -> bool:
        return text is not None and word_of(text, ACROSS, self.findings) == "all"

    def outside(self, account: Text, code: str) -> str:
        """An account that belongs to no subject."""
        names = self.orders.vocabulary.account_names
        return names.get(one_of(account, names, self.findings, code), str(account))

    def yes(self, text: Text | None) -> bool:
        return text is not None and word_of(text, YES_NO, self.findings) == "yes"

    def base(self, name: Text, text: Text, scope: Scope) -> Node:
        before = len(self.findings.errors)
        node = self.orders.measure(text, scope, "money")
        literal = constant(node, scope)
        minor = self.orders.vocabulary.currency.minor_per_major
        value = literal.value if literal else None
        wrong = not isinstance(value, Fraction) or value <= 0 or (value * minor).denominator != 1
        if wrong and len(self.findings.errors) == before:
            self.findings.add("PR272", text.span, pool=str(name))
        if TREASURY not in self.orders.vocabulary.accounts:
            hint = did_you_mean(TREASURY, self.orders.vocabulary.account_names)
            self.findings.add("PR218", text.span, name=TREASURY, hint=hint)
        return node

    def part(self, name: Text, text: Text, scope: Scope) -> tuple[Node, Type]:
        node = parse(text, self.findings)
        if node is None:
            return Literal("?", ""), ANY
        elaborated, kind = check(node, scope, self.findings)
        if kind.kind not in PARTING and kind != ANY:
            self.findings.add("PR274", node.span, pool=str(name), found=said_kind(kind))
        return elaborated, kind

    def check_pools(self, pools: Mapping[str, Pool], rules: Iterable[Rule]) -> None:
        """A base is money of one year."""
        years: dict[str, set[int]] = {}
        for rule in rules:
            for clause in rule.clauses:
                years.setdefault(clause.pool, set()).add(clause.offset)
        for name, pool in pools.items():
            if pool.base is not None and len(years.get(name, ())) > 1:
                self.findings.add("PR273", pool.span, pool=name.rpartition("/")[2])

    def musts(self, form: MustForm) -> Iterator[Must]:
        """The invariant for each kind of subject that has all the accounts it closes."""
        node = parse(form.that, self.findings)
        if node is None:
            return
        calls = _closings(node)
        if not form.because.strip():
            self.findings.add("PR203", form.that.span, key="because", chinese=POLICY["because"])
        if not calls:
            self.findings.add("PR279", node.span)
        for call in calls:
            name = call.arguments[0] if len(call.arguments) == 1 else None
            if not isinstance(name, Name) or len(name.parts) > 2:
                self.findings.add("PR278", call.span)
                return
        other = next((n for n in walk(node) if _of_other_years(n) and _closings(n)), None)
        if other is not None:
            self.findings.add("PR291", _closings(other)[0].span)
            return
        lacking = []
        above = {".".join(n.parts[:-1]) for call in calls for n in call.arguments if isinstance(n, Name)} or {""}
        if len(above) > 1:
            self.findings.add("PR278", calls[-1].span)
            return
        scopes = self.owners(above.pop(), node.span)
        for scope in scopes:
            foreign = next((n for n in walk(node) if _of_others(n, scope) and _closings(n)), None)
            if foreign is not None:
                self.findings.add("PR278", _closings(foreign)[0].span)
                return
            closed = Closed(scope.kind)
            that = closed.node(node)
            if closed.missing is None:
                yield self.must(form, that, tuple(dict.fromkeys(closed.accounts)), scope)
            else:
                lacking.append((closed.missing, scope))
        if lacking and len(lacking) == len(scopes):
            self.lacks(*lacking[0])

    def lacks(self, name: Name, scope: Scope) -> None:
        """An account that a kind does not have."""
        word, known = name.parts[-1], scope.kind.account_names
        self.findings.add("PR217", name.span, name=word, kind=scope.kind.name, hint=did_you_mean(word, known))

    def must(self, form: MustForm, that: Node, accounts: tuple[str, ...], scope: Scope) -> Must:
        span = form.that.span
        must = Must(self.policy, scope.kind.name, that, accounts, str(form.because), span, form.that)
        inside = replace(scope.knowing(must.closings), effect_account=EVERY)
        return replace(must, that=check_condition(that, inside, self.findings))

    def approvals(self, form: ApprovalForm) -> Iterator[Approval]:
        """The approvals for each kind of subject of the policy."""
        names = self.orders.vocabulary.action_names
        of = tuple(names[a] for a in form.of if one_of(a, names, self.findings, "PR215") in names)
        for text, key in ((form.by, "by"), (form.because, "because")):
            if not text.strip():
                self.findings.add("PR203", text.span, key=key, chinese=APPROVAL[key])
        if not form.of:
            self.findings.add("PR203", form.by.span, key="of", chinese=APPROVAL["of"])
        for scope in self.scopes.values():
            node = parse(form.when, self.findings) if form.when else None
            when = check_condition(node, scope, self.findings) if node else None
            yield Approval(self.policy, scope.kind.name, of, when, str(form.by), str(form.because), form.by.span)

    def having(self, account: Text) -> list[Scope]:
        """The scopes of the kinds that have an account; noted where there is none."""
        above, _, name = account.rpartition(".")
        scopes = self.owners(above, account.span)
        found = [s for s in scopes if name in s.kind.account_names]
        if not found and scopes:
            names = [n for s in scopes for n in s.kind.account_names]
            kinds = ", ".join(s.kind.name for s in scopes)
            self.findings.add("PR217", account.span, name=name, kind=kinds, hint=did_you_mean(name, names))
        return found

    def owners(self, above: str, span: Span | None) -> list[Scope]:
        """The scopes of the kinds that are judged, or of one that they are or belong to; noted where it is none."""
        if not above:
            return list(self.scopes.values())
        name = self.orders.vocabulary.kind_names.get(above, "")
        for kind, scope in self.scopes.items():
            if name in (kind, *self.orders.vocabulary.ancestors(kind)):
                return [self.scopes.get(name) or scope.of(self.orders.vocabulary.kinds[name])]
        kinds = {a for kind in self.scopes for a in (kind, *self.orders.vocabulary.ancestors(kind))}
        if self.scopes:
            self.findings.add("PR438", span, name=above, hint=did_you_mean(above, sorted(kinds)))
        return []
