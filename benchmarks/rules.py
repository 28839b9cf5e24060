"""The rules of the benchmark as data, and how three languages say them: a policy, Python, and zen's expressions.

R20 are twenty shapes; more rules are the same shapes with varied thresholds, from a seed. Everything is whole
units: minor units of money, tenths of a score, hundredths of a percent.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from hand_written import Fired
from records import Record

Value = int | str | bool
PERCENTS = {"rate", "deviation"}
MONEY = {"approved_budget", "paid", "balance", "public_funds"}


@dataclass(frozen=True)
class Test:
    """A fact, or the rate of payment, against a threshold."""

    field: str
    operator: str
    value: Value


@dataclass(frozen=True)
class Amount:
    """So many thousandths of a fact, rounded half up; of the `excess`, what was paid beyond the budget."""

    of: str
    thousandths: int


@dataclass(frozen=True)
class Rule:
    """All tests hold: the action follows, perhaps with an amount."""

    name: str
    tests: tuple[Test, ...]
    action: str
    amount: Amount | None = None


def _rule(name: str, tests: str, action: str, of: str = "", thousandths: int = 0) -> Rule:
    """`rate < 8500, score >= 600` and so on."""
    found = []
    for test in tests.split(", "):
        field, operator, value = test.split()
        known: dict[str, Value] = {"yes": True, "no": False}
        plain = int(value) if value.isdigit() else known.get(value, value)
        found.append(Test(field, operator, plain))
    return Rule(name, tuple(found), action, Amount(of, thousandths) if of else None)


SHAPES = (
    _rule("slow", "rate < 8500", "deduct public_funds", "public_funds", 50),
    _rule("on-track", "rate >= 8500, rate <= 9600", "no_change"),
    _rule("fast", "rate > 9600", "reward public_funds", "public_funds", 20),
    _rule("failed-twice", "review_failures >= 2", "leave_out"),
    _rule("completed-balance", "is_completed = yes, balance > 0", "recover_balance unspent", "balance", 1000),
    _rule("poor-score", "score < 600", "cut_next next_budget", "approved_budget", 1000),
    _rule("fair-score", "score >= 600, score < 800", "cut_next next_budget", "approved_budget", 100),
    _rule("good-score", "score >= 800, score < 900", "keep"),
    _rule("excellent-score", "score >= 900", "reward public_funds", "public_funds", 30),
    _rule("far-off", "deviation > 2000", "remind"),
    _rule("off", "deviation > 1000, deviation <= 2000", "order_rectification"),
    _rule("hardly-started", "is_completed = no, rate < 5000", "recover_balance unspent", "balance", 200),
    _rule("overspent", "rate > 10000", "cut_next next_budget", "excess", 1000),
    _rule("grade-d", "grade = D", "deduct public_funds", "public_funds", 150),
    _rule("grade-a", "grade = A, rate >= 9000, deviation <= 500", "award next_budget", "approved_budget", 10),
    _rule("large-and-slow", "approved_budget >= 500000000, rate < 7000", "recover_balance unspent", "balance", 300),
    _rule("health", "department = health, score < 700", "deduct public_funds", "public_funds", 25),
    _rule("old-balance", "fiscal_year <= 2022, balance > 0", "recover_balance unspent", "balance", 1000),
    _rule("failed-once", "review_failures = 1, score < 750", "recover_balance unspent", "balance", 500),
    _rule("large-balance", "rate < 8500, balance >= 10000000", "recover_balance unspent", "balance", 75),
)


def varied(count: int, seed: int = 20_232) -> list[Rule]:
    """The shapes again and again, with thresholds a tenth up or down and other shares."""
    chance = random.Random(seed)
    found = []
    for n in range(count):
        shape = SHAPES[n % len(SHAPES)]
        tests = tuple(replace(t, value=_varied(t, chance)) for t in shape.tests)
        amount = shape.amount
        if amount and amount.of == "excess":  # below zero where the line is lower
            tests = shape.tests
        if amount and amount.thousandths < 1000:
            amount = replace(amount, thousandths=max(1, amount.thousandths * chance.randint(50, 150) // 100))
        found.append(Rule(f"{shape.name}-{n + 1}", tests, shape.action, amount))
    return found


def _varied(test: Test, chance: random.Random) -> Value:
    if isinstance(test.value, (bool, str)) or test.value < 10:
        return test.value
    if test.field == "fiscal_year":
        return test.value + chance.randint(-2, 2)
    return min(test.value * chance.randint(90, 110) // 100, 9999 if test.field == "deviation" else 10**12)


# as a policy


def policy_text(name: str, rules: list[Rule]) -> str:
    """The rules as a policy over the vocabulary `benchmark`."""
    lines = ["perfrules: 1", f"policy: {name}", "facts: benchmark", "subject: project"]
    lines += ["names: {rate: paid / approved_budget}", "rules:"]
    for rule in rules:
        lines.append(f"  - rule: {rule.name}")
        lines.append(f"    when: {' and '.join(map(_policy_test, rule.tests))}")
        lines.append(f"    then: {_policy_action(rule)}")
        lines.append("    because: made for the benchmark")
    return "\n".join(lines) + "\n"


def _policy_test(test: Test) -> str:
    if isinstance(test.value, bool):
        return test.field if test.value else f"not {test.field}"
    if isinstance(test.value, str):
        return f"{test.field} = {test.value}"
    return f"{test.field} {test.operator} {_policy_value(test.field, test.value)}"


def _policy_value(field: str, value: int) -> str:
    if field in PERCENTS:
        return f"{value // 100}.{value % 100:02d}%"
    if field in MONEY:
        return f"{value // 100}.{value % 100:02d}元"
    return f"{value // 10}.{value % 10}" if field == "score" else str(value)


def _policy_action(rule: Rule) -> str:
    action, _, account = rule.action.partition(" ")
    if rule.amount is None:
        return f"{{{action}: {{as: yes}}}}" if action in ("no_change", "keep") else action
    of = "(paid - approved_budget)" if rule.amount.of == "excess" else rule.amount.of
    share = f"{rule.amount.thousandths // 10}.{rule.amount.thousandths % 10}% * {of}"
    side = "to" if action in ("reward", "award") else "from"
    return f"{{{action}: {{{side}: {account}, amount: {of if rule.amount.thousandths == 1000 else share}}}}}"


# as Python, by hand


def hand_written(rules: list[Rule]) -> Callable[[Record], Fired]:
    """The rules as a careful programmer writes them on whole units: local names, no division, no unknowns."""
    facts = sorted({"approved_budget", "paid", *(name for rule in rules for name in _facts_of(rule))})
    lines = ["def decide(record):", *(f"    {fact} = record[{fact!r}]" for fact in facts)]
    lines += ["    rate = paid * 10000", "    fired = []"]
    for rule in rules:
        lines.append(f"    if {' and '.join(map(_python_test, rule.tests))}:")
        lines += [f"        {line}" for line in _python_action(rule)]
    scope: dict[str, Callable[[Record], Fired]] = {}
    exec("\n".join([*lines, "    return fired"]), {}, scope)
    return scope["decide"]


def _facts_of(rule: Rule) -> Iterator[str]:
    for name in [t.field for t in rule.tests] + ([rule.amount.of] if rule.amount else []):
        if name not in ("rate", "excess"):
            yield name


def _python_test(test: Test) -> str:
    if isinstance(test.value, bool):
        return test.field if test.value else f"not {test.field}"
    operator = {"=": "=="}.get(test.operator, test.operator)
    if test.field == "rate" and test.value == 10_000:
        return f"paid {operator} approved_budget"
    if test.field == "rate":
        return f"rate {operator} approved_budget * {test.value}"
    return f"{test.field} {operator} {test.value!r}"


def _python_action(rule: Rule) -> list[str]:
    if rule.amount is None:
        return [f"fired.append(({rule.name!r}, None))"]
    of = "paid - approved_budget" if rule.amount.of == "excess" else rule.amount.of
    whole = rule.amount.thousandths == 1000
    amount = of if whole else f"({of} * {rule.amount.thousandths} + 500) // 1000"
    if rule.amount.of != "balance":  # never zero
        return [f"fired.append(({rule.name!r}, {amount}))"]
    return [f"amount = {amount}", f"if amount: fired.append(({rule.name!r}, amount))"]


# as an expression of zen


def zen_text(rules: list[Rule]) -> str:
    """One expression that gives a list: for each rule its amount, `true`, or null where it does not fire."""
    return f"[{', '.join(map(_zen_rule, rules))}]"


def _zen_rule(rule: Rule) -> str:
    claim = "true"
    if rule.amount is not None:
        of = "(paid - approved_budget)" if rule.amount.of == "excess" else rule.amount.of
        claim = of if rule.amount.thousandths == 1000 else f"round({of} * {_decimal(rule.amount.thousandths, 3)}, 2)"
    return f"{' and '.join(map(_zen_test, rule.tests))} ? {claim} : null"


def _zen_test(test: Test) -> str:
    if isinstance(test.value, bool):
        return test.field if test.value else f"not {test.field}"
    operator = {"=": "=="}.get(test.operator, test.operator)
    if test.field == "rate":
        line = "" if test.value == 10_000 else f" * {_decimal(test.value, 4)}"
        return f"paid {operator} approved_budget{line}"
    if isinstance(test.value, str):
        return f"{test.field} {operator} '{test.value}'"
    places = 2 if test.field in MONEY else {"score": 1, "deviation": 4}.get(test.field, 0)
    return f"{test.field} {operator} {_decimal(test.value, places)}"


def _decimal(value: Value, places: int) -> str:
    assert isinstance(value, int)
    digits = str(value).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits
