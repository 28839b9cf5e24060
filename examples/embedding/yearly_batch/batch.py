"""The batch: facts from the database, a run, entries back into it, papers to sign; all of it or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import perfrules

from .book import Book
from .papers import put_in_place, write_papers

MAPPING = Path(__file__).parent / "ledger.yaml"
POLICIES = "luojiang/operating-funds"  # comes with perfrules
OPEN = {"waiting", "in-conflict", "awaiting-approval"}  # of a claim that nobody can act upon yet
DEPARTMENTS = """
SELECT e.DWDM, e.ND, d.DWMC, e.TZYS, e.LJZC, d.XSND = e.ND AS XS, NULL AS GYJF
  FROM T_YSZX e LEFT JOIN T_DWXX d USING (DWDM) WHERE e.ND = {period}
UNION ALL
SELECT DWDM, ND, NULL, NULL, NULL, NULL, JE FROM T_GYJF WHERE ND = {period} + 2
"""


class Open(Exception):
    """Something is not known or not decided: the result is no basis for entries yet. `lines` say what."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Order:
    """What to do: which year of which database, by the policies of which day, and where the papers go."""

    database: Path
    as_of: date
    period: int
    out: Path
    policies: str = POLICIES
    mapping: Path = MAPPING
    replace: bool = False


def carry_out(order: Order) -> bool:
    """Carry out an order. Whether entries were written: False where the same ones stand already.

    Raises `Refused` where policies, mapping or facts are, `Open` where something is not decided, `Standing` where other
    entries of the period stand; then the database and the papers are as before.
    """
    program = perfrules.load(order.policies, as_of=order.as_of)
    order.out.mkdir(parents=True, exist_ok=True)
    address = f"{order.database.resolve().as_uri()}?mode=rw"  # a database that is not there is not made
    with TemporaryDirectory(dir=order.out) as papers, closing(sqlite3.connect(address, uri=True)) as connection:
        connection.isolation_level = None  # this module says where a transaction begins and ends
        with transaction(connection):
            outcome = judged(program, connection, order)
            if said := list(still_open(program, outcome)):
                raise Open(said)
            written = Book(connection).write(program, outcome, replace=order.replace)
            write_papers(Path(papers), program, outcome)  # where they can't be written there are no entries
        put_in_place(Path(papers), order.out)  # where they can't be moved, the next run does it
    return written


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """From the facts to the entries nobody else writes; whatever goes wrong undoes all of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def judged(program: perfrules.Program, connection: sqlite3.Connection, order: Order) -> perfrules.Outcome:
    """The run over what the database says now."""
    queries = {"department": DEPARTMENTS.format(period=int(order.period))}
    facts = program.query_facts(connection, queries, mapping=order.mapping)
    return program.run(facts, period=order.period)


def still_open(program: perfrules.Program, outcome: perfrules.Outcome) -> Iterator[str]:
    """What keeps a result from being signed, a line for each."""
    for problem in program.problems:
        yield perfrules.render(problem, "zh")
    for ruling in outcome.rulings:
        if ruling.verdict == "undecided" or any(claim.state in OPEN for claim in ruling.claims):
            needs = (f"{need.subject} {need.period} {need.about} ({need.why})" for need in ruling.needs)
            yield f"{ruling.subject}: {ruling.rule}: {', '.join(needs)}"
    for conflict in outcome.conflicts:
        yield f"{conflict.subject}: {conflict.about} {conflict.period}: {', '.join(conflict.rules)}"
    for recommended in outcome.recommendations:
        yield f"{recommended.subject}: {recommended.rule}: {recommended.account} {recommended.period}"
    for pool in outcome.pools:
        if not pool.settled:
            yield f"{pool.pool} {pool.period}: {', '.join(pool.waiting_for)}"
