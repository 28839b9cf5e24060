"""The outcome of a run: rulings, entries, pools, what is open, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from perfrules.asked import path_given
from perfrules.core.problem import Findings, Problem, Refused, did_you_mean
from perfrules.language.subject import Reason
from perfrules.pipeline.balances import PoolStatement
from perfrules.pipeline.recommendations import Recommendation
from perfrules.pipeline.ruling import Result
from perfrules.pipeline.statement import Conflict, Entry, Mark, Ruling, Statement
from perfrules.pipeline.verdicts import Verdicts
from perfrules.reports.explanation import Explanation
from perfrules.reports.notebook import outcome_html
from perfrules.reports.outcome_json import outcome_json, outcome_pieces
from perfrules.reports.outcome_text import head, outcome_text
from perfrules.reports.revision import Revision, revision
from perfrules.reports.tables import TABLES, said_rows, table_called
from perfrules.reports.tables_csv import csv_text
from perfrules.reports.tables_excel import Sheet, write_sheets
from perfrules.reports.tables_frame import pandas_frame, polars_frame
from perfrules.reports.values import called, phrase
from perfrules.reports.yearly import year_of
from perfrules.reports.yearly_html import year_html
from perfrules.reports.yearly_text import year_csv, year_text


class Outcome:
    """What policies say about the subjects of a period. Immutable; everything is read when asked for."""

    def __init__(self, result: Result) -> None:
        self._statement = Statement(result)
        self._verdicts = Verdicts(self._statement)
        self._result = result

    @property
    def statement(self) -> Statement:
        """Everything that the run says, as the explanations and reports read it."""
        return self._statement

    @property
    def period(self) -> int:
        """The judged period."""
        return self._result.period

    @property
    def rulings(self) -> Sequence[Ruling]:
        """Every rule's verdict on every subject in its scope, by subject and rule; each made when it is read."""
        return self._verdicts.all

    @property
    def entries(self) -> Sequence[Entry]:
        """Money that moves, as debit and credit, by subject and rule; each made when it is read."""
        return self._statement.entries

    @property
    def pools(self) -> tuple[PoolStatement, ...]:
        """Every pool: taken, given, left over, or what it waits for."""
        return tuple(self._statement.pools)

    @property
    def recommendations(self) -> tuple[Recommendation, ...]:
        """What rules recommend and nobody has decided yet."""
        return tuple(self._statement.recommendations)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Claims that exclude each other and were not settled."""
        return tuple(self._statement.conflicts)

    @property
    def statuses(self) -> tuple[Mark, ...]:
        """Statuses that subjects got."""
        return tuple(self._statement.marks("status"))

    @property
    def notices(self) -> tuple[Mark, ...]:
        """Notices to be sent."""
        return tuple(self._statement.marks("notice"))

    @property
    def labels(self) -> tuple[Mark, ...]:
        """Labels that subjects got."""
        return tuple(self._statement.marks("label"))

    @property
    def missing(self) -> tuple[Reason, ...]:
        """What is missing, once for each ruling that waits for it."""
        return tuple(reason for ruling in self._verdicts.open for reason in ruling.needs)

    def explain(self, subject: str) -> Explanation:
        """Why, for one subject: `department/A`, or with its kind's title. Raises `Refused` where there is none."""
        asked = str(subject)
        word, _, name = asked.partition("/")
        facts, vocabulary = self._result.facts, self._result.program.vocabulary
        kind = vocabulary.kind_names.get(word, "")
        if kind and facts.table(kind, self.period).row_of(name) is not None:
            return Explanation(self._statement, f"{kind}/{name}")
        known = [
            f"{one}/{i}" for one in ([kind] if kind else vocabulary.kinds) for i in facts.table(one, self.period).ids
        ]
        called_so = name if kind else asked
        meant = [s for s in known if called_so in (s.partition("/")[2], called(facts, s, self.period))]
        findings = Findings()
        offered = meant or (kind and known) or vocabulary.kinds
        findings.add("PR705", where=asked, subject=asked, hint=did_you_mean(asked, offered))
        findings.refuse()
        raise AssertionError

    def data(self) -> dict[str, Any]:
        """The whole outcome as plain JSON values; amounts are text in major units."""
        return outcome_json(self._statement, self.rulings)

    def json(self) -> str:
        """The whole outcome as JSON text: the same bytes for the same policies and facts."""
        return "".join(outcome_pieces(self._statement, self._verdicts))

    def write_json(self, stream: TextIO) -> None:
        """Write what `json` gives to a text stream, piece by piece: the whole is never in memory."""
        stream.writelines(outcome_pieces(self._statement, self._verdicts))

    def text(self, language: str = "en") -> str:
        """The outcome in words, in `en` or `zh`."""
        return outcome_text(self._statement, self._verdicts.open, language)

    def report(self, language: str = "en", form: str = "text") -> str:
        """The report of the year in `en` or `zh`, as `text`, `csv` or `html`: money by stage and action beside its
        base, who pays and who receives. HTML needs the extra `report`."""
        forms = {"text": year_text, "csv": year_csv, "html": year_html}
        if form not in forms:
            hint = did_you_mean(str(form), forms)
            raise Refused([Problem("PR208", where="form", values={"word": str(form)[:40], "hint": hint})])
        return forms[form](year_of(self._statement), language)

    def csv(self, table: str = "entries", language: str = "en") -> str:
        """A table as CSV for spreadsheets, in `en` or `zh`: `rulings`, `claims`, `entries`, `pools`,
        `recommendations`, `marks` (statuses, notices, labels) or `missing`. Raises `Refused` for another name."""
        wanted = table_called(table)
        titles = [column.title(language) for column in wanted.columns]
        return csv_text(chain([titles], said_rows(wanted, self._statement, self._verdicts, language)))

    def write_excel(self, path: str | Path, language: str = "en") -> None:
        """Write a workbook with a sheet for each table, in `en` or `zh`. Raises `Refused` without the extra `excel`."""
        sheets = [
            (
                table.title(language),
                [column.title(language) for column in table.columns],
                said_rows(table, self._statement, self._verdicts, language),
            )
            for table in TABLES.values()
        ]
        about: Sheet = (
            phrase("table run", language),
            [],
            [[line] for line in head(self._statement.program, self.period, language)],
        )
        write_sheets(path_given("path", path, '"outcome.xlsx"'), [about, *sheets], language)

    def to_polars(self, table: str = "entries") -> Any:
        """A table (see `csv`) as a dataframe of Polars, amounts as exact decimals. Raises `Refused` without Polars."""
        wanted = table_called(table)
        places = self._result.program.vocabulary.currency.places
        return polars_frame(wanted, wanted.rows(self._statement, self._verdicts, "en"), places)

    def to_pandas(self, table: str = "entries") -> Any:
        """A table (see `csv`) as a dataframe of pandas, amounts as `Decimal`. Raises `Refused` without pandas."""
        wanted = table_called(table)
        return pandas_frame(wanted, wanted.rows(self._statement, self._verdicts, "en"))

    def since(self, earlier: Outcome | Mapping[str, Any] | str | Path) -> Revision:
        """What this run changes in an earlier one about the same year: an outcome, its `data`, or the file of its JSON.

        Raises `Refused` where that is no result of a run, or about another year.
        """
        findings = Findings()
        before = earlier.data() if isinstance(earlier, Outcome) else earlier
        made = revision(before, self.data(), self._statement, findings)
        findings.refuse()
        assert made is not None
        return made

    def _repr_html_(self) -> str:
        """The verdicts by rule and the first entries, for notebooks."""
        return outcome_html(self._statement, self._verdicts, "en")

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Outcome {self.period} {self._result.program.digest[:12]}>"
