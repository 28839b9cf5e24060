"""Results in a notebook: small tables in HTML, in which every text is inert."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape

from perfrules.core.money import grouped
from perfrules.pipeline.statement import Statement
from perfrules.pipeline.verdicts import Verdicts
from perfrules.reports.outcome_text import head, verdict_rows
from perfrules.reports.tables import TABLES, said_rows
from perfrules.reports.values import phrase

ROWS_MAX = 20


def outcome_html(statement: Statement, verdicts: Verdicts, language: str) -> str:
    """The verdicts by rule and the first entries of a run."""
    titles, *rows = verdict_rows(statement, language)
    entries = TABLES["entries"]
    shown = said_rows(entries, statement, verdicts, language)
    return "".join(
        (
            f"<p>{'<br>'.join(map(escape, head(statement.program, statement.result.period, language, digits=12)))}</p>",
            table_html(phrase("rules", language), titles, rows, language),
            table_html(entries.title(language), [c.title(language) for c in entries.columns], list(shown), language),
        )
    )


def table_html(caption: str, titles: Sequence[str], rows: Sequence[Sequence[object]], language: str) -> str:
    """A table of the first rows, and how many more there are."""
    top = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows[:ROWS_MAX])
    more = len(rows) - ROWS_MAX
    rest = f"<p>{escape(phrase('more', language, count=more))}</p>" if more > 0 else ""
    return f"<table><caption>{escape(caption)}</caption><tr>{top}</tr>{body}</table>{rest}"


def _cell(cell: object) -> str:
    if isinstance(cell, Decimal):
        return f'<td style="text-align: right">{escape(grouped(f"{cell:f}"))}</td>'
    return f"<td>{'' if cell is None else escape(str(cell))}</td>"
