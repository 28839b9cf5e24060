"""Events: facts that come one after the other, and the statuses that begin and end with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

from perfrules.core.facts import Facts, every
from perfrules.core.given import Given
from perfrules.core.problem import Problem, Refused
from perfrules.core.register import Change, Register, Whose
from perfrules.engines.durable import NO, OPEN, YES, Charts, Turn
from perfrules.language import plan
from perfrules.language.builder import table_name
from perfrules.language.strata import reduced
from perfrules.pipeline.drafts import Claim, Compiled
from perfrules.pipeline.ledger import claim_column
from perfrules.pipeline.ruling import evaluate
from perfrules.pipeline.states import AWAITING, POSTED, WAITING
from perfrules.pipeline.wording import as_day

Key = tuple[int, int]  # subject, rule
VERDICTS = {POSTED: YES, WAITING: OPEN, AWAITING: OPEN}  # by what became of a claim; others are no
STATES = {YES: "stands", OPEN: "open", NO: "ended"}


@dataclass(frozen=True, slots=True)
class Status:
    """A status that a rule gives a subject: it `stands`, is `open` (what is not known may still bring it about), or has
    `ended`; `since` which day, None where that was so before the first event."""

    subject: str
    period: int
    action: str
    rule: str
    state: str
    since: date | None


class Watch:
    """The statuses of subjects while facts come one after the other, as `program.watch` begins it.

    At every moment they are those that a run over the same facts gives: in which order these came makes no difference.
    An event that is refused has changed nothing. May be used by several threads, which wait for each other.
    """

    def __init__(self, program: Compiled, facts: Facts, period: int) -> None:
        self.period = period
        """The judged period."""
        self._lock = Lock()
        self._claims = _statuses(program)
        self._program = _part_for(program, self._claims)
        self._looks_at_all = _looks_at_all(self._program)
        self._register = Register(facts)
        self._subjects: list[Whose] = []  # in the order of their numbers, by which durable-rules knows them
        self._numbers: dict[Whose, int] = {}
        self._found: dict[Key, Status] = {}
        self._charts = Charts(len(self._claims))
        self._turned(self._charts.say(self._verdicts(None)), None)

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The statuses that stand, by subject and rule."""
        return self._having("stands")

    @property
    def open(self) -> tuple[Status, ...]:
        """The statuses that may stand, by what is not known or not approved. Ask it before you act on what does not."""
        return self._having("open")

    def _having(self, state: str) -> tuple[Status, ...]:
        with self._lock:
            return self._in_order({key: status for key, status in self._found.items() if status.state == state})

    @property
    def facts(self) -> Facts:
        """What is known by now, to be run: `program.run(watch.facts, period=…)`."""
        with self._lock:
            return self._register.facts()

    def receive(self, kind: str, row: Given, *, on: date | str) -> tuple[Status, ...]:
        """Take in a row of a subject, new or known, on a day; the statuses that began, opened or ended with it.

        The row is one as `program.facts` takes it. Of a subject that is known, it changes the facts that it names; None
        makes one unknown. Raises `Refused` with every problem of the row, or where the day is after the program's.
        """
        day = self._day(on)
        with self._lock:
            return self._changed(self._register.read(kind, row, self.period), day)

    def withdraw(self, kind: str, subject: str, *, on: date | str, period: int | None = None) -> tuple[Status, ...]:
        """Take back the row of an id, as if it had never come; the statuses that began, opened or ended with that.

        Raises `Refused` where there is none, or another row belongs to it.
        """
        day = self._day(on)
        with self._lock:
            year = self.period if period is None else period
            return self._changed(self._register.gone(kind, subject, year), day)

    def __repr__(self) -> str:
        return f"<Watch {self.period}: {len(self.statuses)} stand, {len(self.open)} open>"

    def _day(self, on: date | str) -> date:
        day, last = as_day(on, "on"), self._program.as_of
        if day > last:
            raise Refused([Problem("PR722", where="on", values={"day": day.isoformat(), "as_of": last.isoformat()})])
        return day

    def _changed(self, change: Change, day: date) -> tuple[Status, ...]:
        """What turns with a change, which is undone where it can't be."""
        register = self._register
        near, loaded = register.family(change.whose), register.loaded
        undo = register.put(change)
        try:
            all_of_them = self._looks_at_all or register.loaded != loaded
            affected = None if all_of_them else near | register.family(change.whose)
            turns = self._charts.say(self._verdicts(affected))
        except BaseException:
            register.put(undo)
            if self._charts.failed:
                self._charts = self._begun_anew()
            raise
        return self._turned(turns, day)

    def _verdicts(self, members: Collection[Whose] | None) -> dict[Key, int]:
        """The verdicts of rules on some subjects, or on all, by number; a subject gets one with its first yes."""
        result = evaluate(self._program, self._register.facts(members), self.period)
        concerned = self._numbers if members is None else self._numbers.keys() & members
        found: dict[Key, int] = {}
        for rule, claim in enumerate(self._claims):
            kind = claim.judged.rule.kind
            found |= {(self._numbers[whose], rule): NO for whose in concerned if whose[0] == kind}
            columns = result.tables[table_name(kind)]
            for subject, state in zip(columns["id"], columns[claim_column(claim, "state")], strict=True):
                if state in VERDICTS:
                    found[self._number((kind, str(subject))), rule] = VERDICTS[state]
        return found

    def _number(self, whose: Whose) -> int:
        if whose not in self._numbers:
            self._numbers[whose] = len(self._subjects)
            self._subjects.append(whose)
        return self._numbers[whose]

    def _turned(self, turns: Iterable[Turn], day: date | None) -> tuple[Status, ...]:
        """Keep what turned on a day, and say it."""
        turned = {}
        for turn in turns:
            key = turn.subject, turn.rule
            turned[key] = self._status(turn, day)
            if turn.begins:
                self._found[key] = turned[key]
            else:
                del self._found[key]
        return self._in_order(turned)

    def _status(self, turn: Turn, day: date | None) -> Status:
        claim, (kind, subject) = self._claims[turn.rule], self._subjects[turn.subject]
        clause, state = claim.clause, STATES[turn.verdict if turn.begins else NO]
        year, rule = self.period + clause.offset, claim.judged.rule.name
        return Status(f"{kind}/{subject}", year, clause.action.name, rule, state, day)

    def _in_order(self, found: Mapping[Key, Status]) -> tuple[Status, ...]:
        return tuple(found[key] for key in sorted(found, key=lambda key: (self._subjects[key[0]], key[1])))

    def _begun_anew(self) -> Charts:
        """Charts with the statuses that there are, in the place of some that failed."""
        verdicts = {state: verdict for verdict, state in STATES.items()}
        charts = Charts(len(self._claims))
        charts.say({key: verdicts[status.state] for key, status in self._found.items()})
        return charts


def _statuses(program: Compiled) -> list[Claim]:
    """The claims that give a status, by rule. Raises `Refused` where there is none."""
    found = [claim for claim in program.claims if claim.clause.action.effect == "status"]
    if not found:
        raise Refused([Problem("PR721", where=", ".join(policy.name for policy in program.policies))])
    return sorted(found, key=lambda c: (c.judged.rule.kind, c.judged.rule.name, c.clause.action.name, c.number))


def _part_for(program: Compiled, claims: Iterable[Claim]) -> Compiled:
    """The program as far as some claims depend on it, before they meet others."""
    wanted = [(table_name(c.judged.rule.kind), name) for c in claims for name in ("", claim_column(c, "state"))]
    return replace(program, plan=reduced(program.plan, wanted))


def _looks_at_all(program: Compiled) -> bool:
    """Whether a verdict on one subject may depend on all others of a kind, as a rank does."""
    asked = {word for step in program.plan.steps if isinstance(step, plan.Read) for word in step.asked}
    return not asked.isdisjoint(map(every, program.vocabulary.kinds))
