"""The agreement tests find bugs: each one that is planted, in the engine, in `decide` and in lowering.

Where a bug is not found, what is generated is too poor: mend `generated.py`, or the policies of `perfrules.testing`.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import partial

import pytest

import every_step
from corpus import DAY, PERIOD, Example, examples, program_of, straight_disagreements
from perfrules.engines import columnar, record
from perfrules.engines.conformance import Engine, disagreements
from perfrules.engines.databases import sql_engine
from perfrules.pipeline.questions import questions
from planted import IN_COLUMNS, IN_SQL, LOWERED, SCALARS, STEPS, STRAIGHT, Bug

EXAMPLES = 1000  # most are found in the first ten


@contextmanager
def planted(bug: Bug):
    """The bug, for as long as an example is tried; what is generated is made without it."""
    places = bug.places
    right, wrong = vars(bug.owner)[bug.function], bug.planted
    record._row_function.cache_clear()
    record._FUNCTIONS.clear()
    for owner, name in places:
        setattr(owner, name, wrong)
    try:
        yield
    finally:
        for owner, name in places:
            setattr(owner, name, right)
        record._row_function.cache_clear()
        record._FUNCTIONS.clear()


def found(check, bug: Bug, *, by_itself: bool = False) -> str:
    """The first disagreement that a bug makes."""
    tried, _ = 0, (bug.planted, bug.places)  # what no longer stands in the code is not found: it is an error
    for number, example in enumerate(examples(EXAMPLES, alone=by_itself), 1):
        if example.program is None or not re.search(bug.having, example.text):
            continue
        tried += 1
        try:
            with planted(bug):
                said = check(example)
        except Exception as error:
            said = [f"{type(error).__name__}: {error}"]
        if said:
            assert not check(example), "this is wrong without the bug, too"
            return f"{number} ({tried} tried): {said[0]}"
    return pytest.fail(f"{bug.what}: not found in {EXAMPLES} examples, of which {tried} could show it")


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
def test_the_agreement_of_an_engine_finds(bug):
    print(found(engine, bug))


@pytest.mark.parametrize("bug", IN_SQL, ids=named)
def test_the_agreement_of_the_sql_engine_finds(bug):
    print(found(partial(over_tables, sql_engine()), bug))


@pytest.mark.parametrize("bug", IN_COLUMNS, ids=named)
def test_the_agreement_of_the_columnar_engine_finds(bug):
    print(found(partial(over_tables, columnar.run), bug))


@pytest.mark.parametrize("bug", STRAIGHT, ids=named)
def test_the_agreement_of_decide_finds(bug):
    print(found(alone, bug, by_itself=True))


@pytest.mark.parametrize("bug", LOWERED, ids=named)
def test_the_agreement_with_the_language_finds(bug):
    print(found(lowering, bug))
