"""Signals: what a watch looks at. Each is what became of a rule on a subject: of one that gives a status, begins a
ladder of notices, or meets a step of one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from perfrules.analysis.days import days_of_change, following
from perfrules.core.facts import Facts
from perfrules.core.problem import Findings, Problem, Refused
from perfrules.core.register import Whose
from perfrules.core.table import Table
from perfrules.core.vocabulary import Fact, Vocabulary
from perfrules.engines.durable import NO, OPEN, YES
from perfrules.engines.own_row import own_row
from perfrules.engines.record import Cell, Row
from perfrules.language import plan
from perfrules.language.builder import table_name
from perfrules.language.scalars import Column, Literal, Scalar, choose
from perfrules.language.strata import looks_at_all, reduced
from perfrules.pipeline.drafts import Compiled, Judged
from perfrules.pipeline.ledger import claim_column
from perfrules.pipeline.model import Decision, Policy, Rule
from perfrules.pipeline.program import in_force
from perfrules.pipeline.ruling import column, evaluate
from perfrules.pipeline.settlement import compiled
from perfrules.pipeline.states import AWAITING, CAPPED, IN_CONFLICT, NOT_MADE, POSTED, SET_ASIDE, WAITING

VERDICTS: Mapping[Cell, int] = {  # by what became of a claim
    **dict.fromkeys((NOT_MADE, SET_ASIDE, CAPPED, IN_CONFLICT), NO),
    POSTED: YES,
    **dict.fromkeys((WAITING, AWAITING), OPEN),
}
Verdicts = bytes  # on one subject, by the number of the signal among those of its kind
NOTHING: Verdicts = b""  # nothing holds, and nothing may
DAY = "as of"  # a column in the facts of all kinds: the day on which they are judged


class Signal(NamedTuple):
    """A clause of a rule; or with -1, whether the rule holds."""

    rule: Rule
    clause: int

    def order(self) -> tuple[str, str, int]:
        """By what signals of one kind are sorted."""
        return self.rule.name, self.action, self.clause

    @property
    def action(self) -> str:
        """What is done to the subject; nothing where the rule only meets a step."""
        return self.rule.clauses[self.clause].action.name if self.clause >= 0 else ""

    @property
    def is_status(self) -> bool:
        """Whether it gives a status."""
        return self.clause >= 0 and self.rule.clauses[self.clause].action.effect == "status"


class Signals:
    """The signals of policies, also of those that are not in force now."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.policies = tuple(sorted(policies, key=lambda p: p.name))
        found = {signal for policy in self.policies for signal in _signals(policy)}
        if not found:
            where = ", ".join(policy.name for policy in self.policies)
            raise Refused([Problem("PR721", where=where)])
        kinds = sorted({signal.rule.kind for signal in found})
        self.of_kind: Mapping[str, tuple[Signal, ...]] = {
            kind: tuple(sorted((s for s in found if s.rule.kind == kind), key=Signal.order)) for kind in kinds
        }

    def number(self, kind: str, rule: str, clause: int) -> int:
        """The number of a signal among those of a kind."""
        return next(n for n, s in enumerate(self.of_kind[kind]) if (s.rule.name, s.clause) == (rule, clause))


def _signals(policy: Policy) -> Iterable[Signal]:
    for rule in policy.rules:
        for number, clause in enumerate(rule.clauses):
            if clause.action.effect == "status":
                yield Signal(rule, number)
    for ladder in policy.ladders:
        yield from (Signal(rule, number) for rule, number, _ in ladder.grounds(policy.rules))
        met = {step.met for step in ladder.steps if step.met}
        yield from (Signal(rule, -1) for rule in policy.rules if rule.kind == ladder.kind and rule.name in met)


