"""History: what came, in the order of its days, and what was said of each subject at the end of each day.

What comes late is put where it belongs: what came later for the same family is taken back, and put again after it. So
only the days of events count, and never in which order they were told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from perfrules.core.facts import Facts
from perfrules.core.register import Change, Register, Whose
from perfrules.events.entries import Entry
from perfrules.events.signals import NOTHING, Judges, Verdicts

Days = tuple[tuple[int, Verdicts], ...]  # from which day on what is said
Undo = list[Callable[[], object]]  # what puts back, step by step, what was before


def alike(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many are the same in two sequences from the beginning, which is nearly all of them."""
    same = min(len(one), len(other))
    while one[:same] != other[:same]:
        same -= 1
    return same


class Kept(dict[Any, Any]):
    """What is kept by subject, and can be put back as it was."""

    def put(self, key: Any, value: Any, undo: Undo) -> None:
        """Keep something in the place of what was kept, until that is put back."""
        undo.append(partial(self.keep, key, self.get(key)))
        self.keep(key, value)

    def keep(self, key: Any, value: Any) -> None:
        """Keep something for good; nothing, where that is empty."""
        if value:
            self[key] = value
        else:
            self.pop(key, None)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """From which day on what is said of some subjects may be another."""

    day: int
    subjects: frozenset[Whose]
    moved: frozenset[Whose] = frozenset()
    """What belongs, or belonged, to others than it did, itself or through what it belongs to; on any day."""


