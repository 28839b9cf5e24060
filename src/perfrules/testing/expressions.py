"""Expressions over the facts of a unit or of an item, in the vocabulary `generated`."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from perfrules.testing.elsewhere import Texts, joined, of_unit

OPERATORS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])


@cache  # building strategies anew takes longer than drawing from them
def expression(kind: str, depth: int, inside: str = "unit") -> Texts:
    """Texts of expressions of a kind, over the facts of `unit` or `item`; `alone` is a unit that sees no other rows."""
    if depth <= 0:
        return _leaf(kind, inside)
    again = expression(kind, depth - 1, inside)
    match kind:
        case "flag":
            return _condition(depth, inside)
        case "money":
            ratio = expression("ratio", depth - 1, inside)
            options = [
                joined("(", again, [" + ", " - "], again, ")"),
                joined("(", ratio, " * ", again, ")"),
                joined("(", again, " / ", ["2", "3", "7"], ")"),
                joined(["min(", "max("], again, ", ", again, ")"),
                joined(["round(", "floor(", "ceil(", "truncate("], again,
                        [", 0.01元)", ", 1元)", ", 0.3元)"]),
                joined("round(", again, ', 1元, "half-even")'),
                joined("abs(", again, ")"),
                joined("(-", again, ")"),
            ]  # fmt: skip
        case "ratio":
            money = expression("money", depth - 1, inside)
            options = [
                joined("(", money, " / ", money, ")"),
                joined("(", again, " * ", again, ")"),
                joined("(", again, " + ", again, ")"),
                joined("(100% - ", again, ")"),
            ]
        case _:
            options = [
                joined("(", again, " + ", again, ")"),
                joined("max(", again, ", ", again, ")"),
            ]
    condition = expression("flag", depth - 1, inside)
    options += [
        joined("(if ", condition, " then ", again, " else ", again, ")"),
        joined("((", again, ") otherwise (", again, "))"),
        _leaf(kind, inside),
    ]
    if inside == "unit" and kind in ("money", "count"):
        options.append(_aggregate(kind, depth))
    if inside == "unit":
        options += [of_unit(kind), of_unit(kind)]
    return st.one_of(options)


def _condition(depth: int, inside: str) -> Texts:
    kinds = st.sampled_from(["money", "money", "ratio", "count", "count", "choice"])
    return kinds.flatmap(lambda kind: _condition_on(kind, depth, inside))


@cache
def _condition_on(kind: str, depth: int, inside: str) -> Texts:
    again = expression("flag", depth - 1, inside)
    if kind == "choice":
        name = "w" if inside == "item" else "t"
        compared = st.sampled_from([f"{name} = red", f"{name} != green", f"{name} in {{red, blue}}"])
    else:
        value = expression(kind, depth - 1, inside)
        compared = joined(value, " ", OPERATORS, " ", value)
        if inside != "item" and kind == "ratio":
            compared = st.one_of(compared, joined("d1 ", OPERATORS, [" 85%", " s", " r"]))
    options = [
        compared,
        compared,
        joined("(", again, [" and ", " or "], again, ")"),
        joined("not (", again, ")"),
        joined("((", again, ") = (", again, "))"),
        joined("((", expression("money", depth - 1, inside), ") is ",
                ["known", "not known"], ")"),
    ]  # fmt: skip
    if inside == "unit":
        options += [of_unit("flag"), of_unit("flag")]
        where = st.one_of(st.just(""), expression("flag", depth - 1, "item").map(lambda w: f" where {w}"))
        quantified = expression("flag", depth - 1, "item")
        options.append(joined(["any(", "all("], quantified, " over items", where, ")"))
        counted = joined("count(over items", where, ") ", OPERATORS, [" 1", " 2"])
        options += [counted, counted]
    return st.one_of(options)


def _aggregate(kind: str, depth: int) -> Texts:
    where = st.one_of(st.just(""), expression("flag", depth - 1, "item").map(lambda w: f" where {w}"))
    if kind == "count":
        return joined("count(over items", where, ")")
    function = st.sampled_from(["sum(", "min(", "max("])
    value = st.sampled_from(["m", "(m + 1元)", "(50% * m)"])
    return joined(function, value, " over items", where, ")")


@cache
def _leaf(kind: str, inside: str) -> Texts:
    own = {
        "money": ["a", "b", "1000元", "850元", "0元", "p", "d2", "d2", "t1"],
        "ratio": ["r", "85%", "96%", "s", "0%", "d1", "d1", "d1", "t2"],
        "count": ["c", "2", "1"],
        "flag": ["f", "yes", "r < 85%", "a > 0", "q"],
    }
    items = {
        "money": ["m", "unit.a", "unit.b", "unit.e", "100元", "p"],
        "ratio": ["unit.r", "85%", "s"],
        "count": ["k", "2", "unit.c"],
        "flag": ["g", "unit.f", "k > 1", "m < 100元"],
    }
    return st.sampled_from((items if inside == "item" else own)[kind])


def quoted(text: str) -> str:
    """An expression as a value of YAML."""
    return "'" + text + "'"
