"""Generated vocabularies, policies and facts: every construct of the language, values at and around the lines."""

from __future__ import annotations

import re
from functools import cache

from hypothesis import strategies as st

from generated_rows import DAYS, KINDS, NAMES, UNIT_FACTS, WORD, families, of_unit, pointed, steps

FACTS = """
facts: generated
extends: budget
kinds:
  unit:
    many: units
    facts:
      a: {is: money, between: [-1亿元, 1亿元]}
      b: {is: money, between: [0, 1亿元]}
      r: {is: ratio, places: 4, between: [-200%, 200%]}
      n: {is: number, places: 1}
      c: {is: count}
      f: {is: flag}
      t: {is: choice, of: [red, green, blue]}
UNIT_FACTS
    accounts:
      x: {together: sum}
      y: {together: greatest}
      z:
  item:
    belongs_to: unit
    many: items
    facts:
      m: {is: money, between: [-100万元, 100万元]}
      k: {is: count}
      g: {is: flag}
      w: {is: choice, of: [red, green, blue]}
    accounts:
      v: {together: sum}
KINDS
actions:
  veto: {effect: status, bar: [deduct, cut_current]}
  stop: {effect: status, bar: [reward, veto]}
  tag: {effect: label}
""".replace("UNIT_FACTS", UNIT_FACTS.strip("\n")).replace("KINDS", KINDS.strip("\n"))

OPERATORS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])


def _joined(*parts):
    return st.tuples(*parts).map("".join)


@cache  # building strategies anew takes longer than drawing from them
def expression(kind: str, depth: int, inside: str = "unit"):
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
                _joined(st.just("("), again, st.sampled_from([" + ", " - "]), again, st.just(")")),
                _joined(st.just("("), ratio, st.just(" * "), again, st.just(")")),
                _joined(st.just("("), again, st.just(" / "), st.sampled_from(["2", "3", "7"]), st.just(")")),
                _joined(st.sampled_from(["min(", "max("]), again, st.just(", "), again, st.just(")")),
                _joined(st.sampled_from(["round(", "floor(", "ceil(", "truncate("]), again,
                        st.sampled_from([", 0.01元)", ", 1元)", ", 0.3元)"])),
                _joined(st.just("round("), again, st.just(', 1元, "half-even")')),
                _joined(st.just("abs("), again, st.just(")")),
                _joined(st.just("(-"), again, st.just(")")),
            ]  # fmt: skip
        case "ratio":
            money = expression("money", depth - 1, inside)
            options = [
                _joined(st.just("("), money, st.just(" / "), money, st.just(")")),
                _joined(st.just("("), again, st.just(" * "), again, st.just(")")),
                _joined(st.just("("), again, st.just(" + "), again, st.just(")")),
                _joined(st.just("(100% - "), again, st.just(")")),
            ]
        case _:
            options = [
                _joined(st.just("("), again, st.just(" + "), again, st.just(")")),
                _joined(st.just("max("), again, st.just(", "), again, st.just(")")),
            ]
    condition = expression("flag", depth - 1, inside)
    options += [
        _joined(st.just("(if "), condition, st.just(" then "), again, st.just(" else "), again, st.just(")")),
        _joined(st.just("(("), again, st.just(") otherwise ("), again, st.just("))")),
        _leaf(kind, inside),
    ]
    if inside == "unit" and kind in ("money", "count"):
        options.append(_aggregate(kind, depth))
    if inside == "unit":
        options += [of_unit(kind), of_unit(kind)]
    return st.one_of(options)


def _condition(depth: int, inside: str):
    kinds = st.sampled_from(["money", "money", "ratio", "count", "count", "choice"])
    return kinds.flatmap(lambda kind: _condition_on(kind, depth, inside))


@cache
def _condition_on(kind: str, depth: int, inside: str):
    again = expression("flag", depth - 1, inside)
    if kind == "choice":
        name = "w" if inside == "item" else "t"
        compared = st.sampled_from([f"{name} = red", f"{name} != green", f"{name} in {{red, blue}}"])
    else:
        value = expression(kind, depth - 1, inside)
        compared = _joined(value, st.just(" "), OPERATORS, st.just(" "), value)
        if inside != "item" and kind == "ratio":
            compared = st.one_of(compared, _joined(st.just("d1 "), OPERATORS, st.sampled_from([" 85%", " s", " r"])))
    options = [
        compared,
        compared,
        _joined(st.just("("), again, st.sampled_from([" and ", " or "]), again, st.just(")")),
        _joined(st.just("not ("), again, st.just(")")),
        _joined(st.just("(("), again, st.just(") = ("), again, st.just("))")),
        _joined(st.just("(("), expression("money", depth - 1, inside), st.just(") is "),
                st.sampled_from(["known", "not known"]), st.just(")")),
    ]  # fmt: skip
    if inside == "unit":
        options += [of_unit("flag"), of_unit("flag")]
        where = st.one_of(st.just(""), expression("flag", depth - 1, "item").map(lambda w: f" where {w}"))
        quantified = expression("flag", depth - 1, "item")
        options.append(_joined(st.sampled_from(["any(", "all("]), quantified, st.just(" over items"), where, st.just(")")))
        counted = _joined(st.just("count(over items"), where, st.just(") "), OPERATORS, st.sampled_from([" 1", " 2"]))
        options += [counted, counted]
    return st.one_of(options)


