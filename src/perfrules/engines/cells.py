"""From a mapping of Python values to the cells of a row, by one generated function.

The usual exact types are read directly; whatever else comes is left to the reader of facts, which says
what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, DivisionByZero, FloatOperation, Inexact, InvalidOperation, Overflow

from perfrules.core.money import UNITS
from perfrules.core.vocabulary import Fact
from perfrules.engines.record import Cell

# our own context: the host's precision and traps have no effect; what is not exact is not read here
_CONTEXT = Context(
    prec=40, Emax=60, Emin=-60, traps=[Inexact, InvalidOperation, Overflow, DivisionByZero, FloatOperation]
)
ReadCells = Callable[[Mapping[str, object]], "tuple[Cell, ...] | None"]


def cell_reader(facts: Sequence[Fact], known: frozenset[str]) -> ReadCells:
    """A function from a mapping of `facts` by name to their cells.

    It gives None where a value is of another type than usual, out of bounds or not exact, or where a key is
    not among the `known` names.
    """
    lines = ["def read(values):", "    get = values.get", "    try:"]
    for n, fact in enumerate(facts):
        lines += [f"        {line}" for line in _reading(n, fact)]
    cells = "".join(f"c{n}, " for n in range(len(facts)))
    lines += [
        "    except unfit: return None",
        "    if not values.keys() <= known: return None",
        f"    return ({cells})",
    ]
    choices = {f"choices{n}": frozenset(f.choices) for n, f in enumerate(facts)}
    scope: dict[str, object] = {
        "__builtins__": {"int": int, "str": str, "bool": bool},
        "Decimal": Decimal,
        "scaleb": _CONTEXT.scaleb,
        "whole": _CONTEXT.to_integral_exact,
        "unfit": (Inexact, InvalidOperation, Overflow, ValueError, TypeError),
        "known": known,
        **choices,
    }
    exec("\n".join(lines), scope)  # our own source, from closed data
    read = scope["read"]
    assert callable(read)
    return read


def _reading(n: int, fact: Fact) -> list[str]:
    cell = f"c{n}"
    first = f"{cell} = get({fact.name!r})"
    if fact.kind in ("text", "choice"):
        allowed = (
            f" or {cell} not in choices{n}" if fact.choices else f" or not {cell}.isascii() or not {cell}.isalpha()"
        )
        return [first, f"if {cell} is not None and ({cell}.__class__ is not str{allowed}): return None"]
    if fact.kind == "flag":
        return [
            first,
            f"if {cell} is True: {cell} = 1",
            f"elif {cell} is False: {cell} = 0",
            f"elif {cell} is not None: return None",
        ]
    least, most = fact.bounds
    inside = f"if not {least} <= {cell} <= {most}: return None"
    lines = [first]
    if fact.kind == "date":
        return [*lines, f"if {cell} is not None: return None"]
    unit = UNITS[fact.unit] if fact.kind == "money" else 1
    factor = unit * 10**fact.places
    shift = len(str(factor)) - 1
    if factor != 10**shift:  # an amount in 分: leave it to the reader of facts
        return [*lines, f"if {cell} is not None: return None"]
    return [
        *lines,
        f"if {cell}.__class__ is Decimal:",
        f"    {cell} = int(whole(scaleb({cell}, {shift})))",
        f"    {inside}",
        f"elif {cell}.__class__ is int:",
        f"    {cell} = {cell} * {10**shift}",
        f"    {inside}",
        f"elif {cell} is not None: return None",
    ]
