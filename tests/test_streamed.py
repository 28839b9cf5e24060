"""What streams is what a run says: also of decisions, recommendations, what is missing, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import perfrules
from corpus import PERIOD, Example
from generated import facts
from generated_money import budgets, settling
from perfrules import columnar
from perfrules.core.facts import Facts
from perfrules.engines.frames import Held
from perfrules.outcome import Outcome
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.recommendations import check_subjects
from perfrules.pipeline.ruling import evaluate
from perfrules.readers.scanned import Scanned
from perfrules.streamed import Streamed
from perfrules.testing.policies import texts

POLICIES = st.one_of(texts().map(lambda text: [text]), budgets(), settling())


def scanned(facts: Facts) -> Scanned:
    """Facts in memory, as columns."""
    held = Held(facts)
    frames = {kind: pl.concat([held.frame(kind, p) for p in facts.periods]) for kind in facts.vocabulary.kinds if kind in facts.loaded}
    return Scanned(facts.vocabulary, frames, {}, tuple(facts.periods))


def ran(program: Compiled, facts: Facts) -> Outcome:
    check_subjects(program, facts, PERIOD)
    return Outcome(evaluate(program, facts, PERIOD))


def refused_by(call, *given: object) -> tuple[object, list[tuple[object, ...]]]:
    """What a call gives, or what it is refused for."""
    try:
        return call(*given), []
    except perfrules.Refused as refused:
        return None, [(p.code, p.span, p.message, p.related) for p in refused.problems]


def about(subject: str, rule: str) -> tuple[str, ...]:
    return (*subject.split("/", 1), rule)


def said(streamed: Streamed) -> dict[str, list[tuple[object, ...]]]:
    names = ("rulings", "claims", "recommendations", "missing")
    frames = pl.collect_all([getattr(streamed, name) for name in names])
    return {name: sorted(frame.rows(), key=repr) for name, frame in zip(names, frames, strict=True)}


def expected(outcome: Outcome) -> dict[str, list[tuple[object, ...]]]:
    scale = Decimal(1).scaleb(-2)
    statement = outcome.statement

    def money(amount: int | None) -> Decimal | None:
        return None if amount is None else amount * scale

    found = {
        "rulings": [(*about(r.subject, r.rule), r.verdict) for r in outcome.rulings],
        "claims": [
            (*about(c.subject, c.rule), c.action, c.owner, c.account, c.pool, c.period, money(c.amount), c.state)
            for c in statement.claims
        ],
        "recommendations": [
            (*about(r.subject, r.rule), r.action, r.account, r.period, money(r.least), money(r.most)) for r in statement.recommendations
        ],
        "missing": [
            (*about(r.subject, r.rule), n.why, n.subject, n.period, n.about) for r in outcome.rulings for n in r.needs
        ],
    }
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


@given(POLICIES, facts())
def test_on_generated_policies_what_streams_is_what_a_run_says(texts, rows):
    example = Example(tuple(texts), rows)
    program = example.program
    if program is None or PERIOD not in example.facts.periods:
        return
    outcome, reasons = refused_by(ran, program, example.facts)
    streamed, also = refused_by(columnar.streamed, program, scanned(example.facts), PERIOD)
    without_hints = [(code, span, related) for code, span, _, related in reasons]
    assert [(code, span, related) for code, span, _, related in also] == without_hints
    event(f"refused: {', '.join(sorted({str(code) for code, *_ in also}))}")
    if not also:
        found = said(streamed)
        assert found == expected(outcome)
        for name, listed in found.items():
            event(f"{name}: {bool(listed)}")


FACTS = """facts: town
extends: budget
kinds:
  department:
    facts:
      spent: {is: money}
      approved: {is: flag}
    accounts:
      funds: {together: sum}
"""
POLICY = """policy: cuts
facts: town
subject: department
rules:
  - rule: late
    when: spent < 100元
    then: {recommend: {action: deduct, from: funds, at_least: 50元, at_most: 20% * funds, into: saved}}
    because: article 7
  - rule: idle
    when: spent < 10元
    then: {deduct: {from: funds, amount: 1元, into: saved}}
    because: article 8
pools: {saved: {leftover: treasury}}
approvals:
  - {of: [deduct], when: spent < 10元, by: council, because: article 9}
"""
DECISIONS = """decisions: session
by: council
on: 2024-01-30
decided:
  - {subject: department/A, period: 2023, rule: cuts/late, amount: %s, because: first offence}
  - {subject: department/B, period: 2023, rule: cuts/idle, approve: yes, because: no reason given}
  - {subject: department/%s, period: 2023, rule: cuts/idle, approve: no, because: was flooded}
