"""What an outcome gives: lists that are read from columns, and JSON that is written piece by piece."""

from __future__ import annotations

import io
import json
from decimal import Decimal, localcontext
from pathlib import Path

import pytest
from hypothesis import event, given

import perfrules
from corpus import PERIOD, Example
from generated import facts
from generated_money import budgets
from perfrules.core.problem import Refused
from perfrules.core.sequence import Lazy
from perfrules.outcome import Outcome
from perfrules.pipeline.ruling import evaluate
from perfrules.row import Around

HOME = Path(__file__).resolve().parent.parent
LUOJIANG = (("operating-funds", "2024-01-31", 2022), ("targets", "2023-01-31", 2023))
FACTS = """
facts: made
extends: budget
kinds:
  a:
    facts: {x: {is: money}, f: {is: flag}}
    accounts: {sum: {together: sum}, own: }
  ab:
    belongs_to: a
    facts: {x: {is: money}}
    accounts: {sum: {together: sum}}
actions:
  colour: {effect: label}
"""
POLICY = """
policy: made
facts: made
subject: [a, ab]
rules:
  - {rule: pays, when: x > 0, then: {deduct: {from: sum, amount: x, into: pot}}, because: made}
  - {rule: gains, when: x <= 0, then: {reward: {to: sum, out_of: pot, by: 1}}, because: made}
pools:
  pot: {leftover: carried-over}
"""
ABOVE = """
policy: above
facts: made
subject: a
rules:
  - {rule: one, when: f, then: [{deduct: {from: own, amount: x}}, {colour: {as: red}}, remind], because: made}
  - {rule: two, when: x > 5元, then: [{deduct: {from: own, amount: 1元}}, {colour: {as: green}}], because: made}
  - {rule: three, when: x != 1元, then: {deduct: {from: sum, amount: 3元}}, because: made}
"""
HARD_NAMES = ('"', "\\", "</script>", "=1+1", "é", " blank ", "县", "z/1", "-")


def whole(outcome: perfrules.Outcome) -> str:
    """The JSON of an outcome from all its objects at once."""
    return json.dumps(outcome.data(), ensure_ascii=False, indent=1) + "\n"


def streamed(outcome: perfrules.Outcome) -> str:
    stream = io.StringIO()
    outcome.write_json(stream)
    return stream.getvalue()


def run(tmp_path: Path, names: tuple[str, ...]) -> perfrules.Outcome:
    for name, text in (("facts", FACTS), ("policy", POLICY), ("above", ABOVE)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2023-01-01")
    above = [{"id": f"{n}{i}.", "x": (None, 10, -3, 7, 0)[n % 5], "f": (True, None, False)[n % 3]} for n, i in enumerate(names, len(names) % 2)]
    below = [{"id": row["id"], "a": row["id"], "x": 5} for row in above]
    return program.run(program.facts({"a": above, "ab": below}, period=2023))


@pytest.fixture
def outcome(tmp_path) -> perfrules.Outcome:
    """Two kinds, subjects whose names must be quoted, unknown facts, conflicts, labels, and a pool that waits."""
    return run(tmp_path, HARD_NAMES)


@pytest.mark.parametrize(("policy", "as_of", "period"), LUOJIANG)
def test_streamed_json_is_the_whole_for_luojiang(policy, as_of, period):
    program = perfrules.load(HOME / "policies" / "luojiang" / f"{policy}.yaml", as_of=as_of)
    outcome = program.run(program.read_facts(HOME / "examples" / "luojiang-2023" / "facts"), period=period)
    assert streamed(outcome) == outcome.json() == whole(outcome)


def test_streamed_json_is_the_whole_where_all_that_can_happen_happens(outcome):
    found = json.loads(streamed(outcome))
    assert streamed(outcome) == outcome.json() == whole(outcome)
    states = {c["state"] for r in found["rulings"] for c in r["claims"]}
    assert states >= {"posted", "waiting", "in-conflict"}
    assert any(r["needs"] for r in found["rulings"])
    assert all(found[name] for name in ("entries", "pools", "conflicts", "notices", "labels"))
    assert not found["statuses"]


def test_streamed_json_is_the_whole_for_one_subject_of_each_kind(tmp_path):
    outcome = run(tmp_path, ("x",))
    assert {r.subject for r in outcome.rulings} == {"a/1x.", "ab/1x."}
    assert streamed(outcome) == whole(outcome)


@given(budgets(), facts())
def test_streamed_json_is_the_whole_for_generated_policies(texts, rows):
    example = Example(tuple(texts), rows)
    if example.program is None:
        return
    try:
        result = evaluate(example.program, example.facts, PERIOD)
    except Refused:
        return
    outcome = Outcome(result)
    event(f"entries: {bool(outcome.entries)}")
    assert streamed(outcome) == whole(outcome)


def test_everything_is_in_order(outcome):
    keys = [(r.subject, r.rule) for r in outcome.rulings]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys) == (5 + 2) * len(HARD_NAMES)
    claims = [(c.kind, c.id, c.rule, c.action, c.number) for r in outcome.rulings for c in r.claims]
    assert claims
    for ruling in outcome.rulings:
        own = [(c.action, c.number) for c in ruling.claims]
        assert own == sorted(own)
        assert {(c.subject, c.rule) for c in ruling.claims} <= {(ruling.subject, ruling.rule)}


