"""The year of Luojiang as it was told, message by message: it ends as the run over the facts of the whole year does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest

import perfrules
from perfrules.events.watch import Watch

HOME = Path(__file__).resolve().parent.parent
POLICIES = HOME / "policies" / "luojiang"
EXAMPLE = HOME / "examples" / "luojiang-2023"
MESSAGES = [json.loads(line) for line in (EXAMPLE / "events.jsonl").read_text(encoding="utf-8").splitlines()]
SEPTEMBER = "2023-09-02"


def program(*names: str) -> perfrules.Program:
    return perfrules.load([POLICIES / f"{name}.yaml" for name in ("facts", *names)] if names else POLICIES, as_of="2023-12-31")


def begun(made: perfrules.Program) -> Watch:
    return perfrules.watch(made, made.read_facts(EXAMPLE / "beginning"), period=2023)


def tell(watch: Watch, messages: Iterable[dict]) -> list:
    """Tell messages; what changed with each."""
    return [watch.take(message) for message in messages]


def turned_round(messages: Iterable[dict]) -> list[dict]:
    """The messages of each week the last first, save that what is said of a message comes after it."""
    found: list[dict] = []
    latest = ""

    def week(message: dict) -> tuple[int, int]:
        nonlocal latest
        latest = max(latest, message.get("at") or message["to"])
        return date.fromisoformat(latest).isocalendar()[:2]

    for _, own in groupby(messages, week):
        backwards = list(own)[::-1]
        found += sorted(backwards, key=lambda one: "corrects" in one or "withdraws" in one or "to" in one)
    assert found != messages
    return found


@pytest.fixture(scope="module")
def year() -> tuple[Watch, list]:
    watch = begun(program())
    return watch, tell(watch, MESSAGES)


def test_the_year_ends_as_the_run_over_its_facts_does(year):
    watch, _ = year
    made = program()
    facts = made.read_facts(EXAMPLE / "facts")
    assert watch.facts.rows() == facts.rows()
    outcome = made.run(facts, period=2023)
    assert made.run(watch.facts, period=2023).json() == outcome.json()
    assert [(s.subject, s.action, s.rule) for s in watch.statuses] == [(m.subject, m.action, m.rule) for m in outcome.statuses]
    assert watch.open == ()
    reminded = {letter.subject for letter in watch.letters() if letter.action == "remind"}
    assert reminded == {m.subject for m in outcome.notices}
    assert len(reminded) == 18


def test_the_letters_climb_and_are_answered(year):
    watch, _ = year
    assert Counter((letter.action, letter.state) for letter in watch.letters()) == {
        ("remind", "met"): 15, ("remind", "climbed"): 3, ("order_rectification", "met"): 2, ("order_rectification", "climbed"): 1, ("summon", "out"): 1,
    }  # fmt: skip
    assert {letter.sent for letter in watch.letters() if letter.action == "remind"} == {date(2023, 9, 19)}
    assert Counter(letter.state for letter in watch.letters("2023-09-25")) == {"met": 12, "out": 6}


def test_what_is_told_late_twice_wrong_or_of_what_never_was_leaves_no_trace(year):
    _, changes = year
    ids = [message["id"] for message in MESSAGES if "id" in message]
    twice = [n for n, id_ in enumerate(ids) if id_ in ids[:n]]
    assert len(twice) == 1
    assert changes[twice[0]] == ()
    told = [message["at"] for message in MESSAGES if "at" in message]
    assert sum(at < max(told[:n]) for n, at in enumerate(told) if n and n not in twice) == 4
    gone = [letter for changed in changes for letter in changed if letter.state == "withdrawn"]
    assert [(letter.action, str(letter.ended)) for letter in gone] == [("remind", "2023-09-25"), ("order_rectification", "2023-10-11")]
    (withdrawn,) = [n for n, message in enumerate(MESSAGES) if "withdraws" in message]
    assert [(s.action, s.state) for s in changes[withdrawn]] == [("exclude", "ended")]
    assert sum("corrects" in message for message in MESSAGES) == 1


def test_in_another_order_within_each_week_the_statuses_are_the_same(year):
    watch = begun(program("targets"))
    tell(watch, turned_round([message for message in MESSAGES if "replies" not in message]))
    assert watch.facts.rows() == year[0].facts.rows()
    assert watch.statuses == year[0].statuses


def test_in_another_order_within_each_week_the_letters_are_the_same(year):
    """From September on, before which there are none."""
    before = begun(program("targets"))
    tell(before, [message for message in MESSAGES if message.get("at", SEPTEMBER) < SEPTEMBER])
    made = program("letters")
    watch = perfrules.watch(made, before.facts, period=2023, since=SEPTEMBER)
    tell(watch, turned_round([message for message in MESSAGES if message.get("at", SEPTEMBER) >= SEPTEMBER]))
    assert watch.letters() == year[0].letters()
    assert watch.facts.rows() == year[0].facts.rows()


def test_the_events_are_what_the_script_makes(tmp_path):
    for name in ("make_facts.py", "make_events.py"):
        (tmp_path / name).write_bytes((EXAMPLE / name).read_bytes())
    subprocess.run([sys.executable, tmp_path / "make_events.py"], check=True)
    made = [tmp_path / "events.jsonl", *sorted((tmp_path / "beginning").iterdir())]
    assert [path.read_bytes() for path in made] == [(EXAMPLE / path.relative_to(tmp_path)).read_bytes() for path in made]
    assert made[0].stat().st_size < 1_000_000
