"""What a later run changes in one that was booked: an appeal, a decision, provisional amounts."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import perfrules

FACTS = """
facts: town
extends: budget
kinds:
  department:
    facts: {budget: {is: money, at_least: 0}, paid: {is: money, at_least: 0}}
    accounts: {funds: {together: sum}}
"""
POLICY = """
policy: operating-funds
facts: town
subject: department
rules:
  - rule: slow
    when: paid / budget < 85%
    then:
      - deduct: {from: funds, amount: 1% * funds, into: execution}
      - remind
      - flag: {as: slow}
    because: below 85%
  - rule: fast
    when: paid / budget > 96%
    then: {reward: {to: funds, out_of: execution, by: funds}}
    because: above 96%
  - rule: shown
    when: paid is known
    then: {figure: {as: rate, of: paid / budget}}
    because: made
pools: {execution: {leftover: carried-over}}
"""
PAID = {"A": 84, "B": 97, "C": 80, "D": 99}


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    facts = tmp_path_factory.mktemp("town") / "facts.yaml"
    facts.write_text(FACTS, encoding="utf-8")
    return perfrules.loads(POLICY, as_of="2024-01-31", beside=[facts])


def outcome(program, paid: dict[str, int], period: int = 2023) -> perfrules.Outcome:
    rows = [{"id": i, "budget": 100, "paid": p, "funds": 1000} for i, p in paid.items()]
    return program.run(program.facts({"department": rows}, period=period))


def bookings(made: perfrules.Revision) -> list[tuple[str, str, str, str, str]]:
    named = [("reversal", e) for e in made.reversals] + [("posting", e) for e in made.postings]
    return [(word, e.subject, e.debit, e.credit, str(e.amount)) for word, e in named]


def test_an_appeal_reverses_what_no_longer_holds_and_posts_what_is_due_instead(program):
    made = outcome(program, {**PAID, "A": 85}).since(outcome(program, PAID))
    assert [(c.subject, c.rule, c.before, c.now) for c in made.changes] == [("department/A", "operating-funds/slow", "holds", "does-not-hold")]
    assert bookings(made) == [
        ("reversal", "department/A", "funds", "operating-funds/execution", "10.00"),
        ("reversal", "department/B", "operating-funds/execution", "funds", "10.00"),
        ("reversal", "department/D", "operating-funds/execution", "funds", "10.00"),
        ("posting", "department/B", "funds", "operating-funds/execution", "5.00"),
        ("posting", "department/D", "funds", "operating-funds/execution", "5.00"),
    ]
    assert made.standing == 1  # what C gives


def test_statuses_letters_and_labels_are_withdrawn_and_new(program):
    made = outcome(program, {**PAID, "A": 85}).since(outcome(program, PAID))
    assert [(m.effect, m.subject, m.action, m.word, m.value) for m in made.withdrawn] == [
        ("notice", "department/A", "remind", "", ""), ("label", "department/A", "figure", "rate", "0.84"), ("label", "department/A", "flag", "slow", ""),
    ]  # fmt: skip
    assert [(m.action, m.word, m.value) for m in made.added] == [("figure", "rate", "0.85")]
    assert "department/A 2023: figure rate = 84% (operating-funds/shown)" in made.text()
    kept = outcome(program, PAID).data()
    for label in kept["labels"]:
        label["value"] = "much"  # of another program, where it was a word
    assert "figure rate = much (" in outcome(program, PAID).since(kept).text()


def test_the_same_run_again_changes_nothing(program):
    made = outcome(program, PAID).since(outcome(program, dict(reversed(PAID.items()))))
    assert (made.changes, made.reversals, made.postings, made.withdrawn, made.added) == ((), (), (), (), ())
    assert made.standing == 4


def test_a_subject_that_is_new_or_gone_was_not_judged_or_is_not(program):
    made = outcome(program, {"A": 84, "E": 50}).since(outcome(program, {"A": 84, "B": 97}))
    assert [(c.subject, c.before, c.now) for c in made.changes if c.rule.endswith("slow")] == [("department/B", "does-not-hold", ""), ("department/E", "", "holds")]


rates = st.dictionaries(st.sampled_from("ABCDEF"), st.sampled_from([80, 84, 85, 96, 97, 100]), min_size=1)


@given(before=rates, now=rates)
def test_what_was_booked_and_what_is_to_be_booked_come_to_what_a_run_alone_gives(program, before, now):
    first, second = outcome(program, before), outcome(program, now)
    made = second.since(first)
    assert balances([*first.entries, *made.reversals, *made.postings]) == balances(second.entries)
    assert made.standing + len(made.reversals) == len(first.entries)
    assert made.standing + len(made.postings) == len(second.entries)


def balances(entries) -> dict[tuple[str, str, int], Decimal]:
    """What each account receives in all, of every subject and year."""
    found: Counter[tuple[str, str, int]] = Counter()
    for e in entries:
        found[e.subject, e.debit, e.period] += e.amount
        found[e.subject, e.credit, e.period] -= e.amount
    return {key: amount for key, amount in found.items() if amount}


def test_the_earlier_run_may_be_its_file_or_its_data(program, tmp_path):
    first, second = outcome(program, PAID), outcome(program, {**PAID, "A": 85})
    (tmp_path / "run.json").write_text(first.json(), encoding="utf-8")
    assert second.since(tmp_path / "run.json").json() == second.since(first.data()).json() == second.since(first).json()


@pytest.mark.parametrize("change", [
    lambda d: d.pop("entries"),
    lambda d: d.update(period="2023"),
    lambda d: d.update(rulings=3),
    lambda d: d["entries"][0].update(amount=20.5),
    lambda d: d["entries"][0].update(amount="NaN"),
    lambda d: d["entries"][0].update(amount="-20"),
    lambda d: d["entries"][0].update(period=True),
    lambda d: d["entries"][0].update(rules="slow"),
    lambda d: d["entries"].append(7),
    lambda d: d["rulings"][0].pop("verdict"),
    lambda d: d["notices"][0].update(notice=None),
])  # fmt: skip
def test_what_is_no_result_of_a_run_is_refused(program, change):
    data = outcome(program, PAID).data()
    change(data)
    with pytest.raises(perfrules.Refused) as caught:
        outcome(program, PAID).since(data)
    assert [p.code for p in caught.value.problems] == ["PR632"]


def test_text_csv_and_json_say_the_same_bookings(program):
    made = outcome(program, {**PAID, "A": 85}).since(outcome(program, PAID))
    rows = list(csv.reader(io.StringIO(made.csv("zh").removeprefix("\ufeff"))))
    assert [(row[0], row[1], row[3]) for row in rows[1:]] == [("冲销" if word == "reversal" else "补记", subject, amount) for word, subject, _, _, amount in bookings(made)]
    data = json.loads(made.json())
    assert [e["amount"] for e in data["reversals"] + data["postings"]] == [amount for *_, amount in bookings(made)]
    assert all(line in made.text("en") for line in ("Rulings that changed", "reversal  department/A", "entries that stand as they are: 1"))
