"""The durable engine: how statuses turn, and how ladders of notices are climbed, as durable-rules finds from charts.

What is the case and what happens to it are small whole numbers, and a fact for as long as durable-rules looks at it:
one that stays costs some 12 kB. What they are about, and every figure behind them, stays outside. Of the two halves
of durable-rules only the engine is used, not what it wraps around it (see decision 12).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from weakref import finalize

from perfrules.core.problem import Refused, Words, missing_extra

NO, YES, OPEN = 0, 1, 2  # verdicts
RULES_MAX = 40  # of a ruleset
ACTIONS = 1024  # of which it is kept what their rules are
Steps = Mapping[tuple[int, int], int]  # from what is the case, and what happens to it, to what is the case then
STATUS: Steps = {(now, said): said for now in (NO, YES, OPEN) for said in (NO, YES, OPEN) if said != now}


class Chart:
    """From what is the case, by what happens, to what is the case then. For one thread at a time."""

    def __init__(self, steps: Steps) -> None:
        rules = {
            f"{now} {what} {after}": {"all": [{"fact": {"$and": [{"now": now}, {"what": what}]}}]}
            for (now, what), after in steps.items()
        }
        names = sorted(rules)
        self._rulesets: list[_Ruleset] = []
        self._of: dict[str, _Ruleset] = {}
        for first in range(0, len(names), RULES_MAX):
            part = {name: rules[name] for name in names[first : first + RULES_MAX]}
            self._rulesets.append(_Ruleset(_engine(), f"steps from {first}", part))
            self._of |= dict.fromkeys(part, self._rulesets[-1])
        self._steps = steps

    def after(self, now: int, what: int) -> int:
        """What is the case then; the same where nothing follows."""
        following = self._steps.get((now, what))
        if following is None:
            return now
        (name,) = self._of[f"{now} {what} {following}"].fired(f'{{"id":"1","now":{now},"what":{what}}}')
        return int(name.rpartition(" ")[2])


class _Ruleset:
    """Some rules of durable-rules. What follows from a fact is found in the caller's thread, or is raised."""

    def __init__(self, engine: Any, name: str, rules: dict[str, Any]) -> None:
        self._engine = engine
        self._handle = engine.create_ruleset(name, json.dumps(rules))
        self._begun: list[str] = []  # the states in which an action began
        finalize(self, _give_back, engine, self._handle, self._begun)

    def fired(self, fact: str) -> list[str]:
        """The rules that fire by a fact, which is taken back."""
        state = _taken(self._engine.assert_fact(self._handle, fact), fact)
        try:
            return list(self._following(state))
        finally:
            _taken(self._engine.retract_fact(self._handle, fact), fact)

    def _following(self, state: int) -> Iterator[str]:
        """The rules that fire, until nothing is left to be done."""
        started = self._engine.start_action_for_state(self._handle, state)
        action = started[1] if started else None
        if action and not self._begun:
            self._begun.append("0")
        while action:
            yield from _rules_of(action)
            action = self._engine.complete_and_start_action(self._handle, state)


@lru_cache(ACTIONS)
def _rules_of(action: str) -> tuple[str, ...]:
    """The names of the rules of an action, as durable-rules says it: of the same fact, to the letter the same."""
    return tuple(json.loads(action))


def _give_back(engine: Any, handle: int, begun: list[str]) -> None:
    """Free what durable-rules holds in memory of its own: the states, and the rules.

    Of a state in which no action ever began it would free what it has not set, and end the process.
    """
    for state in begun:
        engine.delete_state(handle, state)
    engine.delete_ruleset(handle)


def _taken(answer: tuple[int, int], fact: str) -> int:
    """The state that a fact is part of; whatever else is answered is said."""
    refused, state = answer
    if refused:
        raise AssertionError(f"durable-rules answers {refused} to {fact}")
    return state


def _engine() -> Any:
    """The engine of durable-rules. Raises `Refused` without the extra `durable`."""
    try:
        import durable_rules_engine
    except ImportError:
        what = Words("watching events (on Python 3.11 or 3.12)", "跟踪事件（限 Python 3.11 或 3.12）")
        raise Refused([missing_extra("durable", what)]) from None
    return durable_rules_engine
