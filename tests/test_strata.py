"""A part of a plan says of the columns that it is for what the whole plan says."""

from __future__ import annotations

from corpus import PERIOD, examples
from perfrules import Refused
from perfrules.engines import record
from perfrules.language import plan
from perfrules.language.builder import table_name
from perfrules.language.scalars import Column
from perfrules.language.strata import reduced
from perfrules.pipeline.ledger import claim_column


def test_a_part_says_what_the_whole_says():
    compared, kept, all_steps = 0, 0, 0
    for example in examples(40):
        program = example.program
        if program is None:
            continue
        told: list[tuple[int, int]] = []
        try:
            whole = record.run(program.plan, example.decided, PERIOD, lambda *done: told.append(done))  # noqa: B023  # called at once
        except Refused:
            continue
        steps = len(program.plan.steps)
        assert told == sorted(set(told))
        assert (told[-1], {of for _, of in told}) == ((steps, steps), {steps})
        for claim in program.claims[:2]:
            wanted = table_name(claim.judged.rule.kind), claim_column(claim, "state")
            part = reduced(program.plan, [(wanted[0], ""), wanted])
            said = record.run(part, example.decided, PERIOD)[wanted[0]]
            assert said["id"] == whole[wanted[0]]["id"]
            assert said[wanted[1]] == whole[wanted[0]][wanted[1]]
            assert not any(isinstance(step, plan.Require) for step in part.steps)
            compared, kept, all_steps = compared + 1, kept + len(part.steps), all_steps + len(program.plan.steps)
    assert compared > 40
    assert kept < all_steps / 2


def test_a_part_asks_for_nothing_that_it_does_not_read():
    """A rank elsewhere in the plan does not make what has nothing to do with it look at all of a kind."""
    ranked = plan.Read("unit", "unit", 0, ("a", "b"), ("every unit", "item"))
    alone = plan.Derive("unit", "small", Column("a"))
    ranks = plan.Derive("unit", "first", Column(plan.loaded("every unit")))
    part = reduced(plan.Plan(((ranked, alone, ranks),)), [("unit", "small")])
    assert part.steps == (plan.Read("unit", "unit", 0, ("a",)), alone)
