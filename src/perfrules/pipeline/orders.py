"""Orders: what a rule tells to be done. Each action's clauses are checked: account, amount, pool, year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from perfrules.core.problem import Findings, Words, did_you_mean, nearest
from perfrules.core.span import Text
from perfrules.core.vocabulary import MONEY_EFFECTS, Action, SubjectKind, Vocabulary
from perfrules.language.advice import as_amount, bare
from perfrules.language.combine import ANY, constant, said_kind
from perfrules.language.kinds import check
from perfrules.language.nodes import Literal, Node
from perfrules.language.parse import parse
from perfrules.language.scope import Scope, Type
from perfrules.language.words import CLAUSES, POLICY, RECOMMENDING, ROUNDING
from perfrules.pipeline.clauses import ClausesForm, PoolForm, RoundedForm
from perfrules.pipeline.model import Clause, Rounding
from perfrules.pipeline.wording import whole_number, word_of

OFFSET_MAX = 20
_COMMON_CLAUSES = {"in_year"}
_MONEY_CLAUSES = {"in_year", "amount", "rounded"}
_ALLOWED = {
    "take": {*_MONEY_CLAUSES, "account_from", "into"},
    "give": {*_MONEY_CLAUSES, "account_to", "out_of", "by"},
    "status": _COMMON_CLAUSES,
    "notice": _COMMON_CLAUSES,
    "label": {*_COMMON_CLAUSES, "word", "of"},
}
_BOUNDS = {"action", "at_least", "at_most"}
_KEYS = {"account_from": "from", "account_to": "to", "word": "as"}


class Orders:
    """Checks the clauses of one policy's actions."""

    def __init__(self, policy: str, vocabulary: Vocabulary, pools: Mapping[Text, PoolForm], findings: Findings) -> None:
        self.policy = policy
        self.vocabulary = vocabulary
        self.forms = pools
        self.pools = {full_name(policy, name): name for name in pools}
        self.findings = findings

    def clause(self, name: Text, form: ClausesForm, scope: Scope, whole: Rounding) -> Clause | None:
        names = self.vocabulary.action_names
        if name in RECOMMENDING:
            return self.recommended(name, form, scope)
        if not name:
            self.findings.add("PR203", name.span, key="then", chinese=POLICY["then"])
            return None
        if name not in names:
            self.findings.add(
                "PR215", name.span, word=str(name), hint=_in_words(name, names) or did_you_mean(name, names)
            )
            return None
        action = self.vocabulary.actions[names[name]]
        self.check_keys(name, form, _ALLOWED[action.effect])
        offset = whole_number(form.in_year, self.findings, -OFFSET_MAX, OFFSET_MAX) if form.in_year else 0
        if action.effect in MONEY_EFFECTS:
            return self.money(name, action, form, replace(scope, effect_offset=offset), whole)
        clause = Clause(action, name.span, offset=offset, word=str(form.word or ""))
        if action.effect == "label":
            return self.label(name, clause, form, replace(scope, effect_offset=offset))
        return clause

    def label(self, name: Text, clause: Clause, form: ClausesForm, scope: Scope) -> Clause:
        """The label with the value that it says, which is its word where it has no other and the value is a choice."""
        node = None if form.of is None else parse(form.of, self.findings)
        figure, kind = (None, ANY) if node is None else check(node, scope, self.findings)
        if clause.word:
            return replace(clause, figure=figure, figure_kind=kind.kind)
        if form.of is None or not (kind == ANY or kind.choices):
            self.findings.add("PR233", name.span, action=str(name), clause=_clauses("as"))
        return replace(clause, figure=figure, words=kind.choices)

    def check_keys(self, name: Text, form: ClausesForm, allowed: set[str]) -> None:
        """What can't stand with an action is noted."""
        written = {key for key in form.model_fields_set if getattr(form, key) is not None}
        for key in sorted(written - allowed):
            text = getattr(form, key)
            span = text.span if isinstance(text, Text) else name.span
            self.findings.add("PR216", span, clause=_clauses(_KEYS.get(key, key)), action=str(name))

    def recommended(self, name: Text, form: ClausesForm, scope: Scope) -> Clause | None:
        """An action on money that only a person's decision makes a claim, with an amount within bounds."""
        names = self.vocabulary.action_names
        if form.action is None:
            self.findings.add("PR233", name.span, action=str(name), clause=_clauses("action"))
            return None
        action = self.vocabulary.actions.get(names.get(form.action, ""))
        if action is None or action.effect not in MONEY_EFFECTS:
            known = [n for n, full in names.items() if self.vocabulary.actions[full].effect in MONEY_EFFECTS]
            code = "PR215" if action is None else "PR208"
            self.findings.add(code, form.action.span, word=str(form.action), hint=did_you_mean(form.action, known))
            return None
        self.check_keys(name, form, {*_ALLOWED[action.effect], *_BOUNDS} - {"amount", "by", "rounded"})
        if form.at_least is None and form.at_most is None:
            self.findings.add("PR233", name.span, action=str(name), clause=_clauses("at_least", "at_most"))
        offset = whole_number(form.in_year, self.findings, -OFFSET_MAX, OFFSET_MAX) if form.in_year else 0
        clause, inside = self.placed(form.action, action, form, replace(scope, effect_offset=offset), Rounding())
        least, most = (
            None if text is None else self.measure(text, inside, "money") for text in (form.at_least, form.at_most)
        )
        self.check_bounds(form.at_least, least, most, inside)
        self.check_shortfall(form.action, clause, form.action)
        return replace(clause, span=name.span, recommended=True, least=least, most=most)

    def money(self, name: Text, action: Action, form: ClausesForm, scope: Scope, whole: Rounding) -> Clause:
        clause, inside = self.placed(name, action, form, scope, whole)
        if form.rounded:
            clause = replace(clause, rounding=self.rounding(form.rounded, inside))
        return self.sized(name, clause, form, inside)

    def placed(
        self, name: Text, action: Action, form: ClausesForm, scope: Scope, whole: Rounding
    ) -> tuple[Clause, Scope]:
        """The clause with its account, and where its money goes or comes from; the scope of its formulas."""
        take = action.effect == "take"
        path, account = self.account(
            name, form.account_from if take else form.account_to, scope, "from" if take else "to"
        )
        scope = replace(scope, effect_account=account, effect_path=path)
        target = form.into if take else form.out_of
        pool = full_name(self.policy, target) if target and full_name(self.policy, target) in self.pools else ""
        counter = target if target and not pool else Text(action.counter_account, name.span)
        accounts = self.vocabulary.account_names
        if not pool and counter not in accounts:
            hint = self.pool_meant(counter)
            self.findings.add("PR218", counter.span, name=str(counter), hint=hint)
        counter_account = accounts.get(counter, str(counter))
        clause = Clause(action, name.span, account, path, scope.effect_offset, None, None, pool, counter_account, whole)
        return clause, scope

    def pool_meant(self, name: Text) -> Words:
        """What could be written in place of a pool that is not declared: another name, or its declaration."""
        known = [str(n) for n in self.pools.values()] + list(self.vocabulary.account_names)
        if not self.vocabulary.accounts:
            return Words(
                "write `extends: budget` in the vocabulary", "请在词表中写 `继承: budget`（`extends: budget`）"
            )
        if nearest(name, known):
            return did_you_mean(name, known)
        account = next(
            (a for a in ("carried-over",) if a in self.vocabulary.accounts), next(iter(self.vocabulary.accounts))
        )
        title = self.vocabulary.accounts[account].title.zh
        return Words(
            f"declare the pool: `pools:`, below it `{name}:`, below that `leftover: {account}`",
            f"请声明资金池：写 `pools:`（资金池），其下写 `{name}:`，再其下写 `leftover: {title}`（剩余）",
        )

    def account(self, name: Text, account: Text | None, scope: Scope, clause: str) -> tuple[tuple[str, ...], str]:
        """The account that an action is on, and the kinds up to its owner; noted where there is none."""
        if account is None:
            self.findings.add("PR233", name.span, action=str(name), clause=_clauses(clause))
            return (), ""
        kind, path = scope.kind, []
        *above, last = str(account).split(".")
        for word in above:
            if not kind.belongs_to or self.vocabulary.kind_names.get(word) != kind.belongs_to:
                known = [kind.belongs_to] if kind.belongs_to else []
                hint = did_you_mean(word, known)
                if self.vocabulary.kind_names.get(word) == scope.kind.name:
                    hint = Words(f"write `{last}`, which is its own", f"请写 `{last}`，即其自己的账户")
                self.findings.add("PR271", account.span, name=word or str(account), kind=kind.name, hint=hint)
                return (), ""
            kind = self.vocabulary.kinds[kind.belongs_to]
            path.append(kind.name)
        names = kind.account_names
        if last not in names:
            known = [*names, *self.accounts_above(kind)]
            near = did_you_mean(last, known)
            if last in kind.by_title:
                fact = Words(f"`{last}` is a fact; move it to `accounts:` in the vocabulary, or take an account, ",
                             f"`{last}` 是事实；请在词表中把它移到 `accounts:`（账户）下，或改用账户，")  # fmt: skip
                near = Words(fact.en + near.en, fact.zh + near.zh)
            self.findings.add("PR217", account.span, name=last, kind=kind.name, hint=near)
        return tuple(path), names.get(last, "")

    def accounts_above(self, kind: SubjectKind) -> list[str]:
        """The accounts of what a kind belongs to, as they are written."""
        above = self.vocabulary.ancestors(kind.name)
        return [
            ".".join((*above[: n + 1], account))
            for n, name in enumerate(above)
            for account in self.vocabulary.kinds[name].accounts
        ]

    def owner(self, clause: Clause, scope: Scope) -> SubjectKind:
        """The kind of subject whose account an action is on."""
        return self.vocabulary.kinds[clause.path[-1]] if clause.path else scope.kind

    def sized(self, name: Text, clause: Clause, form: ClausesForm, scope: Scope) -> Clause:
        """The clause with its amount, or its weight in the pool."""
        if form.by is not None and clause.action.effect == "give":
            if not clause.pool and (form.out_of is None or form.out_of in self.vocabulary.account_names):
                self.findings.add("PR234", form.by.span, action=str(name))
            if form.amount is not None:
                self.findings.add("PR235", form.amount.span, action=str(name))
            account = self.owner(clause, scope).accounts.get(clause.account)
            if account and account.together == "greatest":
                self.findings.add("PR236", (form.account_to or form.by).span, account=clause.account)
            return replace(clause, weight=self.measure(form.by, scope))
        if form.amount is None:
            shared = clause.pool and clause.action.effect == "give"
            missing = ("by", "amount") if shared else ("amount",)
            self.findings.add("PR233", name.span, action=str(name), clause=_clauses(*missing))
            return clause
        self.check_shortfall(name, clause, form.amount)
        return replace(clause, amount=self.measure(form.amount, scope, "money"))

    def check_bounds(self, place: Text | None, least: Node | None, most: Node | None, scope: Scope) -> None:
        """Of two constants, the least is not more than the most."""
        low, high = (None if node is None else constant(node, scope) for node in (least, most))
        if low is None or high is None or not (isinstance(low.value, Fraction) and isinstance(high.value, Fraction)):
            return
        if place is not None and low.value > high.value:
            self.findings.add("PR290", place.span, least=low.written, most=high.written)

    def check_shortfall(self, name: Text, clause: Clause, amount: Text) -> None:
        """A pool on which fixed amounts are drawn says what covers a shortfall."""
        pool = self.pools.get(clause.pool)
        if pool is not None and clause.action.effect == "give" and self.forms[pool].shortfall is None:
            self.findings.add("PR276", amount.span, action=str(name), pool=str(pool))

    def measure(self, text: Text, scope: Scope, wanted: str = "") -> Node:
        node = parse(text, self.findings)
        if node is None:
            return Literal("?", "")
        elaborated, kind = check(node, scope, self.findings)
        literal = constant(elaborated, scope)
        zero = literal is not None and literal.value == 0
        if wanted == "money" and literal is not None and kind.kind == "number" and not zero:
            value = literal.value
            meant = bare(value, Type(wanted), "元") if isinstance(value, Fraction) else ""
            self.findings.add("PR405", node.span, written=literal.written, meant=meant)
        elif wanted and kind != ANY and kind.kind != wanted and not zero:
            hint = as_amount(literal, kind, scope.effect_account)
            self.findings.add("PR418", node.span, found=said_kind(kind), expected=said_kind(Type(wanted)), hint=hint)
        elif kind.kind in ("flag", "text", "choice", "date"):
            self.findings.add("PR402", node.span, found=said_kind(kind))
        return elaborated

    def rounding(self, form: RoundedForm | None, scope: Scope | None) -> Rounding:
        if form is None or scope is None:
            return Rounding()
        mode = word_of(form.mode, ROUNDING, self.findings) if form.mode else "half-up"
        if form.to is None:
            return Rounding(None, mode)
        step = self.measure(form.to, scope, "money")
        literal = constant(step, scope)
        minor = self.vocabulary.currency.minor_per_major
        value = literal.value if literal else None
        if not isinstance(value, Fraction) or value <= 0 or (value * minor).denominator != 1:
            self.findings.add("PR239", form.to.span, step=str(form.to))
            return Rounding(None, mode)
        return Rounding(step, mode)


def _clauses(*keys: str) -> Words:
    """The clauses of which one is meant, in the words of either language."""
    return Words("` or `".join(keys), "或".join(f" `{key}`（{CLAUSES[key]}）" for key in keys))


_BETWEEN_ACTIONS = re.compile(r"\s*(?:\band\b|[,;，、；&+]|以及|并且|[和与并且])\s*")


def _in_words(name: Text, names: Mapping[str, str]) -> Words | None:
    """Several actions in one text are a list; an action with more words after it needs them below it."""
    parts = _BETWEEN_ACTIONS.split(name)
    if len(parts) > 1 and all(part in names for part in parts):
        listed = ", ".join(parts)
        return Words(f"write a list: `[{listed}]`", f"请写成列表：`[{listed}]`")
    first = max((n for n in names if name.startswith(n) and name != n), key=len, default="")
    if first:
        return Words(
            f"write `{first}:`, and below it `from: …` or `to: …`, and `amount: …`",
            f"请写 `{first}:`，其下各写一行 `自: …` 或 `至: …`，以及 `金额: …`",
        )
    return None


def full_name(policy: str, name: Text) -> str:
    """The name of a rule or pool with that of its policy, unless it was written so."""
    return str(name) if "/" in name else f"{policy}/{name}"
