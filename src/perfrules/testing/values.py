"""Values of facts, as they are stored: at bounds and lines first, then whatever is allowed."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from perfrules.core.values import Stored
from perfrules.core.vocabulary import Fact

WORDS = ("A", "B")  # of a text that the policies compare with nothing
SIZES = (1, 10, 100, 10_000)  # of round numbers
ROUND_MAX = 100
SPAN = 800  # days around those that matter


def stored_values(
    fact: Fact, lines: Iterable[int] = (), words: Iterable[str] = (), near: int | None = None
) -> SearchStrategy[Stored]:
    """Values of a fact. `lines` are those at which a policy turns, `words` the texts that it knows, `near` a day around
    which dates lie."""
    if fact.choices:
        return st.sampled_from(fact.choices)
    if fact.kind == "flag":
        return st.sampled_from(range(fact.bounds[0], fact.bounds[1] + 1))
    if fact.kind in ("choice", "text"):
        return st.sampled_from(list(dict.fromkeys([*words, *WORDS])))
    return _numbers(fact, tuple(lines), near)


def _numbers(fact: Fact, lines: tuple[int, ...], near: int | None) -> SearchStrategy[int]:
    """Numbers; those that read best come first, as Hypothesis shows the first that fails."""
    least, most = fact.bounds
    middle = near if fact.kind == "date" and near is not None else 0
    if fact.kind == "date":
        usual = [st.integers(max(least, middle), min(most, middle + SPAN)) if middle <= most else st.nothing()]
        usual.append(st.integers(max(least, middle - SPAN), min(most, middle)) if middle >= least else st.nothing())
    else:
        usual = [_multiples(10**fact.places * size, least, most) for size in SIZES]
    edges = (least, most, least + 1, most - 1, middle, middle + 1, middle - 1)
    special = [[v for v in found if least <= v <= most] for found in (around(lines), edges)]
    first = st.one_of(usual).map(int)  # mapped, they are as likely together as each of the others
    return st.one_of(first, first, *(st.sampled_from(found) for found in special if found), st.integers(least, most))


def _multiples(of: int, least: int, most: int) -> SearchStrategy[int]:
    """Round numbers, of which 85% and the like are whole numbers again; none where the bounds leave none."""
    low, high = max(-ROUND_MAX, -(-least // of)), min(ROUND_MAX, most // of)
    return st.integers(low, high).map(lambda count: count * of) if low <= high else st.nothing()


def around(turns: Iterable[int]) -> tuple[int, ...]:
    """The numbers at each turn, one unit below it, and one above: between a turn and the next number a side changes."""
    return tuple(dict.fromkeys(turn + step for turn in turns for step in (1, 0, 2, -1)))
