"""Strata: the steps of a plan in layers. Within a stratum each row is computed by itself; what looks at other
rows (a parent, children, another year, a rank, a pool) begins the next one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from perfrules.core.facts import EVERY
from perfrules.language import plan
from perfrules.language.rebuild import inputs

Column = tuple[str, str]  # table, name


def strata(steps: Sequence[plan.Step]) -> tuple[tuple[plan.Step, ...], ...]:
    """The steps, each in the first stratum where all that it reads is there; joins of one row become one."""
    levels: dict[Column, int] = defaultdict(int)
    layers: dict[int, list[plan.Step]] = defaultdict(list)
    for step in steps:
        level = max((levels[column] for column in read_by(step)), default=0) + _crosses(step)
        for column in _made(step):
            levels[column] = level
        layers[level].append(step)
    return tuple(tuple(_merged(layers[level])) for level in sorted(layers))


def reduced(whole: plan.Plan, wanted: Iterable[Column], *, required: bool = False) -> plan.Plan:
    """The part of a plan that some columns depend on; what must hold of others is asked only with `required`.

    The name "" stands for the rows of a table, as in all that is read.
    """
    needed = set(wanted)
    layers: list[list[plan.Step]] = []
    for stratum in reversed(whole.strata):
        layers.append([])
        for step in reversed(stratum):
            if needed.intersection(_made(step)) or (required and isinstance(step, plan.Require)):
                own = _narrowed(step, needed)
                needed.update(read_by(own))
                layers[-1].append(own)
    return replace(whole, strata=tuple(tuple(reversed(steps)) for steps in reversed(layers) if steps))


def looks_at_all(steps: plan.Plan) -> bool:
    """Whether what a plan says of one subject may depend on all others of a kind, as a rank does."""
    return any(word.startswith(EVERY) for step in steps.steps if isinstance(step, plan.Read) for word in step.asked)


def _crosses(step: plan.Step) -> bool:
    return isinstance(step, (plan.Join, plan.Group, plan.Rank, plan.RunningSum, plan.Stack))


def read_by(step: plan.Step) -> list[Column]:
    """The columns that a step reads; the name "" stands for the rows of a table."""
    match step:
        case plan.Read():
            return []
        case plan.Derive(table=table, scalar=scalar) | plan.Require(table=table, scalar=scalar):
            return _of(table, inputs(scalar))
        case plan.Stack(parts=parts):
            return [c for p in parts for scalar in (p.where, *p.values) for c in _of(p.source, inputs(scalar))]
        case plan.Join(table=table, source=source, on=on, columns=columns):
            theirs = [*(old for _, old in columns), *(key for _, key in on)]
            return [*_of(table, (key for key, _ in on)), *_of(source, theirs)]
        case plan.Group(source=source, keys=keys, measures=measures):
            return _of(source, [*keys, *(column for _, _, column in measures)])
        case plan.Rank(table=table, partition=partition, order=order):
            return _of(table, [*partition, *(name for name, _ in order)])
        case plan.RunningSum(table=table, of=of, partition=partition, order=order):
            return _of(table, [of, *partition, *(name for name, _ in order)])
    assert_never(step)


def _made(step: plan.Step) -> list[Column]:
    match step:
        case plan.Read(table=table):
            return [(table, "")]
        case (
            plan.Derive(table=table, column=column)
            | plan.Rank(table=table, column=column)
            | plan.RunningSum(table=table, column=column)
        ):
            return [(table, column)]
        case plan.Stack(table=table, columns=columns):
            return [(table, ""), *((table, name) for name in columns)]
        case plan.Join(table=table, columns=columns):
            return [(table, new) for new, _ in columns]
        case plan.Group(table=table, keys=keys, measures=measures):
            return [(table, ""), *((table, name) for name in (*keys, *(new for new, _, _ in measures)))]
        case plan.Require():
            return []
    assert_never(step)


def _narrowed(step: plan.Step, needed: Container[Column]) -> plan.Step:
    """A step without the columns of its own that nobody needs."""

    def is_needed(name: str) -> bool:
        return (step.table, name) in needed

    match step:
        case plan.Read(facts=facts, asked=asked):
            facts, asked = (tuple(filter(is_needed, facts)), tuple(a for a in asked if is_needed(plan.loaded(a))))
            return replace(step, facts=facts, asked=asked)
        case plan.Join(columns=columns):
            return replace(step, columns=tuple(pair for pair in columns if is_needed(pair[0])))
        case plan.Group(measures=measures):
            return replace(step, measures=tuple(measure for measure in measures if is_needed(measure[0])))
    return step


def _of(table: str, names: Iterable[str]) -> list[Column]:
    return [(table, ""), *((table, name) for name in names)]


def _merged(steps: list[plan.Step]) -> list[plan.Step]:
    """Several columns of one other row are brought by one join."""
    found: list[plan.Step] = []
    places: dict[object, int] = {}
    for step in steps:
        if isinstance(step, plan.Join):
            key = (step.table, step.source, step.on)
            if key in places:
                first = found[places[key]]
                assert isinstance(first, plan.Join)
                found[places[key]] = plan.Join(step.table, step.source, step.on, (*first.columns, *step.columns))
                continue
            places[key] = len(found)
        found.append(step)
    return found
