"""Cases: what is given, under which policies, and what must come out; run one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from perfrules.core.facts import Facts, gathered
from perfrules.core.given import Place, Row, row_headings
from perfrules.core.problem import Findings, Problem, Refused, Words, did_you_mean
from perfrules.core.span import Span, Text
from perfrules.core.values import Stored
from perfrules.core.vocabulary import Fact, Vocabulary
from perfrules.engines.conformance import Engine
from perfrules.expectations import SEE, Expectations
from perfrules.language.parse import parse_literal
from perfrules.outcome import Outcome
from perfrules.pipeline.clauses import DecidingForm
from perfrules.pipeline.decisions import check_decided
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.model import Dated, DatedParameter, Policy
from perfrules.pipeline.ruling import evaluate
from perfrules.pipeline.scenarios import Expected, Given
from perfrules.pipeline.settlement import compiled
from perfrules.pipeline.wording import stored_value

OTHER_APPROVER = "PR292"  # of what compiling only warns of, what is about decisions
LEFT_OUT = "PR504"  # what an example leaves out, though a verdict waits for it


@dataclass(frozen=True, eq=False)
class Case:
    """An example of a policy, or a scenario or row of a file of cases."""

    name: Text
    policies: tuple[Policy, ...]
    as_of: date
    period: int
    given: Given
    expect: Expected
    parameters: Mapping[Text, Text] = field(default_factory=dict)
    decisions: DecidingForm | None = None
    problems: tuple[Text, ...] = ()

    @property
    def vocabulary(self) -> Vocabulary:
        """What the policies speak of."""
        return self.policies[0].vocabulary


@dataclass(frozen=True)
class Ran:
    """A case that was run: what is wrong with it or with what came out, and what came out."""

    case: Case
    problems: tuple[Problem, ...]
    outcome: Outcome | None = None
    differing: tuple[tuple[str, str], ...] = ()  # subjects, and rules where one is meant

    def explained(self, language: str = "en") -> str:
        """Why what differs came out as it did, in `en` or `zh`: that ruling, or those with claims."""
        if self.outcome is None:
            return ""
        texts = []
        for subject, rule in dict.fromkeys(self.differing):
            with_claims = {r.rule for r in self.outcome.rulings if r.subject == subject and (r.claims or r.needs)}
            only = frozenset([rule]) if rule else frozenset(with_claims)
            texts.append(replace(self.outcome.explain(subject), only=only).text(language))
        return "\n".join(texts)

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not any(problem.severity == "error" for problem in self.problems)


class Runner:
    """Runs cases under an engine; policies are compiled once for each day and set of parameters."""

    def __init__(self, engine: Engine | None = None) -> None:
        self.engine = engine
        self.programs: dict[object, tuple[tuple[Policy, ...], Compiled | None, list[Problem]]] = {}

    def run(self, case: Case) -> Ran:
        """Run a case: every difference is an error at the place of what was expected."""
        findings = Findings()
        facts = given_facts(case.vocabulary, case.given, case.period, findings)
        policies = with_parameters(case.policies, case.parameters, findings)
        decided = tuple(check_decided(case.decisions, findings)) if case.decisions else ()
        if findings.errors or facts is None:
            return Ran(case, tuple(findings.problems))
        outcome: Outcome | None = None
        try:
            program, noted = self.compiled(case, policies, decided)
            if program is None:
                return self.uncompiled(case, [p for p in noted if p.severity == "error"], findings)
            findings.problems += [p for p in noted if p.code == OTHER_APPROVER]
            outcome = Outcome(evaluate(program, facts, case.period, engine=self.engine))
        except Refused as refused:
            return self.refused(case, refused, findings)
        if case.problems:
            codes = ", ".join(case.problems)
            _differs(
                case, Words(f"{codes} is expected, but nothing is refused", f"预期 {codes}，但没有被拒绝"), findings
            )
        self.note_left_out(case, outcome, findings)
        expectations = Expectations(str(case.name), policies, case.vocabulary, facts, outcome, findings)
        expectations.compare(case.expect)
        return Ran(case, tuple(findings.problems), outcome, tuple(expectations.differing))

    def compiled(
        self, case: Case, policies: tuple[Policy, ...], decided: tuple[object, ...]
    ) -> tuple[Compiled | None, list[Problem]]:
        """The policies on the case's day, with what compiling found."""
        key = (tuple(map(id, case.policies)), case.as_of, tuple(sorted(case.parameters.items())))
        if decided or key not in self.programs:
            inside = Findings()
            made = compiled(policies, case.as_of, inside, decided)  # type: ignore[arg-type]
            found = (None if inside.errors else made, inside.problems)
            if decided:
                return found
            self.programs[key] = (case.policies, *found)  # those of a key must live as long as it does
        return self.programs[key][1:]

    def uncompiled(self, case: Case, errors: list[Problem], findings: Findings) -> Ran:
        """What is wrong with the policies themselves is said where they are written, unless the case expects it."""
        if not case.problems or {p.code for p in errors} != set(case.problems):
            findings.problems += errors
        return Ran(case, tuple(findings.problems))

    def refused(self, case: Case, refused: Refused, findings: Findings) -> Ran:
        """What the case expects to be refused, or a difference for each problem."""
        found = sorted({p.code for p in refused.problems if p.severity == "error"})
        if case.problems and found == sorted(case.problems):
            return Ran(case, tuple(findings.problems))
        for problem in refused.problems:
            if problem.severity == "error":
                said = Words(f"it is refused, {problem.code}: {problem.said('en')}",
                             f"被拒绝，{problem.code}：{problem.said('zh')}")  # fmt: skip
                _differs(case, said, findings)
        return Ran(case, tuple(findings.problems))

    def note_left_out(self, case: Case, outcome: Outcome, findings: Findings) -> None:
        """What is unknown in a case is said to be: a fact that is left out may be forgotten."""
        missing = [need for ruling in outcome.rulings for need in ruling.needs if need.why == "missing"]
        given = set(_given_cells(case)) if missing else set()
        left_out = next((need for need in missing if (need.subject, need.period, need.about) not in given), None)
        if left_out is not None:
            findings.add(LEFT_OUT, case.name.span, name=str(case.name), fact=left_out.about,
                         subject=left_out.subject, period=str(left_out.period))  # fmt: skip


