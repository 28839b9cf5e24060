"""Evidence: what a property says where it does not hold, in the words of the policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from perfrules.asked import check_own
from perfrules.core.facts import Facts
from perfrules.core.problem import Refused
from perfrules.core.values import Stored, said
from perfrules.core.vocabulary import Fact
from perfrules.language.words import STATES, VERDICTS
from perfrules.outcome import Outcome
from perfrules.pipeline.claims import MadeClaim
from perfrules.pipeline.statement import Entry, Ruling
from perfrules.program import Program, check_program
from perfrules.reports.values import named
from perfrules.testing.phrases import PHRASES

MOST = 20  # of a list
STANDING, OPEN = ("posted", "capped"), ("waiting", "awaiting-approval", "in-conflict")  # states of claims
OF_RUNS = "PR7"  # how the codes begin of what stops a run
Ran = Outcome | Refused


@dataclass(frozen=True)
class Evidence:
    """A program with facts, as a property looks at them."""

    program: Program
    facts: Facts
    period: int | None
    language: str

    def __post_init__(self) -> None:
        """Raises `Refused` where these are of another form."""
        check_program(self.program)
        check_own(self.program.vocabulary, self.facts)

    def say(self, key: str, **values: object) -> str:
        """A phrase, filled in."""
        return PHRASES[key].said(self.language).format_map(values)

    @cached_property
    def judged(self) -> int:
        """The judged period. Raises `Refused` where the facts can't be judged."""
        return self.program.judged(self.facts, self.period)

    def run(self, facts: Facts | None = None, engine: str = "record") -> Ran:
        """The outcome of a run, or that it is refused for what it comes to."""
        period = self.judged
        try:
            return self.program.run(self.facts if facts is None else facts, period=period, engine=engine)
        except Refused as refused:
            if all(problem.code.startswith(OF_RUNS) for problem in refused.problems):
                return refused
            raise

    def failed(self, what: str, lines: Iterable[str] = (), *, of: Iterable[str] = (), then: str = "") -> AssertionError:
        """That a property does not hold: what, in which lines it shows, the facts (of some subjects), and why."""
        return AssertionError("\n".join([what, *indented(lines), self.say("facts"), *indented(self.known(set(of))),
                                         *([then] if then else [])]))  # fmt: skip

    def known(self, subjects: set[str]) -> Iterator[str]:
        """The facts of subjects and of all around them, or of everybody, a line for each and each year."""
        family = self.family(subjects)
        for (name, period), table in sorted(self.facts.tables.items()):
            kind = self.facts.vocabulary.kinds[name]
            above = self.facts.vocabulary.kinds.get(kind.belongs_to)
            whose = (above.title.said(self.language) or above.name) if above is not None else ""
            for row, (subject, parent) in enumerate(zip(table.ids, table.parents, strict=True)):
                if subjects and f"{name}/{subject}" not in family:
                    continue
                values = ((kind.columns[fact], column[row]) for fact, column in table.columns.items())
                known = [self.value(name, fact, value) for fact, value in values if value is not None]
                known[:0] = [f"{whose} = {parent}"] if parent else []
                yield f"{name}/{subject} {period}: {', '.join(known) or self.say('nothing')}"

    def family(self, subjects: set[str]) -> set[str]:
        """Subjects, what they belong to, and what belongs to them: by what is read of these they are judged."""
        kinds = self.facts.vocabulary.kinds
        pairs = {
            (f"{name}/{subject}", f"{kinds[name].belongs_to}/{parent}")
            for (name, _), table in self.facts.tables.items()
            for subject, parent in zip(table.ids, table.parents, strict=True)
            if parent
        }
        above, below = set(subjects), set(subjects)
        for _ in kinds:  # no line of descent is longer
            above |= {parent for child, parent in pairs if child in above}
            below |= {child for child, parent in pairs if parent in below}
        return above | below

    def value(self, kind: str, fact: Fact, stored: Stored) -> str:
        """A fact with its value."""
        title = named(self.facts.vocabulary, kind, fact.name, self.language)
        money = fact.kind == "money" and isinstance(stored, int)
        return f"{title} = {self.facts.vocabulary.currency.shown(int(stored)) if money else said(fact, stored)}"

    def amount(self, major: Decimal | Fraction) -> str:
        """An amount with its currency."""
        currency = self.program.vocabulary.currency
        return currency.shown(Fraction(major) * currency.minor_per_major)

    def entry(self, entry: Entry) -> str:
        """An entry in one line."""
        kind = entry.subject.partition("/")[0]
        credit, debit = (self.account(name, kind) for name in (entry.credit, entry.debit))
        who, amount = f"{entry.subject} {entry.period}".strip(), self.amount(entry.amount)
        return self.say("entry", amount=amount, credit=credit, debit=debit, who=who, rule=", ".join(entry.rules))

    def account(self, name: str, kind: str = "") -> str:
        """An account, of a kind of subjects or of none, by its title where it has one."""
        vocabulary = self.program.vocabulary
        own = vocabulary.kinds[kind].accounts if kind else {}
        account = own.get(name) or vocabulary.accounts.get(name)
        return (account.title.said(self.language) if account is not None else "") or name

    def ruling(self, ruling: Ruling) -> str:
        """A verdict with its claims in one line."""
        verdict = VERDICTS[ruling.verdict] if self.language == "zh" else ruling.verdict
        return "; ".join([verdict, *map(self.claim, ruling.claims)])

    def claim(self, claim: MadeClaim) -> str:
        """A claim in a few words."""
        action = self.program.vocabulary.actions[claim.action].title.said(self.language) or claim.action
        currency = self.program.vocabulary.currency
        amount = "" if claim.amount is None else f" {currency.shown(claim.amount)}"
        state = STATES[claim.state] if self.language == "zh" else claim.state
        return f"{action}{amount} {claim.word} [{state}]".replace("  ", " ")

    def differences(self, one: Ran, other: Ran, first: str, second: str) -> list[str]:
        """Where two runs differ, in a few lines; nothing where they give the same bytes."""
        if isinstance(one, Refused) or isinstance(other, Refused):
            return self.apart({"": self.whole(one)}, {"": self.whole(other)}, first, second)
        if one.json() == other.json():
            return []
        rulings = self.apart(self.rulings(one), self.rulings(other), first, second)
        entries = self.apart({"": self.entries(one)}, {"": self.entries(other)}, first, second)
        return [*rulings, *entries] or [f"{first}, {second}: JSON"]

    def whole(self, ran: Ran) -> str:
        """Whether a run was refused, and by what."""
        if isinstance(ran, Refused):
            return self.say("refused", codes=", ".join(dict.fromkeys(p.code for p in ran.problems)))
        return self.say("run")

    def rulings(self, outcome: Outcome) -> dict[str, str]:
        """Each ruling in a line, by its subject and rule."""
        return {f"{r.subject} {r.rule}": self.ruling(r) for r in outcome.rulings}

    def entries(self, outcome: Outcome) -> str:
        """All entries."""
        return "; ".join(map(self.entry, outcome.entries)) or self.say("nothing")

    def apart(self, one: Mapping[str, str], other: Mapping[str, str], first: str, second: str) -> list[str]:
        """What two results say differently of the same thing."""
        said = (one, first), (other, second)
        return [
            f"{key} ({word}): {found.get(key, self.say('nothing'))}".strip()
            for key in dict.fromkeys([*one, *other])
            if one.get(key) != other.get(key)
            for found, word in said
        ][:MOST]


def indented(lines: Iterable[str]) -> list[str]:
    """Lines below a head."""
    return [f"  {line}" for line in lines]
