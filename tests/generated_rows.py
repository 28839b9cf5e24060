"""Generated expressions over other rows: years, history, cohorts, descendants; and over dates."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

KINDS = """
  step:
    belongs_to: item
    many: steps
    in_order_of: o
    facts:
      o: {is: count}
      v: {is: money, between: [-100万元, 100万元]}
      h: {is: flag}
      e: {is: date}
"""
UNIT_FACTS = """
      s1: {is: date}
      s2: {is: date}
      u: {is: choice, of: [good, fair, poor], order: best-first}
"""
NAMES = {
    "step.dv": "v - prior(v)",
    "item.best": "max(v over steps)",
}


def joined(*parts):
    return st.tuples(*parts).map("".join)


WHERE = st.sampled_from(["", "", " where f", " where r < 85%", " where a is known", " where c > 1"])
PER = st.sampled_from(["", "", " per t", " per f", " per c", " per d1 is known"])
OVER_STEPS = st.sampled_from(["", " where h", " where v > 0", " where v is known", " where o > 1"])
BACK = st.sampled_from(["prior(", "prior(", "next("])
FAR = st.sampled_from([")", ")", ", 2)"])
ORDER = st.sampled_from([" in order of c", " in order of a", " in order of c descending", " in order of u", " in order of s1"])
COHORT = ["sum", "average", "min", "max"]


@cache
def of_unit(kind: str):
    """Expressions of a kind in the scope of a unit."""
    amount = st.sampled_from(["a", "b", "d2", "x"])
    close = st.just(")")
    if kind == "money":
        return st.one_of(
            joined(BACK, amount, FAR),
            joined(st.sampled_from(COHORT), st.just("("), amount, st.just(" over units"), WHERE, PER, close),
            joined(st.sampled_from([*COHORT, "last"]), st.just("("), amount, st.just(" over years"), WHERE, close),
            joined(st.sampled_from([*COHORT, "last"]), st.just("(v over steps"), OVER_STEPS, close),
            st.sampled_from(["sum(dv over steps)", "last(dv over steps)", "average(best over items)", "sum(prior(v) over steps)"]),
            joined(st.just("last("), st.sampled_from(["m", "best"]), st.just(" over items in order of k"), st.sampled_from([")", " descending)"])),
            joined(st.just("percentile("), amount, st.sampled_from([", 50%", ", 75%", ", 0%", ", 100%, interpolated", ", 30%, interpolated", ", 33%"]),
                   st.just(" over units"), WHERE, PER, close),
            joined(st.just("running_sum("), amount, st.just(" over units"), WHERE, PER, ORDER, close),
        )  # fmt: skip
    if kind == "count":
        return st.one_of(
            joined(st.just("rank("), st.one_of(amount, st.just("u"), st.just("s2")), st.just(" over units"), WHERE, PER, close),
            joined(st.just("count(over units"), WHERE, PER, close),
            joined(st.just("count(over years"), WHERE, close),
            joined(st.just("count(over steps"), OVER_STEPS, close),
            joined(st.just("streak("), st.sampled_from(["a > 0", "f", "r < 85%", "b is known"]), st.just(" over years"), st.sampled_from(["", "", " where f"]), close),
            joined(st.just("streak("), st.sampled_from(["h", "v > 0", "prior(h)", "dv > 0"]), st.just(" over steps"), OVER_STEPS, close),
            joined(st.just("max(streak(h over steps"), OVER_STEPS, st.just(") over steps)")),
            joined(BACK, st.sampled_from(["c", "count(over items)", "count(over steps where h)", "rank(a over units)"]), FAR),
            st.sampled_from(["year(s1)", "month(s2)", "year(end_of_year(s1))", "month(s1 + 5 months)", "year(as_of)"]),
        )  # fmt: skip
    if kind == "ratio":
        return st.one_of(joined(BACK, st.sampled_from(["r", "d1"]), FAR),
                         st.sampled_from(["average(r over units per t)", "max(r over years)", "last(r over years)", "(days(s1, s2) / 365 days)",
                                          "(months(s1, s2) / 12 months)"]))  # fmt: skip
    return st.sampled_from([
        "u >= fair", "u < fair", "prior(u) = good", "prior(f)", "next(q)", "any(a > 0 over years)", "all(f over units per t)",
        "last(f over years)", "last(h over steps)", "last(u over years) = good", "s1 < s2", "s1 + 30 days <= s2", "s1 + 1 months > s2",
        "s1 + 1 years - 1 days >= s2", "days(s1, s2) > 30 days", "months(s1, s2) >= 6 months", "date(2022, 2, 29) is known",
        "date(c, 2, 29) is known", "end_of_year(s1) = date(2022, 12, 31)", "prior(t) = t", "any(unit.u = poor over items)",
        "any(prior(h) over steps)", "count(over units where a > 0 per t) > 1", "any(best > 0 over items)", "s2 - 400 months < s1",
        "any(last(h over steps) over items)", "max(s1, s2) > date(2022, 6, 30)",
    ])  # fmt: skip


DAYS = st.sampled_from(["2022-01-31", "2022-02-28", "2024-02-29", "2022-12-31", "2021-06-30", "2023-03-01", "", "2000-02-29", "1900-03-01"])
WORD = st.sampled_from(["good", "fair", "poor", ""])


@st.composite
def steps(draw, item: str, period: int, money, flag) -> list[dict[str, object]]:
    """The history of an item."""
    return [
        {"id": f"{item}S{n}", "period": period, "item": item, "o": n, "v": draw(money), "h": draw(flag), "e": draw(DAYS)}
        for n in draw(st.permutations(range(1, draw(st.integers(0, 3)) + 1)))
    ]
