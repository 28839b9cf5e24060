"""Actuals: what came out of a run, by whom a case can expect it of and by what it is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from perfrules.language.words import POOL_FIGURES
from perfrules.outcome import Outcome
from perfrules.pipeline.claims import MadeClaim
from perfrules.pipeline.statement import Mark, Ruling

WAITING = "waiting"
FIGURES = tuple(figure for figure in POOL_FIGURES if figure != "settled")


class Word(NamedTuple):
    """What a case can expect: of a subject (`kind/id`) a rule, an account, an action or a figure, by name; of a pool
    one of its figures. Of a rule it is the verdict, or what became of its claims."""

    of: str
    name: str
    is_of_claims: bool = False


class Actuals:
    """What came out, as cases expect it. What waits for a fact is not known: it is neither nothing nor no."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    @cached_property
    def subjects(self) -> Mapping[str, str]:
        """Each subject of the judged period as `kind/id`, by that, and by its id where no other kind has it."""
        result = self.outcome.statement.result
        kinds = result.program.vocabulary.kind_names
        found: dict[str, list[str]] = {}
        for (kind, of), table in result.facts.tables.items():
            if of == result.period:
                titles = [title for title, name in kinds.items() if name == kind]
                for subject in table.ids:
                    found.setdefault(subject, []).append(f"{kind}/{subject}")
                    found |= {f"{title}/{subject}": [f"{kind}/{subject}"] for title in titles}
        return {subject: names[0] for subject, names in found.items() if len(names) == 1}

    @cached_property
    def rulings(self) -> Mapping[tuple[str, str], Ruling]:
        """Every ruling by subject and rule."""
        return {(r.subject, r.rule): r for r in self.outcome.rulings}

    @cached_property
    def changes(self) -> Mapping[Word, Fraction]:
        """What each account of each subject receives, less what it gives."""
        found: dict[Word, Fraction] = defaultdict(Fraction)
        for entry in self.outcome.entries:
            found[Word(entry.subject, entry.debit)] += Fraction(entry.amount)
            found[Word(entry.subject, entry.credit)] -= Fraction(entry.amount)
        return found

    @cached_property
    def marks(self) -> Mapping[str, list[Mark]]:
        """Statuses, notices and labels by subject."""
        found: dict[str, list[Mark]] = defaultdict(list)
        for mark in (*self.outcome.statuses, *self.outcome.notices, *self.outcome.labels):
            found[mark.subject].append(mark)
        return found

    @cached_property
    def waiting(self) -> Mapping[Word, list[MadeClaim]]:
        """The claims that wait for something not known, by the account that they are on, the action, the figure."""
        found: dict[Word, list[MadeClaim]] = defaultdict(list)
        for ruling in self.rulings.values():
            for claim in (c for c in ruling.claims if c.state == WAITING):
                found[self.word(claim)].append(claim)
        return found

    def word(self, claim: MadeClaim) -> Word:
        """What is expected to come of a claim: the account that it is on, the action, or the figure that it says."""
        clause = self.outcome.statement.program.claims[claim.number].clause
        said = clause.word if clause.figure is not None and not clause.words else clause.action.name
        return Word(claim.owner or claim.subject, claim.account or said)

    def pool(self, pool: str, figure: str) -> Fraction | None:
        """A figure of a pool, over all its parts and years; None where one of them is not settled."""
        own = [p for p in self.outcome.pools if p.pool == pool]
        if not all(p.settled for p in own):
            return None
        return sum((Fraction(getattr(p, figure)) for p in own), Fraction(0))

    def expectable(self) -> Iterator[tuple[Word, object]]:
        """Everything that a case can expect a value of, with that value: amounts first, then words, then verdicts."""
        kinds = self.outcome.statement.program.vocabulary.kinds
        every = ((subject, mark) for subject, own in self.marks.items() for mark in own)
        marked = {Word(subject, mark.word if mark.kind else mark.action): None for subject, mark in every}
        for word in sorted({*self.changes, *self.waiting}):
            kind = word.of.partition("/")[0]
            if kind in kinds and word.name in kinds[kind].accounts:
                yield word, (self.changes.get(word, Fraction(0)), word in self.waiting)
            elif word in self.waiting:
                marked[word] = None
        for word in marked:
            said = [m for m in self.marks.get(word.of, ()) if word.name in (m.word, m.action)]
            yield word, (sorted((m.word, m.period, str(m.value)) for m in said), word in self.waiting)
        for (subject, rule), ruling in self.rulings.items():
            yield Word(subject, rule), ruling.verdict
        for pool in dict.fromkeys(p.pool for p in self.outcome.pools):
            for figure in FIGURES:
                yield Word(pool, figure), self.pool(pool, figure)
        for (subject, rule), ruling in self.rulings.items():
            yield Word(subject, rule, True), sorted({claim.state for claim in ruling.claims})
