"""The corpus of expressions and cases comes out as it is written, under every engine; its README says what each file means."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import pytest

from corpus import BROUGHT
from engines import ENGINES
from perfrules import Decision, Outcome, Program
from perfrules.cases import given_facts
from perfrules.core.facts import Facts
from perfrules.core.money import fraction_text
from perfrules.core.problem import Findings
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


def vocabulary_tree() -> Tree:
    tree = read_file(CORPUS / "facts.yaml", Findings())
    assert tree is not None
    return tree


TREE = vocabulary_tree()


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
    def policy(self) -> str:
        """A policy that says the value as a figure, and whether it is what is expected as verdicts."""
        rules = [("value", "yes", "{figure: {as: value, of: %s}}" % _quoted(self.expression))]
        rules += [(name, condition, "remind") for name, condition, _ in self.verdicts]
        head = "policy: lines\nfacts: expressions\nsubject: department\nrules:\n"
        return head + "".join(
            f"  - rule: {name}\n    when: {_quoted(when)}\n    then: {then}\n    because: a line\n" for name, when, then in rules
        )

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
        match self.kind:
            case _ if self.value == "unknown":
                return None
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
        """The facts as a file gives them; `projects=none` is a file of projects in which there are none."""
        own = {Text.of(name): Text.of(value) for name, value in self.given.items() if name != "projects"}
        given = {Text.of("department"): [{Text.of("id"): Text.of("A"), **own}]}
        given |= {Text.of("project"): []} if "projects" in self.given else {}
        findings = Findings()
        facts = given_facts(vocabulary, given, PERIOD, findings)
        assert facts is not None, findings.problems
        return facts


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def lines() -> Iterator[Line]:
    with (CORPUS / "expressions.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            yield Line(number, **row)


def program_of(line: Line) -> Compiled:
    findings = Findings()
    tree = read_text(line.policy, f"line {line.number}", findings)
    assert tree is not None
    library = _checked([TREE, tree], [], BROUGHT, findings)
    assert not findings.errors, findings.errors
    program = compiled(library.policies, AS_OF, findings)
    assert program is not None, findings.errors
    return program


def said(reasons: set[Reason] | frozenset[Reason], vocabulary: Vocabulary) -> set[str]:
    """Reasons as a line says them."""
    plurals = vocabulary.plurals
    about = {r: plurals[r.about].many if r.about in plurals else r.about for r in reasons}
    return {r.why if r.why in NAMELESS else f"{r.why} {about[r]}" for r in reasons}


@pytest.mark.parametrize("line", [*lines()], ids=str)
def test_an_expression_has_its_value(line):
    program = program_of(line)
    facts = line.facts_of(program.vocabulary)
    claim = next(claim for claim in program.claims if claim.clause.figure is not None)
    assert claim.clause.figure_kind == line.kind
    assert claim.clause.figure is not None
    value = point(evaluate(claim.clause.figure, Subject(facts, claim.judged.scope, "A", PERIOD, AS_OF.toordinal())))
    if isinstance(value, Unknown):
        assert line.expected is None
        assert said(value.reasons, program.vocabulary) == line.reasons
    else:
        assert value == line.expected
    for name, engine in ENGINES.items():
        outcome = Outcome(run(program, facts, PERIOD, engine=engine))
        assert [mark.value for mark in outcome.labels] == ([] if line.expected is None else [line.expected]), name
        rulings = {ruling.rule: ruling for ruling in outcome.rulings}
        assert said(set(rulings["lines/value"].needs), program.vocabulary) == line.reasons, name
        for rule, _, verdict in line.verdicts:
            assert rulings[f"lines/{rule}"].verdict == verdict, name
    decision = decided(program, facts, whole="departments" in line.expression or "部门" in line.expression)
    for rule, _, verdict in line.verdicts:
        assert decision.verdicts[f"lines/{rule}"] == verdict
        assert (f"lines/{rule}" in {fire.rule for fire in decision.fired}) == (verdict == "holds")


# one subject alone


def decided(program: Compiled, facts: Facts, kind: str = "department", *, whole: bool = False, period: int = PERIOD) -> Decision:
    """What `decide` says of the only subject of a kind, with all that is known around it; `whole` where there are no others."""
    vocabulary = program.vocabulary
    table = facts.table(kind, period)
    (subject,) = table.ids
    own = {year - period: given(facts, kind, year, subject) for year in facts.periods if facts.table(kind, year).row_of(subject) is not None}
    below = {k.name: k.many for k in vocabulary.kinds.values() if k.belongs_to == kind and k.name in facts.loaded}
    parent = vocabulary.kinds[kind].belongs_to
    return Program(program).decide(
        kind, {"id": subject, **own.pop(0)}, period=period,
        years=own or None,
        parent=given(facts, parent, period, table.parents[0]) if parent and facts.table(parent, period).row_of(table.parents[0]) is not None else None,
        children={many: [{"id": i, **given(facts, name, period, i)} for i in facts.table(name, period).ids] for name, many in below.items()} or None,
        cohort=[] if whole else None,
    )  # fmt: skip


def given(facts: Facts, kind: str, period: int, subject: str) -> Mapping[str, object]:
    """The facts of a subject as a host has them, exactly; what is unknown is left out."""
    table, columns = facts.table(kind, period), facts.vocabulary.kinds[kind].columns
    row = table.row_of(subject)
    assert row is not None
    found: dict[str, object] = {}
    for name, fact in columns.items():
        stored = table.columns[name][row]
        if isinstance(stored, str):
            found[name] = stored
        elif stored is not None:
            found[name] = stored == 1 if fact.kind == "flag" else date.fromordinal(stored) if fact.kind == "date" else Decimal(stored).scaleb(-fact.places)
    return found