"""
DEPARTMENTS = [{"id": name, "spent": spent, "funds": 1000} for name, spent in (("A", 99), ("B", 5), ("C", 6), ("D", 7), ("E", None))]


@pytest.fixture
def loaded(tmp_path):
    def load(amount: str = "60元", subject: str = "C") -> perfrules.Program:
        files = {"town.yaml": FACTS, "cuts.yaml": POLICY, "session.yaml": DECISIONS % (amount, subject)}
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return perfrules.load(tmp_path, as_of="2024-01-31")

    return load


def in_columns(program: perfrules.Program):
    return program.scan_facts({"department": pl.DataFrame(DEPARTMENTS)}, period=2023)


def test_what_people_decided_is_in_columns_as_in_a_run(loaded):
    program = loaded()
    streamed, run = program.stream(in_columns(program)), program.run(program.facts({"department": DEPARTMENTS}, period=2023))
    assert said(streamed) == expected(run)
    states = {(i, rule): (state, amount) for i, rule, amount, state in streamed.claims.select("id", "rule", "amount", "state").collect().rows()}
    one = Decimal("1.00")
    assert states == {
        ("A", "cuts/late"): ("waiting", Decimal("60.00")),  # of a pool for which the claim of E is not decided
        ("B", "cuts/idle"): ("waiting", one),
        ("C", "cuts/idle"): ("set-aside", one),
        ("D", "cuts/idle"): ("awaiting-approval", one),
        ("E", "cuts/idle"): ("waiting", one),
    }
    bounds = (Decimal("50.00"), Decimal("200.00"))
    assert streamed.recommendations.sort("id").collect().rows() == [
        ("department", subject, "cuts/late", "deduct", "funds", 2023, *bounds) for subject in "BCD"
    ]
    assert streamed.missing.filter(pl.col("rule") == "cuts/idle").select("why", "subject", "about", "period").collect().rows() == [
        ("missing", "department/E", "spent", 2023)
    ]
    assert streamed.missing.head(1).collect().height == 1


def test_what_needs_an_approval_is_no_amount_before_it(loaded):
    program = loaded()
    amounts = program.decide_all("department", in_columns(program)).sort("id").collect()
    assert amounts["cuts/idle deduct funds"].to_list() == [None, 100, None, None, None]
    assert amounts["cuts/late deduct funds"].to_list() == [6000, None, None, None, None]
    fired = [program.decide("department", {**row, "period": 2023}).fired for row in DEPARTMENTS]
    assert [[(f.rule, f.amount) for f in fires] for fires in fired] == [[("cuts/late", 60)], [("cuts/idle", 1)], [], [], []]


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (("600元", "C"), "PR718", "600.00元, at least 50.00元, at most 200.00元"),
        (("49.99元", "C"), "PR718", "49.99元, at least 50.00元, at most 200.00元"),
        (("60元", "A"), "PR719", "department/A"),
        (("60元", "Z"), "PR720", "department/Z"),
    ],
)
def test_decisions_without_sense_are_refused_with_their_place(loaded, given, code, words):
    program = loaded(*given)
    with pytest.raises(perfrules.Refused) as refused:
        program.stream(in_columns(program))
    (problem,) = refused.value.problems
    assert problem.code == code
    assert words in problem.message
    assert problem.span.place.startswith(str(problem.span.source.name))
    assert "session.yaml" in problem.span.place


def test_what_must_hold_is_refused_with_the_place_of_the_policy(tmp_path, loaded):
    loaded()
    (tmp_path / "cuts.yaml").write_text(POLICY + "must:\n  - {that: closing(funds) >= 900元, because: article 10}\n", encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2024-01-31")
    rows = pl.DataFrame([{"id": "A", "spent": 99, "funds": 1000}, {"id": "B", "spent": 5, "funds": 100}, {"id": "C", "spent": 5, "funds": 1000}])
    with pytest.raises(perfrules.Refused, match=r"PR716.*department/B(.|\n)*cuts.yaml:1\d"):
        program.stream(program.scan_facts({"department": rows}, period=2023))


def test_tables_without_rows_have_the_places_of_the_currency(tmp_path, loaded):
    loaded()
    (tmp_path / "session.yaml").unlink()
    (tmp_path / "cuts.yaml").write_text(
        "policy: cuts\nfacts: town\nsubject: department\nrules:\n  - {rule: late, when: spent < JPY 100, then: exclude, because: article 7}\n",
        encoding="utf-8",
    )
    (tmp_path / "town.yaml").write_text(FACTS + "currency: {code: JPY, places: 0}\n", encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2024-01-31")
    streamed = program.stream(in_columns(program))
    assert streamed.claims.collect()["amount"].dtype == pl.Decimal(38, 0)
    assert streamed.claims.collect().height == len(DEPARTMENTS)


def test_the_sum_of_a_stream_says_who_has_to_decide_and_what_is_missing(tmp_path, loaded):
    program = loaded()
    streamed = program.stream(in_columns(program))
    streamed.write(tmp_path / "out")
    assert streamed.text(tmp_path / "out").partition("left over\n")[2] == """\
  saved  2023  61.00      …          …

Recommended, to be decided
  rule       action  count
  cuts/late  deduct      3

What is not known
  waits for                            rulings that wait
  department.spent of 2023 is missing                  2
"""
    assert "待定裁定数" in streamed.text(tmp_path / "out", "zh")
    for name in ("rulings", "claims", "recommendations", "missing"):
        assert pl.read_parquet(tmp_path / "out" / f"{name}.parquet").schema == getattr(streamed, name).collect().schema


def test_of_an_amount_that_is_not_known_no_part_is_shown(tmp_path):
    """`if` with an unknown condition has two branches that are known: neither is the amount."""
    (tmp_path / "town.yaml").write_text(FACTS, encoding="utf-8")
    amount = 'amount: "if spent < 50元 then 10元 else 20元"'
    rule = f"  - {{rule: late, when: approved, then: {{deduct: {{from: funds, {amount}}}}}, because: article 7}}\n"
    (tmp_path / "cuts.yaml").write_text(f"policy: cuts\nfacts: town\nsubject: department\nrules:\n{rule}", encoding="utf-8")
    program = perfrules.load(tmp_path, as_of="2024-01-31")
    row = {"id": "A", "approved": True, "spent": None, "funds": 100}
    outcome = program.run(program.facts({"department": [row]}, period=2023))
    [claim] = outcome.statement.claims
    assert (claim.state, claim.amount) == ("waiting", None)
    assert "20.00" not in outcome.text() + outcome.explain("department/A").text().partition("→")[2]
    columns = program.scan_facts({"department": pl.DataFrame([row], schema_overrides={"spent": pl.Int64})}, period=2023)
    assert program.stream(columns).claims.collect()["amount"].to_list() == [None]
