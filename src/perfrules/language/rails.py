"""Rails: values of the language as scalars of the plan, together with when they are known.

A number is `scale × low ÷ den`, with `den` positive where it is defined; one that is only known to lie in
a range has a `high`, too. A condition holds, fails, or neither. Nothing here is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd
from typing import assert_never

from perfrules.language import scalars
from perfrules.language.bounds import Bounds
from perfrules.language.scalars import ONE, TRUE, ZERO, Scalar

MEET = "kinds.py lets only values of one kind meet"


@dataclass(frozen=True, slots=True)
class Rational:
    """A number: `scale × low ÷ den` where `defined`; `high` instead of `low` is its upper end."""

    scale: Fraction
    low: Scalar
    den: Scalar = ONE
    defined: Scalar = TRUE
    high: Scalar | None = None

    @property
    def top(self) -> Scalar:
        """The upper end of its range, before scale and denominator."""
        return self.low if self.high is None else self.high

    def point(self) -> Rational:
        """Itself where it is one number; a range of several is unknown."""
        if self.high is None:
            return self
        return replace(self, high=None, defined=scalars.both(self.defined, scalars.compare("=", self.low, self.high)))


@dataclass(frozen=True, slots=True)
class Condition:
    """A yes or no on two rails, never both; neither is undecided."""

    holds: Scalar
    fails: Scalar

    @property
    def decided(self) -> Scalar:
        """Whether it is one of the two."""
        return TRUE if self.fails == scalars.negate(self.holds) else scalars.either(self.holds, self.fails)

    @property
    def possible(self) -> Scalar:
        """Whether it holds or could still hold."""
        return scalars.negate(self.fails)


@dataclass(frozen=True, slots=True)
class Word:
    """A text or a choice."""

    text: Scalar
    defined: Scalar = TRUE


Value = Rational | Condition | Word


def number(value: Fraction) -> Rational:
    """A constant number."""
    if value < 0:
        return Rational(-value, scalars.Literal(-1))
    return Rational(value, ONE) if value else Rational(Fraction(1), ZERO)


def truth(holds: Scalar) -> Condition:
    """A condition that is always decided."""
    return Condition(holds, scalars.negate(holds))


def common(left: Fraction, right: Fraction) -> tuple[Fraction, int, int]:
    """A scale of which both are whole multiples, and the multiples."""
    denominator = left.denominator * right.denominator // gcd(left.denominator, right.denominator)
    a, b = int(left * denominator), int(right * denominator)
    shared = gcd(a, b) or 1
    return Fraction(shared, denominator), a // shared, b // shared


def times(count: int, scalar: Scalar) -> Scalar:
    """A whole multiple of a scalar."""
    return scalars.multiply(scalars.Literal(count), scalar)


def _crossed(left: Rational, right: Rational) -> tuple[Fraction, Scalar, Scalar]:
    """A common scale, and what each side's numerator is multiplied by to stand over both denominators."""
    scale, a, b = common(left.scale, right.scale)
    if left.den == right.den:
        return scale, scalars.Literal(a), scalars.Literal(b)
    return scale, times(a, right.den), times(b, left.den)


def negated(value: Rational) -> Rational:
    """`-value`."""
    low = scalars.subtract(ZERO, value.top)
    high = None if value.high is None else scalars.subtract(ZERO, value.low)
    return replace(value, low=low, high=high)


def added(left: Rational, right: Rational) -> Rational:
    """`left + right`."""
    scale, a, b = _crossed(left, right)
    den = left.den if left.den == right.den else scalars.multiply(left.den, right.den)
    low = scalars.add(scalars.multiply(a, left.low), scalars.multiply(b, right.low))
    high = None
    if left.high is not None or right.high is not None:
        high = scalars.add(scalars.multiply(a, left.top), scalars.multiply(b, right.top))
    return Rational(scale, low, den, scalars.both(left.defined, right.defined), high)


def multiplied(left: Rational, right: Rational) -> Rational:
    """`left × right`; a range reaches from the least to the greatest product of the ends."""
    den = scalars.multiply(left.den, right.den)
    scale, known = left.scale * right.scale, scalars.both(left.defined, right.defined)
    if left.high is None and right.high is None:
        return Rational(scale, scalars.multiply(left.low, right.low), den, known)
    ends = [
        scalars.multiply(a, b)
        for a in dict.fromkeys((left.low, left.top))
        for b in dict.fromkeys((right.low, right.top))
    ]
    return Rational(scale, _extreme("<", ends), den, known, _extreme(">", ends))


def _extreme(operator: str, values: list[Scalar]) -> Scalar:
    best = values[0]
    for value in values[1:]:
        best = scalars.choose(scalars.compare(operator, best, value), best, value)
    return best


def divided(left: Rational, right: Rational, bounds: Bounds) -> Rational:
    """`left ÷ right`; unknown where the divisor is zero, or a range of several numbers."""
    right = right.point()
    least, most = bounds.interval(right.low)
    over, under = right.den, right.low
    if least < 0:
        down = scalars.compare("<", right.low, ZERO)
        over = scalars.choose(down, scalars.subtract(ZERO, over), over)
        under = scalars.choose(down, scalars.subtract(ZERO, under), under)
    defined = scalars.both(left.defined, right.defined)
    if least <= 0 <= most:
        defined = scalars.both(defined, scalars.compare("!=", right.low, ZERO))
    inverse = Rational(1 / right.scale, over, under, defined)
    return multiplied(left, inverse)


