"""Policies in the vocabulary `generated`: everything that the language has, values at and around the lines."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from perfrules.api import loads
from perfrules.core.problem import Refused
from perfrules.testing.elsewhere import NAMES, Texts, families, joined, pointed
from perfrules.testing.expressions import expression, quoted

VOCABULARY = Path(__file__).with_name("generated.yaml")
"""The file with the vocabulary of generated policies, to be loaded `beside` them."""
DAY = date(2022, 12, 31)
RATES = [
    "any", "below 85%", "at most 85.01%", "over 96%", "at least s", "0% to below 85%", "85% to 96%",
    "over -5% to 85% or 96%",
]  # fmt: skip
COLOURS = ["any", "red", "green or blue", "red or blue"]
COUNTS = ["any", "0", "at least 1", "below 2", "1 to 2"]
IN_DOUBT = ["(if date(2022, c, 30) < s1 then 1元 else 2元)", "(if date(2022, c, 30) > s2 then b else 1元)"]


@st.composite
def heads(draw: st.DrawFn, inside: str = "unit") -> list[str]:
    """A policy up to its rules: parameters, names, a table, perhaps a scope."""
    money, quotients = expression("money", 1, inside), st.sampled_from(["a / b", "b / a", "a / (b - p)"])
    names = {  # without a circle: d2 may read d1, and q both
        "d1": draw(st.one_of(quotients, joined(money, " / ", money))).replace("d1", "r").replace("d2", "b"),
        "d2": draw(st.one_of(joined(money, " * 1 / 3"), expression("money", 2, inside))).replace("d2", "a"),
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


def policies(*, alone: bool = False) -> Texts:
    """Texts of policies, with everything that the language has, to be loaded beside `VOCABULARY`; for tests of engines
    and of other tools. `alone`: their conditions and amounts read nothing but the subject's own row."""
    return texts(alone=alone).filter(_is_loaded)


def _is_loaded(text: str) -> bool:
    """Whether a policy is accepted: a term may be too wide."""
    try:
        loads(text, as_of=DAY, beside=[VOCABULARY])
    except Refused:
        return False
    return True


@st.composite
def texts(draw: st.DrawFn, *, alone: bool = False) -> str:
    """A policy of two to six rules that bar, go over and meet each other, with a pool; a few of them are refused."""
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


@st.composite
def _table(draw: st.DrawFn, inside: str) -> list[str]:
    """A table over a rate, a choice and a count that may be a range; money and a ratio come out."""
    counted = "count(over items where g)" if inside == "unit" else "c"
    lines = [
        "tables:", "  tab:", f"    inputs: ['a / b', t, '{counted}']", "    outputs: [t1, t2]", "    hit: first",
        "    rows:",
    ]  # fmt: skip
    for _ in range(draw(st.integers(1, 5))):
        outputs = [draw(st.sampled_from(["0元", "100元", "-3.33元"])), draw(st.sampled_from(["5%", "85%"]))]
        cells = [draw(st.sampled_from(cells)) for cells in (RATES, COLOURS, COUNTS)]
        lines.append(f"      - [{', '.join([*cells, *outputs])}]")
    return [*lines, "      - [below s, red or blue, at least 1, 1元, 1%]"]


@st.composite
def rules(draw: st.DrawFn, number: int, action: Texts, *, calm: bool = False, inside: str = "unit") -> list[str]:
    """A rule with one or two actions; a calm one is decided for every subject."""
    built = draw(st.integers(0, 3)) == 0
    condition = draw(expression("flag", 2, inside) if built else pointed(alone=inside == "alone"))
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
def _action(draw: st.DrawFn, calm: bool, inside: str) -> str:
    account = draw(st.sampled_from(["x", "x", "y", "z", "z"]))
    offset = draw(st.sampled_from(["", ", in_year: +1"]))
    drawn = [expression("money", 1, inside), st.sampled_from(["a", "b", "e"])]
    drawn += families("money") if inside == "unit" else [st.sampled_from(IN_DOUBT)]
    of_account = st.sampled_from([account, f"(50% * {account})"])
    amount = draw(of_account if draw(st.integers(0, 3)) < (2 if offset else 1) else st.one_of(drawn))
    if calm:
        amount = f"(({amount}) otherwise {draw(st.sampled_from(['100元', '0.07元']))})"
    ways = ["max(0元, {})", "max(0元, {})", "max(0元, {})", "abs({})", "abs({})", "abs({})", "({} - 850元)"]
    positive, weight = (quoted(draw(st.sampled_from(ways)).format(amount)) for _ in range(2))
    own = "x" if account == "y" else account  # what is kept is not shared
    known = "'(b otherwise 1元)'"
    into = "" if calm and account == "z" else ", into: pot"  # a conflict would stop the pool
    return draw(st.sampled_from([
        f"deduct: {{from: {account}, amount: {positive}{into}{offset}}}",
        f"deduct: {{from: x, amount: {positive}, into: pot}}",
        f"reward: {{to: x, out_of: pot, by: {weight}{offset}}}",
        f"reward: {{to: {'x' if calm else own}, out_of: pot, by: {known if calm else 'b'}}}",
        f"reward: {{to: {account}, amount: {positive}{offset}}}",
        f"cut_current: {{from: {account}, amount: {positive}, rounded: {{to: 1元, mode: floor}}}}",
        "veto:", "stop:", "tag: {as: red}", "tag: {of: t}", "remind:", "figure: {as: rate, of: d1}",
        "figure: {as: paid, of: d2 + b}",
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
def _doubt(draw: st.DrawFn, number: int) -> list[str]:
    """A claim that waits, though every fact is known, beside one that would stand; perhaps an amount in doubt."""
    doubtful = "      - deduct: {from: x, amount: '(if date(c, month(s2), 30) < s1 then 1元 else 2元)'}"
    return [
        f"  - rule: r{number}", "    when: 'date(c, month(s2), 30) >= s1'", "    then:",
        "      - cut_current: {from: z, amount: 0.07元}", "    because: made",
        f"  - rule: r{number + 1}", "    when: 'c < 3'", "    then:",
        "      - deduct: {from: z, amount: 1元}", *([doubtful] if draw(st.booleans()) else []), "    because: made",
    ]  # fmt: skip