class Judge:
    """The program of a day, as far as signals depend on it, before claims meet others."""

    def __init__(self, program: Compiled, signals: Signals) -> None:
        became: dict[tuple[str, str, int], Scalar] = {}
        steps: list[plan.Step] = []
        for claim in program.claims:
            rule = claim.judged.rule
            became[rule.kind, rule.name, rule.clauses.index(claim.clause)] = Column(claim_column(claim, "state"))
        for judged in program.judged:
            rule, state = judged.rule, _state(judged)
            if not isinstance(state, Literal):
                steps.append(plan.Derive(table_name(rule.kind), f"{rule.name} as a signal", state))
                state = Column(f"{rule.name} as a signal")
            became[rule.kind, rule.name, -1] = state
        self._said: Mapping[str, list[Scalar]] = {
            kind: [became.get((kind, signal.rule.name, signal.clause), Literal(NOT_MADE)) for signal in own]
            for kind, own in signals.of_kind.items()
        }
        whole = replace(program.plan, strata=(*program.plan.strata, tuple(steps)))
        self._program = replace(program, plan=reduced(whole, self._wanted(self._said)))
        self._dated = _dated(program.vocabulary) if program.asks_for_the_day else None
        self.by_row = {kind: self._by_own_row(kind) for kind in self._said}
        """What is said of a subject on an ordinal day by its own row, in the order of its kind's columns, for each kind
        of which anything is said; None where that does not suffice."""

    def _wanted(self, kinds: Iterable[str]) -> Iterable[tuple[str, str]]:
        for kind in kinds:
            names = ("", *(said.name for said in self._said[kind] if isinstance(said, Column)))
            yield from ((table_name(kind), name) for name in names)

    def _by_own_row(self, kind: str) -> Callable[[Row, int], Verdicts] | None:
        part = reduced(self._program.plan, self._wanted([kind]))
        columns = [*self._program.vocabulary.kinds[kind].columns, DAY]
        found = own_row(part, table_name(kind), columns, self._said[kind])
        return None if found is None else lambda row, day: bytes(map(VERDICTS.__getitem__, found((*row, day))))

    @property
    def reads_own_rows(self) -> bool:
        """Whether what is said of any subject depends on nothing but its own row."""
        return None not in self.by_row.values()

    @property
    def looks_at_all(self) -> bool:
        """Whether what is said of one subject may depend on all others of a kind, as a rank does."""
        return looks_at_all(self._program.plan)

    def verdicts(self, facts: Facts, period: int, day: int) -> dict[Whose, Verdicts]:
        """Those on all subjects of some facts on an ordinal day. Raises `Refused` where the facts can't be judged."""
        if self._dated is not None:
            facts = replace(facts, vocabulary=self._dated, tables={k: _on(day, t) for k, t in facts.tables.items()})
        result = evaluate(self._program, facts, period)
        found: dict[Whose, Verdicts] = {}
        for kind, said in self._said.items():
            table = table_name(kind)
            if table in result.tables:
                columns = [column(result, table, scalar) for scalar in said]
                for subject, *row in zip(result.tables[table]["id"], *columns, strict=True):
                    found[kind, str(subject)] = bytes(map(VERDICTS.__getitem__, row))
        return found


def _dated(vocabulary: Vocabulary) -> Vocabulary:
    """A vocabulary in which each kind has the day."""
    day = {DAY: Fact(DAY, "date")}
    kinds = {name: replace(kind, facts={**kind.facts, **day}) for name, kind in vocabulary.kinds.items()}
    return replace(vocabulary, kinds=kinds)


def _on(day: int, table: Table) -> Table:
    """A table in which each row has the day."""
    return replace(table, columns={**table.columns, DAY: [day] * len(table.ids)})


def _state(judged: Judged) -> Scalar:
    """Whether a rule holds, as what would become of a claim of it."""
    holds, fails, _ = judged.rails
    return choose(holds, Literal(POSTED), choose(fails, Literal(NOT_MADE), Literal(WAITING)))


class Judges:
    """The program as it stands on each day: with the policies and parameters in force, what was decided by then, and
    that day for `as_of`."""

    def __init__(self, program: Compiled, signals: Signals, first: date) -> None:
        self._signals, last = signals, program.as_of
        found = {day for policy in signals.policies for day in (*days_of_change(policy), following(policy.in_force[1]))}
        own = sorted(day for day in found if first < day < last)
        plain = {day: self._compiled(day) for day in (first, *own) if day < last}
        plain[last] = self._compiled(last) if program.decisions else program
        said = " ".join(one.digest if one else "-" for one in plain.values())
        self.digest = sha256(said.encode("ascii")).hexdigest()
        """The sha256 of the programs of all days on which policies or parameters change, whatever was decided."""
        self.daily = any(one.asks_for_the_day for one in plain.values() if one)
        found |= {decision.on for decision in program.decisions}
        self._changes = sorted(day for day in found if first < day <= last)
        day = Fact(DAY, "date", least=first.toordinal(), most=last.toordinal())
        self._judges: list[Judge | None] = []  # of the first day, and of each change
        for since in (first, *self._changes):
            whole = self._compiled(since, program.decisions, day) if self.daily or program.decisions else plain[since]
            self._judges.append(Judge(whole, signals) if whole else None)
        self.looks_at_all = any(judge.looks_at_all for judge in self._judges if judge)

    def _compiled(self, since: date, decisions: Sequence[Decision] = (), day: Fact | None = None) -> Compiled | None:
        if not any(in_force(policy, since) for policy in self._signals.policies):
            return None
        findings = Findings()
        found = compiled(self._signals.policies, since, findings, decisions, day)
        findings.refuse()
        return found

    def on(self, day: date) -> Judge | None:
        """What judges on a day; None where no policy is in force."""
        return self._judges[bisect_right(self._changes, day)]

    def turning(self, after: int, until: int) -> Iterable[int]:
        """The ordinal days between two, of which the second counts, on which something else may be said."""
        if self.daily:
            return range(after + 1, until + 1)
        return [day.toordinal() for day in self._changes if after < day.toordinal() <= until]