def compared(operator: str, left: Rational, right: Rational) -> Condition:
    """A comparison, decided where the whole ranges agree."""
    _, a, b = _crossed(left, right)
    defined = scalars.both(left.defined, right.defined)
    low, high = scalars.multiply(a, left.low), scalars.multiply(a, left.top)
    other_low, other_high = scalars.multiply(b, right.low), scalars.multiply(b, right.top)
    if left.high is None and right.high is None:
        holds = scalars.compare(operator, low, other_low)
        return Condition(scalars.both(defined, holds), scalars.both(defined, scalars.negate(holds)))
    if operator in ("=", "!="):
        same = scalars.both(defined, scalars.compare(">=", low, other_high), scalars.compare("<=", high, other_low))
        apart = scalars.both(
            defined, scalars.either(scalars.compare("<", high, other_low), scalars.compare(">", low, other_high))
        )
        return Condition(same, apart) if operator == "=" else Condition(apart, same)
    if operator in ("<", "<="):
        worst, best = (high, other_low), (low, other_high)
    else:
        worst, best = (low, other_high), (high, other_low)
    return Condition(
        scalars.both(defined, scalars.compare(operator, *worst)),
        scalars.both(defined, scalars.compare(scalars.INVERSE[operator], *best)),
    )


def same_word(left: Word, right: Word) -> Condition:
    """Whether two texts are equal."""
    defined = scalars.both(left.defined, right.defined)
    equal = scalars.compare("=", left.text, right.text)
    return Condition(scalars.both(defined, equal), scalars.both(defined, scalars.negate(equal)))


def conjunction(*parts: Condition) -> Condition:
    """Kleene's `and`."""
    return Condition(scalars.both(*(p.holds for p in parts)), scalars.either(*(p.fails for p in parts)))


def disjunction(*parts: Condition) -> Condition:
    """Kleene's `or`."""
    return Condition(scalars.either(*(p.holds for p in parts)), scalars.both(*(p.fails for p in parts)))


def opposite(part: Condition) -> Condition:
    """Kleene's `not`."""
    return Condition(part.fails, part.holds)


def tally(*parts: Condition) -> Rational:
    """How many conditions hold: at least those that surely do, at most those that may."""
    sure: Scalar = ZERO
    possible: Scalar = ZERO
    for part in parts:
        sure = scalars.add(sure, scalars.choose(part.holds, ONE, ZERO))
        possible = scalars.add(possible, scalars.choose(part.possible, ONE, ZERO))
    return Rational(Fraction(1), sure, high=None if sure == possible else possible)


def same_truth(left: Condition, right: Condition) -> Condition:
    """Whether two conditions are both yes or both no."""
    return disjunction(conjunction(left, right), conjunction(opposite(left), opposite(right)))


def defined(value: Value) -> Scalar:
    """Whether a value is known."""
    match value:
        case Rational():
            return value.point().defined
        case Condition():
            return value.decided
        case Word():
            return value.defined
    assert_never(value)


def chosen(when: Scalar, unless: Scalar, then: Value, other: Value) -> Value:
    """`then` where `when`, `other` where `unless`, unknown where neither."""
    known = scalars.either(scalars.both(when, defined(then)), scalars.both(unless, defined(other)))
    if isinstance(then, Condition) and isinstance(other, Condition):
        return Condition(
            scalars.either(scalars.both(when, then.holds), scalars.both(unless, other.holds)),
            scalars.either(scalars.both(when, then.fails), scalars.both(unless, other.fails)),
        )
    if isinstance(then, Word) and isinstance(other, Word):
        return Word(scalars.choose(when, then.text, other.text), known)
    assert isinstance(then, Rational), MEET
    assert isinstance(other, Rational), MEET
    scale, a, b = common(then.scale, other.scale)
    low = scalars.choose(when, times(a, then.low), times(b, other.low))
    return Rational(scale, low, scalars.choose(when, then.den, other.den), known)


def rounded(value: Rational, step: Fraction, mode: str, bounds: Bounds) -> Rational:
    """To a whole multiple of `step`."""
    value = value.point()
    _, a, b = common(value.scale, step)
    top, under = times(a, value.low), times(b, value.den)
    if bounds.interval(value.den)[0] < 1:
        under = scalars.choose(value.defined, under, ONE)
    return Rational(step, _rounded(top, under, mode, bounds), ONE, value.defined)


def _rounded(top: Scalar, under: Scalar, mode: str, bounds: Bounds) -> Scalar:
    """`top ÷ under` as a whole number; `under` is positive."""
    if under == ONE:
        return top
    doubled = scalars.multiply(scalars.Literal(2), under)
    match mode:
        case "floor":
            return scalars.div_floor(top, under)
        case "ceil":
            return scalars.subtract(ZERO, scalars.div_floor(scalars.subtract(ZERO, top), under))
        case "half-even":
            raised = scalars.add(times(2, top), under)
            nearest = scalars.div_floor(raised, doubled)
            halfway = scalars.compare("=", scalars.multiply(nearest, doubled), raised)
            even = scalars.multiply(scalars.Literal(2), scalars.div_floor(nearest, scalars.Literal(2)))
            return scalars.choose(halfway, even, nearest)
    if bounds.interval(top)[0] >= 0:
        return _away(top, under, doubled, mode)
    mirrored = scalars.subtract(ZERO, top)
    below = scalars.subtract(ZERO, _away(mirrored, under, doubled, mode))
    return scalars.choose(scalars.compare("<", top, ZERO), below, _away(top, under, doubled, mode))


def _away(top: Scalar, under: Scalar, doubled: Scalar, mode: str) -> Scalar:
    """Half-up or truncation of a value that is not negative."""
    if mode == "truncate":
        return scalars.div_floor(top, under)
    if isinstance(under, scalars.Literal) and not int(under.value) % 2:
        return scalars.div_floor(scalars.add(top, scalars.Literal(int(under.value) // 2)), under)
    return scalars.div_floor(scalars.add(times(2, top), under), doubled)
