"""What an expression means: the reference that every engine is tested against.

Rationals, three values, no optimisation. An unknown carries its reasons.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import assert_never

from perfrules.language import calendar, nodes, rows
from perfrules.language.nodes import Node, Symbol, is_elsewhere
from perfrules.language.subject import Subject, Unknown, Value, point, unknown
from perfrules.language.truth import arithmetic, compare, conjunction, disjunction, opposite, round_to
from perfrules.language.write import write


def evaluate(node: Node, subject: Subject) -> Value:
    """The value of an expression that `kinds` has elaborated, for one subject."""
    if subject.forced:
        forced = subject.forced.get(subject.asked(node))
        if forced is not None:
            return forced
    match node:
        case nodes.Literal():
            return constant(node, subject)
        case nodes.Name():
            return _name(node, subject)
        case nodes.Unary(operator="not"):
            return opposite(evaluate(node.operand, subject))
        case nodes.Unary():
            return arithmetic("-", Fraction(0), evaluate(node.operand, subject))
        case nodes.Arithmetic():
            left, right = evaluate(node.left, subject), evaluate(node.right, subject)
            if node.operator == "/" and point(right) == 0:
                zero = subject.missing(write(node.right), "zero")
                return unknown(left, zero) if isinstance(point(left), Unknown) else zero
            return arithmetic(node.operator, left, right)
        case nodes.Compare():
            return compare(node.operator, evaluate(node.left, subject), evaluate(node.right, subject))
        case nodes.Member():
            value = evaluate(node.operand, subject)
            return disjunction([compare("=", value, evaluate(m, subject)) for m in node.members])
        case nodes.Known():
            return isinstance(point(evaluate(node.operand, subject)), Unknown) == node.negated
        case nodes.Logic():
            join = conjunction if node.operator == "and" else disjunction
            return join([evaluate(p, subject) for p in node.parts])
        case nodes.Choose():
            condition = evaluate(node.condition, subject)
            if isinstance(condition, Unknown):
                return condition
            return point(evaluate(node.then if condition else node.other, subject))
        case nodes.Otherwise():
            value = point(evaluate(node.value, subject))
            if not isinstance(value, Unknown):
                return value
            default = point(evaluate(node.default, subject))
            return unknown(value, default) if isinstance(default, Unknown) else default
        case nodes.Call():
            return _call(node, subject)
        case nodes.Aggregate():
            return _aggregate(node, subject)
    assert_never(node)


def constant(node: nodes.Literal, subject: Subject) -> Value:
    """The value of a constant; that of a table where no row hits is unknown."""
    if node.value is None:
        return subject.missing(node.written, "no-row")
    return node.value


def _name(node: nodes.Name, subject: Subject) -> Value:
    symbol = node.symbol
    assert symbol is not None
    match symbol.role:
        case "definition":
            above = subject.above(symbol.path)
            if above is None:
                return subject.missing(".".join(node.parts))
            return _defined(above.scope.definitions[symbol.name][0], above)
        case "parameter":
            return constant(subject.scope.parameters[symbol.name].literal, subject)
        case "clock":
            return Fraction(subject.as_of if symbol.name == "as_of" else subject.period)
    return subject.read(symbol)


def _defined(definition: Node, subject: Subject) -> Value:
    """What a name stands for; worked out once where what is known is kept."""
    if subject.known is None:
        return evaluate(definition, subject)
    key = subject.asked(definition)
    if key not in subject.known:
        subject.known[key] = evaluate(definition, subject)
    return subject.known[key]


def _call(node: nodes.Call, subject: Subject) -> Value:
    if is_elsewhere(node):
        return _elsewhere(node, subject)
    if node.function == "count":
        return rows.count([rows.Seen(subject, evaluate(a, subject)) for a in node.arguments])
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
        case "year" | "month" | "date" | "days" | "months" | "end_of_year" | "add_days" | "add_months":
            whole = all(n.denominator == 1 for n in numbers)
            found = calendar.compute(node.function, [int(n) for n in numbers]) if whole else None
            return subject.missing(write(node), "no-date") if found is None else Fraction(found)
        case "add_working_days":
            working = subject.scope.vocabulary.working_days
            assert working is not None
            reached = working.moved(int(numbers[0]), int(numbers[1]))
            return subject.missing(write(node), "no-calendar") if reached is None else Fraction(reached)
    mode = "half-up" if node.function == "round" else node.function
    return round_to(numbers[0], numbers[1], str(values[2]) if len(values) == 3 else mode)


def steps(node: nodes.Call, subject: Subject) -> int:
    """How many periods or rows `prior` goes back (less than 0) or `next` forward."""
    given = point(evaluate(node.arguments[1], subject)) if len(node.arguments) == 2 else Fraction(1)
    assert isinstance(given, Fraction)
    return int(-given if node.function == "prior" else given)


def _elsewhere(node: nodes.Call, subject: Subject) -> Value:
    """The same subject in another period, or another row of its history."""
    far = steps(node, subject)
    there = subject.other(far)
    if there is not None:
        return evaluate(node.arguments[0], there)
    if subject.scope.kind.in_order_of:
        return subject.missing(write(node), "no-other")
    return subject.missing(str(subject.period + far), "absent")


def _aggregate(node: nodes.Aggregate, subject: Subject) -> Value:
    found = looked_at(node, subject)
    if isinstance(found, Unknown):
        return found
    empty, outside = subject.missing(node.over, "empty"), subject.missing(node.over, "not-among")
    match node.function:
        case "count":
            return rows.count(found)
        case "any":
            return rows.any_of(found)
        case "all":
            return rows.all_of(found)
        case "sum":
            return rows.total(found, empty)
        case "last":
            return rows.last(found, empty, descending=node.descending)
        case "streak":
            return _streak(node, found, subject)
        case "rank":
            return rows.rank(found, _mine(found, subject), outside)
        case "running_sum":
            return rows.running_sum(found, _mine(found, subject), outside, descending=node.descending)
        case "percentile":
            share = evaluate(node.share, subject) if node.share is not None else None
            assert isinstance(share, Fraction)
            return rows.total(found, empty, lambda v: rows.percentile(v, share, interpolated=node.interpolated))
    functions: dict[str, Callable[[list[Fraction]], Fraction]] = {"min": min, "max": max, "average": rows.average}
    return rows.total(found, empty, functions[node.function])


def looked_at(node: nodes.Aggregate, subject: Subject) -> list[rows.Seen] | Unknown:
    """The rows that an aggregate looks at: whether each counts, its value, its place in the order."""
    members = subject.members(node.over)
    if members is None:
        return subject.missing(node.over, "not-loaded")
    parting = _parting(node, subject)
    own = [point(evaluate(mine, subject)) for mine, _ in parting]
    if any(isinstance(part, Unknown) for part in own):
        return unknown(*own)
    shared = [(part, theirs) for part, (_, theirs) in zip(own, parting, strict=True)]
    return [_seen(node, member, shared) for member in members]


def _parting(node: nodes.Aggregate, subject: Subject) -> list[tuple[Node, Node]]:
    """What parts a cohort, as the subject has it and as its members have it: the jurisdiction, and `per`."""
    reach = subject.scope.members(node.over)
    if reach is None or reach[0] != "cohort":
        return []
    own, theirs = subject.scope.jurisdiction(), subject.scope.of(reach[1]).jurisdiction()
    parts: list[tuple[Node, Node]] = []
    if not (node.across or own is None or theirs is None):
        parts.append((own, theirs))
    return [*parts, (node.own, node.per)] if node.own is not None and node.per is not None else parts


def _seen(node: nodes.Aggregate, member: Subject, shared: list[tuple[Value, Node]]) -> rows.Seen:
    """A row with whether it counts: where the condition holds, and within the subject's part of the cohort."""
    counts = [evaluate(node.where, member)] if node.where is not None else []
    counts += [compare("=", own, point(evaluate(theirs, member))) for own, theirs in shared]
    value = evaluate(node.value, member) if node.value is not None else True
    return rows.Seen(member, conjunction(counts), value, _order(node, member))


def _order(node: nodes.Aggregate, member: Subject) -> Value:
    """The place of a row in the order that is written, else of its history, else of its period."""
    if node.order is not None:
        return point(evaluate(node.order, member))
    kind = member.scope.kind
    if kind.in_order_of and node.over != "years":
        return member.read(Symbol("fact", kind.in_order_of))
    return Fraction(member.period)


def _mine(found: list[rows.Seen], subject: Subject) -> rows.Seen:
    return next(row for row in found if row.of.id == subject.id)


def _streak(node: nodes.Aggregate, found: list[rows.Seen], subject: Subject) -> Value:
    """Along years, along what belongs to the subject, or from a row of a history back along its siblings."""
    if node.over == "years":
        yearly = subject if node.where is None and node.order is None else None
        return rows.streak(found, descending=node.descending, yearly=yearly)
    reach = subject.scope.members(node.over)
    if reach is not None and reach[0] == "cohort" and reach[1].name == subject.scope.kind.name:
        outside = subject.missing(node.over, "not-among")
        upto = rows.up_to(found, _mine(found, subject), outside, descending=node.descending)
        return upto if isinstance(upto, Unknown) else rows.streak(upto, descending=node.descending)
    return rows.streak(found, descending=node.descending)
