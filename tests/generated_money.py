"""Generated budgets: policies with limits, pools, approvals, recommendations and decisions, and facts that settle."""

from __future__ import annotations

from hypothesis import strategies as st

from perfrules.testing.expressions import expression, quoted
from perfrules.testing.policies import heads, rules


@st.composite
def budgets(draw, *, plain: bool = False) -> list[str]:
    """A policy of two to five rules that bar, go over and meet each other, with a pool; perhaps another one on
    what belongs to its subjects, which reaches their accounts. A plain one has no limits and asks no people."""
    if plain:
        return [draw(_made(plain=True))]
    texts = [draw(_made()), draw(_below())] if draw(st.booleans()) else [draw(_made())]
    return [*texts, draw(decisions())]


@st.composite
def _below(draw) -> str:
    lines = ["policy: below", "district: test", "facts: generated", "subject: item",
             "parameters:", "  s: 85%", "  p: 850元", "names:", "  unit.e: a - b", "rules:"]  # fmt: skip
    for number in range(draw(st.integers(1, 3))):
        lines += [f"  - rule: r{number}", f"    when: {quoted(draw(expression('flag', 1, 'item')))}", "    then:",
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
            found.append(f"  - {{on: {account}, at_most: {quoted(most)}{least}}}")
    return ["limits:", *found] if found else []


@st.composite
def _action_below(draw) -> str:
    amount = draw(st.one_of(expression("money", 1, "item"), st.just("unit.x * 10%"), st.just("unit.z")))
    positive = quoted(f"max(0元, {amount})")
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
def _made(draw, *, plain: bool = False) -> str:
    lines = draw(heads())
    for number in range(draw(st.integers(2, 5))):
        lines += draw(rules(number, _action(plain)))
    if draw(st.integers(0, 3)) == 0:
        lines.append(f"rounded: {draw(st.sampled_from(['1元', '0.05元']))}")
    lines += ["pools:", f"  pot: {{{draw(_pool(['t', 'f', 'c']))}}}", *([] if plain else [*draw(_limits()), *draw(_safeguards())])]
    return "\n".join(lines) + "\n"


@st.composite
def _action(draw, plain: bool) -> str:
    amount = draw(expression("money", 1))
    positive = quoted(f"max(0元, {amount})")
    offset = draw(st.sampled_from(["", "", ", in_year: +1"]))
    account = draw(st.sampled_from(["x", "x", "y", "z", "z"]))
    own = draw(st.sampled_from(["x", "z"]))
    return draw(st.sampled_from([
        f"deduct: {{from: {account}, amount: {positive}, into: pot{offset}}}",
        f"deduct: {{from: {account}, amount: {positive}, into: pot{offset}}}",
        f"reward: {{to: {own}, out_of: pot, by: {quoted(f'max(0元, {amount})')}{offset}}}",
        f"reward: {{to: {own}, out_of: pot, by: b{offset}}}",
        f"reward: {{to: {account}, out_of: pot, amount: {positive}{offset}}}",
        f"reward: {{to: {account}, amount: {positive}{offset}}}",
        f"cut_current: {{from: {account}, amount: {positive}, rounded: {{to: 1元, mode: floor}}}}",
        "veto:", "stop:", "tag: {as: red}", "tag: {of: if f then t else u}", "remind:",
        *([] if plain else [
            f"recommend: {{action: cut_next, from: {own}, at_most: {positive}{offset}}}",
            f"recommend: {{action: award, to: {account}, at_least: '10% * b', at_most: b{offset}}}",
        ]),
    ]))  # fmt: skip


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
    weight = draw(st.sampled_from(["1", "c", "b", "max(0元, a)", "count(over items where g)"] if kind == "unit" else ["1", "k", "max(0元, m)"]))
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
    if items and draw(st.integers(0, 3)) == 0:
        draw(st.sampled_from(items))["g"] = ""
    return {"unit": units, "item": items}
