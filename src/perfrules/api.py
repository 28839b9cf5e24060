"""The public API: load policies, run them over the facts of a year, decide one subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from perfrules.analysis.beforehand import check_beforehand
from perfrules.analysis.tables import check_overlaps
from perfrules.core.facts import Facts, build
from perfrules.core.given import Given, is_mapping, note_no_list
from perfrules.core.problem import Findings, Problem, Refused, Words, did_you_mean
from perfrules.core.span import Text
from perfrules.core.vocabulary import Vocabulary
from perfrules.decision import Decider, Decision
from perfrules.districts.manager import bring
from perfrules.examples import check_examples
from perfrules.language.plan_text import plan_text
from perfrules.library import Library, read_library, read_policy_text
from perfrules.outcome import Outcome
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.program import in_force
from perfrules.pipeline.recommendations import check_subjects
from perfrules.pipeline.ruling import evaluate
from perfrules.pipeline.settlement import compiled
from perfrules.pipeline.wording import calendar_day
from perfrules.readers.files import read_facts
from perfrules.row import NOTHING_AROUND, Around, Row

Paths = str | Path | Iterable[str | Path]


class Program:
    """Policies compiled for a day. Immutable; safe to share between threads."""

    def __init__(self, compiled_program: Compiled, problems: Iterable[Problem] = ()) -> None:
        self._compiled = compiled_program
        self._deciders: dict[str, Decider] = {}
        self.problems = tuple(problems)
        """Warnings and notes about the policies."""

    @property
    def as_of(self) -> date:
        """The day whose parameters and policies these are."""
        return self._compiled.as_of

    @property
    def digest(self) -> str:
        """The sha256 that identifies what is computed."""
        return self._compiled.digest

    @property
    def vocabulary(self) -> Vocabulary:
        """The kinds of subjects, their facts and accounts."""
        return self._compiled.vocabulary

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """The full names of all rules, in order."""
        return tuple(sorted({j.rule.name for j in self._compiled.judged}))

    def plan_text(self) -> str:
        """What engines execute, a line for each step; `plan_json` is what they read."""
        return plan_text(self._compiled.plan)

    def plan_json(self) -> str:
        """The canonical JSON of the program; its sha256 is the digest."""
        return self._compiled.json

    def plan_size(self) -> tuple[int, int, int]:
        """How many strata and steps there are, and how wide whole numbers must be: 64 or 128 bits."""
        plan = self._compiled.plan
        return len(plan.strata), len(plan.steps), plan.bits

    def read_facts(self, paths: Paths, *, period: int | None = None) -> Facts:
        """Facts from CSV files, one for each kind (`department.csv`), or folders of them.

        `period` is that of rows without one. Raises `Refused` with every problem of every row.
        """
        return read_facts([Path(p) for p in _listed(paths)], self.vocabulary, period)

    def facts(self, rows: Mapping[str, Iterable[Given]], *, period: int | None = None) -> Facts:
        """Facts from Python rows: for each kind, mappings with `id`, `period`, the parent's id under the
        name of its kind, and facts by name or title. Exact types only: `int`, `Decimal`, `Fraction`, text.

        Raises `Refused` with every problem of every row.
        """
        findings = Findings()
        if is_mapping(rows, "facts", findings):
            for kind, given in rows.items():
                if isinstance(given, (str, Mapping)) or not isinstance(given, Iterable):
                    note_no_list(str(kind), findings)
        findings.refuse()
        placed = {kind: _placed(str(kind), given) for kind, given in rows.items()}
        return build(self.vocabulary, placed, (), period)

    def run(self, facts: Facts, *, period: int | None = None) -> Outcome:
        """Rulings, entries and explanations for all subjects of a period.

        `period` may be left out where the facts hold only one. Raises `Refused` where it is missing, has no
        facts, where an amount comes out negative, where what must hold does not, or where a decision does not fit.
        """
        judged = _judged_period(facts, period)
        if facts.vocabulary is not self.vocabulary and facts.vocabulary.kinds != self.vocabulary.kinds:
            values = {"about": "facts", "example": "program.facts(…)"}
            raise Refused([Problem("PR629", where="facts", values=values)])
        check_subjects(self._compiled, facts, judged)
        return Outcome(evaluate(self._compiled, facts, judged))

    def read(
        self,
        kind: str,
        facts: Given,
        *,
        years: Mapping[int, Given] | None = None,
        parent: Given | None = None,
        children: Mapping[str, Sequence[Given]] | None = None,
        cohort: Sequence[Given] | None = None,
        period: int | None = None,
    ) -> Row:
        """A subject's facts, checked once, for any number of decisions.

        `years` has the same subject's facts so many years from the judged period (`{2: {...}}`), `parent`
        those of what it belongs to, `children` rows of what belongs to it, by the name of many
        (`{"reviews": [...]}`), `cohort` the others of its kind (all with `id`), without which a rank or a share
        is not known. A row is a mapping, a dataclass, a model of pydantic or a named tuple. A fact that is absent
        is unknown. Raises `Refused` with every problem.
        """
        return self._decider(kind).reader.row(facts, period, _around(years, parent, children, cohort))

    def decide(
        self,
        kind: str,
        facts: Given | Row,
        *,
        years: Mapping[int, Given] | None = None,
        parent: Given | None = None,
        children: Mapping[str, Sequence[Given]] | None = None,
        cohort: Sequence[Given] | None = None,
        period: int | None = None,
    ) -> Decision:
        """What the policies say about one subject, as far as it alone decides; arguments as in `read`."""
        decider = self._decider(kind)
        if not isinstance(facts, Row):
            facts = decider.reader.row(facts, period, _around(years, parent, children, cohort))
        elif not (years is None and parent is None and children is None and cohort is None and period is None):
            _refuse_more(years=years, parent=parent, children=children, cohort=cohort, period=period)
        return decider.decide(facts)

    def _decider(self, kind: str) -> Decider:
        found = self._deciders.get(kind) if isinstance(kind, str) else None
        if found is None:
            if not isinstance(kind, str) or kind not in self.vocabulary.kinds:
                findings, word = Findings(), str(kind)[:40]
                findings.add("PR616", where=word, word=word, hint=did_you_mean(word, self.vocabulary.kinds))
                findings.refuse()
            found = self._deciders[kind] = Decider(self._compiled, kind)
        return found

    def __repr__(self) -> str:
        return f"<Program {len(self.rules)} rules as of {self.as_of} {self.digest[:12]}>"


def _placed(kind: str, rows: Iterable[Given]) -> Iterator[tuple[str, Given]]:
    return ((f"{kind}[{n}]", row) for n, row in enumerate(rows))


def _listed(paths: Paths) -> list[str | Path]:
    return [paths] if isinstance(paths, (str, Path)) else list(paths)


def _named(paths: Iterable[str | Path]) -> str:
    return ", ".join(map(str, paths))


def _refuse_more(**given: object) -> None:
    """A row that was read has its years, parent, children and period."""
    named = [name for name, value in given.items() if value is not None]
    raise Refused([Problem("PR630", where=name, values={"about": name}) for name in named])


def _around(
    years: Mapping[int, Given] | None,
    parent: Given | None,
    children: Mapping[str, Sequence[Given]] | None,
    cohort: Sequence[Given] | None,
) -> Around:
    findings = Findings()
    for name, given in (("years", years), ("children", children)):
        if given is not None:
            is_mapping(given, name, findings)
    findings.refuse()
    if years or parent is not None or children is not None or cohort is not None:
        return Around(years or {}, parent, children or {}, cohort)
    return NOTHING_AROUND


def _judged_period(facts: Facts, period: int | None) -> int:
    findings = Findings()
    if not isinstance(facts, Facts):
        gives = Words(
            "what `program.facts` or `program.read_facts` gives", " `program.facts` 或 `program.read_facts` 的结果"
        )
        findings.add(
            "PR628", where="facts", about="facts", expected=gives, example='program.facts({"department": [...]})'
        )
    elif period is not None and period.__class__ is not int:
        findings.add("PR211", where="period", value=repr(period)[:40], least="1000", most="9999")
    findings.refuse()
    periods = facts.periods
    if period is None and len(periods) > 1:
        findings.add("PR707", where="period", example=str(periods[0]))
    elif period is None and not periods:
        none = Words("give tables that have rows", "请给出含有数据行的表格")
        findings.add("PR706", where="facts", period=Words("any year", "任何年度"), hint=none)
    elif period is not None and period not in periods:
        year = Words(str(period), f" {period} 年")
        findings.add("PR706", where="period", period=year, hint=did_you_mean(str(period), map(str, periods)))
    findings.refuse()
    return periods[0] if period is None else period


def as_day(value: date | str) -> date:
    """A date, or its text `2024-01-31`. Raises `Refused` where it is none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    findings = Findings()
    day = calendar_day(Text.of(str(value), "as_of"), findings)
    if findings.errors:
        raise Refused([Problem("PR209", where="as_of", values={"value": str(value)})])
    return day


