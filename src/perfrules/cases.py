"""Cases: what is given, under which policies, and what must come out; run one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from perfrules.core.codes import CODES
from perfrules.core.facts import Facts, gathered
from perfrules.core.given import Place, Row, row_headings
from perfrules.core.problem import Findings, Problem, Refused, Words, did_you_mean, render
from perfrules.core.span import Span, Text
from perfrules.core.values import Stored
from perfrules.core.vocabulary import Fact, Vocabulary
from perfrules.engines.conformance import Engine
from perfrules.expectations import Expectations
from perfrules.expected_words import SEE
from perfrules.language.kinds import note_currency
from perfrules.language.nodes import Literal
from perfrules.language.parse import parse_literal
from perfrules.language.words import CASES
from perfrules.outcome import Outcome
from perfrules.pipeline.clauses import DecidingForm
from perfrules.pipeline.decisions import check_decided
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.model import Dated, Policy
from perfrules.pipeline.overlays import Allowed, overlaid
from perfrules.pipeline.recommendations import check_subjects
from perfrules.pipeline.ruling import UNDECIDED, evaluate
from perfrules.pipeline.scenarios import Expected, Given
from perfrules.pipeline.settlement import compiled
from perfrules.pipeline.statement import Ruling
from perfrules.pipeline.wording import one_of, stored_value
from perfrules.results import EXPECTED_WORDS, Results

OTHER_APPROVER = "PR292"  # of what compiling only warns of, what is about decisions
NOT_IN_FORCE = "PR709"
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
    is_row: bool = False  # of a table of cases

    @property
    def vocabulary(self) -> Vocabulary:
        """What the policies speak of."""
        return self.policies[0].vocabulary

    @property
    def title(self) -> str:
        """The name on one line."""
        return " ".join(self.name.split())


@dataclass(frozen=True)
class Ran:
    """A case that was run: what is wrong with it or with what came out, and what came out."""

    case: Case
    problems: tuple[Problem, ...]
    outcome: Outcome | None = None
    differing: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by subject, the rules behind what differs

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not any(problem.severity == "error" for problem in self.problems)

    @property
    def kept(self) -> Ran:
        """The same, without what came out where nothing is wrong with it: of thousands, that would fill the memory."""
        return replace(self, outcome=None) if self.passed else self

    def explained(self, language: str = "en") -> str:
        """Why what differs came out as it did, in `en` or `zh`."""
        if self.outcome is None:
            return ""
        explanations = (
            replace(self.outcome.explain(of), only=rules or frozenset([""])) for of, rules in self.differing.items()
        )
        return "\n".join(explanation.text(language) for explanation in explanations)

    def text(self, language: str = "en") -> str:
        """What differs, with its place, and why it came out as it did; empty where nothing does."""
        said = [render(p, language) for p in self.problems if p.severity == "error"]
        return "\n\n".join([*said, *filter(None, [self.explained(language)])])


@dataclass(frozen=True)
class _Prepared:
    """Policies with the parameters of a case, compiled for its day."""

    case: Case
    policies: tuple[Policy, ...]
    program: Compiled | None
    problems: tuple[Problem, ...]
    results: Results


class Runner:
    """Runs cases under an engine; policies are compiled once for each day and set of parameters."""

    def __init__(self, engine: Engine | None = None) -> None:
        self.engine = engine
        self.prepared: dict[object, _Prepared] = {}

    def run(self, case: Case) -> Ran:
        """Run a case: every difference is an error at the place of what was expected."""
        findings = Findings()
        ready = self.ready(case)
        facts = given_facts(case.vocabulary, case.given, case.period, findings)
        decided = check_decided(case.decisions, findings) if case.decisions else []
        program, noted = ready.program, list(ready.problems)
        if decided and program is not None:
            inside = Findings()
            program, noted = compiled(ready.policies, case.as_of, inside, decided), inside.problems
        findings.problems += [p for p in noted if p.severity == "error" or p.code == OTHER_APPROVER]
        if findings.errors or facts is None or program is None:
            return _refused(case, findings.problems)
        try:
            check_subjects(program, facts, case.period)
            outcome = Outcome(evaluate(program, facts, case.period, engine=self.engine))
        except Refused as refused:
            return _refused(case, [*findings.problems, *refused.problems], running=True)
        return _compared(case, ready, outcome, findings)

    def ready(self, case: Case) -> _Prepared:
        """The case's policies with its parameters, compiled for its day, as it is without decisions."""
        key = (*map(id, case.policies), case.as_of, *sorted(case.parameters.items()))
        found = self.prepared.get(key)
        if found is None:
            findings = Findings()
            policies = with_parameters(case.policies, case.parameters, findings)
            program = None if findings.errors else compiled(policies, case.as_of, findings)
            good = None if findings.errors else program
            found = _Prepared(case, policies, good, tuple(findings.problems), Results(policies))
            self.prepared[key] = found  # with the case, whose policies keep their identity as long as they are alive
        return found


