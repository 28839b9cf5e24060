"""The rules over whole columns, by engines that compute so: Polars and DuckDB by hand, the arrays of OpenFisca.

Each gives, for every row, which rules fire and the amount of each claim (0 or null where there is none): Polars and
DuckDB over whole minor units, cross-multiplied, as an expert writes them, OpenFisca over the floats it computes with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from math import gcd
from operator import and_
from typing import Any

import duckdb
import numpy as np
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from rules import Amount, Rule, Test

Compared = Mapping[str, Callable[[Any, Any], Any]]
OPERATORS: Compared = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
}
YEAR = "2023"


def claim(rule: Rule) -> str:
    """The name of the column with the amount of a rule."""
    return f"{rule.name} amount"


# by hand


def in_polars(rules: list[Rule], frame: pl.LazyFrame) -> pl.LazyFrame:
    """The rules as expressions of Polars."""
    columns = []
    for rule in rules:
        holds = reduce(and_, map(_polars_test, rule.tests))
        columns.append(holds.alias(rule.name))
        if rule.amount is not None:
            amount = _share(rule.amount, pl.col)
            columns.append(pl.when(holds & (amount != 0)).then(amount).alias(claim(rule)))
    return frame.select("id", *columns)


def _polars_test(test: Test) -> pl.Expr:
    if isinstance(test.value, bool):
        return pl.col(test.field) if test.value else ~pl.col(test.field)
    if test.field == "rate":
        return OPERATORS[test.operator](pl.col("paid") * 10_000, pl.col("approved_budget") * test.value)
    return OPERATORS[test.operator](pl.col(test.field), test.value)


def _share(amount: Amount, column: Callable[[str], Any]) -> Any:
    of = column("paid") - column("approved_budget") if amount.of == "excess" else column(amount.of)
    under = gcd(amount.thousandths, 1000)
    over, under = amount.thousandths // under, 1000 // under
    return of if under == 1 else (of * over + under // 2) // under


def in_duckdb(rules: list[Rule], table: str) -> str:
    """The rules as a query of DuckDB, whose `//` is exact where nothing is below zero."""
    columns = []
    for rule in rules:
        holds = sql_condition(rule)
        columns.append(f'{holds} AS "{rule.name}"')
        if rule.amount is not None:
            of = "(paid - approved_budget)" if rule.amount.of == "excess" else rule.amount.of
            amount = of if rule.amount.thousandths == 1000 else f"({of} * {rule.amount.thousandths} + 500) // 1000"
            columns.append(f'CASE WHEN {holds} AND {amount} != 0 THEN {amount} END AS "{claim(rule)}"')
    return f"SELECT id, {', '.join(columns)} FROM {table}"


def sql_condition(rule: Rule) -> str:
    """When a rule fires, over whole minor units."""
    return " AND ".join(map(_sql_test, rule.tests))


def _sql_test(test: Test) -> str:
    if isinstance(test.value, bool):
        return test.field if test.value else f"NOT {test.field}"
    if test.field == "rate":
        return f"paid * 10000 {test.operator} approved_budget * {test.value}"
    value = f"'{test.value}'" if isinstance(test.value, str) else test.value
    return f"{test.field} {test.operator} {value}"


def duckdb_over(stored: pl.DataFrame, rules: list[Rule]) -> Callable[[], None]:
    """A function that has DuckDB compute the rules into a table of its own."""
    connection = duckdb.connect()
    connection.register("given", stored)
    connection.execute("CREATE TABLE facts AS SELECT * FROM given")
    query = in_duckdb(rules, "facts")

    def computed() -> None:
        connection.execute(f"CREATE OR REPLACE TEMPORARY TABLE decided AS {query}")

    computed.rows = lambda: connection.execute("SELECT * FROM decided").to_arrow_table()  # type: ignore[attr-defined]
    return computed


# OpenFisca


def openfisca_over(stored: pl.DataFrame, rules: list[Rule]) -> Callable[[], dict[str, np.ndarray]]:
    """A function that has OpenFisca compute the rules: money and ratios in major units, as its users have them."""
    project = build_entity("project", "projects", "a project", is_person=True)
    system = TaxBenefitSystem([project])
    given = {name: _array(stored[name]) for name in stored.columns if name not in ("id", "parent", "period")}
    for name, values in given.items():
        system.add_variable(
            _variable(name, project, bool if values.dtype == bool else str if values.dtype == object else float)
        )
    for rule in rules:
        system.add_variable(_variable(rule.name, project, bool, _fires(rule)))
        if rule.amount is not None:
            system.add_variable(_variable(claim(rule), project, float, _claims(rule)))
    ids = np.arange(len(stored))

    def computed() -> dict[str, np.ndarray]:
        builder = SimulationBuilder()
        builder.create_entities(system)
        builder.declare_person_entity("project", ids)
        simulation = builder.build(system)
        for name, values in given.items():
            simulation.set_input(name, YEAR, values)
        wanted = [rule.name for rule in rules] + [claim(rule) for rule in rules if rule.amount is not None]
        return {name: simulation.calculate(name, YEAR) for name in wanted}

    return computed


SCALES = {"approved_budget": 100, "paid": 100, "balance": 100, "public_funds": 100, "score": 10, "deviation": 10_000}


def _array(column: pl.Series) -> np.ndarray:
    if column.dtype == pl.String or isinstance(column.dtype, pl.Enum):
        return column.cast(pl.String).to_numpy().astype(object)
    if column.dtype == pl.Boolean:
        return column.to_numpy()
    return (column.to_numpy() / SCALES.get(column.name, 1)).astype(np.float32)


def _variable(name: str, entity: Any, kind: type, formula: Callable[..., Any] | None = None) -> type[Variable]:
    body = {"value_type": kind, "entity": entity, "definition_period": DateUnit.YEAR, "label": name}
    return type(name, (Variable,), body | ({"formula": formula} if formula else {}))


def _fires(rule: Rule) -> Callable[..., Any]:
    def formula(projects: Any, period: Any) -> Any:
        found = True
        for test in rule.tests:
            if test.field == "rate":
                found &= OPERATORS[test.operator](
                    projects("paid", period) / projects("approved_budget", period), np.float32(test.value / 10_000)
                )
            elif isinstance(test.value, (bool, str)):
                found &= projects(test.field, period) == test.value
            else:
                found &= OPERATORS[test.operator](
                    projects(test.field, period), np.float32(test.value / SCALES.get(test.field, 1))
                )
        return found

    return formula


def _claims(rule: Rule) -> Callable[..., Any]:
    amount = rule.amount
    assert amount is not None

    def formula(projects: Any, period: Any) -> Any:
        of = (
            projects("paid", period) - projects("approved_budget", period)
            if amount.of == "excess"
            else projects(amount.of, period)
        )
        return np.where(projects(rule.name, period), np.round(of * np.float32(amount.thousandths / 1000), 2), 0)

    return formula
