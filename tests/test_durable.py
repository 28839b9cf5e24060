"""What durable-rules is trusted with: what follows from what is the case and what happens. Its traps have a test each."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from contextlib import suppress

import durable_rules_engine
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfrules import Refused
from perfrules.engines import durable
from perfrules.engines.durable import NO, OPEN, RULES_MAX, STATUS, YES, Chart


def live(made: Chart) -> list[dict]:
    """The facts that durable-rules holds."""
    found = []
    for ruleset in made._rulesets:
        with suppress(durable_rules_engine.error):  # where nothing was ever asserted
            found += json.loads(durable_rules_engine.get_facts(ruleset._handle, "0"))
    return found


def test_a_status_begins_opens_and_ends_with_what_is_said():
    made = Chart(STATUS)
    said = [OPEN, YES, YES, OPEN, NO, NO, YES, NO]
    state, states = NO, []
    for verdict in said:
        state = made.after(state, verdict)
        states.append(state)
    assert states == said
    assert live(made) == []


CHARTS = st.dictionaries(st.tuples(st.integers(0, 9), st.integers(0, 9)), st.integers(0, 9), max_size=90)


@given(CHARTS, st.lists(st.integers(0, 9), max_size=30))
def test_any_chart_is_followed_and_nothing_is_left_behind(steps, happenings):
    made, now = Chart(steps), 0
    for what in happenings:
        expected = steps.get((now, what), now)
        assert made.after(now, what) == expected
        assert live(made) == []
        now = expected


def test_who_is_done_gives_back_what_durable_rules_holds(monkeypatch):
    """It is not Python's memory: a service that opens a watch for each district and year would grow without end."""
    given_back = []
    monkeypatch.setattr(durable_rules_engine, "delete_ruleset", given_back.append)
    made = Chart({(step, 0): step + 1 for step in range(100)})
    assert made.after(0, 0) == 1
    handles = [ruleset._handle for ruleset in made._rulesets]
    assert given_back == []
    del made
    gc.collect()
    assert sorted(given_back) == sorted(handles)


def test_charts_that_were_asked_and_dropped_take_no_memory():
    """In a process of its own, by the most that it ever took: 140 kB for each of them would be 42 MB."""
    asked = "from perfrules.engines.durable import *; from resource import *; most = []"
    dropped = "[Chart(STATUS).after(NO, YES) for _ in range(300)]; most.append(getrusage(RUSAGE_SELF).ru_maxrss)"
    code = f"{asked}\nfor _ in range(2): {dropped}\nprint(most[1] - most[0])"
    grown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(grown) < 4_000  # kB


def test_durable_rules_gets_nothing_but_small_whole_numbers(monkeypatch):
    told = []
    fired = durable._Ruleset.fired
    monkeypatch.setattr(durable._Ruleset, "fired", lambda self, fact: told.append(fact) or fired(self, fact))
    Chart(STATUS).after(NO, OPEN)
    assert [json.loads(fact) for fact in told] == [{"id": "1", "now": NO, "what": OPEN}]


# traps


def test_a_fact_that_no_rule_looks_at_is_said():
    with pytest.raises(AssertionError, match="durable-rules answers 1"):
        Chart(STATUS)._rulesets[0].fired('{"id":"1","now":5,"what":1}')


def test_what_goes_wrong_is_raised_and_leaves_nothing_behind(monkeypatch):
    made = Chart(STATUS)
    with monkeypatch.context() as broken:
        broken.setattr(durable._Ruleset, "_following", lambda self, state: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            made.after(NO, YES)
    assert live(made) == []
    assert made.after(NO, YES) == YES


@pytest.mark.parametrize(
    "what",
    [
        pytest.param("Chart(STATUS)", id="never asked"),
        pytest.param("""Chart(STATUS)._rulesets[0].fired('{"id":"1","now":5,"what":1}')""", id="asked what no rule looks at"),
        pytest.param("stopped(Chart(STATUS)).after(NO, YES)", id="stopped before anything began"),
        pytest.param("Chart(STATUS).after(NO, YES)", id="asked"),
    ],
)
def test_a_chart_is_dropped_without_harm_whatever_was_asked_of_it(what):
    """In a process whose memory is never zero by chance: durable-rules frees what it has not set of a state."""
    code = f"""
from contextlib import suppress
from perfrules.engines.durable import *

def stopped(chart):
    chart._rulesets[0]._following = lambda state: 1 // 0
    return chart

with suppress(AssertionError, ZeroDivisionError):
    {what}
print("dropped")
"""
    environment = os.environ | {"MALLOC_PERTURB_": "85"}
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert (asked.stdout, asked.stderr, asked.returncode) == ("dropped\n", "", 0)


TURNS = int(os.environ.get("PERFRULES_SIGNALS", "20000"))


def test_of_many_turns_none_is_lost():
    """A million in the soak."""
    made, state = Chart(STATUS), NO
    for number in range(TURNS):
        following = (NO, YES, OPEN)[number % 3]
        state = made.after(state, following)
        assert state == following
    assert live(made) == []


@pytest.mark.parametrize("steps", [1, 3, 12])
def test_a_ladder_of_any_length_is_climbed_as_its_chart_says(steps):
    """Also one of more rules than durable-rules bears in one ruleset."""
    chart = {(0, n): n for n in range(1, steps + 1)} | {(n, 0): n + 1 for n in range(1, steps)} | {(n, 99): 0 for n in range(1, steps + 1)}
    chart |= {(n, above): above for n in range(1, steps + 1) for above in range(n + 1, steps + 1)}
    climb = Chart(chart)
    for _ in range(2):  # nothing is left behind that would change the second time
        for step in range(steps + 1):
            for what in (0, 99, *range(1, steps + 1)):
                assert climb.after(step, what) == chart.get((step, what), step)
    assert live(climb) == []


def test_a_chart_of_more_rules_than_durable_rules_bears_has_several_rulesets():
    steps = {(n, n + 1): n + 1 for n in range(4 * RULES_MAX + 1)}
    made = Chart(steps)
    assert len(made._rulesets) == 5
    assert [made.after(*step) for step in steps] == list(steps.values())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_the_extra_it_says_which_and_on_which_python(monkeypatch, language):
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(Refused) as refused:
        Chart(STATUS)
    (problem,) = refused.value.problems
    assert problem.code == "PR902"
    assert "3.11" in problem.said(language)
    assert "3.12" in problem.said(language)
    assert "perfrules[durable]" in problem.cure(language)
