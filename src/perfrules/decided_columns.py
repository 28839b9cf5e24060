"""What rules say of each subject by itself, in columns: a row for each subject, as fast as its columns can be read."""

from __future__ import annotations

from collections import Counter

import polars as pl

from perfrules.engines.columnar import Execution
from perfrules.engines.columns import WHOLE, cast
from perfrules.language import scalars
from perfrules.language.builder import table_name
from perfrules.language.rebuild import are_opposite, inputs
from perfrules.language.scalars import Column, Literal, Scalar
from perfrules.language.strata import reduced
from perfrules.pipeline.drafts import Claim, Compiled, approvals_of
from perfrules.pipeline.ledger import claim_column
from perfrules.pipeline.program import Judged
from perfrules.pipeline.states import POSTED
from perfrules.readers.scanned import Scanned


def decided(program: Compiled, facts: Scanned, period: int, kind: str) -> pl.LazyFrame:
    """What the rules say of each subject of a kind by itself: `id`; by the name of each rule whether it holds, null
    where it is undecided; and by rule, action and account the amount of each claim on money in whole minor units, null
    where none is made or people have not agreed to it. Nothing is settled, and nothing asked that must hold of all the
    money.
    """
    table = table_name(kind)
    judged = [j for j in program.judged if j.rule.kind == kind]
    if not judged:  # then no table of the kind need be in the plan
        return facts.frame(kind, period).select("id")
    claims = [c for c in program.claims if c.judged.rule.kind == kind and c.amount is not None]
    read = {name for j in judged for rail in j.rails for name in inputs(rail)}
    read |= {name for claim in claims for part in _scalars(program, claim) for name in inputs(part)}
    wanted = {(table, name) for name in (*read, "id")}
    run = Execution(reduced(program.plan, wanted), facts, period, wanted)
    run.take()
    names = _names(claims)
    columns = [
        *(_holds(run, table, one).alias(one.rule.name) for one in judged),
        *(_amount(run, table, program, one).alias(name) for one, name in zip(claims, names, strict=True)),
    ]
    return run.table(table).select("id", *columns)


def _scalars(program: Compiled, claim: Claim) -> tuple[Scalar, Scalar, Scalar]:
    assert claim.amount is not None
    made = program.made[claim.number]
    if claim.clause.recommended or approvals_of(program.policies, claim):
        made = scalars.compare("=", Column(claim_column(claim, "state")), Literal(POSTED))
    return made, claim.amount.defined, claim.amount.low


def _holds(run: Execution, table: str, judged: Judged) -> pl.Expr:
    """Whether a rule holds; null where that is undecided."""
    said, (holds, fails, outside) = run.translation(table), judged.rails
    truth = said.truth(scalars.both(holds, scalars.negate(outside)))
    if are_opposite(holds, fails, run.meant[table]):
        return truth
    return pl.when(said.truth(scalars.either(holds, fails, outside))).then(truth)


def _amount(run: Execution, table: str, program: Compiled, claim: Claim) -> pl.Expr:
    """The amount that a claim is made for; null where it is not made or agreed to, or its amount is not known."""
    said = run.translation(table)
    made, known, low = _scalars(program, claim)
    amount = cast(said.column(low), WHOLE)
    return pl.when(said.truth(made) & said.truth(known) & (amount != 0)).then(amount)


def _names(claims: list[Claim]) -> list[str]:
    """What the columns of claims are called: rule, action, account, and a number where that is not enough."""
    seen: Counter[str] = Counter()
    found = []
    for claim in claims:
        offset = f" {claim.clause.offset:+d}" if claim.clause.offset else ""
        name = f"{claim.name} {claim.clause.account}{offset}"
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return found
