"""Generated facts for generated policies: values at and around their lines, many of them unknown."""

from __future__ import annotations

from hypothesis import strategies as st

from perfrules.testing.policies import VOCABULARY

FACTS = VOCABULARY.read_text(encoding="utf-8")
DAYS = st.sampled_from(["2022-01-31", "2022-01-31", "2024-01-31", "2022-02-28", "2024-02-29", "2022-12-31", "2021-06-30", "2023-03-01", "", "2000-02-29", "1900-02-28", "2023-12-31", "2022-01-01"])
WORD = st.sampled_from(["good", "fair", "poor", ""])
MONEY = st.sampled_from(["0", "0", "-1000", "1000", "850", "849.99", "850.01", "960", "0.01", "", "", "333.33", "0.5", "-2.5", "1.5"])
LARGE = st.one_of(MONEY, MONEY, st.sampled_from(["99999999.99", "-99999999.98", "100000000"]))
SOME = st.sampled_from(["", "0", "1", "2", "3"])
FLAG = st.sampled_from(["yes", "no", ""])
COLOUR = st.sampled_from(["red", "green", "blue", ""])


@st.composite
def steps(draw, name: str, period: int, money, flag, item: str) -> list[dict[str, object]]:
    """The history of an item."""
    return [
        {"id": f"{name}S{n}", "period": period, "item": item, "o": n, "v": draw(money), "h": draw(flag), "e": draw(DAYS)}
        for n in draw(st.permutations(range(1, draw(st.integers(0, 3)) + 1)))
    ]


@st.composite
def facts(draw) -> dict[str, list[dict[str, object]]]:
    """Rows of units and items, of the judged period 2022 and the next; many values are unknown."""
    units, items, events, past = [], [], [], []
    for number in range(draw(st.integers(1, 6))):
        row = {"id": f"U{number}", "a": draw(LARGE), "b": draw(LARGE.filter(lambda v: not v.startswith("-"))),
               "r": draw(st.sampled_from(["85%", "84.99%", "96%", "-5%", "0%", "", "0.8501"])), "n": "1.5",
               "c": draw(SOME), "f": draw(FLAG), "t": draw(COLOUR), "x": draw(MONEY), "y": draw(MONEY),
               "z": draw(MONEY), "s1": draw(DAYS), "s2": draw(DAYS), "u": draw(WORD)}  # fmt: skip
        units += [{**row, "period": 2022}, {**row, "period": 2023, "x": draw(MONEY)}]
        earlier = draw(st.sampled_from([(), (), (2021,), (2020, 2021), (2020,), (2019, 2021)]))
        past += [
            {**row, "period": year, "a": draw(LARGE), "c": draw(SOME), "f": draw(FLAG), "u": draw(WORD)} for year in earlier
        ]
        for child in range(draw(st.integers(0, 3))):
            for year in (2021, 2022) if 2021 in earlier and child < 2 else (2022,):
                items.append({"id": f"I{number}{child}", "period": year, "unit": f"U{number}", "m": draw(MONEY),
                              "k": draw(SOME), "g": draw(FLAG), "w": draw(COLOUR)})  # fmt: skip
                events += draw(steps(f"I{number}{child}{year}", year, MONEY, FLAG, item=f"I{number}{child}"))
    units += past
    match draw(st.integers(0, 9)):
        case 0:
            return {"unit": units}
        case 1:
            return {"unit": units, "item": items}
    return {"unit": units, "item": items, "step": events}