def _aggregate(kind: str, depth: int):
    where = st.one_of(st.just(""), expression("flag", depth - 1, "item").map(lambda w: f" where {w}"))
    if kind == "count":
        return _joined(st.just("count(over items"), where, st.just(")"))
    function = st.sampled_from(["sum(", "min(", "max("])
    value = st.sampled_from(["m", "(m + 1元)", "(50% * m)"])
    return _joined(function, value, st.just(" over items"), where, st.just(")"))


@cache
def _leaf(kind: str, inside: str):
    own = inside != "item"
    leaves = {
        "money": ["a", "b", "1000元", "850元", "0元", "p", "d2", "d2", "t1"] if own else ["m", "unit.a", "unit.b", "unit.e", "100元", "p"],
        "ratio": ["r", "85%", "96%", "s", "0%", "d1", "d1", "d1", "t2"] if own else ["unit.r", "85%", "s"],
        "count": ["c", "2", "1"] if own else ["k", "2", "unit.c"],
        "flag": ["f", "yes", "r < 85%", "a > 0", "q"] if own else ["g", "unit.f", "k > 1", "m < 100元"],
    }
    return st.sampled_from(leaves[kind])


@st.composite
def heads(draw, inside: str = "unit") -> list[str]:
    """A policy up to its rules: parameters, names, a table, perhaps a scope."""
    money = expression("money", 1, inside)
    names = {  # without a circle: d2 may read d1, and q both
        "d1": draw(st.one_of(st.sampled_from(["a / b", "b / a", "a / (b - p)"]), _joined(money, st.just(" / "), money))).replace("d1", "r").replace("d2", "b"),
        "d2": draw(st.one_of(_joined(money, st.just(" * 1 / 3")), expression("money", 2, inside))).replace("d2", "a"),
        "q": draw(expression("flag", 1, inside)).replace("q", "f"),
    }
    names = {name: _without_rows(text.replace("q", "f")) for name, text in names.items()} | NAMES
    lines = [
        "policy: made", "district: test", "facts: generated", "subject: unit",
        "parameters:", "  s: 85%", "  p: 850元", "names:",
        *(f"  {name}: {quoted(text)}" for name, text in names.items()),
    ]  # fmt: skip
    lines += draw(_table(inside))
    if draw(st.integers(0, 3)) == 0:
        lines.append(f"scope: {quoted(draw(expression('flag', 1, inside)))}")
    return [*lines, "rules:"]


@st.composite
def policies(draw, *, alone: bool = False) -> str:
    """A policy of two to six rules that bar, go over and meet each other, with a pool.

    `alone`: conditions and amounts that read nothing but the subject's own row.
    """
    inside = "alone" if alone else "unit"
    lines = draw(heads(inside))
    calm = draw(st.sampled_from([False, False, True, True]))  # all is decided, so that claims meet and pools are shared
    count = draw(st.integers(2, 6))
    for number in range(count):
        lines += draw(rules(number, _action(calm, inside), calm=calm, inside=inside))
    if calm:
        lines += _scene(count)
    elif draw(st.integers(0, 3)) == 0:
        lines += draw(_doubt(count))
    step = draw(st.sampled_from(["", "1元", "0.05元"]))
    rounded = f", rounded: {step}" if step else ""
    lines += ["pools:", f"  pot: {{leftover: carried-over{rounded}}}"]
    return "\n".join(lines) + "\n"


def _without_rows(text: str) -> str:
    """A name's formula must not lead back to the name through other rows."""
    text = re.sub(r"\bx\b", "a", text)  # a name that reads an account can't stand in an action on another year
    if re.search(r"over (units|years)|prior\(|next\(", text):
        text = re.sub(r"\bd1\b", "r", re.sub(r"\bd2\b", "b", text))
    return text


RATES = st.sampled_from(["any", "below 85%", "at most 0.8501", "over 96%", "at least s", "0% to below 85%", "85% to 96%", "over -5% to 85% or 96%"]).map(lambda t: t.replace("0.8501", "85.01%"))
COLOURS = st.sampled_from(["any", "red", "green or blue", "red or blue"])
COUNTS = st.sampled_from(["any", "0", "at least 1", "below 2", "1 to 2"])


@st.composite
def _table(draw, inside: str) -> list[str]:
    """A table over a rate, a choice and a count that may be a range; money and a ratio come out."""
    counted = "count(over items where g)" if inside == "unit" else "c"
    lines = ["tables:", "  tab:", f"    inputs: ['a / b', t, '{counted}']", "    outputs: [t1, t2]", "    hit: first", "    rows:"]
    for _ in range(draw(st.integers(1, 5))):
        outputs = [draw(st.sampled_from(["0元", "100元", "-3.33元"])), draw(st.sampled_from(["5%", "85%"]))]
        lines.append(f"      - [{', '.join([draw(RATES), draw(COLOURS), draw(COUNTS), *outputs])}]")
    return [*lines, "      - [below s, red or blue, at least 1, 1元, 1%]"]


