"""Statuses: those that rules give subjects, as they begin, open and end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from perfrules.core.register import Whose
from perfrules.engines.durable import NO, OPEN, STATUS, YES, Chart
from perfrules.events.history import Days, History, alike
from perfrules.events.signals import NOTHING, Signal, Signals, Verdicts

STATES = {YES: "stands", OPEN: "open", NO: "ended"}
Held = tuple[int, int]  # the verdict of a signal, and since which day


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
    """The statuses of all subjects, by what is said of them; durable-rules says how each of them turns."""

    def __init__(self, signals: Signals, history: History, period: int) -> None:
        self._history, self._period = history, period
        self._of_kind: dict[str, dict[int, Signal]] = {  # by the number of the signal among those of its kind
            kind: {n: signal for n, signal in enumerate(own) if signal.is_status}
            for kind, own in signals.of_kind.items()
        }
        self._chart = Chart(STATUS)

    def changes(self) -> tuple[Status, ...]:
        """What turned since the history was last kept, by subject and rule; or is so since another day."""
        found = []
        for whose, before in sorted(self._history.before_kept.items()):
            after = self._history.days.get(whose, ())
            statuses = self._of_kind.get(whose[0], {})
            for n in (n for n in _otherwise(before, after) if n in statuses):
                was, now = self._held(before, n), self._held(after, n)
                if was != now and (was[0], now[0]) != (NO, NO):
                    found.append(self._status(whose, statuses[n], self._chart.after(was[0], now[0]), now[1]))
        return tuple(found)

    def standing(self) -> tuple[Status, ...]:
        """Those that stand."""
        return tuple(status for status in self.on(self._history.now) if status.state == STATES[YES])

    def open(self) -> tuple[Status, ...]:
        """Those that may stand."""
        return tuple(status for status in self.on(self._history.now) if status.state == STATES[OPEN])

    def on(self, day: int) -> tuple[Status, ...]:
        """Those that stood, or might have, at the end of a day, by subject and rule."""
        found = []
        for whose in sorted(self._history.days):
            days = tuple(one for one in self._history.days[whose] if one[0] <= day)
            said = days[-1][1] if days else NOTHING
            statuses = self._of_kind.get(whose[0], {})
            held = (n for n in statuses if _verdict(said, n) != NO)
            found += [self._status(whose, statuses[n], *self._held(days, n)) for n in held]
        return tuple(found)

    def _status(self, whose: Whose, signal: Signal, verdict: int, since: int) -> Status:
        year = self._period + signal.rule.clauses[signal.clause].offset
        day = None if since <= self._history.before else date.fromordinal(since)
        return Status("/".join(whose), year, signal.action, signal.rule.name, STATES[verdict], day)

    def _held(self, days: Days, n: int) -> Held:
        """What is said by a signal in the end, and since when."""
        last = _verdict(days[-1][1], n) if days else NO
        since = self._history.before
        for day, said in reversed(days):
            if _verdict(said, n) != last:
                break
            since = day
        return last, since


def _otherwise(before: Days, after: Days) -> Iterator[int]:
    """The signals of which something else is said after than before, by number."""
    same = alike(before, after)
    first = int.from_bytes(before[same - 1][1], "little") if same else 0
    others = 0  # not 0 in the byte of each
    for _, verdicts in (*before[same:], *after[same:]):
        others |= int.from_bytes(verdicts, "little") ^ first
    n = 0
    while others:
        skipped = ((others & -others).bit_length() - 1) // 8
        yield n + skipped
        n += skipped + 1
        others >>= 8 * (skipped + 1)


def _verdict(said: Verdicts, n: int) -> int:
    return said[n] if said else NO