def _refused(case: Case, problems: Sequence[Problem], *, running: bool = False) -> Ran:
    """A case that did not come to a result: as it expects, or not. What stops a run itself is said of the case."""
    errors = [p for p in problems if p.severity == "error"]
    others = [p for p in problems if p.severity != "error"]
    codes = sorted({p.code for p in errors})
    if case.problems and codes == sorted(set(case.problems)):
        return Ran(case, tuple(others))
    if case.problems:
        wanted, found = ", ".join(case.problems), ", ".join(codes)
        words = Words(f"expects {wanted}, but is refused with {found}", f"预期 {wanted}，却因 {found} 被拒绝")
        others.append(_differs(case, words))
    return Ran(case, (*others, *(_told(case, p) if running else p for p in errors)))


def _told(case: Case, problem: Problem) -> Problem:
    """What stops a run, under the name of the case, with the place in the policy."""
    words = (f"{text}{problem.said(lang)}" for lang, text in (("en", f"is refused, {problem.code}: "),
                                                              ("zh", f"被拒绝，{problem.code}：")))  # fmt: skip
    related = (("declared", problem.span),) if problem.span else ()
    return _differs(case, Words(*words), Words(problem.cure("en"), problem.cure("zh")), related)


def _differs(case: Case, found: Words, hint: Words = SEE, related: tuple[tuple[str, Span], ...] = ()) -> Problem:
    return Problem("PR523", case.name.span, {"name": case.title, "found": found, "hint": hint}, related)


def _compared(case: Case, ready: _Prepared, outcome: Outcome, findings: Findings) -> Ran:
    """What a case expects beside what came out."""
    if case.problems:
        codes = ", ".join(case.problems)
        words = Words(f"expects {codes}, but is not refused", f"预期因 {codes} 被拒绝，实际没有")
        findings.put(_differs(case, words))
    expectations = Expectations(case.title, ready.results, outcome, findings, case.is_row)
    expectations.compare(case.expect)
    if findings.errors:
        findings.problems += [p for p in ready.problems if p.code == NOT_IN_FORCE]
    _note_left_out(case, expectations, findings)
    return Ran(case, tuple(findings.problems), outcome, expectations.differing)


def _note_left_out(case: Case, expectations: Expectations, findings: Findings) -> None:
    """What is unknown of what a case expects is said to be, or expected to be missing: it may be forgotten."""
    actuals = expectations.actuals
    meant = {actuals.subjects.get(of) for of, keys in case.expect.items() if any(_is_missing(k) for k in keys)}
    waiting = [r for r in actuals.rulings.values() if r.needs and r.subject not in meant]
    needs = (need for ruling in waiting if _is_expected(ruling, expectations) for need in ruling.needs)
    missing = [need for need in needs if need.why == "missing"]
    given = set(_given_cells(case)) if missing else set()
    left_out = next((need for need in missing if (need.subject, need.period, need.about) not in given), None)
    if left_out is not None:
        findings.add(LEFT_OUT, case.name.span, name=case.title, fact=left_out.about,
                     subject=left_out.subject, period=str(left_out.period))  # fmt: skip


def _is_missing(key: str) -> bool:
    return EXPECTED_WORDS.get(key) == "missing"


def _is_expected(ruling: Ruling, expectations: Expectations) -> bool:
    """Whether something is expected that follows from what is not known of a ruling."""
    kind = ruling.subject.partition("/")[0]
    return any(
        rule == ruling.rule
        and (claims or ruling.verdict == UNDECIDED)
        and (ruling.subject == of or kind != of.partition("/")[0])  # of what belongs to it, or into a pool
        for of, rule, claims in expectations.behind
    )


def check_case(case: Case, findings: Findings) -> None:
    """A case expects something: results, or to be refused with codes that there are; never both."""
    expects = any(case.expect.values())
    if expects and case.problems:
        here = Words("beside `problems`", "在预期问题代码时")
        findings.add("PR242", next(iter(case.expect)).span, key=Words("expect", CASES["expect"]), here=here)
    if not expects and not case.problems:
        findings.add("PR520", case.name.span, name=case.title)
    for code in case.problems:
        if code not in CODES:
            findings.put(Problem("PR904", code.span, {"code": str(code), "hint": did_you_mean(code, CODES)}))


def with_parameters(
    policies: tuple[Policy, ...], parameters: Mapping[Text, Text], findings: Findings
) -> tuple[Policy, ...]:
    """Policies with other values of parameters, of the same kind, on every day."""
    for name, value in parameters.items():
        known = {own: p for p in policies for own in p.parameters}
        if name not in known:
            named = ", ".join(p.name for p in policies)
            findings.add("PR261", name.span, name=str(name), parent=named, hint=did_you_mean(name, known))
        policies = tuple(_with_parameter(p, name, value, findings) if name in p.parameters else p for p in policies)
    return policies


def _with_parameter(policy: Policy, name: Text, value: Text, findings: Findings) -> Policy:
    own = policy.parameters[name]
    literal = parse_literal(value, findings)
    if own.choices:
        one_of(value, own.choices, findings)
        literal = Literal("choice", str(value), str(value), value.span)
    if literal is None:
        return policy
    note_currency(literal, policy.vocabulary.currency, findings)
    always = replace(own, values=(Dated(date.min, date.max, literal, "", Words("", "")),))
    changed = overlaid(own, always, Allowed(), findings)
    return replace(policy, parameters={**policy.parameters, str(name): changed})


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
