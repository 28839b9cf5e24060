"""Expressions over other rows: years, histories, cohorts, what belongs to a unit; over dates; and pointed ones, with
one construct each."""

from __future__ import annotations

import re
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Texts = SearchStrategy[str]

NAMES = {
    "e": "a - b",
    "step.dv": "v - prior(v)",
    "item.best": "max(v over steps)",
    "item.place": "rank(m over items per unit)",
}


def joined(*parts: str | list[str] | Texts) -> Texts:
    """Texts one after the other; a plain text is itself, a list any of its members."""
    return st.tuples(*(
        st.just(p) if isinstance(p, str) else st.sampled_from(p) if isinstance(p, list) else p for p in parts
    )).map("".join)  # fmt: skip


WHERE = ["", "", " where f", " where r < 85%", " where a is known", " where c > 1", " where f is not known"]
PER = ["", "", " per t", " per f", " per c", " per d1 is known", " per unit"]
OVER_STEPS = [
    "",
    " where h",
    " where v > 0",
    " where v is known",
    " where o > 1",
    " where unit.f",
    " where v = item.best",
]
FEW, PARTS = ["", "", " where c > 1"], ["", "", "", " per f", " per d1 is known"]
FAR = [")", ")", ", 2)"]
ORDER = [
    " in order of c",
    " in order of a",
    " in order of c descending",
    " in order of a descending",
    " in order of u",
    " in order of s1",
]
COHORT = ["sum(", "average(", "min(", "max("]
AMOUNT = ["a", "b", "d2", "x", "e", "(-b)"]
ITEM = ["m", "m", "best", "(m - unit.e)", "unit.b", "prior(m)"]
STEP = ["v", "v", "dv", "prior(v)", "(v + item.m)"]
HELD = ["h", "h", "v > 0", "prior(h)", "dv > 0", "unit.f"]
ASKED = ["f", "r < 85%", "a > b", "q", "c = 1", "not f", "u >= fair", "b is known", "yes"]
ROUND = ["round(", "floor(", "ceil(", "truncate(", "truncate("]


OTHER_ROWS = re.compile(r" over |prior\(|next\(")


@cache
def families(kind: str) -> tuple[Texts, ...]:
    """Expressions of a kind in the scope of a unit, by what they have in common."""
    match kind:
        case "money":
            return tuple(_money())
        case "count":
            return tuple(_counts())
        case "ratio":
            return tuple(_ratios())
    counted = joined("count(over units where a > 0", PER, ") ", [">", "<="], [" 1", " 2"])
    return (*_flags_over_rows(), *_flags_of_the_row(), *_flags_of_dates(), counted)


def _money() -> list[Texts]:
    close = ")"
    return [
        joined("prior(", AMOUNT, FAR),
        joined("next(", AMOUNT, FAR),
        joined(["prior(", "next("], ["prior(", "next("], ["a", "b", "e"], "))"),
        joined(COHORT, AMOUNT, " over units", WHERE, PER, close),
        joined([*COHORT, "last("], [*AMOUNT, "prior(a)", "next(b)", "sum(m over items)"], " over years", WHERE, close),
        joined([*COHORT, "last("], STEP, " over steps", OVER_STEPS, close),
        joined(COHORT, ITEM, " over items", ["", " where k > 1", " where g", " where unit.e > 0"], close),
        joined("last(", ITEM, " over items", ["", " where g"], " in order of k", [")", " descending)", " descending)"]),
        joined("percentile(", AMOUNT, [", 50%", ", 75%", ", 0%", ", 33%"], " over units", FEW, PARTS, close),
        joined("percentile(", ["a", "e"], [", 50%", ", 50%", ", 25%"], " over units where a is known", ["", " and b is known"], PARTS, close),
        joined("percentile(", AMOUNT, [", 100%", ", 30%", ", 45%"], ", interpolated over units", FEW, PARTS, close),
        joined("running_sum(", AMOUNT, " over units", WHERE, PER, ORDER, close),
        joined("truncate(", ["x", "e", "(a / 3)"], [", 0.01元)", ", 1元)"]),
        joined(ROUND, ["a", "e", "(a / 2)", "(a * r)"], [", 0.01元)", ", 1元)", ", 0.3元)"]),
        joined(["floor(", "ceil("], ["x", "min(a, b)", "(b / 3)"], [", 0.01元)", ", 1元)", ", 0.3元)"]),
        joined("round(", ["a", "e", "(a / 4)"], ', 1元, "', ["half-even", "half-up"], '")'),
        joined("abs(", AMOUNT, close),
        joined("(if date(2022, c, 30) ", ["<", ">="], [" s1", " s2"], " then 1元 else 2元)"),  # in February, unknown
        st.sampled_from(["(if f then a else (b / c))", "(if r < 85% then (a / 3) else b)", "(if q then x else b)"]),
    ]  # fmt: skip


