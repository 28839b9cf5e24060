"""Entries: what came, as it stands in the order of its days."""

from __future__ import annotations

from typing import NamedTuple

from perfrules.core.register import Part, Whose


class Reply(NamedTuple):
    """Who replied to which ladder, and to the letters of which ground; to those of all where none is said."""

    whose: Whose
    ladder: str
    ground: str = ""


class Entry(NamedTuple):
    """What came, as it stands in the order: a part of a row, or a reply to a ladder."""

    day: int
    number: int  # in which order it was told
    id: str
    part: Part | None = None
    reply: Reply | None = None

    @property
    def whose(self) -> Whose:
        """The subject that it is about."""
        if self.part is not None:
            return self.part.whose
        assert self.reply is not None
        return self.reply.whose
