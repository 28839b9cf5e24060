"""The agreement tests find bugs: each one that is planted, in the engine, in `decide` and in lowering.

Where a bug is not found, what is generated is too poor: mend `generated.py`, or the policies of `perfrules.testing`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

import every_step
from corpus import CHUNK, DAY, PERIOD, Example, chunk, examples, program_of, straight_disagreements
from perfrules.engines import columnar, record
from perfrules.engines.conformance import Engine, disagreements
from perfrules.engines.databases import sql_engine
from perfrules.pipeline.questions import questions
from planted import IN_COLUMNS, IN_SQL, LOWERED, SCALARS, STEPS, STRAIGHT, Bug

EXAMPLES = 1000  # most are found in the first ten
FIRST = Path(__file__).with_name("planted.json")  # which example finds each bug is tried first; PERFRULES_REWRITE=1, without -n, looks for it anew
REWRITE = "PERFRULES_REWRITE" in os.environ
KNOWN: dict[str, int] = json.loads(FIRST.read_text(encoding="utf-8"))


@contextmanager
def planted(bug: Bug):
    """The bug, for as long as an example is tried; what is generated is made without it."""
    places = bug.places
    right, wrong = vars(bug.owner)[bug.function], bug.planted
    record._function.cache_clear()
    record._PREPARED.clear()
    for owner, name in places:
        setattr(owner, name, wrong)
    try:
        yield
    finally:
        for owner, name in places:
            setattr(owner, name, right)
        record._function.cache_clear()
        record._PREPARED.clear()


def numbered(name: str, alone: bool) -> Iterator[tuple[int, Example]]:
    """The examples, of which the one that found something before comes first."""
    if name in KNOWN and not REWRITE:
        number = KNOWN[name]
        yield number, chunk(number // CHUNK, alone)[number % CHUNK]
    yield from enumerate(examples(EXAMPLES, alone=alone))


def found(check: Callable[[Example], list[str]], bug: Bug, name: str, *, by_itself: bool = False) -> str:
    """The first disagreement that a bug makes."""
    tried, _ = 0, (bug.planted, bug.places)  # what no longer stands in the code is not found: it is an error
    for number, example in numbered(name, by_itself):
        if not re.search(bug.having, example.text) or example.program is None:
            continue
        tried += 1
        try:
            with planted(bug):
                said = check(example)
        except Exception as error:
            said = [f"{type(error).__name__}: {error}"]
        if said:
            assert not check(example), "this is wrong without the bug, too"
            keep(name, number)
            return f"{number} ({tried} tried): {said[0]}"
    return pytest.fail(f"{bug.what}: not found in {EXAMPLES} examples, of which {tried} could show it")


def keep(name: str, number: int) -> None:
    """Which example found a bug."""
    if REWRITE:
        KNOWN[name] = number
        FIRST.write_text(json.dumps(dict(sorted(KNOWN.items())), indent=0) + "\n", encoding="utf-8")


def engine(example: Example) -> list[str]:
    return disagreements(record.run, example.program.plan, example.decided, PERIOD, (), DAY)


def over_tables(engine: Engine, example: Example) -> list[str]:
    """Of the plan with every step first, which is made to show them; a database takes its time."""
    given = every_step.facts(example.library.policies[0].vocabulary)
    said = disagreements(engine, every_step.bounded(every_step.STEPS, given), given, every_step.YEAR, (), DAY)
    return said or disagreements(engine, example.program.plan, example.decided, PERIOD, (), DAY)


def alone(example: Example) -> list[str]:
    return straight_disagreements(example.program, example.rows)


def lowering(example: Example) -> list[str]:
    program = program_of(example.library)
    return disagreements(record.run, program.plan, example.decided, PERIOD, questions(program), DAY) if program else []


def named(bug: Bug) -> str:
    return bug.what


@pytest.mark.parametrize("bug", [*SCALARS, *STEPS], ids=named)
def test_the_agreement_of_an_engine_finds(bug, request):
    print(found(engine, bug, request.node.name))


@pytest.mark.parametrize("bug", IN_SQL, ids=named)
def test_the_agreement_of_the_sql_engine_finds(bug, request):
    print(found(partial(over_tables, sql_engine()), bug, request.node.name))


@pytest.mark.parametrize("bug", IN_COLUMNS, ids=named)
def test_the_agreement_of_the_columnar_engine_finds(bug, request):
    print(found(partial(over_tables, columnar.run), bug, request.node.name))


@pytest.mark.parametrize("bug", STRAIGHT, ids=named)
def test_the_agreement_of_decide_finds(bug, request):
    print(found(alone, bug, request.node.name, by_itself=True))


@pytest.mark.parametrize("bug", LOWERED, ids=named)
def test_the_agreement_with_the_language_finds(bug, request):
    print(found(lowering, bug, request.node.name))
