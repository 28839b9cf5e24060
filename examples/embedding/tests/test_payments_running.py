"""The service while it runs: its audit, another day, other policies, many threads."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest
from asking import ask, rules
from payments import service as service_module
from payments.__main__ import POLICIES
from payments.audit import Audit
from payments.service import RELEASED, PaymentService

import perfrules


def lines(tmp_path: Path) -> list[dict]:
    return [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()]


def test_each_answer_is_a_line_of_the_audit(service, tmp_path):
    ask(service)
    ask(service, id="R2", paid="160.01")
    one, two = lines(tmp_path)
    assert one == {
        "request": "R1", "answer": "released", "asked": "40.00", "kept_back": "0.00", "pay": "40.00",
        "as_of": "2024-07-01", "program": service.program.digest,
        "verdicts": {
            "projects/behind": "does-not-hold", "projects/behind-again": "does-not-hold",
            "projects/failed-again": "does-not-hold", "projects/not-passed": "does-not-hold",
            "requests/over-budget": "does-not-hold", "requests/retention": "does-not-hold",
        },
    }  # fmt: skip
    assert (two["request"], two["answer"], two["verdicts"]["requests/over-budget"]) == ("R2", "refused", "holds")


def test_the_audit_is_only_appended_to(service, tmp_path):
    ask(service)
    with Audit(tmp_path / "audit.jsonl") as again:
        ask(PaymentService(POLICIES, date(2024, 7, 1), again), id="R2")
    assert [line["request"] for line in lines(tmp_path)] == ["R1", "R2"]


def test_no_answer_without_the_audit(service, audit):
    audit.close()
    with pytest.raises(OSError, match="descriptor"):
        ask(service)


def test_another_day_has_other_policies_when_it_is_said(service):
    """The line of slow execution was 80% until the end of June 2024."""
    second_half = service.program.digest
    assert rules(ask(service, paid="80.00")) == ["projects/behind"]
    assert service.reload(date(2024, 6, 30)).digest != second_half
    assert rules(ask(service, paid="80.00")) == []
    assert rules(ask(service, paid="79.99")) == ["projects/behind"]
    service.reload(date(2024, 7, 1))
    assert service.program.digest == second_half


@pytest.mark.parametrize(
    ("name", "old", "new", "error"),
    [
        ("requests.yaml", "paid_after >", "payed_after >", perfrules.Refused),
        ("requests.yaml", "over-budget", "above-budget", LookupError),
        ("requests.yaml", "facts: payments", "facts: payments\nin_force: {to: 2023-12-31}", perfrules.Refused),
        ("projects.yaml", "- rule: not-passed", "- rule: not-passed-yet", LookupError),
    ],
)
def test_policies_that_are_wrong_or_gone_leave_the_old_ones(audit, tmp_path, name, old, new, error):
    folder = copytree(POLICIES, tmp_path / "policies")
    service = PaymentService(folder, date(2024, 7, 1), audit)
    digest = service.program.digest
    text = (folder / name).read_text(encoding="utf-8").partition("\nexamples:")[0]
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(error):
        service.reload(date(2024, 7, 2))
    assert (service.program.digest, ask(service).answer) == (digest, RELEASED)
    with pytest.raises(error):
        PaymentService(folder, date(2024, 7, 1), audit)


def test_an_answer_is_of_one_program(service, monkeypatch):
    """Also where another thread goes over to another day in the midst of it."""
    meanwhile = service_module.answered
    before = service.program.digest

    def answered(*given):
        service.reload(date(2024, 6, 30))
        return meanwhile(*given)

    monkeypatch.setattr(service_module, "answered", answered)
    answer = ask(service, paid="80.00")
    assert (answer.program, answer.as_of, rules(answer)) == (before, date(2024, 7, 1), ["projects/behind"])
    assert service.program.digest != before


def test_threads_share_one_program(service, tmp_path):
    """Eight threads, each request with its own answer, while another goes over to other days and back."""
    spent = {f"R{n}": Decimal(8450 + n).scaleb(-2) for n in range(100)}
    digests = {}
    for day in (date(2024, 6, 30), date(2024, 7, 1)):
        digests[service.reload(day).digest] = Decimal(80 if day.month == 6 else 85)
    with ThreadPoolExecutor(9) as pool:
        reloads = [pool.submit(service.reload, date(2024, 6 + n % 2, 30 if n % 2 == 0 else 1)) for n in range(10)]
        answers = list(pool.map(lambda one: ask(service, id=one[0], paid=str(one[1])), spent.items()))
    assert all(reload.result() for reload in reloads)
    for answer in answers:
        behind = spent[answer.request] < digests[answer.program]
        assert rules(answer) == (["projects/behind"] if behind else [])
    assert sorted(line["request"] for line in lines(tmp_path)) == sorted(spent)
