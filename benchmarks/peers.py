"""Other engines at the same rules, one record after the other, each in the form that suits it best.

Each gets its records in the types that it takes, ready, and says which rules fire and with what amount. What an engine
can't say itself (a share, to round) is done for it in Python. `exact` is what it makes of money.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from importlib.metadata import version
from itertools import count
from typing import Any

import cel
import durable_rules_engine
import rule_engine
import zen
from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.fields import FIELD_NUMERIC, FIELD_TEXT
from business_rules.variables import BaseVariables, boolean_rule_variable, numeric_rule_variable, string_rule_variable
from records import PLACES, Exact, Record, in_major_units
from rules import MONEY, Amount, Rule, Test, zen_text

Fired = list[tuple[str, int | None]]
CENT = Decimal("0.01")
TOGETHER = 60  # rules of one ruleset of durable-rules, which bears 64 conditions


@dataclass(frozen=True)
class Peer:
    """An engine with the rules: what it takes a record as, and what it answers to that."""

    name: str
    ready: Callable[[Record], Any]
    fired: Callable[[Any], Fired]
    note: str

    def answer(self, record: Record) -> Fired:
        """The rules that fire, in order."""
        return sorted(self.fired(self.ready(record)))


def peers(rules: list[Rule]) -> Iterator[Peer]:
    """All of them."""
    yield Peer(
        f"zen-engine {version('zen-engine')}",
        lambda record: in_floats(in_major_units(record)),
        _zen(rules),
        "one compiled expression, floats",
    )
    yield Peer(
        f"common-expression-language {version('common-expression-language')}",
        dict,
        _cel(rules),
        "one compiled program, minor units",
    )
    yield Peer(
        f"rule-engine {version('rule-engine')}", in_major_units, _rule_engine(rules), "Decimal; rounded by the host"
    )
    yield Peer(
        f"business-rules {version('business-rules')}",
        in_major_units,
        _business_rules(rules),
        "Decimal; rate, shares by the host",
    )
    yield Peer(
        f"durable-rules {version('durable-rules')}",
        _with_rate,
        _durable(rules),
        "its C module; a rate of six places, shares by the host",
    )


def in_floats(record: Exact) -> dict[str, object]:
    """A record for engines that have no decimals, or refuse them."""
    return {**record, **{name: float(record[name]) for name in PLACES}}


def _of(amount: Amount, record: Record | Exact) -> Any:
    return record["paid"] - record["approved_budget"] if amount.of == "excess" else record[amount.of]


def _minor(amount: Amount, record: Record) -> int:
    return (_of(amount, record) * amount.thousandths + 500) // 1000


def _cents(value: Decimal) -> int:
    return int(value.quantize(CENT, ROUND_HALF_UP).scaleb(2))


# zen-engine, common-expression-language


def _zen(rules: list[Rule]) -> Callable[[Any], Fired]:
    expression, names = zen.compile_expression(zen_text(rules)), [rule.name for rule in rules]

    def fired(record: dict[str, object]) -> Fired:
        found = zip(names, expression.evaluate(record), strict=True)
        return [
            (name, None if claim is True else round(claim * 100))
            for name, claim in found
            if claim is not None and claim != 0
        ]

    return fired


def _cel(rules: list[Rule]) -> Callable[[Any], Fired]:
    program, names = cel.compile(f"[{', '.join(map(_cel_rule, rules))}]"), [rule.name for rule in rules]

    def fired(record: Record) -> Fired:
        found = zip(names, program.execute(record), strict=True)
        return [(name, None if claim is True else claim) for name, claim in found if claim is not None and claim != 0]

    return fired


def _cel_rule(rule: Rule) -> str:
    claim = "true"
    if rule.amount is not None:
        of = "(paid - approved_budget)" if rule.amount.of == "excess" else rule.amount.of
        claim = f"({of} * {rule.amount.thousandths} + 500) / 1000"
    return f"{' && '.join(map(_cel_test, rule.tests))} ? {claim} : null"


def _cel_test(test: Test) -> str:
    if isinstance(test.value, bool):
        return test.field if test.value else f"!{test.field}"
    operator = {"=": "=="}.get(test.operator, test.operator)
    if test.field == "rate":
        return f"paid * 10000 {operator} approved_budget * {test.value}"
    return f"{test.field} {operator} {json.dumps(test.value)}"


# rule-engine


def _rule_engine(rules: list[Rule]) -> Callable[[Any], Fired]:
    compiled = [(rule, rule_engine.Rule(" and ".join(map(_rule_engine_test, rule.tests)))) for rule in rules]

    def fired(record: Exact) -> Fired:
        found: Fired = []
        for rule, condition in compiled:
            if condition.matches(record):
                amount = rule.amount and _cents(_of(rule.amount, record) * rule.amount.thousandths / 1000)
                if amount != 0:
                    found.append((rule.name, amount))
        return found

    return fired


def _rule_engine_test(test: Test) -> str:
    if isinstance(test.value, bool):
        return test.field if test.value else f"not {test.field}"
    if test.field == "rate":
        return f"paid * 10000 {test.operator} approved_budget * {test.value}"
    if isinstance(test.value, str):
        return f'{test.field} {test.operator.replace("=", "==")} "{test.value}"'
    return f"{test.field} {test.operator.replace('=', '==') if test.operator == '=' else test.operator} {major(test)}"


def major(test: Test) -> Decimal:
    """A threshold in major units."""
    assert isinstance(test.value, int)
    return Decimal(test.value).scaleb(-(2 if test.field in MONEY else {"score": 1, "deviation": 4}.get(test.field, 0)))


# business-rules

NUMBERS = (
    "rate",
    "approved_budget",
    "balance",
    "paid",
    "public_funds",
    "score",
    "deviation",
    "review_failures",
    "fiscal_year",
)
OPERATORS = {
    "<": "less_than",
    "<=": "less_than_or_equal_to",
    ">": "greater_than",
    ">=": "greater_than_or_equal_to",
    "=": "equal_to",
}


def _variable(name: str, kind: Callable[[Any], Any]) -> Any:
    def value(self: Any) -> object:
        return self.record["paid"] / self.record["approved_budget"] if name == "rate" else self.record[name]

    value.__name__ = name
    return kind(value)


class Variables(BaseVariables):
    """The facts of a record."""

    def __init__(self, record: Exact) -> None:
        self.record = record


for fact in NUMBERS:
    setattr(Variables, fact, _variable(fact, numeric_rule_variable))
for fact in ("grade", "department"):
    setattr(Variables, fact, _variable(fact, string_rule_variable))
Variables.is_completed = _variable("is_completed", boolean_rule_variable)  # type: ignore[attr-defined]


class Actions(BaseActions):
    """What a rule does: its name, and so many thousandths of a fact."""

    def __init__(self, record: Exact) -> None:
        self.record = record
        self.found: Fired = []

    @rule_action(params={"name": FIELD_TEXT, "of": FIELD_TEXT, "thousandths": FIELD_NUMERIC})
    def claim(self, name: str, of: str, thousandths: int) -> None:
        """A rule fires."""
        amount = _cents(_of(Amount(of, thousandths), self.record) * thousandths / 1000) if of else None
        if amount != 0:
            self.found.append((name, amount))


def _business_rules(rules: list[Rule]) -> Callable[[Any], Fired]:
    said = [
        {
            "conditions": {"all": [_condition(test) for test in rule.tests]},
            "actions": [
                {
                    "name": "claim",
                    "params": {
                        "name": rule.name,
                        "of": rule.amount.of if rule.amount else "",
                        "thousandths": rule.amount.thousandths if rule.amount else 0,
                    },
                }
            ],
        }
        for rule in rules
    ]

    def fired(record: Exact) -> Fired:
        actions = Actions(record)
        run_all(said, Variables(record), actions)
        return actions.found

    return fired


def _condition(test: Test) -> dict[str, object]:
    if isinstance(test.value, bool):
        return {"name": test.field, "operator": "is_true" if test.value else "is_false", "value": None}
    if isinstance(test.value, str):
        return {"name": test.field, "operator": "equal_to", "value": test.value}
    value = Decimal(test.value) / 10_000 if test.field == "rate" else major(test)
    return {"name": test.field, "operator": OPERATORS[test.operator], "value": value}


# durable-rules

SAID = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}


def _with_rate(record: Record) -> Record:
    """With a rate of six places, rounded half up: two facts are not divided by each other in a condition."""
    budget = int(record["approved_budget"])
    return {**record, "rate": (int(record["paid"]) * 2_000_000 + budget) // (2 * budget)}


def _durable(rules: list[Rule]) -> Callable[[Any], Fired]:
    ids, by_name = count(1), {rule.name: rule for rule in rules}
    handles = [
        durable_rules_engine.create_ruleset(
            f"benchmark {len(rules)} {first}",
            json.dumps({r.name: {"all": [{"m": _durable_tests(r)}]} for r in rules[first : first + TOGETHER]}),
        )
        for first in range(0, len(rules), TOGETHER)
    ]

    def fired(record: Record) -> Fired:
        fact = json.dumps({"id": str(next(ids)), **record})
        found = [name for handle in handles for name in _answered(handle, fact)]
        amounts = ((name, by_name[name].amount) for name in found)
        return [
            (name, amount and _minor(amount, record))
            for name, amount in amounts
            if not amount or _minor(amount, record)
        ]

    return fired


def _answered(handle: int, fact: str) -> Iterable[str]:
    """Assert a fact, do what follows, take it back."""
    _, state = durable_rules_engine.assert_fact(handle, fact)
    started = durable_rules_engine.start_action_for_state(handle, state)
    action = started[1] if started else None
    while action:
        yield from json.loads(action)
        action = durable_rules_engine.complete_and_start_action(handle, state)
    durable_rules_engine.retract_fact(handle, fact)


def _durable_tests(rule: Rule) -> dict[str, object]:
    tests = [_durable_test(test) for test in rule.tests]
    return tests[0] if len(tests) == 1 else {"$and": tests}


def _durable_test(test: Test) -> dict[str, object]:
    value = test.value * 100 if test.field == "rate" else test.value
    return {test.field: value} if test.operator == "=" else {SAID[test.operator]: {test.field: value}}
