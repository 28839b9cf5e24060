"""What the service is asked: payment requests as its own objects, read from JSON without a binary fraction."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Annotated, NoReturn

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")  # whether it may be negative, or has too many places, the policies know
KINDS = {"missing": "is missing", "extra_forbidden": "is no part of a request"}


class Unreadable(Exception):
    """What came in is no request; `problems` says where and why."""

    def __init__(self, problems: list[dict[str, str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p['place']}: {p['message']}" for p in problems))


def amount(value: object) -> Decimal:
    """An amount, which is text in 元: a number of JSON may have been a float on its way here."""
    if not isinstance(value, str) or not AMOUNT.fullmatch(value):
        raise ValueError('an amount is text in 元, such as "849999.99"')
    return Decimal(value)


Amount = Annotated[Decimal, BeforeValidator(amount)]


class Model(BaseModel):
    """What is left out, or null, is not known: it is never zero and never no. A misspelt name is refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Review(Model):
    """One review of a project's target."""

    round: int
    passed: bool | None = None


class Year(Model):
    """An earlier year of a project."""

    adjusted_budget: Amount | None = None
    paid: Amount | None = None


class Project(Model):
    """A project as it stands before the payment."""

    id: str
    adjusted_budget: Amount | None = None
    paid: Amount | None = None
    planned: Amount | None = None
    continues: bool | None = None
    reviews: list[Review] | None = None
    last_year: Year | None = None


class Payment(Model):
    """A request to pay: how much, what for, and for which project."""

    id: str
    payable: Annotated[Amount, Field(gt=0)]
    purpose: str | None = None
    project: Project


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of JSON; of a name that stands twice the standard library would keep the last."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def parsed(body: bytes) -> object:
    """What JSON says; numbers with a point are exact decimals. Raises `Unreadable`."""
    try:
        text = body.decode("utf-8")
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise Unreadable([{"place": "body", "message": str(error)}]) from None


def read_payment(body: bytes) -> Payment:
    """A request from the body of a message. Raises `Unreadable` with every problem."""
    try:
        return Payment.model_validate(parsed(body))
    except ValidationError as error:
        raise Unreadable([_said(dict(one)) for one in error.errors(include_url=False)]) from None


def _said(error: dict[str, object]) -> dict[str, str]:
    """A problem in the words of this service."""
    where = error["loc"] if isinstance(error["loc"], tuple) else ()
    message = KINDS.get(str(error["type"]), str(error["msg"]).removeprefix("Value error, "))
    return {"place": ".".join(map(str, where)) or "body", "message": message}
