"""What policies say, once they are understood: parameters, rules with their clauses, pools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from perfrules.core.problem import Words
from perfrules.core.span import Span, Text
from perfrules.core.vocabulary import Action, Vocabulary
from perfrules.language.nodes import Literal, Name, Node
from perfrules.language.scope import Parameter, Scope, Type
from perfrules.language.write import write
from perfrules.pipeline.scenarios import ExampleForm


@dataclass(frozen=True, slots=True)
class Rounding:
    """To which step amounts are rounded (None: the minor unit), and how."""

    step: Node | None = None
    mode: str = "half-up"


@dataclass(frozen=True, slots=True)
class Dated:
    """A value of a parameter, from a day to a day, both included."""

    start: date
    end: date
    literal: Literal
    source: str
    note: Words


@dataclass(frozen=True, slots=True)
class DatedParameter:
    """A parameter with all its values."""

    name: str
    title: Words
    values: tuple[Dated, ...]
    choices: tuple[str, ...]
    order: str
    span: Span

    @property
    def first(self) -> Parameter:
        """The parameter with its first value."""
        return self._as(self.values[0])

    def on(self, day: date) -> Parameter | None:
        """The parameter as it stands on a day; None where no value is in force."""
        for dated in self.values:
            if dated.start <= day <= dated.end:
                return self._as(dated)
        return None

    def _as(self, dated: Dated) -> Parameter:
        since = "" if dated.start == date.min else dated.start.isoformat()
        return Parameter(
            self.name, dated.literal, self.choices, self.order, dated.source, since, dated.note, self.title
        )


@dataclass(frozen=True, slots=True)
class Clause:
    """What a rule that holds does: an action with its account, amount or weight, pool and year."""

    action: Action
    span: Span
    account: str = ""
    path: tuple[str, ...] = ()  # the kinds from the subject's parent up to the account's owner
    offset: int = 0
    amount: Node | None = None
    weight: Node | None = None
    pool: str = ""
    counter_account: str = ""
    rounding: Rounding = Rounding()
    word: str = ""
    figure: Node | None = None  # what a label says is the value of this
    figure_kind: str = ""
    words: tuple[str, ...] = ()  # those of the figure, where its value is the label's word
    recommended: bool = False  # only a person's decision makes it a claim, with an amount within these bounds
    least: Node | None = None
    most: Node | None = None

    @property
    def formulas(self) -> tuple[Node, ...]:
        """What its amount, weight or figure is computed from."""
        return tuple(node for node in (self.amount, self.weight, self.figure) if node is not None)

    @property
    def label(self) -> tuple[str, str]:
        """What a label is about, and what it says: an action and its word, or a figure and its formula."""
        said = self.word if self.figure is None else write(self.figure)
        return self.action.name if self.figure is None or self.words else f"{self.action.name} {self.word}", said


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for one kind of subject."""

    name: str  # district/policy/rule
    kind: str
    title: Words
    because: str
    source: str
    when: Node
    clauses: tuple[Clause, ...]
    over: tuple[str, ...]
    span: Span
    written: Text
    over_spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Pool:
    """A pool: where what is left goes, in which steps shares are given, and what it has of its own."""

    name: str  # district/policy/pool
    title: Words
    leftover: str
    rounding: Rounding
    span: Span
    base: Node | None = None
    per: Mapping[str, Node] = field(default_factory=dict)  # by kind of member
    part_kind: str = ""  # the kind of value that `per` gives
    shortfall: str = ""
    again: bool = False
    leave_out: bool = False
    within: bool = False  # whether each jurisdiction is a pool of its own

    @property
    def parted(self) -> bool:
        """Whether the pool has parts, each a pool of its own."""
        return self.within or bool(self.part_kind)

    @property
    def policy(self) -> str:
        """The name of its policy."""
        return self.name.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Limit:
    """What one side of an account takes at most in a year, and at least once it takes anything."""

    policy: str
    kind: str
    account: str
    most: Node | None
    least: Node | None
    rounding: Rounding
    because: str
    span: Span


