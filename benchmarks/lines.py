"""A line of the table that `run.py` prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A line of the table: what was measured, and the bound if there is one."""

    what: str
    measured: float
    unit: str
    bound: float | None = None
    note: str = ""

    @property
    def strain(self) -> float:
        """How much of the bound is used; without one, nothing."""
        return self.measured / self.bound if self.bound else 0.0

    def row(self) -> str:
        measured = f"{self.measured:.3g}" if 0 < self.measured < 1000 else f"{self.measured:,.0f}"
        measured += f" {self.unit}" * bool(self.unit)
        if self.bound is None:
            return f"| {self.what} | {measured} | | | {self.note} |"
        verdict = f"{self.strain:.0%}" if self.strain <= 1 else f"**{self.strain:.0%}: over**"
        return f"| {self.what} | {measured} | {self.bound:g} {self.unit} | {verdict} | {self.note} |"
