"""Functions of values: how many they take, of which kinds, and what they give; macros are written out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from perfrules.core.problem import Words
from perfrules.core.span import Text
from perfrules.language.advice import CORRECT, NUMBERS, TO_WHOLE, other_function, usage
from perfrules.language.calls import FUNCTION_WORDS
from perfrules.language.combine import ANY, Typed, comparable, constant, said_kind
from perfrules.language.nodes import ELSEWHERE, Call, Literal, Name, Node
from perfrules.language.parse import parse
from perfrules.language.scope import Type
from perfrules.language.wholeness import surely_whole
from perfrules.language.words import FUNCTIONS, ROUNDING, english

if TYPE_CHECKING:
    from perfrules.language.kinds import Checker

MODES = english(ROUNDING)
ROUNDINGS = ("round", "floor", "ceil", "truncate")
DATES = {  # what each takes, and what it gives; `whole` is a count or a whole number
    "year": (("date",), "count"),
    "month": (("date",), "count"),
    "date": (("whole", "whole", "whole"), "date"),
    "days": (("date", "date"), "days"),
    "months": (("date", "date"), "months"),
    "end_of_year": (("date",), "date"),
}
SCALAR_FUNCTIONS = ("min", "max", "abs", *ROUNDINGS, *ELSEWHERE, *DATES)
ROWS_FUNCTIONS = ("count", "sum", "average", "any", "all", "last", "streak", "rank", "percentile", "running_sum")
AMONG = ("rank", "running_sum")  # the subject is one of the rows
ARGUMENTS_MAX = 20
MACRO_DEPTH_MAX = 8
STEPS_MAX = 20  # periods, or rows of a history, that `prior` and `next` go


def check_call(checker: Checker, node: Call) -> Typed:
    """A call with its arguments elaborated, and the kind that it gives."""
    function = node.function
    if function in checker.scope.macros:
        return _macro(checker, node)
    if function in ("min", "max"):
        return _extreme(checker, node)
    if function in ROUNDINGS:
        return _rounding(checker, node)
    if function in ELSEWHERE:
        return _elsewhere(checker, node)
    if function in DATES:
        return _dates(checker, node)
    if function == "abs":
        if not _arity(checker, node, 1, 1):
            return node, ANY
        operand, kind = checker.measure(node.arguments[0])
        return replace(node, arguments=(operand,)), kind
    if function == "closing":
        return node, checker.fail("PR289", node.span)
    if function == "count" and len(node.arguments) > 1:
        return _count_of(checker, node)
    if function in ROWS_FUNCTIONS:
        many = checker.scope.kind.many
        below = checker.scope.vocabulary.below(checker.scope.kind.name).values()
        over = many if function in AMONG else next((kind.many for kind in below), many)
        return node, _not_over(checker, node, over)
    known = [*FUNCTION_WORDS, *checker.scope.macros]
    return node, checker.fail("PR408", node.span, function=function, hint=other_function(function, known))


def _arity(checker: Checker, node: Call, least: int, most: int) -> bool:
    if least <= len(node.arguments) <= most:
        return True
    expected = str(least) if least == most else f"{least}–{most}"
    checker.fail("PR407", node.span, function=node.function, expected=expected, found=str(len(node.arguments)),
                 hint=usage(node.function))  # fmt: skip
    return False


def _extreme(checker: Checker, node: Call) -> Typed:
    if not _arity(checker, node, 2, ARGUMENTS_MAX):
        return node, ANY
    first, kind = checker.typed(node.arguments[0])
    arguments = [first]
    if kind.kind in ("flag", "text", "choice"):
        checker.fail("PR402", node.arguments[0].span, found=said_kind(kind))
    for argument in node.arguments[1:]:
        elaborated, other = checker.typed(argument)
        kind = comparable((first, kind), (elaborated, other), "<", checker.scope, argument.span, checker.findings)
        arguments.append(elaborated)
    return replace(node, arguments=tuple(arguments)), kind


def _count_of(checker: Checker, node: Call) -> Typed:
    """`count(a, b, c)`: how many of the conditions hold."""
    if not _arity(checker, node, 2, ARGUMENTS_MAX):
        return node, ANY
    return replace(node, arguments=tuple(checker.condition(a) for a in node.arguments)), Type("count")


def _rounding(checker: Checker, node: Call) -> Typed:
    if not _arity(checker, node, 2, 3 if node.function == "round" else 2):
        return node, ANY
    value, kind = checker.measure(node.arguments[0])
    step, step_kind = checker.measure(node.arguments[1])
    kind = comparable((value, kind), (step, step_kind), "<", checker.scope, node.span, checker.findings)
    literal = constant(step, checker.scope)
    if step_kind != ANY and (literal is None or not isinstance(literal.value, Fraction) or literal.value <= 0):
        checker.fail("PR420", node.arguments[1].span)
    mode = node.arguments[2:]
    if mode and isinstance(mode[0], Literal) and mode[0].value in MODES:
        mode = (replace(mode[0], value=MODES[str(mode[0].value)]),)
    elif mode:
        said = (", ".join(f'"{m}"' for m in words) for words in (ROUNDING, ROUNDING.values()))
        checker.fail("PR421", mode[0].span, modes=Words(*said))
    return replace(node, arguments=(value, step, *mode)), kind


def _elsewhere(checker: Checker, node: Call) -> Typed:
    """`prior(x)` and `next(x, 2)`: x of the same subject in another period, or of another row of a history."""
    if not _arity(checker, node, 1, 2):
        return node, ANY
    value, kind = checker.typed(node.arguments[0])
    if len(node.arguments) == 1:
        return replace(node, arguments=(value,)), kind
    steps, _ = checker.typed(node.arguments[1])
    if steps_of(steps, checker) is None:
        checker.fail("PR426", node.arguments[1].span, function=node.function, limit=str(STEPS_MAX))
    return replace(node, arguments=(value, steps)), kind


def steps_of(node: Node, checker: Checker) -> int | None:
    """How many periods or rows away a constant says; None where it is none between 1 and the limit."""
    literal = constant(node, checker.scope)
    value = literal.value if literal is not None and literal.kind in NUMBERS else None
    if isinstance(value, Fraction) and value.denominator == 1 and 1 <= value <= STEPS_MAX:
        return int(value)
    return None


def _not_over(checker: Checker, node: Call, over: str) -> Type:
    """An aggregate without `over`: the rows stand before the dot of its argument, or are guessed."""
    name = node.arguments[0] if node.arguments else None
    value = ".".join(name.parts) if isinstance(name, Name) else "…"
    if isinstance(name, Name) and len(name.parts) == 2:
        kind = checker.scope.vocabulary.plurals.get(name.parts[0])
        over, value = (kind.many, name.parts[1]) if kind else (over, value)
    value += ", 75%" if node.function == "percentile" else ""
    chinese = FUNCTIONS.get(node.function, node.function)
    return checker.fail("PR419", node.span, function=node.function, chinese=chinese, value=value, over=over)


def _dates(checker: Checker, node: Call) -> Typed:
    takes, gives = DATES[node.function]
    if not _arity(checker, node, len(takes), len(takes)):
        return node, ANY
    arguments = []
    for argument, wanted in zip(node.arguments, takes, strict=True):
        elaborated, kind = checker.typed(argument)
        whole = kind.kind == "count" or (kind.kind == "number" and surely_whole(elaborated, checker.scope))
        if kind != ANY and not (whole if wanted == "whole" else kind.kind == wanted):
            expected = said_kind(Type("count" if wanted == "whole" else wanted))
            hint = TO_WHOLE if wanted == "whole" and kind.kind == "number" else CORRECT
            checker.fail("PR418", argument.span, found=said_kind(kind), expected=expected, hint=hint)
        arguments.append(elaborated)
    return replace(node, arguments=tuple(arguments)), Type(gives)


def _macro(checker: Checker, node: Call) -> Typed:
    macro = checker.scope.macros[node.function]
    if not _arity(checker, node, len(macro.parameters), len(macro.parameters)):
        return node, ANY
    if checker.depth >= MACRO_DEPTH_MAX:
        return node, checker.fail("PR422", node.span, function=node.function, limit=str(MACRO_DEPTH_MAX))
    body = parse(Text.of(macro.body, f"<{macro.origin}: {macro.name}>"), checker.findings)
    assert body is not None  # who brings a function that can't be read is refused
    arguments = dict(zip(macro.parameters, (checker.typed(a) for a in node.arguments), strict=True))
    inside = checker.inlined(arguments)
    elaborated, kind = inside.typed(body)
    for problem in inside.findings.problems:  # said where the author called it
        checker.findings.put(replace(problem, span=node.span))
    return replace(elaborated, span=node.span), kind
