"""Strategies for facts: one value, one subject, whole tables with years, parents, children and histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from perfrules.core.facts import Facts, every
from perfrules.core.problem import Problem, Refused
from perfrules.core.table import Table
from perfrules.core.values import Stored, as_given
from perfrules.core.vocabulary import SubjectKind
from perfrules.program import Program
from perfrules.testing.moves import moved_to_lines
from perfrules.testing.reach import LETTERS, Reach, Within, fact_called, reach

Cells = dict[str, Stored | None]


def values(
    program: Program, fact: str, *, unknown: bool = True, within: Within | None = None
) -> SearchStrategy[object]:
    """Values of a fact (`paid`, `department.paid`) as a program gives them: the lines and bounds first, one unit below
    and above them, then any; None, where it may be `unknown`."""
    wanted = reach(program, within)
    key = fact_called(program.vocabulary, fact)
    known = wanted.values(*key).map(lambda stored: as_given(wanted.facts[key], stored))
    return st.one_of(known, st.none()) if unknown else known


def row(
    program: Program, kind: str, *, unknown: bool = True, within: Within | None = None
) -> SearchStrategy[dict[str, object]]:
    """What is known of one subject, as `Program.decide` takes it: mappings of facts to values."""
    found = reach(program, within)
    program.read(kind, {})  # refuses a kind that there is not
    wanted = _Wanted(found, program.as_of.year, 1, unknown, kind)
    return _tables(wanted).map(lambda facts: _own(facts, wanted.roots[0]))


def facts(
    program: Program,
    *,
    period: int | None = None,
    subjects: int = 3,
    unknown: bool = True,
    within: Within | None = None,
) -> SearchStrategy[Facts]:
    """Facts for a program, of all that it reads: subjects with what they belong to and what belongs to them, their
    histories, other years; many of them at a line of the policies, one unit below, or one above.

    `period` is the judged year, that of the program's day unless it is given; `subjects` how many there are of a kind
    at most, or belong to one; `unknown` whether values, years and kinds may be missing; `within` narrows what facts
    can be, to what lies between two values (`{"paid": [0, 1_000_000]}`) or to some words (`{"state": ["open"]}`).
    """
    found = reach(program, within)
    year = program.as_of.year if period is None else period
    for about, number, least, most in (("period", year, 1000, 9999), ("subjects", subjects, 1, len(LETTERS))):
        if number.__class__ is not int or not least <= number <= most:
            said = {"value": repr(number)[:40], "least": str(least), "most": str(most)}
            raise Refused([Problem("PR211", where=about, values=said)])
    return _tables(_Wanted(found, year, subjects, unknown))


@dataclass(frozen=True)
class _Wanted:
    """What is asked for."""

    reach: Reach
    period: int
    subjects: int
    unknown: bool
    only: str = ""  # of one kind

    @property
    def kinds(self) -> tuple[SubjectKind, ...]:
        if self.only:
            return (self.reach.vocabulary.kinds[self.only],)
        return self.reach.kinds

    def offsets(self, kind: str) -> tuple[int, ...]:
        """The years of a kind from the judged one."""
        return (0,) if self.only else self.reach.offsets(kind)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self.reach.program))  # of a strategy that Hypothesis shows

    @property
    def roots(self) -> tuple[str, ...]:
        """The kinds of which nothing that they belong to is read."""
        names = {kind.name for kind in self.kinds}
        return tuple(kind.name for kind in self.kinds if kind.belongs_to not in names)


def _own(facts: Facts, kind: str) -> dict[str, object]:
    [row] = facts.rows()[kind]
    columns = facts.vocabulary.kinds[kind].columns
    return {name: value for name, value in row.items() if name in columns}


Places = dict[str, tuple[str, list[int], int]]  # of a kind's subjects: the parent, the years, the place among siblings


@st.composite
def _tables(draw: st.DrawFn, wanted: _Wanted) -> Facts:
    """The tables of all kinds, then some of their rows moved to lines."""
    places: dict[str, Places] = {}
    tables: dict[tuple[str, int], Table] = {}
    loaded: set[str] = set()
    for kind in wanted.kinds:
        root = kind.name in wanted.roots
        if not root and (kind.belongs_to not in loaded or (wanted.unknown and draw(st.integers(0, 15)) == 15)):
            continue  # a file that was not given, or one that would belong to it
        loaded |= {kind.name, every(kind.name)}
        places[kind.name] = draw(_subjects(wanted, kind, {} if root else places[kind.belongs_to]))
        for offset in wanted.offsets(kind.name):
            found = {i: p for i, p in sorted(places[kind.name].items()) if offset in p[1]}
            if found:
                tables[kind.name, wanted.period + offset] = draw(_table(wanted, kind, offset, found))
    facts = Facts(wanted.reach.vocabulary, tables, frozenset(loaded))
    draw(moved_to_lines(wanted.reach, facts, wanted.period))
    return facts


@st.composite
def _subjects(draw: st.DrawFn, wanted: _Wanted, kind: SubjectKind, above: Places) -> Places:
    """The subjects of a kind with the years in which they are there."""
    offsets = list(wanted.offsets(kind.name))
    most = min(wanted.subjects, wanted.reach.places(kind))
    if kind.name in wanted.roots:
        parents = st.sampled_from(LETTERS[:2]) if kind.belongs_to else st.just("")
        count = draw(st.integers(1, most))
        named = [(LETTERS[n], draw(parents), offsets, n) for n in range(count)]
    else:
        named = [
            (f"{parent}{n + 1}", parent, [o for o in offsets if o in there], n)
            for parent, (_, there, _) in above.items()
            for n in range(draw(st.integers(0, most)))
        ]
    found: Places = {}
    for name, parent, there, place in named:
        others = [o for o in there if o]
        gaps = [[o for o in there if not o], *([others] if place else [])] if wanted.unknown and others else []
        found[name] = (parent, draw(st.sampled_from([there, there, there, *gaps])), place)
    return found


@st.composite
def _table(draw: st.DrawFn, wanted: _Wanted, kind: SubjectKind, offset: int, found: Places) -> Table:
    """The rows of a kind in a year, with a value for each fact that is read."""
    read = wanted.reach.reads.get((kind.name, offset), ())
    rows = [draw(_cells(wanted, kind, read, place)) for _, _, place in found.values()]
    for one, other in pairwise(rows if read else ()):  # those that are equal to another are at a line, too
        tied = draw(st.lists(st.sampled_from(read), max_size=2))
        other |= {name: one[name] for name in tied if name != kind.in_order_of}
    columns = {name: [row.get(name) for row in rows] for name in kind.columns}
    return Table(list(found), [parent for parent, _, _ in found.values()], columns)


@st.composite
def _cells(draw: st.DrawFn, wanted: _Wanted, kind: SubjectKind, read: Sequence[str], place: int) -> Cells:
    cells: Cells = {name: draw(wanted.reach.values(kind.name, name)) for name in read}
    if wanted.unknown and read and draw(st.integers(0, 3)) == 3:
        cells |= dict.fromkeys(draw(st.lists(st.sampled_from(read), max_size=2)))
    if kind.in_order_of:
        cells[kind.in_order_of] = wanted.reach.nth(kind, place)
    return cells
