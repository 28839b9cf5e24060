"""Shares: a whole number of units divided by weights, by largest remainder, as steps of the plan."""

from __future__ import annotations

from dataclasses import dataclass

from perfrules.language import scalars
from perfrules.language.builder import SUM_MAX, Builder
from perfrules.language.scalars import ONE, ZERO, Column, Scalar
from perfrules.pipeline.states import same

ORDER = (("id", False), ("kind", False), ("number", False))  # among equal remainders


@dataclass(frozen=True, slots=True)
class Shared:
    """The names of the columns that say how a row's share came to be: `units × weight ÷ weights`."""

    units: str
    weight: str
    weights: str
    floor: str
    remainder: str
    place: str
    spare: str
    share: str


def share_out(builder: Builder, table: str, keys: tuple[str, ...], units: Scalar, weight: Column, hint: str) -> Shared:
    """Within each combination of keys, each row's share of the units: floors first, then one to each of the
    largest remainders, equal ones by id. The shares make the units, except where all weights are zero."""
    totals = builder.group(table, f"{hint} weights", keys, (("weights", "sum", weight.name),))
    weights = builder.join(table, totals, same(keys), "weights")
    any_weight = scalars.compare(">", weights, ZERO)
    divisor = builder.derive(table, f"{hint} divisor", scalars.choose(any_weight, weights, ONE))
    shared = builder.derive(table, f"{hint} units", units)
    whole = builder.derive(table, f"{hint} units by weight", scalars.multiply(shared, weight))
    # a weight is at most the sum of weights, so no floor exceeds the units, and what remains is below the sum
    floor = builder.derive(table, f"{hint} floor", scalars.div_floor(whole, divisor), most=SUM_MAX)
    rest = scalars.subtract(whole, scalars.multiply(floor, divisor))
    remainder = builder.derive(table, f"{hint} remainder", rest, most=SUM_MAX)
    floors = builder.group(table, f"{hint} floors", keys, (("floors", "sum", floor.name),))
    left = scalars.subtract(shared, builder.join(table, floors, same(keys), "floors"))
    # a row without a weight may have other units than those that were shared, and less than nothing left of them
    spare = builder.derive(table, f"{hint} spare", scalars.choose(any_weight, left, ZERO))
    place = builder.rank(table, f"{hint} place", keys, ((remainder.name, True), *ORDER))
    extra = scalars.both(scalars.compare(">", weight, ZERO), scalars.compare("<=", place, spare))
    whole_share = scalars.add(floor, scalars.choose(extra, ONE, ZERO))
    share = builder.derive(table, f"{hint} share", whole_share, most=SUM_MAX)
    names = (shared, weight, weights, floor, remainder, place, spare, share)
    return Shared(*(column.name for column in names))