def quoted(text: str) -> str:
    return "'" + text + "'"


@st.composite
def rules(draw, number: int, action, *, calm: bool = False, inside: str = "unit") -> list[str]:
    """A rule with one or two actions; a calm one is decided for every subject."""
    condition = draw(expression("flag", 2, inside) if draw(st.integers(0, 3)) == 0 else pointed(alone=inside == "alone"))
    if calm:
        condition = f"(({condition}) otherwise {draw(st.sampled_from(['yes', 'yes', 'no']))})"
    actions = draw(st.lists(action, min_size=1, max_size=2))
    lines = [f"  - rule: r{number}", f"    when: {quoted(condition)}"]
    if draw(st.integers(0, 4)) == 0:
        lines.append(f"    unless: {quoted(draw(expression('flag', 1, inside)))}")
    if number and draw(st.booleans()):
        lines.append(f"    over: r{draw(st.integers(0, number - 1))}")
    lines += ["    then:", *(f"      - {action}" for action in actions), "    because: made"]
    return lines


@st.composite
def _action(draw, calm: bool, inside: str) -> str:
    account = draw(st.sampled_from(["x", "x", "y", "z", "z"]))
    offset = draw(st.sampled_from(["", "", ", in_year: +1"]))
    drawn = [expression("money", 1, inside), st.sampled_from(["a", "b", "e"]), *(families("money") if inside == "unit" else ())]
    if inside == "alone":
        drawn.append(st.sampled_from(["(if date(2022, c, 30) < s1 then 1元 else 2元)", "(if date(2022, c, 30) > s2 then b else 1元)"]))
    amount = draw(st.sampled_from([account, f"(50% * {account})"]) if offset and draw(st.booleans()) else st.one_of(drawn))
    if calm:
        amount = f"(({amount}) otherwise {draw(st.sampled_from(['100元', '0.07元']))})"
    ways = ["max(0元, {})", "max(0元, {})", "max(0元, {})", "abs({})", "abs({})", "abs({})", "({} - 850元)"]
    positive, weight = (quoted(draw(st.sampled_from(ways)).format(amount)) for _ in range(2))
    own = "x" if account == "y" else account  # what is kept is not shared
    into = "" if calm and account == "z" else ", into: pot"  # a conflict would stop the pool
    return draw(st.sampled_from([
        f"deduct: {{from: {account}, amount: {positive}{into}{offset}}}",
        f"deduct: {{from: x, amount: {positive}, into: pot}}",
        f"reward: {{to: x, out_of: pot, by: {weight}{offset}}}",
        "reward: {to: x, out_of: pot, by: '(b otherwise 1元)'}" if calm else f"reward: {{to: {own}, out_of: pot, by: b}}",
        f"reward: {{to: {account}, amount: {positive}{offset}}}",
        f"cut_current: {{from: {account}, amount: {positive}, rounded: {{to: 1元, mode: floor}}}}",
        "veto:", "stop:", "tag: {as: red}", "tag: {of: t}", "remind:", "figure: {as: rate, of: d1}", "figure: {as: paid, of: d2 + b}",
    ]))  # fmt: skip


def _scene(number: int) -> list[str]:
    """Rules that surely meet: on an account where only one may stand, and in a pool that is shared."""
    return [
        f"  - rule: r{number}", "    when: '((a < b) otherwise no)'", "    then:",
        "      - deduct: {from: z, amount: 1元}",
        "      - deduct: {from: x, amount: '(abs(a) otherwise 100元)', into: pot}", "    because: made",
        f"  - rule: r{number + 1}", "    when: '((c > 1) otherwise yes)'", "    then:",
        "      - cut_current: {from: z, amount: 0.07元}",
        "      - reward: {to: x, out_of: pot, by: '(b otherwise 1元)'}", "    because: made",
    ]  # fmt: skip


@st.composite
def _doubt(draw, number: int) -> list[str]:
    """A claim that waits, though every fact is known, beside one that would stand; perhaps an amount in doubt."""
    doubtful = "      - deduct: {from: x, amount: '(if date(c, month(s2), 30) < s1 then 1元 else 2元)'}"
    return [
        f"  - rule: r{number}", "    when: 'date(c, month(s2), 30) >= s1'", "    then:",
        "      - cut_current: {from: z, amount: 0.07元}", "    because: made",
        f"  - rule: r{number + 1}", "    when: 'c < 3'", "    then:",
        "      - deduct: {from: z, amount: 1元}", *([doubtful] if draw(st.booleans()) else []), "    because: made",
    ]  # fmt: skip


MONEY = st.sampled_from(["0", "0", "-1000", "1000", "850", "849.99", "850.01", "960", "0.01", "", "", "333.33", "0.5", "-2.5", "1.5"])
LARGE = st.one_of(MONEY, MONEY, st.sampled_from(["99999999.99", "-99999999.98", "100000000"]))
SOME = st.sampled_from(["", "0", "1", "2", "3"])
FLAG = st.sampled_from(["yes", "no", ""])
COLOUR = st.sampled_from(["red", "green", "blue", ""])


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
