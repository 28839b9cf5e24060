"""Generated vocabularies, policies and facts: every construct of the language, values at and around the lines."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from generated_rows import DAYS, KINDS, NAMES, UNIT_FACTS, WORD, of_unit, steps

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


@st.composite
def expression(draw, kind: str, depth: int, inside: str = "unit") -> str:
    """The text of an expression of a kind, over the facts of `unit` or `item`."""
    if depth <= 0:
        return draw(_leaf(kind, inside))
    again = expression(kind, depth - 1, inside)
    match kind:
        case "flag":
            return draw(_condition(depth, inside))
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
    return draw(st.one_of(options))


@st.composite
def _condition(draw, depth: int, inside: str) -> str:
    again = expression("flag", depth - 1, inside)
    kind = draw(st.sampled_from(["money", "money", "ratio", "count", "count", "choice"]))
    if kind == "choice":
        name = "t" if inside == "unit" else "w"
        compared = st.sampled_from([f"{name} = red", f"{name} != green", f"{name} in {{red, blue}}"])
    else:
        value = expression(kind, depth - 1, inside)
        compared = _joined(value, st.just(" "), OPERATORS, st.just(" "), value)
        if inside == "unit" and kind == "ratio":
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
    return draw(st.one_of(options))


@st.composite
def _aggregate(draw, kind: str, depth: int) -> str:
    where = draw(st.one_of(st.just(""), expression("flag", depth - 1, "item").map(lambda w: f" where {w}")))
    if kind == "count":
        return f"count(over items{where})"
    function = draw(st.sampled_from(["sum", "min", "max"]))
    value = draw(st.sampled_from(["m", "(m + 1元)", "(50% * m)"]))
    return f"{function}({value} over items{where})"


def _leaf(kind: str, inside: str):
    own = inside == "unit"
    leaves = {
        "money": ["a", "b", "1000元", "850元", "0元", "p", "d2", "d2", "t1"] if own else ["m", "unit.a", "unit.b", "100元", "p"],
        "ratio": ["r", "85%", "96%", "s", "0%", "d1", "d1", "d1", "t2"] if own else ["unit.r", "85%", "s"],
        "count": ["c", "2", "1"] if own else ["k", "2", "unit.c"],
        "flag": ["f", "yes", "r < 85%", "a > 0", "q"] if own else ["g", "unit.f", "k > 1", "m < 100元"],
    }
    return st.sampled_from(leaves[kind])


@st.composite
def policies(draw, plain: bool = False) -> list[str]:
    """A policy of two to five rules that bar, go over and meet each other, with a pool; perhaps another one on
    what belongs to its subjects, which reaches their accounts. A plain one has no limits and asks no people."""
    if plain:
        return [draw(_made(plain=True))]
    texts = [draw(_made()), draw(_below())] if draw(st.booleans()) else [draw(_made())]
    return [*texts, draw(decisions())]


@st.composite
def _below(draw) -> str:
    lines = ["policy: below", "district: test", "facts: generated", "subject: item",
             "parameters:", "  s: 85%", "  p: 850元", "rules:"]  # fmt: skip
    for number in range(draw(st.integers(1, 3))):
        lines += [f"  - rule: r{number}", f"    when: {_quoted(draw(expression('flag', 1, 'item')))}", "    then:",
                  *(f"      - {a}" for a in draw(st.lists(_action_below(), min_size=1, max_size=2))),
                  "    because: made"]  # fmt: skip
    return "\n".join([*lines, "pools:", f"  jar: {{{draw(_pool(['w', 'g', 'k', 'unit.t']))}}}"]) + "\n"


@st.composite
def _pool(draw, parts: list[str]) -> str:
    said = ["leftover: carried-over", "shortfall: treasury"]
    for clause in ("rounded: 1元", "rounded: 0.05元", "base: 100元", "base: p", "again: yes", "if_undecided: leave-out"):
        if draw(st.integers(0, 3)) == 0 and not any(clause.split(":")[0] in s for s in said):
            said.append(clause)
    if draw(st.booleans()):
        said.append(f"per: {draw(st.sampled_from(parts))}")
    return ", ".join(said)


@st.composite
def _safeguards(draw) -> list[str]:
    """Approvals and invariants."""
    found = []
    if draw(st.integers(0, 2)) == 0:
        of = draw(st.sampled_from(["deduct", "veto, cut_next", "reward", "cut_current, award"]))
        when = draw(st.sampled_from(["", ", when: f", ", when: a > 0", ", when: r < 85%"]))
        found += ["approvals:", f"  - {{of: [{of}]{when}, by: council, because: made}}"]
    if draw(st.integers(0, 3)) == 0:
        that = draw(st.sampled_from(["closing(x) >= 0", "closing(x) + closing(z) >= -1000元", "closing(z) >= 50% * z - 500元"]))
        found += ["must:", f"  - {{that: {that}, because: made}}"]
    return found


@st.composite
def decisions(draw) -> str:
    """Decisions on claims that may or may not be there; few of them fit, so the test keeps those that do."""
    lines = ["decisions: made", "by: council", "on: 2022-06-30", "decided:"]
    pairs = st.tuples(st.integers(0, 4), st.integers(0, 4))
    for rule, unit in sorted(draw(st.sets(pairs, min_size=1, max_size=4))):
        said = draw(st.sampled_from(["approve: yes", "approve: no", "amount: 0.01元", "amount: 100元", "amount: 100元, approve: yes"]))
        lines.append(f"  - {{subject: unit/U{unit}, period: 2022, rule: test/made/r{rule}, {said}, because: made}}")
    return "\n".join(lines) + "\n"


@st.composite
def _limits(draw) -> list[str]:
    """Limits on accounts; shares of pools never go to y, so only there is a least."""
    found = []
    for account in ("x", "x", "y", "z"):
        if draw(st.integers(0, 2)) == 0:
            most = draw(st.sampled_from([f"30% * {account}", f"max(0元, {account})", "b", "max(0元, a)", "500元", "0元", "a"]))
            least = draw(st.sampled_from(["", "", ", at_least: 1元", ", at_least: '1% * y'"])) if account == "y" else ""
            found.append(f"  - {{on: {account}, at_most: {_quoted(most)}{least}}}")
    return ["limits:", *found] if found else []


@st.composite
def _action_below(draw) -> str:
    amount = draw(st.one_of(expression("money", 1, "item"), st.just("unit.x * 10%"), st.just("unit.z")))
    positive = _quoted(f"max(0元, {amount})")
    offset = draw(st.sampled_from(["", "", ", in_year: +1"]))
    account = draw(st.sampled_from(["unit.x", "unit.x", "unit.y", "unit.z", "v"]))
    own = draw(st.sampled_from(["unit.x", "v"]))
    return draw(st.sampled_from([
        f"deduct: {{from: {account}, amount: {positive}, into: jar{offset}}}",
        f"cut_current: {{from: {account}, amount: {positive}{offset}}}",
        f"reward: {{to: {own}, out_of: jar, by: k{offset}}}",
        f"reward: {{to: {account}, out_of: jar, amount: {positive}{offset}}}",
        f"reward: {{to: {account}, amount: {positive}{offset}}}",
    ]))  # fmt: skip


@st.composite
def _made(draw, plain: bool = False) -> str:
    money = expression("money", 1)
    names = {  # without a circle: d2 may read d1, and q both
        "d1": draw(st.one_of(st.sampled_from(["a / b", "b / a", "a / (b - p)"]), _joined(money, st.just(" / "), money))).replace("d1", "r").replace("d2", "b"),
        "d2": draw(st.one_of(_joined(money, st.just(" * 1 / 3")), expression("money", 2))).replace("d2", "a"),
        "q": draw(expression("flag", 1)).replace("q", "f"),
    }
    names = {name: _without_rows(text.replace("q", "f")) for name, text in names.items()} | NAMES
    lines = [
        "policy: made", "district: test", "facts: generated", "subject: unit",
        "parameters:", "  s: 85%", "  p: 850元", "names:",
        *(f"  {name}: {_quoted(text)}" for name, text in names.items()),
    ]  # fmt: skip
    lines += draw(_table())
    if draw(st.integers(0, 3)) == 0:
        lines.append(f"scope: {_quoted(draw(expression('flag', 1)))}")
    lines.append("rules:")
    count = draw(st.integers(2, 5))
    for number in range(count):
        lines += draw(_rule(number, count, plain))
    if draw(st.integers(0, 3)) == 0:
        lines.append(f"rounded: {draw(st.sampled_from(['1元', '0.05元']))}")
    lines += ["pools:", f"  pot: {{{draw(_pool(['t', 'f', 'c']))}}}", *([] if plain else [*draw(_limits()), *draw(_safeguards())])]
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
def _table(draw) -> list[str]:
    """A table over a rate, a choice and a count that may be a range; money and a ratio come out."""
    lines = ["tables:", "  tab:", "    inputs: ['a / b', t, 'count(over items where g)']", "    outputs: [t1, t2]", "    hit: first", "    rows:"]
    for _ in range(draw(st.integers(1, 5))):
        outputs = [draw(st.sampled_from(["0元", "100元", "-3.33元"])), draw(st.sampled_from(["5%", "85%"]))]
        lines.append(f"      - [{', '.join([draw(RATES), draw(COLOURS), draw(COUNTS), *outputs])}]")
    return [*lines, "      - [below s, red or blue, at least 1, 1元, 1%]"]


def _quoted(text: str) -> str:
    return "'" + text + "'"


@st.composite
def _rule(draw, number: int, count: int, plain: bool = False) -> list[str]:
    condition = draw(expression("flag", 2))
    actions = draw(st.lists(_action(plain), min_size=1, max_size=2))
    lines = [f"  - rule: r{number}", f"    when: {_quoted(condition)}"]
    if draw(st.integers(0, 4)) == 0:
        lines.append(f"    unless: {_quoted(draw(expression('flag', 1)))}")
    if number and draw(st.booleans()):
        lines.append(f"    over: r{draw(st.integers(0, number - 1))}")
    lines += ["    then:", *(f"      - {action}" for action in actions), "    because: made"]
    return lines


@st.composite
def _action(draw, plain: bool = False) -> str:
    amount = draw(expression("money", 1))
    positive = _quoted(f"max(0元, {amount})")
    offset = draw(st.sampled_from(["", "", ", in_year: +1"]))
    account = draw(st.sampled_from(["x", "x", "y", "z", "z"]))
    own = draw(st.sampled_from(["x", "z"]))
    return draw(st.sampled_from([
        f"deduct: {{from: {account}, amount: {positive}, into: pot{offset}}}",
        f"deduct: {{from: {account}, amount: {positive}, into: pot{offset}}}",
        f"reward: {{to: {own}, out_of: pot, by: {_quoted(f'max(0元, {amount})')}{offset}}}",
        f"reward: {{to: {own}, out_of: pot, by: b{offset}}}",
        f"reward: {{to: {account}, out_of: pot, amount: {positive}{offset}}}",
        f"reward: {{to: {account}, amount: {positive}{offset}}}",
        f"cut_current: {{from: {account}, amount: {positive}, rounded: {{to: 1元, mode: floor}}}}",
        "veto:", "stop:", "tag: {as: one}", "tag: {as: two}", "remind:",
        *([] if plain else [
            f"recommend: {{action: cut_next, from: {own}, at_most: {positive}{offset}}}",
            f"recommend: {{action: award, to: {account}, at_least: '10% * b', at_most: b{offset}}}",
        ]),
    ]))  # fmt: skip


MONEY = st.sampled_from(["0", "0", "-1000", "1000", "850", "849.99", "850.01", "960", "0.01", "", "", "333.33"])
SOME = st.sampled_from(["", "0", "1", "2", "3"])
FLAG = st.sampled_from(["yes", "no", ""])
COLOUR = st.sampled_from(["red", "green", "blue", ""])


@st.composite
def facts(draw) -> dict[str, list[dict[str, object]]]:
    """Rows of units and items, of the judged period 2022 and the next; many values are unknown."""
    units, items, events, past = [], [], [], []
    for number in range(draw(st.integers(1, 5))):
        row = {"id": f"U{number}", "a": draw(MONEY), "b": draw(MONEY.filter(lambda v: not v.startswith("-"))),
               "r": draw(st.sampled_from(["85%", "84.99%", "96%", "-5%", "0%", "", "0.8501"])), "n": "1.5",
               "c": draw(SOME), "f": draw(FLAG), "t": draw(COLOUR), "x": draw(MONEY), "y": draw(MONEY),
               "z": draw(MONEY), "s1": draw(DAYS), "s2": draw(DAYS), "u": draw(WORD)}  # fmt: skip
        units += [{**row, "period": 2022}, {**row, "period": 2023, "x": draw(MONEY)}]
        earlier = draw(st.sampled_from([(), (), (2021,), (2020, 2021), (2020,), (2019, 2021)]))
        past += [
            {**row, "period": year, "a": draw(MONEY), "c": draw(SOME), "f": draw(FLAG), "u": draw(WORD)} for year in earlier
        ]
        for child in range(draw(st.integers(0, 3))):
            items.append({"id": f"I{number}{child}", "period": 2022, "unit": f"U{number}", "m": draw(MONEY),
                          "k": draw(SOME), "g": draw(FLAG), "w": draw(COLOUR)})  # fmt: skip
            events += draw(steps(f"I{number}{child}", 2022, MONEY, FLAG))
    units += past
    match draw(st.integers(0, 9)):
        case 0:
            return {"unit": units}
        case 1:
            return {"unit": units, "item": items}
    return {"unit": units, "item": items, "step": events}


# money: conditions that mostly hold, facts that are mostly known, so that pools settle and limits bind

HOLDING = {"unit": ["yes", "yes", "f", "a > 0", "c < 2"], "item": ["yes", "yes", "g", "m > 0", "unit.f"]}
SIMPLE = {"unit": ["a", "b", "100元", "x * 30%", "33.33元"], "item": ["m", "unit.b", "50元", "unit.x * 10%"]}


@st.composite
def settling(draw) -> list[str]:
    """Policies like those above, simpler in what they ask, denser in what they do."""
    texts = [draw(_settling("unit"))]
    if draw(st.booleans()):
        texts.append(draw(_settling("item")))
    return [*texts, draw(decisions())]


@st.composite
def _settling(draw, kind: str) -> str:
    own = kind == "unit"
    name = "made" if own else "below"
    lines = [f"policy: {name}", "district: test", "facts: generated", f"subject: {kind}", "parameters: {p: 850元}", "rules:"]
    for number in range(draw(st.integers(2, 5))):
        condition = draw(st.sampled_from(HOLDING[kind]))
        lines += [f"  - rule: r{number}", f"    when: {condition}", "    then:", f"      - {draw(_flow(kind))}", "    because: made"]
    lines += ["pools:", f"  pot: {{{draw(_pool(['t', 'f', 'c'] if own else ['w', 'g', 'k', 'unit.t']))}}}"]
    if own:
        lines += [*draw(_limits()), *draw(_safeguards())]
    return "\n".join(lines) + "\n"


@st.composite
def _flow(draw, kind: str) -> str:
    above = "" if kind == "unit" else "unit."
    account = above + draw(st.sampled_from(["x", "x", "x", "y", "z"]))
    summed = above + draw(st.sampled_from(["x", "x", "z"]))
    amount = f"'max(0元, {draw(st.sampled_from(SIMPLE[kind]))})'"
    weight = draw(st.sampled_from(["1", "c", "b", "max(0元, a)"] if kind == "unit" else ["1", "k", "max(0元, m)"]))
    take, share = f"deduct: {{from: {account}, amount: {amount}, into: pot}}", f"reward: {{to: {summed}, out_of: pot, by: '{weight}'}}"
    return draw(st.sampled_from([
        take, take, share, share,
        f"reward: {{to: {account}, out_of: pot, amount: {amount}}}",
        f"award: {{to: {account}, amount: {amount}}}",
        f"recommend: {{action: cut_next, from: {account}, at_most: {amount}, into: pot}}",
        "veto:",
    ]))  # fmt: skip


@st.composite
def known_facts(draw) -> dict[str, list[dict[str, object]]]:
    """Rows of which all is known, save for a value here and there."""
    money = st.sampled_from(["0", "0.01", "0.07", "100", "333.33", "850", "1000", "12345.67"])
    colour, flag, some = st.sampled_from(["red", "green"]), st.sampled_from(["yes", "yes", "no"]), st.sampled_from(["0", "1", "2", "3"])
    units, items = [], []
    for n in range(draw(st.integers(1, 6))):
        units.append({"id": f"U{n}", "period": 2022, "a": draw(money), "b": draw(money), "r": "84%", "n": "1.5", "c": draw(some),
                      "f": draw(flag), "t": draw(colour), "x": draw(money), "y": draw(money), "z": draw(money)})  # fmt: skip
        for child in range(draw(st.integers(0, 3))):
            items.append({"id": f"I{n}{child}", "period": 2022, "unit": f"U{n}", "m": draw(money), "k": draw(some),
                          "g": draw(flag), "w": draw(colour)})  # fmt: skip
    if draw(st.integers(0, 3)) == 0:
        draw(st.sampled_from(units))[draw(st.sampled_from(["a", "f", "t", "x", "c"]))] = ""
    return {"unit": units, "item": items}
