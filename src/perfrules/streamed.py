"""What policies say of millions of subjects, in columns: rulings, claims, entries as tables that Arrow reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import polars as pl

from perfrules.asked import path_given
from perfrules.core.facts import Facts
from perfrules.core.files import new_folder, reason_in, unwritten
from perfrules.core.problem import Refused
from perfrules.engines.columnar import Execution
from perfrules.engines.columns import TEXT, WHOLE
from perfrules.language.builder import table_name
from perfrules.language.rails import Rational
from perfrules.outcome_columns import (
    Clause,
    clauses,
    of_claims,
    of_recommendations,
    of_rulings,
    state_column,
)
from perfrules.pipeline.balances import PoolStatement, pool_statements
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.ledger import claim_column
from perfrules.pipeline.program import Judged
from perfrules.pipeline.recommendations import placed
from perfrules.pipeline.ruling import DOES_NOT_HOLD, HOLDS, NOT_APPLICABLE, UNDECIDED, Result
from perfrules.pipeline.states import CLAIMS, MOVING, NOT_MADE, POOLS, STATES, WAITING
from perfrules.readers.around import around
from perfrules.readers.parts import FAILED, unread
from perfrules.readers.scanned import Scanned
from perfrules.streamed_missing import missing
from perfrules.streamed_text import streamed_text, written

Frame = pl.LazyFrame
VERDICTS = pl.Enum([HOLDS, DOES_NOT_HOLD, UNDECIDED, NOT_APPLICABLE])
STATE = pl.Enum(STATES)
TABLES = ("rulings", "claims", "entries", "recommendations", "missing", "totals")
CLAIMED = ("number", "kind", "id", "rule", "action", "owner", "account", "pool", "period", "amount", "state")
RECOMMENDED = ("kind", "id", "rule", "action", "account", "period", "least", "most")


class Streamed:
    """What policies say about the subjects of a period, settled. Tables are lazy frames: `collect()` has them in
    memory, as what any library of Arrow reads; `write` streams them to files."""

    def __init__(self, program: Compiled, facts: Scanned, period: int) -> None:
        self.program = program
        self.period = period
        self._facts = facts
        wanted = {*of_rulings(program), *of_claims(program), *of_recommendations(program)}
        self._run = Execution(program.plan, facts, period, wanted)
        try:
            self._run.take()
            self._run.check()
        except Refused as refused:
            raise Refused(placed(program, p, self._around, period) for p in refused.problems) from None

    def _around(self, kind: str, subject: str) -> Facts:
        return around(self._facts, kind, [subject])

    @property
    def rulings(self) -> Frame:
        """Every rule's verdict on every subject in its scope: `kind`, `id`, `rule`, `verdict`."""
        return self._rulings.drop("number")

    @property
    def claims(self) -> Frame:
        """Every claim that was made or waits: `kind`, `id`, `rule`, `action`, `owner`, `account`, `pool`, `period`,
        `amount` in major units (null where it is not known), `state`: what became of it."""
        return self._claims.drop("number")

    @property
    def entries(self) -> Frame:
        """Every claim that moves money: `debit`, `credit`, `owner`, `period`, `amount`, `rule`, `pool`. What pools have
        of nobody, and keep, stands in `pools`."""
        moving = self._money.filter(pl.col("state").is_in([STATES[s] for s in MOVING]) & (pl.col("amount") != 0))
        sides = (self._said(name).alias(name) for name in ("debit", "credit"))
        return moving.select(*sides, "owner", "period", "amount", "rule", "pool")

    @property
    def recommendations(self) -> Frame:
        """What rules recommend and nobody has decided yet: `kind`, `id`, `rule`, `action`, `account`, `period`, and
        between which amounts the decision must lie, `least` and `most`, in major units; null where there is no bound,
        or where it is not known."""
        recommended = [c for c in self._on_money if self.program.claims[c.number].clause.recommended]
        return pl.concat([self._nothing(RECOMMENDED), *map(self._recommended, recommended)])

    @property
    def missing(self) -> Frame:
        """What is not known and could still change a ruling, or the amount of a claim: `kind`, `id`, `rule`, and as in
        a ruling's `needs` the columns `why`, `subject`, `period`, `about`. Some thousands are found in a second."""
        undecided = self._rulings.filter(pl.col("verdict") == UNDECIDED)
        waiting = self._claims.filter(pl.col("state") == STATES[WAITING])
        about = [
            frame.select("kind", "id", "number", pl.lit(is_claim).alias("is_claim"))
            for frame, is_claim in ((undecided, False), (waiting, True))
        ]
        return missing(self.program, self._facts, self.period, pl.concat(about))

    @property
    def totals(self) -> Frame:
        """By rule and action: in what state how many claims are, their sum, and of how many on money the amount is not
        known."""
        return _totals(self.claims)

    @cached_property
    def pools(self) -> tuple[PoolStatement, ...]:
        """Every pool: taken, given, left over; of one that waits, not for whom."""
        if POOLS not in self._run.tables:
            return ()
        table = self._run.table(POOLS).collect().to_dict(as_series=False)
        result = Result(self.program, Facts(self.program.vocabulary, {}, frozenset()), self.period, {POOLS: table})
        return tuple(pool_statements(result, {}))

    def write(self, folder: str | Path, progress: Callable[[int, int], None] | None = None) -> None:
        """Write each table to a Parquet file in a new folder, as rows stream by; all of them, or nothing. `progress` is
        called with how many tables are written, of how many. Raises `Refused` where something is there, where it can't
        be written, and where what was scanned can't be read any more."""
        target = _written_to(folder)
        with new_folder(target) as draft:
            try:
                for done, name in enumerate(TABLES, 1):
                    # claims are written before totals, and quicker to read than to find anew
                    rows = _totals(written(draft, "claims")) if name == "totals" else getattr(self, name)
                    rows.sink_parquet(draft / f"{name}.parquet")
                    if progress is not None:
                        progress(done, len(TABLES))
            except FAILED as error:
                said = str(error)  # of the system it says the number, and which file was read
                if str(draft) in said or ("os error" in said and not isinstance(error, FileNotFoundError)):
                    raise unwritten(target, reason_in(said)) from error
                raise unread(self._facts.names, error) from error

    def text(self, folder: str | Path, language: str = "en") -> str:
        """What was written into a folder, in sum: verdicts by rule, what became of claims, pools."""
        return streamed_text(self.program, self.period, self.pools, _written_to(folder), language)

    @property
    def _rulings(self) -> Frame:
        """The rulings, with the number of the rule."""
        return pl.concat([_ruling(self._run, judged, n) for n, judged in enumerate(self.program.judged)])

    @property
    def _claims(self) -> Frame:
        """The claims, with their number."""
        return pl.concat([self._money, *self._marks()])

    def _recommended(self, clause: Clause) -> Frame:
        claim, table = self.program.claims[clause.number], table_name(clause.kind)
        frame, said = self._run.table(table), self._run.translation(table)

        def bound(of: Rational | None) -> pl.Expr:
            minor = pl.when(said.truth(of.defined)).then(said.column(of.low).expression) if of else pl.lit(None, WHOLE)
            return self._major(minor)

        return frame.filter(pl.col(claim_column(claim, "recommended")) == 1).select(
            *_of(clause, "kind"), "id", *_of(clause, "rule", "action", "account", "period"),
            bound(claim.least).alias("least"), bound(claim.most).alias("most"),
        )  # fmt: skip

    @cached_property
    def _on_money(self) -> list[Clause]:
        return clauses(self.program, self.period, on_money=True)

    def _said(self, name: str, kind: pl.DataType = TEXT) -> pl.Expr:
        """What holds of each claim on money, by its number."""
        said = {clause.number: getattr(clause, name) for clause in self._on_money}
        return pl.col("number").replace_strict(said, return_dtype=kind)

    @property
    def _money(self) -> Frame:
        """The claims on money, with their number."""
        if not self._on_money:
            return self._nothing(CLAIMED)
        state, amount, number = pl.col("final state"), pl.col("final amount"), pl.col("number")
        weighed = [clause.number for clause in self._on_money if clause.is_weighed]
        known = pl.when(state.is_in(MOVING) | ((amount != 0) & ~number.is_in(weighed))).then(amount)
        return (
            self._run.table(CLAIMS)
            .filter(state != NOT_MADE)
            .select(
                "number", "kind", "id", *(self._said(name).alias(name) for name in ("rule", "action")),
                pl.concat_str(self._said("owner_kind"), "owner", separator="/").alias("owner"),
                *(self._said(name).alias(name) for name in ("account", "pool")),
                self._said("period", WHOLE).alias("period"), self._major(known).alias("amount"),
                _said(state).alias("state"),
            )
        )  # fmt: skip

    def _marks(self) -> Iterator[Frame]:
        for clause in clauses(self.program, self.period, on_money=False):
            table = table_name(clause.kind)
            state = pl.col(state_column(self.program.claims[clause.number], self._run.types[table]))
            nobody = (pl.lit("").alias(name) for name in ("owner", "account", "pool"))
            yield (
                self._run.table(table)
                .filter(state != NOT_MADE)
                .select(
                    *_of(clause, "number", "kind"), "id", *_of(clause, "rule", "action"), *nobody,
                    *_of(clause, "period"),
                    self._major(pl.lit(None, WHOLE)).alias("amount"), _said(state).alias("state"),
                )
            )  # fmt: skip

    def _nothing(self, columns: tuple[str, ...]) -> Frame:
        """A table without rows."""
        money = pl.Decimal(38, self.program.vocabulary.currency.places)
        kinds = {"number": WHOLE, "period": WHOLE, "state": STATE, "amount": money, "least": money, "most": money}
        return pl.LazyFrame(schema={name: kinds.get(name, TEXT) for name in columns})

    def _major(self, minor: pl.Expr) -> pl.Expr:
        """Whole minor units as an exact decimal in major units."""
        one = Decimal(1).scaleb(-self.program.vocabulary.currency.places)
        return minor.cast(pl.Decimal(38, 0)) * pl.lit(one)


