"""A suite: every example of policies, and every case of files with `cases:`, to be run by any runner of tests.

from perfrules import suite

for case in suite.collect("policies").cases:
    ran = suite.run(case)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from perfrules.cases import Case, Ran, Runner
from perfrules.core.problem import Findings, Problem, did_you_mean
from perfrules.core.span import Text
from perfrules.districts.manager import bring
from perfrules.examples import example_case
from perfrules.family import is_called
from perfrules.language.words import CASES, english
from perfrules.library import Library, read_library
from perfrules.pipeline.model import Policy
from perfrules.pipeline.scenarios import CasesForm, CaseTableForm, Expected, Given, ScenarioForm
from perfrules.pipeline.wording import calendar_day, check_distinct, fiscal_year
from perfrules.program import Paths, listed
from perfrules.readers.case_table import case_rows

CASE_WORDS = english(CASES)
EXPECTED = re.compile(rf"(?:expect\s+|{CASES['expect']}\s*)(.+)")
OF_YEAR = re.compile(r"(.+?)\s+([+-]\d{1,2})")
SEVERAL = re.compile(r"\s*[;；]\s*")
SUBJECT = "A"  # of a row that says no `id`


@dataclass(frozen=True)
class Suite:
    """Cases in order of file and line, and what is wrong with their documents or was noted."""

    cases: tuple[Case, ...]
    problems: tuple[Problem, ...]
    policies: tuple[Policy, ...]


def collect(paths: Paths, *, plugins: Iterable[Any] = ()) -> Suite:
    """The examples of the policies in files and folders, and the cases in them.

    A case finds its policies among those, in its own folder or the one above, else among those that come with
    perfrules and plugins. Raises `Refused` where a document is wrong.
    """
    findings = Findings()
    library = read_library(listed(paths), bring(plugins), findings, tested=True)
    findings.refuse()
    found: list[Case] = []
    for policy in (*library.policies, *library.extended):
        if policy.span.source.name in library.files:
            found += (c for e in policy.examples if (c := example_case(policy, e, findings)) is not None)
    for form in library.cases:
        found += _Document(form, library, findings).cases()
    findings.refuse()
    found.sort(key=lambda case: (case.name.span.source.name, case.name.span.start))
    return Suite(tuple(found), tuple(findings.problems), library.policies)


def run(cases: Iterable[Case]) -> Iterator[Ran]:
    """Run cases, one after the other."""
    runner = Runner()
    return (runner.run(case) for case in cases)


class _Document:
    """Reads the cases of one document."""

    def __init__(self, form: CasesForm, library: Library, findings: Findings) -> None:
        self.form = form
        self.library = library
        self.findings = findings
        self.policies = tuple(p for name in form.policies if (p := self.policy(name)) is not None)

    def policy(self, name: Text) -> Policy | None:
        known = (*self.library.policies, *self.library.extended)
        found = [p for p in known if p.name == name] or [p for p in known if is_called(name, p.name)]
        if len(found) != 1:
            hint = did_you_mean(name, [p.name for p in known])
            self.findings.add("PR524", name.span, policy=str(name), hint=hint)
        return found[0] if len(found) == 1 else None

    def cases(self) -> Iterator[Case]:
        form, whole = self.form, len(self.policies) == len(self.form.policies) > 0
        head = self.case(ScenarioForm.model_construct(name=form.cases))
        if head is None or not whole:
            return
        check_distinct([s.name for s in form.scenarios], self.findings)
        if form.expect or form.problems or not (form.scenarios or form.table):
            yield head
        for scenario in form.scenarios:
            case = self.case(scenario)
            if case is not None:
                yield case
        if form.table is not None:
            table = _Table(form.table, Path(form.cases.span.source.name), head, self.findings)
            for name, given, expect in table.scenarios():
                yield replace(head, name=name, given=self.joined(form.given, given), expect=expect, problems=())

    def case(self, own: ScenarioForm) -> Case | None:
        """A scenario, with what the head says for all of them."""
        before, form = len(self.findings.errors), self.form
        as_of = calendar_day(own.as_of or form.as_of, self.findings)
        period = fiscal_year(own.period or form.period, self.findings)
        if len(self.findings.errors) > before:
            return None
        head = own.name is form.cases
        return Case(
            own.name,
            self.policies,
            as_of,
            period,
            self.joined(form.given, own.given),
            form.expect if head else own.expect,
            {**form.parameters, **own.parameters},
            own.decisions or form.decisions,
            tuple(form.problems if head else own.problems),
        )

    def joined(self, *several: Given) -> Given:
        """Rows of each kind, by whichever of its names it is called."""
        names: Mapping[str, str] = self.policies[0].vocabulary.kind_names if self.policies else {}
        found: dict[str, tuple[Text, list[dict[Text, Text]]]] = {}
        for given in several:
            for word, rows in given.items():
                first = found.setdefault(names.get(word, word), (word, []))
                first[1].extend(rows)
        return dict(found.values())


Row = tuple[Text, Given, Expected]  # the name of a case, what it gives and what it expects


class _Table:
    """Reads a table of cases: each row is a scenario with one subject."""

    def __init__(self, form: CaseTableForm, document: Path, head: Case, findings: Findings) -> None:
        self.form = form
        self.head = head
        self.findings = findings
        rows = form.rows
        self.columns = form.columns
        if form.origin is not None:
            self.columns, *rows = case_rows(document.parent / form.origin, findings) or [[]]
        self.rows = rows

    def scenarios(self) -> Iterator[Row]:
        check_distinct(self.columns, self.findings)
        for number, row in enumerate(self.rows, 1):
            if len(row) != len(self.columns):
                span = row[0].span if row else self.form.subject.span
                self.findings.add("PR526", span, found=str(len(row)), expected=str(len(self.columns)))
                continue
            yield self.scenario(number, dict(zip(self.columns, row, strict=True)))

    def scenario(self, number: int, cells: Mapping[Text, Text]) -> Row:
        first = next(iter(cells.values()))
        name = Text(f"{self.head.name}, {number}", first.span)
        years: dict[int, dict[Text, Text]] = {0: {}}
        expected: dict[Text, list[Text]] = {}
        for column, cell in cells.items():
            if not cell:
                continue
            wanted, other = EXPECTED.fullmatch(column), OF_YEAR.fullmatch(column)
            if CASE_WORDS.get(column) == "name":
                name = cell
            elif wanted is not None:
                key = Text(wanted[1], column.at(wanted.start(1), len(column)))
                expected[key] = [Text(part, cell.span) for part in SEVERAL.split(cell)]
            else:
                fact, year = (other[1], int(other[2])) if other is not None else (str(column), 0)
                years.setdefault(year, {})[Text(fact, column.span)] = cell
        return self.made(name, years, expected)

    def made(self, name: Text, years: Mapping[int, dict[Text, Text]], expected: dict[Text, list[Text]]) -> Row:
        """The scenario of a row: its subject in each year that a column is about."""
        own = years[0]
        own_id = next((value for key, value in own.items() if key in ("id", "编号")), Text(SUBJECT, name.span))
        rows = []
        for year, facts in years.items():
            period = Text(str(self.head.period + year), name.span)
            rows.append({Text("id", name.span): own_id, Text("period", name.span): period,
                         **{key: value for key, value in facts.items() if key not in ("id", "编号")}})  # fmt: skip
        expect: Expected = {own_id: expected} if expected else {}
        return name, {self.form.subject: rows}, expect
