"""States: what can become of a claim, and the tables of settlement with their keys."""

from __future__ import annotations

from perfrules.language import scalars
from perfrules.language.builder import Builder
from perfrules.language.scalars import ONE, ZERO, Column, Literal, Scalar

NOT_MADE, POSTED, SET_ASIDE, CAPPED, WAITING, IN_CONFLICT, AWAITING = range(7)
STATES = ("not-made", "posted", "set-aside", "capped", "waiting", "in-conflict", "awaiting-approval")
MOVING = (POSTED, CAPPED)  # states in which money moves; in others an amount of zero is one that is not known
TAKE, GIVE = 0, 1
TOGETHER = {"": 0, "sum": 1, "greatest": 2}
CLAIMS, MEMBERS, POOLS, LIMITS = "claims", "pool members", "pools", "limits"
DECIDED = "decisions made"  # the table of decisions; not a name that a vocabulary could have
CLAIM = ("kind", "id", "number")
OWNER = ("owner kind", "owner", "account", "year")
SIDE = (*OWNER, "side")
POOL = ("pool", "jurisdiction", "part", "part number", "part known", "year")
CLAIM_ORDER = (("number", False), ("kind", False), ("id", False))


def is_one_of(column: str, *values: int) -> Scalar:
    """Whether a column has one of some values."""
    return scalars.either(*(scalars.compare("=", Column(column), Literal(v)) for v in values))


def is_open(column: str) -> Scalar:
    """Whether a claim may still come to stand, and does not yet."""
    return is_one_of(column, WAITING, AWAITING)


def counter(builder: Builder, table: str, hint: str, condition: Scalar) -> str:
    """A column that is 1 where a condition is true, to be summed."""
    return builder.derive(table, hint, scalars.choose(condition, ONE, ZERO)).name


def same(keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """To join on columns that are called the same on both sides."""
    return tuple((key, key) for key in keys)
