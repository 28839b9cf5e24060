"""The tables of a database by the names that a mapping has for them, and what the database says of them."""

from __future__ import annotations

from sqlglot import exp

from perfrules.core.problem import Findings, Refused, Value, Words, did_you_mean
from perfrules.core.span import Text
from perfrules.core.values import Unfit
from perfrules.engines.databases import Database
from perfrules.engines.described import Described
from perfrules.engines.dialects import DIALECTS, Expression

GIVEN = "t"  # what the table of the database is called
PARTS = ("this", "db", "catalog")
NO_NAME = Words("a name has one to three parts, `catalog.schema.table`", "表名有一至三段：`catalog.schema.table`")
NO_TABLE = Words("there is no such table", "没有该表")
CLOSED = Words("the right to select from it is missing", "没有查询权限")
ASK = Words("ask for the right to select it, or map another column", "请申请该列的查询权限，或对应到其他列")


def table(origin: str) -> Expression:
    """A table of the database, perhaps with its schema and its catalog: `finance.ledger`."""
    names = [exp.to_identifier(name, quoted=True) for name in reversed(origin.split("."))]
    return exp.Table(**dict(zip(PARTS, names, strict=False))).as_(GIVEN)  # `described` refuses what has more


def described(origin: str, database: Database | None, findings: Findings) -> Described | None:
    """What a database says of a table, where it is asked; None with a problem noted where it has none that can be
    read."""
    names = origin.split(".")
    if len(names) > len(PARTS) or not all(names):
        said: Value = NO_NAME
    elif database is None:
        return None
    else:
        found = Described(database, DIALECTS[database.dialect], table(origin))
        try:
            if any(map(found.opens, found.columns)):
                return found
            said = CLOSED if found.columns else NO_TABLE
        except Refused as refused:
            said = refused.problems[0].values["message"]
    span = origin.span if isinstance(origin, Text) else None
    findings.add("PR738", span, table=origin, message=said, where=origin)
    return None


def check_open(heading: str, origin: str, seen: Described) -> None:
    """Raise `Unfit` where a table has no column of a name, or none that may be read."""
    if not seen.has(heading):
        raise Unfit("PR739", table=origin, column=f"`{heading}`", hint=did_you_mean(heading, seen.columns))
    if not seen.opens(heading):
        closed = Words(f"`{heading}` that may be selected", f"`{heading}`（可查询）")
        raise Unfit("PR739", table=origin, column=closed, hint=ASK)
