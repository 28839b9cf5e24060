"""Properties that a district holds its own policies to: each returns where it holds, and raises `AssertionError` in the
words of the policy where it does not.

All take a program and facts, those of a strategy or of a real year; `period` is the judged year, as in `Program.run`,
`engine` one that a plugin brings in. What they say is in `en` or `zh`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from perfrules.asked import several
from perfrules.core.facts import Facts
from perfrules.core.problem import refusing_in_its_language
from perfrules.core.table import Table
from perfrules.core.vocabulary import Vocabulary
from perfrules.outcome import Outcome
from perfrules.pipeline.claims import MadeClaim
from perfrules.pipeline.drafts import Claim
from perfrules.pipeline.statement import Ruling
from perfrules.program import Program
from perfrules.testing.alone import said_otherwise
from perfrules.testing.evidence import MOST, STANDING, Evidence
from perfrules.testing.reach import unknown_name

Ids = Mapping[str, Mapping[str, str]]  # of each kind, who has whose


@refusing_in_its_language
def order_does_not_matter(
    program: Program, facts: Facts, *, period: int | None = None, engine: str = "record", language: str = "en"
) -> None:
    """Rows, columns and kinds in another order give the same bytes; and subjects that have each other's ids, so that
    who was first is last, get the same verdicts and amounts. Only what goes by ids in perfrules itself is left out: the
    last step of a share or limit, and which of two equal claims stands where one does."""
    evidence = Evidence(program, facts, period, language)
    first, words = evidence.run(engine=engine), (evidence.say("as given"), evidence.say("turned"))
    rows = facts.rows()
    orders = {
        "rows turned": {k: [dict(reversed(r.items())) for r in reversed(rows[k])] for k in reversed(rows)},
        "rows rotated": {k: [*r[len(r) // 2 :], *r[: len(r) // 2]] for k, r in rows.items()},
    }
    for how, turned in orders.items():
        second = evidence.run(replace(program.facts(turned), loaded=facts.loaded), engine)
        differences = evidence.differences(first, second, *words)
        if differences:
            raise evidence.failed(evidence.say("order", how=evidence.say(how)), differences)
    ids = _other_ids(facts)
    tables = {key: _renamed(facts, key[0], table, ids) for key, table in facts.tables.items()}
    second = evidence.run(replace(facts, tables=tables), engine)
    if isinstance(first, Outcome) and isinstance(second, Outcome):
        one = {f"{r.subject} {r.rule}": _decided(evidence, r) for r in first.rulings}
        other = {f"{_renamed_back(r.subject, ids)} {r.rule}": _decided(evidence, r) for r in second.rulings}
        differences = evidence.apart(one, other, *words)
        if differences:
            raise evidence.failed(evidence.say("order", how=evidence.say("ids turned")), differences)


def _other_ids(facts: Facts) -> Ids:
    """Of each kind the first with the last one's id, and so on; who has another's has lent it his own."""
    ids: dict[str, set[str]] = defaultdict(set)
    for (kind, _), table in facts.tables.items():
        ids[kind] |= {*table.ids}
    return {kind: dict(zip(sorted(found), sorted(found, reverse=True), strict=True)) for kind, found in ids.items()}


def _renamed(facts: Facts, kind: str, table: Table, others: Ids) -> Table:
    above = others.get(facts.vocabulary.kinds[kind].belongs_to, {})
    ids = [others[kind][i] for i in table.ids]
    order = sorted(range(len(ids)), key=ids.__getitem__)
    return Table(
        [ids[n] for n in order],
        [above.get(table.parents[n], table.parents[n]) for n in order],
        {name: [column[n] for n in order] for name, column in table.columns.items()},
    )


def _renamed_back(subject: str, others: Ids) -> str:
    kind, _, name = subject.partition("/")
    return f"{kind}/{others[kind][name]}"


def _decided(evidence: Evidence, ruling: Ruling) -> str:
    """A ruling without what goes by ids where all else is equal: the last steps of shares and of what limits take off,
    and which of two claims stands where the greatest does."""
    program = evidence.program.compiled
    loose = {c.number for c in program.claims if c.weight is not None or _keeps_greatest(c, program.vocabulary)}
    kept = tuple(c for c in ruling.claims if c.number not in loose and c.state != "capped")
    return evidence.ruling(replace(ruling, claims=kept))


def _keeps_greatest(claim: Claim, vocabulary: Vocabulary) -> bool:
    account = vocabulary.kinds[claim.owner_kind].accounts.get(claim.clause.account)
    return account is not None and account.together == "greatest"


@refusing_in_its_language
def money_is_conserved(
    program: Program,
    facts: Facts,
    *,
    only: Iterable[str] | None = None,
    period: int | None = None,
    engine: str = "record",
    language: str = "en",
) -> None:
    """Every amount goes from one account to another, as claims and pools say, and pools end empty.

    `only` are the accounts of no subject (`carried-over`) with which subjects and pools may exchange money; where they
    are not given, all are. With `only=[]` what is taken is given out again, to the cent.
    """
    evidence, allowed = Evidence(program, facts, period, language), None if only is None else _outer(program, only)
    outcome = evidence.run(engine=engine)
    if isinstance(outcome, Outcome):
        lost = [*_odd_entries(evidence, outcome), *_odd_pools(evidence, outcome), *_unpaid(evidence, outcome)]
        if allowed is not None:
            lost += _outside(evidence, outcome, allowed)
        if lost:
            subjects = [] if len(lost) > 1 else [e.subject for e in outcome.entries]
            raise evidence.failed(evidence.say("lost", what=lost[0]), lost[1:], of=subjects)


def _odd_entries(evidence: Evidence, outcome: Outcome) -> Iterator[str]:
    for entry in outcome.entries:
        if entry.amount <= 0 or entry.debit == entry.credit:
            yield evidence.say("no amount", amount=evidence.amount(entry.amount), entry=evidence.entry(entry))


def _odd_pools(evidence: Evidence, outcome: Outcome) -> Iterator[str]:
    """What pools got and gave, by their statements and by the entries."""
    left: dict[tuple[str, str, int], Decimal] = defaultdict(Decimal)
    for entry in outcome.entries:
        if entry.pool:
            left[entry.pool, entry.part, entry.period] += entry.amount if entry.debit == entry.pool else -entry.amount
    for pool in outcome.pools:
        if not pool.settled:
            continue
        had, gave = pool.base + pool.taken + pool.shortfall, pool.given + pool.leftover
        if had != gave or min(pool.given, pool.leftover, pool.shortfall) < 0:
            yield evidence.say("pool unequal", pool=pool.pool, year=pool.period, had=evidence.amount(had),
                               gave=evidence.amount(gave))  # fmt: skip
        rest = left[pool.pool, pool.part or "", pool.period]
        if rest and pool.part is not None:
            yield evidence.say("pool entries", pool=pool.pool, year=pool.period, left=evidence.amount(rest))


def _unpaid(evidence: Evidence, outcome: Outcome) -> Iterator[str]:
    """Claims of which the entries move something else than their amount."""
    moved: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in outcome.entries:
        if entry.subject:
            moved[entry.subject, entry.rules[0]] += entry.amount
    claims = [c for r in outcome.rulings for c in r.claims if c.account and c.state in STANDING]
    claimed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for claim in claims:
        claimed[claim.owner, claim.rule] += _major(evidence, claim)
    for subject, rule in sorted({*moved, *claimed}):
        one, other = claimed[subject, rule], moved[subject, rule]
        if one != other:
            yield evidence.say("claim unpaid", rule=rule, subject=subject, claimed=evidence.amount(one),
                               moved=evidence.amount(other))  # fmt: skip


def _major(evidence: Evidence, claim: MadeClaim) -> Decimal:
    return Decimal(evidence.program.vocabulary.currency.plain(claim.amount or 0))


def _outer(program: Program, only: Iterable[str]) -> set[str]:
    """The accounts of no subject that are called so. Raises `Refused` where one is none."""
    names, found = program.vocabulary.account_names, set[str]()
    for word in several("only", only, '["carried-over"]'):
        if word not in names:
            raise unknown_name(word, program.vocabulary.accounts)
        found.add(names[word])
    return found


def _outside(evidence: Evidence, outcome: Outcome, allowed: set[str]) -> Iterator[str]:
    """Entries that touch other accounts of no subject."""
    accounts = evidence.program.vocabulary.accounts
    for entry in outcome.entries:
        for account in (entry.credit, entry.debit):
            if account in accounts and account not in allowed:
                yield evidence.say("outside", account=account, entry=evidence.entry(entry))


@refusing_in_its_language
def running_twice_changes_nothing(
    program: Program,
    facts: Facts,
    *,
    posted: bool = False,
    period: int | None = None,
    engine: str = "record",
    language: str = "en",
) -> None:
    """The same facts give the same bytes again, and a run leaves them as they were.

    `posted`: also, a second run over what is left when the first is posted moves no money. That holds of rules that
    bring an amount to where it shall be, not of those that take a share.
    """
    evidence = Evidence(program, facts, period, language)
    before = facts.rows()
    first = evidence.run(engine=engine)
    words = evidence.say("first run"), evidence.say("second run")
    differences = evidence.differences(first, evidence.run(engine=engine), *words)
    if differences:
        raise evidence.failed(evidence.say("twice"), differences)
    if facts.rows() != before:
        raise evidence.failed(evidence.say("facts changed"))
    if posted and isinstance(first, Outcome):
        again = evidence.run(_closed(facts, first), engine)
        if isinstance(again, Outcome) and again.entries:
            entry = again.entries[0]
            subjects = [entry.subject] if entry.subject else []
            raise evidence.failed(evidence.say("posted twice", entry=evidence.entry(entry)), of=subjects)


def _closed(facts: Facts, outcome: Outcome) -> Facts:
    """The facts with the closing amounts of all accounts as their opening amounts."""
    minor = facts.vocabulary.currency.minor_per_major
    for entry in outcome.entries:
        kind, _, subject = entry.subject.partition("/")
        for account, amount in ((entry.debit, entry.amount), (entry.credit, -entry.amount)):
            table = facts.table(kind, entry.period) if kind else Table([], [], {})
            row = table.row_of(subject)
            opening = table.columns[account][row] if row is not None and account in table.columns else None
            if isinstance(opening, int):
                facts = facts.changed(kind, subject, entry.period, account, opening + int(amount * minor))
    return facts


@refusing_in_its_language
def engines_agree(
    program: Program,
    facts: Facts,
    engines: Iterable[str] = (),
    *,
    period: int | None = None,
    language: str = "en",
) -> None:
    """perfrules' own engine and others that plugins bring give what the language means, column by column; and `decide`,
    with what is known around a subject, says nothing of it that the run does not say."""
    evidence = Evidence(program, facts, period, language)
    first = evidence.run()
    for engine in dict.fromkeys(["record", *several("engines", engines, '["sql"]')]):
        found = evidence.differences(first, evidence.run(engine=engine), "record", engine)
        found += program.disagreements(facts, period=period, engine=engine)
        if found:
            raise evidence.failed(evidence.say("engine", engine=engine), found[:MOST])
    if isinstance(first, Outcome):
        for subject, found in said_otherwise(evidence, first):
            raise evidence.failed(evidence.say("alone", subject=subject), found)
