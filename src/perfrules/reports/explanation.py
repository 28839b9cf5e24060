"""Explanations: for one subject, every verdict and every figure, with all that they follow from.

A reader who has only this can recompute both by hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from html import escape
from typing import Any

from perfrules.core.money import fraction_text
from perfrules.language.scope import Type
from perfrules.language.subject import Unknown, Value
from perfrules.language.truth import round_to
from perfrules.pipeline.claims import MadeClaim
from perfrules.pipeline.model import Rule
from perfrules.pipeline.needs import consents
from perfrules.pipeline.readings import Look, Member, Read
from perfrules.pipeline.ruling import HOLDS, NOT_APPLICABLE
from perfrules.pipeline.statement import Statement
from perfrules.pipeline.sums import Figure, Limited, Round, Share, figure
from perfrules.pipeline.tipping import Distance
from perfrules.pipeline.trail import Ruled, explain_rule
from perfrules.reports.explanation_json import explanation_json
from perfrules.reports.values import (
    amount_text,
    bound_text,
    mark,
    named,
    phrase,
    reason_text,
    recommendation_text,
    value_text,
)


@dataclass(frozen=True)
class Explanation:
    """Why each rule holds or not for a subject (`kind/id`), and how each of its figures came to be."""

    statement: Statement
    subject: str
    only: frozenset[str] = frozenset()  # the rules that are explained; all, where none is named

    @cached_property
    def rulings(self) -> tuple[Ruled, ...]:
        """Each rule of the subject's kind, with all that its verdict follows from, in order of name."""
        kind, _, subject = self.subject.partition("/")
        result = self.statement.result
        own = (j for j in result.program.judged if j.rule.kind == kind and (not self.only or j.rule.name in self.only))
        return tuple(explain_rule(result, j, subject) for j in sorted(own, key=lambda j: j.rule.name))

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Each claim of the subject, with how its figure came to be."""
        return tuple(figure(self.statement, c) for c in self.statement.claims_of(self.subject))

    def text(self, language: str = "en") -> str:
        """The explanation in words, in `en` or `zh`."""
        return "\n".join(_Writer(self, language).lines()) + "\n"

    def data(self, language: str = "en") -> dict[str, Any]:
        """The explanation as plain JSON values, exact numbers as text; notes are in `en` or `zh`."""
        return explanation_json(self.statement, self.subject, self.rulings, self.figures, language)

    def json(self, language: str = "en") -> str:
        """The explanation as JSON text: the same bytes for the same policies and facts."""
        return json.dumps(self.data(language), ensure_ascii=False, indent=1) + "\n"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"

    def __str__(self) -> str:
        return self.text()


ROWS_MAX = 100  # of one aggregate, in words


class _Writer:
    def __init__(self, explanation: Explanation, language: str) -> None:
        self.explanation, self.language = explanation, language
        self.recommended = [r for r in explanation.statement.recommendations if r.subject == explanation.subject]
        self.result = explanation.statement.result
        self.vocabulary = self.result.program.vocabulary
        self.currency = self.vocabulary.currency
        self.kind = explanation.subject.partition("/")[0]

    def say(self, key: str, **values: object) -> str:
        return phrase(key, self.language, **values)

    def lines(self) -> Iterator[str]:
        day = self.result.program.as_of.isoformat()
        yield self.say("explained", subject=self.explanation.subject, period=self.result.period, day=day)
        for ruled in self.explanation.rulings:
            yield ""
            yield from self.ruling(ruled)
        others = [c for c in self.explanation.statement.claims if c.owner == self.explanation.subject != c.subject]
        if others:
            yield ""
            yield self.say("by others")
            for c in others:
                yield "  " + self.say("by other", subject=c.subject, rule=c.rule, claim=self.claim(c))

    def ruling(self, ruled: Ruled) -> Iterator[str]:
        rule = ruled.judged.rule
        yield self.say("verdict", rule=rule.name, verdict=self.say(ruled.verdict))
        yield "  " + self.say("because", text=rule.because)
        if rule.source:
            yield "  " + self.say("source", text=rule.source)
        written = " ".join(rule.written.split())
        yield "  " + self.say("scope" if ruled.verdict == NOT_APPLICABLE else "condition",
                              text=ruled.parts[0].text if ruled.verdict == NOT_APPLICABLE else written)  # fmt: skip
        yield from (f"    {mark(p.value)} {p.text}" for p in ruled.parts)
        for read in ruled.reads:
            yield "    " + self.read(read, rule.source)
        for look in ruled.looks:
            yield from self.look(look)
        for reason in ruled.needs:
            yield "  " + self.say("needs", text=reason_text(reason, self.vocabulary, self.language))
        if ruled.distance:
            yield "  " + self.distance(ruled.distance)
        elif ruled.depends_on_others:
            yield "  " + self.say("on others")
        for one in self.explanation.figures:
            if one.claim.rule == rule.name:
                yield from self.figure(one)
        if ruled.verdict == HOLDS:
            yield from (f"  {line}" for line in self.zeros(rule))
        for recommended in self.recommended:
            if recommended.rule == rule.name:
                yield "  " + recommendation_text(self.result.program, recommended, self.language)

    def zeros(self, rule: Rule) -> Iterator[str]:
        """What a rule that holds does not claim, since it comes to nothing, nor recommend, since it may not be."""
        made = {one.claim.number for one in self.explanation.figures} | {one.number for one in self.recommended}
        for claim in self.result.program.claims:
            if claim.judged.rule == rule and claim.clause.account and claim.number not in made:
                key = "not recommended" if claim.clause.recommended else "no claim"
                yield self.say(key, action=claim.clause.action.title.said(self.language))

    def read(self, read: Read, known_source: str) -> str:
        value = value_text(read.value, read.kind.kind, self.currency, self.language)
        if read.role == "parameter":
            since = self.say("since", day=read.since) if read.since else ""
            own = "" if read.source == known_source else read.source
            source, note = (self.say("from source", text=t) if t else "" for t in (own, read.note.said(self.language)))
            return self.say("parameter", name=read.name, value=value, since=since, source=source, note=note)
        if read.role == "table":
            key = "table" if read.row > 0 else "table open" if read.row == 0 else "table empty"
            return self.say(key, name=read.name, value=value, row=read.row, tests=read.formula)
        name = read.said if read.role in ("definition", "clock") else self.both_names(read.name)
        role = "clock" if read.formula == read.name else read.role  # an input of a table, by its own text
        return self.say(role, name=name, value=value, formula=read.formula, year=read.period)

    def both_names(self, name: str) -> str:
        """A fact as formulas call it, and its title."""
        title = named(self.vocabulary, self.kind, name, self.language)
        return name if title == name else self.say("titled", name=name, title=title)

    def look(self, look: Look, margin: str = "    ") -> Iterator[str]:
        why = {reason.why for reason in look.value.reasons} if isinstance(look.value, Unknown) else set()
        nothing = "counted unknown" if why & {"missing", "not-loaded"} else "counted nothing"
        key = "counted" if look.members else nothing
        yield margin + self.say(key, text=look.text, value=self.valued(look.value, look.kind))
        for member in look.members[:ROWS_MAX]:
            yield f"{margin}  " + self.member(member)
            for further in member.looks:
                yield from self.look(further, margin + "    ")
        if len(look.members) > ROWS_MAX:
            yield f"{margin}  " + self.say("more rows", count=len(look.members) - ROWS_MAX)

    def member(self, member: Member) -> str:
        parts = [f"{member.text} = {self.valued(member.value, member.kind)}"] if member.text else []
        parts += [f"{r.name} = {self.valued(r.value, r.kind)}" for r in member.reads]
        own = member.period == self.result.period
        of = member.id if own else f"{member.id} {member.period}"
        return self.say("member", mark=mark(member.counts), id=of, reads=", ".join(parts)).rstrip()

    def valued(self, value: Value, kind: Type) -> str:
        return value_text(value, kind.kind, self.currency, self.language)

    def distance(self, distance: Distance) -> str:
        fact, change = distance.fact, distance.then - distance.now
        kind = fact.kind if fact.kind in ("money", "ratio") else "number"
        said = ((distance.then, kind), (abs(change), "points" if kind == "ratio" else kind))
        then, by = (value_text(v, of, self.currency, self.language) for v, of in said)
        name = named(self.vocabulary, self.kind, fact.name, self.language)
        return self.say("rise" if change > 0 else "fall", fact=name, then=then, change=by,
                        verdict=self.say(distance.verdict))  # fmt: skip

    def figure(self, one: Figure) -> Iterator[str]:
        claim = one.claim
        clause = self.result.program.claims[claim.number].clause
        title = clause.action.title.said(self.language)
        if not claim.account:
            state = self.say("in force" if claim.state == "posted" else claim.state)
            word = f" {claim.word}" if claim.word else ""
            if one.value is not None and claim.word == clause.word:  # else the value is the word
                word += f" = {value_text(one.value, one.kind.kind, self.currency, self.language)}"
            yield "  " + self.say("mark", action=title, word=word, year=claim.period, state=state)
        else:
            yield "  " + self.claim(claim)
            yield from (f"      {line}" for line in self.sum(one, claim))
        yield from (f"      {line}" for line in self.people(claim))
        if one.because_of:
            yield "      " + self.say("for rules", rules=", ".join(one.because_of))
        for reason in one.needs:
            yield "      " + self.say("needs", text=reason_text(reason, self.vocabulary, self.language))

    def people(self, claim: MadeClaim) -> Iterator[str]:
        """What people decided about a claim, or whom it waits for."""
        decided = self.explanation.statement.decided(claim)
        made = self.result.program.claims[claim.number]
        if decided is not None:
            word = "decided" if decided.approve is None else "approved" if decided.approve else "refused"
            yield self.say(word, by=decided.by, on=decided.on.isoformat(), because=decided.because)
        elif claim.state == "awaiting-approval":
            asked = (a for a, applies in consents(self.result, made, claim.id) if applies is True)
            yield from (self.say("awaits", by=a.by, because=a.because) for a in asked)

    def claim(self, claim: MadeClaim) -> str:
        """A claim on money in one line."""
        made = self.result.program.claims[claim.number]
        account = named(self.vocabulary, made.owner_kind, claim.account, self.language)
        if claim.owner != claim.subject:
            whose = claim.owner or f"{made.owner_kind}/?"
            account = self.say("of owner", account=account, owner=whose)
        amount = self.say("open amount") if claim.amount is None else self.currency.shown(claim.amount)
        return self.say("claim", action=made.clause.action.title.said(self.language), account=" " + account,
                        year=claim.period, amount=amount, state=self.say(claim.state))  # fmt: skip

    def sum(self, one: Figure, claim: MadeClaim) -> Iterator[str]:
        clause = self.result.program.claims[claim.number].clause
        if one.value is None:
            return
        if clause.amount is None:
            value = value_text(one.value, one.kind.kind, self.currency, self.language)
            yield self.say("weight", formula=one.formula, value=value)
        else:
            value = value_text(one.value, "money", self.currency, self.language)
            line = self.say("formula", formula=one.formula, value=value)
            if claim.amount is not None and isinstance(one.value, Fraction):
                rounded = round_to(one.value, one.step, one.mode)
                if rounded != one.value:
                    line += self.say("rounding", step=amount_text(one.step, self.currency), mode=self.say(one.mode),
                                     amount=amount_text(rounded, self.currency))  # fmt: skip
            yield line
        yield from self.pool(claim)
        yield from (line for number in one.rounds for line in self.round(number, one))
        if one.limited:
            yield from self.limited(one.limited, one)

    def pool(self, claim: MadeClaim) -> Iterator[str]:
        """What a pool had to share, and how many members it left out."""
        statement, of = self.explanation.statement, (claim.pool, claim.part, claim.period)
        for pool in statement.pools:
            if (pool.pool, pool.part, pool.period) != of or not pool.settled:
                continue
            drawn = sum(statement.draws_of(pool))
            if pool.base or drawn:
                flows = {**pool.flows, "drawn": drawn}.items()
                amounts = {key: amount_text(Fraction(amount or 0), self.currency) for key, amount in flows}
                yield self.say("pool had short" if pool.shortfall else "pool had", pool=claim.pool, **amounts)
            if pool.left_out:
                yield self.say("left out", pool=claim.pool, year=pool.period, count=pool.left_out)

    def round(self, number: Round, one: Figure) -> Iterator[str]:
        """A round of sharing a pool."""
        yield self.share(number.share, one.claim.pool, lambda value: self.plain(value, one))
        received = number.share.received * number.share.step
        if number.room is not None and received > number.accepted:
            room, accepted = map(self.currency.shown, (number.room, number.accepted))
            yield self.say("room", room=room, accepted=accepted)

    def share(self, share: Share, of: str, weight: Callable[[Fraction], str]) -> str:
        """How something was shared out to one claim."""
        return self.say(
            "share" if share.spare else "share exact", pool=of, units=share.units,
            step=self.currency.shown(share.step), weight=weight(share.weight), weights=weight(share.weights),
            floor=share.floor, remainder=fraction_text(share.remainder), place=share.place, spare=share.spare,
        )  # fmt: skip

    def limited(self, limited: Limited, one: Figure) -> Iterator[str]:
        """The limits of the account, and what they made of the claim."""
        yield from (bound_text(bound, self.currency, self.language) for bound in limited.bounds)
        if limited.target is not None and limited.share is not None:
            total, target = map(self.currency.shown, (limited.total, limited.target))
            shared = limited.share.weight != limited.share.weights
            yield self.say("to the limit", total=total, target=target, share=self.say("pro rata") if shared else "")
            if shared:
                yield self.share(limited.share, one.claim.account, lambda v: amount_text(v, self.currency))

    def plain(self, value: Fraction, one: Figure) -> str:
        return value_text(value, one.kind.kind, self.currency, self.language)
