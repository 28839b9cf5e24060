"""No cent is lost or made, and no order changes a byte: over generated policies with everything the language has."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from decimal import Decimal

from hypothesis import event, given
from hypothesis import strategies as st

from corpus import PERIOD, Example
from generated_money import known_facts, settling
from perfrules import Refused
from perfrules.outcome import Outcome
from perfrules.pipeline.ruling import evaluate


def outcome_of(texts, rows):
    """The outcome of a run; None where the policies or the run are refused."""
    example = Example(tuple(texts), rows)
    if example.program is None:
        return None
    try:
        return Outcome(evaluate(example.program, example.facts, PERIOD))
    except Refused as refused:
        return refused


@given(settling(), known_facts())
def test_money_only_moves(texts, rows):
    """Σ before = Σ after: every entry takes from one place what it gives to another, and pools end empty."""
    outcome = outcome_of(texts, rows)
    if outcome is None or isinstance(outcome, Refused):
        return
    places: dict[tuple[str, str, int], Decimal] = defaultdict(Decimal)
    pools = {p.pool for p in outcome.pools}
    for entry in outcome.entries:
        assert entry.amount > 0
        for name, amount in ((entry.debit, entry.amount), (entry.credit, -entry.amount)):
            places[entry.subject if name not in pools else "", name, entry.period] += amount
    assert sum(places.values()) == 0
    assert all(not left for (_, name, _), left in places.items() if name in pools)
    event(f"entries: {min(len(outcome.entries), 9)}")
    for pool in outcome.pools:
        if pool.settled:
            assert pool.given + pool.leftover == pool.taken + pool.base + pool.shortfall
            assert min(pool.given, pool.leftover, pool.shortfall) >= 0


@given(settling(), known_facts())
def test_each_claim_is_paid_as_the_entries_say(texts, rows):
    """The entries of a subject's account are its posted and capped claims, and nothing that waits moves."""
    outcome = outcome_of(texts, rows)
    if outcome is None or isinstance(outcome, Refused):
        return
    claims = [c for r in outcome.rulings for c in r.claims if c.account]
    moved = sorted((c.owner, c.amount) for c in claims if c.state in ("posted", "capped") and c.amount)
    assert moved == sorted((e.subject, int(e.amount * 100)) for e in outcome.entries if e.subject)


@given(settling(), known_facts(), st.randoms(use_true_random=False))
def test_the_order_of_files_keys_rules_and_rows_never_changes_a_byte(texts, rows, chance):
    first, second = outcome_of(texts, rows), outcome_of(shuffled(texts, chance), {k: mixed(v, chance) for k, v in rows.items()})
    event(f"settles: {isinstance(first, Outcome)}")
    assert isinstance(first, Outcome) == isinstance(second, Outcome)
    if isinstance(first, Outcome):
        assert first.json() == second.json()


def mixed(listed: list, chance: random.Random) -> list:
    return chance.sample(listed, len(listed))


def shuffled(texts: list[str], chance: random.Random) -> list[str]:
    """The files in another order, and in each its sections, rules, parameters, limits and what else is no row of a table."""
    turned = []
    for text in texts:
        head, *sections = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]  # what the document is stays first
        turned.append(head + "".join(mixed([entries(section, chance) for section in sections], chance)))
    return mixed(turned, chance)


def entries(section: str, chance: random.Random) -> str:
    """A section with its entries in another order."""
    key, *found = re.split(r"^(?=  \S)", section, flags=re.MULTILINE)
    return key + "".join(mixed(found, chance))
