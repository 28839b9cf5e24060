"""What a case tests: of which rules it expects a verdict, and of which of their claims what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from perfrules.actuals import Actuals, Word
from perfrules.cases import Ran
from perfrules.core.span import Text
from perfrules.language.words import NONE, STATES, english
from perfrules.pipeline.drafts import Judged
from perfrules.pipeline.model import Clause
from perfrules.pipeline.ruling import UNDECIDED
from perfrules.pipeline.statement import Ruling
from perfrules.results import EXPECTED_WORDS, Results

STATE_WORDS, NONE_WORDS = english(STATES), english(NONE)
IN_CONFLICT = "in-conflict"


class Tested:
    """What a case expects something of."""

    def __init__(self, words: frozenset[Word]) -> None:
        self.words = words

    def verdict(self, judged: Judged, subject: str, ruling: Ruling | None) -> bool:
        """Whether something is expected that would be otherwise, were the verdict of a rule on a subject another."""
        words = self.words
        if Word(subject, judged.rule.name) in words or self.states(judged, subject):
            return True
        if ruling is None:
            return False
        return (
            (ruling.verdict == UNDECIDED and bool(ruling.needs) and Word(subject, "missing") in words)
            or (bool(judged.rule.clauses) and Word(subject, "because") in words)
            or (any(c.state == IN_CONFLICT for c in ruling.claims) and Word(subject, "conflicts") in words)
        )

    def states(self, judged: Judged, subject: str) -> bool:
        """Whether it is expected what became of the claims of a rule."""
        return Word(subject, judged.rule.name, True) in self.words or any(self.clauses(judged, subject))

    def clauses(self, judged: Judged, subject: str) -> Iterator[Clause]:
        """The clauses of a rule of which it is expected what they come to: the account, the action, the word."""
        return (clause for clause in judged.rule.clauses if self._is_expected(clause, subject))

    def _is_expected(self, clause: Clause, subject: str) -> bool:
        if clause.path:  # an account of what the subject belongs to
            above = clause.path[-1]
            return any(w.name == clause.account and w.of.partition("/")[0] == above for w in self.words)
        names = {clause.account or clause.action.name, *([clause.word] if clause.figure is not None else [])}
        return any(Word(subject, name) in self.words for name in names)


def tested_by(ran: Ran, results: Results) -> Tested:
    """What a case that was run expects something of; `results` are those of its policies."""
    if ran.outcome is None:
        return Tested(frozenset())
    subjects = Actuals(ran.outcome).subjects
    found: set[Word] = set()
    for word, expected in ran.case.expect.items():
        if word in subjects:
            found.update(_words(subjects[word], expected, results))
        elif word in results.pools:
            found.add(Word(results.pools[word], ""))
    return Tested(frozenset(found))


def words_of(ran: Ran) -> Iterator[Word]:
    """Everything that a case could expect of the rules: of each ruling the verdict, then what came of its claims."""
    if ran.outcome is None:
        return
    result = ran.outcome.statement.result
    actuals = Actuals(ran.outcome)
    for judged in result.program.judged:
        for subject in result.facts.table(judged.rule.kind, result.period).ids:
            full, rule = f"{judged.rule.kind}/{subject}", judged.rule.name
            yield Word(full, rule)
            ruling = actuals.rulings.get((full, rule))
            yield from map(actuals.word, ruling.claims if ruling is not None else ())
            yield Word(full, rule, True)


def _words(subject: str, expected: Mapping[Text, list[Text]], results: Results) -> Iterator[Word]:
    kind = results.vocabulary.kinds[subject.partition("/")[0]]
    for key, wanted in expected.items():
        match results.sort(kind.name, key):
            case "rule":
                yield Word(subject, results.rules[kind.name][key], all(word in STATE_WORDS for word in wanted))
            case "account":
                yield Word(subject, kind.account_names[key])
            case "action":
                yield Word(subject, results.actions[key].name)
            case "figure":
                yield Word(subject, str(key))
            case "listed" if not all(word in NONE_WORDS for word in wanted):
                yield Word(subject, EXPECTED_WORDS[key])
