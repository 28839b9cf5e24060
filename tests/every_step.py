"""A plan with every kind of step and scalar, and facts at the edges of both: what an engine must do at the least."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from perfrules.core.facts import Facts, build
from perfrules.core.problem import Findings
from perfrules.core.vocabulary import Vocabulary
from perfrules.language import plan, relations
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
    Scalar,
    Subtract,
)

YEAR = 2023
A, B, C = map(Column, "abc")
SEVEN, LARGE = Literal(7), Literal(2**62)
KEYS = (("id", "id"), ("period", "period"))


def is_(operator: str, left: Scalar, right: Scalar) -> Scalar:
    return Compare(operator, left, right)


def derived(table: str, **columns: Scalar) -> tuple[plan.Step, ...]:
    return tuple(plan.Derive(table, name.replace("_", " "), scalar) for name, scalar in columns.items())


COMPARED = {f"compared_{n}": is_(operator, A, B) for n, operator in enumerate(("<", "<=", ">", ">=", "=", "!="))}
ROWS = derived(
    "unit",
    sum=Add(A, B),
    difference=Subtract(A, Literal(-3)),
    product=Multiply(Multiply(A, B), Literal(1000)),
    down=DivFloor(A, SEVEN),
    down_far=DivFloor(Multiply(A, LARGE), Literal(3)),
    down_deep=DivFloor(Subtract(DivFloor(A, SEVEN), Literal(1)), Literal(1_460)),
    down_by=DivFloor(Multiply(A, Literal(10**19)), Choose(is_(">", B, Literal(0)), B, SEVEN)),
    chosen=Multiply(Choose(Known("a"), Literal(2_000_000_000), Literal(-2_000_000_000)), Literal(9)),
    text=Choose(Known("t"), Column("t"), Literal("it's\\no; -- text")),
    plain=Column("t"),
    same_text=is_("=", Column("t"), Literal("red")),
    flag=And((Known("f"), is_("=", Column("f"), Literal(1)))),
    either=Or((Column("flag"), Not(Known("a")), is_("<", A, Literal(0)))),
    neither=Not(Column("either")),
    counted=Add(Choose(Column("either"), Literal(1), Literal(0)), Literal(True)),
    zero=Literal(0),
    **COMPARED,
)
PARTS = (
    plan.Part("unit", Column("either"), (Literal("unit"), Column("id"), Literal(True), A)),
    plan.Part("item", Known("m"), (Literal("item"), Column("id"), Literal(0), Column("m"))),
    plan.Part("item", Literal(False), (Literal("none"), Column("id"), Literal(2**100), Column("m"))),
)
GROUPED = (("least", "min", "amount"), ("most", "max", "amount"), ("all", "sum", "amount"), ("marks", "sum", "mark"))
STEPS = plan.Plan(
    (
        (
            plan.Read("unit", "unit", 0, ("a", "b", "f", "t"), ("item", "every item", "step")),
            plan.Read("unit-1", "unit", -1, ("a", "t")),
            plan.Read("unit years", "unit", 0, ("a", "t"), (), years=True),
            plan.Read("item", "item", 0, ("m",)),
            *ROWS,
        ),
        (
            plan.Join("unit", "unit-1", (("id", "id"),), (("before", "a"), ("Before", "t"))),
            plan.Join("item", "unit", (("parent", "id"),), (("own flag", "flag"), ("own text", "text"))),
            plan.Join("unit years", "unit years", KEYS, (("again", "a"),)),
            plan.Stack("rows", ("kind", "id", "mark", "amount"), PARTS),
            plan.Group("by flag", "unit", ("flag",), (("far", "sum", "down far"), ("deep", "min", "down deep"))),
            plan.Stack("nothing", ("kind", "id", "n"), ()),
            plan.Group("by text", "unit years", ("t",), (("all", "sum", "a"), ("first", "min", "period"))),
        ),
        (
            plan.Join("unit", "by text", (("t", "t"),), (("of its text", "all"),)),
            plan.Join("unit", "by text", (("Before", "t"),), (("of its text before", "all"),)),
            plan.Join("unit", "nothing", (("id", "id"),), (("never", "kind"),)),
            plan.Derive("unit", "more", Add(Column("of its text"), Column("before"))),
            plan.Derive("unit", "more known", Known("of its text")),
            plan.Group("by kind", "rows", ("kind", "mark", "kind"), GROUPED),
            plan.Group("of nothing", "nothing", ("kind",), (("all", "sum", "n"),)),
            plan.Rank("unit", "place", ("t",), (("a", True), ("id", False))),
            plan.Rank("unit years", "order", ("parent",), (("id", True), ("period", False))),
            plan.RunningSum("unit years", "so far", "a", ("id",), (("period", False),)),
            plan.RunningSum("unit", "by text", "either", ("period",), (("text", False), ("flag", True), ("id", False))),
            plan.Require("unit", is_(">", Column("place"), Literal(0)), "PR701", "nothing"),
        ),
    ),
    128,
)  # fmt: skip


def unmet(*, id_: bool = True) -> plan.Plan:
    """A plan with a requirement that two units, or one group, do not meet, and a later one that nobody meets."""
    table, scalar = ("unit", is_("<=", A, Literal(0))) if id_ else ("by text", is_("!=", Column("first"), Literal(2022)))
    wrong = (plan.Require(table, scalar, "PR703", "amounts"), plan.Require("unit", Literal(False), "PR701", "all"))
    return plan.Plan((*STEPS.strata, wrong), 128)


def bounded(steps: plan.Plan, given: Facts) -> plan.Plan:
    """The plan with the bounds that its columns have over the facts, which are exact."""
    bounds: dict[str, dict[str, tuple[int, int]]] = defaultdict(lambda: defaultdict(lambda: (0, 0)))
    for table, rows in relations.execute(STEPS, given, YEAR).items():
        for row in rows:
            for column, cell in row.items():
                number = 0 if cell is None or isinstance(cell, str) else int(cell)
                least, most = bounds[table].get(column, (number, number))
                bounds[table][column] = min(least, number), max(most, number)
    return replace(steps, bounds=bounds)


def facts(vocabulary: Vocabulary) -> Facts:
    """Units in two years; ids that differ in case, beyond the basic plane, and in what most collations skip."""
    money = [None, "0", "-0.01", "-0.07", "-0.08", "1000000", "-999999.98", "0.15"]
    ids = ["a", "A", "a-b", "ab", "\U00020000", "\uff21", "é", "Z"]
    texts = [None, "red", "green", None, "red", "blue", None, "green"]
    flags = [None, "yes", "no", "yes", None, "no", "yes", "no"]
    units = [
        {"id": i, "period": year, "a": m, "b": n, "t": t, "f": f}
        for year, amounts in ((2022, money[::-1]), (2023, money))
        for i, m, n, t, f in zip(ids, amounts, ["3", None, "0", "0.07", "0.08", "1", "2", "0.01"], texts, flags, strict=True)
        if not (year == 2022 and i in ("A", "Z"))
    ]
    items = [{"id": f"i{n}", "period": 2023, "unit": i, "m": m} for n, (i, m) in enumerate(zip(ids[1:], money, strict=False))]
    given = {"unit": units, "item": items}
    return build(vocabulary, {kind: [(kind, row) for row in rows] for kind, rows in given.items()}, Findings())
