"""The durable engine: which statuses begin and end, and how ladders of notices are climbed, as durable-rules finds
from signals.

A signal is the verdict of a rule on a subject, all of it whole numbers: what it is about, and every figure behind it,
stays outside. There is one live signal for each subject and rule, and none where the rule does not hold. Of the two
halves of durable-rules only the engine is used, not what it wraps around it (see decision 12).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple
from weakref import finalize

from perfrules.core.problem import Refused, Words, missing_extra

NO, YES, OPEN = 0, 1, 2  # verdicts
RULES_MAX = 40  # of a ruleset
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
        self._rulesets = [_Ruleset(engine, f"rules from {part.start}", charts(part), ids) for part in parts]
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

    def _said(self, whose: tuple[int, int], verdict: int) -> Iterator[Turn]:
        """The signal in the place of the one that is live, unless that says the same."""
        live, (subject, rule) = self._signals.get(whose), whose
        if verdict == (live["verdict"] if live else NO):
            return
        ruleset = self._rulesets[rule // CHARTS_MAX]
        if live:
            yield from self._turns(ruleset, ruleset.without(self._signals.pop(whose)))
        if verdict:
            signal: Fact = {"signal": rule, "verdict": verdict, "subject": subject}
            self._signals[whose], state = ruleset.having(signal)
            yield from self._turns(ruleset, state)

    def _turns(self, ruleset: _Ruleset, state: int) -> Iterator[Turn]:
        """Let statuses begin or end."""
        for _, found in ruleset.following(state):
            ((what, fact),) = found.items()
            begins = what == "signal"
            rule, verdict, subject = (int(fact[name]) for name in (what, "verdict", "subject"))
            if begins:
                ruleset.having({"status": rule, "verdict": verdict, "subject": subject})
            else:
                ruleset.without(fact)
            yield Turn(subject, rule, verdict, begins)


Steps = Mapping[tuple[int, int], int]  # from a step and what happens to the step that follows


class Climb:
    """The chart of a ladder: from the step on which a subject stands, with what happens, to the one that follows.

    Step and happening are facts for as long as durable-rules looks at them. For one thread at a time.
    """

    def __init__(self, steps: Steps) -> None:
        rules = {
            f"{step} {what} {after}": {"all": [{"stands": {"on": step}}, {"happens": {"what": what}}]}
            for (step, what), after in steps.items()
        }
        names = sorted(rules)
        self._rulesets: list[_Ruleset] = []
        self._of: dict[str, _Ruleset] = {}
        for first in range(0, len(names), RULES_MAX):
            part = {name: rules[name] for name in names[first : first + RULES_MAX]}
            self._rulesets.append(_Ruleset(_engine(), f"steps from {first}", part, count(1)))
            self._of |= dict.fromkeys(part, self._rulesets[-1])
        self._steps = steps

    def after(self, step: int, what: int) -> int:
        """The step that follows; the same where nothing does."""
        following = self._steps.get((step, what))
        if following is None:
            return step
        ruleset = self._of[f"{step} {what} {following}"]
        stands, _ = ruleset.having({"on": step})
        happens, state = ruleset.having({"what": what})
        (name,) = (name for name, _ in ruleset.following(state))
        ruleset.without(happens)
        ruleset.without(stands)
        return int(name.rpartition(" ")[2])


class _Ruleset:
    """Some rules of durable-rules. What follows from a fact is found in the caller's thread, or is raised."""

    def __init__(self, engine: Any, name: str, rules: dict[str, Any], ids: Iterator[int]) -> None:
        self._engine, self._ids = engine, ids
        self._handle = engine.create_ruleset(name, json.dumps(rules))
        finalize(self, engine.delete_ruleset, self._handle)  # which is memory of its own, and else stays

    def having(self, fact: Fact) -> tuple[Fact, int]:
        """Take a fact in: how durable-rules knows it, and the state that it is part of.

        Ids are new, but known by a hash: of many thousands, one may look like another that is live.
        """
        while True:
            own = {"id": str(next(self._ids)), **fact}
            answer, state = self._engine.assert_fact(self._handle, json.dumps(own))
            if answer != OBSERVED:
                return own, _taken(answer, state, own)

    def without(self, fact: Fact) -> int:
        """Take a fact back: the state that it was part of."""
        answer, state = self._engine.retract_fact(self._handle, json.dumps(fact))
        return _taken(answer, state, fact)

    def following(self, state: int) -> Iterator[tuple[str, dict[str, Fact]]]:
        """The rules that fire, each with its facts, until nothing is left to be done."""
        started = self._engine.start_action_for_state(self._handle, state)
        action = started[1] if started else None
        while action:
            yield from json.loads(action).items()
            action = self._engine.complete_and_start_action(self._handle, state)


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
