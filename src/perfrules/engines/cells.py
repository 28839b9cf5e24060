"""From a mapping of Python values to the cells of a row, by one generated function.

The usual exact types are read directly; whatever else comes, and what is unknown, is left to the reader of
facts, which says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, DivisionByZero, FloatOperation, Inexact, InvalidOperation, Overflow

from perfrules.core.values import UNKNOWN_TEXTS
from perfrules.core.vocabulary import Fact
from perfrules.engines.record import Cell

# our own context: the host's precision and traps have no effect; what is not exact is not read here
_CONTEXT = Context(
    prec=40, Emax=60, Emin=-60, traps=[Inexact, InvalidOperation, Overflow, DivisionByZero, FloatOperation]
)
ReadCells = Callable[[Mapping[str, object]], "tuple[Cell, ...] | None"]


def cell_reader(facts: Sequence[Fact], known: frozenset[str]) -> ReadCells:
    """A function from a mapping of `facts` by name to their cells.

    It gives None where a value is unknown, of another type than usual, out of bounds or not exact, or where
    a key is not among the `known` names.
    """
    lines = ["def read(values):", "    try:"]
    for n, fact in enumerate(facts):
        lines += [f"        {line}" for line in _reading(n, fact)]
    lines += [
        "        pass",
        "    except unfit: return None",
        f"    if len(values) != {len(facts)} and not values.keys() <= known: return None",
        f"    return ({''.join(f'c{n}, ' for n in range(len(facts)))})",
    ]
    scope: dict[str, object] = {
        "__builtins__": {"int": int, "str": str, "len": len},
        "Decimal": Decimal,
        "multiply": _CONTEXT.multiply,
        "exact": _CONTEXT.to_integral_exact,
        "whole": Decimal.__trunc__,
        "unfit": (ArithmeticError, LookupError, TypeError, ValueError),
        "known": known,
        "unknown": UNKNOWN_TEXTS,
    }
    for n, fact in enumerate(facts):
        scope[f"choices{n}"] = frozenset(fact.choices)
        scope[f"factor{n}"] = Decimal(_factor(fact) or 1)
    exec("\n".join(lines), scope)  # our own source, from closed data
    read = scope["read"]
    assert callable(read)
    return read


def _factor(fact: Fact) -> int | None:
    """How many whole units make what a bare number counts; None where that is no whole number."""
    factor = fact.measure * 10**fact.places
    return int(factor) if factor.denominator == 1 else None


def _reading(n: int, fact: Fact) -> list[str]:
    cell = f"c{n}"
    first = f"{cell} = values[{fact.name!r}]"
    if fact.is_text:
        plain = f"{cell} in choices{n}" if fact.choices else f"{cell}.isascii() and {cell}.isalpha()"
        return [first, f"if {cell}.__class__ is not str or {cell} in unknown or not ({plain}): return None"]
    if fact.kind == "flag":
        return [first, f"if {cell} is True: {cell} = 1", f"elif {cell} is False: {cell} = 0", "else: return None"]
    factor = _factor(fact)
    if fact.kind == "date" or factor is None:
        return ["return None"]
    least, most = fact.bounds
    scaled = f"multiply({cell}, factor{n})" if factor > 1 else cell
    return [
        first,
        f"if {cell}.__class__ is Decimal: {cell} = whole(exact({scaled}))",
        f"elif {cell}.__class__ is int: {cell} *= {factor}",
        "else: return None",
        f"if not {least} <= {cell} <= {most}: return None",
    ]
