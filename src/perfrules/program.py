"""A program: policies compiled for a day, to be run over the facts of a year, or to decide one subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from perfrules.asked import (
    LOADED,
    Paths,
    check_form,
    check_kind,
    check_own,
    judged_period,
    listed,
    mapping_path,
    refuse_more,
)
from perfrules.core.facts import Facts
from perfrules.core.foreign import contained
from perfrules.core.given import Given
from perfrules.core.problem import Problem, Refused, Words, missing_extra
from perfrules.core.vocabulary import Vocabulary
from perfrules.decision import Decider, Decision
from perfrules.districts.manager import NOTHING, Brought
from perfrules.engines import record
from perfrules.engines.conformance import disagreements
from perfrules.language.plan_text import plan_text
from perfrules.offered import engine_called, readers
from perfrules.outcome import Outcome
from perfrules.pipeline.decisions import with_decisions
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.questions import questions
from perfrules.pipeline.recommendations import check_subjects
from perfrules.pipeline.ruling import evaluate
from perfrules.readers.files import read_facts
from perfrules.readers.program_rows import given_facts
from perfrules.readers.query import Connection, read_queries
from perfrules.row import Row, around

if TYPE_CHECKING:
    from polars import LazyFrame

    from perfrules.readers.scanned import Scanned
    from perfrules.streamed import Streamed


class Program:
    """Policies compiled for a day. Immutable; safe to share between threads, and to send to other processes."""

    def __init__(
        self, compiled_program: Compiled, problems: Iterable[Problem] = (), brought: Brought = NOTHING
    ) -> None:
        self.compiled = compiled_program
        """What engines execute and what its columns mean; its form may change."""
        self._brought = brought
        self._deciders: dict[str, Decider] = {}
        self.problems = tuple(problems)
        """Warnings and notes about the policies."""

    @property
    def as_of(self) -> date:
        """The day whose parameters and policies these are."""
        return self.compiled.as_of

    @property
    def digest(self) -> str:
        """The sha256 that identifies what is computed."""
        return self.compiled.digest

    @property
    def vocabulary(self) -> Vocabulary:
        """The kinds of subjects, their facts and accounts."""
        return self.compiled.vocabulary

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """The full names of all rules, in order."""
        return tuple(sorted({j.rule.name for j in self.compiled.judged}))

    @cached_property
    def origins(self) -> tuple[tuple[str, str, str], ...]:
        """Where every rule, fact, account, action and function comes from: what it is (`rule`), its name, and the place
        where it is written, or the plugin that brought it."""
        vocabulary = self.vocabulary
        found = {("rule", j.rule.name, j.rule.span.place) for j in self.compiled.judged}
        for kind in vocabulary.kinds.values():
            found |= {("fact", f"{kind.name}.{fact.name}", fact.origin) for fact in kind.facts.values()}
            found |= {("account", f"{kind.name}.{a.name}", a.opening.origin) for a in kind.accounts.values()}
        found |= {("action", action.name, action.origin) for action in vocabulary.actions.values()}
        found |= {("function", macro.name, macro.origin) for macro in self._brought.functions.values()}
        return tuple(sorted(found))

    def plan_text(self) -> str:
        """What engines execute, a line for each step; `plan_json` is what they read."""
        return plan_text(self.compiled.plan)

    def plan_json(self) -> str:
        """The canonical JSON of the program; its sha256 is the digest."""
        return self.compiled.json

    def plan_size(self) -> tuple[int, int, int]:
        """How many strata and steps there are, and how wide whole numbers must be: 64 or 128 bits."""
        plan = self.compiled.plan
        return len(plan.strata), len(plan.steps), plan.bits

    def read_facts(self, paths: Paths, *, period: int | None = None, mapping: str | Path | None = None) -> Facts:
        """Facts from CSV files, one for each kind (`department.csv`), Excel workbooks, JSON, or folders of them.

        `period` is that of rows without one; `mapping` a file that says what the tables and columns of another
        system hold. Raises `Refused` with every problem of every row.
        """
        given = [Path(p) for p in listed(paths)]
        return read_facts(given, self.vocabulary, period, mapping_path(mapping), readers(self._brought))

    def query_facts(
        self,
        connection: Connection,
        queries: Mapping[str, str],
        *,
        period: int | None = None,
        mapping: str | Path | None = None,
    ) -> Facts:
        """Facts from a database: for each kind the SQL text of a query, whose columns are named as in a CSV file.

        `connection` is any of PEP 249; what it raises is not caught. `period` and `mapping` are as in `read_facts`.
        Raises `Refused` with every problem of every row; binary floating-point columns are refused.
        """
        return read_queries(connection, queries, self.vocabulary, period, mapping_path(mapping))

    def facts(self, rows: Mapping[str, Iterable[Given]], *, period: int | None = None) -> Facts:
        """Facts from Python rows: for each kind, mappings with `id`, `period`, the parent's id under the
        name of its kind, and facts by name or title, or objects of the host that have these; or a dataframe.
        Exact types only: `int`, `Decimal`, `Fraction`, text.

        Raises `Refused` with every problem of every row.
        """
        return given_facts(rows, self.vocabulary, period)

    def run(
        self,
        facts: Facts,
        *,
        period: int | None = None,
        progress: Callable[[int, int], None] | None = None,
        engine: str = "record",
        connect: str = "",
    ) -> Outcome:
        """Rulings, entries and explanations for all subjects of a period.

        `period` may be left out where the facts hold only one. `progress` is called with how many steps are done, of
        how many; `engine` names another, which gives the same: `sql`, in the database at `connect` (`duckdb:///file.db`,
        `postgresql://…`, `spark://…`; else in this process), or one that a plugin brings in. Raises `Refused` where the
        period is missing, has no facts, where an amount comes out negative, where what must hold does not, or where a
        decision does not fit.
        """
        judged = self.judged(facts, period)
        execute = engine_called(engine, self._brought, connect)
        outcome = Outcome(evaluate(self.compiled, facts, judged, progress, execute))
        for listener in self._brought.listeners:
            contained(listener.origin, listener.name, listener.hear, outcome)
        return outcome

    def scan_facts(
        self,
        tables: Mapping[str, Any],
        *,
        period: int | None = None,
        mapping: str | Path | None = None,
        ids_once: bool = True,
    ) -> Scanned:
        """Facts that stay in columns, for millions of subjects: for each kind a Parquet or CSV file (several, a
        pattern), an Arrow table or stream, or a dataframe. Needs the extra `columnar`.

        `period` is that of rows without one; `mapping` a file that says what tables and columns of another system hold.
        With `ids_once` no id may stand twice. Raises `Refused` with what can't be read; binary floating-point columns
        are refused.
        """
        found: Scanned = _columnar().scanned(self.vocabulary, tables, period, mapping_path(mapping), ids_once)
        return found

    def stream(self, facts: Scanned, *, period: int | None = None) -> Streamed:
        """What `run` says, of millions of subjects: rulings, claims and entries as columns. Raises `Refused` as `run`
        does.
        """
        found: Streamed = _columnar().streamed(self.compiled, facts, period)
        return found

    def decide_all(self, kind: str, facts: Scanned, *, period: int | None = None) -> LazyFrame:
        """What `decide` says, of millions of subjects: a lazy frame with a row for each, with `id`, whether each rule
        holds (null where that is undecided) and the amount of each claim in whole minor units (null where none is
        made, or people have not agreed to it). Raises `Refused` as `decide` does.
        """
        check_kind(self.vocabulary, kind)
        found: LazyFrame = _columnar().decided(self.compiled, facts, period, kind)
        return found

    def disagreements(self, facts: Facts, *, period: int | None = None, engine: str = "record") -> list[str]:
        """Where the result of an engine is not the one that the language means; nothing where it is right.

        Every column of the plan, every verdict and every figure is compared with the reference, which is slow.
        """
        judged = self.judged(facts, period)
        known = with_decisions(self.compiled.decided, facts, judged)
        execute = engine_called(engine, self._brought) or record.run
        asked = questions(self.compiled)
        return disagreements(execute, self.compiled.plan, known, judged, asked, self.as_of)

    def judged(self, facts: Facts, period: int | None = None) -> int:
        """The judged period of facts: that which is given, or the only one that they hold.

        Raises `Refused` where there is none, or the facts are those of another vocabulary.
        """
        check_own(self.vocabulary, facts)
        judged = judged_period(facts.periods, period)
        check_subjects(self.compiled, facts, judged)
        return judged

    def read(
        self,
        kind: str,
        facts: Given,
        *,
        prior: Given | None = None,
        years: Mapping[int, Given] | None = None,
        parent: Given | None = None,
        children: Mapping[str, Sequence[Given] | None] | None = None,
        cohort: Sequence[Given] | None = None,
        period: int | None = None,
    ) -> Row:
        """A subject's facts, checked once, for any number of decisions.

        `prior` has the same subject's facts of the year before, `years` those so many years from the judged period
        (`{-2: {...}}`), `parent` those of what it belongs to, `children` rows of what belongs to it, by the name of
        many (`{"reviews": [...]}`), `cohort` the others of its kind (all with `id`), without which a rank or a share
        is not known. A row is a mapping, a dataclass, a model of pydantic or a named tuple. A fact that is absent
        is unknown. Raises `Refused` with every problem.
        """
        return self._decider(kind).reader.row(facts, period, around(prior, years, parent, children, cohort))

    def decide(
        self,
        kind: str,
        facts: Given | Row,
        *,
        prior: Given | None = None,
        years: Mapping[int, Given] | None = None,
        parent: Given | None = None,
        children: Mapping[str, Sequence[Given] | None] | None = None,
        cohort: Sequence[Given] | None = None,
        period: int | None = None,
    ) -> Decision:
        """What the policies say about one subject, as far as it alone decides; arguments as in `read`."""
        decider = self._decider(kind)
        if not isinstance(facts, Row):
            facts = decider.reader.row(facts, period, around(prior, years, parent, children, cohort))
        elif any(more is not None for more in (prior, years, parent, children, cohort, period)):
            refuse_more(prior=prior, years=years, parent=parent, children=children, cohort=cohort, period=period)
        return decider.decide(facts)

    def _decider(self, kind: str) -> Decider:
        found = self._deciders.get(kind) if isinstance(kind, str) else None
        if found is None:
            check_kind(self.vocabulary, kind)
            found = self._deciders[kind] = Decider(self.compiled, kind)
        return found

    def __repr__(self) -> str:
        return f"<Program {len(self.rules)} rules as of {self.as_of} {self.digest[:12]}>"


def check_program(program: object) -> None:
    """Raise `Refused` where what is given is no program."""
    check_form("program", program, Program, LOADED, "perfrules.load(…)")


def _columnar() -> ModuleType:
    """What works on columns. Raises `Refused` without the extra `columnar`."""
    try:
        from perfrules import columnar
    except ModuleNotFoundError:
        raise Refused([missing_extra("columnar", Words("reading facts in columns", "按列读取事实"))]) from None
    return columnar
