"""The statement of a run: claims, entries, pools, conflicts, statuses, notices and labels."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from perfrules.core.sequence import Lazy
from perfrules.core.vocabulary import MONEY_EFFECTS
from perfrules.language.meaning import Reason
from perfrules.pipeline.claims import Claims, MadeClaim
from perfrules.pipeline.pools import CLAIMS, IN_CONFLICT, LABELS, POOLS, POSTED, STATES, WAITING
from perfrules.pipeline.ruling import Result


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


@dataclass(frozen=True, slots=True)
class PoolStatement:
    """A pool of one year: what was taken into it, given out of it and left over, in major units.

    Where a member is undecided or in conflict, it is not settled; `waiting_for` names the claims.
    """

    pool: str
    period: int
    taken: Decimal
    given: Decimal
    leftover: Decimal
    leftover_to: str
    settled: bool
    waiting_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims that exclude each other: on an account, or for a label."""

    subject: str
    about: str
    period: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A status, notice or label that a subject got; `word` is that of a label."""

    subject: str
    period: int
    action: str
    word: str
    rule: str


class Statement:
    """Everything that a result says, read when it is asked for."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.program = result.program
        self.currency = result.program.vocabulary.currency
        self.made = Claims(result)

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
        if kind not in self.made.by_kind:
            return []
        row = self.result.facts.table(kind, self.result.period).row_of(name)
        found = [] if row is None else self.made.of(kind, [row])
        return [c for c in found if not rule or c.rule == rule]

    def standing(self, kind: str, subject: str) -> list[tuple[int, int | None]]:
        """The claims of one subject that stand as far as it alone decides: the claim's number in the program,
        and its amount in minor units; None for a share of a pool, which depends on others."""
        found: list[tuple[int, int | None]] = []
        table = self.result.tables.get(CLAIMS, {"kind": [], "id": [], "number": [], "met": [], "amount": []})
        columns = (table[name] for name in ("kind", "id", "number", "met", "amount"))
        for of, who, number, met, amount in zip(*columns, strict=True):
            if (of, who, met) == (kind, subject, POSTED):
                shared = self.program.claims[int(number or 0)].weight is not None
                found.append((int(number or 0), None if shared else int(amount or 0)))
        found += [
            (c.number, None)
            for c in self.program.claims
            if c.clause.action.effect not in MONEY_EFFECTS and c.judged.rule.kind == kind
            for who, state in zip(self.made.ids(kind), self.made.first_states(c), strict=True)
            if who == subject and state == POSTED
        ]
        return sorted(found, key=lambda f: f[0])

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """Every posted claim, and what is left of each settled pool, as debit and credit."""
        return Lazy(self.entry_keys, self.entry)

    @cached_property
    def entry_keys(self) -> array[int]:
        """The keys of the posted claims on money, then for each pool with a rest -1, -2, …"""
        posted = self.made.select(self.made.places, POSTED)
        return array("q", [*posted, *(-1 - n for n in range(len(self._left)))])

    @cached_property
    def _left(self) -> list[PoolStatement]:
        return [pool for pool in self.pools if pool.settled and pool.leftover]

    def entry(self, key: int) -> Entry:
        """A posted claim, or what is left of a pool, as debit and credit."""
        if key < 0:
            return self._leftover(self._left[-1 - key])
        claim = self.made.made(key)
        clause = self.program.claims[claim.number].clause
        other = claim.pool or clause.counter_account
        own = claim.account
        debit, credit = (other, own) if clause.action.effect == "take" else (own, other)
        amount = self.money(claim.amount or 0)
        return Entry(debit, credit, claim.subject, claim.period, amount, (claim.rule,), claim.pool)

    def _leftover(self, pool: PoolStatement) -> Entry:
        rules = tuple(sorted({c.rule for c in self._members(pool.pool)}))
        return Entry(pool.leftover_to, pool.pool, "", pool.period, pool.leftover, rules, pool.pool)

    def _members(self, pool: str) -> Iterator[MadeClaim]:
        """The claims that pay into a pool or receive from it."""
        numbers = {c.number for c in self.program.claims if c.clause.pool == pool}
        return map(self.made.made, self.made.select(numbers, *range(1, len(STATES))))

    @cached_property
    def pools(self) -> list[PoolStatement]:
        """Every pool that a claim reached, by name and year."""
        table = self.result.tables.get(POOLS)
        if table is None:
            return []
        columns = (table[name] for name in ("pool", "year", "taken", "leftover", "open"))
        found = []
        for name, year, taken, leftover, opened in zip(*columns, strict=True):
            period = self.result.period + int(year or 0)
            left, total = int(leftover or 0), int(taken or 0)
            waiting = tuple(
                f"{c.subject} {c.rule}" for c in (self._members(str(name)) if opened else ())
                if c.period == period and self._is_open(c)
            )  # fmt: skip
            settled = not opened
            found.append(PoolStatement(
                str(name), period, self.money(total), self.money(total - left if settled else 0),
                self.money(left if settled else 0), self.program.pools[str(name)].leftover, settled, waiting,
            ))  # fmt: skip
        return sorted(found, key=lambda p: (p.pool, p.period))

    def _is_open(self, claim: MadeClaim) -> bool:
        """Whether a pool waits for this claim, rather than this claim for the pool."""
        return (claim.kind, claim.id, claim.number) in self._open

    @cached_property
    def _open(self) -> set[tuple[str, str, int]]:
        table = self.result.tables[CLAIMS]
        rows = zip(table["kind"], table["id"], table["number"], table["met"], strict=True)
        return {(str(k), str(i), int(n or 0)) for k, i, n, met in rows if met in (WAITING, IN_CONFLICT)}

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Accounts with several claims of one side and no `together`, and labels with two words."""
        rules: dict[tuple[str, str, int], set[str]] = defaultdict(set)
        for claim in map(self.made.made, self.made.select(self.made.places, IN_CONFLICT)):
            rules[claim.subject, claim.account, claim.period].add(claim.rule)
        table = self.result.tables.get(LABELS)
        if table is not None:
            columns = (table[name] for name in ("kind", "id", "action", "year", "first", "last"))
            for kind, subject, action, year, first, last in zip(*columns, strict=True):
                if first != last:
                    period = self.result.period + int(year or 0)
                    names = {c.rule for c in self.claims_of(f"{kind}/{subject}") if c.action == action}
                    rules[f"{kind}/{subject}", str(action), period] |= names
        return [Conflict(*key, tuple(sorted(names))) for key, names in sorted(rules.items())]

    def marks(self, effect: str) -> list[Mark]:
        """The statuses, notices or labels that were given."""
        return [self.mark(key) for key in self.marked(effect)]

    def mark(self, key: int) -> Mark:
        """The status, notice or label that a claim gives."""
        claim = self.made.made(key)
        return Mark(claim.subject, claim.period, claim.action, claim.word, claim.rule)

    def marked(self, effect: str) -> Iterator[int]:
        """The keys of the claims that give a status, notice or label."""
        numbers = {c.number for c in self.program.claims if c.clause.action.effect == effect}
        return self.made.select(numbers, POSTED)
