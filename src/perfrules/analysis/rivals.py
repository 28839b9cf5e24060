"""Rivals: two rules that can hold at once and claim on one side of an account where claims do not add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush

from perfrules.analysis.days import days_of_change
from perfrules.analysis.regions import FIRST, LAST, Cut
from perfrules.analysis.spaces import Box, Key, Reader, Space, TooMany, scope_on
from perfrules.analysis.witness import witness
from perfrules.core.problem import Findings
from perfrules.core.vocabulary import MONEY_EFFECTS
from perfrules.pipeline.model import Clause, Policy, Rule
from perfrules.pipeline.program import in_force

Side = tuple[str, str, int, str]  # kind, account, years from the judged one, take or give
Pair = tuple[str, str]


@dataclass(frozen=True)
class Rival:
    """A claim, and the boxes in which its rule holds."""

    rule: Rule
    clause: Clause
    boxes: list[Box]


def check_rivals(policies: Sequence[Policy], findings: Findings) -> None:
    """Note, once for each claim, another one that it can meet, on the first day on which they do."""
    said: set[Pair] = set()
    for day in sorted({day for policy in policies for day in days_of_change(policy)}):
        spaces: dict[str, Space] = defaultdict(Space)
        active = [p for p in policies if in_force(p, day)]
        for (kind, *_), rivals in _sides(active, day, spaces).items():
            _check_side(spaces[kind], rivals, said, findings)


def _sides(policies: Iterable[Policy], day: date, spaces: dict[str, Space]) -> dict[Side, list[Rival]]:
    """The claims on each side of the accounts that do not say how claims add up."""
    found: dict[Side, list[Rival]] = defaultdict(list)
    for policy in policies:
        for kind in policy.scopes:
            accounts = policy.vocabulary.kinds[kind].accounts
            reader = Reader(spaces[kind], scope_on(policy, kind, day), policy.name)
            for rule in policy.rules:
                mine = [
                    c
                    for c in rule.clauses
                    if c.action.effect in MONEY_EFFECTS and c.account in accounts and not accounts[c.account].together
                ]
                if rule.kind == kind and mine:
                    boxes = _boxes(reader, policy, rule)
                    for clause in mine:
                        side = (kind, clause.account, clause.offset, clause.action.effect)
                        found[side].append(Rival(rule, clause, boxes))
    return found


def _boxes(reader: Reader, policy: Policy, rule: Rule) -> list[Box]:
    """Where a rule can hold; what is too much to look at can hold anywhere, of which nothing is said."""
    try:
        found = reader.boxes(rule.when)
        scope = policy.scope.get(rule.kind)
        return found if scope is None else reader.space.both(found, reader.boxes(scope))
    except TooMany:
        return []


def _check_side(space: Space, rivals: list[Rival], said: set[Pair], findings: Findings) -> None:
    for one, other, box in _meetings(space, rivals):
        first, second = sorted((one, other), key=lambda r: (r.rule.span.source.name, r.clause.span.start))
        pair = (first.rule.name, second.rule.name)
        if pair not in said:
            said.add(pair)
            findings.add("PR512", second.clause.span, one=pair[0], other=pair[1], account=first.clause.account,
                         witness=witness(space, box), related=[("other claim", first.clause.span)])  # fmt: skip


def _meetings(space: Space, rivals: list[Rival]) -> Iterator[tuple[Rival, Rival, Box]]:
    """Pairs of claims of different rules that can be made at once, so that each that is in any pair is in one.

    Claims come in order of where their boxes begin on the axis that divides them best.
    """
    entries = [(rival, box) for rival in rivals for box in rival.boxes]
    axis = _dividing(entries)
    begun: list[tuple[Cut, int, Rival, Box]] = []
    met: set[int] = set()
    for number, (rival, box) in enumerate(sorted(entries, key=lambda e: _low(e[1], axis))):
        low = _low(box, axis)
        while begun and begun[0][0] <= low:
            heappop(begun)
        for _, _, other, beside in begun:
            if other.rule is not rival.rule and not {id(other), id(rival)} <= met:
                shared = space.meet(beside, box)
                if shared is not None and not _apart(other.rule, rival.rule):
                    met |= {id(other), id(rival)}
                    yield other, rival, shared
        heappush(begun, (_high(box, axis), number, rival, box))


def _dividing(entries: list[tuple[Rival, Box]]) -> Key | None:
    """The axis on which the fewest boxes lie above each other."""
    keys = {key for _, box in entries for key in box}
    return min(keys, key=lambda key: (_crowd(entries, key), str(key)), default=None)


def _crowd(entries: list[tuple[Rival, Box]], key: Key) -> int:
    """How many boxes lie above each other on an axis, counted at each one's beginning."""
    borders = sorted(border for _, box in entries for border in ((_low(box, key), 1), (_high(box, key), 0)))
    total = deep = 0
    for _, begins in borders:
        total += deep * begins
        deep += 1 if begins else -1
    return total


def _low(box: Box, key: Key | None) -> Cut:
    return box[key][0][0] if key in box else FIRST


def _high(box: Box, key: Key | None) -> Cut:
    return box[key][-1][1] if key in box else LAST


def _apart(one: Rule, other: Rule) -> bool:
    """Whether a rule goes over the other, or bars what it does."""
    return any(
        b.name in a.over or any(c.action.name in gate.action.bar for gate in a.clauses for c in b.clauses)
        for a, b in ((one, other), (other, one))
    )
