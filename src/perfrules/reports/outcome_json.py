"""A run as plain JSON: keys as documented, amounts as text in major units, everything in order.

There may be millions of rulings and entries, but they come in few shapes, which differ in subjects and amounts
alone: a shape is written once, and filled in for the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

from perfrules.pipeline.claims import MadeClaim
from perfrules.pipeline.recommendations import Recommendation
from perfrules.pipeline.statement import Entry, Mark, Ruling, Statement
from perfrules.pipeline.verdicts import Verdicts
from perfrules.reports.values import exact

BLANK = "\x00 blank \x00"  # in a shape, for what is filled in
MEMBERS_AT_ONCE = 1000
Data = dict[str, Any]


def outcome_json(statement: Statement, rulings: Iterable[Ruling]) -> Data:
    """The run as a dictionary that `json` writes as it is."""
    money = statement.currency.plain
    return {
        **_head(statement),
        "rulings": [_ruling(r, statement) for r in rulings],
        "entries": [_entry(e) for e in statement.entries],
        "pools": [plain(p) for p in statement.pools],
        "conflicts": [plain(c) for c in statement.conflicts],
        "statuses": [_mark(m, "status") for m in statement.marks("status")],
        "notices": [_mark(m, "notice") for m in statement.marks("notice")],
        "labels": [_mark(m, "label") for m in statement.marks("label")],
        "recommendations": [_recommendation(r, money) for r in statement.recommendations],
    }


def outcome_pieces(statement: Statement, verdicts: Verdicts) -> Iterator[str]:
    """The text of `outcome_json` as `json.dumps` writes it with an indent of 1, in pieces."""
    yield _text(_head(statement)).removesuffix("\n}")
    writer = _Writer(statement, verdicts)
    sections: dict[str, Iterator[str]] = {
        "rulings": writer.rulings(),
        "entries": writer.entries(),
        "pools": (_text(plain(p), 2) for p in statement.pools),
        "conflicts": (_text(plain(c), 2) for c in statement.conflicts),
        "statuses": writer.marks("status"),
        "notices": writer.marks("notice"),
        "labels": writer.marks("label"),
        "recommendations": (_text(_recommendation(r, writer.money), 2) for r in statement.recommendations),
    }
    for name, members in sections.items():
        yield f',\n "{name}": '
        yield from _listed(members)
    yield "\n}\n"


def _listed(members: Iterator[str]) -> Iterator[str]:
    separator = "[\n  "
    while several := list(islice(members, MEMBERS_AT_ONCE)):
        yield separator + ",\n  ".join(several)
        separator = ",\n  "
    yield "[]" if separator.startswith("[") else "\n ]"


class _Writer:
    """Writes the long lists of a run."""

    def __init__(self, statement: Statement, verdicts: Verdicts) -> None:
        self.statement = statement
        self.verdicts = verdicts
        self.money = statement.currency.plain
        self.shapes: dict[Hashable, list[str]] = {}
        self.particular = self._particular()

    def _particular(self) -> frozenset[int]:
        """The claims that differ in more than subject and amount: whose account, part of a pool, decision."""
        program = self.statement.program
        parted = {name for name, pool in program.pools.items() if pool.parted}
        special = {c.number for c in program.claims if c.clause.path or c.clause.figure or c.clause.pool in parted}
        return frozenset(special | {d.number for d in program.decided})

    def filled(self, shape: Hashable, data: Callable[[], Data], *blanks: str) -> str:
        """A shape with its blanks filled in; `data` gives the shape where it is new."""
        parts = self.shapes.get(shape)
        if parts is None:
            parts = self.shapes[shape] = _text(data(), 2).split(_text(BLANK)[1:-1])
        whole = parts[0]
        for blank, part in zip(blanks, parts[1:], strict=True):
            whole += blank + part
        return whole

    def rulings(self) -> Iterator[str]:
        verdicts, made = self.verdicts, self.statement.made
        columns, count = verdicts.columns, len(verdicts.columns)
        whose: tuple[str, int] | None = None
        subject = ""
        for key in verdicts.keys:
            row, number = divmod(key, count)
            column = columns[number]
            claims = [(n, states[row]) for n, states in column.claims if states[row]]
            if column.is_open(row) or any(n in self.particular for n, _ in claims):
                yield _text(_ruling(verdicts.ruling(key), self.statement), 2)
                continue
            if whose != (column.kind, row):
                whose, subject = (column.kind, row), self.subject(row, column.kind)
            amounts = [made.amount(row, n) for n, _ in claims if n in made.places]
            open_amounts = tuple(amount is None for amount in amounts)  # of what waits or is in conflict
            shape = ("ruling", number, column.verdicts[row], open_amounts, *claims)
            known = [self.money(amount) for amount in amounts if amount is not None]
            yield self.filled(shape, partial(self.ruling_shape, key), subject, *known)

    def ruling_shape(self, key: int) -> Data:
        found = _ruling(self.verdicts.ruling(key), self.statement)
        for claim in found["claims"]:
            claim["amount"] = None if claim["amount"] is None else BLANK
        return {**found, "subject": BLANK}

    def entries(self) -> Iterator[str]:
        statement, made = self.statement, self.statement.made
        for key in statement.entry_keys:
            row, number = divmod(key, made.count)
            if key < 0 or number in self.particular:
                yield _text(_entry(statement.entry(key)), 2)
                continue
            subject = self.subject(row, made.program.claims[number].judged.rule.kind)
            amount = self.money(made.amount(row, number) or 0)
            yield self.filled(("entry", number), partial(self.entry_shape, key), subject, amount)

    def entry_shape(self, key: int) -> Data:
        return {**_entry(self.statement.entry(key)), "subject": BLANK, "amount": BLANK}

    def marks(self, effect: str) -> Iterator[str]:
        made = self.statement.made
        for key in self.statement.marked(effect):
            row, number = divmod(key, made.count)
            if number in self.particular:
                yield _text(_mark(self.statement.mark(key), effect), 2)
                continue
            subject = self.subject(row, made.program.claims[number].judged.rule.kind)
            yield self.filled((effect, number), partial(self.mark_shape, key, effect), subject)

    def mark_shape(self, key: int, effect: str) -> Data:
        return {**_mark(self.statement.mark(key), effect), "subject": BLANK}

    def subject(self, row: int, kind: str) -> str:
        """A subject as it stands within quotes."""
        return json.dumps(f"{kind}/{self.statement.made.ids(kind)[row]}", ensure_ascii=False)[1:-1]


def _text(value: object, indent: int = 0) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.replace("\n", "\n" + " " * indent)  # no text in JSON has a line's end of its own


def plain(value: Any) -> Any:
    """A record as a dictionary, exact amounts as text."""
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [plain(v) for v in value]
    return str(value) if isinstance(value, Decimal) else value


def _head(statement: Statement) -> Data:
    result = statement.result
    return {"as_of": result.program.as_of.isoformat(), "period": result.period, "program": result.program.digest}


def _entry(entry: Entry) -> Data:
    """An entry; `part` only where its pool has parts."""
    return {k: v for k, v in plain(entry).items() if k != "part" or v}


def _ruling(ruling: Ruling, statement: Statement) -> Data:
    return {
        "subject": ruling.subject,
        "period": ruling.period,
        "rule": ruling.rule,
        "verdict": ruling.verdict,
        "needs": [plain(n) for n in ruling.needs],
        "claims": [_claim(c, statement) for c in ruling.claims],
    }


def _claim(claim: MadeClaim, statement: Statement) -> Data:
    amount = None if claim.amount is None or not claim.account else statement.currency.plain(claim.amount)
    decided = statement.decided(claim)
    found: Data = {
        "action": claim.action,
        "account": claim.account,
        "period": claim.period,
        "amount": amount,
        "state": claim.state,
    }
    if claim.owner not in ("", claim.subject):
        found["owner"] = claim.owner
    if decided is not None:
        found["decision"] = {"by": decided.by, "on": decided.on.isoformat(), "because": decided.because}
    if claim.value is not None:
        found["value"] = exact(claim.value, statement.program.claims[claim.number].clause.figure_kind)
    return {**found, "word": claim.word} if claim.word else found


def _recommendation(one: Recommendation, money: Callable[[int], str]) -> Data:
    least, most = (None if bound is None else money(bound) for bound in (one.least, one.most))
    return {
        "subject": one.subject,
        "rule": one.rule,
        "action": one.action,
        "account": one.account,
        "period": one.period,
        "at_least": least,
        "at_most": most,
    }


def _mark(mark: Mark, key: str) -> Data:
    found: Data = {"subject": mark.subject, "period": mark.period, key: mark.action, "rule": mark.rule}
    if mark.value is not None:
        found["value"] = exact(mark.value, mark.kind)
    return {**found, "word": mark.word} if key == "label" else found
