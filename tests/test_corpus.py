"""The corpus of expressions and cases comes out as it is written, under every engine; `corpus/README.md` says what each file means."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import pytest

from corpus import BROUGHT
from engines import ENGINES
from perfrules import Decision, Outcome, Program, suite
from perfrules.cases import Case, Runner, given_facts
from perfrules.core.facts import Facts
from perfrules.core.money import fraction_text
from perfrules.core.problem import Findings, Refused, render_all
from perfrules.core.span import Text
from perfrules.core.vocabulary import Vocabulary
from perfrules.language.meaning import evaluate
from perfrules.language.subject import Reason, Subject, Unknown, Value, point
from perfrules.library import _checked
from perfrules.pipeline.document import Tree, read_file, read_text
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.ruling import evaluate as run
from perfrules.pipeline.settlement import compiled

CORPUS = Path(__file__).resolve().parent / "corpus"
AS_OF, PERIOD = date(2024, 1, 31), 2023
UNITS = {"money": "元", "points": "pp", "ratio": "%", "days": " days", "months": " months"}
PER_CENT = ("ratio", "points")
NAMELESS = ("zero", "no-date", "no-calendar")  # reasons that a line gives no name for
VERDICT = {"yes": "holds", "no": "does-not-hold", "unknown": "undecided"}


# expressions


@dataclass(frozen=True)
class Line:
    """A line of `expressions.csv`: an expression, over the facts of a department `A`."""

    number: int
    topic: str
    expression: str
    facts: str
    kind: str
    value: str
    because: str

    def __str__(self) -> str:
        return f"{self.number}: {self.expression}"

    @cached_property
    def given(self) -> dict[str, str]:
        """The facts by name or title."""
        pairs = (part.partition("=") for part in self.facts.split(";") if part.strip())
        return {name.strip(): value.strip() for name, _, value in pairs}

    @cached_property
    def verdicts(self) -> list[tuple[str, str, str]]:
        """Rules with their conditions, and the verdicts that are expected."""
        known = self.value != "unknown"
        found = [("known", f"({self.expression}) is known", VERDICT["yes" if known else "no"])]
        if self.kind == "flag":
            found.append(("itself", self.expression, VERDICT[self.value]))
        elif known:
            found.append(("same", f"({self.expression}) = {self.constant}", "holds"))
        return found

    @property
    def policy(self) -> str:
        """A policy that says the value as a figure, and by verdicts whether it is the expected one."""
        rules = [("value", "yes", f"{{figure: {{as: value, of: {quoted(self.expression)}}}}}")]
        rules += [(name, condition, "remind") for name, condition, _ in self.verdicts]
        head = "policy: lines\nfacts: expressions\nsubject: department\nrules:\n"
        return head + "".join(
            f"  - rule: {name}\n    when: {quoted(when)}\n    then: {then}\n    because: a line\n" for name, when, then in rules
        )

    @property
    def constant(self) -> str:
        """The value, as it is written in an expression."""
        if self.kind in ("date", "choice"):
            return self.value
        if self.kind == "text":
            return f'"{self.value}"'
        value = Fraction(self.value) * (100 if self.kind in PER_CENT else 1)
        decimal = (10**12 * value).denominator == 1
        top, under = (value, "") if decimal else (Fraction(value.numerator), f" / {value.denominator}")
        return f"{fraction_text(top)}{UNITS.get(self.kind, '')}{under}"

    @property
    def expected(self) -> Value | None:
        """The value as the reference has it; None where it is unknown."""
        if self.value == "unknown":
            return None
        match self.kind:
            case "flag":
                return {"yes": True, "no": False}[self.value]
            case "date":
                return Fraction(date.fromisoformat(self.value).toordinal())
            case "text" | "choice":
                return self.value
        return Fraction(self.value)

    @property
    def reasons(self) -> set[str]:
        return {reason.strip() for reason in self.because.split(";") if reason.strip()}

    def facts_of(self, vocabulary: Vocabulary) -> Facts:
        """The facts as files give them; `projects=none` is a file of projects without a row."""
        own = {Text.of(name): Text.of(value) for name, value in self.given.items() if name != "projects"}
        rows = {Text.of("department"): [{Text.of("id"): Text.of("A"), **own}]}
        if self.given.get("projects") == "none":
            rows[Text.of("project")] = []
        findings = Findings()
        facts = given_facts(vocabulary, rows, PERIOD, findings)
        assert facts is not None, findings.problems
        return facts


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def lines() -> Iterator[Line]:
    with (CORPUS / "expressions.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            yield Line(number, **row)


def vocabulary_tree() -> Tree:
    tree = read_file(CORPUS / "facts.yaml", Findings())
    assert tree is not None
    return tree


LINES, TREE = [*lines()], vocabulary_tree()


def program_of(line: Line) -> Compiled:
    findings = Findings()
    tree = read_text(line.policy, f"line {line.number}", findings)
    assert tree is not None
    library = _checked([TREE, tree], [], BROUGHT, findings)
    assert not findings.errors, findings.errors
    program = compiled(library.policies, AS_OF, findings)
    assert program is not None, findings.errors
    return program


def said(reasons: Iterable[Reason], vocabulary: Vocabulary) -> set[str]:
    """Reasons as a line says them."""
    many = {word: kind.many for word, kind in vocabulary.plurals.items()}
    return {r.why if r.why in NAMELESS else f"{r.why} {many.get(r.about, r.about)}" for r in reasons}


def meant(line: Line, program: Compiled, facts: Facts) -> tuple[Value | None, set[str]]:
    """The value by the reference meaning, and why it is unknown."""
    (claim,) = (claim for claim in program.claims if claim.clause.figure is not None)
    assert claim.clause.figure_kind == line.kind
    assert claim.clause.figure is not None
    subject = Subject(facts, claim.judged.scope, "A", PERIOD, AS_OF.toordinal())
    value = point(evaluate(claim.clause.figure, subject))
    return (None, said(value.reasons, program.vocabulary)) if isinstance(value, Unknown) else (value, set())


@pytest.mark.parametrize("line", LINES, ids=str)
def test_an_expression_has_its_value(line):
    """By the reference meaning, under every engine, and where one subject is decided alone."""
    program = program_of(line)
    facts = line.facts_of(program.vocabulary)
    assert meant(line, program, facts) == (line.expected, line.reasons)
    for name, engine in ENGINES.items():
        outcome = Outcome(run(program, facts, PERIOD, engine=engine))
        rulings = {ruling.rule: ruling for ruling in outcome.rulings}
        assert [mark.value for mark in outcome.labels] == ([] if line.expected is None else [line.expected]), name
        assert said(rulings["lines/value"].needs, program.vocabulary) == line.reasons, name
        assert [rulings[f"lines/{rule}"].verdict for rule, _, _ in line.verdicts] == [verdict for _, _, verdict in line.verdicts], name
    decision = decided(program, facts, "department", PERIOD, line.policy)
    fired = {fire.rule for fire in decision.fired}
    for rule, _, verdict in line.verdicts:
        assert decision.verdicts[f"lines/{rule}"] == verdict
        assert (f"lines/{rule}" in fired) == (verdict == "holds")


def test_the_corpus_has_every_line_once():
    asked = [(line.expression, frozenset(line.given.items())) for line in LINES]
    assert len(set(asked)) == len(asked)
    assert all((line.value == "unknown") == bool(line.because) for line in LINES)


# cases

FOLDERS = sorted((CORPUS / "cases").iterdir())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_case_comes_out_as_expected(folder, engine):
    assert {path.name for path in folder.iterdir()} == {"facts.yaml", "policy.yaml", "expected.yaml"}
    runner, found = Runner(ENGINES[engine]), suite.collect(folder).cases
    assert found
    for case in found:
        ran = runner.run(case)
        assert ran.passed, render_all(ran.problems)


# one subject alone


def decided(program: Compiled, facts: Facts, kind: str, period: int, policy: str) -> Decision:
    """What `decide` says of the only subject of a kind, with all that is known around it.

    Where the text of the policy is about all of the kind, it is told that there are no others.
    """
    vocabulary, table = program.vocabulary, facts.table(kind, period)
    (subject,) = table.ids
    own = {year - period: given(facts, kind, year, subject) for year in facts.periods if facts.table(kind, year).ids}
    above = vocabulary.kinds[kind].belongs_to
    below = {k.name: k.many for k in vocabulary.kinds.values() if k.belongs_to == kind and k.name in facts.loaded}
    whole = any(f"{over} {kind_of}" in policy for over, kind_of in (("over", vocabulary.kinds[kind].many), ("遍历", "部门")))
    return Program(program).decide(
        kind, {"id": subject, **own.pop(0)}, period=period, years=own or None,
        parent=given(facts, above, period, table.parents[0]) if above in facts.loaded else None,
        children={
            many: [{"id": one, **given(facts, name, period, one)} for one in facts.table(name, period).ids]
            for name, many in below.items()
        } or None,
        cohort=[] if whole else None,
    )  # fmt: skip


def given(facts: Facts, kind: str, period: int, subject: str) -> dict[str, object]:
    """The facts of a subject as a host has them, exactly; what is unknown is left out."""
    table, found = facts.table(kind, period), {}
    row = table.row_of(subject)
    assert row is not None
    for name, fact in facts.vocabulary.kinds[kind].columns.items():
        match table.columns[name][row], fact.kind:
            case None, _:
                pass
            case int(stored), "flag":
                found[name] = stored == 1
            case int(stored), "date":
                found[name] = date.fromordinal(stored)
            case int(stored), _:
                found[name] = Decimal(stored).scaleb(-fact.places)
            case stored, _:
                found[name] = stored
    return found


def single(case: Case, program: Compiled, facts: Facts) -> tuple[str, str] | None:
    """The kind and id of the only subject of a case: with its other years, its parent and what belongs to it directly."""
    kinds = {judged.rule.kind for judged in program.judged}
    (kind,) = kinds if len(kinds) == 1 else ("",)
    if not kind or case.decisions or program.pools or program.invariants:
        return None
    above = program.vocabulary.kinds[kind].belongs_to
    near = {kind, above, *(k.name for k in program.vocabulary.kinds.values() if k.belongs_to == kind)}
    rows = [(of, year, subject) for (of, year), table in facts.tables.items() for subject in table.ids]
    subjects = {subject for of, _, subject in rows if of == kind}
    apart = [of for of, year, _ in rows if of != kind and year != case.period]
    parents = {subject for of, _, subject in rows if of == above}
    loaded = {of for of in program.vocabulary.kinds if of in facts.loaded}
    if apart or not loaded <= near or len(subjects) != 1 or len(parents) > 1:
        return None
    return kind, subjects.pop()


def alone() -> Iterator[tuple[Case, Compiled, Facts, str, str, str]]:
    """The cases about one subject, with its kind, its id and the text of the policy."""
    for folder in FOLDERS:
        policy, runner = (folder / "policy.yaml").read_text(encoding="utf-8"), Runner()
        for case in suite.collect(folder).cases:
            findings = Findings()
            facts = given_facts(case.vocabulary, case.given, case.period, findings)
            program = runner.ready(case).program
            assert facts is not None
            found = single(case, program, facts) if program is not None else None
            if found is not None and program is not None:
                yield case, program, facts, *found, policy


def test_a_subject_alone_is_decided_as_the_run_decides_it():
    asked = 0
    for case, program, facts, kind, subject, policy in alone():
        asked += 1
        if case.problems:
            with pytest.raises(Refused):
                _ = decided(program, facts, kind, case.period, policy).fired
            continue
        outcome = Outcome(run(program, facts, case.period))
        mine = [ruling for ruling in outcome.rulings if ruling.subject == f"{kind}/{subject}"]
        decision = decided(program, facts, kind, case.period, policy)
        assert decision.verdicts == {ruling.rule: ruling.verdict for ruling in mine}, case.name
        standing = [(c.rule, c.action, c.amount) for ruling in mine for c in ruling.claims if c.state in ("posted", "capped")]
        fired = [(f.rule, f.action, None if f.amount is None else int(f.amount * 100)) for f in decision.fired]
        assert sorted(fired, key=str) == sorted(standing, key=str), case.name
    assert asked > 100
