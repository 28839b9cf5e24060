"""Views in SQL of what policies say about the rows of somebody's own tables: rulings, claims, entries.

A view is one query: the tables as they are read, the plan's steps, and a guard that lets no row out where something in
the tables is wrong or a requirement is not met. The guard makes a number of a text that says what it is, so the
database refuses the query with these words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import chain

from sqlglot import exp

from perfrules.core.problem import Findings
from perfrules.engines.databases import Database
from perfrules.engines.dialects import TEXT, Dialect, Expression, typed
from perfrules.engines.dialects import cast as as_type
from perfrules.engines.expressions import ROW, Writer, below, from_part
from perfrules.engines.parts import PREFIX, Parts
from perfrules.engines.record import naming
from perfrules.engines.sources import Stored, columns_of, facts_read, kinds_read, reading
from perfrules.engines.sql import Translation
from perfrules.language import plan
from perfrules.language.builder import table_name
from perfrules.language.rebuild import are_opposite
from perfrules.language.scalars import negate
from perfrules.language.strata import reduced
from perfrules.outcome_columns import clauses, of_claims, of_rulings, state_column
from perfrules.pipeline.decisions import decisions_made
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.ruling import DOES_NOT_HOLD, HOLDS, UNDECIDED
from perfrules.pipeline.states import CLAIMS, DECIDED, MOVING, NOT_MADE, STATES
from perfrules.readers.columns import Layout
from perfrules.readers.stored_columns import Reading
from perfrules.readers.stored_tables import SAID, StoredTables
from perfrules.readers.stored_texts import MARK
from perfrules.readers.stored_values import literal, number, unknown

CLAIMED = ("kind", "id", "rule", "action", "owner", "account", "pool", "period", "amount", "state")
MOVED = ("debit", "credit", "owner", "period", "amount", "rule", "pool")
CLAUSE = ("number", "rule", "action", "owner_kind", "account", "pool", "period", "is_weighed", "debit", "credit")
NAMES = "n"  # what the table of clauses is called
UNMET = "what must hold and does not"  # a column that no plan has


@dataclass
class Views:
    """The views of a program over tables that are laid out in some way, in a period."""

    program: Compiled
    dialect: Dialect
    layout: Layout
    period: int
    language: str
    database: Database | None = None  # that has the tables, where it is asked about them
    findings: Findings = field(default_factory=Findings)

    @property
    def names(self) -> dict[str, Callable[[Translation], Expression]]:
        """How the rows of each view are chosen, by its name."""
        found: dict[str, Callable[[Translation], Expression]] = {"rulings": self.rulings, "claims": self.claims}
        if clauses(self.program, self.period, on_money=True):
            found["entries"] = self.entries
        return found

    def view(self, name: str) -> Expression:
        """The query of a view."""
        translation = self._of_rulings if name == "rulings" else self._of_claims
        query = self.names[name](translation)
        return translation.parts.pruned([query]).whole(query)

    @cached_property
    def _of_rulings(self) -> Translation:
        return self._guarded(of_rulings(self.program))

    @cached_property
    def _of_claims(self) -> Translation:
        """What is behind claims, and behind entries, which are chosen of the same."""
        return self._guarded(of_claims(self.program))

    def _guarded(self, wanted: Iterable[tuple[str, str]]) -> Translation:
        """A plan whose tables are all written; of each, no row is given where something is said to be wrong."""
        translation, guards = self._translated(wanted)
        for table in translation.relations:
            translation.write(table)
        translation.guards = _nothing_said(guards)
        return translation

    def script(self) -> Iterator[tuple[str, Expression]]:
        """What is made one after the other where a database can't keep parts of a query: tables with names of their
        own that are read several times, then each view as a table."""
        prefix = f"{PREFIX}{self.program.digest[:12]}_{self.period}_"
        translation, guards = self._translated(chain(of_rulings(self.program), of_claims(self.program)), prefix)
        guarded = exp.select("*").where(*_nothing_said(guards), copy=False)
        queries = {name: guarded.from_(rows(translation).subquery()) for name, rows in self.names.items()}
        parts = translation.parts.pruned(queries.values())
        yield from parts.kept(list(queries.values()), guards)
        yield from ((PREFIX + name, parts.whole(query)) for name, query in queries.items())

    def _translated(self, wanted: Iterable[tuple[str, str]], prefix: str = PREFIX) -> tuple[Translation, list[str]]:
        """The plan behind some views, and the parts that guard its rows: types of columns are looked at first."""
        taken = [origin.rpartition(".")[2] for origin in self.layout.names]
        steps = reduced(self.program.plan, wanted, required=True)
        reader, parts = Reading(self.dialect, self.language, steps.bits), Parts(self.dialect, taken, prefix)
        stored = StoredTables(reader, self.layout, self.program.plan, self.period, self.findings, parts, self.database)
        mistyped = self._nothing(parts, stored.mistyped, first=True)
        source = reading(stored.tables | self._decisions(parts), stored.facts, self.period, self.dialect)
        translation = Translation(parts, steps.bits, source, steps.bounds)
        for step in steps.steps:
            translation.add(step)
        unmet = self._unmet(translation, reader, steps)
        found = self._nothing(parts, [*stored.checks, *self._unknown_subjects(stored, reader), *unmet])
        return translation, [mistyped, found]

    def _nothing(self, parts: Parts, checks: Sequence[Expression], *, first: bool = False) -> str:
        """A part that counts what is said: it is nothing, or stops the query with its words."""
        said = exp.Count(this=self.dialect.types.raised(exp.column(SAID, ROW)))
        rows = below(checks).subquery(ROW, copy=False)
        return parts.add(exp.select(exp.alias_(said, SAID)).from_(rows, copy=False), first=first)

    # rows

    def rulings(self, translation: Translation) -> Expression:
        """Every rule's verdict on every subject in its scope."""
        found = []
        for judged, of_table in translation.apart((table_name(j.rule.kind), j) for j in self.program.judged):
            table = table_name(judged.rule.kind)
            writer = _written(translation, table)
            holds, fails, outside = judged.rails
            said, default = [(holds, HOLDS), (fails, DOES_NOT_HOLD)], UNDECIDED
            if are_opposite(holds, fails, translation.relations[table].meant):  # then nothing is undecided
                said, default = said[:1], DOES_NOT_HOLD
            ifs = [exp.If(this=writer.condition(rail), true=literal(word)) for rail, word in said]
            verdict = exp.Case(ifs=ifs, default=literal(default))
            cells = (literal(judged.rule.kind), writer.columns["id"].of(ROW), self._year(self.period),
                     literal(judged.rule.name), verdict)  # fmt: skip
            rows = _select(of_table(), zip(("kind", "id", "period", "rule", "verdict"), cells, strict=True))
            found.append(rows.where(exp.Not(this=exp.paren(writer.condition(outside))), copy=False))
        return below(found)

    def claims(self, translation: Translation) -> Expression:
        """Every claim that was made or waits."""
        marks = []
        marked = clauses(self.program, self.period, on_money=False)
        for clause, of_table in translation.apart((table_name(clause.kind), clause) for clause in marked):
            columns = _written(translation, table_name(clause.kind)).columns
            state = columns[state_column(self.program.claims[clause.number], columns)].of(ROW)
            nobody = (literal("") for _ in range(3))
            cells = (literal(clause.kind), columns["id"].of(ROW), literal(clause.rule), literal(clause.action),
                     *nobody, self._year(clause.period), self._major(exp.null()), _state(state))  # fmt: skip
            rows = _select(of_table(), zip(CLAIMED, cells, strict=True))
            marks.append(rows.where(exp.NEQ(this=state.copy(), expression=exp.Literal.number(NOT_MADE)), copy=False))
        return below([self._money(translation, CLAIMED), *marks])

    def entries(self, translation: Translation) -> Expression:
        """Every claim that moves money."""
        columns = _written(translation, CLAIMS).columns
        state, amount = (columns[name].of(ROW) for name in ("final state", "final amount"))
        moving = exp.In(this=state, expressions=[exp.Literal.number(s) for s in MOVING])
        some = exp.NEQ(this=amount, expression=exp.Literal.number(0))
        return self._money(translation, MOVED).where(moving, some, copy=False)

    def _money(self, translation: Translation, names: tuple[str, ...]) -> Expression:
        """The claims on money, with what holds of each by its number."""
        found = clauses(self.program, self.period, on_money=True)
        if not found:
            typed_so: dict[str, Expression] = {"period": self._year(self.period), "amount": self._major(exp.null())}
            return exp.select(*(exp.alias_(typed_so.get(n) or literal(""), n) for n in names)).where(exp.false())
        held = exp.values([tuple(getattr(c, name) for name in CLAUSE) for c in found], NAMES, CLAUSE)
        columns = {name: column.of(ROW) for name, column in _written(translation, CLAIMS).columns.items()}
        state, amount = columns["final state"], columns["final amount"]
        some = exp.NEQ(this=amount.copy(), expression=exp.Literal.number(0))
        settled = exp.In(this=state.copy(), expressions=[exp.Literal.number(s) for s in MOVING])
        told = exp.and_(some, exp.Not(this=exp.column("is_weighed", NAMES)), copy=False)
        known = exp.Case(ifs=[exp.If(this=exp.or_(settled, told, copy=False), true=amount.copy())])
        owner = exp.DPipe(
            this=exp.DPipe(this=exp.column("owner_kind", NAMES), expression=literal("/")), expression=columns["owner"]
        )
        said = {"kind": columns["kind"], "id": columns["id"], "owner": owner, "amount": self._major(known),
                "state": _state(state), "period": self._year(exp.column("period", NAMES))}  # fmt: skip
        rows = _select(translation.from_rows(CLAIMS), ((n, said.get(n, exp.column(n, NAMES))) for n in names))
        same = exp.EQ(this=exp.column("number", NAMES), expression=columns["number"].copy())
        made = exp.NEQ(this=state.copy(), expression=exp.Literal.number(NOT_MADE))
        return rows.join(held, on=same, copy=False).where(made, copy=False)

    def _year(self, year: int | Expression) -> Expression:
        return as_type(exp.Literal.number(year) if isinstance(year, int) else year, typed("INTEGER"))

    def _major(self, minor: Expression) -> Expression:
        """Whole minor units as an exact decimal in major units."""
        places = self.program.vocabulary.currency.places
        one = as_type(number(Fraction(1, 10**places)), typed(f"DECIMAL({places + 1}, {places})"))
        amount = minor if isinstance(minor, exp.Null) else exp.Mul(this=exp.paren(minor), expression=one)
        return as_type(exp.paren(amount), typed(f"DECIMAL(38, {places})"))

    # what must hold

    def _unmet(self, translation: Translation, reader: Reading, steps: plan.Plan) -> Iterator[Expression]:
        """What is said of the rows of each table that do not meet a requirement; a table is read once for all."""
        required: dict[str, list[plan.Require]] = {}
        for step in steps.steps:
            if isinstance(step, plan.Require):
                required.setdefault(step.table, []).append(step)
        for table, every in required.items():
            writer = _written(translation, table)
            conditions = (writer.condition(negate(step.scalar)) for step in every)
            said = (self._broken(step, reader, writer) for step in every)
            ifs = [exp.If(this=unmet, true=words) for unmet, words in zip(conditions, said, strict=True)]
            translation.extend(table, UNMET, exp.Case(ifs=ifs), TEXT, unknown=True)
            unmet = _written(translation, table).columns[UNMET].of(ROW)
            rows = translation.from_rows(table).where(exp.Not(this=unknown(unmet)), copy=False)
            yield rows.select(exp.alias_(unmet.copy(), SAID), copy=False)

    def _broken(self, step: plan.Require, reader: Reading, writer: Writer) -> Expression:
        """What is said of a row that does not meet a requirement."""
        named = naming(writer.columns)
        parts: list[Expression] = [writer.columns[name].of(ROW) for name in named]
        place = self.program.places.get(step.about)
        if place is not None:
            parts = [literal(place.kind), *(parts if named == ["id"] else parts[1:])]
        elif named == ["id"]:
            parts = [literal(step.table), *parts]
        subject = reader.text(parts[0])
        for part in parts[1:]:
            subject = exp.DPipe(this=exp.DPipe(this=subject, expression=literal("/")), expression=reader.text(part))
        about = self.program.claims[place.number].name if place is not None and place.number >= 0 else step.about
        where: Expression = literal(place.span.place if place is not None else step.table)
        about_it = [d for d in self.program.decided if place is not None and d.number == place.number]
        ifs = [exp.If(this=literal(d.id), true=literal(d.span.place)) for d in about_it if d.period == self.period]
        if ifs:  # then it is what people decided that is wrong
            where = exp.Case(this=writer.columns["id"].of(ROW), ifs=ifs, default=where)
        return reader.problem(step.code, f"{MARK}place{MARK}", about=about, subject=subject, place=where)

    def _decisions(self, parts: Parts) -> dict[str, Stored]:
        """What people decided for the period, as a table of the query."""
        if DECIDED not in kinds_read(self.program.plan):
            return {}
        known = decisions_made(self.program.decided, self.period)
        columns = columns_of(None, facts_read(self.program.plan, DECIDED))
        cells = {"id": known.ids, "parent": known.parents, "period": [self.period] * len(known.ids), **known.columns}
        types = [(c.name, self.dialect.type_of(c.kind, self.program.plan.bits)) for c in columns.values()]
        rows = list(zip(*(cells[name] for name in columns), strict=True))
        held = exp.values(rows or [(None,) * len(types)], ROW, [name for name, _ in types])
        query = exp.select(*(exp.alias_(as_type(exp.column(n, ROW), t), n) for n, t in types)).from_(held)
        name = parts.add(query if rows else query.where(exp.false()))
        return {DECIDED: Stored(name, columns)}

    def _unknown_subjects(self, stored: StoredTables, reader: Reading) -> Iterable[Expression]:
        """What is said where a decision is about a subject of which there is no row."""
        for one in self.program.decided:
            kind = self.program.claims[one.number].judged.rule.kind
            if one.period == self.period:
                subject = f"{kind}/{one.id}"
                said = reader.problem("PR720", one.span.place, subject=subject, period=str(one.period), hint="")
                name, columns = stored.tables[kind]
                row = from_part(exp.select("1"), name)
                is_it = (exp.EQ(this=columns[c].of(ROW), expression=v) for c, v in
                         (("id", literal(one.id)), ("period", exp.Literal.number(one.period))))  # fmt: skip
                yield exp.select(exp.alias_(said, SAID)).where(exp.Not(this=exp.Exists(this=row.where(*is_it))))


def _written(translation: Translation, table: str) -> Writer:
    """What writes scalars over a table with all its columns."""
    translation.write(table)
    return translation.writer(table, ())


def _select(rows: Expression, cells: Iterable[tuple[str, Expression]]) -> Expression:
    return rows.select(*(exp.alias_(cell, name, copy=False) for name, cell in cells), copy=False)


def _nothing_said(guards: Sequence[str]) -> list[Expression]:
    """That no guard says anything: else no row comes out."""
    said = (exp.select(SAID).from_(guard).subquery() for guard in guards)
    return [exp.EQ(this=count, expression=exp.Literal.number(0)) for count in said]


def _state(state: Expression) -> Expression:
    """The word for a state."""
    ifs = [exp.If(this=exp.Literal.number(n), true=literal(word)) for n, word in enumerate(STATES) if n != NOT_MADE]
    return exp.Case(this=state.copy(), ifs=ifs)
