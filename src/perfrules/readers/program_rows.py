"""Rows that a program gives: for each kind mappings, objects of the host, or a dataframe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from perfrules.core.facts import Facts, build
from perfrules.core.given import Given, Place, is_mapping, note_no_list
from perfrules.core.problem import Findings
from perfrules.core.vocabulary import Vocabulary
from perfrules.readers.columns import Layout
from perfrules.readers.frame import frame_rows, is_frame


def given_facts(rows: Mapping[str, Iterable[Given]], vocabulary: Vocabulary, period: int | None) -> Facts:
    """Facts from rows or dataframes, by kind. Raises `Refused` with every problem of every row."""
    findings = Findings()
    if is_mapping(rows, "facts", findings):
        for kind, given in rows.items():
            if not is_frame(given) and (isinstance(given, (str, Mapping)) or not isinstance(given, Iterable)):
                note_no_list(str(kind), findings)
    findings.refuse()
    placed = {kind: _placed(str(kind), given, Layout(vocabulary), findings) for kind, given in rows.items()}
    return build(vocabulary, placed, findings, period)


def _placed(kind: str, rows: Iterable[Given], layout: Layout, findings: Findings) -> Iterable[tuple[Place, Given]]:
    if is_frame(rows):
        return list(frame_rows(rows, kind, layout, findings))
    return ((f"{kind}[{n}]", row) for n, row in enumerate(rows))
