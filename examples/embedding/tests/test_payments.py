"""What is released, held and refused: at the lines, and where facts are missing."""

import re
from datetime import date
from decimal import Decimal
from shutil import copytree

import pytest
from asking import FAILED, FAILED_AGAIN, PASSED, PENDING, ask, rules
from payments.__main__ import POLICIES
from payments.service import HELD, REFUSED, RELEASED, PaymentService

import perfrules


def test_the_policies_have_no_problems():
    assert perfrules.check(POLICIES) == ()


@pytest.mark.parametrize("path", sorted(POLICIES.glob("*s.yaml")), ids=lambda p: p.name)
def test_every_rule_has_examples_for_both_sides(path):
    text, _, examples = path.read_text(encoding="utf-8").partition("\nexamples:")
    for rule in re.findall(r"- rule: (\S+)", text):
        for verdict in ("holds", "does-not-hold"):
            assert re.search(rf"\b{rule}: {verdict}\b", examples), (rule, verdict)


def test_what_nothing_speaks_against_is_released(service):
    answer = ask(service)
    assert (answer.answer, answer.asked, answer.kept_back, answer.pay) == (RELEASED, 40, 0, 40)
    assert (answer.reasons, answer.program, answer.as_of) == ((), service.program.digest, date(2024, 7, 1))


@pytest.mark.parametrize(("paid", "answer"), [("160.00", RELEASED), ("160.01", REFUSED)])
def test_the_budget_is_a_line_to_the_cent(service, paid, answer):
    found = ask(service, paid=paid)
    assert (found.answer, rules(found)) == (answer, ["requests/over-budget"] if answer == REFUSED else [])


def test_a_refusal_says_by_which_law_and_how_far(service):
    answer = ask(service, paid="160.01")
    [reason] = answer.reasons
    assert (reason.actions, reason.source) == (("refuse_payment",), "《中华人民共和国预算法》第十三条")
    assert "累计支付数超过调整预算数" in reason.because
    assert "paid_after = project.paid + payable = 200.01元" in answer.explanation
    assert (answer.pay, answer.asked) == (0, 40)


@pytest.mark.parametrize(
    ("reviews", "answer", "rule"),
    [
        ([PASSED], RELEASED, []),
        ([FAILED, {"round": 2, "passed": True}], RELEASED, []),
        ([FAILED], REFUSED, ["projects/not-passed"]),
        ([], REFUSED, ["projects/not-passed"]),
        ([FAILED, FAILED_AGAIN], REFUSED, ["projects/failed-again", "projects/not-passed"]),
        ([FAILED, PENDING], HELD, ["projects/failed-again", "projects/not-passed"]),
        ([PENDING], HELD, ["projects/not-passed"]),
        (None, HELD, ["projects/failed-again", "projects/not-passed"]),
    ],
)
def test_reviews(service, reviews, answer, rule):
    found = ask(service, reviews=reviews)
    assert (found.answer, rules(found)) == (answer, rule)


@pytest.mark.parametrize(("paid", "reminded"), [("84.99", ["projects/behind"]), ("85.00", [])])
def test_who_is_behind_is_paid_and_reminded(service, paid, reminded):
    found = ask(service, paid=paid)
    assert (found.answer, rules(found), found.pay) == (RELEASED, reminded, 40)


@pytest.mark.parametrize(
    ("last_year", "answer", "actions"),
    [
        ({"adjusted_budget": "100.00", "paid": "84.99"}, RELEASED, {"remind", "order_rectification"}),
        ({"adjusted_budget": "100.00", "paid": "85.00"}, RELEASED, {"remind"}),
        ({"adjusted_budget": "100.00"}, HELD, {"remind"}),
        (None, HELD, {"remind"}),
    ],
)
def test_the_year_before_counts_where_the_project_continues(service, last_year, answer, actions):
    found = ask(service, paid="84.99", continues=True, last_year=last_year)
    assert (found.answer, {a for reason in found.reasons for a in reason.actions}) == (answer, actions)


@pytest.mark.parametrize("fact", ["adjusted_budget", "paid", "planned", "continues", "reviews", "purpose"])
def test_a_fact_that_matters_and_is_missing_is_for_a_person(service, fact):
    """Never released, never refused; and it is said what is missing."""
    known = {"payable": "20000.00", "adjusted_budget": "20100.00", "paid": "84.99", "purpose": "工程"}
    assert ask(service, **known).answer == RELEASED
    found = ask(service, **{**known, fact: None})
    assert (found.answer, found.pay) == (HELD, 0)
    assert any(fact in missing for reason in found.reasons for missing in reason.missing)


def test_a_missing_fact_that_can_change_nothing_holds_nothing_up(service):
    assert ask(service, continues=None).answer == RELEASED, "it is not behind, whether it continues or not"
    assert ask(service, reviews=[FAILED, FAILED_AGAIN], planned=None).answer == REFUSED, "what is known refuses"


@pytest.mark.parametrize(("payable", "kept"), [("10000.00", "0.00"), ("10000.01", "300.00"), ("10000.17", "300.01")])
def test_works_keep_a_guarantee_to_the_cent(service, payable, kept):
    found = ask(service, payable=payable, purpose="工程", adjusted_budget="1000000.00")
    assert (str(found.kept_back), found.pay) == (kept, Decimal(payable) - Decimal(kept))


@pytest.mark.parametrize(
    "changes",
    [
        {("projects.yaml", "then: remind"): "then: summon"},
        {("projects.yaml", "\nrules:"): "\napprovals:\n  - {of: remind, by: 局长, because: 提醒须经批准}\n\nrules:"},
        {("requests.yaml", "keep_back: {from"): "deduct: {from"},
        {
            ("facts.yaml", "keep_back: {effect: take, counter_account: retained"): "keep_back: {effect: give",
            ("requests.yaml", "keep_back: {from: payable, amount:"): "keep_back: {to: payable, out_of: guarantee, by:",
            ("requests.yaml", "\nrules:"): "\npools:\n  guarantee: {leftover: retained}\n\nrules:",
        },
        {("requests.yaml", "kept * payable"): "kept * project.planned", ("projects.yaml", "paid / planned"): "80%"},
    ],
    ids=["an unknown action", "an approval", "other money", "a share of a pool", "an unknown amount"],
)
def test_what_the_service_was_not_made_for_is_for_a_person(audit, tmp_path, changes):
    folder = copytree(POLICIES, tmp_path / "policies")
    for (name, old), new in changes.items():
        text = (folder / name).read_text(encoding="utf-8").partition("\nexamples:")[0]
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    service = PaymentService(folder, date(2024, 7, 1), audit)
    planned = None if len(changes) == 2 else "100000.00"
    known = {"paid": "80000.00", "adjusted_budget": "900000.00", "payable": "20000.00", "purpose": "工程"}
    found = ask(service, **known, planned=planned)
    assert (found.answer, found.pay) == (HELD, 0)
    assert found.reasons