def _counts() -> list[Texts]:
    close = ")"
    return [
        joined("rank(", [*AMOUNT, "u", "s2", "c"], " over units", WHERE, PER, close),
        joined("count(over units", WHERE, PER, close),
        joined("count(over years", [*WHERE, " where prior(f)", " where prior(a) = a"], close),
        joined("count(over steps", OVER_STEPS, close),
        joined("streak(", ["a > 0", "f", "r < 85%", "b is known"], " over years", ["", "", " where f"], close),
        joined("streak(", HELD, " over steps", OVER_STEPS, close),
        joined("max(streak(", HELD, " over steps", ["", " where h", " where v > 0", " where unit.f"], ") over steps)"),
        joined("max(", ["place", "k"], " over items", ["", " where g"], close),
        joined("max(count(over ", ["items", "steps", "units", "units per f"], ") over years)"),
        joined(["prior(", "next("], ["c", "count(over items)", "count(over steps where h)", "rank(a over units)"], FAR),
        joined("(3 - count(over units", WHERE, "))"),
        joined("count(", [*ASKED, "any(h over steps)", "prior(f)"], ", ", ASKED, ["", ", c > 1", ", f"], close),
        joined(["(c + 1)", "(2 * c)", "(5 - c)", "min(c, 2)", "(c otherwise 4)"]),
        joined("(count(over items where g) * count(over items", ["", " where k > 1"], "))"),
        st.sampled_from(["year(s1)", "month(s2)", "year(end_of_year(s1))", "month(s1 + 5 months)", "year(as_of)"]),
    ]


def _ratios() -> list[Texts]:
    close = ")"
    return [
        joined(["prior(", "next("], ["r", "d1"], FAR),
        joined([*COHORT, "last("], "r over years", WHERE, close),
        joined(COHORT, "r over units", PER, close),
        st.sampled_from(["(days(s1, s2) / 365 days)", "(months(s1, s2) / 12 months)"]),
        st.sampled_from(["((a / b) * (b / a))", "(d1 * d1)", "(a / b * (a / b))"]),  # wide
        st.sampled_from(["((a / b) + (b / a))", "((x / b) + (b / a))", "((b / a) + (b / e))"]),
    ]


def _flags_over_rows() -> list[Texts]:
    close = ")"
    return [
        joined("u ", [">=", "<", ">", "<=", "="], [" fair", " good", " prior(u)"]),
        joined(["prior(", "next("], ["f", "q", "u = good", "t = red", "a > b"], FAR),
        joined("t ", ["!=", "="], [" green", " red", " prior(t)"]),
        joined("((", ["count(over items where g)", "streak(f over years)", "prior(a)", "b"], ") is ", ["known", "not known"], close),
        joined("last(", ["f", "u = good", "prior(f)"], " over years", WHERE, close),
        joined(["any(", "all("], ["a > 0", "f", "prior(f)", "a > prior(a)"], " over years", close),
        joined(["any(", "all("], ["f", "a > b", "u >= fair"], " over units", WHERE, PER, close),
        joined("last(", HELD, " over steps", OVER_STEPS, close),
        joined(["any(", "all("], HELD, " over steps", OVER_STEPS, close),
        joined(["any(", "all("], ["unit.e > m", "best > 0", "unit.u = poor", "last(h over steps)", "prior(unit.e > 0)", "prior(m) < m"],
               " over items", ["", " where g", " where unit.e > 0"], close),
        joined("((a / b) + (b / a)) ", [">", "<="], [" s", " r"]),
        joined(["any(", "all("], ["prior(unit.e > 0)", "prior(unit.e < m)"], " over items", close),
        joined(["any(", "all("], ["a > 0", "f"], " over units", [" per t", " per c", " per d1 is known"], close),
        joined("max((-b) over units where ", ["f", "c > 1", "a is known"], ") ", ["<", ">=", "!="], [" 0元", " a"]),
        joined("last(streak(", ["h", "v > 0"], " over steps where ", ["v > 0", "h"], ") over steps) ", [">=", "<"], [" 1", " 2"]),
        joined("3 - count(over units", [" where f", " where r < 85%", " where c > 1"], PER, ") ", [">", "<=", "="], [" 0", " 1", " 2"]),
        joined(["max(", "min("], "place over items) ", ["=", ">"], [" 1", " 2"]),
        joined(["prior(prior(", "next(prior("], ["b", "e"], ")) ", ["=", ">"], [" b", " e"]),
        joined(["x", "y", "z"], [" > ", " <= "], ["850元", "0元"]),
        joined("count(", ASKED, ", ", ASKED, ", ", ASKED, ") ", [">=", "<", "=", "!="], [" 1", " 2", " c"]),
        joined("streak(", ["b is known", "y is known"], " over years) ", [">=", "=", "<"], [" 2", " 3"]),
        joined("rank(", ["c", "u"], " over units) ", ["=", ">"], [" 1", " 2"]),
        joined("max(streak(", HELD, " over steps) over steps) ", [">=", "<", "="], [" 1", " 2"]),
        joined("last(streak(", ["h", "v > 0"], " over steps", [" where h", " where v > 0", " where v > 0"], ") over steps) ", [">=", "<", "="], [" 1", " 2"]),
        joined("count(over steps where streak(", ["h", "v > 0"], " over steps", ["", " where h", " where v > 0"], ") >= 2) ", [">=", "="], [" 1", " 2"]),
    ]  # fmt: skip


