"""The results of a run as tables, for spreadsheets and dataframes: rows of plain values, made when they are read.

Amounts are exact decimals in major units. For people, rules, actions, accounts and states are called by their titles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from perfrules.core.problem import Findings, did_you_mean
from perfrules.pipeline.balances import FLOWS
from perfrules.pipeline.statement import Statement
from perfrules.pipeline.verdicts import Verdicts
from perfrules.reports.outcome_text import place_name
from perfrules.reports.phrases import PHRASES
from perfrules.reports.values import phrase, reason_text, value_text

Cell = str | int | Decimal | None
Said = Callable[[tuple[Cell, ...], str], str]  # of a row and a value in it
Say = Callable[[Statement, str], Said]  # prepared once for a statement and a language


@dataclass(frozen=True)
class Column:
    """A column: its name, what it holds (`text`, `count`, `money`), and how its values are said to people."""

    name: str
    holds: str = "text"
    say: Say | None = None

    def title(self, language: str) -> str:
        """What people call the column."""
        own = PHRASES.get(f"column {self.name}")
        return (own or PHRASES[self.name]).said(language)


@dataclass(frozen=True)
class ResultTable:
    """One table of results."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[Statement, Verdicts, str], Iterator[tuple[Cell, ...]]]

    def title(self, language: str) -> str:
        """What people call the table."""
        return PHRASES[f"table {self.name}"].said(language)


def table_called(name: str) -> ResultTable:
    """The table of a name. Raises `Refused` where there is none."""
    findings = Findings()
    if name not in TABLES:
        findings.add("PR906", where="table", name=str(name)[:40], hint=did_you_mean(str(name), TABLES))
    findings.refuse()
    return TABLES[name]


def said_rows(
    table: ResultTable, statement: Statement, verdicts: Verdicts, language: str
) -> Iterator[tuple[Cell, ...]]:
    """The rows of a table with the words of a language."""
    says = [column.say(statement, language) if column.say else None for column in table.columns]
    for row in table.rows(statement, verdicts, language):
        yield tuple(
            say(row, cell) if say and isinstance(cell, str) and cell else cell
            for say, cell in zip(says, row, strict=True)
        )


# how values are said


def _phrase(_: Statement, language: str) -> Said:
    return lambda _, value: phrase(value, language)


def _rule(statement: Statement, language: str) -> Said:
    """Rules by their titles, with the name where several have the same."""
    titles = {j.rule.name: j.rule.title.said(language) for j in statement.program.judged}
    shared = Counter(titles.values())

    def said(name: str) -> str:
        title = titles.get(name, "")
        return name if not title else title if shared[title] == 1 else f"{title} ({name})"

    return lambda _, value: ", ".join(said(name) for name in value.split(", "))


def _action(statement: Statement, language: str) -> Said:
    actions = statement.program.vocabulary.actions
    return lambda _, value: actions[value].title.said(language) or value


def _account(statement: Statement, language: str) -> Said:
    """An account of whom the row begins with, one of nobody, or a pool."""
    return lambda row, value: place_name(statement, value, str(row[0]).partition("/")[0], language)


# rows


def _rulings(statement: Statement, verdicts: Verdicts, language: str) -> Iterator[tuple[Cell, ...]]:
    because = {j.rule.name: str(j.rule.because) for j in statement.program.judged}
    for ruling in verdicts.all:
        needs = "; ".join(reason_text(need, statement.program.vocabulary, language) for need in ruling.needs)
        yield ruling.subject, ruling.period, ruling.rule, ruling.verdict, needs, because[ruling.rule]


def _claims(statement: Statement, _: Verdicts, __: str) -> Iterator[tuple[Cell, ...]]:
    for claim in statement.claims:
        if claim.account:
            amount = None if claim.amount is None else statement.money(claim.amount)
            yield (claim.owner or claim.subject, claim.account, claim.period, amount, claim.action, claim.state,
                   claim.rule, claim.subject, claim.pool)  # fmt: skip


def _entries(statement: Statement, _: Verdicts, __: str) -> Iterator[tuple[Cell, ...]]:
    for entry in statement.entries:
        yield (entry.subject, entry.period, entry.amount, entry.debit, entry.credit, ", ".join(entry.rules),
               entry.pool, entry.part)  # fmt: skip


def _pools(statement: Statement, _: Verdicts, __: str) -> Iterator[tuple[Cell, ...]]:
    for pool in statement.pools:
        state = "settled" if pool.settled else "open"
        yield pool.pool, pool.part, pool.period, *pool.flows.values(), state, pool.left_out


def _recommendations(statement: Statement, _: Verdicts, __: str) -> Iterator[tuple[Cell, ...]]:
    for one in statement.recommendations:
        bounds = (None if bound is None else statement.money(bound) for bound in (one.least, one.most))
        yield one.subject, one.account, one.period, one.action, *bounds, one.rule


def _marks(statement: Statement, _: Verdicts, language: str) -> Iterator[tuple[Cell, ...]]:
    for effect in ("status", "notice", "label"):
        for mark in statement.marks(effect):
            yield (
                mark.subject,
                mark.period,
                mark.action,
                mark.word,
                "" if mark.value is None else value_text(mark.value, mark.kind, statement.currency, language),
                mark.rule,
            )


def _missing(statement: Statement, verdicts: Verdicts, language: str) -> Iterator[tuple[Cell, ...]]:
    vocabulary = statement.program.vocabulary
    for ruling in verdicts.open:
        for need in ruling.needs:
            yield ruling.subject, ruling.period, ruling.rule, reason_text(need, vocabulary, language)


_SUBJECT, _YEAR, _AMOUNT = Column("subject"), Column("year", "count"), Column("amount", "money")
_RULE, _ACTION, _ACCOUNT = Column("rule", say=_rule), Column("action", say=_action), Column("account", say=_account)
_DEBIT, _CREDIT, _POOL = (Column(name, say=_account) for name in ("debit", "credit", "pool"))
_VERDICT, _STATE = Column("verdict", say=_phrase), Column("state", say=_phrase)
_NEEDS, _PART = Column("needs"), Column("part")


def _money(*names: str) -> Iterable[Column]:
    return (Column(name, "money") for name in names)


_ALL = (
    ResultTable("rulings", (_SUBJECT, _YEAR, _RULE, _VERDICT, _NEEDS, Column("basis")), _rulings),
    ResultTable(
        "claims",
        (_SUBJECT, _ACCOUNT, _YEAR, _AMOUNT, _ACTION, _STATE, _RULE, Column("by_subject"), _POOL),
        _claims,
    ),
    ResultTable("entries", (_SUBJECT, _YEAR, _AMOUNT, _DEBIT, _CREDIT, _RULE, _POOL, _PART), _entries),
    ResultTable(
        "pools",
        (_POOL, _PART, _YEAR, *_money(*FLOWS), _STATE, Column("left_out", "count")),
        _pools,
    ),
    ResultTable(
        "recommendations",
        (_SUBJECT, _ACCOUNT, _YEAR, _ACTION, *_money("least", "most"), _RULE),
        _recommendations,
    ),
    ResultTable("marks", (_SUBJECT, _YEAR, _ACTION, Column("word"), Column("value"), _RULE), _marks),
    ResultTable("missing", (_SUBJECT, _YEAR, _RULE, _NEEDS), _missing),
)
TABLES = {table.name: table for table in _ALL}