def test_what_is_missing_is_what_the_rulings_need(outcome):
    assert outcome.missing == tuple(n for r in outcome.rulings for n in r.needs)
    assert outcome.missing


def test_lists_are_as_good_as_tuples(outcome):
    for found in (outcome.rulings, outcome.entries):
        as_tuple = tuple(found)
        assert len(found) == len(as_tuple) > 3
        assert found == as_tuple
        assert as_tuple == found
        assert found[0] == as_tuple[0]
        assert found[-1] == as_tuple[-1]
        assert found[1:3] == as_tuple[1:3]
        assert found[::-1] == as_tuple[::-1]
        assert found != as_tuple[1:]
        assert list(reversed(found)) == list(reversed(as_tuple))
        assert as_tuple[2] in found
        assert found.index(as_tuple[2]) == 2
        assert hash(found) == hash(as_tuple)
        assert repr(found[:2]) == repr(as_tuple[:2])
        with pytest.raises(IndexError):
            found[len(found)]


def test_a_lazy_sequence_makes_nothing_before_it_is_asked():
    made: list[int] = []
    lazy = Lazy(range(1_000_000), lambda key: made.append(key) or key)
    assert len(lazy) == 1_000_000
    assert bool(lazy)
    assert lazy[10:20][3] == 13
    assert made == [13]


def test_entries_are_by_kind_subject_and_rule(tmp_path):
    text = ABOVE.replace("policy: above", "policy: first").replace("subject: a", "subject: [ab, a]")
    rules = "  - {rule: takes, when: x != 1元, then: {deduct: {from: sum, amount: 3元}}, because: made}\n"
    (tmp_path / "first.yaml").write_text(text.partition("  - ")[0] + rules, encoding="utf-8")
    outcome = run(tmp_path, HARD_NAMES)
    keys = [(*e.subject.split("/", 1), e.rules) for e in outcome.entries if e.subject]
    assert keys == sorted(keys)
    assert {kind for kind, *_ in keys} == {"a", "ab"}


def test_of_what_waits_a_share_is_open_and_an_amount_is_known(outcome):
    waiting = [c for r in outcome.rulings for c in r.claims if c.state == "waiting" and c.pool]
    assert {(c.rule, c.amount) for c in waiting if c.kind == "ab"} == {("made/pays", 500)}
    assert {c.amount for c in waiting if c.rule == "made/gains"} == {None}


@pytest.mark.parametrize(("word", "straight"), [("red", True), ("green", False)])
def test_one_word_given_twice_is_decided_at_once_and_two_words_by_the_whole_plan(tmp_path, word, straight):
    rules = "".join(f"  - {{rule: {n}, when: x > {n}元, then: {{colour: {{as: {w}}}}}, because: made}}\n" for n, w in ((1, "red"), (2, word)))
    text = ABOVE.partition("  - ")[0] + rules.replace("rule: 1", "rule: one").replace("rule: 2", "rule: two")
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "above.yaml").write_text(text, encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2023-01-01")
    decision = program.decide("a", {"x": 5})
    [decider] = program._deciders.values()
    assert (decider.straight(decider.reader.row({"x": 5}, None, Around()).cells) is not None) is straight
    assert [f.rule for f in decision.fired] == (["above/one", "above/two"] if straight else [])
    assert bool(decision.conflicts) is not straight


def test_amounts_of_fired_rules_are_exact_whatever_the_hosts_context(tmp_path):
    for name, text in (("facts", FACTS), ("above", ABOVE)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2023-01-01")
    with localcontext() as context:
        context.prec = 2
        fired = program.decide("a", {"x": Decimal("90071992547409.91"), "f": True}).fired
    assert {(f.rule, f.action, str(f.amount)) for f in fired if f.amount is not None} >= {("above/three", "deduct", "3.00")}
    assert repr(fired[-1]).startswith("Fire(rule='above/")
    alone = program.decide("a", {"x": Decimal("4.99"), "f": True}).fired
    assert ("above/one", "deduct", Decimal("4.99")) in {tuple(f) for f in alone}
