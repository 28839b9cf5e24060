"""Examples: what policies say about themselves, checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from perfrules.analysis.days import days_of_change
from perfrules.analysis.widths import NARROW, check_widths
from perfrules.core.facts import Facts, gathered
from perfrules.core.given import Place, Row, row_headings
from perfrules.core.problem import Findings, Problem, Refused, Words, did_you_mean
from perfrules.core.span import Span, Text
from perfrules.core.values import Stored
from perfrules.core.vocabulary import Account, Fact, SubjectKind, Vocabulary
from perfrules.language.words import STATES, VERDICTS, english
from perfrules.library import Library
from perfrules.outcome import Outcome
from perfrules.pipeline.decisions import check_decided
from perfrules.pipeline.forms import ExampleForm
from perfrules.pipeline.model import Policy
from perfrules.pipeline.ruling import evaluate
from perfrules.pipeline.settlement import compiled
from perfrules.pipeline.statement import Ruling
from perfrules.pipeline.wording import calendar_day, stored_value, whole_number

VERDICT_WORDS, STATE_WORDS = english(VERDICTS), english(STATES)
OTHER_APPROVER = "PR292"  # of what compiling only warns of, what is about decisions
PERIOD_MIN, PERIOD_MAX = 1000, 9999


def check_examples(library: Library, findings: Findings) -> None:
    """Compile each policy for every day on which it changes, and run its examples."""
    lacking = {p.span for p in findings.problems if p.code == "PR222"}  # said once, with all its days
    for policy in library.policies:
        found = _compile_errors(policy, findings)
        findings.problems += [p for p in found if p.code != "PR222" or p.span not in lacking]
        for example in policy.examples if not found else ():
            _Example(policy, example, findings).check()
    if library.decisions and library.policies and not findings.errors:
        inside = Findings()
        days = [*(d.on for d in library.decisions), *(p.in_force[0] for p in library.policies)]
        compiled(library.policies, max(days), inside, library.decisions)
        findings.problems += [p for p in inside.problems if p in inside.errors or p.code == OTHER_APPROVER]


def _compile_errors(policy: Policy, findings: Findings) -> list[Problem]:
    """What is wrong on the first day on which something is; terms that are wide are noted."""
    for day in days_of_change(policy):
        inside = Findings()
        program = compiled([policy], day, inside)
        if inside.errors:
            return inside.errors
        if program is not None and program.plan.bits > NARROW:
            check_widths(policy, day, findings)
    return []


@dataclass(frozen=True)
class _Example:
    policy: Policy
    form: ExampleForm
    findings: Findings

    def check(self) -> None:
        before = len(self.findings.errors)
        as_of = calendar_day(self.form.as_of, self.findings)
        period = whole_number(self.form.period, self.findings, PERIOD_MIN, PERIOD_MAX)
        facts = given_facts(self.policy.vocabulary, self.form.given, period, self.findings)
        decided = check_decided(self.form.decisions, self.findings) if self.form.decisions else ()
        if len(self.findings.errors) > before or facts is None:
            return
        inside = Findings()
        try:
            program = compiled([self.policy], as_of, inside, decided)
            self.findings.problems += [p for p in inside.problems if p.severity == "error" or p.code == OTHER_APPROVER]
            if program is None:
                return
            outcome = Outcome(evaluate(program, facts, period))
            self.check_given(outcome)
        except Refused as refused:
            for problem in refused.problems:
                self.differs(
                    self.form.name.span, Words("the run", "运行"), "", Words(problem.said("en"), problem.said("zh"))
                )
            return
        for subject, expected in self.form.expect.items():
            self.compare(subject, expected, facts, outcome)

    def compare(self, subject: Text, expected: Mapping[Text, Text], facts: Facts, outcome: Outcome) -> None:
        names = _subjects(facts, outcome.period)
        full = subject if subject in names.values() else names.get(subject, "")
        if not full:
            hint = did_you_mean(subject, names)
            self.findings.add("PR502", subject.span, name=str(self.form.name), subject=str(subject), hint=hint)
            return
        kind = self.policy.vocabulary.kinds[full.partition("/")[0]]
        for key, wanted in expected.items():
            self.compare_one(full, kind, key, wanted, outcome)

    def compare_one(self, subject: str, kind: SubjectKind, key: Text, wanted: Text, outcome: Outcome) -> None:
        rule = f"{self.policy.name}/{key}"
        if any(r.name == rule and r.kind == kind.name for r in self.policy.rules):
            self.compare_verdict(subject, rule, key, wanted, outcome)
        elif key in kind.account_names:
            self.compare_amount(subject, kind.accounts[kind.account_names[key]], key, wanted, outcome)
        elif key in self.policy.vocabulary.action_names:
            self.compare_mark(subject, key, wanted, outcome)
        else:
            known = [r.name.rpartition("/")[2] for r in self.policy.rules] + list(kind.account_names)
            self.findings.add("PR503", key.span, key=str(key), hint=did_you_mean(key, known))

    def check_given(self, outcome: Outcome) -> None:
        """What is unknown in an example is said to be: a fact that is left out may be forgotten."""
        given = set(self.given_cells())
        for ruling in outcome.rulings:
            for need in ruling.needs:
                cell = (need.subject, need.period, need.about)
                if need.why == "missing" and cell not in given:
                    self.findings.add("PR504", self.form.name.span, name=str(self.form.name), fact=need.about,
                                      subject=need.subject, period=str(need.period))  # fmt: skip
                    return

    def given_cells(self) -> Iterator[tuple[str, int, str]]:
        """The subject, the period and the fact of each value that is written, also of one that is unknown."""
        vocabulary = self.policy.vocabulary
        for word, rows in self.form.given.items():
            kind = vocabulary.kinds[vocabulary.kind_names[word]]
            headings = row_headings(vocabulary, kind) | kind.by_title
            for row in rows:
                named = {headings.get(heading, heading): value for heading, value in row.items()}
                period = int(named.get("period", self.form.period))
                yield from ((f"{kind.name}/{named['id']}", period, fact) for fact in named)

    def compare_verdict(self, subject: str, rule: str, key: Text, wanted: Text, outcome: Outcome) -> None:
        """The verdict of a rule, or what became of its claims."""
        found = next((r for r in outcome.rulings if (r.subject, r.rule) == (subject, rule)), None)
        if wanted in STATE_WORDS:
            self.compare_states(found, key, wanted)
            return
        if wanted not in VERDICT_WORDS:
            known = {**VERDICT_WORDS, **STATE_WORDS}
            self.findings.add("PR208", wanted.span, word=str(wanted), hint=did_you_mean(wanted, known))
            return
        verdict = found.verdict if found else "not-applicable"
        if verdict != VERDICT_WORDS[wanted]:
            needs = ", ".join(f"{n.subject}.{n.about} ({n.period})" for n in found.needs) if found else ""
            hint = Words(f"it needs {needs}", f"缺少 {needs}") if needs else SEE
            said = Words(verdict, VERDICTS[verdict])
            self.differs(wanted.span, Words(f"`{key}`", f"`{key}`"), str(wanted), said, hint)

    def compare_states(self, found: Ruling | None, key: Text, wanted: Text) -> None:
        states = sorted({c.state for c in found.claims} if found else ()) or ["not-made"]
        if states != [STATE_WORDS[wanted]]:
            shown = Words(", ".join(states), "、".join(STATES[s] for s in states))
            self.differs(wanted.span, Words(f"the claims of `{key}`", f"`{key}` 的主张"), str(wanted), shown)

    def compare_amount(self, subject: str, account: Account, key: Text, wanted: Text, outcome: Outcome) -> None:
        """The change of an account over all years: what is given less what is taken."""
        expected = stored_value(account.opening, wanted, self.findings)
        currency = self.policy.vocabulary.currency
        change = 0
        for entry in outcome.entries:
            if entry.subject == subject and account.name in (entry.debit, entry.credit):
                minor = int(entry.amount * currency.minor_per_major)
                change += minor if entry.debit == account.name else -minor
        if isinstance(expected, int) and expected != change:
            about = Words(f"the change of `{key}`", f"`{key}` 的变动")
            self.differs(wanted.span, about, str(wanted), currency.shown(change), CHANGE)

    def compare_mark(self, subject: str, key: Text, wanted: Text, outcome: Outcome) -> None:
        marks = [*outcome.statuses, *outcome.notices, *outcome.labels]
        action = self.policy.vocabulary.action_names[key]
        mine = [m for m in marks if m.subject == subject and m.action == action]
        found = ", ".join(sorted({m.word or "yes" for m in mine})) or "no"
        plain = {"是": "yes", "否": "no"}.get(wanted, str(wanted))
        if found != plain:
            self.differs(wanted.span, Words(f"`{key}`", f"`{key}`"), str(wanted), found)

    def differs(self, span: Span, about: Words, expected: str, found: str | Words, hint: Words | None = None) -> None:
        self.findings.add("PR501", span, name=str(self.form.name), about=about, expected=expected, found=found,
                          hint=hint or SEE)  # fmt: skip


CHANGE = Words(
    "correct the rule or the example; of an account the change is expected, with its sign, not what is left",
    "请更正规则或示例；账户的预期是变动数（带正负号），不是余额",
)
SEE = Words("correct the rule or the example", "请更正规则或示例")


def _subjects(facts: Facts, period: int) -> dict[str, str]:
    """Each id with its `kind/id`; of the same id in two kinds, neither."""
    found: dict[str, list[str]] = {}
    for (kind, of), table in facts.tables.items():
        if of == period:
            for subject in table.ids:
                found.setdefault(subject, []).append(f"{kind}/{subject}")
    return {subject: names[0] for subject, names in found.items() if len(names) == 1} | {
        name: name for names in found.values() for name in names
    }


def given_facts(
    vocabulary: Vocabulary, given: Mapping[Text, list[dict[Text, Text]]], period: int, findings: Findings
) -> Facts | None:
    """The facts that an example gives; None with problems noted."""
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
