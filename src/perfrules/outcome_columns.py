"""What an outcome in columns is read from: which columns of a plan, and what holds of every claim of a clause."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from perfrules.core.vocabulary import MONEY_EFFECTS
from perfrules.language.builder import table_name
from perfrules.language.rebuild import inputs
from perfrules.language.scalars import Column
from perfrules.pipeline.balances import STATED
from perfrules.pipeline.drafts import Claim, Compiled
from perfrules.pipeline.ledger import claim_column
from perfrules.pipeline.states import CLAIMS, POOLS

FINAL = ("kind", "id", "number", "owner", "final state", "final amount")


class Clause(NamedTuple):
    """What holds of every claim of a clause."""

    number: int
    kind: str
    rule: str
    action: str
    owner_kind: str
    account: str
    pool: str
    period: int
    is_weighed: bool
    debit: str
    credit: str


def clauses(program: Compiled, period: int, *, on_money: bool) -> list[Clause]:
    """The clauses whose claims are on money, or those of all others."""
    return [
        _clause(claim, period) for claim in program.claims if (claim.clause.action.effect in MONEY_EFFECTS) == on_money
    ]


def _clause(claim: Claim, period: int) -> Clause:
    clause, rule = claim.clause, claim.judged.rule
    sides = clause.pool or clause.counter_account, clause.account
    debit, credit = sides if clause.action.effect == "take" else reversed(sides)
    return Clause(
        claim.number, rule.kind, rule.name, clause.action.name, claim.owner_kind, clause.account, clause.pool,
        period + clause.offset, claim.weight is not None, debit, credit,
    )  # fmt: skip


def state_column(claim: Claim, columns: Container[str]) -> str:
    """The column with what became of a claim that is not on money."""
    met = claim_column(claim, "met")
    return met if met in columns else claim_column(claim, "state")


def of_rulings(program: Compiled) -> Iterator[tuple[str, str]]:
    """The columns that rulings are read from, by table."""
    for judged in program.judged:
        table = table_name(judged.rule.kind)
        yield table, "id"
        for rail in judged.rails:
            if isinstance(rail, Column):
                yield table, rail.name


def of_recommendations(program: Compiled) -> Iterator[tuple[str, str]]:
    """The columns that recommendations are read from, by table."""
    for claim in program.claims:
        if claim.clause.recommended:
            scalars = (s for bound in (claim.least, claim.most) if bound for s in (bound.low, bound.defined))
            names = {claim_column(claim, "recommended"), *(name for scalar in scalars for name in inputs(scalar))}
            yield from ((table_name(claim.judged.rule.kind), name) for name in names)


def of_claims(program: Compiled) -> Iterator[tuple[str, str]]:
    """The columns that claims and pools are read from, by table."""
    for claim in program.claims:
        table = table_name(claim.judged.rule.kind)
        yield from ((table, name) for name in ("id", claim_column(claim, "met"), claim_column(claim, "state")))
    yield from ((POOLS, name) for name in STATED)
    yield from ((CLAIMS, name) for name in FINAL)
