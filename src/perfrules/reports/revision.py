"""What a run changes in what an earlier one said: rulings, and the bookings that bring the accounts there.

Nothing that was booked is altered: it stands, or is reversed by an entry of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from perfrules.asked import path_given
from perfrules.core.exact_json import Unread, read_json
from perfrules.core.files import reason_of
from perfrules.core.money import grouped
from perfrules.core.problem import Findings, Words
from perfrules.pipeline.statement import Entry, Statement
from perfrules.reports.earlier import Marking, said
from perfrules.reports.outcome_json import Data, plain
from perfrules.reports.outcome_text import place_name, table
from perfrules.reports.tables_csv import csv_text
from perfrules.reports.values import phrase, value_text

COLUMNS = ("booking", "subject", "year", "amount", "debit", "credit", "by rule")
DAY = 10  # letters of a day; then, after a space, of a digest as it is shown
DIGEST = 12
MEASURED = ("money", "ratio", "points")  # figures that people read in units
WRITE = Words(
    "write it by `perfrules run … --format json --out FILE`", "请用 `perfrules run … --format json --out 文件` 生成"
)


@dataclass(frozen=True, slots=True)
class Change:
    """A ruling that is another one now; empty where the rule did not judge the subject."""

    subject: str
    rule: str
    before: str
    now: str


@dataclass(frozen=True)
class Revision:
    """The difference of two runs about one year. Entries stand in the order of the runs that they are from."""

    statement: Statement
    period: int
    before: str  # the as-of day and the digest of the earlier run
    now: str
    changes: tuple[Change, ...]
    reversals: tuple[Entry, ...]
    postings: tuple[Entry, ...]
    standing: int  # how many entries stand
    withdrawn: tuple[Marking, ...]
    added: tuple[Marking, ...]

    def data(self) -> Data:
        """The revision as plain JSON values; amounts are text in major units."""
        return {key: plain(value) for key, value in vars(self).items() if key != "statement"}

    def json(self) -> str:
        """The revision as JSON text: the same bytes for the same two runs."""
        return json.dumps(self.data(), ensure_ascii=False, indent=1) + "\n"

    def csv(self, language: str = "en") -> str:
        """The bookings as CSV, in `en` or `zh`."""
        return csv_text([[phrase(key, language) for key in COLUMNS], *_bookings(self, language)])

    def text(self, language: str = "en") -> str:
        """What changed in words, in `en` or `zh`: every line, as each is to be signed for."""
        return "\n".join(_lines(self, language)) + "\n"

    def __str__(self) -> str:
        return self.text()


def revision(
    earlier: Mapping[str, Any] | str | Path, now: Data, statement: Statement, findings: Findings
) -> Revision | None:
    """What a run changes in an earlier one, given as its JSON or the file of it; None with a problem noted."""
    given = earlier if isinstance(earlier, Mapping) else path_given("earlier", earlier, '"booked.json"')
    where = "earlier" if isinstance(given, Mapping) else str(given)
    try:
        before = said(given if isinstance(given, Mapping) else read_json(given))
    except OSError as error:
        findings.add("PR120", where=where, path=where, reason=reason_of(error))
        return None
    except Unread as unread:
        findings.add("PR632", where=where, path=where, reason=unread.reason, hint=WRITE)
        return None
    after = said(now)
    if before.period != after.period:
        findings.add("PR728", where=where, path=where, earlier=str(before.period), now=str(after.period))
        return None
    gone, come = before.entries - after.entries, after.entries - before.entries
    return Revision(
        statement,
        after.period,
        before.run,
        after.run,
        _changes(before.verdicts, after.verdicts),
        tuple(replace(entry, debit=entry.credit, credit=entry.debit) for entry in gone.elements()),
        tuple(come.elements()),
        (before.entries & after.entries).total(),
        tuple((before.marks - after.marks).elements()),
        tuple((after.marks - before.marks).elements()),
    )


def _changes(before: Mapping[tuple[str, str], str], now: Mapping[tuple[str, str], str]) -> tuple[Change, ...]:
    both = sorted(before.keys() | now.keys())
    return tuple(Change(*key, before.get(key, ""), now.get(key, "")) for key in both if before.get(key) != now.get(key))


def _lines(made: Revision, language: str) -> Iterator[str]:
    def say(key: str, **values: object) -> str:
        return phrase(key, language, **values)

    yield say("revised", period=made.period)
    yield from (say(f"revised {key}", run=_run(run)) for key, run in (("before", made.before), ("now", made.now)))
    changes = [_change(change, language) for change in made.changes]
    bookings = [
        [grouped(str(cell)) if i == 3 else str(cell) for i, cell in enumerate(row)] for row in _bookings(made, language)
    ]
    sections = (
        ("changed rulings", _aligned(changes, ("subject", "rule", "before", "now"), language)),
        ("bookings", _aligned(bookings, COLUMNS, language, right=(3,))),
        ("withdrawn", (_mark(m, made.statement, language) for m in made.withdrawn)),
        ("added", (_mark(m, made.statement, language) for m in made.added)),
    )
    for key, section in sections:
        found = list(section)
        yield from ["", say(key), *(f"  {line}" for line in found)] if found else []
    yield from ("", say("standing", count=made.standing))


def _bookings(made: Revision, language: str) -> Iterator[list[object]]:
    for key, entries in (("reversal", made.reversals), ("posting", made.postings)):
        for entry in entries:
            yield [phrase(key, language), *_entry(entry, made.statement, language)]


def _entry(entry: Entry, statement: Statement, language: str) -> list[object]:
    kind = entry.subject.partition("/")[0]
    sides = (place_name(statement, name, kind, language) for name in (entry.debit, entry.credit))
    return [entry.subject or entry.part, entry.period, entry.amount, *sides, ", ".join(entry.rules)]


def _change(change: Change, language: str) -> list[str]:
    verdicts = (phrase(verdict or "not judged", language) for verdict in (change.before, change.now))
    return [change.subject, change.rule, *verdicts]


def _aligned(rows: list[list[str]], keys: Iterable[str], language: str, right: Iterable[int] = ()) -> Iterator[str]:
    return table([[phrase(key, language) for key in keys], *rows], right) if rows else iter(())


def _mark(mark: Marking, statement: Statement, language: str) -> str:
    action = statement.program.vocabulary.actions.get(mark.action)
    title = action.title.said(language) if action is not None else mark.action
    what = " ".join(filter(None, (title, mark.word, mark.value and f"= {_value(mark, statement, language)}")))
    return phrase("marking", language, subject=mark.subject, year=mark.period, what=what, rule=mark.rule)


def _value(mark: Marking, statement: Statement, language: str) -> str:
    """The value of a figure as it is read in its unit; as it was kept, where no rule says such a figure now."""
    same = (c for c in statement.program.claims if (c.name, c.clause.word) == (f"{mark.rule} {mark.action}", mark.word))
    kind = next((claim.clause.figure_kind for claim in same), "")
    if kind == "flag":
        return phrase("yes" if mark.value == str(True) else "no", language)
    try:
        return value_text(Fraction(mark.value), kind, statement.currency, language) if kind in MEASURED else mark.value
    except (ValueError, ZeroDivisionError):  # it was a figure of another kind then
        return mark.value


def _run(run: str) -> str:
    return run[: DAY + 1 + DIGEST]