def load(paths: Paths, *, as_of: date | str, plugins: Iterable[Any] = ()) -> Program:
    """The program of the policies in files and folders, as they stand on a day.

    A path that does not exist is looked for among the policies that come with perfrules and plugins
    (`luojiang/operating-funds`). Vocabularies are found beside the policies. Raises `Refused` with all
    problems of all files, in order of place.
    """
    findings = Findings()
    brought, listed = bring(plugins), _listed(paths)
    return _program(read_library(listed, brought, findings), as_of, findings, _named(listed))


def loads(text: str, *, as_of: date | str, beside: Iterable[Path] = (), plugins: Iterable[Any] = ()) -> Program:
    """The program of one policy given as text; `beside` are files with its vocabularies."""
    findings = Findings()
    library = read_policy_text(text, bring(plugins), findings, beside)
    return _program(library, as_of, findings, "<text>")


def _program(library: Library, as_of: date | str, findings: Findings, named: str) -> Program:
    if not library.policies and not findings.errors:
        findings.add("PR121", where=named, path=named)
    day = as_day(as_of)
    for policy in library.policies:
        if in_force(policy, day):
            check_overlaps(policy, day, findings)
    findings.refuse()
    program = compiled(library.policies, day, findings, library.decisions)
    findings.refuse()
    assert program is not None
    return Program(program, findings.problems)


def check(paths: Paths, *, plugins: Iterable[Any] = ()) -> tuple[Problem, ...]:
    """All problems of files and folders, in order of place: what is wrong, what can never or always happen, what
    nothing reads, and examples that fail.

    Each policy is compiled for every day from which it or a parameter changes.
    """
    findings = Findings()
    try:
        brought, listed = bring(plugins), _listed(paths)
        library = read_library(listed, brought, findings)
        if library.decisions and not library.policies and not findings.errors:
            findings.add("PR121", where=_named(listed), path=_named(listed))
        if not findings.errors:
            check_beforehand(library.policies, library.declared, findings)
            check_examples(library, findings)
    except Refused as refused:
        findings.problems += refused.problems
    return Refused(findings.problems).problems


__all__ = ["Program", "check", "load", "loads"]
