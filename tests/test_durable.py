"""What durable-rules is trusted with: statuses begin and end with their signals. Its traps have a test each."""

from __future__ import annotations

import gc
import json
import os
import sys
from contextlib import suppress
from itertools import chain, count

import durable_rules_engine
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfrules import Refused
from perfrules.engines import durable
from perfrules.engines.durable import CHARTS_MAX, NO, OPEN, YES, Charts, Climb, Turn, charts


def live(made: Charts | Climb) -> list[dict]:
    """The facts that durable-rules holds."""
    found = []
    for ruleset in made._rulesets:
        with suppress(durable_rules_engine.error):  # where nothing was ever asserted
            found += json.loads(durable_rules_engine.get_facts(ruleset._handle, "0"))
    return found


def test_a_status_begins_opens_and_ends_with_its_signal():
    made = Charts(2)
    assert made.say({(7, 1): OPEN}) == [Turn(7, 1, OPEN, True)]
    assert made.say({(7, 1): YES, (8, 0): NO}) == [Turn(7, 1, OPEN, False), Turn(7, 1, YES, True)]
    assert made.say({(7, 1): YES}) == []
    assert made.say({(7, 1): NO}) == [Turn(7, 1, YES, False)]
    assert live(made) == []


SAYINGS = st.lists(st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 24)), st.sampled_from([NO, YES, YES, OPEN]), max_size=8), max_size=12)


@given(SAYINGS)
def test_what_turns_is_the_difference_of_what_is_said(sayings):
    made, now = Charts(25), {}
    for saying in sayings:
        before = dict(now)
        now |= saying
        turns = made.say(saying)
        ended = {(t.subject, t.rule, t.verdict) for t in turns if not t.begins}
        begun = {(t.subject, t.rule, t.verdict) for t in turns if t.begins}
        said, was = ({(*whose, verdict) for whose, verdict in them.items() if verdict} for them in (now, before))
        assert (begun, ended, len(turns)) == (said - was, was - said, len(begun) + len(ended))
        held = live(made)
        assert len(held) == 2 * len(said)  # a signal and a status each: nothing is left behind
        assert {(f["subject"], f["status"], f["verdict"]) for f in held if "status" in f} == said


def test_a_signal_that_comes_and_goes_leaves_nothing_behind():
    made = Charts(1)
    for _ in range(2000):
        made.say({(1, 0): YES})
        assert len(live(made)) == 2
        made.say({(1, 0): NO})
        assert live(made) == []


def test_who_is_done_gives_back_what_durable_rules_holds(monkeypatch):
    """It is not Python's memory: a service that opens a watch for each district and year would grow without end."""
    given_back = []
    monkeypatch.setattr(durable_rules_engine, "delete_ruleset", given_back.append)
    made = Charts(25)
    handles = [ruleset._handle for ruleset in made._rulesets]
    assert given_back == []
    del made
    gc.collect()
    assert sorted(given_back) == sorted(handles)


def test_durable_rules_gets_nothing_but_small_whole_numbers():
    made = Charts(3)
    made.say({(1, 0): YES, (2, 2): OPEN})
    for fact in live(made):
        assert fact.keys() <= {"id", "sid", "signal", "status", "verdict", "subject"}
        assert all(isinstance(value, int) and value < 10 for name, value in fact.items() if name not in ("id", "sid"))


# traps


ALIKE = 40189, 797186  # ids that durable-rules can't tell apart: it knows them by a hash of 32 bits


def test_ids_that_look_alike_are_refused_by_durable_rules():
    ruleset = Charts(1)._rulesets[0]
    facts = [{"id": str(number), "signal": 0, "verdict": YES, "subject": n} for n, number in enumerate(ALIKE)]
    answers = [durable_rules_engine.assert_fact(ruleset._handle, json.dumps(fact))[0] for fact in facts]
    assert answers == [0, durable.OBSERVED]


