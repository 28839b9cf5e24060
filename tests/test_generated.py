"""What is generated reaches everything that matters, often enough: a table, and a floor under each line of it."""

from __future__ import annotations

from collections import Counter

from census import CONSTRUCTS, HAPPENINGS, constructs, happenings
from corpus import examples

EXAMPLES = 200
LEAST = 10  # of 200: 5%


def test_every_construct_and_every_happening_is_generated_often():
    counts: Counter[str] = Counter()
    refused = 0
    for example in examples(EXAMPLES):
        if example.program is None:
            refused += 1
            continue
        counts.update(constructs(example.program) | happenings(example))
    print(f"of {EXAMPLES} examples, {refused} are refused as too wide")
    for title, names in (("programs with", CONSTRUCTS), ("programs with facts, in which there is", HAPPENINGS)):
        print(title)
        for name in names:
            print(f"  {counts[name]:5} {100 * counts[name] / EXAMPLES:5.1f}%  {name}")
    rare = {name: counts[name] for name in (*CONSTRUCTS, *HAPPENINGS) if counts[name] < LEAST}
    assert not rare
    assert refused < EXAMPLES / 10
