"""What an expression means: the reference that every engine is tested against.

Rationals, three values, no optimisation. An unknown carries its reasons: the missing facts, the zero
divisors, the kinds that were not loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, trunc
from typing import assert_never

from perfrules.core.facts import Facts
from perfrules.core.money import round_half_up
from perfrules.language import nodes
from perfrules.language.nodes import Node, Symbol
from perfrules.language.scope import Scope
from perfrules.language.write import write


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why a value is unknown: `missing` (a fact), `zero` (a divisor), `not-loaded` (a kind), `empty` (an aggregate)
    or `no-row` (a table)."""

    why: str
    subject: str  # kind/id
    period: int
    about: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """An unknown value, and all reasons that it is."""

    reasons: frozenset[Reason]


@dataclass(frozen=True, slots=True)
class Range:
    """A number that lies between two others, until the reasons are cleared up."""

    low: Fraction
    high: Fraction
    reasons: frozenset[Reason]


Value = Fraction | bool | str | Range | Unknown


@dataclass(frozen=True)
class Subject:
    """One subject in one period, with everything that is known of it and of what it belongs to."""

    facts: Facts
    scope: Scope
    id: str
    period: int
    as_of: int
    replaced: Mapping[tuple[str, ...], Fraction] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`kind/id`."""
        return f"{self.scope.kind.name}/{self.id}"

    def parent(self) -> Subject | None:
        """What it belongs to."""
        table = self.facts.table(self.scope.kind.name, self.period)
        row = table.row_of(self.id)
        kind = self.scope.vocabulary.kinds[self.scope.kind.belongs_to]
        if row is None or not table.parents[row]:
            return None
        return Subject(self.facts, self.scope.of(kind), table.parents[row], self.period, self.as_of)

    def children(self, many: str) -> list[Subject] | None:
        """The subjects of a kind that belong to it; None where the kind was not loaded."""
        kind = self.scope.vocabulary.children(self.scope.kind.name)[many]
        if kind.name not in self.facts.loaded:
            return None
        ids = self.facts.table(kind.name, self.period).children_of(self.id)
        return [Subject(self.facts, self.scope.of(kind), i, self.period, self.as_of) for i in ids]

    def read(self, symbol: Symbol) -> Value:
        """The value of a fact, its own or an ancestor's, in the judged period or another."""
        if symbol.path:
            above = self.parent()
            if above is None:
                return self._missing(".".join((*symbol.path, symbol.name)))
            return above.read(Symbol(symbol.role, symbol.name, symbol.path[1:], symbol.offset))
        if (symbol.name,) in self.replaced:
            return self.replaced[(symbol.name,)]
        period = self.period + symbol.offset
        table = self.facts.table(self.scope.kind.name, period)
        row = table.row_of(self.id)
        stored = None if row is None else table.columns[symbol.name][row]
        if stored is None:
            return Unknown(frozenset({Reason("missing", self.name, period, symbol.name)}))
        fact = self.scope.kind.columns[symbol.name]
        if isinstance(stored, str):
            return stored
        return stored == 1 if fact.kind == "flag" else Fraction(stored, 10**fact.places)

    def _missing(self, about: str) -> Unknown:
        return Unknown(frozenset({Reason("missing", self.name, self.period, about)}))


def evaluate(node: Node, subject: Subject) -> Value:
    """The value of an expression that `kinds` has elaborated, for one subject."""
    match node:
        case nodes.Literal():
            return constant(node, subject)
        case nodes.Name():
            return _name(node, subject)
        case nodes.Unary(operator="not"):
            return _not(evaluate(node.operand, subject))
        case nodes.Unary():
            return _arithmetic("-", Fraction(0), evaluate(node.operand, subject))
        case nodes.Arithmetic():
            left, right = evaluate(node.left, subject), evaluate(node.right, subject)
            if node.operator == "/" and point(right) == 0:
                about = write(node.right)
                zero = Unknown(frozenset({Reason("zero", subject.name, subject.period, about)}))
                return unknown(left, zero) if isinstance(point(left), Unknown) else zero
            return _arithmetic(node.operator, left, right)
        case nodes.Compare():
            return compare(node.operator, evaluate(node.left, subject), evaluate(node.right, subject))
        case nodes.Member():
            value = evaluate(node.operand, subject)
            return _or([compare("=", value, evaluate(m, subject)) for m in node.members])
        case nodes.Known():
            return isinstance(point(evaluate(node.operand, subject)), Unknown) == node.negated
        case nodes.Logic():
            join = _and if node.operator == "and" else _or
            return join([evaluate(p, subject) for p in node.parts])
        case nodes.Choose():
            condition = evaluate(node.condition, subject)
            if isinstance(condition, Unknown):
                return condition
            return point(evaluate(node.then if condition else node.other, subject))
        case nodes.Otherwise():
            value = point(evaluate(node.value, subject))
            return point(evaluate(node.default, subject)) if isinstance(value, Unknown) else value
        case nodes.Call():
            return _call(node, subject)
        case nodes.Aggregate():
            return _aggregate(node, subject)
    assert_never(node)


def constant(node: nodes.Literal, subject: Subject) -> Value:
    """The value of a constant; that of a table where no row hits is unknown."""
    if node.value is None:
        return Unknown(frozenset({Reason("no-row", subject.name, subject.period, node.written)}))
    return node.value


