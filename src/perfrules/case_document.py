"""Documents `cases:`, read as the cases that a runner runs; what can be wrong with them before that is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from perfrules.case_columns import scenarios_of
from perfrules.cases import Case, check_case, with_parameters
from perfrules.core.problem import Findings, did_you_mean
from perfrules.core.span import Text
from perfrules.family import is_called
from perfrules.language.words import CASES
from perfrules.library import Library
from perfrules.pipeline.model import Policy
from perfrules.pipeline.scenarios import CasesForm, Given, ScenarioForm
from perfrules.pipeline.wording import FORMATS, calendar_day, check_distinct, fiscal_year, one_of
from perfrules.results import Results


def cases_of(form: CasesForm, library: Library, findings: Findings) -> list[Case]:
    """The cases of a document, which finds its policies in a library."""
    document = _Document(form, library, findings)
    cases = list(document.cases())
    check_distinct([case.name for case in cases], findings)
    for case in cases:
        check_case(case, findings)
    return cases


class _Document:
    """Reads the cases of one document."""

    def __init__(self, form: CasesForm, library: Library, findings: Findings) -> None:
        self.form = form
        self.findings = findings
        self.policies = tuple(_policies(form, library, findings))

    def cases(self) -> Iterator[Case]:
        """What stands at the head, where it expects something; each scenario; each row of the table."""
        form = self.form
        if form.perfrules:
            one_of(form.perfrules, FORMATS, self.findings)
        for key, name in (("cases", form.cases), *(("name", scenario.name) for scenario in form.scenarios)):
            if not name.strip():
                self.findings.add("PR203", name.span, key=key, chinese=CASES[key])
        head = self.case(ScenarioForm.model_construct(name=form.cases, expect=form.expect, problems=form.problems))
        scenarios = [self.case(scenario) for scenario in form.scenarios]
        if head is None or not self.policies:
            return
        if form.expect or form.problems or not (form.scenarios or form.table):
            yield head
        yield from (case for case in scenarios if case is not None)
        if form.table is not None:
            rows = scenarios_of(form.table, form.cases, head.period, Results(self.policies), self.findings)
            yield from (case for row in rows if (case := self.case(row, is_row=True)) is not None)

    def case(self, own: ScenarioForm, *, is_row: bool = False) -> Case | None:
        """A scenario, with what the head says for all; None with problems noted where something of it can't be read."""
        before, form = len(self.findings.errors), self.form
        as_of = calendar_day(own.as_of or form.as_of, self.findings)
        period = fiscal_year(own.period or form.period, self.findings)
        parameters = {**form.parameters, **own.parameters}
        if own.parameters or own.name is form.cases:
            with_parameters(self.policies, parameters, self.findings)
        if len(self.findings.errors) > before:
            return None
        given = self.joined(form.given, own.given)
        decisions = own.decisions or form.decisions
        return Case(own.name, self.policies, as_of, period, given, own.expect, parameters, decisions,
                    tuple(own.problems), is_row)  # fmt: skip

    def joined(self, *several: Given) -> Given:
        """Rows of each kind, by whichever of its names it is called."""
        names: Mapping[str, str] = self.policies[0].vocabulary.kind_names if self.policies else {}
        found: dict[str, tuple[Text, list[dict[Text, Text]]]] = {}
        for given in several:
            for word, rows in given.items():
                first = found.setdefault(names.get(word, word), (word, []))
                first[1].extend(rows)
        return dict(found.values())


def _policies(form: CasesForm, library: Library, findings: Findings) -> list[Policy]:
    """The policies that a document tests; none where one of them can't be told."""
    known = (*library.policies, *library.extended)
    meant: dict[str, Text] = {}
    found: list[Policy] = []
    if not form.policies:
        findings.add("PR203", form.cases.span, key="policies", chinese=CASES["policies"])
    for name in form.policies:
        fits = [p for p in known if p.name == name] or [p for p in known if is_called(name, p.name)]
        if len(fits) != 1:
            findings.add("PR524", name.span, policy=str(name), hint=did_you_mean(name, [p.name for p in fits]))
        elif meant.setdefault(fits[0].name, name) is not name:
            related = [("first", meant[fits[0].name].span)]
            findings.add("PR210", name.span, name=fits[0].name, related=related)
        found += fits
    return found if len(found) == len(meant) == len(form.policies) else []
