"""A decision is the mathematical truth of its inequality: at the line, and one minor unit beside it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

import perfrules
from perfrules.core.facts import Facts
from perfrules.core.table import Table
from perfrules.pipeline.ruling import evaluate, verdicts

POLICY = """
policy: lines
facts: lines
subject: department
parameters: {low: 85%, high: 96%}
names: {execution_rate: paid / adjusted_budget}
rules:
  - {rule: slow, when: execution_rate < low, then: {flag: {as: slow}}, because: below 85%}
  - {rule: fast, when: execution_rate > high, then: {flag: {as: fast}}, because: above 96%}
"""
FACTS = """
facts: lines
extends: budget
kinds:
  department:
    facts:
      adjusted_budget: {is: money, at_least: 0}
      paid: {is: money, at_least: 0}
"""
ROWS = 1_000_000


def boundary_rows():
    """Budgets of every size in cents, and what was paid: at 85% or 96% of them, or a cent to either side."""
    state = 20_231
    for n in range(ROWS):
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        budget = ((state >> 20) % 10 ** (4 + n % 10) + 1) * 100  # a hundred parts: every line is a whole cent
        at_line = budget * (85 if n & 1 else 96) // 100
        yield at_line + n % 3 - 1, budget


def test_no_verdict_of_a_million_at_the_lines_is_wrong(tmp_path):
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    program = perfrules.load(tmp_path / "policy.yaml", as_of="2023-01-01")
    paid, budget = (list(column) for column in zip(*boundary_rows(), strict=True))
    ids = [str(n) for n in range(ROWS)]
    table = Table(ids, [""] * ROWS, {"adjusted_budget": budget, "paid": paid})
    result = evaluate(program.compiled, Facts(program.vocabulary, {("department", 2023): table}, frozenset()), 2023)
    slow, fast = (
        [verdict == "holds" for _, verdict in verdicts(result, judged)]
        for judged in sorted(program.compiled.judged, key=lambda j: j.rule.name, reverse=True)
    )
    rates = [Fraction(p, b) for p, b in zip(paid, budget, strict=True)]
    assert sum(rate in (Fraction(85, 100), Fraction(96, 100)) for rate in rates) > ROWS // 4
    assert slow == [rate < Fraction(85, 100) for rate in rates]
    assert fast == [rate > Fraction(96, 100) for rate in rates]


EURO = """
facts: eu
extends: budget
currency: {code: EUR, places: 2}
kinds:
  school:
    facts: {m: {is: money, at_least: EUR 0, at_most: %s}}
    accounts: {a: {}}
"""
EURO_POLICY = """
policy: p
facts: eu
subject: school
parameters: {low: %s}
rules:
  - {rule: r, when: m > low and m < %s, then: {deduct: {from: a, amount: 'min(m, EUR 2)'}}, because: x}
examples:
  - name: to the cent
    as_of: 2024-01-01
    period: 2023
    given: {school: [{id: A, m: EUR 5.01, a: EUR 10}, {id: B, m: %s}]}
    expect: {A: {r: holds, a: -EUR 2}, B: {r: does-not-hold}}
"""


def euro(folder, most="EUR 1000", low="EUR 5", high="EUR 100.50", given="EUR 5"):
    (folder / "facts.yaml").write_text(EURO % most, encoding="utf-8")
    (folder / "policy.yaml").write_text(EURO_POLICY % (low, high, given), encoding="utf-8")
    return [p.code for p in perfrules.check(folder) if p.severity == "error"]


def test_amounts_are_written_in_the_currency_of_the_vocabulary(tmp_path):
    assert euro(tmp_path) == []
    program = perfrules.load(tmp_path, as_of="2024-01-01")
    with pytest.raises(perfrules.Refused, match=r"1000\.01 EUR"):
        program.facts({"school": [{"id": "A", "m": Decimal("1000.01")}]}, period=2023)
    assert "5.01 EUR" in program.run(program.facts({"school": [{"id": "A", "m": Decimal("5.01")}]}, period=2023)).explain("school/A").text()


@pytest.mark.parametrize("where", ["most", "low", "high", "given"])
@pytest.mark.parametrize("amount", ["5元", "CNY 5", "USD 5", "0.5万元"])
def test_an_amount_in_another_currency_is_refused(tmp_path, where, amount):
    """5元 in a vocabulary of euro would be five euro: nothing converts it."""
    assert "PR441" in euro(tmp_path, **{where: amount})
