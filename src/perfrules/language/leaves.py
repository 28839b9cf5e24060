"""What an expression ends in, on two rails: a fact, a constant."""

from __future__ import annotations

from fractions import Fraction

from perfrules.core.vocabulary import Fact
from perfrules.language import nodes, rails, scalars
from perfrules.language.rails import Condition, Rational, Value, Word
from perfrules.language.scalars import ONE


def fact_value(fact: Fact, column: str) -> Value:
    """A column with a fact, as a value."""
    known = scalars.Known(column)
    match fact.kind:
        case "text" | "choice":
            return Word(scalars.Column(column), known)
        case "flag":
            yes = scalars.Compare("=", scalars.Column(column), ONE)
            return Condition(scalars.both(known, yes), scalars.both(known, scalars.negate(yes)))
    return Rational(Fraction(1, 10**fact.places), scalars.Column(column), ONE, known)


def literal_value(node: nodes.Literal) -> Value:
    """A constant, as a value; that of a table where no row hits is never known."""
    if node.value is None:
        if node.kind == "flag":
            return Condition(scalars.FALSE, scalars.FALSE)
        return Word(scalars.Literal(""), scalars.FALSE) if node.kind in ("text", "choice") else Rational(
            Fraction(1), scalars.ZERO, ONE, scalars.FALSE
        )  # fmt: skip
    if isinstance(node.value, bool):
        return rails.truth(scalars.Literal(node.value))
    if isinstance(node.value, str):
        return Word(scalars.Literal(node.value))
    return rails.number(node.value)
