"""One subject decided: which rules fire and with what amounts, and on demand everything else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import NamedTuple

from perfrules.core.problem import Problem, Refused
from perfrules.core.vocabulary import SubjectKind
from perfrules.engines.single import Fired, Wanted, straight
from perfrules.language.rails import defined
from perfrules.language.scalars import ONE
from perfrules.language.subject import Reason
from perfrules.outcome import Outcome
from perfrules.pipeline.claims import MadeClaim
from perfrules.pipeline.drafts import Claim, Compiled, approvals_of
from perfrules.pipeline.musts import without_musts
from perfrules.pipeline.ruling import Result, evaluate
from perfrules.pipeline.statement import Conflict, Mark, Statement
from perfrules.reports.explanation import Explanation
from perfrules.row import Row, RowReader

OPEN = ("waiting", "awaiting-approval", "in-conflict")
# our own context: the host's precision and traps have no effect
_CONTEXT = Context(prec=60, Emax=99, Emin=-99, traps=[Inexact, InvalidOperation, Overflow])


class Fire(NamedTuple):
    """A rule that fires for a subject: the action, and the amount in major units where it has one."""

    rule: str
    action: str
    amount: Decimal | None


class Decision:
    """What the policies say about one subject. Verdicts and words are made when they are asked for.

    Where a figure depends on other subjects that were not given (a share of a pool, claims of others on the account of
    what they all belong to), its amount is None.
    """

    __slots__ = ("_cache", "_decider", "_fired", "_row")

    def __init__(self, decider: Decider, row: Row, fired: Fired) -> None:
        self._decider = decider
        self._row = row
        self._fired = fired
        self._cache: Outcome | None = None

    @property
    def fired(self) -> tuple[Fire, ...]:
        """The rules that hold and whose claims stand, with action and amount."""
        names, places = self._decider.names, self._decider.places
        return tuple(
            [
                Fire(*names[number], None if amount is None else _CONTEXT.scaleb(amount, places))
                for number, amount in self._fired
            ]
        )

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of each rule whose scope the subject is in, by the rule's full name."""
        return {r.rule: r.verdict for r in self._outcome.rulings if r.subject == self._subject}

    @property
    def undecided(self) -> tuple[str, ...]:
        """The rules that need facts which are not known."""
        return tuple(rule for rule, verdict in self.verdicts.items() if verdict == "undecided")

    @property
    def open(self) -> tuple[MadeClaim, ...]:
        """What may still happen to the subject, and so is not in `fired`: claims whose verdict or amount is not known,
        that wait for an approval, or that exclude each other. Ask it before you act on what has not fired."""
        mine = (r for r in self._outcome.rulings if r.subject == self._subject)
        return tuple(claim for ruling in mine for claim in ruling.claims if claim.state in OPEN)

    @property
    def needs(self) -> tuple[Reason, ...]:
        """The facts that are not known and could still change a verdict or an amount."""
        mine = (r for r in self._outcome.rulings if r.subject == self._subject)
        return tuple(sorted({reason for ruling in mine for reason in ruling.needs}))

    @property
    def labels(self) -> tuple[Mark, ...]:
        """The labels that the subject gets, with their words and values."""
        return tuple(mark for mark in self._outcome.labels if mark.subject == self._subject)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Claims on one account that exclude each other."""
        return self._outcome.conflicts

    def explain(self) -> Explanation:
        """Why each rule holds or not, and how its figure came to be."""
        return self._outcome.explain(self._subject)

    @property
    def _subject(self) -> str:
        return f"{self._row.kind}/{self._row.id}"

    @property
    def _outcome(self) -> Outcome:
        if self._cache is None:
            self._cache = Outcome(self._decider.result(self._row))
        return self._cache

    def __repr__(self) -> str:
        fires = ", ".join(f"{f.rule}: {f.action} {f.amount or ''}".strip() for f in self.fired)
        return f"<Decision {fires or 'nothing fires'}>"


class Decider:
    """Decides subjects of one kind."""

    def __init__(self, program: Compiled, kind: str) -> None:
        self.whole = program
        self.program = replace(program, plan=without_musts(program.plan))
        self.kind: SubjectKind = program.vocabulary.kinds[kind]
        self.reader = RowReader(program, kind)
        self.names = [(c.judged.rule.name, c.clause.action.name) for c in program.claims]
        self.places = -program.vocabulary.currency.places
        own = [c for c in program.claims if c.judged.rule.kind == kind]
        self.contested = frozenset(c.number for c in own if self._is_contested(c))
        self.shared = self.contested | {c.number for c in own if c.weight is not None}
        self.left_out = self.contested | {c.number for c in own if c.weight is not None and self._may_leave_out(c)}
        rules = [(j.verdict.holds, j.verdict.fails) for j in program.judged if j.rule.kind == kind]
        wanted = [self._wanted(c) for c in program.claims if c.judged.rule.kind == kind]
        alone = not any(self._needs_others(c) for c in program.claims if c.judged.rule.kind == kind)
        self.straight = straight(program.plan, kind, rules, wanted) if alone else None

    def __reduce__(self) -> tuple[type[Decider], tuple[Compiled, str]]:
        """A copy is made anew, as functions that were made for a program can't be sent to another process."""
        return Decider, (self.whole, self.kind.name)

    def _is_contested(self, claim: Claim) -> bool:
        """Whether claims of other subjects on the same account may change what comes of this one."""
        place = (claim.owner_kind, claim.clause.account, claim.clause.offset)
        if not claim.clause.account:
            return False
        account = self.program.vocabulary.kinds[claim.owner_kind].accounts[claim.clause.account]
        meets = account.together != "sum" or place in self.program.caps
        there = (c for c in self.program.claims if (c.owner_kind, c.clause.account, c.clause.offset) == place)
        return meets and any(c.clause.path for c in there)

    def _may_leave_out(self, claim: Claim) -> bool:
        """Whether a share is of a pool that leaves out members of whom something above them is not known here."""
        pool = self.program.pools.get(claim.clause.pool)
        return pool is not None and pool.leave_out and bool(self.kind.belongs_to)

    def _needs_others(self, claim: Claim) -> bool:
        """Whether a claim depends on limits or on what people decide: then the whole plan says what stands."""
        limited = (claim.owner_kind, claim.clause.account, claim.clause.offset) in self.program.caps
        return limited or claim.clause.recommended or bool(approvals_of(self.program.policies, claim))

    def _wanted(self, claim: Claim) -> Wanted:
        """How the claim is made by the subject alone."""
        clause = claim.clause
        sized = claim.amount or claim.weight
        group: object = None
        owner = self.program.vocabulary.kinds[claim.owner_kind]
        if clause.account and owner.accounts[clause.account].together != "sum":
            group = (clause.path, clause.account, clause.offset, clause.action.effect)
        elif clause.action.effect == "label" and len(self._said(clause.label[0])) > 1:
            group = (clause.label[0], clause.offset)
        made = self.program.made[claim.number]
        reported = claim.amount is not None and claim.number not in self.contested
        if claim.figure is not None:
            return Wanted(claim.number, made, ONE, defined(claim.figure), group=group)
        if sized is None:
            return Wanted(claim.number, made, group=group)
        return Wanted(claim.number, made, sized.low, sized.defined, reported, group)

    def _said(self, label: str) -> set[str]:
        """What is said of a label about a subject: one word given twice is no conflict."""
        labels = (c.clause.label for c in self.program.claims if c.judged.rule.kind == self.kind.name)
        return {said for about, said in labels if about == label}

    # deciding

    def decide(self, row: Row) -> Decision:
        """What the policies say about a row. Raises `Refused` where another program, or another kind, read it."""
        if row.reader is not self.whole or row.kind != self.kind.name:
            example = f'program.read("{self.kind.name}", …)'
            raise Refused([Problem("PR629", where="row", values={"about": "row", "example": example})])
        if self.straight is not None and not row.among:
            fired = self.straight(row.cells)
            if fired is not None:
                return Decision(self, row, fired)
        statement = Statement(self.result(row))
        others = self.left_out if row.among else self.shared
        return Decision(self, row, statement.standing(self.kind.name, row.id, others, among=row.among))

    def result(self, row: Row) -> Result:
        """The whole plan over this subject, and the others where they were given."""
        return evaluate(self.program, self.reader.facts(row), row.period)
