"""One subject decided: which rules fire and with what amounts, and on demand everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import NamedTuple

from perfrules.core.facts import Facts, Table, read_columns
from perfrules.core.given import is_mapping, note_no_list, read_id
from perfrules.core.problem import Findings, Problem, Refused, Words, did_you_mean
from perfrules.core.values import Stored
from perfrules.core.vocabulary import SubjectKind
from perfrules.engines.cells import cell_reader
from perfrules.engines.single import Fired, Input, Wanted, inputs_of, straight
from perfrules.language.rails import defined
from perfrules.language.scalars import ONE
from perfrules.outcome import Outcome
from perfrules.pipeline.drafts import Claim, Compiled, approvals_of
from perfrules.pipeline.musts import without_musts
from perfrules.pipeline.ruling import Result, evaluate
from perfrules.pipeline.statement import Conflict, Statement
from perfrules.reports.explanation import Explanation

Values = Mapping[str, object]


# our own context: the host's precision and traps have no effect
_CONTEXT = Context(prec=60, Emax=99, Emin=-99, traps=[Inexact, InvalidOperation, Overflow])
YEAR_FIRST, YEAR_LAST = 1000, 9999  # a year has four digits
ALONE = "subject"  # the id of the one subject that is decided, and of its parent


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the subject's own facts: of other years, of its parent, of what belongs to it."""

    years: Mapping[int, Values] = field(default_factory=dict)
    parent: Values | None = None
    children: Mapping[str, Sequence[Values]] = field(default_factory=dict)


NOTHING_AROUND = Around()


class Row(NamedTuple):  # a tuple: made several times faster than a frozen dataclass
    """A subject's facts, read and checked once, to be decided any number of times."""

    kind: str
    cells: tuple[Stored | None, ...]
    period: int
    reader: Compiled  # the program that read it
    facts: Facts | None = None  # where more than the subject's own facts was given


class Fire(NamedTuple):
    """A rule that fires for a subject: the action, and the amount in major units where it has one."""

    rule: str
    action: str
    amount: Decimal | None


