"""Climbs: which letters are due to a subject, by what was said of it on each day.

A climb is a subject's way up a ladder. What is said at the end of a day counts, so the order within a day does not.
On each day first deadlines lapse, then letters are met, then grounds begin; a reply that met no letter until then
meets the one that has begun. A ground that holds while its step is met already sends nothing; one that is not known,
or a step of which it is not known whether it is met, waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from perfrules.engines.durable import NO, OPEN, YES
from perfrules.events.entries import Reply
from perfrules.events.history import Days
from perfrules.events.signals import NOTHING, Verdicts
from perfrules.events.ways import BEGINS, CLOSED, LAPSED, MET, Ground, Sent, Way
from perfrules.pipeline.model import Ladder


class Climbed(NamedTuple):
    """The letters of a climb, and the day on which something follows though nothing new is said; None where nothing
    does."""

    letters: tuple[Sent, ...]
    following: int | None


class Heard(NamedTuple):
    """What is said of a subject, from which day on; its replies, and their days; until when it is known; whom letters
    go to."""

    days: Days
    replies: Sequence[tuple[int, Reply]]
    until: int
    recipient: Callable[[Ladder, int], str]  # to whom a letter of a ladder goes that is sent on a day

    def said(self, day: int) -> Verdicts:
        """What was said at the end of a day."""
        for since, verdicts in reversed(self.days):
            if since <= day:
                return verdicts
        return NOTHING


def climbed(way: Way, by: tuple[Ground, ...], before: tuple[Sent, ...], heard: Heard, day: int) -> Climbed:
    """The letters of a way that are due by some grounds, those until a day being known."""
    return _Walk(way, by, _until(day - 1, before), heard).from_day(day)


def _until(day: int, letters: tuple[Sent, ...]) -> list[Sent]:
    """The letters of a climb as they were at the end of a day. Only the last one may have been out then."""
    sent = list(letters)
    while sent and sent[-1].sent > day:
        sent.pop()
    return [*sent[:-1], sent[-1].by(day)] if sent else sent


class _Walk:
    """The letters of one climb, day by day."""

    def __init__(self, way: Way, by: tuple[Ground, ...], letters: list[Sent], heard: Heard) -> None:
        self.way, self.by, self.letters, self.heard = way, by, letters, heard
        self.replies = {day for day, reply in heard.replies if self.is_answered(reply)}
        self.day, self.said = 0, NOTHING  # on which it is, and what is said at the end of that

    def is_answered(self, reply: Reply) -> bool:
        """Whether a reply may be to a letter of this climb."""
        to_one = (reply.ground == ground.rule for ground in self.by)
        return reply.ladder == self.way.ladder.name and (not reply.ground or any(to_one))

    def from_day(self, day: int) -> Climbed:
        """Go through the days on which something may happen."""
        following: int | None = day
        while following is not None and following <= self.heard.until:
            self.day, self.said = following, self.heard.said(following)
            self.lapse()
            heard = self.meet()
            self.begin()
            if not heard and self.replied():
                self.happens(MET)
            following = self.coming()
        return Climbed(tuple(self.letters), following)

    def coming(self) -> int | None:
        """The next day on which something may happen."""
        found = [reply for reply in self.replies if reply > self.day]
        for since, _ in reversed(self.heard.days):
            if since <= self.day:
                break
            found.append(since)
        letter = self.out
        if letter is not None:
            follows = self.way.follows(letter, self.heard.said(letter.sent))
            found += [following for following in follows if following > self.day]
        return min(found, default=None)

    @property
    def out(self) -> Sent | None:
        """The letter that is out."""
        return self.letters[-1] if self.letters and self.letters[-1].ended is None else None

    def lapse(self) -> None:
        """What was not met by its deadline lapses; while it is not known whether it was, nothing follows."""
        letter = self.out
        if letter is None or letter.due is None or letter.due >= self.day or letter.lapsed is not None:
            return
        met = self.way.met(letter.step, self.heard.said(self.day - 1))
        if met == OPEN:
            met = self.way.met(letter.step, self.said)
        if met == NO:
            self.letters[-1] = letter._replace(lapsed=self.day)
            self.happens(LAPSED)

    def meet(self) -> bool:
        """What is met ends, or is followed by the next step; whether by a reply."""
        letter, replied = self.out, self.replied()
        if replied or (letter is not None and self.way.met(letter.step, self.said) == YES):
            self.happens(MET)
        return replied

    def replied(self) -> bool:
        """Whether a reply of the day meets the letter that is out."""
        letter = self.out
        return letter is not None and self.day in self.replies and self.way.takes_replies(letter.step)

    def begin(self) -> None:
        """What begins on a day sends a letter: of its step, or in the place of one that is out and not below it; not
        where a letter of that day has it among its grounds, also if that was met at once."""
        new = [self.by[n] for n in self.holding() if self.is_new(n)]
        step = max((ground.step for ground in new), default=CLOSED)
        if step == CLOSED:
            return
        last = self.letters[-1] if self.letters else None
        if last is not None and last.sent == self.day and last.step >= step:
            return  # that names it already
        if last is None or last.ended is not None:
            named = (ground.rule in letter.grounds for ground in new for letter in self.letters)
            relapse = self.way.ladder.climbs and any(named)
            above = self.letters[-1].step if relapse else CLOSED
            step = max(step, min(above + 1, len(self.way.ladder.steps)))
            self.send(self.way.after(CLOSED, BEGINS + step))
        else:
            self.end("replaced" if last.step >= step else "climbed")
            self.send(self.way.after(last.step, BEGINS + step))

    def holding(self) -> list[int]:
        """The grounds that give cause for a letter, by their numbers."""
        return [n for n, cause in enumerate(self.way.causes(self.by, self.said)) if cause == YES]

    def is_new(self, ground: int) -> bool:
        """Whether a ground that gives cause on the day did not when it was last known before."""
        for since, said in reversed(self.heard.days):
            if since < self.day and (verdict := self.way.causes(self.by, said)[ground]) != OPEN:
                return verdict == NO
        return True

    def happens(self, what: int) -> None:
        letter = self.out
        assert letter is not None
        after = self.way.after(letter.step, what)
        if after == letter.step:
            return
        self.end("climbed" if after else "met" if what == MET else "closed")
        if after:
            self.send(after, letter.sent if what == LAPSED else None)

    def end(self, how: str) -> None:
        self.letters[-1] = self.letters[-1]._replace(ended=self.day, how=how)

    def send(self, step: int, unanswered: int | None = None) -> None:
        """A letter with what holds of its grounds; one that follows from another has at least the other's."""
        grounds = tuple(self.by[n].rule for n in self.holding())
        if not grounds and self.letters:
            grounds = self.letters[-1].grounds
        due, recipient = self.way.due(step, self.day), self.heard.recipient(self.way.ladder, self.day)
        self.letters.append(Sent(step, self.day, due, grounds, recipient, unanswered=unanswered))
