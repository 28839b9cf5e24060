"""The report of a year: money by stage and kind of action beside its base, pools, who stands where, what is open.

A stage's base is what its rules say in figures of money (`figure: {as: …, of: …}`): how many subjects were looked at,
and how much money that was. What is kept out of the budget is counted by the same figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from perfrules.core.money import Currency, round_half_up
from perfrules.core.problem import LANGUAGES, Words
from perfrules.core.vocabulary import MONEY_EFFECTS, Action
from perfrules.language.nodes import Literal
from perfrules.pipeline.balances import PoolStatement
from perfrules.pipeline.claims import MadeClaim
from perfrules.pipeline.model import Policy, Rule
from perfrules.pipeline.ruling import UNDECIDED, verdicts
from perfrules.pipeline.statement import Statement
from perfrules.pipeline.states import MOVING, STATES
from perfrules.reports.phrases import STAGES
from perfrules.reports.values import called, part_text, row_of

MOVED = tuple(STATES[state] for state in MOVING)


@dataclass(frozen=True, slots=True)
class Base:
    """What was looked at: how many subjects, and their money in minor units."""

    word: str
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Line:
    """What one action of a rule did: to which subjects, and the money. `effect` is that of the action."""

    rule: Words
    action: Words
    effect: str
    subjects: frozenset[str]
    amount: int | None


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the budget cycle, with its bases and lines."""

    title: Words
    bases: tuple[Base, ...]
    lines: tuple[Line, ...]

    @property
    def reduced(self) -> int:
        """What was taken, and what was kept out of the budget."""
        return sum(n.amount or 0 for n in self.lines if n.effect != "give")


@dataclass(frozen=True, slots=True)
class Sides:
    """A pool with those who pay into it and those who receive from it, the greatest amount first."""

    title: Words
    statement: PoolStatement
    payers: tuple[tuple[str, int], ...]
    receivers: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """Subjects along a ratio that a policy says, with the lines that its parameters draw.

    A subject that is not to be named has an empty name.
    """

    policy: Words
    word: str
    lines: tuple[tuple[Words, Fraction], ...]
    dots: tuple[tuple[str, Fraction], ...]

    def sides(self, line: Fraction) -> tuple[int, int, int]:
        """How many subjects are below a line, exactly at it, and above it."""
        values = [value for _, value in self.dots]
        return sum(v < line for v in values), values.count(line), sum(v > line for v in values)


@dataclass(frozen=True, slots=True)
class Year:
    """The report of one run."""

    period: int
    as_of: str
    digest: str
    currency: Currency
    stages: tuple[Stage, ...]
    pools: tuple[Sides, ...]
    spreads: tuple[Spread, ...]
    open: Mapping[str, int]  # how many verdicts are undecided, how many claims are in a state that may change, …

    def by_action(self) -> list[tuple[Words, str, int, int]]:
        """For each action that moves money or keeps it out: its effect, how many subjects, each once, how much."""
        subjects: defaultdict[tuple[Words, str], set[str]] = defaultdict(set)
        amount: Counter[tuple[Words, str]] = Counter()
        for line in (n for stage in self.stages for n in stage.lines if n.amount is not None):
            key = (line.action, line.effect)
            subjects[key] |= line.subjects
            amount[key] += line.amount or 0
        return [(*key, len(own), amount[key]) for key, own in subjects.items()]


def year_of(statement: Statement) -> Year:
    """The report of a run."""
    return _Year(statement).made()


