"""The tables of a database as a plan reads them, in SQL: with names of their own, checked as every reader checks facts.

What is wrong is found by queries that give a text for it: with types (`mistyped`), then with rows (`checks`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from sqlglot import exp

from perfrules.core.facts import Facts, every
from perfrules.core.given import row_headings
from perfrules.core.problem import Findings, Problem, Words
from perfrules.core.values import Unfit
from perfrules.core.vocabulary import SubjectKind
from perfrules.engines.databases import Database
from perfrules.engines.described import Described
from perfrules.engines.dialects import TEXT, Expression, commented
from perfrules.engines.expressions import ROW, Column, all_columns, below, from_part
from perfrules.engines.parts import Parts
from perfrules.engines.sources import Stored, columns_of, facts_read, kinds_read, without_nulls
from perfrules.language import plan
from perfrules.readers.columns import Column as Mapped
from perfrules.readers.columns import Layout
from perfrules.readers.stored_columns import Cell, Reading
from perfrules.readers.stored_origins import GIVEN, check_open, described, table
from perfrules.readers.stored_totals import is_total
from perfrules.readers.stored_types import NEVER_NULL, StoredType
from perfrules.readers.stored_values import among, chosen, is_year, literal, unknown

WRONG = "wrong"  # the column that says what is wrong with a row
SAID = "said"
ABSENT = Words("give its row, too", "请同时给出该行")


class Taken(NamedTuple):
    """What is read from a column of a table: what it is called in the plan, the column of the part that has it, the
    type of what is stored, and how it is read."""

    name: str
    column: Column
    type: StoredType
    cell: Cell


@dataclass
class StoredTables:
    """The tables of the kinds that a plan reads, as parts of a query."""

    reading: Reading
    layout: Layout
    steps: plan.Plan
    period: int
    findings: Findings
    parts: Parts
    database: Database | None = None  # that is asked for the types of columns
    tables: dict[str, Stored] = field(default_factory=dict)
    mistyped: list[Expression] = field(default_factory=list)
    checks: list[Expression] = field(default_factory=list)

    def __post_init__(self) -> None:
        kinds = self.layout.vocabulary.kinds
        read = [kind for kind in kinds_read(self.steps) if kind in kinds]
        self.given = list(self.layout.mapped or read)
        """The kinds that have a table: those that a mapping names, else those that the plan reads."""
        for kind in read:
            above = takewhile(self.given.__contains__, self.layout.vocabulary.ancestors(kind))
            for one in reversed([kind, *above]):
                if one not in self.tables:
                    self._add(kinds[one])

    @property
    def facts(self) -> Facts:
        """What is given, as far as that is known beforehand."""
        loaded = frozenset(self.given) | frozenset(map(every, self.given))
        return Facts(self.layout.vocabulary, {}, loaded)

    def _add(self, kind: SubjectKind) -> None:
        """Read the table of a kind."""
        wanted = facts_read(self.steps, kind.name)
        columns = columns_of(kind, dict.fromkeys([*wanted, *filter(None, [kind.in_order_of])]))
        columns[WRONG] = Column(f"c{len(columns) + 1}", TEXT)
        origins, sure = self.layout.tables_of(kind.name), set[str]()
        if kind.name in self.given:
            read = [(origin, self._cells(kind, origin, columns)) for origin in origins]
            queries = [self._rows(kind, origin, columns, cells) for origin, cells in read]
            sure = set.intersection(*({c.name for c in cells if c.cell.is_sure} for _, cells in read))
        else:
            empty = [exp.alias_(self._empty(c), c.name) for c in columns.values()]
            queries = [exp.select(*empty).where(exp.false(), copy=False)]
        self.tables[kind.name] = Stored(self.parts.add(below(queries)), without_nulls(columns, sure))
        self._check(kind, ", ".join(origins))

    def _empty(self, column: Column) -> Expression:
        return exp.Cast(this=exp.null(), to=self.reading.dialect.type_of(column.kind, self.reading.bits))

    # rows

    def _rows(
        self, kind: SubjectKind, origin: str, columns: Mapping[str, Column], cells: Sequence[Taken]
    ) -> Expression:
        """The rows of a table in the periods that are read: what is taken from it, its values, what is wrong."""
        taken = exp.select(*(commented_as(c.cell.taken, f"t{c.column.name}", c.name) for c in cells))
        taken = taken.from_(table(origin), copy=False)
        for name, _, _, cell in cells:
            if name == "period":
                taken = taken.where(self._is_read(cell.taken), copy=False)
        read = {c.column.name: c.cell.value for c in cells}
        nothing: dict[str, Expression] = {"parent": literal(""), "period": self.reading.stored(self.period)}
        values = [
            commented_as(read.get(column.name) or nothing.get(name) or self._empty(column), column.name, name)
            for name, column in columns.items()
            if name != WRONG
        ]
        found = self.parts.add(from_part(exp.select(all_columns(), *values), self.parts.add(taken)))
        types = [c.type.mistyped for c in cells] or [exp.null()]  # none that is read is refused
        one = exp.select("*").from_(table(origin), copy=False).limit(1, copy=False).subquery(GIVEN, copy=False)
        said = exp.alias_(exp.Coalesce(this=types[0], expressions=types[1:]), SAID, copy=False)
        self.mistyped.append(exp.select(said).from_(one, copy=False))
        wrong = exp.alias_(self._wrong(kind, origin, cells, columns), columns[WRONG].name, copy=False)
        kept = [column.of(ROW) for name, column in columns.items() if name not in ("parent", WRONG)]
        kept.insert(1, exp.alias_(exp.Coalesce(this=columns["parent"].of(ROW), expressions=[literal("")]), "c2"))
        return from_part(exp.select(*kept, wrong), found)

    def _cells(self, kind: SubjectKind, origin: str, columns: Mapping[str, Column]) -> list[Taken]:
        """What is read from the columns of a table."""
        found: list[Taken] = []
        seen = described(origin, self.database, self.findings)
        for name, column in columns.items():
            heading, mapped = self._heading(kind, name, seen)
            if name == WRONG or not heading:
                continue
            raw, taken = exp.column(exp.to_identifier(heading, quoted=True), GIVEN), exp.column(f"t{column.name}", ROW)
            fact, place = kind.columns.get(name), f"{origin}.{heading}"
            try:
                if seen is not None:
                    check_open(heading, origin, seen)
                said = {"is_year": name == "period", "is_plain": mapped is None or mapped.is_plain}
                held = self.reading.stored_type(fact, raw, origin, seen, **said)
                if name == "period":
                    cell = self.reading.year(mapped, raw, taken, place)
                else:
                    cell = self.reading.cell(fact, mapped, held, raw, taken, origin)
                found.append(Taken(name, column, held, cell))
            except Unfit as unfit:
                self.findings.put(Problem(unfit.code, mapped.span if mapped else None, unfit.values, where=place))
        return found

    def _heading(self, kind: SubjectKind, name: str, seen: Described | None) -> tuple[str, Mapped | None]:
        """What a column is called in the database: as a mapping says, else by its own name; nothing where there is
        none."""
        wanted = kind.belongs_to if name == "parent" else name
        for heading, columns in self.layout.mapped.get(kind.name, {}).items():
            for column in columns:
                if column.name == wanted:
                    return heading, column
        if name == "parent" and wanted not in self.given:
            return "", None  # of what the kind belongs to nothing is known
        taken = self.layout.mapped.get(kind.name, {})
        if name == "period" and self.layout.mapped:  # without a column that says so, every row is of the judged period
            headings = row_headings(self.layout.vocabulary, kind)
            alike = ["period", *(heading for heading, own in headings.items() if own == "period")]
            return (seen.named_alike(alike, taken) if seen is not None else ""), None
        as_said = self.reading.dialect.as_said
        is_taken = as_said(wanted) in map(as_said, taken)  # it holds something else: of this one nothing is known
        return ("" if is_taken else wanted), None

    def _is_read(self, year: Expression) -> Expression:
        """Whether rows of a year are read, or say none."""
        read = [step for step in self.steps.steps if isinstance(step, plan.Read)]
        if any(step.years for step in read):
            return exp.true()
        years = [str(self.period + offset) for offset in {step.offset for step in read}]
        return exp.or_(among(year, years), unknown(year), exp.Not(this=is_year(year)), copy=False)

    # what is wrong

    def _wrong(
        self, kind: SubjectKind, origin: str, cells: Sequence[Taken], columns: Mapping[str, Column]
    ) -> Expression:
        """What is wrong with a row, null where nothing is."""
        problem, subject = self.reading.problem, columns["id"].of(ROW)
        checks: list[tuple[Expression, Expression]] = [
            *(c.cell.unformed for c in cells if c.cell.unformed is not None),
            (unknown(subject), problem("PR617", origin, kind=kind.name)),
            (is_total(subject, self.reading.blanks()), problem("PR635", origin, word=subject)),
        ]
        if kind.belongs_to in self.given:
            said = problem("PR620", origin, kind=kind.name, id=subject, parent=kind.belongs_to)
            checks.append((unknown(columns["parent"].of(ROW)), said))
        for _, column, _, cell in cells:
            if cell.is_sure:
                lost = self.reading.changed(cell.taken.name, origin, NEVER_NULL)
                checks.append((unknown(exp.column(f"t{column.name}", ROW)), lost))
            if cell.given != exp.false():
                checks.append((chosen(unknown(column.of(ROW)), cell.given), cell.wrong))
        if kind.in_order_of:
            said = problem("PR627", origin, kind=kind.name, id=subject, fact=kind.in_order_of)
            checks.append((unknown(columns[kind.in_order_of].of(ROW)), said))
        found = exp.Case(ifs=[exp.If(this=condition, true=said) for condition, said in checks])
        whose = exp.Coalesce(this=subject.copy(), expressions=[literal("?")])
        return exp.DPipe(this=exp.DPipe(this=found, expression=literal(f", {kind.name} ")), expression=whose)

    def _check(self, kind: SubjectKind, origin: str) -> None:
        """What is looked for in a table of a kind once its rows are read."""
        name, columns = self.tables[kind.name]
        subject, parent, year, wrong = (columns[c].of(ROW) for c in ("id", "parent", "period", WRONG))
        rows = from_part(exp.Select(), name)
        problem = self.reading.problem

        def put(query: Expression, said: Expression) -> None:
            self.checks.append(query.select(exp.alias_(said, SAID), copy=False))

        put(rows.copy().where(exp.Not(this=unknown(wrong))), wrong)
        first = Words("the same table", "同一表")
        twice = problem("PR605", origin, kind=kind.name, id=subject, period=year, first=first)
        put(_repeated(rows.copy(), subject, year), twice)
        if kind.in_order_of:
            place = columns[kind.in_order_of].of(ROW)
            same = problem("PR619", origin, parent=parent, fact=kind.in_order_of, value=place, first=first)
            put(_repeated(rows.copy(), parent, year, place), same)
        if kind.belongs_to in self.given:
            above = self.tables[kind.belongs_to]
            ids, years = (above.columns[c].of("o") for c in ("id", "period"))
            on = exp.and_(exp.EQ(this=ids, expression=parent.copy()), exp.EQ(this=years, expression=year.copy()))
            joined = rows.copy().join(exp.to_table(above.name).as_("o"), on=on, join_type="left", copy=False)
            lost = problem("PR621", origin, parent=kind.belongs_to, id=parent, period=year, hint=ABSENT)
            put(joined.where(exp.NEQ(this=parent.copy(), expression=literal(""))).where(unknown(ids)), lost)


def _repeated(rows: Expression, *by: Expression) -> Expression:
    """Groups of more than one row."""
    many = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
    return rows.group_by(*(key.copy() for key in by)).having(many)


def commented_as(value: Expression, name: str, meant: str) -> Expression:
    """A column with a comment on what it is."""
    alias = exp.alias_(value, name, copy=False)
    alias.add_comments([commented(meant)])
    return alias
