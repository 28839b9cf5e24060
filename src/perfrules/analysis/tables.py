"""Decision tables: rows that hit at once, values that no row takes, rows that never hit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from perfrules.analysis.spaces import EVERYWHERE, Box, Reader, Space, TooMany, scope_on
from perfrules.analysis.witness import witness
from perfrules.core.problem import Findings, Words
from perfrules.language.tables import Table, conditions
from perfrules.pipeline.model import Policy

GAPS_MAX = 5  # said of one table


def check_tables(policy: Policy, days: Iterable[date], findings: Findings) -> None:
    """Note what is wrong with the tables of a policy as they stand on any of the days; rows that never hit, on none."""
    idle: dict[int, tuple[Table, list[dict[int, str]]]] = {}
    for day in days:
        for space, table, rows in _tables(policy, day):
            _overlaps(space, table, rows, findings)
            found = {number: "PR259" for number, boxes in enumerate(rows) if not boxes}
            try:
                found |= _shadowed_rows(space, table, rows)
                _gaps(space, table, rows, findings)
            except TooMany:
                pass
            idle.setdefault(id(table), (table, []))[1].append(found)
    for table, every in idle.values():
        for number in sorted(set.intersection(*map(set, every))):
            code = next((e[number] for e in every if e[number] == "PR258"), "PR259")
            findings.add(code, table.rows[number].span, table=table.name, row=str(number + 1))


def check_overlaps(policy: Policy, day: date, findings: Findings) -> None:
    """Note rows of a `unique` table that hit at once: what would decide money in two ways."""
    for space, table, rows in _tables(policy, day):
        _overlaps(space, table, rows, findings)


def _tables(policy: Policy, day: date) -> Iterator[tuple[Space, Table, list[list[Box]]]]:
    """Each table for each kind, with the boxes in which each row hits."""
    for kind, checked in policy.scopes.items():
        for table in dict.fromkeys(t for (owner, _), t in checked.tables.items() if owner == kind):
            scope = scope_on(policy, kind, day)
            reader = Reader(Space(), scope, policy.name)
            try:
                rows = [reader.boxes(c) for c in conditions(scope.definitions[table.outputs[0]][0])]
            except TooMany:
                continue
            if len(rows) == len(table.rows):  # else something else is wrong with it
                yield reader.space, table, rows


def _overlaps(space: Space, table: Table, rows: list[list[Box]], findings: Findings) -> None:
    if table.hit != "unique":
        return
    for later, boxes in enumerate(rows):
        for earlier in range(later):
            shared = next((m for a in rows[earlier] for b in boxes if (m := space.meet(a, b)) is not None), None)
            if shared is not None:
                findings.add("PR256", table.rows[later].span, table=table.name, one=str(earlier + 1),
                             other=str(later + 1), witness=witness(space, shared),
                             related=[("first", table.rows[earlier].span)])  # fmt: skip


def _shadowed_rows(space: Space, table: Table, rows: list[list[Box]]) -> dict[int, str]:
    """The rows that never hit because earlier ones take all that passes them."""
    found: dict[int, str] = {}
    before: list[Box] = []
    for number, boxes in enumerate(rows):
        if table.hit == "first" and boxes and not space.remaining(boxes, before):
            found[number] = "PR258"
        before += boxes
    return found


def _gaps(space: Space, table: Table, rows: list[list[Box]], findings: Findings) -> None:
    """On one axis every gap; on several, one case that no row takes. That no row ever hits is said of the rows."""
    if not any(rows):
        return
    left = space.remaining(EVERYWHERE, [box for boxes in rows for box in boxes])
    keys = {key for box in left for key in box}
    if len(keys) == 1:
        key = keys.pop()
        pieces = [{key: (interval,)} for box in left for interval in box[key]]
        for piece in sorted(pieces, key=lambda p: p[key])[:GAPS_MAX]:
            _gap(space, table, piece, findings)
    elif left:
        _gap(space, table, left[0], findings)


def _gap(space: Space, table: Table, box: Box, findings: Findings) -> None:
    said: Words = witness(space, box)
    findings.add("PR257", table.span, table=table.name, witness=said)