@dataclass(frozen=True, slots=True)
class Must:
    """What has to hold of the accounts of a kind of subject once everything is settled."""

    policy: str
    kind: str
    that: Node  # names `closing_name(account)` for each of the accounts
    accounts: tuple[str, ...]
    because: str
    span: Span
    written: Text

    @property
    def closings(self) -> dict[str, tuple[Node, Type]]:
        """What the names of the closing amounts stand for, as far as their kind goes."""
        return {closing_name(a): (Literal("money", Fraction(0)), Type("money")) for a in self.accounts}


def closing_name(account: str) -> str:
    """The name by which an invariant reads the closing amount of an account; no author can write it."""
    return f"closing {account}"


@dataclass(frozen=True, slots=True)
class Approval:
    """Which actions on a kind of subject wait until someone approves them, and when."""

    policy: str
    kind: str
    of: tuple[str, ...]
    when: Node | None
    by: str
    because: str
    span: Span


@dataclass(frozen=True)
class Decision:
    """A decision as it was written: about which claim, what, by whom, when and why."""

    subject: Text
    period: int
    rule: Text
    action: Text | None
    amount: Fraction | None  # in major units
    approve: bool | None
    because: str
    by: str
    on: date
    currency: str = ""  # of the amount, as it is written


@dataclass(frozen=True, slots=True)
class Step:
    """A letter of a ladder: until when it is answered, by which rule it is met, and what follows."""

    action: Action
    within: Node | None  # a number of days, months or working days, the same for all subjects
    met: str  # the full name of a rule; nothing where a reply meets it
    if_met: str
    if_lapsed: str
    span: Span


@dataclass(frozen=True, slots=True)
class Ladder:
    """Letters to a kind of subject of which one follows the other, begun by each rule of the policy that sends one."""

    name: str  # district/policy/ladder
    kind: str
    title: Words
    path: tuple[str, ...]  # the kinds from the subject's parent up to the recipient
    steps: tuple[Step, ...]
    adds: bool  # whether each ground has letters of its own
    climbs: bool  # whether a relapse begins one step above the last letter
    span: Span

    def step(self, action: str) -> int:
        """The number of the step that sends something, from 1; 0 where none does."""
        return next((n for n, step in enumerate(self.steps, 1) if step.action.name == action), 0)

    def grounds(self, rules: Iterable[Rule]) -> Iterator[tuple[Rule, int, int]]:
        """Rules that begin it, each with which of its clauses and with which step."""
        policy = self.name.rpartition("/")[0]
        for rule in rules:
            if rule.kind == self.kind and rule.name.rpartition("/")[0] == policy:
                for number, clause in enumerate(rule.clauses):
                    step = 0 if clause.offset else self.step(clause.action.name)
                    if step:
                        yield rule, number, step


@dataclass(frozen=True)
class Policy:
    """Everything that one policy document says."""

    name: str  # district/policy
    title: Words
    source: str
    vocabulary: Vocabulary
    scopes: Mapping[str, Scope]  # by kind; with the names, and each parameter's first value
    scope: Mapping[str, Node]  # the condition for being judged at all, by kind
    in_force: tuple[date, date]
    parameters: Mapping[str, DatedParameter]
    rules: tuple[Rule, ...]
    pools: Mapping[str, Pool]
    limits: tuple[Limit, ...]
    musts: tuple[Must, ...]
    approvals: tuple[Approval, ...]
    ladders: tuple[Ladder, ...]
    examples: tuple[ExampleForm, ...]
    span: Span
    origin: str = ""
    stage: str = ""  # of the budget cycle, for the reader

    @property
    def said_of_ladders(self) -> list[list[object]]:
        """What ladders say, as plain values, with every value that a time may have."""
        found: list[list[object]] = []
        for ladder in self.ladders:
            steps = [[s.action.name, self.lengths(s.within), s.met, s.if_met, s.if_lapsed] for s in ladder.steps]
            found.append([ladder.name, ladder.kind, list(ladder.path), ladder.adds, ladder.climbs, steps])
        return found

    def lengths(self, within: Node | None) -> list[list[str]]:
        """How long a letter may stay without answer: from which day on, and a time as it is written."""
        if isinstance(within, Name) and within.symbol is not None:
            values = self.parameters[within.symbol.name].values
            return [[d.start.isoformat(), d.end.isoformat(), write(d.literal)] for d in values]
        return [] if within is None else [[write(within)]]

    @property
    def has_tables(self) -> bool:
        """Whether it looks things up in tables of its own."""
        return any(scope.tables for scope in self.scopes.values())
