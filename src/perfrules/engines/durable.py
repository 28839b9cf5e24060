"""The durable engine: which statuses begin and end, as durable-rules finds from signals.

A signal is the verdict of a rule on a subject, all of it whole numbers: what it is about, and every figure behind it,
stays outside. There is one live signal for each subject and rule, and none where the rule does not hold. Of the two
halves of durable-rules only the engine is used, not what it wraps around it (see decision 12).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple

from perfrules.core.problem import Refused, Words, missing_extra

NO, YES, OPEN = 0, 1, 2  # verdicts
CHARTS_MAX = 10  # rules whose charts are one ruleset: four rules each, of which durable-rules bears 64
OBSERVED = 2  # what durable-rules answers where it takes a fact for one that it has
Fact = dict[str, int | str]


class Turn(NamedTuple):
    """A status of a subject, that of a rule with a verdict, begins or ends."""

    subject: int
    rule: int
    verdict: int
    begins: bool


def charts(rules: range) -> dict[str, Any]:
    """The rules of durable-rules for some of ours: a status begins with its signal, and ends with it."""
    found = {}
    for rule in rules:
        for verdict in (YES, OPEN):
            signal, status = ({"$and": [{what: rule}, {"verdict": verdict}]} for what in ("signal", "status"))
            found[f"{rule} {verdict} begins"] = {"all": [{"signal": signal}, {"status$not": _of("signal", status)}]}
            found[f"{rule} {verdict} ends"] = {"all": [{"status": status}, {"signal$not": _of("status", signal)}]}
    return found


def _of(other: str, condition: dict[str, Any]) -> dict[str, Any]:
    """A condition on a fact about the same subject as another fact."""
    return {"$and": [*condition["$and"], {"subject": {other: "subject"}}]}


class Charts:
    """The statuses of all subjects. For one thread at a time; once it has failed it is not asked again."""

    def __init__(self, rules: int) -> None:
        engine, ids = _engine(), count(1)
        parts = (range(first, min(first + CHARTS_MAX, rules)) for first in range(0, rules, CHARTS_MAX))
        self._rulesets = [_Ruleset(engine, part, ids) for part in parts]
        self._signals: dict[tuple[int, int], Fact] = {}
        self.failed = False

    def say(self, verdicts: Mapping[tuple[int, int], int]) -> list[Turn]:
        """What turns with the verdicts of rules (by subject and rule) as they are now."""
        if self.failed:
            raise AssertionError("charts that failed are asked again")
        self.failed = True
        turns = [turn for whose, verdict in verdicts.items() for turn in self._said(whose, verdict)]
        self.failed = False
        return turns

    def _said(self, whose: tuple[int, int], verdict: int) -> list[Turn]:
        """The signal in the place of the one that is live, unless that says the same."""
        live, (subject, rule) = self._signals.get(whose), whose
        if verdict == (live["verdict"] if live else NO):
            return []
        ruleset, turns = self._rulesets[rule // CHARTS_MAX], []
        if live:
            turns += ruleset.without(self._signals.pop(whose))
        if verdict:
            signal: Fact = {"signal": rule, "verdict": verdict, "subject": subject}
            self._signals[whose], following = ruleset.having(signal)
            turns += following
        return turns


class _Ruleset:
    """Some of the charts. What follows from a fact happens at once and in the caller's thread, or is raised."""

    def __init__(self, engine: Any, rules: range, ids: Iterator[int]) -> None:
        self._engine, self._ids = engine, ids
        self._handle = engine.create_ruleset(f"rules from {rules.start}", json.dumps(charts(rules)))

    def having(self, signal: Fact) -> tuple[Fact, list[Turn]]:
        """Take a signal in: how durable-rules knows it, and what turns."""
        taken, state = self._asserted(signal)
        return taken, self._turns(state)

    def without(self, signal: Fact) -> list[Turn]:
        """Take a signal back: what turns."""
        return self._turns(self._retracted(signal))

    def _asserted(self, fact: Fact) -> tuple[Fact, int]:
        """Ids are new, but known by a hash: of many thousands, one may look like another that is live."""
        while True:
            own = {"id": str(next(self._ids)), **fact}
            answer, state = self._engine.assert_fact(self._handle, json.dumps(own))
            if answer != OBSERVED:
                return own, _taken(answer, state, own)

    def _retracted(self, fact: Fact) -> int:
        answer, state = self._engine.retract_fact(self._handle, json.dumps(fact))
        return _taken(answer, state, fact)

    def _turns(self, state: int) -> list[Turn]:
        """Do what durable-rules says is to be done, until nothing is left."""
        turns = []
        started = self._engine.start_action_for_state(self._handle, state)
        action = started[1] if started else None
        while action:
            turns.append(self._turn(json.loads(action)))
            action = self._engine.complete_and_start_action(self._handle, state)
        return turns

    def _turn(self, action: dict[str, dict[str, Fact]]) -> Turn:
        """Let a status begin or end."""
        (found,) = action.values()
        ((what, fact),) = found.items()
        begins = what == "signal"
        rule, verdict, subject = (int(fact[name]) for name in (what, "verdict", "subject"))
        if begins:
            self._asserted({"status": rule, "verdict": verdict, "subject": subject})
        else:
            self._retracted(fact)
        return Turn(subject, rule, verdict, begins)


def _taken(answer: int, state: int, fact: Fact) -> int:
    """The state that a fact is part of; whatever else is answered is said."""
    if answer:
        raise AssertionError(f"durable-rules answers {answer} to {fact}")
    return state


def _engine() -> Any:
    """The engine of durable-rules. Raises `Refused` without the extra `durable`."""
    try:
        import durable_rules_engine
    except ImportError:
        what = Words("watching events (on Python 3.11 or 3.12)", "跟踪事件（限 Python 3.11 或 3.12）")
        raise Refused([missing_extra("durable", what)]) from None
    return durable_rules_engine