class Decision:
    """What the policies say about one subject. Verdicts and words are made when they are asked for.

    Where a figure depends on other subjects (a share of a pool), its amount is None.
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
        return {r.rule: r.verdict for r in self._outcome.rulings if r.subject == self._decider.subject}

    @property
    def undecided(self) -> tuple[str, ...]:
        """The rules that need facts which are not known."""
        return tuple(rule for rule, verdict in self.verdicts.items() if verdict == "undecided")

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Claims on one account that exclude each other."""
        return self._outcome.conflicts

    def explain(self) -> Explanation:
        """Why each rule holds or not, and how its figure came to be."""
        return self._outcome.explain(self._decider.subject)

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
        self.inputs: tuple[Input, ...] = inputs_of(program.plan, kind)
        self.subject = f"{kind}/{ALONE}"
        self.year = program.as_of.year
        self.names = [(c.judged.rule.name, c.clause.action.name) for c in program.claims]
        self.places = -program.vocabulary.currency.places
        rules = [(j.verdict.holds, j.verdict.fails) for j in program.judged if j.rule.kind == kind]
        wanted = [self._wanted(c) for c in program.claims if c.judged.rule.kind == kind]
        alone = not any(self._needs_others(c) for c in program.claims if c.judged.rule.kind == kind)
        self.straight = straight(program.plan, kind, rules, wanted) if alone else None
        own = [self.kind.columns[i.fact] for i in self.inputs if i.offset == 0]
        self.read_cells = cell_reader(own, frozenset(self.kind.columns))
        self.only_own = len(own) == len(self.inputs)

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
        made, reported = self.program.made[claim.number], claim.amount is not None
        if claim.figure is not None:
            return Wanted(claim.number, made, ONE, defined(claim.figure), group=group)
        if sized is None:
            return Wanted(claim.number, made, group=group)
        return Wanted(claim.number, made, sized.low, sized.defined, reported, group)

    def _said(self, label: str) -> set[str]:
        """What is said of a label about a subject: one word given twice is no conflict."""
        labels = (c.clause.label for c in self.program.claims if c.judged.rule.kind == self.kind.name)
        return {said for about, said in labels if about == label}

    # reading

    def row(self, values: Values, period: int | None, around: Around) -> Row:
        """A subject's facts as a row, of the year of the program's day unless a period is given.

        Raises `Refused` where a value does not fit its fact.
        """
        period = self.year if period is None else period
        if period.__class__ is not int or not YEAR_FIRST <= period <= YEAR_LAST:
            said = {"value": repr(period)[:40], "least": str(YEAR_FIRST), "most": str(YEAR_LAST)}
            raise Refused([Problem("PR211", where="period", values=said)])
        if around is NOTHING_AROUND and self.only_own and values.__class__ is dict:  # others may make up values
            cells = self.read_cells(values)
            if cells is not None:
                return Row(self.kind.name, cells, period, self.whole)
        return self._read(values, period, around)

    def _read(self, values: Values, period: int, around: Around) -> Row:
        """The careful way: with every problem and its cure."""
        findings = Findings()
        name = self.kind.name
        own = {0: _columns(self.kind, values, name, findings)}
        for offset, other in around.years.items():
            if offset == 0:
                other_year = Words("another year's facts", "其他年度的事实")
                findings.add("PR628", where="years", about="years[0]", expected=other_year, example="{1: {…}}")
                continue
            if offset.__class__ is not int or abs(offset) > YEAR_LAST:
                findings.add(
                    "PR211", where="years", value=repr(offset)[:40], least=str(-YEAR_LAST), most=str(YEAR_LAST)
                )
                continue
            own[offset] = _columns(self.kind, other, f"years[{offset}] {name}", findings)
        tables = {(name, period + offset): _alone(columns) for offset, columns in own.items()}
        if around.parent is not None:
            tables[self.kind.belongs_to, period] = self._parent(around.parent, findings)
        tables |= {(kind, period): table for kind, table in self._below(around.children, findings).items()}
        findings.refuse()
        facts = Facts(self.program.vocabulary, tables, frozenset(kind for kind, _ in tables))
        return Row(name, tuple(own.get(i.offset, {}).get(i.fact) for i in self.inputs), period, self.whole, facts)

    def _parent(self, values: Values, findings: Findings) -> Table:
        above = self.program.vocabulary.kinds.get(self.kind.belongs_to)
        if above is None:
            findings.add("PR410", where="parent", name="parent", hint=did_you_mean("parent", ()))
            return Table([], [], {})
        return _alone(_columns(above, values, above.name, findings))

    def _below(self, children: Mapping[str, Sequence[Values]], findings: Findings) -> dict[str, Table]:
        below = {word: k for word, k in self.program.vocabulary.plurals.items() if k.belongs_to == self.kind.name}
        found: dict[str, Table] = {}
        for many, rows in children.items():
            if many not in below:
                word = str(many)[:40]
                findings.add("PR410", where=word, name=word, hint=did_you_mean(word, below))
                continue
            kind = below[many]
            if isinstance(rows, (str, Mapping)) or not isinstance(rows, Sequence):
                note_no_list(many, findings)
                continue
            columns = [_columns(kind, row, f"{many}[{n}]", findings) for n, row in enumerate(rows)]
            for n, row in enumerate(columns):
                if kind.in_order_of and row[kind.in_order_of] is None:
                    findings.add("PR627", where=f"{many}[{n}]", kind=kind.name, id=str(n), fact=kind.in_order_of)
            _check_places(kind, many, columns, findings)
            ids = _ids(kind, many, rows, findings)
            found[kind.name] = Table(ids, [ALONE] * len(ids), {c: [row[c] for row in columns] for c in kind.columns})
        return found

    # deciding

    def decide(self, row: Row) -> Decision:
        """What the policies say about a row. Raises `Refused` where another program, or another kind, read it."""
        if row.reader is not self.whole or row.kind != self.kind.name:
            example = f'program.read("{self.kind.name}", …)'
            raise Refused([Problem("PR629", where="row", values={"about": "row", "example": example})])
        if self.straight is not None:
            fired = self.straight(row.cells)
            if fired is not None:
                return Decision(self, row, fired)
        statement = Statement(self.result(row))
        return Decision(self, row, statement.standing(self.kind.name, ALONE))

    def result(self, row: Row) -> Result:
        """The whole plan over this subject alone."""
        return evaluate(self.program, row.facts or self._facts(row), row.period)

    def _facts(self, row: Row) -> Facts:
        years: dict[int, dict[str, Stored | None]] = {0: dict.fromkeys(self.kind.columns)}
        for cell, value in zip(self.inputs, row.cells, strict=True):
            years.setdefault(cell.offset, dict.fromkeys(self.kind.columns))[cell.fact] = value
        tables = {(self.kind.name, row.period + offset): _alone(columns) for offset, columns in years.items()}
        return Facts(self.program.vocabulary, tables, frozenset({self.kind.name}))


def _ids(kind: SubjectKind, many: str, rows: Sequence[Values], findings: Findings) -> list[str]:
    """The ids of the rows of what belongs to a subject: those that are given, else their places in the list."""
    places = [f"{many}[{n}]" for n in range(len(rows))]
    given = [
        read_id(row.get("id"), "id", place, findings) if isinstance(row, Mapping) else ""
        for row, place in zip(rows, places, strict=True)
    ]
    found: dict[str, str] = {}
    for n, (place, name) in enumerate(zip(places, given, strict=True)):
        name = name or (str(n + 1) if str(n + 1) not in given else f"#{n + 1}")
        if name in found:
            findings.add("PR605", where=place, kind=kind.name, id=name, period="", first=found[name])
        found.setdefault(name, place)
    return [*found] if len(found) == len(rows) else list(map(str, range(len(rows))))


def _check_places(
    kind: SubjectKind, many: str, columns: Sequence[Mapping[str, Stored | None]], findings: Findings
) -> None:
    """Of a history, each row has a place of its own."""
    seen: dict[Stored, str] = {}
    for n, row in enumerate(columns if kind.in_order_of else ()):
        position, place = row[kind.in_order_of], f"{many}[{n}]"
        if position is not None and seen.setdefault(position, place) != place:
            findings.add("PR619", where=place, kind=kind.name, fact=kind.in_order_of, value=str(position),
                         parent=ALONE, first=seen[position])  # fmt: skip


def _columns(kind: SubjectKind, values: Values, place: str, findings: Findings) -> dict[str, Stored | None]:
    if not is_mapping(values, place, findings):
        return dict.fromkeys(kind.columns)
    return dict(zip(kind.columns, read_columns(kind, values, place, findings), strict=True))


def _alone(columns: Mapping[str, Stored | None]) -> Table:
    return Table([ALONE], [ALONE], {name: [value] for name, value in columns.items()})
