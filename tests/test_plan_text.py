"""The text of a plan: every kind of step and scalar, with no needless parentheses and none missing."""

from __future__ import annotations

import pytest

from perfrules.language import plan
from perfrules.language.plan_text import plan_text, scalar_text, step_text
from perfrules.language.scalars import (
    Add,
    And,
    Choose,
    Column,
    Compare,
    DivFloor,
    Known,
    Literal,
    Multiply,
    Not,
    Or,
    Subtract,
)

A, B, C = Column("a"), Column("b"), Column("c d")
ONE, YES = Literal(1), Literal(True)


@pytest.mark.parametrize(
    ("scalar", "text"),
    [
        (Add(A, Subtract(B, C)), "a + b - [c d]"),
        (Subtract(A, Add(B, C)), "a - (b + [c d])"),
        (Subtract(Subtract(A, B), C), "a - b - [c d]"),
        (Subtract(A, Subtract(B, C)), "a - (b - [c d])"),
        (Multiply(Add(A, B), Multiply(B, C)), "(a + b) * b * [c d]"),
        (Multiply(DivFloor(A, Add(B, ONE)), Literal(-2)), "div_floor(a, b + 1) * -2"),
        (Compare("<=", Add(A, B), C), "a + b <= [c d]"),
        (And((Or((Known("a"), Known("c d"))), Not(Compare("=", A, Literal("x"))))), '(known(a) or known([c d])) and not a = "x"'),
        (Not(And((YES, Literal(False)))), "not (yes and no)"),
        (Choose(YES, A, Choose(Known("b"), B, Add(A, ONE))), "if yes then a else if known(b) then b else a + 1"),
        (Add(Choose(YES, Choose(YES, A, B), B), ONE), "(if yes then (if yes then a else b) else b) + 1"),
        (Compare("=", Choose(YES, A, B), Compare("=", A, B)), "(if yes then a else b) = (a = b)"),
    ],
)
def test_a_scalar_as_a_formula(scalar, text):
    assert scalar_text(scalar) == text


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (plan.Read("d", "department", 0, ("x",), ("review",)), "read d = department: id, parent, period, x, [review loaded]"),
        (plan.Read("d+2", "department", 2, (), ()), "read [d+2] = department of period+2: id, parent, period"),
        (plan.Derive("d", "low side", Add(A, ONE)), "derive d.[low side] = a + 1"),
        (plan.Stack("s", ("k", "n m"), (plan.Part("d", YES, (A, ONE)), plan.Part("e", Known("a"), (B, ONE)))), "stack s(k, [n m]) = d: a, 1; e where known(a): b, 1"),
        (plan.Join("d", "p", (("parent", "id"), ("year", "year")), (("p.x", "x"), ("y", "y"))), "join d.[p.x] = p.x, d.y = p.y where parent = p.id and year = p.year"),
        (plan.Group("g", "d", ("k",), (("total", "sum", "a b"), ("least", "min", "a"))), "group g = d by k: total = sum [a b], least = min a"),
        (plan.Rank("d", "place", ("k",), (("size", True), ("id", False))), "rank d.place within k by size descending, id"),
        (plan.Require("d", Compare(">=", A, ONE), "PR701", "r deduct"), "require d: a >= 1, else PR701 (r deduct)"),
    ],
)
def test_a_step_on_one_line(step, text):
    assert step_text(step) == text
    assert plan_text(plan.Plan(((step,), (step,)))) == f"stratum 1\n  {text}\nstratum 2\n  {text}\n"
