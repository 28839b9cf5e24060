"""A table of facts: the subjects of one kind in one period, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from perfrules.core.values import Stored


@dataclass(frozen=True)
class Table:
    """The subjects of one kind in one period: ids in order, each one's parent, a column for each fact."""

    ids: list[str]
    parents: list[str]
    columns: dict[str, list[Stored | None]]

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {subject: row for row, subject in enumerate(self.ids)}

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for subject, parent in zip(self.ids, self.parents, strict=True):
            found.setdefault(parent, []).append(subject)
        return found

    def row_of(self, subject: str) -> int | None:
        """The position of an id; None where there is none."""
        return self._rows.get(subject)

    def children_of(self, parent: str) -> list[str]:
        """The ids of the rows that belong to a parent."""
        return self._children.get(parent, [])
