"""Terms: what a policy says of the money as a whole: pools and limits, each formula checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from perfrules.core.problem import Findings, did_you_mean
from perfrules.core.span import Text
from perfrules.language.combine import ANY, constant, said_kind
from perfrules.language.kinds import check
from perfrules.language.nodes import Literal, Node
from perfrules.language.parse import parse
from perfrules.language.scope import Scope, Type
from perfrules.language.words import IF_UNDECIDED, YES_NO
from perfrules.pipeline.clauses import LimitForm, PoolForm
from perfrules.pipeline.lexicon import check_name, one_of, word_of
from perfrules.pipeline.model import Limit, Pool, Rounding, Rule
from perfrules.pipeline.orders import Orders

PARTING = ("choice", "text", "flag", "count")
TREASURY = "treasury"  # where the base of a pool comes from


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
            self.findings.add("PR203", form.on.span, key="at_most")
        for scope in self.having(form.on):
            account = scope.kind.account_names[form.on]
            inside = replace(scope, effect_account=account)
            most, least = (
                None if text is None else self.orders.measure(text, inside, "money")
                for text in (form.at_most, form.at_least)
            )
            because = str(form.because or "")
            yield Limit(self.policy, scope.kind.name, account, most, least, whole, because, form.on.span)

    def pool(self, name: Text, form: PoolForm) -> Pool:
        """A pool: what it has, how it is parted, where what is left goes."""
        check_name(name, self.findings, label=True)
        first = next(iter(self.scopes.values()), None)
        rounding = self.orders.rounding(form.rounded, first)
        if rounding.mode != "half-up":
            self.findings.add("PR238", name.span, pool=str(name))
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
        )

    def outside(self, account: Text, code: str) -> str:
        """An account that belongs to no subject."""
        names = self.orders.vocabulary.account_names
        return names.get(one_of(account, names, self.findings, code), str(account))

    def yes(self, text: Text | None) -> bool:
        return text is not None and word_of(text, YES_NO, self.findings) == "yes"

    def base(self, name: Text, text: Text, scope: Scope) -> Node:
        node = self.orders.measure(text, scope, "money")
        literal = constant(node, scope)
        minor = self.orders.vocabulary.currency.minor_per_major
        value = literal.value if literal else None
        if not isinstance(value, Fraction) or value <= 0 or (value * minor).denominator != 1:
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

    def having(self, account: Text) -> list[Scope]:
        """The scopes of the kinds that have an account; noted where there is none."""
        found = [s for s in self.scopes.values() if account in s.kind.account_names]
        if not found and self.scopes:
            names = [n for s in self.scopes.values() for n in s.kind.account_names]
            kinds = ", ".join(self.scopes)
            self.findings.add("PR217", account.span, name=str(account), kind=kinds, hint=did_you_mean(account, names))
        return found