def _flags_of_the_row() -> list[Texts]:
    close = ")"
    return [
        joined("(if ", ["f", "r < 85%", "q"], " then t else ", ["green", "prior(t)"], ") = ", ["red", "green"]),
        joined("(if ", ["f", "r < 85%"], " then (", ["a > b", "q"], ") else ", ["c > 1", "f"], close),
        joined("((", ["f", "a > b", "q", "d1 < s"], ") otherwise (", ["a > 0", "no", "yes"], "))"),
        joined("((", ["f", "a > b", "q", "count(over items where g) > 1"], ") is ", ["known", "not known"], close),
        joined(["t in {red, blue}", "t in {green}", "u in {good, poor}", "c in {1, 3}", "prior(t) in {red, green}"]),
    ]  # fmt: skip


def _flags_of_dates() -> list[Texts]:
    return [
        joined("year(", ["s1", "s2"], ") ", ["=", "<", ">="], [" 2022", " 2024", " year(as_of)"]),
        joined("month(", ["s1", "s2", "s1 + 1 months", "s2 - 1 months"], ") ", ["=", "<", ">="], [" 2", " 12", " 3", " month(s2)"]),
        joined(["s1", "s2", "as_of"], [" + 1", " + 13", " - 1", " - 400", " - 8000"], [" months ", " months ", " years "], ["<", ">=", "="], [" s1", " s2"]),
        joined("days(s1, s2) ", [">", "<", "="], [" 30 days", " 0 days", " 365 days"]),
        joined("days(s1, s1 + 1 months) ", ["=", "<=", ">"], [" 28 days", " 29 days", " 31 days"]),
        joined("days(s1", ["", " - 1 months"], ", s1", [" + 1 months", " + 1 years", " + 13 months"], ") ", ["=", "<="], [" 28 days", " 31 days", " 365 days"]),
        joined("months(", ["s1, s1 + 1 months", "s1, s1 + 1 months", "s2, s2 + 13 months"], ") ", ["=", "<"], [" 1 months", " 13 months"]),
        joined("months(", ["s1, s2", "s2, s1", "s1, as_of"], ") ", [">=", "<", "="], [" 0 months", " 1 months", " 10 months"]),
        joined("date(", ["1900", "1900", "2000", "c", "year(s1)", "c + 1999", "2 * c", "floor(c / 2, 1)"], ", ", ["2, 29", "2, 29", "month(s2), 30", "2, 28"], ") ", ["is known", ">= s1", "< s2"]),
        joined("end_of_year(", ["s1", "s2", "s1 + 10 days"], ") ", ["=", ">"], [" s1", " s2", " date(2022, 12, 31)"]),
        st.sampled_from([f"s1{' - 100000 days' * 8} is known", "s1 - 8000 years is known", "(s2 + 1 years - 1 days) >= s1", "max(s1, s2) > date(2022, 6, 30)"]),
        joined(["s1", "s2"], [" + 1", " + 5", " - 3", " + 21", " - 1", " + 0", " + 0"], " working days ", ["<", ">=", "="], [" s1", " s2", " s1 + 7 days", " s1 - 3 days"]),
        joined("days(s1, s1 + ", ["1", "2", "5", "6"], " working days) ", ["=", "<=", ">"], [" 1 days", " 7 days", " 10 days", " 11 days"]),
        joined("days(s1 - ", ["1", "2", "5", "23"], " working days, s1) ", ["=", "<=", ">"], [" 1 days", " 3 days", " 7 days", " 31 days"]),
    ]  # fmt: skip


@cache
def of_unit(kind: str) -> Texts:
    """Expressions of a kind in the scope of a unit."""
    return st.one_of(families(kind))


@cache
def pointed(*, alone: bool = False) -> Texts:
    """Conditions on one construct each, with nothing around it that hides what it gives.

    `alone`: without those that read other rows.
    """
    compared = [" < ", " <= ", " > ", " >= ", " = ", " != "]
    lines = {"money": ["0元", "a", "b", "850元", "p"], "count": ["1", "2", "c", "1"], "ratio": ["s", "r", "100%"]}
    found = [joined(family, compared, line) for kind, line in lines.items() for family in families(kind)]
    everything = st.one_of(*found, *families("flag"))
    return everything.filter(lambda text: not OTHER_ROWS.search(text)) if alone else everything