class History:
    """The entries and what was said of each subject, which is of one moment with the register."""

    def __init__(self, facts: Facts, judges: Judges, period: int, first: date) -> None:
        self.register = Register(facts)
        self.first = self.now = first.toordinal()
        self.begun_with = frozenset(kind for kind, _ in self.register.subjects)
        self.days: Kept = Kept()  # by subject
        self.before_kept: dict[Whose, Days] = {}
        """What was said at the last `keep` of those of whom something else is said now."""
        self._judges, self._period = judges, period
        self._entries: Kept = Kept()  # by subject; those that can still be put elsewhere
        self._undoing: Kept = Kept()  # by the number of an entry, the change that takes it back
        self._once: Kept = Kept()  # by a subject, those that once belonged to it, or it to them
        self._moves: Kept = Kept()  # by subject, from which day on it belonged to what, where that changed
        self._all_given = self.register.loaded >= facts.vocabulary.kinds.keys()
        self._undo: Undo = []
        self._judge(None, self.now, self.before)
        self.keep()

    @property
    def before(self) -> int:
        """The day before the first: since then is what was said in the beginning."""
        return self.first - 1

    def entries(self, whose: Whose) -> tuple[Entry, ...]:
        """What came about a subject, as far as it is kept."""
        found: tuple[Entry, ...] = self._entries.get(whose, ())
        return found

    def parent(self, whose: Whose, day: int) -> str:
        """What a subject belonged to in the judged period at the end of a day."""
        return next((parent for since, parent in reversed(self._belongs(whose)) if since <= day), "")

    def _belongs(self, whose: Whose) -> tuple[tuple[int, str], ...]:
        """Since when a subject belonged to what in the judged period."""
        moves: tuple[tuple[int, str], ...] = self._moves.get(whose, ())
        return moves or ((self.before, self.register.parent(whose, self._period)),)

    # taking in; what is changed since the last `keep` can be undone

    def keep(self) -> None:
        """What was changed stays."""
        self._undo.clear()
        self.before_kept.clear()

    def undo(self) -> None:
        """Everything is as it was at the last `keep`."""
        for undo in reversed(self._undo):
            undo()
        self.keep()

    def advance(self, day: int) -> frozenset[Whose]:
        """Let time pass to a day; of whom something else is said on one of the days."""
        changed: set[Whose] = set()
        for turning in self._judges.turning(self.now, day):
            changed |= self._judge(None, turning)
        self._undo.append(partial(setattr, self, "now", self.now))
        self.now = day
        return frozenset(changed)

    def rewrite(self, without: Entry | None, having: Entry | None) -> Rewritten:
        """Take an entry out of the order, put one in, or one in the place of another."""
        changed = [entry for entry in (without, having) if entry is not None]
        day, loaded = min([entry.day for entry in changed]), self.register.loaded
        placed = [entry.whose for entry in changed if entry.part is not None and self.register.has_place(entry.whose)]
        belonged = {whose: self._belongs(whose) for whose in placed}
        family, tail = self._from_day(day, changed) if day < self.now or without is not None else (set(), [])
        for entry in reversed(tail):
            self._take_back(entry)
        again: dict[int, list[Entry]] = {}
        for entry in sorted(e for e in (*tail, having) if e is not None and e is not without):
            again.setdefault(entry.day, []).append(entry)
        touched: set[Whose] = set()
        turning = set(self._judges.turning(day, self.now))
        for at in sorted({day, *again, *turning}):
            own = {without.whose} if without is not None and at == day else set()
            for entry in again.get(at, ()):
                own.add(entry.whose)
                family |= self._put(entry)
            if self._judges.looks_at_all or self.register.loaded != loaded:
                touched |= self._judge(None, at)
            else:
                alone = self._judge_rows(own, at) if at not in turning else None
                touched |= self._judge(self._families(family), at) if alone is None else alone
        touched |= {entry.whose for entry in changed if entry.reply is not None}
        moved = [self._ever_below(whose) for whose, before in belonged.items() if self._belongs(whose) != before]
        return Rewritten(day, frozenset(touched), frozenset().union(*moved))

    def _from_day(self, day: int, changed: list[Entry]) -> tuple[set[Whose], list[Entry]]:
        """Who may be concerned by what changes on an earlier day, and what came for them since, in order."""
        whole = self._judges.looks_at_all or not self._all_given
        family = self._everyone() if whole else self._kin(self._named(changed))
        return family, sorted(e for whose in family for e in self._entries.get(whose, ()) if e.day >= day)

    def forget(self, before: int) -> None:
        """Entries before a day are not put elsewhere any more."""
        for whose, entries in [one for one in self._entries.items() if one[1][0].day < before]:
            old = sum(entry.day < before for entry in entries)
            for entry in entries[:old]:
                self._undoing.pop(entry.number, None)
            self._entries.keep(whose, entries[old:])

    def _put(self, entry: Entry) -> set[Whose]:
        """Let an entry happen; whom it concerns."""
        whose = entry.whose
        others = (e for e in self._entries.get(whose, ()) if e.number != entry.number)
        self._entries.put(whose, tuple(sorted((*others, entry))), self._undo)
        if entry.part is None:
            return {whose}
        before = self.register.above(whose)
        undo = self._change(self.register.merged(entry.part))
        if undo.period == self._period:
            self._move(whose, entry.day, undo)
        self._undoing.put(entry.number, undo, self._undo)
        after = self.register.above(whose)
        for above in before - after:
            for one, other in ((above, whose), (whose, above)):
                self._once.put(one, frozenset({*self._once.get(one, ()), other}), self._undo)
        return {whose} | before | after

    def _move(self, whose: Whose, day: int, undo: Change) -> None:
        """Note since when a subject belongs to another than before; a new one, to its first from the beginning."""
        moves, now = self._moves.get(whose, ()), self.register.parent(whose, self._period)
        if undo.row is not None and undo.row[0] != now:
            self._moves.put(whose, (*(moves or ((self.before, undo.row[0]),)), (day, now)), self._undo)

    def _take_back(self, entry: Entry) -> None:
        """Let an entry not have happened."""
        kept = tuple(e for e in self._entries[entry.whose] if e.number != entry.number)
        self._entries.put(entry.whose, kept, self._undo)
        if entry.part is not None:
            undo = self._change(self._undoing[entry.number])
            stay = tuple(move for move in self._moves.get(entry.whose, ()) if move[0] < entry.day)
            if undo.period == self._period and stay != self._moves.get(entry.whose, ()):
                self._moves.put(entry.whose, stay if len(stay) > 1 else (), self._undo)
            self._undoing.put(entry.number, None, self._undo)

    def _change(self, change: Change) -> Change:
        undo = self.register.put(change)
        self._undo.append(partial(self.register.put, undo))
        return undo

    # who belongs together

    def _families(self, some: Iterable[Whose]) -> set[Whose]:
        found: set[Whose] = set()
        for whose in some:
            if whose not in found:
                found |= self.register.family(whose)
        return found

    def _kin(self, some: Iterable[Whose]) -> set[Whose]:
        """Who belongs together with some subjects, now or once."""
        found: set[Whose] = set()
        pending = list(some)
        while pending:
            whose = pending.pop()
            if whose not in found:
                family = self.register.family(whose)
                found |= family
                pending += [other for one in family for other in self._once.get(one, ())]
        return found

    def _ever_below(self, whose: Whose) -> set[Whose]:
        """A subject, and what belongs to it at any depth, now or once."""
        found: set[Whose] = set()
        pending = {whose}
        while pending:
            below = self.register.below(pending)
            found |= below
            once = {(other, one[1]) for one in below for other in self._once.get(one, ())}
            pending = {other for other, parent in once if any(parent == p for _, p in self._belongs(other))} - found
        return found

    def _named(self, entries: list[Entry]) -> set[Whose]:
        """Whom entries are about, and what these are said to belong to."""
        kinds = self.register.vocabulary.kinds
        found = {entry.whose for entry in entries}
        parts = (entry.part for entry in entries if entry.part is not None)
        return found | {(kinds[p.whose[0]].belongs_to, p.parent) for p in parts if p.parent is not None}

    def _everyone(self) -> set[Whose]:
        return {*self._entries, *self.register.subjects}

    # what is said

    def _judge(self, members: Collection[Whose] | None, day: int, since: int | None = None) -> set[Whose]:
        """Judge some subjects, or all, as of a day; of whom something else is said from that day on."""
        since = day if since is None else since
        judge = self._judges.on(date.fromordinal(day))
        found = judge.verdicts(self.register.facts(members), self._period, day) if judge else {}
        concerned = {*found, *self.days} if members is None else {*found, *members}
        return {whose for whose in concerned if self._say(whose, since, found.get(whose, NOTHING))}

    def _judge_rows(self, changed: set[Whose], day: int) -> set[Whose] | None:
        """Judge subjects by their own rows, as of a day; None where what is said of anyone may depend on others."""
        judge = self._judges.on(date.fromordinal(day))
        if judge is None or not judge.reads_own_rows or not self.register.are_placed(changed):
            return None
        found = set()
        for whose in changed:
            row, said = self.register.values(whose, self._period), judge.by_row.get(whose[0])
            if self._say(whose, day, said(row, day) if said and row is not None else NOTHING):
                found.add(whose)
        return found

    def _say(self, whose: Whose, day: int, verdicts: Verdicts) -> bool:
        """From a day on, until something else is said."""
        days: Days = self.days.get(whose, ())
        if not any(verdicts):
            verdicts = NOTHING
        if (days[-1][1] if days else NOTHING) == verdicts and (not days or days[-1][0] <= day):
            return False
        kept = len(days)
        while kept and days[kept - 1][0] >= day:
            kept -= 1
        before = days[:kept]
        if (before[-1][1] if before else NOTHING) != verdicts:
            before += ((day, verdicts),)
        if before == days:
            return False
        self.before_kept.setdefault(whose, days)
        self.days.put(whose, before, self._undo)
        return True
