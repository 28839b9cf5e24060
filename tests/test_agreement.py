"""The record engine agrees with the reference, on generated policies and facts.

Two references: the meaning of expressions (rationals, three values) with settlement done by hand, and the
meaning of the plan's steps, row by row.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import event, given, settings

from generated import FACTS, facts, known_facts, policies, settling
from oracle import Negative, broken, settle, verdict
from perfrules import Refused
from perfrules.core.facts import build
from perfrules.core.problem import Findings
from perfrules.decision import ALONE, Around, Decider
from perfrules.districts.manager import bring
from perfrules.engines import record
from perfrules.language import relations
from perfrules.language.meaning import Subject
from perfrules.library import _checked
from perfrules.pipeline.decisions import with_decisions
from perfrules.pipeline.document import read_text
from perfrules.pipeline.ruling import evaluate, verdicts
from perfrules.pipeline.settlement import compiled
from perfrules.pipeline.statement import Statement

DAY = date(2022, 12, 31)
BROUGHT = bring()


def program_of(texts: list[str]):
    """The compiled program of generated policies; a term that is too wide is the only way out."""
    findings = Findings()
    trees = [read_text(t, f"{n}.yaml", findings) for n, t in enumerate((FACTS, *texts))]
    library = _checked([t for t in trees if t], [], BROUGHT, findings)
    if findings.errors and {p.code for p in findings.errors} <= {"PR273", "PR290"}:  # claims of several years on a base; a least above a most
        return None
    findings.refuse()
    program = compiled(library.policies, DAY, findings, fitting(library))
    if program is None:
        assert {p.code for p in findings.errors} <= {"PR415", "PR416", "PR241"}, findings.errors
    return program


def fitting(library):
    """The generated decisions that are about something which waits for a decision."""
    kept = []
    for one in library.decisions:
        findings = Findings()
        if compiled(library.policies, DAY, findings, [one]) is not None and not findings.errors:
            kept.append(one)
    return kept


@given(policies(), facts())
def test_every_verdict_and_figure_is_the_one_of_the_reference(text, rows):
    compare_with_the_oracle(text, rows)


@given(settling(), known_facts())
def test_money_that_settles_is_the_one_of_the_oracle(text, rows):
    compare_with_the_oracle(text, rows)


def compare_with_the_oracle(text, rows):
    program = program_of(text)
    if program is None:
        event("refused: too wide")
        return
    given_facts = build(program.vocabulary, {k: [(k, r) for r in v] for k, v in rows.items()})
    try:
        fates, balances = settle(program, given_facts, 2022)
        if broken(program, fates, given_facts, 2022):
            event("refused: a must")
            raise Negative
    except Negative:
        event("refused: negative or without sense")
        with pytest.raises(Refused, match=r"PR7(01|03|11|12|13|14|16|17|18|19)"):
            evaluate(program, given_facts, 2022)
        return
    result = evaluate(program, given_facts, 2022)
    for judged in program.judged:
        for subject, said in verdicts(result, judged):
            seen = Subject(given_facts, judged.scope, subject, 2022, DAY.toordinal())
            expected = {True: "holds", False: "does-not-hold", None: "undecided"}[verdict(judged, seen)]
            event(f"verdict {expected}")
            assert {"not-applicable": "does-not-hold"}.get(said, said) == expected, (judged.rule.name, subject)
    found = {(c.number, c.id): (c.state, c.amount) for c in Statement(result).claims}
    for key, fate in fates.items():
        state, amount = found.get(key, ("not-made", 0))
        event(f"claim {fate.state}")
        assert state == fate.state, (fate.claim.name, key)
        if state in ("posted", "capped") and fate.claim.clause.account:
            assert amount == fate.amount, (fate.claim.name, key)
    said = {(p.pool, p.part, p.period): p for p in Statement(result).pools if p.settled}
    assert len(said) == len(balances)
    for balance in balances:
        pool = said[balance.pool, _part(balance.part), 2022 + balance.offset]
        event(f"pool with base {bool(balance.base)}, shortfall {bool(balance.shortfall)}, part {bool(balance.part)}")
        found = [int(a * 100) for a in (pool.base, pool.taken, pool.given, pool.shortfall, pool.leftover)]
        expected = [balance.base, balance.taken, balance.given, balance.shortfall, balance.leftover]
        assert [*found, pool.left_out] == [*expected, balance.left_out], balance


def _part(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)


@given(policies(), facts())
def test_every_column_is_the_one_of_the_plans_meaning(text, rows):
    program = program_of(text)
    if program is None:
        return
    given_facts = build(program.vocabulary, {k: [(k, r) for r in v] for k, v in rows.items()})
    try:
        expected = relations.execute(program.plan, with_decisions(program.decided, given_facts, 2022), 2022)
    except relations.Unmet:
        event("requirement not met")
        return
    tables = record.run(program.plan, with_decisions(program.decided, given_facts, 2022), 2022)
    assert set(tables) == set(expected)
    for name, columns in tables.items():
        found = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        key = lambda row: sorted((k, str(v)) for k, v in row.items())  # noqa: E731
        assert sorted(found, key=key) == sorted(expected[name], key=key), name


@settings(max_examples=30)
@given(facts())
def test_generated_facts_reach_what_matters(rows):
    """The generator meets unknown values, the lines, and zero and negative denominators."""
    counts = Counter(str(v) for row in rows["unit"] for v in row.values())
    event(f"unknown: {bool(counts[''])}")
    assert rows["unit"]


@given(policies(plain=True), facts())
def test_one_decision_is_what_the_whole_plan_says_of_the_subject_alone(text, rows):
    """The straight-line function of `decide`, and the whole plan over one subject."""
    program = program_of(text)
    if program is None:
        return
    decider = Decider(program, "unit")
    judged, following = ([r for r in rows["unit"] if r["period"] == year] for year in (2022, 2023))
    for now, later in zip(judged, following, strict=True):
        plain = [{k: v for k, v in row.items() if k not in ("id", "period")} for row in (now, later)]
        row = decider.row(plain[0], 2022, Around({1: plain[1]}, None, {}))
        fired = decider.straight(row.cells) if decider.straight else None
        event(f"straight: {fired is not None}")
        if fired is None:
            continue
        assert fired == Statement(decider.result(row)).standing("unit", ALONE)