def _written_to(folder: object) -> Path:
    return path_given("folder", folder, '"year-2023"')


def _totals(claims: Frame) -> Frame:
    by = ("rule", "action", "state")
    unknown = pl.col("amount").is_null() & (pl.col("account") != "")
    found = claims.group_by(by).agg(pl.len().alias("claims"), pl.col("amount").sum(), unknown.sum().alias("unknown"))
    return found.sort(by)


def _of(clause: Clause, *names: str) -> Iterator[pl.Expr]:
    """What holds of every claim of a clause, as columns."""
    for name in names:
        value = getattr(clause, name)
        yield pl.lit(value, TEXT if isinstance(value, str) else WHOLE).alias(name)


def _said(state: pl.Expr) -> pl.Expr:
    return state.replace_strict(dict(enumerate(STATES)), return_dtype=STATE)


def _ruling(run: Execution, judged: Judged, number: int) -> Frame:
    table = table_name(judged.rule.kind)
    frame, said = run.table(table), run.translation(table)
    holds, fails, outside = (said.truth(rail) for rail in judged.rails)
    verdict = pl.when(holds).then(pl.lit(HOLDS)).when(fails).then(pl.lit(DOES_NOT_HOLD)).otherwise(pl.lit(UNDECIDED))
    heads = (pl.lit(judged.rule.kind).alias("kind"), "id", pl.lit(judged.rule.name).alias("rule"))
    said_of = (verdict.cast(VERDICTS).alias("verdict"), pl.lit(number, WHOLE).alias("number"))
    return frame.filter(~outside).select(*heads, *said_of)
