"""The tables of a database as a plan reads them, in SQL: with names of their own, checked as every reader checks facts.

What is wrong is found by queries that give a text for it (`Stored.checks`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import takewhile

from sqlglot import exp

from perfrules.core.facts import Facts, every
from perfrules.core.problem import Findings, Problem, Words
from perfrules.core.values import Unfit
from perfrules.core.vocabulary import SubjectKind
from perfrules.engines.dialects import TEXT, Expression
from perfrules.engines.expressions import ROW, Column
from perfrules.engines.sources import Stored, columns_of, facts_read, kinds_read
from perfrules.engines.sql import commented
from perfrules.language import plan
from perfrules.readers.columns import TOTALS, Layout
from perfrules.readers.columns import Column as Mapped
from perfrules.readers.stored_columns import Cell, Reading, among, literal

GIVEN = "t"  # what the table of the database is called
WRONG = "wrong"  # the column that says what is wrong with a row
SAID = "said"
ABSENT = Words("give its row, too", "请同时给出该行")


@dataclass
class StoredTables:
    """The tables of the kinds that a plan reads, as parts of a query under names that `fresh` gives."""

    reading: Reading
    layout: Layout
    steps: plan.Plan
    period: int
    findings: Findings
    fresh: Callable[[], str]
    tables: dict[str, Stored] = field(default_factory=dict)
    parts: dict[str, Expression] = field(default_factory=dict)
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
        name = self.fresh()
        self.tables[kind.name] = Stored(name, columns)
        origins = [origin for origin, of in self.layout.origins.items() if of == kind.name] or [kind.name]
        if kind.name in self.given:
            queries = [self._rows(kind, origin, columns) for origin in origins]
        else:
            empty = [exp.alias_(self._empty(c), c.name) for c in columns.values()]
            queries = [exp.select(*empty).where(exp.false(), copy=False)]
        self.parts[name] = below(queries)
        self._check(kind, ", ".join(origins))

    def _empty(self, column: Column) -> Expression:
        return exp.Cast(this=exp.null(), to=self.reading.dialect.type_of(column.kind, self.reading.bits))

    # rows

    def _rows(self, kind: SubjectKind, origin: str, columns: Mapping[str, Column]) -> Expression:
        """The rows of a table in the periods that are read."""
        cells = self._cells(kind, origin, columns)
        year = self._year(kind)
        values = {"parent": literal("")} | {name: cell.value for name, cell in cells.items()}
        values["parent"] = exp.Coalesce(this=values["parent"], expressions=[literal("")])
        values["period"] = self.reading.stored(self.period) if year is None else year
        values[WRONG] = self._wrong(kind, origin, cells, values)
        fields = [commented_as(values[name].copy(), column.name, name) for name, column in columns.items()]
        query = exp.select(*fields).from_(table(origin), copy=False)
        self.checks.append(self._types(origin, cells))
        return query if year is None else query.where(self._is_read(year), copy=False)

    def _cells(self, kind: SubjectKind, origin: str, columns: Mapping[str, Column]) -> dict[str, Cell]:
        """What is read from columns of a table, by its name in the plan."""
        found: dict[str, Cell] = {}
        for name in columns:
            heading, mapped = self._heading(kind, name)
            if name in ("period", WRONG) or not heading:
                continue
            raw, fact = raw_column(heading), kind.columns.get(name)
            try:
                found[name] = self.reading.cell(fact, mapped, raw, origin) if fact else self.reading.name(raw, origin)
            except Unfit as unfit:
                self.findings.put(Problem(unfit.code, mapped.span if mapped else None, unfit.values))
        return found

    def _heading(self, kind: SubjectKind, name: str) -> tuple[str, Mapped | None]:
        """What a column is called in the database: as a mapping says, else by its own name; nothing where there is
        none."""
        wanted = kind.belongs_to if name == "parent" else name
        for heading, columns in self.layout.mapped.get(kind.name, {}).items():
            for column in columns:
                if column.name == wanted:
                    return heading, column
        if (name == "parent" and wanted not in self.given) or (name == "period" and self.layout.mapped):
            return "", None  # of what the kind belongs to nothing is known; every row is of the judged period
        return wanted, None

    def _year(self, kind: SubjectKind) -> Expression | None:
        """The period of a row, null where it is none; None where the table has no such column."""
        heading, _ = self._heading(kind, "period")
        if not heading:
            return None
        text = self.reading.text(raw_column(heading))
        is_year = exp.SimilarTo(this=text, expression=literal("[0-9]{4}"))
        return exp.Case(ifs=[exp.If(this=is_year, true=exp.Cast(this=text.copy(), to=self.reading.whole))])

    def _is_read(self, year: Expression) -> Expression:
        """Whether rows of a year are read, or say none."""
        read = [step for step in self.steps.steps if isinstance(step, plan.Read)]
        last = max(self.period + step.offset for step in read)
        years = sorted({self.period + step.offset for step in read})
        if any(step.years for step in read):
            is_read: Expression = exp.LTE(this=year.copy(), expression=exp.Literal.number(last))
        else:
            is_read = exp.In(this=year.copy(), expressions=[exp.Literal.number(y) for y in years])
        return exp.or_(is_read, _unknown(year), copy=False)

    # what is wrong

    def _wrong(
        self, kind: SubjectKind, origin: str, cells: Mapping[str, Cell], values: Mapping[str, Expression]
    ) -> Expression:
        """What is wrong with a row, null where nothing is."""
        problem, subject = self.reading.problem, values["id"]
        period = raw_column(self._heading(kind, "period")[0] or "period")
        checks: list[tuple[Expression, Expression]] = [
            (_unknown(subject), problem("PR617", origin, kind=kind.name)),
            (among(subject, TOTALS), problem("PR635", origin, word=subject)),
        ]
        if self._heading(kind, "period")[0]:
            checks.append((_unknown(values["period"]), problem("PR612", origin, value=period)))
        if kind.belongs_to in self.given:
            code = problem("PR620", origin, kind=kind.name, id=subject, parent=kind.belongs_to)
            checks.append((exp.EQ(this=values["parent"].copy(), expression=literal("")), code))
        for cell in cells.values():
            unread = exp.and_(exp.paren(cell.given.copy()), _unknown(cell.value), cell.fits.copy(), copy=False)
            if not isinstance(cell.given, exp.Boolean):
                checks.append((unread, cell.wrong))
        if kind.in_order_of:
            code = problem("PR627", origin, kind=kind.name, id=subject, fact=kind.in_order_of)
            checks.append((_unknown(values[kind.in_order_of]), code))
        said = exp.Case(ifs=[exp.If(this=condition, true=said.copy()) for condition, said in checks])
        whose = exp.Coalesce(this=subject.copy(), expressions=[literal("?")])
        return exp.DPipe(this=exp.DPipe(this=said, expression=literal(f", {kind.name} ")), expression=whose)

    def _types(self, origin: str, cells: Mapping[str, Cell]) -> Expression:
        """Types are the same in all rows: one is looked at."""
        ifs = [exp.If(this=exp.Not(this=exp.paren(c.fits.copy())), true=c.mistyped.copy()) for c in cells.values()]
        one = exp.select("*").from_(table(origin), copy=False).limit(1, copy=False).subquery(GIVEN)
        return exp.select(exp.alias_(exp.Case(ifs=ifs), SAID)).from_(one, copy=False)

    def _check(self, kind: SubjectKind, origin: str) -> None:
        """What is looked for in a table of a kind once its rows are read."""
        name, columns = self.tables[kind.name]
        subject, parent, year, wrong = (columns[c].of(ROW) for c in ("id", "parent", "period", WRONG))
        rows = exp.Select().from_(exp.to_table(name).as_(ROW))
        problem = self.reading.problem

        def put(query: Expression, said: Expression) -> None:
            self.checks.append(query.select(exp.alias_(said, SAID), copy=False))

        put(rows.copy().where(exp.Not(this=_unknown(wrong))), wrong)
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
            put(joined.where(_unknown(ids)), lost)


def table(origin: str) -> Expression:
    """A table of the database, perhaps with its schema: `finance.ledger`."""
    schema, _, name = origin.rpartition(".")
    found = exp.Table(this=exp.to_identifier(name, quoted=True), db=exp.to_identifier(schema, quoted=True) or None)
    return found.as_(GIVEN)


def _unknown(value: Expression) -> Expression:
    return exp.Is(this=exp.paren(value.copy()), expression=exp.null())


def _repeated(rows: Expression, *by: Expression) -> Expression:
    """Groups of more than one row."""
    many = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
    return rows.group_by(*(key.copy() for key in by)).having(many)


def raw_column(heading: str) -> Expression:
    """A column of the database."""
    return exp.column(exp.to_identifier(heading, quoted=True), GIVEN)


def commented_as(value: Expression, name: str, meant: str) -> Expression:
    """A column with a comment on what it is."""
    alias = exp.alias_(value, name, copy=False)
    alias.add_comments([commented(meant)])
    return alias


def below(queries: Sequence[Expression]) -> Expression:
    """The rows of several queries."""
    return reduce(lambda one, other: exp.Union(this=one, expression=other, distinct=False), queries)
