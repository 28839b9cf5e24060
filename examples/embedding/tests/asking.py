"""A request that is released, and how to ask about it with changes."""

import json
from copy import deepcopy

from payments.requests import read_payment
from payments.service import Answer, PaymentService

PASSED, FAILED, PENDING = {"round": 1, "passed": True}, {"round": 1, "passed": False}, {"round": 2}
FAILED_AGAIN = {"round": 2, "passed": False}
REQUEST = {
    "id": "R1", "payable": "40.00", "purpose": "货物",
    "project": {
        "id": "P1", "adjusted_budget": "200.00", "paid": "90.00", "planned": "100.00", "continues": False,
        "reviews": [PASSED],
    },
}  # fmt: skip


def body(**changes: object) -> bytes:
    """The request with changes: of itself, or of its project where it has the name."""
    request = deepcopy(REQUEST)
    for name, value in changes.items():
        (request if name in ("id", "payable", "purpose") else request["project"])[name] = value
    return json.dumps(request).encode()


def ask(service: PaymentService, **changes: object) -> Answer:
    return service.answer(read_payment(body(**changes)))


def rules(answer: Answer) -> list[str]:
    return [reason.rule for reason in answer.reasons]
