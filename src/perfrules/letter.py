"""A letter: a step of a ladder of notices, as it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that is due to a subject, or was: a step of a ladder of notices."""

    subject: str  # whose ladder: "department/D001"
    recipient: str  # whom it goes to: "department/D001"; empty where that is not known yet
    period: int  # the judged year
    notice: str  # full name of the ladder: "luojiang/letters/follow-up"
    action: str  # what is sent: "remind", "order_rectification", "summon" or another action with effect `notice`
    step: int  # 1 for the first step of the ladder
    grounds: tuple[str, ...]  # full names of the rules that are its ground
    sent: date  # the day on which it is due to be sent
    due: date | None  # the last day for an answer; None where none is set, or where it is not known yet
    state: str  # "out", "lapsed" (out, and past its deadline), "met", "climbed", "replaced", "closed", "withdrawn"
    ended: date | None  # the day it ended
    number: int  # the how-manieth letter with this action to this subject in the year: 1, 2, ...
    unanswered: date | None = None  # the day of the letter from which it follows as that lapsed; None where from none
    within: str = ""  # how long it may stay without answer, in the words of its policy; empty where none is set

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it this letter and no other: its day, grounds and recipient, and the letter from which it follows
        as that lapsed, but not what becomes of it."""
        to = () if self.recipient == self.subject else (self.recipient,)
        of = () if self.unanswered is None else (self.unanswered,)
        return (self.period, self.subject, *to, self.notice, self.action, self.step, self.sent, *self.grounds, *of)

    @property
    def waits_for_calendar(self) -> bool:
        """Whether its deadline is set but not known: it ends after the last day of the calendar. Until that is known,
        the letter neither lapses nor can be written."""
        return bool(self.within) and self.due is None

    @property
    def is_ready(self) -> bool:
        """Whether it can be written: its recipient is known, and its deadline, where one is set."""
        return bool(self.recipient) and not self.waits_for_calendar
