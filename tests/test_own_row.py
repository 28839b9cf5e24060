"""A part of a plan that reads only a subject's own row says of it what the whole plan says of it among others."""

from __future__ import annotations

import pytest
from hypothesis import event, given

from corpus import PERIOD, Example
from generated import facts
from perfrules.engines.own_row import own_row
from perfrules.events.signals import Judge, Signals
from perfrules.language import plan
from perfrules.language.scalars import FALSE, ONE, Add, Column, Known, Literal
from test_events import giving_statuses

DAY = 738_000  # any: the program is compiled for one day
READ = plan.Read("unit", "unit", 0, ("a", "b"))
SUM = plan.Derive("unit", "sum", Add(Column("a"), Add(Column("b"), ONE)))


def test_what_is_unknown_is_read_as_the_plan_reads_it():
    found = own_row(plan.Plan(((READ, SUM),)), "unit", ["b", "a"], [Column("sum"), Known("a"), Literal("posted")])
    assert [found((1, 2)), found((1, None)), found((None, None))] == [
        (4, True, "posted"),
        (2, False, "posted"),
        (1, False, "posted"),
    ]


def test_nothing_may_be_read_at_all():
    assert own_row(plan.Plan(((plan.Read("unit", "unit", 0, ()),),)), "unit", [], [FALSE])(()) == (False,)


@pytest.mark.parametrize(
    "step",
    [
        plan.Derive("unit", "more", Column("id")),
        plan.Derive("unit", "more", Column(plan.loaded("item"))),
        plan.Derive("item", "more", ONE),
        plan.Read("unit, a year before", "unit", -1, ("a",)),
        plan.Join("unit", "other", (("parent", "id"),), (("more", "a"),)),
        plan.Rank("unit", "more", (), (("a", False),)),
    ],
)
def test_where_other_rows_or_ids_are_read_there_is_no_such_function(step):
    assert own_row(plan.Plan(((READ, SUM, step),)), "unit", ["a", "b"], [Column("sum")]) is None


def test_what_is_wanted_of_no_step_is_not_there():
    assert own_row(plan.Plan(((READ,),)), "unit", ["a", "b"], [Column("sum")]) is None


@given(giving_statuses(), facts())
def test_a_row_alone_says_what_the_plan_says_of_it(texts, rows):
    example = Example(tuple(texts), rows)
    program = example.program
    if program is None or not any(c.clause.action.effect == "status" for c in program.claims):
        event("nothing to watch")
        return
    judge = Judge(program, Signals(program.policies))
    for (kind, subject), expected in judge.verdicts(example.facts, PERIOD, DAY).items():
        table = example.facts.table(kind, PERIOD)
        said = judge.by_row[kind]
        event(f"decides alone: {said is not None}")
        assert said is None or said(tuple(column[table.row_of(subject)] for column in table.columns.values()), DAY) == expected
