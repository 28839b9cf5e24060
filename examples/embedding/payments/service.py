"""The service: may this payment go out? Released, held for a person, or refused, and why.

It refuses only by what is known. Where a fact is missing that could matter, or the policies say something that this
service was not made for, a person has to look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import perfrules

from .audit import Audit
from .requests import Payment

RELEASED, HELD, REFUSED = "released", "held", "refused"
REFUSING = {"exclude", "refuse_payment"}  # what the actions of the policies mean here
REMINDING = {"remind", "order_rectification"}
KEEPING_BACK = {"keep_back"}
NEEDED = {"projects/failed-again", "projects/not-passed", "requests/over-budget"}  # without these nothing is paid
OPEN = {"waiting", "in-conflict", "awaiting-approval"}  # of a claim that nobody can act upon yet


@dataclass(frozen=True)
class Reason:
    """A rule that had a say: what it asks for, by which law; of one that is open, what is missing."""

    rule: str
    verdict: str
    actions: tuple[str, ...]
    because: str
    source: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What became of a request. `pay` is what goes out; amounts are in 元."""

    request: str
    answer: str
    asked: Decimal
    kept_back: Decimal
    pay: Decimal
    reasons: tuple[Reason, ...]
    explanation: str
    verdicts: dict[str, str]
    as_of: date
    program: str

    def data(self) -> dict[str, object]:
        """The answer as plain values for JSON: amounts and days are text."""
        return {name: str(v) if isinstance(v, (Decimal, date)) else v for name, v in asdict(self).items()}

    def audit_line(self) -> dict[str, object]:
        """What is kept of the answer; the explanation follows from the request and the program."""
        return {name: value for name, value in self.data().items() if name not in ("reasons", "explanation")}


class PaymentService:
    """Answers requests by the policies of one day. It has no clock: who runs it says which day it is."""

    def __init__(self, policies: Path, as_of: date, audit: Audit, language: str = "zh") -> None:
        self._policies, self._audit, self._language = policies, audit, language
        self._program = self._loaded(as_of)

    @property
    def program(self) -> perfrules.Program:
        """The policies in use."""
        return self._program

    def reload(self, as_of: date) -> perfrules.Program:
        """Go over to the policies of another day. Where these are refused, the old ones stay."""
        self._program = self._loaded(as_of)  # one assignment: a request sees the old program or the new one
        return self._program

    def answer(self, payment: Payment) -> Answer:
        """Decide a request and note it in the audit. Raises `Refused` where its facts can't be, with every problem,
        and `OSError` where the audit can't be written: then nothing was decided."""
        program = self._program  # once: another thread may reload meanwhile
        decisions = decided(program, payment)
        answer = answered(program, payment, decisions, self._language)
        self._audit.write(answer.audit_line())
        return answer

    def _loaded(self, as_of: date) -> perfrules.Program:
        """The policies of a day; a warning, or a rule that is gone, is no small matter where money goes out."""
        program = perfrules.load(self._policies, as_of=as_of)
        if program.problems:
            raise perfrules.Refused(program.problems)
        if gone := NEEDED - set(program.rules):
            raise LookupError(f"rules that this service needs are not there: {', '.join(sorted(gone))}")
        return program


def decided(program: perfrules.Program, payment: Payment) -> list[perfrules.Decision]:
    """What the policies say of the project and of the payment. Raises `Refused` with the problems of both."""
    project = payment.project
    children = {"reviews": project.reviews} if project.reviews is not None else {}
    own = {"payable": payment.payable, "purpose": payment.purpose}
    decisions: list[perfrules.Decision] = []
    problems: list[perfrules.Problem] = []
    for decide in (
        lambda: program.decide("project", project, prior=project.last_year, children=children),
        lambda: program.decide("payment", own, parent=project),
    ):
        try:
            decisions.append(decide())
        except perfrules.Refused as refused:
            problems += refused.problems
    if problems:
        raise perfrules.Refused(problems)
    return decisions


def answered(
    program: perfrules.Program, payment: Payment, decisions: list[perfrules.Decision], language: str
) -> Answer:
    """The answer to a request that was decided."""
    fired = [fire for decision in decisions for fire in decision.fired]
    verdicts = {rule: verdict for decision in decisions for rule, verdict in decision.verdicts.items()}
    open_rules = {rule for decision in decisions for rule in still_open(decision)}
    word = what_to_do(fired, open_rules)
    kept = sum((fire.amount or Decimal(0) for fire in fired if fire.action in KEEPING_BACK), Decimal("0.00"))
    pay = payment.payable - kept if word == RELEASED else Decimal(0)
    return Answer(
        payment.id, word, _cents(payment.payable), _cents(kept), _cents(pay),
        tuple(reason for decision in decisions for reason in reasons(decision, open_rules, language)),
        "\n".join(decision.explain().text(language) for decision in decisions),
        dict(sorted(verdicts.items())), program.as_of, program.digest,
    )  # fmt: skip


def what_to_do(fired: list[perfrules.Fire], open_rules: set[str]) -> str:
    """Refused by what is known; else held where anything is open; else released."""
    if any(fire.action in REFUSING for fire in fired):
        return REFUSED
    understood = all(
        fire.action in REMINDING or (fire.action in KEEPING_BACK and fire.amount is not None) for fire in fired
    )
    return RELEASED if understood and not open_rules else HELD


def still_open(decision: perfrules.Decision) -> Iterator[str]:
    """The rules that are undecided, or hold and can't be acted upon: an amount or approval is missing, or two clash."""
    yield from decision.undecided
    holding = {rule for rule, verdict in decision.verdicts.items() if verdict == "holds"}
    if holding - {fire.rule for fire in decision.fired}:
        yield from (claim["rule"] for claim in decision.explain().data()["claims"] if claim["state"] in OPEN)


def reasons(decision: perfrules.Decision, open_rules: set[str], language: str) -> Iterator[Reason]:
    """Each rule that fired or is open, with its legal basis."""
    actions = {fire.rule: [f.action for f in decision.fired if f.rule == fire.rule] for fire in decision.fired}
    for ruling in decision.explain().data(language)["rulings"]:
        rule = ruling["rule"]
        if rule in actions or rule in open_rules:
            missing = tuple(f"{need['about']} {need['period']} ({need['why']})" for need in ruling["needs"])
            yield Reason(
                rule, ruling["verdict"], tuple(actions.get(rule, ())), ruling["because"], ruling["source"], missing
            )


def _cents(value: Decimal) -> Decimal:
    """An amount with its two places; perfrules refused more of them before."""
    return value.quantize(Decimal("0.01"))