def _name(node: nodes.Name, subject: Subject) -> Value:
    symbol = node.symbol
    assert symbol is not None
    match symbol.role:
        case "definition":
            return evaluate(subject.scope.definitions[symbol.name][0], subject)
        case "parameter":
            return constant(subject.scope.parameters[symbol.name].literal, subject)
        case "clock":
            return Fraction(subject.as_of if symbol.name == "as_of" else subject.period)
    return subject.read(symbol)


def point(value: Value) -> Value:
    """A value that is one number; a range of several is unknown."""
    if isinstance(value, Range):
        return value.low if value.low == value.high else Unknown(value.reasons)
    return value


def unknown(*values: Value) -> Unknown:
    """Unknown for all reasons that the values have."""
    return Unknown(frozenset(r for v in values if isinstance(v, (Unknown, Range)) for r in v.reasons))


def _range(value: Value) -> Range:
    if isinstance(value, Range):
        return value
    assert isinstance(value, Fraction)
    return Range(value, value, frozenset())


def _arithmetic(operator: str, left: Value, right: Value) -> Value:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return unknown(left, right)
    a, b = _range(left), _range(right)
    if operator == "/" and b.low != b.high:
        return unknown(left, right)
    combine: Callable[[Fraction, Fraction], Fraction] = {
        "+": lambda x, y: x + y,
        "-": lambda x, y: x - y,
        "*": lambda x, y: x * y,
        "/": lambda x, y: x / y,
    }[operator]
    ends = [combine(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    low, high = min(ends), max(ends)
    return Range(low, high, a.reasons | b.reasons) if low != high else low


def compare(operator: str, left: Value, right: Value) -> Value:
    """A comparison: decided where it comes out the same over the whole range of both sides."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return unknown(left, right)
    if isinstance(left, (str, bool)):
        return (left == right) == (operator == "=")
    a, b = _range(left), _range(right)
    outcomes = {
        "<": (a.high < b.low, a.low >= b.high),
        "<=": (a.high <= b.low, a.low > b.high),
        ">": (a.low > b.high, a.high <= b.low),
        ">=": (a.low >= b.high, a.high < b.low),
        "=": (a.low >= b.high and a.high <= b.low, a.high < b.low or a.low > b.high),
        "!=": (a.high < b.low or a.low > b.high, a.low >= b.high and a.high <= b.low),
    }
    holds, fails = outcomes[operator]
    return holds if holds or fails else unknown(left, right)


def _not(value: Value) -> Value:
    return value if isinstance(value, Unknown) else not value


def _and(values: list[Value]) -> Value:
    if any(v is False for v in values):
        return False
    return unknown(*values) if any(isinstance(v, Unknown) for v in values) else True


def _or(values: list[Value]) -> Value:
    return _not(_and([_not(v) for v in values]))


def round_to(value: Fraction, step: Fraction, mode: str) -> Fraction:
    """To a whole multiple of `step`; halves go away from zero, or where `mode` says."""
    modes: dict[str, Callable[[Fraction], int]] = {
        "half-up": round_half_up, "half-even": round, "floor": floor, "ceil": ceil, "truncate": trunc,
    }  # fmt: skip
    return modes[mode](value / step) * step


def _call(node: nodes.Call, subject: Subject) -> Value:
    values = [point(evaluate(a, subject)) for a in node.arguments]
    if any(isinstance(v, Unknown) for v in values):
        return unknown(*values)
    numbers = [v for v in values if isinstance(v, Fraction)]
    match node.function:
        case "min":
            return min(numbers)
        case "max":
            return max(numbers)
        case "abs":
            return abs(numbers[0])
    mode = "half-up" if node.function == "round" else node.function
    return round_to(numbers[0], numbers[1], str(values[2]) if len(values) == 3 else mode)


def _aggregate(node: nodes.Aggregate, subject: Subject) -> Value:
    members = subject.children(node.over)
    if members is None:
        return Unknown(frozenset({Reason("not-loaded", subject.name, subject.period, node.over)}))
    chosen = [(m, evaluate(node.where, m) if node.where else True) for m in members]
    chosen = [(m, w) for m, w in chosen if w is not False]
    if node.function == "count":
        sure = sum(1 for _, w in chosen if w is True)
        reasons = unknown(*(w for _, w in chosen)).reasons
        return Range(Fraction(sure), Fraction(len(chosen)), reasons) if sure < len(chosen) else Fraction(sure)
    assert node.value is not None
    if node.function in ("any", "all"):
        verdicts = [evaluate(node.value, m) for m, _ in chosen]
        wheres = [w for _, w in chosen]
        if node.function == "any":
            return _or([_and([w, v]) for w, v in zip(wheres, verdicts, strict=True)])
        return _and([_or([_not(w), v]) for w, v in zip(wheres, verdicts, strict=True)])
    values = [w if isinstance(w, Unknown) else point(evaluate(node.value, m)) for m, w in chosen]
    if any(isinstance(v, Unknown) for v in values):
        return unknown(*values)
    numbers = [v for v in values if isinstance(v, Fraction)]
    if node.function == "sum":
        return sum(numbers, Fraction(0))
    if not numbers:
        return Unknown(frozenset({Reason("empty", subject.name, subject.period, node.over)}))
    return min(numbers) if node.function == "min" else max(numbers)
