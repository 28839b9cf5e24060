"""The statement of a run: claims, entries, pools, conflicts, statuses, notices and labels."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from perfrules.core.sequence import Lazy
from perfrules.core.vocabulary import MONEY_EFFECTS
from perfrules.language.builder import table_name
from perfrules.language.subject import Reason, Value
from perfrules.pipeline.balances import PoolStatement, pool_statements
from perfrules.pipeline.claims import Claims, MadeClaim
from perfrules.pipeline.drafts import Claim, Decided
from perfrules.pipeline.ledger import claim_column
from perfrules.pipeline.recommendations import Recommendation, bounds
from perfrules.pipeline.ruling import Result
from perfrules.pipeline.states import AWAITING, CAPPED, CLAIMS, IN_CONFLICT, POSTED, STATES, WAITING
from perfrules.pipeline.terms import TREASURY


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule's verdict on a subject: `holds`, `does-not-hold` or `undecided`.

    `needs` are the unknown inputs that could still change an undecided verdict, or without which an amount is
    not known; `claims` what the rule claims, also where it waits or was set aside.
    """

    subject: str
    period: int
    rule: str
    verdict: str
    needs: tuple[Reason, ...]
    claims: tuple[MadeClaim, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Money that moves: `debit` receives what `credit` gives. `amount` is in major units, exactly."""

    debit: str
    credit: str
    subject: str
    period: int
    amount: Decimal
    rules: tuple[str, ...]
    pool: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims that exclude each other: on an account, or for a label."""

    subject: str
    about: str
    period: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A status, notice or label that a subject got; `word` is that of a label, `value` that of a figure, of a
    `kind` of values."""

    subject: str
    period: int
    action: str
    word: str
    rule: str
    value: Value | None = None
    kind: str = ""


class Statement:
    """Everything that a result says, read when it is asked for."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.program = result.program
        self.currency = result.program.vocabulary.currency
        self.made = Claims(result)

    def __repr__(self) -> str:
        return f"<Statement {self.result.period} {self.program.digest[:12]}>"

    def money(self, minor: int) -> Decimal:
        """Whole minor units as an exact amount in major units."""
        return Decimal(self.currency.plain(minor))

    @property
    def claims(self) -> Sequence[MadeClaim]:
        """Every claim that was made or waits, by subject and rule."""
        return self.made.all

    def claims_of(self, subject: str, rule: str = "") -> list[MadeClaim]:
        """The claims of a subject (`kind/id`), or those that one rule makes, by rule and action."""
        kind, _, name = subject.partition("/")
        row = self.made.rows.get(kind, {}).get(name)
        found = [] if row is None else self.made.of(kind, [row])
        return [c for c in found if not rule or c.rule == rule]

    def claims_on(self, owner: str, account: str, period: int) -> list[MadeClaim]:
        """The claims on an account of a subject (`kind/id`) in a year, also those of what belongs to it."""
        from_below = {c.number for c in self.program.claims if c.clause.path}
        found = [*self.claims_of(owner), *map(self.made.made, self.made.select(from_below, *range(1, len(STATES))))]
        return [c for c in found if (c.owner, c.account, c.period) == (owner, account, period)]

    def standing(
        self, kind: str, subject: str, others: Collection[int] = (), *, among: bool = False
    ) -> list[tuple[int, int | None]]:
        """The claims of one subject that stand as far as it decides, alone or `among` its kind: the claim's number in
        the program, and its amount in minor units; None for those of which `others` decide the amount."""
        found: list[tuple[int, int | None]] = []
        states = ("final state", "final amount") if among else ("standing", "standing amount")
        names = ("kind", "id", "number", *states)
        table = self.result.tables.get(CLAIMS, {name: [] for name in names})
        for of, who, number, state, amount in zip(*(table[name] for name in names), strict=True):
            if (of, who) == (kind, subject) and state in (POSTED, CAPPED):
                found.append((int(number or 0), None if number in others else int(amount or 0)))
        found += [
            (c.number, None)
            for c in self.program.claims
            if c.clause.action.effect not in MONEY_EFFECTS and c.judged.rule.kind == kind
            for who, state in zip(self.made.ids(kind), self.made.states[c.number], strict=True)
            if who == subject and state == POSTED
        ]
        return sorted(found, key=lambda f: f[0])

    @cached_property
    def recommendations(self) -> list[Recommendation]:
        """What rules recommend and nobody has decided yet, by subject and rule."""
        found = [one for claim in self.program.claims if claim.clause.recommended for one in self._recommended(claim)]
        return sorted(found, key=lambda r: (r.kind, r.id, r.rule, r.action, r.number))

    def _recommended(self, claim: Claim) -> Iterator[Recommendation]:
        result, rule, clause = self.result, claim.judged.rule, claim.clause
        listed = result.tables[table_name(rule.kind)][claim_column(claim, "recommended")]
        for subject, open_ in zip(self.made.ids(rule.kind), listed, strict=True):
            if open_:
                within = bounds(self.program, claim, result.facts, str(subject), result.period)
                yield Recommendation(
                    claim.number, rule.kind, str(subject), rule.name, clause.action.name, clause.account,
                    result.period + clause.offset, *within,
                )  # fmt: skip

    @cached_property
    def _decided(self) -> dict[tuple[int, str, int], Decided]:
        return {(d.number, d.id, d.period): d for d in self.program.decided}

    def decided(self, claim: MadeClaim) -> Decided | None:
        """What people decided about a claim."""
        return self._decided.get((claim.number, claim.id, self.result.period))

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """Every posted claim, and the base, shortfall and rest of each settled pool, as debit and credit."""
        return Lazy(self.entry_keys, self.entry)

    @cached_property
    def entry_keys(self) -> array[int]:
        """The keys of the claims that move money, then for each entry of pools -1, -2, …"""
        standing = self.made.select(self.made.places, POSTED, CAPPED)
        moving = (key for key in standing if self.made.amount(*divmod(key, self.made.count)))
        return array("q", [*moving, *(-1 - n for n in range(len(self._pool_entries)))])

    def entry(self, key: int) -> Entry:
        """A posted claim, or money of a pool that is of no member, as debit and credit."""
        if key < 0:
            return self._pool_entries[-1 - key]
        claim = self.made.made(key)
        clause = self.program.claims[claim.number].clause
        other = claim.pool or clause.counter_account
        own = claim.account
        debit, credit = (other, own) if clause.action.effect == "take" else (own, other)
        amount = self.money(claim.amount or 0)
        return Entry(debit, credit, claim.owner, claim.period, amount, (claim.rule,), claim.pool, claim.part or "")

    @cached_property
    def _pool_entries(self) -> list[Entry]:
        """Money of pools that is of no member: where the base comes from, what covers it, where the rest goes."""
        found = []
        for pool in (pool for pool in self.pools if pool.settled):
            flows = (
                (pool.pool, TREASURY, pool.base), (pool.pool, pool.shortfall_from, pool.shortfall),
                (pool.leftover_to, pool.pool, pool.leftover),
            )  # fmt: skip
            rules = self._rules_of(pool.pool) if any(amount for _, _, amount in flows) else ()
            found += [
                Entry(debit, credit, "", pool.period, amount, rules, pool.pool, pool.part or "")
                for debit, credit, amount in flows
                if amount
            ]
        return found

    def _rules_of(self, pool: str) -> tuple[str, ...]:
        return tuple(sorted({c.rule for c in self._members(pool)}))

    def _members(self, pool: str, *states: int) -> Iterator[MadeClaim]:
        """The claims that pay into a pool or receive from it."""
        numbers = {c.number for c in self.program.claims if c.clause.pool == pool}
        return map(self.made.made, self.made.select(numbers, *(states or range(1, len(STATES)))))

    @cached_property
    def pools(self) -> list[PoolStatement]:
        """Every pool that a claim reached, by name, part and year."""
        waiting: dict[tuple[str, int], list[tuple[str, str | None, str]]] = defaultdict(list)
        for pool in self.program.pools if self._open else ():
            for claim in filter(self._is_open, self._members(pool)):
                where = self._open[claim.kind, claim.id, claim.number]
                waiting[pool, claim.period].append((where, claim.part, f"{claim.subject} {claim.rule}"))
        return pool_statements(self.result, waiting)

    def draws_of(self, pool: PoolStatement) -> Iterator[Decimal]:
        """The fixed amounts that were drawn on a settled pool."""
        for claim in self._members(pool.pool, POSTED, CAPPED):
            fixed = self.program.claims[claim.number]
            drawn = fixed.clause.action.effect == "give" and fixed.weight is None
            if drawn and (claim.part, claim.period) == (pool.part, pool.period):
                yield self.money(claim.amount or 0)

    def _is_open(self, claim: MadeClaim) -> bool:
        """Whether a pool waits for this claim, rather than this claim for the pool."""
        return (claim.kind, claim.id, claim.number) in self._open

    @cached_property
    def _open(self) -> dict[tuple[str, str, int], str]:
        """The claims for which a pool waits, and the jurisdiction of each."""
        table = self.result.tables.get(CLAIMS, {})
        names = ("kind", "id", "number", "jurisdiction", "standing", "part known")
        rows = zip(*(table.get(name, ()) for name in names), strict=True)
        still = (WAITING, IN_CONFLICT, AWAITING)
        return {
            (str(k), str(i), int(n or 0)): str(where or "")
            for k, i, n, where, state, known in rows
            if state in still or not known
        }

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Accounts with several claims of one side and no `together`, and labels with two words."""
        rules: dict[tuple[str, str, int], set[str]] = defaultdict(set)
        for claim in map(self.made.made, self.made.select(range(self.made.count), IN_CONFLICT)):
            rules[claim.owner or claim.subject, claim.account or self.label(claim), claim.period].add(claim.rule)
        return [Conflict(*key, tuple(sorted(names))) for key, names in sorted(rules.items())]

    def label(self, claim: MadeClaim) -> str:
        """What a claim's label is about."""
        return self.program.claims[claim.number].clause.label[0]

    def marks(self, effect: str) -> list[Mark]:
        """The statuses, notices or labels that were given."""
        return [self.mark(key) for key in self.marked(effect)]

    def mark(self, key: int) -> Mark:
        """The status, notice or label that a claim gives."""
        claim = self.made.made(key)
        kind = self.program.claims[claim.number].clause.figure_kind
        return Mark(claim.subject, claim.period, claim.action, claim.word, claim.rule, claim.value, kind)

    def marked(self, effect: str) -> Iterator[int]:
        """The keys of the claims that give a status, notice or label."""
        numbers = {c.number for c in self.program.claims if c.clause.action.effect == effect}
        return self.made.select(numbers, POSTED)