def _differs(case: Case, found: Words, findings: Findings) -> None:
    findings.add("PR523", case.name.span, name=str(case.name), found=found, hint=SEE)


def with_parameters(
    policies: tuple[Policy, ...], parameters: Mapping[Text, Text], findings: Findings
) -> tuple[Policy, ...]:
    """Policies with other values of parameters, of the same kind, on every day."""
    for name, value in parameters.items():
        literal = parse_literal(value, findings)
        having = [p for p in policies if name in p.parameters]
        if literal is None:
            continue
        for policy in having:
            own = policy.parameters[name]
            kinds = {dated.literal.kind for dated in own.values}
            word = (
                replace(literal, kind="choice") if kinds == {"choice"} and literal.kind in ("word", "text") else literal
            )
            if word.kind not in kinds or (own.choices and word.value not in own.choices):
                findings.add("PR525", value.span, name=str(name), value=str(value), hint=Words("", ""))
                continue
            dated = Dated(date.min, date.max, word, "", Words("", ""))
            changed: DatedParameter = replace(own, values=(dated,))
            made = replace(policy, parameters={**policy.parameters, str(name): changed})
            policies = tuple(made if p is policy else p for p in policies)
        if not having:
            known = [own for p in policies for own in p.parameters]
            findings.add("PR525", name.span, name=str(name), value=str(value), hint=did_you_mean(name, known))
    return policies


def _given_cells(case: Case) -> Iterator[tuple[str, int, str]]:
    """The subject, the period and the fact of each value that is written, also of one that is unknown."""
    vocabulary = case.vocabulary
    for word, rows in case.given.items():
        kind = vocabulary.kinds[vocabulary.kind_names[word]]
        headings = row_headings(vocabulary, kind) | kind.by_title
        for row in rows:
            named = {headings.get(heading, heading): value for heading, value in row.items()}
            period = int(named.get("period", case.period))
            yield from ((f"{kind.name}/{named['id']}", period, fact) for fact in named)


def given_facts(vocabulary: Vocabulary, given: Given, period: int, findings: Findings) -> Facts | None:
    """The facts that a case gives; None with problems noted."""
    before = len(findings.errors)
    rows: dict[str, list[tuple[Place, Row]]] = {
        kind: [(_place(kind, row), cast(Row, row)) for row in listed] for kind, listed in given.items()
    }

    def read(fact: Fact, value: object) -> Stored | None:
        assert isinstance(value, Text)
        return stored_value(fact, value, findings)

    facts = gathered(vocabulary, rows, period, findings, read)
    return facts if len(findings.errors) == before else None


def _place(kind: Text, row: Mapping[Text, Text]) -> Span:
    """Where a row begins."""
    return next((key.span for key in row), kind.span)
