"""Statuses: those that rules give subjects, as they begin, open and end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from perfrules.core.register import Whose
from perfrules.engines.durable import NO, OPEN, YES, Charts
from perfrules.events.history import Days, History
from perfrules.events.signals import NOTHING, Signal, Signals, Verdicts

STATES = {YES: "stands", OPEN: "open", NO: "ended"}
Key = tuple[int, int]  # subject, signal, as durable-rules knows them


@dataclass(frozen=True, slots=True)
class Status:
    """A status that a rule gives a subject, or a notice that may be due: it `stands`, is `open` (what is not known may
    still bring it about), or has `ended`; `since` which day, None where that was so before the first day."""

    subject: str
    period: int
    action: str
    rule: str
    state: str
    since: date | None


class Statuses:
    """The statuses of all subjects, each of which durable-rules lets begin and end."""

    def __init__(self, signals: Signals, history: History, period: int) -> None:
        self._history, self._period = history, period
        self._given: list[tuple[str, int, Signal]] = [
            (kind, n, signal)
            for kind, own in signals.of_kind.items()
            for n, signal in enumerate(own)
            if signal.is_status
        ]
        self._of_kind: dict[str, list[tuple[int, int, Signal]]] = {}
        for number, (kind, n, signal) in enumerate(self._given):
            self._of_kind.setdefault(kind, []).append((number, n, signal))
        self._subjects: list[Whose] = []  # in the order of their numbers, by which durable-rules knows them
        self._numbers: dict[Whose, int] = {}
        self._found: dict[Key, Status] = {}
        self._charts = Charts(len(self._given))
        self.follow(history.days)

    def follow(self, subjects: Iterable[Whose]) -> tuple[Status, ...]:
        """What turned with what is now said of some subjects."""
        now = {whose: self._now(whose) for whose in subjects if whose[0] in self._of_kind}
        verdicts = {key: verdict for whose, said in now.items() for key, verdict in self._verdicts(whose, said)}
        try:
            turns = self._charts.say(verdicts)
        except BaseException:
            self._charts = self._begun_anew()
            raise
        turned: dict[Key, Status] = {}
        for turn in turns:
            key = turn.subject, turn.rule
            turned[key] = self._status(key, turn.verdict if turn.begins else NO)
            if turn.begins:
                self._found[key] = turned[key]
            else:
                del self._found[key]
        for key in verdicts.keys() & self._found.keys():  # since another day, where something came late
            status = self._status(key, verdicts[key])
            if status != self._found[key]:
                turned[key] = self._found[key] = status
        return self._in_order(turned)

    def drop(self) -> None:
        """Let durable-rules forget all statuses, which are not followed any more."""
        self._charts.say(dict.fromkeys(self._found, NO))

    def standing(self) -> tuple[Status, ...]:
        """Those that stand."""
        return self._in_order({key: status for key, status in self._found.items() if status.state == STATES[YES]})

    def open(self) -> tuple[Status, ...]:
        """Those that may stand."""
        return self._in_order({key: status for key, status in self._found.items() if status.state == STATES[OPEN]})

    def on(self, day: int) -> tuple[Status, ...]:
        """Those that stood, or might have, at the end of a day, by subject and rule."""
        found = []
        for whose in sorted(self._history.days):
            days = tuple(one for one in self._history.days[whose] if one[0] <= day)
            for _, n, signal in self._of_kind.get(whose[0], ()):
                verdict = _verdict(days[-1][1], n) if days else NO
                if verdict != NO:
                    found.append(self._said(whose, n, signal, verdict, days))
        return tuple(found)

    def _now(self, whose: Whose) -> Verdicts:
        days = self._history.days.get(whose)
        found: Verdicts = days[-1][1] if days else NOTHING
        return found

    def _verdicts(self, whose: Whose, said: Verdicts) -> Iterator[tuple[Key, int]]:
        """The verdicts of rules on a subject, which gets a number with its first yes."""
        if whose not in self._numbers:
            if not any(said):
                return
            self._numbers[whose] = len(self._subjects)
            self._subjects.append(whose)
        subject = self._numbers[whose]
        yield from (((subject, number), _verdict(said, n)) for number, n, _ in self._of_kind[whose[0]])

    def _status(self, key: Key, verdict: int) -> Status:
        subject, number = key
        _, n, signal = self._given[number]
        whose = self._subjects[subject]
        return self._said(whose, n, signal, verdict, self._history.days.get(whose, ()))

    def _said(self, whose: Whose, n: int, signal: Signal, verdict: int, days: Days) -> Status:
        clause = signal.rule.clauses[signal.clause]
        since = self._since(days, n)
        day = None if since <= self._history.before else date.fromordinal(since)
        kind, subject = whose
        year = self._period + clause.offset
        return Status(f"{kind}/{subject}", year, signal.action, signal.rule.name, STATES[verdict], day)

    def _since(self, days: Days, n: int) -> int:
        """Since which day the same is said by a signal."""
        last = _verdict(days[-1][1], n) if days else NO
        since = self._history.before
        for day, said in reversed(days):
            if _verdict(said, n) != last:
                break
            since = day
        return since

    def _in_order(self, found: dict[Key, Status]) -> tuple[Status, ...]:
        return tuple(found[key] for key in sorted(found, key=lambda key: (self._subjects[key[0]], key[1])))

    def _begun_anew(self) -> Charts:
        """Charts with the statuses that there are, in the place of some that failed."""
        verdicts = {state: verdict for verdict, state in STATES.items()}
        charts = Charts(len(self._given))
        charts.say({key: verdicts[status.state] for key, status in self._found.items()})
        return charts


def _verdict(said: Verdicts, n: int) -> int:
    return said[n] if said else NO
