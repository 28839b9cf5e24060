"""The report of a year as one page of HTML: tables and charts, no scripts, nothing to fetch.

Whatever comes from policies and facts is text to the page: it is escaped wherever it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from perfrules.core.money import percent_text
from perfrules.core.problem import Words
from perfrules.reports.pages import page
from perfrules.reports.values import phrase
from perfrules.reports.yearly import Sides, Spread, Year
from perfrules.reports.yearly_text import Scale, action_rows, line_text, pool_remarks, pool_table, stage_rows

TEMPLATE = Path(__file__).with_name("yearly.html")
REPORT = Words("a report as HTML", "HTML 报表")
WIDTH, LEFT, ROW = 720, 180, 26  # of charts, in pixels: all, the names at the left, a bar with its gap
LETTER, GAP = 12, 8  # the width of a Chinese letter, and between a name and its bar
COLOURS = ("#33658a", "#c8553d", "#86bbd8", "#588157", "#f6ae2d", "#6d597a", "#9a8c98")
DOT = 4  # the radius of a dot, with the space around it
FLOOR, HIGH = 100, 96  # where the lowest dots of a chart are, and how far above them others may be


def year_html(year: Year, language: str) -> str:
    """The page. Raises `Refused` without the extra `report`."""
    scale = Scale(year)
    rows, actions = list(stage_rows(year, scale, language)), list(action_rows(year, scale, language))
    return page(
        TEMPLATE, language, REPORT, year=year,
        stages=rows, actions=actions, money=_money(year, scale, language), major=scale.major,
        spreads=[_strip(s, language) for s in year.spreads],
        pool_table=pool_table(year, language), remarks=list(pool_remarks(year, language)),
        pools=[_bars(s, year, language) for s in year.pools if s.payers or s.receivers],
        width=WIDTH, left=LEFT, squeezed=_squeezed,
    )  # fmt: skip


def _money(year: Year, scale: Scale, language: str) -> dict[str, Any]:
    """A bar for each stage, in parts by action; none where no money moved."""
    actions = [action for action, *_ in year.by_action()]
    colours = {action: COLOURS[n % len(COLOURS)] for n, action in enumerate(actions)}
    stages = [stage for stage in year.stages if any(line.amount for line in stage.lines)]
    most = max((sum(n.amount or 0 for n in stage.lines) for stage in stages), default=0)
    bars = []
    for number, stage in enumerate(stages):
        start, parts = LEFT, []
        for line in (n for n in stage.lines if n.amount):
            width = _part(line.amount or 0, most, WIDTH - LEFT)
            title = f"{line.action.said(language)} {scale.shown(line.amount or 0)} {scale.unit}"
            parts.append({"x": start, "width": width, "colour": colours[line.action], "title": title})
            start += width
        bars.append({"y": number * ROW, "name": stage.title.said(language), "parts": parts})
    legend = [{"colour": colours[a], "name": a.said(language)} for a in actions]
    return {"bars": bars, "height": len(bars) * ROW, "legend": legend}


def _squeezed(name: str) -> int:
    """The pixels into which a name is squeezed that would run into its bar; 0 for others."""
    wide = sum(east_asian_width(letter) in "WF" for letter in name)
    return LEFT - GAP if wide * LETTER + (len(name) - wide) * LETTER * 2 // 3 > LEFT - GAP else 0


def _part(amount: int, most: int, width: int) -> int:
    """How many of the pixels an amount takes; at least one."""
    return max(1, amount * width // most) if most else 0


def _strip(spread: Spread, language: str) -> dict[str, Any]:
    """Subjects as dots along a ratio, those at one place above each other, and the lines."""
    least, most = spread.dots[0][1], spread.dots[-1][1]
    span = most - least or Fraction(1)

    def place(value: Fraction) -> int:
        """Where a value is, in pixels; never across a line on which side it is not."""
        x = 10 + int((value - least) * (WIDTH - 20) / span)
        for _, line in spread.lines:
            at = 10 + int((line - least) * (WIDTH - 20) / span)
            x = min(x, at - DOT) if value < line else max(x, at + DOT) if value > line else at
        return x

    placed = [(place(value), name, value) for name, value in spread.dots]
    columns: list[int] = []  # where the dots of a column stand, which those beside them join
    for x, _, _ in placed:
        columns.append(columns[-1] if columns and x - columns[-1] < DOT else x)
    most_high = max(Counter(columns).values())  # dots overlap where a column would be too high
    apart = min(Fraction(2 * DOT), Fraction(HIGH, most_high))
    levels: Counter[int] = Counter()
    dots = []
    for column, (_, name, value) in zip(columns, placed, strict=True):
        if name:
            y = FLOOR - int(levels[column] * apart)
            dots.append({"x": column, "y": y, "title": f"{name} {percent_text(value)}"})
        levels[column] += 1
    lines = [
        {"x": place(value), "y": 24 + 14 * (number % 2), "name": f"{title.said(language)} {percent_text(value)}"}
        for number, (title, value) in enumerate(spread.lines)
    ]
    about = [phrase("spread", language, word=spread.word, count=len(spread.dots))]
    about += [line_text(spread, title, value, language) for title, value in spread.lines]
    if len(dots) < len(placed):
        about.append(phrase("unnamed", language, count=len(placed) - len(dots)))
    ends = (percent_text(least), percent_text(most))
    return {"title": spread.policy.said(language), "about": about, "dots": dots, "lines": lines, "ends": ends}


def _bars(pool: Sides, year: Year, language: str) -> dict[str, Any]:
    """Who pays and who receives, as bars on one scale."""
    most = max(amount for side in (pool.payers, pool.receivers) for _, amount in side)

    def side(key: str, members: tuple[tuple[str, int], ...], colour: str) -> dict[str, Any]:
        title = phrase(key, language, pool=pool.title.said(language))
        return {"title": title, "bars": list(bars(members)), "height": len(members) * ROW, "colour": colour}

    def bars(members: tuple[tuple[str, int], ...]) -> Iterator[dict[str, Any]]:
        for number, (name, amount) in enumerate(members):
            width = _part(amount, most, WIDTH - LEFT - 120)
            yield {
                "y": number * ROW,
                "name": name or phrase("withheld", language),
                "width": width,
                "amount": year.currency.shown(amount),
            }

    sides = (("payers of", pool.payers, COLOURS[1]), ("receivers of", pool.receivers, COLOURS[3]))
    return {"sides": [side(*one) for one in sides if one[1]]}
