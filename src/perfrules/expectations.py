"""What an example or a case expects, compared with what comes out: exactly, or within a written tolerance."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from perfrules.actuals import Actuals, Word
from perfrules.core.problem import LANGUAGES, Findings, Words, did_you_mean
from perfrules.core.span import Text
from perfrules.core.vocabulary import Action, Fact
from perfrules.expected_lists import came_out, claimed, not_said
from perfrules.expected_words import (
    CHANGE,
    COMMA,
    DIFFERENCES,
    NONE_WORDS,
    NOTHING,
    ONE_OR_OTHER,
    SEE,
    SEVERAL,
    STATE_WORDS,
    UNKNOWN,
    VERDICT_WORDS,
    WHETHER_WORDS,
    YES_NO_WORDS,
    are_distinct,
    are_words,
    is_unknown,
    quoted,
    said_yes,
)
from perfrules.language.words import STATES, VERDICTS
from perfrules.outcome import Outcome
from perfrules.pipeline.scenarios import TO_WRITE, Expected
from perfrules.pipeline.statement import Ruling
from perfrules.pipeline.wording import stored_value
from perfrules.reports.values import value_text
from perfrules.results import EXPECTED_WORDS, POOL_WORDS, Results, one_of_several
from perfrules.tolerance import is_meant, parted


@dataclass(frozen=True)
class Expectations:
    """Compares what was expected of an outcome, under the name of an example or case."""

    name: str
    results: Results
    outcome: Outcome
    findings: Findings
    is_row: bool = False  # of a table of cases, in whose cells `;` parts several things
    behind: set[tuple[str, str, bool]] = field(default_factory=set)
    """What is expected follows from: a subject or pool, a rule, and whether its claims count, too."""
    differing: dict[str, frozenset[str]] = field(default_factory=dict)
    """By subject, the rules behind what differs."""

    def compare(self, expect: Expected) -> None:
        """Note every difference at the place of what was expected."""
        for subject, expected in expect.items():
            full = self.actuals.subjects.get(subject, "")
            pool = "" if full else self.results.pools.get(subject, "")
            if not full and not pool:
                self.unknown_subject(subject)
                continue
            for key, wanted in expected.items():
                before = len(self.findings.problems)
                if not all(wanted) or not wanted:
                    what = Words("what is expected, `none` where it is nothing", "预期的结果；没有的写 `无`")
                    self.findings.add("PR204", key.span, key=str(key), expected=what)
                elif self.is_open(key, wanted):
                    continue
                elif pool:
                    self.pool(pool, key, wanted)
                    self.behind.update((pool, rule, True) for rule in self.results.behind_pool(pool))
                elif sort := self.one(full, key, wanted):
                    rules = self.results.behind(full.partition("/")[0], key)
                    claims = self.looks_at_claims(full, sort, key, wanted)
                    self.behind.update((full, rule, claims) for rule in rules if claims is not None)
                    if any(p.code in DIFFERENCES for p in self.findings.problems[before:]):
                        self.differing[full] = self.differing.get(full, frozenset()) | rules

    def unknown_subject(self, subject: Text) -> None:
        """Note that something is expected of what is not there, or there more than once."""
        known = [word for word, of in self.actuals.subjects.items() if word == of or "/" not in word]
        several = [word for word in known if word.partition("/")[2] == subject]
        hint = one_of_several(several) if several else did_you_mean(subject, [*known, *self.results.pools])
        self.findings.add("PR502", subject.span, name=self.name, subject=str(subject),
                          period=str(self.outcome.period), hint=hint)  # fmt: skip

    def looks_at_claims(self, subject: str, sort: str, key: str, wanted: list[Text]) -> bool | None:
        """Whether what is expected follows from claims, too, rather than from verdicts; None where from neither."""
        if sort == "listed":
            return None if EXPECTED_WORDS[key] == "explained" else True
        if sort == "figure":
            return not any(mark.kind and mark.word == key for mark in self.actuals.marks[subject])
        return sort == "account" or (sort == "rule" and wanted[0] in STATE_WORDS)

    @cached_property
    def actuals(self) -> Actuals:
        """What came out."""
        return Actuals(self.outcome)

    def one(self, subject: str, key: Text, wanted: list[Text]) -> str:
        """Compare one result of a subject; which sort of result it is."""
        kind = subject.partition("/")[0]
        sort = self.results.check(kind, key, self.findings)
        if sort != "figure" and not are_distinct(wanted, self.findings):  # a figure may be the same in two years
            return ""
        match sort:
            case "rule":
                self.rule(subject, self.results.rules[kind][key], key, wanted)
            case "account":
                self.account(subject, key, wanted)
            case "action":
                self.action(subject, self.results.actions[key], key, wanted)
            case "listed":
                self.listed(subject, key, wanted)
            case "figure":
                self.figure(subject, key, wanted)
        return sort

    def differs(self, wanted: list[Text], about: Words, found: str | Words, hint: Words = SEE) -> None:
        """Note that something came out otherwise."""
        told = SEVERAL if self.is_row and any(COMMA.search(word) for word in wanted) else hint
        self.findings.add("PR501", wanted[0].span, name=self.name, about=about, expected=", ".join(wanted),
                          found=found, hint=told)  # fmt: skip

    def is_open(self, key: Text, wanted: list[Text]) -> bool:
        """Whether what is expected is still to be written, as in a case that was suggested; that is noted."""
        if TO_WRITE in wanted:
            self.findings.add("PR531", wanted[0].span, name=self.name, key=str(key))
        return TO_WRITE in wanted

    # verdicts and claims

    def rule(self, subject: str, rule: str, key: Text, wanted: list[Text]) -> None:
        """The verdict of a rule, or what became of its claims."""
        found = self.actuals.rulings.get((subject, rule))
        if all(word in STATE_WORDS for word in wanted):
            self.states(found, key, wanted)
            return
        wrong = next((word for word in wanted if word not in VERDICT_WORDS), None)
        if wrong is not None:
            known = {**VERDICT_WORDS, **STATE_WORDS}
            hint = ONE_OR_OTHER if wrong in known else did_you_mean(wrong, known)
            hint = SEVERAL if self.is_row and COMMA.search(wrong) else hint
            self.findings.add("PR208", wrong.span, word=str(wrong), hint=hint)
            return
        verdict = found.verdict if found else "not-applicable"
        if [VERDICT_WORDS[word] for word in wanted] != [verdict]:
            needs = ", ".join(f"{n.subject}.{n.about} ({n.period})" for n in found.needs) if found else ""
            hint = Words(f"it needs {needs}", f"缺少 {needs}") if needs else SEE
            self.differs(wanted, quoted(key), Words(verdict, VERDICTS[verdict]), hint)

    def states(self, found: Ruling | None, key: Text, wanted: list[Text]) -> None:
        """What became of the claims of a rule."""
        states = sorted({c.state for c in found.claims} if found else ()) or ["not-made"]
        if states != sorted({STATE_WORDS[word] for word in wanted}):
            shown = Words(", ".join(states), "、".join(STATES[s] for s in states))
            self.differs(wanted, Words(f"the claims of `{key}`", f" `{key}` 的款项"), shown)

    # money

    def account(self, subject: str, key: Text, wanted: list[Text]) -> None:
        """The change of an account over all years: what is given less what is taken."""
        kind = self.results.vocabulary.kinds[subject.partition("/")[0]]
        account = kind.accounts[kind.account_names[key]]
        place = Word(subject, account.name)
        change = self.actuals.changes.get(place, Fraction(0))
        about = Words(f"the change of `{key}`", f" `{key}` 的变动")
        left = self.beside_unknown(place, about, wanted, change)
        if left and self.is_other(account.opening, left, change):
            self.differs(left, about, self.shown(change), CHANGE)

    def beside_unknown(
        self, place: Word, about: Words, wanted: list[Text], moved: Fraction | None = None
    ) -> list[Text]:
        """What is left to compare: all, or where claims wait, what is expected beside `unknown`. Without that word a
        difference is noted there: what waits is neither nothing nor no."""
        waiting = self.actuals.waiting.get(place, ())
        left = [word for word in wanted if word not in (UNKNOWN.en, UNKNOWN.zh)]
        if not waiting or len(left) < len(wanted):
            return left if waiting else wanted
        rules = [f"`{rule}`" for rule in dict.fromkeys(claim.rule for claim in waiting)]
        found, en, zh = UNKNOWN, UNKNOWN.en, UNKNOWN.zh
        if moved is not None:
            currency = self.results.vocabulary.currency
            shown, plain = self.shown(moved), currency.written(currency.plain(self.minor(moved)))
            found = Words(f"unknown, so far {shown}", f"未知，目前 {shown}")
            en, zh = (f"{plain};{word}" if self.is_row else f"[{plain}, {word}]" for word in (en, zh))
        wait = "waits" if len(rules) == 1 else "wait"
        hint = Words(f"{', '.join(rules)} {wait}; write `{en}`, or give what is missing",
                     f"{'、'.join(rules)} 尚待定；请写 `{zh}`，或补齐缺少的内容")  # fmt: skip
        self.differs(wanted, about, found, hint)
        return []

    def minor(self, amount: Fraction) -> int:
        """An amount of the currency in minor units."""
        return int(amount * self.results.vocabulary.currency.minor_per_major)

    def shown(self, amount: Fraction) -> str:
        """An amount in major units, as messages show it."""
        return self.results.vocabulary.currency.shown(self.minor(amount))

    def is_other(self, fact: Fact, wanted: list[Text], found: Fraction) -> bool:
        """Whether an amount in major units is beyond the tolerance that is written, which is read as of a fact; what
        can't be read is noted."""
        before = len(self.findings.errors)
        facts = fact, replace(fact, least=0)  # the second is of the tolerance
        parts = [stored_value(of, one, self.findings) for of, one in zip(facts, parted(wanted[0]), strict=False)]
        if len(self.findings.errors) > before:
            return False
        expected, far = (part if isinstance(part, int) else None for part in (*parts, 0)[:2])
        return len(wanted) > 1 or expected is None or far is None or abs(self.minor(found) - expected) > far

    def pool(self, pool: str, key: Text, wanted: list[Text]) -> None:
        """A figure of a pool, over all its parts and years."""
        what = POOL_WORDS.get(key, "")
        about = Words(f"`{key}` of `{pool}`", f" `{pool}` 的 `{key}` ")
        if not what:
            known = did_you_mean(key, POOL_WORDS)
            self.findings.add("PR503", key.span, key=str(key), what=Words("a pool", "资金池"), hint=known)
            return
        if what == "settled":
            own = [p for p in self.outcome.pools if p.pool == pool]
            settled = bool(own) and all(p.settled for p in own)
            if not are_words(wanted, YES_NO_WORDS, self.findings):
                return
            if [YES_NO_WORDS[word] for word in wanted] != ["yes" if settled else "no"]:
                self.differs(wanted, about, said_yes(settled), claimed(pool, self.actuals, self.results))
            return
        found = self.actuals.pool(pool, what)
        if found is not None:
            currency = self.results.vocabulary.currency
            fact = Fact(str(key), "money", currency.places, currency=currency.code)
            if self.is_other(fact, wanted, found):
                self.differs(wanted, about, self.shown(found), claimed(pool, self.actuals, self.results))
        elif not is_unknown(wanted):
            self.differs(wanted, about, UNKNOWN, claimed(pool, self.actuals, self.results))

    # statuses, notices, labels, figures

    def action(self, subject: str, action: Action, key: Text, wanted: list[Text]) -> None:
        """A status or notice, yes or no; the words of a label."""
        found = sorted({mark.word or "yes" for mark in self.actuals.marks[subject] if mark.action == action.name})
        if action.effect != "label" and not are_words(wanted, WHETHER_WORDS, self.findings):
            return
        asked = sorted({YES_NO_WORDS.get(word, str(word)) for word in wanted})
        if not found and not self.beside_unknown(Word(subject, action.name), quoted(key), wanted):
            return
        if found != ([] if asked[0] in ("no", *NONE_WORDS) else asked):
            words = ", ".join(found) or NOTHING
            self.differs(wanted, quoted(key), words if action.effect == "label" else said_yes(bool(found)))

    def figure(self, subject: str, key: Text, wanted: list[Text]) -> None:
        """The values of a figure, in order of year, each within the tolerance that is written."""
        found = sorted((m for m in self.actuals.marks[subject] if m.kind and m.word == key), key=lambda m: m.period)
        nothing = len(wanted) == 1 and wanted[0] in NONE_WORDS
        if not found and (not self.beside_unknown(Word(subject, str(key)), quoted(key), wanted) or nothing):
            return
        before = len(self.findings.errors)
        currency = self.results.vocabulary.currency
        pairs = zip(wanted, () if nothing else found, strict=False)
        same = len(found) == len(wanted) and all(is_meant(text, m, currency, self.findings) for text, m in pairs)
        if (nothing or not same) and len(self.findings.errors) == before:
            shown = (", ".join(value_text(m.value, m.kind, currency, lang) for m in found if m.value is not None)
                     for lang in LANGUAGES)  # fmt: skip
            self.differs(wanted, quoted(key), Words(*shown) if found else NOTHING)

    # what is missing, in conflict, behind the results; words of the explanation

    def listed(self, subject: str, key: Text, wanted: list[Text]) -> None:
        """What is missing, in conflict, or behind the results; or words that the explanation has."""
        what = EXPECTED_WORDS[key]
        if what == "explained":
            for words in not_said(wanted, subject, self.actuals):
                self.findings.add("PR522", words.span, name=self.name, subject=subject, words=str(words))
            return
        found = came_out(what, subject, self.actuals, self.results)
        meant = [] if len(wanted) == 1 and wanted[0] in NONE_WORDS else wanted
        unmet = [words for words in found if not any(word in words for word in meant)]
        if unmet or not all(any(word in words for words in found) for word in meant):
            shown = ", ".join(sorted(words[0] for words in found))
            self.differs(wanted, quoted(key), shown or NOTHING)