def test_a_new_signal_that_looks_like_another_gets_a_fresh_id(monkeypatch):
    monkeypatch.setattr(durable, "count", lambda _: chain([ALIKE[0], 1], count(ALIKE[1])))
    made = Charts(1)
    assert made.say({(1, 0): YES}) == [Turn(1, 0, YES, True)]
    assert made.say({(2, 0): YES}) == [Turn(2, 0, YES, True)]
    assert [made._signals[whose]["id"] for whose in ((1, 0), (2, 0))] == [str(ALIKE[0]), str(ALIKE[1] + 1)]
    assert made.say({(1, 0): NO}) == [Turn(1, 0, YES, False)]
    assert [fact["subject"] for fact in live(made)] == [2, 2]


def test_two_signals_of_one_status_are_not_told_apart_by_durable_rules():
    """Why there is one signal for each subject and rule, and why nothing is counted there."""
    ruleset = Charts(1)._rulesets[0]
    signal = {"signal": 0, "verdict": YES, "subject": 1}
    first, state = ruleset.having(signal)
    assert [name for name, _ in ruleset.following(state)] == ["0 1 begins"]
    ruleset.having({"status": 0, "verdict": YES, "subject": 1})
    _, state = ruleset.having(signal)
    assert list(ruleset.following(state)) == []
    assert "0 1 ends" in [name for name, _ in ruleset.following(ruleset.without(first))]  # though the second is live


def test_a_signal_that_no_rule_looks_at_is_said():
    with pytest.raises(AssertionError, match="durable-rules answers 1"):
        Charts(1)._rulesets[0].having({"signal": 5, "verdict": YES, "subject": 1})


def test_what_goes_wrong_in_an_action_is_raised_and_nothing_is_asked_after(monkeypatch):
    made = Charts(1)
    with monkeypatch.context() as broken:
        broken.setattr(durable._Ruleset, "following", lambda self, state: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            made.say({(1, 0): YES})
    assert made.failed
    with pytest.raises(AssertionError, match="failed"):
        made.say({(2, 0): YES})


SIGNALS = int(os.environ.get("PERFRULES_SIGNALS", "20000"))


def test_of_many_signals_none_is_lost():
    """A million in the soak: ids are known by a hash of 32 bits, so some of them look like others that are live."""
    made, live_now = Charts(3), 500
    for number in range(SIGNALS):
        assert made.say({(number, number % 3): YES}) == [Turn(number, number % 3, YES, True)]
        if number >= live_now:
            gone = number - live_now
            assert made.say({(gone, gone % 3): NO}) == [Turn(gone, gone % 3, YES, False)]
    assert len(live(made)) == 2 * min(live_now, SIGNALS)


@pytest.mark.parametrize("steps", [1, 3, 12])
def test_a_ladder_of_any_length_is_climbed_as_its_chart_says(steps):
    """Also one of more rules than durable-rules bears in one ruleset."""
    chart = {(0, n): n for n in range(1, steps + 1)} | {(n, 0): n + 1 for n in range(1, steps)} | {(n, 99): 0 for n in range(1, steps + 1)}
    chart |= {(n, above): above for n in range(1, steps + 1) for above in range(n + 1, steps + 1)}
    climb = Climb(chart)
    for _ in range(2):  # nothing is left behind that would change the second time
        for step in range(steps + 1):
            for what in (0, 99, *range(1, steps + 1)):
                assert climb.after(step, what) == chart.get((step, what), step)
    assert live(climb) == []


def test_no_ruleset_has_more_rules_than_durable_rules_bears():
    assert len(charts(range(CHARTS_MAX))) <= 64
    rules = 4 * CHARTS_MAX + 1
    made = Charts(rules)
    assert len(made._rulesets) == 5
    assert made.say({(1, rule): YES for rule in range(rules)}) == [Turn(1, rule, YES, True) for rule in range(rules)]
    assert len(live(made)) == 2 * rules


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_the_extra_it_says_which_and_on_which_python(monkeypatch, language):
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(Refused) as refused:
        Charts(1)
    (problem,) = refused.value.problems
    assert problem.code == "PR902"
    assert "3.11" in problem.said(language)
    assert "3.12" in problem.said(language)
    assert "perfrules[durable]" in problem.cure(language)
