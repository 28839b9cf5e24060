"""A run in words: verdicts by rule, entries, pools, what is open and what is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from perfrules.core.money import grouped
from perfrules.core.problem import width
from perfrules.language.write import in_its_script
from perfrules.pipeline.balances import PoolStatement
from perfrules.pipeline.drafts import Compiled
from perfrules.pipeline.ruling import DOES_NOT_HOLD, HOLDS, NOT_APPLICABLE, UNDECIDED, verdicts
from perfrules.pipeline.statement import Ruling, Statement
from perfrules.reports.pools import OPEN, pool_rows
from perfrules.reports.values import named, part_text, phrase, recommendation_text

LINES_MAX = 100
SUBJECTS_MAX = 5


def outcome_text(statement: Statement, rulings: Iterable[Ruling], language: str) -> str:
    """The whole run as text; of long lists the first hundred lines, and how many more there are."""

    def say(key: str, **values: object) -> str:
        return phrase(key, language, **values)

    lines = head(statement.program, statement.result.period, language, digits=12)
    sections = (
        ("rules", _verdicts(statement, language)),
        ("claims", _claims(statement, language)),
        ("entries", _entries(statement, language)),
        ("pools", _pools(statement, language)),
        ("recommendations", _recommendations(statement, language)),
        ("conflicts", _conflicts(statement, language)),
        ("statuses", _marks(statement, "status", language)),
        ("notices", _marks(statement, "notice", language)),
        ("labels", _marks(statement, "label", language)),
        ("missing", _missing(statement, rulings, language)),
    )
    for key, section in sections:
        found = list(section)
        if found:
            lines += ["", say(key), *(f"  {line}" for line in found[:LINES_MAX])]
            if len(found) > LINES_MAX:
                lines.append("  " + say("more", count=len(found) - LINES_MAX))
    return "\n".join(lines) + "\n"


def head(program: Compiled, period: int, language: str, digits: int = 64) -> list[str]:
    """What was run: the year and the day, the policies, the digest of the program or its first digits."""
    return [
        phrase("title", language, period=period, day=program.as_of.isoformat()),
        phrase("policies", language, names=", ".join(p.name for p in program.policies)),
        phrase("program", language, digest=program.digest[:digits]),
    ]


def table(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> Iterator[str]:
    """Rows as aligned columns; full-width characters count twice."""
    if not rows:
        return
    widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    aligned = set(right)
    for row in rows:
        cells = []
        for i, cell in enumerate(row):
            pad = " " * (widths[i] - width(cell))
            cells.append(pad + cell if i in aligned else cell + pad)
        yield "  ".join(cells).rstrip()


def _verdicts(statement: Statement, language: str) -> Iterator[str]:
    return table(verdict_rows(statement, language), right=(1, 2, 3, 4))


def verdict_rows(statement: Statement, language: str) -> list[list[str]]:
    """How often each rule holds and does not, below the words for that."""
    order = (HOLDS, DOES_NOT_HOLD, UNDECIDED, NOT_APPLICABLE)
    rows = [[phrase("rule", language), *(phrase(v, language) for v in order)]]
    for judged in sorted(statement.program.judged, key=lambda j: (j.rule.name, j.rule.kind)):
        counts = Counter(v for _, v in verdicts(statement.result, judged))
        rows.append([judged.rule.name, *(str(counts[v]) for v in order)])
    return rows


def _claims(statement: Statement, language: str) -> Iterator[str]:
    """Claims on money by rule and by what became of them: how many, and how much together."""
    groups: dict[tuple[str, str, str, str, str], list[int | None]] = {}
    for claim in statement.claims:
        if claim.account:
            action = statement.program.vocabulary.actions[claim.action].title.said(language)
            owner = statement.program.claims[claim.number].owner_kind
            account = named(statement.program.vocabulary, owner, claim.account, language)
            state = phrase(claim.state, language)
            key = (claim.rule, action, account, str(claim.period), state)
            groups.setdefault(key, []).append(claim.amount)
    if not groups:
        return
    keys = ("rule", "action", "account", "year", "state", "count", "amount")
    rows = [[phrase(k, language) for k in keys]]
    for key, amounts in sorted(groups.items()):
        known = [a for a in amounts if a is not None]
        total = grouped(str(statement.money(sum(known)))) + " + ?" * (len(known) < len(amounts))
        rows.append([*key, str(len(amounts)), total])
    yield from table(rows, right=(5, 6))


def place_name(statement: Statement, name: str, kind: str, language: str) -> str:
    """An account or a pool by its title."""
    pool = statement.program.pools.get(name)
    if pool is not None:
        return pool.title.said(language)
    account = statement.program.vocabulary.accounts.get(name)
    if account is not None:
        return account.title.said(language) or name
    return named(statement.program.vocabulary, kind, name, language) if kind else name


def _entries(statement: Statement, language: str) -> Iterator[str]:
    if not statement.entries:
        return
    keys = ("subject", "year", "amount", "debit", "credit", "by rule")
    rows = [[phrase(k, language) for k in keys]]
    for entry in statement.entries:
        rules = ", ".join(entry.rules)
        kind = entry.subject.partition("/")[0]
        sides = (place_name(statement, name, kind, language) for name in (entry.debit, entry.credit))
        rows.append([entry.subject or entry.part, str(entry.period), grouped(str(entry.amount)), *sides, rules])
    yield from table(rows, right=(2,))


def _pools(statement: Statement, language: str) -> Iterator[str]:
    pools = statement.pools
    if not pools:
        return
    rows, numbers = pool_rows(pools, [_pool_cells(statement, pool, language) for pool in pools], language)
    yield from table(rows, right=numbers)
    for pool in pools:
        name = " ".join(filter(None, (place_name(statement, pool.pool, "", language), part_text(pool, language))))
        if not pool.settled:
            yield phrase("not settled", language, pool=name, year=pool.period)
            yield from (f"  {line}" for line in pool.waiting_for)
        if pool.left_out:
            yield phrase("left out", language, pool=name, year=pool.period, count=pool.left_out)


def _pool_cells(statement: Statement, pool: PoolStatement, language: str) -> dict[str, str]:
    payers, receivers = map(str, _sides(statement, pool))
    sides = {"takers": payers, "givers": receivers} if pool.settled else dict.fromkeys(("takers", "givers"), OPEN)
    name = place_name(statement, pool.pool, "", language)
    return {"pool": name, "part": part_text(pool, language), "year": str(pool.period), **sides}


def _sides(statement: Statement, pool: PoolStatement) -> tuple[int, int]:
    """How many subjects pay into a pool, and how many receive from it."""
    of = (pool.pool, pool.part, pool.period)
    own = [e for e in statement.entries if (e.pool, e.part, e.period) == of and e.subject]
    return len({e.subject for e in own if e.debit == pool.pool}), len({e.subject for e in own if e.credit == pool.pool})


def _recommendations(statement: Statement, language: str) -> Iterator[str]:
    return (recommendation_text(statement.program, one, language) for one in statement.recommendations)


def _conflicts(statement: Statement, language: str) -> Iterator[str]:
    for c in statement.conflicts:
        rules = ", ".join(c.rules)
        yield phrase("conflict", language, subject=c.subject, about=c.about, year=c.period, rules=rules)


def _marks(statement: Statement, effect: str, language: str) -> Iterator[str]:
    counts = Counter((m.action, m.word, m.rule) for m in statement.marks(effect))
    for (action, word, rule), count in sorted(counts.items()):
        title = statement.program.vocabulary.actions[action].title.said(language)
        yield phrase("status line", language, count=count, action=f"{title} {word}".strip(), rule=rule)


def _missing(statement: Statement, rulings: Iterable[Ruling], language: str) -> Iterator[str]:
    """What is not known, by how many rulings wait for it: of whom, and the money at stake."""
    waiting: dict[tuple[str, str, str, int], dict[tuple[str, str], Ruling]] = defaultdict(dict)
    lacking: dict[tuple[str, str, str, int], set[str]] = defaultdict(set)
    for ruling in rulings:
        for need in ruling.needs:
            key = (need.why, need.subject.split("/")[0], need.about, need.period)
            waiting[key][ruling.subject, ruling.rule] = ruling
            lacking[key].add(need.subject)
    for key, open_rulings in sorted(waiting.items(), key=lambda w: (-len(w[1]), w[0])):
        fact = lack_text(statement.program, *key, language)
        subjects = sorted(lacking[key])
        shown = ", ".join(subjects[:SUBJECTS_MAX]) + (" …" if len(subjects) > SUBJECTS_MAX else "")
        stake = _at_stake(statement, open_rulings.values(), language)
        yield phrase("missing line", language, fact=fact, count=len(open_rulings), subjects=shown, stake=stake)


def lack_text(program: Compiled, why: str, kind: str, about: str, year: int, language: str) -> str:
    """What is not known of some subjects of a kind."""
    name = in_its_script(named(program.vocabulary, kind, about, language) if why in ("missing", "zero") else about)
    return phrase(f"open {why}", language, kind=kind, about=name, year=year)


def _at_stake(statement: Statement, rulings: Iterable[Ruling], language: str) -> str:
    """The money of the claims that wait; nothing where none of it is known."""
    waiting = [c for r in rulings for c in r.claims if c.account and c.state not in ("posted", "capped", "set-aside")]
    known = [c.amount for c in waiting if c.amount is not None]
    if not known:
        return ""
    more = phrase("and more", language) if len(known) < len(waiting) else ""
    return phrase("at stake", language, amount=statement.currency.shown(sum(known)), more=more)
