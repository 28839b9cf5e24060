"""An explanation is enough: what it cites gives its verdict and its figures again, and what it cites matters.

What is not cited is taken out of the facts; the rows themselves stay, with what they belong to and their place in a
history. Then each cited fact is taken out by itself: the rule is undecided, or its verdict stays; where it stays, the
fact is redundant, and no other value makes the rule hold, or not hold. Only a default, or a question whether something
is known, makes of less knowledge another verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from hypothesis import event, given
from hypothesis import strategies as st

from corpus import DAY, PERIOD, Example, Rows
from generated import facts
from generated_money import budgets, known_facts, settling
from perfrules import Refused
from perfrules.core.facts import Facts, build
from perfrules.core.problem import Findings
from perfrules.language import nodes
from perfrules.language.comparisons import standing
from perfrules.language.meaning import evaluate as meaning_of
from perfrules.language.subject import Subject, point
from perfrules.language.truth import round_to
from perfrules.outcome import Outcome
from perfrules.pipeline.readings import Look, Read
from perfrules.pipeline.ruling import HOLDS, UNDECIDED, evaluate, verdict_of
from perfrules.pipeline.sums import Figure, Limited, Share
from perfrules.pipeline.trail import Ruled
from perfrules.testing.policies import texts as policy_texts

Cell = tuple[str, int, str]  # id, period, fact
KEYS = ("id", "period", "unit", "item", "o")  # whose a row is, and its place in a history
OTHER_VALUES = {"r": ["84.99%", "85%", "-5%"], "f": ["yes", "no"], "g": ["yes", "no"], "h": ["yes", "no"], "t": ["red", "blue"], "w": ["green", "red"],
                "u": ["good", "poor"], "c": ["0", "3"], "k": ["0", "3"], "n": ["1.5"], "s1": ["1900-02-28", "2024-02-29"], "s2": ["2022-01-31", "2024-02-29"],
                "e": ["2022-01-31"], "b": ["0", "0.01", "12345.67"]}  # fmt: skip
MONEY = ["-1000", "0", "0.01", "850", "12345.67"]
MATTER = st.one_of(policy_texts().map(lambda text: [text]), budgets(), settling())
ROWS = st.one_of(facts(), known_facts())


def outcome_of(example: Example) -> Outcome | None:
    """The outcome of a run; None where the policies or the run are refused."""
    if example.program is None:
        return None
    try:
        return Outcome(evaluate(example.program, example.facts, PERIOD))
    except Refused:
        return None


def kind_of(subject: str) -> str:
    """Generated ids say of which kind they are."""
    return "step" if "S" in subject else "item" if subject.startswith("I") else "unit"


def above(example: Example, subject: str, levels: int, period: int) -> str:
    for _ in range(levels):
        table = example.facts.table(kind_of(subject), period)
        subject = table.parents[table.row_of(subject)]
    return subject


def cited(example: Example, subject: str, reads: Iterable[Read], looks: Iterable[Look]) -> Iterator[Cell]:
    """The cells that an explanation cites, of a subject and of every row that it looks at."""
    for read in reads:
        if read.role in ("fact", "opening"):
            *path, name = read.name.split(".")
            owned_in = PERIOD if read.role == "opening" else read.period  # whose account it is, also that of another year
            yield above(example, subject, len(path), owned_in), read.period, name
    for look in looks:
        for member in look.members:
            yield from cited(example, member.id, member.reads, member.looks)


def built(example: Example, rows: Rows) -> Facts:
    vocabulary = example.library.policies[0].vocabulary
    return build(vocabulary, {kind: [(kind, row) for row in listed] for kind, listed in rows.items()}, Findings())


def only(example: Example, cells: set[Cell]) -> Rows:
    """The rows with nothing in them but the cells."""
    return {
        kind: [{n: v for n, v in row.items() if n in KEYS or (row["id"], row["period"], n) in cells} for row in listed]
        for kind, listed in example.rows.items()
    }


def replaced(rows: Rows, cell: Cell, value: str) -> Rows:
    subject, period, name = cell
    return {
        kind: [{**row, name: value} if (row["id"], row["period"]) == (subject, period) else row for row in listed]
        for kind, listed in rows.items()
    }


def seen_with(example: Example, rows: Rows, ruled: Ruled, subject: str) -> Subject:
    return Subject(built(example, rows), ruled.judged.scope, subject, PERIOD, DAY.toordinal())


@given(MATTER, ROWS)
def test_what_is_cited_gives_the_verdict_and_the_figures_again(texts, rows):
    example = Example(tuple(texts), rows)
    outcome = outcome_of(example)
    if outcome is None:
        return
    said = {(r.subject, r.rule): r.verdict for r in outcome.rulings}
    for subject in {subject for subject, _ in said}:
        explanation = outcome.explain(subject)
        name = subject.partition("/")[2]
        for ruled in explanation.rulings:
            rule = ruled.judged.rule.name
            assert ruled.verdict == said.get((subject, rule), "not-applicable")
            left = only(example, set(cited(example, name, ruled.reads, ruled.looks)))
            again = seen_with(example, left, ruled, name)
            assert verdict_of(ruled.judged, again)[0] == ruled.verdict, rule
            for figure in explanation.figures:
                if figure.claim.rule == rule:
                    follows(example, figure, again)


def follows(example: Example, figure: Figure, again: Subject) -> None:
    """Whether a figure follows from what is cited, and from the sums that the explanation shows."""
    claim = figure.claim
    clause = example.program.claims[claim.number].clause
    for node in clause.formulas[:1]:
        assert point(meaning_of(node, again)) == figure.value
    if claim.state not in ("posted", "capped") or not claim.account:
        return
    event(f"figure of {'a share' if clause.weight is not None else 'an amount'}{', limited' if figure.limited else ''}")
    if clause.weight is not None:
        account = (clause.pool, clause.account)  # claims on one account share the room that it has
        alone = [(c.clause.pool, c.clause.account) for c in example.program.claims].count(account) == 1
        alone = alone and not clause.path  # of several that belong to its owner, each may have a claim on it
        assert claim.amount == sum(one.accepted for one in figure.rounds)
        for one in figure.rounds:
            follows_share(one.share)
            received = one.share.received * one.share.step
            assert one.accepted <= min(received, received if one.room is None else one.room)
            assert one.accepted == received or (one.room is not None and (one.accepted == one.room or not alone))
    elif not clause.recommended:
        amount = round_to(figure.value, figure.step, figure.mode) * 100
        assert claim.amount == (amount if figure.limited is None or figure.limited.target is None else limited(figure.limited, amount))


def follows_share(share: Share) -> None:
    exact = share.units * share.weight / share.weights
    assert (share.floor, share.remainder) == (exact // 1, exact % 1)
    assert 0 <= share.received - share.floor <= 1


def limited(said: Limited, amount: Fraction) -> Fraction:
    most = [b.value // b.step * b.step * 100 for b in said.bounds if b.word == "at_most"]
    least = [-(-b.value // b.step) * b.step * 100 for b in said.bounds if b.word == "at_least"]
    assert said.target == min([max([said.total, *least]), *most])
    assert said.share.weight * 100 == amount
    follows_share(said.share)
    assert said.share.units * said.share.step == said.target
    return said.share.received * said.share.step


@given(MATTER, ROWS, st.randoms(use_true_random=False))
def test_a_cited_fact_decides_or_is_redundant(texts, rows, chance):
    example = Example(tuple(texts), rows)
    outcome = outcome_of(example)
    if outcome is None or not outcome.rulings:
        return
    ruling = chance.choice(outcome.rulings)
    name = ruling.subject.partition("/")[2]
    ruled = next(r for r in outcome.explain(ruling.subject).rulings if r.judged.rule.name == ruling.rule)
    cells = sorted(set(cited(example, name, ruled.reads, ruled.looks)))
    left = only(example, set(cells))
    asks, before = asks_what_is_known(ruled), holds(ruled, seen_with(example, left, ruled, name))
    cells = [cell for cell in cells if cell[2] not in KEYS]  # a place in a history can't be unknown
    for cell in chance.sample(cells, min(len(cells), 6)):
        without = holds(ruled, seen_with(example, replaced(left, cell, ""), ruled, name))
        event(f"without a fact: {'it may be asked for' if asks else 'undecided' if without is None else 'as it was'}")
        if asks:
            continue
        assert without in (before, None), cell
        if without is not None:
            for value in OTHER_VALUES.get(cell[2], MONEY):
                other = seen_with(example, replaced(left, cell, value), ruled, name)
                assert holds(ruled, other) == before, (cell, value)


def holds(ruled: Ruled, seen: Subject) -> bool | None:
    """Whether a rule holds; it does not where it does not apply."""
    verdict = verdict_of(ruled.judged, seen)[0]
    return None if verdict == UNDECIDED else verdict == HOLDS


def asks_what_is_known(ruled: Ruled) -> bool:
    """Whether a rule asks what is known, or has a default for what is not."""
    scope = ruled.judged.policy.scope.get(ruled.judged.rule.kind)
    conditions = [node for node in (ruled.judged.rule.when, scope) if node is not None]
    found = [node for condition in conditions for _, node in standing(condition, ruled.judged.scope)]
    return any(isinstance(node, (nodes.Known, nodes.Otherwise)) for node in found)
