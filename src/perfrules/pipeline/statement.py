"""The statement of a run: claims, entries, pools, conflicts, statuses, notices and labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from perfrules.core.vocabulary import MONEY_EFFECTS
from perfrules.language.builder import table_name
from perfrules.language.meaning import Reason
from perfrules.pipeline.balances import PoolStatement, part_said, pool_statements
from perfrules.pipeline.drafts import Claim, Decided
from perfrules.pipeline.ledger import claim_column
from perfrules.pipeline.recommendations import Recommendation, bounds
from perfrules.pipeline.ruling import Result
from perfrules.pipeline.states import AWAITING, CAPPED, CLAIMS, IN_CONFLICT, LABELS, POSTED, STATES, WAITING
from perfrules.pipeline.terms import TREASURY


@dataclass(frozen=True, slots=True)
class MadeClaim:
    """What a rule claims of or for a subject: how much, in which year, and what became of it.

    `amount` is in whole minor units, None where it is not known; `number` is the claim's in its program. `owner`
    is whose account it is on, `kind/id`: the subject, or one to which it belongs (empty where that is unknown);
    `part` that of its pool (None where that is unknown).
    """

    number: int
    kind: str
    id: str
    rule: str
    action: str
    account: str
    period: int
    amount: int | None
    state: str
    pool: str
    word: str
    owner: str = ""
    part: str | None = ""

    @property
    def subject(self) -> str:
        """`kind/id`."""
        return f"{self.kind}/{self.id}"


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

    def money(self, minor: int) -> Decimal:
        """Whole minor units as an exact amount in major units."""
        return Decimal(self.currency.plain(minor))

    @cached_property
    def claims(self) -> list[MadeClaim]:
        """Every claim that was made or waits, by subject and rule."""
        made = [*self._money_claims(), *self._other_claims()]
        return sorted(made, key=lambda c: (c.kind, c.id, c.rule, c.action, c.number))

    @cached_property
    def claims_of(self) -> dict[tuple[str, str], list[MadeClaim]]:
        """The claims of each rule and subject (`kind/id`)."""
        found: dict[tuple[str, str], list[MadeClaim]] = defaultdict(list)
        for claim in self.claims:
            found[claim.rule, claim.subject].append(claim)
        return found

    def _money_claims(self) -> Iterator[MadeClaim]:
        table = self.result.tables.get(CLAIMS)
        if table is None:
            return
        names = ("id", "number", "final state", "final amount", "owner", "part", "part number", "part known")
        for subject, number, state, amount, owner, *part in zip(*(table[name] for name in names), strict=True):
            assert isinstance(number, int)
            assert isinstance(amount, int)
            if state:
                claim = self.program.claims[number]
                still = state in (WAITING, AWAITING, IN_CONFLICT)
                shown = None if still and (amount == 0 or claim.weight is not None) else amount
                whose = f"{claim.owner_kind}/{owner}" if owner else ""
                where = part_said(self.program, claim.clause.pool, *part) if claim.clause.pool else ""
                yield self._made(claim, str(subject), int(state), shown, whose, where)

    def _other_claims(self) -> Iterator[MadeClaim]:
        for claim in self.program.claims:
            if claim.clause.action.effect not in MONEY_EFFECTS:
                table = self.result.tables[table_name(claim.judged.rule.kind)]
                for subject, state in zip(table["id"], table[claim_column(claim, "state")], strict=True):
                    if state:
                        yield self._made(claim, str(subject), int(state), None)

    @cached_property
    def recommendations(self) -> list[Recommendation]:
        """What rules recommend and nobody has decided yet, by subject and rule."""
        result, found = self.result, []
        for claim in self.program.claims:
            if claim.clause.recommended:
                table, rule = result.tables[table_name(claim.judged.rule.kind)], claim.judged.rule
                for subject, listed in zip(table["id"], table[claim_column(claim, "recommended")], strict=True):
                    if listed:
                        within = bounds(self.program, claim, result.facts, str(subject), result.period)
                        found.append(Recommendation(
                            claim.number, rule.kind, str(subject), rule.name, claim.clause.action.name,
                            claim.clause.account, result.period + claim.clause.offset, *within,
                        ))  # fmt: skip
        return sorted(found, key=lambda r: (r.kind, r.id, r.rule, r.action, r.number))

    def decided(self, claim: MadeClaim) -> Decided | None:
        """What people decided about a claim."""
        return self._decided.get((claim.number, claim.id))

    @cached_property
    def _decided(self) -> dict[tuple[int, str], Decided]:
        return {(d.number, d.id): d for d in self.program.decided if d.period == self.result.period}

    def standing(self, kind: str, subject: str) -> list[tuple[int, int | None]]:
        """The claims of one subject that stand as far as it alone decides: the claim's number in the program,
        and its amount in minor units; None for a share of a pool, which depends on others."""
        found: list[tuple[int, int | None]] = []
        names = ("kind", "id", "number", "standing", "standing amount")
        table = self.result.tables.get(CLAIMS, {name: [] for name in names})
        for of, who, number, standing, amount in zip(*(table[name] for name in names), strict=True):
            if (of, who) == (kind, subject) and standing in (POSTED, CAPPED):
                shared = self.program.claims[int(number or 0)].weight is not None
                found.append((int(number or 0), None if shared else int(amount or 0)))
        found += [(c.number, None) for c in self._other_claims() if c.id == subject and c.state == STATES[POSTED]]
        return sorted(found, key=lambda f: f[0])

    def _made(
        self, claim: Claim, subject: str, state: int, amount: int | None, owner: str = "", part: str | None = ""
    ) -> MadeClaim:
        rule, clause = claim.judged.rule, claim.clause
        return MadeClaim(
            claim.number, rule.kind, subject, rule.name, clause.action.name, clause.account,
            self.result.period + clause.offset, amount, STATES[state], clause.pool, clause.word, owner, part,
        )  # fmt: skip

    @cached_property
    def entries(self) -> list[Entry]:
        """Every posted claim, and the base, shortfall and rest of each settled pool, as debit and credit."""
        found = [self._entry(c) for c in self._moving()]
        for pool in self.pools:
            found += self._pool_entries(pool) if pool.settled else []
        return found

    def _moving(self) -> Iterator[MadeClaim]:
        """The claims that move money."""
        return (c for c in self.claims if c.amount and c.state in (STATES[POSTED], STATES[CAPPED]))

    def _entry(self, claim: MadeClaim) -> Entry:
        clause = self.program.claims[claim.number].clause
        other = claim.pool or clause.counter_account
        own = claim.account
        debit, credit = (other, own) if clause.action.effect == "take" else (own, other)
        amount = self.money(claim.amount or 0)
        return Entry(debit, credit, claim.owner, claim.period, amount, (claim.rule,), claim.pool, claim.part or "")

    def _pool_entries(self, pool: PoolStatement) -> Iterator[Entry]:
        """Money of a pool that is of no member: where its base comes from, what covers it, where the rest goes."""
        rules = tuple(sorted({c.rule for c in self.claims if c.pool == pool.pool}))
        flows = (
            (pool.pool, TREASURY, pool.base), (pool.pool, pool.shortfall_from, pool.shortfall),
            (pool.leftover_to, pool.pool, pool.leftover),
        )  # fmt: skip
        for debit, credit, amount in flows:
            if amount:
                yield Entry(debit, credit, "", pool.period, amount, rules, pool.pool, pool.part or "")

    @cached_property
    def pools(self) -> list[PoolStatement]:
        """Every pool that a claim reached, by name, part and year."""
        waiting: dict[tuple[str, int], list[tuple[str | None, str]]] = defaultdict(list)
        for c in self.claims:
            if c.pool and self._is_open(c):
                waiting[c.pool, c.period].append((c.part, f"{c.subject} {c.rule}"))
        return pool_statements(self.result, waiting)

    def draws_of(self, pool: PoolStatement) -> Iterator[Decimal]:
        """The fixed amounts that were drawn on a settled pool."""
        for claim in self._moving():
            fixed = self.program.claims[claim.number]
            drawn = fixed.clause.action.effect == "give" and fixed.weight is None
            if drawn and (claim.pool, claim.part, claim.period) == (pool.pool, pool.part, pool.period):
                yield self.money(claim.amount or 0)

    def _is_open(self, claim: MadeClaim) -> bool:
        """Whether a pool waits for this claim, rather than this claim for the pool."""
        return (claim.kind, claim.id, claim.number) in self._open

    @cached_property
    def _open(self) -> set[tuple[str, str, int]]:
        table = self.result.tables[CLAIMS]
        names = ("kind", "id", "number", "standing", "part known")
        rows = zip(*(table[name] for name in names), strict=True)
        still = (WAITING, IN_CONFLICT, AWAITING)
        return {(str(k), str(i), int(n or 0)) for k, i, n, state, known in rows if state in still or not known}

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Accounts with several claims of one side and no `together`, and labels with two words."""
        rules: dict[tuple[str, str, int], set[str]] = defaultdict(set)
        for claim in self.claims:
            if claim.state == STATES[IN_CONFLICT]:
                rules[claim.owner, claim.account, claim.period].add(claim.rule)
        table = self.result.tables.get(LABELS)
        if table is not None:
            columns = (table[name] for name in ("kind", "id", "action", "year", "first", "last"))
            for kind, subject, action, year, first, last in zip(*columns, strict=True):
                if first != last:
                    period = self.result.period + int(year or 0)
                    names = {c.rule for c in self.claims if (c.kind, c.id, c.action) == (kind, subject, action)}
                    rules[f"{kind}/{subject}", str(action), period] |= names
        return [Conflict(*key, tuple(sorted(names))) for key, names in sorted(rules.items())]

    def marks(self, effect: str) -> list[Mark]:
        """The statuses, notices or labels that were given."""
        return [
            Mark(c.subject, c.period, c.action, c.word, c.rule)
            for c in self.claims
            if c.state == STATES[POSTED] and self.program.claims[c.number].clause.action.effect == effect
        ]
