"""What an example or a case expects, compared with what comes out: exactly, or within a written tolerance."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from perfrules.core.facts import Facts
from perfrules.core.problem import LANGUAGES, Findings, Words, did_you_mean
from perfrules.core.span import Text
from perfrules.core.values import KIND_WORDS
from perfrules.core.vocabulary import Account, SubjectKind, Vocabulary
from perfrules.language.parse import parse_literal
from perfrules.language.subject import Value
from perfrules.language.words import EXPECTED, POOL_FIGURES, STATES, VERDICTS, YES_NO, english
from perfrules.outcome import Outcome
from perfrules.pipeline.balances import PoolStatement
from perfrules.pipeline.model import Policy
from perfrules.pipeline.scenarios import TO_WRITE, Expected
from perfrules.pipeline.statement import Mark, Ruling
from perfrules.pipeline.wording import stored_value
from perfrules.reports.values import value_text

VERDICT_WORDS, STATE_WORDS, EXPECTED_WORDS = english(VERDICTS), english(STATES), english(EXPECTED)
POOL_WORDS, YES_NO_WORDS = english(POOL_FIGURES), english(YES_NO)
TOLERANCE = re.compile(r"\s*(?:±|\+-|\+/-)\s*")
CHANGE = Words(
    "correct the rule or the example; of an account the change is expected, with its sign, not what is left",
    "请更正规则或示例；账户的预期是变动数（带正负号），不是余额",
)
SEE = Words("correct the rule or the example", "请更正规则或示例")


@dataclass(frozen=True)
class Expectations:
    """Compares what was expected of an outcome, under the name of an example or case."""

    name: str
    policies: tuple[Policy, ...]
    vocabulary: Vocabulary
    facts: Facts
    outcome: Outcome
    findings: Findings
    differing: list[tuple[str, str]] = field(default_factory=list)  # subjects, and rules where one is meant

    def compare(self, expect: Expected) -> None:
        """Note every difference at the place of what was expected."""
        for subject, expected in expect.items():
            full = self.subjects.get(subject, "")
            pool = "" if full else self.pools.get(subject, "")
            if full:
                kind = self.vocabulary.kinds[full.partition("/")[0]]
                for key, wanted in expected.items():
                    before = len(self.findings.errors)
                    self.one(full, kind, key, wanted)
                    if len(self.findings.errors) > before:
                        self.differing.append((full, self.rules.get((kind.name, key), "")))
            elif pool:
                for key, wanted in expected.items():
                    self.pool(pool, key, wanted)
            else:
                hint = did_you_mean(subject, [*self.subjects, *self.pools])
                self.findings.add("PR502", subject.span, name=self.name, subject=str(subject), hint=hint)

    @cached_property
    def subjects(self) -> dict[str, str]:
        """Each id of the judged period with its `kind/id`; of the same id in two kinds, neither."""
        found: dict[str, list[str]] = {}
        for (kind, of), table in self.facts.tables.items():
            if of == self.outcome.period:
                for subject in table.ids:
                    found.setdefault(subject, []).append(f"{kind}/{subject}")
        return {subject: names[0] for subject, names in found.items() if len(names) == 1} | {
            name: name for names in found.values() for name in names
        }

    @cached_property
    def rules(self) -> dict[tuple[str, str], str]:
        """The full name of each rule of a kind, by that and by every shorter one that no other rule has."""
        return {
            (kind, short): full
            for kind in self.vocabulary.kinds
            for short, full in short_names({r.name for p in self.policies for r in p.rules if r.kind == kind}).items()
        }

    @cached_property
    def pools(self) -> dict[str, str]:
        """The full name of each pool, by that and by every shorter one that no other pool has."""
        return short_names({name for p in self.policies for name in p.pools})

    def one(self, subject: str, kind: SubjectKind, key: Text, wanted: list[Text]) -> None:
        """Compare one result of a subject."""
        rule = self.rules.get((kind.name, key), "")
        figures = [m for m in self.marks.get(subject, ()) if m.word == key and m.kind]
        if self.is_open(key, wanted):
            return
        if rule:
            self.rule(subject, rule, key, wanted)
        elif key in kind.account_names:
            self.amount(subject, kind.accounts[kind.account_names[key]], key, wanted)
        elif key in self.vocabulary.action_names:
            self.mark(subject, key, wanted)
        elif key in EXPECTED_WORDS:
            self.listed(subject, key, wanted)
        elif figures or key in self.figures:
            found = figures[0] if figures else None
            self.value(key, wanted, found.value if found else None, found.kind if found else "")
        else:
            known = [short for of, short in self.rules if of == kind.name]
            known += [*kind.account_names, *self.vocabulary.action_names, *EXPECTED_WORDS, *self.figures]
            self.findings.add("PR503", key.span, key=str(key), hint=did_you_mean(key, known))

    def is_open(self, key: Text, wanted: list[Text]) -> bool:
        """Whether what is expected is still to be written, as in a case that was suggested; that is noted."""
        if TO_WRITE in wanted:
            self.findings.add("PR531", wanted[0].span, name=self.name, key=str(key))
        return TO_WRITE in wanted

    @cached_property
    def figures(self) -> tuple[str, ...]:
        """The figures that rules may say."""
        clauses = (c for p in self.policies for r in p.rules for c in r.clauses if c.figure is not None)
        return tuple(dict.fromkeys(clause.word for clause in clauses))

    def rule(self, subject: str, rule: str, key: Text, wanted: list[Text]) -> None:
        """The verdict of a rule, or what became of its claims."""
        found = self.rulings.get((subject, rule))
        if all(word in STATE_WORDS for word in wanted):
            self.states(found, key, wanted)
            return
        for word in wanted:
            if word not in VERDICT_WORDS:
                known = {**VERDICT_WORDS, **STATE_WORDS}
                self.findings.add("PR208", word.span, word=str(word), hint=did_you_mean(word, known))
                return
        verdict = found.verdict if found else "not-applicable"
        if [VERDICT_WORDS[word] for word in wanted] != [verdict]:
            needs = ", ".join(f"{n.subject}.{n.about} ({n.period})" for n in found.needs) if found else ""
            hint = Words(f"it needs {needs}", f"缺少 {needs}") if needs else SEE
            self.differs(wanted, Words(f"`{key}`", f"`{key}`"), Words(verdict, VERDICTS[verdict]), hint)

    @cached_property
    def rulings(self) -> Mapping[tuple[str, str], Ruling]:
        """Every ruling by subject and rule."""
        return {(r.subject, r.rule): r for r in self.outcome.rulings}

    def states(self, found: Ruling | None, key: Text, wanted: list[Text]) -> None:
        states = sorted({c.state for c in found.claims} if found else ()) or ["not-made"]
        if states != sorted({STATE_WORDS[word] for word in wanted}):
            shown = Words(", ".join(states), "、".join(STATES[s] for s in states))
            self.differs(wanted, Words(f"the claims of `{key}`", f"`{key}` 的主张"), shown)

    def amount(self, subject: str, account: Account, key: Text, wanted: list[Text]) -> None:
        """The change of an account over all years: what is given less what is taken."""
        change = self.changes.get((subject, account.name), Fraction(0))
        self.money(Words(f"the change of `{key}`", f"`{key}` 的变动"), account, wanted, change, CHANGE)

    @cached_property
    def changes(self) -> Mapping[tuple[str, str], Fraction]:
        """What each account of each subject receives, less what it gives."""
        found: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for entry in self.outcome.entries:
            found[entry.subject, entry.debit] += Fraction(entry.amount)
            found[entry.subject, entry.credit] -= Fraction(entry.amount)
        return found

    @cached_property
    def marks(self) -> Mapping[str, list[Mark]]:
        """Statuses, notices and labels by subject."""
        found: dict[str, list[Mark]] = defaultdict(list)
        for mark in (*self.outcome.statuses, *self.outcome.notices, *self.outcome.labels):
            found[mark.subject].append(mark)
        return found

    def money(
        self, about: Words, account: Account, wanted: list[Text], found: Fraction, hint: Words | None = None
    ) -> None:
        """An amount in major units, within the tolerance that is written; it is read as one of the account."""
        currency = self.vocabulary.currency
        text, within = self.tolerance(wanted[0])
        before = len(self.findings.errors)
        parts = [stored_value(account.opening, one, self.findings) for one in (text, within) if one is not None]
        if len(self.findings.errors) > before:
            return
        minor = int(found * currency.minor_per_major)
        expected, *rest = (part if isinstance(part, int) else None for part in parts)
        far = rest[0] if rest else 0
        if len(wanted) > 1 or expected is None or far is None or abs(minor - expected) > far:
            self.differs(wanted, about, currency.shown(minor), hint)

    def tolerance(self, text: Text) -> tuple[Text, Text | None]:
        """What is expected, and how far from it what comes out may be."""
        found = TOLERANCE.search(text)
        if found is None:
            return text, None
        parts = ((0, found.start()), (found.end(), len(text)))
        value, within = (Text(text[a:b], text.at(a, b)) for a, b in parts)
        return value, within

    def value(self, key: Text, wanted: list[Text], found: Value | None, kind: str) -> None:
        """The value of a figure."""
        about = Words(f"`{key}`", f"`{key}`")
        currency = self.vocabulary.currency
        shown = Words(*(value_text(found, kind, currency, lang) for lang in LANGUAGES)) if found is not None else NONE
        text, within = self.tolerance(wanted[0])
        literal = parse_literal(text, self.findings)
        allowed = parse_literal(within, self.findings) if within is not None else None
        if literal is None or (within is not None and allowed is None):
            return
        if isinstance(found, Fraction) and isinstance(literal.value, Fraction):
            far = allowed.value if allowed is not None and isinstance(allowed.value, Fraction) else Fraction(0)
            same = {literal.kind, kind} <= {"number", "count"} or literal.kind == kind
            if not same and literal.value != 0:
                self.findings.add("PR521", text.span, key=str(key), found=KIND_WORDS[kind], written=str(text))
            elif abs(found - literal.value) > far:
                self.differs(wanted, about, shown)
        elif found != literal.value or len(wanted) > 1:
            self.differs(wanted, about, shown)

    def mark(self, subject: str, key: Text, wanted: list[Text]) -> None:
        """A status or notice, yes or no; the words of a label."""
        action = self.vocabulary.action_names[key]
        mine = [m for m in self.marks.get(subject, ()) if m.action == action]
        found = sorted({m.word or "yes" for m in mine}) or ["no"]
        if found != sorted({YES_NO_WORDS.get(word, str(word)) for word in wanted}):
            self.differs(wanted, Words(f"`{key}`", f"`{key}`"), ", ".join(found))

    def listed(self, subject: str, key: Text, wanted: list[Text]) -> None:
        """What is missing, in conflict, or behind the results; or words that the explanation has."""
        what = EXPECTED_WORDS[key]
        if what == "explained":
            self.explained(subject, wanted)
            return
        rulings = [r for (of, _), r in self.rulings.items() if of == subject]
        kind = self.vocabulary.kinds[subject.partition("/")[0]]
        match what:
            case "missing":
                found = {need.about for ruling in rulings for need in ruling.needs}
                meant = {kind.by_title.get(word, str(word)) for word in wanted}
            case "conflicts":
                found = {c.about for c in self.outcome.conflicts if c.subject == subject}
                meant = {kind.by_title.get(word, str(word)) for word in wanted}
            case _:
                found = {r.rule for r in rulings if any(c.state in ("posted", "capped") for c in r.claims)}
                meant = {self.rules.get((kind.name, word), str(word)) for word in wanted}
        if meant != found and (found or meant - {"no", "否"}):
            self.differs(wanted, Words(f"`{key}`", f"`{key}`"), ", ".join(sorted(found)) or NONE)

    def explained(self, subject: str, wanted: list[Text]) -> None:
        """Words that the explanation has, in either language."""
        explanation = self.outcome.explain(subject)
        for words in wanted:
            if not any(words in explanation.text(language) for language in LANGUAGES):
                self.findings.add("PR522", words.span, name=self.name, subject=subject, words=str(words))

    def pool(self, pool: str, key: Text, wanted: list[Text]) -> None:
        """A figure of a pool, over all its parts and years."""
        if self.is_open(key, wanted):
            return
        if key not in POOL_WORDS:
            self.findings.add("PR503", key.span, key=str(key), hint=did_you_mean(key, POOL_WORDS))
            return
        own = [p for p in self.outcome.pools if p.pool == pool]
        about, what = Words(f"`{key}` of `{pool}`", f"`{pool}` 的 `{key}`"), POOL_WORDS[key]
        if what == "settled":
            settled = "yes" if own and all(p.settled for p in own) else "no"
            if [YES_NO_WORDS.get(word, str(word)) for word in wanted] != [settled]:
                self.differs(wanted, about, settled)
            return
        account = next(iter(self.vocabulary.accounts.values()))
        self.money(about, account, wanted, sum((_figure(p, what) for p in own), Fraction(0)))

    def differs(self, wanted: list[Text], about: Words, found: str | Words, hint: Words | None = None) -> None:
        span = wanted[0].span
        self.findings.add("PR501", span, name=self.name, about=about, expected=", ".join(wanted), found=found,
                          hint=hint or SEE)  # fmt: skip


NONE = Words("none", "无")


def _figure(pool: PoolStatement, what: str) -> Fraction:
    figures = {"taken": pool.taken, "given": pool.given, "leftover": pool.leftover, "shortfall": pool.shortfall}
    return Fraction(figures[what])


def short_names(names: set[str]) -> dict[str, str]:
    """Full names by every ending of theirs that no other has."""
    found: dict[str, list[str]] = {}
    for name in names:
        parts = name.split("/")
        for n in range(len(parts)):
            found.setdefault("/".join(parts[n:]), []).append(name)
    return {short: full[0] for short, full in found.items() if len(full) == 1 or short in names}