class _Year:
    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.program = statement.program
        self.marks = {effect: statement.marks(effect) for effect in ("status", "notice", "label")}
        self.every = list(statement.claims)
        self.claims = list(filter(_moved, self.every))

    def made(self) -> Year:
        counts = Counter(v for judged in self.program.judged for _, v in verdicts(self.statement.result, judged))
        states = Counter(c.state for c in self.every)
        still = {"undecided": counts[UNDECIDED], "waiting": states["waiting"], "approval": states["awaiting-approval"],
                 "conflict": states["in-conflict"], "recommended": len(self.statement.recommendations)}  # fmt: skip
        return Year(
            self.statement.result.period, self.program.as_of.isoformat(), self.program.digest, self.statement.currency,
            tuple(self.stages()), tuple(self.sides()), tuple(self.spreads()), still,
        )  # fmt: skip

    def stages(self) -> Iterator[Stage]:
        order = list(STAGES)
        names = dict.fromkeys(p.stage for p in self.program.policies)
        for name in sorted(names, key=lambda n: (order.index(n) if n in order else len(order), n)):
            own = [p for p in self.program.policies if p.stage == name]
            lines = tuple(line for policy in own for line in self.lines(policy))
            bases = tuple(base for policy in own for base in self.bases(policy))
            if lines or bases:
                yield Stage(STAGES.get(name, Words(name, name)), bases, lines)

    def figures(self, policy: Policy, kind: str) -> dict[str, dict[str, Fraction]]:
        """The figures of a policy of a kind of values: by word and subject."""
        found: dict[str, dict[str, Fraction]] = {}
        for mark in self.marks["label"]:
            if mark.kind == kind and isinstance(mark.value, Fraction) and _policy(mark.rule) == policy.name:
                found.setdefault(mark.word, {})[mark.subject] = mark.value
        return found

    def bases(self, policy: Policy) -> Iterator[Base]:
        for word, values in self.figures(policy, "money").items():
            yield Base(word, len(values), self.minor(values.values()))

    def lines(self, policy: Policy) -> Iterator[Line]:
        rules = {j.rule.name: j.rule for j in self.program.judged if j.policy.name == policy.name}
        figures = list(self.figures(policy, "money").values())
        of_subject = figures[0] if len(figures) == 1 else {}
        for name, rule in rules.items():
            for action in dict.fromkeys(c.action for c in rule.clauses if not c.recommended):
                title, effect = action.title, action.effect
                if effect in MONEY_EFFECTS:
                    moved = [c for c in self.claims if (c.rule, c.action) == (name, action.name)]
                    amount = sum(c.amount or 0 for c in moved)
                    line = Line(rule.title, title, effect, frozenset(c.subject for c in moved), amount)
                elif effect == "label":
                    yield from self.words(rule)
                    continue
                else:
                    line = self.marked(name, rule.title, action, of_subject)
                if line.subjects:
                    yield line

    def marked(self, rule: str, said: Words, action: Action, base: dict[str, Fraction]) -> Line:
        """Subjects that got a status or notice; for a status that bars money, the money of these subjects."""
        marks = self.marks[action.effect]
        subjects = frozenset(m.subject for m in marks if (m.rule, m.action) == (rule, action.name))
        kept_out = action.effect == "status" and action.bar and subjects <= base.keys() and subjects
        amount = self.minor(base[s] for s in subjects) if kept_out else None
        return Line(said, action.title, action.effect, subjects, amount)

    def words(self, rule: Rule) -> Iterator[Line]:
        """Subjects by what a label says of them, in the order in which its words are declared."""
        found: dict[tuple[str, str], set[str]] = {}
        for mark in (m for m in self.marks["label"] if m.rule == rule.name and m.value is None):
            found.setdefault((mark.action, mark.word), set()).add(mark.subject)
        declared = [(clause.action.name, word) for clause in rule.clauses for word in clause.words or (clause.word,)]
        for action, word in sorted(found, key=declared.index):
            title = self.program.vocabulary.actions[action].title
            subjects = frozenset(found[action, word])
            yield Line(rule.title, Words(f"{title.en} {word}", f"{title.zh} {word}"), "label", subjects, None)

    def sides(self) -> Iterator[Sides]:
        years = Counter((pool.pool, pool.part) for pool in self.statement.pools)
        for pool in self.statement.pools:
            of = (pool.pool, pool.part, pool.period)
            members = [c for c in self.every if (c.pool, c.part, c.period) == of]
            moved, effects = list(filter(_moved, members)), self.program.vocabulary.actions
            sides = ([c for c in moved if effects[c.action].effect == effect] for effect in MONEY_EFFECTS)
            year = str(pool.period) if years[pool.pool, pool.part] > 1 else ""
            yield Sides(self.titled(pool, members, year), pool, *(self.amounts(side) for side in sides))

    def titled(self, pool: PoolStatement, members: list[MadeClaim], year: str) -> Words:
        """A pool with its part, unless only those are in it that are not to be named."""
        title, owners = self.program.pools[pool.pool].title, {c.owner for c in members if c.owner}
        named = any(not self.is_secret(owner) for owner in owners)
        parts = ((title.said(one), part_text(pool, one) if named else "", year) for one in LANGUAGES)
        return Words(*(" ".join(filter(None, said)) for said in parts))

    def amounts(self, claims: list[MadeClaim]) -> tuple[tuple[str, int], ...]:
        """What each owner pays or receives; those that are not named together, without a name."""
        by_owner: Counter[str] = Counter()
        for claim in claims:
            by_owner["" if self.is_secret(claim.owner) else claim.owner] += claim.amount or 0
        ordered = sorted(by_owner.items(), key=lambda item: (not item[0], -item[1], item[0]))
        return tuple((self.called(owner), amount) for owner, amount in ordered)

    def is_secret(self, subject: str) -> bool:
        """Whether a subject, or what it belongs to, is secret, or may be."""
        table, row = row_of(self.statement.result.facts, subject, self.statement.result.period)
        about = self.program.vocabulary.kinds[subject.partition("/")[0]]
        flags = [name for name, fact in about.facts.items() if fact.secret]
        if any(row is None or table.columns[flag][row] != 0 for flag in flags):
            return True
        parent = table.parents[row] if row is not None else ""
        return bool(parent and about.belongs_to) and self.is_secret(f"{about.belongs_to}/{parent}")

    def minor(self, values: Iterable[Fraction]) -> int:
        """The sum of amounts, in minor units; half of one is rounded up."""
        return round_half_up(sum(values, Fraction(0)) * self.statement.currency.minor_per_major)

    def called(self, subject: str) -> str:
        """A subject by the name that people know it by; empty where it is not to be named."""
        return called(self.statement.result.facts, subject, self.statement.result.period) if subject else ""

    def spreads(self) -> Iterator[Spread]:
        for policy in self.program.policies:
            for word, values in self.figures(policy, "ratio").items():
                least, most = min(values.values()), max(values.values())
                lines = [(title, value) for title, value in self.lines_of(policy) if least <= value <= most]
                dots = sorted(values.items(), key=lambda item: (item[1], item[0]))
                named = ((self.called("" if self.is_secret(s) else s), v) for s, v in dots)
                yield Spread(policy.title, word, tuple(lines), tuple(named))

    def lines_of(self, policy: Policy) -> Iterator[tuple[Words, Fraction]]:
        for parameter in policy.parameters.values():
            found = parameter.on(self.program.as_of)
            literal = found.literal if found else None
            if isinstance(literal, Literal) and literal.kind == "ratio" and isinstance(literal.value, Fraction):
                yield parameter.title if parameter.title.en else Words(parameter.name, parameter.name), literal.value


def _moved(claim: MadeClaim) -> bool:
    return bool(claim.account and claim.state in MOVED and claim.amount)


def _policy(rule: str) -> str:
    return rule.rpartition("/")[0]
