"""Recommendations: amounts that people may decide within bounds, and what is wrong with what they decided."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from fractions import Fraction

from perfrules.core.facts import Facts
from perfrules.core.problem import Findings, Problem, Value, Words, did_you_mean
from perfrules.language.meaning import evaluate
from perfrules.language.nodes import Node
from perfrules.language.subject import Subject, point
from perfrules.language.truth import round_to
from perfrules.pipeline.drafts import Claim, Compiled, Decided
from perfrules.pipeline.program import minor_units

Bounds = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What a rule recommends for a subject: an action that only a decision makes a claim.

    `least` and `most` are what may be decided, in minor units; None where there is no such bound, or where it
    is not known.
    """

    number: int
    kind: str
    id: str
    rule: str
    action: str
    account: str
    period: int
    least: int | None
    most: int | None

    @property
    def subject(self) -> str:
        """`kind/id`."""
        return f"{self.kind}/{self.id}"


def bounds(program: Compiled, claim: Claim, facts: Facts, subject: str, period: int) -> Bounds:
    """Between which amounts, in minor units, a decision on a claim must lie; None where there is no bound."""
    seen = Subject(facts, claim.judged.scope, subject, period, program.as_of.toordinal())

    def whole(node: Node | None, mode: str) -> int | None:
        value = None if node is None else point(evaluate(node, seen))
        if not isinstance(value, Fraction):
            return None
        unit = seen.scope.vocabulary.currency.minor_per_major
        return minor_units(round_to(value, Fraction(1, unit), mode), seen.scope.vocabulary)

    return whole(claim.clause.least, "ceil"), whole(claim.clause.most, "floor")


def check_subjects(program: Compiled, facts: Facts, period: int) -> None:
    """Every decision of the judged period is about a subject that is there. Raises `Refused`."""

    def hint(kind: str, subject: str) -> Words:
        return did_you_mean(f"{kind}/{subject}", (f"{kind}/{i}" for i in facts.table(kind, period).ids))

    refuse_unknown(program, period, lambda kind, _: set(facts.table(kind, period).ids), hint)


def refuse_unknown(
    program: Compiled,
    period: int,
    there: Callable[[str, set[str]], Container[str]],
    hint: Callable[[str, str], Value] = lambda kind, subject: "",
) -> None:
    """Raise `Refused` for decisions of a period on subjects that are not there. `there` says which of a kind's ids are;
    `hint` what to do about one that is not."""
    asked: dict[str, list[Decided]] = {}
    for one in program.decided:
        if one.period == period:
            asked.setdefault(program.claims[one.number].judged.rule.kind, []).append(one)
    findings = Findings()
    for kind, decided in asked.items():
        known = there(kind, {one.id for one in decided})
        for one in decided:
            if one.id not in known:
                subject = f"{kind}/{one.id}"
                findings.add("PR720", one.span, subject=subject, period=str(period), hint=hint(kind, one.id))
    findings.refuse()


def placed(program: Compiled, problem: Problem, around: Callable[[str, str], Facts], period: int) -> Problem:
    """A problem of a run with the place of what it is about. `around` gives the facts that a subject is judged by."""
    place = program.places.get(str(problem.values.get("about", "")))
    if place is None:
        return problem
    subject = str(problem.values["subject"]).partition("/")[2]
    values = {**problem.values, "subject": f"{place.kind}/{subject}"}
    if place.number < 0:
        return replace(problem, span=place.span, values=values, where="")
    claim = program.claims[place.number]
    one = next(d for d in program.decided if (d.number, d.id, d.period) == (place.number, subject, period))
    within = bounds(program, claim, around(place.kind, subject), subject, period)
    values["about"] = _said(program, claim, one, within)
    return replace(problem, span=one.span, values=values, where="", related=(("declared", place.span),))


def _said(program: Compiled, claim: Claim, one: Decided, within: Bounds) -> Words:
    """What was decided, and within which bounds it should lie."""
    shown = program.vocabulary.currency.shown
    least, most = within
    title = claim.clause.action.title
    en, zh = [f"`{claim.judged.rule.name}` {title.en}"], [f"`{claim.judged.rule.name}` {title.zh}"]
    for amount, word in ((one.amount, Words("", "")), (least, Words("at least ", "不低于 ")), (most, AT_MOST)):
        if amount is not None:
            en.append(f"{word.en}{shown(amount)}")
            zh.append(f"{word.zh}{shown(amount)}")
    return Words(", ".join(en), "，".join(zh))


AT_MOST = Words("at most ", "不超过 ")
